"""Changing what is in the calendar: one date, those that follow or all; and what does not go on is asked once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community import clock, db
from events import planning, registering
from events.models import Event, Occurrence, Registration
from events.planning import Plan
from events.recurrence import Rule
from tests.world import World

Browser = Callable[[str], FlaskClient]
# A Monday.
NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def coffee(app: Flask, world: World) -> Callable[..., list[int]]:
    """Plan the weekly coffee of the Lindehof on Thursdays; gives the numbers of its dates."""

    def make(rule: Rule | None = None) -> list[int]:
        with app.app_context():
            plan = Plan("Koffie", date(2026, 3, 12), time(10, 30), 90, world.people["nel"],
                        building_id=world.buildings["lindehof"], place="in de hal", capacity=20)  # fmt: skip
            planning.plan(replace(plan, rule=rule), token="t", by=world.visitor("nel"))
            return [row.id for row in rows()]

    return make


def rows() -> list[Occurrence]:
    found = select(Occurrence).order_by(Occurrence.starts_at).execution_options(populate_existing=True)
    return list(db.session().scalars(found))


def days(found: list[Occurrence]) -> list[str]:
    return [f"{clock.local(row.starts_at):%d-%m %H.%M}" for row in found]


WEEKLY = Rule("weekly", weekdays=(3,), count=4)


def comes(app: Flask, world: World, number: int, *keys: str) -> None:
    with app.app_context():
        for key in keys:
            registering.answer(number, coming=True, by=world.visitor(key))


def test_of_a_series_one_is_asked_what_to_change(signed_in: Browser, coffee: Callable[..., list[int]]) -> None:
    number = coffee(WEEKLY)[0]
    page = signed_in("nel").get(f"/agenda/{number}/wijzig").text
    assert "Wat wilt u veranderen?" in page and "elke donderdag, 4 keer" in page
    for what in ("datum", "vanaf", "alles"):
        assert f"/agenda/{number}/wijzig?wat={what}" in page


def test_of_a_single_one_the_form_opens_as_it_is(signed_in: Browser, coffee: Callable[..., list[int]]) -> None:
    number = coffee()[0]
    page = signed_in("nel").get(f"/agenda/{number}/wijzig").text
    for value in ("Koffie", "12-3-2026", "10.30", "12.00", "in de hal", "20"):
        assert f'value="{value}"' in page


@pytest.mark.parametrize("what", ["datum", "vanaf", "alles"])
def test_one_date_those_that_follow_or_all_become_otherwise(
    app: Flask, signed_in: Browser, coffee: Callable[..., list[int]], what: str
) -> None:
    numbers = coffee(WEEKLY)
    form = {"wat": what, "titel": "Thee", "dag": "19-3-2026", "tijd": "14.00", "tot": "15.00", "zaal": "anders",
            "plek": "in de tuin", "plaatsen": "20", "herhaling": "week", "keren": "4", "voor": "0"}  # fmt: skip
    if what == "alles":
        form["dag"] = "12-3-2026"
    answer = signed_in("nel").post(f"/agenda/{numbers[1]}/wijzig", data=form)
    assert answer.status_code == 303, answer.text
    with app.app_context():
        titles = [row.title for row in rows()]
        assert (
            titles
            == {
                "datum": ["Koffie", "Thee", "Koffie", "Koffie"],
                "vanaf": ["Koffie", "Thee", "Thee", "Thee"],
                "alles": ["Thee"] * 4,
            }[what]
        )
        changed = next(row for row in rows() if row.title == "Thee" and row.id == numbers[1])
        assert days([changed]) == ["19-03 14.00"] and changed.place == "in de tuin"


def test_what_is_wrong_comes_back_with_all_that_was_typed(signed_in: Browser, coffee: Callable[..., list[int]]) -> None:
    number = coffee(WEEKLY)[0]
    form = {"wat": "datum", "titel": "Thee", "dag": "30 februari", "tijd": "25:00", "zaal": "anders", "plek": "tuin"}
    answer = signed_in("nel").post(f"/agenda/{number}/wijzig", data=form)
    assert answer.status_code == 422
    for words in ("30 februari bestaat niet", "‘25:00’ bestaat niet", 'value="Thee"', 'value="tuin"', "<title>Fout:"):
        assert words in answer.text


@pytest.mark.parametrize("where", ["verzet", "erbij"])
def test_a_guess_is_taken_over_with_one_button(
    signed_in: Browser, coffee: Callable[..., list[int]], where: str
) -> None:
    number, nel = coffee(WEEKLY)[0], signed_in("nel")
    form = {"dag": "31 april", "tijd": "14.00", "tot": "16.00"}
    refused = nel.post(f"/agenda/{number}/{where}", data=form)
    assert refused.status_code == 422 and 'name="neem" value="dag=30-4-2026"' in refused.text
    assert nel.post(f"/agenda/{number}/{where}", data={**form, "neem": "dag=30-4-2026"}).status_code == 303


def test_fewer_places_than_people_is_refused_in_words(
    app: Flask, world: World, signed_in: Browser, coffee: Callable[..., list[int]]
) -> None:
    number = coffee(WEEKLY)[0]
    comes(app, world, number, "ton", "henk")
    form = {"wat": "datum", "titel": "Koffie", "dag": "12-3-2026", "tijd": "10.30", "tot": "12.00", "zaal": "anders",
            "plek": "in de hal", "plaatsen": "1"}  # fmt: skip
    answer = signed_in("nel").post(f"/agenda/{number}/wijzig", data=form)
    assert answer.status_code == 422 and 'href="#plaatsen"' in answer.text
    with app.app_context():
        assert rows()[0].capacity == 20


@pytest.mark.parametrize(("answers", "state"), [("blijft", "confirmed"), ("opnieuw", "withdrawn")])
def test_a_date_is_moved_and_what_happens_to_the_answers_is_asked(
    app: Flask, world: World, signed_in: Browser, coffee: Callable[..., list[int]], answers: str, state: str
) -> None:
    number = coffee(WEEKLY)[0]
    comes(app, world, number, "ton")
    nel = signed_in("nel")
    page = nel.get(f"/agenda/{number}/verzet").text
    assert "1 buur gaf zich op" in page and 'name="opgaven"' in page
    answer = nel.post(f"/agenda/{number}/verzet", data={"dag": "vrijdag 13 maart", "tijd": "half drie", "tot": "anderhalf uur", "opgaven": answers})  # fmt: skip
    assert answer.status_code == 303
    with app.app_context():
        assert days(rows())[0] == "13-03 14.30"
        assert db.session().scalars(select(Registration.state)).one() == state


def test_a_date_that_does_not_go_on_is_asked_once_with_its_name_and_how_many_are_told(
    app: Flask, world: World, signed_in: Browser, coffee: Callable[..., list[int]]
) -> None:
    number = coffee(WEEKLY)[1]
    comes(app, world, number, "ton", "henk")
    nel = signed_in("nel")
    page = nel.get(f"/agenda/{number}/afzeggen").text
    assert "<b>Koffie</b>" in page and "2 buren gaven zich op en krijgen bericht." in page
    refused = nel.post(f"/agenda/{number}/afzeggen", data={"reden": ""})
    assert refused.status_code == 422 and "Schrijf waarom" in refused.text
    assert nel.post(f"/agenda/{number}/afzeggen", data={"reden": "Kerst"}).status_code == 303
    with app.app_context():
        assert [row.cancelled_why for row in rows()] == ["", "Kerst", "", ""]
    assert nel.post(f"/agenda/{number}/herstel").status_code == 303
    with app.app_context():
        assert all(row.cancelled_at is None for row in rows())


def test_all_of_it_stops(app: Flask, signed_in: Browser, coffee: Callable[..., list[int]]) -> None:
    number = coffee(WEEKLY)[0]
    nel = signed_in("nel")
    assert "Alle dagen die nog komen" in nel.get(f"/agenda/{number}/stop").text
    assert nel.post(f"/agenda/{number}/stop", data={"reden": "Verbouwing"}).status_code == 303
    with app.app_context():
        assert all(row.cancelled_at is not None for row in rows())
        assert db.session().scalars(select(Event)).one().cancelled_why == "Verbouwing"


def test_a_day_is_added(app: Flask, signed_in: Browser, coffee: Callable[..., list[int]]) -> None:
    number = coffee(WEEKLY)[0]
    nel = signed_in("nel")
    assert 'value="10.30"' in nel.get(f"/agenda/{number}/erbij").text
    wrong = nel.post(f"/agenda/{number}/erbij", data={"dag": "gisteren", "tijd": "10.30"})
    assert wrong.status_code == 422 and "al geweest" in wrong.text
    assert nel.post(f"/agenda/{number}/erbij", data={"dag": "zaterdag", "tijd": "10.30"}).status_code == 303
    with app.app_context():
        assert days(rows())[1] == "14-03 10.30"


@pytest.mark.parametrize("page", ["wijzig", "verzet", "afzeggen", "stop", "erbij"])
def test_who_does_not_organise_it_changes_nothing(
    signed_in: Browser, coffee: Callable[..., list[int]], page: str
) -> None:
    number = coffee(WEEKLY)[0]
    assert signed_in("ton").get(f"/agenda/{number}/{page}").status_code == 403
    assert signed_in("bas").get(f"/agenda/{number}/{page}").status_code == 404
    assert signed_in("rachid").get(f"/agenda/{number}/{page}").status_code == 200


def test_in_the_christmas_week_it_does_not_go_on(app: Flask, signed_in: Browser) -> None:
    nel = signed_in("nel")
    form = {"titel": "Koffie", "dag": "10 december", "tijd": "10.30", "zaal": "anders", "plek": "hal",
            "herhaling": "week", "formulier": "een"}  # fmt: skip
    assert nel.post("/agenda/nieuw", data=form).status_code == 303
    assert 'name="niet" value="2026-12-24"' in nel.get("/agenda/nieuw/klopt").text
    without_reason = nel.post("/agenda/nieuw/klopt", data={"formulier": "een", "niet": "2026-12-24"})
    assert without_reason.status_code == 422 and 'value="2026-12-24" checked' in without_reason.text
    nel.post("/agenda/nieuw/klopt", data={"formulier": "een", "niet": "2026-12-24", "waarom": "Kerst"})
    with app.app_context():
        off = [row for row in rows() if row.cancelled_at]
        assert days(off) == ["24-12 10.30"] and off[0].cancelled_why == "Kerst"
