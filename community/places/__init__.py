"""Where you live: places, who lives in them since when, and who has which role there."""

from __future__ import annotations

from flask import Flask

from community import live, web
from community.accounts.access import losses_since
from community.language import lazy_gettext as _l
from community.places import finding, households, identity, panels, queries, views, views_help, views_work


def init_app(app: Flask) -> None:
    """Open the room."""
    identity.init_app(app)
    app.extensions["frame"] = queries.frame_for
    # Steps of the rooms above that make what every place has, such as its forum; harmless to repeat.
    app.extensions["building opened"] = []
    panels.init_app(app)
    finding.init_app(app)
    app.extensions["households"] = households.HOUSEHOLDS
    live.identified_by(app, identity.identify, losses_since)
    app.extensions["sign in"].user_loader(identity.identify)
    for part in (views, views_help, views_work):
        app.register_blueprint(part.pages)
    web.nav_item(app, "today", _l("Vandaag"), "/vandaag", "sun", order=10)
    web.nav_item(app, "neighbours", _l("Buren"), "/buren", "users", order=40)
    web.nav_item(app, "help", _l("Hulp"), "/hulp", "circle-question-mark", order=50)
    for label, about, href, icon, order in _WORK:
        web.nav_item(app, href, label, href, icon, work=True, order=order, about=about)


_WORK = (
    (_l("Gebouwen"), _l("Wie er werkt, en hoeveel woningen meedoen."), "/gebouwen", "building", 20),
    (_l("Rollen"), _l("Wie is huismeester, wie zit in een commissie."), "/werk/rollen", "users", 75),
    (_l("Medewerkers"), _l("Telefoonnummers, en wanneer iemand er is."), "/werk/medewerkers", "key-round", 80),
)
