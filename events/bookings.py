"""Who has which room when. Two of one room never overlap: the database refuses it (`dialect.never_overlap`), by numbers
in which room and minute stand in one. Actions of planning call these in their own transaction, which holds the date
(the occurrence) already: after that the room is locked here, so that who comes second is told who has it. What the
house rules say is looked at in `rooms.py`, for who asks it for something of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.exc import IntegrityError

from community import clock, dates, db
from community.accounts.models import Person
from community.errors import Invalid
from community.language import gettext as _
from community.visitor import Visitor
from events.arranged import SLOT_MAX, Booking, Room
from events.models import Occurrence

# Room and minute in one number: the minutes since 1970 fit in 27 bits until the year 2225, and so do 2 ** 36 rooms
# before them.
_ROOM = 2**27
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Taken:
    """A booking as the neighbours see it: `what` it is for is empty for something of one's own that needs no words."""

    id: int
    room_id: int
    room: str
    occurrence_id: int | None
    starts_at: datetime
    ends_at: datetime
    by_id: int
    who: str  # first name
    what: str  # the activity, or the purpose


class Clash(Invalid):
    """Somebody else has the room then; `taken` is who, when that is known."""

    def __init__(self, taken: Taken | None) -> None:
        super().__init__({"zaal": _sentence(taken)})
        self.taken = taken


def _sentence(taken: Taken | None) -> str:
    if taken is None:
        return _("Deze zaal is dan al van iemand anders. Kies een andere tijd of een andere zaal.")
    told = {
        "room": taken.room,
        "who": taken.who,
        "what": taken.what,
        "day": dates.day_of(taken.starts_at),
        "since": dates.time(taken.starts_at),
        "until": dates.time(taken.ends_at),
    }
    if taken.what:
        return _("%(room)s is %(day)s al bezet: %(what)s (%(who)s), van %(since)s tot %(until)s.", **told)
    return _("%(room)s is %(day)s al bezet: %(who)s heeft de zaal van %(since)s tot %(until)s.", **told)


