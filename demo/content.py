"""Reads what stands in demo/content/ into plain objects; the texts are there, how they enter the database is not."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "content"
_SPAN = re.compile(r"(\d+)([dhm])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture of demo/content/photos, drawn for the demonstration, and what can be seen on it."""

    file: str
    alt: str

    def read(self) -> bytes:
        return (HERE / "photos" / self.file).read_bytes()


@dataclass(frozen=True, slots=True)
class Said:
    """A post: who, how long after the one before, what, who thanked for it, and its photos."""

    by: str
    after: timedelta
    text: str
    thanks: tuple[str, ...]
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True, slots=True)
class Becomes:
    """What became of a conversation: who may read it ("everyone", "neighbours" or "caretaker"), who has the question
    and promised when, how it ended and who wrote that; and how many days it still stands at the top."""

    aspect: str | None = None
    audience: str = "everyone"
    status: str | None = None
    owner: str | None = None
    promised_in: int | None = None
    ended_as: str | None = None
    outcome: str | None = None
    outcome_by: str | None = None
    pinned_for: int | None = None


@dataclass(frozen=True, slots=True)
class Conversation:
    """A topic; `days_ago` and `at` say when it began, on a resident's clock."""

    forum: str
    kind: str
    title: str
    days_ago: int
    at: time
    posts: tuple[Said, ...]
    becomes: Becomes


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that is told."""

    places: dict[str, Any]
    people: dict[str, Any]
    conversations: tuple[Conversation, ...]
    activities: dict[str, list[dict[str, Any]]]  # by what they are: room, activity, booking


def read() -> Content:
    """All of it; a mistake in a file names the file."""
    return Content(
        _table(HERE / "buildings.toml"),
        _table(HERE / "people.toml"),
        tuple(
            _conversation(told)
            for file in sorted((HERE / "conversations").glob("*.toml"))
            for told in _table(file)["topic"]
        ),
        _activities(),
    )


def _activities() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {"room": [], "activity": [], "booking": []}
    for file in sorted((HERE / "activities").glob("*.toml"), reverse=True):
        for name, told in _table(file).items():
            found[name] += told
    return found


def _table(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{file.name}: {error}") from error


def _conversation(told: dict[str, Any]) -> Conversation:
    at = told.get("at", "10:15")
    return Conversation(
        told["forum"],
        told["kind"],
        told["title"],
        told["days_ago"],
        time.fromisoformat(at),
        tuple(
            Said(
                post["by"],
                span(post.get("after", "")),
                post["text"].strip(),
                tuple(post.get("thanks", ())),
                tuple(Photo(**photo) for photo in post.get("photo", ())),
            )
            for post in told["post"]
        ),
        Becomes(**told.get("becomes", {})),
    )


def span(written: str) -> timedelta:
    """ "2d4h" -> two days and four hours."""
    return timedelta(**{_UNITS[unit]: int(number) for number, unit in _SPAN.findall(written)})
