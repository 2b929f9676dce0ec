"""What do I see when it goes wrong? What holds for a person in every room (a suspension, whom they block); what waits
for a moderator; what was decided. A reporter is counted here and never named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Row,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    cast,
    false,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy import not_ as is_not
from sqlalchemy import true as anything

from community import clock, db
from community.accounts.models import Mailbox, Person
from community.moderation.models import Appeal, Block, Decision, Flag
from community.moderation.policy import BACKING, Matter, Moderating, impartial, role_for, serves
from community.places.models import STAFF_KINDS, Building, Role
from community.places.queries import held_today
from community.visitor import HeldRole, Visitor

PAGE = 20
# More that waits than this is no queue any more; the oldest come first.
WAITING = 400

# Written out, so that the index that holds suspensions alone is found by its condition.
SUSPENDS: Any = Decision.what == literal_column("'suspend'")


# ---- what holds in every room --------------------------------------------------------------------------------------


def suspended_until(person: Any) -> ScalarSelect[Any]:
    """The last day on which a person (a column) may not write, if that is not over; `today` is bound by who asks."""
    return (
        select(func.max(Decision.until))
        .where(
            Decision.about_id == person,
            SUSPENDS,
            Decision.undone_at.is_(None),
            Decision.until >= bindparam("today"),
        )
        .scalar_subquery()
    )


def blocked(person: Any) -> ScalarSelect[Any]:
    """The ids of whom a person (a column) does not want to read, joined by commas."""
    ids = func.aggregate_strings(cast(Block.blocked_id, String), ",")
    return select(ids).where(Block.blocker_id == person).scalar_subquery()


def who_block(person_id: int) -> frozenset[int]:
    """Who do not want to read a person: whom that person cannot call by name, nor tell that they were quoted. Never
    shown to anybody."""
    found = db.connection().execute(select(Block.blocker_id).where(Block.blocked_id == person_id))
    return frozenset(found.scalars())


def blocked_people(visitor: Visitor) -> Sequence[Row[*tuple[Any, ...]]]:
    """(id, name, photo, since) of whom the visitor does not want to read."""
    return (
        db.connection()
        .execute(
            select(Person.id, Person.name, Person.photo, Person.left_at, Block.at)
            .join(Person, Person.id == Block.blocked_id)
            .where(Block.blocker_id == visitor.person_id)
            .order_by(Block.at.desc(), Person.id)
        )
        .all()
    )


def staff_roles_of(person_id: int) -> list[str]:
    """The kinds of role for which the association employs somebody today."""
    held = select(Role.kind).where(Role.person_id == person_id, Role.kind.in_(STAFF_KINDS), held_today(Role))
    return list(db.connection().execute(held).scalars())


# ---- who decides ---------------------------------------------------------------------------------------------------


def moderators(places: Iterable[Any]) -> list[Moderating]:
    """The moderators who could serve these places today; one query for all."""
    buildings = {place.building_id for place in places if place.building_id is not None}
    found = db.connection().execute(
        select(Role.person_id, Person.short_name, Role.building_id, Role.neighbourhood_id)
        .join(Person, Person.id == Role.person_id)
        .where(
            Role.kind == "moderator",
            held_today(Role),
            Person.left_at.is_(None),
            or_(Role.building_id.is_(None), Role.building_id.in_(buildings))
            if buildings
            else Role.building_id.is_(None),
            suspended_until(Role.person_id).is_(None),
        )
        .order_by(Role.since, Role.id),
        {"today": clock.today()},
    )
    return [Moderating(*row) for row in found]


def backing() -> list[Moderating]:
    """Who of the association stand behind the moderators today, of all places."""
    found = db.connection().execute(
        select(Role.person_id, Person.short_name, Role.building_id, Role.neighbourhood_id)
        .join(Person, Person.id == Role.person_id)
        .where(Role.kind.in_(BACKING), held_today(Role), Person.left_at.is_(None))
        .order_by(Role.since, Role.id)
    )
    return [Moderating(*row) for row in found]


def _backing(place: Any) -> list[Moderating]:
    """Those of a place, the nearest first."""
    near = [one for one in backing() if serves(one, place)]
    return sorted(near, key=lambda one: (one.building_id is None, one.neighbourhood_id is None))


def who_looks(matter: Matter) -> list[str]:
    """The names of who will look at it: at most two; nobody when the association must find somebody."""
    found = impartial(matter, moderators([matter])) or [
        one for one in _backing(matter) if one.person_id not in matter.parties
    ]
    return list(dict.fromkeys(one.short_name for one in found))[:2]


def _in_reach(visitor: Visitor, table: Any) -> Any:
    """The condition on flags or decisions that the visitor has a role for where they are about."""
    ways: list[Any] = []
    for role in visitor.roles:
        if role.kind == "moderator":
            ways.append(and_(is_not(table.for_staff), _covers(role, table)))
        elif role.kind in BACKING:
            ways.append(_covers(role, table))
    return or_(*ways) if ways else false()


def _covers(role: HeldRole, table: Any) -> Any:
    if role.building_id is not None:
        return table.building_id == role.building_id
    if role.neighbourhood_id is not None:
        return table.neighbourhood_id == role.neighbourhood_id
    return anything()


# ---- what waits ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Report:
    """What one reporter said; not who."""

    reason: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that was reported and about which nobody decided yet. `flag_id` is of the first report."""

    flag_id: int
    subject: str
    subject_id: int
    about_id: int
    matter: Matter
    reports: tuple[Report, ...]

    @property
    def reason(self) -> str:
        """What most reporters chose."""
        chosen = [report.reason for report in self.reports]
        return max(chosen, key=chosen.count)


