"""Telling a thousand sockets the same thing. The ordinary way queues a packet for each, wakes a greenlet for each and
builds a frame for each: 60 microseconds a socket. Here the frame is built once and written to every socket that has
nothing waiting; whoever has something waiting, or does not take it at once, is served the ordinary way. Knows some of
the insides of Engine.IO, and steps aside when they are not what it knows. Figures: docs/performance.md."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from functools import partial
from typing import Any

log = logging.getLogger(__name__)

_TEXT = 0x81  # a whole text message in one frame (RFC 6455, section 5.2)


def frame(message: str) -> bytes:
    """A message as a server sends it: one text frame, not compressed (which RFC 7692 leaves to the sender)."""
    body = message.encode()
    size = len(body)
    if size < 126:
        return bytes((_TEXT, size)) + body
    if size < 65536:
        return bytes((_TEXT, 126)) + size.to_bytes(2, "big") + body
    return bytes((_TEXT, 127)) + size.to_bytes(8, "big") + body


def quicken(engine: Any) -> Fanout | None:
    """Let an Engine.IO server on gevent write to its sockets directly where it can. None: its insides are others than
    the ones known here, and it stays as it was."""
    try:
        if engine.async_mode != "gevent":
            return None
        return Fanout(engine)
    except (AttributeError, KeyError, TypeError):
        log.warning("this Engine.IO is made otherwise: sockets are told one by one", exc_info=True)
        return None


class Fanout:
    """The open sockets of one Engine.IO server, and the short way to each."""

    def __init__(self, engine: Any) -> None:
        self._lines: dict[str, tuple[Any, Any, socket.socket]] = {}
        self._last: tuple[Any, bytes] = (None, b"")
        self._ordinary: Callable[[str, Any], None] = engine.send_packet
        self._websocket = engine._async["websocket"]
        if self._websocket is None:
            raise TypeError("no websockets")
        engine._async = {**engine._async, "websocket": self._open}
        engine.send_packet = self.send_packet

    def send_packet(self, sid: str, packet: Any) -> None:
        """What Engine.IO calls for every packet to every socket."""
        line = self._lines.get(sid)
        if line is None or not self._written(line, packet):
            self._ordinary(sid, packet)

    def _written(self, line: tuple[Any, Any, socket.socket], packet: Any) -> bool:
        """Write it now, unless something waits before it or the browser does not take it at once."""
        queued, spoken, connection = line
        if not queued.queue.empty() or queued.closing or queued.closed or not spoken.connected:
            return False
        if packet is not self._last[0]:
            message = packet.encode()
            if not isinstance(message, str):
                return False
            self._last = (packet, frame(message))
        whole = self._last[1]
        try:
            # The file number of a gevent socket never blocks. One call writes a frame or nothing of it, as gevent's
            # own `send` does, so frames of the ordinary way never get mixed with ours.
            taken = os.write(connection.fileno(), whole)
        except OSError:  # no room in its buffer, or gone: the ordinary way waits, or finds out
            return False
        if taken < len(whole):
            # Half a frame, of a browser that has not been reading for long: it comes back and catches up by number.
            connection.shutdown(socket.SHUT_RDWR)
        return True

    def _open(self, handler: Callable[[Any], Any], server: Any) -> Callable[..., Any]:
        """A socket is being opened: remember it while it lasts."""
        made = self._websocket(partial(self._converse, handler), server)

        def answer(environ: dict[str, Any], start_response: Any) -> Any:
            # Compressing 80 bytes costs a socket 300 KB of memory for its dictionary, and makes each frame another.
            return made({**environ, "HTTP_SEC_WEBSOCKET_EXTENSIONS": ""}, start_response)

        return answer

    def _converse(self, handler: Callable[[Any], Any], websocket: Any) -> Any:
        queued = getattr(handler, "__self__", None)
        line = (queued, getattr(websocket, "ws", None), getattr(getattr(websocket, "ws", None), "sock", None))
        if not _is_known(*line):
            return handler(websocket)
        sid = queued.sid  # type: ignore[union-attr]
        self._lines[sid] = line  # type: ignore[assignment]
        try:
            return handler(websocket)
        finally:
            del self._lines[sid]


def _is_known(queued: Any, spoken: Any, connection: Any) -> bool:
    """Whether a socket has the insides that `send_packet` looks at, and can be written to without waiting."""
    return (
        all(hasattr(queued, name) for name in ("sid", "queue", "closing", "closed"))
        and hasattr(queued.queue, "empty")
        and hasattr(spoken, "connected")
        and hasattr(connection, "fileno")
        and not hasattr(connection, "unwrap")  # TLS would need what is written here to be enciphered
        and not os.get_blocking(connection.fileno())
    )
