"""What one does with a conversation as a whole: put it at the top for a while, move it to where it belongs, make one of
two that are about the same. Each function is one deed in one transaction.

Of two topics that are joined the one keeps its posts and their numbers; the posts of the other follow, in their order,
after a post by who joined them. `merged_into_id` and `merged_after` of the other say where they went, so that every
address that was ever given leads to the same words."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from sqlalchemy import Table, and_, case, delete, false, func, not_, or_, select, true, update

from community import clock, db, dialect, live
from community.accounts.access import rooms_changed
from community.errors import Missing, Refused
from community.language import gettext as _
from community.visitor import Visitor
from forums import actions, indexing, policy, policy_settling, queries, seeing, settling
from forums.attached import Draft, Presence
from forums.models import CARETAKER, EVERYONE, Forum, Post, Speaker, Topic, TopicReader
from forums.readers import may_read


@db.action
def pin(*, topic_id: int, until: date | None, by: Visitor) -> None:
    """Put a conversation at the top of its forum up to and including a day; None: no longer."""
    held = settling.hold(topic_id, by)
    policy_settling.check_pin(by, held)
    if held.topic.pinned_until == until:
        return
    held.topic.pinned_until = until
    settling.changed(held, "pinned" if until else "unpinned", by=by, until=until.isoformat() if until else None)
    live.hint(*actions.rooms(held.topic.forum_id, held.topic.audience), forum=held.topic.forum_id, kind="pin")


# ---- to another forum ------------------------------------------------------------------------------------------------


def check_target(visitor: Visitor, staff_reading: str, target: Any) -> None:
    """Where a topic that all may read may go: where one may write for all; and never to where staff reads it from where
    they do not."""
    policy.check_begin(visitor, EVERYONE, seeing.audiences(visitor, target))
    if staff_reading == "none" and target.staff_reading != "none":
        raise Refused(_("Hier leest niemand van de verhuurder mee, daar wel. Daarom blijft dit gesprek hier staan."))


@db.action
def move(*, topic_id: int, forum_id: int, by: Visitor) -> None:
    """Move a conversation to another forum. Who may not read it there no longer follows it, and is not told of it.

    Raises:
        Missing: one of them is not there for this person. Refused: it may not go there.
    """
    held = settling.hold(topic_id, by)
    policy_settling.check_move(by, held)
    topic, source = held.topic, queries.forum_row(by, held.topic.forum_id)
    target = queries.forum_row(by, forum_id)
    if target is None or source is None:
        raise Missing()
    if target.id == source.id:
        return
    check_target(by, source.staff_reading, target)
    # Both counts in one order, whoever moves what where at the same time.
    for key, more in sorted(((source.id, -1), (target.id, 1))):
        actions.count_topic(key, topic.audience, more)
    topic.forum_id, topic.pinned_until = target.id, None
    db.session().flush()
    _let_go_of_who_may_not_read(topic.id)
    indexing.renew_topic(topic.id)
    settling.changed(held, "moved", by=by, source=source.id, target=target.id)
    rooms_changed(f"topic:{topic.id}")
    for forum in (source.id, target.id):
        live.hint(*actions.rooms(forum, topic.audience), forum=forum, topic=topic.id, kind="topic")


def _let_go_of_who_may_not_read(topic_id: int) -> None:
    seen = (
        select(Topic.id)
        .join(Forum, Forum.id == Topic.forum_id)
        .where(Topic.id == topic_id, may_read(TopicReader.person_id))
        .correlate(TopicReader)
        .exists()
    )
    gone = delete(TopicReader).where(TopicReader.topic_id == topic_id, not_(seen))
    db.connection().execute(gone, {"today": clock.today()})


# ---- two become one --------------------------------------------------------------------------------------------------


@db.action
def merge(*, topic_id: int, into: int, source: str, by: Visitor) -> None:
    """Put the posts of one conversation behind those of another of the same forum and audience, after a post that says
    so. No word is lost, no number skipped, every old address leads to the same post.

    Raises:
        Missing: one of them is not there for this person. Refused: they cannot be joined.
    """
    # Locked in the order of their numbers, so that two who join them both ways do not wait for each other.
    first, second = (settling.hold(key, by) for key in sorted((topic_id, into)))
    goes, stays = (first, second) if first.topic.id == topic_id else (second, first)
    policy_settling.check_merge(by, goes)
    policy_settling.check_merge(by, stays)
    if topic_id == into or (goes.forum_id, goes.audience) != (stays.forum_id, stays.audience):
        raise Refused(_("Deze twee gesprekken staan niet op dezelfde plek. Kies een ander."))
    said = actions.reply(topic_id=into, source=source, token=None, by=by)
    old, new = goes.topic, db.lock(Topic, into)
    assert new is not None
    db.connection().execute(
        update(Post)
        .where(Post.topic_id == old.id)
        .values(topic_id=new.id, number=Post.number + said, version=Post.version + 1)
    )
    _merge_speakers(old.id, new.id, said)
    _merge_readers(old.id, new.id)
    _merge_drafts(old.id, new.id)
    db.connection().execute(delete(Presence).where(Presence.topic_id == old.id))
    new.last_number = said + old.last_number
    new.speakers = (
        db.connection()
        .execute(select(func.count()).select_from(Speaker).where(Speaker.topic_id == new.id))
        .scalar_one()
    )
    old.merged_into_id, old.merged_after, old.pinned_until = new.id, said, None
    old.status = None
    actions.count_topic(old.forum_id, old.audience, -1)
    db.session().flush()
    indexing.renew_topic(new.id)
    indexing.renew_outcomes([old.id])
    settling.changed(goes, "merged", by=by, into=new.id, after=said)
    settling.changed(stays, "joined", by=by, topic=old.id)
    rooms_changed(f"topic:{old.id}")
    live.hint(f"topic:{new.id}", topic=new.id, number=new.last_number, kind="reply")
    live.hint(*actions.rooms(new.forum_id, new.audience), forum=new.forum_id, topic=new.id, kind="topic")


def _table(model: type[db.Base]) -> Table:
    return cast(Table, model.__table__)


def _merge_speakers(old: int, new: int, after: int) -> None:
    rows = db.connection().execute(select(Speaker.__table__).where(Speaker.topic_id == old)).all()
    table = _table(Speaker)
    for row in rows:
        said = {"written_as": row.written_as, "hat_title": row.hat_title, "last_number": row.last_number + after}
        later = case((table.c.last_at < row.last_at, row.last_at), else_=table.c.last_at)
        here = {"topic_id": new, "person_id": row.person_id}
        dialect.insert_or_update(
            db.connection(), table, {**here, **said, "last_at": row.last_at}, tuple(here), {**said, "last_at": later}
        )
    db.connection().execute(delete(Speaker).where(Speaker.topic_id == old))


def _merge_readers(old: int, new: int) -> None:
    """Who follows either follows both; who wants to hear of neither hears nothing; what was read stays read in the one
    that stays, and the other comes behind it as new."""
    rows = db.connection().execute(select(TopicReader.__table__).where(TopicReader.topic_id == old)).all()
    table = _table(TopicReader)
    for row in rows:
        here = {"topic_id": new, "person_id": row.person_id}
        follows = row.is_following and not row.is_muted
        made = {**here, "last_read": 0, "is_following": follows, "is_behind": follows, "is_muted": row.is_muted}
        hears = and_(not_(table.c.is_muted), true() if follows else false())
        change = {
            "is_following": or_(table.c.is_following, hears),
            "is_behind": or_(table.c.is_behind, hears),
        }
        dialect.insert_or_update(db.connection(), table, made, tuple(here), change)
        if follows:
            live.hint(f"person:{row.person_id}", unread=True)
    db.connection().execute(delete(TopicReader).where(TopicReader.topic_id == old))


def _merge_drafts(old: int, new: int) -> None:
    """What somebody was writing in the one waits for them in the other, unless they were writing there too."""
    busy = select(Draft.person_id).where(Draft.key == f"topic-{new}").scalar_subquery()
    moved = update(Draft).where(Draft.key == f"topic-{old}", Draft.person_id.not_in(busy))
    db.connection().execute(moved.values(key=f"topic-{new}"))


def doubles(visitor: Visitor, head: queries.TopicHead, most: int = 12) -> list[Any]:
    """(id, title, last_number) of the conversations that this one may be joined with, the latest first."""
    found = (
        select(Topic.id, Topic.title, Topic.last_number)
        .join(Forum, Forum.id == Topic.forum_id)
        .where(
            seeing.topic_seen_by(visitor),
            Topic.forum_id == head.forum_id,
            Topic.audience == head.audience,
            Topic.audience != CARETAKER,
            Topic.closed_at.is_(None),
            Topic.id != head.id,
        )
        .order_by(Topic.last_post_at.desc(), Topic.id.desc())
        .limit(most)
    )
    return list(db.connection().execute(found).all())
