"""Who has which role, since when and until when; and what an employee shows. Deeds of an administrator, each with a
line in the journal; part of `actions`, which names them too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import delete, or_, select

from community import clock, db, journal, text
from community.accounts.access import right_lost
from community.accounts.models import NAME_MAX, Mailbox, Person
from community.errors import Invalid, Missing, Refused
from community.journal import JournalEntry
from community.language import gettext as _
from community.places import policy
from community.places.hours import Slot
from community.places.models import (
    RESIDENT_KINDS,
    ROLE_KINDS,
    Association,
    Building,
    Dwelling,
    Employee,
    Household,
    Membership,
    Neighbourhood,
    OfficeHours,
    Role,
)
from community.visitor import Visitor

# So long an ended role can be given back by one press (DESIGN, section 7).
UNDO = timedelta(hours=24)
TITLE_MAX, PHONE_MAX, ABOUT_MAX = 60, 30, 500  # the columns


def note(kind: str, by: Visitor | None, subject: int, building: int | None = None, **facts: Any) -> None:
    """The journal's line of a deed here: an administrator acts as one, the command line as nobody."""
    journal.record(
        kind,
        by=by.person_id if by else None,
        acting_as="beheerder" if by else None,
        subject=subject,
        building=building,
        **facts,
    )


def found(model: Any, key: int) -> Any:
    """The row with this number.

    Raises:
        Missing: it is not there.
    """
    row = db.session().get(model, key)
    if row is None:
        raise Missing()
    return row


@db.action
def look_up(shown: int, *, building_id: int | None, by: Visitor) -> None:
    """An administrator was shown the names of several people to choose from: that stands in the journal."""
    policy.check_administer(by)
    note("places.people_looked_up", by, by.person_id, building_id, shown=shown)


@db.action
def grant_role(
    person_id: int,
    kind: str,
    *,
    building_id: int | None = None,
    neighbourhood_id: int | None = None,
    title: str | None = None,
    since: date | None = None,
    until: date | None = None,
    by: Visitor | None,
) -> Role:
    """Give somebody a role, for a building, for a neighbourhood, or (both left out) for all.

    Args:
        kind: one of `ROLE_KINDS`; title: the committee's name.
        since: the first day, today when left out; until: the first day they no longer have it.

    Raises:
        Invalid: the period is upside down, the committee has no name, the person does not live there, or a
            committee would have two chairs. Missing: the person or the place is not there.
    """
    policy.check_administer(by)
    assert kind in ROLE_KINDS, kind
    since = since or clock.today()
    title = text.clean_line(title or "", TITLE_MAX) or None
    _lock_place(building_id, neighbourhood_id)
    person = found(Person, person_id)
    if person.left_at is not None:
        raise Missing()
    if until is not None and until <= since:
        raise Invalid({"until": _("De laatste dag moet na de eerste dag liggen.")})
    if kind in {"commissievoorzitter", "commissielid"} and not title:
        raise Invalid({"title": _("Welke commissie is het? Vul de naam in.")})
    if kind == "beheerder" and (building_id or neighbourhood_id):
        raise Invalid({"kind": _("Een beheerder is dat voor alle gebouwen.")})
    last = _last_day(_stays(person_id), building_id, neighbourhood_id)
    if kind in RESIDENT_KINDS and last is not None and last <= since:
        raise Invalid({"person": _("%(name)s woont daar niet. Kies een bewoner.", name=person.name)})
    role = Role(
        person_id=person_id,
        kind=kind,
        title=title,
        building_id=building_id,
        neighbourhood_id=None if building_id else neighbourhood_id,
        since=since,
        until=until,
        granted_by_id=by.person_id if by else None,
        granted_at=clock.now(),
    )
    _check_beside_others(role)
    db.session().add(role)
    db.session().flush()
    facts = {"role": kind, "since": since.isoformat(), "until": until.isoformat() if until else None}
    note("places.role_granted", by, role.id, building_id, person=person_id, **facts)
    db.after_commit(forget_frames)
    return role


