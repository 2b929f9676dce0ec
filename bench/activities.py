"""Activities to measure with: so many dates, a hundred in each month of each building's calendar from this month on,
each an activity by itself, with people who signed up. Plain rows: no room is booked and nobody is told."""

from __future__ import annotations

import calendar
import random
import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from community import clock, text

# What a full calendar is, by the issue that asks for it.
A_MONTH = 100
# So many months of the measuring command, so that who signs up has dates before them at the end of a month too.
MONTHS = 5
SIGNED_UP = 6
LASTS = 90
_TITLES = ("Koffie in de hal", "Klaverjassen", "Stoelyoga", "Samen eten", "Een rondje om de vijver", "Film")
_KINDS = ("coffee", "games", "sport", "meal", "outing", "culture")

Rows = dict[str, list[dict[str, Any]]]


def rows(
    count: int, living: dict[int, list[int]], parts: dict[int, int], first: dict[str, int], chance: random.Random
) -> Iterator[Rows]:
    """`count` dates by what they are of ("event", "occurrence", "registration"), a month of a building at a time.
    `living` is who lives in which building, `parts` in which neighbourhood that is; `first` the first free numbers."""
    numbers, left = dict(first), count
    for month in _months():
        for building, people in sorted(living.items()):
            many = min(A_MONTH, left)
            left -= many
            if not many:
                return
            yield _month(building, parts[building], people, month, many, numbers, chance)


def _months() -> Iterator[date]:
    month = clock.today().replace(day=1)
    while True:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


def _month(
    building: int,
    part: int,
    people: Sequence[int],
    month: date,
    many: int,
    numbers: dict[str, int],
    chance: random.Random,
) -> Rows:
    found: Rows = {"event": [], "occurrence": [], "registration": []}
    now, host = clock.now(), people[0]
    days = calendar.monthrange(month.year, month.month)[1]
    for index in range(many):
        day = month + timedelta(days=index * days // A_MONTH)
        starts_at = datetime.combine(day, time(9 + index % 12), clock.ZONE).astimezone(UTC)
        which = index % len(_TITLES)
        title = f"{_TITLES[which]} ({numbers['occurrence']})"
        # In a small house too somebody is left who can still sign up.
        signed = chance.sample(people, min(-(-len(people) // 2), SIGNED_UP))
        shared = {
            "building_id": building, "neighbourhood_id": part, "seen_by": 0, "title": title, "place": "in de hal",
            "host_id": host,
        }  # fmt: skip
        found["event"].append(
            {
                **shared, "id": numbers["event"], "uid": secrets.token_hex(16), "kind": _KINDS[which],
                "slug": text.slug(title), "source": "Kom gerust.", "html": "<p>Kom gerust.</p>", "created_by_id": host,
                "start_on": day, "start_at": time(9 + index % 12), "lasts": LASTS, "rolled_until": day,
                "created_at": now, "updated_at": now,
            }
        )  # fmt: skip
        found["occurrence"].append(
            {
                **shared, "id": numbers["occurrence"], "event_id": numbers["event"], "original_at": starts_at,
                "starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=LASTS), "closes_at": starts_at,
                "coming": len(signed), "waiting": 0, "arrivals": len(signed),
            }
        )  # fmt: skip
        found["registration"] += [
            {
                "occurrence_id": numbers["occurrence"], "person_id": person, "state": "confirmed", "seats": 1,
                "number": number, "place": number, "at": now, "changed_at": now,
            }
            for number, person in enumerate(signed, 1)
        ]  # fmt: skip
        numbers["event"] += 1
        numbers["occurrence"] += 1
    return found