def _grouped(flags: Iterable[Flag]) -> list[Waiting]:
    groups: dict[tuple[str, int], list[Flag]] = {}
    for flag in flags:
        groups.setdefault((flag.subject, flag.subject_id), []).append(flag)
    return [
        Waiting(
            flags[0].id,
            subject,
            subject_id,
            flags[0].about_id,
            _matter(flags[0], {flags[0].about_id, *(flag.reporter_id for flag in flags)}, flags[0].at),
            tuple(Report(flag.reason, flag.words, flag.at) for flag in flags),
        )
        for (subject, subject_id), flags in groups.items()
    ]


def _matter(place: Any, parties: Iterable[int], since: datetime) -> Matter:
    return Matter(place.building_id, place.neighbourhood_id, place.for_staff, frozenset(parties), since)


def open_cases() -> list[Waiting]:
    """All that nobody decided about yet, wherever it is, the oldest first."""
    flags = select(Flag).where(Flag.decision_id.is_(None)).order_by(Flag.at, Flag.id).limit(WAITING)
    return _grouped(db.session().scalars(flags))


def waiting(visitor: Visitor) -> list[Waiting]:
    """What waits for this visitor to decide, the oldest first."""
    open_ = Flag.decision_id.is_(None)
    flags = db.session().scalars(
        select(Flag).where(open_, _in_reach(visitor, Flag)).order_by(Flag.at, Flag.id).limit(WAITING)
    )
    return _for(visitor, _grouped(flags))


def _for(visitor: Visitor, found: list[Waiting]) -> list[Waiting]:
    known = moderators([one.matter for one in found]) if found else []
    return [one for one in found if role_for(visitor, one.matter, known)]


def waiting_with(visitor: Visitor, flag_id: int) -> Waiting | None:
    """The open case of this report, if this visitor may decide about it."""
    flag = db.session().get(Flag, flag_id)
    return case_for(visitor, flag.subject, flag.subject_id) if flag else None


def case_for(visitor: Visitor, subject: str, subject_id: int) -> Waiting | None:
    """The open case about one thing, if this visitor may decide about it."""
    found = open_case(subject, subject_id)
    return next(iter(_for(visitor, [found])), None) if found else None


