"""Which activities stand in which calendar of a telephone: one's own answers, everything of a building, one activity.
What a person may not see is in no calendar of theirs; the secret in an address says whose it is, and can be renewed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import Row, and_, exists, or_, select

from community import clock, db, text
from community.language import gettext as _
from community.places.identity import behind
from community.places.models import Building
from community.visitor import Visitor
from events import ical, recurrence, seeing, series
from events.arranged import CalendarKey, Room
from events.models import Event, Guest, Occurrence, Registration

# What was is told for a year; what comes for as long as a telephone looks ahead.
BACK, AHEAD = timedelta(days=400), timedelta(days=800)
# More activities than this are not of one building.
MOST = 500


# ---- whose calendar ------------------------------------------------------------------------------------------------


def secret_of(person_id: int) -> str | None:
    """The secret part of the addresses of somebody's calendars; None while they have none."""
    key = db.session().get(CalendarKey, person_id, populate_existing=True)
    return _signer().dumps([person_id, key.number]) if key is not None and key.number > 0 else None


@db.action
def renew(*, by: Visitor) -> None:
    """Give somebody calendars with a new secret; the addresses that there were stop."""
    key = db.session().get(CalendarKey, by.person_id, with_for_update=True, populate_existing=True)
    if key is None:
        db.session().add(CalendarKey(person_id=by.person_id, number=1, created_at=clock.now()))
    else:
        key.number, key.created_at = abs(key.number) + 1, clock.now()


@db.action
def stop(*, by: Visitor) -> None:
    """Let the addresses stop, and give none instead. Below nothing the number goes on, so that an old address stays
    dead."""
    key = db.session().get(CalendarKey, by.person_id, with_for_update=True, populate_existing=True)
    if key is not None:
        key.number = -abs(key.number) - 1


def whose(secret: str) -> Visitor | None:
    """The person whose calendar this is, as they are now; None for an address that was made elsewhere, was renewed, or
    is of somebody who has gone."""
    try:
        found = _signer().loads(secret[:200])
    except (BadSignature, ValueError):
        return None
    match found:
        case [int(person_id), int(number)]:
            key = db.session().get(CalendarKey, person_id)
            return behind(person_id) if key is not None and key.number == number > 0 else None
    return None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="events.calendar")


# ---- what stands in it -----------------------------------------------------------------------------------------------


def mine(visitor: Visitor) -> bytes:
    """The dates to which somebody comes, for which they wait, or that they host; each by itself."""
    comes = and_(Registration.occurrence_id == Occurrence.id, Registration.person_id == visitor.person_id)
    along = exists().where(Guest.occurrence_id == Occurrence.id, Guest.person_id == visitor.person_id)
    answered = Registration.state.in_(("confirmed", "waiting"))
    rows = _rows(visitor, or_(answered, Occurrence.host_id == visitor.person_id, along), own=comes)
    return ical.single_dates(
        _("Mijn activiteiten"), _("De activiteiten waar u komt. Van Trefpunt."), _series(rows, whole=False),
        address=f"{current_app.config['BASE_URL']}/agenda",
    )  # fmt: skip


def of_building(visitor: Visitor, building: Building) -> bytes:
    """Everything in the calendar of a building that this visitor sees."""
    here = seeing.of_building(building.id, building.neighbourhood_id)
    return ical.calendar(
        building.name,
        _("De activiteiten van %(place)s. Van Trefpunt.", place=building.with_article),
        _series(_rows(visitor, here), whole=True),
        address=f"{current_app.config['BASE_URL']}/agenda",
    )


def of_activity(visitor: Visitor, occurrence_id: int) -> tuple[str, bytes] | None:
    """An activity with all its dates, by one of them, and the name of the file; None for who may not see it."""
    event_id = select(Occurrence.event_id).where(Occurrence.id == occurrence_id).scalar_subquery()
    rows = _rows(visitor, Occurrence.event_id == event_id)
    found = _series(rows, whole=True)
    if not any(row.id == occurrence_id for row in rows):
        return None
    one = found[0]
    return f"{text.slug(one.title, 'activiteit')}.ics", ical.calendar(one.title, one.title, [one])


