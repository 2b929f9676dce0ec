"""What did you type? A role to give, an employee's particulars; forgiving about dates, numbers and addresses, and with
a sentence per field for what cannot be used."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from community import clock, text
from community.accounts.models import NAME_MAX
from community.days import read_day
from community.errors import Invalid
from community.language import gettext as _
from community.places import hours
from community.places.appointing import ABOUT_MAX, PHONE_MAX, TITLE_MAX
from community.places.hours import Slot
from community.places.models import RESIDENT_KINDS, ROLE_KINDS, STAFF_KINDS


def read_phone(typed: str) -> str:
    """A telephone number, in the groups in which it was typed; empty stays empty.

    Raises:
        ValueError: it is no telephone number; the message is a sentence for the reader.
    """
    number = text.clean_line(typed, PHONE_MAX * 2)
    digits = re.sub(r"\D", "", number)
    if number and (re.search(r"[^\d+()\-–./ ]", number) or not 5 <= len(digits) <= 15 or len(number) > PHONE_MAX):
        raise ValueError(_("Dit telefoonnummer klopt nog niet. Schrijf het zoals 010 - 123 45 67."))
    return number


@dataclass(frozen=True, slots=True)
class RoleForm:
    """A role to give: to whom it says in `who` (words) or `person_id` (chosen from several)."""

    who: str
    person_id: int | None
    kind: str
    title: str
    since: date
    until: date | None


def read_role(form: Mapping[str, str]) -> RoleForm:
    """The form of giving a role.

    Raises:
        Invalid: fields cannot be used.
    """
    errors: dict[str, str] = {}
    who = text.clean_line(form.get("wie", ""), 254)
    chosen = form.get("persoon", "")
    if not who and not chosen:
        errors["wie"] = _("Vul in wie deze rol krijgt.")
    kind = form.get("rol", "")
    if kind not in ROLE_KINDS:
        errors["rol"] = _("Kies een rol.")
    title = text.clean_line(form.get("commissie", ""), TITLE_MAX * 2)
    if len(title) > TITLE_MAX:
        errors["commissie"] = _("Deze naam is te lang. Hij mag %(n)s letters hebben.", n=TITLE_MAX)
    if kind in {"commissievoorzitter", "commissielid"} and not title:
        errors["commissie"] = _("Welke commissie is het? Vul de naam in.")
    since = _day(form, "vanaf", errors) or clock.today()
    until = _day(form, "tot", errors)
    if until is not None and until <= since and "vanaf" not in errors:
        errors["tot"] = _("Deze dag ligt niet na de eerste dag.")
    if errors:
        raise Invalid(errors)
    person_id = int(chosen) if chosen.isdecimal() and len(chosen) < 19 else None
    has_title = kind in {"commissievoorzitter", "commissielid"}
    return RoleForm(who, person_id, kind, title if has_title else "", since, until)


def read_end(form: Mapping[str, str]) -> date:
    """The day on which a role ends; empty means today.

    Raises:
        Invalid: it is no day.
    """
    errors: dict[str, str] = {}
    until = _day(form, "tot", errors) or clock.today()
    if errors:
        raise Invalid(errors)
    return until


def _day(form: Mapping[str, str], name: str, errors: dict[str, str]) -> date | None:
    typed = form.get(name, "").strip()
    if not typed:
        return None
    try:
        return read_day(typed)
    except ValueError as error:
        errors[name] = str(error)
        return None


@dataclass(frozen=True, slots=True)
class EmployeeForm:
    """What an employee shows; `hours` per building."""

    phone: str
    about: str
    hours: dict[int, list[Slot]] = field(default_factory=dict)


def read_employee(form: Mapping[str, str], building_ids: list[int]) -> EmployeeForm:
    """The form of an employee, with a field of hours for each of these buildings.

    Raises:
        Invalid: fields cannot be used.
    """
    errors: dict[str, str] = {}
    phone = _phone(form, errors)
    about = text.clean_line(form.get("over", ""), ABOUT_MAX * 2)
    if len(about) > ABOUT_MAX:
        errors["over"] = _("Deze tekst is te lang. Hij mag %(n)s letters hebben.", n=ABOUT_MAX)
    weeks: dict[int, list[Slot]] = {}
    for building_id in building_ids:
        try:
            weeks[building_id] = hours.read(form.get(f"uren-{building_id}", ""))
        except ValueError as error:
            errors[f"uren-{building_id}"] = str(error)
    if errors:
        raise Invalid(errors)
    return EmployeeForm(phone, about, weeks)


@dataclass(frozen=True, slots=True)
class NewEmployee:
    """Somebody new who works for the association: the function is for one building, or for all (empty slug)."""

    name: str
    address: str
    phone: str
    kind: str
    place: str


def read_new_employee(form: Mapping[str, str]) -> NewEmployee:
    """The form of a new employee.

    Raises:
        Invalid: fields cannot be used.
    """
    errors: dict[str, str] = {}
    name = text.clean_line(form.get("naam", ""), NAME_MAX * 2)
    if not any(letter.isalpha() for letter in name):
        errors["naam"] = _("Vul een naam in.")
    elif len(name) > NAME_MAX:
        errors["naam"] = _("Deze naam is te lang. Hij mag %(n)s letters hebben.", n=NAME_MAX)
    address = re.sub(r"\s", "", form.get("mail", "")).strip(".,;<>").lower()
    if (
        not re.fullmatch(r"[^@<>\"(),:;\x00-\x1f]{1,64}@[^@<>\"(),:;\x00-\x1f]+\.[^@.]{2,}", address)
        or len(address) > 254
    ):
        errors["mail"] = _("Dit mailadres klopt nog niet. Schrijf het zoals naam@voorbeeld.nl.")
    kind = form.get("rol", "")
    if kind not in STAFF_KINDS:
        errors["rol"] = _("Kies een functie.")
    phone = _phone(form, errors)
    if errors:
        raise Invalid(errors)
    return NewEmployee(name, address, phone, kind, form.get("gebouw", ""))


def _phone(form: Mapping[str, str], errors: dict[str, str]) -> str:
    try:
        return read_phone(form.get("telefoon", ""))
    except ValueError as error:
        errors["telefoon"] = str(error)
        return ""


def kinds_for(is_everywhere: bool) -> tuple[str, ...]:
    """The roles one can give for a place; the machine is looked after for all places together."""
    return (*RESIDENT_KINDS, *STAFF_KINDS, *(("beheerder",) if is_everywhere else ()))
