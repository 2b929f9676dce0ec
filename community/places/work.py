"""What the pages of work show: an employee's own buildings, and for administrators the roles of a place, the employees,
and who is meant by a name or number. Looking somebody up is for administrators alone and stands in the journal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from community import clock, db, text
from community.accounts.models import Mailbox, Person
from community.places.hours import Presence, coming
from community.places.models import (
    ROLE_KINDS,
    STAFF_KINDS,
    Building,
    Dwelling,
    Employee,
    Household,
    Membership,
    Neighbourhood,
    OfficeHours,
    Role,
)
from community.places.queries import held_today

# More people than this are not chosen from a list: then a longer name or a number says it sooner.
CANDIDATES = 12
# More buildings than this are not chosen from a list but named; the list would be most of the page.
PLACES = 150
# Whoever looks after the machine works for the association too, but is no face in a building.
_EMPLOYED = (*STAFF_KINDS, "beheerder")


# ---- buildings -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Caretaker:
    """The caretaker of a building and when they are there next."""

    person_id: int
    name: str
    presence: Presence | None


def caretakers(building_ids: Iterable[int]) -> dict[int | None, list[Caretaker]]:
    """Per building who is its caretaker today; one query for all."""
    rows = db.session().execute(
        select(Role.building_id, Person.id, Person.name, OfficeHours)
        .join(Person, Person.id == Role.person_id)
        .outerjoin(OfficeHours, and_(OfficeHours.person_id == Person.id, OfficeHours.building_id == Role.building_id))
        .where(Role.kind == "huismeester", Role.building_id.in_(list(building_ids)), held_today(Role))
        .order_by(Person.name)
    )
    slots: dict[tuple[int | None, int, str], list[Presence]] = {}
    for building_id, person_id, name, slot in rows:
        times = slots.setdefault((building_id, person_id, name), [])
        if slot is not None:
            times.append(coming(slot))
    found: dict[int | None, list[Caretaker]] = {}
    for (building_id, person_id, name), times in slots.items():
        first = min(times, key=lambda presence: presence.ends, default=None)
        found.setdefault(building_id, []).append(Caretaker(person_id, name, first))
    return found


def all_buildings(limit: int, offset: int) -> list[Row[Any]]:
    """Rows (building, name of its neighbourhood), for who looks after the machine."""
    statement = (
        select(Building, Neighbourhood.name)
        .join(Neighbourhood, Neighbourhood.id == Building.neighbourhood_id)
        .order_by(Building.name)
    )
    return list(db.session().execute(statement.limit(limit).offset(offset)))


def count_buildings() -> int:
    """How many buildings there are."""
    return db.connection().execute(select(func.count(Building.id))).scalar() or 0


# ---- roles -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """What a role is for: a building, a neighbourhood, or (neither) everything. `key` stands in addresses."""

    key: str
    name: str
    building_id: int | None = None
    neighbourhood_id: int | None = None

    @property
    def is_everywhere(self) -> bool:
        """Whether it is for all buildings."""
        return self.building_id is None and self.neighbourhood_id is None


EVERYWHERE = "alle"
_OF_NEIGHBOURHOOD = "buurt-"


def places(everywhere: str) -> list[Place]:
    """The places a role can be for, to choose from: everything (by the given name), neighbourhoods, buildings. None at
    all where there are more than one chooses from; then a name is typed, and `find_place` finds it."""
    parts = db.connection().execute(_parts().order_by(Neighbourhood.name).limit(PLACES + 1)).all()
    buildings = db.connection().execute(_buildings().order_by(Building.name).limit(PLACES + 1)).all()
    if len(parts) + len(buildings) > PLACES:
        return []
    return [
        Place(EVERYWHERE, everywhere),
        *(Place(_OF_NEIGHBOURHOOD + part.slug, part.name, None, part.id) for part in parts),
        *(Place(row.slug, row.name, row.id) for row in buildings),
    ]


def find_place(typed: str, everywhere: str) -> Place:
    """The place with this key, or the building of this name; what is no place is everything."""
    slug = text.slug(typed, "")
    row = db.connection().execute(_buildings().where(Building.slug == slug)).first()
    if row is not None:
        return Place(row.slug, row.name, row.id)
    if slug.startswith(_OF_NEIGHBOURHOOD):
        key = slug.removeprefix(_OF_NEIGHBOURHOOD)
        part = db.connection().execute(_parts().where(Neighbourhood.slug == key)).first()
        if part is not None:
            return Place(_OF_NEIGHBOURHOOD + part.slug, part.name, None, part.id)
    return Place(EVERYWHERE, everywhere)


def _parts() -> Select[str, str, int]:
    return select(Neighbourhood.slug, Neighbourhood.name, Neighbourhood.id)


def _buildings() -> Select[str, str, int]:
    return select(Building.slug, Building.name, Building.id)


@dataclass(frozen=True, slots=True)
class GivenRole:
    """A role in the list of an administrator."""

    id: int
    kind: str
    title: str | None
    since: date
    until: date | None
    person_id: int
    name: str
    granted_by: str | None

    @property
    def has_begun(self) -> bool:
        """Whether it holds already."""
        return self.since <= clock.today()


def roles_of(place: Place) -> list[GivenRole]:
    """The roles for exactly this place that hold today or will."""
    granter = aliased(Person)
    rows = db.connection().execute(
        _roles(Role.id, Role.kind, Role.title, Role.since, Role.until, Person.id, Person.name, granter.name)
        .outerjoin(granter, granter.id == Role.granted_by_id)
        .where(
            Role.building_id.is_(None) if place.building_id is None else Role.building_id == place.building_id,
            Role.neighbourhood_id.is_(None)
            if place.neighbourhood_id is None
            else Role.neighbourhood_id == place.neighbourhood_id,
        )
    )
    order = {kind: number for number, kind in enumerate(ROLE_KINDS)}
    return sorted((GivenRole(*row) for row in rows), key=lambda role: (order[role.kind], role.title or "", role.name))


def _roles(*columns: Any) -> Select[Any]:
    """Roles that hold today or will, of people who are still there."""
    lasting = or_(Role.until.is_(None), Role.until > clock.today())
    return (
        select(*columns)
        .select_from(Role)
        .join(Person, Person.id == Role.person_id)
        .where(lasting, Person.left_at.is_(None))
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be meant by what an administrator typed; `where` tells people of one name apart."""

    person_id: int
    name: str
    where: str


