"""A day as people write it, read back: what `dates.py` does the other way round. Every field for a day takes the same
ways of writing one, in either language, whatever the browser offers to fill it in with."""

from __future__ import annotations

import re
from datetime import date, timedelta

from community import clock, text
from community.language import gettext as _

_MONTHS = ("jan", "feb", "maa", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_OTHER_MONTHS = {"mrt": 3, "mar": 3, "may": 5, "oct": 10}
_NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{4}|\d{2}))?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_WORDS = re.compile(r"(?:[a-z]+da[gy],? )?(\d{1,2}) ([a-z]{3,})\.?(?: (\d{4}))?")


def read_day(typed: str) -> date:
    """A day as people write it: "12-3-2026", "12 maart", "2026-03-12", "morgen". Without a year: this year.

    Raises:
        ValueError: there is no such day; the message is a sentence for the reader.
    """
    said = text.fold(typed).strip(" .")
    near = {"gisteren": -1, "vandaag": 0, "morgen": 1, "overmorgen": 2, "yesterday": -1, "today": 0, "tomorrow": 1}
    if said in near:
        return clock.today() + timedelta(days=near[said])
    if found := _ISO.fullmatch(said):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif found := _NUMBERS.fullmatch(said):
        day, month, year = int(found[1]), int(found[2]), int(found[3] or clock.today().year)
    elif (found := _WORDS.fullmatch(said)) and _month(found[2]):
        day, month, year = int(found[1]), _month(found[2]), int(found[3] or clock.today().year)
    else:
        raise ValueError(_("Schrijf de dag zoals 12-3-2026 of 12 maart 2026."))
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        raise ValueError(_("%(day)s bestaat niet. Kijk de dag nog eens na.", day=typed.strip())) from None


def _month(word: str) -> int:
    beginning = word[:3]
    return _OTHER_MONTHS.get(beginning) or (_MONTHS.index(beginning) + 1 if beginning in _MONTHS else 0)


def written_day(day: date) -> str:
    """A day as a field shows it, and as `read_day` reads it back."""
    return f"{day.day}-{day.month}-{day.year}"
