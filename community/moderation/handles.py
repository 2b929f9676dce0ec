"""What can be reported, as the rooms above tell it: a small table by subject. This room knows who reports, decides and
appeals; what a post is, how it is hidden and how it comes back, is known where posts are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from flask import Flask, current_app
from markupsafe import Markup

from community.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Reported:
    """What a report would be about, as the one who reports sees it. `for_staff`: it is looked at by the association and
    not by neighbours, because it was said in private or by somebody who works there."""

    subject: str
    subject_id: int
    about_id: int
    about_name: str
    title: str  # "de reactie van Nel"
    excerpt: str
    back: str  # the address to go back to
    building_id: int | None
    neighbourhood_id: int | None
    for_staff: bool = False
    can_be_of_person: bool = False  # there is a page where the person, and not this, can be reported


@dataclass(frozen=True, slots=True)
class Earlier:
    """A text as it was before, until when, and who changed it."""

    source: str
    until: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Case:
    """What a moderator sees of what was reported. `deeds`: which decisions are possible besides a warning, a pause and
    nothing. `state` says in words what happened to it meanwhile."""

    title: str
    html: Markup = field(default_factory=Markup)
    source: str = ""
    where: str = ""
    path: str | None = None  # None: the moderator does not read there
    written_at: datetime | None = None
    state: str = ""
    deeds: frozenset[str] = frozenset()
    is_beginning: bool = False  # hiding can take the whole conversation with it
    before: Sequence[tuple[str, Markup]] = field(default=())
    earlier: Sequence[Earlier] = field(default=())
    earlier_path: str | None = None  # where those stand on a page of their own, for who reads there
    files: Markup = field(default_factory=Markup)  # the photos and documents that hang on it, small


@dataclass(frozen=True, slots=True)
class Moderator:
    """Who decides, in which role; and why, as everybody may know (one of REASONS)."""

    person_id: int
    acting_as: str
    why: str


@dataclass(frozen=True, slots=True)
class Handle:
    """How a subject is found, shown and changed. The deeds are parts of a running action; a subject that cannot be
    changed in some way has none for it."""

    word: str  # in addresses: "reactie"
    find: Callable[[Visitor, int], Reported | None]
    describe: Callable[[Visitor, int], Case | None]
    names: Callable[[Sequence[int]], dict[int, str]]
    hide: Callable[[int, bool, Moderator], None] | None = None  # (id, the whole conversation, who)
    restore: Callable[[int, bool], None] | None = None
    rewrite: Callable[[int, str, Moderator], None] | None = None
    put_back: Callable[[int, int], None] | None = None  # (id, who took a part out)
    close: Callable[[int, str, Moderator], None] | None = None  # (id, outcome, who)
    reopen: Callable[[int, str], None] | None = None  # (id, that outcome)


def init_app(app: Flask) -> None:
    """Nothing can be reported yet."""
    app.extensions["moderation handles"] = {}


def handle(app: Flask, subject: str, made: Handle) -> None:
    """Things of this subject can be reported."""
    app.extensions["moderation handles"][subject] = made


def handles() -> dict[str, Handle]:
    """By subject."""
    return cast(dict[str, Handle], current_app.extensions["moderation handles"])


def by_word(word: str) -> Handle | None:
    """The handle that stands in addresses with this word."""
    return next((made for made in handles().values() if made.word == word), None)
