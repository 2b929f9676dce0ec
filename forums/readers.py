"""Seeing from the other side: not what a visitor reads, but who reads a topic; for what is done to many people at once
(telling them, counting for them). It says what forums/seeing.py says, as one condition on the database's own rows, and
a test holds the two together."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Date, and_, bindparam, exists, literal_column, or_, select
from sqlalchemy.orm import aliased

from community.places.models import STAFF_KINDS, Building, Dwelling, Household, Membership, Role
from forums.models import CARETAKER, EVERYONE, Forum, Topic


def _said(value: object) -> Any:
    """A constant, written out: this stands in the query that finds out who is asking, and each value that is bound
    there costs every request."""
    return literal_column(repr(value))


_STAFF = tuple(_said(kind) for kind in STAFF_KINDS)


def _holds(what: Any) -> Any:
    today: Any = bindparam("today", type_=Date)
    return and_(what.since <= today, or_(what.until.is_(None), what.until > today))


def may_read(person: Any) -> Any:
    """The condition on `topic` joined with `forum` that a person (a column of the statement; somebody who still takes
    part) may read it. `today` is bound by who asks."""
    shared = or_(Topic.audience != _said(CARETAKER), Topic.author_id == person)
    open_to_staff = and_(Topic.audience == _said(EVERYONE), Forum.staff_reading != _said("none"))
    return and_(
        Topic.hidden_at.is_(None),
        Topic.merged_into_id.is_(None),
        or_(
            and_(shared, _lives_around(person)),
            and_(open_to_staff, _works_around(person)),
            and_(Topic.audience == _said(CARETAKER), Forum.kind == _said("building"), _takes_care(person)),
        ),
    )


def _lives_around(person: Any) -> Any:
    home = aliased(Building)
    around = or_(
        Forum.kind == _said("association"),
        and_(Forum.kind == _said("neighbourhood"), Forum.neighbourhood_id == home.neighbourhood_id),
        Forum.building_id == home.id,
    )
    homes = (
        select(Membership.id)
        .join(Household, Household.id == Membership.household_id)
        .join(Dwelling, Dwelling.id == Household.dwelling_id)
        .join(home, home.id == Dwelling.building_id)
        .where(Membership.person_id == person, _holds(Membership), _holds(Household), around)
        # It may stand deep in a statement that speaks of memberships too: all but these are the statement's own.
        .correlate_except(Membership, Household, Dwelling, home)
    )
    # Else, two questions deep, the person would be anybody there is.
    return exists(homes.correlate_except(Membership, Household, Dwelling, home))


def _works_around(person: Any) -> Any:
    place = aliased(Building)
    whole = Role.building_id.is_(None)
    around = or_(
        Forum.kind == _said("association"),
        and_(whole, Role.neighbourhood_id.is_(None)),
        and_(whole, Role.neighbourhood_id == Forum.neighbourhood_id),
        and_(Forum.kind == _said("neighbourhood"), Forum.neighbourhood_id == place.neighbourhood_id),
        Role.building_id == Forum.building_id,
    )
    roles = (
        select(Role.id)
        .outerjoin(place, place.id == Role.building_id)
        .where(Role.person_id == person, Role.kind.in_(_STAFF), _holds(Role), around)
        .correlate_except(Role, place)
    )
    return exists(roles.correlate_except(Role, place))


def _takes_care(person: Any) -> Any:
    around = or_(
        Role.building_id == Forum.building_id,
        and_(Role.building_id.is_(None), Role.neighbourhood_id == Forum.neighbourhood_id),
    )
    roles = select(Role.id).where(Role.person_id == person, Role.kind == _said("huismeester"), _holds(Role), around)
    return exists(roles.correlate_except(Role))
