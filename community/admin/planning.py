"""What a file would change: its rows held against the present state. Buildings and dwellings in `housing`, people in
`moving`. Pure and in a fixed order: the same input gives the same plan, and what was carried out plans nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from community.admin.changes import MovedOut, Plan, Reason, Snapshot
from community.admin.columns import Kind
from community.admin.csv_reading import LineError
from community.admin.housing import Housing, plan_dwellings
from community.admin.moving import Moves, leave, plan_residents, staying
from community.admin.rows import Progress, Rows
from community.language import gettext as _

# When so many of a file's residents would leave, the file is wrong more often than right.
_MANY_LEAVE, _MANY_LEAVE_SHARE = 10, 0.25


def plan(snapshot: Snapshot, rows: Rows, today: date, on_progress: Progress | None = None) -> Plan:
    """What carrying out a checked file would change.

    A file speaks only of the dwellings in it. A dwelling that is missing stays as it is, unless its address shows that
    it was renumbered, split or merged. Of the residents at a dwelling a file is complete: who stood in a file before
    and is missing now has moved out, `today`. The choices and their price: docs/decisions/0007-import.md.
    """
    total = len(rows.dwellings) + len(rows.listed)

    def tell(done: int) -> None:
        if on_progress:
            on_progress(done, total)

    housing = plan_dwellings(snapshot, rows, tell)
    moves = plan_residents(
        snapshot, rows, housing.known, housing.new, today, lambda done: tell(len(rows.dwellings) + done)
    )
    tell(total)
    rebuilt = list(_leave_rebuilt(housing, today))
    return Plan(
        new_neighbourhoods=tuple(housing.new_neighbourhoods),
        new_buildings=tuple(housing.new_buildings),
        changed_buildings=tuple(housing.changed_buildings),
        new_entrances=tuple(housing.new_entrances),
        moved_out=(*rebuilt, *moves.moved_out),
        split=tuple(housing.split),
        merged=tuple(housing.merged),
        changed_dwellings=tuple(housing.changed_dwellings),
        new_dwellings=tuple(housing.new_dwellings),
        changed_persons=tuple(moves.changed_persons),
        moved_in=tuple(moves.moved_in),
        not_in_file=tuple(housing.not_in_file),
        unknown_dwellings=tuple(moves.unknown_dwellings),
        past=moves.past,
        unchanged_dwellings=housing.unchanged,
        unchanged_residents=moves.unchanged,
        notes=(
            *_whole_file_notes(rows, moves, len(rebuilt)),
            *sorted(housing.notes, key=lambda note: note.line),
        ),
        many_leave=_is_many(*_leaving(moves)),
    )


def _leaving(moves: Moves) -> tuple[int, int]:
    """How many leave only because they are no longer named, and how many live where the file speaks of."""
    leaving = sum(one.reason in {Reason.NOT_IN_FILE, Reason.VACANT} for one in moves.moved_out)
    return leaving, moves.unchanged + len(moves.changed_persons) + len(moves.moved_out)


def _is_many(leaving: int, present: int) -> bool:
    return leaving >= _MANY_LEAVE and leaving > present * _MANY_LEAVE_SHARE


def _leave_rebuilt(housing: Housing, today: date) -> Iterable[MovedOut]:
    """A front door that is gone has nobody behind it. Who lives behind which new one, a file of residents tells."""
    for split in housing.split:
        for resident in staying(split.old, today):
            yield from leave(split.old.external_id, split.line, resident, today, Reason.SPLIT)
    for merged in housing.merged:
        for old in merged.old:
            for resident in staying(old, today):
                yield from leave(old.external_id, merged.line, resident, today, Reason.MERGED)


def _whole_file_notes(rows: Rows, moves: Moves, from_rebuilt: int) -> Iterable[LineError]:
    """What an administrator should read before pressing the button."""
    if from_rebuilt and rows.kind is Kind.DWELLINGS:
        sentence = _(
            "Er zijn woningen gesplitst of samengevoegd. Lees hierna meteen de bewoners in. "
            "Tot dan kunnen %(n)s bewoners van die woningen er niet meer in.",
            n=from_rebuilt,
        )
        yield LineError(0, "", "", sentence)
    leaving, present = _leaving(moves)
    if _is_many(leaving, present):
        sentence = _(
            "Volgens dit bestand zijn %(n)s van de %(present)s bewoners weg. Klopt dat? "
            "Zij kunnen er dan niet meer in.",
            n=leaving,
            present=present,
        )
        yield LineError(0, "", "", sentence)
    if moves.unknown_dwellings:
        sentence = _(
            "%(n)s woningen uit dit bestand kennen wij niet. Hun bewoners slaan wij over. "
            "Horen zij erbij? Lees dan eerst de woningen in.",
            n=len(moves.unknown_dwellings),
        )
        yield LineError(0, "", ", ".join(moves.unknown_dwellings[:3]), sentence)
