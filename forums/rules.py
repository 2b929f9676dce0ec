"""The rule of a building: what of its conversations the association may read. The residents' committee decides it, or
an administrator for them; everybody there can see who did and when. It holds from that moment on, also for what was
written before."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from community import db, journal
from community.accounts.access import right_lost
from community.accounts.models import Person
from community.errors import Missing
from community.journal import JournalEntry
from community.visitor import Visitor
from forums import policy, queries
from forums.models import Forum

_DECIDED = "forum.staff_reading"


class Decided(NamedTuple):
    """Who decided a rule, and when; no name when that person has stopped."""

    name: str | None
    at: datetime


def building_forum(visitor: Visitor, slug: str) -> queries.ForumRow | None:
    """The forum of a building, for who reads there, or looks after the machine."""
    found = next((forum for forum in queries.forum_rows(visitor) if forum.slug == slug), None)
    if found is None and visitor.is_administrator:
        forum = db.session().scalar(select(Forum).where(Forum.slug == slug))
        if forum is not None:
            found = queries.ForumRow(
                forum.id,
                forum.kind,
                forum.name,
                forum.slug,
                forum.building_id,
                forum.neighbourhood_id,
                forum.staff_reading,
                (),
                0,
            )
    return found if found is not None and found.kind == "building" else None


def last_decided(forum_id: int) -> Decided | None:
    """Who decided the rule that holds; None while it is the one that every building begins with."""
    row = (
        db.connection()
        .execute(
            select(Person.short_name, Person.left_at, JournalEntry.at)
            .join(Person, Person.id == JournalEntry.by_id)
            .where(JournalEntry.kind == _DECIDED, JournalEntry.subject_id == forum_id)
            .order_by(JournalEntry.id.desc())
            .limit(1)
        )
        .first()
    )
    return Decided(None if row.left_at else row.short_name, row.at) if row else None


@db.action
def set_staff_reading(*, forum_id: int, rule: str, by: Visitor) -> None:
    """Decide what of a building the association reads.

    Raises:
        Missing: there is no such forum. Refused: it is not for this person to decide.
    """
    forum = db.lock(Forum, forum_id)
    if forum is None:
        raise Missing()
    policy.check_staff_reading(by, forum.building_id)
    if forum.staff_reading == rule:
        return
    forum.staff_reading = rule
    db.session().flush()
    journal.record(_DECIDED, by=by.person_id, subject=forum_id, building=forum.building_id, rule=rule)
    # Whoever has one of its pages open and may no longer read it hears nothing more.
    right_lost()
