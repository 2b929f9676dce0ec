"""What somebody sends while no longer signed in is kept, and given back to them alone."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community import clock, db
from community.accounts import actions
from community.accounts.actions import Letter
from community.accounts.models import KeptForm, Person
from tests.world import World

PrintLetter = Callable[..., Letter]
SignedIn = Callable[[str], FlaskClient]
TYPED = {
    "over": "Ik woon hier graag.\nKom gerust langs, u bent altijd welkom bij mij.",
    "tonen": "ja",
    "interesses": "tuin & <b>koffie</b>",
}


def kept(app: Flask) -> int:
    with app.app_context():
        return db.session().scalar(select(func.count()).select_from(KeptForm)) or 0


def sign_in(browser: FlaskClient, code: str, person: int) -> str:
    browser.post("/inloggen", data={"code": code})
    return str(browser.post("/inloggen/wie", data={"wie": person}).location)


def end_sessions(app: Flask, person: int) -> None:
    with app.app_context():
        actions.end_all_sessions(person)


def fields(page: str) -> dict[str, str]:
    """The fields of the first form on a page, as a browser would send them."""
    form = page[page.index('action="/bewaard"') :]
    form = form[: form.index("</form>")]
    found = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    found |= dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.S))
    return {name: html.unescape(value) for name, value in found.items()}


def test_what_was_typed_is_kept_and_sent_after_signing_in_again(
    app: Flask, signed_in: SignedIn, world: World, letter: PrintLetter
) -> None:
    browser = signed_in("ton")
    end_sessions(app, world.people["ton"])
    answer = browser.post("/mijn/buren", data=TYPED)
    assert (answer.status_code, answer.location) == (303, "/inloggen")
    page = browser.get("/inloggen").text
    assert "U was even weg. Log opnieuw in. Wat u schreef, hebben wij bewaard." in page
    assert sign_in(browser, letter("lindehof", 1).code, world.people["ton"]) == "/bewaard"
    page = browser.get("/bewaard").text
    assert "Kom gerust langs" in page
    assert "<b>koffie" not in page
    given = fields(page)
    assert {name: given[name] for name in TYPED} == TYPED
    sent = browser.post("/bewaard", data=given)
    assert (sent.status_code, sent.location) == (307, "/mijn/buren")
    assert browser.post(sent.location, data=given).location == "/mijn"
    with app.app_context():
        person = db.session().get(Person, world.people["ton"])
        assert person
        assert (person.about, person.interests, person.is_shown) == (TYPED["over"], TYPED["interesses"], True)
    assert kept(app) == 0


def test_it_can_be_sent_once(app: Flask, client: FlaskClient, world: World, letter: PrintLetter) -> None:
    client.post("/mijn/buren", data=TYPED)
    sign_in(client, letter("lindehof", 1).code, world.people["ton"])
    before = client.get_cookie("trefpunt")
    assert before
    assert client.post("/bewaard", data=TYPED).status_code == 307
    client.set_cookie("trefpunt", before.value)
    assert client.post("/bewaard", data=TYPED).status_code == 404
    assert client.get("/bewaard").location == "/vandaag"


def test_it_can_be_thrown_away(app: Flask, client: FlaskClient, world: World, letter: PrintLetter) -> None:
    client.post("/mijn/buren", data=TYPED)
    sign_in(client, letter("lindehof", 1).code, world.people["ton"])
    assert client.post("/bewaard/weg").location == "/vandaag"
    assert kept(app) == 0


def test_somebody_else_who_signs_in_on_that_browser_does_not_get_it(
    app: Flask, signed_in: SignedIn, world: World, letter: PrintLetter
) -> None:
    browser = signed_in("ton")
    end_sessions(app, world.people["ton"])
    browser.post("/mijn/buren", data=TYPED)
    assert sign_in(browser, letter("lindehof", 2).code, world.people["nel"]) == "/vandaag"
    assert "Ik woon hier graag" not in browser.get("/bewaard", follow_redirects=True).text
    assert browser.post("/bewaard").status_code == 404
    assert kept(app) == 1


def test_another_browser_does_not_get_it(app: Flask, client: FlaskClient, world: World, letter: PrintLetter) -> None:
    client.post("/mijn/buren", data=TYPED)
    assert sign_in(app.test_client(), letter("lindehof", 1).code, world.people["ton"]) == "/vandaag"


def test_it_is_kept_a_day(app: Flask, client: FlaskClient, world: World, letter: PrintLetter) -> None:
    client.post("/mijn/buren", data=TYPED)
    code = letter("lindehof", 1).code
    with time_machine.travel(clock.now() + timedelta(hours=24, minutes=1)):
        assert sign_in(client, code, world.people["ton"]) == "/vandaag"
        with app.app_context():
            actions.forget()
    assert kept(app) == 0


def test_secrets_are_not_kept(app: Flask, client: FlaskClient, world: World) -> None:
    secrets = {"wachtwoord": "drie gewone woorden", "nieuw_wachtwoord": "vier", "csrf_token": "x", "code": "123456"}
    client.post("/mijn/wachtwoord", data=secrets | {"mail": "ton@example.nl"})
    with app.app_context():
        form = db.session().scalars(select(KeptForm)).one()
    assert form.fields["typed"] == [["mail", "ton@example.nl"]]


def test_what_is_too_long_to_keep_is_given_back_at_once(app: Flask, client: FlaskClient, world: World) -> None:
    long = "Een heel lang verhaal. " * 3500
    answer = client.post("/mijn/buren", data={"over": long})
    assert answer.status_code == 413
    assert long.strip() in answer.text
    assert kept(app) == 0
    assert client.post("/mijn/buren", data={"over": long[:60_000]}).status_code == 303
    assert kept(app) == 1


def test_one_address_keeps_ten_forms_a_minute_and_gets_the_rest_back(app: Flask, world: World) -> None:
    for _ in range(10):
        assert app.test_client().post("/mijn/buren", data=TYPED).status_code == 303
    answer = app.test_client().post("/mijn/buren", data=TYPED)
    assert (answer.status_code, "Kom gerust langs" in answer.text) == (429, True)
    assert kept(app) == 10


def test_a_photo_is_not_kept_and_that_is_said(client: FlaskClient, world: World, letter: PrintLetter) -> None:
    client.post("/mijn/foto", data={"foto": (BytesIO(b"beeld"), "ik.jpg"), "bijschrift": "Dit ben ik"})
    sign_in(client, letter("lindehof", 1).code, world.people["ton"])
    assert "Een foto of bestand kiest u opnieuw." in client.get("/bewaard").text


def test_looking_at_a_page_keeps_nothing(app: Flask, client: FlaskClient, world: World) -> None:
    assert client.get("/mijn").location == "/inloggen?verder=/mijn"
    assert kept(app) == 0
    assert "U was even weg" not in client.get("/inloggen").text
