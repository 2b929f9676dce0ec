"""Who sees which activities. A resident sees those of their building, their neighbourhood and the association; whoever
works for the association sees those where they work; a stranger sees what was made public. Said once, as conditions on
`occurrence` (or `event`, which has the same columns): every row that a person gets is fetched through these."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, false, or_, select

from community.visitor import Visitor
from events.models import ASSOCIATION, NEIGHBOURHOOD, Event, Occurrence


def seen_by(visitor: Visitor, table: Any = Occurrence) -> Any:
    """The condition that this visitor may see it."""
    if not visitor.belongs:
        return false()
    if visitor.works_everywhere:
        return table.id.is_not(None)
    ways: list[Any] = [table.seen_by == ASSOCIATION]
    buildings = {*visitor.home_building_ids, *visitor.staff_building_ids}
    if buildings:
        ways.append(table.building_id.in_(sorted(buildings)))
    if visitor.near_neighbourhood_ids:
        around = table.neighbourhood_id.in_(visitor.near_neighbourhood_ids)
        ways.append(and_(table.seen_by == NEIGHBOURHOOD, around))
    if visitor.staff_neighbourhood_ids:
        ways.append(table.neighbourhood_id.in_(visitor.staff_neighbourhood_ids))
    return or_(*ways)


def of_building(building_id: int, neighbourhood_id: Any, table: Any = Occurrence) -> Any:
    """The condition that it concerns a building: its own, its neighbourhood's, and the association's."""
    return or_(
        table.building_id == building_id,
        and_(table.neighbourhood_id == neighbourhood_id, table.seen_by == NEIGHBOURHOOD),
        table.seen_by == ASSOCIATION,
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
