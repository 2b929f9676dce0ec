"""Change what is in the calendar: one date, all of them, or one and those that follow; and let something not go on.
Each is one transaction: the dates, their rooms, who signed up, and what those are told. Locks are taken of the dates
first (the lowest number first), then of the activity, then of the room."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from community import clock, db, journal, text
from community.errors import Invalid, Missing, Refused
from community.language import gettext as _
from community.visitor import Visitor
from events import (
    bookings,
    date_plans,
    differences,
    leaving,
    planning,
    policy,
    recurrence,
    registering,
    reshaping,
    series,
    telling,
)
from events.date_plans import DatePlan
from events.models import REASON_MAX, TITLE_MAX, Event, Guest, Occurrence, Registration
from events.planning import Plan
from events.seeing import seen_by
from events.series import day_of

_STANDING = ("confirmed", "waiting")


# ---- one date --------------------------------------------------------------------------------------------------------


@db.action
def change_date(
    occurrence_id: int,
    plan: DatePlan,
    *,
    keeps_signups: bool = True,
    despite_clashes: bool = False,
    instead: str = "",
    by: Visitor,
) -> None:
    """Let one date be otherwise than its series; from now on it goes its own way. Whoever signed up hears what is
    different. With another time their answer holds, or (`keeps_signups` False) they are asked to sign up again. Where
    somebody else has the room it is elsewhere (`instead`) with `despite_clashes`, or gets a place later.

    Raises:
        Missing: this person sees no such date. Refused: it is not theirs to change, or it is over or cancelled.
        Invalid: something cannot be used, as fewer places than people who come. RoomTaken: somebody has the room.
    """
    row, event = _hold(occurrence_id, by)
    _check_to_come(row)
    date_plans.check(plan, row, event, by)
    starts_at = recurrence.moment(plan.start_on, plan.start_at, event.zone)
    ends_at = starts_at + timedelta(minutes=plan.lasts)
    if starts_at < clock.now() and starts_at != row.starts_at:
        raise Invalid({"dag": _("Deze dag is al geweest. Kies een dag die nog komt.")})
    wanted = {
        "title": text.clean_line(plan.title, TITLE_MAX),
        "host_id": plan.host_id,
        "room_id": plan.room_id,
        "place": text.clean_line(plan.place, 120) if plan.room_id is None else "",
        "cents": plan.cents,
        "note": text.clean_line(plan.note, REASON_MAX),
    }
    is_placed = plan.room_id is not None or bool(plan.place)
    if series.is_homeless(row) and is_placed and wanted["note"] == row.note and series.says_homeless(row.note):
        wanted["note"] = ""  # it has a place now
    how = (keeps_signups, despite_clashes, instead)
    _let_be(row, event, wanted, starts_at, ends_at, plan.capacity, how, by=by)


@db.action
def move_date(
    occurrence_id: int,
    starts_at: datetime,
    ends_at: datetime,
    *,
    keeps_signups: bool,
    despite_clashes: bool = False,
    instead: str = "",
    by: Visitor,
) -> None:
    """Put one date at another time; else as `change_date`."""
    row, event = _hold(occurrence_id, by)
    _check_to_come(row)
    if not timedelta(0) < ends_at - starts_at <= timedelta(days=1):
        raise Invalid({"tot": _("Het einde is voor het begin. Kies een latere eindtijd.")})
    if starts_at < clock.now():
        raise Invalid({"dag": _("Deze dag is al geweest. Kies een dag die nog komt.")})
    _let_be(row, event, {}, starts_at, ends_at, row.capacity, (keeps_signups, despite_clashes, instead), by=by)


def _let_be(
    row: Occurrence,
    event: Event,
    wanted: dict[str, Any],
    starts_at: datetime,
    ends_at: datetime,
    capacity: int | None,
    how: tuple[bool, bool, str],
    *,
    by: Visitor,
) -> None:
    keeps_signups, despite_clashes, instead = how
    was, note, host = differences.of(row), row.note, row.host_id
    for name, value in wanted.items():
        setattr(row, name, value)
    if (starts_at, ends_at) != (row.starts_at, row.ends_at):
        series.put_at(row, event, starts_at, ends_at)
    now = differences.of(row)
    if (was, note, host, row.capacity) == (now, row.note, row.host_id, capacity):
        return
    if (was.room_id, was.starts_at, was.ends_at) != (row.room_id, starts_at, ends_at):
        series.let_rooms(
            [row], by=by, despite_clashes=despite_clashes, instead=instead, without_gone=despite_clashes
        )  # fmt: skip
    row.is_changed = True
    series.touch(row)
    _settle([row], {row.id: was}, keeps_signups=keeps_signups, by=by)
    registering.capacity_changed(row, capacity, by=by)
    kind = "occurrence.moved" if was.starts_at != row.starts_at else "occurrence.changed"
    journal.record(kind, by=by.person_id, subject=row.id, building=row.building_id, event=event.id)
    series.hint(event, [row], "changed")


@db.action
def skip_date(occurrence_id: int, why: str, *, by: Visitor) -> None:
    """This date does not go on. Whoever signed up hears so, with the reason. Twice is once.

    Raises:
        Missing, Refused: as `change_date`. Invalid: somebody signed up, and there is no reason to tell (under "reden").
    """
    row, event = _hold(occurrence_id, by)
    if row.cancelled_at is not None:
        return
    _check_to_come(row)
    _cancel([row], _reason(why, [row]), by=by)
    journal.record("occurrence.cancelled", by=by.person_id, subject=row.id, building=row.building_id, event=event.id)
    series.hint(event, [row], "cancelled")


@db.action
def restore_date(
    occurrence_id: int,
    *,
    despite_clashes: bool = False,
    instead: str = "",
    room_id: int | None = None,
    by: Visitor,
) -> None:
    """A date that was not to go on does; in another room when one is chosen. Who had signed up stands as before, and
    hears it.

    Raises:
        Missing, Refused: as `change_date`, or the whole activity does not go on. RoomTaken: the room went to another.
        RoomGone: it is not there any more. Both only when nothing was chosen instead. Invalid: the chosen room is not
        one of theirs then (under "zaal").
    """
    row, event = _hold(occurrence_id, by)
    if row.cancelled_at is None:
        return
    if event.cancelled_at is not None:
        raise Refused(_("De hele activiteit gaat niet door. Maak een nieuwe activiteit."))
    _check_not_over(row)
    before = {row.id: differences.of(row)}
    row.cancelled_at, row.cancelled_why = None, ""
    if room_id is not None:
        date_plans.choose_room(row, event, room_id, by)
    series.put_at(row, event, row.starts_at, row.ends_at)
    series.let_rooms([row], by=by, despite_clashes=despite_clashes, instead=instead, without_gone=despite_clashes)
    if row.room_id != before[row.id].room_id:
        row.is_changed = True
    series.touch(row)
    different = differences.sentence_of(before)
    telling.changed([row.id], lambda row: f"{_('Deze activiteit gaat toch door.')} {different(row)}".strip(), by=by)
    journal.record("occurrence.restored", by=by.person_id, subject=row.id, building=row.building_id, event=event.id)
    series.hint(event, [row], "changed")


@db.action
def add_date(
    event_id: int, day: date, at: time, *, despite_clashes: bool = False, instead: str = "", by: Visitor
) -> int:
    """One time more, besides the rule; returns the number of the date. A date that is there already is that one, and
    goes on again when it was cancelled.

    Raises:
        Missing, Refused: as `change_date`. Invalid: that day has been, or is years away. RoomTaken.
    """
    event = _visible(event_id, by)
    starts_at = recurrence.moment(day, at, event.zone)
    there = series.lock_dates(Occurrence.event_id == event_id, Occurrence.original_at == starts_at)
    event = _locked(event_id)
    policy.check_change(by, event)
    if event.cancelled_at is not None:
        raise Refused(_("De hele activiteit gaat niet door. Maak een nieuwe activiteit."))
    if there:
        restore_date(there[0].id, despite_clashes=despite_clashes, instead=instead, by=by)
        return there[0].id
    if starts_at < clock.now():
        raise Invalid({"dag": _("Deze dag is al geweest. Kies een dag die nog komt.")})
    if day.year > clock.today().year + planning.YEARS_AHEAD:
        raise Invalid({"dag": _("Dit jaar klopt niet. Kies een dag tot en met %(year)s.",
                                year=clock.today().year + planning.YEARS_AHEAD)})  # fmt: skip
    row = series.new_date(event, starts_at, is_extra=event.rrule is None or not series.is_by_rule(event, starts_at))
    series.let_rooms([row], by=by, despite_clashes=despite_clashes, instead=instead, without_gone=despite_clashes)
    event.sequence, event.updated_at = event.sequence + 1, clock.now()
    journal.record("occurrence.added", by=by.person_id, subject=row.id, building=row.building_id, event=event.id)
    series.hint(event, [row], "planned")
    return row.id


# ---- all dates -------------------------------------------------------------------------------------------------------


@db.action
def change_series(
    event_id: int,
    plan: Plan,
    *,
    keeps_signups: bool = True,
    despite_clashes: bool = False,
    instead: str = "",
    by: Visitor,
) -> None:
    """Let an activity be otherwise, on all dates that are to come and were not changed by themselves. A date that the
    rule still has keeps who signed up; one that it no longer has does not go on, and those who signed up are told.

    Raises:
        Missing, Refused: as `change_date`. Invalid, RoomTaken: as `planning.plan`, and fewer places than people who
        come on some date.
    """
    _visible(event_id, by)
    to_come = (Occurrence.event_id == event_id, Occurrence.starts_at > clock.now())
    series.lock_dates(*to_come)
    event = _locked(event_id)
    policy.check_change(by, event)
    if event.cancelled_at is not None:
        raise Refused(_("De hele activiteit gaat niet door. Maak een nieuwe activiteit."))
    # Again: the worker may have added some before we had the activity.
    rows = series.lock_dates(*to_come)
    values = planning.checked(plan, by=by, event=event)
    if (
        values["rrule"] is None
        and recurrence.moment(values["start_on"], plan.start_at, event.zone) < clock.now()
        and rows
    ):
        raise Invalid({"dag": _("Deze dag is al geweest. Kies een dag die nog komt.")})
    _reshape(event, values, plan, rows, keeps_signups=keeps_signups, despite=(despite_clashes, instead), by=by)


@db.action
def change_following(
    occurrence_id: int,
    plan: Plan,
    *,
    keeps_signups: bool = True,
    despite_clashes: bool = False,
    instead: str = "",
    by: Visitor,
) -> int:
    """Let a date and those that follow be otherwise; returns the activity they belong to from now on. What was before
    stays as it was, and that series ends there.

    Raises:
        as `change_series`.
    """
    here = db.session().execute(
        select(Occurrence.event_id, Occurrence.original_at).where(Occurrence.id == occurrence_id, seen_by(by))
    ).first()  # fmt: skip
    if here is None:
        raise Missing()
    following = (Occurrence.event_id == here.event_id, Occurrence.original_at >= here.original_at)
    series.lock_dates(*following)
    old = _locked(here.event_id)
    rows = series.lock_dates(*following)
    policy.check_change(by, old)
    first = next((row for row in rows if row.id == occurrence_id), None)
    if first is None or old.cancelled_at is not None:
        raise Refused(_("Deze dag is intussen veranderd. Kijk nog eens in de agenda."))
    _check_not_over(first)
    before = db.session().scalar(
        select(func.count()).where(Occurrence.event_id == old.id, Occurrence.original_at < first.original_at)
    )
    if not before or old.rrule is None:
        how: Any = {"keeps_signups": keeps_signups, "despite_clashes": despite_clashes, "instead": instead}
        change_series(old.id, plan, **how, by=by)
        return old.id
    values = planning.checked(
        replace(plan, start_on=max(plan.start_on, day_of(first.original_at, old.zone))), by=by, event=old
    )
    if values["rrule"] and recurrence.count_of(values["rrule"]) == recurrence.count_of(old.rrule):
        # "Ten times" is ten times in all.
        values["rrule"] = recurrence.fewer(values["rrule"], series.count_before(old, first.original_at))
    new = reshaping.split(old, values, first.original_at, by=by)
    for row in rows:
        row.event_id = new.id
    db.session().flush()
    reshaping.hand_over_rota(old, new, [row.id for row in rows])
    to_come = [row for row in rows if row.starts_at > clock.now()]
    _reshape(new, values, plan, to_come, keeps_signups=keeps_signups, despite=(despite_clashes, instead), by=by)
    series.hint(old, [], "changed")
    return new.id


@db.action
def cancel_event(event_id: int, why: str, *, by: Visitor) -> None:
    """None of the dates that are to come goes on. Whoever signed up for one hears so, with the reason. Twice is once.

    Raises:
        as `skip_date`.
    """
    _visible(event_id, by)
    to_come = (Occurrence.event_id == event_id, Occurrence.starts_at > clock.now(), Occurrence.cancelled_at.is_(None))
    series.lock_dates(*to_come)
    event = _locked(event_id)
    policy.check_change(by, event)
    if event.cancelled_at is not None:
        return
    rows = series.lock_dates(*to_come)
    reason = _reason(why, rows)
    _cancel(rows, reason, by=by)
    event.cancelled_at, event.cancelled_why = clock.now(), reason
    event.sequence, event.updated_at = event.sequence + 1, clock.now()
    journal.record(
        "event.cancelled", by=by.person_id, subject=event.id, building=event.building_id, dates=len(rows)
    )  # fmt: skip
    series.hint(event, rows, "cancelled")


# ---- what they have in common ----------------------------------------------------------------------------------------


def _reshape(
    event: Event,
    values: dict[str, Any],
    plan: Plan,
    rows: list[Occurrence],
    *,
    keeps_signups: bool,
    despite: tuple[bool, str],
    by: Visitor,
) -> None:
    before = {row.id: differences.of(row) for row in rows}
    audience = (event.building_id, event.neighbourhood_id, event.seen_by)
    for name, value in values.items():
        setattr(event, name, value)
    event.sequence, event.updated_at = event.sequence + 1, clock.now()
    planning.put_duties(event, plan.duties)
    shape = reshaping.reshape(event, rows, keeps_signups=keeps_signups)
    _cancel(shape.gone, _("De dagen van deze reeks zijn veranderd."), by=by)
    moved = [
        row
        for row in shape.kept
        if (row.room_id, row.starts_at, row.ends_at)
        != (before[row.id].room_id, before[row.id].starts_at, before[row.id].ends_at)
    ]
    series.let_rooms([*moved, *shape.new], by=by, despite_clashes=despite[0], instead=despite[1])
    for row in shape.kept:
        series.touch(row)
    _settle(shape.kept, before, keeps_signups=keeps_signups, by=by)
    if audience != (event.building_id, event.neighbourhood_id, event.seen_by):
        leaving.narrowed(rows)
    for row in shape.kept:
        registering.capacity_changed(row, event.capacity, by=by)
    journal.record(
        "event.changed", by=by.person_id, subject=event.id, building=event.building_id, acting_as=event.host_as,
        kept=len(shape.kept), gone=len(shape.gone), new=len(shape.new),
    )  # fmt: skip
    series.hint(event, [*rows, *shape.new], "changed")


def _settle(rows: list[Occurrence], before: dict[int, differences.Was], *, keeps_signups: bool, by: Visitor) -> None:
    """Tell who signed up what is different; and when their answer does not hold at another time, take it off."""
    different = [row for row in rows if row.cancelled_at is None and differences.of(row) != before[row.id]]
    if not different:
        return
    telling.changed(
        [row.id for row in different],
        differences.sentence_of(before, lapsed=not keeps_signups),
        to_helpers=differences.sentence_of(before),
        by=by,
    )
    if keeps_signups:
        return
    lapsing = [row for row in different if row.starts_at != before[row.id].starts_at and row.coming + row.waiting]
    ids = [row.id for row in lapsing]
    standing = select(Registration.id).where(Registration.occurrence_id.in_(ids), Registration.state.in_(_STANDING))
    quiet = {"synchronize_session": False}
    db.session().execute(delete(Guest).where(Guest.registration_id.in_(standing)), execution_options=quiet)
    db.session().execute(
        update(Registration)
        .where(Registration.occurrence_id.in_(ids), Registration.state.in_(_STANDING))
        .values(state="withdrawn", changed_at=clock.now()),
        execution_options=quiet,
    )
    for row in lapsing:
        row.coming = row.waiting = 0
        row.draw_seed = None
        event = db.session().get_one(Event, row.event_id)
        series.put_at(row, event, row.starts_at, row.ends_at)
    db.session().flush()


def _cancel(rows: list[Occurrence], why: str, *, by: Visitor) -> None:
    if not rows:
        return
    telling.cancelled([row.id for row in rows], why, by=by)
    for row in rows:
        row.cancelled_at, row.cancelled_why = clock.now(), why
        row.remind_at = row.draw_at = None
        series.touch(row)
    bookings.release_all([row.id for row in rows])
    db.session().flush()


def _reason(why: str, rows: list[Occurrence]) -> str:
    said = " ".join(why.split())
    if len(said) > REASON_MAX:
        raise Invalid({"reden": _("Dit is te lang. Maak het korter dan %(n)s letters.", n=REASON_MAX)})
    if not said and any(row.coming + row.waiting for row in rows):
        raise Invalid({"reden": _("Schrijf waarom het niet doorgaat. Wie zich opgaf, leest dat.")})
    return said


def _hold(occurrence_id: int, by: Visitor) -> tuple[Occurrence, Event]:
    """A date, locked, that this person sees and may change, with its activity."""
    found = db.session().scalar(select(Occurrence.id).where(Occurrence.id == occurrence_id, seen_by(by)))
    row = db.lock(Occurrence, found) if found else None
    if row is None:
        raise Missing()
    event = db.session().get_one(Event, row.event_id, populate_existing=True)
    policy.check_change_date(by, event, row)
    return row, event


def _visible(event_id: int, by: Visitor) -> Event:
    found = db.session().scalar(select(Event).where(Event.id == event_id, seen_by(by, Event)))
    if found is None:
        raise Missing()
    return found


def _locked(event_id: int) -> Event:
    event = db.lock(Event, event_id)
    if event is None:
        raise Missing()
    return event


def _check_to_come(row: Occurrence) -> None:
    if row.cancelled_at is not None:
        raise Refused(_("Deze dag gaat niet door. Laat hem eerst weer doorgaan."))
    _check_not_over(row)


def _check_not_over(row: Occurrence) -> None:
    if row.starts_at <= clock.now():
        raise Refused(_("Deze dag is al begonnen of geweest. U kunt hem niet meer veranderen."))
