"""A thousand browsers listening: a process of its own that opens sockets, watches one conversation with all of them,
lets a reply be posted and notes when each socket hears of it. It speaks just enough of engine.io 4 and socket.io 5,
so that it costs little beside the server, and the same to each server it is pointed at. One JSON order per line."""

from __future__ import annotations

import base64
import json
import os
import selectors
import socket
import subprocess
import sys
import time
import zlib
from pathlib import Path
from typing import Any

PATIENCE_S = 60
# So many connect at once; more would only wait in the server's queue.
AT_ONCE = 50


class Listeners:
    """The process, from the side of who measures."""

    def __init__(self) -> None:
        self.child = subprocess.Popen(
            [sys.executable, str(Path(__file__))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def order(self, **what: Any) -> dict[str, Any]:
        """Send an order (`do` says which) and wait for what came of it."""
        assert self.child.stdin and self.child.stdout
        self.child.stdin.write(json.dumps(what) + "\n")
        self.child.stdin.flush()
        answer: dict[str, Any] = json.loads(self.child.stdout.readline() or '{"error": "the listeners died"}')
        if "error" in answer:
            raise SystemExit(f"Measuring failed: {answer['error']}")
        return answer

    def close(self) -> None:
        """Hang up all of them."""
        assert self.child.stdin
        self.child.stdin.close()
        self.child.wait(10)


def framed(text: str) -> bytes:
    """A text as a masked frame of at most 125 bytes (RFC 6455, section 5)."""
    body, mask = text.encode(), os.urandom(4)
    assert len(body) < 126
    return bytes((0x81, 0x80 | len(body))) + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(body))


class Browser:
    """One socket; over a given connection, or one of its own."""

    def __init__(self, port: int, cookie: str, connection: socket.socket | None = None) -> None:
        self.connection = connection or socket.create_connection(("127.0.0.1", port), PATIENCE_S)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port, self.got = port, b""
        self.inflate: Any = None
        self.heard: list[str] = []
        key = base64.b64encode(os.urandom(16)).decode()
        self.connection.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Connection: Upgrade\r\nUpgrade: websocket\r\nOrigin: http://127.0.0.1:{port}\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nCookie: {cookie}\r\n"
            # As every browser does.
            "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n".encode()
        )

    def opened(self) -> None:
        """Wait for the answer to the handshake."""
        while (end := self.got.find(b"\r\n\r\n")) < 0:
            self._more()
        head, self.got = self.got[:end].lower(), self.got[end + 4 :]
        if b" 101 " not in head[:16]:
            raise ConnectionError(f"no socket: {head[:60]!r}")
        if b"permessage-deflate" in head:
            self.inflate = zlib.decompressobj(-15)

    def wait_for(self, beginning: str) -> str:
        """The next message that begins so; pings in between are answered."""
        while True:
            self.heard += self.messages()
            while self.heard:
                message = self.heard.pop(0)
                if message.startswith(beginning):
                    return message
                if message.startswith("44"):
                    raise ConnectionError(f"refused: {message}")
            self._more()

    def messages(self) -> list[str]:
        """What stands complete in the buffer."""
        found = []
        while len(self.got) >= 2:
            start, length = 2, self.got[1] & 0x7F
            if length == 126:
                start, length = 4, int.from_bytes(self.got[2:4], "big")
            elif length == 127:
                start, length = 10, int.from_bytes(self.got[2:10], "big")
            if len(self.got) < start + length:
                break
            first, body = self.got[0], self.got[start : start + length]
            self.got = self.got[start + length :]
            if first & 0x40 and self.inflate:
                body = self.inflate.decompress(body + b"\x00\x00\xff\xff")
            if first & 0x0F == 8:
                raise ConnectionError("the server closed a socket")
            message = body.decode(errors="replace")
            if message == "2":
                self.say("3")
            found.append(message)
        return found

    def say(self, text: str) -> None:
        """Send a message."""
        self.connection.sendall(framed(text))

    def _more(self) -> None:
        more = self.connection.recv(65536)
        if not more:
            raise ConnectionError("the server hung up")
        self.got += more


