"""Coming or not: what somebody answers for a date, for themselves or for a neighbour who phoned. Each function is one
deed in one transaction, and takes the lock of the date before it counts: no seat is given twice. What leaves a seat
free gives it to who waits, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, delete, select

from community import clock, dates, db, journal
from community.accounts.models import Person
from community.dialect import Key
from community.errors import Invalid, Missing, Refused
from community.language import gettext as _
from community.language import ngettext
from community.visitor import Visitor
from events import neighbours, policy_answers, telling, waiting
from events.models import GUESTS_MAX, NAME_MAX, REMARK_MAX, WAYS, Event, Guest, Occurrence, Registration
from events.seeing import Sight, asked_often

_FRESH = {"populate_existing": True}
_STANDING = ("confirmed", "waiting")


class Company(NamedTuple):
    """Somebody who comes along: a neighbour with an account, a name, or neither ("iemand")."""

    person_id: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A date under lock, with what its activity says of signing up."""

    date: Occurrence
    needs_signup: bool
    guests_max: int


@db.action
def answer(
    occurrence_id: int,
    *,
    coming: bool,
    guests: Sequence[Company] | None = None,
    remark: str | None = None,
    has_walker: bool | None = None,
    token: str | None = None,
    by: Visitor,
    for_person: int | None = None,
    for_name: str | None = None,
    way: str | None = None,
) -> Registration:
    """Somebody comes to a date, or does not. Who comes when it is full waits; the same answer twice is once. For
    another, `for_person` (a neighbour with an account) or `for_name` (a name from paper), with the `way` they said so.

    Raises:
        Missing: this person sees no such date. Refused: it is over, cancelled, or too late; the sentence says whom to
        call. Invalid: what was filled in cannot be ("gasten", "naam", "opmerking").

    What is None (`guests`, `remark`, `has_walker`) stays as it was: a button on a card says only "Ik kom".
    """
    held = _hold(occurrence_id, by)
    policy_answers.check_open(by, held.date)
    if for_person == by.person_id and for_name is None:
        for_person = None
    for_name = " ".join((for_name or "").split()) or None
    is_other = for_person is not None or for_name is not None
    if is_other:
        way = way or "phone"
        _check_other(held, for_person, for_name, way, by)
    person_id = by.person_id if not is_other else for_person
    unit = _unit(held, person_id, by, token, is_paper=for_name is not None)
    host = _comes_along_with(held, person_id)
    if is_other:
        standing = host or (unit if unit and (unit.state in _STANDING or for_name) else None)
        if coming and standing:
            return standing  # what they said themselves is not overruled; a form of paper sent twice is once
        if not coming:
            policy_answers.check_withdraw(by, held.date, None, unit.by_id if unit else None)
    if host is not None:
        return _along(held, host, person_id, coming=coming, guests=guests, by=by)
    if not coming:
        return _declined(held, unit, person_id, for_name, by, way if is_other else None, token)
    _check_coming(held, unit, by)
    is_there = unit is not None and unit.state in _STANDING
    if is_there and guests is None and remark is None and has_walker is None:
        assert unit is not None
        return unit
    company = _checked(held, guests, unit, person_id, by) if guests is not None else None
    if remark is not None:
        remark = " ".join(remark.split())
        if len(remark) > REMARK_MAX:
            raise Invalid({"opmerking": _("Dit is te lang. Maak het korter dan %(n)s letters.", n=REMARK_MAX)})
        if remark and remark != (unit.remark if unit else ""):
            _check_remark(by)
    if unit is not None and is_there:
        return _changed(held, unit, company, remark, has_walker, by)
    return _arrived(
        held, unit, company or [], by=by, person_id=person_id, name=for_name, remark=remark or "",
        has_walker=bool(has_walker),
        way=way if is_other else None, token=token,
    )  # fmt: skip


@db.action
def withdraw(registration_id: int, *, by: Visitor) -> None:
    """Sign off somebody who comes or waits; their seats go to who waits. Twice is once."""
    date, unit = waiting.hold(registration_id, by)
    policy_answers.check_withdraw(by, date, unit.person_id, unit.by_id)
    if unit.state not in _STANDING:
        return
    policy_answers.check_open(by, date)
    _leave(date, unit, by)


