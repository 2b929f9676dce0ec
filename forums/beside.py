"""Conversations beside what other rooms hold: the questions about an activity. They are conversations as any other, in
the forum of the place; what is offered here is how to begin one, add to it and show the latest of it."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup
from sqlalchemy import select

from community import db, talk, web
from community.errors import Missing
from community.talk import Place
from community.visitor import Visitor
from forums import actions, queries, seeing, showing
from forums.models import EVERYONE, Forum

# So many of the latest stand beside the thing itself.
LATEST = 4


def init_app(app: Flask) -> None:
    """Offer it."""
    talk.offer(app, talk.Offer(may_ask=may_ask, begin=begin, reply=reply, panel=panel))


def may_ask(visitor: Visitor, place: Place) -> bool:
    """Whoever reads what everybody reads in the forum of that place, and may write."""
    forum_id = _forum(place)
    row = queries.forum_row(visitor, forum_id) if forum_id is not None else None
    return row is not None and EVERYONE in seeing.audiences(visitor, row) and not visitor.suspended_until


def begin(place: Place, title: str, source: str, token: str | None, by: Visitor) -> int:
    """Begin a conversation among the people of a place.

    Raises:
        Missing: they do not read there. Refused: they may not write.
    """
    forum_id = _forum(place)
    if forum_id is None:
        raise Missing()
    return actions.start_topic(
        forum_id=forum_id, kind="question", aspect="neighbours", title=title, source=source, token=token, by=by
    )


def reply(topic_id: int, source: str, token: str | None, by: Visitor) -> int:
    """Add to it.

    Raises:
        Missing: it is not there for them. Refused: it is closed, or they may not write.
    """
    return actions.reply(topic_id=topic_id, source=source, token=token, by=by)


def panel(visitor: Visitor, topic_id: int) -> Markup | None:
    """The latest of a conversation, and where it goes on."""
    head = queries.topic_head(visitor, topic_id)
    if head is None:
        return None
    first = max(1, head.last_number - LATEST + 1)
    shown = showing.posts(head, first, head.last_number, visitor)
    return Markup(
        web.fragment("forums/_beside.html", head=head, thread=[html for _number, html, _at in shown], earlier=first - 1)
    )


def _forum(place: Place) -> int | None:
    kind = "building" if place.building_id else "neighbourhood" if place.neighbourhood_id else "association"
    asked = select(Forum.id).where(Forum.kind == kind)
    if place.building_id:
        asked = asked.where(Forum.building_id == place.building_id)
    elif place.neighbourhood_id:
        asked = asked.where(Forum.neighbourhood_id == place.neighbourhood_id)
    return db.session().scalar(asked.limit(1))
