"""Who looks after an activity, and the letters they get: the host; and when that one is gone or has no mail, the
committee of where it is, or else who works there. What helpers hear of their turn goes by the same letters."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from community import db
from community.accounts.models import Mailbox, Person
from community.places import identity
from community.places.models import Role
from community.places.queries import held_today
from community.visitor import STAFF
from events import notifications, telling
from events.arranged import Room
from events.models import Occurrence
from events.notifications import Told
from events.policy import COMMITTEE
from events.seeing import seen_by


def is_gone(date: Any) -> bool:
    """Whether the host of a date may not see it any more: moved out, stopped, or works elsewhere."""
    return not sees(date.host_id, date.id)


def sees(person_id: int, occurrence_id: int) -> bool:
    """Whether somebody may see a date today."""
    visitor = identity.behind(person_id)
    if visitor is None:
        return False
    asked = select(Occurrence.id).where(Occurrence.id == occurrence_id, seen_by(visitor))
    return db.connection().execute(asked).first() is not None


def place_of(date: Occurrence) -> str:
    """Where it is, as letters say it."""
    room = db.session().get(Room, date.room_id) if date.room_id is not None else None
    return room.name if room else date.place


def of_date(date: Occurrence) -> list[Person]:
    """Who hears what must be seen to at a date: its host, or whoever looks after what has none."""
    host = db.session().get_one(Person, date.host_id)
    if host.mailbox_id is not None and not is_gone(date):
        return [host]
    return without_host(date)


def without_host(date: Any) -> list[Person]:
    """Who looks after it when there is no host: the committee of where it is; where nobody is in one, who works there,
    the nearest. Only who has mail."""
    near = [Role.building_id == date.building_id] if date.building_id is not None else []
    if date.neighbourhood_id is not None:
        near.append(Role.building_id.is_(None) & (Role.neighbourhood_id == date.neighbourhood_id))
    everywhere = Role.building_id.is_(None) & Role.neighbourhood_id.is_(None)
    rows = (
        db.session()
        .execute(
            select(Person, Role.kind, Role.building_id, Role.neighbourhood_id)
            .join(Role, Role.person_id == Person.id)
            .where(
                Role.kind.in_(COMMITTEE | STAFF),
                held_today(Role),
                or_(*near, everywhere),
                Person.left_at.is_(None),
                Person.mailbox_id.is_not(None),
            )
            .order_by(Person.id)
        )
        .all()
    )
    committee = {row.Person.id: row.Person for row in rows if row.kind in COMMITTEE}
    if committee:
        return list(committee.values())
    away = [0 if row.building_id is not None else 1 if row.neighbourhood_id is not None else 2 for row in rows]
    return list(
        {row.Person.id: row.Person for row, far in zip(rows, away, strict=True) if far == min(away)}.values()
    )  # fmt: skip


def tell(readers: Sequence[Person], step: str, told: Sequence[Told], *, duty: str = "", name: str = "") -> None:
    """Write to these people; two who share a mailbox get one letter between them, and who has no mail none. `step` is
    as `notifications.to_arrange` says."""
    shared: dict[int, list[Person]] = {}
    for person in readers:
        if person.mailbox_id is not None and person.left_at is None:
            shared.setdefault(person.mailbox_id, []).append(person)
    asked = select(Mailbox.id, Mailbox.address).where(Mailbox.id.in_(sorted(shared)))
    addresses = {row.id: row.address for row in db.connection().execute(asked)}
    first = told[0].occurrence
    for mailbox_id, people in shared.items():
        letter = notifications.to_arrange(people, step, told, duty=duty, name=name)
        # The moment, because the same turn can be left, taken and left again.
        key = f"arranging-{step}-{first.id}-{people[0].id}-{secrets.token_hex(6)}"
        letter.put(addresses[mailbox_id], key=key, not_before=telling.leaves(step, first))
