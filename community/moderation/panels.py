"""What this room adds to pages of the house: on Today and under Mijn what was decided about oneself, and for moderators
what waits."""

from __future__ import annotations

from markupsafe import Markup

from community import web
from community.language import gettext as _
from community.moderation import notifications, queries
from community.places.models import Building
from community.visitor import Visitor


def today(visitor: Visitor, _building: Building) -> Markup | None:
    """What one must know first; nothing on most days."""
    return _notice(visitor, is_today=True)


def mine(visitor: Visitor) -> Markup | None:
    """The same under Mijn, with the ways to what belongs to this room."""
    return _notice(visitor, is_today=False)


def _notice(visitor: Visitor, *, is_today: bool) -> Markup | None:
    decision = queries.own_unread(visitor)
    name = queries.names([decision.by_id]).get(decision.by_id) if decision else None
    may_decide = visitor.is_moderator or any(role.kind in queries.BACKING for role in visitor.roles)
    waits = len(queries.waiting(visitor)) + len(queries.appeals_for(visitor)) if may_decide else 0
    if is_today and not (decision or waits or visitor.suspended_until):
        return None
    return Markup(
        web.fragment(
            "moderation/_notice.html" if is_today else "moderation/_mine.html",
            visitor=visitor,
            decision=decision,
            told=notifications.told(decision, name or _("Iemand")) if decision else "",
            waits=waits,
            may_decide=may_decide,
            has_decisions=not is_today and bool(queries.own_decisions(visitor)),
        )
    )
