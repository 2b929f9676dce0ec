"""Searching the calendar: an activity is found by its title, what is said of it, where it is and who is host. Its entry
goes into the index in the action that plans or changes it (`put`); what is found leads to the date that comes next,
or to the last one there was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from flask import Flask
from markupsafe import Markup
from sqlalchemy import Row, Select, bindparam, func, select
from sqlalchemy.orm import aliased

from community import clock, db, reindexing, search, text, web
from community.accounts.models import Person
from community.dates import moment
from community.dialect import Instant
from community.language import gettext as _
from community.language import lazy_gettext as _l
from community.places.models import Building
from community.reindexing import Filling
from community.search import Asked, Line, Source, Way
from community.visitor import Visitor
from events import seeing, showing
from events.arranged import Room
from events.models import Event, Occurrence

KIND = "event"
# Activities stand in no forum; who may see one is asked in the statement itself.
NOWHERE = 0
Entry = tuple[dict[str, Any], list[str]]


def init_app(app: Flask) -> None:
    """Let the calendar be searched, before everything else."""
    sheet = "gathering.css"
    search.source(app, Source(KIND, _l("Activiteiten"), find, order=10, is_narrowed=False, sheet=sheet))
    reindexing.fills(app, Filling(KIND, select(Event.id), renew, _every))


def put(event: Event) -> None:
    """This activity is found from now on by what it is now."""
    renew([event.id])


def renew(ids: Sequence[int]) -> None:
    """The same for several."""
    db.session().flush()
    for row in db.connection().execute(_EVENTS.where(Event.id.in_(ids))).all():
        search.put(*_entry(row))


_EVENTS = (
    select(
        Event.id,
        Event.title,
        Event.source,
        Event.place,
        Event.created_at,
        Room.name.label("room"),
        Person.name.label("host"),
        Person.left_at,
    )
    .join(Person, Person.id == Event.host_id)
    .outerjoin(Room, Room.id == Event.room_id)
)


def _entry(row: Row[*tuple[Any, ...]]) -> Entry:
    texts = [row.title, text.plain(row.source), *filter(None, (row.room, row.place))]
    host = None if row.left_at else row.host
    return search.entry(KIND, row.id, NOWHERE, row.created_at, texts, host, row.title), texts


def _every() -> Iterator[Entry]:
    return map(_entry, db.connection().execute(_EVENTS.order_by(Event.created_at, Event.id)))


# ---- finding ---------------------------------------------------------------------------------------------------------


def find(visitor: Visitor, asked: Asked, start: int, most: int) -> Sequence[Line]:
    """Activities that this visitor may see, each with the date that leads to it."""

    def look(way: Way, values: dict[str, Any]) -> Sequence[Any]:
        return _asking(way)(visitor, **values, now=clock.now()).all()

    return [_line(row) for row in search.hits(look, asked, KIND, None, start, most, is_few=True)]


@lru_cache(maxsize=64)
def _asking(way: Way) -> seeing.Ask:
    @seeing.asked_often
    def found(sight: seeing.Sight) -> Select[*tuple[Any, ...]]:
        hit = way.hit()
        made: Select[*tuple[Any, ...]] = (
            select(*_FOUND)
            .select_from(hit.source)
            .join(Event, Event.id == hit.subject_id)
            .join(_date, _date.id == _nearest())
            .outerjoin(Building, Building.id == Event.building_id)
            .where(sight.condition(Event))
        )
        return way.finished(made, hit)

    return found


_date = aliased(Occurrence)
_FOUND = (
    Event.slug,
    Event.source,
    _date.id,
    _date.title,
    _date.starts_at,
    _date.cancelled_at,
    Building.name.label("building"),
)


@lru_cache
def _nearest() -> Any:
    """The number of the date that comes next, or of the last one that was."""
    now = bindparam("now", type_=Instant)
    one = select(Occurrence.id).where(Occurrence.event_id == Event.id).correlate(Event).limit(1)
    following = one.where(Occurrence.starts_at >= now).order_by(Occurrence.starts_at)
    last: Select[int] = one.where(Occurrence.starts_at < now).order_by(Occurrence.starts_at.desc())
    return func.coalesce(following.scalar_subquery(), last.scalar_subquery())


_plain = lru_cache(maxsize=512)(text.plain)


def _line(row: Any) -> Line:
    when = moment(row.starts_at)
    leaf = web.template("events/_card.html").module.leaf(showing.leaf_of_day(row.starts_at), "", "small")
    return Line(
        href=showing.path_of(row),
        title=row.title,
        plain=_plain(row.source),
        about=_("%(when)s · gaat niet door", when=when) if row.cancelled_at else when,
        tag=row.building,
        front=Markup('<span aria-hidden="true">%s</span>') % Markup(leaf),
    )
