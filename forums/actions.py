"""Do it: each function is one deed in one transaction. `by` is who does it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from sqlalchemy import Row, Table, bindparam, delete, func, or_, select, update

from community import clock, db, dialect, journal, live, text
from community.errors import Invalid, Missing
from community.language import gettext as _
from community.places.models import Association, Building, Neighbourhood
from community.visitor import Visitor
from forums import (
    attachments,
    drafts,
    earlier,
    following,
    indexing,
    mentions,
    pace,
    policy,
    queries,
    quoting,
    seeing,
    successors,
    thanking,
    wishes,
)
from forums.attached import topic_key
from forums.models import CARETAKER, EVERYONE, NEIGHBOURS, Forum, Post, Reaction, Speaker, Topic

# A forum that the doer may read: at least its building_id and neighbourhood_id.
Place = Row[*tuple[Any, ...]]


@db.action
def open_forums() -> None:
    """See to it that every building, every neighbourhood and the association has its forum, and that the forum of a
    building has the name it has now and lies where it lies now. Harmless to repeat."""
    held = db.session()
    held.flush()
    have = held.execute(select(Forum.kind, Forum.building_id, Forum.neighbourhood_id)).all()
    buildings = {row.building_id for row in have if row.kind == "building"}
    neighbourhoods = {row.neighbourhood_id for row in have if row.kind == "neighbourhood"}
    for place in held.scalars(select(Building).where(Building.id.not_in(buildings))):
        held.add(
            Forum(
                kind="building",
                name=place.name,
                slug=place.slug,
                building_id=place.id,
                neighbourhood_id=place.neighbourhood_id,
            )
        )
    moved = or_(Forum.name != Building.name, Forum.neighbourhood_id != Building.neighbourhood_id)
    for forum, place in held.execute(
        select(Forum, Building).join(Building, Building.id == Forum.building_id).where(moved)
    ):
        forum.name, forum.neighbourhood_id = place.name, place.neighbourhood_id
    for part in held.scalars(select(Neighbourhood).where(Neighbourhood.id.not_in(neighbourhoods))):
        held.add(Forum(kind="neighbourhood", name=part.name, slug=f"buurt-{part.slug}", neighbourhood_id=part.id))
    association = held.scalar(select(Association).limit(1))
    if association is not None and not any(row.kind == "association" for row in have):
        slug = text.slug(association.name)
        taken = held.scalar(select(Forum.id).where(Forum.slug == slug)) or held.scalar(
            select(Building.id).where(Building.slug == slug)
        )
        held.add(Forum(kind="association", name=association.name, slug=f"alle-{slug}" if taken else slug))
    held.flush()


def start_topic(
    *,
    forum_id: int,
    kind: str,
    title: str,
    source: str,
    token: str | None,
    by: Visitor,
    aspect: str | None = None,
    audience: int = EVERYONE,
    files: bool = False,
) -> int:
    """Begin a conversation with its first post; returns its number. The same token again returns the same topic. With
    `files` it takes along what hangs on its form.

    Raises:
        Missing: the forum is not there for this person. Refused: they may not write, or not for this audience.
    """
    begun, hanging = Begun(forum_id, kind, aspect, audience, title), token if files else None
    try:
        return _start_topic(begun, source=source, token=token, files=hanging, by=by)
    except _SentBeforeError:
        earlier = _topic_of(token, by, source, hanging)
        if earlier is not None:
            return earlier
        # Other words, in a form that was gone back to: that is no form sent twice.
        return _start_topic(begun, source=source, token=None, files=hanging, by=by)


@dataclass(frozen=True, slots=True)
class Begun:
    """What a new topic is."""

    forum_id: int
    kind: str
    aspect: str | None
    audience: int
    title: str


class _SentBeforeError(Exception):
    """The same form was being done at this very moment; what this one did is taken back."""


@db.action
def _start_topic(begun: Begun, *, source: str, token: str | None, files: str | None, by: Visitor) -> int:
    drafts.hold_beginning(by)
    forum = queries.forum_row(by, begun.forum_id)
    if forum is None:
        raise Missing()
    policy.check_begin(by, begun.audience, seeing.audiences(by, forum))
    policy.check_kind(by, begun.kind, forum)
    earlier = _topic_of(token, by, source, files)
    if earlier is not None:
        return earlier
    hanging = len(attachments.of_form(files, by)) if files else 0
    pace.check(by, begins=True, source=source, token=token, files=hanging)
    now = clock.now()
    topic = Topic(
        forum_id=forum.id,
        kind=begun.kind,
        aspect=begun.aspect,
        audience=begun.audience,
        # What the association cannot read does not wait for it.
        status="open" if begun.aspect == "association" and begun.audience != NEIGHBOURS else None,
        title=begun.title,
        slug=text.slug(begun.title),
        author_id=by.person_id,
        created_at=now,
        last_post_at=now,
        last_author_id=by.person_id,
    )
    db.session().add(topic)
    count_topic(forum.id, begun.audience, 1)
    db.session().flush()
    if _add_post(topic.id, 0, forum, source=source, token=token, files=files, by=by) is None:
        raise _SentBeforeError
    drafts.placed(by.person_id, drafts.NEW_TOPIC, token, source)
    wishes.tell_of(topic.id)
    journal.record(
        "topic.started", by=by.person_id, subject=topic.id, building=forum.building_id, topic_kind=begun.kind
    )
    live.hint(*rooms(forum.id, begun.audience), forum=forum.id, topic=topic.id, kind="topic")
    return topic.id


def count_topic(forum_id: int, audience: int, more: int) -> None:
    """A forum has so many topics more for those who read them; a private one is counted nowhere."""
    if audience != CARETAKER:
        counts = {"topics": Forum.topics + more}
        if audience == EVERYONE:
            counts["open_topics"] = Forum.open_topics + more
        db.connection().execute(update(Forum).where(Forum.id == forum_id).values(counts))


def rooms(forum_id: int, audience: int) -> list[str]:
    """Who watch a forum and may know of a topic in it; of a private one nobody."""
    named = {EVERYONE: "forum", NEIGHBOURS: "neighbours"}.get(audience)
    return [f"{named}:{forum_id}"] if named else []


def _topic_of(token: str | None, by: Visitor, source: str, files: str | None) -> int | None:
    """The topic that this form with these words, and nothing new hanging on it, began before."""
    if not token:
        return None
    found = db.connection().execute(_EARLIER, {"author": by.person_id, "token": token}).first()
    is_same = found is not None and found.source == source and not attachments.of_form(files, by)
    return found.topic_id if found and is_same else None


_EARLIER = select(Post.topic_id, Post.number, Post.source).where(
    Post.author_id == bindparam("author"), Post.token == bindparam("token")
)


@db.action
def reply(
    *,
    topic_id: int,
    source: str,
    token: str | None,
    by: Visitor,
    files: bool = False,
    quotes: int | None = None,
) -> int:
    """Say something in a topic; returns the number of the post. The same token again returns the same number. With
    `files` it takes along what hangs on its form; then there need be no text. `quotes` is the number of the post that
    it goes back to, if that is still there.

    Raises:
        Missing: the topic is not there for this person. Refused: they may not write. Invalid: there is nothing in it.
    """
    topic = _to_write(topic_id, by)
    topic_id = topic.id
    policy.check_reply(by, topic)
    hanging = len(attachments.of_form(token, by)) if files else 0
    pace.check(by, begins=False, source=source, token=token, files=hanging)
    add: Any = {"source": source, "files": token if files else None, "quoted": quoting.quotable(by, topic_id, quotes)}
    number = _add_post(topic_id, topic.last_number, topic, token=token, by=by, **add)
    if number is None:
        earlier = db.connection().execute(_EARLIER, {"author": by.person_id, "token": token}).one()
        is_same = earlier.topic_id == topic_id and earlier.source == source
        if is_same and not attachments.of_form(add["files"], by):
            return int(earlier.number)
        # Other words, in a form that was gone back to, or the form of another conversation: that is no form sent twice.
        number = _add_post(topic_id, topic.last_number, topic, token=None, by=by, **add)
        assert number is not None
    drafts.placed(by.person_id, topic_key(topic_id), token, source)
    live.hint(*rooms(topic.forum_id, topic.audience), forum=topic.forum_id, kind="reply")
    return number


def _to_write(topic_id: int, by: Visitor) -> Place:
    """The topic, locked. It may be moved or joined with another at this very moment: then it is looked for again."""
    topic = queries.topic_to_write(by, topic_id) or queries.topic_to_write(by, topic_id)
    if topic is None:
        went = successors.of(by, topic_id)
        topic = queries.topic_to_write(by, went[0]) if went else None
    if topic is None:
        raise Missing()
    return topic


# Built once: building a statement costs more than the database's part of it.
_GROW = (
    update(Topic)
    .where(Topic.id == bindparam("topic"))
    .values(
        last_number=bindparam("number"),
        last_post_at=bindparam("at"),
        last_author_id=bindparam("person"),
        last_written_as=bindparam("hat"),
        speakers=Topic.speakers + bindparam("newcomers"),
        version=Topic.version + 1,
    )
)
_SPEAKS_AGAIN = (
    update(Speaker)
    .where(Speaker.topic_id == bindparam("topic"), Speaker.person_id == bindparam("person"))
    .values(last_number=bindparam("number"), last_at=bindparam("at"), written_as=bindparam("hat"))
)


def _add_post(
    topic: int,
    last: int,
    forum: Place,
    *,
    source: str,
    token: str | None,
    files: str | None,
    by: Visitor,
    quoted: int | None = None,
) -> int | None:
    """Add the next post to a locked topic that goes up to `last`, and tell who watches; returns its number. None, and
    nothing done, when this person's form with this token was done before."""
    now = clock.now()
    called = mentions.called(by, topic, source)
    role = by.hat_for(forum.building_id, forum.neighbourhood_id)
    hat, number = role.kind if role else None, last + 1
    written = {
        "topic_id": topic,
        "number": number,
        "author_id": by.person_id,
        "written_as": hat,
        "hat_title": role.title if role else None,
        "written_from": _written_from(forum, by),
        "source": source,
        "html": text.render(source, [one.said for one in called]),
        "token": token,
        "quoted_id": quoted,
        "created_at": now,
        "thanks": 0,
        "thanked_by": "",
        "version": 1,
    }
    connection = db.connection()
    post = dialect.insert_once(connection, _table(Post), written, ("author_id", "token"))
    if post is None:
        return None
    if files and not attachments.claim(post, files, by=by) and not source:
        raise Invalid({"tekst": _("U schreef nog niets.")})
    here = {"topic_id": topic, "person_id": by.person_id}
    spoken = {**here, "written_as": hat, "hat_title": written["hat_title"], "last_number": number, "last_at": now}
    is_new = dialect.insert_or_update(connection, _table(Speaker), spoken, tuple(here))
    values = {"topic": topic, "person": by.person_id, "number": number, "at": now, "hat": hat}
    if not is_new:
        connection.execute(_SPEAKS_AGAIN, values)
    connection.execute(_GROW, {**values, "newcomers": int(is_new)})
    journal.record(
        "post.written", by=by.person_id, subject=post, building=forum.building_id,
        acting_as=hat, topic=topic, number=number,
    )  # fmt: skip
    indexing.said(post, number, forum, source=source, at=now, by=by)
    live.hint(f"topic:{topic}", topic=topic, post=post, number=number, kind="reply")
    following.wrote(topic, number, by=by)
    if called:
        mentions.note(post, topic, called, by)
    return number


