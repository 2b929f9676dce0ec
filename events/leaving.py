"""Who may not see a date any more stands on none of its lists: who moved out or died, who stopped, who lost the role by
which they saw it, and those for whom it no longer is since it was changed. The worker sees to it, within seconds of
the loss: an import with a thousand removals then holds no date, and a day that passes is noticed as well. What they
leave free goes to who waits, by the same code as a withdrawal. Who is gone hears nothing any more; who lives or works
elsewhere here is told. What they were host of is told to who looks after it."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask, current_app
from sqlalchemy import delete, exists, or_, select, union, update

from community import clock, db, journal
from community.accounts import access
from community.accounts.models import Person
from community.journal import JournalEntry
from community.places import identity
from community.places.models import Membership, Role
from community.visitor import Visitor
from events import keepers, rota, series, telling, waiting
from events.arranged import DutyTaker
from events.models import Guest, Occurrence, Registration
from events.notifications import Told
from events.seeing import seen_by

log = logging.getLogger(__name__)

_FRESH = {"populate_existing": True}
_STANDING = ("confirmed", "waiting")


@dataclass
class _Looked:
    """Up to which loss the worker has looked, and on which day: rights end at midnight too."""

    count: int = -1
    on: date | None = None


def init_app(app: Flask) -> None:
    """Nobody was looked at yet: after a start everybody is."""
    app.extensions["who left"] = _Looked()


def look() -> int:
    """See to it that who lost a right stands on no list that is not theirs any more; returns of how many people lists
    changed. Harmless to repeat."""
    looked: _Looked = current_app.extensions["who left"]
    today = clock.today()
    is_new_day = looked.on != today
    if not is_new_day and access.losses() == looked.count:
        return 0
    lost = access.losses_since(looked.count)
    done = 0
    for person_id in _involved(None if is_new_day else lost.people):
        try:
            done += settle(person_id)
        except Exception:
            log.exception("the lists on which person %s stands could not be settled", person_id)
    looked.count, looked.on = lost.count, today
    return done


def _coming() -> tuple[Any, ...]:
    return Occurrence.starts_at > clock.now(), Occurrence.cancelled_at.is_(None)


def _involved(people: Collection[int] | None) -> list[int]:
    """Who of these stands on a list of a coming date, or is its host; None: of everybody for whom some right ended."""
    ended = clock.today()
    if people is None:
        who: Any = select(Person.id).where(
            or_(
                Person.left_at.is_not(None),
                exists().where(Membership.person_id == Person.id, Membership.until <= ended),
                exists().where(Role.person_id == Person.id, Role.until <= ended),
            )
        )
    else:
        who = sorted(people)
    standing = Registration.state.in_(_STANDING)
    coming = _coming()
    stand: Any = union(
        select(Registration.person_id)
        .join(Occurrence, Occurrence.id == Registration.occurrence_id)
        .where(Registration.person_id.in_(who), standing, *coming),
        select(Guest.person_id)
        .join(Occurrence, Occurrence.id == Guest.occurrence_id)
        .where(Guest.person_id.in_(who), *coming),
        select(DutyTaker.person_id)
        .join(Occurrence, Occurrence.id == DutyTaker.occurrence_id)
        .where(DutyTaker.person_id.in_(who), *coming),
        select(Occurrence.host_id).where(Occurrence.host_id.in_(who), *coming),
    )
    return sorted(db.connection().execute(stand).scalars())


@db.action
def settle(person_id: int, among: Collection[int] | None = None) -> bool:
    """Take somebody off the lists of the dates that they may not see today (`among`: of these alone, which the running
    action holds); returns whether there were any."""
    visitor = identity.behind(person_id)
    out_of_sight = Occurrence.id.is_not(None) if visitor is None else ~seen_by(visitor)
    of_them = or_(
        Occurrence.host_id == person_id,
        Occurrence.id.in_(
            select(Registration.occurrence_id).where(
                Registration.person_id == person_id, Registration.state.in_(_STANDING)
            )
        ),
        Occurrence.id.in_(select(Guest.occurrence_id).where(Guest.person_id == person_id)),
        Occurrence.id.in_(select(DutyTaker.occurrence_id).where(DutyTaker.person_id == person_id)),
    )
    narrower = () if among is None else (Occurrence.id.in_(sorted(among)),)
    dates = series.lock_dates(*_coming(), *narrower, out_of_sight, of_them)
    is_off = _take_off(dates, person_id, visitor)
    return _say_hostless([row for row in dates if row.host_id == person_id], person_id) or is_off


def narrowed(dates: Sequence[Occurrence]) -> None:
    """Part of a running action that holds these dates: they are for other people than before. Who may not see them any
    more stands on their lists no longer."""
    ids = [row.id for row in dates if row.starts_at > clock.now() and row.cancelled_at is None]
    db.session().flush()
    standing = Registration.state.in_(_STANDING)
    people: Any = union(
        select(Registration.person_id).where(
            Registration.occurrence_id.in_(ids), standing, Registration.person_id.is_not(None)
        ),
        select(Guest.person_id).where(Guest.occurrence_id.in_(ids), Guest.person_id.is_not(None)),
        select(DutyTaker.person_id).where(DutyTaker.occurrence_id.in_(ids)),
    )
    for person_id in sorted(db.connection().execute(people).scalars()):
        settle(person_id, ids)


# ---- off the lists ---------------------------------------------------------------------------------------------------


def _take_off(dates: Sequence[Occurrence], person_id: int, visitor: Visitor | None) -> bool:
    left: dict[int, tuple[int, str]] = {}
    stood_down = False
    for row in dates:
        unit = _unit(row, Registration.person_id == person_id)
        if unit is not None:
            left[row.id] = unit.id, unit.state
            _end(row, unit)
        else:
            unit = _unit(row, Registration.id.in_(_along(row, person_id)))
            if unit is not None:
                left[row.id] = unit.id, unit.state
                _one_less(row, unit, person_id)
        if rota.step_down(row, person_id):
            stood_down = True
        elif unit is None:
            continue
        waiting.promote(row, by=None)
        waiting.seen(row)
    if left and visitor is not None and visitor.belongs:
        telling.no_longer_for(person_id, left)
    return bool(left) or stood_down


def _along(row: Occurrence, person_id: int) -> Any:
    return select(Guest.registration_id).where(Guest.occurrence_id == row.id, Guest.person_id == person_id)


def _unit(row: Occurrence, whose: Any) -> Registration | None:
    asked = select(Registration).where(Registration.occurrence_id == row.id, Registration.state.in_(_STANDING), whose)
    return db.session().scalars(asked.execution_options(**_FRESH)).one_or_none()


def _one_less(row: Occurrence, unit: Registration, person_id: int) -> None:
    """Who came along with somebody does not any more."""
    waiting.stand(row, unit, unit.state, unit.seats - 1)
    _forget_guests(Guest.registration_id == unit.id, Guest.person_id == person_id)
    journal.record(
        "registration.changed", by=None, subject=unit.id, building=row.building_id, occurrence=row.id,
        seats=unit.seats, without=person_id,
    )  # fmt: skip


def _end(row: Occurrence, unit: Registration) -> None:
    """Off the list; a neighbour who would come along keeps their own seat, and place in the line."""
    heir = _heir(row, unit)
    state, seats = unit.state, unit.seats
    waiting.stand(row, unit, "withdrawn", seats)
    db.session().flush()
    if heir is None:
        _forget_guests(Guest.registration_id == unit.id)
    else:
        _take_over(row, unit, heir, state, seats - 1)
    journal.record(
        "registration.withdrawn", by=None, subject=unit.id, building=row.building_id, occurrence=row.id,
        left=True, to=heir,
    )  # fmt: skip


def _heir(row: Occurrence, unit: Registration) -> int | None:
    """The first neighbour who would come along and still may."""
    asked = (
        select(Guest.person_id).where(Guest.registration_id == unit.id, Guest.person_id.is_not(None)).order_by(Guest.id)
    )
    return next((one for one in db.connection().execute(asked).scalars() if one and keepers.sees(one, row.id)), None)


def _take_over(row: Occurrence, unit: Registration, heir: int, state: str, seats: int) -> None:
    mine = select(Registration).where(Registration.occurrence_id == row.id, Registration.person_id == heir)
    own = db.session().scalars(mine.execution_options(**_FRESH)).one_or_none()
    if own is None:
        own = Registration(
            occurrence_id=row.id, person_id=heir, state="declined", seats=seats, at=unit.at, number=unit.number,
            place=unit.place, changed_at=clock.now(), remark="", has_walker=False, moved_why="", is_walk_in=False,
        )  # fmt: skip
        db.session().add(own)
    own.number, own.place, own.promoted_at = unit.number, unit.place, unit.promoted_at
    waiting.stand(row, own, state, seats)
    db.session().flush()
    _forget_guests(Guest.registration_id == unit.id, Guest.person_id == heir)
    db.session().execute(
        update(Guest).where(Guest.registration_id == unit.id).values(registration_id=own.id),
        execution_options={"synchronize_session": False},
    )


def _forget_guests(*which: Any) -> None:
    db.session().execute(delete(Guest).where(*which), execution_options={"synchronize_session": "fetch"})


# ---- what they were host of ------------------------------------------------------------------------------------------


def _say_hostless(hosted: Sequence[Occurrence], person_id: int) -> bool:
    """Tell who looks after it that these dates have no host any more, once of each activity."""
    known = set(
        db.session().scalars(
            select(JournalEntry.subject_id).where(
                JournalEntry.kind == "event.host_left",
                JournalEntry.subject_id.in_({row.event_id for row in hosted}),
                JournalEntry.by_id == person_id,
            )
        )
    )
    found = sorted((row for row in hosted if row.event_id not in known), key=lambda row: row.starts_at)
    groups: dict[tuple[int | None, int | None], list[Occurrence]] = {}
    for row in found:
        groups.setdefault((row.building_id, row.neighbourhood_id), []).append(row)
    for rows in groups.values():
        keepers.tell(keepers.without_host(rows[0]), "hostless", [Told(row, keepers.place_of(row), "") for row in rows])
    for event_id, building_id in dict.fromkeys((row.event_id, row.building_id) for row in found):
        journal.record("event.host_left", by=person_id, subject=event_id, building=building_id)
    return bool(found)
