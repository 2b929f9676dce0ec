"""The figures as tables to read and to put in docs/performance.md, with what was aimed for beside them."""

from __future__ import annotations

import os
import platform
import sqlite3
from typing import Any

# Times the floor of the same run; see issue D of the first milestone and docs/performance.md.
AIMS = {
    "topic page": 2.0,
    "topic list": 1.5,
    "reply, by a form": 4.0,
    "reply, by script": 4.0,
    "calendar, a month of 100": 2.0,
}
# Times a reply of the same run.
SIGN_UP = {"sign-up": 1.0}
GROWTH = 1.1
LAST_TO_FIRST = 1.3
LIVE_TO_NODE = 2.0
SEARCH_MS = 10
WEIGHT_KB = 60
WEIGHT_REQUESTS = 6


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "processors": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load": round(os.getloadavg()[2], 1),
    }


def tables(found: dict[str, Any]) -> str:
    """All of it, as Markdown."""
    parts = [f"Measured {found['began']} on " + ", ".join(f"{key} {value}" for key, value in found["machine"].items())]
    for run in found["runs"]:
        parts.append(f"## {run['database']}, {run['posts']:,} posts")
        if "pages" in run:
            parts.append(_pages(run["pages"]))
        if "live" in run:
            parts.append(_live(run["live"]))
        if "search" in run:
            parts.append(_search(run["search"]))
        if "calendar" in run:
            parts.append("The calendar:\n\n" + _kinds(run["calendar"], "times the floor", AIMS))
        if "signup" in run:
            parts.append("Signing up:\n\n" + _kinds(run["signup"], "times a reply", SIGN_UP))
        if "weight" in run:
            parts.append(_weight(run["weight"]))
    parts += _growth(found["runs"])
    return "\n\n".join(parts)


def _kinds(pages: dict[str, dict[str, float]], beside: str, aims: dict[str, float]) -> str:
    rows = []
    for name, figures in pages.items():
        if name == "memory":
            continue
        ratio, aim = figures["to_floor"], aims.get(name)
        rows.append(
            [
                name,
                f"{figures['cpu_ms']:.2f}",
                f"{figures['database_ms']:.2f}",
                f"{ratio:.2f}",
                "" if aim is None else f"{aim:.1f}: {_met(ratio <= aim)}",
                f"{figures['per_second']:.0f}",
                f"{figures['p50']:.1f}",
                f"{figures['p99']:.1f}",
                f"{figures['bytes'] / 1000:.1f}",
            ]
        )
    head = ["", "CPU ms", "of which database", beside, "aim", "per second", "p50 ms", "p99 ms", "KB"]
    return _table(head, rows)


def _pages(pages: dict[str, dict[str, float]]) -> str:
    last = pages["topic, last page"]["cpu_ms"] / pages["topic, first page"]["cpu_ms"]
    memory = pages["memory"]
    deep = f"{last:.2f} times its first (aim {LAST_TO_FIRST}: {_met(last <= LAST_TO_FIRST)})"
    return (
        f"{_kinds(pages, 'times the floor', AIMS)}\n\nLast page of the longest conversation: {deep}.\n"
        f"Private memory of the server: {memory['idle']:.0f} MB idle, {memory['loaded']:.0f} MB after the load."
    )


def _live(live: dict[str, Any]) -> str:
    columns = ("answered", "first", "p50", "p99", "last", "cpu_ms", "kb_per_socket")
    rows = [
        [name, *(f"{live[side][column]:.1f}" for column in columns)]
        for name, side in (("Trefpunt", "ours"), ("bare Node", "node"))
    ]
    ratio = live["ours"]["p99"] / live["node"]["p99"]
    head = ["", "answered, ms", "first heard", "p50", "p99", "last heard", "CPU ms", "KB per socket"]
    return (
        f"One reply to {live['listeners']:,} open sockets:\n\n{_table(head, rows)}\n\n"
        f"p99 {ratio:.2f} times that of bare Node (aim {LIVE_TO_NODE}: {_met(ratio <= LIVE_TO_NODE)})."
    )


def _search(search: dict[str, dict[str, float]]) -> str:
    rows = [
        [name, *(f"{one[key]:.1f}" for key in ("p50", "p99", "cpu_ms")), _met(one["p50"] <= SEARCH_MS)]
        for name, one in search.items()
    ]
    head = ["", "p50 ms", "p99 ms", "CPU ms", f"aim p50 {SEARCH_MS} ms"]
    return "Whole pages of searching, one after the other:\n\n" + _table(head, rows)


def _weight(weight: dict[str, Any]) -> str:
    rows = [[one["path"], one["when"], one["coding"], f"{one['bytes'] / 1000:.1f}"] for one in weight["requests"]]
    light = weight["bytes"] <= WEIGHT_KB * 1000 and weight["count"] <= WEIGHT_REQUESTS
    return (
        f"First view of a topic page: {weight['bytes'] / 1000:.1f} KB in {weight['count']} requests "
        f"(aim {WEIGHT_KB} KB in {WEIGHT_REQUESTS}: {_met(light)}):\n\n" + _table(["", "when", "coding", "KB"], rows)
    )


def _growth(runs: list[dict[str, Any]]) -> list[str]:
    parts = []
    for database in dict.fromkeys(run["database"] for run in runs):
        sized = sorted(
            (run for run in runs if run["database"] == database and "pages" in run), key=lambda run: run["posts"]
        )
        if len(sized) < 2:
            continue
        small, large = sized[0], sized[-1]
        rows = []
        for name in small["pages"]:
            if name != "memory":
                cpu = large["pages"][name]["cpu_ms"] / small["pages"][name]["cpu_ms"]
                ratio = large["pages"][name]["to_floor"] / small["pages"][name]["to_floor"]
                rows.append([name, f"{cpu:.2f}", f"{ratio:.2f}", _met(ratio <= GROWTH)])
        title = f"## {database}: from {small['posts']:,} to {large['posts']:,} posts"
        parts.append(f"{title}\n\n" + _table(["", "CPU", "CPU against the floor", f"aim {GROWTH}"], rows))
    return parts


def _met(is_met: bool) -> str:
    return "met" if is_met else "not met"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])
