"""Connections take turns: who has many requests ready does not keep the others waiting until all are answered."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

from tests.site import a_site

MANY = 400


def test_a_connection_with_many_requests_ready_lets_others_go_in_between(tmp_path: Path) -> None:
    with a_site("alone", tmp_path, "server_turns") as site:
        site.start()
        port = int(site.url.rsplit(":", 1)[1])
        ask = f"GET /gezond HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode()
        with (
            socket.create_connection(("localhost", port), 30) as greedy,
            socket.create_connection(("localhost", port), 30) as modest,
        ):
            answered = 0
            begun, had = threading.Event(), threading.Event()

            def read_all() -> None:
                nonlocal answered
                tail = b""
                while answered < MANY and (more := greedy.recv(65536)):
                    answered += (tail + more).count(b"HTTP/1.1 200")
                    tail = more[-11:]
                    begun.set()
                had.set()

            reader = threading.Thread(target=read_all)
            reader.start()
            greedy.sendall(ask * MANY)
            assert begun.wait(30)
            modest.sendall(ask)
            assert modest.recv(4096).startswith(b"HTTP/1.1 200")
            in_between = answered
            assert had.wait(60)
            reader.join()
        assert in_between < MANY, "the other waited until all were answered"
        assert answered == MANY
