"""On the page of a building: where its rooms are found."""

from __future__ import annotations

from flask import Flask
from markupsafe import Markup
from sqlalchemy import func, select

from community import db, web
from community.places import panels
from community.places.models import Building
from community.visitor import Visitor
from events.arranged import Room


def init_app(app: Flask) -> None:
    """Add the part."""
    panels.on_building(app, _rooms)


def _rooms(visitor: Visitor, building: Building | None) -> Markup | None:
    """A link to the rooms; nothing where there are none, but for who may add one."""
    if building is None:
        return None
    there = select(func.count(Room.id)).where(Room.building_id == building.id, Room.removed_at.is_(None))
    if not db.connection().execute(there).scalar() and not visitor.roles:
        return None
    return Markup(web.fragment("events/_rooms_link.html", building=building))
