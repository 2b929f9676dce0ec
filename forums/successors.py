"""Where a conversation went that was joined with another: every address that was ever given leads to the same words."""

from __future__ import annotations

from sqlalchemy import select

from community import db
from community.visitor import Visitor
from forums import queries
from forums.models import Topic

# Joined so often in a row at the most: further nobody follows an old address.
HOPS = 8


def of(visitor: Visitor, topic_id: int, number: int = 1) -> tuple[int, int] | None:
    """Where a topic and a post of it are now that the topic was joined with another: (topic, number); None when that
    is nowhere this visitor may read."""
    here, place = topic_id, number
    for _hop in range(HOPS):
        row = (
            db.connection()
            .execute(
                select(Topic.merged_into_id, Topic.merged_after).where(
                    Topic.id == here, Topic.merged_into_id.is_not(None)
                )
            )
            .first()
        )
        if row is None:
            break
        here, place = row.merged_into_id, place + (row.merged_after or 0)
    if here == topic_id or queries.topic_head(visitor, here) is None:
        return None
    return here, place
