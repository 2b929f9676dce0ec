"""What a moderator can do with a post that was reported: see it with what stood around it, hide it or the whole
conversation, take a part out, close the conversation, and put all of that back. Who may is decided in the room of
moderation; these are parts of its actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask import Flask
from markupsafe import Markup
from sqlalchemy import select

from community import clock, db, live, text, web
from community.accounts.access import rooms_changed
from community.accounts.models import Person
from community.errors import Missing
from community.language import gettext as _
from community.moderation import handles
from community.moderation.handles import Case, Earlier, Handle, Moderator, Reported
from community.visitor import STAFF, Visitor
from forums import attachments, earlier, following, indexing, queries, quoting
from forums.actions import count_topic
from forums.attached import EarlierText
from forums.models import CARETAKER, Forum, Post, Topic

# So many posts before it show what it was an answer to.
CONTEXT = 2


def init_app(app: Flask) -> None:
    """Posts can be reported."""
    handles.handle(
        app,
        "post",
        Handle(
            word="reactie",
            find=find,
            describe=describe,
            names=titles,
            hide=hide,
            restore=restore,
            rewrite=rewrite,
            put_back=put_back,
            close=close,
            reopen=reopen,
        ),
    )


def find(visitor: Visitor, post_id: int) -> Reported | None:
    """A post that the visitor reads, and that still stands there."""
    place = db.connection().execute(select(Post.topic_id, Post.number).where(Post.id == post_id)).first()
    post = queries.visible_post(visitor, *place) if place else None
    if post is None or post.hidden_at or post.withdrawn_at:
        return None
    topic, forum = _around(post)
    name = _name(db.session().get_one(Person, post.author_id))
    return Reported(
        subject="post",
        subject_id=post.id,
        about_id=post.author_id,
        about_name=name,
        title=_("de reactie van %(name)s", name=name),
        excerpt=text.excerpt(post.source),
        back=f"/gesprekken/{topic.id}/{post.number}",
        building_id=forum.building_id,
        neighbourhood_id=forum.neighbourhood_id,
        for_staff=topic.audience == CARETAKER or post.written_as in STAFF,
        can_be_of_person=True,
    )


def titles(ids: Sequence[int]) -> dict[int, str]:
    """The title of the conversation of each of these posts."""
    rows = select(Post.id, Topic.title).join(Topic, Topic.id == Post.topic_id).where(Post.id.in_(ids))
    return {row[0]: row[1] for row in db.connection().execute(rows)}


def describe(visitor: Visitor, post_id: int) -> Case | None:
    """A post as who decides about it sees it: also when it is hidden or withdrawn, with what it said earlier."""
    post = db.session().get(Post, post_id, populate_existing=True)
    if post is None:
        return None
    topic, forum = _around(post)
    head, kept = queries.topic_head(visitor, topic.id), _earlier(post.id)
    path = f"/gesprekken/{topic.id}/{post.number}" if head else None
    return Case(
        title=topic.title,
        html=Markup(post.html),
        source=post.source,
        where=forum.name,
        path=path,
        written_at=post.created_at,
        state=_state(topic, post),
        deeds=_deeds(topic, post),
        is_beginning=post.number == 1,
        before=_before(post),
        earlier=kept,
        earlier_path=f"{path}/eerder" if head and kept and earlier.may_see(visitor, head) else None,
        files=_hanging(post),
    )


def _hanging(post: Post) -> Markup:
    """Whoever decides sees what hangs on it also when others no longer do."""
    rows = attachments.of_post(post.id)
    return Markup(web.template("forums/_evidence.html").module.evidence(rows)) if rows else Markup()


def _around(post: Post) -> tuple[Topic, Forum]:
    topic = db.session().get_one(Topic, post.topic_id, populate_existing=True)
    return topic, db.session().get_one(Forum, topic.forum_id)


def _name(person: Person) -> str:
    return _("oud-bewoner") if person.left_at else person.short_name


def _state(topic: Topic, post: Post) -> str:
    if topic.hidden_at:
        return _("Het hele gesprek is weggehaald.")
    if post.hidden_at:
        return _("Deze reactie is al weggehaald.")
    if post.withdrawn_at:
        return _("De schrijver haalde deze reactie zelf weg.")
    return _("Dit gesprek is gesloten.") if topic.closed_at else ""


def _deeds(topic: Topic, post: Post) -> frozenset[str]:
    if topic.hidden_at:
        return frozenset()
    found = set()
    if not post.hidden_at:
        found.add("hide")
        if not post.withdrawn_at and post.source:
            found.add("edit")
    if not topic.closed_at:
        found.add("close")
    return frozenset(found)


def _before(post: Post) -> list[tuple[str, Markup]]:
    rows = db.session().execute(
        select(Post, Person)
        .join(Person, Person.id == Post.author_id)
        .where(
            Post.topic_id == post.topic_id,
            Post.number < post.number,
            Post.number >= post.number - CONTEXT,
            Post.hidden_at.is_(None),
            Post.withdrawn_at.is_(None),
        )
        .order_by(Post.number)
    )
    return [(_name(writer), Markup(said.html)) for said, writer in rows]


def _earlier(post_id: int) -> list[Earlier]:
    rows = db.session().execute(
        select(EarlierText, Person)
        .join(Person, Person.id == EarlierText.by_id)
        .where(EarlierText.post_id == post_id)
        .order_by(EarlierText.id.desc())
        .limit(20)
    )
    return [Earlier(text.plain(before.source), before.until, _name(writer)) for before, writer in rows]


# ---- deeds, each part of a running action --------------------------------------------------------------------------


def _locked(post_id: int) -> tuple[Topic, Post]:
    """Topic and post, locked in that order."""
    topic_id = db.connection().execute(select(Post.topic_id).where(Post.id == post_id)).scalar()
    topic = db.lock(Topic, topic_id) if topic_id else None
    post = db.lock(Post, post_id)
    if topic is None or post is None:
        raise Missing()
    return topic, post


def _changed(topic: Topic, post: Post) -> None:
    post.version += 1
    topic.version += 1
    indexing.renew([post.id])
    indexing.renew_outcomes([topic.id])
    quoting.renew(post.id)
    live.hint(f"topic:{topic.id}", topic=topic.id, post=post.id, number=post.number, kind="edit")


def hide(post_id: int, is_whole: bool, who: Moderator) -> None:
    """Take a post away for everybody, or with the first one the whole conversation."""
    topic, post = _locked(post_id)
    _mark(post, who)
    post.hidden_at = post.hidden_at or clock.now()
    if is_whole and topic.hidden_at is None:
        topic.hidden_at = clock.now()
        count_topic(topic.forum_id, topic.audience, -1)
        rooms_changed(f"topic:{topic.id}")  # who has it open may no longer watch it
    _changed(topic, post)


def restore(post_id: int, is_whole: bool) -> None:
    """Put it back, as if it had never been away. What its writer withdrew meanwhile stays withdrawn."""
    topic, post = _locked(post_id)
    _mark(post, None)
    post.hidden_at = None
    if is_whole and topic.hidden_at is not None:
        topic.hidden_at = None
        count_topic(topic.forum_id, topic.audience, 1)
    _changed(topic, post)


def rewrite(post_id: int, source: str, who: Moderator) -> None:
    """Take a part out of a post; what it said is kept for moderators."""
    topic, post = _locked(post_id)
    _keep(post, who.person_id)
    post.source, post.html = source, text.render(source)
    _mark(post, who)
    _changed(topic, post)


def put_back(post_id: int, by_id: int) -> None:
    """Put back what a moderator took out, unless the writer has changed the text since: then theirs stays."""
    topic, post = _locked(post_id)
    kept = select(EarlierText).where(EarlierText.post_id == post_id).order_by(EarlierText.id.desc()).limit(1)
    last = db.session().scalar(kept)
    # A text that its writer withdrew a day ago is gone for good.
    if last is not None and last.by_id == by_id and post.source:
        taken_out = last.source
        _keep(post, by_id)
        post.source, post.html = taken_out, text.render(taken_out)
    if post.hidden_at is None:
        _mark(post, None)
    _changed(topic, post)


def close(post_id: int, outcome: str, who: Moderator) -> None:
    """Nobody can add to the conversation; why stands above it, unless something was agreed already."""
    topic, post = _locked(post_id)
    now: datetime = clock.now()
    if topic.outcome is None:
        topic.outcome, topic.outcome_html = outcome, text.render(outcome)
        topic.outcome_by_id, topic.outcome_as, topic.outcome_at = who.person_id, who.acting_as, now
        topic.ended_as = "closed"
    topic.closed_at = topic.closed_at or now
    _changed(topic, post)
    following.stop(topic.id)


def reopen(post_id: int, outcome: str) -> None:
    """People can add to the conversation again; the reason why they could not goes."""
    topic, post = _locked(post_id)
    topic.closed_at = None
    if topic.outcome == outcome and topic.ended_as == "closed":
        topic.outcome = topic.outcome_html = topic.outcome_as = topic.ended_as = None
        topic.outcome_by_id = topic.outcome_at = None
    _changed(topic, post)


def _mark(post: Post, who: Moderator | None) -> None:
    """Who took it, or a part of it, away, and why; None: nobody."""
    post.hidden_by_id = who.person_id if who else None
    post.hidden_as = who.acting_as if who else None
    post.hidden_why = who.why if who else None


def _keep(post: Post, by_id: int) -> None:
    db.session().add(EarlierText(post_id=post.id, source=post.source, by_id=by_id, until=clock.now()))
    db.session().flush()
