"""What there is to do in the demonstration: rooms, activities with their dates from half a year back, what is different
about some of them, and who has a room for something of their own. Who comes stands in `answers.py`."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert

from community import clock, db, text
from demo import answers
from events import bookings, recurrence, series
from events.arranged import Booking, Duty, Room
from events.models import ASSOCIATION, BUILDING, NEIGHBOURHOOD, Event, Occurrence
from events.recurrence import Rule

# That it is the same every time matters, also when there are more people to draw from elsewhere.
CHANCE = 20260418
# Half a year of weeks, so that a series of every other week comes out on the day that it began on.
BACK = timedelta(weeks=26)
_ELSEWHERE = "in de hal, aan de lange tafel"
_NOT_WORN = {"moderator", "ambassadeur"}


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what there is, by the keys of the content; a building is its number and that of its neighbourhood."""

    people: dict[str, int]
    hats: dict[str, list[tuple[str, str | None, str | None]]]
    homes: dict[str, str]
    buildings: dict[str, tuple[int, int]]
    neighbourhoods: dict[str, int]


def seed(told: dict[str, list[dict[str, Any]]], cast: Cast) -> int:
    """Part of filling the demonstration, after its people; returns how many dates there are."""
    return _Seeding(told, cast).run()


class _Seeding:
    """What one run knows: the rooms by name, and when each is taken."""

    def __init__(self, told: dict[str, list[dict[str, Any]]], cast: Cast) -> None:
        self.told, self.cast = told, cast
        self.chance = random.Random(CHANCE)
        self.now, self.today = clock.now(), clock.today()
        self.rooms: dict[str, Room] = {}
        self.taken: dict[int, list[tuple[datetime, datetime]]] = {}
        self.booked: list[dict[str, Any]] = []

    def run(self) -> int:
        self._rooms()
        # First what hangs on today: it has the room, and a series that comes every week goes elsewhere for once.
        ordered = sorted(self.told["activity"], key=lambda one: one.get("every") != "today" and "in_days" not in one)
        answering = answers.Answering(self.cast.people, self.cast.homes, self.chance)
        count = 0
        for told in ordered:
            event, duties = self._event(told)
            dates = self._dates(told, event)
            answering.answer(told, event, dates, duties, self._around(told))
            count += len(dates)
        answering.write()
        self._own_bookings()
        db.connection().execute(insert(Booking), self.booked)
        return count

    def _rooms(self) -> None:
        for told in self.told["room"]:
            fields = {name: value for name, value in told.items() if name != "building"}
            room = Room(building_id=self.cast.buildings[told["building"]][0], **fields)
            self.rooms[f"{told['building']}/{told['name']}"] = room
        db.session().add_all(self.rooms.values())
        db.session().flush()

    # ---- an activity ---------------------------------------------------------------------------------------------

    def _event(self, told: dict[str, Any]) -> tuple[Event, list[Duty]]:
        building = told.get("building")
        building_id, neighbourhood_id = self.cast.buildings[building] if building else (None, None)
        if "neighbourhood" in told:
            neighbourhood_id = self.cast.neighbourhoods[told["neighbourhood"]]
        at, zone = time.fromisoformat(told["at"]), clock.ZONE.key
        rule = self._rule(told)
        start_on = self._day(told)
        if rule is not None:
            first = recurrence.first(rule.rrule(), start_on, at, zone)
            assert first is not None
            start_on = series.day_of(first, zone)
        # A single one was announced three weeks before, or the other day.
        announced = recurrence.moment(start_on, at, zone) - timedelta(days=21 if rule is None else 12)
        made = min(announced, self.now - timedelta(days=4, hours=3))
        host = told["host"]
        hat = self._hat(host, building)
        event = Event(
            uid=f"{self.chance.getrandbits(128):032x}",
            building_id=building_id,
            neighbourhood_id=neighbourhood_id,
            seen_by=_seen_by(told),
            is_public=told.get("public", False),
            kind=told["kind"],
            title=told["title"],
            slug=text.slug(told["title"], "activiteit"),
            source=told["text"].strip(),
            html=text.render(told["text"].strip()),
            room_id=self.rooms[f"{building}/{told['room']}"].id if "room" in told else None,
            place=told.get("place", ""),
            host_id=self.cast.people[host],
            host_as=hat[0] if hat else None,
            host_title=hat[1] if hat else None,
            created_by_id=self.cast.people[host],
            start_on=start_on,
            start_at=at,
            lasts=told["lasts"],
            rrule=rule.rrule() if rule else None,
            zone=zone,
            created_at=made,
            updated_at=made,
            **{name: told[name] for name in _AS_TOLD if name in told},
        )
        event.rolled_until = series.horizon(event)
        db.session().add(event)
        db.session().flush()
        duties = [
            Duty(event_id=event.id, title=title, needed=needed, position=position)
            for position, (title, needed) in enumerate(told.get("duties", ()))
        ]
        db.session().add_all(duties)
        db.session().flush()
        return event, duties

    def _rule(self, told: dict[str, Any]) -> Rule | None:
        if "nth_weekday" in told:
            nth, weekday = told["nth_weekday"]
            return Rule("monthly", weekdays=(weekday,), nth=nth)
        if "every" not in told:
            return None
        weekdays = (self.today.weekday(),) if told["every"] == "today" else tuple(told["every"])
        return Rule("weekly", told.get("interval", 1), weekdays)

    def _day(self, told: dict[str, Any]) -> date:
        """The first day: of a series half a year ago, of a single one so many days from today."""
        day = self.today + (timedelta(days=told["in_days"]) if "in_days" in told else -BACK)
        if "weekday" in told:
            day += timedelta(days=(told["weekday"] - day.weekday()) % 7)
        return day

    def _hat(self, key: str, building: str | None) -> tuple[str, str | None] | None:
        for kind, title, where in self.cast.hats.get(key, ()):
            if kind not in _NOT_WORN and (where is None or where == building):
                return kind, title
        return None

    def _around(self, told: dict[str, Any]) -> list[int]:
        """The buildings whose residents come."""
        if _seen_by(told) == BUILDING:
            return [self.cast.buildings[told["building"]][0]]
        if _seen_by(told) == ASSOCIATION:
            return [building for building, _part in self.cast.buildings.values()]
        part = (
            self.cast.neighbourhoods[told["neighbourhood"]]
            if "neighbourhood" in told
            else self.cast.buildings[told["building"]][1]
        )
        return [building for building, there in self.cast.buildings.values() if there == part]

    # ---- its dates -----------------------------------------------------------------------------------------------

    def _dates(self, told: dict[str, Any], event: Event) -> list[Occurrence]:
        assert event.rolled_until is not None
        first = recurrence.moment(event.start_on, event.start_at, event.zone)
        last = series.end_of(event.rolled_until, event.zone)
        rows = [series.new_date(event, at) for at in series.moments(event, first, last)]
        self._christmas(told, rows)
        tomorrow = recurrence.moment(self.today + timedelta(days=1), time(0), event.zone)
        coming = [row for row in rows if row.starts_at >= tomorrow and row.cancelled_at is None and not row.is_changed]
        been = [row for row in rows if row.starts_at < tomorrow - timedelta(days=1)]
        for how in told.get("exceptions", ()):
            row = coming[how["nth"] - 1] if how["nth"] > 0 else been[how["nth"]]
            self._except(how, event, row)
        for row in rows:
            self._take(event, row)
        db.session().flush()
        for row in rows:
            if row.room_id is not None and row.cancelled_at is None:
                self._book(row.room_id, row.starts_at, row.ends_at, event.created_by_id, event.created_at, row.id)
        return rows

    def _christmas(self, told: dict[str, Any], rows: Sequence[Occurrence]) -> None:
        """The week between Christmas and New Year is other than others."""
        for row in rows:
            day = clock.local(row.starts_at)
            if (day.month, day.day) not in {(12, number) for number in range(22, 32)}:
                continue
            if "christmas_skip" in told and day.day >= 24:
                self._skip(row, told["christmas_skip"])
            elif "christmas_title" in told and day.day <= 24:
                row.title, row.note, row.is_changed = told["christmas_title"], told["christmas"], True

    def _except(self, how: dict[str, Any], event: Event, row: Occurrence) -> None:
        if "skip" in how:
            self._skip(row, how["skip"])
            return
        row.is_changed, row.note, row.sequence, row.version = True, how["note"], 1, 2
        row.title = how.get("title", row.title)
        if "move_to" in how or "move_days" in how:
            day = clock.local(row.starts_at).date() + timedelta(days=how.get("move_days", 0))
            at = time.fromisoformat(how["move_to"]) if "move_to" in how else event.start_at
            starts_at = recurrence.moment(day, at, event.zone)
            series.put_at(row, event, starts_at, starts_at + timedelta(minutes=event.lasts))

    def _skip(self, row: Occurrence, why: str) -> None:
        row.cancelled_at = min(self.now - timedelta(hours=5), row.starts_at - timedelta(hours=20))
        row.cancelled_why, row.remind_at, row.draw_at = why, None, None
        row.is_changed, row.sequence, row.version = True, 1, 2

    # ---- its room ------------------------------------------------------------------------------------------------

    def _take(self, event: Event, row: Occurrence) -> None:
        """Let a date have its room, or be elsewhere when that is taken already."""
        if row.room_id is None or row.cancelled_at is not None:
            return
        if self._is_free(row.room_id, row.starts_at, row.ends_at):
            self.taken.setdefault(row.room_id, []).append((row.starts_at, row.ends_at))
        else:
            row.room_id, row.place, row.is_changed = None, _ELSEWHERE, True
            row.note = row.note or "Dit keer op een andere plek."

    def _is_free(self, room_id: int, starts_at: datetime, ends_at: datetime) -> bool:
        return all(ends_at <= since or starts_at >= until for since, until in self.taken.get(room_id, ()))

    def _book(
        self,
        room_id: int,
        starts_at: datetime,
        ends_at: datetime,
        by_id: int,
        at: datetime,
        occurrence_id: int | None = None,
        purpose: str = "",
    ) -> None:
        slot_from, slot_until = bookings.slots(room_id, starts_at, ends_at)
        self.booked.append(
            {
                "room_id": room_id, "occurrence_id": occurrence_id, "starts_at": starts_at, "ends_at": ends_at,
                "slot_from": slot_from, "slot_until": slot_until, "by_id": by_id, "purpose": purpose, "created_at": at,
            }
        )  # fmt: skip

    def _own_bookings(self) -> None:
        for told in self.told["booking"]:
            room = self.rooms[told["room"]]
            starts_at = recurrence.moment(self._day(told), time.fromisoformat(told["at"]), clock.ZONE.key)
            ends_at = starts_at + timedelta(minutes=told["lasts"])
            if self._is_free(room.id, starts_at, ends_at):
                self.taken.setdefault(room.id, []).append((starts_at, ends_at))
                by = self.cast.people[told["by"]]
                at = self.now - timedelta(days=2)
                self._book(room.id, starts_at, ends_at, by, at, purpose=told["purpose"])


_AS_TOLD = (
    "cents", "bring", "needs_signup", "capacity", "minimum", "guests_max", "closes_before", "by_draw",
    "skips_holidays", "skips_school_holidays",
)  # fmt: skip


def _seen_by(told: dict[str, Any]) -> int:
    if told.get("seen_by") == "neighbourhood" or ("neighbourhood" in told and "building" not in told):
        return NEIGHBOURHOOD
    return BUILDING if "building" in told else ASSOCIATION
