"""The waiting list of a date, and the counting of its seats. A unit (somebody with who comes along) waits and moves up
as a whole, in the order of arrival. A smaller unit takes seats before one that came earlier only when these are too few
for that one, which stays in front. So on every list: no unit that waits would fit into the seats that are free."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, func, select

from community import clock, db, journal, live
from community.errors import Invalid, Missing
from community.language import gettext as _
from community.visitor import Visitor
from events import policy_answers, telling
from events.arranged import Missed
from events.models import REASON_MAX, Occurrence, Registration
from events.seeing import seen_by

_FRESH = {"populate_existing": True}


def free_seats(occurrence: Any) -> int | None:
    """How many seats are left; None: as many as one likes."""
    return None if occurrence.capacity is None else max(0, occurrence.capacity - occurrence.coming)


def fits(occurrence: Occurrence, seats: int) -> bool:
    """Whether so many more can come."""
    free = free_seats(occurrence)
    return free is None or seats <= free


def waits_for_draw(occurrence: Any) -> bool:
    """Whether nobody has a seat yet, because the draw is still to be held."""
    return occurrence.draw_at is not None and occurrence.draw_seed is None


def stand(occurrence: Occurrence, unit: Registration, state: str, seats: int) -> None:
    """Let a unit stand so from now on, with so many seats, and the counts follow. Under the lock of the date."""
    _count(occurrence, unit.state, -unit.seats)
    unit.state, unit.seats, unit.changed_at = state, seats, clock.now()
    _count(occurrence, state, seats)


def _count(occurrence: Occurrence, state: str, seats: int) -> None:
    if state == "confirmed":
        occurrence.coming += seats
    elif state == "waiting":
        occurrence.waiting += seats


def in_line(occurrence_id: int) -> Sequence[Registration]:
    """Who waits, first to last."""
    return (
        db.session()
        .scalars(
            select(Registration)
            .where(Registration.occurrence_id == occurrence_id, Registration.state == "waiting")
            .order_by(Registration.place, Registration.number)
            .execution_options(**_FRESH)
        )
        .all()
    )


def position(unit: Registration) -> int:
    """Which place on the list somebody who waits has; 1 is next. Units are counted, not seats."""
    return position_of(unit.occurrence_id, unit.place)


def position_of(occurrence_id: int, place: int) -> int:
    """The same, of a place on the list of a date."""
    before = select(func.count()).where(
        Registration.occurrence_id == occurrence_id, Registration.state == "waiting", Registration.place < place
    )
    return db.connection().execute(before).scalar_one() + 1


def units_waiting(occurrence_id: int) -> int:
    """How many units wait: who comes next stands one place behind."""
    here = select(func.count()).where(Registration.occurrence_id == occurrence_id, Registration.state == "waiting")
    return db.connection().execute(here).scalar_one()


def promote(occurrence: Occurrence, *, by: Visitor | None) -> list[int]:
    """Give the free seats to who waits, and tell them; part of the transaction that made the seats free. Returns the
    registrations that moved up."""
    if not occurrence.waiting or occurrence.cancelled_at or occurrence.starts_at <= clock.now():
        return []
    if waits_for_draw(occurrence) or free_seats(occurrence) == 0:
        return []
    db.session().flush()
    moved = [unit for unit in in_line(occurrence.id) if _moves_up(occurrence, unit)]
    if not moved:
        return []
    db.session().flush()
    deeds = [
        {"subject": unit.id, "building": occurrence.building_id, "facts": {"occurrence": occurrence.id}}
        for unit in moved
    ]
    journal.record_all("registration.promoted", deeds, by=by.person_id if by else None)
    _no_longer_missed(occurrence, moved)
    telling.promoted([unit.id for unit in moved])
    return [unit.id for unit in moved]


def _moves_up(occurrence: Occurrence, unit: Registration) -> bool:
    if not fits(occurrence, unit.seats):
        return False
    stand(occurrence, unit, "confirmed", unit.seats)
    unit.promoted_at = clock.now()
    return True


def _no_longer_missed(occurrence: Occurrence, moved: Sequence[Registration]) -> None:
    """Who lost in the draw and comes after all did not miss out."""
    people = [unit.person_id for unit in moved if unit.person_id is not None]
    if occurrence.draw_seed and people:
        db.session().execute(
            delete(Missed).where(Missed.event_id == occurrence.event_id, Missed.person_id.in_(people)),
            execution_options={"synchronize_session": False},
        )


def seen(occurrence: Occurrence) -> None:
    """Something is other than who looks at this date saw."""
    occurrence.version += 1
    rooms = [f"occurrence:{occurrence.id}"]
    if occurrence.building_id is not None:
        rooms.append(f"calendar:{occurrence.building_id}")
    live.hint(*rooms, occurrence=occurrence.id, version=occurrence.version)


@db.action
def reorder(registration_id: int, place: int, why: str, *, by: Visitor) -> None:
    """Give somebody who waits another place on the list (1 is next). The reason is kept, with who did it.

    Raises:
        Invalid: there is no reason, or no such place.
        Refused: the list is not theirs to order.
        Missing: there is nobody who waits under this number.
    """
    occurrence, unit = hold(registration_id, by)
    policy_answers.check_organise(by, occurrence)
    why = " ".join(why.split())
    if not why:
        raise Invalid({"reden": _("Schrijf waarom. Wie op de lijst staat, kan ernaar vragen.")})
    if len(why) > REASON_MAX:
        raise Invalid({"reden": _("Dit is te lang. Maak het korter dan %(n)s letters.", n=REASON_MAX)})
    line = list(in_line(occurrence.id))
    if unit not in line:
        raise Invalid({"plaats": _("Deze buur staat niet meer op de wachtlijst.")})
    if not 1 <= place <= len(line):
        raise Invalid({"plaats": _("Kies een plaats van 1 tot en met %(n)s.", n=len(line))})
    before = line.index(unit) + 1
    if before == place:
        return
    # The same numbers, dealt anew: who comes later stands behind all of them.
    places = sorted(one.place for one in line)
    line.remove(unit)
    line.insert(place - 1, unit)
    for one, number in zip(line, places, strict=True):
        one.place = number
    unit.moved_why, unit.changed_at = why, clock.now()
    journal.record(
        "registration.reordered", by=by.person_id, subject=unit.id, building=occurrence.building_id,
        occurrence=occurrence.id, was=before, now=place, why=why,
    )  # fmt: skip
    promote(occurrence, by=by)
    seen(occurrence)


def hold(registration_id: int, by: Visitor) -> tuple[Occurrence, Registration]:
    """A registration under the lock of its date; Missing when that date is not there for this person."""
    asked = (
        select(Occurrence.id)
        .join(Registration, Registration.occurrence_id == Occurrence.id)
        .where(Registration.id == registration_id, seen_by(by))
    )
    found = db.connection().execute(asked).scalar()
    occurrence = db.lock(Occurrence, found) if found else None
    if occurrence is None:
        raise Missing()
    mine = select(Registration).where(Registration.id == registration_id)
    return occurrence, db.session().scalars(mine.execution_options(**_FRESH)).one()
