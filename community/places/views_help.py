"""The pages of help, open to everybody: a stranger reads what holds for the whole association, without a name; who
belongs here also sees whom to turn to in their own building."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app
from werkzeug.wrappers import Response

from community import web
from community.places import queries
from community.visitor import current

pages = Blueprint("places_help", __name__)


@pages.get("/hulp")
@web.for_everybody
def help_() -> Response:
    """Whom to call or visit, and where the explanations are."""
    return _help_page("places/help.html")


@pages.get("/hulp/verwachten")
@web.for_everybody
def what_to_expect() -> Response:
    """What residents may ask of the association, and the other way round."""
    return _help_page("places/help_expect.html")


@pages.get("/hulp/wat-ziet-zuiderlicht")
@web.for_everybody
def what_staff_see() -> Response:
    """What the association sees of what residents do here: what, who exactly, why, how long."""
    return _help_page("places/help_seen.html", invitation_days=current_app.config["INVITATION_DAYS"])


@pages.get("/hulp/hoe-werkt-het")
@web.for_everybody
def how_it_works() -> Response:
    """Trefpunt in five steps."""
    return _help_page("places/help_steps.html")


def _help_page(name: str, **values: Any) -> Response:
    """A page with the names of who works for one's building; without a home or work here there are none."""
    visitor = current()
    belongs = visitor is not None and visitor.belongs
    building = queries.main_building(visitor) if visitor is not None and belongs else None
    staff = queries.staff_of(building) if building is not None else ()
    return web.page(
        name,
        active="help",
        association=queries.association(),
        building=building,
        staff=staff,
        caretaker=queries.caretaker_of(staff),
        role_name=queries.role_name,
        **values,
    )
