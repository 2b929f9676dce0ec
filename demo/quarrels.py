"""A quarrel in the demonstration, for who looks as a moderator: one post that was reported and waits, one that was
hidden with a reason."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from community import clock, db
from community.moderation.models import Decision, Flag
from forums import indexing
from forums.models import Forum, Post, Topic

TITLE = "Spullen in de gang van portiek C"


def seed(people: dict[str, int]) -> None:
    """Part of filling the demonstration, after its conversations."""
    now, nel = clock.now(), people["nel"]
    posts, forum = _posts()
    kees, ton = posts[2], posts[3]
    place = {"subject": "post", "building_id": forum.building_id, "neighbourhood_id": forum.neighbourhood_id}
    for key, words, hours in (("riet", "Dit gaat te ver. Zo praten wij niet over elkaar.", 20), ("willemijn", "", 7)):
        db.session().add(
            Flag(
                **place, subject_id=kees.id, about_id=kees.author_id, reporter_id=people[key], reason="unkind",
                words=words, at=now - timedelta(hours=hours),
            )
        )  # fmt: skip
    decision = Decision(
        **place,
        subject_id=ton.id,
        about_id=ton.author_id,
        what="hide",
        why="private",
        reason="Er stond een huisnummer in uw bericht. Dat hoort niet op een plek die iedereen leest. "
        "Wilt u dat de volgende keer weglaten?",
        by_id=nel,
        acting_as="moderator",
        at=ton.created_at + timedelta(hours=2),
        read_at=ton.created_at + timedelta(hours=3),
    )
    db.session().add(decision)
    db.session().flush()
    db.session().add(
        Flag(
            **place, subject_id=ton.id, about_id=ton.author_id, reporter_id=people["sjaan"], reason="private",
            words="", at=ton.created_at + timedelta(minutes=40), decision_id=decision.id,
        )
    )  # fmt: skip
    ton.hidden_at, ton.hidden_by_id, ton.hidden_as, ton.hidden_why = decision.at, nel, "moderator", "private"
    db.session().flush()
    indexing.renew([ton.id])


def _posts() -> tuple[dict[int, Post], Forum]:
    topic = db.session().scalars(select(Topic).where(Topic.title == TITLE)).one()
    posts = {post.number: post for post in db.session().scalars(select(Post).where(Post.topic_id == topic.id))}
    return posts, db.session().get_one(Forum, topic.forum_id)
