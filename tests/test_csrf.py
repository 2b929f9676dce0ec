"""Forms come from our own pages: without the token of the session nothing is done and nothing typed is lost; with it the
form does what it does. And the cookie that stands behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from community import create_app, db
from tests.authorisation.house import House
from tests.authorisation.people import PEOPLE
from tests.authorisation.routes import ROUTES
from tests.authorisation.table import Row, answer_of
from tests.conftest import settings

POSTS = [row for row in ROUTES if row.method == "POST" and row.ok | row.again]
# Never given back: it would stand in the page for who looks over a shoulder.
SECRET = {"code", "wachtwoord", "nieuw_wachtwoord"}


@pytest.fixture
def guarded(house: House) -> Iterator[House]:
    """The house with its forms protected, as in use."""
    house.app.config["WTF_CSRF_ENABLED"] = True
    yield house
    house.app.config["WTF_CSRF_ENABLED"] = False


def somebody(row: Row) -> str:
    """A kind of person who may send this form."""
    return next(kind for kind in PEOPLE if kind in row.ok or kind in row.again)


def token_of(browser: FlaskClient) -> str:
    """The token in the pages of this browser."""
    found = re.search(r'<meta name="csrf" content="([^"]+)">', browser.get("/hulp").text)
    assert found
    return found[1]


def send(house: House, row: Row, browser: FlaskClient, token: str | None, **headers: str) -> TestResponse:
    fields: dict[str, Any] = {
        name: (BytesIO(value[0]), value[1]) if isinstance(value, tuple) else house.filled(value)
        for name, value in row.typed.items()
    }
    if token is not None:
        fields["csrf_token"] = token
    return browser.post(house.address(row.path), data=fields, headers=headers)


def given_back(page: str) -> dict[str, str]:
    """What stands in the form of a page, by the name of its field."""
    form = page.split("<main")[1].split("</main>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    fields |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', form))
    return {name: unescape(value) for name, value in fields.items()}


def test_every_form_of_the_application_is_here(built_house: House) -> None:
    known = {row.endpoint for row in POSTS}
    for rule in built_house.app.url_map.iter_rules():
        assert "POST" not in (rule.methods or ()) or rule.endpoint in known, rule


@pytest.mark.sqlite_only("the token is looked at before the database is asked")
@pytest.mark.parametrize("row", POSTS, ids=lambda row: row.name)
def test_without_the_token_nothing_is_done_and_what_was_typed_is_given_back(guarded: House, row: Row) -> None:
    kind = somebody(row)
    foreign = token_of(guarded.browser("elsewhere" if kind != "elsewhere" else "writer"))
    for token in (None, "", "made-up", foreign):
        answer = send(guarded, row, guarded.browser(kind, row.carries), token)
        assert answer.status_code == 400, token
        assert "Location" not in answer.headers
        fields = given_back(answer.text)
        for name, value in row.typed.items():
            if isinstance(value, str) and value and name not in SECRET:
                assert fields[name] == guarded.filled(value), name
            assert name not in SECRET or name not in fields
        assert f'action="{guarded.address(row.path)}"' in answer.text
    assert guarded.traces() == {}


@pytest.mark.sqlite_only("the token is looked at before the database is asked")
@pytest.mark.parametrize("row", POSTS, ids=lambda row: row.name)
def test_with_the_token_the_form_does_what_it_does(guarded: House, row: Row) -> None:
    kind = somebody(row)
    browser = guarded.browser(kind, row.carries)
    answer = send(guarded, row, browser, token_of(browser))
    assert answer_of(answer) == row.expected(kind), answer.status_code


@pytest.mark.sqlite_only("the token is looked at before the database is asked")
@pytest.mark.parametrize("row", POSTS, ids=lambda row: row.name)
def test_a_script_without_the_token_is_told_to_load_the_page_again(guarded: House, row: Row) -> None:
    browser = guarded.browser(somebody(row), row.carries)
    answer = send(guarded, row, browser, None, **{"X-Requested-With": "fetch"})
    assert (answer.status_code, answer.mimetype) == (409, "text/plain")
    assert guarded.traces() == {}


def test_what_is_given_back_can_be_sent_after_all(guarded: House) -> None:
    browser = guarded.browser("writer")
    path = guarded.address("/gesprekken/{topic}/reactie")
    stale = browser.post(path, data={"tekst": "Regel een\nregel twee", "csrf_token": "from yesterday"})
    fields = given_back(stale.text)
    assert fields["tekst"].replace("\r\n", "\n") == "Regel een\nregel twee"
    assert browser.post(path, data=fields).status_code == 303


def test_a_body_that_is_no_form_does_not_slip_past(guarded: House) -> None:
    path = guarded.address("/gesprekken/{topic}/reactie")
    for body, kind in ((b'{"tekst": "x"}', "application/json"), (b"tekst=x", "text/plain"), (b"tekst=x", "")):
        answer = guarded.browser("writer").post(path, data=body, content_type=kind)
        assert answer.status_code == 400
    assert guarded.traces() == {}


def test_on_https_a_form_of_another_site_is_refused_even_with_the_token(guarded: House) -> None:
    browser, here = guarded.browser("writer"), "https://localhost"
    path = guarded.address("/gesprekken/{topic}/reactie")
    token = re.search(r'name="csrf" content="([^"]+)"', browser.get("/hulp", base_url=here).text)
    assert token
    sent = {"tekst": "Dag", "csrf_token": token[1]}
    for referrer in ({}, {"Referer": "https://evil.example/"}, {"Referer": "http://localhost/"}):
        assert browser.post(path, data=sent, base_url=here, headers=referrer).status_code == 400
    assert guarded.traces() == {}
    assert browser.post(path, data=sent, base_url=here, headers={"Referer": f"{here}/hulp"}).status_code == 303


# ---- the cookie ------------------------------------------------------------------------------------------------------


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_along_by_other_sites(guarded: House) -> None:
    answer = guarded.browser("stranger").get("/inloggen")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(("base", "secure"), [("https://trefpunt.example", True), ("http://localhost", False)])
def test_the_cookie_travels_over_https_alone_where_there_is_https(
    built: Any, base: str, secure: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TREFPUNT_BASE_URL", base)
    url = built[0].config["DATABASE_URL"]
    given = settings(url, built[0].config["INSTANCE"])
    given.pop("BASE_URL")
    answer = create_app(given).test_client().get("/inloggen", base_url=base)
    assert ("Secure" in answer.headers["Set-Cookie"]) == secure
    assert ("Strict-Transport-Security" in answer.headers) == secure


def test_a_cookie_that_was_planted_is_worth_nothing_after_signing_in(house: House) -> None:
    """Session fixation: somebody else's session, form token and half-finished sign-in are all replaced."""
    browser = house.browser("elsewhere", carries="mail")
    with browser.session_transaction() as cookie:
        cookie["csrf_token"], cookie["device"], cookie["anything"] = "planted", "planted", "planted"
    assert browser.post("/inloggen", data={"code": house.filled("{code}")}).status_code == 303
    assert browser.post("/inloggen/wie", data={"wie": house.filled("{invited}")}).headers["Location"] == "/vandaag"
    assert "Ton" in browser.get("/vandaag").text
    with browser.session_transaction() as cookie:
        assert cookie["_user_id"] not in house.tokens.values()
        assert "planted" not in cookie.values()
        assert "arriving" not in cookie
    assert house.browser("elsewhere").get("/vandaag").status_code == 303, "whoever planted it is signed out"


def test_a_secret_of_a_session_is_in_no_table(house: House) -> None:
    with house.app.app_context(), db.engine().connect() as connection:
        for table in db.Base.metadata.sorted_tables:
            rows = str(connection.execute(select(table)).all())
            for secret in (*house.tokens.values(), house.things["letter"][0], house.things["code"][0]):
                assert secret not in rows, table.name
