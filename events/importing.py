"""Do it! Bringing a calendar from elsewhere, putting it in the calendar of a building at one go, and undoing that. What
becomes of each activity is looked at in `importable.py`; here it is written, all of it or nothing."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, delete, func, or_, select

from community import clock, db, journal, live, search
from community.errors import Missing
from community.places.models import Building
from community.visitor import Visitor
from events import importable, offering, planning, policy, recurrence, reshaping, searching, series
from events.arranged import CalendarImport, Duty, ImportedEvent, Missed
from events.found import Change, Found, found, kept
from events.importable import Choices, Line
from events.models import Event, Occurrence

# What was brought and not put in goes after a day, as with the import of residents: it holds what others wrote.
KEPT = timedelta(days=1)
# So long one can undo it at one press; after that it is the calendar as it is.
UNDO = timedelta(days=30)
# So many earlier ones are listed.
EARLIER = 5


class Undone(NamedTuple):
    """What was taken away again, and the names of what stayed because neighbours had to do with it."""

    removed: int
    stayed: Sequence[str]


# ---- what was brought ------------------------------------------------------------------------------------------------


def visible_imports(visitor: Visitor) -> Select[CalendarImport]:
    """One's own, a day long; and what was put in the calendar by somebody else. Whether it is of a building where one
    organises is asked of the policy."""
    return select(CalendarImport).where(
        or_(CalendarImport.by_id == visitor.person_id, CalendarImport.done_at.is_not(None)),
        or_(CalendarImport.created_at > clock.now() - KEPT, CalendarImport.done_at.is_not(None)),
    )


def earlier(visitor: Visitor, building: Building) -> Sequence[CalendarImport]:
    """The last ones that were put in the calendar of a building."""
    there = visible_imports(visitor).where(
        CalendarImport.building_id == building.id, CalendarImport.done_at.is_not(None)
    )  # fmt: skip
    return db.session().scalars(there.order_by(CalendarImport.done_at.desc()).limit(EARLIER)).all()


def made_of(import_id: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The activities that an import made and that are still there, each with its first date: title, number, address."""
    first = (
        select(func.min(Occurrence.id).label("id"), Occurrence.event_id)
        .join(ImportedEvent, ImportedEvent.event_id == Occurrence.event_id)
        .where(ImportedEvent.import_id == import_id)
        .group_by(Occurrence.event_id)
        .subquery()
    )
    asked = select(Event.title, Event.slug, Occurrence.id, Occurrence.starts_at, Event.rrule).join(
        first, first.c.event_id == Event.id
    )
    there = asked.join(Occurrence, Occurrence.id == first.c.id).order_by(Occurrence.starts_at, Event.id)
    return db.connection().execute(there).all()


@db.action
def bring(every: Sequence[Found], filename: str, building: Building, *, by: Visitor) -> int:
    """Keep what was found in a file while somebody looks at it; returns its number.

    Raises:
        Refused: they may not.
    """
    policy.check_import(by, building.id, building.neighbourhood_id)
    held = CalendarImport(
        by_id=by.person_id, building_id=building.id, filename=filename, created_at=clock.now(), fields={}, result={},
        found={"activities": [kept(one) for one in every]},
    )  # fmt: skip
    db.session().add(held)
    db.session().flush()
    return held.id


def activities(held: CalendarImport) -> list[Found]:
    """What was found in the file."""
    return [found(one) for one in held.found.get("activities", ())]


@db.action
def choose(import_id: int, fields: Mapping[str, str], building: Building, *, by: Visitor) -> None:
    """Keep what was chosen for it, and for which building it is.

    Raises:
        Missing: there is none that waits. Refused: they may not do this there.
    """
    held = _waiting(import_id, by)
    policy.check_import(by, building.id, building.neighbourhood_id)
    held.building_id = building.id
    held.fields = {name: fields[name] for name in importable.NAMES if fields.get(name)}


