"""How HTTP says it: who is busy in a conversation now."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from community import web
from community.errors import Missing
from forums import presence, queries
from forums.queries import TopicHead
from forums.views import pages


@pages.get("/gesprekken/<int:topic_id>/wie-is-er")
@web.for_members
def busy(topic_id: int) -> Response:
    """Who is writing, and who of the association is here: what a live page asks after a hint."""
    head = _head(topic_id)
    body = web.fragment("forums/_busy_now.html", busy=presence.busy(head, web.me()))
    return Response(body, content_type="text/html; charset=utf-8")


@pages.post("/gesprekken/<int:topic_id>/bezig")
@web.for_members
def note_busy(topic_id: int) -> AnyResponse:
    """This page is looked at, or somebody writes in it (`schrijft`), or no longer (`klaar`)."""
    head, visitor = _head(topic_id), web.me()
    if "klaar" in request.form:
        presence.rest(topic_id=head.id, by=visitor)
    else:
        presence.note(topic_id=head.id, writes="schrijft" in request.form, by=visitor)
    return Response(status=204)


def _head(topic_id: int) -> TopicHead:
    head = queries.topic_head(web.me(), topic_id) if topic_id < 10**18 else None
    if head is None:
        raise Missing()
    return head
