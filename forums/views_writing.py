"""How HTTP says it: what a script asks while somebody writes. All of it is also said when the form is sent."""

from __future__ import annotations

from flask import Response, request

from community import web
from community.errors import Missing
from forums import mentions, queries
from forums.models import TITLE_MAX
from forums.similar import similar_topics
from forums.views import pages


@pages.get("/gesprekken/lijkt-op")
@web.for_members
def alike() -> Response:
    """The conversations that a title looks like."""
    title = request.args.get("titel", "")[:TITLE_MAX]
    body = web.fragment("forums/_alike.html", topics=similar_topics(web.me(), title))
    return Response(body, content_type="text/html; charset=utf-8")


@pages.get("/gesprekken/<int:topic_id>/wie")
@web.for_members
def whom(topic_id: int) -> Response:
    """Whom a writer can call by name: asked when they type "@"."""
    visitor = web.me()
    if queries.topic_head(visitor, topic_id) is None:
        raise Missing()
    people = mentions.offered(visitor, topic_id, request.args.get("q", ""))
    return Response(web.fragment("forums/_whom.html", people=people), content_type="text/html; charset=utf-8")
