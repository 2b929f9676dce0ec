"""Who sees which activities. A resident sees those of their building, their neighbourhood and the association; whoever
works for the association sees those where they work; a stranger sees what was made public. Said once, as conditions on
`occurrence` (or `event`, which has the same columns): every row that a person gets is fetched through these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import CursorResult, Select, and_, bindparam, false, literal, or_, select

from community import db
from community.dialect import Key
from community.visitor import Visitor
from events.models import ASSOCIATION, NEIGHBOURHOOD, Event, Occurrence

# Said as numbers and not bound, so that PostgreSQL knows of a kept plan too that an index over those alone will do.
_AROUND, _EVERYBODY = literal(NEIGHBOURHOOD, literal_execute=True), literal(ASSOCIATION, literal_execute=True)


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody sees of the calendar: the numbers of buildings and neighbourhoods, or what is bound as those."""

    belongs: bool
    everywhere: bool
    buildings: Sequence[Any]
    near: Sequence[Any]  # neighbourhoods of which they see what is for all of it
    staffed: Sequence[Any]  # neighbourhoods in which they work

    @classmethod
    def of(cls, visitor: Visitor) -> Sight:
        """What this visitor sees."""
        return cls(
            visitor.belongs,
            visitor.works_everywhere,
            sorted({*visitor.home_building_ids, *visitor.staff_building_ids}),
            visitor.near_neighbourhood_ids,
            visitor.staff_neighbourhood_ids,
        )

    def condition(self, table: Any = Occurrence) -> Any:
        """That they may see it."""
        if not self.belongs:
            return false()
        if self.everywhere:
            return table.id.is_not(None)
        ways: list[Any] = [table.seen_by == _EVERYBODY]
        if self.buildings:
            ways.append(table.building_id.in_(self.buildings))
        if self.near:
            ways.append(and_(table.seen_by == _AROUND, table.neighbourhood_id.in_(self.near)))
        if self.staffed:
            ways.append(table.neighbourhood_id.in_(self.staffed))
        return or_(*ways)


def seen_by(visitor: Visitor, table: Any = Occurrence) -> Any:
    """The condition that this visitor may see it."""
    return Sight.of(visitor).condition(table)


# Stands for the visitor in a query that is built once for many.
READER: Any = bindparam("reader", type_=Key)
Ask = Callable[..., CursorResult[Any]]


def asked_often(make: Callable[[Sight], Select[*tuple[Any, ...]]]) -> Ask:
    """A query that is built once for everybody who sees as many buildings, and then asked with their numbers: building
    it costs more than the database's answer. `make(sight)` builds it, with READER for the visitor; the result is called
    with the visitor and the query's own values."""

    @lru_cache(maxsize=64)
    def built(belongs: bool, everywhere: bool, *counts: int) -> Select[*tuple[Any, ...]]:
        buildings, near, staffed = ([_bound(at, number) for number in range(counts[at])] for at in range(3))
        return make(Sight(belongs, everywhere, buildings, near, staffed))

    def ask(visitor: Visitor, **values: Any) -> CursorResult[Any]:
        sight = Sight.of(visitor)
        reach = (sight.buildings, sight.near, sight.staffed)
        for at, ids in enumerate(reach):
            values.update({f"sight_{at}_{number}": key for number, key in enumerate(ids)})
        statement = built(sight.belongs, sight.everywhere, *map(len, reach))
        return db.connection().execute(statement, {**values, "reader": visitor.person_id})

    return ask


def _bound(at: int, number: int) -> Any:
    return bindparam(f"sight_{at}_{number}", type_=Key)


def of_building(building_id: Any, neighbourhood_id: Any, table: Any = Occurrence) -> Any:
    """The condition that it concerns a building: its own, its neighbourhood's, and the association's."""
    return or_(
        table.building_id == building_id,
        and_(table.neighbourhood_id == neighbourhood_id, table.seen_by == _AROUND),
        table.seen_by == _EVERYBODY,
    )


def visible_events(visitor: Visitor) -> Select[Event]:
    """The activities that this visitor may see."""
    return select(Event).where(seen_by(visitor, Event))


def visible_occurrences(visitor: Visitor) -> Select[Occurrence]:
    """The dates that this visitor may see, those that were cancelled among them."""
    return select(Occurrence).where(seen_by(visitor))


def public_events() -> Select[Event]:
    """The activities that anybody in the street may see."""
    return select(Event).where(Event.is_public)


def public_occurrences() -> Select[Occurrence]:
    """Their dates."""
    return select(Occurrence).join(Event, Event.id == Occurrence.event_id).where(Event.is_public)
