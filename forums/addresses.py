"""What an address means to who asks for it: the conversation, or the one that it was joined with, and the post."""

from __future__ import annotations

import re

from community import web
from community.errors import Missing
from community.visitor import Visitor
from forums import queries, successors
from forums.models import Post
from forums.queries import TopicHead

_REF = re.compile(r"^(\d{1,18})(?:-(.*))?$")


def find(ref: str, visitor: Visitor) -> tuple[TopicHead, bool]:
    """The topic of "77-het-fietsenhok", and whether the words are other than they are now."""
    match = _REF.match(ref)
    head = _head_or_successor(visitor, int(match[1])) if match else None
    if match is None or head is None:
        raise Missing()
    return head, head.id != int(match[1]) or (match[2] is not None and match[2] != head.slug)


def head_of(topic_id: int) -> TopicHead:
    """The topic with this number."""
    head = _head_or_successor(web.me(), topic_id) if topic_id < 10**18 else None
    if head is None:
        raise Missing()
    return head


def _head_or_successor(visitor: Visitor, topic_id: int) -> TopicHead | None:
    """The topic, or the one that it was joined with."""
    head = queries.topic_head(visitor, topic_id)
    went = successors.of(visitor, topic_id) if head is None else None
    return queries.topic_head(visitor, went[0]) if went else head


def post_of(topic_id: int, number: int) -> Post:
    """The post with this number."""
    found = queries.visible_post(web.me(), topic_id, number) if max(topic_id, number) < 10**18 else None
    if found is None and topic_id < 10**18 and (went := successors.of(web.me(), topic_id, number)):
        found = queries.visible_post(web.me(), *went)
    if found is None:
        raise Missing()
    return found
