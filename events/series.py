"""The dates of a series: which moments its rule gives, the row of each, and the room at each. What planning, changing
and rolling forward have in common; none of them is an action by itself, nor asks who may."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from community import clock, dates, db, holidays, language, live
from community.errors import Invalid
from community.language import gettext as _
from community.language import ngettext
from community.places.models import Building
from community.visitor import Visitor
from events import bookings, recurrence, searching
from events.arranged import Room
from events.bookings import Taken
from events.models import NEIGHBOURHOOD, Event, Occurrence

# Dates exist so far ahead at least (promised: 15 months), and are made a month further each time, so that the worker
# looks at a series once a month.
AT_LEAST = timedelta(days=460)
AHEAD = AT_LEAST + timedelta(days=31)
# The reminder goes the day before, after breakfast.
REMIND_AT = time(10)
# So many dates are named in a sentence; the rest is a number.
_NAMED = 4


class RoomTaken(Invalid):
    """Somebody else has the room at some dates; `taken` is who, by the moment that the date begins."""

    def __init__(self, taken: dict[datetime, Taken], count: int) -> None:
        super().__init__({"zaal": _clash_sentence(taken, count)})
        self.taken = taken


class RoomGone(Invalid):
    """The room is no longer there."""

    def __init__(self) -> None:
        super().__init__({"zaal": _("Deze zaal is er niet meer. Kies een andere plek.")})


def _clash_sentence(taken: dict[datetime, Taken], count: int) -> str:
    if count == 1:
        return bookings.Clash(next(iter(taken.values()))).sentence
    named = [
        _("%(day)s (%(who)s, tot %(until)s)", day=dates.day_of(at), who=one.what or one.who,
          until=dates.time(one.ends_at))
        for at, one in sorted(taken.items())
    ]  # fmt: skip
    told = "; ".join(named[:_NAMED])
    if len(named) > _NAMED:
        told = ngettext("%(told)s; en nog %(n)s dag", "%(told)s; en nog %(n)s dagen", len(named) - _NAMED, told=told)
    return ngettext(
        "De zaal is op %(n)s van de %(count)s dagen al bezet: %(told)s.",
        "De zaal is op %(n)s van de %(count)s dagen al bezet: %(told)s.",
        len(named),
        count=count,
        told=told,
    )


def days_off(skips_holidays: bool, region: str | None) -> recurrence.Skip | None:
    """Which days a series leaves out: public holidays, and the school holidays of a region as far as they are known."""
    if not skips_holidays and not region:
        return None

    def skip(day: date) -> bool:
        return (skips_holidays and holidays.is_public_holiday(day)) or (bool(region) and _is_school_free(region, day))

    return skip


def _is_school_free(region: str | None, day: date) -> bool:
    # A school year begins in the summer: a day can be in that of this year or of the year before.
    return any(
        one.first <= day <= one.last
        for year in (day.year - 1, day.year)
        for one in holidays.school_holidays(region or "", year)
    )


def moments(event: Event, after: datetime, before: datetime) -> list[datetime]:
    """When the rule of an activity says that it is, from a moment up to and including another."""
    skip = days_off(event.skips_holidays, event.skips_school_holidays) if event.rrule else None
    return recurrence.expand(event.rrule, event.start_on, event.start_at, event.zone, after, before, skip)


def is_by_rule(event: Event, at: datetime) -> bool:
    """Whether the rule of an activity itself has this moment, also where it is left out for a holiday."""
    return bool(recurrence.expand(event.rrule, event.start_on, event.start_at, event.zone, at, at))


def count_before(event: Event, at: datetime) -> int:
    """How many times the rule counts before a moment, those that are left out among them."""
    first = recurrence.moment(event.start_on, event.start_at, event.zone)
    before = at - timedelta(seconds=1)
    return len(recurrence.expand(event.rrule, event.start_on, event.start_at, event.zone, first, before))


def horizon(event: Event) -> date:
    """Up to and including which day the dates of an activity are made now; the first one always is."""
    return max(clock.today() + AHEAD, event.start_on + timedelta(days=31))


def end_of(day: date, zone: str) -> datetime:
    """The last moment of a day there."""
    return recurrence.moment(day + timedelta(days=1), time(0), zone) - timedelta(seconds=1)


def day_of(at: datetime, zone: str) -> date:
    """Which day it is there."""
    return at.astimezone(recurrence.zone_of(zone)).date()


def new_date(event: Event, at: datetime, *, is_extra: bool = False) -> Occurrence:
    """A date of an activity, as the activity says it is."""
    row = Occurrence(event_id=event.id, original_at=at, is_extra=is_extra, coming=0, waiting=0, note="")
    row.capacity = event.capacity
    follow(row, event)
    put_at(row, event, at, at + timedelta(minutes=event.lasts))
    db.session().add(row)
    return row


def follow(row: Occurrence, event: Event) -> None:
    """Let a date be as its activity says, but for when it is and how many can come."""
    seen_as(row, event)
    row.title, row.host_id, row.cents = event.title, event.host_id, event.cents
    row.room_id, row.place, row.note = event.room_id, event.place, ""


def seen_as(row: Occurrence, event: Event) -> None:
    """Let those see a date who see its activity."""
    row.building_id, row.neighbourhood_id, row.seen_by = event.building_id, event.neighbourhood_id, event.seen_by


def put_at(row: Occurrence, event: Event, starts_at: datetime, ends_at: datetime) -> None:
    """Let a date be at this time, with what hangs on it: until when one signs up, the reminder, the draw. A reminder
    whose time has passed is not sent any more, and a draw that was held stays."""
    row.starts_at, row.ends_at = starts_at, ends_at
    row.closes_at = starts_at - timedelta(minutes=event.closes_before or 0)
    now = clock.now()
    before = day_of(starts_at, event.zone) - timedelta(days=1)
    reminder = recurrence.moment(before, REMIND_AT, event.zone)
    row.remind_at = reminder if event.needs_signup and reminder > now else None
    if row.draw_seed is None:
        row.draw_at = row.closes_at if event.by_draw and row.capacity is not None and starts_at > now else None


def touch(row: Occurrence) -> None:
    """A date is other than readers saw it, and calendars elsewhere fetched it."""
    row.version = (row.version or 1) + 1
    row.sequence = (row.sequence or 0) + 1


def let_rooms(
    rows: Sequence[Occurrence],
    *,
    by: Visitor | int,
    despite_clashes: bool = False,
    instead: str = "",
    without_gone: bool = False,
) -> None:
    """Book the room of each of these dates, all of them in this transaction. With `despite_clashes` the dates on which
    somebody else has it are elsewhere (`instead`), or get a place later, and say so; `without_gone`: also when the room
    itself is no longer there.

    Raises:
        RoomTaken: somebody else has it at some of them. RoomGone: it is not there any more.
    """
    db.session().flush()
    for room_id in sorted({row.room_id for row in rows if row.room_id is not None}):
        room = db.lock(Room, room_id)
        if room is not None and room.removed_at is None:
            continue
        if not without_gone:
            raise RoomGone
        for row in rows:
            if row.room_id == room_id:
                row.room_id, row.place, row.note = None, instead, _without_room(instead, is_gone=True)
    # First all are given back: a date may come where another one of them was.
    bookings.release_all([row.id for row in rows])
    placed = [row for row in rows if row.room_id is not None]
    taken = _taken(placed)
    if taken and not despite_clashes:
        raise RoomTaken({row.starts_at: taken[row.id] for row in placed if row.id in taken}, len(rows))
    for row in placed:
        if row.id in taken:
            row.room_id, row.place, row.note = None, instead, _without_room(instead)
    bookings.book_all([row for row in placed if row.room_id is not None], by=by)
    db.session().flush()


def _taken(rows: Sequence[Occurrence]) -> dict[int, Taken]:
    """Who has the room of each of these dates then, by its number: one question for the whole series."""
    if not rows:
        return {}
    rooms = sorted({row.room_id for row in rows if row.room_id is not None})
    held = bookings.between(rooms, min(row.starts_at for row in rows), max(row.ends_at for row in rows))
    found: dict[int, Taken] = {}
    waiting = sorted(rows, key=lambda row: row.starts_at)
    for one in held:
        for row in waiting:
            if row.starts_at >= one.ends_at:
                break
            if row.room_id == one.room_id and row.ends_at > one.starts_at:
                found.setdefault(row.id, one)
        # What comes next begins later: dates that ended before are done with.
        waiting = [row for row in waiting if row.ends_at > one.starts_at]
    return found


def _without_room(instead: str, *, is_gone: bool = False) -> str:
    # Everybody reads it, so it is in the language of the house.
    with language.speaking(language.DEFAULT):
        if instead:
            return _("Dit keer op een andere plek.")
        if is_gone:
            return _("De zaal is er niet meer. De plek volgt nog.")
        return _("De zaal is dan bezet. De plek volgt nog.")


def is_homeless(row: Any) -> bool:
    """Whether a date has no place yet: no room, and no words that say where."""
    return row.room_id is None and not row.place


def says_homeless(note: str) -> bool:
    """Whether a note at a date is the one that stands there by itself while it has no place."""
    return note in {_without_room(""), _without_room("", is_gone=True)}


def hint(event: Event, rows: Iterable[Occurrence], kind: str) -> None:
    """Tell who watches these dates, or a calendar in which they stand; and let it be found by what it is now."""
    searching.put(event)
    rooms = [f"occurrence:{row.id}" for row in rows]
    live.hint(*rooms, *(f"calendar:{building}" for building in _buildings(event)), event=event.id, kind=kind)


def _buildings(event: Event) -> Collection[int]:
    """In which calendars it stands."""
    if event.seen_by < NEIGHBOURHOOD:
        return [event.building_id] if event.building_id is not None else []
    there = select(Building.id)
    if event.seen_by == NEIGHBOURHOOD:
        there = there.where(Building.neighbourhood_id == event.neighbourhood_id)
    return [*db.session().scalars(there)]


def lock_dates(*conditions: Any) -> list[Occurrence]:
    """The dates that meet these conditions, locked, the lowest number first."""
    asked = select(Occurrence).where(*conditions).order_by(Occurrence.id).with_for_update()
    return list(db.session().scalars(asked.execution_options(populate_existing=True)))
