"""Who comes to what in the demonstration: sign-ups with guests and names from paper, waiting lists, who was there, and
who helps. Written in bulk; the counts on each date are those of the rows."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from community import clock, db, dialect
from community.accounts.models import Person
from community.places.models import Dwelling, Household, Membership
from community.places.queries import held_today
from events.arranged import Duty, DutyTaker
from events.models import Event, Guest, Occurrence, Registration

# So far ahead people have signed up, and helpers have said when they can.
AHEAD = timedelta(days=24)
REGULAR, WITH_GUEST, FROM_PAPER, WITHDRAWN, STAYED_AWAY = 0.85, 0.2, 0.08, 0.04, 0.06
_REMARKS = (
    "Ik eet geen varkensvlees.", "Ik hoor slecht. Mag ik vooraan?", "Ik kom een kwartiertje later.",
    "Ik mag geen noten.", "Ik neem een cake mee.", "Graag een stoel met leuningen.", "Ik moet om vijf uur weg.",
)  # fmt: skip
_ON_PAPER = (
    "mevrouw Schouten van nummer 8", "meneer Pronk van nummer 26", "de zus van nummer 51", "mevrouw Aalbers",
    "meneer Lakeman van hiernaast", "Jopie van beneden", "mevrouw Snel van nummer 14", "meneer Kuipers",
)  # fmt: skip
_GUESTS = ("mijn zus", "mijn buurman", "", "mijn dochter", "Corrie", "een vriendin van vroeger", "mijn kleinzoon")


class Answering:
    """Collects the rows of every date; `write` puts them in the database."""

    def __init__(self, people: dict[str, int], homes: dict[str, str], chance: random.Random) -> None:
        self.people, self.homes, self.chance = people, homes, chance
        self.now = clock.now()
        self.living = _living()
        self.rows: list[dict[str, Any]] = []
        self.guests: list[dict[str, Any]] = []
        self.takers: list[dict[str, Any]] = []

    def answer(
        self,
        told: dict[str, Any],
        event: Event,
        dates: Sequence[Occurrence],
        duties: Sequence[Duty],
        buildings: Sequence[int],
    ) -> None:
        """Let people sign up for the dates of an activity that were, and for those that come soon."""
        near = [person for building in buildings for person in self.living.get(building, ())]
        is_once = event.rrule is None
        for row in dates:
            if row.starts_at > self.now + AHEAD and not is_once:
                break
            if event.needs_signup:
                _Date(self, told, event, row, near).fill()
            if row.cancelled_at is None:
                self._rota(row, duties, told, near)

    def _rota(self, row: Occurrence, duties: Sequence[Duty], told: dict[str, Any], near: Sequence[int]) -> None:
        helpers = [self.people[key] for key in told.get("regulars", ()) if "+" not in key]
        helpers += near[: 2 * sum(duty.needed for duty in duties)]
        free = [person for person in dict.fromkeys(helpers) if person != row.host_id]
        self.chance.shuffle(free)
        for duty in duties:
            # Of what is done already there was enough help; of what comes somebody is still wanted now and then.
            wanted = duty.needed if row.starts_at < self.now else self.chance.randint(duty.needed // 2, duty.needed)
            for _turn in range(min(wanted, len(free))):
                at = min(self.now, row.starts_at) - timedelta(days=self.chance.randint(1, 9))
                self.takers.append(
                    {
                        "duty_id": duty.id,
                        "occurrence_id": row.id,
                        "person_id": free.pop(),
                        "is_reserve": False,
                        "at": at,
                    }
                )

    def write(self) -> None:
        """Put it all in the database."""
        db.session().flush()
        connection = db.connection()
        for model, rows in ((Registration, self.rows), (Guest, self.guests), (DutyTaker, self.takers)):
            connection.execute(insert(model), rows)
        dialect.numbers_follow(connection, Registration.__table__)  # type: ignore[arg-type]


class _Date:
    """The list of one date, in the order in which people answered."""

    def __init__(
        self, answering: Answering, told: dict[str, Any], event: Event, row: Occurrence, near: Sequence[int]
    ) -> None:
        self.all, self.told, self.event, self.row, self.near = answering, told, event, row, near
        self.chance, self.people = answering.chance, answering.people
        today = clock.today()
        self.is_today = clock.local(row.starts_at).date() == today
        self.is_over = row.ends_at < answering.now
        self.there = {row.host_id}

    def fill(self) -> None:
        """Whoever is wanted, then others until there are about as many as usual."""
        chance, told, row = self.chance, self.told, self.row
        wanted = list(told["regulars"]) + (told.get("here_today", []) if self.is_today else [])
        certain = set(told.get("here_today", ())) if self.is_today else set()
        units: list[tuple[int | None, list[tuple[int | None, str]]]] = []
        for key in dict.fromkeys(wanted):
            first, _plus, second = key.partition("+")
            if self.is_today and first == "willemijn" and key not in certain:
                continue
            ids = [self.people[name] for name in (first, second) if name]
            if not self.there & set(ids) and (key in certain or chance.random() < REGULAR):
                self.there.update(ids)
                units.append((ids[0], [(other, "") for other in ids[1:]]))
        chance.shuffle(units)
        usual = chance.randint(*told["comes"])
        if row.starts_at > self.all.now + timedelta(days=7) and self.event.rrule is not None:
            usual //= 2  # many say so in the week itself
        if self.is_today and told.get("full_today"):
            usual = 60
        others = [person for person in self.near if person not in self.there]
        chance.shuffle(others)
        cast = {self.people[key] for key in self.all.homes}
        others = [person for person in others if person not in cast or person % 3]
        is_full = self.is_today and bool(told.get("full_today"))
        while (len(units) < usual or is_full) and others:
            unit = self._somebody(others, paper=not is_full)
            seats = sum(1 + len(guests) for _who, guests in units)
            if is_full and self.row.capacity is not None:
                # The last seat is given away, and then three couples come.
                if seats == self.row.capacity - 1:
                    unit = (unit[0], [])
                elif seats >= self.row.capacity:
                    unit = (unit[0], [(None, "mijn man" if len(units) % 2 else "mijn vrouw")])
                if seats >= self.row.capacity + 6:
                    break
            units.append(unit)
        self._write(units)

    def _somebody(self, others: list[int], *, paper: bool) -> tuple[int | None, list[tuple[int | None, str]]]:
        chance = self.chance
        if paper and chance.random() < FROM_PAPER:
            return None, []
        who = others.pop()
        guests: list[tuple[int | None, str]] = []
        if self.event.guests_max and chance.random() < WITH_GUEST:
            guests = [(None, chance.choice(_GUESTS))]
        return who, guests

    def _write(self, units: Sequence[tuple[int | None, list[tuple[int | None, str]]]]) -> None:
        chance, row = self.chance, self.row
        moments = self._moments(len(units))
        names = list(_ON_PAPER)
        chance.shuffle(names)
        for (who, guests), at in zip(units, moments, strict=True):
            if who is None and not names:
                continue
            row.arrivals += 1
            seats = 1 + len(guests)
            state = self._state(seats, may_withdraw=not self.is_today)
            number = len(self.all.rows) + 1
            is_there = state == "confirmed" and self.is_over and row.cancelled_at is None
            came = (0 if chance.random() < STAYED_AWAY else seats) if is_there else None
            self.all.rows.append(
                {
                    "id": number, "occurrence_id": row.id, "person_id": who,
                    "name": names.pop() if who is None else None, "state": state, "seats": seats,
                    "number": row.arrivals, "place": row.arrivals,
                    "remark": chance.choice(_REMARKS) if chance.random() < 0.05 else "",
                    "has_walker": chance.random() < 0.1, "by_id": row.host_id if who is None else None,
                    "way": chance.choice(("paper", "phone")) if who is None else None, "at": at, "changed_at": at,
                    "came": came, "moved_why": "", "is_walk_in": False,
                }
            )  # fmt: skip
            if state in ("confirmed", "waiting"):
                self.all.guests += [
                    {"registration_id": number, "occurrence_id": row.id, "person_id": person, "name": name}
                    for person, name in guests
                ]

    def _state(self, seats: int, *, may_withdraw: bool) -> str:
        row = self.row
        if may_withdraw and self.chance.random() < WITHDRAWN:
            return "withdrawn"
        if row.draw_at is not None or (row.capacity is not None and row.coming + seats > row.capacity):
            row.waiting += seats
            return "waiting"
        row.coming += seats
        return "confirmed"

    def _moments(self, count: int) -> list[datetime]:
        """When they answered, in order: in the week before, and not after now."""
        until = min(self.row.closes_at, self.all.now, self.row.cancelled_at or self.all.now)
        minutes = sorted((self.chance.randint(5, 6 * 24 * 60) for _ in range(count)), reverse=True)
        return [until - timedelta(minutes=number) for number in minutes]


def _living() -> dict[int, list[int]]:
    """Who has joined and lives in which building."""
    asked = (
        select(Dwelling.building_id, Person.id)
        .join(Household, Household.dwelling_id == Dwelling.id)
        .join(Membership, Membership.household_id == Household.id)
        .join(Person, Person.id == Membership.person_id)
        .where(held_today(Membership), Person.joined_at.is_not(None))
        .order_by(Person.id)
    )
    found: dict[int, list[int]] = {}
    for building, person in db.connection().execute(asked, {"today": clock.today()}):
        found.setdefault(building, []).append(person)
    return found
