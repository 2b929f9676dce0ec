"""What somebody who decides may look at that others no longer see, or never saw: whatever hangs on a post that was
reported. Asked where that is served."""

from __future__ import annotations

from community import db
from community.moderation import queries
from community.moderation.models import Decision
from community.moderation.policy import BACKING
from community.visitor import Visitor


def may_look(visitor: Visitor, subject: str, subject_id: int) -> bool:
    """Whether this visitor may decide about something that was reported, take back what was decided, or answer who
    does not agree."""
    if not any(role.kind == "moderator" or role.kind in BACKING for role in visitor.roles):
        return False
    if queries.case_for(visitor, subject, subject_id) is not None:
        return True
    decided = queries.visible_decisions(visitor).where(Decision.subject == subject, Decision.subject_id == subject_id)
    return any(_looks_again(visitor, decision) for decision in db.session().scalars(decided.order_by(Decision.id)))


def _looks_again(visitor: Visitor, decision: Decision) -> bool:
    if decision.undone_at is None and queries.role_to_undo(visitor, decision):
        return True
    appeal = queries.appeal_of(decision.id)
    return appeal is not None and queries.role_to_answer(visitor, decision, appeal) is not None
