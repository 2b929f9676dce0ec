"""The page on which one searches (DESIGN, page 26). What is found comes from the rooms that registered
(`search.source`); this says it, and offers what was perhaps meant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, Flask, Response, request
from markupsafe import Markup

from community import clock, search, text, web
from community.excerpts import excerpt
from community.language import gettext as _
from community.search import Asked, Line, Source
from community.visitor import Visitor

pages = Blueprint("search", __name__)

# Of each kind so many at first; who wants more asks for one kind.
FEW = 5
PAGE = 20
# More pages than anybody turns: then other words help more.
PAGES_MAX = 25


def init_app(app: Flask) -> None:
    """Offer the page."""
    search.init_app(app)
    app.register_blueprint(pages)


@dataclass(frozen=True, slots=True)
class Part:
    """What was found in one room. `more`: where the rest is."""

    source: Source
    lines: Sequence[tuple[Line, Markup, Markup]]
    more: Markup | None


@pages.get("/zoeken")
@web.for_members
def search_page() -> Response:
    """Search what one may read: words, words in quotes, by whom, since when."""
    visitor = web.me()
    typed = text.clean_line(request.args.get("q", ""), search.QUERY_MAX)
    writer = text.clean_line(request.args.get("wie", ""), 80)
    period = request.args.get("periode", "")
    period = period if period in _PERIODS else ""
    asked = search.read(typed, writer, _since(period))
    chosen = next((one for one in search.sources() if one.key == request.args.get("soort")), None)
    number = web.page_number(request.args.get("pagina"), PAGES_MAX) if chosen else 1
    parts = [] if asked.is_empty else _parts(visitor, asked, chosen, number)
    wish = {"wie": writer or None, "periode": period or None}
    meant = None
    if not parts and number == 1 and asked.query and not asked.is_empty:
        meant = search.suggestion(asked, lambda other: _first(visitor, other))
    return web.page(
        "search/page.html",
        active="talk",
        typed=typed,
        writer=writer,
        period=period,
        periods={"": _("Altijd"), "week": _("Deze week"), "maand": _("Deze maand"), "jaar": _("Dit jaar")},
        parts=parts,
        chosen=chosen,
        number=number,
        earlier=_address(typed, wish, chosen, number - 1) if number > 1 else None,
        later=parts[0].more if chosen and parts else None,
        everything=_address(typed, wish),
        anyhow=_address(typed, {}) if writer or period else None,
        meant=meant,
        meant_address=_address(meant, wish) if meant else None,
        is_asked=bool(typed or writer),
        latest=[one.latest(visitor) for one in search.sources() if one.latest] if asked.is_empty else (),
    )


def _parts(visitor: Visitor, asked: Asked, chosen: Source | None, number: int) -> list[Part]:
    most = PAGE if chosen else FEW
    wish = {"wie": asked.writer or None, "periode": request.args.get("periode") or None}
    made = []
    for one in [chosen] if chosen else search.sources():
        lines = _lines(visitor, one, asked, (number - 1) * most, most + 1)
        if lines:
            has_more = len(lines) > most and number < PAGES_MAX
            following = number + 1 if chosen else None
            more = _address(asked.query, wish, one, following) if has_more else None
            made.append(Part(one, [_shown(line, asked) for line in lines[:most]], more))
    return made


def _lines(visitor: Visitor, source: Source, asked: Asked, start: int, most: int) -> Sequence[Line]:
    if not source.is_narrowed and (asked.writer or asked.since):
        return []
    return source.find(visitor, asked, start, most)


def _first(visitor: Visitor, asked: Asked) -> Line | None:
    """Something that answers, if there is anything."""
    for one in search.sources():
        lines = _lines(visitor, one, asked, 0, 1)
        if lines:
            return lines[0]
    return None


def _shown(line: Line, asked: Asked) -> tuple[Line, Markup, Markup]:
    return line, excerpt(line.title, asked.marked), excerpt(line.plain, asked.marked)


def _address(typed: str | None, wish: dict[str, Any], source: Source | None = None, page: int | None = None) -> Markup:
    soort = source.key if source else None
    return web.link_with("/zoeken", q=typed or None, **wish, soort=soort, pagina=page)


# ---- since when ------------------------------------------------------------------------------------------------------

_PERIODS = {"week", "maand", "jaar"}


def _since(period: str) -> datetime | None:
    """When this week, month or year began on a resident's clock."""
    if not period:
        return None
    today = clock.today()
    day = {
        "week": today - timedelta(days=today.weekday()),
        "maand": today.replace(day=1),
        "jaar": today.replace(month=1, day=1),
    }[period]
    return datetime.combine(day, time(), clock.ZONE)
