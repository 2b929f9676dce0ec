"""What goes wrong with activities, one test for each thing: through the forms of the site, as people see and send them.
Each gets a clear sentence with all that was typed still there, or a sensible choice; nothing is lost and nothing is
there twice. Each wrong field of the form of a new activity stands in `test_making.py`; races with real threads in
`test_races.py`."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community import clock, db
from events import planning
from events.arranged import Booking
from events.models import Event, Occurrence, Registration
from events.planning import Plan
from events.recurrence import Rule
from tests.events.planned import a_room, come, dates_of, mails
from tests.events.real_forms import form_of
from tests.world import World

Browser = Callable[[str], FlaskClient]
# A Monday.
NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
NEW, CHECK = "/agenda/nieuw", "/agenda/nieuw/klopt"


@pytest.fixture(autouse=True)
def _now() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def room(app: Flask, world: World) -> int:
    with app.app_context():
        return a_room(world)


@pytest.fixture
def weekly(app: Flask, world: World, room: int) -> list[int]:
    """Coffee on four Thursdays in the great room, by Nel, for twenty; the numbers of its dates."""
    with app.app_context():
        plan = Plan(
            "Koffie", date(2026, 3, 12), time(10, 30), 90, world.people["nel"], building_id=world.buildings["lindehof"],
            room_id=room, capacity=20, rule=Rule("weekly", weekdays=(3,), count=4),
        )  # fmt: skip
        return [row.id for row in dates_of(planning.plan(plan, token="t", by=world.visitor("nel")))]


class Form:
    """A form as somebody has it before them."""

    def __init__(self, browser: FlaskClient, opened: str, address: str | None = None) -> None:
        self.browser, self.address = browser, address or opened
        page = browser.get(opened, follow_redirects=True)
        assert page.status_code == 200, opened
        self.page = page.text
        self.fields = form_of(page.text, self.address)

    def send(self, **typed: str) -> tuple[int, str]:
        """Type this and press the button: (status, page)."""
        answer = self.browser.post(self.address, data={**self.fields, **typed})
        return answer.status_code, html.unescape(answer.text)


def refused(form: Form, sentence: str, **typed: str) -> None:
    """It comes back with this sentence, and with all that was typed."""
    status, page = form.send(**typed)
    assert status == 422, (form.address, status)
    assert sentence in page, (form.address, sentence)
    back = form_of(page, form.address)
    for name, said in typed.items():
        assert back.get(name) == said, (form.address, name, back.get(name))


def rows() -> list[Occurrence]:
    found = select(Occurrence).order_by(Occurrence.starts_at).execution_options(populate_existing=True)
    return list(db.session().scalars(found))


def days() -> list[str]:
    return [f"{clock.local(row.starts_at):%d-%m %H.%M}" for row in rows() if row.cancelled_at is None]


def all_forms_with_a_time(nel: FlaskClient, weekly: list[int], room: int) -> dict[str, Form]:
    one = f"/agenda/{weekly[0]}"
    return {
        "new": Form(nel, NEW),
        "one date": Form(nel, f"{one}/wijzig?wat=datum", f"{one}/wijzig"),
        "those that follow": Form(nel, f"{one}/wijzig?wat=vanaf", f"{one}/wijzig"),
        "all": Form(nel, f"{one}/wijzig?wat=alles", f"{one}/wijzig"),
        "move": Form(nel, f"{one}/verzet"),
        "room": Form(nel, f"/gebouwen/lindehof/zalen/{room}"),
    }


BEFORE = ["12-03 10.30", "19-03 10.30", "26-03 10.30", "02-04 10.30"]


def test_an_end_before_the_start(app: Flask, signed_in: Browser, weekly: list[int], room: int) -> None:
    for name, form in all_forms_with_a_time(signed_in("nel"), weekly, room).items():
        start = "van" if name == "room" else "tijd"
        refused(form, "Het einde komt na het begin", dag="12-3-2026", **{start: "14.30", "tot": "13.00"})
    with app.app_context():
        assert days() == BEFORE


def test_the_30th_of_february(app: Flask, signed_in: Browser, weekly: list[int], room: int) -> None:
    nel = signed_in("nel")
    forms = all_forms_with_a_time(nel, weekly, room)
    forms["one more"] = Form(nel, f"/agenda/{weekly[0]}/erbij")
    for form in forms.values():
        refused(form, "30 februari bestaat niet", dag="30 februari")
    refused(forms["all"], "31 april bestaat niet", einde="31 april", keren="")
    with app.app_context():
        assert days() == BEFORE


def test_25_oclock(app: Flask, signed_in: Browser, weekly: list[int], room: int) -> None:
    nel = signed_in("nel")
    forms = all_forms_with_a_time(nel, weekly, room)
    forms["one more"] = Form(nel, f"/agenda/{weekly[0]}/erbij")
    for name, form in forms.items():
        start = "van" if name == "room" else "tijd"
        refused(form, "‘25:00’ bestaat niet", dag="12-3-2026", **{start: "25:00"})
        if name != "one more":
            refused(form, "‘26.00’ bestaat niet", dag="12-3-2026", **{start: "10.30", "tot": "26.00"})
    with app.app_context():
        assert days() == BEFORE


def test_a_series_of_ten_thousand_dates(app: Flask, signed_in: Browser, weekly: list[int], room: int) -> None:
    forms = all_forms_with_a_time(signed_in("nel"), weekly, room)
    sentence = "Dat zijn wel heel veel keren. Laat dit leeg: dan gaat het door tot u stopt."
    refused(forms["new"], sentence, titel="Thee", dag="12-3-2026", tijd="14.30", herhaling="dag", keren="10000")
    for name in ("those that follow", "all"):
        refused(forms[name], sentence, herhaling="dag", keren="10.000 keer", einde="")
    with app.app_context():
        assert days() == BEFORE
        assert db.session().scalars(select(Event.rrule)).all() == ["FREQ=WEEKLY;BYDAY=TH;COUNT=4"]


def test_fewer_places_than_people_who_signed_up(
    app: Flask, world: World, signed_in: Browser, weekly: list[int], room: int
) -> None:
    with app.app_context():
        come(world, weekly[0], "ton", "henk", "moira")
    forms = all_forms_with_a_time(signed_in("nel"), weekly, room)
    refused(forms["one date"], "Er komen al 3 mensen. Vul 3 of meer in", plaatsen="2", opmerking="met taart")
    for name in ("those that follow", "all"):
        refused(forms[name], "Op donderdag 12 maart komen al 3 mensen. Kies 3 plaatsen of meer.", plaatsen="2")
    with app.app_context():
        assert {row.capacity for row in rows()} == {20} and rows()[0].coming == 3
    assert forms["one date"].send(plaatsen="3")[0] == 303
    with app.app_context():
        assert rows()[0].capacity == rows()[0].coming == 3


def test_signing_up_after_the_deadline_that_passed_while_one_typed(
    app: Flask, world: World, signed_in: Browser, weekly: list[int], _now: time_machine.Traveller
) -> None:
    address = f"/agenda/{weekly[0]}/antwoord"
    form = Form(signed_in("moira"), address)

    @db.action
    def close() -> None:
        db.session().get_one(Occurrence, weekly[0]).closes_at = clock.now() + timedelta(minutes=1)

    with app.app_context():
        close()
    _now.shift(timedelta(minutes=2))
    status, page = form.send(antwoord="ja", met="1", opmerking="Ik zit graag bij het raam.", **{"gast-1": "Tante Bep"})
    assert status == 403 and "Aanmelden kon tot en met" in page and "Bel Nel." in page
    assert "Ik zit graag bij het raam." in page and "Tante Bep" in page
    with app.app_context():
        assert db.session().scalars(select(Registration)).all() == []
    # Who organises writes down who phoned all the same.
    namens = Form(signed_in("nel"), f"/agenda/{weekly[0]}/namens")
    assert namens.send(naam="Moira Moderator", hoe="phone")[0] == 303
    with app.app_context():
        assert rows()[0].coming == 1


def test_pressing_twice(app: Flask, world: World, signed_in: Browser, weekly: list[int], room: int) -> None:
    nel = signed_in("nel")
    answer = Form(nel, f"/agenda/{weekly[0]}/antwoord")
    phoned = Form(nel, f"/agenda/{weekly[0]}/namens")
    more = Form(nel, f"/agenda/{weekly[0]}/erbij")
    moved = Form(nel, f"/agenda/{weekly[1]}/verzet")
    hall = Form(nel, f"/gebouwen/lindehof/zalen/{room}")
    new = Form(nel, NEW)
    assert new.send(titel="Thee", dag="12-3-2026", tijd="16.00", zaal="anders", plek="de tuin")[0] == 303
    check = Form(nel, CHECK)
    for _twice in range(2):
        assert answer.send(antwoord="ja", met="1", opmerking="")[0] == 303
        assert phoned.send(naam="Oma van Papier", hoe="paper")[0] == 303
        assert more.send(dag="13-3-2026", tijd="10.30")[0] == 303
        assert moved.send(dag="20-3-2026", tijd="11.00", tot="12.00")[0] == 303
        assert hall.send(dag="14-3-2026", van="14.00", tot="16.00", waarvoor="feest")[0] == 303
        assert check.send()[0] == 303
    with app.app_context():
        assert rows()[0].coming == 3
        assert days() == [
            "12-03 10.30", "12-03 16.00", "13-03 10.30", "20-03 11.00", "26-03 10.30", "02-04 10.30",
        ]  # fmt: skip
        own = db.session().scalars(select(Booking).where(Booking.occurrence_id.is_(None))).all()
        assert [one.purpose for one in own] == ["feest"]


def test_two_people_for_the_last_place(app: Flask, world: World, signed_in: Browser, weekly: list[int]) -> None:
    @db.action
    def one_left() -> None:
        db.session().get_one(Occurrence, weekly[0]).capacity = 1

    with app.app_context():
        one_left()
    address = f"/agenda/{weekly[0]}/antwoord"
    ton, henk = Form(signed_in("ton"), address), Form(signed_in("henk"), address)
    for form in (ton, henk):
        assert form.send(antwoord="ja", opmerking="")[0] == 303
    told = html.unescape(henk.browser.get(f"/agenda/{weekly[0]}", follow_redirects=True).text)
    assert "U staat op de wachtlijst, op plaats 1." in told
    told = html.unescape(ton.browser.get(f"/agenda/{weekly[0]}", follow_redirects=True).text)
    assert "U staat op de wachtlijst" not in told
    with app.app_context():
        assert (rows()[0].coming, rows()[0].waiting) == (1, 1)


@pytest.mark.parametrize(("answers", "state"), [("blijft", "confirmed"), ("opnieuw", "withdrawn")])
def test_a_series_that_is_moved_with_people_signed_up(
    app: Flask, world: World, signed_in: Browser, weekly: list[int], answers: str, state: str
) -> None:
    with app.app_context():
        come(world, weekly[0], "ton", "moira")
        come(world, weekly[2], "ton")
    address = f"/agenda/{weekly[0]}/wijzig"
    form = Form(signed_in("nel"), f"{address}?wat=alles", address)
    assert "3 buren gaven zich op" in form.page and "Hun opgave blijft staan." in form.page
    assert form.send(tijd="14.00", tot="15.30", opgaven=answers)[0] == 303
    with app.app_context():
        assert days() == ["12-03 14.00", "19-03 14.00", "26-03 14.00", "02-04 14.00"]
        assert [row.id for row in rows()] == weekly, "the same dates, with their addresses"
        assert set(db.session().scalars(select(Registration.state))) == {state}
        told = {mail.to_address: mail.text for mail in mails()}
        assert set(told) == {"ton@example.nl", "moira@example.nl"}
        assert "Het begint niet om 10.30 uur, maar om 14.00 uur." in told["moira@example.nl"]
        assert ("Meld u dan opnieuw aan." in told["moira@example.nl"]) is (answers == "opnieuw")
        assert told["ton@example.nl"].count("Het begint niet om") == 2, "one letter for all dates"


def test_a_series_that_goes_to_another_day_cancels_the_dates_of_who_signed_up_and_says_why(
    app: Flask, world: World, signed_in: Browser, weekly: list[int]
) -> None:
    with app.app_context():
        come(world, weekly[0], "ton")
    address = f"/agenda/{weekly[0]}/wijzig"
    form = Form(signed_in("nel"), f"{address}?wat=alles", address)
    assert form.send(dag="13-3-2026")[0] == 303
    with app.app_context():
        assert days() == ["13-03 10.30", "20-03 10.30", "27-03 10.30", "03-04 10.30"]
        off = [row for row in rows() if row.cancelled_at is not None]
        assert [row.id for row in off] == [weekly[0]], "the others nobody had to do with"
        (letter,) = mails()
        assert letter.to_address == "ton@example.nl" and "De dagen van deze reeks zijn veranderd." in letter.text


def test_a_room_that_is_taken_away_while_one_types(
    app: Flask, world: World, signed_in: Browser, weekly: list[int], room: int
) -> None:
    nel, ton = signed_in("nel"), signed_in("ton")
    with app.app_context():
        other = a_room(world, "Bibliotheek")
        come(world, weekly[0], "moira")
    new = Form(ton, NEW)
    typed = {"titel": "Thee", "dag": "12-3-2026", "tijd": "16.00", "zaal": str(other), "meenemen": "een kopje"}
    check_first = Form(ton, NEW)
    assert check_first.send(**typed)[0] == 303
    check = Form(ton, CHECK)
    one = f"/agenda/{weekly[0]}/wijzig"
    change = Form(nel, f"{one}?wat=datum", one)
    hall = Form(ton, f"/gebouwen/lindehof/zalen/{other}")
    away = f"/gebouwen/lindehof/zalen/{other}/weg"
    assert Form(nel, away).send()[0] == 303
    gone = "Deze zaal is er niet meer. Kies een andere plek."
    status, page = check.send()
    assert status == 422 and gone in page and "een kopje" in page
    for form, said in ((new, typed), (change, {"zaal": str(other), "opmerking": "met taart"})):
        status, page = form.send(**said)
        assert status == 422 and gone in page
        back = form_of(page, form.address)
        assert {name: back.get(name) for name in said if name != "zaal"} == {
            name: value for name, value in said.items() if name != "zaal"
        }
    status, page = hall.send(dag="14-3-2026", van="14.00", tot="16.00", waarvoor="mijn feest")
    assert status == 422 and "mijn feest" in page and "Deze zaal is er niet meer. Kies een andere zaal." in page
    # The room of the series itself: its dates go on, and say where it was.
    assert Form(nel, f"/gebouwen/lindehof/zalen/{room}/weg").send()[0] == 303
    with app.app_context():
        assert days() == BEFORE and {row.room_id for row in rows()} == {None}
        assert [mail.to_address for mail in mails()] == ["moira@example.nl"]
    form = Form(nel, f"{one}?wat=datum", one)
    assert form.send(plek="de tuin")[0] == 303
