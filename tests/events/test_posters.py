"""The poster of an activity: one A4 for a date or for a series, with what is for neighbours left out for strangers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from community import db
from events import changing, posters
from events.models import Occurrence
from tests.events.gatherings import a_date
from tests.events.test_repeating import BEFORE, FIRST, a_series
from tests.world import World

SignedIn = Callable[[str], FlaskClient]
EVENING = datetime.fromisoformat("2026-11-27T22:59:00+00:00")


@db.action
def _costs(date: int, cents: int) -> None:
    db.session().execute(update(Occurrence).where(Occurrence.id == date).values(cents=cents))


def test_the_poster_of_a_date_says_what_when_where_and_how_to_sign_up(
    app: Flask, world: World, signed_in: SignedIn
) -> None:
    with app.app_context():
        date = a_date(world, starts=FIRST, closes=EVENING, capacity=5, bring="een bord", source="Samen eten. Gezellig.")
        _costs(date, 600)
    with time_machine.travel(BEFORE, tick=False):
        page = signed_in("nel").get(f"/agenda/{date}/poster").text
    assert "dinsdag 1 december" in page and "10.30 tot 12.30 uur" in page and "Koffie in de hal</h1>" in page
    assert "Grote hal, begane grond" in page and "Samen eten. Gezellig." in page
    assert "€\u00a06,00 per persoon" in page and "Neem mee: een bord" in page and "Er zijn 5 plaatsen" in page
    assert "Ton ontvangt u" in page and "Rachid" in page and "Opgeven tot en met vrijdag 27 november" in page
    assert f"/a/{date}</b>" in page and "<svg" in page and 'aria-label="QR-code die' in page
    assert page.count("<li></li>") == 5, "no more lines than places"


def test_the_poster_of_a_series_says_its_rule_and_its_first_days(app: Flask, world: World, signed_in: SignedIn) -> None:
    with app.app_context(), time_machine.travel(BEFORE, tick=False):
        dates, ton = a_series(world, skips_holidays=True), world.visitor("ton")
        changing.skip_date(dates[1], "Feest", by=ton)
        nel = signed_in("nel")
        page = nel.get(f"/agenda/{dates[0]}/poster").text
        alone = nel.get(f"/agenda/{dates[0]}/poster?dag=ja").text
    assert ">Elke dinsdag<" in page and "Niet op feestdagen." in page and "Niet op dinsdag 8 december." in page
    first = "dinsdag 1 december, dinsdag 15 december, dinsdag 22 december en dinsdag 29 december"
    assert f"De eerste keren: {first}." in page
    assert "<li></li>" not in page and "<li></li>" in alone, "on a list for every week nobody knows which one"
    assert ">dinsdag 1 december<" in alone and "Elke dinsdag" not in alone


def test_the_poster_of_a_date_that_is_off_says_so_and_asks_nobody_to_sign_up(
    app: Flask, world: World, signed_in: SignedIn
) -> None:
    with app.app_context(), time_machine.travel(BEFORE, tick=False):
        date = a_date(world, starts=FIRST)
        changing.skip_date(date, "De lerares is ziek", by=world.visitor("ton"))
        page = signed_in("nel").get(f"/agenda/{date}/poster").text
    assert "Gaat niet door." in page and "De lerares is ziek" in page
    assert "Geef u op" not in page and "<li></li>" not in page


def test_who_just_comes_is_not_asked_to_sign_up(app: Flask, world: World, signed_in: SignedIn) -> None:
    with app.app_context():
        date = a_date(world, needs_signup=False)
    page = signed_in("nel").get(f"/agenda/{date}/poster").text
    assert "Opgeven hoeft niet." in page and "Geef u op" not in page and "<li></li>" not in page


def test_a_stranger_makes_a_poster_of_what_is_public_without_a_name(app: Flask, world: World) -> None:
    with app.app_context():
        shown, hidden = a_series(world, is_public=True)[0], a_date(world, title="Onder ons")
    with time_machine.travel(BEFORE, tick=False):
        nobody = app.test_client()
        page = nobody.get(f"/agenda/{shown}/poster").text
        away = nobody.get(f"/agenda/{hidden}/poster")
    assert ">Elke dinsdag<" in page and "dinsdag 8 december" in page and "Lindehof" in page
    assert "Ton" not in page and "Rachid" not in page and "Bel Zuiderlicht:" in page
    assert away.status_code in {302, 303} and "Onder ons" not in away.text


def test_a_date_of_nobody_is_not_there(signed_in: SignedIn) -> None:
    for number in ("999999", str(10**18), str(2**63 - 1)):
        assert signed_in("nel").get(f"/agenda/{number}/poster").status_code == 404


@pytest.mark.parametrize(
    ("title", "size"),
    [("Koffie in de hal", 0), ("Bewonersvergadering", 2), ("Samen eten: Surinaamse roti", 1), ("a" * 120, 3)],
)
def test_a_long_title_is_smaller(title: str, size: int) -> None:
    assert posters.size_of(title) == size


def test_the_words_end_with_a_sentence_where_they_can(app: Flask, world: World, signed_in: SignedIn) -> None:
    with app.app_context():
        whole = a_date(world, source="Eerste zin. Tweede zin! " + "Een derde die veel te lang is " * 9)
        cut = a_date(world, source="Woord " * 90)
    nel = signed_in("nel")
    assert ">Eerste zin. Tweede zin!<" in nel.get(f"/agenda/{whole}/poster").text
    assert "Woord…<" in nel.get(f"/agenda/{cut}/poster").text


def test_a_poster_that_hangs_leads_to_the_first_date_that_is_still_to_come(
    app: Flask, world: World, signed_in: SignedIn
) -> None:
    with app.app_context():
        dates = a_series(world)
    with time_machine.travel(FIRST + timedelta(weeks=1, days=1), tick=False):
        page = signed_in("nel").get(f"/agenda/{dates[0]}/poster").text
    assert f"/a/{dates[2]}</b>" in page
