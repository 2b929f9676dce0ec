"""The rooms of a building: having one within the house rules, giving it back, and what becomes of what is held in a room
that is taken away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community import clock, db
from community.errors import Invalid, Missing, Refused
from community.mail import OutgoingMail
from community.places.models import Building
from events import bookings, registering, rooms
from events.arranged import Booking, Room
from events.bookings import Clash
from events.models import Event, Occurrence
from events.rooms import RoomFields
from tests.events.gatherings import a_date
from tests.world import World

HOUR = timedelta(hours=1)


def tomorrow(hour: int, days: int = 1) -> datetime:
    return rooms.moment(clock.today() + timedelta(days=days), hour * 60)


def fields(name: str = "Recreatiezaal", **more: Any) -> RoomFields:
    given: dict[str, Any] = {
        "name": name, "floor": "begane grond", "seats": 40, "is_step_free": True, "has_lift": False, "has_loop": True,
        "has_toilet": True, "key_with": "Rachid", "rules": "Ruim op.", "ahead_days": 30, "longest": 180,
        "opens_hour": 9, "closes_hour": 22,
    }  # fmt: skip
    return RoomFields(**{**given, **more})


def building(world: World, slug: str = "lindehof") -> Building:
    found = db.session().get(Building, world.buildings[slug])
    assert found is not None
    return found


def a_room(world: World, **more: Any) -> Room:
    return rooms.add(building(world), fields(**more), by=world.visitor("nel"))


def have(world: World, room: Room, start: datetime, end: datetime, key: str = "ton", **more: Any) -> int:
    given: dict[str, Any] = {"purpose": "", "token": None, **more}
    return rooms.have(building(world), room.id, start, end, by=world.visitor(key), **given)


@pytest.mark.parametrize("key", ["ton", "henk", "moira"])
def test_who_has_no_task_there_does_not_look_after_rooms(context: Flask, world: World, key: str) -> None:
    room, by = a_room(world), world.visitor(key)
    for deed in (
        lambda: rooms.add(building(world), fields("Keuken"), by=by),
        lambda: rooms.change(building(world), room.id, fields("Keuken"), by=by),
        lambda: rooms.take_away(building(world), room.id, by=by),
        lambda: rooms.bring_back(building(world), room.id, by=by),
    ):
        with pytest.raises(Refused):
            deed()
    assert [(one.name, one.removed_at) for one in db.session().scalars(select(Room))] == [("Recreatiezaal", None)]


@pytest.mark.parametrize("key", ["nel", "rachid", "anouk"])
def test_the_committee_and_who_works_there_look_after_them(context: Flask, world: World, key: str) -> None:
    by = world.visitor(key)
    room = rooms.add(building(world), fields("Keuken"), by=by)
    rooms.change(building(world), room.id, fields("Grote keuken", seats=None), by=by)
    with pytest.raises(Invalid):
        rooms.add(building(world), fields("Grote keuken"), by=by)
    assert [(one.name, one.seats) for one in bookings.rooms_of(room.building_id)] == [("Grote keuken", None)]
    with pytest.raises(Missing):
        rooms.room_of(building(world, "meidoorn"), room.id)


def test_a_resident_has_a_room_within_the_house_rules(context: Flask, world: World) -> None:
    room = a_room(world)
    made = have(world, room, tomorrow(14), tomorrow(17), purpose="verjaardag", token="een")
    assert have(world, room, tomorrow(14), tomorrow(17), token="een") == made, "the same form twice is once"
    for start, end, field in (
        (tomorrow(14, 31), tomorrow(15, 31), "dag"),
        (tomorrow(18), tomorrow(22), "tot"),
        (tomorrow(8), tomorrow(10), "van"),
        (tomorrow(21), tomorrow(23), "van"),
        (tomorrow(14, -1), tomorrow(15, -1), "van"),
        (tomorrow(16), tomorrow(18), "zaal"),
    ):
        with pytest.raises(Invalid) as refused:
            have(world, room, start, end, "henk")
        assert set(refused.value.errors) == {field}, (start, end)
    have(world, room, tomorrow(20), tomorrow(22), "henk")
    assert have(world, room, tomorrow(14, 31), tomorrow(20, 31), "nel"), "who sets the rules is not held to them"
    assert len(bookings.between([room.id], tomorrow(0), tomorrow(0, 40))) == 3


@pytest.mark.parametrize("key", ["indra", "bas", "bram"])
def test_a_room_is_for_who_lives_or_works_there(context: Flask, world: World, key: str) -> None:
    room = a_room(world)
    with pytest.raises(Refused):
        have(world, room, tomorrow(14), tomorrow(15), key)
    assert db.session().scalars(select(Booking)).all() == []


def test_a_room_is_given_back_and_that_can_be_undone_while_it_is_free(context: Flask, world: World) -> None:
    room, here = a_room(world), building(world)
    mine = have(world, room, tomorrow(14), tomorrow(15))
    for key in ("henk", "indra"):
        with pytest.raises(Refused):
            rooms.give_back(here, mine, by=world.visitor(key))
    rooms.give_back(here, mine, by=world.visitor("ton"))
    rooms.give_back(here, mine, by=world.visitor("ton"))
    rooms.have_again(here, mine, by=world.visitor("ton"))
    rooms.have_again(here, mine, by=world.visitor("ton"))
    rooms.give_back(here, mine, by=world.visitor("nel"))
    have(world, room, tomorrow(14), tomorrow(15), "henk")
    with pytest.raises(Clash, match="Henk"):
        rooms.have_again(here, mine, by=world.visitor("ton"))
    with pytest.raises(Missing):
        rooms.give_back(building(world, "meidoorn"), mine, by=world.visitor("anouk"))


@db.action
def put_in(date: int, room: Room, by: Any) -> None:
    held = db.lock(Occurrence, date)
    assert held is not None
    held.room_id, held.place = room.id, ""
    event = db.session().get(Event, held.event_id)
    assert event is not None
    event.room_id, event.place = room.id, ""
    bookings.book(room.id, held.starts_at, held.ends_at, occurrence_id=date, by=by)


def test_a_room_that_goes_leaves_its_name_with_what_comes_and_everybody_hears(context: Flask, world: World) -> None:
    room, nel, here = a_room(world), world.visitor("nel"), building(world)
    date = a_date(world)
    put_in(date, room, nel)
    registering.answer(date, coming=True, by=world.visitor("ton"))
    own = have(world, room, tomorrow(14, 9), tomorrow(15, 9))
    held = rooms.still_held(room)
    assert (len(held.dates), len(held.own)) == (1, 1)
    rooms.take_away(here, room.id, by=nel)
    there = db.session().get(Occurrence, date, populate_existing=True)
    assert there is not None and (there.room_id, there.place) == (None, "was: Recreatiezaal")
    assert bookings.rooms_of(here.id) == [] and bookings.between([room.id], tomorrow(0), tomorrow(0, 60)) == []
    told = [mail.text for mail in db.session().scalars(select(OutgoingMail))]
    assert any("Recreatiezaal is er niet meer" in text for text in told), told
    rooms.bring_back(here, room.id, by=nel)
    there = db.session().get(Occurrence, date, populate_existing=True)
    assert there is not None and (there.room_id, there.place) == (room.id, "")
    assert db.session().scalars(select(Event.room_id)).all() == [room.id]
    assert {one.id for one in bookings.between([room.id], tomorrow(0), tomorrow(0, 60))} >= {own}
    assert len(bookings.between([room.id], tomorrow(0), tomorrow(0, 60))) == 2


def test_the_week_says_who_has_it_and_draws_where(context: Flask, world: World) -> None:
    room = a_room(world)
    start = rooms.moment(rooms.monday(clock.today()) + timedelta(days=8), 9 * 60)
    have(world, room, start, start + HOUR, purpose="koffie")
    days = rooms.week(world.visitor("henk"), [room], rooms.monday(clock.today()) + timedelta(days=7))[room.id]
    assert [len(one.taken) for one in days] == [0, 1, 0, 0, 0, 0, 0]
    assert days[1].blocks == [(0, 76)], "an hour of thirteen, from the moment that the room opens"
    assert (days[1].taken[0].who, days[1].taken[0].what) == ("Ton", "koffie")


def test_the_pages_work_as_plain_forms(signed_in: Callable[[str], FlaskClient], world: World, app: Flask) -> None:
    nel, ton, henk = signed_in("nel"), signed_in("ton"), signed_in("henk")
    made = nel.post("/gebouwen/lindehof/zalen/nieuw", data={"naam": "Recreatiezaal", "drempelvrij": "ja", "lang": "3"})
    assert made.status_code == 303, made.text
    room = made.headers["Location"]
    assert nel.post("/gebouwen/lindehof/zalen/nieuw", data={"naam": " "}).status_code == 422
    typed = {"dag": "morgen", "van": "half drie", "tot": "16.00", "waarvoor": "<b>taart</b>", "formulier": "een"}
    answer = ton.post(room, data=typed)
    assert answer.status_code == 303, answer.text
    page = ton.get(answer.headers["Location"].split("#")[0]).text
    assert "14.30 uur" in page and "&lt;b&gt;taart" in page and "Geef terug" in page and "Maak ongedaan" in page
    assert "Geef terug" not in henk.get(answer.headers["Location"].split("#")[0]).text
    clash = henk.post(room, data={**typed, "formulier": "twee", "waarvoor": "iets anders"})
    assert clash.status_code == 422 and "al bezet" in clash.text and "iets anders" in clash.text
    for silly in ("9999-99-99", "0001-01-01", "x", ""):
        assert henk.get(f"{room}?week={silly}").status_code == 200
    asked = nel.get(f"{room}/weg").text
    assert "Ton" in asked
    assert nel.post(f"{room}/weg").status_code == 303
    assert nel.get(room).status_code == 404
    assert nel.post(f"{room}/terug").status_code == 303
    assert "Ton" in henk.get(answer.headers["Location"].split("#")[0]).text


def test_a_day_that_is_not_there_is_guessed_and_taken_over_with_a_button(
    signed_in: Callable[[str], FlaskClient], world: World, app: Flask
) -> None:
    nel, ton = signed_in("nel"), signed_in("ton")
    room = nel.post("/gebouwen/lindehof/zalen/nieuw", data={"naam": "Zaal", "vooruit": "500"}).headers["Location"]
    with time_machine.travel("2027-02-20T10:00:00+00:00", tick=False):
        typed = {"dag": "30 februari", "van": "25:00", "tot": "16.00", "waarvoor": "taart"}
        refused = ton.post(room, data=typed)
        assert refused.status_code == 422 and "bestaat niet" in refused.text and 'value="taart"' in refused.text
        assert 'value="dag=28-2-2027"' in refused.text and 'value="dag=1-3-2027"' in refused.text
        half = ton.post(room, data={**typed, "neem": "dag=28-2-2027"})
        assert half.status_code == 422 and 'value="28-2-2027"' in half.text, "the guess stays where the time is wrong"
        taken = ton.post(room, data={**typed, "van": "14.00", "neem": "dag=28-2-2027"})
        assert taken.status_code == 303, taken.text
        assert "zondag 28 februari" in ton.get(taken.headers["Location"].split("#")[0]).text
