"""What stands above a conversation: how far a question is and who finds out, how it ended, and what this reader may do
about it. Asked of the database only where there is something to show."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from sqlalchemy import Row, bindparam, case, select
from sqlalchemy.orm import aliased

from community import db, web
from community.accounts.models import Person
from community.places.queries import role_name
from community.visitor import Visitor
from community.web import can
from forums import policy_settling as policy
from forums import promises, settling
from forums.models import Topic
from forums.queries import TopicHead

_OWNER, _WRITER = aliased(Person), aliased(Person)
_STANDS = (
    select(
        Topic.id,
        Topic.kind,
        Topic.aspect,
        Topic.status,
        Topic.owner_id,
        Topic.promised_on,
        Topic.outcome,
        Topic.outcome_html,
        Topic.outcome_by_id,
        Topic.outcome_as,
        Topic.outcome_at,
        Topic.ended_as,
        Topic.closed_at,
        Topic.pinned_until,
        case((_OWNER.left_at.is_(None), _OWNER.short_name)).label("owner_name"),
        case((_WRITER.left_at.is_(None), _WRITER.short_name)).label("outcome_by"),
    )
    .outerjoin(_OWNER, _OWNER.id == Topic.owner_id)
    .outerjoin(_WRITER, _WRITER.id == Topic.outcome_by_id)
    .where(Topic.id == bindparam("topic"))
)


def stands(topic_id: int) -> Row[*tuple[Any, ...]]:
    """How a topic stands, which the caller has seen that the reader may read."""
    return db.connection().execute(_STANDS, {"topic": topic_id}).one()


def above(head: TopicHead, visitor: Visitor) -> Markup:
    """The fragment above the posts."""
    may = {
        "settle": head.status is not None and can(policy.check_settle, visitor, head),
        "end": can(policy.check_end, visitor, head),
        "close": can(policy.check_close, visitor, head),
        "reopen": head.closed_at is not None and can(policy.check_reopen, visitor, head),
    }
    is_plain = head.status is None and head.outcome_at is None
    found = None if is_plain else stands(head.id)
    return Markup(
        web.fragment(
            "forums/_head.html",
            head=head,
            stands=found,
            may=may,
            is_mine=found is not None and found.owner_id == visitor.person_id,
            ending=settling.ending(head, head.author_id, visitor),
            is_author=head.author_id == visitor.person_id,
            proposed=promises.soon(),
            role_name=role_name,
        )
    )


def tending(head: TopicHead, visitor: Visitor) -> Markup:
    """What a moderator, the chair or who works here can do with the conversation as a whole; nothing for others."""
    may = {
        "pin": can(policy.check_pin, visitor, head),
        "move": can(policy.check_move, visitor, head),
        "merge": can(policy.check_merge, visitor, head),
    }
    if not any(may.values()):
        return Markup("")
    may["close"] = can(policy.check_close, visitor, head)
    return Markup(web.fragment("forums/_tending.html", head=head, may=may, pinned_until=stands(head.id).pinned_until))


def around(head: TopicHead, visitor: Visitor) -> dict[str, Any]:
    """What the page of a conversation needs to know beside its posts."""
    return {
        "above": above(head, visitor),
        "tending": tending(head, visitor),
        "may_answer": head.status in {"open", "taken"} and can(policy.check_settle, visitor, head),
    }
