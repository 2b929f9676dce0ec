"""Series are rolled forward: there are always fifteen months of dates, each once, with their room."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask, current_app
from sqlalchemy import func, select

from community import clock, db
from community.journal import JournalEntry
from events import bookings, changing, rolling
from events.arranged import Booking, Room
from events.models import Event, Occurrence
from events.recurrence import Rule
from tests.events.planned import TUESDAYS, a_room, dates_of, next_tuesday, put, the_event
from tests.forums.test_races import at_once
from tests.world import World

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(autouse=True)
def nothing_failed(app: Flask) -> None:
    app.extensions["not rolled"].clear()


def later(monkeypatch: pytest.MonkeyPatch, days: int) -> datetime:
    at = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: at)
    return at


def test_there_are_always_fifteen_months_of_dates(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key = put(world, rule=TUESDAYS, room_id=a_room(world))
    before = len(dates_of(key))
    assert rolling.roll_forward() == 0
    for _month in range(8):
        now = later(monkeypatch, 40)
        assert rolling.roll_forward() == 1
        assert rolling.roll_forward() == 0
        rows = dates_of(key)
        assert rows[-1].starts_at > now + timedelta(days=455)
    assert len(rows) > before + 40
    days = [clock.local(row.starts_at) for row in rows]
    assert {(day.weekday(), day.hour, day.minute) for day in days} == {(1, 10, 30)}
    assert {
        (after - one).days
        for one, after in zip([day.date() for day in days], [day.date() for day in days[1:]], strict=False)
    } == {7}
    booked = db.session().scalar(select(func.count()).where(Booking.cancelled_at.is_(None)))
    assert booked == len(rows)
    assert "event.rolled" in db.session().scalars(select(JournalEntry.kind)).all()


def test_a_series_that_ended_or_does_not_go_on_gets_no_dates(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = put(world, rule=Rule("weekly", weekdays=(1,), count=3))
    single = put(world)
    off = put(world, rule=TUESDAYS)
    changing.cancel_event(off, "", by=world.visitor("nel"))
    counts = [len(dates_of(key)) for key in (ended, single, off)]
    later(monkeypatch, 60)
    rolling.roll_forward()
    assert [len(dates_of(key)) for key in (ended, single, off)] == counts == [3, 1, counts[2]]


def test_a_room_that_is_taken_or_gone_leaves_the_date_without_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, other = a_room(world), a_room(world, "Andere")
    key, gone = put(world, rule=TUESDAYS, room_id=room), put(world, rule=TUESDAYS, room_id=other)
    taken = dates_of(key)[-1].starts_at + timedelta(days=7)
    bookings.book(
        room, taken - timedelta(hours=2), taken + timedelta(hours=3), purpose="Feest", by=world.visitor("ton")
    )

    @db.action
    def take_away() -> None:
        db.session().get_one(Room, other).removed_at = clock.now()

    take_away()
    later(monkeypatch, 60)
    assert rolling.roll_forward() == 2
    without = [row for row in dates_of(key) if row.room_id is None]
    assert [(row.note, abs(row.starts_at - taken) <= timedelta(hours=1)) for row in without] == [
        ("De zaal is dan bezet. De plek volgt nog.", True)
    ]
    assert {row.note for row in dates_of(gone) if row.room_id is None} == {
        "De zaal is er niet meer. De plek volgt nog."
    }


def test_an_extra_date_that_the_rule_comes_to_is_one_date(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key = put(world, rule=TUESDAYS)
    last = clock.local(dates_of(key)[-1].starts_at)
    extra = changing.add_date(key, last.date() + timedelta(days=7), last.time(), by=world.visitor("nel"))
    later(monkeypatch, 60)
    assert rolling.roll_forward() == 1
    moments = [row.original_at for row in dates_of(key)]
    assert len(moments) == len(set(moments)) and extra in [row.id for row in dates_of(key)]


def test_one_that_fails_does_not_hold_up_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, fine = put(world, rule=TUESDAYS), put(world, rule=TUESDAYS, start_on=next_tuesday(2))

    @db.action
    def damage() -> None:
        db.session().get_one(Event, broken).rrule = "FREQ=NOOIT"

    damage()
    later(monkeypatch, 60)
    count = len(dates_of(fine))
    assert rolling.roll_forward() == 1
    assert len(dates_of(fine)) > count
    assert set(current_app.extensions["not rolled"]) == {broken}
    assert rolling.roll_forward() == 0


def test_two_workers_at_once_make_each_date_once(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key = put(world, rule=TUESDAYS, room_id=a_room(world))
    later(monkeypatch, 60)
    at_once(app, [rolling.roll_forward] * 4)
    assert app.extensions["not rolled"] == {}
    moments = [row.original_at for row in dates_of(key)]
    assert len(moments) == len(set(moments))
    assert db.session().scalar(select(func.count()).select_from(Occurrence)) == len(moments)
    assert the_event(key).rolled_until is not None