def _table(model: type[db.Base]) -> Table:
    return cast(Table, model.__table__)


def _written_from(forum: Place, by: Visitor) -> str | None:
    """Where a resident writes from: the entrance among neighbours of one building, else the building."""
    if forum.building_id is not None:
        return next((home.entrance for home in by.homes if home.building_id == forum.building_id), None)
    if not by.homes:
        return None
    return db.connection().execute(select(Building.name).where(Building.id == by.homes[0].building_id)).scalar()


def _locked(post_id: int, by: Visitor) -> tuple[Topic, Place, Post]:
    """Topic and post, locked in that order; Missing when they are not there for this person."""
    topic_id = db.connection().execute(select(Post.topic_id).where(Post.id == post_id)).scalar()
    topic = db.lock(Topic, topic_id) if topic_id else None
    post = db.lock(Post, post_id)
    forum = queries.forum_row(by, topic.forum_id) if topic else None
    if topic is None or post is None or forum is None or queries.standing(by, topic.id) is None:
        raise Missing()
    return topic, forum, post


def _changed(topic: Topic, forum: Place, post: Post, *, kind: str, by: Visitor) -> None:
    post.version += 1
    topic.version += 1
    db.session().flush()
    if kind != "thanks":
        indexing.renew([post.id])
        quoting.renew(post.id)
    journal.record(f"post.{kind}", by=by.person_id, subject=post.id, building=forum.building_id, topic=topic.id)
    live.hint(f"topic:{topic.id}", topic=topic.id, post=post.id, number=post.number, kind=kind)