@db.action
def end_role(role_id: int, *, until: date | None = None, by: Visitor | None) -> Role:
    """End a role on a day (left out: today), the first day it no longer holds.

    Raises:
        Refused: it has ended already, or nobody would look after the machine any more. Invalid: it began later.
    """
    policy.check_administer(by)
    until = until or clock.today()
    role = _locked(role_id)
    if role.until is not None and role.until <= clock.today():
        raise Refused(_("Deze rol is al beëindigd."))
    if until < role.since:
        raise Invalid({"until": _("Die dag is voor de eerste dag van de rol.")})
    others = select(Role.id).where(
        Role.kind == "beheerder", Role.id != role_id, or_(Role.until.is_(None), Role.until > until)
    )
    if role.kind == "beheerder" and db.session().scalar(others.where(Role.since <= until).limit(1)) is None:
        raise Refused(_("Er moet altijd iemand beheerder zijn. Geef die rol eerst aan een ander."))
    before, role.until = role.until, until
    facts = {"role": role.kind, "until": until.isoformat(), "before": before.isoformat() if before else None}
    note("places.role_ended", by, role.id, role.building_id, person=role.person_id, **facts)
    right_lost(role.person_id)
    db.after_commit(forget_frames)
    return role


@db.action
def keep_role(role_id: int, *, by: Visitor | None) -> Role:
    """Take the end of a role back, within a day.

    Raises:
        Refused: that is longer ago, or it was not ended by hand. Invalid: a committee would have two chairs.
    """
    policy.check_administer(by)
    role = _locked(role_id)
    last = db.session().scalar(
        select(JournalEntry)
        .where(JournalEntry.kind.in_(("places.role_ended", "places.role_kept")), JournalEntry.subject_id == role_id)
        .order_by(JournalEntry.id.desc())
        .limit(1)
    )
    if last is None or last.kind != "places.role_ended" or last.facts.get("moved") or clock.now() - last.at > UNDO:
        raise Refused(_("Dit kunt u niet meer ongedaan maken. Geef de rol opnieuw."))
    before = last.facts.get("before")
    role.until = date.fromisoformat(before) if before else None
    _check_beside_others(role)
    note("places.role_kept", by, role.id, role.building_id, person=role.person_id, role=role.kind)
    db.after_commit(forget_frames)
    return role


@db.action
def end_tasks_without_home(person_ids: Collection[int], *, by: Visitor | None) -> None:
    """A committee member's, ambassador's or moderator's task lasts no longer than they live in the place it is for.
    To be called when stays of these people have ended."""
    tasks = db.session().scalars(
        select(Role).where(
            Role.person_id.in_(person_ids),
            Role.kind.in_(RESIDENT_KINDS),
            or_(Role.until.is_(None), Role.until > clock.today()),
        )
    )
    for role in tasks.all():
        last = _last_day(_stays(role.person_id), role.building_id, role.neighbourhood_id)
        if last is not None and (role.until is None or role.until > last):
            role.until = max(role.since, last)
            facts = {"role": role.kind, "until": role.until.isoformat(), "moved": True}
            note("places.role_ended", by, role.id, role.building_id, person=role.person_id, **facts)


# (building, neighbourhood, until) of a stay somewhere.
_Stay = tuple[int, int, date | None]