@db.action
def capacity_changed(occurrence: Occurrence, capacity: int | None, *, by: Visitor) -> None:
    """Another number of places for a date that is locked already: more give who waits a seat.

    Raises:
        Invalid: more people come than would fit; nobody is sent away by a number.
    """
    if capacity is not None and capacity < occurrence.coming:
        there = ngettext(
            "Er komt al %(n)s mens. Vul %(n)s of meer in, of meld eerst iemand af.",
            "Er komen al %(n)s mensen. Vul %(n)s of meer in, of meld eerst iemand af.",
            occurrence.coming,
        )
        raise Invalid({"plaatsen": there})
    if occurrence.capacity == capacity:
        return
    occurrence.capacity = capacity
    waiting.promote(occurrence, by=by)
    waiting.seen(occurrence)


# ---- who and what ----------------------------------------------------------------------------------------------------


def _hold(occurrence_id: int, by: Visitor) -> Held:
    found = _rules(by, occurrence=occurrence_id).first()
    date = db.lock(Occurrence, occurrence_id) if found else None
    if found is None or date is None:
        raise Missing()
    return Held(date, found.needs_signup, found.guests_max)


@asked_often
def _rules(sight: Sight) -> Select[*tuple[Any, ...]]:
    made = select(Event.needs_signup, Event.guests_max).join(Occurrence, Occurrence.event_id == Event.id)
    return made.where(Occurrence.id == bindparam("occurrence", type_=Key), sight.condition())


def _check_other(held: Held, person_id: int | None, name: str | None, way: str, by: Visitor) -> None:
    if way not in WAYS:
        raise Invalid({"hoe": _("Kies hoe u het hoorde: telefoon, papier of aan de deur.")})
    if person_id is not None and person_id not in neighbours.may_come([person_id], held.date, by=by):
        raise Invalid({"naam": _("Deze buur kunnen wij niet vinden. Schrijf alleen de naam op.")})
    if name is not None and len(name) > NAME_MAX:
        raise Invalid({"naam": _("Deze naam is te lang.")})


def _unit(held: Held, person_id: int | None, by: Visitor, token: str | None, *, is_paper: bool) -> Registration | None:
    """The registration that is there already: of this person, or of the same form sent twice."""
    if is_paper and token is None:
        return None
    whose = (
        (Registration.by_id == by.person_id, Registration.token == token)
        if is_paper
        else (Registration.person_id == person_id,)
    )
    asked = select(Registration).where(Registration.occurrence_id == held.date.id, *whose)
    return db.session().scalars(asked.execution_options(**_FRESH)).one_or_none()


def _comes_along_with(held: Held, person_id: int | None) -> Registration | None:
    """The registration in which somebody else wrote this person down."""
    if person_id is None:
        return None
    asked = (
        select(Registration)
        .join(Guest, Guest.registration_id == Registration.id)
        .where(Guest.occurrence_id == held.date.id, Guest.person_id == person_id)
    )
    return db.session().scalars(asked.execution_options(**_FRESH)).one_or_none()


def _check_coming(held: Held, unit: Registration | None, by: Visitor) -> None:
    if not held.needs_signup:
        raise Refused(_("Aanmelden hoeft niet. Kom gerust."))
    if policy_answers.is_late(by, held.date):
        raise Refused(too_late(held.date.closes_at, _host_name(held.date.host_id)))


def too_late(closed_at: Any, host: str) -> str:
    """That signing up has closed, and whom to call (DESIGN, row 9)."""
    return _("Aanmelden kon tot en met %(moment)s. Bel %(name)s.", moment=dates.moment(closed_at), name=host)


def _check_remark(by: Visitor) -> None:
    try:
        policy_answers.check_remark(by)
    except Refused as refusal:
        # At its field: who comes with whom is not lost for it.
        raise Invalid({"opmerking": refusal.sentence}) from refusal


def _host_name(person_id: int) -> str:
    return db.connection().execute(select(Person.short_name).where(Person.id == person_id)).scalar_one()