def candidates(typed: str, place: Place) -> list[Candidate]:
    """Who is meant: exactly by number or mail address, else by name among the residents of a building and everybody
    who works for the association. One more than `CANDIDATES` at the most."""
    found = _people(or_(Person.external_id == typed, Mailbox.address == typed.lower()))
    if found or len(text.fold(typed)) < 2:
        return found
    works = Person.id.in_(select(Role.person_id).where(Role.kind.in_(_EMPLOYED), held_today(Role)))
    near = works if place.building_id is None else or_(Dwelling.building_id == place.building_id, works)
    return _people(and_(Person.folded_name.contains(text.fold(typed), autoescape=True), near))


def candidate(person_id: int) -> Candidate | None:
    """The person that was chosen from several."""
    return next(iter(_people(Person.id == person_id)), None)


def _people(condition: Any) -> list[Candidate]:
    statement = (
        select(Person.id, Person.name, Dwelling.street, Dwelling.number, Dwelling.addition, Dwelling.city)
        .outerjoin(Mailbox, Mailbox.id == Person.mailbox_id)
        .outerjoin(Membership, and_(Membership.person_id == Person.id, held_today(Membership)))
        .outerjoin(Household, Household.id == Membership.household_id)
        .outerjoin(Dwelling, Dwelling.id == Household.dwelling_id)
        .where(condition, Person.left_at.is_(None))
        .order_by(Person.folded_name, Person.id)
        .limit(CANDIDATES + 1)
    )
    found: dict[int, Candidate] = {}
    for person_id, name, street, number, addition, city in db.connection().execute(statement):
        address = f"{street} {number} {addition}".strip() + f", {city}" if street else ""
        found.setdefault(person_id, Candidate(person_id, name, address))
    return list(found.values())


# ---- employees -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EmployeeLine:
    """An employee in the list: what they do and where."""

    person_id: int
    name: str
    photo: str | None
    phone: str
    functions: list[tuple[str, str | None]] = field(default_factory=list)  # kind, place (None: everywhere)


def employees() -> Sequence[EmployeeLine]:
    """Everybody who works for the association today, by name."""
    rows = db.connection().execute(
        _roles(
            Person.id,
            Person.name,
            Person.photo,
            Employee.phone,
            Role.kind,
            func.coalesce(Building.name, Neighbourhood.name),
        )
        .outerjoin(Building, Building.id == Role.building_id)
        .outerjoin(Neighbourhood, Neighbourhood.id == Role.neighbourhood_id)
        .outerjoin(Employee, Employee.person_id == Person.id)
        .where(Role.kind.in_(_EMPLOYED))
        .order_by(Person.folded_name, Person.id, Role.since)
    )
    found: dict[int, EmployeeLine] = {}
    for person_id, name, photo, phone, kind, place in rows:
        line = found.setdefault(person_id, EmployeeLine(person_id, name, photo, phone or ""))
        line.functions.append((kind, place))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class EmployeePage:
    """An employee to be changed: with the hours of each building where they work."""

    person: Person
    employee: Employee | None
    functions: list[tuple[str, str | None]]
    weeks: list[tuple[Building, list[OfficeHours]]]


def employee_page(person_id: int, also: str | None = None) -> EmployeePage | None:
    """An employee with their buildings; `also` is the slug of one more building to fill in hours for."""
    person = db.session().get(Person, person_id)
    roles = list(
        db.connection().execute(
            _roles(Role.kind, Role.building_id, func.coalesce(Building.name, Neighbourhood.name))
            .outerjoin(Building, Building.id == Role.building_id)
            .outerjoin(Neighbourhood, Neighbourhood.id == Role.neighbourhood_id)
            .where(Role.person_id == person_id, Role.kind.in_(_EMPLOYED))
            .order_by(Role.since, Role.id)
        )
    )
    if person is None or not roles:
        return None
    slots: dict[int, list[OfficeHours]] = {}
    for slot in db.session().scalars(select(OfficeHours).where(OfficeHours.person_id == person_id)):
        slots.setdefault(slot.building_id, []).append(slot)
    wanted = {row[1] for row in roles if row[1] is not None} | set(slots)
    added = Building.slug == text.slug(also or "", "-")
    buildings = db.session().scalars(
        select(Building).where(or_(Building.id.in_(wanted), added)).order_by(Building.name)
    )
    return EmployeePage(
        person,
        db.session().get(Employee, person_id),
        [(row[0], row[2]) for row in roles],
        [(building, slots.get(building.id, [])) for building in buildings],
    )
