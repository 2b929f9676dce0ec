"""One process of the server: it answers pages and sockets, does the worker's rounds, or both. serve.py starts it with
a listening socket. Decision 0004 says why it is gevent's server and why it stands here in our own words."""

# Everything that waits must learn to give way before anything else is imported.
from gevent import monkey

if __name__ == "__main__":
    monkey.patch_all()

import argparse
import logging
import resource
import signal
import socket
import sys

import gevent
from flask import Flask
from gevent.event import Event
from gevent.pool import Pool
from gevent.pywsgi import WSGIHandler, WSGIServer
from gevent.socket import wait_read

import logs
from community import cli, create_app, jobs, live
from community.places import queries
from config import SettingError
from supervise import WRONG_SETTING

log = logging.getLogger("trefpunt")

# Files, database and mail need some of the numbers that the system gives out for connections.
KEPT_FREE = 200
# A connection that says nothing for so long is closed. A living socket is pinged every 25 seconds.
SILENCE_S = 75
# How long a page that is being made may go on after we were asked to stop.
GRACE_S = 10


class Connection(WSGIHandler):
    """One browser's connection; knows whether it is being answered at this moment."""

    is_answering = False

    @property
    def is_socket(self) -> bool:
        """True for a socket, which never ends by itself."""
        environ = getattr(self, "environ", None) or {}
        return str(environ.get("HTTP_UPGRADE", "")).lower() == "websocket"

    def handle_one_response(self) -> None:
        self.is_answering = True
        try:
            super().handle_one_response()
        finally:
            self.is_answering = False
        if self.server.is_stopping or self.is_socket:
            self.close_connection = True
        # Others first: a proxy that has its next request ready would otherwise be answered on and on, while another
        # connection waits a second for its turn.
        gevent.sleep(0)


class PageServer(WSGIServer):
    """Answers on one listening socket, and can be stopped without cutting anybody off in the middle of a page."""

    handler_class = Connection

    def __init__(self, listener: socket.socket, app: Flask, *, is_one_of_many: bool) -> None:
        super().__init__(
            listener,
            app,
            log=None,
            error_log=logging.getLogger("trefpunt.server"),
            spawn=Pool(_connections_allowed()),
            environ={"wsgi.multithread": True, "wsgi.multiprocess": is_one_of_many},
        )
        self.is_stopping = False
        self.connections: set[Connection] = set()

    def handle(self, sock: socket.socket, address: object) -> None:
        """Answer one connection for as long as it lasts."""
        # Otherwise the end of an answer waits 40 ms for the browser's acknowledgement of its beginning.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(SILENCE_S)
        connection = self.handler_class(sock, address, self)
        self.connections.add(connection)
        try:
            connection.handle()
        finally:
            self.connections.discard(connection)

    def stop(self, timeout: float | None = GRACE_S) -> None:
        """Accept nobody any more, hang up on who is silent or on a socket, and let running answers finish."""
        self.is_stopping = True
        self.close()
        for connection in list(self.connections):
            if connection.is_socket or not connection.is_answering:
                try:
                    connection.socket.shutdown(socket.SHUT_RDWR)
                except (OSError, AttributeError):  # it went at this very moment
                    continue
        super().stop(timeout)


def _connections_allowed() -> int:
    """Raise the number of open files to what the system allows; what remains for connections."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(most - KEPT_FREE, 100)


def why_not_start(app: Flask) -> str | None:
    """The reason for which this installation must not be opened, in words for its administrator."""
    with app.app_context():
        if not cli.is_migrated():
            return "The database does not have the tables of this version. Run: flask --app wsgi migrate"
        here = queries.association()
    if here and here.is_demo and not app.config["DEMO"]:
        return (
            "This database holds the demonstration, whose passwords everybody knows. Set TREFPUNT_DEMO=1, or name "
            "another database in TREFPUNT_DATABASE_URL."
        )
    if here and not here.is_demo and app.config["DEMO"]:
        return (
            "TREFPUNT_DEMO=1 would show the mails of real residents to everybody who works here. Leave it out, or "
            "name another database in TREFPUNT_DATABASE_URL."
        )
    return None


def answer(app: Flask, fd: int, stopped: Event, *, is_one_of_many: bool) -> None:
    """Answer pages and sockets until `stopped`.

    Args:
        fd: the number of the listening socket.
    """
    server = PageServer(socket.socket(fileno=fd), app, is_one_of_many=is_one_of_many)
    watch = gevent.spawn(live.watch_over, app, stopped.is_set)
    server.start()
    stopped.wait()
    server.stop()
    watch.kill()


def serve_alone(app: Flask, fd: int, stopped: Event) -> None:
    """Everything in this one process."""
    worker = gevent.spawn(jobs.run_forever, app, stopped.is_set)
    log.info("Trefpunt is open at %s  (stop with Ctrl-C)", app.config["BASE_URL"])
    answer(app, fd, stopped, is_one_of_many=False)
    worker.join(timeout=GRACE_S)
    log.info("Trefpunt is closed.")


def _stop_when_orphaned(stopped: Event) -> None:
    """The parent holds the other end of our standard input: it closes when the parent is gone."""
    wait_read(sys.stdin.fileno())
    stopped.set()


def main(arguments: list[str]) -> int:
    """Be one part of the server until stopped; returns the exit status."""
    parser = argparse.ArgumentParser(prog="server.py", description="One process of the server; start serve.py instead.")
    parser.add_argument("part", choices=("check", "alone", "pages", "worker"))
    parser.add_argument("--listener", type=int, help="the number of the listening socket, for alone and pages")
    asked = parser.parse_args(arguments)
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stopped.set)
    try:
        app = create_app()
    except SettingError as error:
        print(f"Trefpunt did not start. {error}", file=sys.stderr)
        return WRONG_SETTING
    logs.set_up(app.config["LOG"])
    if asked.part in {"check", "alone"}:
        refusal = why_not_start(app)
        if refusal:
            print(f"Trefpunt did not start. {refusal}", file=sys.stderr)
            return WRONG_SETTING
    if asked.part == "alone":
        serve_alone(app, asked.listener, stopped)
    elif asked.part != "check":
        gevent.spawn(_stop_when_orphaned, stopped)
        if asked.part == "pages":
            answer(app, asked.listener, stopped, is_one_of_many=True)
        else:
            jobs.run_forever(app, stopped.is_set)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
