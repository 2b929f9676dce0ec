"""Ways through a long conversation: to what is new, and to a day."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import bindparam, func, select

from community import clock, db
from community.days import read_day
from community.errors import Invalid
from forums.models import Post
from forums.queries import PAGE, TopicHead

_FIRST_SINCE = select(func.min(Post.number)).where(
    Post.topic_id == bindparam("topic"), Post.created_at >= bindparam("since")
)


def first_unread(head: TopicHead) -> int | None:
    """The number of the first post that is new to the reader, if they have been here before."""
    return head.last_read + 1 if 0 < head.last_read < head.last_number else None


def to_day(head: TopicHead, typed: str) -> str:
    """The address of the first post of a day, or of the first one after it; after the last day the last one.

    Raises:
        Invalid: it is no day; the sentence says how to write one.
    """
    try:
        day = read_day(typed[:40])
    except ValueError as wrong:
        raise Invalid({"dag": str(wrong)}) from None
    since = datetime.combine(day, time(), tzinfo=clock.ZONE)
    found = db.connection().execute(_FIRST_SINCE, {"topic": head.id, "since": since}).scalar()
    number = found or head.last_number
    return f"{head.path}?pagina={-(-number // PAGE)}#p-{number}"
