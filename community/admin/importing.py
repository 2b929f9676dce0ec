"""The preview of an import, from the uploaded bytes to the plan: reading, columns, checks, comparison. Changes nothing
and touches no database, so the same steps run for the page, the command line and just before applying."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from community.admin.changes import Plan, Snapshot
from community.admin.columns import ColumnMapping, Field, Kind, choose_mapping, suggest_mapping
from community.admin.csv_reading import LineError, Table, read_table
from community.admin.planning import plan
from community.admin.rows import Progress, Rows, check_rows


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything an administrator sees before pressing the button. `rows` and `plan` are None as long as the columns
    are not clear; then a mapping form comes first."""

    table: Table
    mapping: ColumnMapping
    rows: Rows | None
    plan: Plan | None

    @property
    def errors(self) -> tuple[LineError, ...]:
        """What is wrong, in order of line; with any of these nothing may be applied."""
        return self.rows.errors if self.rows else self.table.errors

    @property
    def is_ready(self) -> bool:
        """Whether this plan may be carried out: the columns are clear and not one line is wrong."""
        return self.plan is not None and not self.errors


def preview(
    raw: bytes,
    filename: str,
    snapshot: Snapshot,
    today: date,
    *,
    kind: Kind | None = None,
    choices: Mapping[Field, int] | None = None,
    on_progress: Progress | None = None,
) -> Preview:
    """Read, check and plan a file against the present state.

    `choices` are the columns an administrator picked in the mapping form; without them the columns are guessed, and
    without `kind` the kind of file too. `on_progress(done, total)` counts a row once checked and once planned; it runs
    in the caller's thread, and an exception from it stops the work.

    Raises:
        ImportRefused: the file as a whole cannot be used.
    """
    table = read_table(raw, filename)
    mapping = suggest_mapping(table.header, kind)
    if choices is not None:
        mapping = choose_mapping(table.header, mapping.kind, choices)
    if not mapping.is_complete:
        return Preview(table, mapping, None, None)
    half = len(table.rows)

    def tell(done: int, total: int) -> None:
        if on_progress:
            on_progress(done, 2 * half)

    rows = check_rows(table, mapping, tell)
    planned = plan(snapshot, rows, today, lambda done, total: tell(half + half * done // max(total, 1), total))
    return Preview(table, mapping, rows, planned)


def safe_copy(preview: Preview, *, undecided: bool = False) -> bytes:
    """The same file with every column emptied that is not read: what may be kept between preview and applying, for
    rent and bank accounts are not ours to store. Read again it gives the same rows, at the same lines.

    Only for a preview without errors: rows with another number of columns than the header are not in it. While the
    columns are `undecided`, only those are emptied that are never read.
    """
    kept = frozenset(preview.mapping.columns.values())
    if undecided:
        kept |= frozenset(preview.mapping.unused)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(preview.table.header)
    lines = 1
    for row in preview.table.rows:
        out.write("\n" * (row.line - lines - 1))
        writer.writerow([" ".join(cell.split()) if place in kept else "" for place, cell in enumerate(row.cells)])
        lines = row.line
    return out.getvalue().encode()
