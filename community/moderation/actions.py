"""Do it: report, decide, take back, ask to look again, answer that; and block a neighbour. Each is one deed in one
transaction: what is decided and what happens to a post are both there, or neither."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Table, delete, update

from community import clock, db, dialect, journal
from community.accounts.access import right_lost
from community.errors import Invalid, Missing, Refused
from community.language import gettext as _
from community.moderation import handles, notifications, people, policy, queries, telling
from community.moderation.forms import DecisionForm
from community.moderation.models import Appeal, Block, Decision, Flag
from community.visitor import HeldRole, Visitor


def _table(model: type[db.Base]) -> Table:
    return cast(Table, model.__table__)


@db.action
def report(
    subject: str, subject_id: int, *, of_person: bool = False, reason: str, words: str = "", by: Visitor
) -> Flag | None:
    """Report something that one sees, or (`of_person`) who wrote it. None when one did so before.

    Raises:
        Missing: it is not there for this person. Refused: it is their own.
    """
    found = handles.handles()[subject].find(by, subject_id)
    if found is None:
        raise Missing()
    policy.check_report(by, found.about_id)
    place = (found.building_id, found.neighbourhood_id, found.for_staff)
    if of_person and found.can_be_of_person:
        subject, subject_id = "person", found.about_id
        place = people.where(found.about_id)
    line = {
        "subject": subject,
        "subject_id": subject_id,
        "about_id": found.about_id,
        "building_id": place[0],
        "neighbourhood_id": place[1],
        "for_staff": place[2],
        "reporter_id": by.person_id,
        "reason": reason,
        "words": words,
        "at": clock.now(),
    }
    made = dialect.insert_once(db.connection(), _table(Flag), line, ("reporter_id", "subject", "subject_id"))
    if made is None:
        return None
    # The journal does not know who it was either.
    journal.record("report.made", by=None, subject=made, building=place[0], reason=reason)
    case = queries.open_case(subject, subject_id)
    # Who decides was told by the first report; a moderator who reports it too leaves it to others.
    if case is not None and (len(case.reports) == 1 or by.is_moderator):
        telling.waits(case)
    return db.session().get(Flag, made)


@db.action
def decide(flag_id: int, form: DecisionForm, *, by: Visitor) -> Decision:
    """Decide about what was reported: all open reports of it are settled, and the person concerned hears why.

    Raises:
        Missing: there is no such report for this moderator. Refused: somebody else decided first.
        Invalid: this cannot be done with it.
    """
    flag = queries.flag(flag_id)
    if flag is None:
        raise Missing()
    # The reports first, then what they are about: of two moderators at once the second finds nothing open.
    case = queries.open_case(flag.subject, flag.subject_id, lock=True)
    if case is None:
        raise _too_late(flag, by)
    role = policy.role_for(by, case.matter, queries.moderators([case.matter]))
    if role is None:
        raise Missing()
    decision = Decision(
        subject=case.subject,
        subject_id=case.subject_id,
        about_id=case.about_id,
        building_id=case.matter.building_id,
        neighbourhood_id=case.matter.neighbourhood_id,
        for_staff=case.matter.for_staff,
        what=form.what,
        is_whole=form.is_whole,
        why=form.why,
        reason=form.reason,
        by_id=by.person_id,
        acting_as=role.kind,
        at=clock.now(),
        until=form.until,
    )
    db.session().add(decision)
    db.session().flush()
    settled = (Flag.subject == case.subject, Flag.subject_id == case.subject_id, Flag.decision_id.is_(None))
    db.session().execute(update(Flag).where(*settled).values(decision_id=decision.id))
    _carry_out(decision, form, role, by)
    if decision.what == "suspend":
        right_lost(decision.about_id)
    journal.record(
        "report.decided", by=by.person_id, subject=decision.id, building=decision.building_id, acting_as=role.kind,
        what=decision.what,
    )  # fmt: skip
    notifications.decided(decision)
    telling.decided(case.matter)
    return decision


def _too_late(flag: Flag, by: Visitor) -> Exception:
    """What somebody reads who decided at the same moment as another, or long after."""
    decision = queries.last_decision(flag.subject, flag.subject_id)
    if decision is None or queries.visible_decision(by, decision.id) is None:
        return Missing()
    name = queries.names([decision.by_id]).get(decision.by_id) or _("Een ander")
    return Refused(_("%(name)s besliste hier net over. U hoeft niets meer te doen.", name=name))


def _carry_out(decision: Decision, form: DecisionForm, role: HeldRole, by: Visitor) -> None:
    if decision.what not in {"hide", "edit", "close"}:
        return
    made = handles.handles()[decision.subject]
    case = made.describe(by, decision.subject_id)
    if case is None or decision.what not in case.deeds:
        raise Invalid({"besluit": _("Dit kan hier niet meer. Kies iets anders.")})
    who = handles.Moderator(by.person_id, role.kind, decision.why)
    if decision.what == "hide" and made.hide:
        made.hide(decision.subject_id, decision.is_whole and case.is_beginning, who)
    elif decision.what == "edit" and made.rewrite:
        made.rewrite(decision.subject_id, form.text, who)
    elif decision.what == "close" and made.close:
        made.close(decision.subject_id, decision.reason, who)


@db.action
def undo(decision_id: int, *, by: Visitor) -> None:
    """Take a decision back: what was hidden is there again, who was suspended may write. Twice is once.

    Raises:
        Missing: it is no decision that this person may take back.
    """
    decision = db.lock(Decision, decision_id)
    if decision is None or queries.role_to_undo(by, decision) is None:
        raise Missing()
    if decision.undone_at is None:
        _take_back(decision, by)
        notifications.undone(decision)


def _take_back(decision: Decision, by: Visitor) -> None:
    decision.undone_at, decision.undone_by_id = clock.now(), by.person_id
    made = handles.handles().get(decision.subject)
    if made and decision.what == "hide" and made.restore:
        made.restore(decision.subject_id, decision.is_whole)
    elif made and decision.what == "edit" and made.put_back:
        made.put_back(decision.subject_id, decision.by_id)
    elif made and decision.what == "close" and made.reopen:
        made.reopen(decision.subject_id, decision.reason)
    appeal = queries.appeal_of(decision.id)
    if appeal is not None and appeal.answered_at is None:
        appeal.answered_at, appeal.answered_by_id, appeal.is_granted = clock.now(), by.person_id, True
        db.session().flush()
        telling.decided(queries.matter_of_appeal(decision, appeal))
    journal.record("report.undone", by=by.person_id, subject=decision.id, building=decision.building_id)


# ---- the person concerned ------------------------------------------------------------------------------------------


@db.action
def put_away(decision_id: int, *, by: Visitor) -> None:
    """The person concerned has read it; it is no longer on their first page."""
    decision = queries.own_decision(by, decision_id)
    if decision is None:
        raise Missing()
    decision.read_at = decision.read_at or clock.now()


@db.action
def appeal(decision_id: int, *, words: str, by: Visitor) -> None:
    """Ask somebody else to look again; once.

    Raises:
        Missing: no decision about this person. Refused: too late, asked before, or taken back already.
    """
    decision = db.lock(Decision, decision_id)
    if decision is None or queries.own_decision(by, decision_id) is None:
        raise Missing()
    policy.check_appeal(by, decision, is_asked=queries.appeal_of(decision_id) is not None)
    asked = Appeal(decision_id=decision_id, words=words, at=clock.now())
    db.session().add(asked)
    decision.read_at = decision.read_at or clock.now()
    db.session().flush()
    telling.waits(queries.Appealed(decision, asked, queries.matter_of_appeal(decision, asked)))
    journal.record("appeal.made", by=by.person_id, subject=decision_id, building=decision.building_id)


@db.action
def answer(decision_id: int, *, is_granted: bool, words: str, by: Visitor) -> None:
    """Answer an appeal, as somebody else than who decided; granted, the decision is taken back.

    Raises:
        Missing: no such appeal for this person. Refused: somebody else answered first.
    """
    decision = db.lock(Decision, decision_id)
    appeal = queries.appeal_of(decision_id)
    if decision is None or appeal is None or queries.role_to_answer(by, decision, appeal) is None:
        raise Missing()
    if appeal.answered_at is not None:
        name = queries.names([appeal.answered_by_id or 0]).get(appeal.answered_by_id or 0) or _("Een ander")
        raise Refused(_("%(name)s gaf hier net antwoord op. U hoeft niets meer te doen.", name=name))
    appeal.answered_at, appeal.answered_by_id = clock.now(), by.person_id
    appeal.is_granted, appeal.answer = is_granted, words
    if is_granted and decision.undone_at is None:
        _take_back(decision, by)
    journal.record(
        "appeal.answered", by=by.person_id, subject=decision_id, building=decision.building_id, granted=is_granted
    )
    notifications.answered(decision, appeal)
    telling.decided(queries.matter_of_appeal(decision, appeal))


# ---- a neighbour one does not want to read -------------------------------------------------------------------------


@db.action
def block(person_id: int, *, by: Visitor) -> None:
    """No longer read a neighbour, whom one can see. The other is not told. Twice is once."""
    policy.check_block(by, person_id, queries.staff_roles_of(person_id))
    line: dict[str, Any] = {"blocker_id": by.person_id, "blocked_id": person_id, "at": clock.now()}
    dialect.insert_or_update(db.connection(), _table(Block), line, ("blocker_id", "blocked_id"))
    right_lost(by.person_id)


@db.action
def unblock(person_id: int, *, by: Visitor) -> None:
    """Read them again. Twice is once."""
    mine = (Block.blocker_id == by.person_id, Block.blocked_id == person_id)
    db.connection().execute(delete(Block).where(*mine))
