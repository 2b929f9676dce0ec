"""The list of questions for who works here: which, in which order, and for whom."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from community import clock
from forums import actions, settling
from forums.models import CARETAKER, EVERYONE, NEIGHBOURS
from tests.world import World

Browser = Callable[[str], FlaskClient]
WEDNESDAY = datetime(2026, 3, 11, 11, tzinfo=UTC)


def ask(world: World, title: str, forum: str = "lindehof", by: str = "ton", audience: int = EVERYONE) -> int:
    return actions.start_topic(
        forum_id=world.forums[forum], kind="question", aspect="association", audience=audience, title=title,
        source="Wie weet het?", token=None, by=world.visitor(by),
    )  # fmt: skip


def titles(browser: FlaskClient, query: str = "") -> list[str]:
    answer = browser.get(f"/werk/vragen{query}")
    assert answer.status_code == 200
    return re.findall(r'<a class="t" href="/gesprekken/[^"]*">([^<]*)</a>', answer.text)


def test_without_questions_the_list_says_so(signed_in: Browser) -> None:
    assert "Geen open vragen." in signed_in("rachid").get("/werk/vragen").text
    assert "Alles is beantwoord." in signed_in("rachid").get("/werk").text


def test_each_sees_the_questions_where_they_work(app: Flask, world: World, signed_in: Browser) -> None:
    with app.app_context():
        ask(world, "Van de Lindehof")
        ask(world, "Van het Baken", "baken", "bas")
        ask(world, "Alleen voor Rachid", audience=CARETAKER)
        ask(world, "Onder buren", audience=NEIGHBOURS)
    assert titles(signed_in("rachid")) == ["Van de Lindehof", "Alleen voor Rachid"]
    assert titles(signed_in("marjan")) == ["Van de Lindehof"]
    assert titles(signed_in("bram")) == ["Van het Baken"]
    assert titles(signed_in("anouk")) == ["Van de Lindehof", "Van het Baken"]
    assert titles(signed_in("ada")) == []
    assert signed_in("nel").get("/werk/vragen").status_code == 404


def test_what_waits_too_long_moves_up(app: Flask, world: World, signed_in: Browser) -> None:
    with app.app_context():
        with time_machine.travel(WEDNESDAY - timedelta(days=5), tick=False):  # a Friday
            old = ask(world, "Van vrijdag, met antwoord")
            actions.reply(topic_id=old, source="Ik kijk.", token=None, by=world.visitor("rachid"))
            late = ask(world, "Van vrijdag")
        with time_machine.travel(WEDNESDAY - timedelta(days=1), tick=False):
            ask(world, "Van gisteren")
            due = ask(world, "Beloofd voor vandaag")
            settling.take(topic_id=due, promised_on=clock.today() + timedelta(days=1), by=world.visitor("rachid"))
    with time_machine.travel(WEDNESDAY, tick=False):
        browser = signed_in("rachid")
        assert titles(browser) == ["Van vrijdag", "Beloofd voor vandaag", "Van vrijdag, met antwoord", "Van gisteren"]
        html = browser.get("/werk/vragen").text
        assert html.count("wacht te lang") == 1 and "beloofd voor vandaag" in html and "3 werkdagen oud" in html
        assert "U beloofde voor vandaag antwoord op 1 vraag." in browser.get("/werk").text
        assert "U beloofde" not in signed_in("marjan").get("/werk").text
        assert titles(browser, "?toon=van-mij") == ["Beloofd voor vandaag"]
        assert titles(browser, "?toon=niemand") == ["Van vrijdag", "Van vrijdag, met antwoord", "Van gisteren"]
        assert titles(browser, "?toon=wacht-op-bewoner") == ["Van vrijdag, met antwoord"]
        assert titles(browser, "?toon=wacht-op-ons") == ["Van vrijdag", "Beloofd voor vandaag", "Van gisteren"]
        assert len(titles(browser, "?toon=onzin&pagina=99")) == 4
    assert late


def test_what_is_answered_or_closed_waits_no_more(app: Flask, world: World, signed_in: Browser) -> None:
    with app.app_context():
        answered, ended = ask(world, "Beantwoord"), ask(world, "Afgesproken")
        ask(world, "Wacht nog")
        settling.answer(topic_id=answered, by=world.visitor("rachid"))
        settling.agree(topic_id=ended, source="Zo doen we het.", closes=True, by=world.visitor("rachid"))
    assert titles(signed_in("rachid")) == ["Wacht nog"]


def test_taken_up_from_the_list_with_one_press(app: Flask, world: World, signed_in: Browser) -> None:
    with app.app_context():
        topic = ask(world, "De lift")
    browser = signed_in("rachid")
    proposed = re.search(r'name="dag" value="([^"]*)"', browser.get("/werk/vragen").text)
    assert proposed is not None
    assert browser.post(f"/gesprekken/{topic}/oppakken", data={"dag": proposed[1]}).status_code == 303
    html = browser.get("/werk/vragen").text
    assert "Rachid zoekt het uit" in html and "Pak dit op" not in html


@pytest.mark.parametrize("count", [20, 21])
def test_a_list_of_pages(app: Flask, world: World, signed_in: Browser, count: int) -> None:
    with app.app_context():
        for number in range(count):
            ask(world, f"Vraag {number}")
    browser = signed_in("rachid")
    assert len(titles(browser)) == 20
    assert titles(browser, "?pagina=2") == (["Vraag 20"] if count == 21 else titles(browser))
