"""Days as people type them in a promise: "vrijdag", "27 november", "27-11", "over 3 dagen", "volgende week". Never in
the past, never further away than anybody remembers."""

from __future__ import annotations

import re
from datetime import date, timedelta

from community import clock, holidays, text
from community.days import read_day
from community.errors import Invalid
from community.language import gettext as _
from community.places.hours import WEEKDAYS
from forums import policy_settling

# A promise of more than two months is none.
PROMISE_MAX = 60
# What stands at the top longer than a month is furniture.
PIN_MAX = 30
_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_AHEAD = re.compile(r"(?:over|in) (\d{1,2}) (dag|dagen|day|days|week|weken|weeks)")
_WITH_YEAR = re.compile(r"\d{4}|\d+[-/. ]\d+[-/. ]\d{2}\b")
_NEXT = re.compile(r"(?:volgende week|next week)(?: ([a-z]+))?")


def read(typed: str, field: str, most: int = PROMISE_MAX) -> date:
    """The day that somebody means.

    Raises:
        Invalid: there is no such day, it is over, or it is too far away.
    """
    try:
        day = _day(typed)
    except ValueError as wrong:
        raise Invalid({field: str(wrong)}) from None
    problem = policy_settling.check_promise(day, clock.today(), most)
    if problem:
        raise Invalid({field: problem})
    return day


def _day(typed: str) -> date:
    said, today = text.fold(typed).strip(" .,"), clock.today()
    if not said:
        raise ValueError(_("Vul een dag in. Bijvoorbeeld: vrijdag."))
    if found := _AHEAD.fullmatch(said):
        return today + timedelta(days=int(found[1]) * (7 if found[2].startswith("week") or found[2] == "weken" else 1))
    if found := _NEXT.fullmatch(said):
        monday = today + timedelta(days=7 - today.weekday())
        named = _weekday(found[1]) if found[1] else 0
        if named is not None:
            return monday + timedelta(days=named)
    named = _weekday(said)
    if named is not None:
        # On a Friday "vrijdag" is the next one: for this one people say "vandaag".
        return today + timedelta(days=(named - today.weekday() - 1) % 7 + 1)
    day = read_day(typed)
    # "5 januari" in December is the one that comes.
    if day < today and said[0].isdecimal() and not _WITH_YEAR.search(said) and (day.month, day.day) != (2, 29):
        day = day.replace(year=day.year + 1)
    return day


def _weekday(word: str) -> int | None:
    for names in (WEEKDAYS, _ENGLISH):
        if word in names:
            return names.index(word)
    return None


def soon() -> date:
    """What is proposed: two working days from now, as residents were told to expect."""
    day = clock.today()
    for _working_day in range(2):
        day += timedelta(days=1)
        while not holidays.is_working_day(day):
            day += timedelta(days=1)
    return day


def working_days(since: date, until: date) -> int:
    """How many working days lie between two days: no weekend, and no public holiday."""
    if until <= since:
        return 0
    weeks, rest = divmod((until - since).days, 7)
    found = weeks * 5 + sum((since + timedelta(days=n + 1)).weekday() < 5 for n in range(rest))
    free = [day for year in range(since.year, until.year + 1) for day in holidays.public_days(year)]
    return found - sum(since < day <= until and day.weekday() < 5 for day in free)


def working_days_ago(count: int) -> date:
    """The day from which so many working days have passed until today."""
    day = clock.today()
    while working_days(day, clock.today()) < count:
        day -= timedelta(days=1)
    return day
