"""Conversations that are about the same: shown before somebody begins a new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from community import dutch, search
from community.search import Way
from community.visitor import Visitor
from forums.finding import joined, places
from forums.indexing import TOPIC
from forums.models import Topic
from forums.seeing import Ask, Seen, asked_often

# So many of the newest topics that share a word are weighed; what was said longer ago helps nobody now.
WINDOW = 60


@dataclass(frozen=True, slots=True)
class Similar:
    """A topic that is about the same."""

    id: int
    title: str
    path: str
    replies: int
    started_at: datetime


def similar_topics(visitor: Visitor, title: str, most: int = 3) -> Sequence[Similar]:
    """The topics that this visitor may read with most words of a title in their own, then the newest. One word in
    common is enough only when there is not more to go by."""
    asked = set(search.title_stems(title))
    if not asked:
        return []

    blocked = {"blocked": visitor.blocked_ids} if visitor.blocked_ids else {}

    def look(way: Way, values: dict[str, Any]) -> Sequence[Any]:
        return _asking(way, bool(blocked))(visitor, **values, **blocked).all()

    needed = 1 if len(asked) < 3 else 2
    ranked = []
    for row in search.alike(look, title, TOPIC, places(visitor), WINDOW):
        shared = asked & {stem for word in dutch.words(row.title) for stem in word.stems}
        if len(shared) >= needed:
            ranked.append((len(shared), row.created_at, row))
    ranked.sort(key=lambda one: one[:2], reverse=True)
    return [
        Similar(row.id, row.title, f"/gesprekken/{row.id}-{row.slug}", row.last_number - 1, row.created_at)
        for _shared, _hit, row in ranked[:most]
    ]


@lru_cache(maxsize=32)
def _asking(way: Way, has_blocked: bool) -> Ask:
    @asked_often
    def found(seen: Seen) -> Select[*tuple[Any, ...]]:
        hit = way.hit()
        made = joined(select(Topic.id, Topic.title, Topic.slug, Topic.last_number, Topic.created_at), hit)
        made = made.where(seen.topics())
        if has_blocked:
            made = made.where(Topic.author_id.not_in(bindparam("blocked", expanding=True)))
        return way.finished(made, hit)

    return found
