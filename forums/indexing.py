"""What the conversations are found by: each post has its entry in the index, written in the action that changes it. The
first post of a topic carries its title. Whatever changes a text, takes it away or brings it back calls `renew`; a topic
that moves or is merged, `renew_topic`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import Row, Select, bindparam, delete, func, insert, select

from community import db, search, spelling, text
from community.accounts.models import Person
from community.visitor import Visitor
from forums.models import Post, Topic

TOPIC, POST = "topic", "post"
# So many posts of before the index are done at once: some tens of milliseconds in which nobody else writes.
BATCH = 200
# For filling at one go: as many rows as a statement takes well.
MANY = 2_000

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
        wanted = _wanted(row)
        if wanted is None:
            search.remove(POST, [row.id])
        else:
            search.put(*wanted)


def renew_topic(topic: int) -> None:
    """The same for every post of a topic: it stands in another forum, or has other posts or another title."""
    ids = list(db.connection().execute(select(Post.id).where(Post.topic_id == topic).order_by(Post.id)).scalars())
    for at in range(0, len(ids), MANY):
        renew(ids[at : at + MANY])


def renew_writer(person: int) -> None:
    """Somebody is called otherwise or has stopped: what they wrote is found by that name no longer."""
    ids = list(db.connection().execute(select(Post.id).where(Post.author_id == person).order_by(Post.id)).scalars())
    for at in range(0, len(ids), MANY):
        renew(ids[at : at + MANY])


def _wanted(row: Row[*tuple[Any, ...]]) -> tuple[dict[str, Any], list[str]] | None:
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


# ---- what was there before the index ---------------------------------------------------------------------------------


def catch_up() -> None:
    """Go through the next posts of before the index, the newest first; what a round of the worker does."""
    if db.session().get(search.Unindexed, POST) is not None:
        _catch_up()


_LEFT = (
    select(search.Unindexed)
    .where(search.Unindexed.kind == POST)
    .with_for_update()
    .execution_options(populate_existing=True)
)


@db.action
def _catch_up() -> bool:
    """True when there is more."""
    left = db.session().scalar(_LEFT)
    if left is None:
        return False
    # Nobody changes them meanwhile: what is read is what they are found by.
    chosen = select(Post.id).where(Post.id <= left.upto).order_by(Post.id.desc()).limit(BATCH)
    ids = list(db.connection().execute(chosen.with_for_update(read=True, of=Post)).scalars())
    renew(ids)
    if len(ids) < BATCH:
        db.session().delete(left)
        return False
    left.upto = ids[-1] - 1
    return True


@click.command("search-index")
@click.option("--anew", is_flag=True, help="Forget what is in the index and go through everything again.")
@with_appcontext
def search_index(anew: bool) -> None:
    """Go through everything that is not in the search index yet, at one go; the worker does the same bit by bit."""
    if anew:
        begin_anew()
    while _catch_up():
        pass
    click.echo("The search index is up to date.")


@db.action
def begin_anew() -> None:
    """The index is empty, and everything is still to be gone through."""
    _empty()
    connection = db.connection()
    last = connection.execute(select(func.max(Post.id))).scalar()
    if last is not None:
        connection.execute(insert(search.Unindexed), {"kind": POST, "upto": last})


def fill() -> None:
    """Part of a running action: make the index anew at one go, in the order of time; for what was added without one by
    one being said (the demonstration, measuring)."""
    _empty()
    rows = db.connection().execute(_posts().order_by(Post.created_at, Post.id).execution_options(yield_per=MANY))
    search.fill(wanted for wanted in map(_wanted, rows) if wanted)


def _empty() -> None:
    for model in (search.Entry, spelling.Spelling, search.Unindexed):
        db.connection().execute(delete(model))
    spelling.forget_known()
