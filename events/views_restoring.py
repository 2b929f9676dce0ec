"""How HTTP says it: a date goes on after all. Where its room went to somebody else meanwhile, or is gone, one is asked
where it is to be instead."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from community import web
from community.errors import Invalid
from community.language import gettext as _
from community.visitor import Visitor
from events import bookings, changing
from events.forms import ELSEWHERE
from events.models import PLACE_MAX
from events.series import RoomTaken
from events.views import pages
from events.views_changing import Found, find, offered


@pages.post("/agenda/<int:number>/herstel")
@web.for_members
def restore(number: int) -> Response | AnyResponse:
    """A date goes on after all, where it was or where one chooses."""
    visitor = web.me()
    found = find(number, visitor)
    chosen, place = request.form.get("zaal", ""), " ".join(request.form.get("plek", "").split())
    room_id = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 18 else None
    try:
        if len(place) > PLACE_MAX:
            raise Invalid({"plek": _("Dit is te lang. Schrijf kort waar het is.")})
        is_elsewhere = chosen == ELSEWHERE
        changing.restore_date(
            found.row.id,
            despite_clashes=is_elsewhere,
            instead=place if is_elsewhere else "",
            room_id=room_id,
            by=visitor,
        )
    except Invalid as wrong:
        return _page(found, visitor, wrong)
    web.toast(_("Het gaat toch door. Wie zich had opgegeven, krijgt bericht."))
    return web.see_other(f"/agenda/{number}")


def _page(found: Found, visitor: Visitor, wrong: Invalid) -> Response:
    row = found.row
    rooms = [
        room
        for room in offered(found, visitor).rooms
        if bookings.clash_of(room.id, row.starts_at, row.ends_at, but=row.id) is None
    ]
    return web.page(
        "events/restore.html",
        422,
        active="agenda",
        found=found,
        rooms=rooms,
        errors=wrong.errors,
        is_taken=isinstance(wrong, RoomTaken),
        fields={"zaal": request.form.get("zaal", ""), "plek": request.form.get("plek", "")},
    )
