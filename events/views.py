"""How HTTP says it: the pages of the calendar and of an activity."""

from __future__ import annotations

from flask import Blueprint

pages = Blueprint("events", __name__)
