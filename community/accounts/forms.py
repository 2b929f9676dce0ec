"""What did you type? Each form of this room, read with patience; what cannot be used is said per field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address

from flask import request

from community import text
from community.accounts import names, passwords
from community.accounts.models import Person
from community.errors import Invalid
from community.language import gettext as _

ABOUT_MAX, INTERESTS_MAX = 1000, 300
TEXT_SIZES = ("gewoon", "groot", "grootst")
THEMES = ("apparaat", "licht", "donker")


def own_device() -> bool:
    """True unless somebody said that others use this device too."""
    return request.form.get("eigen", "ja") != "nee"


def address(field: str = "mail") -> str:
    """An e-mail address, in lower case.

    Raises:
        Invalid: it is none.
    """
    typed = re.sub(r"[\s\u200b-\u200f\ufeff<>\"]", "", request.form.get(field, "")[:500]).lower()
    local, at, host = typed.removeprefix("mailto:").rpartition("@")
    host = host.replace(",", ".").strip(".")
    if not typed:
        raise Invalid({field: _("Typ hier uw e-mailadres.")})
    if not at or not local or not re.fullmatch(r"[^@.]+(\.[^@.]+)+", host):
        raise Invalid({field: _("Dit is nog geen heel e-mailadres. Er hoort een @ in, en een punt daarna.")})
    try:
        made = Address(addr_spec=f"{local}@{host.encode('idna').decode()}").addr_spec
    except (MessageError, ValueError, IndexError) as error:
        raise Invalid({field: _("Dit e-mailadres kunnen wij niet lezen. Kijk het nog eens na.")}) from error
    if len(made) > 254 or not made.isascii():
        raise Invalid({field: _("Dit e-mailadres kunnen wij niet lezen. Kijk het nog eens na.")})
    return made


def name(field: str = "naam") -> str:
    """The name of somebody new.

    Raises:
        Invalid: it is none.
    """
    typed = names.clean(request.form.get(field, ""))
    wrong = _("Typ hier uw naam.") if not typed else names.complaint(typed)
    if wrong:
        raise Invalid({field: wrong})
    return typed


@dataclass(frozen=True, slots=True)
class Called:
    """How somebody is called."""

    name: str
    short_name: str
    greeting: str | None

    @classmethod
    def read(cls) -> Called:
        """From the form; without a short name it is taken from the name.

        Raises:
            Invalid: with a sentence for each field that is wrong.
        """
        errors = {}
        full = names.clean(request.form.get("naam", ""))
        wrong = _("Typ hier uw naam.") if not full else names.complaint(full)
        if wrong:
            errors["naam"] = wrong
        short = names.clean(request.form.get("roepnaam", "")) or (names.short(full) if full else "")
        if short and (wrong := names.complaint(short)):
            errors["roepnaam"] = wrong
        choice, other = request.form.get("groet", "kort"), names.clean(request.form.get("groet_anders", ""))
        if choice == "anders" and (wrong := names.complaint(other)):
            errors["groet_anders"] = wrong
        if errors:
            raise Invalid(errors)
        # "Ton" needs no keeping: when he changes his name, the greeting changes with it.
        greeting = other if choice == "anders" else names.greetings(full, short).get(choice)
        return cls(full, short, None if greeting == short else greeting)


def greeting_choice(person: Person) -> tuple[str, str]:
    """(the choice, the words beside "anders") that stand for how somebody is greeted now."""
    if person.greeting is None:
        return "kort", ""
    ways = names.greetings(person.name, person.short_name)
    found = next((key for key, words in ways.items() if words == person.greeting), None)
    return (found, "") if found else ("anders", person.greeting)


@dataclass(frozen=True, slots=True)
class Look:
    """How large, how light."""

    text_size: str
    theme: str

    @classmethod
    def read(cls, now: Person) -> Look:
        """From the form; what was not chosen stays."""
        size, theme = request.form.get("letters", ""), request.form.get("kleur", "")
        return cls(size if size in TEXT_SIZES else now.text_size, theme if theme in THEMES else now.theme)


@dataclass(frozen=True, slots=True)
class ForNeighbours:
    """What neighbours see."""

    about: str | None
    interests: str | None
    is_shown: bool

    @classmethod
    def read(cls, now: Person) -> ForNeighbours:
        """From the form; a field that does not stand in it stays.

        Raises:
            Invalid: too long.
        """
        errors = {}
        about = _lines(request.form["over"]) if "over" in request.form else now.about
        interests = text.clean_line(request.form.get("interesses", now.interests or ""), 2000) or None
        for field, value, most in (("over", about, ABOUT_MAX), ("interesses", interests, INTERESTS_MAX)):
            if value and len(value) > most:
                errors[field] = _("Dit zijn %(n)s tekens. Er passen er %(most)s.", n=len(value), most=most)
        if errors:
            raise Invalid(errors)
        return cls(about, interests, request.form.get("tonen") == "ja")


def _lines(typed: str) -> str | None:
    lines = [text.clean_line(line, 2 * ABOUT_MAX) for line in typed.replace("\r\n", "\n").split("\n")]
    return "\n".join(lines).strip() or None


def new_password() -> str:
    """A password for from now on.

    Raises:
        Invalid: it is too short, or everybody's.
    """
    typed = request.form.get("nieuw_wachtwoord", "")
    wrong = passwords.complaint(typed)
    if wrong:
        raise Invalid({"nieuw_wachtwoord": wrong})
    return typed


def typed() -> Mapping[str, str]:
    """Everything as it was typed, to stand in the fields again."""
    return request.form
