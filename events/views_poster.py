"""How HTTP says it: the poster of an activity, to print and to hang in the hall."""

from __future__ import annotations

from flask import current_app, request
from werkzeug.wrappers import Response

from community import web
from community.errors import Missing
from community.places import queries as place_queries
from community.visitor import current
from events import addresses, posters, showing
from events.views import pages

KEY_MAX = 2**63 - 1


@pages.get(f"/agenda/<int(max={KEY_MAX}):occurrence_id>/poster")
@web.for_everybody
def poster(occurrence_id: int) -> Response:
    """The poster of a series, or with "dag" that of this date alone. A stranger makes one of what is public."""
    visitor = current()
    visitor = visitor if visitor is not None and visitor.belongs else None
    row = addresses.date_of(occurrence_id, visitor)
    if row is None:
        if current() is None:
            answer: Response = current_app.extensions["sign in first"]()
            return answer
        raise Missing()
    is_day = not row.rrule or "dag" in request.args
    shown = posters.of_date(row, visitor) if is_day else posters.of_series(row, visitor)
    return web.page(
        "events/poster.html",
        active="agenda",
        frame=place_queries.frame_of(row.building_id if visitor else None),
        poster=shown,
        row=shown.row,
        back=showing.path_of(row),
        series=bool(row.rrule),
        host=shown.row.host_short if visitor and not shown.row.host_left_at else "",
        strip=posters.facade_of(shown),
    )
