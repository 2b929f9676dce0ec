"""What do I see? Dates of activities as plain rows, with their activity, room, host and one's own answer beside them:
one date, those between two moments, those of a series, and who comes. Who may see what is said in `seeing`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, case, func, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased

from community import clock, db, live
from community.accounts.models import Person
from community.dialect import Instant, Key
from community.places.models import Building, Neighbourhood
from community.visitor import Visitor
from events import seeing, wished
from events.arranged import Room
from events.models import ASSOCIATION, NEIGHBOURHOOD, Event, Guest, Occurrence, Registration
from events.wished import ALL, Narrowing, Wanted

DateRow = Row[*tuple[Any, ...]]

# More in a month than any building has; a page stays a page.
MOST = 400


_DATE = (
    Occurrence.id,
    Occurrence.event_id,
    Occurrence.original_at,
    Occurrence.starts_at,
    Occurrence.ends_at,
    Occurrence.building_id,
    Occurrence.neighbourhood_id,
    Occurrence.seen_by,
    Occurrence.title,
    Occurrence.room_id,
    Occurrence.place,
    Occurrence.host_id,
    Occurrence.cents,
    Occurrence.capacity,
    Occurrence.closes_at,
    Occurrence.note,
    Occurrence.is_extra,
    Occurrence.is_changed,
    Occurrence.coming,
    Occurrence.waiting,
    Occurrence.version,
    Occurrence.draw_at,
    Occurrence.draw_seed,
    Occurrence.cancelled_at,
    Occurrence.cancelled_why,
    Event.slug,
    Event.kind,
    Event.needs_signup,
    Event.guests_max,
    Event.minimum,
    Event.by_draw,
    Event.bring,
    Event.is_public,
    Event.rrule,
    # A hat is worn by who planned to be host; who takes a date over comes as themselves.
    case((Event.host_id == Occurrence.host_id, Event.host_as)).label("host_as"),
    case((Event.host_id == Occurrence.host_id, Event.host_title)).label("host_title"),
    Room.name.label("room"),
    Room.floor.label("room_floor"),
    Room.is_step_free,
    Room.has_lift,
    Room.has_loop,
    Room.has_toilet,
    Building.name.label("building"),
    Building.slug.label("building_slug"),
    Building.with_article.label("building_with_article"),
    Neighbourhood.name.label("neighbourhood"),
    Person.name.label("host"),
    Person.short_name.label("host_short"),
    Person.photo.label("host_photo"),
    Person.left_at.label("host_left_at"),
)
# What stands in an activity and on no list.
_MORE = (
    Event.source,
    Event.html,
    Event.photo,
    Event.photo_alt,
    Event.topic_id,
    Event.created_by_id,
    Event.uid,
    Event.sequence.label("event_sequence"),
    Event.skips_holidays,
    Event.skips_school_holidays,
    Event.start_on,
    Event.start_at,
    Event.zone,
)
_OWN = (
    Registration.id.label("own_id"),
    Registration.state.label("own_state"),
    Registration.seats.label("own_seats"),
    Registration.place.label("own_place"),
    Registration.number.label("own_number"),
    Registration.way.label("own_way"),
)
_NOT_OWN = tuple(
    null().label(name)
    for name in ("own_id", "own_state", "own_seats", "own_place", "own_number", "own_way", "along_state", "ahead")
)


def _dates(reader: Any, *more: Any) -> Select[*tuple[Any, ...]]:
    """Dates with everything beside them, and the own answer of a reader (a number, or what is bound as one; None: of
    nobody); not yet narrowed to what somebody may see."""
    own = (*_OWN, _along(reader), _ahead()) if reader is not None else _NOT_OWN
    made: Select[*tuple[Any, ...]] = (
        select(*_DATE, *own, *more)
        .select_from(Occurrence)
        .join(Event, Event.id == Occurrence.event_id)
        .join(Person, Person.id == Occurrence.host_id)
        .outerjoin(Room, Room.id == Occurrence.room_id)
        .outerjoin(Building, Building.id == Occurrence.building_id)
        .outerjoin(Neighbourhood, Neighbourhood.id == Occurrence.neighbourhood_id)
    )
    return made if reader is None else made.outerjoin(Registration, _is_own(reader))


def _is_own(reader: Any) -> Any:
    return and_(Registration.occurrence_id == Occurrence.id, Registration.person_id == reader)


def _along(reader: Any) -> Any:
    """How the registration stands with which a reader comes along as a guest."""
    held = aliased(Registration)
    asked = (
        select(held.state)
        .join(Guest, Guest.registration_id == held.id)
        .where(Guest.occurrence_id == Occurrence.id, Guest.person_id == reader)
        .correlate(Occurrence)
    )
    return asked.scalar_subquery().label("along_state")


def _ahead() -> Any:
    """How many wait in front of the visitor, or would if they came to wait now."""
    other = aliased(Registration)
    is_before = or_(func.coalesce(Registration.state, "") != "waiting", other.place < Registration.place)
    asked = select(func.count()).where(other.occurrence_id == Occurrence.id, other.state == "waiting", is_before)
    return asked.correlate(Occurrence, Registration).scalar_subquery().label("ahead")


def occurrence(visitor: Visitor, occurrence_id: int) -> DateRow | None:
    """One date with all that its page tells, if this visitor may see it."""
    return _one(visitor, occurrence=occurrence_id).first()


@seeing.asked_often
def _one(sight: seeing.Sight) -> Select[*tuple[Any, ...]]:
    return _dates(seeing.READER, *_MORE).where(Occurrence.id == bindparam("occurrence", type_=Key), sight.condition())


def public_occurrence(occurrence_id: int) -> DateRow | None:
    """The same of a date that anybody in the street may see."""
    asked = _dates(None, *_MORE).where(Occurrence.id == occurrence_id, Event.is_public)
    return db.connection().execute(asked).first()


def event(visitor: Visitor, event_id: int) -> Event | None:
    """An activity, if this visitor may see it."""
    return db.session().scalar(seeing.visible_events(visitor).where(Event.id == event_id))


def between(
    visitor: Visitor, since: datetime, until: datetime, wanted: Wanted = ALL, *, most: int = MOST
) -> Sequence[DateRow]:
    """The dates that begin from `since` up to and without `until`, the first one first; cancelled ones among them."""
    ask = _asking_between(Narrowing.of(wanted), False)
    return ask(visitor, since=since, until=until, most=most, **wished.values(wanted)).all()


def marks_between(
    visitor: Visitor, since: datetime, until: datetime, wanted: Wanted = ALL, *, most: int = MOST
) -> Sequence[DateRow]:
    """Of the same dates no more than stands in a table of the month: id, starts_at, title, cancelled_at, and how the
    visitor and whoever brings them along answered (own_state, along_state)."""
    ask = _asking_between(Narrowing.of(wanted), True)
    return ask(visitor, since=since, until=until, most=most, **wished.values(wanted)).all()


@lru_cache(maxsize=64)
def _asking_between(wishes: Narrowing, is_bare: bool) -> seeing.Ask:
    @seeing.asked_often
    def found(sight: seeing.Sight) -> Select[*tuple[Any, ...]]:
        first = _first(sight, wishes, Occurrence.starts_at < bindparam("until", type_=Instant))
        return _of_first((_marks if is_bare else _dates)(seeing.READER), first)

    return found


def _marks(reader: Any) -> Select[*tuple[Any, ...]]:
    own = (Registration.state.label("own_state"), _along(reader))
    made = select(Occurrence.id, Occurrence.starts_at, Occurrence.title, Occurrence.cancelled_at, *own)
    return made.outerjoin(Registration, _is_own(reader))


def _first(sight: seeing.Sight, wishes: Narrowing, *more: Any) -> Select[int]:
    """The numbers of the first `most` dates from `since` that are wished and may be seen. By themselves: what stands
    beside a date is then looked up for those alone, and not for all that were sorted."""
    made = select(Occurrence.id)
    if wishes.kind:
        made = made.join(Event, Event.id == Occurrence.event_id)
    if wishes.mine:
        made = made.outerjoin(Registration, _is_own(seeing.READER))
    since = Occurrence.starts_at >= bindparam("since", type_=Instant)
    made = made.where(since, sight.condition(), *wished.conditions(seeing.READER, wishes), *more)
    return made.order_by(Occurrence.starts_at, Occurrence.id).limit(bindparam("most"))


def _of_first(made: Select[*tuple[Any, ...]], first: Select[int]) -> Select[*tuple[Any, ...]]:
    chosen = first.subquery()
    return made.join(chosen, chosen.c.id == Occurrence.id).order_by(Occurrence.starts_at, Occurrence.id)


def coming_up(
    visitor: Visitor, after: datetime, wanted: Wanted = ALL, *, most: int, held: bool = False
) -> Sequence[DateRow]:
    """The first dates that begin after a moment; with `held` without those that were cancelled."""
    ask = _asking_coming_up(Narrowing.of(wanted), held)
    return ask(visitor, since=after, most=most, **wished.values(wanted)).all()


@lru_cache(maxsize=64)
def _asking_coming_up(wishes: Narrowing, held: bool) -> seeing.Ask:
    @seeing.asked_often
    def found(sight: seeing.Sight) -> Select[*tuple[Any, ...]]:
        first = _first(sight, wishes, *([Occurrence.cancelled_at.is_(None)] if held else []))
        return _of_first(_dates(seeing.READER), first)

    return found


def public_between(
    since: datetime, until: datetime, building_id: int | None = None, *, most: int = MOST
) -> Sequence[DateRow]:
    """The dates that anybody may see and that go on; of a building when one is given."""
    asked = _dates(None, *_MORE).where(
        Event.is_public, Occurrence.cancelled_at.is_(None), Occurrence.starts_at >= since, Occurrence.starts_at < until
    )
    if building_id is not None:
        asked = asked.where(Occurrence.building_id == building_id)
    return db.connection().execute(asked.order_by(Occurrence.starts_at, Occurrence.id).limit(most)).all()


def changed_at(event_ids: Sequence[int]) -> dict[int, datetime]:
    """When these activities were last changed."""
    asked = select(Event.id, Event.updated_at).where(Event.id.in_(event_ids))
    return {row.id: row.updated_at for row in db.connection().execute(asked)}


def of_series(visitor: Visitor | None, event_id: int, after: datetime, *, but: int = 0, most: int) -> Sequence[DateRow]:
    """Other dates of an activity, from a moment on; for a stranger those of a public one."""
    may_see = seeing.seen_by(visitor) if visitor else Event.is_public
    asked = _dates(visitor.person_id if visitor else None).where(
        Occurrence.event_id == event_id, Occurrence.id != but, Occurrence.starts_at >= after, may_see
    )
    return db.connection().execute(asked.order_by(Occurrence.starts_at).limit(most)).all()


def otherwise(
    visitor: Visitor | None, event_id: int, after: datetime, until: datetime, *, most: int
) -> Sequence[DateRow]:
    """The dates of an activity that are other than its rule says: off, at another time, or extra."""
    is_other = or_(Occurrence.cancelled_at.is_not(None), Occurrence.starts_at != Occurrence.original_at)
    asked = (
        select(Occurrence.original_at, Occurrence.starts_at, Occurrence.is_extra, Occurrence.cancelled_at)
        .join(Event, Event.id == Occurrence.event_id)
        .where(
            Occurrence.event_id == event_id,
            # All of a series that has stopped are off; that is said of the series.
            Event.cancelled_at.is_(None),
            or_(Occurrence.starts_at >= after, Occurrence.original_at >= after),
            Occurrence.original_at < until,
            or_(is_other, Occurrence.is_extra),
            seeing.seen_by(visitor) if visitor else Event.is_public,
        )
    )
    return db.connection().execute(asked.order_by(Occurrence.original_at).limit(most)).all()


# ---- who comes -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Comer:
    """Somebody who comes, as neighbours see them."""

    person_id: int
    short_name: str
    name: str
    photo: str | None


def lives_around(visitor: Visitor, row: Any) -> bool:
    """True when a date is the visitor's as a resident: those see by first name who comes. Who works here sees how
    many; the host has a list of their own."""
    if row.host_id == visitor.person_id:
        return True
    for home in visitor.homes:
        if row.seen_by == ASSOCIATION or row.building_id == home.building_id:
            return True
        if row.seen_by == NEIGHBOURHOOD and row.neighbourhood_id == home.neighbourhood_id:
            return True
    return False


def comers(visitor: Visitor, occurrence_ids: Sequence[int], most: int) -> dict[int, list[Comer]]:
    """Of each date the first ones who come, oneself and those whom one does not want to read left out. One query for
    any number of dates; ask for those alone of which this visitor sees the names (`lives_around`)."""
    if not occurrence_ids:
        return {}
    left_out = [visitor.person_id, *visitor.blocked_ids]
    came_in = select(
        Registration.occurrence_id, Registration.person_id, Registration.number, literal(0).label("after")
    ).where(Registration.occurrence_id.in_(occurrence_ids), Registration.state == "confirmed")
    along = (
        select(Guest.occurrence_id, Guest.person_id, Registration.number, literal(1).label("after"))
        .join(Registration, Registration.id == Guest.registration_id)
        .where(Guest.occurrence_id.in_(occurrence_ids), Registration.state == "confirmed")
    )
    both = union_all(came_in, along).subquery()
    turn = func.row_number().over(partition_by=both.c.occurrence_id, order_by=(both.c.number, both.c.after, Person.id))
    ranked = (
        select(both.c.occurrence_id, Person.id, Person.short_name, Person.name, Person.photo, turn.label("turn"))
        .join(Person, Person.id == both.c.person_id)
        .where(Person.left_at.is_(None), Person.id.not_in(left_out))
        .subquery()
    )
    asked = select(ranked).where(ranked.c.turn <= most).order_by(ranked.c.occurrence_id, ranked.c.turn)
    found: dict[int, list[Comer]] = {}
    for occurrence_id, person_id, short_name, name, photo, _turn in db.connection().execute(asked):
        found.setdefault(occurrence_id, []).append(Comer(person_id, short_name, name, photo))
    return found


def came(occurrence_id: int) -> int | None:
    """How many were there, as noted afterwards; None when nobody noted anything."""
    asked = select(func.sum(Registration.came)).where(Registration.occurrence_id == occurrence_id)
    found = db.connection().execute(asked).scalar()
    return None if found is None else int(found)


# ---- what the socket asks --------------------------------------------------------------------------------------------


def standing(visitor: Visitor, occurrence_id: int) -> live.Standing | None:
    """How often a date changed; None for who may not see it."""
    asked = select(Occurrence.coming, Occurrence.version).where(Occurrence.id == occurrence_id, seeing.seen_by(visitor))
    row = db.connection().execute(asked).first()
    return live.Standing(*row) if row else None


# Of a calendar this far back and ahead is watched: what somebody can have before them.
_WATCHED = timedelta(days=120)


def calendar_standing(visitor: Visitor, building_id: int) -> live.Standing | None:
    """How often the dates around today in a building's calendar changed; None for who does not see that building."""
    if not _sees_building(visitor, building_id):
        return None
    now, wanted = clock.now(), Wanted(building_id=building_id)
    asked = select(func.count(), func.coalesce(func.sum(Occurrence.version), 0)).where(
        Occurrence.starts_at >= now - _WATCHED,
        Occurrence.starts_at < now + _WATCHED,
        seeing.seen_by(visitor),
        *wished.conditions(visitor.person_id, Narrowing.of(wanted)),
    )
    count, version = db.connection().execute(asked, wished.values(wanted)).one()
    return live.Standing(count, int(version))


def _sees_building(visitor: Visitor, building_id: int) -> bool:
    if building_id in (*visitor.home_building_ids, *visitor.staff_building_ids):
        return True
    asked = select(Building.id).where(Building.id == building_id)
    if not visitor.works_everywhere:
        asked = asked.where(Building.neighbourhood_id.in_(visitor.staff_neighbourhood_ids))
    return db.connection().execute(asked).first() is not None
