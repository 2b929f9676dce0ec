"""The real site in processes of its own, as an association runs it, for tests that come in by the front door: a server
on a free port, a database of its own, a mail server that keeps what it gets."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from aiosmtpd.controller import Controller
from alembic import command
from flask import Flask

from community import create_app
from community.cli import schema
from tests import servers

ROOT = Path(__file__).parent.parent
START_S = 90


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Sink:
    """Keeps the mails that arrive."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        self.mails.append(envelope)
        return "250 OK"


@dataclass
class Site:
    """A running site; `app` is the same installation in this process, for what a story needs to prepare or to check."""

    app: Flask
    url: str
    environment: dict[str, str]
    post: Sink
    log: Path
    process: subprocess.Popen[bytes] | None = None
    ports: list[int] = field(default_factory=list)

    def start(self) -> None:
        """Start, and wait until it answers."""
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [sys.executable, "serve.py"],
                cwd=ROOT,
                env=self.environment,
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-3000:]}")
            try:
                if requests.get(f"{self.url}/gezond", timeout=2).status_code == 200:
                    return
            except requests.RequestException:
                time.sleep(0.1)
        raise RuntimeError(f"the server does not answer:\n{self.log.read_text()[-3000:]}")

    def kill(self) -> None:
        """Pull the plug: kill -9 of all its processes."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def stop(self) -> None:
        """Stop as an administrator does."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()
        self.process = None


@contextmanager
def a_site(kind: str, folder: Path, name: str, **more: str) -> Iterator[Site]:
    """A site of a kind: "alone" (one process on SQLite) or "several" (two and a worker on PostgreSQL and Redis).
    Migrated and empty, not started.

    Raises:
        RuntimeError: there is no PostgreSQL or no Redis to test with.
    """
    port = free_port()
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("TREFPUNT_")},
        "TREFPUNT_INSTANCE": str(folder / "instance"),
        "TREFPUNT_SECRET_KEY": "only for tests",
        "TREFPUNT_PORT": str(port),
        # A story says in a minute what people say in a week.
        "TREFPUNT_POSTS_PER_HOUR": "100000",
        "TREFPUNT_BASE_URL": f"http://localhost:{port}",
        **more,
    }
    if kind == "several":
        database, redis = servers.fresh_database(f"trefpunt_site_{name}"), servers.redis_url()
        if database is None or redis is None:
            raise RuntimeError("NOT TESTED WITH SEVERAL PROCESSES: no PostgreSQL or no Redis found")
        environment |= {"TREFPUNT_DATABASE_URL": database, "TREFPUNT_REDIS_URL": redis}
    sink = Sink()
    mail = Controller(sink, hostname="127.0.0.1", port=free_port())
    mail.start()
    environment["TREFPUNT_MAIL_URL"] = f"smtp://127.0.0.1:{mail.port}"
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        app = create_app({"REDIS_URL": None, "SOCKET_MODE": "threading"})
    finally:
        os.environ.clear()
        os.environ.update(before)
    with app.app_context():
        command.upgrade(schema(), "head")
    site = Site(app, f"http://localhost:{port}", environment, sink, folder / "server.log")
    try:
        yield site
    finally:
        site.stop()
        mail.stop()
