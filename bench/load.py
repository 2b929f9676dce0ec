"""The load: a process of its own that sends requests over connections that stay open, and times the answers. It reads
one JSON object per line on its standard input and answers each with one on its standard output, so that whoever
measures can look at the clocks of the server in between."""

from __future__ import annotations

import itertools
import json
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

# An answer that takes longer than this is a failure of the measurement.
PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: a whole HTTP message but for its host, and the status it must be answered with."""

    method: str
    path: str
    headers: dict[str, str]
    body: str = ""
    status: int = 200


@dataclass(frozen=True, slots=True)
class Timed:
    """How it went: seconds for all, and milliseconds of the middle and of the slowest hundredth."""

    requests: int
    seconds: float
    p50: float
    p99: float
    mean_bytes: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


class Load:
    """The process, from the side of who measures."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.child = subprocess.Popen(
            [sys.executable, str(Path(__file__))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, asks: list[Ask], *, total: int, workers: int) -> Timed:
        """Send `total` requests, taking `asks` by turns, over `workers` connections."""
        assert self.child.stdin and self.child.stdout
        order = {"port": self.port, "total": total, "workers": workers, "asks": [asdict(ask) for ask in asks]}
        self.child.stdin.write(json.dumps(order) + "\n")
        self.child.stdin.flush()
        answer = json.loads(self.child.stdout.readline() or '{"error": "the load generator died"}')
        if "error" in answer:
            raise SystemExit(f"Measuring failed: {answer['error']}")
        return Timed(**answer)

    def close(self) -> None:
        """End the process."""
        assert self.child.stdin
        self.child.stdin.close()
        self.child.wait(10)


def _message(ask: dict[str, Any], port: int) -> bytes:
    body: bytes = ask["body"].encode()
    headers = {"Host": f"127.0.0.1:{port}", **ask["headers"]}
    if body:
        headers |= {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(body))}
    lines = [f"{ask['method']} {ask['path']} HTTP/1.1", *(f"{key}: {value}" for key, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def read_answer(connection: socket.socket) -> tuple[int, int]:
    """(status, bytes of the body) of the next answer on a connection."""
    got = b""
    while (end := got.find(b"\r\n\r\n")) < 0:
        more = connection.recv(65536)
        if not more:
            raise ConnectionError("the server hung up")
        got += more
    head = got[:end].lower()
    start = head.find(b"\r\ncontent-length:")
    length = int(head[start + 17 :].split(b"\r\n", 1)[0]) if start >= 0 else 0
    left = length - (len(got) - end - 4)
    while left > 0:
        left -= len(connection.recv(65536)) or left + 1
    if left < 0:
        raise ConnectionError("the answer was cut off")
    return int(head[9:12]), length


def _run(order: dict[str, Any]) -> dict[str, Any]:
    messages = [(_message(ask, order["port"]), ask["status"], ask["path"]) for ask in order["asks"]]
    turns = itertools.count()
    times: list[float] = []
    sizes: list[int] = []
    failures: list[str] = []

    def work() -> None:
        try:
            with socket.create_connection(("127.0.0.1", order["port"]), PATIENCE_S) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                while not failures and (turn := next(turns)) < order["total"]:
                    message, wanted, path = messages[turn % len(messages)]
                    began = time.perf_counter()
                    connection.sendall(message)
                    status, size = read_answer(connection)
                    times.append(time.perf_counter() - began)
                    sizes.append(size)
                    if status != wanted:
                        failures.append(f"{path} answered {status}, not {wanted}")
        except OSError as error:
            failures.append(repr(error))

    threads = [threading.Thread(target=work) for _ in range(order["workers"])]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    if failures:
        return {"error": failures[0]}
    times.sort()
    return {
        "requests": len(times),
        "seconds": seconds,
        "p50": times[len(times) // 2] * 1000,
        "p99": times[min(len(times) - 1, int(len(times) * 0.99))] * 1000,
        "mean_bytes": sum(sizes) / len(sizes),
    }


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(_run(json.loads(line))), flush=True)
