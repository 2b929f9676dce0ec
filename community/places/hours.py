"""When somebody is in a building: the coming times for a page, and a week as an administrator types it, one line
per time: "maandag 9.00 tot 12.30, kantoor naast de voordeur"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Protocol

from community import clock, dates, language, text
from community.language import gettext as _

WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PLACE_MAX = 120  # the column


class Weekly(Protocol):
    """A time that comes back every week: Monday is 0."""

    weekday: int
    starts: time
    ends: time
    place: str


@dataclass(frozen=True, slots=True)
class Slot:
    """A weekly time as typed."""

    weekday: int
    starts: time
    ends: time
    place: str = ""


@dataclass(frozen=True, slots=True)
class Presence:
    """A weekly time on the day it comes next, on a resident's clock."""

    starts: datetime
    ends: datetime
    place: str
    is_now: bool

    @property
    def day(self) -> date:
        """The day on which it is."""
        return self.starts.date()


def coming(slot: Weekly, now: datetime | None = None) -> Presence:
    """The next time: running now, later today, or on a coming day (at the latest in a week)."""
    here = clock.local(now or clock.now())
    ahead = (slot.weekday - here.weekday()) % 7
    if ahead == 0 and slot.ends <= here.time():
        ahead = 7
    day = here.date() + timedelta(days=ahead)
    starts = datetime.combine(day, slot.starts, clock.ZONE)
    ends = datetime.combine(day, slot.ends, clock.ZONE)
    return Presence(starts, ends, slot.place, starts <= here < ends)


def typed(slots: Iterable[Weekly]) -> str:
    """The lines that `read` would read back."""
    ordered = sorted(slots, key=lambda slot: (slot.weekday, slot.starts))
    return "\n".join(_typed_line(slot) + (f", {slot.place}" if slot.place else "") for slot in ordered)


def _typed_line(slot: Weekly) -> str:
    day = dates.weekday_number(slot.weekday)
    return _("%(day)s %(begin)s tot %(end)s", day=day, begin=_typed_time(slot.starts), end=_typed_time(slot.ends))


def _typed_time(at: time) -> str:
    return f"{at.hour}{'.' if language.current() == 'nl' else ':'}{at.minute:02}"


_OFFICE = re.compile(
    r"(?:op )?werkdagen (?:van )?(\d{1,2})[.:](\d{2}) tot (\d{1,2})[.:](\d{2})(?: uur)?", re.IGNORECASE
)


def office(typed_hours: str) -> str:
    """When the telephone is answered, as an association typed it; the usual form, "werkdagen 8.30 tot 17.00 uur", is
    said in the language of the reader."""
    found = _OFFICE.fullmatch(typed_hours.strip())
    if found is None or language.current() == language.DEFAULT:
        return typed_hours
    begin, end = f"{found[1]}:{found[2]}", f"{found[3]}:{found[4]}"
    return _("werkdagen %(begin)s tot %(end)s uur", begin=begin, end=end)


_LINE = re.compile(
    r"(?P<day>[a-z]+)\.?\s*[:,]?\s*(?:van\s+)?"
    r"(?P<from>\d{1,2}(?:[.:u]\s?\d{2})?u?)\s*(?:uur)?\s*(?:-|–|—|tot|to|t/m)\s*"
    r"(?P<to>\d{1,2}(?:[.:u]\s?\d{2})?u?)\s*(?:uur)?\s*[,;:]?\s*(?P<place>.*)",
    re.IGNORECASE,
)


def read(lines: str) -> list[Slot]:
    """What was typed, as weekly times; an empty line means nothing.

    Raises:
        ValueError: a line cannot be read, or two times overlap; the message is a sentence for the reader.
    """
    slots = [_read_line(line) for raw in lines.splitlines() if (line := text.clean_line(raw, 400))]
    slots.sort(key=lambda slot: (slot.weekday, slot.starts))
    for first, second in pairwise(slots):
        if first.weekday == second.weekday and second.starts < first.ends:
            raise ValueError(_("Op %(day)s lopen twee tijden door elkaar.", day=dates.weekday_number(first.weekday)))
    return slots


def _read_line(line: str) -> Slot:
    found = _LINE.fullmatch(line)
    weekday = _weekday(found["day"]) if found else None
    if found is None or weekday is None:
        raise ValueError(
            _("Deze regel begrijpen wij niet: %(line)s. Schrijf bijvoorbeeld: maandag 9.00 tot 12.30.", line=line)
        )
    starts, ends = _time(found["from"]), _time(found["to"])
    if starts is None or ends is None or starts >= ends:
        raise ValueError(_("Deze tijden kloppen niet: %(line)s.", line=line))
    place = found["place"].strip()
    if len(place) > PLACE_MAX:
        raise ValueError(_("De plaats is te lang: %(line)s.", line=line))
    return Slot(weekday, starts, ends, place)


def _weekday(word: str) -> int | None:
    """The number of a day's name, or of its first two letters or more."""
    names: Sequence[str]
    for names in (WEEKDAYS, _ENGLISH):
        for number, name in enumerate(names):
            if len(word) >= 2 and name.startswith(word.lower()):
                return number
    return None


def _time(typed_time: str) -> time | None:
    hour, _dot, minute = re.sub(r"[u:]", ".", typed_time.lower()).strip(".").partition(".")
    if int(hour) > 23 or int(minute.strip() or 0) > 59:
        return None
    return time(int(hour), int(minute.strip() or 0))
