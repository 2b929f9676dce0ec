"""Days on which the Netherlands is free. Public holidays of any year, by the Algemene termijnenwet (art. 3); school
holidays as the Ministry of OCW fixed them, of the years that school_holidays.toml knows. Not for somebody's own days
off, nor for the hours of an office."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from dateutil.easter import easter

from community.language import gettext as _
from community.language import lazy_gettext as _l

REGIONS = ("noord", "midden", "zuid")

_FIXED = {
    (1, 1): _l("Nieuwjaarsdag"),
    (5, 5): _l("Bevrijdingsdag"),
    (12, 25): _l("Eerste Kerstdag"),
    (12, 26): _l("Tweede Kerstdag"),
}
# So many days after Easter.
_AFTER_EASTER = {
    0: _l("Eerste Paasdag"),
    1: _l("Tweede Paasdag"),
    39: _l("Hemelvaartsdag"),
    49: _l("Eerste Pinksterdag"),
    50: _l("Tweede Pinksterdag"),
}
_KINGS_DAY = _l("Koningsdag")
_SCHOOL = {
    "herfst": _l("Herfstvakantie"),
    "kerst": _l("Kerstvakantie"),
    "voorjaar": _l("Voorjaarsvakantie"),
    "mei": _l("Meivakantie"),
    "zomer": _l("Zomervakantie"),
}


@dataclass(frozen=True, slots=True)
class SchoolHoliday:
    """When schools of a region are closed; `last` is the last free day. `is_advice`: a school may choose other days."""

    kind: str
    first: date
    last: date

    @property
    def name(self) -> str:
        return str(_SCHOOL[self.kind])

    @property
    def is_advice(self) -> bool:
        return self.kind in ("herfst", "voorjaar")


def public_holidays(year: int) -> dict[date, str]:
    """The public holidays of a year, in order, with their names in the reader's language. Bevrijdingsdag is one every
    year, as in the law, though some employers give it only in a lustrum year (`is_lustrum`). Goede Vrijdag is not among
    them: few have that day off (`good_friday`). Years before 2014 are told by the rules of today.
    """
    return {day: _(" en ").join(map(str, names)) for day, names in _public(year).items()}


def public_days(year: int) -> Collection[date]:
    """The same days without their names, for who counts."""
    return _public(year)


def is_public_holiday(day: date) -> bool:
    """Whether the country is free on this day. A Saturday or a Sunday is not, by itself."""
    return day in _public(day.year)


def good_friday(year: int) -> date:
    """Goede Vrijdag: most people work, schools and the stock exchange are closed."""
    return _easter(year) - timedelta(days=2)


def is_lustrum(year: int) -> bool:
    """Whether everybody celebrates Bevrijdingsdag with a day off: 2025, 2030 and so on."""
    return year % 5 == 0


def is_working_day(day: date) -> bool:
    """Whether an office works: Monday to Friday, and no public holiday."""
    return day.weekday() < 5 and not is_public_holiday(day)


def school_holidays(region: str, year: int) -> tuple[SchoolHoliday, ...]:
    """The holidays of the school year that begins in `year`, in order, for one of REGIONS. Empty: not known (yet).

    Raises:
        ValueError: there is no such region.
    """
    if region not in REGIONS:
        raise ValueError(f"no region of school holidays: {region!r}")
    found = _fixed_by_ministry().get(str(year), {})
    return tuple(SchoolHoliday(kind, *(found[kind].get(region) or found[kind]["heel"])) for kind in _SCHOOL if found)


@lru_cache(maxsize=32)
def _public(year: int) -> dict[date, list[Any]]:
    days: dict[date, list[Any]] = {}
    for (month, day), name in _FIXED.items():
        days.setdefault(date(year, month, day), []).append(name)
    kings_day = date(year, 4, 27)
    days[kings_day if kings_day.weekday() < 6 else date(year, 4, 26)] = [_KINGS_DAY]
    sunday = _easter(year)
    for after, name in _AFTER_EASTER.items():
        # Two can fall together: in 2016 and in 2157 Hemelvaartsdag is on 5 May.
        days.setdefault(sunday + timedelta(days=after), []).append(name)
    return dict(sorted(days.items()))


def _easter(year: int) -> date:
    sunday: date = easter(year)
    return sunday


@lru_cache(maxsize=1)
def _fixed_by_ministry() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "school_holidays.toml").read_text(encoding="utf-8"))