@db.action
def throw_away(import_id: int, *, by: Visitor) -> str:
    """Forget what was brought; returns the name of the file.

    Raises:
        Missing: there is none that waits.
    """
    held = _waiting(import_id, by)
    db.session().delete(held)
    return held.filename


def _waiting(import_id: int, by: Visitor) -> CalendarImport:
    held = db.lock(CalendarImport, import_id)
    if held is None or held.by_id != by.person_id or held.done_at is not None:
        raise Missing()
    return held


def forget() -> None:
    """Part of the worker's round: what nobody put in the calendar goes."""
    late = (CalendarImport.created_at < clock.now() - KEPT, CalendarImport.done_at.is_(None))
    if db.session().scalar(select(CalendarImport.id).where(*late).limit(1)):
        _forget()


@db.action
def _forget() -> None:
    late = (CalendarImport.created_at < clock.now() - KEPT, CalendarImport.done_at.is_(None))
    db.session().execute(delete(CalendarImport).where(*late))


# ---- carrying out ----------------------------------------------------------------------------------------------------


@db.action
def carry_out(import_id: int, *, by: Visitor) -> None:
    """Put in the calendar what can be; what is there already stays as it is. Twice is once.

    Raises:
        Missing: there is no such import for this person. Refused: they may not. Invalid: a choice cannot be used.
    """
    held = db.lock(CalendarImport, import_id)
    if held is None or held.by_id != by.person_id:
        raise Missing()
    if held.done_at is not None:
        return
    # One at a time for a building: the same file of two people is put in once.
    building = db.lock(Building, held.building_id)
    assert building is not None
    policy.check_import(by, building.id, building.neighbourhood_id)
    offer = offering.of_building(by, building)
    choices = importable.read_choices(held.fields, offer, by)
    overview = importable.look(activities(held), choices, offer, importable.left_out(held.fields))
    count, homeless = 0, 0
    for line in overview.lines["ready"]:
        event_id, rows = _put(line, choices, by)
        db.session().add(
            ImportedEvent(building_id=building.id, mark=line.found.mark, event_id=event_id, import_id=held.id)
        )
        count += len(rows)
        time.sleep(0)  # two hundred take seconds: readers come in between
        homeless += sum(1 for row in rows if line.plan and line.plan.room_id and row.room_id is None)
    held.done_at, held.found = clock.now(), {}
    held.result = {
        "activities": overview.count("ready"), "dates": count, "homeless": homeless,
        **{state: overview.count(state) for state in importable.STATES if state != "ready"},
    }  # fmt: skip
    journal.record(
        "event.imported", by=by.person_id, subject=held.id, building=building.id, activities=overview.count("ready"),
        dates=count, wrong=overview.count("wrong"), there=overview.count("there"),
    )  # fmt: skip


def _put(line: Line, choices: Choices, by: Visitor) -> tuple[int, Sequence[Occurrence]]:
    """One activity with its dates; returns its number and those."""
    assert line.plan is not None
    event_id = planning.plan(line.plan, token=None, by=by, despite_clashes=True, may_be_past=True)
    event = db.session().get_one(Event, event_id)
    asked = select(Occurrence).where(Occurrence.event_id == event_id).order_by(Occurrence.original_at)
    rows = {row.original_at: row for row in db.session().scalars(asked)}
    _leave_out(event, rows, line.found, choices)
    fresh = []
    for at in line.found.extra:
        moment = importable.moment_of(at, line.found, choices)
        if moment not in rows:
            rows[moment] = series.new_date(event, moment, is_extra=True)
            fresh.append(rows[moment])
    for change in line.found.changes:
        row = _change(event, rows, change, line.found, choices)
        if row is not None and row not in fresh:
            fresh.append(row)
    series.let_rooms(fresh, by=by, despite_clashes=True)
    return event_id, [*rows.values()]


