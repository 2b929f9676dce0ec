"""The short way to many sockets: everybody hears everything once, whole and in order, also where it cannot be taken."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bench.listeners import Browser
from community import fanout

SERVER = Path(__file__).with_name("listening_server.py")
Start = Callable[[str], int]


@pytest.fixture(scope="module")
def start() -> Iterator[Start]:
    """`start("quick")`: the port of a small server in that mode; each mode is started once."""
    running = []

    @lru_cache
    def started(mode: str) -> int:
        server = subprocess.Popen([sys.executable, str(SERVER), mode], stdout=subprocess.PIPE, text=True)
        running.append(server)
        assert server.stdout is not None
        return int(server.stdout.readline())

    yield started
    for server in running:
        server.kill()
        server.wait()


def listen(
    port: int, room: str, count: int = 1, connection: Callable[[], socket.socket] | None = None
) -> list[Browser]:
    browsers = [Browser(port, "", connection() if connection else None) for _ in range(count)]
    for browser in browsers:
        browser.opened()
        browser.wait_for("0{")
        browser.say("40")
        browser.wait_for("40")
        browser.say('420["watch",{"what":"' + room + '"}]')
        browser.wait_for("430")
    return browsers


def tell(port: int, room: str, **how: Any) -> dict[str, Any]:
    words = "&".join(f"{name}={value}" for name, value in {"room": room, **how}.items())
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/tell?{words}", timeout=60) as answer:
        found: dict[str, Any] = json.loads(answer.read())
        return found


def hint(browser: Browser) -> int:
    number: int = json.loads(browser.wait_for('42["hint"')[2:])[1]["number"]
    return number


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65535, 65536])
def test_a_frame_tells_its_own_length(size: int) -> None:
    made = fanout.frame("x" * size)
    assert made[0] == 0x81
    length, start = made[1], 2
    if length == 126:
        length, start = int.from_bytes(made[2:4], "big"), 4
    elif length == 127:
        length, start = int.from_bytes(made[2:10], "big"), 10
    assert (length, made[start:]) == (size, b"x" * size)


@pytest.mark.parametrize(("mode", "direct"), [("quick", 20), ("ordinary", 0), ("changed", 0)])
def test_everybody_in_the_room_hears_it_once_and_nobody_else(start: Start, mode: str, direct: int) -> None:
    port = start(mode)
    here, elsewhere = listen(port, "topic:12", 20), listen(port, "topic:13")
    answer = tell(port, "topic:12")
    assert answer["direct"] == direct
    assert [hint(browser) for browser in here] == [0] * 20
    tell(port, "topic:13")
    # Had it heard of topic 12, or heard twice, that would have come first.
    assert [hint(browser) for browser in elsewhere] == [0]
    assert all('"hint"' not in message for browser in here for message in browser.messages())


def test_what_was_queued_before_comes_before(start: Start) -> None:
    port = start("quick")
    browser = listen(port, "topic:20")[0]
    answer = tell(port, "topic:20", before=1)
    assert (answer["direct"], answer["ordinary"]) == (0, 1)
    assert browser.wait_for("42") == '42["before"]'
    assert hint(browser) == 0
    assert tell(port, "topic:20")["direct"] == 1


def test_many_words_arrive_whole_and_in_order(start: Start) -> None:
    port = start("quick")
    browser = listen(port, "topic:21")[0]
    tell(port, "topic:21", times=100, padding=1000)
    assert [hint(browser) for _ in range(100)] == list(range(100))


def test_who_does_not_read_holds_nobody_up_and_gets_no_half_message(start: Start) -> None:
    def narrow() -> socket.socket:
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.connect(("127.0.0.1", port))
        connection.settimeout(20)
        return connection

    port = start("quick")
    slow, quick = listen(port, "topic:22", connection=narrow)[0], listen(port, "topic:22")[0]
    # More than the system keeps for a connection: the slow one's buffer runs full.
    sent = 0
    for _ in range(12):
        answer = tell(port, "topic:22", times=100, padding=4000)
        sent += 100
        assert [hint(quick) for _ in range(100)] == list(range(100))
    assert answer["direct"] == 100, "only the one that reads is told the short way by now"
    heard = []
    try:
        while len(heard) < sent:
            heard.append(hint(slow))
    except ConnectionError:
        # Was cut off in the middle of a message: then it connects again and asks for what it missed.
        assert len(heard) < sent
    assert heard == [number % 100 for number in range(len(heard))]
    assert heard


def test_a_socket_that_is_gone_is_forgotten(start: Start) -> None:
    port = start("quick")
    leaving, staying = listen(port, "topic:23", 2)
    before = tell(port, "topic:23")
    assert before["direct"] == 2
    leaving.connection.close()
    # It leaves the room at once, and the server's own list a moment later: both are waited for.
    until = time.monotonic() + 20
    while (answer := tell(port, "topic:23")) and time.monotonic() < until:
        if answer["direct"] == 1 and answer["open"] < before["open"]:
            break
        time.sleep(0.05)
    assert answer["direct"] == 1
    assert answer["open"] < before["open"]
    assert hint(staying) == 0


def test_frames_are_not_compressed_for_a_browser_that_offers_it(start: Start) -> None:
    port = start("quick")
    assert listen(port, "topic:12")[0].inflate is None
    # A negative that could have failed: without us the server does take up the offer.
    assert listen(start("ordinary"), "topic:12")[0].inflate is not None


@pytest.mark.parametrize(
    "engine",
    [
        SimpleNamespace(async_mode="gevent", send_packet=print),
        SimpleNamespace(async_mode="gevent", send_packet=print, _async={}),
        SimpleNamespace(async_mode="gevent", send_packet=print, _async={"websocket": None}),
        SimpleNamespace(async_mode="threading", send_packet=print, _async={"websocket": print}),
        SimpleNamespace(),
    ],
)
def test_an_engine_with_other_insides_stays_as_it_was(engine: Any) -> None:
    before = dict(vars(engine))
    assert fanout.quicken(engine) is None
    assert vars(engine) == before