def _checked(
    held: Held, guests: Sequence[Company], unit: Registration | None, person_id: int | None, by: Visitor
) -> list[Company]:
    """Who comes along, as far as they may."""
    most = min(held.guests_max, GUESTS_MAX)
    if len(guests) > most:
        if most == 0:
            raise Invalid({"gasten": _("U kunt hier niemand meenemen. Laat uw gast zich zelf aanmelden.")})
        several = ngettext("U kunt %(n)s mens meenemen.", "U kunt %(n)s mensen meenemen.", most)
        raise Invalid({"gasten": several})
    company = [Company(one.person_id, " ".join(one.name.split())) for one in guests]
    if any(len(one.name) > NAME_MAX for one in company):
        raise Invalid({"gasten": _("Deze naam is te lang.")})
    ids = [one.person_id for one in company if one.person_id is not None]
    if not ids:
        return company
    may = neighbours.may_come(ids, held.date, by=by)
    if len(set(ids)) < len(ids) or person_id in ids or set(ids) - may:
        raise Invalid({"gasten": _("Deze buur kan niet met u mee. Schrijf alleen de naam op.")})
    for name in _already(held, ids, unit):
        raise Invalid({"gasten": _("%(name)s staat zelf al op de lijst. Haal die naam hier weg.", name=name)})
    return company


def _already(held: Held, ids: Sequence[int], unit: Registration | None) -> Sequence[str]:
    """Who of these comes or waits already, by themselves or along with somebody else."""
    own = select(Registration.person_id).where(
        Registration.occurrence_id == held.date.id, Registration.person_id.in_(ids), Registration.state.in_(_STANDING)
    )
    along = select(Guest.person_id).where(
        Guest.occurrence_id == held.date.id, Guest.person_id.in_(ids), Guest.registration_id != (unit.id if unit else 0)
    )
    asked = select(Person.short_name).where(Person.id.in_(own.union(along)))
    return db.connection().execute(asked).scalars().all()


# ---- what becomes of it ----------------------------------------------------------------------------------------------


def _arrived(
    held: Held,
    unit: Registration | None,
    company: list[Company],
    *,
    by: Visitor,
    person_id: int | None,
    name: str | None,
    remark: str,
    has_walker: bool,
    way: str | None,
    token: str | None,
) -> Registration:
    """Somebody new on the list, at its end; a form of paper that comes twice was answered by `_unit`."""
    date, now, seats = held.date, clock.now(), 1 + len(company)
    if date.capacity is not None and seats > date.capacity:
        raise Invalid({"gasten": _("Er zijn hier maar %(n)s plaatsen.", n=date.capacity)})
    date.arrivals += 1
    is_new = unit is None
    if unit is None:
        unit = Registration(
            occurrence_id=date.id, person_id=person_id, name=name, state="declined", seats=seats, number=0, place=0,
            at=now, changed_at=now, moved_why="", is_walk_in=False,
        )  # fmt: skip
        db.session().add(unit)
    unit.number = unit.place = date.arrivals
    unit.at, unit.promoted_at, unit.moved_why = now, None, ""
    unit.remark, unit.has_walker = remark, has_walker
    unit.by_id, unit.way = (by.person_id, way) if way else (None, None)
    unit.token = token if way else None
    has_seat = not waiting.waits_for_draw(date) and waiting.fits(date, seats)
    waiting.stand(date, unit, "confirmed" if has_seat else "waiting", seats)
    waiting.seen(date)
    db.session().flush()
    if company or not is_new:
        _write_company(unit, company)
    journal.record(
        "registration.made", by=by.person_id, subject=unit.id, building=date.building_id, occurrence=date.id,
        state=unit.state, seats=seats, way=way, to=person_id if way else None,
    )  # fmt: skip
    if way and person_id is not None:
        telling.signed_up_for(unit.id, by=by)
    elif company:
        _tell_company(unit, company, by)
    return unit


def _changed(
    held: Held,
    unit: Registration,
    company: list[Company] | None,
    remark: str | None,
    has_walker: bool | None,
    by: Visitor,
) -> Registration:
    """Who is on the list already brings others along, or says something else to the host."""
    was = [Company(guest.person_id, guest.name) for guest in _company(unit)]
    company = was if company is None else company
    remark = unit.remark if remark is None else remark
    has_walker = unit.has_walker if has_walker is None else has_walker
    date, seats = held.date, 1 + len(company)
    same_company = sorted(was, key=str) == sorted(company, key=str)
    if same_company and (remark, has_walker) == (unit.remark, unit.has_walker):
        return unit
    if date.capacity is not None and seats > date.capacity:
        raise Invalid({"gasten": _("Er zijn hier maar %(n)s plaatsen.", n=date.capacity)})
    if unit.state == "confirmed" and not waiting.fits(date, seats - unit.seats):
        left = waiting.free_seats(date) or 0
        none = _("Er is geen plaats meer over. Uw eigen plaats houdt u.")
        some = ngettext("Er is nog plaats voor %(n)s mens.", "Er is nog plaats voor %(n)s mensen.", left)
        raise Invalid({"gasten": some if left else none})
    unit.remark, unit.has_walker = remark, has_walker
    fewer = seats < unit.seats
    waiting.stand(date, unit, unit.state, seats)
    db.session().flush()
    if not same_company:
        _write_company(unit, company)
        _tell_company(unit, [one for one in company if one not in was], by)
    journal.record(
        "registration.changed", by=by.person_id, subject=unit.id, building=date.building_id, occurrence=date.id,
        seats=seats,
    )  # fmt: skip
    if fewer:
        waiting.promote(date, by=by)
    waiting.seen(date)
    return unit


