"""How many neighbours take part: the number of lit windows in the drawing of a building."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, func, select

from community import db
from community.places.models import Dwelling, Household, Membership
from community.places.queries import held_today
from forums.models import EVERYONE, Forum, Post, Reaction, Speaker, Topic


def took_part(building_id: int, since: datetime) -> int:
    """How many residents of a building said something or thanked in its forum, openly, since a moment. Staff takes
    part too, but no window of the building is theirs."""
    # The number is the same for all who see it, so it counts what all of them may read.
    open_to_all = and_(Topic.audience == EVERYONE, Topic.hidden_at.is_(None))
    said = (
        select(Speaker.person_id)
        .join(Topic, Topic.id == Speaker.topic_id)
        .join(Forum, Forum.id == Topic.forum_id)
        .where(Forum.building_id == building_id, open_to_all, Topic.last_post_at >= since, Speaker.last_at >= since)
    )
    thanked = (
        select(Reaction.person_id)
        .join(Post, Post.id == Reaction.post_id)
        .join(Topic, Topic.id == Post.topic_id)
        .join(Forum, Forum.id == Topic.forum_id)
        .where(Forum.building_id == building_id, open_to_all, Reaction.at >= since, Topic.last_post_at >= since)
    )
    people = said.union(thanked).subquery()
    living = (
        select(Membership.person_id)
        .join(Household, Household.id == Membership.household_id)
        .join(Dwelling, Dwelling.id == Household.dwelling_id)
        .where(Dwelling.building_id == building_id, held_today(Membership))
    )
    count = select(func.count()).select_from(people).where(people.c.person_id.in_(living))
    return db.connection().execute(count).scalar() or 0
