"""Who you are: people, the ways in, the devices that are signed in, and what is yours to change."""

from __future__ import annotations

import math
import time

from flask import Flask, current_app, session
from flask_login import LoginManager

from community import jobs
from community.accounts import actions, entering, faces, mail_views, own_views, profile, views, welcome_views
from community.visitor import Stranger

# What is old enough to be thrown away may lie an hour longer.
TIDY_S = 3600


def init_app(app: Flask) -> None:
    """Open the room."""
    faces.init_app(app)
    manager = LoginManager(app)
    manager.session_protection = None  # a session is a row with a secret; an address that changes is a phone in a tram
    manager.anonymous_user = Stranger
    app.extensions["sign in"] = manager
    app.extensions["session token"] = lambda: session.get("_user_id")
    app.extensions["sign in first"] = views.sign_in_first
    app.extensions["remember language"] = lambda person_id, code: profile.speak(code, by=person_id)
    app.after_request(entering.note_use)
    jobs.every_round(app, _now_and_then)
    for module in (views, mail_views, welcome_views, own_views):
        app.register_blueprint(module.pages)


def _now_and_then() -> None:
    """Tidy up once an hour; the worker comes by twice a second."""
    kept: dict[str, float] = current_app.extensions.setdefault("accounts tidied", {"at": -math.inf})
    if time.monotonic() - kept["at"] > TIDY_S:
        kept["at"] = time.monotonic()
        actions.forget()
