"""Searching the conversations: topics by their title and first post, posts by what they say, and how it ended by what
stands above the topic. The hits of the index are joined with what the visitor may read, in one statement, so nothing is
found that could not be opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from flask import Flask
from markupsafe import Markup
from sqlalchemy import Select, bindparam, select

from community import search, text
from community.accounts.models import Person
from community.dates import moment
from community.language import gettext as _
from community.language import lazy_gettext as _l
from community.places.neighbours import may_search
from community.search import Asked, Line, Source, Way
from community.visitor import STAFF, Visitor
from forums import lists, queries, showing
from forums.indexing import OUTCOME, POST, TOPIC
from forums.models import Forum, Post, Topic
from forums.seeing import Ask, Seen, asked_often

# What stands there before anything was asked (DESIGN, page 26).
LATEST = 4


def init_app(app: Flask) -> None:
    """Let the conversations be searched."""
    last = {"latest": latest, "latest_label": _l("Laatste gesprekken")}
    for source in (
        Source(TOPIC, _l("Gesprekken"), topics, order=20, is_narrowed=True, **last),
        Source(OUTCOME, _l("Hoe het afliep"), outcomes, order=25, is_narrowed=True),
        Source(POST, _l("Reacties"), posts, order=40, is_narrowed=True),
    ):
        search.source(app, source)


def topics(visitor: Visitor, asked: Asked, start: int, most: int) -> Sequence[Line]:
    """Topics of which the title or the first post answers."""
    return _found(visitor, asked, TOPIC, start, most)


def posts(visitor: Visitor, asked: Asked, start: int, most: int) -> Sequence[Line]:
    """Posts after the first of their topic."""
    return _found(visitor, asked, POST, start, most)


def outcomes(visitor: Visitor, asked: Asked, start: int, most: int) -> Sequence[Line]:
    """What was agreed, or how else a topic ended."""
    return _found(visitor, asked, OUTCOME, start, most)


def latest(visitor: Visitor) -> Markup:
    """The last four conversations."""
    forums = queries.forum_rows(visitor)
    rows = lists.topic_lines(visitor, forums, most=LATEST)
    return Markup("").join(showing.lines(rows, visitor, {forum.id: forum.name for forum in forums}))


def joined(statement: Select[*tuple[Any, ...]], hit: Any) -> Select[*tuple[Any, ...]]:
    """A statement over the posts of hits, with their topic and its forum."""
    return (
        statement.select_from(hit.source)
        .join(Post, Post.id == hit.subject_id)
        .join(Topic, Topic.id == Post.topic_id)
        .join(Forum, Forum.id == Topic.forum_id)
    )


def places(visitor: Visitor) -> list[int] | None:
    """The forums to look in; None for who works everywhere. Asked for once in a request."""
    if visitor.works_everywhere:
        return None
    kept: list[int] | None = visitor.__dict__.get("places to search")
    if kept is None:
        kept = visitor.__dict__["places to search"] = [forum.id for forum in queries.forum_rows(visitor)]
    return kept


def _found(visitor: Visitor, asked: Asked, kind: str, start: int, most: int) -> Sequence[Line]:
    names = asked.writer.split()
    # Staff never search residents (PRODUCT, rule 3): among colleagues they may.
    among_colleagues = bool(names) and not may_search(visitor)
    more = {f"name_{at}": f"%{name}%" for at, name in enumerate(names)}
    blocked = {"blocked": visitor.blocked_ids} if visitor.blocked_ids else {}

    def look(way: Way, values: dict[str, Any]) -> Sequence[Any]:
        ask = _asking(way, kind, len(names), among_colleagues, bool(blocked))
        return ask(visitor, **values, **more, **blocked).all()

    rows = search.hits(look, asked, kind, places(visitor), start, most, is_mostly=kind == POST, is_few=kind == OUTCOME)
    line = _of_outcome if kind == OUTCOME else _of_post
    return [line(row) for row in rows]


@lru_cache(maxsize=128)
def _asking(way: Way, kind: str, names: int, among_colleagues: bool, has_blocked: bool) -> Ask:
    @asked_often
    def found(seen: Seen) -> Select[*tuple[Any, ...]]:
        hit = way.hit()
        if kind == OUTCOME:
            made, writer, hat = _ended(hit), Topic.outcome_by_id, Topic.outcome_as
        else:
            made, writer, hat = joined(select(*_COLUMNS), hit), Post.author_id, Post.written_as
        made = made.join(Person, Person.id == writer).where(seen.topics())
        if kind == POST:
            # The index knows it too; said here as well, what is gone is gone whatever the index holds.
            made = made.where(Post.withdrawn_at.is_(None), Post.hidden_at.is_(None))
        if has_blocked:
            made = made.where(writer.not_in(bindparam("blocked", expanding=True)))
        if names:
            made = made.where(
                Person.left_at.is_(None), *(Person.folded_name.like(bindparam(f"name_{at}")) for at in range(names))
            )
        if among_colleagues:
            made = made.where(hat.in_(sorted(STAFF)))
        return way.finished(made, hit)

    return found


def _ended(hit: Any) -> Select[*tuple[Any, ...]]:
    """The topics of hits, where they still have an outcome."""
    made = select(*_OUTCOME_COLUMNS).select_from(hit.source).join(Topic, Topic.id == hit.subject_id)
    return made.join(Forum, Forum.id == Topic.forum_id).where(Topic.outcome.is_not(None))


_WHERE = (Topic.id, Topic.slug, Topic.title, Forum.name.label("forum"), Person.name, Person.photo, Person.left_at)
_COLUMNS = (
    *_WHERE,
    Post.number,
    Post.source,
    Post.created_at,
    Post.withdrawn_at,
    Post.hidden_at,
    Post.written_as,
    Post.author_id,
)
_OUTCOME_COLUMNS = (
    *_WHERE,
    Topic.outcome.label("source"),
    Topic.outcome_at.label("created_at"),
    Topic.outcome_as.label("written_as"),
    Topic.outcome_by_id.label("author_id"),
)


# The newest posts with the words that people look for are found again and again.
_plain = lru_cache(maxsize=2048)(text.plain)


def _of_post(row: Any) -> Line:
    is_gone = row.withdrawn_at is not None or row.hidden_at is not None
    address = f"/gesprekken/{row.id}-{row.slug}" if row.number == 1 else f"/gesprekken/{row.id}/{row.number}"
    return _line(row, address, "" if is_gone else _plain(row.source))


def _of_outcome(row: Any) -> Line:
    # Above every page of the topic: the first, for there the reader has what it was about below it.
    return _line(row, f"/gesprekken/{row.id}-{row.slug}?pagina=1#h-afspraak", _plain(row.source))


def _line(row: Any, address: str, plain: str) -> Line:
    name = _("oud-bewoner") if row.left_at else row.name
    return Line(
        href=address,
        title=row.title,
        plain=plain,
        about=f"{name} · {moment(row.created_at)}",
        face=search.Face(row.author_id, name, None if row.left_at else row.photo, row.written_as in STAFF),
        tag=row.forum,
    )
