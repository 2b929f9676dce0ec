"""The server as it is started: what it answers, when it refuses to start, and how it stops."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import requests
import socketio
import websocket
from flask import Flask

import serve
import server
from community import create_app, db
from community.places.models import Association
from config import SettingError
from tests import loud
from tests.conftest import settings
from tests.site import ROOT, Site, a_site
from tests.world import World

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One process on SQLite, with the small world in it."""
    with a_site("alone", tmp_path_factory.mktemp("alone"), f"server_alone_{WORKER}") as site:
        with site.app.app_context():
            site.world = World.build()  # type: ignore[attr-defined]
        site.start()
        yield site


@pytest.fixture
def several(tmp_path: Path) -> Iterator[Site]:
    """Two processes and a worker on PostgreSQL and Redis."""
    try:
        with a_site("several", tmp_path, f"server_several_{WORKER}") as site:
            site.start()
            yield site
    except RuntimeError as missing:
        if loud.MARK not in str(missing):
            raise
        loud.not_tested("with several processes: no PostgreSQL or no Redis found")


def _start(site: Site, **more: str) -> subprocess.CompletedProcess[str]:
    """Start the server of this installation, for a case in which it refuses at once."""
    return subprocess.run(
        [sys.executable, "serve.py"],
        cwd=ROOT,
        env={**site.environment, **more},
        capture_output=True,
        text=True,
        timeout=40,
        stdin=subprocess.DEVNULL,
    )


def _port(site: Site) -> int:
    return int(site.environment["TREFPUNT_PORT"])


def _cookie(site: Site, who: str) -> str:
    with site.app.app_context():
        token = site.world.open_session(who)  # type: ignore[attr-defined]
    signer = site.app.session_interface.get_signing_serializer(site.app)  # type: ignore[attr-defined]
    return f"trefpunt={signer.dumps({'_user_id': token, '_fresh': True})}"


