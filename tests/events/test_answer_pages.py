"""Answering in a browser: from a card, with the whole form, on all dates, for a neighbour, and by the link in a mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community import clock, db
from community.accounts.models import Person
from events import answer_links, registering
from events.arranged import Call
from events.models import Guest, Occurrence
from tests.events.gatherings import HOUR, a_date, check_counts, date_of, mails, units
from tests.world import World

SignedIn = Callable[[str], FlaskClient]


def made(app: Flask, world: World, **date: object) -> int:
    with app.app_context():
        return a_date(world, **date)  # type: ignore[arg-type]


def test_the_button_on_a_card_answers_and_goes_back_to_it(app: Flask, world: World, signed_in: SignedIn) -> None:
    date = made(app, world)
    nel = signed_in("nel")
    sent = nel.post(f"/agenda/{date}/antwoord", data={"antwoord": "ja", "verder": f"/agenda#a-{date}"})
    assert (sent.status_code, sent.location) == (303, f"/agenda#a-{date}")
    away = nel.post(f"/agenda/{date}/antwoord", data={"antwoord": "nee", "verder": "https://elders.example/"})
    assert away.location == f"/agenda/{date}-koffie-in-de-hal"
    assert nel.post(f"/agenda/{date}/antwoord", data={"antwoord": "misschien"}).status_code == 422
    with app.app_context():
        assert [unit.state for unit in units(date)] == ["withdrawn"]


def test_the_whole_form_brings_neighbours_and_names_and_keeps_what_was_typed(
    app: Flask, world: World, signed_in: SignedIn
) -> None:
    date, nel = made(app, world, capacity=3), signed_in("nel")
    assert "Hoeveel mensen neemt u mee" in nel.get(f"/agenda/{date}/antwoord").text
    whole = {
        "antwoord": "ja",
        "met": "2",
        "gast-1": "henk de boer",
        "opmerking": "Graag <b>vooraan</b>",
        "rollator": "ja",
    }
    assert nel.post(f"/agenda/{date}/antwoord", data=whole).status_code == 303
    with app.app_context():
        guests = db.session().execute(select(Guest.person_id, Guest.name).order_by(Guest.id)).all()
        assert [tuple(row) for row in guests] == [(world.people["henk"], ""), (None, "")]
        assert units(date)[0].has_walker
    page = nel.get(f"/agenda/{date}/antwoord").text
    assert 'value="Henk de Boer"' in page and "Graag &lt;b&gt;vooraan&lt;/b&gt;" in page
    refused = nel.post(f"/agenda/{date}/antwoord", data=whole | {"met": "3", "opmerking": "Bewaar dit"})
    assert refused.status_code == 422 and "Bewaar dit" in refused.text and "maar 3 plaatsen" in refused.text
    assert nel.post(f"/agenda/{date}/antwoord", data=whole | {"met": "-1"}).status_code == 422


def test_what_is_full_says_which_place_one_would_have(app: Flask, world: World, signed_in: SignedIn) -> None:
    date = made(app, world, capacity=1)
    for key in ("nel", "henk"):
        signed_in(key).post(f"/agenda/{date}/antwoord", data={"antwoord": "ja"})
    moira = signed_in("moira")
    page = moira.get(f"/agenda/{date}/antwoord").text
    assert "De plaats is bezet." in page and "U staat dan op plaats 2." in page
    moira.post(f"/agenda/{date}/antwoord", data={"antwoord": "ja"})
    assert "U staat op de wachtlijst, op plaats 2." in moira.get(f"/agenda/{date}/antwoord").text


def test_too_late_says_whom_to_call(app: Flask, world: World, signed_in: SignedIn) -> None:
    date = made(app, world, closes=clock.now() - HOUR)
    moira = signed_in("moira")
    assert "Bel Ton" in moira.get(f"/agenda/{date}/antwoord").text
    late = moira.post(f"/agenda/{date}/antwoord", data={"antwoord": "ja"})
    assert late.status_code == 403 and "Bel Ton" in late.text


def test_all_dates_are_answered_at_once_and_each_can_be_changed(app: Flask, world: World, signed_in: SignedIn) -> None:
    first = made(app, world, capacity=1, rrule="FREQ=WEEKLY")
    with app.app_context():
        series = date_of(first).event_id
        week = timedelta(days=7)
        others = [a_date(world, event_id=series, starts=clock.now() + n * week, capacity=1) for n in (2, 3, 4)]
        past = a_date(world, event_id=series, starts=clock.now() - week)
        registering.answer(others[0], coming=True, by=world.visitor("henk"))
    nel = signed_in("nel")
    assert "Ik kom op alle dagen" in nel.get(f"/agenda/{first}/alle-dagen").text
    nel.post(f"/agenda/{first}/alle-dagen", data={"antwoord": "ja"})
    nel.post(f"/agenda/{first}/alle-dagen", data={"antwoord": "ja"})
    with app.app_context():
        states = [units(key)[-1].state for key in (first, *others)]
        assert states == ["confirmed", "waiting", "confirmed", "confirmed"] and units(past) == []
    nel.post(f"/agenda/{others[1]}/antwoord", data={"antwoord": "nee"})
    nel.post(f"/agenda/{first}/alle-dagen", data={"antwoord": "nee"})
    with app.app_context():
        assert {units(key)[-1].state for key in (first, *others)} == {"withdrawn"}
        for key in (first, *others):
            check_counts(key)


def test_a_neighbour_who_phoned_is_found_by_the_whole_name_alone(app: Flask, world: World, signed_in: SignedIn) -> None:
    date, moira = made(app, world), signed_in("moira")
    asked = {"naam": "Henk de Boer", "hoe": "phone", "formulier": "f1"}
    assert "Hoe heet uw buur" in moira.get(f"/agenda/{date}/namens").text
    for _twice in range(2):
        assert moira.post(f"/agenda/{date}/namens", data=asked).status_code == 303
    moira.post(f"/agenda/{date}/namens", data={"naam": "Henk", "hoe": "paper", "formulier": "f2", "met": "1"})
    with app.app_context():
        found = [(unit.person_id, unit.name, unit.way, unit.seats) for unit in units(date)]
        assert found == [(world.people["henk"], None, "phone", 1), (None, "Henk", "paper", 2)]
        assert {unit.by_id for unit in units(date)} == {world.people["moira"]}
    refused = moira.post(f"/agenda/{date}/namens", data={"naam": "", "hoe": "phone", "opmerking": "slecht ter been"})
    assert refused.status_code == 422 and "slecht ter been" in refused.text
    assert moira.post(f"/agenda/{date}/namens", data={"naam": "Moira Moderator"}).status_code == 422
    assert moira.post(f"/agenda/{date}/namens", data={"naam": "X", "hoe": "duif"}).status_code == 422


def test_the_link_in_a_mail_asks_and_only_its_button_answers(app: Flask, world: World, client: FlaskClient) -> None:
    date = made(app, world)
    with app.app_context():
        path = answer_links.link(date, world.people["nel"]).removeprefix("http://localhost")
    page = client.get(path)
    assert (
        page.status_code == 200 and "Nel, komt u?" in page.text and "Dit antwoord geldt voor Nel van Dam" in page.text
    )
    with app.app_context():
        assert units(date) == []
    for _twice in range(2):
        assert client.post(path, data={"antwoord": "ja"}).status_code == 303
    with app.app_context():
        assert [(unit.person_id, unit.state) for unit in units(date)] == [(world.people["nel"], "confirmed")]
    assert "Ik kom toch niet" in client.get(path).text
    client.post(path, data={"antwoord": "nee"})
    with app.app_context():
        assert [unit.state for unit in units(date)] == ["withdrawn"]
    # It opens nothing else: no session comes of it.
    assert client.get("/vandaag").status_code == 303


def test_a_link_that_was_changed_or_is_of_who_moved_out_works_no_more(
    app: Flask, world: World, client: FlaskClient
) -> None:
    date = made(app, world)
    with app.app_context():
        good = answer_links.link(date, world.people["nel"]).rsplit("/", 1)[1]
        gone = answer_links.link(date, world.people["otto"]).rsplit("/", 1)[1]
        far = answer_links.link(date, world.people["bas"]).rsplit("/", 1)[1]
    for token in (good[:-1], good[1:], good.replace(".", "", 1), "x", gone, far, "é" * 300):
        for answer in (
            client.get(f"/agenda/antwoord/{token}"),
            client.post(f"/agenda/antwoord/{token}", data={"antwoord": "ja"}),
        ):
            assert answer.status_code == 404 and "Deze link werkt niet meer" in answer.text
    with app.app_context():
        assert units(date) == []
        _stop(world.people["nel"])
    assert client.get(f"/agenda/antwoord/{good}").status_code == 404


@db.action
def _stop(person_id: int) -> None:
    person = db.session().get(Person, person_id)
    assert person is not None
    person.left_at = clock.now()


def test_a_link_for_a_date_that_is_over_says_so(app: Flask, world: World, client: FlaskClient) -> None:
    date = made(app, world, starts=clock.now() - HOUR)
    with app.app_context():
        path = answer_links.link(date, world.people["nel"]).removeprefix("http://localhost")
    assert "begonnen of geweest" in client.get(path).text
    assert client.post(path, data={"antwoord": "ja"}).status_code == 403


def test_the_waiting_list_is_ordered_by_who_organises_with_a_reason_that_is_kept(
    app: Flask, world: World, signed_in: SignedIn
) -> None:
    date = made(app, world, capacity=1)
    for key in ("nel", "henk", "moira", "willemijn"):
        signed_in(key).post(f"/agenda/{date}/antwoord", data={"antwoord": "ja"})
    ton = signed_in("ton")
    page = ton.get(f"/agenda/{date}/wachtlijst").text
    assert re.findall("Henk de Boer|Moira Moderator|Willemijn Koster", page)[:1] == ["Henk de Boer"]
    for key in ("moira", "rachid"):
        assert signed_in(key).get(f"/agenda/{date}/wachtlijst").status_code == 403
    with app.app_context():
        last = units(date, "waiting")[-1].id
    move = {"wie": str(last), "plaats": "1", "reden": "Zij vierde vorig jaar niet mee"}
    assert ton.post(f"/agenda/{date}/wachtlijst", data=move | {"reden": " "}).status_code == 422
    assert ton.post(f"/agenda/{date}/wachtlijst", data=move | {"plaats": "4"}).status_code == 422
    assert signed_in("moira").post(f"/agenda/{date}/wachtlijst", data=move).status_code == 403
    assert ton.post(f"/agenda/{date}/wachtlijst", data=move).status_code == 303
    with app.app_context():
        line = [unit.person_id for unit in units(date, "waiting")]
        assert line == [world.people[key] for key in ("willemijn", "henk", "moira")]
        assert units(date, "waiting")[0].moved_why == "Zij vierde vorig jaar niet mee"
        nel = units(date, "confirmed")[0]
        registering.withdraw(nel.id, by=world.visitor("nel"))
        assert units(date, "confirmed")[0].person_id == world.people["willemijn"]
        # Who comes later stands behind all of them.
        registering.answer(date, coming=True, by=world.visitor("nel"))
        assert [unit.person_id for unit in units(date, "waiting")][-1] == world.people["nel"]
        check_counts(date)
    ton.post(f"/agenda/{date}/afmelden", data={"wie": str(last)})
    with app.app_context():
        assert units(date, "confirmed")[0].person_id == world.people["henk"]


def test_the_call_list_is_ticked_off_and_back(app: Flask, world: World, signed_in: SignedIn) -> None:
    date, ton = made(app, world), signed_in("ton")
    assert "niemand te bellen" in ton.get(f"/agenda/{date}/bellen").text
    ton.post(f"/agenda/{date}/namens", data={"naam": "Henk de Boer", "hoe": "phone"})
    page = ton.get(f"/agenda/{date}/bellen").text
    assert "Henk de Boer" in page and "Ton heeft u aangemeld" in page
    with app.app_context():
        call = db.session().scalars(select(Call.id)).one()
    assert signed_in("moira").post(f"/agenda/{date}/bellen", data={"wie": call}).status_code == 403
    assert signed_in("bas").post(f"/agenda/{date}/bellen", data={"wie": call}).status_code == 404
    ton.post(f"/agenda/{date}/bellen", data={"wie": call})
    with app.app_context():
        held = db.session().scalars(select(Call)).one()
        assert held.done_at and held.done_by_id == world.people["ton"]
    assert "1 buur weet het" in ton.get(f"/agenda/{date}/bellen").text
    ton.post(f"/agenda/{date}/bellen", data={"wie": call, "niet": "1"})
    with app.app_context():
        assert db.session().scalars(select(Call.done_at)).one() is None


def test_no_answer_counts_from_a_stranger_or_somebody_of_elsewhere(
    app: Flask, world: World, client: FlaskClient, signed_in: SignedIn
) -> None:
    date = made(app, world)
    paths = ("antwoord", "alle-dagen", "namens", "wachtlijst", "bellen")
    for path in paths:
        assert signed_in("bas").get(f"/agenda/{date}/{path}").status_code == 404
        assert signed_in("bas").post(f"/agenda/{date}/{path}", data={"antwoord": "ja"}).status_code == 404
        assert client.get(f"/agenda/{date}/{path}").status_code == 303
    assert signed_in("nel").get("/agenda/9999999999999999999999/antwoord").status_code == 404
    with app.app_context():
        assert units(date) == [] and mails() == []
        assert db.session().get(Occurrence, date).version == 1  # type: ignore[union-attr]
