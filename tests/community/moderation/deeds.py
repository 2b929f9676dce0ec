"""What the tests of this room do again and again: a quarrel in the Lindehof, reported and decided."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from community import db
from community.moderation import actions
from community.moderation.forms import DecisionForm
from community.moderation.models import Decision, Flag
from forums import actions as forum_actions
from forums.models import Post
from tests.world import World

HARSH = "Jij bent een ezel-8841, Henk."


def a_quarrel(world: World, by: str = "ton", forum: str = "lindehof", said: str = HARSH, **more: Any) -> int:
    """A topic by Nel (or for a private one by the writer) in which `by` says something harsh; the number of that post."""
    starter = by if more else "nel"
    topic = forum_actions.start_topic(
        forum_id=world.forums[forum],
        kind="conversation",
        title="De was in de gang",
        source="Wie hangt er was in de gang?",
        token=None,
        by=world.visitor(starter),
        **more,
    )
    number = forum_actions.reply(topic_id=topic, source=said, token=None, by=world.visitor(by))
    return post_of(topic, number)


def post_of(topic: int, number: int) -> int:
    """The id of a post."""
    return db.session().scalars(select(Post.id).where(Post.topic_id == topic, Post.number == number)).one()


def post(key: int) -> Post:
    """A post as it is now."""
    return db.session().get_one(Post, key, populate_existing=True)


def reported(world: World, key: int, by: str = "henk", **more: Any) -> int:
    """A report; its number."""
    made = actions.report("post", key, reason=more.pop("reason", "unkind"), by=world.visitor(by), **more)
    assert made is not None
    return made.id


def decided(world: World, flag: int, what: str = "hide", by: str = "moira", **more: Any) -> Decision:
    """A decision about it."""
    form = DecisionForm(what, more.pop("why", "unkind"), more.pop("reason", "Dit is kwetsend."), **more)
    return actions.decide(flag, form, by=world.visitor(by))


def flags() -> list[Flag]:
    """All reports, as they are now."""
    wanted = select(Flag).order_by(Flag.id).execution_options(populate_existing=True)
    return list(db.session().scalars(wanted))


def decisions() -> list[Decision]:
    """All decisions, as they are now."""
    wanted = select(Decision).order_by(Decision.id).execution_options(populate_existing=True)
    return list(db.session().scalars(wanted))
