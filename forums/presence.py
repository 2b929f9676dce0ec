"""Who is busy in a topic at this moment: who is writing something, and which of the association's people have it open.
Of residents nobody is told that they read; that they are writing is told for a quarter of a minute at a time."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from flask import current_app
from sqlalchemy import Row, Table, and_, bindparam, delete, or_, select, update

from community import clock, db, dialect, live
from community.accounts.models import Person
from community.errors import Missing
from community.visitor import Visitor
from forums import policy, queries
from forums.attached import Presence
from forums.models import NEIGHBOURS, Forum, Topic
from forums.readers import may_read
from forums.seeing import audiences

# The page says so every ten seconds while somebody types, and every minute while it is looked at.
WRITING = timedelta(seconds=15)
HERE = timedelta(seconds=75)
# Nothing is written for who said the same less than so long ago.
PAUSE = timedelta(seconds=9)
# More names than this are a crowd.
NAMED = 2
TIDY_S = 30

_PRESENCE = cast(Table, Presence.__table__)
_MINE = select(Presence.here_until, Presence.writing_until).where(
    Presence.topic_id == bindparam("topic"), Presence.person_id == bindparam("person")
)


@dataclass(frozen=True, slots=True)
class Busy:
    """Who is busy in a topic, by short name, as one reader is told it."""

    writing: tuple[str, ...]
    others: int  # who are writing besides those named
    here: tuple[str, ...]  # of the association
    until: int  # after so many seconds it is worth asking again; 0: no need


NOBODY = Busy((), 0, (), 0)


def note(*, topic_id: int, writes: bool, by: Visitor) -> None:
    """Somebody has a topic open, or is writing in it. Of a resident only the writing is kept.

    Raises:
        Missing: the topic is not there for this person. Refused: they may not write here.
    """
    head = queries.topic_head(by, topic_id)
    if head is None:
        raise Missing()
    if writes:
        policy.check_reply(by, head)
    works_here = _reads_as_staff(by, head)
    if not writes and not works_here:
        return
    now = clock.now()
    mine = db.connection().execute(_MINE, {"topic": topic_id, "person": by.person_id}).first()
    is_said = mine is not None and _said(
        mine.writing_until if writes else mine.here_until, WRITING if writes else HERE, now
    )
    if not is_said:
        _note(topic_id, writes, works_here, mine, now, by)


def _said(until: datetime | None, lasts: timedelta, now: datetime) -> bool:
    return until is not None and until > now + lasts - PAUSE


def _reads_as_staff(by: Visitor, head: queries.TopicHead) -> bool:
    """Whether somebody is here for the association: who lives here too is a neighbour first."""
    if not by.is_staff:
        return False
    place = queries.forum_row(by, head.forum_id)
    return place is not None and NEIGHBOURS not in audiences(by, place)


@db.action
def _note(
    topic_id: int, writes: bool, works_here: bool, mine: Row[*tuple[Any, ...]] | None, now: datetime, by: Visitor
) -> None:
    values: dict[str, Any] = {}
    if writes:
        values["writing_until"] = now + WRITING
    if works_here:
        values["here_until"] = now + HERE
    key = {"topic_id": topic_id, "person_id": by.person_id}
    dialect.insert_or_update(db.connection(), _PRESENCE, key | values, tuple(key), values)
    # Whoever looks is told when something begins; that it goes on they find when they ask again.
    began = [name for name in values if mine is None or getattr(mine, name) is None or getattr(mine, name) <= now]
    if began:
        live.hint(f"topic:{topic_id}", topic=topic_id, kind="busy")


@db.action
def rest(*, topic_id: int, by: Visitor) -> None:
    """Somebody no longer writes: the reply is there, or the field is empty."""
    if queries.topic_head(by, topic_id) is None:
        raise Missing()
    ended = (
        update(Presence)
        .where(Presence.topic_id == topic_id, Presence.person_id == by.person_id, Presence.writing_until > clock.now())
        .values(writing_until=None)
        .returning(Presence.person_id)
    )
    if db.connection().execute(ended).first():
        live.hint(f"topic:{topic_id}", topic=topic_id, kind="busy")


_BUSY = (
    select(Presence.person_id, Presence.here_until, Presence.writing_until, Person.short_name)
    .join(Person, Person.id == Presence.person_id)
    .join(Topic, Topic.id == Presence.topic_id)
    .join(Forum, Forum.id == Topic.forum_id)
    .where(
        Presence.topic_id == bindparam("topic"),
        queries.IS_NOW,
        Person.left_at.is_(None),
        may_read(Presence.person_id),
    )
    .order_by(Person.short_name, Person.id)
)


def busy(head: queries.TopicHead, visitor: Visitor) -> Busy:
    """Who is busy in a topic that the visitor may read: never the visitor, nor whom they do not want to read."""
    now = clock.now()
    if not head.is_busy:
        return NOBODY
    asked = {"topic": head.id, "now": now, "today": clock.today()}
    unseen = {visitor.person_id, *visitor.blocked_ids}
    rows = [row for row in db.connection().execute(_BUSY, asked) if row.person_id not in unseen]
    writing = [row for row in rows if row.writing_until is not None and row.writing_until > now]
    here = [row for row in rows if row.here_until is not None and row.here_until > now]
    ends = [row.writing_until for row in writing] + [row.here_until for row in here]
    until = math.ceil((min(ends) - now).total_seconds()) + 1 if ends else 0
    named = _names(writing)
    return Busy(named[:NAMED], max(0, len(named) - NAMED), _names(here), until)


def _names(rows: Sequence[Row[*tuple[Any, ...]]]) -> tuple[str, ...]:
    return tuple(row.short_name for row in rows)


def forget() -> None:
    """What is over need not be kept; the worker comes by twice a second and looks twice a minute."""
    kept: dict[str, float] = current_app.extensions.setdefault("presence tidied", {"at": -math.inf})
    if time.monotonic() - kept["at"] < TIDY_S:
        return
    kept["at"] = time.monotonic()
    now = clock.now()
    over = and_(
        or_(Presence.here_until.is_(None), Presence.here_until < now),
        or_(Presence.writing_until.is_(None), Presence.writing_until < now),
    )
    if db.connection().execute(select(Presence.topic_id).where(over).limit(1)).first():
        _forget(over)


@db.action
def _forget(over: Any) -> None:
    db.connection().execute(delete(Presence).where(over))
