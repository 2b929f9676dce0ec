"""All dates at once, as a convenience: each is answered by itself, and can be answered otherwise later. What that will
bring on each is told beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from community import clock, db
from community.errors import Invalid, Missing, Refused
from community.visitor import Visitor
from events import policy_answers, queries, registering, waiting
from events.models import Event, Guest, Occurrence, Registration
from events.queries import DateRow
from events.seeing import seen_by


@dataclass(frozen=True, slots=True)
class Outcome:
    """On how many dates somebody comes, waits, or no longer comes; and on how many it could not be."""

    coming: int = 0
    waiting: int = 0
    left: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Prospect:
    """The dates that are to come, by what an answer for all of them brings. To yes: one comes, waits, takes part in the
    draw, or it is too late; on `coming`, `in_line` and `along` (with somebody else) nothing changes. To no: one leaves
    exactly those three."""

    free: list[DateRow] = field(default_factory=list)
    full: list[DateRow] = field(default_factory=list)
    draw: list[DateRow] = field(default_factory=list)
    late: list[DateRow] = field(default_factory=list)
    coming: list[DateRow] = field(default_factory=list)
    in_line: list[DateRow] = field(default_factory=list)
    along: list[DateRow] = field(default_factory=list)

    @property
    def joins(self) -> int:
        """On how many dates yes changes something."""
        return len(self.free) + len(self.full) + len(self.draw)

    @property
    def leaves(self) -> int:
        """On how many dates no changes something."""
        return len(self.coming) + len(self.in_line) + len(self.along)


def prospect(visitor: Visitor, event_id: int) -> Prospect:
    """What an answer for all dates would bring now; one query."""
    found = Prospect()
    for row in _to_come(visitor, event_id):
        if row.own_state == "confirmed":
            found.coming.append(row)
        elif row.own_state == "waiting":
            found.in_line.append(row)
        elif row.along_state:
            found.along.append(row)
        elif policy_answers.is_late(visitor, row):
            found.late.append(row)
        elif waiting.waits_for_draw(row):
            found.draw.append(row)
        else:
            (found.full if waiting.free_seats(row) == 0 else found.free).append(row)
    return found


def _to_come(visitor: Visitor, event_id: int) -> Sequence[DateRow]:
    there = queries.of_series(visitor, event_id, clock.now(), but=0, most=queries.MOST)
    return [row for row in there if row.needs_signup and row.cancelled_at is None and row.starts_at > clock.now()]


@db.action
def answer_all(event_id: int, *, coming: bool, by: Visitor) -> Outcome:
    """Come to every date that is still to be, or to none of them any more. A date on which that cannot be (too late)
    stays as it is. Raises Missing when this person sees no date of it."""
    keys = _coming_dates(event_id, by)
    if not keys:
        raise Missing()
    counted = {"confirmed": 0, "waiting": 0, "withdrawn": 0, "refused": 0}
    # Lower ids first, as everybody who locks several.
    for key in keys if coming else _answered(keys, by):
        try:
            unit = registering.answer(key, coming=coming, by=by)
        except (Refused, Invalid):
            counted["refused"] += 1
        else:
            counted[unit.state if coming or unit.person_id == by.person_id else "withdrawn"] += 1
    return Outcome(*counted.values())


def _coming_dates(event_id: int, by: Visitor) -> list[int]:
    asked = (
        select(Occurrence.id)
        .join(Event, Event.id == Occurrence.event_id)
        .where(
            Occurrence.event_id == event_id,
            Occurrence.starts_at > clock.now(),
            Occurrence.cancelled_at.is_(None),
            Event.needs_signup,
            seen_by(by),
        )
    )
    return list(db.connection().execute(asked.order_by(Occurrence.id)).scalars())


def _answered(keys: list[int], by: Visitor) -> list[int]:
    """Those that somebody said to come to, or comes along to: on the others nothing needs to be said."""
    asked = select(Registration.occurrence_id).where(
        Registration.occurrence_id.in_(keys),
        Registration.person_id == by.person_id,
        Registration.state.in_(("confirmed", "waiting")),
    )
    along = select(Guest.occurrence_id).where(Guest.occurrence_id.in_(keys), Guest.person_id == by.person_id)
    return sorted(db.connection().execute(asked.union(along)).scalars())
