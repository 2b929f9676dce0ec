"""All dates at once, as a convenience: each is answered by itself, and can be answered otherwise later."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from community import clock, db
from community.errors import Invalid, Missing, Refused
from community.visitor import Visitor
from events import registering
from events.models import Event, Occurrence, Registration
from events.seeing import seen_by


@dataclass(frozen=True, slots=True)
class Outcome:
    """On how many dates somebody comes, waits, or no longer comes; and on how many it could not be."""

    coming: int = 0
    waiting: int = 0
    left: int = 0
    refused: int = 0


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
    """Those that somebody said to come to: on the others nothing needs to be said."""
    asked = select(Registration.occurrence_id).where(
        Registration.occurrence_id.in_(keys),
        Registration.person_id == by.person_id,
        Registration.state.in_(("confirmed", "waiting")),
    )
    return list(db.connection().execute(asked.order_by(Registration.occurrence_id)).scalars())
