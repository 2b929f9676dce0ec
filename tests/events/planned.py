"""Activities for tests: one for the Lindehof on a Tuesday at half past ten, and what differs from that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import select

from community import clock, db
from events import planning
from events.arranged import Room
from events.models import Event, Occurrence
from events.planning import Plan
from events.recurrence import Rule
from tests.world import World

TUESDAYS = Rule("weekly", weekdays=(1,))


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
