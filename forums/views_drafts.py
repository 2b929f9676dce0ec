"""How HTTP says it: keeping what somebody is writing, and the list of what waits."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from community import throttle, web
from community.errors import Missing
from community.language import gettext as _
from forums import drafts
from forums.views import pages

# A script keeps once in two seconds at the most.
PER_MINUTE = 60


@pages.get("/mijn/concepten")
@web.for_persons
def own_drafts() -> Response:
    """What somebody was writing, wherever."""
    return web.page("forums/drafts.html", active="talk", waiting=drafts.waiting(web.me()))


@pages.post("/concept/<key>")
@web.for_members
def keep_draft(key: str) -> Response | AnyResponse:
    """Keep what stands in a form; answers with the line that says so, and in a header with its stamp."""
    visitor = web.me()
    throttle.count("draft", str(visitor.person_id), PER_MINUTE)
    found = drafts.keep(key=key, fields=drafts.read(request.form), by=visitor, knows=request.form.get("stand"))
    if not web.wants_fragment():
        web.toast(_("Wat u schreef, is bewaard."))
        return web.see_other("/mijn/concepten")
    answer = Response(web.fragment("forums/_kept.html", kept=found), content_type="text/html; charset=utf-8")
    answer.headers["X-Draft"] = found.stamp if found else ""
    return answer


@pages.post("/concept/<key>/weg")
@web.for_persons
def throw_draft_away(key: str) -> AnyResponse:
    """It need not be kept."""
    drafts.throw_away(key=_known(key), by=web.me())
    web.draft_arrived(key)
    web.toast(_("Wat u schreef, is weggegooid."), f"/concept/{key}/terug")
    return web.see_other(web.safe_path(request.form.get("verder")) or drafts.path(key))


@pages.post("/concept/<key>/terug")
@web.for_persons
def put_draft_back(key: str) -> AnyResponse:
    """It is kept after all."""
    drafts.put_back(key=_known(key), by=web.me())
    web.toast(_("Wat u schreef, is er weer."))
    return web.see_other(drafts.path(key))


def _known(key: str) -> str:
    if not drafts.is_key(key):
        raise Missing()
    return key
