"""Rooms of a building: what there is, who has which in a week, and the deeds with them: having one for something of
one's own, giving it back, and looking after the rooms themselves. That no two have one at once is said in `bookings`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy import select, update

from community import clock, db, journal
from community.clock import ZONE
from community.errors import Invalid, Missing
from community.language import gettext as _
from community.places.models import Building
from community.visitor import Visitor
from events import bookings, policy, policy_rooms, seeing, telling
from events.arranged import Booking, Room
from events.bookings import Taken
from events.models import PLACE_MAX, Event, Occurrence

# Rooms of one building: nobody has so many, and a page stays a page.
MOST = 40


@dataclass(frozen=True, slots=True)
class RoomFields:
    """What the form of a room says."""

    name: str
    floor: str
    seats: int | None
    is_step_free: bool
    has_lift: bool
    has_loop: bool
    has_toilet: bool
    key_with: str
    rules: str
    ahead_days: int
    longest: int
    opens_hour: int
    closes_hour: int


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a room: who has it, in order of time. `blocks` are where the bookings stand in the picture of the day,
    as (start, width) in thousandths of the hours that the room is open."""

    day: date
    taken: Sequence[Taken]
    blocks: Sequence[tuple[int, int]]


def room_of(building: Building, room_id: int) -> Room:
    """A room of this building that can be had."""
    found = db.session().get(Room, room_id)
    if found is None or found.building_id != building.id or found.removed_at is not None:
        raise Missing()
    return found


def room_to_have(building: Building, room_id: int) -> Room:
    """The same, for who sends the form of a room that may have been taken away while they typed.

    Raises:
        Invalid: it was (under "zaal"); what they typed is given back with that. Missing: it never was there.
    """
    found = db.session().get(Room, room_id)
    if found is not None and found.building_id == building.id and found.removed_at is not None:
        raise Invalid({"zaal": _("Deze zaal is er niet meer. Kies een andere zaal.")})
    return room_of(building, room_id)


def booking_of(building: Building, booking_id: int) -> tuple[Booking, Room]:
    """Somebody's own booking in this building, with its room."""
    row = (
        db.session()
        .execute(
            select(Booking, Room)
            .join(Room, Room.id == Booking.room_id)
            .where(Booking.id == booking_id, Booking.occurrence_id.is_(None), Room.building_id == building.id)
        )
        .first()
    )
    if row is None:
        raise Missing()
    return row[0], row[1]


