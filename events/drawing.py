"""The draw, where an activity says beforehand that places are drawn instead of given to who is first. The rule is
published with the activity and the seed with the outcome, so that anybody can repeat it with paper and a hash:

    Each unit has the number of its arrival. Who missed out in earlier draws of this activity goes first, the ones who
    missed out most often before the others. Among equals the order is that of SHA-256("seed:number"), lowest first.
    In that order each unit gets its seats, if they are still free; the others wait, in that order.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Table, delete, select

from community import clock, db, dialect, journal
from community.journal import JournalEntry
from events import telling, waiting
from events.arranged import Missed
from events.models import Occurrence, Registration

_MISSED = cast(Table, Missed.__table__)
# A round of the worker is short; the next one is half a second later.
_A_ROUND = 20


@dataclass(frozen=True, slots=True)
class Lot:
    """A unit in a draw: its number, its seats, and how often it missed out before."""

    number: int
    seats: int
    missed: int = 0


def ranked(seed: str, lots: Sequence[Lot]) -> list[Lot]:
    """The order of a draw; the same for everybody who has the seed."""
    return sorted(lots, key=lambda lot: (-lot.missed, draw_of(seed, lot.number)))


def draw_of(seed: str, number: int) -> str:
    """What a number draws: the lower, the earlier."""
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def seated(order: Sequence[Lot], capacity: int | None) -> set[int]:
    """The numbers that get their seats, in this order, as long as a whole unit fits."""
    free, found = capacity, set()
    for lot in order:
        if free is None or lot.seats <= free:
            found.add(lot.number)
            free = None if free is None else free - lot.seats
    return found


@db.action
def draw(occurrence_id: int, *, seed: str | None = None) -> None:
    """Hold the draw of a date whose moment has come; a second time is nothing. `seed` is for tests."""
    date = db.lock(Occurrence, occurrence_id)
    if date is None or date.draw_at is None or date.draw_at > clock.now():
        return
    if date.cancelled_at is not None:
        date.draw_at = None
        return
    units = waiting.in_line(date.id)
    times = _times(date.event_id, units)
    lots = [Lot(unit.number, unit.seats, times.get(unit.person_id or 0, 0)) for unit in units]
    date.draw_seed, date.draw_at = seed or secrets.token_hex(8), None
    order = ranked(date.draw_seed, lots)
    free = waiting.free_seats(date)
    lucky = seated(order, free)
    by_number = {unit.number: unit for unit in units}
    for place, lot in zip(sorted(unit.place for unit in units), order, strict=True):
        unit = by_number[lot.number]
        unit.place = place
        if lot.number in lucky:
            waiting.stand(date, unit, "confirmed", unit.seats)
            unit.promoted_at = clock.now()
    _note_who_missed(date, units)
    # Everything that is needed to repeat it, and no name.
    journal.record(
        "occurrence.drawn", by=None, subject=date.id, building=date.building_id, seed=date.draw_seed, places=free,
        lots=[[lot.number, lot.seats, lot.missed] for lot in order],
    )  # fmt: skip
    if date.starts_at > clock.now():
        telling.drawn([unit.id for unit in units])
    waiting.seen(date)


def _times(event_id: int, units: Sequence[Registration]) -> dict[int, int]:
    people = sorted(unit.person_id for unit in units if unit.person_id is not None)
    asked = select(Missed.person_id, Missed.times).where(Missed.event_id == event_id, Missed.person_id.in_(people))
    return {row[0]: row[1] for row in db.connection().execute(asked)}


def _note_who_missed(date: Occurrence, units: Sequence[Registration]) -> None:
    """Who got a seat has had their turn; who did not goes first the next time."""
    db.session().flush()
    came = [unit.person_id for unit in units if unit.state == "confirmed" and unit.person_id is not None]
    db.connection().execute(delete(Missed).where(Missed.event_id == date.event_id, Missed.person_id.in_(came)))
    for unit in sorted(units, key=lambda one: one.person_id or 0):
        if unit.state == "waiting" and unit.person_id is not None:
            values = {"event_id": date.event_id, "person_id": unit.person_id, "times": 1}
            dialect.insert_or_update(
                db.connection(), _MISSED, values, ("event_id", "person_id"), {"times": _MISSED.c.times + 1}
            )


def draw_due() -> int:
    """Hold the draws whose moment has come; returns how many."""
    asked = select(Occurrence.id).where(Occurrence.draw_at.is_not(None), Occurrence.draw_at <= clock.now())
    due = list(db.connection().execute(asked.order_by(Occurrence.draw_at).limit(_A_ROUND)).scalars())
    for occurrence_id in due:
        draw(occurrence_id)
    return len(due)


def held(occurrence_id: int) -> dict[str, Any] | None:
    """What was published of the draw of a date: `seed`, `places` and the `lots` in their order."""
    asked = select(JournalEntry.facts).where(
        JournalEntry.kind == "occurrence.drawn", JournalEntry.subject_id == occurrence_id
    )
    return db.connection().execute(asked.order_by(JournalEntry.id.desc()).limit(1)).scalar()
