"""How HTTP says it: the rule of a building about who of the association reads along."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from community import web
from community.errors import Missing
from community.language import gettext as _
from community.visitor import Visitor
from forums import audience, policy, queries, rules
from forums.models import EVERYONE, NEIGHBOURS, STAFF_READING
from forums.views import pages


@pages.get("/gesprekken/meelezen/<slug>")
@web.for_persons
def staff_reading(slug: str) -> Response:
    """Who reads along in a building, who decided that, and for whom it is to decide: the choice."""
    return _page(_forum(slug, web.me()))


@pages.post("/gesprekken/meelezen/<slug>")
@web.for_persons
def set_staff_reading(slug: str) -> Response | AnyResponse:
    """Choose what of a building the association reads."""
    visitor = web.me()
    forum = _forum(slug, visitor)
    rule = request.form.get("regel", "")
    if rule not in STAFF_READING:
        return _page(forum, 422, {"regel": _("Kies wat er wordt meegelezen.")})
    rules.set_staff_reading(forum_id=forum.id, rule=rule, by=visitor)
    web.toast(_("Uw keuze is bewaard. Zij geldt vanaf nu."))
    return web.see_other(f"/gesprekken/meelezen/{forum.slug}")


def _forum(slug: str, visitor: Visitor) -> queries.ForumRow:
    found = rules.building_forum(visitor, slug)
    if found is None:
        raise Missing()
    return found


def _page(forum: queries.ForumRow, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    return web.page(
        "forums/staff_reading.html",
        status,
        active="talk",
        forum=forum,
        everyone=audience.sentence(forum, EVERYONE),
        neighbours=audience.sentence(forum, NEIGHBOURS),
        decided=rules.last_decided(forum.id),
        may_choose=web.can(policy.check_staff_reading, web.me(), forum.building_id),
        errors=errors or {},
    )