def slots(room_id: int, starts_at: datetime, ends_at: datetime) -> tuple[int, int]:
    """The numbers from which and until which a room is taken. A minute that has begun is taken whole."""
    since = (starts_at - _FIRST).total_seconds() // 60
    until = -((_FIRST - ends_at).total_seconds() // 60)
    return room_id * _ROOM + int(since), room_id * _ROOM + int(until)


def rooms_of(building_id: int) -> Sequence[Room]:
    """The rooms of a building that can be had, by name."""
    there = select(Room).where(Room.building_id == building_id, Room.removed_at.is_(None))
    return db.session().scalars(there.order_by(Room.name)).all()


def clash_of(room_id: int, starts_at: datetime, ends_at: datetime, *, but: int | None = None) -> Taken | None:
    """Who has the room at some moment of this time, if anybody; the first of them. `but` is a date of an activity (the
    id of the occurrence) that does not count: the one that is being changed."""
    first, after = slots(room_id, starts_at, ends_at)
    row = db.connection().execute(_clashing(), {"first": first, "after": after, "but": but or 0}).first()
    return _taken(row) if row else None


@lru_cache(maxsize=1)
def _clashing() -> Any:
    return (
        _with_names()
        .where(
            Booking.cancelled_at.is_(None),
            # As no booking is longer than that, the index is walked over a day and not over a year.
            Booking.slot_from > bindparam("first") - SLOT_MAX,
            Booking.slot_from < bindparam("after"),
            Booking.slot_until > bindparam("first"),
            func.coalesce(Booking.occurrence_id, -1) != bindparam("but"),
        )
        .order_by(Booking.slot_from)
        .limit(1)
    )


def why_not(room_id: int, starts_at: datetime, ends_at: datetime, *, but: int | None = None) -> str | None:
    """Why a room cannot be had then: who has it, or that it is gone; None when it can."""
    room = db.session().get(Room, room_id)
    if room is None or room.removed_at is not None:
        return _("De zaal is er niet meer.")
    taken = clash_of(room_id, starts_at, ends_at, but=but)
    return Clash(taken).sentence if taken else None


def between(room_ids: Sequence[int], since: datetime, until: datetime) -> list[Taken]:
    """Who has these rooms in this time, in order of time."""
    asked = (
        _with_names()
        .where(
            Booking.room_id.in_(room_ids),
            Booking.cancelled_at.is_(None),
            Booking.starts_at < until,
            Booking.ends_at > since,
        )
        .order_by(Booking.starts_at, Booking.id)
    )
    return [_taken(row) for row in db.connection().execute(asked)]


def _with_names() -> Any:
    return (
        select(
            Booking.id,
            Booking.room_id,
            Room.name.label("room"),
            Booking.occurrence_id,
            Booking.starts_at,
            Booking.ends_at,
            Booking.by_id,
            Person.short_name.label("who"),
            func.coalesce(Occurrence.title, Booking.purpose).label("what"),
        )
        .join(Room, Room.id == Booking.room_id)
        .outerjoin(Occurrence, Occurrence.id == Booking.occurrence_id)
        .join(Person, Person.id == func.coalesce(Occurrence.host_id, Booking.by_id))
    )


def _taken(row: Any) -> Taken:
    return Taken(*row)


@db.action
def book(
    room_id: int,
    starts_at: datetime,
    ends_at: datetime,
    *,
    occurrence_id: int | None = None,
    purpose: str = "",
    token: str | None = None,
    by: Visitor | int,
) -> int:
    """Give somebody a room for a while, for a date of an activity or for something of their own; returns the booking's
    id. `by` is a number where the worker does it for somebody: the dates of a series that comes nearer.

    Raises:
        Clash: somebody else has it then.
        Invalid: the room is gone, or the time is none (under "zaal").
    """
    room = _locked(room_id)
    _check_time(starts_at, ends_at)
    taken = clash_of(room_id, starts_at, ends_at, but=occurrence_id)
    if taken is not None:
        raise Clash(taken)
    with _refused_by_the_database():
        # A date has one booking at most: that of a room it had before is used again.
        row = _of(occurrence_id) if occurrence_id is not None else None
        if row is None:
            row = Booking(occurrence_id=occurrence_id, created_at=clock.now(), token=token)
            db.session().add(row)
        row.room_id, row.starts_at, row.ends_at = room.id, starts_at, ends_at
        row.slot_from, row.slot_until = slots(room.id, starts_at, ends_at)
        row.by_id = by if isinstance(by, int) else by.person_id
        row.purpose, row.cancelled_at = purpose, None
        db.session().flush()
    return row.id


@db.action
def rebook(
    occurrence_id: int, room_id: int | None, starts_at: datetime, ends_at: datetime, *, by: Visitor | int
) -> None:
    """Let a date of an activity have this room at this time, in place of what it had; no room gives that back.

    Raises:
        Clash: somebody else has it then; the date keeps what it had if the action fails for it.
    """
    if room_id is None:
        release(occurrence_id)
    else:
        book(room_id, starts_at, ends_at, occurrence_id=occurrence_id, by=by)


@db.action
def release(occurrence_id: int) -> None:
    """A date of an activity needs its room no more. One that had none is left as it is."""
    row = _of(occurrence_id)
    if row is not None and row.cancelled_at is None:
        row.cancelled_at = clock.now()
        db.session().flush()


@db.action
def release_all(occurrence_ids: Sequence[int]) -> None:
    """The same of many dates, in one statement."""
    db.session().flush()
    db.session().execute(
        update(Booking)
        .where(Booking.occurrence_id.in_(occurrence_ids), Booking.cancelled_at.is_(None))
        .values(cancelled_at=clock.now()),
        execution_options={"synchronize_session": "fetch"},
    )


@db.action
def book_all(rows: Sequence[Occurrence], *, by: Visitor | int) -> None:
    """Give each of these dates the room that stands on it, for a series of hundreds in a few statements. The rooms are
    locked already, and looked at: what another has all the same, the database refuses.

    Raises:
        Clash: somebody else has a room then.
    """
    for row in rows:
        _check_time(row.starts_at, row.ends_at)
    there = select(Booking).where(Booking.occurrence_id.in_([row.id for row in rows]))
    had = {one.occurrence_id: one for one in db.session().scalars(there.execution_options(populate_existing=True))}
    with _refused_by_the_database():
        for row in rows:
            assert row.room_id is not None
            one = had.get(row.id)
            if one is None:
                one = Booking(occurrence_id=row.id, created_at=clock.now())
                db.session().add(one)
            one.room_id, one.starts_at, one.ends_at = row.room_id, row.starts_at, row.ends_at
            one.slot_from, one.slot_until = slots(row.room_id, row.starts_at, row.ends_at)
            one.by_id, one.cancelled_at = by if isinstance(by, int) else by.person_id, None
        db.session().flush()


@db.action
def put_back(booking_id: int) -> None:
    """Let a booking that was cancelled stand again; one that stands is left as it is.

    Raises:
        Clash: somebody else has the room meanwhile. Invalid: the room is gone.
    """
    row = db.session().get(Booking, booking_id)
    assert row is not None
    _locked(row.room_id)
    held = db.lock(Booking, booking_id)
    if held is None or held.cancelled_at is None:
        return
    taken = clash_of(held.room_id, held.starts_at, held.ends_at)
    if taken is not None:
        raise Clash(taken)
    with _refused_by_the_database():
        held.cancelled_at = None
        db.session().flush()


def _of(occurrence_id: int) -> Booking | None:
    there = select(Booking).where(Booking.occurrence_id == occurrence_id)
    return db.session().scalar(there.execution_options(populate_existing=True))


def _locked(room_id: int) -> Room:
    """The room, held: without that, two who come at once wait for each other in the index, and PostgreSQL would end
    one of them with words that nobody understands."""
    room = db.lock(Room, room_id)
    if room is None or room.removed_at is not None:
        raise Invalid({"zaal": _("Deze zaal is er niet meer. Kies een andere plek.")})
    return room


def _check_time(starts_at: datetime, ends_at: datetime) -> None:
    if ends_at <= starts_at:
        raise Invalid({"zaal": _("Het einde is voor het begin. Kies een andere tijd.")})
    if (ends_at - starts_at).total_seconds() > SLOT_MAX * 60:
        raise Invalid({"zaal": _("Langer dan 24 uur kunt u een zaal niet hebben. Kies een kortere tijd.")})


@contextmanager
def _refused_by_the_database() -> Iterator[None]:
    """What the look beforehand did not see, the database refuses all the same. It asks nothing more then: the action
    has failed, and the database would answer nothing until it is rolled back."""
    try:
        yield
    except IntegrityError as error:
        if "never_overlap" in str(error.orig):
            raise Clash(None) from error
        raise
