"""How HTTP says it: a conversation on paper, and what a post said before it was changed."""

from __future__ import annotations

import re

from flask import Response, request
from markupsafe import Markup

from community import clock, text, web
from community.errors import Missing
from community.language import gettext as _
from forums import earlier, queries, showing
from forums.queries import TopicHead
from forums.views import pages

# So many posts at once: a page of HTML stays small, and some ten sheets are as many as anybody staples.
SHEET = 40
# What one can press on a page has no place on paper; no element of its kind stands in it.
_PRESSED = re.compile(r'<div class="acts">.*?</div>', re.DOTALL)


@pages.get("/gesprekken/<int:topic_id>/print")
@web.for_members
def print_topic(topic_id: int) -> Response:
    """All posts in order, for paper; of a long conversation a part at a time."""
    visitor, head = web.me(), _head(topic_id)
    last = max(1, -(-head.last_number // SHEET))
    part = web.page_number(request.args.get("deel"), last)
    shown = showing.posts(head, (part - 1) * SHEET + 1, part * SHEET, visitor)
    return web.page(
        "forums/print.html",
        active="talk",
        head=head,
        thread=[Markup(_PRESSED.sub("", html)) for _number, html, _at in shown],
        part=part,
        last=last,
        now=clock.now(),
    )


@pages.get("/gesprekken/<int:topic_id>/<int:number>/eerder")
@web.for_members
def earlier_texts(topic_id: int, number: int) -> Response:
    """What a post said before, for who looks after the conversations here."""
    visitor, head = web.me(), _head(topic_id)
    post = queries.visible_post(visitor, head.id, number) if earlier.may_see(visitor, head) else None
    if post is None:
        raise Missing()
    found = [
        (text.plain(row.source), row.until, _("oud-bewoner") if row.left_at else row.short_name)
        for row in earlier.texts(post.id)
    ]
    is_there = post.withdrawn_at is None and post.hidden_at is None
    return web.page(
        "forums/earlier.html",
        active="talk",
        head=head,
        number=number,
        now_reads=text.plain(post.source) if is_there else "",
        earlier=found,
        days=earlier.KEPT.days,
    )


def _head(topic_id: int) -> TopicHead:
    head = queries.topic_head(web.me(), topic_id)
    if head is None:
        raise Missing()
    return head
