"""A preview as an administrator reads it: per sort of change a table of plain words, in the language spoken now.
Knows nothing of pages; a page, the command line and a kept preview all show the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from community import language
from community.admin.changes import CurrentDwelling, FieldChange, Plan, Reason, Snapshot
from community.admin.columns import LABELS, Field
from community.admin.csv_reading import LineError
from community.admin.importing import Preview
from community.admin.rows import DwellingRow
from community.language import gettext as _
from community.language import lazy_gettext as _l

# Of each sort an administrator looks at some, to see whether it makes sense; nobody reads 20,000.
SHOWN = 200

TITLES = {
    "gebouwen": _l("Nieuwe wijken, gebouwen en portieken"),
    "woningen": _l("Nieuwe woningen"),
    "veranderd": _l("Veranderd"),
    "ingetrokken": _l("Ingetrokken"),
    "vertrokken": _l("Vertrokken"),
    "gesplitst": _l("Gesplitst"),
    "samengevoegd": _l("Samengevoegd"),
}
"""The sorts of change, by the word in their address, in the order in which they are shown."""

_COLUMNS = {
    "gebouwen": (_l("Soort"), _l("Naam"), _l("Waar")),
    "woningen": (_l("Regel"), _l("Adres"), _l("Gebouw"), _l("Nummer"), _l("Opmerking")),
    "veranderd": (_l("Regel"), _l("Wie of wat"), _l("Wat"), _l("Was"), _l("Wordt")),
    "ingetrokken": (_l("Regel"), _l("Naam"), _l("Woning"), _l("Vanaf"), _l("Woonde op")),
    "vertrokken": (_l("Regel"), _l("Naam"), _l("Woning"), _l("Weg vanaf"), _l("Waarom")),
    "gesplitst": (_l("Regel"), _l("Woning"), _l("Wordt")),
    "samengevoegd": (_l("Regel"), _l("Woningen"), _l("Wordt")),
}

_REASONS = {
    Reason.END_DATE: _l("Einddatum in het bestand"),
    Reason.NOT_IN_FILE: _l("Staat niet meer in het bestand"),
    Reason.VACANT: _l("De woning staat leeg"),
    Reason.HOUSEHOLD_LEFT: _l("Het hele huishouden is weg"),
    Reason.SPLIT: _l("De woning is gesplitst"),
    Reason.MERGED: _l("De woning is samengevoegd"),
}

_MORE_LABELS = {"number": LABELS[Field.HOUSE_NUMBER], "external_id": LABELS[Field.DWELLING_ID]}


@dataclass(frozen=True, slots=True)
class Section:
    """One sort of change: how many there are, and the first of them. Rows have as many cells as there are columns."""

    key: str
    title: str
    columns: tuple[str, ...]
    total: int
    rows: tuple[tuple[str, ...], ...]


def sections(shown: Preview, snapshot: Snapshot) -> list[Section]:
    """Every sort of change in a preview, also those of which there are none."""
    plan = shown.plan
    assert plan is not None and shown.rows is not None
    doors = _doors(snapshot, shown.rows.dwellings)
    tables = {
        "gebouwen": _new_places(plan),
        "woningen": _new_dwellings(plan),
        "veranderd": _changed(plan, doors),
        "ingetrokken": _moved_in(plan, doors),
        "vertrokken": _moved_out(plan, doors),
        "gesplitst": _split(plan, doors),
        "samengevoegd": _merged(plan, doors),
    }
    totals = {
        "gebouwen": len(plan.new_neighbourhoods) + len(plan.new_buildings) + len(plan.new_entrances),
        "woningen": len(plan.new_dwellings),
        "veranderd": len(plan.changed_buildings) + len(plan.changed_dwellings) + len(plan.changed_persons),
        "ingetrokken": len(plan.moved_in),
        "vertrokken": len(plan.moved_out),
        "gesplitst": len(plan.split),
        "samengevoegd": len(plan.merged),
    }
    return [
        Section(
            key,
            str(TITLES[key]),
            tuple(str(column) for column in _COLUMNS[key]),
            totals[key],
            tuple(row for row, _number in zip(rows, range(SHOWN), strict=False)),
        )
        for key, rows in tables.items()
    ]


def _doors(snapshot: Snapshot, dwellings: Sequence[DwellingRow]) -> dict[str, str]:
    """The address of each dwelling by its number, as the file has it where it does."""
    before = {one.external_id: address(one) for one in snapshot.dwellings}
    return before | {row.external_id: address(row) for row in dwellings}


def address(dwelling: CurrentDwelling | DwellingRow) -> str:
    """ "Lindestraat 42 B"."""
    return f"{dwelling.street} {dwelling.number} {dwelling.addition}".strip()


def _door(number: str, doors: dict[str, str]) -> str:
    return f"{doors[number]} ({number})" if number in doors else number


def _line(line: int) -> str:
    return str(line) if line else ""


def _new_places(plan: Plan) -> Iterator[tuple[str, ...]]:
    for part in plan.new_neighbourhoods:
        yield _("Wijk"), part.name, ""
    for building in plan.new_buildings:
        yield _("Gebouw"), building.name, building.neighbourhood
    for entrance in plan.new_entrances:
        yield _("Portiek"), entrance.name, entrance.building


def _new_dwellings(plan: Plan) -> Iterator[tuple[str, ...]]:
    for new in plan.new_dwellings:
        row = new.row
        where = f"{address(row)}, {row.postcode} {row.city}"
        yield _line(row.line), where, row.building, row.external_id, "" if new.reopens is None else _("is terug")


def _changed(plan: Plan, doors: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for building in plan.changed_buildings:
        yield from _differences(0, building.name, building.changes, {"name": _("Naam van het gebouw")})
    for dwelling in plan.changed_dwellings:
        yield from _differences(dwelling.line, _door(dwelling.external_id, doors), dwelling.changes, {})
    listed = {"is_listed": _("Staat in het bestand")}
    for person in plan.changed_persons:
        who = f"{person.resident.name}, {_door(person.dwelling, doors)}"
        yield from _differences(person.line, who, person.changes, listed)


def _differences(
    line: int, who: str, changes: Iterable[FieldChange], names: dict[str, str]
) -> Iterator[tuple[str, ...]]:
    for change in changes:
        label = names.get(change.field) or str(_MORE_LABELS.get(change.field) or LABELS[Field(change.field)])
        yield _line(line), who, label, spoken(change.old), spoken(change.new)


def spoken(value: str | int | date | bool | None) -> str:
    """A value as one reads it: "31-12-2026", "ja"; a dash where there is none."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    return f"{value:%d-%m-%Y}" if isinstance(value, date) else str(value)


