"""Talking: forums, topics and posts, where residents and staff of the association speak with each other."""

from __future__ import annotations

from flask import Flask

from community import jobs, live, web
from community.accounts import faces
from community.language import lazy_gettext as _l
from community.places import identity
from forums import (
    actions,
    attached,
    attachments,
    beside,
    decency,
    drafts,
    earlier,
    finding,
    indexing,
    lists,
    panels,
    presence,
    queries,
    quoting,
    showing,
    views,
    views_attachments,
    views_audience,
    views_drafts,
    views_following,
    views_moving,
    views_presence,
    views_questions,
    views_reading,
    views_settling,
    views_writing,
)


def init_app(app: Flask) -> None:
    """Open the room."""
    # Tables among the models, pages among the others.
    assert attached and views_audience
    assert views_drafts and views_attachments
    assert views_following
    assert views_reading
    assert views_writing
    assert views_settling and views_questions and views_moving
    assert views_presence
    app.register_blueprint(views.pages)
    web.nav_item(app, "talk", _l("Gesprekken"), "/gesprekken", "messages-square", order=30)
    about = _l("Wat bewoners vragen: wie zoekt het uit, en wanneer komt er antwoord?")
    web.nav_item(app, "questions", _l("Vragen"), "/werk/vragen", "inbox", work=True, order=10, about=about)
    app.extensions["building opened"].append(actions.open_forums)
    identity.unread_is(app, lists.count_unread)
    live.watchable(app, "topic", queries.standing)
    live.watchable(app, "forum", queries.forum_standing)
    live.watchable(app, "neighbours", queries.neighbours_standing)
    jobs.every_round(app, actions.forget_withdrawn)
    jobs.every_round(app, drafts.forget)
    jobs.every_round(app, earlier.forget)
    jobs.every_round(app, presence.forget)
    faces.when_changed(app, actions.rename_thanks)
    faces.when_changed(app, quoting.rename)
    indexing.init_app(app)
    finding.init_app(app)
    decency.init_app(app)
    attachments.init_app(app)
    panels.init_app(app)
    showing.init_app(app)
    beside.init_app(app)