def _running(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


# ---- what it answers -------------------------------------------------------------------------------------------


def test_it_says_that_it_is_well_without_a_cookie(alone: Site) -> None:
    answer = requests.get(f"{alone.url}/gezond", timeout=5)
    said = answer.json()
    assert answer.status_code == 200
    assert said == {"status": "ok", "database": "ok", "redis": "not used", "version": alone.app.config["VERSION"]}
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_answer_on_an_open_connection_does_not_wait_for_the_network(alone: Site) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", _port(alone), timeout=5)
    took = []
    for _ in range(15):
        began = time.perf_counter()
        connection.request("GET", "/gezond")
        connection.getresponse().read()
        took.append(time.perf_counter() - began)
    # Waiting for the browser's acknowledgement takes 40 ms each time.
    assert statistics.median(took) < 0.035


def test_a_socket_opens_for_a_member_and_not_for_a_stranger(alone: Site) -> None:
    stranger = socketio.Client(reconnection=False)
    with pytest.raises(socketio.exceptions.ConnectionError):
        stranger.connect(alone.url, transports=["websocket"])
    ton = socketio.Client(reconnection=False)
    ton.connect(alone.url, headers={"Cookie": _cookie(alone, "ton")}, transports=["websocket"])
    assert ton.call("watch", {"what": "topic:987"}, timeout=5) == {"ok": False}
    ton.disconnect()


def test_a_message_that_never_ends_is_hung_up_on(alone: Site) -> None:
    address = alone.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    line = websocket.create_connection(address, timeout=5)
    assert "sid" in line.recv()
    with pytest.raises((OSError, websocket.WebSocketException)):
        for number in range(100):
            opcode = websocket.ABNF.OPCODE_CONT if number else websocket.ABNF.OPCODE_TEXT
            line.send_frame(websocket.ABNF.create_frame("x" * 100_000, opcode, 0))


# ---- when it refuses to start ----------------------------------------------------------------------------------


def test_a_taken_port_is_said_in_words(alone: Site) -> None:
    refused = _start(alone)
    assert refused.returncode == 78
    assert f"Port {_port(alone)} is taken by another program" in refused.stderr
    assert requests.get(f"{alone.url}/gezond", timeout=5).status_code == 200


def test_a_demonstration_is_not_served_as_the_real_thing(tmp_path: Path) -> None:
    with a_site("alone", tmp_path, "unused") as site:
        with site.app.app_context():
            _found_association(is_demo=True)
        refused = _start(site)
    assert refused.returncode == 78
    assert "holds the demonstration" in refused.stderr


def test_only_a_database_that_fits_is_opened(app: Flask, tmp_path: Path) -> None:
    without_tables = create_app(settings(f"sqlite:///{tmp_path / 'new.db'}", tmp_path))
    assert "flask --app wsgi migrate" in str(server.why_not_start(without_tables))
    assert server.why_not_start(app) is None
    with app.app_context():
        _found_association(is_demo=False)
    assert server.why_not_start(app) is None
    app.config["DEMO"] = True
    try:
        assert "mails of real residents" in str(server.why_not_start(app))
    finally:
        app.config["DEMO"] = False


@db.action
def _found_association(*, is_demo: bool) -> None:
    for old in db.session().query(Association):
        db.session().delete(old)
    db.session().add(
        Association(
            name="Zuiderlicht", phone="010 - 123 45 67", phone_hours="altijd", emergency_phone="", is_demo=is_demo
        )
    )


@pytest.mark.parametrize(
    ("address", "redis", "processes", "word"),
    [
        ("postgresql+psycopg://x/y", None, 2, "Redis"),
        ("sqlite:///x.db", "redis://x", 2, "PostgreSQL"),
        ("sqlite:///x.db", None, 0, "1 or more"),
    ],
)
def test_processes_that_would_lose_something_are_refused(
    address: str, redis: str | None, processes: int, word: str
) -> None:
    settings = {"DATABASE_URL": address, "REDIS_URL": redis, "PROCESSES": processes}
    with pytest.raises(SettingError, match=word):
        serve.check(settings)
    serve.check({**settings, "PROCESSES": 1})


# ---- how it stops ----------------------------------------------------------------------------------------------


def test_a_stop_finishes_the_running_page_and_waits_for_nobody_else(tmp_path: Path) -> None:
    with a_site("alone", tmp_path, "unused") as site:
        with site.app.app_context():
            site.world = World.build()  # type: ignore[attr-defined]
        site.start()
        silent = http.client.HTTPConnection("127.0.0.1", _port(site), timeout=5)
        silent.request("GET", "/gezond")
        silent.getresponse().read()
        ton = socketio.Client(reconnection=False)
        ton.connect(site.url, headers={"Cookie": _cookie(site, "ton")}, transports=["websocket"])
        slow = socket.create_connection(("127.0.0.1", _port(site)), timeout=10)
        body = b"verder=%2Fhulp"
        slow.sendall(
            b"POST /taal/en HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body[:5])
        )
        time.sleep(0.5)
        assert site.process is not None
        began = time.monotonic()
        site.process.terminate()
        time.sleep(1)
        assert site.process.poll() is None
        with pytest.raises(OSError):
            socket.create_connection(("127.0.0.1", _port(site)), timeout=2)
        slow.sendall(body[5:])
        assert slow.recv(100).startswith(b"HTTP/1.1 ")
        assert site.process.wait(5) == 0
        assert time.monotonic() - began < 8


# ---- several processes -----------------------------------------------------------------------------------------


def test_a_process_that_died_is_started_again_and_all_stop_together(several: Site) -> None:
    assert requests.get(f"{several.url}/gezond", timeout=5).json()["redis"] == "ok"
    assert several.process is not None
    parent = psutil.Process(several.process.pid)
    before = _parts(parent)
    assert sorted(before.values()) == ["pages", "pages", "worker"]
    next(process for process, part in before.items() if part == "pages").kill()
    assert requests.get(f"{several.url}/gezond", timeout=10).status_code == 200
    _wait_until(lambda: len(_parts(parent)) == 3 and set(_parts(parent)) != set(before))
    children = list(_parts(parent))
    several.process.send_signal(signal.SIGTERM)
    assert several.process.wait(20) == 0
    assert not any(_running(child) for child in children)


def test_nothing_is_left_behind_when_the_parent_is_killed(several: Site) -> None:
    assert several.process is not None
    parent = psutil.Process(several.process.pid)
    children = list(_parts(parent))
    assert len(children) == 3
    parent.kill()
    _wait_until(lambda: not any(_running(child) for child in children))
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", _port(several)), timeout=2)


def _parts(parent: psutil.Process) -> dict[psutil.Process, str]:
    """The living children of the parent, and what each is."""
    found = {}
    for child in parent.children():
        words = child.cmdline() if _running(child) else []
        if len(words) > 2 and words[1].endswith("server.py"):
            found[child] = words[2]
    return found


def _wait_until(is_so: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return
        time.sleep(0.1)
    pytest.fail("it did not happen in time")
