"""A month as a calendar on the wall: which month is asked for, its weeks, and what stands on each of its days. Pure;
what there is comes from `queries`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from community import clock

# What somebody can mean; what lies outside is a slip of the finger.
YEARS = range(2000, 2101)
# So many stand on a day of the table; the others are counted there, and told to who listens.
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month with its dates; `is_out` for the days before and after it, which are empty."""

    day: date
    rows: tuple[Any, ...] = ()
    is_out: bool = False
    is_past: bool = False
    is_today: bool = False

    @property
    def key(self) -> str:
        """Its anchor in the list."""
        return f"d-{self.day.isoformat()}"


def read(asked: str | None) -> tuple[date, bool]:
    """The first day of the month that is asked for ("2026-03"), and whether there is such a month; else this month."""
    this = clock.today().replace(day=1)
    if asked is None:
        return this, True
    found = re.fullmatch(r"([0-9]{4})-([0-9]{1,2})", asked.strip()[:12])
    if found is None or int(found[1]) not in YEARS or int(found[2]) not in range(1, 13):
        return this, False
    return date(int(found[1]), int(found[2]), 1), True


def read_day(asked: str | None) -> date | None:
    """The day that is asked for ("2026-03-12"), if it is one."""
    try:
        found = date.fromisoformat((asked or "").strip()[:10])
    except ValueError:
        return None
    return found if found.year in YEARS else None


def after(first: date, months: int = 1) -> date:
    """The first day of a month later, or earlier."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def begins(day: date) -> datetime:
    """The moment at which a day begins for residents."""
    return datetime.combine(day, time(), clock.ZONE)


def weeks(first: date, rows: Iterable[Any]) -> list[list[Day]]:
    """The weeks of a month, Monday first, with every date on its day."""
    on = by_day(rows)
    today, end = clock.today(), after(first)
    day, made = first - timedelta(days=first.weekday()), []
    while day < end:
        made.append([_day(day + timedelta(days=n), first, on, today) for n in range(7)])
        day += timedelta(days=7)
    return made


def _day(day: date, first: date, on: dict[date, list[Any]], today: date) -> Day:
    if (day.year, day.month) != (first.year, first.month):
        return Day(day, is_out=True)
    return Day(day, tuple(on.get(day, ())), is_past=day < today, is_today=day == today)


def by_day(rows: Iterable[Any]) -> dict[date, list[Any]]:
    """Dates under the day on which they begin, in order."""
    found: dict[date, list[Any]] = {}
    for row in rows:
        found.setdefault(clock.local(row.starts_at).date(), []).append(row)
    return found


def whole_days(rows: Sequence[Any], most: int) -> tuple[Sequence[Any], date | None]:
    """The first dates up to `most`, no day of them broken off, and the day on which it goes on. A day with more than
    that is shown whole by itself."""
    if len(rows) <= most:
        return rows, None
    days = [clock.local(row.starts_at).date() for row in rows]
    cut = most
    while cut and days[cut - 1] == days[most]:
        cut -= 1
    if cut == 0:
        cut = next((at for at in range(most, len(days)) if days[at] != days[0]), len(days))
    return rows[:cut], days[cut] if cut < len(days) else None
