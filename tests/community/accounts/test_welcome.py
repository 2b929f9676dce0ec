"""The welcome: four questions, each may be skipped, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community import db
from community.accounts.actions import Letter
from community.accounts.models import Person
from tests.pictures import photo
from tests.world import World


@pytest.fixture
def newcomer(client: FlaskClient, letter: Callable[..., Letter]) -> FlaskClient:
    """The browser of somebody who has just joined."""
    client.post("/inloggen", data={"code": letter("meidoorn", 7).code})
    assert client.post("/inloggen/naam", data={"naam": "Rie de Wit"}).location == "/welkom/1"
    return client


def rie(app: Flask) -> Person:
    with app.app_context():
        return db.session().scalars(select(Person).where(Person.name.like("Rie%"))).one()


def test_the_four_answers_are_kept_and_end_at_today(app: Flask, newcomer: FlaskClient) -> None:
    answer = newcomer.post("/welkom/1", data={"naam": "Rie de Wit-Smit", "roepnaam": "Rie", "groet": "mevrouw"})
    assert answer.location == "/welkom/2"
    assert newcomer.post("/welkom/2", data={"foto": (BytesIO(photo()), "ik.jpg")}).location == "/welkom/3"
    assert newcomer.post("/welkom/3", data={"interesses": "puzzelen", "tonen": "ja"}).location == "/welkom/4"
    assert newcomer.post("/welkom/4", data={"letters": "groot"}).location == "/vandaag"
    person = rie(app)
    assert person.name == "Rie de Wit-Smit"
    assert person.greeting == "mevrouw De Wit-Smit"
    assert person.photo is not None
    assert (person.interests, person.is_shown) == ("puzzelen", True)
    assert (person.text_size, person.welcome_step) == ("groot", 4)


def test_every_question_can_be_skipped_and_nobody_is_shown_by_skipping(app: Flask, newcomer: FlaskClient) -> None:
    for step, after in ((1, "/welkom/2"), (2, "/welkom/3"), (3, "/welkom/4"), (4, "/vandaag")):
        page = newcomer.get(f"/welkom/{step}").text
        assert f"Vraag {step} van 4" in page
        assert "Sla deze vraag over" in page
        form = {"overslaan": "ja", "naam": "", "tonen": "ja", "letters": "grootst"}
        assert newcomer.post(f"/welkom/{step}", data=form).location == after
    person = rie(app)
    assert (person.name, person.is_shown, person.text_size, person.welcome_step) == ("Rie de Wit", False, "gewoon", 4)


def test_no_photo_chosen_is_an_answer(app: Flask, newcomer: FlaskClient) -> None:
    assert newcomer.post("/welkom/2", data={"foto": (BytesIO(b""), "")}).location == "/welkom/3"
    assert rie(app).photo is None


@pytest.mark.parametrize(
    ("step", "form", "sentence"),
    [
        (1, {"naam": "??", "roepnaam": "Rie"}, "Typ een naam met minstens één letter."),
        (3, {"interesses": "i" * 301, "tonen": "ja"}, "Dit zijn 301 tekens. Er passen er 300."),
    ],
)
def test_a_wrong_answer_is_said_and_kept(
    app: Flask, newcomer: FlaskClient, step: int, form: dict[str, str], sentence: str
) -> None:
    answer = newcomer.post(f"/welkom/{step}", data=form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "<title>Fout:" in answer.text
    for value in form.values():
        assert value in answer.text
    assert rie(app).welcome_step == 0


def test_a_file_that_is_no_photo_is_said(newcomer: FlaskClient) -> None:
    answer = newcomer.post("/welkom/2", data={"foto": (BytesIO(b"tekst"), "brief.txt")})
    assert (answer.status_code, "Dit is geen foto die wij kunnen lezen." in answer.text) == (422, True)


def test_who_leaves_halfway_goes_on_there_the_next_time(
    app: Flask, newcomer: FlaskClient, letter: Callable[..., Letter]
) -> None:
    newcomer.post("/welkom/1", data={"overslaan": "ja"})
    newcomer.post("/uitloggen")
    newcomer.post("/inloggen", data={"code": letter("meidoorn", 7).code})
    assert newcomer.post("/inloggen/wie", data={"wie": rie(app).id}).location == "/welkom/2"


@pytest.mark.parametrize("step", ["0", "5", "99999999999999999999", "een"])
def test_there_are_four_pages(newcomer: FlaskClient, step: str) -> None:
    assert newcomer.get(f"/welkom/{step}").status_code == 404
    assert newcomer.post(f"/welkom/{step}", data={"overslaan": "ja"}).status_code == 404


def test_the_welcome_is_for_who_is_signed_in(client: FlaskClient, world: World) -> None:
    assert client.get("/welkom/1").location == "/inloggen?verder=/welkom/1"
