"""How HTTP says it: taking a turn at an activity, handing it over, and the rota of a series."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.wrappers import Response

from community import clock, web
from community.errors import Missing
from community.language import gettext as _
from community.places import queries as place_queries
from events import queries, rota, showing
from events.queries import DateRow
from events.views import pages

KEY_MAX = 2**63 - 1
DATE = f"/agenda/<int(max={KEY_MAX}):occurrence_id>"
DUTY = f"{DATE}/taken/<int(max={KEY_MAX}):duty_id>"


@pages.post(DUTY)
@web.for_members
def take_duty(occurrence_id: int, duty_id: int) -> Any:
    """Take a turn ("neem"), leave it ("stop"), look for somebody else ("zoek") or no longer ("blijf")."""
    row, deed, by = _row(occurrence_id), request.form.get("doe", "neem"), web.me()
    if deed == "stop":
        rota.leave(occurrence_id, duty_id, by=by)
        web.toast(_("U doet dit niet meer."))
    elif deed in {"zoek", "blijf"}:
        rota.seek(occurrence_id, duty_id, wants=deed == "zoek", by=by)
        web.toast(_("Uw buren zien dat u een vervanger zoekt.") if deed == "zoek" else _("U blijft aan de beurt."))
    elif rota.take(occurrence_id, duty_id, by=by):
        web.toast(_("Fijn. U bent aan de beurt."))
    else:
        web.toast(_("Er zijn al genoeg mensen. U staat reserve."))
    return web.see_other(showing.path_of(row) + "#taken")


@pages.post(f"{DUTY}/over/<int(max={KEY_MAX}):taker_id>")
@web.for_members
def take_over_duty(occurrence_id: int, duty_id: int, taker_id: int) -> Any:
    """Take over the turn of somebody who looks for another."""
    row = _row(occurrence_id)
    rota.take_over(occurrence_id, duty_id, taker_id, by=web.me())
    web.toast(_("Fijn. U bent aan de beurt."))
    return web.see_other(showing.path_of(row) + "#taken")


@pages.get(f"{DATE}/rooster")
@web.for_members
def rota_of_series(occurrence_id: int) -> Response:
    """Who does what on the coming dates, to read and to print."""
    row = _row(occurrence_id)
    dates = rota.coming_dates(web.me(), row.event_id)
    return web.page(
        "events/rota.html",
        active="agenda",
        frame=place_queries.frame_of(row.building_id),
        row=row,
        path=showing.path_of(row),
        dates_there=dates,
        duties=rota.of_dates(row.event_id, [one.id for one in dates]),
        now=clock.now(),
    )


def _row(occurrence_id: int) -> DateRow:
    row = queries.occurrence(web.me(), occurrence_id)
    if row is None:
        raise Missing()
    return row
