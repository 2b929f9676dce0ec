"""What a signed-in device is: a new secret each time, for 400 days or two hours, to be ended from anywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from community import clock, db
from community.accounts import access, actions, devices
from community.accounts.actions import Letter
from community.accounts.models import LoginSession
from community.errors import Missing
from tests.world import World

IPAD = "Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Version/17.4 Mobile/15E148 Safari/604.1"
SignedIn = Callable[[str], FlaskClient]


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/mijn").status_code == 200


def sessions(app: Flask) -> list[LoginSession]:
    with app.app_context():
        return list(db.session().scalars(select(LoginSession).order_by(LoginSession.id)))


def come_in(browser: FlaskClient, letter: Letter, person: int, **more: str) -> str:
    """Sign in through the pages; returns the Set-Cookie of the last answer."""
    browser.post("/inloggen", data={"code": letter.code, **more})
    answer = browser.post("/inloggen/wie", data={"wie": person}, headers={"User-Agent": IPAD})
    return str(answer.headers["Set-Cookie"])


def test_a_session_planted_before_signing_in_is_worth_nothing_afterwards(
    app: Flask, world: World, letter: Callable[..., Letter]
) -> None:
    attacker, victim = app.test_client(), app.test_client()
    attacker.get("/inloggen")
    planted = attacker.get_cookie("trefpunt")
    assert planted
    victim.set_cookie("trefpunt", planted.value)
    with victim.session_transaction() as cookie:
        before = dict(cookie)
    come_in(victim, letter("lindehof", 1), world.people["ton"])
    assert is_signed_in(victim)
    assert not is_signed_in(attacker)
    with victim.session_transaction() as cookie:
        assert "_user_id" not in before
        for shared in ("csrf_token", "device", "arriving"):
            assert cookie.get(shared) is None or cookie[shared] != before.get(shared)


def test_signing_in_ends_the_session_that_was_in_this_browser(
    app: Flask, signed_in: SignedIn, world: World, letter: Callable[..., Letter]
) -> None:
    browser, other = signed_in("nel"), app.test_client()
    held = browser.get_cookie("trefpunt")
    assert held
    other.set_cookie("trefpunt", held.value)
    assert is_signed_in(other)
    come_in(browser, letter("lindehof", 1), world.people["ton"])
    assert "Ton Visser" in browser.get("/mijn").text
    assert not is_signed_in(other)


def test_the_table_does_not_hold_the_secret_of_the_cookie(
    app: Flask, client: FlaskClient, world: World, letter: Callable[..., Letter]
) -> None:
    come_in(client, letter("lindehof", 1), world.people["ton"])
    with client.session_transaction() as cookie:
        secret = cookie["_user_id"]
    (held,) = sessions(app)
    assert len(secret) >= 40
    assert secret not in str({column.name: getattr(held, column.name) for column in LoginSession.__table__.columns})


def test_an_own_device_stays_signed_in_400_days_and_that_is_renewed_by_use(
    app: Flask, client: FlaskClient, world: World, letter: Callable[..., Letter]
) -> None:
    cookie = come_in(client, letter("lindehof", 1), world.people["ton"])
    assert "Expires=" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    for days in (390, 780, 1170):
        with time_machine.travel(clock.now() + timedelta(days=days), tick=False):
            answer = client.get("/mijn")
            assert (answer.status_code, "Expires=" in answer.headers["Set-Cookie"]) == (200, True)
    with time_machine.travel(clock.now() + timedelta(days=1170 + 401), tick=False):
        assert not is_signed_in(client)


def test_use_is_noted_once_a_day(app: Flask, client: FlaskClient, world: World, letter: Callable[..., Letter]) -> None:
    come_in(client, letter("lindehof", 1), world.people["ton"])
    first = sessions(app)[0].seen_at
    client.get("/mijn")  # the first page hands out what protects its forms
    assert "Set-Cookie" not in client.get("/mijn").headers
    with time_machine.travel(clock.now() + timedelta(hours=23), tick=False):
        client.get("/mijn")
    assert sessions(app)[0].seen_at == first
    with time_machine.travel(clock.now() + timedelta(hours=25), tick=False):
        client.get("/mijn", headers={"X-Requested-With": "fetch"})  # a page by itself, nobody looks
        assert sessions(app)[0].seen_at == first
        client.get("/mijn")
        assert sessions(app)[0].seen_at == clock.now()


def test_a_shared_device_is_signed_out_two_hours_after_its_last_use(
    app: Flask, client: FlaskClient, world: World, letter: Callable[..., Letter]
) -> None:
    cookie = come_in(client, letter("lindehof", 1), world.people["ton"], eigen="nee")
    assert "Expires=" not in cookie  # it goes when the browser closes
    began = clock.now()
    for hours in (1.9, 3.8, 5.7):
        with time_machine.travel(began + timedelta(hours=hours), tick=False):
            answer = client.get("/mijn")
            assert answer.status_code == 200
            assert answer.headers["Cache-Control"] == "no-store"
    with time_machine.travel(began + timedelta(hours=7.8), tick=False):
        assert not is_signed_in(client)


def test_signing_out_ends_the_session_for_whoever_copied_the_cookie(
    app: Flask, signed_in: SignedIn, world: World
) -> None:
    browser, thief = signed_in("ton"), app.test_client()
    held = browser.get_cookie("trefpunt")
    assert held
    thief.set_cookie("trefpunt", held.value)
    assert is_signed_in(thief)
    assert browser.post("/uitloggen").location == "/uitgelogd"
    assert 'data-draft-done="*"' in browser.get("/uitgelogd").text
    assert not is_signed_in(browser)
    assert not is_signed_in(thief)


def test_signing_out_twice_or_as_a_stranger_is_harmless(client: FlaskClient, world: World) -> None:
    for _ in range(2):
        assert client.post("/uitloggen").status_code == 303
    assert client.get("/uitloggen").status_code == 405


def test_the_list_of_devices_shows_each_and_signs_each_out(
    app: Flask, signed_in: SignedIn, world: World, letter: Callable[..., Letter]
) -> None:
    tablet, phone, neighbour = app.test_client(), signed_in("ton"), signed_in("nel")
    come_in(tablet, letter("lindehof", 1), world.people["ton"])
    page = phone.get("/mijn/apparaten").text
    assert "iPad · Safari" in page
    assert page.count("dit apparaat") == 1
    assert page.count('/uit"') == 3  # two devices, and all
    mine = next(held for held in sessions(app) if held.device == "iPad · Safari")
    assert neighbour.post(f"/mijn/apparaten/{mine.id}/uit").status_code == 404
    assert is_signed_in(tablet)
    assert phone.post(f"/mijn/apparaten/{mine.id}/uit").location == "/mijn/apparaten"
    assert not is_signed_in(tablet)
    assert is_signed_in(phone)
    assert phone.post(f"/mijn/apparaten/{mine.id}/uit").status_code == 404


def test_signing_out_everywhere_leaves_others_alone(app: Flask, signed_in: SignedIn) -> None:
    one, other, neighbour = signed_in("ton"), signed_in("ton"), signed_in("nel")
    assert one.post("/mijn/apparaten/uit").location == "/uitgelogd"
    assert not is_signed_in(one)
    assert not is_signed_in(other)
    assert is_signed_in(neighbour)


def test_every_ended_session_tells_the_sockets_to_look(context: Flask, world: World) -> None:
    tokens = [world.open_session("ton") for _ in range(4)]
    before = access.losses()
    actions.end_session(tokens[0])
    actions.end_session(tokens[0])
    actions.end_session("never was")
    assert access.losses() == before + 1
    held = db.session().scalars(select(LoginSession.id).where(LoginSession.ended_at.is_(None))).first()
    assert held
    with pytest.raises(Missing):
        actions.end_device(held, by=world.people["nel"])
    assert access.losses() == before + 1
    actions.end_device(held, by=world.people["ton"])
    assert actions.end_all_sessions(world.people["ton"]) == 2
    assert actions.end_all_sessions(world.people["ton"]) == 0
    assert access.losses() == before + 3


def test_moving_out_ends_the_building_and_not_ones_own_settings(app: Flask, signed_in: SignedIn, world: World) -> None:
    browser = signed_in("ton")
    assert browser.get("/vandaag").status_code == 200
    with app.app_context():
        world.move_out("ton")
    assert browser.get("/vandaag").status_code == 404
    assert is_signed_in(browser)


def test_who_moved_out_comes_in_by_mail_to_their_settings(
    client: FlaskClient, world: World, mails: Callable[[], list]
) -> None:
    client.post("/inloggen/mail", data={"mail": "otto@example.nl"})
    assert client.post("/inloggen/code", data={"code": mails()[0].code}).location == "/mijn"


def test_one_goes_on_to_where_one_was_going(client: FlaskClient, world: World, letter: Callable[..., Letter]) -> None:
    answer = client.get("/gesprekken?filter=vragen")
    assert answer.location == "/inloggen?verder=/gesprekken%3Ffilter%3Dvragen"
    client.get(answer.location)
    client.post("/inloggen", data={"code": letter("lindehof", 1).code})
    answer = client.post("/inloggen/wie", data={"wie": world.people["ton"]})
    assert answer.location == "/gesprekken?filter=vragen"


@pytest.mark.parametrize(
    "evil", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_nobody_is_sent_to_another_site(
    client: FlaskClient, world: World, letter: Callable[..., Letter], evil: str
) -> None:
    client.get("/inloggen", query_string={"verder": evil})
    client.post("/inloggen", data={"code": letter("lindehof", 1).code})
    assert client.post("/inloggen/wie", data={"wie": world.people["ton"]}).location == "/vandaag"


def test_a_script_that_is_no_longer_signed_in_hears_401(client: FlaskClient, world: World) -> None:
    for ask in (client.get, client.post):
        answer = ask("/mijn", headers={"X-Requested-With": "fetch"})
        if answer.status_code != 405:
            assert (answer.status_code, answer.text) == (401, "U bent niet meer ingelogd.")


def test_old_sessions_codes_and_forms_are_thrown_away(context: Flask, world: World) -> None:
    world.open_session("ton")
    actions.end_session(world.open_session("ton"))
    actions.forget()
    assert len(db.session().scalars(select(LoginSession)).all()) == 2
    _age()
    actions.forget()
    assert len(db.session().scalars(select(LoginSession)).all()) == 1


@db.action
def _age() -> None:
    ended = LoginSession.ended_at.is_not(None)
    db.session().execute(update(LoginSession).where(ended).values(ended_at=clock.now() - timedelta(days=31)))


@pytest.mark.parametrize(
    ("agent", "label"),
    [
        (IPAD, "iPad · Safari"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) CriOS/123.0 Mobile Safari/604.1", "iPhone · Chrome"),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-X210) SamsungBrowser/24.0 Chrome/117.0 Safari/537.36",
            "Android · Samsung Internet",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/123.0 Safari/537.36 Edg/123.0", "Windows · Edge"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_4) Version/17.4 Safari/605.1.15", "Mac · Safari"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:124.0) Gecko/20100101 Firefox/124.0", "Linux · Firefox"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/123.0 Safari/537.36", "Chromebook · Chrome"),
        ("curl/8.5.0", ""),
        ("<script>" * 999, ""),
    ],
)
def test_a_device_is_called_by_what_it_is(agent: str, label: str) -> None:
    assert devices.label(agent) == label