def _declined(
    held: Held,
    unit: Registration | None,
    person_id: int | None,
    name: str | None,
    by: Visitor,
    way: str | None,
    token: str | None,
) -> Registration:
    """ "Ik kom niet": who was on the list leaves it, who was not says so all the same."""
    date = held.date
    if unit is not None:
        if unit.state in _STANDING:
            _leave(date, unit, by)
        return unit
    now = clock.now()
    unit = Registration(
        occurrence_id=date.id, person_id=person_id, name=name, state="declined", seats=1, number=0, place=0,
        at=now, changed_at=now, by_id=by.person_id if way else None, way=way, token=token if way else None,
        remark="", has_walker=False, moved_why="", is_walk_in=False,
    )  # fmt: skip
    db.session().add(unit)
    db.session().flush()
    journal.record(
        "registration.declined", by=by.person_id, subject=unit.id, building=date.building_id, occurrence=date.id
    )
    return unit


def _leave(date: Occurrence, unit: Registration, by: Visitor) -> None:
    """Off the list, and the free seats to who waits."""
    if unit.person_id != by.person_id:
        telling.signed_off(unit.id, by=by)
    elif _company(unit):
        telling.signed_off(unit.id, by=by)  # the neighbours who came along; never oneself
    waiting.stand(date, unit, "withdrawn", unit.seats)
    _write_company(unit, [])
    journal.record(
        "registration.withdrawn", by=by.person_id, subject=unit.id, building=date.building_id, occurrence=date.id
    )
    waiting.promote(date, by=by)
    waiting.seen(date)


def _along(
    held: Held,
    host: Registration,
    person_id: int | None,
    *,
    coming: bool,
    guests: Sequence[Company] | None,
    by: Visitor,
) -> Registration:
    """Who comes along with somebody: comes already, or leaves that company and its seat."""
    if coming:
        if guests:
            raise Invalid(
                {"gasten": _("U komt al met iemand mee. Vraag die om nog iemand mee te nemen, of meld u eerst af.")}
            )
        return host
    date = held.date
    left = [Company(one.person_id, one.name) for one in _company(host) if one.person_id != person_id]
    waiting.stand(date, host, host.state, host.seats - 1)
    _write_company(host, left)
    journal.record(
        "registration.changed", by=by.person_id, subject=host.id, building=date.building_id, occurrence=date.id,
        seats=host.seats, without=person_id,
    )  # fmt: skip
    waiting.promote(date, by=by)
    waiting.seen(date)
    return host


# ---- who comes along -------------------------------------------------------------------------------------------------


def _company(unit: Registration) -> Sequence[Guest]:
    asked = select(Guest).where(Guest.registration_id == unit.id).order_by(Guest.id)
    return db.session().scalars(asked.execution_options(**_FRESH)).all()


def _write_company(unit: Registration, company: Sequence[Company]) -> None:
    db.session().flush()
    db.session().execute(
        delete(Guest).where(Guest.registration_id == unit.id), execution_options={"synchronize_session": "fetch"}
    )
    for one in company:
        db.session().add(
            Guest(
                registration_id=unit.id, occurrence_id=unit.occurrence_id, person_id=one.person_id, name=one.name
            )
        )  # fmt: skip
    db.session().flush()


def _tell_company(unit: Registration, company: Sequence[Company], by: Visitor) -> None:
    new = [one.person_id for one in company if one.person_id is not None]
    if new:
        telling.signed_up_for(unit.id, by=by, guest_ids=new)
