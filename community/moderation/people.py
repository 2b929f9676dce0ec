"""A person as something that can be reported: what they do, and not one thing they wrote."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask
from sqlalchemy import select

from community import db
from community.accounts.models import Person
from community.moderation import handles, queries
from community.moderation.handles import Case, Handle, Reported
from community.places import neighbours
from community.places.models import Building, Dwelling, Household, Membership, Role
from community.places.queries import held_today
from community.visitor import Visitor


def init_app(app: Flask) -> None:
    """People can be reported."""
    handles.handle(app, "person", Handle(word="buur", find=find, describe=describe, names=names))


def find(visitor: Visitor, person_id: int) -> Reported | None:
    """Somebody whose page the visitor may open."""
    page = neighbours.person_page(visitor, person_id)
    if page is None:
        return None
    building_id, neighbourhood_id, works = where(person_id)
    return Reported(
        subject="person",
        subject_id=person_id,
        about_id=person_id,
        about_name=page.short_name,
        title=page.name,
        excerpt="",
        back=f"/buren/{person_id}",
        building_id=building_id,
        neighbourhood_id=neighbourhood_id,
        for_staff=works,
    )


def where(person_id: int) -> tuple[int | None, int | None, bool]:
    """(building, neighbourhood, whether the association employs them) of where somebody lives, or else works."""
    works = bool(queries.staff_roles_of(person_id))
    home = (
        select(Building.id, Building.neighbourhood_id)
        .join(Dwelling, Dwelling.building_id == Building.id)
        .join(Household, Household.dwelling_id == Dwelling.id)
        .join(Membership, Membership.household_id == Household.id)
        .where(Membership.person_id == person_id, held_today(Membership), held_today(Household))
        .limit(1)
    )
    found = db.connection().execute(home).first()
    if found is not None:
        return found[0], found[1], works
    if works:
        working = (
            select(Role.building_id, Building.neighbourhood_id)
            .outerjoin(Building, Building.id == Role.building_id)
            .where(Role.person_id == person_id, held_today(Role))
            .order_by(Role.building_id.is_(None), Role.id)
            .limit(1)
        )
        role = db.connection().execute(working).first()
        return (role[0], role[1], True) if role else (None, None, True)
    return None, None, works


def describe(visitor: Visitor, person_id: int) -> Case | None:
    """Who it is; there is no text to change."""
    person = db.session().get(Person, person_id)
    if person is None:
        return None
    building_id, _neighbourhood, _works = where(person_id)
    path = f"/buren/{person_id}" if neighbours.person_page(visitor, person_id) else None
    place = queries.building_names([building_id]).get(building_id or 0, "")
    return Case(title=person.name, where=place, path=path)


def names(ids: Sequence[int]) -> dict[int, str]:
    """What they are called."""
    rows = select(Person.id, Person.name).where(Person.id.in_(ids), Person.left_at.is_(None))
    return {row[0]: row[1] for row in db.connection().execute(rows)}
