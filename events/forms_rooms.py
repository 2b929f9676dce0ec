"""What did you type? The form with which one has a room, and that of a room itself; forgiving about days and times, and
with a sentence per field for what cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from community import clock, text
from community.errors import Invalid
from community.language import gettext as _
from events import reading, reading_times, rooms
from events.forms import Unusable
from events.models import PLACE_MAX
from events.reading import Unclear
from events.rooms import RoomFields

SEATS_MAX = 1000
AHEAD_MAX = 800
HOURS_MAX = 24


@dataclass(frozen=True, slots=True)
class Wish:
    """From when until when somebody wants a room, and what for."""

    starts_at: datetime
    ends_at: datetime
    purpose: str


def typed_wish(form: Mapping[str, str]) -> dict[str, str]:
    """What was typed in the form with which one has a room; a button that takes over a guess ("neem",
    "dag=28-2-2027") puts it in its field."""
    typed = dict(form.items())
    name, is_guess, guess = typed.get("neem", "").partition("=")
    if is_guess and name in ("dag", "van", "tot"):
        typed[name] = guess
    return typed


def read_wish(form: Mapping[str, str]) -> Wish:
    """The form with which one has a room.

    Raises:
        Unusable: fields cannot be used ("dag", "van", "tot").
    """
    errors: dict[str, str] = {}
    meant: dict[str, tuple[str, ...]] = {}
    day, start, end = clock.today(), 0, 0

    def wrong(name: str, unclear: Unclear) -> None:
        errors[name], meant[name] = unclear.sentence, unclear.meant

    try:
        day = reading.read_day(form.get("dag", ""), clock.today()).day
    except Unclear as unclear:
        wrong("dag", unclear)
    try:
        start = reading_times.read_time(form.get("van", "")).minutes
    except Unclear as unclear:
        wrong("van", unclear)
    try:
        end = reading_times.read_end(form.get("tot", ""), start)
    except Unclear as unclear:
        wrong("tot", unclear)
    if errors:
        raise Unusable(errors, meant)
    return Wish(rooms.moment(day, start), rooms.moment(day, end), text.clean_line(form.get("waarvoor", ""), PLACE_MAX))


def read_room(form: Mapping[str, str]) -> RoomFields:
    """The form of a room.

    Raises:
        Invalid: fields cannot be used.
    """
    errors: dict[str, str] = {}
    name = text.clean_line(form.get("naam", ""), 60)
    if not any(letter.isalnum() for letter in name):
        errors["naam"] = _("Hoe heet de zaal? Bijvoorbeeld ‘Recreatiezaal’.")
    seats = _number(form, "stoelen", errors, SEATS_MAX, None)
    ahead = _number(form, "vooruit", errors, AHEAD_MAX, 60)
    hours = _number(form, "lang", errors, HOURS_MAX, 4)
    opens = _hour(form, "open", errors, 8)
    closes = _hour(form, "dicht", errors, 23)
    if not errors and not 0 <= opens < (closes or 24) <= 24:
        errors["dicht"] = _("De zaal gaat dicht nadat hij open is gegaan. Kies een later uur.")
    if errors:
        raise Invalid(errors)
    return RoomFields(
        name=name,
        floor=text.clean_line(form.get("verdieping", ""), 60),
        seats=seats,
        is_step_free="drempelvrij" in form,
        has_lift="lift" in form,
        has_loop="ringleiding" in form,
        has_toilet="toilet" in form,
        key_with=text.clean_line(form.get("sleutel", ""), PLACE_MAX),
        rules="\n".join(text.clean_line(line, 300) for line in form.get("regels", "").splitlines())[:1000].strip(),
        ahead_days=ahead or 1,
        longest=(hours or 1) * 60,
        opens_hour=opens,
        closes_hour=closes or 24,
    )


def _number(form: Mapping[str, str], name: str, errors: dict[str, str], most: int, usual: int | None) -> int | None:
    """A number from 1; nothing typed is the usual one."""
    typed = form.get(name, "").strip()
    if not typed:
        return usual
    try:
        number = reading.read_count(typed, most)
    except Unclear as unclear:
        errors[name] = unclear.sentence
        return usual
    return number or usual


def _hour(form: Mapping[str, str], name: str, errors: dict[str, str], usual: int) -> int:
    """A whole hour: "8", "8.00", "23 uur"."""
    typed = form.get(name, "").strip().removesuffix("uur").strip()
    if not typed:
        return usual
    whole = typed.replace(":", ".").removesuffix(".00").removesuffix("u")
    if not (whole.isascii() and whole.isdecimal() and len(whole) <= 2 and int(whole) <= HOURS_MAX):
        errors[name] = _("Schrijf een heel uur, bijvoorbeeld 8 of 22.")
        return usual
    return int(whole)
