"""Putting an activity in the calendar: its dates, its room on each, who may, and the form that is sent twice."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.event import listen, remove

from community import clock, db, holidays
from community.errors import Invalid, Missing, Refused
from community.journal import JournalEntry
from events import planning, series
from events.arranged import Booking, Duty
from events.models import ASSOCIATION, BUILDING, NEIGHBOURHOOD, Event, Occurrence
from events.recurrence import Rule
from events.series import RoomTaken
from tests.events.planned import TUESDAYS, a_room, coffee, dates_of, next_tuesday, put, the_event
from tests.forums.test_races import at_once
from tests.world import World

pytestmark = pytest.mark.usefixtures("context")


def count(model: type[db.Base]) -> int:
    return db.session().scalar(select(func.count()).select_from(model)) or 0


def test_a_single_activity_has_one_date_and_an_entry_in_the_journal(world: World) -> None:
    key = put(world, cents=250, capacity=20, closes_before=24 * 60, duties=(("zet koffie", 2),))
    event, (row,) = the_event(key), dates_of(key)
    assert clock.local(row.starts_at).time() == time(10, 30)
    assert row.ends_at - row.starts_at == timedelta(minutes=90)
    assert row.closes_at == row.starts_at - timedelta(days=1)
    assert (row.title, row.cents, row.capacity, row.place, row.coming) == ("Koffie in de hal", 250, 20, "de hal", 0)
    assert (row.building_id, row.seen_by) == (world.buildings["lindehof"], BUILDING)
    assert row.neighbourhood_id == event.neighbourhood_id is not None
    assert row.remind_at is not None
    assert clock.local(row.remind_at).time() == time(10)
    assert clock.local(row.remind_at).date() == event.start_on - timedelta(days=1)
    assert (event.host_as, event.host_title) == ("commissievoorzitter", "bewonerscommissie")
    assert db.session().scalars(select(Duty.title)).one() == "zet koffie"
    line = db.session().scalars(select(JournalEntry).where(JournalEntry.kind == "event.planned")).one()
    assert (line.subject_id, line.by_id, line.building_id) == (key, world.people["nel"], row.building_id)


def test_a_series_has_dates_for_more_than_fifteen_months_at_the_same_time_of_the_clock(world: World) -> None:
    rows = dates_of(put(world, rule=TUESDAYS))
    assert {(clock.local(row.starts_at).time(), clock.local(row.starts_at).weekday()) for row in rows} == {
        (time(10, 30), 1)
    }
    assert len({row.starts_at.hour for row in rows}) == 2  # the clock changed in between
    assert rows[-1].starts_at > clock.now() + timedelta(days=455)
    assert len(rows) == len({row.original_at for row in rows})


def test_the_first_date_is_the_first_by_the_rule(world: World) -> None:
    key = put(world, rule=TUESDAYS, start_on=next_tuesday() + timedelta(days=1))
    assert the_event(key).start_on == next_tuesday(2)
    assert clock.local(dates_of(key)[0].starts_at).date() == next_tuesday(2)


def test_a_series_that_ends_ends(world: World) -> None:
    assert len(dates_of(put(world, rule=Rule("weekly", weekdays=(1,), count=6)))) == 6
    last = next_tuesday() + timedelta(days=21)
    assert len(dates_of(put(world, rule=Rule("weekly", weekdays=(1,), until=last)))) == 4


def test_holidays_are_left_out_when_that_is_wished(world: World) -> None:
    with_them = put(world, rule=Rule("daily"))
    without = put(world, rule=Rule("daily"), skips_holidays=True, skips_school_holidays="zuid")
    days = {clock.local(row.starts_at).date() for row in dates_of(with_them)}
    kept = {clock.local(row.starts_at).date() for row in dates_of(without)}
    assert kept < days
    assert not any(holidays.is_public_holiday(day) for day in kept)
    assert any(holidays.is_public_holiday(day) for day in days - kept)


FIELDS: list[tuple[dict[str, Any], str, str]] = [
    ({"title": "  "}, "titel", "Schrijf wat het is"),
    ({"title": "x" * 121}, "titel", "te lang"),
    ({"source": "x" * 3001}, "tekst", "te lang"),
    ({"kind": "feest"}, "soort", "Kies wat"),
    ({"lasts": 0}, "tot", "Het einde is voor het begin"),
    ({"lasts": -30}, "tot", "Het einde is voor het begin"),
    ({"lasts": 24 * 60 + 1}, "tot", "hooguit een dag"),
    ({"start_on": date(2126, 3, 3)}, "dag", "Dit jaar klopt niet"),
    ({"start_on": date(1926, 3, 3)}, "dag", "Dit jaar klopt niet"),
    ({"capacity": 0}, "plaatsen", "Kies 1 tot en met 500"),
    ({"capacity": 10_000}, "plaatsen", "Kies 1 tot en met 500"),
    ({"capacity": 4, "minimum": 5}, "minimum", "meer dan er plaatsen zijn"),
    ({"cents": -1}, "kosten", "per persoon"),
    ({"guests_max": 4}, "gasten", "0 tot en met 3"),
    ({"closes_before": -5}, "opgeven", "voor het begin"),
    ({"by_draw": True}, "loten", "Loten kan als"),
    ({"skips_school_holidays": "oost"}, "vakantie", "noord, midden of zuid"),
    ({"duties": (("", 1),)}, "taken", "taken"),
    ({"duties": (("zet koffie", 21),)}, "taken", "taken"),
    ({"room_id": 987654}, "zaal", "is er niet meer"),
    ({"host_id": 987654}, "wie", "woont of werkt"),
    ({"building_id": None}, "gebouw", "Kies een gebouw"),
    ({"rule": "FREQ=SECONDLY"}, "herhaling", "elk uur"),
    ({"rule": Rule("daily", count=10_000)}, "herhaling", "2.000"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "field", "sentence"), FIELDS, ids=[f"{case[1]} {case[2]}" for case in FIELDS])
def test_what_cannot_be_used_is_said_and_leaves_no_trace(
    world: World, typed: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(Invalid) as refused:
        planning.plan(coffee(world, **typed), token=None, by=world.visitor("nel"))
    assert sentence in refused.value.errors[field]
    assert count(Event) == count(Occurrence) == 0


def test_a_day_that_has_been_is_refused_unless_it_is_written_down_afterwards(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        put(world, start_on=clock.today() - timedelta(days=7))
    assert "al geweest" in refused.value.errors["dag"]
    assert len(dates_of(put(world, start_on=clock.today() - timedelta(days=7), also={"may_be_past": True}))) == 1


# ---- who may ---------------------------------------------------------------------------------------------------------

MAY = [
    ("ton", "lindehof", BUILDING, False, True),
    ("ton", "lindehof", NEIGHBOURHOOD, False, True),
    ("ton", "lindehof", ASSOCIATION, False, False),
    ("ton", "lindehof", BUILDING, True, False),
    ("nel", "lindehof", ASSOCIATION, True, True),
    ("rachid", "lindehof", ASSOCIATION, True, True),
    ("anouk", "baken", ASSOCIATION, True, True),
    ("ton", "meidoorn", BUILDING, False, False),
    ("nel", "meidoorn", BUILDING, False, False),
    ("bram", "lindehof", BUILDING, False, False),
    ("ada", "lindehof", BUILDING, False, False),
]  # fmt: skip


@pytest.mark.parametrize(("who", "where", "seen_by", "is_public", "may"), MAY)
def test_who_may_organise_where_and_for_whom(
    world: World, who: str, where: str, seen_by: int, is_public: bool, may: bool
) -> None:
    plan = coffee(world, who, building_id=world.buildings[where], seen_by=seen_by, is_public=is_public)
    if may:
        assert planning.plan(plan, token=None, by=world.visitor(who))
        return
    with pytest.raises((Refused, Missing)):
        planning.plan(plan, token=None, by=world.visitor(who))
    assert count(Event) == 0


def test_who_has_moved_out_organises_nothing(world: World) -> None:
    ton = world.visitor("ton")
    world.move_out("ton")
    with pytest.raises((Refused, Missing)):
        planning.plan(coffee(world, "ton"), token=None, by=world.visitor("otto"))
    with pytest.raises(Invalid):  # nor hosts what another plans
        planning.plan(coffee(world, "ton"), token=None, by=world.visitor("nel"))
    assert ton.home_building_ids


def test_a_neighbour_hosts_what_the_committee_plans_but_not_what_a_neighbour_plans(world: World) -> None:
    assert (
        the_event(planning.plan(coffee(world, "henk"), token=None, by=world.visitor("nel"))).host_id
        == world.people["henk"]
    )
    with pytest.raises(Refused):
        planning.plan(coffee(world, "henk"), token=None, by=world.visitor("ton"))


# ---- the same form twice -------------------------------------------------------------------------------------------


def test_the_same_form_twice_is_the_same_activity(world: World) -> None:
    assert put(world, rule=TUESDAYS, token="t") == put(world, rule=TUESDAYS, token="t")
    assert count(Event) == 1
    other = put(world, rule=TUESDAYS, token="t", title="Iets anders")
    assert count(Event) == 2 and the_event(other).token is None


def test_one_form_sent_eight_times_at_once_is_one_activity(app: Flask, world: World) -> None:
    nel, plan, room = world.visitor("nel"), coffee(world), a_room(world)
    plan = coffee(world, room_id=room, rule=Rule("weekly", weekdays=(1,), count=4))
    made = at_once(app, [lambda: planning.plan(plan, token="t", by=nel)] * 8)
    assert len(set(made)) == 1
    assert (count(Event), count(Occurrence), count(Booking)) == (1, 4, 4)


# ---- rooms ------------------------------------------------------------------------------------------------------------


def test_a_series_has_its_room_on_every_date(world: World) -> None:
    room = a_room(world)
    rows = dates_of(put(world, room_id=room, rule=TUESDAYS))
    booked = db.session().scalars(select(Booking).where(Booking.cancelled_at.is_(None))).all()
    assert {(one.occurrence_id, one.starts_at, one.ends_at) for one in booked} == {
        (row.id, row.starts_at, row.ends_at) for row in rows
    }
    assert {(row.room_id, row.place) for row in rows} == {(room, "")}


def test_a_clash_says_on_which_dates_and_who_and_leaves_no_trace(world: World) -> None:
    room = a_room(world)
    put(world, "rachid", title="Spreekuur", room_id=room, rule=Rule("weekly", 4, (1,), count=3))
    with pytest.raises(RoomTaken) as refused:
        put(world, room_id=room, rule=Rule("weekly", weekdays=(1,), count=10))
    sentence = refused.value.errors["zaal"]
    assert sentence.startswith("De zaal is op 3 van de 10 dagen al bezet: dinsdag ")
    assert "(Spreekuur, tot 12.00 uur)" in sentence
    assert len(refused.value.taken) == 3
    assert count(Event) == 1 and count(Booking) == 3


@pytest.mark.parametrize(
    ("instead", "note"),
    [("in de hal", "Dit keer op een andere plek."), ("", "De zaal is dan bezet. De plek volgt nog.")],
)
def test_a_series_is_planned_without_the_dates_that_clash(world: World, instead: str, note: str) -> None:
    room = a_room(world)
    put(world, "rachid", title="Spreekuur", room_id=room)
    how = {"despite_clashes": True, "instead": instead}
    rows = dates_of(put(world, room_id=room, rule=Rule("weekly", weekdays=(1,), count=3), also=how))
    assert [(row.room_id, row.place, row.note) for row in rows] == [
        (None, instead, note),
        (room, "", ""),
        (room, "", ""),
    ]
    assert count(Booking) == 3


def test_a_room_of_another_building_is_not_taken(world: World) -> None:
    with pytest.raises(Invalid):
        put(world, room_id=a_room(world, building="baken"))


@pytest.mark.parametrize(("who", "is_held"), [("ton", True), ("nel", False), ("rachid", False)])
def test_a_neighbour_keeps_to_the_house_rules_of_a_room(world: World, who: str, is_held: bool) -> None:
    room = a_room(world)
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"start_at": time(6)}, "tijd"),
        ({"start_at": time(22), "lasts": 120}, "tijd"),
        ({"lasts": 9 * 60}, "tot"),
        ({"start_on": clock.today() + timedelta(days=500)}, "dag"),
    ]
    for typed, field in wrong:
        typed = {"start_on": next_tuesday(count(Event) + 1), **typed}
        if not is_held:
            assert put(world, who, room_id=room, **typed)
            continue
        with pytest.raises(Invalid) as refused:
            put(world, who, room_id=room, **typed)
        assert list(refused.value.errors) == [field]
    # A series without end is further ahead than anybody may have a room at once; its dates come nearer.
    assert put(world, who, room_id=room, rule=TUESDAYS, start_at=time(15), start_on=next_tuesday(20))


def test_a_series_of_sixty_dates_asks_the_database_no_more_than_one_of_six(world: World) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    counts = []
    listen(db.engine(), "before_cursor_execute", note)
    try:
        for times, name in ((6, "Klein"), (60, "Groot")):
            room = a_room(world, name)
            asked.clear()
            put(world, room_id=room, rule=Rule("weekly", weekdays=(1,), count=times))
            counts.append(len(asked))
    finally:
        remove(db.engine(), "before_cursor_execute", note)
    # Besides, PostgreSQL hands out numbers for so many rows at a time.
    assert 0 < counts[1] <= counts[0] + 2


def test_dates_are_there_for_fifteen_months(world: World) -> None:
    assert timedelta(days=457) <= series.AT_LEAST
    assert len(dates_of(put(world, rule=Rule("daily")))) > 450
