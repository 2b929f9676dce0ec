"""What rooms above put on the pages of this one: parts of Today and of a building's page, and who took part in
something. Small tables in the application; a part that fails is logged and left out, the page goes on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app
from markupsafe import Markup

from community.places.models import Building
from community.visitor import Visitor

log = logging.getLogger(__name__)

Make = Callable[[Visitor, Building], Markup | None]
# (building, since) -> how many neighbours took part in something there.
TookPart = Callable[[int, datetime], int]


def init_app(app: Flask) -> None:
    """No panels yet."""
    app.extensions["today panels"] = []
    app.extensions["beside today"] = []
    app.extensions["greetings"] = []
    app.extensions["welcome panels"] = []
    app.extensions["building panels"] = []
    app.extensions["work panels"] = []
    app.extensions["took part"] = _nobody


def on_today(app: Flask, make: Make, *, first: bool = False) -> None:
    """`make(visitor, building)` is a part of Today; None when there is nothing to say. What is on today comes `first`,
    whichever room opened before."""
    table = app.extensions["today panels"]
    table.insert(0 if first else len(table), make)


def beside_today(app: Flask, make: Make) -> None:
    """The same for the column beside Today."""
    app.extensions["beside today"].append(make)


def on_greeting(app: Flask, make: Make) -> None:
    """`make(visitor, building)` is a sentence under the greeting of Today; None when there is nothing to say."""
    app.extensions["greetings"].append(make)


def on_welcome(app: Flask, make: Callable[[], Markup | None]) -> None:
    """`make()` is a part of the first page, for strangers; None when there is nothing to say."""
    app.extensions["welcome panels"].append(lambda _visitor, _building: make())


def on_building(app: Flask, make: Make) -> None:
    """`make(visitor, building)` is a part of a building's page; None when there is nothing to say."""
    app.extensions["building panels"].append(make)


def on_work(app: Flask, make: Callable[[Visitor], Markup | None]) -> None:
    """`make(visitor)` is a part of the start page of work; None when there is nothing to say."""
    app.extensions["work panels"].append(lambda visitor, _building: make(visitor))


def counts_who_took_part(app: Flask, count: TookPart) -> None:
    """`count(building_id, since)` says how many neighbours took part in something since a moment."""
    app.extensions["took part"] = count


def parts(table: str, visitor: Visitor | None, building: Building | None = None) -> list[Markup | None]:
    """The parts that have something to say, in the order in which their rooms opened; None stands for one that
    failed."""
    made: list[Markup | None] = []
    for make in current_app.extensions[table]:
        try:
            part = make(visitor, building)
        except Exception:
            log.exception("a part of a page failed: %s %r", table, make)
            made.append(None)
        else:
            if part is not None:
                made.append(part)
    return made


def took_part(building: Building, since: datetime) -> int | None:
    """How many neighbours took part in something since a moment; None when that cannot be counted now."""
    try:
        return int(current_app.extensions["took part"](building.id, since))
    except Exception:
        log.exception("could not count who took part")
        return None


def _nobody(_building_id: int, _since: datetime) -> int:
    return 0
