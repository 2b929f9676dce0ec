"""Calling somebody by name in a conversation: "@Nel". Whom a writer can call reads that conversation, and is seen by
the writer: a neighbour who chose to be shown, somebody who talks there, who works here. Of anybody else nothing is
said, not even that there is nobody. Who does not want to read the writer is not told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Row, Select, Table, delete, exists, not_, or_, select
from sqlalchemy.orm import aliased

from community import clock, db, dialect, live, text
from community.accounts.models import Person
from community.moderation.queries import who_block
from community.places.models import STAFF_KINDS, Role
from community.places.neighbours import may_search, visible_neighbours
from community.places.queries import held_today
from community.visitor import Visitor
from forums.attached import Mention
from forums.models import Forum, Speaker, Topic, TopicReader
from forums.readers import may_read

# More names in one message are a list, not a call.
MOST = 10
# A list to choose from.
OFFERED = 8
# "@Nel", "@Nel van Dam", "@Anne-Fleur van der Berg"; not in an e-mail address.
_CALL = re.compile(r"(?<![\w@./])@([^\W\d_][\w'’-]*(?: [\w'’-]+){0,3})")
_READER = cast(Table, TopicReader.__table__)


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody who is called, and the name that was typed."""

    person_id: int
    said: str


def _callable(visitor: Visitor, topic_id: int) -> tuple[Any, Select[*tuple[Any, ...]]]:
    """(person, select of their id, name, short_name) of whom this visitor can call in a topic."""
    who = aliased(Person)
    talks = exists(select(Speaker.topic_id).where(Speaker.topic_id == topic_id, Speaker.person_id == who.id))
    works = exists(select(Role.id).where(Role.person_id == who.id, Role.kind.in_(STAFF_KINDS), held_today(Role)))
    ways: list[Any] = [talks, works]
    if may_search(visitor):
        ways.append(who.id.in_(visible_neighbours(visitor).with_only_columns(Person.id).correlate(None)))
    found = (
        select(who.id, who.name, who.short_name)
        .select_from(who, Topic)
        .join(Forum, Forum.id == Topic.forum_id)
        .where(
            Topic.id == topic_id,
            who.left_at.is_(None),
            who.id != visitor.person_id,
            who.id.not_in(visitor.blocked_ids),
            or_(*ways),
            may_read(who.id),
        )
    )
    return who, found


def offered(visitor: Visitor, topic_id: int, typed: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """(id, name, short_name) of whom the visitor may mean, by the beginning of one of their names."""
    who, found = _callable(visitor, topic_id)
    asked = text.fold(text.clean_line(typed, 60))
    if asked:
        found = found.where(_begins(who, asked))
    return (
        db.connection().execute(found.order_by(who.folded_name, who.id).limit(OFFERED), {"today": clock.today()}).all()
    )


def _begins(who: Any, asked: str) -> Any:
    return or_(
        who.folded_name.startswith(asked, autoescape=True),
        who.folded_name.contains(f" {asked}", autoescape=True),
        who.short_name.istartswith(asked, autoescape=True),
    )


def called(visitor: Visitor, topic_id: int, source: str) -> list[Called]:
    """Who is called in a text: where a name is of one person alone."""
    said = [found[1] for found in _CALL.finditer(source)][:MOST] if "@" in source else []
    if not said:
        return []
    who, found = _callable(visitor, topic_id)
    first = {text.fold(phrase.split(" ")[0]) for phrase in said} - {""}
    rows = db.connection().execute(found.where(or_(*(_begins(who, word) for word in first))), {"today": clock.today()})
    names: dict[str, set[int]] = {}
    for row in rows:
        for name in {text.fold(row.name), text.fold(row.short_name)}:
            names.setdefault(name, set()).add(row.id)
    return [one for phrase in said if (one := _longest(phrase, names))]


def _longest(phrase: str, names: dict[str, set[int]]) -> Called | None:
    words = phrase.split(" ")
    for count in range(len(words), 0, -1):
        part = " ".join(words[:count])
        meant = names.get(text.fold(part), set())
        if meant:
            return Called(next(iter(meant)), part) if len(meant) == 1 else None
    return None


# ---- parts of a running action ---------------------------------------------------------------------------------------


def note(post_id: int, topic_id: int, people: Iterable[Called], by: Visitor) -> None:
    """Keep who is called in a post, and tell who was not called there before."""
    wanted = {one.person_id for one in people}
    if wanted:
        wanted -= who_block(by.person_id)
    held = set(db.connection().execute(select(Mention.person_id).where(Mention.post_id == post_id)).scalars())
    if held - wanted:
        gone = delete(Mention).where(Mention.post_id == post_id, Mention.person_id.in_(held - wanted))
        db.connection().execute(gone)
    for person in sorted(wanted - held):
        db.session().add(Mention(post_id=post_id, person_id=person))
        _tell(topic_id, person)


# Who keeps the conversation quiet hears nothing, also not by name.
_CALLED = {
    "is_following": or_(_READER.c.is_following, not_(_READER.c.is_muted)),
    "is_behind": not_(_READER.c.is_muted),
}


def _tell(topic_id: int, person_id: int) -> None:
    row = {
        "topic_id": topic_id,
        "person_id": person_id,
        "last_read": 0,
        "is_following": True,
        "is_behind": True,
        "is_muted": False,
    }
    dialect.insert_or_update(db.connection(), _READER, row, ("topic_id", "person_id"), _CALLED)
    live.hint(f"person:{person_id}", unread=True)
