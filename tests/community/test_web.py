"""Pages around the pages: addresses that stay on this site, refusals in words, forms that grew old, and what a browser
is told."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community import web
from tests.world import World

Browser = Callable[[str], FlaskClient]


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "", None, "/\t/x", "javascript:x", "/a b"],
)
def test_nobody_is_sent_elsewhere(path: str | None) -> None:
    assert web.safe_path(path) is None


@pytest.mark.parametrize("path", ["/", "/vandaag", "/gesprekken/7-het-fietsenhok?pagina=2"])
def test_a_path_of_this_site_is_kept(path: str) -> None:
    assert web.safe_path(path) == path


@pytest.mark.parametrize(
    ("asked", "page"), [(None, 1), ("2", 2), ("99", 5), ("0", 1), ("-1", 1), ("aap", 1), ("9" * 40, 5)]
)
def test_any_page_number_leads_to_a_page(asked: str | None, page: int) -> None:
    assert web.page_number(asked, 5) == page


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("010 - 123 45 67", "tel:+31101234567"),
        ("+31 6 12345678", "tel:+31612345678"),
        ("112", "tel:112"),
        ("0031 10 1", "tel:0031101"),
    ],
)
def test_a_number_can_be_dialled(number: str, link: str) -> None:
    assert web.phone_link(number) == link


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Nel van Dam", "ND"),
        ("Ton", "T"),
        ("😀 Ton", "T"),
        ("😀", "😀"),
        ("", "?"),
        ("’t Hart", "H"),
        ("نجمة الصباح", "نا"),
    ],
)
def test_any_name_has_initials(name: str, letters: str) -> None:
    assert web.initials(name) == letters


def test_absent_pages_say_so_in_words_with_the_telephone_number(signed_in: Browser, client: FlaskClient) -> None:
    for browser in (client, signed_in("nel")):
        answer = browser.get("/bestaat-niet")
        assert answer.status_code == 404
        assert "Deze pagina bestaat niet (meer)" in answer.text
        assert "tel:+31" in answer.text


def test_a_page_that_breaks_says_sorry_and_shows_no_trace(
    app: Flask, signed_in: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("geheim van de machine")

    monkeypatch.setattr("forums.views.lists.topic_lines", breaks)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = signed_in("nel").get("/gesprekken")
    assert answer.status_code == 500
    assert "Het ligt niet aan u" in answer.text
    assert "geheim" not in answer.text and "Traceback" not in answer.text


def test_a_form_that_grew_old_does_nothing_and_gives_back_what_was_typed(
    app: Flask, signed_in: Browser, world: World
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        browser = signed_in("nel")
        fields = {
            "forum": "lindehof",
            "titel": "Over de <b>lift</b>",
            "tekst": "Regel een\nRegel twee",
            "csrf_token": "oud",
        }
        answer = browser.post("/gesprekken/nieuw", data=fields)
        assert answer.status_code == 400
        shown = unescape(answer.text)
        assert "Regel een\nRegel twee" in shown and 'value="Over de <b>lift</b>"' in shown
        assert 'value="oud"' not in answer.text
        token = answer.text.split('name="csrf_token" value="')[1].split('"')[0]
        assert browser.post("/gesprekken/nieuw", data={**fields, "csrf_token": token}).status_code == 303
    finally:
        app.config["WTF_CSRF_ENABLED"] = False


def test_a_page_is_never_kept_for_the_next_person_of_a_shared_device(client: FlaskClient, signed_in: Browser) -> None:
    assert client.get("/inloggen").headers["Cache-Control"] == "no-store"
    assert signed_in("nel").get("/gesprekken").headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(
    ("accepts", "coding"), [("gzip, deflate, br, zstd", "zstd"), ("gzip, br", "br"), ("gzip", "gzip"), ("", None)]
)
def test_a_page_travels_as_small_as_the_browser_likes(signed_in: Browser, accepts: str, coding: str | None) -> None:
    answer = signed_in("nel").get("/gesprekken", headers={"Accept-Encoding": accepts})
    assert answer.headers.get("Content-Encoding") == coding
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_built_files_are_kept_for_a_year_and_nothing_else_is_served(client: FlaskClient) -> None:
    page = client.get("/inloggen").text
    style = page.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = client.get(style, headers={"Accept-Encoding": "br"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "br"
    assert answer.headers["Content-Type"].startswith("text/css")
    for path in (
        "/static/dist/../../config.py",
        "/static/dist/%2e%2e/js/app.js",
        "/static/css/app.css",
        "/static/dist/niets.css",
    ):
        assert client.get(path).status_code == 404
