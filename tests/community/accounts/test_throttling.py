"""How often one may be wrong, and that others notice nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from community import clock, throttle
from community.accounts.actions import Letter
from tests.world import World

PrintLetter = Callable[..., Letter]
WRONG = {"code": "tulp fiets 4826"}


def browse_from(app: Flask, address: str) -> FlaskClient:
    browser = app.test_client()
    browser.environ_base["REMOTE_ADDR"] = address
    return browser


def test_after_five_wrong_codes_a_device_waits_a_minute_and_is_offered_the_telephone(
    client: FlaskClient, world: World, letter: PrintLetter
) -> None:
    right = {"code": letter("lindehof", 1).code}
    client.get("/inloggen")
    for _ in range(5):
        assert client.post("/inloggen", data=WRONG).status_code == 422
    answer = client.post("/inloggen", data={"code": "brug tuin 4826"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "Wacht een minuut" in answer.text
    assert "010 - 123 45 67" in answer.text
    assert "Vraag of wij u terugbellen." in answer.text
    assert 'value="brug tuin 4826"' in answer.text  # nothing typed is lost
    assert client.post("/inloggen", data=right).status_code == 429  # nor is the right one told apart
    with time_machine.travel(clock.now() + timedelta(seconds=61)):
        assert client.post("/inloggen", data=right).status_code == 303


def test_others_at_the_same_address_go_on(app: Flask, world: World, letter: PrintLetter) -> None:
    wrong, other = app.test_client(), app.test_client()
    for browser in (wrong, other):
        browser.get("/inloggen")
    for _ in range(6):
        wrong.post("/inloggen", data=WRONG)
    assert wrong.post("/inloggen", data=WRONG).status_code == 429
    assert other.post("/inloggen", data={"code": letter("lindehof", 1).code}).status_code == 303


def test_twenty_wrong_codes_from_one_address_stop_it_and_no_other(
    app: Flask, world: World, letter: PrintLetter
) -> None:
    code = letter("lindehof", 1).code
    for _ in range(20):  # a new browser each time, as somebody does who throws away cookies
        assert browse_from(app, "10.0.0.1").post("/inloggen", data=WRONG).status_code == 422
    assert browse_from(app, "10.0.0.1").post("/inloggen", data=WRONG).status_code == 429
    assert browse_from(app, "10.0.0.1").post("/inloggen", data={"code": code}).status_code == 429
    assert browse_from(app, "10.0.0.2").post("/inloggen", data={"code": code}).status_code == 303


def test_two_hundred_tries_in_a_minute_are_answered_and_no_letter_suffers(
    app: Flask, world: World, letter: PrintLetter
) -> None:
    code = letter("lindehof", 1).code
    statuses = [browse_from(app, "10.0.0.1").post("/inloggen", data=WRONG).status_code for _ in range(200)]
    assert statuses.count(422) == 20
    assert statuses.count(429) == 180
    with time_machine.travel(clock.now() + timedelta(seconds=61)):
        assert browse_from(app, "10.0.0.1").post("/inloggen", data={"code": code}).status_code == 303


def test_patience_does_not_help_either(app: Flask, world: World) -> None:
    began = clock.now()
    statuses = []
    for minute in range(7):
        with time_machine.travel(began + timedelta(seconds=61 * minute)):
            for _ in range(19):
                statuses.append(browse_from(app, "10.0.0.1").post("/inloggen", data=WRONG).status_code)
    assert statuses.count(422) == 120
    with time_machine.travel(began + timedelta(seconds=61 * 7)):
        answer = browse_from(app, "10.0.0.1").post("/inloggen", data=WRONG)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
        assert "Wacht een uur" in answer.text
    with time_machine.travel(began + timedelta(minutes=70)):
        assert browse_from(app, "10.0.0.1").post("/inloggen", data=WRONG).status_code == 422


def test_codes_by_mail_and_passwords_count_with_the_letters(app: Flask, world: World) -> None:
    browser = app.test_client()
    browser.post("/inloggen/mail", data={"mail": "ton@example.nl"})
    for _ in range(2):
        browser.post("/inloggen/code", data={"code": "000000"})
        browser.post("/inloggen/wachtwoord", data={"mail": "ton@example.nl", "wachtwoord": "verkeerd woord"})
    browser.post("/inloggen", data=WRONG)
    assert browser.post("/inloggen/code", data={"code": "000000"}).status_code == 429
    answer = browser.post("/inloggen/wachtwoord", data={"mail": "ton@example.nl", "wachtwoord": "x"})
    assert answer.status_code == 429
    assert 'value="ton@example.nl"' in answer.text


def test_nothing_typed_is_no_try(client: FlaskClient, world: World) -> None:
    client.get("/inloggen")
    for _ in range(9):
        assert client.post("/inloggen", data={"code": "  "}).status_code == 422


def test_a_right_code_forgives_the_wrong_ones(client: FlaskClient, world: World, letter: PrintLetter) -> None:
    for _ in range(4):
        client.post("/inloggen", data=WRONG)
    client.post("/inloggen", data={"code": letter("lindehof", 1).code})
    client.post("/inloggen/wie", data={"wie": world.people["ton"]})
    client.post("/uitloggen")
    for _ in range(5):
        assert client.post("/inloggen", data=WRONG).status_code == 422


def test_the_addresses_of_one_connection_are_one(app: Flask) -> None:
    seen = []
    for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1", "192.0.2.7"):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            seen.append(throttle.address())
    assert seen == ["2001:0db8:0001:0002", "2001:0db8:0001:0002", "2001:0db8:0001:0003", "192.0.2.7"]
