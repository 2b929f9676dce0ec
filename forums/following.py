"""Hearing of what is new: how far somebody read, which conversations they follow or keep quiet, and what follows from
each reply for who follows it. The mark `is_behind` is what the number in the navigation counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, case, exists, false, literal, literal_column, not_, select, update

from community import clock, db, dialect, live
from community.errors import Missing
from community.moderation.models import Block
from community.visitor import Visitor
from forums import queries
from forums.models import Forum, Topic, TopicReader
from forums.readers import may_read
from forums.seeing import topic_seen_by

_READER = cast(Table, TopicReader.__table__)
_KEY = ("topic_id", "person_id")
_GIVEN: Any = literal_column("excluded.last_read")

# ---- what a post does to its readers -------------------------------------------------------------------------------

# The reading mark after an own post moves on only for who had read everything before it: what others wrote in between
# stays new.
_READ_LESS = _READER.c.last_read < _GIVEN - 1
_AFTER_WRITING = {
    # Who keeps a conversation quiet may say something there without hearing of every answer.
    "is_following": not_(_READER.c.is_muted),
    "last_read": case((_READ_LESS, _READER.c.last_read), else_=_GIVEN),
    "is_behind": and_(_READ_LESS, not_(_READER.c.is_muted)),
}

# Both databases take no UPDATE ... LIMIT alike; a topic's followers are some hundreds at the most. Who moved away, and
# who does not want to read this writer, hears nothing.
_LEAVE_BEHIND = (
    update(TopicReader)
    .where(
        TopicReader.topic_id == bindparam("topic"),
        TopicReader.is_following,
        not_(TopicReader.is_behind),
        TopicReader.person_id != bindparam("writer"),
        not_(
            exists(
                select(Block.at)
                .where(Block.blocker_id == TopicReader.person_id, Block.blocked_id == bindparam("writer"))
                .correlate_except(Block)
            )
        ),
        exists(
            select(Topic.id)
            .join(Forum, Forum.id == Topic.forum_id)
            .where(Topic.id == TopicReader.topic_id, may_read(TopicReader.person_id))
            .correlate_except(Topic, Forum)
        ),
    )
    .values(is_behind=True)
    .returning(TopicReader.person_id)
)


def wrote(topic_id: int, number: int, *, by: Visitor) -> None:
    """Part of placing a post: its writer follows the topic from now on, and whoever follows it is told that there is
    something new."""
    dialect.insert_or_update(
        db.connection(),
        _READER,
        {
            "topic_id": topic_id,
            "person_id": by.person_id,
            "last_read": number,
            "is_following": True,
            "is_behind": False,
            "is_muted": False,
        },
        _KEY,
        _AFTER_WRITING,
    )
    asked = {"topic": topic_id, "writer": by.person_id, "today": clock.today()}
    behind = db.connection().execute(_LEAVE_BEHIND, asked).scalars()
    live.hint(*(f"person:{follower}" for follower in behind), unread=True)


# ---- what a reader does --------------------------------------------------------------------------------------------

# No reply comes in between: it would note that there is something new, and be overruled.
_HOLD = select(Topic.last_number).where(Topic.id == bindparam("topic")).with_for_update(read=True)

_READ_ON = (
    update(TopicReader)
    .where(TopicReader.topic_id == bindparam("topic"), TopicReader.person_id == bindparam("person"))
    .values(
        last_read=case((TopicReader.last_read < bindparam("number"), bindparam("number")), else_=TopicReader.last_read),
        is_behind=and_(TopicReader.is_behind, bindparam("number") < bindparam("newest")),
    )
)


@db.action
def read(*, topic_id: int, number: int, by: Visitor) -> None:
    """Remember that somebody read a topic up to a post; never backwards, never further than it goes."""
    head = queries.topic_head(by, topic_id)
    if head is None:
        raise Missing()
    newest: int = db.connection().execute(_HOLD, {"topic": topic_id}).scalar_one()
    number = max(0, min(number, newest))
    if number <= head.last_read and not head.is_behind:
        return
    values = {"topic_id": topic_id, "person_id": by.person_id, "last_read": number}
    rest = {"is_following": False, "is_behind": False, "is_muted": False}
    if not dialect.insert_or_update(db.connection(), _READER, values | rest, _KEY):
        asked = {"topic": topic_id, "person": by.person_id, "number": number, "newest": newest}
        db.connection().execute(_READ_ON, asked)


@db.action
def follow(*, topic_id: int, follows: bool, by: Visitor) -> None:
    """Hear of what is new in a topic, or no longer."""
    newest = _newest(topic_id, by)
    _wish(topic_id, newest, by, is_following=follows, is_muted=False)


@db.action
def mute(*, topic_id: int, mutes: bool, by: Visitor) -> None:
    """Keep a topic quiet: it stays in the list and can be read, but is never marked as new; or no longer quiet."""
    newest = _newest(topic_id, by)
    _wish(topic_id, newest, by, is_following=False, is_muted=mutes)


def _newest(topic_id: int, by: Visitor) -> int:
    if queries.topic_head(by, topic_id) is None:
        raise Missing()
    newest: int = db.connection().execute(_HOLD, {"topic": topic_id}).scalar_one()
    return newest


def _wish(topic_id: int, newest: int, by: Visitor, *, is_following: bool, is_muted: bool) -> None:
    """Whoever had not been here has not missed anything yet."""
    values = {"topic_id": topic_id, "person_id": by.person_id, "last_read": newest, "is_behind": False}
    wish = {"is_following": is_following, "is_muted": is_muted}
    behind = (_READER.c.last_read < _GIVEN) if is_following else false()
    dialect.insert_or_update(db.connection(), _READER, values | wish, _KEY, {**wish, "is_behind": behind})


# ---- everything at once --------------------------------------------------------------------------------------------

# No more are marked in a list; what is older than this was looked at or is simply there.
RECENT = timedelta(days=90)
MOST = 1000

_BEHIND = (
    select(Topic.id)
    .join(TopicReader, TopicReader.topic_id == Topic.id)
    .where(TopicReader.person_id == bindparam("person"), TopicReader.is_behind)
    .order_by(Topic.id)
    .with_for_update(read=True, of=Topic)
)
_LAST = select(Topic.last_number).where(Topic.id == TopicReader.topic_id).correlate_except(Topic).scalar_subquery()


@db.action
def read_all(*, by: Visitor) -> None:
    """Nothing is new any more, of all that this person may read. What is said at this very moment stays new."""
    connection = db.connection()
    # The topics first, as a reply does: what comes in after this is not in what is marked as read.
    behind = list(connection.execute(_BEHIND, {"person": by.person_id}).scalars())
    for start in range(0, len(behind), MOST):
        marked = TopicReader.topic_id.in_(behind[start : start + MOST])
        caught_up = update(TopicReader).where(TopicReader.person_id == by.person_id, marked)
        connection.execute(caught_up.values(last_read=_LAST, is_behind=false()))
    recent = (
        select(Topic.id, literal(by.person_id), Topic.last_number, false(), false(), false())
        .join(Forum, Forum.id == Topic.forum_id)
        .where(Topic.last_post_at > clock.now() - RECENT, topic_seen_by(by))
        .order_by(Topic.last_post_at.desc())
        .limit(MOST)
    )
    names = ("topic_id", "person_id", "last_read", "is_following", "is_behind", "is_muted")
    dialect.insert_or_update_from(
        connection, _READER, names, recent, _KEY, {"last_read": _GIVEN}, where=not_(_READER.c.is_behind)
    )
    live.hint(f"person:{by.person_id}", unread=True)


# ---- what ends it --------------------------------------------------------------------------------------------------

_STOP = (
    update(TopicReader)
    .where(TopicReader.topic_id == bindparam("topic"), TopicReader.is_following)
    .values(is_following=false(), is_behind=TopicReader.person_id != bindparam("besides"))
    .returning(TopicReader.person_id)
)


@db.action
def stop(topic_id: int, *, by: Visitor | None = None) -> None:
    """A topic has its outcome: whoever follows it hears that as the last thing (but for the one who wrote it), and
    follows it no longer. Part of the action that writes the outcome; who wants to can follow it again."""
    besides = by.person_id if by else 0
    told = db.connection().execute(_STOP, {"topic": topic_id, "besides": besides}).scalars()
    live.hint(*(f"person:{person}" for person in told if person != besides), unread=True)
