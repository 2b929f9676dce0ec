"""What do I see? Topics and posts as plain rows, for who may read them (forums/seeing.py says who); lists of topics are
in forums/lists.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, case, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from community import clock, db, live
from community.accounts.models import Person
from community.dialect import Instant
from community.visitor import Visitor
from forums import seeing
from forums.attached import Draft, Presence, topic_key
from forums.models import EVERYONE, NEIGHBOURS, Forum, Post, Reaction, Speaker, Topic, TopicReader
from forums.seeing import Seen, asked_often, seen, topic_seen_by

PAGE = 20

# Of the building first, then wider.
_WIDTH = case({"building": 0, "neighbourhood": 1, "association": 2}, value=Forum.kind)


@asked_often
def _forums(seen: Seen) -> Select[*tuple[Any, ...]]:
    private = (
        select(func.count())
        .select_from(Topic)
        .where(Topic.forum_id == Forum.id, seen.private())
        .correlate(Forum)
        .scalar_subquery()
    )
    return (
        select(
            Forum.id,
            Forum.kind,
            Forum.name,
            Forum.slug,
            Forum.building_id,
            Forum.neighbourhood_id,
            Forum.topics,
            Forum.open_topics,
            Forum.staff_reading,
            private.label("private"),
            exists().where(Topic.forum_id == Forum.id, Topic.pinned_until >= bindparam("today")).label("has_pinned"),
        )
        .where(seen.forums())
        .order_by(_WIDTH, Forum.name)
    )


@dataclass(frozen=True, slots=True)
class ForumRow:
    """A forum as one visitor finds it. `audiences`: of which they read all topics; `topics`: how many topics there
    are for them, with their private ones, of which there are `private`."""

    id: int
    kind: str
    name: str
    slug: str
    building_id: int | None
    neighbourhood_id: int | None
    staff_reading: str
    audiences: tuple[int, ...]
    topics: int
    private: int = 0
    has_pinned: bool = False


def forum_rows(visitor: Visitor) -> Sequence[ForumRow]:
    """The forums of which this visitor may read something: of the building first, then wider."""
    made = []
    for row in _forums(visitor, today=clock.today()):
        audiences = seeing.audiences(visitor, row)
        shared = row.topics if NEIGHBOURS in audiences else row.open_topics if EVERYONE in audiences else 0
        made.append(
            ForumRow(
                row.id,
                row.kind,
                row.name,
                row.slug,
                row.building_id,
                row.neighbourhood_id,
                row.staff_reading,
                audiences,
                shared + row.private,
                row.private,
                bool(row.has_pinned),
            )
        )
    return made


@asked_often
def _forum(seen: Seen) -> Select[*tuple[Any, ...]]:
    return select(Forum.id, Forum.kind, Forum.building_id, Forum.neighbourhood_id, Forum.staff_reading).where(
        Forum.id == bindparam("forum"), seen.forums()
    )


def forum_row(visitor: Visitor, forum_id: int) -> Row[*tuple[Any, ...]] | None:
    """(id, kind, building_id, neighbourhood_id, staff_reading) of a forum, if this visitor may read something there."""
    return _forum(visitor, forum=forum_id).first()


@asked_often
def _topic_to_write(seen: Seen) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Topic.id,
            Topic.last_number,
            Topic.forum_id,
            Topic.audience,
            Topic.closed_at,
            Topic.author_id,
            Forum.building_id,
            Forum.neighbourhood_id,
        )
        .join(Forum, Forum.id == Topic.forum_id)
        .where(Topic.id == bindparam("topic"), seen.topics())
        .with_for_update(of=Topic)
    )


def topic_to_write(visitor: Visitor, topic_id: int) -> Row[*tuple[Any, ...]] | None:
    """(id, last_number, forum_id, audience, closed_at, author_id, building_id, neighbourhood_id) of a topic, if this
    visitor may read it; locked until the running action ends."""
    assert db.session().writing, "a lock belongs in an action"
    return _topic_to_write(visitor, topic=topic_id).first()


@dataclass(frozen=True, slots=True)
class TopicHead:
    """A topic as one reader finds it."""

    id: int
    title: str
    slug: str
    kind: str
    aspect: str | None
    audience: int
    status: str | None
    ended_as: str | None
    outcome_at: datetime | None
    closed_at: datetime | None
    version: int
    last_number: int
    speakers: int
    author_id: int
    created_at: datetime
    forum_id: int
    forum_kind: str
    forum_name: str
    forum_slug: str
    building_id: int | None
    neighbourhood_id: int | None
    staff_reading: str
    last_read: int
    is_following: bool
    is_muted: bool
    is_behind: bool
    is_busy: bool  # somebody is writing there, or is there for the association
    has_draft: bool  # the reader was writing there

    @property
    def path(self) -> str:
        return f"/gesprekken/{self.id}-{self.slug}"

    @property
    def pages(self) -> int:
        return max(1, -(-self.last_number // PAGE))


# Somebody is busy; `now` is bound by who asks.
IS_NOW = or_(
    Presence.writing_until > bindparam("now", type_=Instant), Presence.here_until > bindparam("now", type_=Instant)
)


@asked_often
def _head(seen: Seen) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Topic.id,
            Topic.title,
            Topic.slug,
            Topic.kind,
            Topic.aspect,
            Topic.audience,
            Topic.status,
            Topic.ended_as,
            Topic.outcome_at,
            Topic.closed_at,
            Topic.version,
            Topic.last_number,
            Topic.speakers,
            Topic.author_id,
            Topic.created_at,
            Forum.id,
            Forum.kind,
            Forum.name,
            Forum.slug,
            Forum.building_id,
            Forum.neighbourhood_id,
            Forum.staff_reading,
            func.coalesce(TopicReader.last_read, 0),
            func.coalesce(TopicReader.is_following, false()),
            func.coalesce(TopicReader.is_muted, false()),
            func.coalesce(TopicReader.is_behind, false()),
            exists(select(Presence.topic_id).where(Presence.topic_id == Topic.id, IS_NOW).correlate(Topic)),
            exists(
                select(Draft.person_id).where(Draft.person_id == bindparam("reader"), Draft.key == bindparam("draft"))
            ),
        )
        .join(Forum, Forum.id == Topic.forum_id)
        .outerjoin(
            TopicReader,
            and_(TopicReader.topic_id == Topic.id, TopicReader.person_id == bindparam("reader")),
        )
        .where(Topic.id == bindparam("topic"), seen.topics())
    )


def topic_head(visitor: Visitor, topic_id: int) -> TopicHead | None:
    """A topic, if this visitor may read it; with how far they have."""
    row = _head(visitor, topic=topic_id, now=clock.now(), draft=topic_key(topic_id)).first()
    return TopicHead(*tuple[Any, ...](row)) if row else None


@asked_often
def _standing(seen: Seen) -> Select[*tuple[Any, ...]]:
    return (
        select(Topic.last_number, Topic.version)
        .join(Forum, Forum.id == Topic.forum_id)
        .where(Topic.id == bindparam("topic"), seen.topics())
    )


def standing(visitor: Visitor, topic_id: int) -> live.Standing | None:
    """Up to where a topic goes, and how often it changed; None for who may not read it. What the socket asks."""
    row = _standing(visitor, topic=topic_id).first()
    return live.Standing(*row) if row else None


def forum_standing(visitor: Visitor, forum_id: int) -> live.Standing | None:
    """How many topics of a forum are open to everybody who reads there; None for who does not. What is said to this
    room of the socket is about those alone."""
    count = select(Forum.open_topics).where(
        Forum.id == forum_id, or_(seen(visitor).as_neighbour(), seen(visitor).as_staff())
    )
    found: int | None = db.connection().execute(count).scalar()
    return None if found is None else live.Standing(found)


def neighbours_standing(visitor: Visitor, forum_id: int) -> live.Standing | None:
    """The same with what neighbours keep among themselves; for them alone."""
    count = select(Forum.topics).where(Forum.id == forum_id, seen(visitor).as_neighbour())
    found: int | None = db.connection().execute(count).scalar()
    return None if found is None else live.Standing(found)


# ---- posts: the marks first, the content only of what is not yet at hand ---------------------------------------

_MARKS = (
    select(
        Post.id,
        Post.number,
        Post.version,
        Post.author_id,
        Post.created_at,
        Person.face_version,
        Reaction.person_id.is_not(None),
    )
    .join(Person, Person.id == Post.author_id)
    .outerjoin(Reaction, and_(Reaction.post_id == Post.id, Reaction.person_id == bindparam("reader")))
    .where(Post.topic_id == bindparam("topic"), Post.number >= bindparam("first"), Post.number <= bindparam("last"))
    .order_by(Post.number)
)


def post_marks(topic_id: int, first: int, last: int, reader: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """(id, number, version, author, written at, version of the author's face, thanked by the reader) of the posts
    numbered first to last. The caller has seen to it that the reader may read the topic."""
    values = {"topic": topic_id, "first": first, "last": last, "reader": reader}
    return db.connection().execute(_MARKS, values).all()


_remover = aliased(Person)
_CONTENTS = (
    select(
        Post.id,
        Post.number,
        Post.topic_id,
        Post.author_id,
        Post.written_as,
        Post.hat_title,
        Post.written_from,
        Post.html,
        Post.created_at,
        Post.edited_at,
        Post.withdrawn_at,
        Post.hidden_at,
        Post.hidden_as,
        Post.hidden_why,
        _remover.short_name.label("hidden_by"),
        Post.files,
        Post.quoted_id,
        Post.thanks,
        Post.thanked_by,
        Person.name,
        Person.short_name,
        Person.photo,
        Person.left_at,
    )
    .join(Person, Person.id == Post.author_id)
    .outerjoin(_remover, and_(_remover.id == Post.hidden_by_id, _remover.left_at.is_(None)))
    .where(Post.id.in_(bindparam("ids", expanding=True)))
)


def post_contents(ids: Sequence[int]) -> dict[int, Row[*tuple[Any, ...]]]:
    """What is needed to show these posts."""
    return {row.id: row for row in db.connection().execute(_CONTENTS, {"ids": list(ids)})}


def visible_post(visitor: Visitor, topic_id: int, number: int) -> Post | None:
    """One post of a topic that the visitor may read."""
    return db.session().scalar(
        select(Post)
        .join(Topic, Topic.id == Post.topic_id)
        .join(Forum, Forum.id == Topic.forum_id)
        .where(Post.topic_id == topic_id, Post.number == number, topic_seen_by(visitor))
    )


_SPEAKERS = (
    select(Person.id, Person.short_name, Person.name, Person.photo, Speaker.written_as, Speaker.hat_title)
    .join(Person, Person.id == Speaker.person_id)
    .where(Speaker.topic_id == bindparam("topic"), Person.left_at.is_(None))
    .order_by(Speaker.last_number.desc())
    .limit(bindparam("most"))
)


def speakers(topic_id: int, most: int = 8) -> Sequence[Row[*tuple[Any, ...]]]:
    """Who talk in a topic, the latest first."""
    return db.connection().execute(_SPEAKERS, {"topic": topic_id, "most": most}).all()
