"""Gathering: the activity calendars of buildings and neighbourhoods, where residents find activities, join them and
organise their own."""

from __future__ import annotations

from flask import Flask

from community import jobs
from events import arranged, panels_rooms, rolling, views, views_rooms


def init_app(app: Flask) -> None:
    """Open the room."""
    assert arranged  # tables, among the models
    assert views_rooms  # pages of the same blueprint
    app.register_blueprint(views.pages)
    panels_rooms.init_app(app)
    rolling.init_app(app)
    jobs.every_round(app, rolling.roll_forward)
