"""Who hears what becomes of a conversation: who asked, at each step, in the navigation and by mail; and everybody who
follows it, of the outcome as the last thing."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, and_, not_, select, true, update

from community import clock, db, dialect, live, mail
from community.accounts.models import Mailbox, Person
from community.visitor import Visitor
from forums import following, notifications
from forums.models import CARETAKER, Forum, Post, Topic, TopicReader
from forums.readers import may_read

_READER = cast(Table, TopicReader.__table__)


def stop(topic_id: int, *, by: Visitor) -> None:
    """The conversation has its outcome: followers hear that, and follow it no longer."""
    following.stop(topic_id, by=by)


def follows(topic_id: int, person_id: int) -> None:
    """Who has a question, or asked it, hears of what is said there; who keeps it quiet goes on doing so."""
    here = {"topic_id": topic_id, "person_id": person_id}
    newest = db.connection().execute(select(Topic.last_number).where(Topic.id == topic_id)).scalar_one()
    values = {**here, "last_read": newest, "is_following": True, "is_behind": False, "is_muted": False}
    dialect.insert_or_update(db.connection(), _READER, values, tuple(here), {"is_following": not_(_READER.c.is_muted)})


def person(topic_id: int, person_id: int) -> bool:
    """There is something new for somebody who follows this and may read it; returns whether there is such a reader."""
    told = db.connection().execute(
        update(TopicReader)
        .where(
            TopicReader.topic_id == topic_id,
            TopicReader.person_id == person_id,
            TopicReader.is_following,
            select(Topic.id)
            .join(Forum, Forum.id == Topic.forum_id)
            .where(Topic.id == topic_id, may_read(TopicReader.person_id))
            .correlate(TopicReader)
            .exists(),
        )
        .values(is_behind=true()),
        {"today": clock.today()},
    )
    if told.rowcount:
        live.hint(f"person:{person_id}", unread=True)
    return bool(told.rowcount)


def asker(held: Any, step: str, *, by: Visitor, **more: Any) -> None:
    """Who asked hears of a step that somebody else took: in the navigation, and by mail when they have a mailbox. A
    question alone: of other conversations one hears when one looks."""
    topic: Topic = held.topic
    if topic.author_id == by.person_id or not person(topic.id, topic.author_id) or topic.status is None:
        return
    reader = db.session().get(Person, topic.author_id, populate_existing=True)
    if reader is None or reader.mailbox_id is None or reader.left_at:
        return
    mailbox = db.session().get(Mailbox, reader.mailbox_id)
    assert mailbox is not None
    # A mailbox may be of two: what one of them wrote to the caretaker alone stays between those.
    others = select(Person.id).where(Person.mailbox_id == mailbox.id, Person.id != reader.id, Person.left_at.is_(None))
    is_secret = topic.audience == CARETAKER and db.session().scalar(others.limit(1)) is not None
    hat = by.hat_for(held.building_id, held.neighbourhood_id)
    letter = notifications.about_question(
        reader,
        topic,
        step,
        name=by.short_name,
        function=hat.kind if hat else None,
        said=_last_said(topic.id, by.person_id) if step == "answered" else None,
        is_secret=is_secret,
        **more,
    )
    letter.put(mailbox.address, key=f"question-{topic.id}-{topic.version}", not_before=mail.daytime(clock.now()))


def _last_said(topic_id: int, person_id: int) -> Post | None:
    """The last thing that somebody said there: their answer."""
    return db.session().scalar(
        select(Post)
        .where(
            and_(Post.topic_id == topic_id, Post.author_id == person_id),
            Post.withdrawn_at.is_(None),
            Post.hidden_at.is_(None),
        )
        .order_by(Post.number.desc())
        .limit(1)
    )
