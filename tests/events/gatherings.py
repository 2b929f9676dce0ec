"""Activities for tests, put into the calendar row by row: a date in the Lindehof, hosted by Ton."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from community import clock, db
from community.accounts.models import Mailbox, Person
from community.mail import OutgoingMail
from community.places.models import Building, Membership
from community.text import fold
from events.models import BUILDING, Event, Guest, Occurrence, Registration
from tests.world import LONG_AGO, World

HOUR = timedelta(hours=1)


@db.action
def a_date(
    world: World,
    *,
    event_id: int | None = None,
    starts: datetime | None = None,
    capacity: int | None = None,
    title: str = "Koffie in de hal",
    host: str = "ton",
    building: str = "lindehof",
    seen_by: int = BUILDING,
    closes: datetime | None = None,
    draw_at: datetime | None = None,
    remind_at: datetime | None = None,
    **event: Any,
) -> int:
    """A date of a new activity (or of `event_id`), a week from now."""
    starts = starts or clock.now() + timedelta(days=7)
    place = db.session().get(Building, world.buildings[building])
    assert place is not None
    if event_id is None:
        made = Event(
            uid=secrets.token_hex(8), building_id=place.id, neighbourhood_id=place.neighbourhood_id,
            seen_by=seen_by, title=title, slug="koffie-in-de-hal", host_id=world.people[host],
            created_by_id=world.people[host], start_on=starts.date(), start_at=starts.time(), lasts=120,
            by_draw=draw_at is not None, capacity=capacity, created_at=clock.now(), updated_at=clock.now(), **event,
        )  # fmt: skip
        db.session().add(made)
        db.session().flush()
        event_id = made.id
    date = Occurrence(
        event_id=event_id, original_at=starts, starts_at=starts, ends_at=starts + 2 * HOUR,
        building_id=place.id, neighbourhood_id=place.neighbourhood_id, seen_by=seen_by, title=title,
        place="Grote hal, begane grond", host_id=world.people[host], capacity=capacity, closes_at=closes or starts,
        draw_at=draw_at, remind_at=remind_at,
    )  # fmt: skip
    db.session().add(date)
    db.session().flush()
    return date.id


@db.action
def crowd(world: World, count: int) -> list[str]:
    """So many more residents of the Lindehof; returns their keys."""
    keys = []
    for number in range(count):
        key = f"buur{number}"
        if key not in world.people:
            mailbox = Mailbox(address=f"{key}@example.nl", created_at=clock.now())
            db.session().add(mailbox)
            db.session().flush()
            person = Person(
                name=f"Buur {number}", short_name=f"Buur{number}", folded_name=fold(f"Buur {number}"),
                mailbox_id=mailbox.id, created_at=clock.now(), joined_at=clock.now(), welcome_step=4,
            )  # fmt: skip
            db.session().add(person)
            db.session().flush()
            world.people[key] = person.id
            db.session().add(
                Membership(person_id=person.id, household_id=world.households["lindehof", 6], since=LONG_AGO)
            )
        keys.append(key)
    return keys


def date_of(occurrence_id: int) -> Occurrence:
    """The date as it stands in the database."""
    fresh = {"populate_existing": True}
    return db.session().scalars(
        select(Occurrence).where(Occurrence.id == occurrence_id).execution_options(**fresh)
    ).one()  # fmt: skip


def units(occurrence_id: int, state: str | None = None) -> list[Registration]:
    """The registrations of a date in order of their place."""
    asked = select(Registration).where(Registration.occurrence_id == occurrence_id)
    if state:
        asked = asked.where(Registration.state == state)
    ordered = asked.order_by(Registration.place, Registration.id).execution_options(populate_existing=True)
    return list(db.session().scalars(ordered))


def check_counts(occurrence_id: int) -> None:
    """What holds of every date at every moment: counted right, never over, nobody waits whose unit would fit."""
    date = date_of(occurrence_id)
    everybody = units(occurrence_id)
    assert date.coming == sum(unit.seats for unit in everybody if unit.state == "confirmed")
    assert date.waiting == sum(unit.seats for unit in everybody if unit.state == "waiting")
    assert date.capacity is None or date.coming <= date.capacity
    people = [unit.person_id for unit in everybody if unit.person_id]
    assert len(people) == len(set(people))
    for unit in everybody:
        along = db.session().scalars(select(Guest).where(Guest.registration_id == unit.id)).all()
        assert len(along) == (unit.seats - 1 if unit.state in {"confirmed", "waiting"} else 0)
    if date.capacity is not None and not (date.draw_at and not date.draw_seed):
        free = date.capacity - date.coming
        assert all(unit.seats > free for unit in everybody if unit.state == "waiting"), "a seat was left empty"


def mails() -> list[OutgoingMail]:
    """The outbox, oldest first."""
    return list(db.session().scalars(select(OutgoingMail).order_by(OutgoingMail.id)))
