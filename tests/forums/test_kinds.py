"""The kinds of conversation: choosing one, a form with its own words, who may announce, and what belongs elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community import db
from forums import kinds
from forums.models import Topic

Browser = Callable[[str], FlaskClient]


def topics(app: Flask) -> list[Topic]:
    with app.app_context():
        return list(db.session().scalars(select(Topic)))


def test_one_first_says_what_kind_it_is(signed_in: Browser) -> None:
    html = signed_in("ton").get("/gesprekken/nieuw?forum=lindehof").text
    assert "soort=lost_found&amp;aard=lost&amp;forum=lindehof" in html
    assert "Vraag aan Zuiderlicht" in html and "<textarea" not in html


@pytest.mark.parametrize(("kind", "aspect"), kinds.CHOICES)
def test_every_kind_has_a_form_with_its_own_words(signed_in: Browser, kind: str, aspect: str | None) -> None:
    address = f"/gesprekken/nieuw?soort={kind}" + (f"&aard={aspect}" if aspect else "")
    html = signed_in("rachid").get(address).text
    assert f'name="soort" value="{kind}"' in html
    assert ("gedrag, geen uiterlijk" in html) is (kind == "safety")


@pytest.mark.parametrize("asked", ["onzin", "question", "question&aard=onzin", "help&aard=association"])
def test_what_is_no_kind_is_asked_again(signed_in: Browser, asked: str) -> None:
    answer = signed_in("ton").get(f"/gesprekken/nieuw?soort={asked}")
    assert answer.status_code == 200 and "Wat wilt u plaatsen?" in answer.text


def test_a_refused_form_keeps_its_kind(signed_in: Browser) -> None:
    typed = {"forum": "lindehof", "soort": "lost_found", "aard": "lost", "titel": "Saar", "tekst": ""}
    answer = signed_in("ton").post("/gesprekken/nieuw", data=typed)
    assert answer.status_code == 422
    assert "Wat bent u kwijt?" in answer.text and 'value="Saar"' in answer.text


def test_only_who_speaks_for_others_is_offered_an_announcement(signed_in: Browser) -> None:
    for key, offered in {"ton": False, "nel": True, "moira": True, "rachid": True, "anouk": True}.items():
        assert ("soort=announcement" in signed_in(key).get("/gesprekken/nieuw").text) is offered, key


@pytest.mark.parametrize(("key", "status"), [("ton", 403), ("nel", 303), ("moira", 303), ("rachid", 303)])
def test_only_who_speaks_for_others_announces(app: Flask, signed_in: Browser, key: str, status: int) -> None:
    typed = {"forum": "lindehof", "soort": "announcement", "titel": "Geen water", "tekst": "Dinsdag van 9 tot 12."}
    answer = signed_in(key).post("/gesprekken/nieuw", data=typed)
    assert answer.status_code == status
    assert len(topics(app)) == (status == 303)
    if status == 403:
        assert "Dinsdag van 9 tot 12." in answer.text, "what was typed is given back"


def test_the_chair_announces_at_home_and_not_in_the_neighbourhood(app: Flask, signed_in: Browser) -> None:
    html = signed_in("nel").get("/gesprekken/nieuw?soort=announcement").text
    assert 'value="lindehof"' in html and 'value="buurt-west"' in html
    assert 'value="buurt-west"' not in signed_in("moira").get("/gesprekken/nieuw?soort=announcement").text


QUESTION = {"soort": "question", "aard": "association", "titel": "Wanneer komt er verf?", "tekst": "De hal is kaal."}


def test_a_question_to_the_association_waits_for_an_answer(app: Flask, signed_in: Browser) -> None:
    assert signed_in("ton").post("/gesprekken/nieuw", data={**QUESTION, "forum": "lindehof"}).status_code == 303
    (topic,) = topics(app)
    assert (topic.kind, topic.aspect, topic.status) == ("question", "association", "open")


def test_a_question_to_neighbours_waits_for_nobody(app: Flask, signed_in: Browser) -> None:
    typed = {**QUESTION, "aard": "neighbours", "forum": "lindehof+buren"}
    assert signed_in("ton").post("/gesprekken/nieuw", data=typed).status_code == 303
    assert topics(app)[0].status is None


def test_the_association_must_be_able_to_read_what_it_is_asked(app: Flask, signed_in: Browser) -> None:
    assert (
        'value="lindehof+buren"' not in signed_in("ton").get("/gesprekken/nieuw?soort=question&aard=association").text
    )
    assert 'value="lindehof+buren"' in signed_in("ton").get("/gesprekken/nieuw?soort=question&aard=neighbours").text
    answer = signed_in("ton").post("/gesprekken/nieuw", data={**QUESTION, "forum": "lindehof+buren"})
    assert answer.status_code == 422 and "Zuiderlicht moet uw vraag kunnen lezen." in answer.text
    assert "De hal is kaal." in answer.text and topics(app) == []


REPAIR = {**QUESTION, "forum": "lindehof", "titel": "De kraan", "tekst": "Mijn kraan lekt al een week."}


def test_a_repair_is_shown_the_way_and_can_still_be_placed(app: Flask, signed_in: Browser) -> None:
    ton = signed_in("ton")
    asked = ton.post("/gesprekken/nieuw", data=REPAIR)
    assert asked.status_code == 200
    assert "Een reparatie meldt u bij Zuiderlicht" in asked.text and "010 - 123 45 67" in asked.text
    assert "Mijn kraan lekt al een week." in asked.text and topics(app) == []
    assert 'name="reparatie" value="gelezen"' in asked.text
    assert ton.post("/gesprekken/nieuw", data={**REPAIR, "reparatie": "gelezen"}).status_code == 303
    assert len(topics(app)) == 1


@pytest.mark.parametrize(
    ("said", "is_repair"),
    [
        ("De lift is weer kapot", True),
        ("De lamp doet het niet", True),
        ("De afvoer is verstopt", True),
        ("My tap is leaking", True),
        ("Wanneer wordt de hal geverfd?", False),
        ("Een stuk of tien mensen", False),
        ("Wie wil er samen eten?", False),
    ],
)
def test_what_sounds_like_a_repair(said: str, is_repair: bool) -> None:
    assert kinds.asks_for_repair("Vraag", said) is is_repair