class _Crowd:
    """All sockets to one server."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.browsers: list[Browser] = []
        self.selector = selectors.EpollSelector()
        self.port = order["port"]
        cookies = order["cookies"]
        for start in range(0, len(cookies), AT_ONCE):
            some = [Browser(self.port, cookie) for cookie in cookies[start : start + AT_ONCE]]
            for browser in some:
                browser.opened()
                browser.wait_for("0{")
                browser.say("40")
            for browser in some:
                browser.wait_for("40")
                browser.say("420" + json.dumps(["watch", {"what": order["room"]}]))
            for browser in some:
                if '"ok":true' not in browser.wait_for("430"):
                    raise ConnectionError("a listener may not watch")
                browser.connection.setblocking(False)
                self.selector.register(browser.connection, selectors.EVENT_READ, browser)
            self.browsers += some
            self.answer_pings(0)
        self.sender = socket.create_connection(("127.0.0.1", self.port), PATIENCE_S)
        self.sender.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sender.setblocking(False)
        self.selector.register(self.sender, selectors.EVENT_READ, None)

    def listen(self, order: dict[str, Any]) -> dict[str, Any]:
        """Send the request `post` and wait until every socket heard the hint; returns milliseconds since sending:
        of the answer, and of each socket. A socket hears what it hears at the moment it is read: reading a thousand
        takes this process a few milliseconds, for either server."""
        post = order["post"].encode()
        heard: dict[int, float] = {}
        answered, answer = None, b""
        clock = time.perf_counter
        began = clock()
        until = began + PATIENCE_S
        self.sender.send(post)
        while (len(heard) < len(self.browsers) or answered is None) and clock() < until:
            for key, _events in self.selector.select(1.0):
                if key.data is None:
                    answer += self.sender.recv(65536)
                    answered = answered or clock() - began
                    continue
                read = key.fileobj.recv(65536)  # type: ignore[union-attr]
                if not read:
                    return {"error": "the server hung up"}
                at = clock() - began
                browser: Browser = key.data
                if browser.inflate or len(read) < 30:  # compressed, or a ping: look closer
                    browser.got += read
                    if not any('"hint"' in message for message in browser.messages()):
                        continue
                heard.setdefault(key.fd, at)
        if len(heard) < len(self.browsers):
            return {"error": f"{len(self.browsers) - len(heard)} of {len(self.browsers)} heard nothing"}
        if answer[9:12] != b"201":
            return {"error": f"the reply was refused: {answer[:80]!r}"}
        times = sorted(heard.values())
        return {
            "answered": round((answered or 0) * 1000, 3),
            "first": round(times[0] * 1000, 3),
            "p50": round(times[len(times) // 2] * 1000, 3),
            "p99": round(times[min(len(times) - 1, int(len(times) * 0.99))] * 1000, 3),
            "last": round(times[-1] * 1000, 3),
        }

    def answer_pings(self, wait_s: float) -> None:
        """Read what came by itself, and answer pings, so that the server does not take us for gone."""
        for key, _events in self.selector.select(wait_s):
            read = key.fileobj.recv(65536)  # type: ignore[union-attr]
            if key.data is not None:
                key.data.got += read
                key.data.messages()


def _serve() -> None:
    crowd: _Crowd | None = None
    orders = selectors.DefaultSelector()
    orders.register(sys.stdin, selectors.EVENT_READ)
    while True:
        while not orders.select(0.2 if crowd is None else 0):
            if crowd is not None:
                crowd.answer_pings(0.02)
        line = sys.stdin.readline()
        if not line:
            return
        order = json.loads(line)
        try:
            if order["do"] == "connect":
                crowd = _Crowd(order)
                answer: dict[str, Any] = {"connected": len(crowd.browsers)}
            else:
                assert crowd is not None
                answer = crowd.listen(order)
        except (OSError, ConnectionError) as error:
            answer = {"error": repr(error)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _serve()
