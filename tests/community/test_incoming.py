"""What comes in at the door: numbers that fit, texts that a database can hold, addresses that stay on this site."""

from __future__ import annotations

import io
import logging
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

import config
from community import db, dialect, incoming, text, web
from forums import actions
from forums.models import Post
from tests.world import World

Browser = Callable[[str], FlaskClient]


@pytest.mark.parametrize("number", ["9" * 18, "9" * 19, "9" * 30, "9" * 5000, "-1", "1.5", "0x10", "١٢", "1e3", "%00"])
@pytest.mark.parametrize("path", ["/g/{}", "/gesprekken/{}/nieuw", "/gesprekken/{}", "/gesprekken/1/{}", "/buren/{}"])
def test_a_number_that_no_row_can_have_is_simply_not_there(signed_in: Browser, path: str, number: str) -> None:
    assert signed_in("nel").get(path.format(number)).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/gebouwen/{}", "/c/{}", "/m/{}", "/foto/{}-96", "/werk/brieven/gebouw/{}", "/gesprekken/{}", "/taal/{}", "/{}"],
)
def test_an_address_with_a_nul_is_not_there(signed_in: Browser, path: str) -> None:
    for word in ("%00", "linde%00hof", "1%00", "%0a"):
        assert signed_in("ada").get(path.format(word)).status_code in {404, 405}


def test_a_nul_in_a_text_is_left_out_and_the_rest_is_kept(app: Flask, signed_in: Browser, world: World) -> None:
    with app.app_context():
        topic = actions.start_topic(
            forum_id=world.forums["lindehof"],
            kind="help",
            title="Boor",
            source="Wie?",
            token=None,
            by=world.visitor("ton"),
        )
    sent = {"tekst": "voor\0na", "formulier": "een\0twee"}
    assert signed_in("nel").post(f"/gesprekken/{topic}/reactie", data=sent).status_code == 303
    assert signed_in("nel").get("/gesprekken?forum=%00&pagina=%00").status_code == 200
    with app.app_context():
        assert db.session().execute(select(Post.source, Post.token).where(Post.number == 2)).one() == (
            "voorna",
            "eentwee",
        )


@pytest.mark.parametrize(
    "asked",
    ["//evil.example", "/\\evil.example", "https://evil.example", "/gesprekken\n", "/ x", "evil", "", None, "/\t/x"],
)
def test_nobody_is_sent_elsewhere(asked: str | None) -> None:
    assert web.safe_path(asked) is None


def test_a_path_of_this_site_is_kept() -> None:
    assert web.safe_path("/gesprekken/7-het-hok?pagina=2&x=//evil.example") is not None


def test_after_choosing_a_language_nobody_lands_elsewhere(client: FlaskClient, world: World) -> None:
    for asked in ("/gesprekken\n", "//evil.example", "https://evil.example/", "/\\evil.example"):
        assert client.post("/taal/en", data={"verder": asked}).headers["Location"] == "/"
    assert client.post("/taal/en", data={"verder": "/hulp?x=1"}).headers["Location"] == "/hulp?x=1"


@pytest.mark.parametrize("name", ["%00", "a" * 300, "a/" * 3000, "..%2f..%2fconfig.py", "../../config.py", "%ff", "."])
def test_a_file_that_was_not_built_is_not_there(client: FlaskClient, world: World, name: str) -> None:
    assert client.get(f"/static/dist/{name}").status_code == 404


def test_a_page_that_fails_logs_no_address(
    signed_in: Browser, world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("it broke")

    browser = signed_in("ton")
    monkeypatch.setattr("forums.queries.topic_head", breaks)
    with caplog.at_level(logging.ERROR):
        assert browser.get("/g/77?code=tulp-fiets-4826").status_code == 500
    assert "/g/<int:topic_id>" in caplog.text
    assert "tulp" not in caplog.text


def test_a_statement_that_fails_says_nothing_of_its_values(context: Flask) -> None:
    with pytest.raises(DBAPIError) as failed:
        db.connection().execute(sql("SELECT x FROM no_such_table WHERE x = :code"), {"code": "tulp fiets 4826"})
    assert "no_such_table" in str(failed.value)
    assert "tulp" not in str(failed.value)


@pytest.mark.parametrize("make", [text.plain, text.fold, text.render, lambda typed: text.clean_line(typed, 120)])
def test_half_a_million_accents_on_one_letter_keep_nobody_waiting(make: Callable[[str], str]) -> None:
    typed = "a" + "\u0301\u0327" * 120_000
    began = time.process_time()
    make(typed if make is not text.render else typed[:5000])
    # The square of it took minutes; linear takes tenths of a second, also on a busy machine.
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "body", [b"a=" + b"x" * 600_000, b"a&" * 5000, b"a=1&" * 1000], ids=["too long", "many empty fields", "many fields"]
)
def test_a_form_that_nobody_types_is_not_read(client: FlaskClient, world: World, body: bytes) -> None:
    sent = "application/x-www-form-urlencoded"
    answer = client.post("/inloggen", data=body, content_type=sent)
    assert answer.status_code == 413
    assert "te lang om te versturen" in answer.text


