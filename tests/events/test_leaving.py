"""Who may not see a date any more stands on none of its lists; their seat goes to who waits, and they hear nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from community import clock, db
from community.accounts import actions as account_actions
from community.places import actions as place_actions
from community.places.models import Membership
from events import changing, leaving, lists, registering, reminders, rota
from events.arranged import DutyTaker
from events.models import NEIGHBOURHOOD, Guest, Occurrence
from events.registering import Company
from tests.authorisation.things_rooms import a_duty
from tests.events.gatherings import a_date, check_counts, date_of, mails, units
from tests.events.planned import TUESDAYS, coffee, dates_of, put, states
from tests.forums.test_races import at_once
from tests.world import World

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(autouse=True)
def nobody_looked(app: Flask) -> None:
    leaving.init_app(app)


def comes(world: World, date: int, *who: str, **more: object) -> None:
    for key in who:
        registering.answer(date, coming=True, by=world.visitor(key), **more)  # type: ignore[arg-type]


def stand(world: World, date: int) -> dict[str, str]:
    """How everybody stands, by key."""
    keys = {number: key for key, number in world.people.items()}
    return {keys.get(unit.person_id or 0, unit.name or ""): unit.state for unit in units(date)}


def test_who_moves_out_leaves_every_list_and_who_waits_moves_up(world: World) -> None:
    date = a_date(world, capacity=1)
    waits = a_date(world, capacity=1)
    comes(world, date, "nel", "henk")
    comes(world, waits, "henk", "nel")
    leaving.look()
    assert stand(world, date) == {"nel": "confirmed", "henk": "waiting"}
    before = len(mails())
    world.move_out("nel")
    assert leaving.look() == 1
    assert stand(world, date) == {"nel": "withdrawn", "henk": "confirmed"}
    assert stand(world, waits) == {"henk": "confirmed", "nel": "withdrawn"}
    for one in (date, waits):
        check_counts(one)
    assert [mail.to_address for mail in mails()[before:]] == [], "who left is not mailed, and Henk has no mailbox"
    assert leaving.look() == 0


def test_a_date_on_which_nobody_lost_anything_is_left_as_it_is(world: World) -> None:
    date = a_date(world, capacity=1)
    comes(world, date, "nel", "henk")
    version = date_of(date).version
    assert leaving.look() == 0
    account_actions.end_session(world.open_session("nel"))
    assert leaving.look() == 0
    assert stand(world, date) == {"nel": "confirmed", "henk": "waiting"} and date_of(date).version == version


def test_the_worker_notices_a_day_that_ends_a_stay(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    date = a_date(world, starts=clock.now() + timedelta(days=30))
    comes(world, date, "nel")
    household = world.households["lindehof", 2]
    place_actions.move_out(world.people["nel"], household, clock.today() + timedelta(days=10), by=world.visitor("ada"))
    assert leaving.look() == 0 and stand(world, date) == {"nel": "confirmed"}, "she still lives there"
    later = clock.now() + timedelta(days=10)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert leaving.look() == 1
    assert stand(world, date) == {"nel": "withdrawn"}


def test_who_stops_is_not_reminded_and_has_no_name_on_the_list(world: World) -> None:
    date = a_date(world, remind_at=clock.now())
    comes(world, date, "nel", "moira")
    account_actions.stop(by=world.people["nel"])
    leaving.look()
    before = len(mails())
    reminders.remind(date)
    assert [mail.to_address for mail in mails()[before:]] == ["moira@example.nl"]
    there = lists.of_date(world.visitor("ton"), date)
    assert [line.name for line in there.coming] == ["Moira Moderator"] and there.date.coming == 1
    earlier = a_date(world, starts=clock.now() + timedelta(days=1))
    comes(world, earlier, "moira")

    @db.action
    def long_ago() -> None:
        db.session().get_one(Occurrence, earlier).starts_at = clock.now() - timedelta(days=1)

    long_ago()
    account_actions.stop(by=world.people["moira"])
    leaving.look()
    assert [line.name for line in lists.of_date(world.visitor("ton"), earlier).coming] == ["oud-bewoner"]


def test_the_neighbour_who_would_come_along_keeps_the_seat_and_the_place(world: World) -> None:
    full = a_date(world, capacity=3)
    comes(world, full, "nel", guests=[Company(world.people["henk"]), Company(name="een nicht")])
    comes(world, full, "moira")
    registering.answer(full, coming=False, by=world.visitor("ton"))
    world.move_out("nel")
    leaving.look()
    assert stand(world, full) == {
        "nel": "withdrawn", "henk": "confirmed", "moira": "confirmed", "ton": "declined",
    }  # fmt: skip
    check_counts(full)
    henk = next(unit for unit in units(full) if unit.person_id == world.people["henk"])
    assert henk.seats == 2 and henk.number == 1
    assert [guest.name for guest in db.session().scalars(select(Guest))] == ["een nicht"]


def test_a_neighbour_who_said_no_before_and_came_along_after_takes_over_too(world: World) -> None:
    date = a_date(world)
    registering.answer(date, coming=False, by=world.visitor("henk"))
    comes(world, date, "nel", guests=[Company(world.people["henk"])])
    world.move_out("nel")
    leaving.look()
    assert stand(world, date) == {"nel": "withdrawn", "henk": "confirmed"}
    check_counts(date)


def test_when_both_of_a_couple_leave_nobody_has_their_seats(world: World) -> None:
    date = a_date(world, capacity=2)
    comes(world, date, "willemijn", guests=[Company(world.people["piet"])])
    comes(world, date, "nel")
    world.move_out("piet")
    world.move_out("willemijn")
    leaving.look()
    assert stand(world, date) == {"willemijn": "withdrawn", "nel": "confirmed"}
    check_counts(date)


def test_who_comes_along_and_leaves_gives_one_seat_back(world: World) -> None:
    date = a_date(world, capacity=2)
    comes(world, date, "willemijn", guests=[Company(world.people["piet"])])
    comes(world, date, "nel")
    world.move_out("piet")
    leaving.look()
    assert stand(world, date) == {"willemijn": "confirmed", "nel": "confirmed"}
    check_counts(date)


@db.action
def _move_to_the_baken(world: World, key: str) -> None:
    db.session().add(
        Membership(person_id=world.people[key], household_id=world.households["baken", 2], since=clock.today())
    )


def test_who_moves_to_another_building_here_is_told(world: World) -> None:
    date = a_date(world)
    comes(world, date, "nel")
    world.move_out("nel")
    _move_to_the_baken(world, "nel")
    leaving.look()
    assert stand(world, date) == {"nel": "withdrawn"}
    told = mails()[-1]
    assert told.to_address == "nel@example.nl" and "U staat niet meer op de lijst" in told.subject
    assert f"/a/{date}" not in told.text, "a page that she may not open"


def test_an_activity_that_is_for_fewer_people_from_now_on_lets_the_others_go(world: World) -> None:
    key = put(world, seen_by=NEIGHBOURHOOD, capacity=1)
    date = dates_of(key)[0].id
    comes(world, date, "indra", "henk")
    changing.change_series(key, coffee(world, capacity=1), by=world.visitor("nel"))
    assert states(date) == {world.people["indra"]: "withdrawn", world.people["henk"]: "confirmed"}
    check_counts(date)
    assert "indra@example.nl" in [mail.to_address for mail in mails() if "niet meer op de lijst" in mail.subject]


def test_a_turn_of_who_left_is_the_first_reserves(world: World) -> None:
    date = a_date(world)
    duty = a_duty(date_of(date).event_id)
    for key in ("nel", "moira", "henk"):
        rota.take(date, duty, by=world.visitor(key))
    world.move_out("nel")
    leaving.look()
    turns = db.session().execute(select(DutyTaker.person_id, DutyTaker.is_reserve).order_by(DutyTaker.is_reserve))
    assert [tuple(row) for row in turns] == [(world.people["moira"], False), (world.people["henk"], True)]
    assert "U bent aan de beurt" in mails()[-1].subject


def test_what_they_were_host_of_is_told_to_the_committee_once_and_stands_on_the_page(app: Flask, world: World) -> None:
    key = put(world, by="ton", rule=TUESDAYS)
    single = a_date(world, title="Soep")
    world.move_out("ton")
    leaving.look()
    told = [mail for mail in mails() if "Wie neemt het over" in mail.subject]
    assert [mail.to_address for mail in told] == ["nel@example.nl"]
    assert "Koffie in de hal" in told[0].text and "Soep" in told[0].text and "Ton" not in told[0].text
    leaving.init_app(app)
    leaving.look()
    assert len([mail for mail in mails() if "Wie neemt het over" in mail.subject]) == 1
    assert date_of(single).cancelled_at is None and len(dates_of(key)) > 50


def test_where_no_committee_is_who_works_nearest_hears_it(world: World) -> None:
    a_date(world, building="meidoorn", host="indra")
    world.move_out("indra")
    leaving.look()
    assert [mail.to_address for mail in mails()] == ["anouk@zuiderlicht.example"]


def test_leaving_and_signing_up_at_once_gives_no_seat_twice(app: Flask, world: World) -> None:
    date = a_date(world, capacity=1)
    comes(world, date, "nel", "moira")
    world.move_out("nel")
    henk, piet = world.visitor("henk"), world.visitor("piet")
    at_once(
        app,
        [
            lambda: leaving.settle(world.people["nel"]),
            lambda: leaving.settle(world.people["nel"]),
            lambda: registering.answer(date, coming=True, by=henk),
            lambda: registering.answer(date, coming=True, by=piet),
        ],
    )
    check_counts(date)
    assert stand(world, date)["moira"] == "confirmed"
