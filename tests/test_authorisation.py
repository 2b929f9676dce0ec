"""The table of all routes and all kinds of people (tests/authorisation/), asked of the application: everybody gets what
the table says, a refused person leaves no trace, and what is of somebody else answers as what is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from io import BytesIO
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.authorisation.house import House
from tests.authorisation.people import PEOPLE, UNKNOWN
from tests.authorisation.routes import ROUTES
from tests.authorisation.table import Row, answer_of

FETCH = {"X-Requested-With": "fetch"}
AUDIENCES = {"everybody", "persons", "members", "staff", "moderators", "administrators"}


def routes_of(app: Flask) -> Iterator[tuple[str, str]]:
    """(endpoint, method) of everything that can be asked."""
    for rule in app.url_map.iter_rules():
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield rule.endpoint, method


def test_every_route_has_a_row_and_every_row_a_route(built_house: House) -> None:
    asked = set(routes_of(built_house.app))
    rows = {(row.endpoint, row.method) for row in ROUTES}
    assert asked - rows == set(), "routes without a row in tests/authorisation/routes.py"
    assert rows - asked == set(), "rows without a route"
    assert len({row.name for row in ROUTES}) == len(ROUTES)


def test_every_view_says_for_whom_it_is(built_house: House) -> None:
    views = built_house.app.view_functions
    assert {name: getattr(view, "audience", None) for name, view in views.items()}.items() >= set()
    assert [name for name, view in views.items() if getattr(view, "audience", None) not in AUDIENCES] == []


def ask(house: House, row: Row, kind: str, path: str, headers: dict[str, str] | None = None) -> TestResponse:
    """Ask as a kind of person, in a browser of their own."""
    browser: FlaskClient = house.browser(kind, carries=row.carries)
    house.forget()
    fields = {
        name: (BytesIO(value[0]), value[1]) if isinstance(value, tuple) else house.filled(value)
        for name, value in row.typed.items()
    }
    return browser.open(path, method=row.method, data=fields or None, headers=headers)


@pytest.mark.parametrize("row", ROUTES, ids=lambda row: row.name)
def test_everybody_gets_what_the_table_says(house: House, row: Row) -> None:
    path = house.address(row.path)
    kept_out = [kind for kind in PEOPLE if row.expected(kind) not in {"ok", "again"}]
    found = {}
    for kind in kept_out:
        for headers in (None, FETCH) if row.is_a_deed else (None,):
            response = ask(house, row, kind, path, headers)
            found[kind] = answer_of(response)
            assert found[kind] == row.expected(kind), (kind, headers, response.status_code, response.text[:300])
    assert house.traces() == {}, "somebody who was kept out left something behind"
    for kind in PEOPLE:
        if kind not in found:
            response = ask(house, row, kind, path)
            assert answer_of(response) == row.expected(kind), (kind, response.status_code, response.text[:300])
            if row.is_a_deed:
                house.restore()
            else:
                assert house.traces() == {}, "looking leaves nothing behind"


# ---- what is of somebody else is as what is not there ----------------------------------------------------------------

_TOKENS = re.compile(r'(name="(?:csrf_token|formulier)" value|name="csrf" content)="[^"]*"')


def without_what_was_asked(text: str, path: str) -> str:
    """A page without form tokens and the address it was asked by."""
    for written in (path, quote(path), escape(path)):
        text = text.replace(written, "#")
    return _TOKENS.sub(r'\1=""', text)


ABOUT_A_THING = [row for row in ROUTES if "{" in row.path and row.endpoint not in {"static_file"}]


@pytest.mark.parametrize("row", ABOUT_A_THING, ids=lambda row: row.name)
def test_what_is_of_somebody_else_answers_as_what_never_was(house: House, row: Row) -> None:
    there, never = house.address(row.path), house.absent_address(row.path)
    assert never is not None
    for kind in PEOPLE:
        if row.expected(kind) != "absent":
            continue
        for headers in (None, FETCH) if kind == "elsewhere" else (None,):
            foreign, absent = ask(house, row, kind, there, headers), ask(house, row, kind, never, headers)
            assert foreign.status_code == absent.status_code == 404, kind
            assert without_what_was_asked(foreign.text, there) == without_what_was_asked(absent.text, never), kind
            assert dict(foreign.headers).keys() == dict(absent.headers).keys(), kind
    assert house.traces() == {}


@pytest.mark.parametrize("row", [row for row in ABOUT_A_THING if row.ok | row.refused], ids=lambda row: row.name)
def test_nobody_finds_what_never_was(house: House, row: Row) -> None:
    never = house.absent_address(row.path)
    assert never is not None
    for kind in sorted(row.ok | row.refused):
        answer = answer_of(ask(house, row, kind, never))
        # Of what some may see without signing in, others are told no more than to sign in.
        meant = {"absent", "ok"} if row.endpoint in OPEN_BY_SECRET else {"absent"}
        assert answer in meant or (kind in UNKNOWN and answer == "sign-in"), (kind, answer)


# A link that opens nothing says so in its own words; renewing one says the same for every link.
OPEN_BY_SECRET = {"accounts_mail.renew_link"}


def test_other_methods_than_those_of_the_form_do_nothing(house: House) -> None:
    for row in ROUTES:
        path = house.address(row.path)
        for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
            assert house.browser("writer").open(path, method=method).status_code in {404, 405}, (method, path)
        assert house.browser("elsewhere").options(path).text == ""
    assert house.traces() == {}


@pytest.mark.parametrize("row", [row for row in ROUTES if not row.is_a_deed], ids=lambda row: row.name)
def test_asking_for_the_head_alone_is_guarded_as_the_page_is(house: House, row: Row) -> None:
    path = house.address(row.path)
    for kind in ("stranger", "elsewhere", "moved out", "administrator"):
        response = house.browser(kind, carries=row.carries).head(path)
        assert answer_of(response) == row.expected(kind), kind
        assert response.text == ""
