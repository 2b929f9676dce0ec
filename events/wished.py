"""Which dates of the calendar somebody asks to see alone: those of a building or a neighbourhood, their own, those
with room, those of a kind. As conditions in which what is wished is bound, so that a query is built once for each
combination of wishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, or_, select

from community import clock
from community.dialect import Instant, Key
from community.places.models import Building
from events import seeing
from events.models import ASSOCIATION, NEIGHBOURHOOD, Event, Guest, Occurrence, Registration


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which dates one asks to see alone."""

    building_id: int | None = None  # with those of its neighbourhood and of the association
    neighbourhood_id: int | None = None  # of that neighbourhood itself and of the association
    mine: bool = False  # where I come, wait, come along, or am host
    free: bool = False  # where there is room, and one can still sign up
    kind: str | None = None


ALL = Wanted()


class Narrowing(NamedTuple):
    """Which wishes there are: for each combination a query is built once, in which what is wished is bound."""

    building: bool
    neighbourhood: bool
    mine: bool
    free: bool
    kind: bool

    @classmethod
    def of(cls, wanted: Wanted) -> Narrowing:
        """Which of them these are."""
        near = wanted.neighbourhood_id is not None
        return cls(wanted.building_id is not None, near, wanted.mine, wanted.free, wanted.kind is not None)


def values(wanted: Wanted) -> dict[str, Any]:
    """What is bound in the `conditions` of these wishes."""
    made: dict[str, Any] = {"wanted_kind": wanted.kind} if wanted.kind is not None else {}
    if wanted.building_id is not None:
        made["wanted_building"] = wanted.building_id
    if wanted.neighbourhood_id is not None:
        made["wanted_neighbourhood"] = wanted.neighbourhood_id
    return made | {"wanted_now": clock.now()} if wanted.free else made


def conditions(reader: Any, wishes: Narrowing) -> list[Any]:
    """The conditions of these wishes; what is wished is bound (`values`)."""
    made: list[Any] = []
    if wishes.building:
        wanted = bindparam("wanted_building", type_=Key)
        around = select(Building.neighbourhood_id).where(Building.id == wanted).scalar_subquery()
        made.append(seeing.of_building(wanted, around))
    if wishes.neighbourhood:
        of_it = Occurrence.neighbourhood_id == bindparam("wanted_neighbourhood", type_=Key)
        made.append(or_(and_(of_it, Occurrence.seen_by == NEIGHBOURHOOD), Occurrence.seen_by == ASSOCIATION))
    if wishes.mine:
        along = select(Guest.id).where(Guest.occurrence_id == Occurrence.id, Guest.person_id == reader)
        answered = Registration.state.in_(("confirmed", "waiting"))
        made.append(or_(answered, Occurrence.host_id == reader, along.exists()))
    if wishes.free:
        made.append(Occurrence.cancelled_at.is_(None))
        made.append(Occurrence.closes_at > bindparam("wanted_now", type_=Instant))
        made.append(or_(Occurrence.capacity.is_(None), Occurrence.coming < Occurrence.capacity))
    if wishes.kind:
        made.append(Event.kind == bindparam("wanted_kind"))
    return made
