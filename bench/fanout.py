"""What a reply costs when a thousand people watch: how long until each hears of it, beside a bare socket.io server on
Node that is told to say the same, by turns; the CPU time of telling, and the memory that an open socket takes."""

from __future__ import annotations

import resource
import secrets
import shutil
import socket
import statistics
import subprocess
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from bench.instance import Instance, free_port
from bench.listeners import Listeners
from bench.residents import form_token, longest, sign_in
from bench.spending import Processes

HERE = Path(__file__).parent
# Node answers in a fraction of this.
STARTING_S = 20
# Between two replies: what the one before set off is over.
SETTLE_S = 0.3
# The first few compile statements and code.
WARM_UP = 3


def measure(instance: Instance, *, listeners: int, replies: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Post `replies` replies to `listeners` open sockets, ours and Node's by turns. For both: milliseconds to the
    middle and to the slowest hundredth of the sockets (medians over the replies), CPU ms per reply, KB per socket."""
    # Two ends of every connection are on this machine; each is a file.
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    residents = sign_in(instance.app, listeners + 1)
    talk = longest(instance.app)
    with ExitStack() as stack:
        processes = instance.start()
        stack.callback(instance.stop)
        ours = _Side(stack, processes, instance.port, f"topic:{talk.id}", [one.cookie for one in residents[1:]])
        port, node = _node(stack)
        theirs = _Side(stack, node, port, "topic:12", [""] * listeners)
        say(f"  {listeners} sockets connected to each")
        writer = residents[0]
        guard = form_token(f"http://127.0.0.1:{instance.port}", talk.path, writer)
        for turn in range(WARM_UP + replies):
            body = {"tekst": f"Tot {turn}", "csrf_token": guard, "formulier": secrets.token_urlsafe(16)}
            reply = _post(f"/gesprekken/{talk.id}/reactie", urlencode(body), writer.cookie, instance.port)
            ours.post(reply, counts=turn >= WARM_UP)
            theirs.post(_post("/", "", "", port), counts=turn >= WARM_UP)
        return {"listeners": listeners, "ours": ours.middle(), "node": theirs.middle()}


class _Side:
    """One of the two servers, with its listeners."""

    def __init__(self, stack: ExitStack, processes: Processes, port: int, room: str, cookies: list[str]) -> None:
        self.processes = processes
        self.heard: list[dict[str, float]] = []
        self.cpu_ms: list[float] = []
        self.listeners = Listeners()
        stack.callback(self.listeners.close)
        before = processes.memory()
        self.listeners.order(do="connect", port=port, room=room, cookies=cookies)
        time.sleep(1)
        self.kb_per_socket = (processes.memory() - before) * 1000 / len(cookies)

    def post(self, message: str, *, counts: bool) -> None:
        time.sleep(SETTLE_S)
        before = self.processes.spent()
        heard = self.listeners.order(do="listen", post=message)
        spent = (self.processes.spent() - before).total * 1000
        if counts:
            self.heard.append(heard)
            self.cpu_ms.append(spent)

    def middle(self) -> dict[str, float]:
        found = {
            name: round(statistics.median(one[name] for one in self.heard), 1)
            for name in ("answered", "first", "p50", "p99", "last")
        }
        found["cpu_ms"] = round(statistics.mean(self.cpu_ms), 1)
        found["kb_per_socket"] = round(self.kb_per_socket, 1)
        return found


def _post(path: str, body: str, cookie: str, port: int) -> str:
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nX-Requested-With: fetch\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )


def _node(stack: ExitStack) -> tuple[int, Processes]:
    """Start the bare server; its port, and its process."""
    node = shutil.which("node")
    if node is None or not (HERE.parent / "node_modules" / "socket.io").is_dir():
        raise SystemExit("To compare with: install Node, and run `npm ci --ignore-scripts`.")
    port = free_port()
    started = subprocess.Popen([node, str(HERE / "bare_socket.mjs"), str(port)], cwd=HERE.parent)
    stack.callback(started.wait)
    stack.callback(started.terminate)
    until = time.monotonic() + STARTING_S
    while time.monotonic() < until and started.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return port, Processes(started.pid)
        time.sleep(0.05)
    raise SystemExit("The bare server did not start.")
