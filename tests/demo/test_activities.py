"""The activities of the demonstration: something today, counts that are right, and nobody in two places on one list."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from itertools import pairwise

from flask import Flask
from sqlalchemy import func, select

from community import clock, db
from community.accounts.models import Person
from community.places.models import Building, Dwelling, Household, Membership
from demo import content, seeding
from events import bookings
from events.arranged import Booking, Duty, DutyTaker, Room
from events.models import BUILDING, NEIGHBOURHOOD, Event, Guest, Occurrence, Registration


def _dates() -> list[Occurrence]:
    return list(db.session().scalars(select(Occurrence).order_by(Occurrence.starts_at)))


def every_count_is_that_of_its_rows() -> None:
    seats: dict[tuple[int, str], int] = defaultdict(int)
    arrivals: dict[int, list[int]] = defaultdict(list)
    moments: dict[int, list[datetime]] = defaultdict(list)
    guests = Counter(db.session().scalars(select(Guest.registration_id)))
    for one in db.session().scalars(select(Registration).order_by(Registration.number)):
        seats[one.occurrence_id, one.state] += one.seats
        arrivals[one.occurrence_id].append(one.number)
        moments[one.occurrence_id].append(one.at)
        assert guests[one.id] == (one.seats - 1 if one.state in ("confirmed", "waiting") else 0)
        assert one.at <= clock.now() and one.place == one.number
        assert one.came is None or 0 <= one.came <= one.seats
    dates = _dates()
    for row in dates:
        assert row.coming == seats[row.id, "confirmed"] and row.waiting == seats[row.id, "waiting"], row.title
        assert arrivals[row.id] == list(range(1, row.arrivals + 1))
        assert moments[row.id] == sorted(moments[row.id])
        assert row.capacity is None or row.coming <= row.capacity
    assert sum(row.coming for row in dates) > 1000


def nobody_waits_for_seats_that_are_free() -> None:
    rows = {row.id: row for row in _dates()}
    waiting = list(db.session().scalars(select(Registration).where(Registration.state == "waiting")))
    assert waiting
    for one in waiting:
        row = rows[one.occurrence_id]
        assert row.capacity is not None
        assert row.draw_at is not None or row.starts_at < clock.now() or row.coming + one.seats > row.capacity


def the_year_is_full_and_today_there_is_something_in_the_lindehof() -> None:
    dates, today = _dates(), clock.today()
    lindehof = db.session().scalars(select(Building.id).where(Building.slug == "lindehof")).one()
    now = [row for row in dates if row.building_id == lindehof and clock.local(row.starts_at).date() == today]
    assert len([row for row in now if row.cancelled_at is None]) >= 2
    meal = next(row for row in now if row.title == "Samen eten")
    assert (meal.coming, meal.capacity, meal.waiting) == (20, 20, 6)
    in_line = select(Registration.seats).where(Registration.occurrence_id == meal.id, Registration.state == "waiting")
    assert list(db.session().scalars(in_line)) == [2, 2, 2]
    willemijn = select(Registration.occurrence_id).join(Person, Person.id == Registration.person_id)
    comes = set(db.session().scalars(willemijn.where(Person.name == "Willemijn Koster")))
    assert meal.id in comes
    months = Counter((today - clock.local(row.starts_at).date()).days // 30 for row in dates)
    assert all(months[month] >= 40 for month in range(-6, 6))
    assert all(count >= 50 for count in Counter(row.building_id for row in dates if row.building_id).values())
    assert {row.seen_by for row in dates} == {0, 1, 2}
    assert db.session().scalar(select(func.count()).where(Event.is_public))
    assert any(row.cancelled_why == "De lerares is ziek. Volgende week weer." for row in dates)
    assert any(row.starts_at != row.original_at and row.note for row in dates)
    assert any(row.draw_at and row.draw_at > clock.now() and row.waiting > (row.capacity or 0) for row in dates)
    kerst = [row for row in dates if (clock.local(row.starts_at).month, clock.local(row.starts_at).day) >= (12, 22)]
    assert any(row.is_changed for row in kerst)


def a_room_is_had_by_one_at_a_time_and_by_every_date_that_is_in_it() -> None:
    rooms = {room.id: room.building_id for room in db.session().scalars(select(Room))}
    held = list(db.session().scalars(select(Booking).order_by(Booking.slot_from)))
    for one, after in pairwise(held):
        assert one.slot_until <= after.slot_from
    by_date = {one.occurrence_id: one for one in held if one.occurrence_id is not None}
    for row in _dates():
        if row.cancelled_at is None and row.room_id is not None:
            booking = by_date.pop(row.id)
            assert (booking.slot_from, booking.slot_until) == bookings.slots(row.room_id, row.starts_at, row.ends_at)
            assert rooms[row.room_id] == row.building_id
    assert by_date == {}
    assert sum(one.occurrence_id is None for one in held) >= 4
    assert len(set(rooms.values())) == 5


def who_comes_may_see_it_and_stands_on_a_list_once() -> None:
    living = dict(
        db.connection()
        .execute(
            select(Membership.person_id, Building.id)
            .join(Household, Household.id == Membership.household_id)
            .join(Dwelling, Dwelling.id == Household.dwelling_id)
            .join(Building, Building.id == Dwelling.building_id)
            .where(Membership.until.is_(None))
        )
        .all()
    )
    parts = dict(db.connection().execute(select(Building.id, Building.neighbourhood_id)).all())
    dates = {row.id: row for row in _dates()}
    named = [
        *db.connection().execute(select(Registration.occurrence_id, Registration.person_id)),
        *db.connection().execute(select(Guest.occurrence_id, Guest.person_id)),
    ]
    there = [tuple(row) for row in named if row[1] is not None]
    assert [pair for pair, times in Counter(there).items() if times > 1] == []
    for occurrence_id, person_id in there:
        row, home = dates[occurrence_id], living[person_id]
        if row.seen_by == BUILDING:
            assert home == row.building_id
        elif row.seen_by == NEIGHBOURHOOD:
            assert parts[home] == row.neighbourhood_id


def helpers_are_there_and_somewhere_one_is_still_wanted() -> None:
    needed = {duty.id: duty.needed for duty in db.session().scalars(select(Duty))}
    takers = Counter((taker.duty_id, taker.occurrence_id) for taker in db.session().scalars(select(DutyTaker)))
    assert all(count <= needed[duty] for (duty, _date), count in takers.items())
    soon = {row.id for row in _dates() if clock.now() < row.starts_at < clock.now() + timedelta(days=20)}
    assert any(count < needed[duty] for (duty, date), count in takers.items() if date in soon)


def test_the_year_of_activities_holds_together(app: Flask) -> None:
    """One filling for all of it: that takes seconds."""
    with app.app_context():
        seeding.seed(content.read(), lambda _step: None)
        every_count_is_that_of_its_rows()
        nobody_waits_for_seats_that_are_free()
        the_year_is_full_and_today_there_is_something_in_the_lindehof()
        a_room_is_had_by_one_at_a_time_and_by_every_date_that_is_in_it()
        who_comes_may_see_it_and_stands_on_a_list_once()
        helpers_are_there_and_somewhere_one_is_still_wanted()
