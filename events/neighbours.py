"""Neighbours whom somebody writes down for a date: who comes along, or who phoned. They are found by their whole name
alone, so that nobody can look for people here."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import and_, or_, select, true

from community import db
from community.accounts.models import Person
from community.moderation.models import Block
from community.places.models import Building, Dwelling, Household, Membership
from community.places.queries import held_today
from community.text import fold
from community.visitor import Visitor
from events.models import BUILDING, NEIGHBOURHOOD


def named(name: str, date: Any, *, by: Visitor) -> int | None:
    """The neighbour who is called this and may come to this date; None when nobody is, or two are."""
    asked = _who_may_come(date, by).where(Person.folded_name == fold(name))
    found = db.connection().execute(asked.limit(2)).scalars().all()
    return found[0] if len(found) == 1 else None


def may_come(ids: Collection[int], date: Any, *, by: Visitor) -> set[int]:
    """Who of these lives where this date is for, and neither blocked the other."""
    if not ids:
        return set()
    return set(db.connection().execute(_who_may_come(date, by).where(Person.id.in_(sorted(ids)))).scalars())


def _who_may_come(date: Any, by: Visitor) -> Any:
    where: Any = true()
    if date.seen_by == BUILDING:
        where = Building.id == date.building_id
    elif date.seen_by == NEIGHBOURHOOD:
        where = Building.neighbourhood_id == date.neighbourhood_id
    blocked = select(Block.at).where(
        or_(
            and_(Block.blocker_id == Person.id, Block.blocked_id == by.person_id),
            and_(Block.blocker_id == by.person_id, Block.blocked_id == Person.id),
        )
    )
    return (
        select(Person.id)
        .join(Membership, and_(Membership.person_id == Person.id, held_today(Membership)))
        .join(Household, and_(Household.id == Membership.household_id, held_today(Household)))
        .join(Dwelling, Dwelling.id == Household.dwelling_id)
        .join(Building, Building.id == Dwelling.building_id)
        .where(where, Person.left_at.is_(None), ~blocked.correlate(Person).exists())
        .distinct()
    )
