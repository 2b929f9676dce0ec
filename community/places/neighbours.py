"""The people one may see: neighbours who chose to be shown, who has a role, who works here. Staff see them too but
never search them; a neighbour who is not shown has no page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, func, select

from community import db
from community.accounts.models import Person
from community.places.buildings import visible_roles
from community.places.hours import Presence, coming
from community.places.models import (
    STAFF_KINDS,
    Building,
    Dwelling,
    Employee,
    Entrance,
    Household,
    Membership,
    Neighbourhood,
    OfficeHours,
    Role,
)
from community.places.queries import held_today, visible_buildings
from community.text import fold
from community.visitor import Visitor

PAGE = 24
# Words that differ in one letter of five are one word misspelt ("Visscher", "Visser"); less is another name.
_NEARLY = 0.8


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A neighbour who chose to be shown."""

    person_id: int
    name: str
    short_name: str
    folded_name: str
    photo: str | None
    entrance: str | None
    interests: str | None


def visible_neighbours(visitor: Visitor) -> Select[*tuple[Any, ...]]:
    """The columns of `Neighbour` of everybody who chose to be shown and lives in a building the visitor sees."""
    seen = visible_buildings(visitor).with_only_columns(Building.id).correlate(None)
    return (
        select(
            Person.id,
            Person.name,
            Person.short_name,
            Person.folded_name,
            Person.photo,
            Entrance.name,
            Person.interests,
        )
        .join(Membership, and_(Membership.person_id == Person.id, held_today(Membership)))
        .join(Household, and_(Household.id == Membership.household_id, held_today(Household)))
        .join(Dwelling, Dwelling.id == Household.dwelling_id)
        .outerjoin(Entrance, Entrance.id == Dwelling.entrance_id)
        .where(Person.is_shown, Person.left_at.is_(None), Dwelling.building_id.in_(seen))
    )


def shown_in(visitor: Visitor, building: Building) -> list[Neighbour]:
    """Who chose to be shown in a building, by name. A building has some hundreds of homes, so it is read whole."""
    rows = db.connection().execute(
        visible_neighbours(visitor).where(Dwelling.building_id == building.id).order_by(Person.folded_name, Person.id)
    )
    found = {row[0]: Neighbour(*row) for row in rows if row[0] not in visitor.blocked_ids}
    return list(found.values())


def matching(query: str, shown: list[Neighbour]) -> list[Neighbour]:
    """Who of these is meant by a query, by name or by what they like; everybody when it is empty. Compared here and
    not in the database, so that spelling is forgiven in the same way on each."""
    return [one for one in shown if _matches(query, one)] if query else shown


def may_search(visitor: Visitor) -> bool:
    """Residents search their neighbours; whoever works for the association never does (PRODUCT, rule 3)."""
    return not (visitor.is_staff or visitor.is_administrator)


def _matches(query: str, neighbour: Neighbour) -> bool:
    words = _words(f"{neighbour.folded_name} {fold(neighbour.interests or '')}")
    return all(any(_is_like(asked, word) for word in words) for asked in _words(fold(query)))


def _words(folded: str) -> list[str]:
    return re.findall(r"\w+", folded) or [folded]


def _is_like(asked: str, word: str) -> bool:
    asked_sound, sound = _sound(asked), _sound(word)
    if asked in word or (len(asked_sound) > 2 and asked_sound in sound):
        return True
    return len(asked_sound) > 3 and SequenceMatcher(None, asked_sound, sound).ratio() >= _NEARLY


# What sounds alike in Dutch names, longest first.
_SOUNDS = (
    ("sch", "s"), ("ch", "g"), ("ck", "k"), ("ph", "f"), ("th", "t"), ("dt", "t"), ("ij", "y"), ("ei", "y"),
    ("ey", "y"), ("ou", "au"), ("ae", "aa"), ("oe", "u"), ("c", "k"), ("q", "k"), ("z", "s"), ("v", "f"), ("x", "ks"),
)  # fmt: skip


@lru_cache(maxsize=8192)
def _sound(word: str) -> str:
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return re.sub(r"(.)\1+", r"\1", word)


# ---- one person ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BuildingHours:
    """When an employee is in one building."""

    building: Building
    week: list[Presence]


@dataclass(frozen=True, slots=True)
class HeldHere:
    """A role as the page of a person tells it; `place` is empty when it is for all buildings."""

    kind: str
    title: str | None
    since: date
    place: str | None


@dataclass(frozen=True, slots=True)
class PersonPage:
    """What a visitor may read about one person; everything else about them is absent here."""

    person_id: int
    name: str
    short_name: str
    photo: str | None
    roles: Sequence[HeldHere]
    entrance: str | None = None
    interests: str | None = None
    about: str | None = None
    phone: str | None = None
    hours: Sequence[BuildingHours] = field(default=())
    is_me: bool = False
    is_shown: bool = False

    @property
    def functions(self) -> list[HeldHere]:
        """The roles for which the association employs them."""
        return [role for role in self.roles if role.kind in STAFF_KINDS]

    @property
    def tasks(self) -> list[HeldHere]:
        """The roles they have as a resident."""
        return [role for role in self.roles if role.kind not in STAFF_KINDS]


def person_page(visitor: Visitor, person_id: int) -> PersonPage | None:
    """The page of a person, or None: gone, not shown, of another building and never existed are all the same."""
    person = db.session().get(Person, person_id)
    if person is None or person.left_at is not None:
        return None
    roles = _roles(visitor, person_id)
    shown = db.connection().execute(visible_neighbours(visitor).where(Person.id == person_id)).first()
    is_me = person_id == visitor.person_id
    if not (roles or shown or is_me):
        return None
    employee = None
    if any(role.kind in STAFF_KINDS for role in roles):
        employee = db.session().get(Employee, person_id)
    about = employee.about if employee and employee.about else person.about if shown or is_me else None
    return PersonPage(
        person.id,
        person.name,
        person.short_name,
        person.photo,
        roles,
        entrance=shown[5] if shown else None,
        interests=person.interests if shown or is_me else None,
        about=about,
        phone=employee.phone if employee else None,
        hours=_hours(visitor, person_id) if employee else (),
        is_me=is_me,
        is_shown=bool(shown),
    )


def _roles(visitor: Visitor, person_id: int) -> list[HeldHere]:
    rows = db.connection().execute(
        visible_roles(visitor)
        .with_only_columns(Role.kind, Role.title, Role.since, func.coalesce(Building.name, Neighbourhood.name))
        .outerjoin(Building, Building.id == Role.building_id)
        .outerjoin(Neighbourhood, Neighbourhood.id == Role.neighbourhood_id)
        .where(Role.person_id == person_id)
        .order_by(Role.since, Role.id)
    )
    return [HeldHere(*row) for row in rows]


def _hours(visitor: Visitor, person_id: int) -> list[BuildingHours]:
    """When an employee is where, in the buildings the visitor sees."""
    rows = db.session().execute(
        visible_buildings(visitor)
        .add_columns(OfficeHours)
        .join(OfficeHours, OfficeHours.building_id == Building.id)
        .where(OfficeHours.person_id == person_id)
        .order_by(Building.name, OfficeHours.weekday, OfficeHours.starts)
    )
    weeks: dict[int, BuildingHours] = {}
    for building, slot in rows:
        weeks.setdefault(building.id, BuildingHours(building, [])).week.append(coming(slot))
    return list(weeks.values())
