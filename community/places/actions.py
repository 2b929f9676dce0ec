"""Do it! The deeds that change places and who lives in them (those about roles are in `appointing`, and named here
too): each is one transaction with a line in the journal, done by an administrator or (`by=None`) on the command line.
An import of thousands of rows has its own statements; it keeps to the same rules and ends with `places_opened`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import or_, select, update

from community import clock, db, text
from community.accounts.access import right_lost
from community.accounts.models import Invitation, Person
from community.errors import Invalid, Missing, Refused
from community.language import gettext as _
from community.places import policy
from community.places.appointing import (
    add_employee,
    change_employee,
    employ,
    end_role,
    end_tasks_without_home,
    forget_frames,
    found,
    grant_role,
    keep_role,
    look_up,
    note,
    set_employee,
    set_hours,
)
from community.places.models import Association, Building, Dwelling, Entrance, Household, Membership, Neighbourhood
from community.visitor import Visitor

__all__ = [
    "add_employee", "add_entrance", "change_dwelling", "change_employee", "employ", "end_dwelling",
    "end_role", "end_tasks_without_home", "grant_role", "keep_role", "look_up", "move_in", "move_out",
    "open_building", "open_dwelling", "open_neighbourhood", "places_opened", "set_association",
    "set_employee", "set_hours", "start_household",
]  # fmt: skip


# ---- places ----------------------------------------------------------------------------------------------------


@db.action
def set_association(
    name: str, *, phone: str, phone_hours: str, emergency_phone: str, by: Visitor | None
) -> Association:
    """Say which association this is and how it is phoned; there is one."""
    policy.check_administer(by)
    here = db.session().scalar(select(Association).limit(1))
    if here is None:
        here = Association(name=name)
        db.session().add(here)
    here.name, here.phone, here.phone_hours, here.emergency_phone = name, phone, phone_hours, emergency_phone
    db.session().flush()
    note("places.association_set", by, here.id)
    places_opened()
    return here


@db.action
def open_neighbourhood(name: str, *, by: Visitor | None) -> Neighbourhood:
    """Begin a neighbourhood.

    Raises:
        Invalid: there is one with that name.
    """
    policy.check_administer(by)
    name = _fresh_name(Neighbourhood, name, 80, _("Deze buurt is er al."))
    made = Neighbourhood(name=name, slug=_fresh_slug(Neighbourhood, name, "buurt"))
    db.session().add(made)
    db.session().flush()
    note("places.neighbourhood_opened", by, made.id)
    places_opened()
    return made


@db.action
def open_building(
    neighbourhood_id: int,
    name: str,
    *,
    with_article: str,
    about: str | None = None,
    built_in: int | None = None,
    facade: str | None = None,
    by: Visitor | None,
) -> Building:
    """Begin a building; rooms above make what every building has, such as its forum, in the same transaction.

    Args:
        with_article: the name as in a sentence, "de Lindehof".
        facade: what its drawing shows, as in `community.facade`.

    Raises:
        Invalid: there is one with that name. Missing: the neighbourhood is not there.
    """
    policy.check_administer(by)
    found(Neighbourhood, neighbourhood_id)
    name = _fresh_name(Building, name, 80, _("Dit gebouw is er al."))
    made = Building(
        neighbourhood_id=neighbourhood_id,
        slug=_fresh_slug(Building, name, "gebouw"),
        name=name,
        with_article=with_article,
        about=about,
        built_in=built_in,
        created_at=clock.now(),
    )
    if facade:
        made.facade = facade
    db.session().add(made)
    db.session().flush()
    note("places.building_opened", by, made.id, made.id)
    places_opened()
    return made


def places_opened() -> None:
    """Let the rooms above make what every place has; each of their steps is harmless to repeat."""
    db.session().flush()
    step: Callable[[], object]
    for step in current_app.extensions["building opened"]:
        step()


def _fresh_name(model: type[Building] | type[Neighbourhood], name: str, longest: int, taken: str) -> str:
    name = text.clean_line(name, longest)
    if not name:
        raise Invalid({"name": _("Vul een naam in.")})
    if db.session().scalar(select(model.id).where(model.name == name)):
        raise Invalid({"name": taken})
    return name


def _fresh_slug(model: type[Building] | type[Neighbourhood], name: str, fallback: str) -> str:
    """The name for an address; two names that read alike there get a number."""
    first = text.slug(name, fallback)[:55]
    taken = set(db.session().scalars(select(model.slug).where(model.slug.startswith(first, autoescape=True))))
    # The conversations of the association and of neighbourhoods stand beside those of buildings.
    taken |= {text.slug(name) for name in db.session().scalars(select(Association.name))}
    made, number = first, 1
    while made in taken or made.startswith("buurt-"):
        number += 1
        made = f"{fallback}-{first}" if made.startswith("buurt-") else f"{first}-{number}"
    return made


@db.action
def add_entrance(building_id: int, name: str, *, by: Visitor | None) -> Entrance:
    """Name a shared front door; the one that has that name already is returned as it is."""
    policy.check_administer(by)
    found(Building, building_id)
    name = text.clean_line(name, 60)
    known = db.session().scalar(select(Entrance).where(Entrance.building_id == building_id, Entrance.name == name))
    if known is not None:
        return known
    made = Entrance(building_id=building_id, name=name)
    db.session().add(made)
    db.session().flush()
    note("places.entrance_added", by, made.id, building_id)
    return made


@db.action
def open_dwelling(
    building_id: int,
    external_id: str,
    *,
    street: str,
    number: int,
    addition: str = "",
    postcode: str,
    city: str,
    floor: int | None = None,
    entrance_id: int | None = None,
    by: Visitor | None,
) -> Dwelling:
    """Begin a dwelling.

    Raises:
        Invalid: the association's number for it is already in use. Missing: the building or entrance is not there.
    """
    policy.check_administer(by)
    found(Building, building_id)
    _check_entrance(building_id, entrance_id)
    _check_external_id(external_id)
    made = Dwelling(
        building_id=building_id,
        entrance_id=entrance_id,
        external_id=external_id,
        street=street,
        number=number,
        addition=addition,
        postcode=postcode,
        city=city,
        floor=floor,
    )
    db.session().add(made)
    db.session().flush()
    note("places.dwelling_opened", by, made.id, building_id)
    return made


_CHANGEABLE = {"external_id", "street", "number", "addition", "postcode", "city", "floor", "entrance_id"}


@db.action
def change_dwelling(dwelling_id: int, *, by: Visitor | None, **changes: Any) -> Dwelling:
    """Write down what is different: any of external_id, street, number, addition, postcode, city, floor and
    entrance_id.

    Raises:
        Invalid: the new number of the association is already in use.
    """
    policy.check_administer(by)
    assert changes.keys() <= _CHANGEABLE, changes.keys() - _CHANGEABLE
    dwelling = db.lock(Dwelling, dwelling_id)
    if dwelling is None:
        raise Missing()
    changed = {name: value for name, value in changes.items() if getattr(dwelling, name) != value}
    if "external_id" in changed:
        _check_external_id(changed["external_id"])
    _check_entrance(dwelling.building_id, changed.get("entrance_id"))
    for name, value in changed.items():
        setattr(dwelling, name, value)
    if changed:
        note("places.dwelling_changed", by, dwelling.id, dwelling.building_id, fields=sorted(changed))
    return dwelling


@db.action
def end_dwelling(dwelling_id: int, on: date, *, by: Visitor | None) -> Dwelling:
    """The dwelling is no more from a day on (split, merged, pulled down); whoever lives there moves out that day."""
    policy.check_administer(by)
    dwelling = db.lock(Dwelling, dwelling_id)
    if dwelling is None:
        raise Missing()
    held = db.session()
    living_on = or_(Household.until.is_(None), Household.until > on)
    for household in held.scalars(select(Household).where(Household.dwelling_id == dwelling_id, living_on)):
        still = or_(Membership.until.is_(None), Membership.until > on)
        for membership in held.scalars(select(Membership).where(Membership.household_id == household.id, still)):
            move_out(membership.person_id, household.id, max(on, membership.since), by=by)
        household.until = max(on, household.since)
    dwelling.ended_on = on
    note("places.dwelling_ended", by, dwelling.id, dwelling.building_id, on=on.isoformat())
    return dwelling


def _check_external_id(external_id: str) -> None:
    if db.session().scalar(select(Dwelling.id).where(Dwelling.external_id == external_id)):
        raise Invalid({"external_id": _("Het nummer %(number)s is al van een andere woning.", number=external_id)})


def _check_entrance(building_id: int, entrance_id: int | None) -> None:
    if entrance_id is not None and found(Entrance, entrance_id).building_id != building_id:
        raise Missing()


# ---- who lives there -------------------------------------------------------------------------------------------


@db.action
def start_household(dwelling_id: int, since: date, *, by: Visitor | None) -> Household:
    """New people behind a front door, from a day on.

    Raises:
        Refused: the dwelling is no more, or the household before them has not ended by then.
    """
    policy.check_administer(by)
    dwelling = db.lock(Dwelling, dwelling_id)
    if dwelling is None:
        raise Missing()
    if dwelling.ended_on is not None and dwelling.ended_on <= since:
        raise Refused(_("Deze woning bestaat dan niet meer."))
    held = or_(Household.until.is_(None), Household.until > since)
    if db.session().scalar(select(Household.id).where(Household.dwelling_id == dwelling_id, held)):
        raise Refused(_("Op %(address)s woont op die dag nog iemand anders.", address=dwelling.address))
    made = Household(dwelling_id=dwelling_id, since=since)
    db.session().add(made)
    db.session().flush()
    note("places.household_started", by, made.id, dwelling.building_id, since=since.isoformat())
    return made


@db.action
def move_in(person_id: int, household_id: int, since: date, *, by: Visitor | None) -> Membership:
    """Somebody lives here from a day on. Who lives here already stays as they are.

    Raises:
        Refused: the household has ended by then.
    """
    policy.check_administer(by)
    household = db.lock(Household, household_id)
    if household is None:
        raise Missing()
    found(Person, person_id)
    known = db.session().scalar(
        select(Membership).where(
            Membership.household_id == household_id, Membership.person_id == person_id, Membership.until.is_(None)
        )
    )
    if known is not None:
        return known
    if household.until is not None and household.until <= since:
        raise Refused(_("Dit huishouden is dan al verhuisd."))
    made = Membership(person_id=person_id, household_id=household_id, since=max(since, household.since))
    db.session().add(made)
    db.session().flush()
    note("places.moved_in", by, person_id, _building_of(household), since=made.since.isoformat())
    return made


@db.action
def move_out(person_id: int, household_id: int, until: date, *, by: Visitor | None) -> Membership:
    """Somebody lives here until a day, the first day they are gone: on that day their access ends, and with it the
    tasks they had as a resident. The household ends with its last member. The person can still sign in to their own
    settings.

    Raises:
        Missing: they do not live there. Invalid: they came later than that.
    """
    policy.check_administer(by)
    household = db.lock(Household, household_id)
    of_household = select(Membership).where(Membership.household_id == household_id).order_by(Membership.since)
    members = list(db.session().scalars(of_household))
    membership = next((one for one in reversed(members) if one.person_id == person_id), None)
    if household is None or membership is None:
        raise Missing()
    if until < membership.since:
        raise Invalid({"until": _("Die dag is voor de dag van verhuizen.")})
    if membership.until == until:
        return membership
    membership.until = until
    ends = [one.until for one in members if one.until is not None]
    if len(ends) == len(members):
        household.until = max(ends)
    db.session().flush()
    note("places.moved_out", by, person_id, _building_of(household), until=until.isoformat())
    _cancel_letters(household_id)
    end_tasks_without_home([person_id], by=by)
    right_lost(person_id)
    db.after_commit(forget_frames)
    return membership


def _building_of(household: Household) -> int | None:
    return db.session().scalar(select(Dwelling.building_id).where(Dwelling.id == household.dwelling_id))


def _cancel_letters(household_id: int) -> None:
    """A letter that still lies somewhere no longer opens the door of who stays behind."""
    db.session().execute(
        update(Invitation)
        .where(Invitation.household_id == household_id, Invitation.cancelled_at.is_(None))
        .values(cancelled_at=clock.now())
    )
