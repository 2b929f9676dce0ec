"""The questions to the association that wait, for who works here: how old, who has taken them, who spoke last. What has
waited too long or was promised for today stands first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from community import clock, db
from community.accounts.models import Person
from community.places.models import STAFF_KINDS
from community.visitor import Visitor
from forums import promises
from forums.models import Forum, Topic
from forums.queries import PAGE
from forums.seeing import Seen, seen

# So many working days without an answer, and a question moves up (residents were told to expect two).
LATE_AFTER = 2

_BY_STAFF = Topic.last_written_as.in_(STAFF_KINDS)
# What one may ask to see alone.
FILTERS: dict[str, Any] = {
    "van-mij": Topic.owner_id == bindparam("me"),
    "niemand": Topic.owner_id.is_(None),
    "wacht-op-ons": or_(Topic.last_written_as.is_(None), Topic.last_written_as.not_in(STAFF_KINDS)),
    "wacht-op-bewoner": _BY_STAFF,
}


@dataclass(frozen=True, slots=True)
class Question:
    """A line of the list. `late`: nobody answered in time, or what was promised is due."""

    id: int
    slug: str
    title: str
    place: str
    created_at: datetime
    status: str
    owner_id: int | None
    owner_name: str | None
    promised_on: date | None
    last_name: str | None
    last_post_at: datetime
    last_written_as: str | None
    replies: int
    audience: int
    is_late: bool

    @property
    def age(self) -> int:
        """In working days."""
        return promises.working_days(clock.local(self.created_at).date(), clock.today())

    @property
    def is_due(self) -> bool:
        """Whether what was promised is for today, or is late."""
        return self.promised_on is not None and self.promised_on <= clock.today()

    @property
    def is_of_staff(self) -> bool:
        """Whether the last word is of who works here."""
        return self.last_written_as in STAFF_KINDS


def _waiting(seen: Seen) -> Any:
    """What waits where this visitor works, and they may read."""
    here = or_(seen.as_staff(), seen.as_caretaker())
    return and_(Topic.status.in_(("open", "taken")), Topic.closed_at.is_(None), here, seen.topics())


def _late() -> Any:
    nobody = and_(
        Topic.status == "open",
        or_(Topic.last_written_as.is_(None), Topic.last_written_as.not_in(STAFF_KINDS)),
        Topic.created_at < bindparam("before"),
    )
    return or_(nobody, Topic.promised_on <= bindparam("today"))


def _values(visitor: Visitor) -> dict[str, Any]:
    # Everything of that day has waited so long; days are days on a resident's clock.
    day = promises.working_days_ago(LATE_AFTER) + timedelta(days=1)
    before = datetime.combine(day, time(), clock.ZONE)
    return {"me": visitor.person_id, "before": before, "today": clock.today()}


def _select(visitor: Visitor, only: str | None, *what: Any) -> Select[*tuple[Any, ...]]:
    found = select(*what).join(Forum, Forum.id == Topic.forum_id).where(_waiting(seen(visitor)))
    return found.where(FILTERS[only]) if only else found


def count(visitor: Visitor, only: str | None = None) -> int:
    """How many wait."""
    found: int = db.connection().execute(_select(visitor, only, func.count(Topic.id)), _values(visitor)).scalar_one()
    return found


def waiting(visitor: Visitor, page: int = 1, only: str | None = None, most: int = PAGE) -> list[Question]:
    """A page of them: what is late first, then the oldest."""
    owner, last = aliased(Person), aliased(Person)
    late = case((_late(), 1), else_=0).label("late")
    rows = db.connection().execute(
        _select(
            visitor,
            only,
            Topic.id,
            Topic.slug,
            Topic.title,
            Forum.name,
            Topic.created_at,
            Topic.status,
            Topic.owner_id,
            case((owner.left_at.is_(None), owner.short_name)),
            Topic.promised_on,
            case((last.left_at.is_(None), last.short_name)),
            Topic.last_post_at,
            Topic.last_written_as,
            Topic.last_number - 1,
            Topic.audience,
            late,
        )
        .outerjoin(owner, owner.id == Topic.owner_id)
        .join(last, last.id == Topic.last_author_id)
        .order_by(late.desc(), Topic.created_at, Topic.id)
        .limit(most)
        .offset((page - 1) * most),
        _values(visitor),
    )
    return [Question(*tuple[Any, ...](row)) for row in rows]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits, in numbers: all, what nobody has taken, and what this visitor promised for today or before."""

    all: int
    nobodys: int
    due: int


def numbers(visitor: Visitor) -> Waiting:
    """For the start page of work."""
    mine = and_(Topic.owner_id == bindparam("me"), Topic.promised_on <= bindparam("today"))
    row = (
        db.connection()
        .execute(
            _select(
                visitor,
                None,
                func.count(Topic.id),
                func.count(case((Topic.owner_id.is_(None), Topic.id))),
                func.count(case((mine, Topic.id))),
            ),
            _values(visitor),
        )
        .one()
    )
    return Waiting(*row)