@db.action
def edit(*, post_id: int, source: str, by: Visitor, files: attachments.Changes | None = None) -> None:
    """Change one's own text, or what hangs on it; it is marked as changed.

    Raises:
        Invalid: nothing would be left of it.
    """
    topic, forum, post = _locked(post_id, by)
    policy.check_edit(by, post)
    others = attachments.change(post, files) if files else False
    if source == post.source and not others:
        return
    if not source and not post.files:
        raise Invalid({"tekst": _("U schreef nog niets.")})
    if source != post.source:
        earlier.keep(post, by)
    pace.check_words(by, source, post.files)
    called = mentions.called(by, topic.id, source)
    html = text.render(source, [one.said for one in called])
    post.source, post.html, post.edited_at = source, html, clock.now()
    mentions.note(post.id, topic.id, called, by)
    drafts.drop(by.person_id, drafts.edit_key(topic.id, post.number))
    _changed(topic, forum, post, kind="edit", by=by)


@db.action
def withdraw(*, post_id: int, by: Visitor) -> None:
    """Take one's own post away. Its number stays, its text is gone for everybody; a day long it can come back."""
    topic, forum, post = _locked(post_id, by)
    policy.check_withdraw(by, post)
    post.withdrawn_at = clock.now()
    _changed(topic, forum, post, kind="withdraw", by=by)