def _leave_out(event: Event, rows: dict[datetime, Occurrence], held: Found, choices: Choices) -> None:
    """Days on which it is not. Those for which no date was made yet are written down as days that are off: the worker
    would make them when they come near."""
    assert event.rolled_until is not None
    known_until = series.end_of(event.rolled_until, event.zone)
    moments = {importable.moment_of(at, held, choices) for at in held.left_out}
    gone = [rows.pop(at) for at in sorted(moments) if at in rows]
    reshaping.remove(gone)
    for at in sorted(moments):
        if at > known_until and event.rrule is not None and series.is_by_rule(event, at):
            rows[at] = series.new_date(event, at)
            rows[at].cancelled_at, rows[at].remind_at, rows[at].room_id = clock.now(), None, None
    db.session().flush()


def _change(
    event: Event, rows: dict[datetime, Occurrence], change: Change, held: Found, choices: Choices
) -> Occurrence | None:
    """Let one date be as the file says of it; returns it where it needs a room."""
    at = importable.moment_of(change.original, held, choices)
    row = rows.get(at)
    if change.is_cancelled and row is None:
        return None
    if row is None:
        row = rows[at] = series.new_date(event, at, is_extra=event.rrule is None or not series.is_by_rule(event, at))
    row.is_changed = True
    if change.is_cancelled:
        row.cancelled_at, row.remind_at, row.draw_at = clock.now(), None, None
        db.session().flush()
        return None
    starts, lasts = importable.day_time(change.starts, change.lasts, choices, is_all_day=change.is_all_day)
    begins = recurrence.moment(starts.date(), starts.time(), event.zone)
    series.put_at(row, event, begins, begins + timedelta(minutes=lasts))
    row.title = change.title or row.title
    row.note = change.note or row.note
    if change.place and change.place != held.place:
        row.room_id, row.place = None, change.place
    return row


# ---- undoing ---------------------------------------------------------------------------------------------------------


@db.action
def undo(import_id: int, *, by: Visitor) -> Undone:
    """Take away what an import put in the calendar. What neighbours signed up for, asked about or changed into another
    series stays, and is named.

    Raises:
        Missing: there is no such import, or it is too long ago. Refused: they may not.
    """
    held = db.lock(CalendarImport, import_id)
    if held is None or held.done_at is None or held.done_at < clock.now() - UNDO:
        raise Missing()
    building = db.session().get_one(Building, held.building_id)
    policy.check_import(by, building.id, building.neighbourhood_id)
    of_this = select(ImportedEvent.event_id).where(ImportedEvent.import_id == import_id)
    rows = series.lock_dates(Occurrence.event_id.in_(of_this))
    events = db.session().scalars(select(Event).where(Event.id.in_(of_this)).order_by(Event.id).with_for_update()).all()
    in_use = _in_use(events, rows)
    gone = {event.id for event in events if event.id not in in_use}
    reshaping.remove([row for row in rows if row.event_id in gone])
    db.session().flush()
    for table in (Duty, Missed, ImportedEvent):
        db.session().execute(delete(table).where(table.event_id.in_(gone)), execution_options=_QUIET)
    search.remove(searching.KIND, sorted(gone))
    for event in events:
        if event.id in gone:
            db.session().delete(event)
    db.session().flush()
    if not in_use:
        held.undone_at = held.undone_at or clock.now()
    if gone:
        journal.record(
            "event.import_undone", by=by.person_id, subject=held.id, building=building.id, activities=len(gone)
        )  # fmt: skip
        live.hint(f"calendar:{building.id}", kind="cancelled")
    return Undone(len(gone), [event.title for event in events if event.id in in_use])


_QUIET = {"synchronize_session": False}


def _in_use(events: Sequence[Event], rows: Sequence[Occurrence]) -> set[int]:
    """Which of these activities neighbours had to do with."""
    busy = reshaping.had_to_do([row.id for row in rows])
    found = {row.event_id for row in rows if row.id in busy}
    found.update(event.id for event in events if event.topic_id is not None or event.follows_id is not None)
    followed = select(Event.follows_id).where(Event.follows_id.in_([event.id for event in events]))
    found.update(key for key in db.session().scalars(followed) if key is not None)
    return found