_COLUMNS = (
    Occurrence.id,
    Occurrence.event_id,
    Occurrence.original_at,
    Occurrence.starts_at,
    Occurrence.ends_at,
    Occurrence.title,
    Occurrence.place,
    Occurrence.note,
    Occurrence.sequence,
    Occurrence.is_extra,
    Occurrence.cancelled_at,
    Occurrence.cancelled_why,
    Room.name.label("room"),
    Room.floor.label("room_floor"),
    Building.name.label("building"),
)


def _rows(visitor: Visitor, condition: Any, own: Any = None) -> Sequence[Row[*tuple[Any, ...]]]:
    asked = select(*_COLUMNS, *([Registration.state] if own is not None else []))
    asked = asked.select_from(Occurrence).outerjoin(Room, Room.id == Occurrence.room_id)
    asked = asked.outerjoin(Building, Building.id == Occurrence.building_id)
    if own is not None:
        asked = asked.outerjoin(Registration, own)
    since = clock.now() - BACK
    asked = asked.where(seeing.seen_by(visitor), Occurrence.starts_at > since, condition)
    return db.connection().execute(asked.order_by(Occurrence.event_id, Occurrence.original_at)).all()


def _series(rows: Sequence[Row[*tuple[Any, ...]]], *, whole: bool) -> list[ical.Series]:
    """These dates by their activity; two queries, however many there are."""
    by_event: dict[int, list[Any]] = {}
    for row in rows:
        by_event.setdefault(row.event_id, []).append(row)
    keys = list(by_event)[-MOST:]
    if not keys:
        return []
    asked = (
        select(Event, Room.name, Room.floor, Building.name)
        .outerjoin(Room, Room.id == Event.room_id)
        .outerjoin(Building, Building.id == Event.building_id)
        .where(Event.id.in_(keys))
        .order_by(Event.id)
    )
    return [
        _one(event, _where(room, floor, event.place, building), by_event[event.id], whole)
        for event, room, floor, building in db.session().execute(asked)
    ]


def _one(event: Event, where: str, rows: Sequence[Any], whole: bool) -> ical.Series:
    return ical.Series(
        uid=event.uid,
        slug=event.slug,
        kind=event.kind,
        title=event.title,
        about=_about(event),
        where=where,
        starts_at=recurrence.moment(event.start_on, event.start_at, event.zone),
        lasts=timedelta(minutes=event.lasts),
        rrule=event.rrule,
        sequence=event.sequence,
        created_at=event.created_at,
        changed_at=event.updated_at,
        is_cancelled=event.cancelled_at is not None,
        left_out=_left_out(event, rows) if whole and event.rrule else (),
        dates=[_date(row) for row in rows],
    )


def _left_out(event: Event, rows: Sequence[Any]) -> list[Any]:
    """Moments by the rule at which it is not: as far as dates exist those without one, and beyond that the days off."""
    assert event.rrule is not None
    now = clock.now()
    first, known_until = now - BACK, series.end_of(event.rolled_until or event.start_on, event.zone)
    by_rule = recurrence.expand(event.rrule, event.start_on, event.start_at, event.zone, first, now + AHEAD)
    there = {row.original_at for row in rows}
    skip = series.days_off(event.skips_holidays, event.skips_school_holidays)
    gone = [at for at in by_rule if at <= known_until and at not in there]
    if skip:
        gone += [at for at in by_rule if at > known_until and skip(series.day_of(at, event.zone))]
    return gone


def _date(row: Any) -> ical.Date:
    return ical.Date(
        id=row.id,
        original_at=row.original_at,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        title=row.title,
        where=_where(row.room, row.room_floor, row.place, row.building),
        note=row.note,
        sequence=row.sequence,
        is_extra=row.is_extra,
        is_cancelled=row.cancelled_at is not None,
        why=row.cancelled_why,
        is_certain=getattr(row, "state", None) != "waiting",
    )


def _where(room: str | None, floor: str | None, place: str, building: str | None) -> str:
    return ", ".join(part for part in (room or place, floor if room else "", building) if part)


def _about(event: Event) -> str:
    parts = [text.plain(event.source)] if event.source else []
    if event.bring:
        parts.append(_("Neem mee: %(what)s", what=event.bring))
    return "\n\n".join(parts)
