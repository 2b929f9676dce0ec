"""What a building's page tells: where it stands, which doors it has, who has a role there, and how many homes take
part. Rows about a building one may see; which those are is said in `queries.visible_buildings`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, case, distinct, func, or_, select

from community import clock, db, text
from community.accounts.models import Person
from community.language import gettext as _
from community.places.models import (
    RESIDENT_KINDS,
    STAFF_KINDS,
    Building,
    Dwelling,
    Entrance,
    Household,
    Membership,
    Neighbourhood,
    Role,
)
from community.places.queries import held_today, visible_buildings
from community.visitor import Visitor


def visible_building(visitor: Visitor, slug: str) -> Building | None:
    """The building with this name in its address, if the visitor may see it."""
    if slug != text.slug(slug, ""):  # no address of ours; PostgreSQL would not even read a NUL in it
        return None
    return db.session().scalar(visible_buildings(visitor).where(Building.slug == slug))


def listed(visitor: Visitor, limit: int, offset: int = 0) -> list[Row[Any]]:
    """Rows (building, name of its neighbourhood) of the buildings the visitor sees, by name."""
    statement = (
        visible_buildings(visitor)
        .add_columns(Neighbourhood.name)
        .join(Neighbourhood, Neighbourhood.id == Building.neighbourhood_id)
        .order_by(Building.name)
    )
    return list(db.session().execute(statement.limit(limit).offset(offset)))


def count(visitor: Visitor) -> int:
    """How many buildings the visitor sees."""
    seen = visible_buildings(visitor).with_only_columns(func.count(Building.id))
    return db.connection().execute(seen).scalar() or 0


@dataclass(frozen=True, slots=True)
class Street:
    """The part of a street where a building has doors."""

    street: str
    first: int
    last: int
    postcode: str
    city: str


def streets(building: Building) -> list[Street]:
    """Where the front doors are, per street."""
    rows = db.connection().execute(
        select(
            Dwelling.street,
            func.min(Dwelling.number),
            func.max(Dwelling.number),
            func.min(Dwelling.postcode),
            func.min(Dwelling.city),
        )
        .where(Dwelling.building_id == building.id, Dwelling.ended_on.is_(None))
        .group_by(Dwelling.street)
        .order_by(Dwelling.street)
    )
    return [Street(*row) for row in rows]


def entrances(building: Building) -> list[str]:
    """The names of the shared front doors."""
    found = db.connection().execute(
        select(Entrance.name).where(Entrance.building_id == building.id).order_by(Entrance.name)
    )
    return list(found.scalars())


@dataclass(frozen=True, slots=True)
class TakingPart:
    """How many homes a building has, and in how many of them somebody is on Trefpunt."""

    homes: int = 0
    joined: int = 0


def taking_part(building_ids: Iterable[int]) -> dict[int, TakingPart]:
    """Per building how many homes take part; one query for all."""
    somebody = and_(Person.id == Membership.person_id, Person.joined_at.is_not(None), Person.left_at.is_(None))
    rows = db.connection().execute(
        select(
            Dwelling.building_id,
            func.count(distinct(Dwelling.id)),
            func.count(distinct(case((Person.id.is_not(None), Dwelling.id)))),
        )
        .outerjoin(Household, and_(Household.dwelling_id == Dwelling.id, held_today(Household)))
        .outerjoin(Membership, and_(Membership.household_id == Household.id, held_today(Membership)))
        .outerjoin(Person, somebody)
        .where(Dwelling.building_id.in_(list(building_ids)), Dwelling.ended_on.is_(None))
        .group_by(Dwelling.building_id)
    )
    return {row[0]: TakingPart(row[1], row[2]) for row in rows}


# ---- who has a role ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoleHolder:
    """A resident with a role, as neighbours see it."""

    person_id: int
    name: str
    short_name: str
    photo: str | None
    kind: str
    title: str | None
    since: date

    @property
    def group(self) -> str:
        """Under which heading this person stands: the committee's name, or what the role is called."""
        if self.kind in {"commissievoorzitter", "commissielid"}:
            return self.title or _("commissie")
        return _("ambassadeurs") if self.kind == "ambassadeur" else _("moderators")


def visible_roles(visitor: Visitor) -> Select[Any]:
    """Roles held today, of residents and staff, that concern a building the visitor sees: of the building itself, of
    its neighbourhood, or of all. Who looks after the machine is not among them."""
    seen = visible_buildings(visitor).correlate(None)
    return (
        select(Role)
        .join(Person, Person.id == Role.person_id)
        .where(
            Role.kind.in_((*STAFF_KINDS, *RESIDENT_KINDS)),
            held_today(Role),
            Person.left_at.is_(None),
            or_(
                Role.building_id.in_(seen.with_only_columns(Building.id)),
                and_(
                    Role.building_id.is_(None),
                    Role.neighbourhood_id.in_(seen.with_only_columns(Building.neighbourhood_id)),
                ),
                and_(Role.building_id.is_(None), Role.neighbourhood_id.is_(None)),
            ),
        )
    )


def role_holders(visitor: Visitor, building: Building) -> dict[str, list[RoleHolder]]:
    """The residents with a role for a building, its neighbourhood or all, per committee; the chair first."""
    near = or_(
        Role.building_id == building.id,
        and_(
            Role.building_id.is_(None),
            or_(Role.neighbourhood_id == building.neighbourhood_id, Role.neighbourhood_id.is_(None)),
        ),
    )
    rows = db.connection().execute(
        visible_roles(visitor)
        .with_only_columns(Person.id, Person.name, Person.short_name, Person.photo, Role.kind, Role.title, Role.since)
        .where(Role.kind.in_(RESIDENT_KINDS), near)
    )
    order = {kind: number for number, kind in enumerate(RESIDENT_KINDS)}
    holders = sorted((RoleHolder(*row) for row in rows), key=lambda held: (order[held.kind], held.name))
    groups: dict[str, list[RoleHolder]] = {}
    for holder in holders:
        group = groups.setdefault(holder.group, [])
        if all(known.person_id != holder.person_id for known in group):
            group.append(holder)
    return groups


def week_began() -> datetime:
    """Monday at midnight on a resident's clock."""
    today = clock.today()
    return datetime.combine(today - timedelta(days=today.weekday()), time(), clock.ZONE)


def facade_seed(building: Building) -> str:
    """What decides which windows are lit: another drawing per building and week, so that no window stands for a
    home."""
    year, week, _day = clock.today().isocalendar()
    return f"{building.slug} {year}-{week:02}"
