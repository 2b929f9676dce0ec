"""The socket. It carries hints ("topic 12 has a new post"), never content: a browser that hears one comes to the
front door and gets what its person may see. The only user of Socket.IO."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import Flask, current_app, request
from flask_socketio import SocketIO, disconnect, join_room, leave_room

from community import clock, db, fanout
from community.visitor import Visitor

log = logging.getLogger(__name__)


class Standing(NamedTuple):
    """How far something that is watched goes: its newest number, and a version that counts every change."""

    number: int
    version: int = 0


@dataclass(frozen=True, slots=True)
class Losses:
    """How often somebody has lost a right so far, and since when one last asked: which people (None: it may be
    anybody), and rooms that are no longer for everybody in them."""

    count: int
    people: frozenset[int] | None
    rooms: frozenset[str]


# How far it goes that is watched, or None for who may not watch it.
May = Callable[[Visitor, int], Standing | None]
Identify = Callable[[str], Visitor | None]

# A browser that watches more than this is not a browser.
WATCH_MAX = 20
# A watch is 30 bytes.
MESSAGE_MAX = 2000
# How often a process asks whether somebody lost a right. Promised: gone within 5 seconds.
RECHECK_S = 1.0
# After so many sockets others get a turn.
BREATH = 50


class Live:
    """The sockets of this process: who is connected with which session, and what they watch."""

    def __init__(self) -> None:
        self.sockets = SocketIO()
        self.may: dict[str, May] = {}
        self.identify: Identify | None = None
        self.losses_since: Callable[[int], Losses] | None = None
        self.sessions: dict[str, tuple[str, int]] = {}  # socket id -> session token, person
        self.watching: dict[str, set[str]] = {}  # socket id -> rooms


def init_app(app: Flask) -> None:
    """Open the socket beside the pages. With Redis, hints reach the browsers of every process."""
    live = Live()
    app.extensions["live"] = live
    live.sockets.init_app(
        app,
        async_mode=app.config.get("SOCKET_MODE", "gevent"),
        message_queue=app.config["REDIS_URL"],
        channel="trefpunt",
        transports=["websocket"],
        cors_allowed_origins=app.config.get("SOCKET_ORIGINS"),
        max_http_buffer_size=MESSAGE_MAX,
        ping_interval=25,
        ping_timeout=20,
        manage_session=False,
        cookie=None,
        always_connect=False,
    )
    _bound(live.sockets.server.eio)
    fanout.quicken(live.sockets.server.eio)
    live.sockets.on_event("connect", _connect)
    live.sockets.on_event("disconnect", _disconnect)
    live.sockets.on_event("watch", _watch)
    live.sockets.on_event("leave", _leave)


def _bound(engine: Any) -> None:
    """Engine.IO measures a message when it is complete; anybody could fill our memory with one that never is. The
    websocket beneath it can count while it arrives."""
    open_websocket = engine._async["websocket"]

    def open_bounded(handler: Any, server: Any) -> Any:
        made = open_websocket(handler, server)
        made.server_args["max_message_size"] = MESSAGE_MAX
        return made

    if open_websocket is not None:
        engine._async = {**engine._async, "websocket": open_bounded}


def watchable(app: Flask, kind: str, may: May) -> None:
    """Things of this kind can be watched by whom `may(visitor, id)` answers how far they go."""
    app.extensions["live"].may[kind] = may


def identified_by(app: Flask, identify: Identify, losses_since: Callable[[int], Losses]) -> None:
    """How a session token becomes a visitor, and who has lost a right since a number of losses."""
    app.extensions["live"].identify = identify
    app.extensions["live"].losses_since = losses_since


def hint(*rooms: str, **ids: Any) -> None:
    """After the running action is on the disk, tell who watches these rooms ("topic:12"). Ids and kinds only."""
    live: Live = current_app.extensions["live"]
    if rooms:
        db.after_commit(lambda: live.sockets.emit("hint", ids, to=list(rooms)))


def watch_over(app: Flask, stopped: Callable[[], bool]) -> None:
    """Look every second whether somebody lost a right, or a day began on which somebody has moved out; and close
    the sockets of who may no longer be here."""
    live: Live = app.extensions["live"]
    count: int | None = None
    day: object = None
    while not stopped():
        time.sleep(RECHECK_S)
        try:
            with app.app_context():
                assert live.losses_since is not None
                today, lost = clock.today(), live.losses_since(count or 0)
                if count is None or day != today or lost.people is None:
                    recheck(live)
                elif lost.count != count:
                    recheck(live, lost.people, lost.rooms)
                count, day = lost.count, today
        except Exception:
            log.exception("could not look who lost a right")


def recheck(live: Live, people: frozenset[int] | None = None, rooms: frozenset[str] = frozenset()) -> int:
    """Ask for every open socket (or those of these people, and those in these rooms) whether its person may still watch
    what it watches; returns how many were closed or lost a room."""
    assert live.identify is not None
    lost = asked = 0
    for sid, (token, person) in list(live.sessions.items()):
        watched = live.watching.get(sid, set())
        if people is not None and person not in people:
            watched = watched & rooms
            if not watched:
                continue
        asked += 1
        if asked % BREATH == 0:
            time.sleep(0)  # a thousand sockets take a seventh of a second: readers come in between
        visitor = live.identify(token)
        if visitor is None or not visitor.belongs:
            lost += 1
            live.sockets.server.disconnect(sid)
            continue
        for room in list(watched):
            if _may_watch(live, visitor, room) is None:
                lost += 1
                live.watching.get(sid, set()).discard(room)  # it may have gone while we asked
                live.sockets.server.leave_room(sid, room)
                kind, _, key = room.partition(":")
                live.sockets.emit("hint", {kind: int(key), "kind": "gone"}, to=sid)
    return lost


def _may_watch(live: Live, visitor: Visitor, room: str) -> Standing | None:
    kind, _, key = room.partition(":")
    may = live.may.get(kind)
    return may(visitor, int(key)) if may and key.isdecimal() and len(key) < 19 else None


def _visitor(live: Live) -> Visitor | None:
    assert live.identify is not None
    held = live.sessions.get(request.sid)  # type: ignore[attr-defined]
    return live.identify(held[0]) if held else None


def _connect(_auth: object = None) -> bool:
    """Only who is signed in gets a socket; each gets the room of their own person."""
    live: Live = current_app.extensions["live"]
    token = current_app.extensions["session token"]()
    assert live.identify is not None
    visitor = live.identify(token) if token else None
    if visitor is None or not visitor.belongs:
        return False
    sid = request.sid  # type: ignore[attr-defined]
    live.sessions[sid], live.watching[sid] = (visitor.token, visitor.person_id), set()
    # Look again: who lost a right before `recheck` knew this socket must not slip in.
    visitor = live.identify(visitor.token)
    if visitor is None or not visitor.belongs:
        _disconnect()
        return False
    join_room(f"person:{visitor.person_id}")
    return True


def _disconnect(_reason: object = None) -> None:
    live: Live = current_app.extensions["live"]
    live.sessions.pop(request.sid, None)  # type: ignore[attr-defined]
    live.watching.pop(request.sid, None)  # type: ignore[attr-defined]


def _watch(asked: object) -> dict[str, Any]:
    """{"what": "topic:12"} -> {"ok": true, "number": 88, "version": 131}: up to where it goes, so that who is up to
    date need not ask. A foreign and an absent topic answer alike."""
    live: Live = current_app.extensions["live"]
    visitor = _visitor(live)
    if visitor is None:
        disconnect()
        return {"ok": False}
    sid = request.sid  # type: ignore[attr-defined]
    room = asked.get("what") if isinstance(asked, dict) else None
    watching = live.watching.setdefault(sid, set())
    if not isinstance(room, str) or len(watching) >= WATCH_MAX:
        return {"ok": False}
    if _may_watch(live, visitor, room) is None:
        return {"ok": False}
    # Into the room first, then look again with what holds now: what is written in between is heard, or already counted
    # in the number; and who loses a right in between is either seen here or found by `recheck`.
    join_room(room)
    watching.add(room)
    visitor = _visitor(live)
    standing = _may_watch(live, visitor, room) if visitor else None
    if standing is None:
        watching.discard(room)
        leave_room(room)
        return {"ok": False}
    return {"ok": True, **standing._asdict()}


def _leave(asked: object) -> dict[str, Any]:
    live: Live = current_app.extensions["live"]
    room = asked.get("what") if isinstance(asked, dict) else None
    watching = live.watching.get(request.sid, set())  # type: ignore[attr-defined]
    if isinstance(room, str) and room in watching:
        watching.discard(room)
        leave_room(room)
    return {"ok": True}
