"""Signing in with a password, choosing one, and that nothing tells whose address it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community import clock, db
from community.accounts import passwords, profile
from community.accounts.models import LoginSession, Person
from tests.world import World

GOOD, OTHER = "drie gewone woorden", "nog drie andere woorden"
WRONG = "Het e-mailadres en het wachtwoord horen niet bij elkaar. Kijk beide nog eens na."
SignedIn = Callable[[str], FlaskClient]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Argon2 as it is, but a hundred times quicker: these tests are about who gets in."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._of_nobody.cache_clear()
    yield
    passwords._of_nobody.cache_clear()


def has_password(app: Flask, person_id: int, password: str) -> None:
    with app.app_context():
        profile.keep_password(passwords.keep(password), by=person_id)


def kept(app: Flask, person_id: int) -> str | None:
    with app.app_context():
        return db.session().scalar(select(Person.password_hash).where(Person.id == person_id))


def enter(browser: FlaskClient, address: str, password: str, **more: str) -> int:
    return browser.post("/inloggen/wachtwoord", data={"mail": address, "wachtwoord": password, **more}).status_code


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/mijn").status_code == 200


def test_the_right_password_signs_in(app: Flask, client: FlaskClient, world: World) -> None:
    has_password(app, world.people["ton"], GOOD)
    assert enter(client, "ton@example.nl", OTHER) == 422
    assert not is_signed_in(client)
    assert enter(client, " Ton@Example.nl ", GOOD, eigen="nee") == 303
    assert is_signed_in(client)
    with app.app_context():
        held = db.session().scalars(select(LoginSession)).one()
        assert (held.way, held.is_trusted) == ("password", False)


def test_unknown_address_no_password_and_wrong_password_are_answered_alike(app: Flask, world: World) -> None:
    has_password(app, world.people["ton"], GOOD)
    answers = set()
    for address in ("ton@example.nl", "nel@example.nl", "abc@example.nl"):
        answer = app.test_client().post("/inloggen/wachtwoord", data={"mail": address, "wachtwoord": OTHER})
        assert WRONG in answer.text
        text = re.sub(r'name="csrf_token" value="[^"]*"|name="csrf" content="[^"]*"', "", answer.text)
        answers.add((answer.status_code, text.replace(address, "-")))
    assert len(answers) == 1


def test_nobody_takes_as_many_computations_as_somebody(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_password(app, world.people["willemijn"], GOOD)
    has_password(app, world.people["piet"], OTHER)
    has_password(app, world.people["ton"], GOOD)
    computed: list[str] = []
    right = passwords._is
    monkeypatch.setattr(passwords, "_is", lambda password, hash_: computed.append(hash_) or right(password, hash_))
    counts = []
    for address in ("koster@example.nl", "ton@example.nl", "nel@example.nl", "abc@example.nl"):
        computed.clear()
        assert enter(app.test_client(), address, "helemaal verkeerd") == 422
        counts.append(len(computed))
    assert counts == [2, 2, 2, 2]


def test_a_refused_password_is_not_given_back_and_the_address_is(client: FlaskClient, world: World) -> None:
    answer = client.post("/inloggen/wachtwoord", data={"mail": "ton@example.nl", "wachtwoord": "geheim-woord"})
    assert "geheim-woord" not in answer.text
    assert 'value="ton@example.nl"' in answer.text
    empty = client.post("/inloggen/wachtwoord", data={"mail": "ton@example.nl"})
    assert (empty.status_code, "Typ hier uw wachtwoord." in empty.text) == (422, True)


def test_with_a_shared_mailbox_the_password_says_who_it_is(app: Flask, world: World) -> None:
    has_password(app, world.people["willemijn"], GOOD)
    has_password(app, world.people["piet"], OTHER)
    for password, name in ((GOOD, "Willemijn Koster"), (OTHER, "Piet Koster")):
        browser = app.test_client()
        enter(browser, "koster@example.nl", password)
        assert name in browser.get("/mijn").text


def test_two_with_the_same_password_are_asked_who_it_is(app: Flask, client: FlaskClient, world: World) -> None:
    has_password(app, world.people["willemijn"], GOOD)
    has_password(app, world.people["piet"], GOOD)
    assert enter(client, "koster@example.nl", GOOD) == 303
    assert not is_signed_in(client)
    client.post("/inloggen/wie", data={"wie": world.people["piet"]})
    assert "Piet Koster" in client.get("/mijn").text


def test_a_password_kept_in_a_weaker_way_is_kept_anew(app: Flask, client: FlaskClient, world: World) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=32, parallelism=1).hash(GOOD)
    with app.app_context():
        profile.keep_password(old, by=world.people["ton"])
    assert enter(client, "ton@example.nl", GOOD) == 303
    renewed = kept(app, world.people["ton"])
    assert renewed is not None
    assert renewed != old
    assert enter(app.test_client(), "ton@example.nl", GOOD) == 303
    assert kept(app, world.people["ton"]) == renewed


def test_a_broken_hash_lets_nobody_in(app: Flask, client: FlaskClient, world: World) -> None:
    with app.app_context():
        profile.keep_password("not a hash", by=world.people["ton"])
    assert enter(client, "ton@example.nl", "not a hash") == 422


# ---- choosing one ------------------------------------------------------------------------------------------------


def test_a_password_is_chosen_changed_and_removed(app: Flask, signed_in: SignedIn, world: World) -> None:
    browser = signed_in("ton")
    assert browser.post("/mijn/wachtwoord", data={"nieuw_wachtwoord": GOOD}).location == "/mijn"
    assert enter(app.test_client(), "ton@example.nl", GOOD) == 303
    # Came in by letter just now: need not know the old one.
    assert browser.post("/mijn/wachtwoord", data={"nieuw_wachtwoord": OTHER}).location == "/mijn"
    assert enter(app.test_client(), "ton@example.nl", GOOD) == 422
    assert enter(app.test_client(), "ton@example.nl", OTHER) == 303
    assert browser.post("/mijn/wachtwoord/weg").location == "/mijn"
    assert enter(app.test_client(), "ton@example.nl", OTHER) == 422


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "minstens 8 tekens"),
        ("kort", "minstens 8 tekens"),
        ("welkom01", "raadt iedereen"),
        ("aaaaaaaaaa", "raadt iedereen"),
        ("x" * 501, "hoogstens 500 tekens"),
    ],
)
def test_a_password_that_will_not_do_says_why(
    app: Flask, signed_in: SignedIn, world: World, typed: str, sentence: str
) -> None:
    answer = signed_in("ton").post("/mijn/wachtwoord", data={"nieuw_wachtwoord": typed})
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert kept(app, world.people["ton"]) is None


def test_who_sits_down_at_the_device_of_somebody_else_cannot_change_their_password(
    app: Flask, signed_in: SignedIn, world: World
) -> None:
    has_password(app, world.people["ton"], GOOD)
    browser = signed_in("ton")
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        for path in ("/mijn/wachtwoord", "/mijn/wachtwoord/weg"):
            answer = browser.post(path, data={"nieuw_wachtwoord": OTHER, "wachtwoord": "gok"})
            assert (answer.status_code, "Dit is niet uw wachtwoord van nu." in answer.text) == (422, True)
        assert "Uw wachtwoord van nu" in browser.get("/mijn/wachtwoord").text
        right = browser.post("/mijn/wachtwoord", data={"nieuw_wachtwoord": OTHER, "wachtwoord": GOOD})
    assert right.location == "/mijn"
    assert enter(app.test_client(), "ton@example.nl", OTHER) == 303


def test_without_an_address_there_is_no_password(app: Flask, signed_in: SignedIn, world: World) -> None:
    browser = signed_in("henk")
    assert "Geef eerst uw e-mailadres." in browser.get("/mijn/wachtwoord").text
    assert browser.post("/mijn/wachtwoord", data={"nieuw_wachtwoord": GOOD}).status_code == 422
    assert kept(app, world.people["henk"]) is None
