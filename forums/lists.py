"""Lists of topics: a page of them with the latest reply first, what is pinned above them, and which of them have
something new. With a few forums each gives its latest by its index and those are merged, so the cost does not grow with
the number of topics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Row,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    not_,
    or_,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import aliased

from community import clock, db
from community.accounts.models import Person
from community.moderation.models import Block
from community.visitor import Visitor
from forums.attached import KindWish
from forums.models import CARETAKER, EVERYONE, NEIGHBOURS, Forum, Topic, TopicReader
from forums.queries import PAGE, ForumRow
from forums.readers import may_read
from forums.seeing import Seen, asked_often

# What was never opened is called new for two weeks; older is simply there.
NEW_FOR = timedelta(days=14)
# Above so many forums (a director's) one query over all of them is cheaper than one per forum.
FEW = 12
# A filtered list is counted up to here: more pages than anybody turns.
COUNTED = 1_000
# More at the top and nobody sees the rest.
PINNED = 5
_AUDIENCES = {EVERYONE: "everyone", CARETAKER: "caretaker", NEIGHBOURS: "neighbours"}
# A reader belongs to at most three audiences of a forum; a value nobody has fills the places that are left over.
_NONE = -1

# What one may ask to see alone (DESIGN, page 13).
FILTERS: dict[str, Any] = {
    "vragen": and_(Topic.kind == "question", Topic.aspect == "association"),
    "samen": or_(Topic.kind == "joys", and_(Topic.kind == "help", Topic.aspect != "lend")),
    "te-leen": and_(Topic.kind == "help", Topic.aspect == "lend"),
    "mededelingen": Topic.kind.in_(("announcement", "safety")),
    "verloren": Topic.kind == "lost_found",
}


@dataclass(frozen=True, slots=True)
class Show:
    """Which topics of a list are shown: one of FILTERS, or all; and whether the reader blocks anybody, whose topics are
    then left out."""

    only: str | None
    blocks: bool


def _line() -> Select[*tuple[Any, ...]]:
    last, owner = aliased(Person), aliased(Person)
    mine = and_(TopicReader.topic_id == Topic.id, TopicReader.person_id == bindparam("reader"))
    wish = and_(
        KindWish.person_id == bindparam("reader"), KindWish.forum_id == Topic.forum_id, KindWish.kind == Topic.kind
    )
    return (
        select(
            Topic.id,
            Topic.version,
            Topic.last_number,
            Topic.last_post_at,
            Topic.title,
            Topic.slug,
            Topic.kind,
            Topic.aspect,
            Topic.audience,
            Topic.status,
            Topic.ended_as,
            Topic.closed_at,
            Topic.author_id,
            Topic.last_author_id,
            Topic.last_written_as,
            Topic.forum_id,
            # Who stopped has no name and no face any more, here as in the conversation itself.
            case((last.left_at.is_(None), last.short_name)).label("last_name"),
            case((last.left_at.is_(None), last.name)).label("last_full_name"),
            case((last.left_at.is_(None), last.photo)).label("last_photo"),
            last.face_version.label("face_version"),
            case((owner.left_at.is_(None), owner.short_name)).label("owner_name"),
            TopicReader.last_read,
            TopicReader.is_following,
            TopicReader.is_muted,
            TopicReader.is_behind,
            KindWish.wants,
        )
        .join(last, last.id == Topic.last_author_id)
        .outerjoin(owner, owner.id == Topic.owner_id)
        .outerjoin(TopicReader, mine)
        .outerjoin(KindWish, wish)
    )


def _latest(show: Show, *where: Any) -> Any:
    """The latest topics that meet these conditions, by the index alone."""
    found = select(Topic.id, Topic.last_post_at).where(
        *where, Topic.hidden_at.is_(None), Topic.merged_into_id.is_(None)
    )
    if show.only:
        found = found.where(FILTERS[show.only])
    if show.blocks:
        found = found.where(Topic.author_id.not_in(bindparam("blocked", expanding=True)))
    return found.order_by(Topic.last_post_at.desc(), Topic.id.desc()).limit(bindparam("reached")).subquery()


def _found(count: int, show: Show, own: bool) -> Any:
    """The latest of so many forums, forum_0 and on; 0: of all forums in the lists `everyone`, `caretaker` and
    `neighbours`, by what the reader reads there. With `own`: also the private messages that the reader wrote."""
    if count:
        places: list[Any] = [bindparam(f"forum_{index}") for index in range(count)]
        parts = [
            _latest(
                show,
                Topic.forum_id == place,
                Topic.audience.in_([bindparam(f"audience_{index}_{place}") for place in range(3)]),
            )
            for index, place in enumerate(places)
        ]
        here = Topic.forum_id.in_(places)
    else:
        ways = [
            and_(Topic.audience == audience, Topic.forum_id.in_(bindparam(name, expanding=True)))
            for audience, name in _AUDIENCES.items()
        ]
        parts = [_latest(show, or_(*ways))]
        here = Topic.forum_id.in_(bindparam("neighbours", expanding=True))
    if own:
        parts.append(_latest(show, Topic.author_id == bindparam("reader"), Topic.audience == CARETAKER, here))
    if len(parts) == 1:
        return parts[0]
    # The same message once, for who wrote it and takes care of the building too.
    return (union if own else union_all)(*(select(part) for part in parts)).subquery()


@lru_cache(maxsize=16 * FEW)
def _lines_of(count: int, show: Show, own: bool) -> Select[*tuple[Any, ...]]:
    """First which twenty; then what is needed of those."""
    found = _found(count, show, own)
    order = (found.c.last_post_at.desc(), found.c.id.desc())
    chosen = select(found.c.id).order_by(*order).limit(bindparam("most")).offset(bindparam("start")).subquery()
    return _line().join(chosen, chosen.c.id == Topic.id).order_by(Topic.last_post_at.desc(), Topic.id.desc())


@lru_cache(maxsize=16 * FEW)
def _count_of(count: int, show: Show, own: bool) -> Select[int]:
    return select(func.count()).select_from(_found(count, show, own))


def _asked(visitor: Visitor, forums: Sequence[ForumRow]) -> tuple[int, bool, dict[str, Any]]:
    """How many forums the statement names one by one, whether the reader wrote something private in them, and what is
    asked of them."""
    own = any(forum.private and NEIGHBOURS in forum.audiences for forum in forums)
    values: dict[str, Any] = {"reader": visitor.person_id}
    if visitor.blocked_ids:
        values["blocked"] = visitor.blocked_ids
    if len(forums) > FEW:
        for audience, name in _AUDIENCES.items():
            values[name] = [forum.id for forum in forums if audience in forum.audiences]
        return 0, own, values
    for index, forum in enumerate(forums):
        values[f"forum_{index}"] = forum.id
        for place in range(3):
            values[f"audience_{index}_{place}"] = forum.audiences[place] if place < len(forum.audiences) else _NONE
    return len(forums), own, values


def topic_lines(
    visitor: Visitor, forums: Sequence[ForumRow], page: int = 1, most: int = PAGE, only: str | None = None
) -> Sequence[Row[*tuple[Any, ...]]]:
    """A page of topics in these forums (which the visitor may read), the latest reply first; `only`: one of FILTERS."""
    if not forums:
        return []
    start = (page - 1) * most
    count, own, values = _asked(visitor, forums)
    values |= {"start": start, "most": most, "reached": start + most}
    return db.connection().execute(_lines_of(count, Show(only, bool(visitor.blocked_ids)), own), values).all()


def count_topics(visitor: Visitor, forums: Sequence[ForumRow], only: str | None = None) -> int:
    """How many topics such a list has; a filtered one, or one that leaves a neighbour out, is counted up to COUNTED a
    forum."""
    show = Show(only, bool(visitor.blocked_ids))
    if not (show.only or show.blocks):
        return sum(forum.topics for forum in forums)
    if not forums:
        return 0
    count, own, values = _asked(visitor, forums)
    return db.connection().execute(_count_of(count, show, own), values | {"reached": COUNTED}).scalar_one()


@asked_often
def _pinned(seen: Seen) -> Select[*tuple[Any, ...]]:
    return (
        _line()
        .join(Forum, Forum.id == Topic.forum_id)
        .where(Topic.pinned_until >= bindparam("today"), Topic.forum_id.in_(bindparam("forums", expanding=True)))
        .where(seen.topics())
        .order_by(Topic.last_post_at.desc())
        .limit(PINNED)
    )


def pinned_lines(visitor: Visitor, forums: Sequence[ForumRow]) -> Sequence[Row[*tuple[Any, ...]]]:
    """What stands above the list today."""
    forums = [forum for forum in forums if forum.has_pinned]
    if not forums:
        return []
    rows = _pinned(visitor, today=clock.today(), forums=[forum.id for forum in forums])
    return [row for row in rows if row.author_id not in visitor.blocked_ids]


def is_unread(row: Row[*tuple[Any, ...]], visitor: Visitor) -> bool:
    """Whether a line of a list has something new for the visitor."""
    if row.is_muted or row.is_behind:
        return bool(row.is_behind)
    if row.wants == "mute" and not row.is_following:
        return False
    if row.last_read is None:
        is_recent: bool = clock.now() - row.last_post_at < NEW_FOR
        return is_recent and row.last_author_id not in (visitor.person_id, *visitor.blocked_ids)
    # Of a neighbour one does not want to read nothing is new.
    newest = row.last_number - (row.last_author_id in visitor.blocked_ids)
    return bool(row.last_read < newest)


def count_unread(person: Any) -> ScalarSelect[int]:
    """How many topics have something new that a person (a column) wants to hear of and may read today: the number in
    the navigation. `today` is bound by who asks."""
    return (
        select(func.count())
        .select_from(TopicReader)
        .join(Topic, Topic.id == TopicReader.topic_id)
        .join(Forum, Forum.id == Topic.forum_id)
        .where(TopicReader.person_id == person, TopicReader.is_behind, may_read(person))
        .where(not_(exists(select(Block.at).where(Block.blocker_id == person, Block.blocked_id == Topic.author_id))))
        .scalar_subquery()
    )


# A page watches no more forums than this; who works in more chooses one.
WATCHED = 9


def rooms(forums: Sequence[ForumRow]) -> list[str]:
    """What a list of these forums watches, to hear that there is something new."""
    found = [f"forum:{forum.id}" for forum in forums[:WATCHED] if EVERYONE in forum.audiences]
    return found + [f"neighbours:{forum.id}" for forum in forums[:WATCHED] if NEIGHBOURS in forum.audiences]
