"""Who sees what. A resident reads the forums around their home, and there what neighbours share; whoever works for the
association reads where they work, and there what the writer shared with the association too; a private message is read
by its writer and the caretaker of the building. Said once, as conditions on a query: every row that a person gets is
fetched through `visible_forums`, `visible_topics`, or a statement made by `asked_often`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import CursorResult, Select, and_, bindparam, false, or_, select

from community import db
from community.dialect import Key
from community.visitor import Visitor
from forums.models import CARETAKER, EVERYONE, NEIGHBOURS, Forum, Topic


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a visitor lives, works and takes care: ids of neighbourhoods and buildings, or placeholders for them."""

    home_neighbourhoods: Sequence[Any]
    home_buildings: Sequence[Any]
    work_neighbourhoods: Sequence[Any]  # where they work in some building, or in all
    work_buildings: Sequence[Any]
    whole_neighbourhoods: Sequence[Any]  # where they work for every building
    cared_buildings: Sequence[Any]  # whose caretaker they are
    cared_neighbourhoods: Sequence[Any]  # of every building of these

    @classmethod
    def of(cls, visitor: Visitor) -> Reach:
        """Made once for each request: a page asks for it five times."""
        kept: Reach | None = visitor.__dict__.get("reach")
        if kept is None:
            kept = visitor.__dict__["reach"] = cls._made(visitor)
        return kept

    @classmethod
    def _made(cls, visitor: Visitor) -> Reach:
        care = [role for role in visitor.roles if role.kind == "huismeester"]
        return cls(
            tuple({home.neighbourhood_id: None for home in visitor.homes}),
            visitor.home_building_ids,
            tuple({role.neighbourhood_id: None for role in visitor.staff_roles if role.neighbourhood_id is not None}),
            visitor.staff_building_ids,
            visitor.staff_neighbourhood_ids,
            tuple({role.building_id: None for role in care if role.building_id is not None}),
            tuple({role.neighbourhood_id: None for role in care if role.building_id is None and role.neighbourhood_id}),
        )

    def parts(self) -> tuple[Sequence[Any], ...]:
        return (
            self.home_neighbourhoods,
            self.home_buildings,
            self.work_neighbourhoods,
            self.work_buildings,
            self.whole_neighbourhoods,
            self.cared_buildings,
            self.cared_neighbourhoods,
        )


def _around(neighbourhoods: Sequence[Any], buildings: Sequence[Any], whole: Sequence[Any] = ()) -> Any:
    """The condition on `forum`: of the association, of these neighbourhoods, of these buildings, or of a building in
    these whole neighbourhoods."""
    conditions: list[Any] = [Forum.kind == "association"]
    if neighbourhoods:
        conditions.append(and_(Forum.kind == "neighbourhood", Forum.neighbourhood_id.in_(neighbourhoods)))
    if buildings:
        conditions.append(Forum.building_id.in_(buildings))
    if whole:
        conditions.append(Forum.neighbourhood_id.in_(whole))
    return or_(*conditions)


@dataclass(frozen=True, slots=True)
class Seen:
    """Conditions for one visitor (or for all who have as many homes and roles): on `forum`, and on `topic` joined with
    its forum. `reader` stands for the visitor's own id."""

    reach: Reach
    works: bool
    everywhere: bool
    reader: Any

    @property
    def lives(self) -> bool:
        return bool(self.reach.home_buildings)

    def as_neighbour(self) -> Any:
        """The forums around the visitor's home."""
        if not self.lives:
            return false()
        return _around(self.reach.home_neighbourhoods, self.reach.home_buildings)

    def as_staff(self) -> Any:
        """The forums where the visitor works and residents let the association read."""
        if not self.works:
            return false()
        if self.everywhere:
            return Forum.staff_reading != "none"
        reach = self.reach
        around = _around(reach.work_neighbourhoods, reach.work_buildings, reach.whole_neighbourhoods)
        return and_(around, Forum.staff_reading != "none")

    def as_caretaker(self) -> Any:
        """The forums of the buildings whose caretaker the visitor is."""
        conditions: list[Any] = []
        if self.reach.cared_buildings:
            conditions.append(Forum.building_id.in_(self.reach.cared_buildings))
        if self.reach.cared_neighbourhoods:
            conditions.append(
                and_(Forum.kind == "building", Forum.neighbourhood_id.in_(self.reach.cared_neighbourhoods))
            )
        return or_(*conditions) if conditions else false()

    def forums(self) -> Any:
        """The forums the visitor may read something of."""
        ways: list[Any] = []
        if self.lives:
            ways.append(self.as_neighbour())
        if self.works:
            ways += [self.as_staff(), self.as_caretaker()]
        return or_(*ways) if ways else false()

    def topics(self) -> Any:
        """The topics the visitor may read; hidden and merged ones are nobody's."""
        ways: list[Any] = []
        if self.lives:
            shared = or_(Topic.audience != CARETAKER, Topic.author_id == self.reader)
            ways.append(and_(self.as_neighbour(), shared))
        if self.works:
            ways.append(and_(Topic.audience == EVERYONE, self.as_staff()))
            if self.reach.cared_buildings or self.reach.cared_neighbourhoods:
                ways.append(and_(Topic.audience == CARETAKER, self.as_caretaker()))
        if not ways:
            return false()
        return and_(Topic.hidden_at.is_(None), Topic.merged_into_id.is_(None), or_(*ways))

    def private(self) -> Any:
        """The private topics among them."""
        ways: list[Any] = []
        if self.lives:
            ways.append(and_(self.as_neighbour(), Topic.author_id == self.reader))
        if self.reach.cared_buildings or self.reach.cared_neighbourhoods:
            ways.append(self.as_caretaker())
        if not ways:
            return false()
        return and_(Topic.audience == CARETAKER, Topic.hidden_at.is_(None), Topic.merged_into_id.is_(None), or_(*ways))


