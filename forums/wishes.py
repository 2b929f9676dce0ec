"""What somebody wants to hear of each kind of conversation in a forum: of every new one, or of none. Without a wish a
new one is simply marked as new in the list."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import bindparam, delete, exists, false, insert, literal, not_, select, true

from community import clock, db, live
from community.errors import Missing
from community.moderation.models import Block
from community.visitor import Visitor
from forums import queries
from forums.attached import KindWish
from forums.models import TOPIC_KINDS, Forum, Topic, TopicReader
from forums.readers import may_read

FOLLOW, MUTE = "follow", "mute"
Wishes = dict[tuple[int, str], str]  # forum and kind -> what is wanted of it


def of(visitor: Visitor) -> Wishes:
    """What this visitor wants, where they do not leave it as it is."""
    wanted = select(KindWish.forum_id, KindWish.kind, KindWish.wants).where(KindWish.person_id == visitor.person_id)
    return {(row.forum_id, row.kind): row.wants for row in db.connection().execute(wanted)}


@db.action
def choose(wanted: Mapping[tuple[int, str], str | None], *, by: Visitor) -> None:
    """From now on this is wanted of these kinds in these forums; None: nothing in particular.

    Raises:
        Missing: one of the forums is not there for this person.
    """
    readable = {forum.id for forum in queries.forum_rows(by)}
    concerned = {forum for forum, _kind in wanted}
    if not concerned <= readable or any(kind not in TOPIC_KINDS for _forum, kind in wanted):
        raise Missing()
    if not concerned:
        return
    connection = db.connection()
    for forum in concerned:
        kinds = [kind for place, kind in wanted if place == forum]
        connection.execute(
            delete(KindWish).where(
                KindWish.person_id == by.person_id, KindWish.forum_id == forum, KindWish.kind.in_(kinds)
            )
        )
    rows = [
        {"person_id": by.person_id, "forum_id": forum, "kind": kind, "wants": wants}
        for (forum, kind), wants in wanted.items()
        if wants is not None
    ]
    if rows:
        connection.execute(insert(KindWish), rows)


# Who follows this kind here, may read this topic, and reads what its writer says. Their mark is the news of the topic
# itself: to hear of the answers too they follow the conversation.
_TELL = (
    insert(TopicReader)
    .from_select(
        ["topic_id", "person_id", "last_read", "is_following", "is_behind", "is_muted"],
        select(Topic.id, KindWish.person_id, literal(0), false(), true(), false())
        .select_from(Topic)
        .join(Forum, Forum.id == Topic.forum_id)
        .join(KindWish, (KindWish.forum_id == Topic.forum_id) & (KindWish.kind == Topic.kind))
        .where(
            Topic.id == bindparam("topic"),
            KindWish.wants == FOLLOW,
            KindWish.person_id != Topic.author_id,
            may_read(KindWish.person_id),
            not_(
                exists(
                    select(Block.at).where(Block.blocker_id == KindWish.person_id, Block.blocked_id == Topic.author_id)
                )
            ),
        ),
    )
    .returning(TopicReader.person_id)
)


def tell_of(topic_id: int) -> None:
    """Part of beginning a topic: who wants to hear of every new one of its kind is told."""
    told = db.connection().execute(_TELL, {"topic": topic_id, "today": clock.today()}).scalars()
    live.hint(*(f"person:{person}" for person in told), unread=True)
