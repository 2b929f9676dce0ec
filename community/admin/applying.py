"""Carrying out an import: everything that its plan holds, in one transaction, or nothing. The plan is made again
against the locked present state; when that is no longer the plan an administrator has seen, nothing happens.

Here buildings and dwellings; people are in `settling`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import Table, insert, select, update

from community import clock, db, dialect, journal
from community.accounts.access import right_lost
from community.admin import naming, settling
from community.admin.bulk import insert_rows, update_rows
from community.admin.changes import FieldChange, NewDwelling, Plan
from community.admin.columns import Kind
from community.admin.planning import plan
from community.admin.rows import Rows
from community.admin.snapshot import take_snapshot
from community.errors import Refused
from community.language import gettext as _
from community.places.actions import places_opened
from community.places.models import (
    Association,
    Building,
    Dwelling,
    Entrance,
    Household,
    Membership,
    Neighbourhood,
)

# What a plan rests on, in the order in which the tables are locked.
_HELD = (Neighbourhood, Building, Entrance, Dwelling, Household, Membership)


class StateChanged(Refused):
    """Since the preview something changed in Trefpunt, so that the file would now do something else."""

    status = 409


@db.action
def apply(rows: Rows, shown: str, *, by: int | None, file: Mapping[str, Any] | None = None) -> Plan:
    """Carry out a checked file.

    Args:
        rows: the file, without an error in it.
        shown: the fingerprint of the plan that was shown.
        by: the person who does it; None on the command line.
        file: what to remember of the file (its kind, its columns); nothing of what stands in its rows.

    Raises:
        StateChanged: the plan is not the one that was shown. Refused: there are errors in the file.
    """
    if rows.errors:
        raise Refused(_("In dit bestand staan nog fouten. Er is niets veranderd."))
    dialect.hold_still(db.connection(), *(cast(Table, model.__table__) for model in _HELD))
    planned = plan(take_snapshot(), rows, clock.today())
    if planned.fingerprint != shown:
        raise StateChanged(
            _("Ondertussen is er iets veranderd in Trefpunt. Er is nog niets doorgevoerd. Bekijk de lijst opnieuw.")
        )
    if planned.is_empty:
        return planned
    _open_places(planned)
    left = settling.move_out(planned.moved_out, by=by)
    _end_dwellings(planned)
    _change_dwellings(planned)
    opened = _open_dwellings(planned)
    settling.change_persons(planned.changed_persons)
    settling.move_in(planned.moved_in, by=by)
    settling.end_tasks(left)
    if rows.kind is Kind.DWELLINGS:
        settling.open_households(opened)
    if _may_take_rights(planned):
        right_lost()
    journal.record("admin.imported", by=by, file=dict(file or {}), counts=planned.counts())
    if planned.new_neighbourhoods or planned.new_buildings or planned.changed_buildings:
        places_opened()
    return planned


def _may_take_rights(planned: Plan) -> bool:
    moves = any(change.field == "building" for one in planned.changed_dwellings for change in one.changes)
    ends = any(change.field in {"since", "until"} for one in planned.changed_persons for change in one.changes)
    return bool(planned.moved_out or planned.ended_dwellings or planned.changed_buildings or moves or ends)


# Neighbourhoods, buildings, entrances -----------------------------------------------------------------------


def _open_places(planned: Plan) -> None:
    """New neighbourhoods and buildings, buildings with another name or neighbourhood, new entrances."""
    session = db.session()
    slugs = set(session.scalars(select(Neighbourhood.slug)))
    for part in planned.new_neighbourhoods:
        slug = naming.free_slug(part.name, slugs, "wijk")
        slugs.add(slug)
        session.add(Neighbourhood(name=part.name, slug=slug))
    session.flush()
    neighbourhoods = _ids(Neighbourhood)
    # The forums of the association and of a neighbourhood have addresses beside those of buildings.
    taken = {f"buurt-{slug}" for slug in slugs} | set(session.scalars(select(Building.slug)))
    taken |= {naming.free_slug(name, (), "alle") for name in session.scalars(select(Association.name))}
    for new in planned.new_buildings:
        slug = naming.free_slug(new.name, taken, "gebouw")
        taken.add(slug)
        session.add(
            Building(
                name=new.name,
                slug=slug,
                with_article=naming.with_article(new.name),
                neighbourhood_id=neighbourhoods[new.neighbourhood],
                created_at=clock.now(),
            )
        )
    session.flush()
    for changed in planned.changed_buildings:
        values: dict[str, Any] = {}
        for change in changed.changes:
            if change.field == "name":
                values |= {"name": change.new, "with_article": naming.with_article(str(change.new))}
            else:
                values["neighbourhood_id"] = neighbourhoods[str(change.new)]
        session.execute(update(Building).where(Building.name == changed.name).values(**values))
    buildings = _ids(Building)
    entrances = [{"building_id": buildings[one.building], "name": one.name} for one in planned.new_entrances]
    if entrances:
        session.execute(insert(Entrance), entrances)


def _ids(model: type[Neighbourhood] | type[Building]) -> dict[str, int]:
    return dict(db.session().execute(select(model.name, model.id)).all())


# Dwellings ----------------------------------------------------------------------------------------------------


def _end_dwellings(planned: Plan) -> None:
    gone = [one.id for one in planned.ended_dwellings]
    update_rows(Dwelling, ({"id": key, "ended_on": clock.today()} for key in gone))
    settling.end_households(gone)


def _change_dwellings(planned: Plan) -> None:
    """What is described otherwise now. Numbers first step aside: two dwellings may have changed theirs."""
    renumbered = [
        (one.id, change) for one in planned.changed_dwellings for change in one.changes if change.field == "external_id"
    ]
    update_rows(Dwelling, ({"id": key, "external_id": f"\x1f{key}"} for key, _change in renumbered))
    places = _Places()
    buildings = {} if not planned.changed_dwellings else _buildings_of(planned)
    update_rows(
        Dwelling,
        ({"id": one.id, **places.values(one.changes, buildings[one.id])} for one in planned.changed_dwellings),
    )


def _buildings_of(planned: Plan) -> dict[int, str]:
    """The name of the building of each changed dwelling, after this import."""
    rows = db.session().execute(select(Dwelling.id, Building.name).join(Building, Building.id == Dwelling.building_id))
    found = dict(rows.all())
    for one in planned.changed_dwellings:
        for change in one.changes:
            if change.field == "building":
                found[one.id] = str(change.new)
    return found


class _Places:
    """The keys of buildings and entrances, by name."""

    def __init__(self) -> None:
        self.buildings = _ids(Building)
        self.entrances = {
            (building, name): key
            for building, name, key in db.session().execute(select(Entrance.building_id, Entrance.name, Entrance.id))
        }

    def entrance(self, building: str, name: str | None) -> int | None:
        return self.entrances[self.buildings[building], name] if name else None

    def values(self, changes: Iterable[FieldChange], building: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for change in changes:
            if change.field == "building":
                made["building_id"] = self.buildings[building]
            elif change.field == "entrance":
                made["entrance_id"] = self.entrance(building, cast("str | None", change.new))
            else:
                made[change.field] = change.new
        return made


def _open_dwellings(planned: Plan) -> list[int]:
    """New dwellings, and ended ones that are back; returns their keys."""
    places = _Places()

    def described(new: NewDwelling) -> dict[str, Any]:
        row = new.row
        return {
            "building_id": places.buildings[row.building],
            "entrance_id": places.entrance(row.building, row.entrance),
            "street": row.street,
            "number": row.number,
            "addition": row.addition,
            "postcode": row.postcode,
            "city": row.city,
            "floor": row.floor,
            "ended_on": None,
        }

    back = [one for one in planned.new_dwellings if one.reopens is not None]
    update_rows(Dwelling, ({"id": one.reopens, **described(one)} for one in back))
    fresh = [one for one in planned.new_dwellings if one.reopens is None]
    made = insert_rows(Dwelling, [{"external_id": one.row.external_id, **described(one)} for one in fresh])
    return [*(cast(int, one.reopens) for one in back), *made]
