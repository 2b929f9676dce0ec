"""For whom there are letters: the households behind the doors of a building, whether they have joined, and whether
a letter of theirs still opens the door."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, distinct, exists, func, select

from community import clock, db
from community.accounts.models import Invitation, Person
from community.places.models import Building, Dwelling, Household, Membership, Neighbourhood
from community.places.queries import held_today, visible_buildings
from community.visitor import Visitor

_HOUSE = re.compile(r"0*([1-9][0-9]{0,4})\s*[-/ ]?\s*(.*)")
_DIGITS = re.compile("([0-9]+)")


def lettered_buildings(visitor: Visitor) -> Select[Any]:
    """The buildings that a visitor may print letters for: an administrator for all, an employee where they work."""
    return select(Building) if visitor.is_administrator else visible_buildings(visitor)


def count_buildings(visitor: Visitor) -> int:
    """How many those are."""
    return db.session().scalar(select(func.count()).select_from(lettered_buildings(visitor).subquery())) or 0


def building_named(visitor: Visitor, slug: str) -> Building | None:
    """One of those buildings, by its address."""
    found: Building | None = db.session().scalar(lettered_buildings(visitor).where(Building.slug == slug))
    return found


@dataclass(frozen=True, slots=True)
class BuildingLine:
    """A building in the list: how many households, how many of them joined, how many letters still open a door, and
    when the last ones were printed."""

    slug: str
    name: str
    part: str
    households: int
    joined: int
    valid: int
    printed_at: datetime | None


def buildings(visitor: Visitor, limit: int, offset: int) -> list[BuildingLine]:
    """A page of the buildings, by name."""
    wanted = lettered_buildings(visitor).order_by(Building.name).limit(limit).offset(offset).subquery()
    rows = db.connection().execute(
        select(wanted.c.id, wanted.c.slug, wanted.c.name, Neighbourhood.name)
        .join(Neighbourhood, Neighbourhood.id == wanted.c.neighbourhood_id)
        .order_by(wanted.c.name)
    )
    found = rows.all()
    numbers = _numbers([row[0] for row in found])
    nothing = (0, 0, 0, None)
    return [BuildingLine(slug, name, part, *numbers.get(key, nothing)) for key, slug, name, part in found]


def _numbers(ids: Sequence[int]) -> Mapping[int, tuple[int, int, int, datetime | None]]:
    """Per building: households, joined, with a valid letter, last printed."""
    here = (
        select(Dwelling.building_id, Household.id.label("household"))
        .join(Household, Household.dwelling_id == Dwelling.id)
        .where(Dwelling.building_id.in_(ids), Dwelling.ended_on.is_(None), held_today(Household))
        .subquery()
    )
    joined = select(here.c.building_id, func.count()).where(_has_joined(here.c.household)).group_by(here.c.building_id)
    printed = (
        select(
            here.c.building_id,
            func.count(distinct(case((_is_open(), here.c.household)))),
            func.max(Invitation.created_at),
        )
        .join(Invitation, Invitation.household_id == here.c.household)
        .group_by(here.c.building_id)
    )
    run = db.connection().execute
    taking_part: dict[int, int] = dict(run(joined).all())
    letters = {key: (valid, at) for key, valid, at in run(printed)}
    total = run(select(here.c.building_id, func.count()).group_by(here.c.building_id))
    return {key: (count, taking_part.get(key, 0), *letters.get(key, (0, None))) for key, count in total}


def _has_joined(household: Any) -> Any:
    return exists(
        select(Membership.id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.household_id == household,
            held_today(Membership),
            Person.joined_at.is_not(None),
            Person.left_at.is_(None),
        )
    )


def _is_open() -> Any:
    return and_(
        Invitation.cancelled_at.is_(None), Invitation.used < Invitation.seats, Invitation.expires_at > clock.now()
    )


# One building -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HouseholdLine:
    """A household and its front door. No names: who lives there is on the envelope, not on a screen."""

    id: int
    street: str
    number: int
    addition: str
    postcode: str
    city: str
    has_joined: bool
    has_letter: bool

    @property
    def address(self) -> str:
        """ "Lindestraat 42 B"."""
        return f"{self.street} {self.number} {self.addition}".strip()


def households_of(building_id: int) -> list[HouseholdLine]:
    """The households of a building, as one walks along the doors."""
    letter = exists(select(Invitation.id).where(Invitation.household_id == Household.id, _is_open()))
    rows = db.connection().execute(
        select(
            Household.id,
            Dwelling.street,
            Dwelling.number,
            Dwelling.addition,
            Dwelling.postcode,
            Dwelling.city,
            _has_joined(Household.id),
            letter,
        )
        .join(Dwelling, Dwelling.id == Household.dwelling_id)
        .where(Dwelling.building_id == building_id, Dwelling.ended_on.is_(None), held_today(Household))
    )
    return sorted((HouseholdLine(*row) for row in rows), key=_along_the_doors)


def _along_the_doors(line: HouseholdLine) -> tuple[object, ...]:
    parts = enumerate(_DIGITS.split(line.addition.casefold()))  # words at even places, digits at odd ones
    return line.street, line.number, [int(part) if place % 2 else part for place, part in parts], line.id


CHOICES = ("zonder", "nog-niet", "alle")
"""Without a letter and not joined; not joined; all."""


def chosen(lines: Sequence[HouseholdLine], choice: str) -> list[HouseholdLine]:
    """The households of a choice, or "huis-12": that one, if it is among them."""
    if choice == "zonder":
        return [line for line in lines if not line.has_joined and not line.has_letter]
    if choice == "nog-niet":
        return [line for line in lines if not line.has_joined]
    if choice == "alle":
        return list(lines)
    return [line for line in lines if choice == f"huis-{line.id}"]


def with_house_number(lines: Sequence[HouseholdLine], typed: str) -> list[HouseholdLine]:
    """The households at a house number as one types it: "42", "42b", "42 B"; "42" also finds 42 A and 42 B."""
    found = _HOUSE.fullmatch(" ".join(typed.split()))
    if not found:
        return []
    number, addition = int(found[1]), _plain(found[2])
    return [line for line in lines if line.number == number and _plain(line.addition).startswith(addition)]


def _plain(addition: str) -> str:
    return re.sub(r"[\W_]+", "", addition).casefold()


# Who lives there ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody on a letter: their name as the association knows it, and how we say hello."""

    name: str
    greeting: str | None


def residents_of(household_ids: Sequence[int]) -> Mapping[int, list[Resident]]:
    """By household, who lives there today."""
    found: defaultdict[int, list[Resident]] = defaultdict(list)
    for start in range(0, len(household_ids), 500):
        rows = db.connection().execute(
            select(
                Membership.household_id,
                func.coalesce(Membership.listed_name, Person.name),
                Person.greeting,
            )
            .join(Person, Person.id == Membership.person_id)
            .where(
                Membership.household_id.in_(household_ids[start : start + 500]),
                held_today(Membership),
                Person.left_at.is_(None),
            )
            .order_by(Membership.since, Membership.id)
        )
        for household, name, greeting in rows:
            found[household].append(Resident(name, greeting))
    return found
