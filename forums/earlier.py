"""What a post said before it was changed: kept for a while for who looks after the conversations, who must be able to
see what others reacted to. Nobody else reads it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, delete, select

from community import clock, db
from community.accounts.models import Person
from community.visitor import HeldRole, Visitor
from forums.attached import EarlierText
from forums.models import Post
from forums.queries import TopicHead

# Longer than a quarrel and its appeal take.
KEPT = timedelta(days=90)


def keep(post: Post, by: Visitor) -> None:
    """Part of a running action: the text that is about to be changed. `until` is the moment up to which it stood."""
    db.session().add(EarlierText(post_id=post.id, source=post.source, by_id=by.person_id, until=clock.now()))


def texts(post_id: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """(source, until, short_name, left_at) of the earlier texts of a post, the last one first; the name is of who
    changed it."""
    return (
        db.connection()
        .execute(
            select(EarlierText.source, EarlierText.until, Person.short_name, Person.left_at)
            .join(Person, Person.id == EarlierText.by_id)
            .where(EarlierText.post_id == post_id, EarlierText.until > clock.now() - KEPT)
            .order_by(EarlierText.id.desc())
            .limit(50)
        )
        .all()
    )


def may_see(visitor: Visitor, head: TopicHead) -> bool:
    """Whether somebody who reads a topic looks after the conversations there, or works there."""
    return any((role.is_staff or role.kind == "moderator") and _serves(role, head) for role in visitor.roles)


def _serves(role: HeldRole, head: TopicHead) -> bool:
    if role.building_id is not None:
        return role.building_id == head.building_id
    return role.neighbourhood_id in {None, head.neighbourhood_id}


def forget_of(post_ids: Sequence[int]) -> None:
    """Part of a running action: of a text that is forgotten the earlier ones are so too."""
    db.connection().execute(delete(EarlierText).where(EarlierText.post_id.in_(post_ids)))


def forget() -> None:
    """What was kept long enough goes."""
    late = select(EarlierText.id).where(EarlierText.until < clock.now() - KEPT).limit(200)
    ids = list(db.connection().execute(late).scalars())
    if ids:
        _forget(ids)


@db.action
def _forget(ids: list[int]) -> None:
    db.connection().execute(delete(EarlierText).where(EarlierText.id.in_(ids)))
