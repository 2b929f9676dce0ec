"""The helpers' rota: what there is to do at a date, who does it, who stands by. Who is first has the turn; when it is
full one is a reserve, and moves up when somebody leaves. Each deed holds the date: no turn is given twice. Whoever gets
a turn, loses one or could take one over hears it by mail, and the host when nobody is left for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from community import clock, db, journal
from community.accounts.models import Person
from community.errors import Missing, Refused
from community.language import gettext as _
from community.visitor import Visitor
from events import keepers, policy_answers, seeing
from events.arranged import Duty, DutyTaker
from events.models import Occurrence
from events.notifications import Told

# So many coming dates stand on the page of a series.
DATES = 12
_FRESH = {"populate_existing": True}


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody who does it, or stands by."""

    id: int
    person_id: int
    name: str
    wants_swap: bool


@dataclass(frozen=True, slots=True)
class DutyOn:
    """Something to do at one date."""

    id: int
    title: str
    needed: int
    takers: Sequence[Taker]
    reserves: Sequence[Taker]

    @property
    def missing(self) -> int:
        """How many are still needed."""
        return max(0, self.needed - len(self.takers))

    def own(self, person_id: int) -> str:
        """ "does", "reserve", or nothing."""
        if any(one.person_id == person_id for one in self.takers):
            return "does"
        return "reserve" if any(one.person_id == person_id for one in self.reserves) else ""


def for_date(_visitor: Visitor, occurrence: Any) -> list[DutyOn]:
    """What there is to do at a date that the visitor may see; two queries."""
    return of_dates(occurrence.event_id, [occurrence.id])[occurrence.id]


def of_dates(event_id: int, occurrence_ids: Sequence[int]) -> dict[int, list[DutyOn]]:
    """The same of several dates of one activity; as many queries as for one."""
    held = db.connection()
    duties = held.execute(
        select(Duty.id, Duty.title, Duty.needed)
        .where(Duty.event_id == event_id, Duty.ended_at.is_(None))
        .order_by(Duty.position, Duty.id)
    ).all()
    found: dict[tuple[int, int, bool], list[Taker]] = {}
    if duties:
        rows = held.execute(
            select(
                DutyTaker.id, DutyTaker.duty_id, DutyTaker.occurrence_id, DutyTaker.is_reserve, DutyTaker.person_id,
                Person.short_name, DutyTaker.wants_swap_at,
            )
            .join(Person, Person.id == DutyTaker.person_id)
            .where(DutyTaker.occurrence_id.in_(occurrence_ids), Person.left_at.is_(None))
            .order_by(DutyTaker.at, DutyTaker.id)
        )  # fmt: skip
        for row in rows:
            taker = Taker(row.id, row.person_id, row.short_name, row.wants_swap_at is not None)
            found.setdefault((row.occurrence_id, row.duty_id, row.is_reserve), []).append(taker)
    return {
        key: [
            DutyOn(
                one.id, one.title, one.needed, found.get((key, one.id, False), ()), found.get((key, one.id, True), ())
            )
            for one in duties
        ]
        for key in occurrence_ids
    }


def turns_of(person_id: int, occurrence_id: int) -> list[str]:
    """What somebody does at a date, not as a reserve."""
    asked = (
        select(Duty.title)
        .join(DutyTaker, DutyTaker.duty_id == Duty.id)
        .where(
            DutyTaker.occurrence_id == occurrence_id,
            DutyTaker.person_id == person_id,
            DutyTaker.is_reserve.is_(False),
            Duty.ended_at.is_(None),
        )
        .order_by(Duty.position, Duty.id)
    )
    return list(db.connection().execute(asked).scalars())


def coming_dates(visitor: Visitor, event_id: int) -> list[Any]:
    """The next dates of an activity that the visitor sees, as (id, start)."""
    asked = (
        seeing.visible_occurrences(visitor)
        .with_only_columns(Occurrence.id, Occurrence.starts_at)
        .where(Occurrence.event_id == event_id, Occurrence.cancelled_at.is_(None), Occurrence.starts_at > clock.now())
        .order_by(Occurrence.starts_at)
        .limit(DATES)
    )
    return list(db.connection().execute(asked))


@db.action
def take(occurrence_id: int, duty_id: int, *, by: Visitor) -> bool:
    """Do something at a date; as a reserve when there are enough. Twice is once. Returns whether it is one's turn."""
    date, duty = _hold(occurrence_id, duty_id, by)
    own = _own(date, duty, by.person_id)
    if own is not None:
        return not own.is_reserve
    is_reserve = _doing(date, duty) >= duty.needed
    db.session().add(
        DutyTaker(
            duty_id=duty.id, occurrence_id=date.id, person_id=by.person_id, is_reserve=is_reserve, at=clock.now()
        )
    )  # fmt: skip
    _record("duty.taken", date, duty, by)
    return not is_reserve


@db.action
def leave(occurrence_id: int, duty_id: int, *, by: Visitor) -> None:
    """Do it no longer; the first reserve gets the turn. Twice is once."""
    date, duty = _hold(occurrence_id, duty_id, by)
    own = _own(date, duty, by.person_id)
    if own is None:
        return
    had_turn = not own.is_reserve
    db.session().delete(own)
    db.session().flush()
    _promote(date, duty)
    if had_turn:
        _say_short(date, duty, but=by.person_id)
    _record("duty.left", date, duty, by)


