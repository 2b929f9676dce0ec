"""A small real server on gevent for test_live_fanout.py: sockets, and an address that tells a room something. A process
of its own, because gevent changes the sockets of whoever imports it so. `python listening_server.py MODE`; it prints
its port. MODE: "quick" as in use, "ordinary" without the short way, "changed" with sockets of another make."""

# ruff: noqa: E402
from __future__ import annotations

from gevent import monkey

monkey.patch_all()

import json
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import engineio.packet
import gevent
import socketio
from gevent.pywsgi import WSGIServer

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from community import fanout

MODE = sys.argv[1]
server = socketio.Server(async_mode="gevent", transports=["websocket"], ping_interval=1, ping_timeout=20)
counts = {"direct": 0, "ordinary": 0}


class OfAnotherMake:
    """A websocket that hides what is inside."""

    def __init__(self, real: Any) -> None:
        self.send, self.wait, self.close = real.send, real.wait, real.close


if MODE == "changed":
    known = server.eio._async["websocket"]
    server.eio._async = {
        **server.eio._async,
        "websocket": lambda handler, engine: known(lambda real: handler(OfAnotherMake(real)), engine),
    }
quick = None if MODE == "ordinary" else fanout.quicken(server.eio)
ordinary = server.eio.send_packet
if quick is not None:
    written, ordinary = quick._written, quick._ordinary

    def count_written(line: Any, packet: Any) -> bool:
        done = written(line, packet)
        counts["direct"] += done
        return done

    def count_ordinary(sid: str, packet: Any) -> None:
        counts["ordinary"] += 1
        ordinary(sid, packet)

    quick._written, quick._ordinary = count_written, count_ordinary  # type: ignore[method-assign]


@server.event
def watch(sid: str, asked: dict[str, str]) -> dict[str, Any]:
    server.enter_room(sid, asked["what"])
    return {"ok": True, "number": 0}


@server.event
def leave(sid: str, asked: dict[str, str]) -> dict[str, Any]:
    server.leave_room(sid, asked["what"])
    return {"ok": True}


def tell(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """`?room=..&times=..&padding=..&before=..` tells a room 0, 1, 2 ...; answers how many packets went which way."""
    asked = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    counts.update(direct=0, ordinary=0)
    for number in range(int(asked.get("times", 1))):
        if "before" in asked:  # something that already waits for each of them
            for _sid, engine_sid in list(server.manager.get_participants("/", asked["room"])):
                ordinary(engine_sid, engineio.packet.Packet(engineio.packet.MESSAGE, '2["before"]'))
        server.emit("hint", {"number": number, "padding": "é" * int(asked.get("padding", 0))}, to=asked["room"])
        gevent.sleep(0)
    body = json.dumps({**counts, "open": len(quick._lines) if quick else None}).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


listening = WSGIServer(("127.0.0.1", 0), socketio.WSGIApp(server, tell), log=None)
listening.start()
print(listening.server_port, flush=True)
listening.serve_forever()
