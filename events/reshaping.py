"""The dates of a series laid beside what its rule says now: which stay, which come, which go. A date stays when the
rule still has its day. One that goes is kept when anybody had to do with it, as a date that does not go on; else it
is as if it never was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, literal, select, update

from community import clock, dates, db
from community.errors import Invalid
from community.language import ngettext
from community.visitor import Visitor
from events import planning, recurrence, series
from events.arranged import Booking, Call, Duty, DutyTaker, Missed
from events.models import Event, Occurrence, Registration
from events.series import day_of


@dataclass(frozen=True, slots=True)
class Shape:
    """What became of the dates: `kept` follow the activity as it is now, `gone` do not go on, `new` were made. Those
    that go their own way are in none of these."""

    kept: list[Occurrence]
    gone: list[Occurrence]
    new: list[Occurrence]


def reshape(event: Event, rows: Sequence[Occurrence], *, keeps_signups: bool) -> Shape:
    """Let the dates to come (locked) be as an activity says. Rooms are not booked here, and nobody is told.

    Raises:
        Invalid: more people come on some date than there would be places.
    """
    now = clock.now()
    event.rolled_until = series.horizon(event)
    wanted = series.moments(event, now, series.end_of(event.rolled_until, event.zone))
    # Who had coffee this morning has had it, also when it is at two o'clock from now on.
    been = _days_that_were(event, now)
    wanted = [at for at in wanted if day_of(at, event.zone) not in been]
    own = _matched(event, rows, wanted)
    shape = Shape([], [], [])
    without: list[Occurrence] = []
    for row in rows:
        series.seen_as(row, event)
        moment = own.get(row.id)
        if moment is None and not row.is_extra:
            if row.is_changed or row.cancelled_at is not None:
                row.is_extra = True  # the rule does not have it any more, but it is there (RDATE)
            else:
                without.append(row)
            continue
        if moment is not None:
            row.original_at, row.is_extra = moment, False
        if row.is_changed:
            continue
        _check_capacity(row, event, moment, keeps_signups)
        series.follow(row, event)
        starts_at = row.starts_at if moment is None else moment
        series.put_at(row, event, starts_at, starts_at + timedelta(minutes=event.lasts))
        if row.cancelled_at is None:
            shape.kept.append(row)
    in_use = had_to_do([row.id for row in without])
    for row in without:
        if row.id in in_use:
            row.is_extra = True
            shape.gone.append(row)
    remove([row for row in without if row.id not in in_use])
    db.session().flush()
    taken = {*own.values()}
    shape.new.extend(series.new_date(event, at) for at in wanted if at not in taken)
    _past_is_past(event, now)
    return shape


def _matched(event: Event, rows: Sequence[Occurrence], wanted: Sequence[datetime]) -> dict[int, datetime]:
    """Which moment of the rule each date has, by its number: the same moment, else the same day."""
    there = {row.original_at: row for row in rows}
    own = {there[at].id: at for at in wanted if at in there}
    if event.rrule is None and len(wanted) == 1:
        # A single one is that one, whenever it is.
        single = [row for row in rows if not row.is_extra]
        return own or {row.id: wanted[0] for row in single[:1]}
    free: dict[date, list[datetime]] = defaultdict(list)
    for at in wanted:
        if at not in there:
            free[day_of(at, event.zone)].append(at)
    for row in sorted(rows, key=lambda row: row.original_at):
        if row.id not in own and not row.is_extra:
            same_day = free.get(day_of(row.original_at, event.zone))
            if same_day:
                own[row.id] = same_day.pop(0)
    return own


def _check_capacity(row: Occurrence, event: Event, moment: datetime | None, keeps_signups: bool) -> None:
    lapses = not keeps_signups and moment is not None and moment != row.starts_at
    if event.capacity is None or row.coming <= event.capacity or lapses:
        return
    raise Invalid({
        "plaatsen": ngettext(
            "Op %(day)s komt al %(n)s mens. Kies %(n)s plaats of meer.",
            "Op %(day)s komen al %(n)s mensen. Kies %(n)s plaatsen of meer.",
            row.coming,
            day=dates.full(clock.local(row.starts_at).date()),
        )
    })  # fmt: skip


def had_to_do(ids: Sequence[int]) -> set[int]:
    """Of these dates those with which anybody had to do: who answered, who has a job, who was called."""
    found: set[int] = set()
    for table in (Registration, DutyTaker, Call):
        asked = select(table.occurrence_id).where(table.occurrence_id.in_(ids)).distinct()
        found.update(db.session().scalars(asked))
    return found


def remove(rows: Sequence[Occurrence]) -> None:
    """Let these dates be as if they never were, with the room that they had."""
    ids = [row.id for row in rows]
    db.session().flush()
    quiet = {"synchronize_session": False}
    db.session().execute(delete(Booking).where(Booking.occurrence_id.in_(ids)), execution_options=quiet)
    for row in rows:
        db.session().delete(row)


def _days_that_were(event: Event, now: datetime) -> set[date]:
    past = select(Occurrence.starts_at).where(Occurrence.event_id == event.id, Occurrence.starts_at <= now)
    return {day_of(at, event.zone) for at in db.session().scalars(past)}


def _past_is_past(event: Event, now: datetime) -> None:
    """What was, was: a date that the rule would not have now becomes one besides it, so that calendars keep it."""
    first = recurrence.moment(event.start_on, event.start_at, event.zone)
    by_rule = {*series.moments(event, first, now)}
    past = select(Occurrence).where(Occurrence.event_id == event.id, Occurrence.starts_at <= now)
    for row in db.session().scalars(past):
        row.is_extra = row.original_at not in by_rule


def split(old: Event, values: dict[str, Any], at: datetime, *, by: Visitor) -> Event:
    """A new activity that follows an old one from a moment on; the old one ends before it."""
    assert old.rrule is not None
    now = clock.now()
    new = Event(
        **values, uid=planning.new_uid(), sequence=-1, follows_id=old.id, topic_id=old.topic_id,
        created_by_id=old.created_by_id, created_at=now, updated_at=now,
    )  # fmt: skip
    old.rrule = recurrence.ended_before(old.rrule, at)
    old.sequence, old.updated_at = old.sequence + 1, now
    db.session().add(new)
    db.session().flush()
    return new


def hand_over_rota(old: Event, new: Event, ids: Sequence[int]) -> None:
    """Who has a job on these dates has it in the new series; and who missed out in a draw is not forgotten."""
    held = select(Duty).where(Duty.event_id == old.id, Duty.ended_at.is_(None))
    for duty in db.session().scalars(held).all():
        copy = Duty(event_id=new.id, title=duty.title, needed=duty.needed, position=duty.position)
        db.session().add(copy)
        db.session().flush()
        db.session().execute(
            update(DutyTaker)
            .where(DutyTaker.duty_id == duty.id, DutyTaker.occurrence_id.in_(ids))
            .values(duty_id=copy.id)
        )  # fmt: skip
    missed = select(literal(new.id), Missed.person_id, Missed.times).where(Missed.event_id == old.id)
    db.session().execute(insert(Missed).from_select(["event_id", "person_id", "times"], missed))
