"""The host's list undone: who was struck off stands on it again, names that were written down go off, who "came in" did
not, and what was noted of who was there is as it was before. Each is for who did it, or who organises the date."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from community import db, journal
from community.errors import Missing, Refused
from community.journal import JournalEntry
from community.language import gettext as _
from community.visitor import Visitor
from events import lists, neighbours, policy_answers, policy_lists, registering, telling, waiting
from events.models import Guest, Occurrence, Registration

_STANDING = ("confirmed", "waiting")


@db.action
def put_back(registration_id: int, *, by: Visitor) -> Registration:
    """Whom one struck off stands on the list again in the turn they had: with a seat where there is one, else in front
    of who came later. Names of who came along are not kept; they count as "iemand". Twice is once.

    Raises:
        Missing: this person sees no such date. Refused: somebody else signed them off, or it is over.
    """
    date, unit = waiting.hold(registration_id, by)
    policy_answers.check_withdraw(by, date, None, unit.by_id)
    policy_answers.check_open(by, date)
    if unit.state in _STANDING:
        return unit
    if unit.is_walk_in or unit.state != "withdrawn" or not _did(by, "registration.withdrawn", unit.id):
        raise Refused(_("Dit kan niet meer terug. Schrijf de naam er opnieuw bij."))
    if unit.person_id is not None and not _may_stand(unit.person_id, date, by):
        raise Refused(_("Deze buur kan hier niet meer op de lijst, of staat er al bij een ander op."))
    has_seat = not waiting.waits_for_draw(date) and waiting.fits(date, unit.seats)
    waiting.stand(date, unit, "confirmed" if has_seat else "waiting", unit.seats)
    for _more in range(unit.seats - 1):
        db.session().add(Guest(registration_id=unit.id, occurrence_id=date.id, person_id=None, name=""))
    db.session().flush()
    journal.record(
        "registration.made", by=by.person_id, subject=unit.id, building=date.building_id, occurrence=date.id,
        state=unit.state, seats=unit.seats, way=unit.way, to=unit.person_id,
    )  # fmt: skip
    waiting.seen(date)
    if unit.person_id is not None:
        telling.signed_up_for(unit.id, by=by)
    return unit


def _may_stand(person_id: int, date: Occurrence, by: Visitor) -> bool:
    along = select(Guest.id).where(Guest.occurrence_id == date.id, Guest.person_id == person_id)
    return db.session().scalar(along) is None and person_id in neighbours.may_come([person_id], date, by=by)


@db.action
def strike_written(occurrence_id: int, registration_ids: Collection[int], *, by: Visitor) -> int:
    """Names that one wrote down just now go off again, all of them; returns how many there were."""
    there = lists.of_date(by, occurrence_id)
    policy_lists.check_write(by, there.date)
    rows = db.session().scalars(
        select(Registration.id).where(
            Registration.occurrence_id == occurrence_id, Registration.id.in_(registration_ids),
            Registration.by_id == by.person_id, Registration.state.in_(_STANDING),
        ).order_by(Registration.id)
    ).all()  # fmt: skip
    for number in rows:
        registering.withdraw(number, by=by)
    return len(rows)


@db.action
def strike_walk_in(occurrence_id: int, registration_id: int, *, by: Visitor) -> str:
    """Who was written down at the door was not there, or has another name; returns the name. Twice is once."""
    return _came_in(occurrence_id, registration_id, False, by)


@db.action
def put_walk_in_back(occurrence_id: int, registration_id: int, *, by: Visitor) -> str:
    """They were there after all."""
    return _came_in(occurrence_id, registration_id, True, by)


def _came_in(occurrence_id: int, registration_id: int, was_there: bool, by: Visitor) -> str:
    policy_lists.check_attendance(by, lists.of_date(by, occurrence_id).date)
    date = db.lock(Occurrence, occurrence_id)
    unit = db.session().scalar(
        select(Registration)
        .where(Registration.id == registration_id, Registration.occurrence_id == occurrence_id)
        .execution_options(populate_existing=True)
    )
    # A walk-in that was struck off differs from a name from paper in that it never stood in line.
    if date is None or unit is None or unit.name is None or unit.state != "withdrawn" or unit.way != "door":
        raise Missing()
    if unit.is_walk_in != was_there:
        if was_there and not _did(by, "registration.walked_out", unit.id):
            raise Missing()
        unit.is_walk_in, unit.came = was_there, unit.seats if was_there else None
        journal.record(
            "registration.walked_in" if was_there else "registration.walked_out", by=by.person_id, subject=unit.id,
            building=date.building_id, seats=unit.seats,
        )  # fmt: skip
        waiting.seen(date)
    return unit.name


@db.action
def unnote_attendance(occurrence_id: int, *, by: Visitor) -> int:
    """What one noted last of who was there is as it was before; returns how many were there. Twice is once.

    Raises:
        Refused: somebody noted something after that.
    """
    there = lists.of_date(by, occurrence_id)
    policy_lists.check_attendance(by, there.date)
    db.lock(Occurrence, occurrence_id)
    last = db.session().scalar(
        select(JournalEntry)
        .where(JournalEntry.kind.in_(_NOTING), JournalEntry.subject_id == occurrence_id)
        .order_by(JournalEntry.id.desc())
        .limit(1)
    )
    if last is None or last.by_id != by.person_id:
        raise Refused(_("Er is daarna nog iets opgeschreven. Kijk de lijst na."))
    units = list(
        db.session().scalars(
            select(Registration)
            .where(Registration.occurrence_id == occurrence_id)
            .execution_options(populate_existing=True)
        )
    )
    if last.kind == _NOTING[0]:
        was = last.facts.get("was", {})
        for unit in units:
            if str(unit.id) in was:
                unit.came = was[str(unit.id)]
        journal.record(_NOTING[1], by=by.person_id, subject=occurrence_id, building=there.date.building_id)
    return sum(unit.came or 0 for unit in units)


_NOTING = ("attendance.noted", "attendance.taken_back")


def _did(by: Visitor, kind: str, subject: int) -> bool:
    """Whether the last deed of this kind to this was by this person."""
    asked = (
        select(JournalEntry.by_id)
        .where(JournalEntry.kind == kind, JournalEntry.subject_id == subject)
        .order_by(JournalEntry.id.desc())
        .limit(1)
    )
    return db.session().scalar(asked) == by.person_id