def open_case(subject: str, subject_id: int, *, lock: bool = False) -> Waiting | None:
    """All open reports about one thing; locked until the running action ends."""
    wanted = (
        select(Flag)
        .where(Flag.subject == subject, Flag.subject_id == subject_id, Flag.decision_id.is_(None))
        .order_by(Flag.id)
        .execution_options(populate_existing=True)
    )
    flags = db.session().scalars(wanted.with_for_update() if lock else wanted).all()
    return next(iter(_grouped(flags)), None)


def flag(flag_id: int) -> Flag | None:
    """A report, also one that is settled."""
    return db.session().get(Flag, flag_id)


def last_decision(subject: str, subject_id: int) -> Decision | None:
    """What was decided last about something."""
    about = (Decision.subject == subject, Decision.subject_id == subject_id)
    return db.session().scalar(select(Decision).where(*about).order_by(Decision.id.desc()).limit(1))


def own_flag(visitor: Visitor, subject: str, subject_id: int) -> Flag | None:
    """The visitor's own report of something."""
    mine = (Flag.reporter_id == visitor.person_id, Flag.subject == subject, Flag.subject_id == subject_id)
    return db.session().scalar(select(Flag).where(*mine))


def matter_of(flag: Flag) -> Matter:
    """Of a report, with the reporter as the only one known to stand in it."""
    return _matter(flag, {flag.about_id, flag.reporter_id}, flag.at)


# ---- what was decided ----------------------------------------------------------------------------------------------


def _parties(decision: Decision) -> set[int]:
    reporters = select(Flag.reporter_id).where(Flag.decision_id == decision.id)
    return {decision.about_id, *db.connection().execute(reporters).scalars()}


def role_to_undo(visitor: Visitor, decision: Decision) -> HeldRole | None:
    """The role in which the visitor may take a decision back: who may decide there, and who decided."""
    matter = _matter(decision, _parties(decision), decision.at)
    return role_for(visitor, matter, moderators([matter]))


def role_to_answer(visitor: Visitor, decision: Decision, appeal: Appeal) -> HeldRole | None:
    """The role in which the visitor may answer an appeal: as before, but never who decided."""
    matter = matter_of_appeal(decision, appeal)
    return role_for(visitor, matter, moderators([matter]))


def who_looks_again(decision: Decision) -> list[str]:
    """The names of who would look at an appeal."""
    return who_looks(_matter(decision, _parties(decision) | {decision.by_id}, clock.now()))


@dataclass(frozen=True, slots=True)
class Appealed:
    """Somebody asked to look at a decision again, and nobody answered yet."""

    decision: Decision
    appeal: Appeal
    matter: Matter


def appeals_for(visitor: Visitor) -> list[tuple[Decision, Appeal]]:
    """The appeals that wait for this visitor, the oldest first."""
    found = open_appeals(_in_reach(visitor, Decision))
    known = moderators([one.matter for one in found]) if found else []
    return [(one.decision, one.appeal) for one in found if role_for(visitor, one.matter, known)]


def open_appeals(*conditions: Any) -> list[Appealed]:
    """All that nobody answered yet and that meet these conditions on decisions, the oldest first."""
    rows = db.session().execute(
        select(Decision, Appeal)
        .join(Appeal, Appeal.decision_id == Decision.id)
        .where(Appeal.answered_at.is_(None), *conditions)
        .order_by(Appeal.at, Decision.id)
        .limit(WAITING)
    ).all()  # fmt: skip
    reporters: dict[int, set[int]] = {}
    ids = [decision.id for decision, _appeal in rows]
    if ids:
        known = select(Flag.decision_id, Flag.reporter_id).where(Flag.decision_id.in_(ids))
        for decision_id, reporter_id in db.connection().execute(known):
            reporters.setdefault(decision_id or 0, set()).add(reporter_id)
    return [
        Appealed(
            decision,
            appeal,
            _matter(decision, {decision.about_id, decision.by_id, *reporters.get(decision.id, ())}, appeal.at),
        )
        for decision, appeal in rows
    ]