def figure(count: int) -> str:
    """A number with thousands apart: "20.000"."""
    return f"{count:,}".replace(",", "." if language.current() == "nl" else ",")


def _moved_in(plan: Plan, doors: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for one in plan.moved_in:
        before = ", ".join(_door(number, doors) for number in one.comes_from)
        yield _line(one.row.line), one.row.name, _door(one.row.dwelling, doors), spoken(one.since), before


def _moved_out(plan: Plan, doors: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for one in plan.moved_out:
        why = str(_REASONS[one.reason])
        yield _line(one.line), one.resident.name, _door(one.dwelling, doors), spoken(one.on), why


def _split(plan: Plan, doors: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for one in plan.split:
        parts = ", ".join(_door(number, doors) for number in one.new)
        yield _line(one.line), _door(one.old.external_id, doors), parts


def _merged(plan: Plan, doors: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for one in plan.merged:
        parts = ", ".join(_door(old.external_id, doors) for old in one.old)
        yield _line(one.line), parts, _door(one.new, doors)


# Errors -------------------------------------------------------------------------------------------------------


def errors_as_csv(errors: Iterable[LineError | Sequence[Any]]) -> bytes:
    """The list of what is wrong, to mend with the file beside it in a spreadsheet. A value that a spreadsheet would
    take for a formula gets an apostrophe in front (OWASP, CSV injection)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow([_("Regel"), _("Kolom"), _("Waarde"), _("Wat klopt er niet")])
    for error in errors:
        line, *words = (
            (error.line, error.column, error.value, error.sentence) if isinstance(error, LineError) else error
        )
        writer.writerow([line or "", *(harmless(str(word)) for word in words)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def harmless(cell: str) -> str:
    """The same text, which no spreadsheet carries out."""
    return f"'{cell}" if cell.lstrip()[:1] in {"=", "+", "-", "@"} or cell[:1] in {"\t", "\r", "\n"} else cell
