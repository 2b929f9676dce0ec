"""What the conversations add to pages of the house: the latest on "Vandaag" and on a building's page, and how many
neighbours took part this week."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup

from community import web
from community.places import panels
from community.places.models import Building
from community.visitor import Visitor
from forums import lists, queries, questions, showing, taking_part

# Today shows no more than three (DESIGN, page 6).
LATEST = 3


def init_app(app: Flask) -> None:
    """Put the panels on the tables of the pages that show them."""
    app.extensions.setdefault("today panels", []).append(latest)
    app.extensions.setdefault("building panels", []).append(latest)
    app.extensions["took part"] = taking_part.took_part
    panels.on_work(app, waiting)


def waiting(visitor: Visitor) -> Markup | None:
    """For who works here: the questions that wait, and what was promised for today."""
    if not visitor.is_staff:
        return None
    return Markup(web.fragment("forums/_work.html", waits=questions.numbers(visitor)))


def latest(visitor: Visitor, building: Building | None) -> Markup | None:
    """The latest conversations: of a building when one is given, and around it."""
    forums = queries.forum_rows(visitor)
    if building is not None:
        forums = [
            forum
            for forum in forums
            if forum.building_id == building.id
            or (forum.kind == "neighbourhood" and forum.neighbourhood_id == building.neighbourhood_id)
            or forum.kind == "association"
        ]
    rows = lists.topic_lines(visitor, forums, most=LATEST)
    names = {forum.id: forum.name for forum in forums}
    return Markup(web.fragment("forums/_latest.html", lines=showing.lines(rows, visitor, names)))
