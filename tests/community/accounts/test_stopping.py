"""Stopping with Trefpunt, and coming back within a fortnight."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community import clock, db
from community.accounts import access, actions, passwords, profile
from community.accounts.actions import Letter
from community.accounts.models import Person
from community.errors import Missing
from community.journal import JournalEntry
from tests.world import World

SignedIn = Callable[[str], FlaskClient]
Mails = Callable[[], list]


def left(app: Flask, key: int) -> bool:
    with app.app_context():
        return db.session().scalars(select(Person.left_at).where(Person.id == key)).one() is not None


def by_mail(browser: FlaskClient, mails: Mails, address: str = "ton@example.nl") -> str:
    browser.post("/inloggen/mail", data={"mail": address})
    return str(browser.post("/inloggen/code", data={"code": mails()[-1].code}).location)


def test_it_asks_once_and_looking_changes_nothing(app: Flask, signed_in: SignedIn, world: World) -> None:
    page = signed_in("ton").get("/mijn/stoppen").text
    assert "Ja, ik stop met Trefpunt" in page
    assert "oud-bewoner" in page
    assert not left(app, world.people["ton"])


def test_stopping_signs_out_everywhere_at_once(app: Flask, signed_in: SignedIn, world: World) -> None:
    browser, other = signed_in("ton"), signed_in("ton")
    with app.app_context():
        face = db.session().scalars(select(Person.face_version).where(Person.id == world.people["ton"])).one()
        losses = access.losses()
    assert browser.post("/mijn/stoppen").location == "/gestopt"
    assert "binnen 14 dagen" in browser.get("/gestopt").text
    for each in (browser, other):
        assert each.get("/mijn").status_code == 303
    with app.app_context():
        assert access.losses() > losses
        ton = db.session().get(Person, world.people["ton"])
        assert ton
        assert (ton.left_at is not None, ton.face_version) == (True, face + 1)
        assert db.session().scalars(select(JournalEntry).where(JournalEntry.kind == "accounts.stop")).one()


def test_within_a_fortnight_one_is_asked_and_comes_back(
    app: Flask, client: FlaskClient, signed_in: SignedIn, world: World, mails: Mails
) -> None:
    signed_in("ton").post("/mijn/stoppen")
    with time_machine.travel(clock.now() + timedelta(days=13)):
        assert by_mail(client, mails) == "/inloggen/terug"
        assert "Wilt u terugkomen?" in client.get("/inloggen/terug").text
        assert left(app, world.people["ton"])  # the code alone changes nothing
        assert client.get("/mijn").status_code == 303
        assert client.post("/inloggen/terug").location == "/vandaag"
        assert client.get("/mijn").status_code == 200
    assert not left(app, world.people["ton"])


def test_a_password_brings_one_back_too(app: Flask, client: FlaskClient, world: World) -> None:
    with app.app_context():
        profile.keep_password(passwords.keep("drie gewone woorden"), by=world.people["ton"])
        actions.stop(by=world.people["ton"])
    form = {"mail": "ton@example.nl", "wachtwoord": "drie gewone woorden"}
    assert client.post("/inloggen/wachtwoord", data=form).location == "/inloggen/terug"
    client.post("/inloggen/terug")
    assert client.get("/mijn").status_code == 200


def test_after_a_fortnight_mail_and_password_no_longer_open_and_a_letter_does(
    app: Flask, client: FlaskClient, world: World, mails: Mails, letter: Callable[..., Letter]
) -> None:
    with app.app_context():
        profile.keep_password(passwords.keep("drie gewone woorden"), by=world.people["ton"])
        actions.stop(by=world.people["ton"])
    with time_machine.travel(clock.now() + timedelta(days=14, minutes=1)):
        form = {"mail": "ton@example.nl", "wachtwoord": "drie gewone woorden"}
        assert client.post("/inloggen/wachtwoord", data=form).status_code == 422
        client.post("/inloggen/mail", data={"mail": "ton@example.nl"})
        assert mails() == []
        with app.app_context(), pytest.raises(Missing):
            actions.come_back(world.people["ton"])
        client.post("/inloggen", data={"code": letter("lindehof", 1).code})
        client.post("/inloggen/wie", data={"wie": world.people["ton"]})
        assert client.get("/mijn").status_code == 200
    assert not left(app, world.people["ton"])


def test_nobody_comes_back_in_the_name_of_somebody_else(
    app: Flask, client: FlaskClient, world: World, mails: Mails
) -> None:
    with app.app_context():
        actions.stop(by=world.people["ton"])
    assert client.post("/inloggen/terug").location == "/inloggen"
    by_mail(client, mails, "nel@example.nl")
    assert client.post("/inloggen/terug").location == "/inloggen"
    assert left(app, world.people["ton"])


def test_one_of_a_couple_stops_and_the_other_is_not_asked_to_come_back(
    app: Flask, client: FlaskClient, world: World, mails: Mails
) -> None:
    with app.app_context():
        actions.stop(by=world.people["piet"])
    assert by_mail(client, mails, "koster@example.nl") == "/inloggen/wie"
    assert client.post("/inloggen/wie", data={"wie": world.people["willemijn"]}).location == "/vandaag"
    assert left(app, world.people["piet"])


def test_stopping_twice_is_stopping_once(context: Flask, world: World) -> None:
    first = actions.stop(by=world.people["ton"])
    assert actions.stop(by=world.people["ton"]) == first
    assert len(db.session().scalars(select(JournalEntry).where(JournalEntry.kind == "accounts.stop")).all()) == 1
