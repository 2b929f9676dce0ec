"""A reply that goes back to what somebody said. Only which post that was is kept: its words are taken from it each time
they are shown, so that what is changed, withdrawn or hidden is so in every reply that quotes it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import escape
from sqlalchemy import Row, bindparam, select, update

from community import db, live, text
from community.accounts.models import Person
from community.language import gettext as _
from community.visitor import Visitor
from forums.models import Post, Topic

# One line and a half: enough to know what is meant.
LENGTH = 140


@dataclass(frozen=True, slots=True)
class Quote:
    """A post as it stands above a reply to it; `excerpt` is empty when it holds only photos, or is no longer
    there."""

    number: int
    author_id: int
    name: str
    excerpt: str
    is_there: bool = True


_QUOTED = (
    select(
        Post.id,
        Post.topic_id,
        Post.number,
        Post.author_id,
        Post.source,
        Post.withdrawn_at,
        Post.hidden_at,
        Person.short_name,
        Person.left_at,
    )
    .join(Person, Person.id == Post.author_id)
    .where(Post.id.in_(bindparam("ids", expanding=True)))
)
_BY_NUMBER = select(Post.id, Post.author_id).where(
    Post.topic_id == bindparam("topic"),
    Post.number == bindparam("number"),
    Post.withdrawn_at.is_(None),
    Post.hidden_at.is_(None),
)


def shown(ids: Sequence[int | None], topic_id: int) -> dict[int, Quote]:
    """The posts with these ids, as they are now; of another conversation none."""
    asked = [one for one in ids if one is not None]
    if not asked:
        return {}
    rows = db.connection().execute(_QUOTED, {"ids": asked})
    return {row.id: _quote(row) for row in rows if row.topic_id == topic_id}


def _quote(row: Row[*tuple[Any, ...]]) -> Quote:
    is_there = row.withdrawn_at is None and row.hidden_at is None
    name = _("oud-bewoner") if row.left_at else row.short_name
    return Quote(row.number, row.author_id, name, text.excerpt(row.source, LENGTH) if is_there else "", is_there)


def quotable(visitor: Visitor, topic_id: int, number: int | None) -> int | None:
    """The id of a post of a topic that the visitor reads, if they can go back to it."""
    if number is None:
        return None
    row = db.connection().execute(_BY_NUMBER, {"topic": topic_id, "number": number}).first()
    return row.id if row and row.author_id not in visitor.blocked_ids else None


def asked(visitor: Visitor, topic_id: int, typed: str | None) -> Quote | None:
    """What stands above the form of a reply to the post with this number."""
    number = int(typed) if typed and typed.isdecimal() and typed.isascii() and len(typed) < 10 else None
    found = quotable(visitor, topic_id, number)
    return shown([found], topic_id).get(found) if found is not None else None


# ---- what changes with it -------------------------------------------------------------------------------------------

_RENEW = (
    update(Post)
    .where(Post.quoted_id == bindparam("quoted"))
    .values(version=Post.version + 1)
    .returning(Post.id, Post.number, Post.topic_id)
)


def renew(post_id: int) -> None:
    """Part of a running action: a post reads otherwise than before, and so do the replies that go back to it."""
    for row in db.connection().execute(_RENEW, {"quoted": post_id}).all():
        live.hint(f"topic:{row.topic_id}", topic=row.topic_id, post=row.id, number=row.number, kind="edit")


def rename(person_id: int) -> None:
    """Part of a running action: somebody is called otherwise, or stopped; their name stands above replies."""
    theirs = select(Post.id).where(Post.author_id == person_id)
    quoting = select(Post.id).where(Post.quoted_id.in_(theirs)).order_by(Post.id)
    ids = list(db.connection().execute(quoting).scalars())
    if ids:
        topics = select(Post.topic_id).where(Post.id.in_(ids))
        db.connection().execute(update(Topic).where(Topic.id.in_(topics)).values(version=Topic.version + 1))
        db.connection().execute(update(Post).where(Post.id.in_(ids)).values(version=Post.version + 1))


# ---- who is not read -------------------------------------------------------------------------------------------------

_CARD = re.compile(r'<a class="cited" data-of="([0-9]+)".*?</a>', re.S)


def without(html: str, unwanted: Collection[int]) -> str:
    """A post without the words of whom the reader does not want to read. The text of a post holds no such link: it
    carries no class."""
    if not unwanted:
        return html
    gone = f'<p class="cited">{escape(_("Antwoord op een buur die u niet wilt lezen."))}</p>'
    return _CARD.sub(lambda card: gone if int(card[1]) in unwanted else card[0], html)