def matter_of_appeal(decision: Decision, appeal: Appeal) -> Matter:
    """What there is to decide when somebody asks to look again: who decided stands in it too."""
    return _matter(decision, _parties(decision) | {decision.by_id}, appeal.at)


def visible_decisions(visitor: Visitor) -> Select[Decision]:
    """The log, as this visitor may read it: where they moderate, and not about themselves."""
    return select(Decision).where(_in_reach(visitor, Decision), Decision.about_id != visitor.person_id)


def log(visitor: Visitor, number: int) -> list[Decision]:
    """A page of the log, the latest first."""
    wanted = visible_decisions(visitor).order_by(Decision.id.desc())
    return list(db.session().scalars(wanted.limit(PAGE).offset((number - 1) * PAGE)))


def log_pages(visitor: Visitor) -> int:
    """How many pages the log has."""
    count = db.session().scalar(select(func.count()).select_from(visible_decisions(visitor).subquery())) or 0
    return max(1, -(-count // PAGE))


def visible_decision(visitor: Visitor, decision_id: int) -> Decision | None:
    """One line of the log."""
    return db.session().scalar(visible_decisions(visitor).where(Decision.id == decision_id))


def still_valid(visitor: Visitor, about_id: int) -> list[Decision]:
    """The warnings and suspensions of somebody that hold today, where the visitor moderates."""
    wanted = visible_decisions(visitor).where(
        Decision.about_id == about_id, Decision.undone_at.is_(None), Decision.until >= clock.today()
    )
    return list(db.session().scalars(wanted.order_by(Decision.id.desc())))


# ---- what was decided about oneself --------------------------------------------------------------------------------


def _own(visitor: Visitor) -> Select[Decision]:
    return select(Decision).where(Decision.about_id == visitor.person_id, Decision.what != "nothing")


def own_decisions(visitor: Visitor) -> list[Decision]:
    """What was decided about the visitor, the latest first."""
    return list(db.session().scalars(_own(visitor).order_by(Decision.id.desc()).limit(50)))


def own_decision(visitor: Visitor, decision_id: int) -> Decision | None:
    """One of them."""
    return db.session().scalar(_own(visitor).where(Decision.id == decision_id))


def own_unread(visitor: Visitor) -> Decision | None:
    """The last decision about the visitor that they have not put away, nor was taken back."""
    wanted = _own(visitor).where(Decision.read_at.is_(None), Decision.undone_at.is_(None))
    return db.session().scalar(wanted.order_by(Decision.id.desc()).limit(1))


def appeal_of(decision_id: int) -> Appeal | None:
    """The appeal against a decision, as it is now."""
    wanted = select(Appeal).where(Appeal.decision_id == decision_id)
    return db.session().scalar(wanted.execution_options(populate_existing=True))


# ---- names ---------------------------------------------------------------------------------------------------------


def names(ids: Iterable[int]) -> dict[int, str]:
    """What people are called; who stopped is not among them."""
    wanted = select(Person.id, Person.short_name).where(Person.id.in_(set(ids)), Person.left_at.is_(None))
    return {row[0]: row[1] for row in db.connection().execute(wanted)}


def building_names(ids: Iterable[int | None]) -> dict[int, str]:
    """What buildings are called."""
    wanted = select(Building.id, Building.name).where(Building.id.in_({key for key in ids if key is not None}))
    return {row[0]: row[1] for row in db.connection().execute(wanted)}


def reader(person_id: int) -> tuple[Person, str | None, bool]:
    """A person, where mail reaches them, and whether they alone read there."""
    person = db.session().get_one(Person, person_id)
    if person.mailbox_id is None or person.left_at is not None:
        return person, None, True
    address = db.session().scalar(select(Mailbox.address).where(Mailbox.id == person.mailbox_id))
    others = select(Person.id).where(Person.mailbox_id == person.mailbox_id, Person.id != person_id).limit(1)
    return person, address, db.session().scalar(others) is None
