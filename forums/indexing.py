"""What the conversations are found by: each post has its entry in the index, and how a conversation ended has one too,
written in the action that changes it. The first post of a topic carries its title. Whatever changes a text, takes it
away or brings it back calls `renew`; of how it ended `renew_outcomes`; of a topic that moves or is merged all of it,
`renew_topic`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from flask import Flask
from sqlalchemy import Row, Select, bindparam, select

from community import db, reindexing, search, text
from community.accounts import faces
from community.accounts.models import Person
from community.reindexing import Filling
from community.visitor import Visitor
from forums.models import Post, Topic

TOPIC, POST, OUTCOME = "topic", "post", "outcome"
# For filling at one go: as many rows as a statement takes well.
MANY = 2_000
Entry = tuple[dict[str, Any], list[str]]


def init_app(app: Flask) -> None:
    """Keep the conversations in the index."""
    faces.when_changed(app, renew_writer)
    reindexing.fills(app, Filling(POST, select(Post.id), renew, _every_post))
    ended = select(Topic.id).where(Topic.outcome.is_not(None))
    reindexing.fills(app, Filling(OUTCOME, ended, renew_outcomes, _every_outcome))


# ---- what was said ---------------------------------------------------------------------------------------------------

_COLUMNS = (
    Post.id,
    Post.number,
    Post.source,
    Post.created_at,
    Post.withdrawn_at,
    Post.hidden_at,
    Topic.title,
    Topic.forum_id,
    Person.name,
    Person.left_at,
)


def _posts() -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).join(Topic, Topic.id == Post.topic_id).join(Person, Person.id == Post.author_id)


_THESE = _posts().where(Post.id.in_(bindparam("ids", expanding=True)))


def said(post: int, number: int, topic: Any, *, source: str, at: datetime, by: Visitor) -> None:
    """Somebody said something new: `topic` is the row of the locked topic. Of a new topic the title is read too."""
    if number == 1:
        renew([post])
        return
    plain = text.plain(source)
    search.add(search.entry(POST, post, topic.forum_id, at, [plain], by.name), [plain])


def renew(posts: Iterable[int]) -> None:
    """These posts are found from now on by what they are now; what was withdrawn or hidden by nothing."""
    ids = list(posts)
    db.session().flush()
    for row in db.connection().execute(_THESE, {"ids": ids}).all():
        wanted = _of_post(row)
        if wanted is None:
            search.remove(POST, [row.id])
        else:
            search.put(*wanted)


def renew_topic(topic: int) -> None:
    """The same for a whole topic: it stands in another forum, or has other posts or another title."""
    _renew_all(select(Post.id).where(Post.topic_id == topic).order_by(Post.id))
    renew_outcomes([topic])


def renew_writer(person: int) -> None:
    """Somebody is called otherwise or has stopped: what they wrote is found by that name no longer."""
    _renew_all(select(Post.id).where(Post.author_id == person).order_by(Post.id))
    ended = select(Topic.id).where(Topic.outcome_by_id == person).order_by(Topic.id)
    renew_outcomes(list(db.connection().execute(ended).scalars()))


def _renew_all(posts: Select[int]) -> None:
    ids = list(db.connection().execute(posts).scalars())
    for at in range(0, len(ids), MANY):
        renew(ids[at : at + MANY])


def _of_post(row: Row[*tuple[Any, ...]]) -> Entry | None:
    is_gone = row.withdrawn_at is not None or row.hidden_at is not None
    is_first = row.number == 1
    if is_gone and not is_first:
        return None
    texts = [row.title] if is_first else []
    if not is_gone:
        texts.append(text.plain(row.source))
    kind = TOPIC if is_first else POST
    writer = None if row.left_at else row.name
    title = row.title if is_first else ""
    return search.entry(kind, row.id, row.forum_id, row.created_at, texts, writer, title), texts


def _every_post() -> Iterator[Entry]:
    rows = db.connection().execute(_posts().order_by(Post.created_at, Post.id).execution_options(yield_per=MANY))
    return filter(None, map(_of_post, rows))


# ---- how it ended ----------------------------------------------------------------------------------------------------

_ENDED = (
    select(
        Topic.id,
        Topic.forum_id,
        Topic.outcome,
        Topic.outcome_at,
        Topic.hidden_at,
        Topic.merged_into_id,
        Person.name,
        Person.left_at,
    )
    .join(Person, Person.id == Topic.outcome_by_id)
    .where(Topic.outcome.is_not(None))
)
_THESE_ENDED = _ENDED.where(Topic.id.in_(bindparam("ids", expanding=True)))


def renew_outcomes(topics: Sequence[int]) -> None:
    """What stands above these topics is found from now on by what it says now, and as what was written then; above one
    that goes on, is hidden or merged by nothing."""
    db.session().flush()
    for at in range(0, len(topics), MANY):
        ids = list(topics[at : at + MANY])
        # Away first: who writes it better writes it later, and the number of an entry says when.
        search.remove(OUTCOME, ids)
        for row in db.connection().execute(_THESE_ENDED, {"ids": ids}).all():
            wanted = _of_outcome(row)
            if wanted is not None:
                search.add(*wanted)


def _of_outcome(row: Row[*tuple[Any, ...]]) -> Entry | None:
    if row.hidden_at is not None or row.merged_into_id is not None:
        return None
    plain = text.plain(row.outcome)
    writer = None if row.left_at else row.name
    return search.entry(OUTCOME, row.id, row.forum_id, row.outcome_at, [plain], writer), [plain]


def _every_outcome() -> Iterator[Entry]:
    rows = db.connection().execute(_ENDED.order_by(Topic.outcome_at, Topic.id).execution_options(yield_per=MANY))
    return filter(None, map(_of_outcome, rows))
