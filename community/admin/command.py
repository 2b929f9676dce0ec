"""The import on the command line: the same preview as on the page, and carrying it out."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import with_appcontext

from community.admin import import_work, showing
from community.admin.applying import apply
from community.admin.changes import Snapshot
from community.admin.columns import LABELS, Field, Kind, suggest_mapping
from community.admin.csv_reading import ImportRefused, LineError, read_table
from community.admin.import_work import Columns
from community.admin.importing import Preview
from community.admin.snapshot import take_snapshot
from community.errors import Refused
from community.language import gettext as _

# On a screen of a terminal nobody reads more; the page has them all.
SHOWN = 20


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="What a row is about; else guessed.")
@click.option("--map", "chosen", multiple=True, metavar="COLUMN=FIELD", help="Which column is what; may be repeated.")
@click.option("--apply", "is_meant", is_flag=True, help="Carry it out; without this only the preview is shown.")
@click.option("--many-leave", "is_sure", is_flag=True, help="Also when a large part of the residents would move out.")
@with_appcontext
def import_file(file: Path, kind: str | None, chosen: tuple[str, ...], is_meant: bool, is_sure: bool) -> None:
    """Read dwellings and residents from a CSV FILE: show what would change, and with --apply change it."""
    raw, snapshot = file.read_bytes(), take_snapshot()
    try:
        columns = _columns(read_table(raw, file.name).header, kind, chosen)
        shown = import_work.look(raw, file.name, columns, snapshot)
    except ImportRefused as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    _print(shown, snapshot)
    if not shown.is_ready or shown.rows is None or shown.plan is None:
        raise click.exceptions.Exit(1)
    if not is_meant:
        click.echo(_("Er is niets veranderd. Met --apply voert u dit door."))
        return
    if shown.plan.many_leave and not is_sure:
        # At night nobody reads the warning, and an export that broke off would put everybody out.
        raise click.ClickException(_("Er is niets veranderd. Klopt het wel? Geef dan ook --many-leave."))
    try:
        apply(shown.rows, shown.plan.fingerprint, by=None, file=_remembered(shown))
    except Refused as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(_("Het is doorgevoerd."))


def _columns(header: tuple[str, ...], kind: str | None, chosen: tuple[str, ...]) -> Columns | None:
    """The columns as guessed or as last time, with those of --map instead."""
    if not chosen and kind is None:
        return None
    guessed = suggest_mapping(header, Kind(kind) if kind else None)
    choices = dict(guessed.columns)
    for pair in chosen:
        name, _sign, wanted = pair.rpartition("=")
        field = next((one for one in Field if wanted.casefold() in {one.value, str(LABELS[one]).casefold()}), None)
        if name not in header or field is None:
            raise click.BadParameter(
                _(
                    "“%(pair)s” kennen wij niet. De kolommen zijn: %(columns)s. De velden zijn: %(fields)s.",
                    pair=pair,
                    columns=", ".join(header),
                    fields=", ".join(Field),
                )
            )
        place = header.index(name)
        choices = {other: taken for other, taken in choices.items() if taken != place} | {field: place}
    return Columns(guessed.kind, choices)


def _remembered(shown: Preview) -> dict[str, object]:
    columns = Columns(shown.mapping.kind, shown.mapping.columns)
    return columns.facts() | {"header": import_work.header_mark(shown.table.header)}


def _print(shown: Preview, snapshot: Snapshot) -> None:
    mapping = shown.mapping
    click.echo(_("%(name)s: %(n)s regels.", name=shown.table.filename, n=showing.figure(len(shown.table.rows))))
    if mapping.dropped:
        click.echo(mapping.dropped_sentence)
    for field in (*mapping.missing, *mapping.ambiguous):
        click.echo(_("Kies een kolom voor: %(field)s.", field=LABELS[field]) + f"  --map KOLOM={field.value}")
    if shown.plan is not None:
        if shown.plan.is_empty:
            click.echo(_("Er verandert niets."))
        for section in showing.sections(shown, snapshot):
            if section.total:
                click.echo(f"\n{section.title}: {showing.figure(section.total)}")
                _table(section.rows)
        for note in shown.plan.notes:
            click.echo(_told(note))
    if shown.errors:
        click.echo("\n" + _("Fouten: %(n)s. Er kan niets worden doorgevoerd.", n=showing.figure(len(shown.errors))))
        for error in shown.errors[:SHOWN]:
            click.echo("  " + _told(error))


def _table(rows: tuple[tuple[str, ...], ...]) -> None:
    for row in rows[:SHOWN]:
        click.echo("  " + " | ".join(cell for cell in row if cell))
    if len(rows) > SHOWN:
        click.echo("  …")


def _told(one: LineError) -> str:
    where = _("Regel %(line)s", line=one.line) if one.line else ""
    return ": ".join(part for part in (where, one.column, one.value, one.sentence) if part)
