"""May I see who comes, with guests and names from paper? The host may, who planned it, the committee and who works
there. What neighbours told the host alone (remarks, a rollator) is for whom `policy_answers.organises` names."""

from __future__ import annotations

from typing import Any

from community import clock
from community.errors import Refused
from community.language import gettext as _
from community.visitor import Visitor
from events import policy, policy_answers


def check_list(visitor: Visitor, date: Any) -> None:
    """See the list, write somebody on it, and note who came."""
    if visitor.person_id in (date.host_id, date.created_by_id):
        return
    if not policy.organises(visitor, date.building_id, date.neighbourhood_id):
        raise Refused(_("Deze lijst is voor wie de activiteit organiseert."))


def check_write(visitor: Visitor, date: Any) -> None:
    """Write somebody down before it begins."""
    check_list(visitor, date)
    policy.check_act(visitor)
    policy_answers.check_open(visitor, date)


def check_attendance(visitor: Visitor, date: Any) -> None:
    """Note who came, once it has begun."""
    check_list(visitor, date)
    policy.check_act(visitor)
    if date.cancelled_at is not None:
        raise Refused(_("Deze activiteit gaat niet door."))
    if date.starts_at > clock.now():
        raise Refused(_("De activiteit is nog niet begonnen. Wie kwam, schrijft u daarna op."))
