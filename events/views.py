"""How HTTP says it: the calendar by list and month, by week, and a month on paper. An activity itself is in
`views_activity`, what strangers see in `views_public`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, request
from markupsafe import Markup
from sqlalchemy import bindparam, select
from werkzeug.wrappers import Response

from community import clock, dates, db, web
from community.language import gettext as _
from community.language import in_sentence
from community.places import buildings
from community.places import queries as place_queries
from community.places.models import Building, Neighbourhood
from community.visitor import Visitor
from events import asking, kept, months, queries, showing
from events.asking import Asked
from events.queries import DateRow
from events.wished import Wanted

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
    marks = queries.marks_between(visitor, months.begins(month), months.begins(end), asked.wanted)
    # At the end of a month the coming days are those of the next.
    after = clock.now() - _JUST if is_now else months.begins(since)
    upto = months.begins(end) if not is_now else months.begins(today + timedelta(days=AHEAD))
    shown, following = months.whole_days(_listed(visitor, after, upto, asked.wanted), LIST)
    days = months.by_day(shown)
    elsewhere = asked.link(maand=f"{month:%Y-%m}") + Markup("&amp;vanaf=")
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
        table=kept.month(marks, month, _month_name(month), list(days), elsewhere),
        days=_days(days, visitor),
        following=following,
        earlier=months.after(month, -1),
        later=end,
        first=since,
        week=_monday(since),
        kinds=showing.kinds(),
        neighbourhood=db.session().scalar(_NAME_AROUND, {"id": asked.building.neighbourhood_id}),
        watched=_watched(asked, shown),
        name_of=_month_name,
    )


_NAME_AROUND = select(Neighbourhood.name).where(Neighbourhood.id == bindparam("id"))
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
    days = _days({day: found.get(day, []) for day in (monday + timedelta(days=n) for n in range(7))}, visitor)
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
        spoken=kept.spoken,
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


def _days(days: Mapping[date, Sequence[DateRow]], visitor: Visitor) -> list[tuple[months.Day, list[Markup]]]:
    back = request.full_path.rstrip("?")
    return [(months.Day(day), kept.cards(found, visitor, back)) for day, found in days.items()]


# Read of a list, whatever comes after: its dates, and the rest of the last day.
_READ = 16


def _listed(visitor: Visitor, after: datetime, upto: datetime, wanted: Wanted) -> Sequence[DateRow]:
    """The dates to list; all of a first day that has more than most weeks have."""
    rows = queries.between(visitor, after, upto, wanted, most=_READ)
    if len(rows) < _READ or len(months.by_day(rows)) > 1:
        return rows
    return queries.between(visitor, after, upto, wanted)


# The socket lets a browser watch twenty things.
_WATCH_MAX = 18


def _watched(asked: Asked, rows: Any) -> str:
    """What the page wants to hear of: the building's calendar, and the dates in its list."""
    return " ".join([f"calendar:{asked.building.id}", *(f"occurrence:{row.id}" for row in rows[:_WATCH_MAX])])
