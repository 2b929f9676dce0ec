"""The page on which one searches: what it shows to whom, and what it offers when there is nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from community import db
from community.accounts.models import Person
from community.excerpts import excerpt
from forums import actions
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
