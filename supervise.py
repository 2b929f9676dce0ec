"""The parent of several server processes: starts N that answer on one shared listening socket and one that does the
worker's rounds, starts again what died, and stops them together. It does no work itself and holds none of the
application, so that nothing can go wrong in it."""

from __future__ import annotations

import logging
import signal
import subprocess
import time
from collections.abc import Sequence
from typing import Any

import logs

log = logging.getLogger("trefpunt.processes")

# sysexits' EX_CONFIG: starting again would not help.
WRONG_SETTING = 78
# A process that dies at once is started again after 1, 2, 4 ... seconds; one that lived this long, after 1.
STEADY_S = 30
PAUSES_S = (1, 2, 4, 8, 16, 30)
# The grace that a process gives its running pages, and some time to die in.
STOP_S = 15
LOOK_S = 0.1


class Part:
    """One of the processes, kept alive. `name` is for the log."""

    def __init__(self, name: str, command: Sequence[str], fds: Sequence[int] = ()) -> None:
        self.name, self.command, self.fds = name, command, fds
        self.early_deaths = 0
        self.start()

    def start(self) -> None:
        """Start it. The other end of its standard input is ours: it closes when we are gone, however we went."""
        self.child = subprocess.Popen(self.command, stdin=subprocess.PIPE, pass_fds=self.fds)
        self.began = time.monotonic()
        self.again_at: float | None = None

    def look(self) -> int | None:
        """Start it again when it has died and its pause is over; returns the status with which it died just now."""
        if self.again_at is not None:
            if time.monotonic() >= self.again_at:
                self.start()
            return None
        status = self.child.poll()
        if status is None:
            return None
        if time.monotonic() - self.began > STEADY_S:
            self.early_deaths = 0
        pause = PAUSES_S[min(self.early_deaths, len(PAUSES_S) - 1)]
        self.early_deaths += 1
        self.again_at = time.monotonic() + pause
        if status != WRONG_SETTING:
            log.error("%s ended with status %s; starting it again in %s s", self.name, status, pause)
        return status


def run(server: Sequence[str], listener: int, settings: dict[str, Any]) -> int:
    """Keep all processes alive until a signal to stop; returns the exit status.

    Args:
        server: the command of server.py. listener: the number of the listening socket.
    """
    logs.set_up(settings["LOG"])
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: asked.append(received))
    checked = subprocess.run([*server, "check"])
    if checked.returncode or asked:
        return checked.returncode
    parts = [
        Part(f"pages {number}", [*server, "pages", "--listener", str(listener)], [listener])
        for number in range(1, settings["PROCESSES"] + 1)
    ]
    parts.append(Part("worker", [*server, "worker"]))
    log.info(
        "Trefpunt is open at %s: %s processes and a worker  (stop with Ctrl-C)",
        settings["BASE_URL"],
        settings["PROCESSES"],
    )
    status = 0
    while not asked and not status:
        status = WRONG_SETTING if WRONG_SETTING in [part.look() for part in parts] else 0
        time.sleep(LOOK_S)
    _stop(parts)
    log.info("Trefpunt is closed.")
    return status


def _stop(parts: Sequence[Part]) -> None:
    running = [part for part in parts if part.child.poll() is None]
    for part in running:
        part.child.terminate()
    until = time.monotonic() + STOP_S
    for part in running:
        try:
            part.child.wait(timeout=max(until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            log.error("%s did not stop in time", part.name)
            part.child.kill()
            part.child.wait()
