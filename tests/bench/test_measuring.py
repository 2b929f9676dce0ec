"""The measuring measures: one small run of the whole command, and the sums it makes. No test asserts a time."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from bench import listeners, load, measure, pages, report
from bench.pages import Measured
from bench.seeding import Amounts, _lengths, random


def _serve_once(answer: bytes) -> int:
    """A server that answers whatever is asked with these bytes, a byte at a time; its port."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _address = listening.accept()
        connection.recv(65536)
        for index in range(len(answer)):
            connection.sendall(answer[index : index + 1])
        connection.close()
        listening.close()

    threading.Thread(target=serve, daemon=True).start()
    port: int = listening.getsockname()[1]
    return port


@pytest.mark.timeout(600)  # it fills an installation and starts the server twice
def test_a_small_run_measures_every_kind_of_page_and_tells_a_reply_to_every_socket(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "figures.json"
    words = "--posts 2000 --buildings 10 --residents 60 --rounds 1 --requests 10 --listeners 20 --replies 2"
    assert measure.main([*words.split(), "--parts", "pages", "live", "search", "calendar", "--json", str(file)]) == 0
    run = json.loads(file.read_text())["runs"][0]
    assert {"floor", "topic page", "topic list", "reply, by a form", "reply, by script", "memory"} <= run[
        "pages"
    ].keys()
    assert all(figures["per_second"] > 0 for name, figures in run["pages"].items() if name != "memory")
    assert run["pages"]["topic page"]["bytes"] > run["pages"]["floor"]["bytes"] > 500
    assert run["live"]["listeners"] == 20
    assert all(0 < figures["p50"] <= figures["p99"] for figures in run["search"].values())
    assert {"floor", "calendar, a month of 100", "memory"} == run["calendar"].keys()
    # So many dates do not fit in a page of nothing.
    assert run["calendar"]["calendar, a month of 100"]["bytes"] > 2_000
    assert run["calendar"]["calendar, a month of 100"]["to_floor"] > 0
    assert 0 < run["live"]["ours"]["p50"] <= run["live"]["ours"]["p99"]
    assert "| topic page |" in capsys.readouterr().out


def test_an_answer_is_read_to_its_end() -> None:
    port = _serve_once(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"?")
        assert load.read_answer(connection) == (200, 5)


def test_an_answer_that_is_cut_off_is_a_failure_and_no_figure() -> None:
    order = {
        "total": 1,
        "workers": 1,
        "asks": [{"method": "GET", "path": "/", "headers": {}, "body": "", "status": 200}],
    }
    whole = _serve_once(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
    assert load._run({**order, "port": whole})["requests"] == 1
    half = _serve_once(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe")
    assert "cut off" in load._run({**order, "port": half})["error"]


def test_an_answer_with_another_status_is_a_failure_and_no_figure() -> None:
    order = {
        "total": 1,
        "workers": 1,
        "asks": [{"method": "GET", "path": "/x", "headers": {}, "body": "", "status": 200}],
    }
    port = _serve_once(b"HTTP/1.1 303 SEE OTHER\r\nContent-Length: 0\r\n\r\n")
    assert load._run({**order, "port": port})["error"] == "/x answered 303, not 200"


def test_the_middle_of_the_rounds_counts() -> None:
    assert Measured(cpu_ms=[9.0, 1.0, 2.0], to_floor=[1.5]).middle() == {"cpu_ms": 2.0, "to_floor": 1.5}


@pytest.mark.parametrize(("count", "most"), [(3, 10), (10, 10), (1000, 10), (7, 3)])
def test_pages_are_spread_over_all_of_them(count: int, most: int) -> None:
    found = pages._spread(count, most)
    assert len(found) == min(count, most)
    assert found == sorted(set(found))
    assert found[0] == 1
    assert 1 <= found[-1] <= count


def test_a_masked_frame_can_be_unmasked() -> None:
    made = listeners.framed("3")
    assert made[:2] == bytes((0x81, 0x81))
    assert bytes(byte ^ made[2 + index % 4] for index, byte in enumerate(made[6:])) == b"3"


def test_growth_is_told_when_there_are_two_sizes_and_what_is_missed_is_called_missed() -> None:
    def run(posts: int, ratio: float) -> dict[str, Any]:
        figures = dict.fromkeys(("cpu_ms", "database_ms", "to_floor", "per_second", "p50", "p99", "bytes"), ratio)
        names = ("floor", "topic page", "topic, first page", "topic, last page")
        return {
            "database": "sqlite",
            "posts": posts,
            "pages": {**dict.fromkeys(names, figures), "memory": {"idle": 1, "loaded": 2}},
        }

    found = {"began": "today", "machine": {}, "runs": [run(1000, 1.0), run(10_000, 2.5)]}
    written = report.tables(found)
    assert "from 1,000 to 10,000 posts" in written
    assert "| topic page | 2.50 | 2.50 | not met |" in written
    assert "2.0: met" in written
    assert "2.0: not met" in written
    assert "## sqlite: from" not in report.tables({**found, "runs": found["runs"][:1]})


@pytest.mark.parametrize(("topics", "posts"), [(1, 1), (1, 500), (10, 10), (10, 3000), (1000, 10_000)])
def test_bench_seed_makes_exactly_as_many_posts_as_asked(topics: int, posts: int) -> None:
    lengths = _lengths(Amounts(0, 0, topics, posts), random.Random(1))
    assert (len(lengths), sum(lengths)) == (topics, posts)
    assert min(lengths) >= 1
