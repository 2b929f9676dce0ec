"""How HTTP says it: calendars for telephones. Their addresses hold a secret and ask no sign-in, because a telephone
cannot sign in; the page that shows them can renew it."""

from __future__ import annotations

import hashlib

from flask import Response, current_app, flash, request
from werkzeug.wrappers import Response as AnyResponse

from community import db, language, throttle, web
from community.errors import Missing
from community.language import gettext as _
from community.places.queries import visible_buildings
from community.visitor import Visitor, current
from events import feeds, ical
from events.views import pages

# A telephone asks every few hours; this is somebody who tries secrets.
TRIES, TRIES_MINUTES = 60, 10


@pages.get("/agenda/abonneren")
@web.for_members
def calendars() -> Response:
    """The addresses of one's own calendars, and how to put them on a telephone."""
    visitor = web.me()
    secret = feeds.secret_of(visitor.person_id)
    buildings = list(db.session().scalars(visible_buildings(visitor))) if secret else []
    base = f"{current_app.config['BASE_URL']}/agenda/feed/{secret}"
    found = [(_("Waar ik kom"), f"{base}/mijn.ics")] if secret else []
    found += [(building.name, f"{base}/{building.slug}.ics") for building in buildings]
    lines = [(name, address, address.replace("https://", "webcal://").replace("http://", "webcal://"))
             for name, address in found]  # fmt: skip
    return web.page("events/calendars.html", active="agenda", lines=lines)


@pages.post("/agenda/abonneren")
@web.for_members
def renew() -> AnyResponse:
    """Make the addresses, or make them anew: the old ones stop."""
    feeds.renew(by=web.me())
    flash(_("De adressen staan klaar. Wat u eerder op een telefoon zette, werkt niet meer."), "")
    return web.see_other("/agenda/abonneren")


@pages.post("/agenda/abonneren/stop")
@web.for_members
def stop() -> AnyResponse:
    """Let the addresses stop."""
    feeds.stop(by=web.me())
    flash(_("De adressen werken niet meer. U kunt altijd nieuwe maken."), "")
    return web.see_other("/agenda/abonneren")


@pages.get("/agenda/feed/<secret>/<name>.ics")
@web.for_everybody
def feed(secret: str, name: str) -> AnyResponse:
    """A calendar by its secret address: "mijn", or a building."""
    throttle.check("calendar", throttle.address(), TRIES, minutes=TRIES_MINUTES)
    visitor = feeds.whose(secret)
    if visitor is None:
        throttle.count("calendar", throttle.address(), TRIES, minutes=TRIES_MINUTES)
        raise Missing()
    with language.speaking(visitor.language or language.DEFAULT):
        return _answer(_of(visitor, name), f"{name}.ics")


def _of(visitor: Visitor, name: str) -> bytes:
    if not visitor.belongs:
        raise Missing()
    if name == "mijn":
        return feeds.mine(visitor)
    building = next((one for one in db.session().scalars(visible_buildings(visitor)) if one.slug == name), None)
    if building is None:
        raise Missing()
    return feeds.of_building(visitor, building)


@pages.get("/agenda/<int:occurrence_id>/agenda.ics")
@web.for_members
def activity_file(occurrence_id: int) -> AnyResponse:
    """An activity with its dates, to put in one's own calendar."""
    found = feeds.of_activity(web.me(), occurrence_id)
    if found is None:
        raise Missing()
    return _answer(found[1], found[0])


def _answer(content: bytes, name: str) -> AnyResponse:
    """The file; 304 when the telephone has it already."""
    made = Response(content, content_type=ical.TYPE)
    made.headers["Content-Disposition"] = f'inline; filename="{name}"'
    if not current():  # a telephone; in a browser it stays behind no longer than a page does
        made.headers["Cache-Control"] = "private, no-cache"
    made.headers["X-Robots-Tag"] = "noindex"
    made.set_etag(hashlib.sha256(content).hexdigest()[:32])
    return made.make_conditional(request)
