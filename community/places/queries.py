"""What a visitor sees of the places and the people in them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import Select, and_, false, or_, select

from community import clock, db, holidays
from community.accounts.models import Person
from community.language import gettext as _
from community.language import in_sentence
from community.places.hours import Presence, coming, office
from community.places.models import (
    STAFF_KINDS,
    Association,
    Building,
    Employee,
    Membership,
    OfficeHours,
    Role,
)
from community.visitor import Visitor
from community.web import Frame

# The frame holds no secret, so it may be a few seconds old; it saves two queries on every page.
FRAME_S = 10.0
# Who picks up the telephone for a building, in this order.
_FIRST_TO_CALL = {"huismeester": 0, "woonconsulent": 1, "verhuurmakelaar": 2, "communicatie": 3, "directeur": 4}


def held_today(what: Any, today: date | None = None) -> Any:
    """The condition that a membership, household or role holds today."""
    day = today or clock.today()
    return and_(what.since <= day, or_(what.until.is_(None), what.until > day))


def visible_buildings(visitor: Visitor) -> Select[Building]:
    """The buildings where the visitor lives or works."""
    if visitor.works_everywhere:
        return select(Building)
    ids = (*visitor.home_building_ids, *visitor.staff_building_ids)
    conditions = [Building.id.in_(ids)] if ids else []
    if visitor.staff_neighbourhood_ids:
        conditions.append(Building.neighbourhood_id.in_(visitor.staff_neighbourhood_ids))
    return select(Building).where(or_(*conditions) if conditions else false())


def association() -> Association | None:
    """The association of this installation."""
    return db.session().scalar(select(Association).limit(1))


@dataclass(frozen=True, slots=True)
class StaffMember:
    """An employee as shown to residents of a building."""

    person_id: int
    name: str
    short_name: str
    photo: str | None
    function: str
    phone: str
    about: str | None
    hours: tuple[OfficeHours, ...]

    @property
    def week(self) -> list[Presence]:
        """When they are in the building, Monday first, each on the day it comes next."""
        return [coming(slot) for slot in self.hours]

    @property
    def presence(self) -> Presence | None:
        """When they are there: now, or the first time that comes."""
        return min(self.week, key=lambda presence: presence.ends, default=None)


def staff_of(building: Building | None) -> Sequence[StaffMember]:
    """Who works for a building, the caretaker first; also those of its neighbourhood and of the whole association.
    Without a building: who works for all."""
    where: list[Any] = [and_(Role.building_id.is_(None), Role.neighbourhood_id.is_(None))]
    if building is not None:
        where.append(Role.building_id == building.id)
        where.append(and_(Role.building_id.is_(None), Role.neighbourhood_id == building.neighbourhood_id))
    rows = db.connection().execute(
        select(Person.id, Person.name, Person.short_name, Person.photo, Role.kind, Employee.phone, Employee.about)
        .join(Role, Role.person_id == Person.id)
        .outerjoin(Employee, Employee.person_id == Person.id)
        .where(Role.kind.in_(STAFF_KINDS), held_today(Role), or_(*where), Person.left_at.is_(None))
    )
    hours: dict[int, list[OfficeHours]] = {}
    if building is not None:
        for slot in db.session().scalars(
            select(OfficeHours)
            .where(OfficeHours.building_id == building.id)
            .order_by(OfficeHours.weekday, OfficeHours.starts)
        ):
            hours.setdefault(slot.person_id, []).append(slot)
    # Who has two functions is shown in the one that is called first.
    found = {
        row[0]: StaffMember(*row[:5], row[5] or "", row[6], tuple(hours.get(row[0], ())))
        for row in sorted(rows, key=lambda row: (-_FIRST_TO_CALL[row[4]], row[1]))
    }
    return sorted(found.values(), key=lambda member: (_FIRST_TO_CALL[member.function], member.name))


def caretaker_of(staff: Sequence[StaffMember]) -> StaffMember | None:
    """Whom residents turn to first: the caretaker, or else who picks up the telephone."""
    return next((member for member in staff if member.phone), None)


def main_building(visitor: Visitor) -> Building | None:
    """The building that a visitor's pages are about: home, or the first where they work; for who works everywhere
    the first by name."""
    ids = visitor.home_building_ids or visitor.staff_building_ids
    if ids:
        return db.session().get(Building, ids[0])
    return db.session().scalar(visible_buildings(visitor).order_by(Building.name).limit(1))


def moves_in(visitor: Visitor) -> date | None:
    """The day on which somebody who lives nowhere yet comes to live here."""
    coming_home = select(Membership.since).where(
        Membership.person_id == visitor.person_id, Membership.since > clock.today()
    )
    return db.session().scalar(coming_home.order_by(Membership.since).limit(1))


def frame_for(visitor: Visitor | None) -> Frame:
    """What stands around this visitor's pages."""
    ids = (visitor.home_building_ids or visitor.staff_building_ids)[:1] if visitor else ()
    return frame_of(ids[0] if ids else None)


def frame_of(building_id: int | None) -> Frame:
    """The frame of a building's pages; kept a few seconds."""
    kept: dict[Any, tuple[float, Frame]] = current_app.extensions.setdefault("kept frames", {})
    key = (building_id, _("huismeester"))  # the second tells the languages apart
    held = kept.get(key)
    if held is None or held[0] < time.monotonic():
        if len(kept) > 5000:
            kept.clear()
        held = kept[key] = (time.monotonic() + FRAME_S, _make_frame(building_id))
    return held[1]


def _make_frame(building_id: int | None) -> Frame:
    here = association()
    building = db.session().get(Building, building_id) if building_id is not None else None
    name, phone, hours = (here.name, here.phone, office(here.phone_hours)) if here else ("Trefpunt", "", "")
    place, in_place = (building.name, in_sentence(building.with_article)) if building else (None, None)
    local = clock.local(clock.now())
    if here and here.emergency_phone and not (holidays.is_working_day(local.date()) and 8 <= local.hour < 17):
        call, when = _("Bel de spoedlijn"), _("buiten kantoortijd")
        return Frame(place, in_place, name, phone, hours, call, when, here.emergency_phone, True)
    caretaker = next((m for m in staff_of(building) if m.function == "huismeester"), None) if building else None
    if caretaker and caretaker.phone:
        call = _("Bel %(name)s", name=caretaker.short_name)
        return Frame(place, in_place, name, phone, hours, call, role_name(caretaker.function), caretaker.phone)
    return Frame(place, in_place, name, phone, hours, _("Bel %(name)s", name=name), hours, phone)


def role_name(kind: str, title: str | None = None) -> str:
    """The word on the badge of a role."""
    names = {
        "huismeester": _("huismeester"),
        "woonconsulent": _("woonconsulent"),
        "verhuurmakelaar": _("verhuurmakelaar"),
        "directeur": _("directeur"),
        "communicatie": _("communicatie"),
        "commissievoorzitter": title or _("commissie"),
        "commissielid": title or _("commissie"),
        "ambassadeur": _("ambassadeur"),
        "moderator": _("moderator"),
        "beheerder": _("beheerder"),
    }
    return names.get(kind, kind)
