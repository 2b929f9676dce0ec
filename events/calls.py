"""The call list of a date: who has no mail and must hear something, until somebody has called. Who is blocked stands
here all the same: nobody shall stand before a closed door because of a quarrel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from community import clock, db, journal
from community.accounts.models import Person
from community.errors import Missing
from community.visitor import Visitor
from events import policy_answers
from events.arranged import Call
from events.models import Occurrence
from events.seeing import seen_by


class Listed(NamedTuple):
    """Somebody to call, and what to tell them; `done_by` is who did."""

    id: int
    name: str
    why: str
    sentence: str
    created_at: datetime
    done_at: datetime | None
    done_by: str | None


def of(occurrence_id: int) -> Sequence[Listed]:
    """Who is to be called first, then who was called."""
    asked = (
        select(Call.id, Call.name, Call.why, Call.sentence, Call.created_at, Call.done_at, Person.short_name)
        .outerjoin(Person, Person.id == Call.done_by_id)
        .where(Call.occurrence_id == occurrence_id)
        .order_by(Call.done_at.is_not(None), Call.created_at, Call.id)
    )
    return [Listed(*row) for row in db.connection().execute(asked)]


class Open(NamedTuple):
    """A date of which somebody is still to be called."""

    occurrence_id: int
    starts_at: datetime
    people: int


def open_of(event_id: int) -> Sequence[Open]:
    """How many are still to be called, by date. Of all dates of an activity: what changes a whole series is told of the
    first date that somebody came to, which is often another than one looks at."""
    asked = (
        select(Occurrence.id, Occurrence.starts_at, func.count())
        .join(Call, Call.occurrence_id == Occurrence.id)
        .where(Occurrence.event_id == event_id, Call.done_at.is_(None), Occurrence.ends_at > clock.now())
        .group_by(Occurrence.id, Occurrence.starts_at)
        .order_by(Occurrence.starts_at)
    )
    return [Open(*row) for row in db.connection().execute(asked)]


@db.action
def tick(call_id: int, *, done: bool, by: Visitor) -> None:
    """Somebody was called, or was not after all. Twice is once."""
    asked = (
        select(Occurrence)
        .join(Call, Call.occurrence_id == Occurrence.id)
        .where(Call.id == call_id, seen_by(by))
        .execution_options(populate_existing=True)
    )
    date = db.session().scalar(asked)
    if date is None:
        raise Missing()
    policy_answers.check_organise(by, date)
    call = db.lock(Call, call_id)
    assert call is not None
    if (call.done_at is not None) is done:
        return
    call.done_at, call.done_by_id = (clock.now(), by.person_id) if done else (None, None)
    kind = "call.made" if done else "call.not_made"
    journal.record(kind, by=by.person_id, subject=call.id, building=date.building_id, occurrence=date.id)