@db.action
def restore(*, post_id: int, by: Visitor) -> None:
    """Put back what one took away."""
    topic, forum, post = _locked(post_id, by)
    policy.check_restore(by, post)
    post.withdrawn_at = None
    _changed(topic, forum, post, kind="edit", by=by)


def forget_withdrawn() -> None:
    """A day after it was withdrawn a text can no longer come back, so it need not be kept."""
    late = clock.now() - policy.UNDO - timedelta(hours=1)
    waiting = select(Post.id).where(Post.withdrawn_at < late, or_(Post.source != "", Post.files > 0)).limit(200)
    ids = list(db.connection().execute(waiting).scalars())
    if ids:
        _forget(ids)


@db.action
def _forget(ids: list[int]) -> None:
    db.connection().execute(update(Post).where(Post.id.in_(ids)).values(source="", html=""))
    attachments.forget(ids)
    earlier.forget_of(ids)


@db.action
def thank(*, post_id: int, by: Visitor, thanks: bool = True) -> None:
    """Thank for a post, or take the thanks back. Twice is once."""
    topic, forum, post = _locked(post_id, by)
    policy.check_thank(by, post)
    if thanks:
        done = dialect.insert_or_update(
            db.connection(),
            _table(Reaction),
            {"post_id": post.id, "person_id": by.person_id, "at": clock.now()},
            ("post_id", "person_id"),
        )
    else:
        taken = delete(Reaction).where(Reaction.post_id == post.id, Reaction.person_id == by.person_id)
        done = db.connection().execute(taken).rowcount > 0
    if not done:
        return
    count = select(func.count()).select_from(Reaction).where(Reaction.post_id == post.id)
    post.thanks = db.connection().execute(count).scalar_one()
    post.thanked_by = _listed(thanking.everybody(post.id, thanking.NAMED))
    _changed(topic, forum, post, kind="thanks", by=by)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(name.replace(",", " ")[:40] for name in names)


@db.action
def rename_thanks(person_id: int) -> None:
    """Somebody is called otherwise, has stopped, or is back: names under the posts that they thanked for are written
    anew."""
    names = thanking.names_beside(person_id)
    posts = db.session().scalars(select(Post).join(Reaction).where(Reaction.person_id == person_id).order_by(Post.id))
    for post in posts:
        listed = _listed(names.get(post.id, ()))
        if listed != post.thanked_by:
            post.thanked_by = listed
            post.version += 1
