"""Activities as iCalendar (RFC 5545, with the calendar's own properties of RFC 7986), for the calendars of telephones.
No name of anybody is in it: who gets the file may be anybody's telephone. At the end what is needed to read what other
calendars wrote: `calendar_files.py` goes through a file with it. The only user of `icalendar`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask import current_app
from icalendar import (
    Calendar,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vDDDLists,
    vDuration,
    vRecur,
)
from icalendar import Event as VEvent
from icalendar.parser import Contentline
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from community import clock
from community.language import gettext as _

# How often a telephone asks again: a change this morning is seen before the afternoon's coffee.
ASKED_AGAIN = timedelta(hours=4)
TYPE = "text/calendar; charset=utf-8"
_ZONE = "Europe/Amsterdam"
_WORDS = {
    "coffee": "Koffie", "meal": "Eten", "games": "Spel", "sport": "Bewegen", "culture": "Cultuur", "outing": "Uitje",
    "chores": "Klussen", "meeting": "Vergadering",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Date:
    """A date as a calendar tells it. `original_at` is the moment that the rule gave it; times are moments in UTC."""

    id: int
    original_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    where: str
    note: str
    sequence: int
    is_extra: bool = False
    is_cancelled: bool = False
    why: str = ""  # why it was cancelled
    is_certain: bool = True  # false: for who waits for a place


@dataclass(frozen=True, slots=True)
class Series:
    """An activity with its dates. `left_out` are moments by its rule at which it is not (EXDATE)."""

    uid: str
    slug: str
    kind: str
    title: str
    about: str
    where: str
    starts_at: datetime
    lasts: timedelta
    rrule: str | None
    sequence: int
    created_at: datetime
    changed_at: datetime
    is_cancelled: bool
    left_out: Sequence[datetime]
    dates: Sequence[Date]


def calendar(name: str, about: str, every: Iterable[Series], *, address: str = "") -> bytes:
    """A calendar of whole series: the rule, what is left out, and every date that differs. An activity with more dates
    and no rule is a series too: two entries of one name are one entry to most telephones."""
    made = _calendar(name, about, address)
    for one in every:
        if one.rrule or len(one.dates) > 1:
            made.add_component(_whole(one))
            for date in one.dates:
                if _differs(one, date):
                    made.add_component(_date(one, date, of_series=True))
        else:
            for date in one.dates:
                made.add_component(_date(one, date, of_series=False, uid=one.uid))
    return _written(made)


def single_dates(name: str, about: str, every: Iterable[Series], *, address: str = "") -> bytes:
    """A calendar of dates by themselves, such as those to which somebody comes: each an entry of its own."""
    made = _calendar(name, about, address)
    for one in every:
        for date in one.dates:
            made.add_component(_date(one, date, of_series=False, uid=f"{date.id}.{one.uid}"))
    return _written(made)


def _calendar(name: str, about: str, address: str) -> Calendar:
    made = Calendar()
    made.add("VERSION", "2.0")
    made.add("PRODID", "-//Trefpunt//Trefpunt//NL")
    made.add("CALSCALE", "GREGORIAN")
    made.add("METHOD", "PUBLISH")
    # RFC 7986 says NAME; telephones still look for the older word.
    made.add("NAME", name)
    made.add("X-WR-CALNAME", name)
    made.add("X-WR-TIMEZONE", _ZONE)
    made.add("DESCRIPTION", about)
    made.add("COLOR", "teal")
    made.add("REFRESH-INTERVAL", ASKED_AGAIN, parameters={"VALUE": "DURATION"})
    made.add("X-PUBLISHED-TTL", ASKED_AGAIN)
    if address:
        made.add("URL", address)
    made.add_component(_zone())
    return made


def _zone() -> Timezone:
    """The Netherlands since 1996, by rule: a list of dates would be an hour off in the years after it."""
    made = Timezone()
    made.add("TZID", _ZONE)
    for part, name, month, before, after in (
        (TimezoneDaylight(), "CEST", 3, 1, 2),
        (TimezoneStandard(), "CET", 10, 2, 1),
    ):
        part.add("TZNAME", name)
        part.add("DTSTART", datetime(1996, month, 31 if month == 3 else 27, 2 if month == 3 else 3))
        part.add("TZOFFSETFROM", timedelta(hours=before))
        part.add("TZOFFSETTO", timedelta(hours=after))
        part.add("RRULE", vRecur(FREQ="YEARLY", BYMONTH=month, BYDAY="-1SU"))
        made.add_component(part)
    return made


def _whole(one: Series) -> VEvent:
    """The series itself."""
    made = _entry(one, one.uid, one.title, one.where, one.sequence)
    made.add("DTSTART", _local(one.starts_at))
    made.add("DTEND", _local(one.starts_at + one.lasts))
    extra = [date.original_at for date in one.dates if date.is_extra]
    left_out = one.left_out
    if one.rrule:
        made["RRULE"] = vRecur.from_ical(one.rrule)
    else:
        originals = {date.original_at for date in one.dates}
        extra = sorted(originals - {one.starts_at})
        left_out = [] if one.starts_at in originals else [one.starts_at]
    if left_out:
        made["EXDATE"] = _moments(left_out)
    if extra:
        made["RDATE"] = _moments(extra)
    made.add("STATUS", "CANCELLED" if one.is_cancelled else "CONFIRMED")
    made.add("DESCRIPTION", _about(one, None))
    made.add("URL", _address(one, one.dates[0]) if one.dates else current_app.config["BASE_URL"])
    return made


def _differs(one: Series, date: Date) -> bool:
    as_planned = date.starts_at == date.original_at and date.ends_at == date.original_at + one.lasts
    same_words = (date.title, date.where) == (one.title, one.where) and not date.note
    return date.is_cancelled or not as_planned or not same_words


def _date(one: Series, date: Date, *, of_series: bool, uid: str = "") -> VEvent:
    made = _entry(one, uid or one.uid, date.title, date.where, one.sequence + date.sequence)
    if of_series:
        made.add("RECURRENCE-ID", _local(date.original_at))
    made.add("DTSTART", _local(date.starts_at))
    made.add("DTEND", _local(date.ends_at))
    made.add("STATUS", "CANCELLED" if date.is_cancelled else "CONFIRMED" if date.is_certain else "TENTATIVE")
    made.add("DESCRIPTION", _about(one, date))
    made.add("URL", _address(one, date))
    return made


def _entry(one: Series, uid: str, title: str, where: str, sequence: int) -> VEvent:
    made = VEvent()
    made.add("UID", uid)
    made.add("DTSTAMP", one.changed_at.astimezone(UTC))
    made.add("CREATED", one.created_at.astimezone(UTC))
    made.add("LAST-MODIFIED", one.changed_at.astimezone(UTC))
    made.add("SEQUENCE", sequence)
    made.add("SUMMARY", title)
    if where:
        made.add("LOCATION", where)
    if one.kind in _WORDS:
        made.add("CATEGORIES", [_WORDS[one.kind]])
    made.add("CLASS", "PRIVATE")
    return made


def _about(one: Series, date: Date | None) -> str:
    parts = []
    if date is not None and date.is_cancelled:
        parts.append(_("Gaat niet door.") + (f" {date.why}" if date.why else ""))
    if date is not None and date.note:
        parts.append(date.note)
    if one.about:
        parts.append(one.about)
    return "\n\n".join(parts)


def _address(one: Series, date: Date) -> str:
    return f"{current_app.config['BASE_URL']}/agenda/{date.id}-{one.slug}"


def _local(at: datetime) -> datetime:
    return at.astimezone(clock.ZONE)


def _moments(every: Sequence[datetime]) -> vDDDLists:
    made = vDDDLists([_local(at) for at in every])
    made.params["TZID"] = _ZONE
    return made


def _written(made: Calendar) -> bytes:
    return bytes(made.to_ical())


# ---- what others wrote -----------------------------------------------------------------------------------------------

# What an activity's categories say of its kind, in our own words or in English.
_ESCAPED = re.compile(r"\\([\\;,nN])")
_KINDS = {word.casefold(): kind for kind, word in _WORDS.items()} | {kind: kind for kind in _WORDS}


@dataclass(frozen=True, slots=True)
class Part:
    """A line of a file, unfolded (RFC 5545, section 3.1): `line` is where it begins, `value` as it stands there."""

    line: int
    name: str
    parameters: Mapping[str, str]
    value: str


def part(line: int, said: str) -> Part | None:
    """A line in its parts; None when it is none."""
    try:
        name, parameters, value = Contentline(said).parts()
    except ValueError:
        return None
    # Of several values the first: a name of a zone with a comma in it was not quoted.
    said_once = {key.upper(): one if isinstance(one, str) else ",".join(one) for key, one in parameters.items()}
    return Part(line, name.upper(), said_once, value)


def words(value: str) -> str:
    """Text as it was meant: "koffie\\, thee" is "koffie, thee"."""
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def kind_named(category: str) -> str | None:
    """The kind of activity that a category names, if it is one of ours."""
    return _KINDS.get(category.strip().casefold())


def length(value: str) -> timedelta | None:
    """How long "PT1H30M" is; None when it is no length of time."""
    try:
        measured: timedelta = vDuration.from_ical(value.strip())
        return measured
    except (ValueError, TypeError, OverflowError):
        return None


@lru_cache(maxsize=256)
def zone_named(name: str) -> tzinfo | None:
    """The zone that is known by this name: to the world ("Europe/Berlin"), to Windows ("W. Europe Standard Time"), or
    behind the address of who wrote it down ("/freeassociation.sourceforge.net/Europe/Berlin"). None: by nobody."""
    said = name.strip().strip('"')
    parts = said.split("/")
    for guess in (said, WINDOWS_TO_OLSON.get(said, ""), "/".join(parts[-2:]), "/".join(parts[-3:])):
        try:
            if guess:
                return ZoneInfo(guess)
        except (ValueError, OSError, KeyError):
            continue
    return None


def zone_defined(said: str) -> tzinfo | None:
    """The zone that a file defines itself (VTIMEZONE); None when that cannot be used."""
    rules = [line for line in said.upper().splitlines() if line.startswith("RRULE")]
    # Clocks change once a year. A rule by the second, counted since 1601, would keep us here for days.
    if not all("FREQ=YEARLY" in rule and "BYSECOND" not in rule and "BYHOUR" not in rule for rule in rules):
        return None
    try:
        read = Timezone.from_ical(said)
        assert isinstance(read, Timezone)
        found: tzinfo = read.to_tz()
        found.utcoffset(datetime(2026, 7, 1))
    except Exception:  # whatever a stranger wrote there: it is no zone
        return None
    return found
