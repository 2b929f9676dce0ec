"""`python -m bench.measure`: one command that measures what Trefpunt costs, on an installation of its own that it
fills and throws away. What the figures mean, and what they were, stands in docs/performance.md."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

from bench import fanout, gathering, pages, report, searching, weight
from bench.activities import A_MONTH, MONTHS
from bench.instance import Instance
from bench.seeding import Amounts

DATABASES = ("sqlite", "postgresql")
PARTS = ("pages", "live", "weight", "search", "calendar", "signup")


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.measure", description=__doc__)
    parser.add_argument("--database", nargs="+", choices=DATABASES, default=["sqlite"], help="on which")
    parser.add_argument(
        "--posts", nargs="+", type=int, default=[100_000], help="how many posts; two numbers give growth"
    )
    parser.add_argument("--residents", type=int, default=4_000)
    parser.add_argument("--buildings", type=int, default=40)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="what to measure")
    parser.add_argument("--rounds", type=int, default=3, help="how often; the median counts")
    parser.add_argument("--requests", type=int, default=600, help="requests of each kind in a round")
    parser.add_argument("--listeners", type=int, default=1_000, help="open sockets for the live part")
    parser.add_argument("--replies", type=int, default=30, help="replies to those sockets")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--keep", type=Path, help="keep the filled installations in this folder, and use them again")
    return parser.parse_args(words)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def _dates(asked: argparse.Namespace) -> int:
    """How many dates of activities: none where nothing of the calendar is measured."""
    return asked.buildings * A_MONTH * MONTHS if {"calendar", "signup"} & set(asked.parts) else 0


def _one(asked: argparse.Namespace, database: str, posts: int) -> dict[str, Any]:
    amounts = Amounts(asked.buildings, asked.residents, max(1, posts // 10), posts, _dates(asked))
    keep = asked.keep / f"{database}-{posts}" if asked.keep else None
    found: dict[str, Any] = {"database": database, "posts": posts}
    _say(f"{database}, {posts} posts")
    began = time.monotonic()
    with Instance(database, amounts, keep) as instance:
        _say(f"  filled in {time.monotonic() - began:.0f} s")
        if "pages" in asked.parts:
            found["pages"] = pages.measure(instance, rounds=asked.rounds, requests=asked.requests, say=_say)
        if "live" in asked.parts:
            found["live"] = fanout.measure(instance, listeners=asked.listeners, replies=asked.replies, say=_say)
        if "search" in asked.parts:
            found["search"] = searching.measure(instance, rounds=asked.rounds, requests=asked.requests, say=_say)
        for part, of in (("calendar", gathering.CalendarRound), ("signup", gathering.SignUpRound)):
            if part in asked.parts:
                found[part] = pages.measure(instance, rounds=asked.rounds, requests=asked.requests, say=_say, of=of)
        if "weight" in asked.parts:
            found["weight"] = weight.measure(instance)
    return found


def main(words: list[str]) -> int:
    """Measure, print the tables, and return the exit status: 0 also when a target is missed, for figures depend on
    the machine and no build should fail on them."""
    asked = _arguments(words)
    began = time.strftime("%Y-%m-%d %H:%M")
    runs = [_one(asked, database, posts) for database in asked.database for posts in asked.posts]
    found = {"began": began, "machine": report.machine(), "runs": runs}
    print(report.tables(found))
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
