"""The present state as an import compares with it: every dwelling, and who lives there or is to come. Plain values,
read in five queries whatever the number of dwellings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from sqlalchemy import or_, select

from community import clock, db
from community.accounts.models import Mailbox, Person
from community.admin.changes import CurrentDwelling, CurrentResident, Snapshot
from community.places.models import Building, Dwelling, Entrance, Household, Membership, Neighbourhood


def take_snapshot() -> Snapshot:
    """What stands in the database now. A second or two for 80,000 dwellings."""
    connection = db.connection()
    buildings = connection.execute(
        select(Building.name, Neighbourhood.name).join(Neighbourhood, Neighbourhood.id == Building.neighbourhood_id)
    )
    entrances = connection.execute(
        select(Building.name, Entrance.name).join(Building, Building.id == Entrance.building_id)
    )
    return Snapshot(
        dwellings=_dwellings(_residents(clock.today())),
        buildings=dict(buildings.all()),
        neighbourhoods=frozenset(connection.scalars(select(Neighbourhood.name))),
        entrances=frozenset((building, entrance) for building, entrance in entrances),
        person_ids=frozenset(
            number
            for number in connection.scalars(select(Person.external_id).where(Person.external_id.is_not(None)))
            if number is not None
        ),
    )


def _dwellings(residents: Mapping[int, list[CurrentResident]]) -> tuple[CurrentDwelling, ...]:
    rows = db.connection().execute(
        select(
            Dwelling.id,
            Dwelling.external_id,
            Building.name,
            Dwelling.street,
            Dwelling.number,
            Dwelling.addition,
            Dwelling.postcode,
            Dwelling.city,
            Dwelling.floor,
            Entrance.name,
            Dwelling.ended_on,
        )
        .join(Building, Building.id == Dwelling.building_id)
        .outerjoin(Entrance, Entrance.id == Dwelling.entrance_id)
        .order_by(Dwelling.id)
    )
    return tuple(CurrentDwelling(*row, residents=tuple(residents.get(row[0], ()))) for row in rows)


def _residents(today: date) -> Mapping[int, list[CurrentResident]]:
    """By dwelling, everybody whose stay has not ended."""
    rows = db.connection().execute(
        select(
            Household.dwelling_id,
            Membership.id,
            Membership.listed_name,
            Person.name,
            Person.external_id,
            Mailbox.address,
            Membership.listed_salutation,
            Membership.since,
            Membership.until,
            Person.joined_at,
        )
        .join(Household, Household.id == Membership.household_id)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(Mailbox, Mailbox.id == Person.mailbox_id)
        .where(or_(Membership.until.is_(None), Membership.until > today))
        .where(or_(Household.until.is_(None), Household.until > today))
        .order_by(Membership.id)
    )
    found: defaultdict[int, list[CurrentResident]] = defaultdict(list)
    for dwelling, key, listed, own, number, address, salutation, since, until, joined_at in rows:
        found[dwelling].append(
            CurrentResident(
                id=key,
                name=listed or own,
                person_id=number,
                email=address,
                salutation=salutation,
                since=since,
                until=until,
                is_listed=listed is not None,
                has_joined=joined_at is not None,
            )
        )
    return found
