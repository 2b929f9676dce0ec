"""How HTTP says it: the calendar by list and month, by week, and a month on paper. An activity itself is in
`views_activity`, what strangers see in `views_public`."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from community import clock, dates, db, web
from community.language import gettext as _
from community.language import in_sentence
from community.places import buildings
from community.places import queries as place_queries
from community.places.models import Building, Neighbourhood
from community.visitor import Visitor
from events import asking, months, queries, showing
from events.asking import Asked

pages = Blueprint("events", __name__)

# So many dates stand in the list; then comes a button for what follows.
LIST = 6
# Links to other buildings above the calendar, as above Today.
CHOICES = 6


@pages.get("/agenda")
@web.for_members
def agenda() -> Response:
    """The calendar: what comes, day by day, and the month as a table."""
    visitor = web.me()
    asked, choices = _asked(visitor)
    if asked is None:
        return web.page("places/no_building.html", active="agenda")
    if "week" in request.args:
        return _week(visitor, asked)
    month, is_real = months.read(request.args.get("maand"))
    since = months.read_day(request.args.get("vanaf"))
    today, end = clock.today(), months.after(month)
    if since is None or not month <= since < end:
        since = today if month <= today < end else month
    is_now = since == today
    rows = queries.between(visitor, months.begins(month), months.begins(end), asked.wanted)
    # At the end of a month the coming days are those of the next.
    after = clock.now() - _JUST if is_now else months.begins(since)
    upto = months.begins(end) if not is_now else months.begins(today + timedelta(days=AHEAD))
    shown, following = months.whole_days(queries.between(visitor, after, upto, asked.wanted), LIST)
    return web.page(
        "events/agenda.html",
        active="agenda",
        frame=place_queries.frame_of(asked.building.id),
        asked=asked,
        title=_title(asked),
        choices=choices[:CHOICES] if len(choices) > 1 else (),
        has_more=len(choices) > CHOICES,
        month=month,
        month_name=_month_name(month),
        is_real=is_real,
        is_now=is_now,
        weeks=months.weeks(month, rows),
        days=_days(shown, visitor),
        following=following,
        earlier=months.after(month, -1),
        later=end,
        first=since,
        week=_monday(since),
        kinds=showing.kinds(),
        neighbourhood=db.session().get(Neighbourhood, asked.building.neighbourhood_id),
        watched=_watched(asked, shown),
        spoken=_spoken,
        name_of=_month_name,
    )


# What began just now is still worth going to.
_JUST = timedelta(hours=2)
# "De komende dagen" looks this far, so that a quiet month is not an empty list.
AHEAD = 60


def _week(visitor: Visitor, asked: Asked) -> Response:
    """Seven days under each other; those without anything say so."""
    given = months.read_day(request.args.get("week"))
    monday = _monday(given or clock.today())
    rows = queries.between(visitor, months.begins(monday), months.begins(monday + timedelta(days=7)), asked.wanted)
    found = months.by_day(rows)
    days = [
        (months.Day(day), showing.cards(found.get(day, ()), visitor))
        for day in (monday + timedelta(days=n) for n in range(7))
    ]
    return web.page(
        "events/week.html",
        active="agenda",
        frame=place_queries.frame_of(asked.building.id),
        asked=asked,
        title=_title(asked),
        monday=monday,
        sunday=monday + timedelta(days=6),
        is_real=given is not None or not request.args["week"],
        days=days,
        earlier=monday - timedelta(days=7),
        later=monday + timedelta(days=7),
        watched=_watched(asked, rows),
    )


@pages.get("/agenda/print")
@web.for_members
def print_month() -> Response:
    """A month on one sheet of A4, to hang on the fridge."""
    visitor = web.me()
    asked, _others = _asked(visitor)
    if asked is None:
        return web.page("places/no_building.html", active="agenda")
    month, _is_real = months.read(request.args.get("maand"))
    rows = queries.between(visitor, months.begins(month), months.begins(months.after(month)), asked.wanted)
    held = [row for row in rows if row.cancelled_at is None]
    weeks = months.weeks(month, held)
    busiest = max((len(day.rows) for week in weeks for day in week), default=0)
    return web.page(
        "events/print_month.html",
        active="agenda",
        frame=place_queries.frame_of(asked.building.id),
        asked=asked,
        title=_title(asked),
        month=month,
        month_name=dates.month(month),
        weeks=weeks,
        density=next((size for size, most in enumerate(_DENSITY) if busiest <= most), len(_DENSITY)),
        fits=_FITS,
        spoken=_spoken,
    )


# Up to so many on the busiest day the letters of the sheet are of the first size, the second, and so on; and so many
# lines of each size fit in a day of a month of six weeks.
_DENSITY = (2, 3, 5)
_FITS = (2, 3, 5, 7)


# ---- what was asked for --------------------------------------------------------------------------------------------


def _asked(visitor: Visitor) -> tuple[Asked | None, list[Building]]:
    """What the address asks for, and the buildings to choose from; None for who belongs to no building."""
    choices: list[Building] = []
    if visitor.is_staff or len(visitor.home_building_ids) != 1:
        seen = place_queries.visible_buildings(visitor).order_by(Building.name).limit(CHOICES + 1)
        choices = list(db.session().scalars(seen))
    slug = request.args.get("gebouw")
    chosen = buildings.visible_building(visitor, slug) if slug else None
    building = chosen or place_queries.main_building(visitor)
    if building is None:
        return None, choices
    return asking.read(request.args, building, is_other=chosen is not None), choices


def _title(asked: Asked) -> str:
    if asked.whose == asking.MINE:
        return _("Mijn activiteiten")
    if asked.whose == asking.ALL:
        return _("Alle activiteiten")
    if asked.whose == asking.NEIGHBOURHOOD:
        return _("Agenda van de buurt")
    return _("Agenda van %(where)s", where=in_sentence(asked.building.with_article))


def _month_name(month: date) -> str:
    """ "maart", with the year when it is not this one's."""
    name = dates.month(month)
    return name if month.year != clock.today().year else name.rpartition(" ")[0]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _days(rows: Any, visitor: Visitor) -> list[tuple[months.Day, list[showing.Card]]]:
    return [(months.Day(day), showing.cards(found, visitor)) for day, found in months.by_day(rows).items()]


def _spoken(row: Any) -> str:
    """ "10.30", as in "10.30 koffie"."""
    return dates.time(row.starts_at).partition(" ")[0]


# The socket lets a browser watch twenty things.
_WATCH_MAX = 18


def _watched(asked: Asked, rows: Any) -> str:
    """What the page wants to hear of: the building's calendar, and the dates in its list."""
    return " ".join([f"calendar:{asked.building.id}", *(f"occurrence:{row.id}" for row in rows[:_WATCH_MAX])])
