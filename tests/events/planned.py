"""Activities for tests: one for the Lindehof on a Tuesday at half past ten, and what differs from that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import select

from community import clock, db
from community.journal import JournalEntry
from community.mail import OutgoingMail
from events import bookings, planning, registering
from events.arranged import Room
from events.date_plans import DatePlan
from events.models import Event, Occurrence, Registration
from events.planning import Plan
from events.recurrence import Rule
from tests.world import World

TUESDAYS = Rule("weekly", weekdays=(1,))
SIX = Rule("weekly", weekdays=(1,), count=6)


def next_tuesday(weeks: int = 1) -> date:
    """A Tuesday that is to come."""
    today = clock.today()
    return today + timedelta(days=(1 - today.weekday()) % 7 + 7 * weeks)


def coffee(world: World, by: str = "nel", **more: Any) -> Plan:
    """A plan for coffee in the Lindehof."""
    made = Plan(
        title="Koffie in de hal",
        start_on=next_tuesday(),
        start_at=time(10, 30),
        lasts=90,
        host_id=world.people[by],
        building_id=world.buildings["lindehof"],
        place="de hal",
    )
    return replace(made, **more)


def put(
    world: World, by: str = "nel", *, token: str | None = None, also: dict[str, Any] | None = None, **more: Any
) -> int:
    """Put coffee in the calendar; returns its number."""
    return planning.plan(coffee(world, by, **more), token=token, by=world.visitor(by), **(also or {}))


def the_event(key: int) -> Event:
    """It, as it stands now."""
    found = db.session().get(Event, key, populate_existing=True)
    assert found is not None
    return found


def dates_of(key: int) -> list[Occurrence]:
    """Its dates, first to last."""
    asked = select(Occurrence).where(Occurrence.event_id == key).order_by(Occurrence.starts_at)
    return list(db.session().scalars(asked.execution_options(populate_existing=True)))


@db.action
def a_room(world: World, name: str = "Grote zaal", building: str = "lindehof") -> int:
    """A room of a building."""
    room = Room(building_id=world.buildings[building], name=name)
    db.session().add(room)
    db.session().flush()
    return room.id


def party(world: World, room: int, row: Occurrence, by: str = "ton") -> None:
    """Somebody has the room when this date is."""
    bookings.book(
        room, row.starts_at - timedelta(minutes=30), row.ends_at, purpose="Feest", by=world.visitor(by)
    )  # fmt: skip


@db.action
def taken_away(room: int) -> None:
    """A room is no longer there."""
    db.session().get_one(Room, room).removed_at = clock.now()


def come(world: World, row: Occurrence | int, *who: str, **more: Any) -> None:
    for key in who:
        registering.answer(row if isinstance(row, int) else row.id, coming=True, by=world.visitor(key), **more)


def states(key: int) -> dict[str, str]:
    """How each registration of a date stands, by the number of the person."""
    asked = select(Registration.person_id, Registration.state).where(Registration.occurrence_id == key)
    return {row[0]: row[1] for row in db.connection().execute(asked)}


def mails() -> list[OutgoingMail]:
    return list(db.session().scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def kinds() -> list[str]:
    return list(db.session().scalars(select(JournalEntry.kind).order_by(JournalEntry.id)))


def plan_of(row: Occurrence, **more: Any) -> DatePlan:
    here = clock.local(row.starts_at)
    lasts = (row.ends_at - row.starts_at) // timedelta(minutes=1)
    same = DatePlan(
        row.title, here.date(), here.time(), lasts, row.host_id, row.room_id, row.place, row.cents, row.capacity, row.note
    )  # fmt: skip
    return replace(same, **more)


def fresh(row: Occurrence) -> Occurrence:
    found = db.session().get(Occurrence, row.id, populate_existing=True)
    assert found is not None
    return found


def at(row: Occurrence) -> str:
    return f"{clock.local(row.starts_at):%a %H:%M}"
