"""The page on which one searches: what it shows to whom, and what it offers when there is nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy import select, update

from community import db, reindexing, search
from community.accounts.models import Person
from community.excerpts import excerpt
from community.reindexing import Filling
from community.search import Asked, Line, Source, Way
from community.visitor import Visitor
from forums import actions, settling
from tests.world import World

Browser = Callable[[str], FlaskClient]


@pytest.fixture
def filled(app: Flask, world: World) -> World:
    """A conversation, replies, and neighbours who chose to be shown."""
    with app.app_context():
        for number in range(6):
            actions.start_topic(
                forum_id=world.forums["lindehof"], kind="conversation", title=f"Gesprek {number} over de lift",
                source="Doet de lift het weer?", token=None, by=world.visitor("nel"),
            )  # fmt: skip
        for _turn in range(25):
            actions.reply(topic_id=1, source="Het **fietsenhok** zit vol <b>.", token=None, by=world.visitor("henk"))
        show(world, "willemijn", "piet")
    return world


@db.action
def show(world: World, *keys: str) -> None:
    people = [world.people[key] for key in keys]
    db.session().execute(update(Person).where(Person.id.in_(people)).values(is_shown=True, interests="klaverjassen"))


def test_an_empty_search_shows_the_last_four_conversations(filled: World, signed_in: Browser) -> None:
    page = signed_in("ton").get("/zoeken").text
    assert page.count('href="/gesprekken/') == 4 and "Gesprek 5 over de lift" in page and "Gesprek 1" not in page


def test_topics_stand_before_people_and_people_before_posts(app: Flask, filled: World, signed_in: Browser) -> None:
    browser = signed_in("ton")
    browser.post("/gesprekken/1/reactie", data={"tekst": "Ook de liftdeur, zegt Lifting", "formulier": "x"})
    assert headings(browser.get("/zoeken?q=klaverjassen").text) == ["Buren"]
    assert headings(browser.get("/zoeken?q=hok").text) == ["Reacties"]
    with_all = "/zoeken?q=lift"
    with app.app_context():
        _rename(filled, "willemijn", "Willemijn Lift")
    assert headings(browser.get(with_all).text) == ["Gesprekken", "Buren", "Reacties"]


@db.action
def _rename(world: World, key: str, name: str) -> None:
    db.session().execute(update(Person).where(Person.id == world.people[key]).values(name=name))


def headings(page: str) -> list[str]:
    return [one.split("</h2>")[0].split(">", 1)[1] for one in page.split("<h2")[1:]]


def test_the_words_are_marked_and_what_was_typed_stays_text(filled: World, signed_in: Browser) -> None:
    page = signed_in("ton").get("/zoeken?q=fiets+<i>").text
    assert "Het <mark>fietsenhok</mark> zit vol &lt;b&gt;." not in page, "also the i was asked for"
    page = signed_in("ton").get("/zoeken?q=fiets").text
    assert "Het <mark>fietsenhok</mark> zit vol &lt;b&gt;." in page


def test_more_is_on_numbered_pages(filled: World, signed_in: Browser) -> None:
    browser = signed_in("ton")
    page = browser.get("/zoeken?q=fiets").text
    assert page.count("<mark>fietsenhok") == 5 and "/zoeken?q=fiets&amp;soort=post" in page
    first = browser.get("/zoeken?q=fiets&soort=post").text
    second = browser.get("/zoeken?q=fiets&soort=post&pagina=2").text
    assert (first.count("<mark>fietsenhok"), second.count("<mark>fietsenhok")) == (20, 5)
    assert 'rel="next"' in first and 'rel="prev"' in second and 'rel="next"' not in second
    for address in ("pagina=99999999999999999999", "pagina=x", "soort=x", "periode=x"):
        assert browser.get(f"/zoeken?q=fiets&{address}").status_code == 200


def test_nothing_found_offers_what_was_perhaps_meant(filled: World, signed_in: Browser) -> None:
    browser = signed_in("ton")
    page = browser.get("/zoeken?q=fitsenhok").text
    assert "Niets gevonden met <b>fitsenhok</b>." in page and "Bedoelt u" in page
    assert '<a href="/zoeken?q=fietsenhok"><b>fietsenhok</b></a>?' in page
    other = signed_in("bas").get("/zoeken?q=fitsenhok").text
    assert "Niets gevonden" in other and "Bedoelt u" not in other and "fietsenhok" not in other


def test_filters_are_kept_and_can_be_dropped(filled: World, signed_in: Browser) -> None:
    browser = signed_in("ton")
    page = browser.get("/zoeken?q=lift&wie=henk&periode=week").text
    assert "Niets gevonden" in page and 'value="henk"' in page and '<option value="week" selected>' in page
    assert 'href="/zoeken?q=lift"' in page
    assert "Gesprek 5" in browser.get("/zoeken?q=lift&wie=Nel&periode=jaar").text
    assert "Reacties" in browser.get("/zoeken?wie=henk").text


def test_staff_find_colleagues_and_no_residents(filled: World, signed_in: Browser) -> None:
    assert "<mark>Willemijn</mark> Koster" in signed_in("ton").get("/zoeken?q=willemijn").text, "a resident does"
    for who in ("rachid", "anouk"):
        browser = signed_in(who)
        for query in ("willemijn", "klaverjassen", "nel van dam", "bewonerscommissie"):
            assert "/buren/" not in browser.get("/zoeken", query_string={"q": query}).text, (who, query)
        assert f"/buren/{filled.people['marjan']}" in browser.get("/zoeken?q=marjan").text


def test_who_is_not_shown_or_lives_elsewhere_is_not_found(app: Flask, filled: World, signed_in: Browser) -> None:
    page = signed_in("ton").get("/zoeken?q=henk+de+boer").text
    assert "/buren/" not in page
    assert "/buren/" not in signed_in("bas").get("/zoeken?q=willemijn").text
    with app.app_context():
        unshow(filled)
    assert "/buren/" not in signed_in("ton").get("/zoeken?q=willemijn").text


@db.action
def unshow(world: World) -> None:
    db.session().execute(update(Person).values(is_shown=False))


def test_the_list_of_conversations_has_a_field_to_search_with(filled: World, signed_in: Browser) -> None:
    page = signed_in("ton").get("/gesprekken").text
    assert 'action="/zoeken"' in page and 'name="q"' in page


def test_a_stranger_signs_in_first(client: FlaskClient) -> None:
    assert client.get("/zoeken?q=lift").status_code in (302, 303)


def test_an_excerpt_is_cut_around_the_first_word_that_was_asked_for() -> None:
    text = "Begin. " + "woord " * 100 + "de lift staat stil " + "woord " * 100
    made = str(excerpt(text, frozenset({"lif"})))
    assert "<mark>lift</mark> staat stil" in made and made.startswith("… ") and made.endswith("…")
    assert len(made) < 280
    assert str(excerpt("Een & twee", frozenset())) == "Een &amp; twee"
    assert str(excerpt("x" * 1000, frozenset())) == "x" * 220 + "…"
    assert "<mark>" in str(excerpt("y" * 500 + " lift " + "z" * 500, frozenset({"lif"})))


def test_what_was_agreed_has_a_part_of_its_own_that_leads_there(app: Flask, filled: World, signed_in: Browser) -> None:
    with app.app_context():
        settling.agree(topic_id=1, source="De **loodgieters** komen <b>.", by=filled.visitor("nel"))
    browser = signed_in("ton")
    page = browser.get("/zoeken?q=loodgieter").text
    assert headings(page) == ["Hoe het afliep"] and "De <mark>loodgieters</mark> komen &lt;b&gt;." in page
    address = "/gesprekken/1-gesprek-0-over-de-lift?pagina=1"
    assert f'href="{address}#h-afspraak"' in page and 'id="h-afspraak"' in browser.get(address).text
    assert "Bedoelt u" in browser.get("/zoeken?q=loodgietres").text
    assert "Bedoelt u" not in signed_in("bas").get("/zoeken?q=loodgietres").text


# ---- between which days -------------------------------------------------------------------------------------------


@pytest.fixture
def dated(app: Flask, world: World) -> World:
    """A conversation a day, from the first to the fifth of March."""
    with app.app_context():
        for day in range(1, 6):
            with time_machine.travel(f"2026-03-0{day}T22:30:00Z"):  # half past eleven in the evening
                actions.start_topic(
                    forum_id=world.forums["lindehof"], kind="conversation", title=f"Lift op {day} maart",
                    source="Dag", token=None, by=world.visitor("nel"),
                )  # fmt: skip
    return world


def days(page: str) -> list[int]:
    return [int(day) for day in re.findall(r"<mark>Lift</mark> op (\d)", page)]


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("3-3-2026", "", [5, 4, 3]),
        ("", "3 maart 2026", [3, 2, 1]),
        ("2026-03-02", "2026-03-04", [4, 3, 2]),
        ("maandag 2 maart 2026", "2/3/26", [2]),
        ("1-1-0100", "31-12-9999", [5, 4, 3, 2, 1]),
        ("6-3-2026", "", []),
    ],
)
def test_days_are_from_midnight_to_midnight(
    dated: World, signed_in: Browser, first: str, last: str, found: list[int]
) -> None:
    page = signed_in("ton").get("/zoeken", query_string={"q": "lift", "van": first, "tot": last}).text
    assert days(page) == found
    assert f'name="van" type="text" value="{first}"' in page and f'name="tot" type="text" value="{last}"' in page
    assert ("Zoek hetzelfde van iedereen en altijd" in page) is (not found)


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("30 februari 2026", "", "30 februari 2026 bestaat niet. Kijk de dag nog eens na."),
        ("", "ooit", "Schrijf de dag zoals 12-3-2026 of 12 maart 2026."),
        ("4-3-2026", "2-3-2026", "4-3-2026 komt na 2-3-2026. Wissel de dagen om, of schrijf het jaar erbij."),
    ],
)
def test_days_that_cannot_be_get_a_sentence_and_stay_as_typed(
    dated: World, signed_in: Browser, first: str, last: str, sentence: str
) -> None:
    page = signed_in("ton").get("/zoeken", query_string={"q": "lift", "van": first, "tot": last, "wie": "nel"}).text
    assert page.count(sentence) == 2 and "Wij konden nog niet zoeken" in page and "<title>Fout:" in page
    assert 'aria-invalid="true"' in page and 'value="nel"' in page and 'name="q" type="search" value="lift"' in page
    assert f'value="{first}"' in page and f'value="{last}"' in page and '<details class="mt-3" open>' in page
    assert days(page) == [] and "Niets gevonden" not in page


def test_days_hold_beside_the_period_and_the_writer(dated: World, signed_in: Browser) -> None:
    browser = signed_in("ton")
    with time_machine.travel("2026-03-05T23:30:00Z"):
        browser = signed_in("ton")
        assert days(browser.get("/zoeken?q=lift&periode=week&tot=4-3-2026").text) == [4, 3, 2], "Monday was the 2nd"
        assert days(browser.get("/zoeken?q=lift&van=4-3&wie=nel").text) == [5, 4]
        assert days(browser.get("/zoeken?q=lift&van=4-3&wie=henk").text) == []


def test_days_go_along_to_the_next_page_and_to_what_was_meant(dated: World, signed_in: Browser) -> None:
    browser = signed_in("ton")
    page = browser.get("/zoeken?q=lfit&van=1-3-2026").text
    assert 'href="/zoeken?q=lift&amp;van=1-3-2026"' in page
    page = browser.get("/zoeken?q=lift&van=1-3-2026&soort=topic").text
    assert 'href="/zoeken?q=lift&amp;van=1-3-2026">Alles wat gevonden is' in page


def test_days_alone_ask_for_nothing_yet(dated: World, signed_in: Browser) -> None:
    page = signed_in("ton").get("/zoeken?van=1-3-2026").text
    assert "Vul ook in wat u zoekt, of van wie het is." in page and 'value="1-3-2026"' in page


# ---- what a later room brings -------------------------------------------------------------------------------------


@pytest.fixture
def bicycles(app: Flask, world: World) -> Iterator[None]:
    """A room that nobody knows of: bicycles to lend, in sheds. Residents may see those of shed 1, staff none."""

    def look(visitor: Visitor, asked: Asked, start: int, most: int) -> list[Line]:
        def rows(way: Way, values: dict[str, Any]) -> Sequence[Any]:
            hit = way.hit()
            statement = way.finished(select(hit.subject_id, hit.id).select_from(hit.source), hit)
            return db.connection().execute(statement, values).all()

        sheds = [] if visitor.is_staff else [1]
        found = search.hits(rows, asked, "bicycle", sheds, start, most)
        front = Markup('<span class="shed"></span>')
        return [
            Line(f"/fietsen/{row.subject_id}", f"Fiets {row.subject_id}", "Een bakfiets", "te leen", front=front)
            for row in found
        ]

    def entry(number: int) -> tuple[dict[str, Any], list[str]]:
        at = datetime(2026, 3, number, 12, tzinfo=UTC)
        values = search.entry("bicycle", number, 1 + number % 2, at, [f"Fiets {number}", "Een bakfiets"], "Nel van Dam")
        return values, ["Een bakfiets"]

    def renew(numbers: Sequence[int]) -> None:
        for number in numbers:
            search.put(*entry(number))

    # Each has the number of its owner.
    numbers = select(Person.id).where(Person.id < 7)
    made = Source("bicycle", "Fietsen", look, order=10, is_narrowed=True, icons=("heart",), sheet="gathering.css")
    with app.app_context():
        search.source(app, made)
        reindexing.fills(app, Filling("bicycle", numbers, renew, lambda: map(entry, range(1, 7))))
        fill: Callable[[], None] = db.action(reindexing.fill)
        fill()
    yield
    app.extensions["search sources"].remove(made)
    del app.extensions["search fillings"]["bicycle"]


@pytest.mark.usefixtures("bicycles")
def test_another_room_can_be_searched_by_registering(dated: World, signed_in: Browser) -> None:
    browser = signed_in("ton")
    page = browser.get("/zoeken?q=bakfiets").text
    assert headings(page) == ["Fietsen"] and re.findall(r"Een (<mark>bakfiets</mark>)", page)
    assert re.findall(r'href="/fietsen/(\d)"', page) == ["6", "4", "2"], "what stands in shed 1, the newest first"
    assert '<span class="shed"></span>' in page and "gathering." in page and 'id="i-heart"' in page
    assert "/fietsen/" not in signed_in("rachid").get("/zoeken?q=bakfiets").text
    # A part of a compound, by whom, and by day.
    for query, found in (("fiets&van=3-3-2026", "64"), ("bakfiets&wie=nel&tot=3-3-2026", "2"), ("fiets&wie=piet", "")):
        assert re.findall(r'href="/fietsen/(\d)"', browser.get(f"/zoeken?q={query}").text) == list(found), query
    assert "Bedoelt u" in browser.get("/zoeken?q=bakfeits").text


@pytest.mark.usefixtures("bicycles")
def test_the_rooms_stand_in_the_order_of_the_page(dated: World, app: Flask, signed_in: Browser) -> None:
    with app.app_context():
        actions.start_topic(
            forum_id=dated.forums["lindehof"], kind="conversation", title="Een bakfiets", source="Dag", token=None,
            by=dated.visitor("nel"),
        )  # fmt: skip
        actions.reply(topic_id=6, source="Een bakfiets", token=None, by=dated.visitor("henk"))
        settling.agree(topic_id=6, source="Een bakfiets", by=dated.visitor("nel"))
        show(dated, "willemijn")
        _rename(dated, "willemijn", "Willemijn Bakfiets")
    browser = signed_in("ton")
    page = browser.get("/zoeken?q=bakfiets").text
    assert headings(page) == ["Fietsen", "Gesprekken", "Hoe het afliep", "Buren", "Reacties"]
    page = browser.get("/zoeken?q=bakfiets&soort=bicycle").text
    assert headings(page) == ["Fietsen"]
    assert "gathering." not in browser.get("/zoeken?q=lift").text, "its style is for its own lines"


@pytest.mark.usefixtures("bicycles")
def test_the_worker_goes_through_what_another_room_had_before(app: Flask, dated: World, signed_in: Browser) -> None:
    browser = signed_in("ton")
    with app.app_context():
        reindexing.begin_anew()
    assert "/fietsen/" not in browser.get("/zoeken?q=bakfiets").text
    with app.app_context():
        reindexing.catch_up()
    assert browser.get("/zoeken?q=bakfiets").text.count('href="/fietsen/') == 3
