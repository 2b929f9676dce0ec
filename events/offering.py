"""What the form of an activity offers to who fills it in: for which building, in which of its rooms, who can be host,
and for whom it can be meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from community import db, web
from community.language import gettext as _
from community.places.buildings import role_holders
from community.places.models import Building, Neighbourhood
from community.places.queries import association, main_building, staff_of, visible_buildings
from community.visitor import Visitor
from events import bookings, policy
from events.arranged import Room
from events.models import ASSOCIATION, BUILDING, NEIGHBOURHOOD

# Who works everywhere does not choose from a hundred lines: they come from the page of the building.
BUILDINGS_MAX = 12


@dataclass(frozen=True, slots=True)
class Audience:
    """Who can see it: a value of `seen_by`, in words."""

    seen_by: int
    label: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What can be chosen. `organises`: by their role, and so for others and for strangers too."""

    building: Building
    buildings: Sequence[Building]
    rooms: Sequence[Room]
    hosts: Sequence[tuple[int, str]]
    audiences: Sequence[Audience]
    organises: bool

    @property
    def choices(self) -> Sequence[tuple[str, str]]:
        """The buildings, for a list to choose from."""
        found = {one.slug: one.name for one in self.buildings} | {self.building.slug: self.building.name}
        return list(found.items())

    @property
    def named_hosts(self) -> Sequence[tuple[str, str]]:
        """Who can be host, for a list to choose from."""
        return [(str(key), name) for key, name in self.hosts]

    def room(self, room_id: int | None) -> Room | None:
        """The room with this number, if it is offered."""
        return next((room for room in self.rooms if room.id == room_id), None)

    def host(self, person_id: int) -> str:
        """The first name of who is host, where it is offered."""
        return next((name for key, name in self.hosts if key == person_id), "")


def offer(visitor: Visitor, slug: str | None = None) -> Offer | None:
    """What is offered in a building of this visitor, their own if they ask for none; None where they have none."""
    there = visible_buildings(visitor)
    building = db.session().scalar(there.where(Building.slug == slug)) if slug else None
    building = building or main_building(visitor)
    return of_building(visitor, building) if building else None


def of_building(visitor: Visitor, building: Building) -> Offer:
    """What is offered in this building."""
    others = db.session().scalars(visible_buildings(visitor).order_by(Building.name).limit(BUILDINGS_MAX)).all()
    organises = policy.organises(visitor, building.id, building.neighbourhood_id)
    return Offer(
        building,
        others,
        bookings.rooms_of(building.id),
        _hosts(visitor, building) if organises else ((visitor.person_id, visitor.short_name),),
        [one for one in _audiences(building) if _is_open(visitor, building, one)],
        organises,
    )


def _hosts(visitor: Visitor, building: Building) -> Sequence[tuple[int, str]]:
    """Oneself first, then the committee and who works there."""
    found = {visitor.person_id: visitor.short_name}
    for group in role_holders(visitor, building).values():
        for held in group:
            found.setdefault(held.person_id, held.name)
    for member in staff_of(building):
        found.setdefault(member.person_id, member.name)
    return tuple(found.items())


def _audiences(building: Building) -> Sequence[Audience]:
    asked = select(Neighbourhood.name).where(Neighbourhood.id == building.neighbourhood_id)
    around = db.connection().execute(asked).scalar_one()
    ours = association()
    return (
        Audience(BUILDING, _("Mijn buren in %(place)s", place=building.name)),
        Audience(NEIGHBOURHOOD, _("Alle buren in de buurt %(place)s", place=around)),
        Audience(ASSOCIATION, _("Alle bewoners van %(name)s", name=ours.name if ours else "")),
    )


def _is_open(visitor: Visitor, building: Building, one: Audience) -> bool:
    return web.can(policy.check_plan, visitor, building.id, building.neighbourhood_id, one.seen_by)
