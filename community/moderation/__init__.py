"""When it goes wrong: reports, decisions with their reasons, appeals, and blocking a neighbour."""

from __future__ import annotations

from flask import Flask

from community import web
from community.accounts import own_views
from community.language import lazy_gettext as _l
from community.moderation import handles, panels, people, queries, views, views_work
from community.places import identity
from community.places import panels as places


def init_app(app: Flask) -> None:
    """Open the room."""
    handles.init_app(app)
    people.init_app(app)
    identity.restrained_by(app, identity.Restraint(queries.suspended_until, queries.blocked))
    for part in (views, views_work):
        app.register_blueprint(part.pages)
    places.on_today(app, panels.today)
    own_views.on_mine(app, panels.mine)
    web.nav_item(
        app,
        "reports",
        _l("Meldingen"),
        "/werk/meldingen",
        "flag",
        work=True,
        order=15,
        about=_l("Wat buren meldden, en wat daarover besloten is."),
    )