def _stays(person_id: int) -> list[_Stay]:
    """Everywhere a person lives or lived."""
    rows = db.session().execute(
        select(Building.id, Building.neighbourhood_id, Membership.until)
        .join(Dwelling, Dwelling.building_id == Building.id)
        .join(Household, Household.dwelling_id == Dwelling.id)
        .join(Membership, Membership.household_id == Household.id)
        .where(Membership.person_id == person_id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def _last_day(stays: list[_Stay], building_id: int | None, neighbourhood_id: int | None) -> date | None:
    """The first day somebody no longer lives in a place; None when no end is known, `date.min` when they never did."""
    ends = [
        until
        for building, part, until in stays
        if building == building_id or (building_id is None and neighbourhood_id in (None, part))
    ]
    return None if None in ends else max((end for end in ends if end is not None), default=date.min)


def _lock_place(building_id: int | None, neighbourhood_id: int | None) -> None:
    """Roles of one place are given one after the other, so that two chairs cannot be given at once."""
    if building_id is not None:
        locked: object = db.lock(Building, building_id)
    elif neighbourhood_id is not None:
        locked = db.lock(Neighbourhood, neighbourhood_id)
    else:
        here = db.session().scalar(select(Association.id).limit(1))
        locked = here is None or db.lock(Association, here)
    if locked is None:
        raise Missing()


def _locked(role_id: int) -> Role:
    role: Role = found(Role, role_id)
    _lock_place(role.building_id, role.neighbourhood_id)
    locked = db.lock(Role, role_id)
    assert locked is not None
    return locked


def _check_beside_others(role: Role) -> None:
    """Nobody has the same role twice at once, and a committee has one chair."""
    same_place = (
        Role.building_id.is_(None) if role.building_id is None else Role.building_id == role.building_id,
        Role.neighbourhood_id.is_(None)
        if role.neighbourhood_id is None
        else Role.neighbourhood_id == role.neighbourhood_id,
    )
    at_once = [Role.kind == role.kind, *same_place, or_(Role.until.is_(None), Role.until > role.since)]
    if role.until is not None:
        at_once.append(Role.since < role.until)
    if role.id is not None:
        at_once.append(Role.id != role.id)
    names = select(Role.person_id, Role.title, Person.name).join(Person, Person.id == Role.person_id)
    committee = text.fold(role.title or "")
    for person_id, title, name in db.session().execute(names.where(*at_once)):
        if text.fold(title or "") != committee:
            continue
        if person_id == role.person_id:
            raise Invalid({"person": _("%(name)s heeft deze rol al.", name=name)})
        if role.kind == "commissievoorzitter":
            raise Invalid({"person": _("%(name)s is al voorzitter van deze commissie. Beëindig dat eerst.", name=name)})


# ---- employees -------------------------------------------------------------------------------------------------


@db.action
def add_employee(name: str, address: str, *, phone: str, by: Visitor | None) -> Person:
    """Make somebody known who works for the association; they come in with a code by mail. The address is in lower
    case; a person of this name with this address is returned as they are.

    Raises:
        Invalid: there is no name.
    """
    policy.check_administer(by)
    name = text.clean_line(name, NAME_MAX)
    if not name:
        raise Invalid({"name": _("Vul een naam in.")})
    mailbox = db.session().scalar(select(Mailbox).where(Mailbox.address == address))
    if mailbox is None:
        mailbox = Mailbox(address=address, created_at=clock.now())
        db.session().add(mailbox)
        db.session().flush()
    person = db.session().scalar(
        select(Person).where(
            Person.mailbox_id == mailbox.id, Person.folded_name == text.fold(name), Person.left_at.is_(None)
        )
    )
    if person is None:
        person = Person(
            name=name,
            short_name=name.split()[0],
            folded_name=text.fold(name),
            mailbox_id=mailbox.id,
            created_at=clock.now(),
        )
        db.session().add(person)
        db.session().flush()
        note("places.employee_added", by, person.id)
    set_employee(person.id, phone=phone, about=None, by=by)
    return person


@db.action
def employ(
    name: str,
    address: str,
    kind: str,
    *,
    phone: str,
    building_id: int | None = None,
    neighbourhood_id: int | None = None,
    by: Visitor | None,
) -> int:
    """Make an employee known together with their first function; returns the person's number."""
    person = add_employee(name, address, phone=phone, by=by)
    grant_role(person.id, kind, building_id=building_id, neighbourhood_id=neighbourhood_id, by=by)
    return person.id


@db.action
def change_employee(
    person_id: int, *, phone: str, about: str | None, hours: Mapping[int, Iterable[Slot]], by: Visitor | None
) -> None:
    """Write down everything that an employee shows; `hours` per building."""
    set_employee(person_id, phone=phone, about=about, by=by)
    for building_id, slots in hours.items():
        set_hours(person_id, building_id, slots, by=by)


@db.action
def set_employee(person_id: int, *, phone: str, about: str | None, by: Visitor | None) -> Employee:
    """Write down the telephone number and the few words that an employee shows."""
    policy.check_administer(by)
    found(Person, person_id)
    employee = db.session().get(Employee, person_id)
    if employee is None:
        employee = Employee(person_id=person_id, phone="")
        db.session().add(employee)
    employee.phone = text.clean_line(phone, PHONE_MAX)
    employee.about = text.clean_line(about or "", ABOUT_MAX) or None
    db.session().flush()
    note("places.employee_set", by, person_id)
    db.after_commit(forget_frames)
    return employee


@db.action
def set_hours(person_id: int, building_id: int, slots: Iterable[Slot], *, by: Visitor | None) -> None:
    """Say when an employee is in a building; these times come instead of those that were there."""
    policy.check_administer(by)
    found(Person, person_id)
    if db.lock(Building, building_id) is None:
        raise Missing()
    here = (OfficeHours.person_id == person_id, OfficeHours.building_id == building_id)
    db.session().execute(delete(OfficeHours).where(*here))
    made = [
        OfficeHours(
            person_id=person_id,
            building_id=building_id,
            weekday=slot.weekday,
            starts=slot.starts,
            ends=slot.ends,
            place=slot.place,
        )
        for slot in slots
    ]
    db.session().add_all(made)
    db.session().flush()
    note("places.hours_set", by, person_id, building_id, times=len(made))
    db.after_commit(forget_frames)


def forget_frames() -> None:
    """What stands around the pages has changed: this process makes it anew, others within some seconds."""
    current_app.extensions.pop("kept frames", None)
