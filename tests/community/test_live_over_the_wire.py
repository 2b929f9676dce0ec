"""The socket of a real server in a process of its own, over a real websocket: who gets one, what it carries, and that it
closes when a right ends."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import websocket

from community import clock
from community.accounts import actions as account_actions
from community.places import actions as place_actions
from forums import actions as forum_actions
from tests.community.test_live import MARKER, hide
from tests.site import Site, a_site
from tests.world import World


class Line:
    """A real websocket to a real server, that speaks as much Socket.IO as is needed here."""

    def __init__(self, site: Site, token: str | None, origin: str | None = None) -> None:
        self.everything: list[str] = []
        self.socket = websocket.create_connection(
            site.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket",
            timeout=10,
            origin=origin or site.url,
            cookie=f"trefpunt={cookie_of(site, token)}" if token else None,
        )
        assert self.next().startswith("0")
        self.say("40")
        self.is_welcome = self.next().startswith("40")

    def say(self, packet: str) -> None:
        """Send a packet as it is."""
        self.socket.send(packet)

    def next(self, timeout: float = 10) -> str:
        """The next packet, answering pings on the way; empty when nothing comes.

        Raises:
            websocket.WebSocketException: the server hung up.
        """
        until = time.monotonic() + timeout
        while (left := until - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                packet = str(self.socket.recv())
            except websocket.WebSocketTimeoutException:
                return ""
            if not packet:
                raise websocket.WebSocketConnectionClosedException
            self.everything.append(packet)
            if packet != "2":
                return packet
            self.say("3")
        return ""

    def ask(self, *event: Any) -> Any:
        """Say something, and the answer."""
        self.say("421" + json.dumps(event))
        while packet := self.next():
            if packet.startswith("431"):
                return json.loads(packet[3:])[0]
        return None

    def closes_within(self, seconds: float) -> bool:
        """Whether the server hangs up, by saying so ("41") or by closing."""
        until = time.monotonic() + seconds
        try:
            while (left := until - time.monotonic()) > 0:
                if self.next(left).startswith("41"):
                    return True
        except (websocket.WebSocketException, OSError):
            return True
        return False


def cookie_of(site: Site, token: str) -> str:
    """The cookie of a device with this session."""
    signer = site.app.session_interface.get_signing_serializer(site.app)  # type: ignore[attr-defined]
    return str(signer.dumps({"_user_id": token, "_fresh": True}))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One process on SQLite, as `make run` starts it, with the small world in it."""
    with a_site("alone", tmp_path_factory.mktemp("live"), "live") as made:
        with made.app.app_context():
            made.world = World.build()  # type: ignore[attr-defined]
        made.start()
        yield made


@pytest.fixture
def topic(site: Site) -> int:
    """A conversation in the Lindehof."""
    world: World = site.world  # type: ignore[attr-defined]
    with site.app.app_context():
        return forum_actions.start_topic(
            forum_id=world.forums["lindehof"], kind="help", title="Boor", source="Wie leent?", token=None,
            by=world.visitor("ton"),
        )  # fmt: skip


def token_of(site: Site, key: str) -> str:
    with site.app.app_context():
        return str(site.world.open_session(key))  # type: ignore[attr-defined]


def test_a_stranger_and_a_stranger_page_get_no_socket(site: Site) -> None:
    assert Line(site, token_of(site, "nel"), origin=site.url).is_welcome
    assert not Line(site, None).is_welcome
    assert not Line(site, "made up").is_welcome
    with pytest.raises(websocket.WebSocketBadStatusException):
        Line(site, token_of(site, "nel"), origin="https://evil.example")


def test_there_is_no_way_to_a_socket_but_the_websocket(site: Site) -> None:
    answer = requests.get(f"{site.url}/socket.io/?EIO=4&transport=polling", timeout=5)
    assert answer.status_code == 400


def test_over_the_wire_a_foreign_topic_is_not_watched_and_a_hint_holds_no_words(site: Site, topic: int) -> None:
    nel, bas = Line(site, token_of(site, "nel")), Line(site, token_of(site, "bas"))
    assert nel.ask("watch", {"what": f"topic:{topic}"}) == {"ok": True, "number": 1, "version": 2}
    assert bas.ask("watch", {"what": f"topic:{topic}"}) == {"ok": False}
    assert bas.ask("watch", {"what": f"topic:{topic + 999}"}) == {"ok": False}
    browser = requests.Session()
    browser.cookies.set("trefpunt", cookie_of(site, token_of(site, "henk")), domain="localhost.local")
    page = browser.get(f"{site.url}/gesprekken/{topic}", timeout=10).text
    csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
    sent = browser.post(
        f"{site.url}/gesprekken/{topic}/reactie",
        data={"tekst": MARKER, "csrf_token": csrf},
        allow_redirects=False,
        timeout=10,
    )
    assert sent.status_code == 303
    said = nel.next()
    assert json.loads(said.removeprefix("42"))[1]["number"] == 2
    assert bas.next(1) == ""
    assert MARKER not in "".join(nel.everything + bas.everything)
    assert MARKER not in site.log.read_text()


def test_nonsense_over_the_wire_leaves_the_server_standing(site: Site, topic: int) -> None:
    for nonsense in (
        '421["watch"]',
        "42[]",
        '42["watch",1,2,3,4]',
        "42{",
        "451-x",
        "4",
        "\ufffd",
        '42["connect"]',
        "49",
    ):
        line = Line(site, token_of(site, "nel"))
        try:
            line.say(nonsense)
            line.next(0.3)
        except (websocket.WebSocketException, OSError):
            pass
    assert Line(site, token_of(site, "nel")).ask("watch", {"what": f"topic:{topic}"})["ok"]
    assert requests.get(f"{site.url}/gezond", timeout=5).status_code == 200
    too_much = Line(site, token_of(site, "nel"))
    too_much.say('42["watch",{"what":"' + "x" * 5000 + '"}]')
    assert too_much.closes_within(5)


def test_the_socket_of_who_moves_out_closes_within_five_seconds(site: Site, topic: int) -> None:
    """The membership ends in another process: this one."""
    world: World = site.world  # type: ignore[attr-defined]
    leaving, staying = Line(site, token_of(site, "willemijn")), Line(site, token_of(site, "nel"))
    for line in (leaving, staying):
        assert line.ask("watch", {"what": f"topic:{topic}"})["ok"]
    with site.app.app_context():
        place_actions.move_out(world.people["willemijn"], world.households["lindehof", 3], clock.today(), by=None)
    assert leaving.closes_within(5)
    assert not staying.closes_within(1)
    assert staying.ask("watch", {"what": f"topic:{topic}"})["ok"]


def test_who_watches_a_hidden_topic_is_told_within_five_seconds(site: Site, topic: int) -> None:
    """It is hidden in another process: this one."""
    nel = Line(site, token_of(site, "nel"))
    assert nel.ask("watch", {"what": f"topic:{topic}"})["ok"]
    with site.app.app_context():
        hide(topic)
    assert json.loads(nel.next(5).removeprefix("42"))[1] == {"topic": topic, "kind": "gone"}
    assert nel.ask("watch", {"what": f"topic:{topic}"}) == {"ok": False}


def test_the_socket_of_a_device_that_is_signed_out_closes_within_five_seconds(site: Site) -> None:
    token = token_of(site, "ton")
    here, elsewhere = Line(site, token), Line(site, token_of(site, "ton"))
    with site.app.app_context():
        account_actions.end_session(token)
    assert here.closes_within(5)
    assert not elsewhere.closes_within(1)
