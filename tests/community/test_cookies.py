"""The session's cookie: a signature that is remembered lets in nothing that a fresh look would keep out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface

from community import cookies

DAYS = 400


@pytest.fixture
def site() -> Flask:
    made = Flask(__name__)
    made.config.update(SECRET_KEY="the first key of this site, long enough", PERMANENT_SESSION_LIFETIME=DAYS * 86400)
    cookies.init_app(made)
    return made


def signed(site: Flask, held: dict[str, Any]) -> str:
    signer = SecureCookieSessionInterface().get_signing_serializer(site)
    assert signer is not None
    return str(signer.dumps(held))


def read(site: Flask, cookie: str) -> dict[str, Any]:
    name = site.config["SESSION_COOKIE_NAME"]
    with site.test_request_context(headers={"Cookie": f"{name}={cookie}"}):
        found = site.session_interface.open_session(site, request)
        assert found is not None
        return dict(found)


def test_a_cookie_of_ours_is_read_each_time_the_same(site: Flask) -> None:
    held = {"_user_id": "abc", "list": [1, 2], "when": datetime(2026, 1, 1, tzinfo=UTC)}
    cookie = signed(site, held)
    assert read(site, cookie) == read(site, cookie) == held


def test_what_one_request_changes_the_next_does_not_find(site: Flask) -> None:
    cookie = signed(site, {"list": []})
    read(site, cookie)["list"].append("mine")
    assert read(site, cookie) == {"list": []}


def test_one_letter_changed_and_it_is_nobodys(site: Flask) -> None:
    cookie = signed(site, {"_user_id": "abc"})
    assert read(site, cookie)
    for at in (0, len(cookie) // 2, -5):
        letters = list(cookie)
        letters[at] = "A" if letters[at] != "A" else "B"
        assert read(site, "".join(letters)) == {}
    assert read(site, "") == read(site, "nonsense") == {}


def test_a_cookie_grows_too_old_also_when_it_was_seen_before(site: Flask) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        cookie = signed(site, {"_user_id": "abc"})
        assert read(site, cookie)
    with time_machine.travel(start + timedelta(days=DAYS), tick=False):
        assert read(site, cookie)
    with time_machine.travel(start + timedelta(days=DAYS, seconds=2), tick=False):
        assert read(site, cookie) == {}


def test_with_another_key_what_was_signed_before_is_nobodys(site: Flask) -> None:
    cookie = signed(site, {"_user_id": "abc"})
    assert read(site, cookie)
    site.config["SECRET_KEY"] = "another key of this site, long enough too"
    assert read(site, cookie) == {}
    site.config["SECRET_KEY_FALLBACKS"] = ["the first key of this site, long enough"]
    assert read(site, cookie)


def test_no_more_cookies_are_remembered_than_that(site: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cookies, "REMEMBERED", 3)
    cookies.init_app(site)
    many = [signed(site, {"n": number}) for number in range(10)]
    assert [read(site, cookie)["n"] for cookie in many * 2] == [*range(10), *range(10)]
    assert len(site.session_interface._signed) == 3  # type: ignore[attr-defined]