def seen(visitor: Visitor) -> Seen:
    """What this visitor sees."""
    return Seen(Reach.of(visitor), visitor.is_staff, visitor.works_everywhere, visitor.person_id)


def seen_by(visitor: Visitor) -> Any:
    """The condition on `forum` that this visitor may read something of it."""
    return seen(visitor).forums()


def topic_seen_by(visitor: Visitor) -> Any:
    """The condition on `topic`, joined with `forum`, that this visitor may read it."""
    return seen(visitor).topics()


Make = Callable[[Seen], Select[*tuple[Any, ...]]]
Ask = Callable[..., CursorResult[Any]]


def asked_often(make: Make) -> Ask:
    """A query with a condition of `Seen` in it that is built once for everybody who lives in one building, once for
    those in two, and so on, and then asked with their numbers: building it costs more than the database's answer.

    `make(seen)` builds it; the result is called with the visitor and the query's own values. In it `reader` stands for
    the visitor.
    """

    @lru_cache(maxsize=256)
    def built(works: bool, everywhere: bool, *counts: int) -> Select[*tuple[Any, ...]]:
        reach = Reach(*(_names(kind, count) for kind, count in enumerate(counts)))
        return make(Seen(reach, works, everywhere, bindparam("reader", type_=Key)))

    def ask(visitor: Visitor, **values: Any) -> CursorResult[Any]:
        reach = Reach.of(visitor).parts()
        statement = built(visitor.is_staff, visitor.works_everywhere, *map(len, reach))
        for kind, ids in enumerate(reach):
            values.update(zip(_keys(kind, len(ids)), ids, strict=True))
        values["reader"] = visitor.person_id
        return db.connection().execute(statement, values)

    return ask


@lru_cache(maxsize=256)
def _keys(kind: int, count: int) -> tuple[str, ...]:
    return tuple(f"reach_{kind}_{index}" for index in range(count))


def _names(kind: int, count: int) -> list[Any]:
    return [bindparam(key, type_=Key) for key in _keys(kind, count)]


def visible_forums(visitor: Visitor) -> Select[Forum]:
    """The forums that this visitor may read something of."""
    return select(Forum).where(seen_by(visitor))


def visible_topics(visitor: Visitor) -> Select[Topic]:
    """The topics that this visitor may read."""
    return select(Topic).join(Forum, Forum.id == Topic.forum_id).where(topic_seen_by(visitor))


def audiences(visitor: Visitor, forum: Any) -> tuple[int, ...]:
    """Of which audiences this visitor reads every topic in a forum (a row with id, kind, building_id,
    neighbourhood_id and staff_reading); their own private messages come on top."""
    reach, found = Reach.of(visitor), set()
    if _is_around(forum, reach.home_neighbourhoods, reach.home_buildings) and visitor.homes:
        found |= {EVERYONE, NEIGHBOURS}
    if visitor.is_staff and forum.staff_reading != "none":
        works_here = _is_around(forum, reach.work_neighbourhoods, reach.work_buildings, reach.whole_neighbourhoods)
        if visitor.works_everywhere or works_here:
            found.add(EVERYONE)
    if forum.kind == "building" and (
        forum.building_id in reach.cared_buildings or forum.neighbourhood_id in reach.cared_neighbourhoods
    ):
        found.add(CARETAKER)
    return tuple(sorted(found))


def _is_around(forum: Any, neighbourhoods: Sequence[int], buildings: Sequence[int], whole: Sequence[int] = ()) -> bool:
    if forum.kind == "association":
        return True
    if forum.kind == "neighbourhood" and forum.neighbourhood_id in neighbourhoods:
        return True
    return forum.building_id in buildings or forum.neighbourhood_id in whole
