"""Gathering: the activity calendars of buildings and neighbourhoods, where residents find activities, join them and
organise their own."""

from __future__ import annotations

from flask import Flask

from community import files, jobs, live, web
from community.language import lazy_gettext as _l
from events import (
    arranged,
    drafts,
    drawing,
    importing,
    kept,
    leaving,
    panels,
    panels_rooms,
    queries,
    reminders,
    rolling,
    searching,
    views,
    views_activity,
    views_answers,
    views_changing,
    views_ical,
    views_importing,
    views_list,
    views_organising,
    views_photo,
    views_planning,
    views_poster,
    views_public,
    views_restoring,
    views_rooms,
    views_rota,
)


def init_app(app: Flask) -> None:
    """Open the room."""
    # Tables among the models, pages among the others.
    assert arranged and views_activity and views_public
    assert views_list and views_rooms and views_rota
    assert views_ical and views_importing
    assert views_poster
    assert views_planning and views_photo and views_changing and views_restoring
    files.known_to(app, drafts.photos)
    jobs.every_round(app, drafts.forget)
    jobs.every_round(app, importing.forget)
    assert views_answers and views_organising
    app.register_blueprint(views.pages)
    web.nav_item(app, "agenda", _l("Agenda"), "/agenda", "calendar", order=20)
    live.watchable(app, "occurrence", queries.standing)
    live.watchable(app, "calendar", queries.calendar_standing)
    panels.init_app(app)
    panels_rooms.init_app(app)
    kept.init_app(app)
    rolling.init_app(app)
    jobs.every_round(app, rolling.roll_forward)
    searching.init_app(app)
    leaving.init_app(app)
    # Before the reminders: who left is not reminded.
    jobs.every_round(app, leaving.look)
    jobs.every_round(app, reminders.remind_due)
    jobs.every_round(app, drawing.draw_due)