def test_a_long_text_and_many_choices_are_read(signed_in: Browser, world: World) -> None:
    fields = {"tekst": "é" * 6000, **{f"keuze-{n}": "ja" for n in range(900)}}
    answer = signed_in("nel").post("/gesprekken/nieuw", data=fields)
    assert answer.status_code == 422
    assert "é" * 6000 in answer.text


def test_bytes_that_are_no_text_break_nothing(client: FlaskClient, world: World) -> None:
    for body in (b"code=\xff\xfe", b"\xff=\xff", b"code=%ff%fe", b"code=%ed%a0%80", b"=&=&&", b"%"):
        answer = client.post("/inloggen", data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 422


def test_what_is_kept_on_this_machine_is_for_its_owner_alone(tmp_path: Path) -> None:
    config.settings({"TREFPUNT_INSTANCE": str(tmp_path / "instance")})
    assert stat.S_IMODE((tmp_path / "instance").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "instance" / "secret-key").stat().st_mode) == 0o600
    dialect.engines(f"sqlite:///{tmp_path / 'elsewhere' / 'trefpunt.db'}")
    assert stat.S_IMODE((tmp_path / "elsewhere").stat().st_mode) == 0o700


# ---- a form of which the files are too large ------------------------------------------------------------------------


def part(name: str, value: bytes, more: str = "") -> bytes:
    return f'--x\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + value + b"\r\n"


FILE = '; filename="a.jpg"'


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (part("tekst", "één".encode()) + part("bestand", b"x" * 500_000, FILE), [("tekst", "één")]),
        (part("a", b"1") + part("bestand", b"", FILE) + part("b", b"2"), [("a", "1")]),
        (part("a", b"1") + part("b", b"2") + b"--x--\r\n", [("a", "1"), ("b", "2")]),
        (part("a", b"1" * 150_000), []),  # more than anybody types
        (part("a", b"1") + b"--x\r\nContent-Disp", [("a", "1")]),  # the line broke
        (part("a", b"\xff\xfe") + part("bestand", b"x", FILE), [("a", "\ufffd\ufffd")]),
        (b"", []),
        (b"no form at all", []),
        (b"\r\n--x\r\n\r\n", []),
    ],
)
def test_what_was_typed_before_the_files(body: bytes, found: list[tuple[str, str]]) -> None:
    assert incoming.typed_before_files(io.BytesIO(body), b"x", 100_000) == found


def test_no_more_of_it_is_read_than_somebody_types() -> None:
    body = io.BytesIO(part("a", b"1" * 900_000))
    incoming.typed_before_files(body, b"x", 100_000)
    assert body.tell() <= 100_000
    many = io.BytesIO(part("a", b"") * 5_000)
    assert len(incoming.typed_before_files(many, b"x", 512 * 1024)) <= incoming.FIELDS_MAX


@given(st.binary(max_size=300), st.sampled_from([b"", part("a", b"1")]))
def test_whatever_comes_is_read_or_left(rest: bytes, first: bytes) -> None:
    for name, value in incoming.typed_before_files(io.BytesIO(first + rest), b"x", 1000):
        assert isinstance(name, str) and isinstance(value, str)


def test_without_its_secret_a_form_that_is_too_large_is_refused(app: Flask, signed_in: Browser) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    typed = {"titel": "Van elders", "tekst": "Niet van mij", "forum": "lindehof", "soort": "help"}
    large = (io.BytesIO(b"x" * (app.config["MAX_CONTENT_LENGTH"] + 1)), "groot.jpg")
    answer = signed_in("nel").post("/gesprekken/nieuw", data={**typed, "bestand": large})
    assert answer.status_code == 400
    app.config["WTF_CSRF_ENABLED"] = False
    assert "Niet van mij" not in signed_in("nel").get("/mijn/concepten").text
