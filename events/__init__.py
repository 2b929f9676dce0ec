"""Gathering: the activity calendars of buildings and neighbourhoods, where residents find activities, join them and
organise their own."""

from __future__ import annotations

from flask import Flask

from events import arranged, views


def init_app(app: Flask) -> None:
    """Open the room."""
    assert arranged  # tables, among the models
    app.register_blueprint(views.pages)
