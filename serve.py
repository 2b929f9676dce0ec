"""`python serve.py` opens Trefpunt. It reads the settings, takes the port, and becomes the server (server.py): one
process, or, with TREFPUNT_PROCESSES above 1, the parent of several (supervise.py). Decision 0004 says why."""

from __future__ import annotations

import errno
import os
import socket
import sys
from pathlib import Path
from typing import Any

import config
import supervise
from config import SettingError

SERVER = Path(__file__).with_name("server.py")
# Connections that the kernel keeps for us while we start, or while a thousand browsers come back at once.
BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """Take the port, before anything slow is done.

    Raises:
        SettingError: another program has it, or this machine does not have that address.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise SettingError(
                f"Port {port} is taken by another program. Stop that one, or choose another with TREFPUNT_PORT."
            ) from error
        raise SettingError(f"Cannot listen on {host} port {port}: {error.strerror or error}.") from error
    listener.set_inheritable(True)
    return listener


def check(settings: dict[str, Any]) -> None:
    """Refuse numbers of processes that would lose something silently.

    Raises:
        SettingError: several processes without Redis, or on SQLite.
    """
    if settings["PROCESSES"] < 1:
        raise SettingError("TREFPUNT_PROCESSES must be 1 or more.")
    if settings["PROCESSES"] == 1:
        return
    if settings["DATABASE_URL"].startswith("sqlite"):
        raise SettingError(
            "Several processes need PostgreSQL: on SQLite one process writes at a time. Set TREFPUNT_DATABASE_URL, "
            "or TREFPUNT_PROCESSES=1."
        )
    if not settings["REDIS_URL"]:
        raise SettingError(
            "Several processes need Redis to pass on what is new: without it, residents would see some replies only "
            "after reloading. Set TREFPUNT_REDIS_URL, or TREFPUNT_PROCESSES=1."
        )


def main() -> int:
    """Serve until stopped; returns the exit status, 78 (EX_CONFIG) when it cannot be as configured."""
    try:
        settings = config.settings()
        check(settings)
        listener = listen(settings["HOST"], settings["PORT"])
    except SettingError as error:
        print(f"Trefpunt did not start. {error}", file=sys.stderr)
        return supervise.WRONG_SETTING
    server = [sys.executable, str(SERVER)]
    if settings["PROCESSES"] > 1:
        return supervise.run(server, listener.fileno(), settings)
    os.execv(sys.executable, [*server, "alone", "--listener", str(listener.fileno())])  # noqa: S606


if __name__ == "__main__":
    sys.exit(main())
