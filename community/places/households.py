"""What this room answers to signing in: which address a letter is for, who lives there today, and that somebody has
come to live there."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from community import clock, db
from community.accounts.households import Households
from community.places.models import Dwelling, Household, Membership
from community.places.queries import frame_of, held_today
from community.web import Frame


def address_of(household_id: int) -> str:
    """ "Lindestraat 42 B"; empty for a household that does not exist."""
    dwelling = _dwelling(household_id)
    return dwelling.address if dwelling else ""


def building_of(household_id: int) -> int | None:
    """The id of the building that the household lives in."""
    dwelling = _dwelling(household_id)
    return dwelling.building_id if dwelling else None


def known_people(household_id: int) -> Sequence[int]:
    """The ids of who lives there today, in the order in which they came."""
    return (
        db.session()
        .scalars(
            select(Membership.person_id)
            .where(Membership.household_id == household_id, held_today(Membership))
            .order_by(Membership.since, Membership.id)
        )
        .all()
    )


def is_current(household_id: int) -> bool:
    """True while the household lives there."""
    current = select(Household.id).where(Household.id == household_id, held_today(Household))
    return db.session().scalar(current) is not None


def add_member(person_id: int, household_id: int) -> None:
    """Somebody lives there from today on, by their own word and the code of that letter."""
    db.session().add(Membership(person_id=person_id, household_id=household_id, since=clock.today()))
    db.session().flush()


def _frame_of(household_id: int) -> Frame:
    return frame_of(building_of(household_id))


def _dwelling(household_id: int) -> Dwelling | None:
    return db.session().scalar(
        select(Dwelling).join(Household, Household.dwelling_id == Dwelling.id).where(Household.id == household_id)
    )


HOUSEHOLDS = Households(address_of, building_of, _frame_of, known_people, is_current, add_member)