def step_down(date: Occurrence, person_id: int) -> bool:
    """Part of a running action that holds the date: somebody who is gone does nothing there any more, and reserves move
    up; returns whether they had something to do."""
    turns = select(DutyTaker).where(DutyTaker.occurrence_id == date.id, DutyTaker.person_id == person_id)
    held = db.session().scalars(turns.order_by(DutyTaker.duty_id).execution_options(**_FRESH)).all()
    for turn in held:
        duty = db.session().get_one(Duty, turn.duty_id)
        had_turn = not turn.is_reserve
        db.session().delete(turn)
        db.session().flush()
        if duty.ended_at is None:
            _promote(date, duty)
            if had_turn:
                _say_short(date, duty, but=person_id)
        journal.record("duty.left", by=None, subject=duty.id, building=date.building_id, occurrence=date.id)
    return bool(held)


@db.action
def seek(occurrence_id: int, duty_id: int, *, wants: bool, by: Visitor) -> None:
    """Look for somebody who takes one's turn over, and keep it until then; or no longer look. The reserves are asked,
    once."""
    date, duty = _hold(occurrence_id, duty_id, by)
    own = _own(date, duty, by.person_id)
    if own is None or own.is_reserve:
        raise Refused(_("U bent hier niet aan de beurt."))
    if wants and own.wants_swap_at is None:
        asked = [person for person in _people(date, duty, is_reserve=True) if person.id != by.person_id]
        _tell(asked, "asked", date, duty, name=by.short_name)
    own.wants_swap_at = (own.wants_swap_at or clock.now()) if wants else None
    _record("duty.seeks" if wants else "duty.keeps", date, duty, by)


@db.action
def take_over(occurrence_id: int, duty_id: int, taker_id: int, *, by: Visitor) -> None:
    """Take the turn of somebody who looks for another, in one go: at no moment does nobody have it.

    Raises:
        Refused: it was taken over already, or one does it oneself.
    """
    date, duty = _hold(occurrence_id, duty_id, by)
    asked = select(DutyTaker).where(
        DutyTaker.id == taker_id, DutyTaker.duty_id == duty.id, DutyTaker.occurrence_id == date.id
    )
    turn = db.session().scalars(asked.execution_options(**_FRESH)).one_or_none()
    if turn is None:
        raise Missing()
    if turn.person_id == by.person_id:
        return
    own = _own(date, duty, by.person_id)
    if own is not None and not own.is_reserve:
        raise Refused(_("U doet dit al. Een ander kan de beurt overnemen."))
    if turn.wants_swap_at is None:
        raise Refused(_("Deze beurt is al overgenomen."))
    if own is not None:
        db.session().delete(own)
        db.session().flush()
    was = turn.person_id
    turn.person_id, turn.wants_swap_at, turn.at = by.person_id, None, clock.now()
    _tell([db.session().get_one(Person, was)], "replaced", date, duty, name=by.short_name)
    _record("duty.swapped", date, duty, by, was=was)


def _hold(occurrence_id: int, duty_id: int, by: Visitor) -> tuple[Occurrence, Duty]:
    seen = seeing.visible_occurrences(by).with_only_columns(Occurrence.id).where(Occurrence.id == occurrence_id)
    date = db.lock(Occurrence, occurrence_id) if db.connection().execute(seen).first() else None
    duty = db.session().get(Duty, duty_id)
    if date is None or duty is None or duty.event_id != date.event_id or duty.ended_at is not None:
        raise Missing()
    # Also who is suspended: helping is no writing, and who cannot come must be able to say so.
    policy_answers.check_open(by, date)
    return date, duty


def _own(date: Occurrence, duty: Duty, person_id: int) -> DutyTaker | None:
    asked = select(DutyTaker).where(
        DutyTaker.duty_id == duty.id, DutyTaker.occurrence_id == date.id, DutyTaker.person_id == person_id
    )
    return db.session().scalars(asked.execution_options(**_FRESH)).one_or_none()


def _doing(date: Occurrence, duty: Duty) -> int:
    asked = select(func.count()).where(
        DutyTaker.duty_id == duty.id, DutyTaker.occurrence_id == date.id, DutyTaker.is_reserve.is_(False)
    )
    return db.connection().execute(asked).scalar() or 0


def _promote(date: Occurrence, duty: Duty) -> None:
    while _doing(date, duty) < duty.needed:
        first = select(DutyTaker).where(
            DutyTaker.duty_id == duty.id, DutyTaker.occurrence_id == date.id, DutyTaker.is_reserve
        )
        reserve = (
            db.session()
            .scalars(first.order_by(DutyTaker.at, DutyTaker.id).limit(1).execution_options(**_FRESH))
            .first()
        )
        if reserve is None:
            return
        reserve.is_reserve = False
        db.session().flush()
        _tell([db.session().get_one(Person, reserve.person_id)], "turn", date, duty)


def _people(date: Occurrence, duty: Duty, *, is_reserve: bool) -> Sequence[Person]:
    asked = (
        select(Person)
        .join(DutyTaker, DutyTaker.person_id == Person.id)
        .where(DutyTaker.duty_id == duty.id, DutyTaker.occurrence_id == date.id, DutyTaker.is_reserve == is_reserve)
    )
    return db.session().scalars(asked.order_by(DutyTaker.at, DutyTaker.id)).all()


def _say_short(date: Occurrence, duty: Duty, *, but: int) -> None:
    """There were enough, and now there are not, and no reserve either: whoever receives people must know."""
    if _doing(date, duty) < duty.needed:
        _tell([person for person in keepers.of_date(date) if person.id != but], "short", date, duty)


def _tell(readers: Sequence[Person], step: str, date: Occurrence, duty: Duty, *, name: str = "") -> None:
    keepers.tell(readers, step, [Told(date, keepers.place_of(date), "")], duty=duty.title, name=name)


def _record(kind: str, date: Occurrence, duty: Duty, by: Visitor, **facts: Any) -> None:
    journal.record(kind, by=by.person_id, subject=duty.id, building=date.building_id, occurrence=date.id, **facts)