def monday(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def week(visitor: Visitor, there: Sequence[Room], first: date) -> dict[int, list[Day]]:
    """Who has these rooms in the seven days from `first`, per room; one query for all, and one for which activities
    this visitor may know of."""
    since, until = _midnight(first), _midnight(first + timedelta(days=7))
    held = bookings.between([room.id for room in there], since, until)
    ids = [one.occurrence_id for one in held if one.occurrence_id is not None]
    seen = seeing.visible_occurrences(visitor).with_only_columns(Occurrence.id).where(Occurrence.id.in_(ids))
    known = set(db.connection().execute(seen).scalars())
    shown = [one if one.occurrence_id is None or one.occurrence_id in known else replace(one, what="") for one in held]
    return {
        room.id: [_day(room, first + timedelta(days=n), [one for one in shown if one.room_id == room.id])
                  for n in range(7)]
        for room in there
    }  # fmt: skip


def _day(room: Room, day: date, held: Sequence[Taken]) -> Day:
    since, until = _midnight(day), _midnight(day + timedelta(days=1))
    here = [one for one in held if one.starts_at < until and one.ends_at > since]
    opens, width = room.opens_hour * 60, (room.closes_hour - room.opens_hour) * 60
    blocks = []
    for one in here:
        start = max(0, min(width, _minutes(since, one.starts_at) - opens))
        end = max(0, min(width, _minutes(since, one.ends_at) - opens))
        if end > start:
            blocks.append((start * 1000 // width, max(8, (end - start) * 1000 // width)))
    return Day(day, here, blocks)


def _minutes(since: datetime, moment: datetime) -> int:
    """Minutes of the clock on the wall, also on the night that it changes."""
    there, here = clock.local(since), clock.local(moment)
    return (here.date() - there.date()).days * 1440 + here.hour * 60 + here.minute


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), ZONE)


def moment(day: date, minutes: int) -> datetime:
    """The moment so many minutes of the clock after a midnight here."""
    return datetime.combine(day + timedelta(days=minutes // 1440), time(minutes % 1440 // 60, minutes % 60), ZONE)


# ---- having one for something of one's own -------------------------------------------------------------------------


@db.action
def have(
    building: Building,
    room_id: int,
    starts_at: datetime,
    ends_at: datetime,
    *,
    purpose: str,
    token: str | None,
    by: Visitor,
) -> int:
    """Have a room for something of one's own, within the house rules; who looks after the rooms sets them, and is not
    held to them. The same form twice is one booking. Returns its id.

    Raises:
        Missing: no such room. Refused: not for this person. Invalid: the rules, or somebody has it (`bookings.Clash`).
    """
    room = room_of(building, room_id)
    policy_rooms.check_book(by, building)
    db.lock(Room, room.id)
    if token:
        same = select(Booking.id).where(
            Booking.room_id == room.id, Booking.by_id == by.person_id, Booking.token == token
        )
        made: int | None = db.connection().execute(same).scalar()
        if made is not None:
            return made
    if starts_at < clock.now() or not policy.organises(by, building.id, building.neighbourhood_id):
        policy_rooms.check_house_rules(room, starts_at, ends_at)
    booking_id = bookings.book(room.id, starts_at, ends_at, purpose=purpose[:PLACE_MAX], token=token, by=by)
    journal.record("booking.made", by=by.person_id, subject=booking_id, building=building.id, room=room.id)
    return booking_id


@db.action
def give_back(building: Building, booking_id: int, *, by: Visitor) -> Room:
    """Give a room back. Twice is once."""
    booking, room = booking_of(building, booking_id)
    policy_rooms.check_cancel(by, building, booking.by_id)
    db.lock(Room, room.id)
    held = db.lock(Booking, booking.id)
    if held is not None and held.cancelled_at is None:
        held.cancelled_at = clock.now()
        journal.record("booking.cancelled", by=by.person_id, subject=booking_id, building=building.id, room=room.id)
    return room


@db.action
def have_again(building: Building, booking_id: int, *, by: Visitor) -> Room:
    """Take back that a room was given back, if nobody has it meanwhile.

    Raises:
        Clash: somebody has it; the sentence says who.
    """
    booking, room = booking_of(building, booking_id)
    policy_rooms.check_cancel(by, building, booking.by_id)
    policy_rooms.check_book(by, building)
    bookings.put_back(booking.id)
    journal.record("booking.restored", by=by.person_id, subject=booking_id, building=building.id, room=room.id)
    return room


# ---- looking after them ------------------------------------------------------------------------------------------


@db.action
def add(building: Building, fields: RoomFields, *, by: Visitor) -> Room:
    """Add a room. One of that name that was taken away comes back, with what was held there."""
    policy_rooms.check_tend(by, building)
    db.lock(Building, building.id)
    named = _named(building, fields.name)
    if named is not None and named.removed_at is None:
        raise Invalid({"naam": _("Er is al een zaal die zo heet. Kies een andere naam.")})
    if len(bookings.rooms_of(building.id)) >= MOST:
        raise Invalid({"naam": _("Meer dan %(n)s zalen kan Trefpunt niet laten zien.", n=MOST)})
    room = named or Room(building_id=building.id, name=fields.name)
    db.session().add(room)
    _fill(room, fields)
    room.removed_at = None
    db.session().flush()
    journal.record("room.added", by=by.person_id, subject=room.id, building=building.id)
    return room


@db.action
def change(building: Building, room_id: int, fields: RoomFields, *, by: Visitor) -> Room:
    """Write down what a room is like now. Who has it keeps it, whatever the rules say from now on."""
    policy_rooms.check_tend(by, building)
    db.lock(Building, building.id)
    room_of(building, room_id)
    room = db.lock(Room, room_id)
    named = _named(building, fields.name)
    if room is None or (named is not None and named.id != room_id):
        raise Invalid({"naam": _("Er is al een zaal die zo heet. Kies een andere naam.")})
    _fill(room, fields)
    journal.record("room.changed", by=by.person_id, subject=room.id, building=building.id)
    return room


def _named(building: Building, name: str) -> Room | None:
    return db.session().scalar(select(Room).where(Room.building_id == building.id, Room.name == name))


def _fill(room: Room, fields: RoomFields) -> None:
    for name in RoomFields.__slots__:
        setattr(room, name, getattr(fields, name))


@dataclass(frozen=True, slots=True)
class StillHeld:
    """What will be in a room: dates of activities, and bookings of neighbours for something of their own."""

    dates: Sequence[Taken]
    own: Sequence[Taken]


def still_held(room: Room) -> StillHeld:
    """What is to come in a room."""
    held = bookings.between([room.id], clock.now(), clock.now() + timedelta(days=3 * 366))
    return StillHeld(
        [one for one in held if one.occurrence_id is not None], [one for one in held if one.occurrence_id is None]
    )


def was_called(room: Room) -> str:
    """What stands in the place of a room that was taken away."""
    return _("was: %(room)s", room=room.name)


@db.action
def take_away(building: Building, room_id: int, *, by: Visitor) -> Room:
    """Take a room away. What is to come there keeps where it was as words, and everyone who signed up hears that it
    will be somewhere else; bookings for something of one's own end. `bring_back` undoes all of it."""
    policy_rooms.check_tend(by, building)
    room = room_of(building, room_id)
    now = clock.now()
    # Dates first and the lower ones first, then the room: the order in which everybody locks.
    coming = select(Occurrence.id).where(Occurrence.room_id == room_id, Occurrence.ends_at > now)
    ids = list(db.connection().execute(coming.order_by(Occurrence.id)).scalars())
    dates = [found for found in (db.lock(Occurrence, one) for one in ids) if found is not None]
    held = db.lock(Room, room_id)
    if held is None or held.removed_at is not None:
        return room
    if list(db.connection().execute(coming.order_by(Occurrence.id)).scalars()) != ids:
        raise Invalid({"zaal": _("Er kwam net iets bij in deze zaal. Kijk nog een keer.")})
    was = was_called(room)
    for date_ in dates:
        date_.room_id, date_.place = None, was[:PLACE_MAX]
        date_.sequence, date_.version = date_.sequence + 1, date_.version + 1
    db.session().execute(
        update(Event)
        .where(Event.room_id == room_id)
        .values(room_id=None, place=was[:PLACE_MAX], sequence=Event.sequence + 1, updated_at=now)
    )
    db.session().execute(
        update(Booking)
        .where(Booking.room_id == room_id, Booking.cancelled_at.is_(None), Booking.ends_at > now)
        .values(cancelled_at=now)
    )
    held.removed_at = now
    db.session().flush()
    journal.record("room.removed", by=by.person_id, subject=room_id, building=building.id, dates=len(ids))
    gone = [found.id for found in dates if found.cancelled_at is None]
    telling.changed(
        gone, lambda _date: _("%(room)s is er niet meer. Waar het wel is, hoort u nog.", room=room.name), by=by
    )
    return held


@db.action
def bring_back(building: Building, room_id: int, *, by: Visitor) -> Room:
    """Undo that a room was taken away: it is there again, and so is everything that was to come in it."""
    policy_rooms.check_tend(by, building)
    room = db.session().get(Room, room_id)
    if room is None or room.building_id != building.id:
        raise Missing()
    was, gone_at = was_called(room)[:PLACE_MAX], room.removed_at
    # By the bookings that ended in the same moment; a date that got another room meanwhile has a booking of that.
    ended = select(Booking.occurrence_id).where(
        Booking.room_id == room_id, Booking.cancelled_at == gone_at, Booking.occurrence_id.is_not(None)
    )
    ids = sorted(one for one in db.connection().execute(ended).scalars() if one is not None)
    dates = [found for found in (db.lock(Occurrence, one) for one in ids) if found is not None]
    held = db.lock(Room, room_id)
    if held is None or held.removed_at is None or held.removed_at != gone_at:
        return room
    kept = [one for one in dates if one.room_id is None and one.place == was and one.cancelled_at is None]
    for date_ in kept:
        date_.room_id, date_.place = room_id, ""
        date_.sequence, date_.version = date_.sequence + 1, date_.version + 1
    events = [one.event_id for one in kept]
    db.session().execute(
        update(Event)
        .where(Event.id.in_(events), Event.room_id.is_(None), Event.place == was)
        .values(room_id=room_id, place="", sequence=Event.sequence + 1, updated_at=clock.now())
    )
    held.removed_at = None
    db.session().flush()
    # Nobody could have it while it was not there, so nobody is in the way. A date that was moved is booked as it is.
    db.session().execute(
        update(Booking)
        .where(Booking.room_id == room_id, Booking.cancelled_at == gone_at, Booking.occurrence_id.is_(None))
        .values(cancelled_at=None)
    )
    for date_ in kept:
        bookings.book(room_id, date_.starts_at, date_.ends_at, occurrence_id=date_.id, by=by)
    journal.record("room.restored", by=by.person_id, subject=room_id, building=building.id, dates=len(kept))
    telling.changed([one.id for one in kept], lambda _date: _("Het is weer in: %(room)s.", room=room.name), by=by)
    return held
