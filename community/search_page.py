"""The page on which one searches (DESIGN, page 26). What is found comes from the rooms that registered
(`search.source`); this says it, and offers what was perhaps meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flask import Blueprint, Flask, Response, request
from markupsafe import Markup

from community import clock, search, text, web
from community.days import read_day, written_day
from community.excerpts import excerpt
from community.language import gettext as _
from community.search import Asked, Line, Source
from community.visitor import Visitor

pages = Blueprint("search", __name__)

# A day or a name is not longer; what is, is cut off.
DAY_MAX = 40
NAME_MAX = 80
# Of each kind so many at first; who wants more asks for one kind.
FEW = 5
PAGE = 20
# More pages than anybody turns: then other words help more.
PAGES_MAX = 25
# What was asked for besides words, by its name in the address.
Wish = Mapping[str, str | None]


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
    """Search what one may read: words, words in quotes, by whom, between which days."""
    visitor = web.me()
    typed = text.clean_line(request.args.get("q", ""), search.QUERY_MAX)
    writer = text.clean_line(request.args.get("wie", ""), NAME_MAX)
    when = When.read(request.args)
    asked = search.read(typed, writer, when.since, when.until)
    chosen = next((one for one in search.sources() if one.key == request.args.get("soort")), None)
    number = web.page_number(request.args.get("pagina"), PAGES_MAX) if chosen else 1
    wish = {"wie": writer or None, **when.typed}
    errors = dict(when.errors)
    if any(when.typed.values()) and not (typed or writer):
        errors["q"] = _("Vul ook in wat u zoekt, of van wie het is.")
    # With a day that is none nothing is looked for: what came would not be what was asked.
    is_asked = bool(typed or writer) and not errors
    parts = _parts(visitor, asked, wish, chosen, number) if is_asked and not asked.is_empty else []
    meant = None
    if is_asked and not parts and number == 1 and asked.query and not asked.is_empty:
        meant = search.suggestion(asked, lambda other: _first(visitor, other))
    latest = [(one, one.latest(visitor)) for one in search.sources() if one.latest] if asked.is_empty else []
    shown = [*(part.source for part in parts), *(one for one, _lines in latest)]
    return web.page(
        "search/page.html",
        active="talk",
        typed=typed,
        writer=writer,
        when=when,
        errors=errors,
        periods={"": _("Altijd"), "week": _("Deze week"), "maand": _("Deze maand"), "jaar": _("Dit jaar")},
        parts=parts,
        chosen=chosen,
        number=number,
        earlier=_address(typed, wish, chosen, number - 1) if number > 1 else None,
        later=parts[0].more if chosen and parts else None,
        everything=_address(typed, wish),
        anyhow=_address(typed, {}) if any(wish.values()) else None,
        meant=meant,
        meant_address=_address(meant, wish) if meant else None,
        is_asked=is_asked,
        latest=latest,
        source_icons=[icon for one in shown for icon in one.icons],
        sheets=list(dict.fromkeys(one.sheet for one in shown if one.sheet)),
    )


def _parts(visitor: Visitor, asked: Asked, wish: Wish, chosen: Source | None, number: int) -> list[Part]:
    most = PAGE if chosen else FEW
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
    if asked.is_narrow and not source.is_narrowed:
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


def _address(typed: str | None, wish: Wish, source: Source | None = None, page: int | None = None) -> Markup:
    soort = source.key if source else None
    return web.link_with("/zoeken", q=typed or None, **wish, soort=soort, pagina=page)


# ---- when ------------------------------------------------------------------------------------------------------------

PERIODS = ("week", "maand", "jaar")


@dataclass(frozen=True, slots=True)
class When:
    """Between which moments: a period, the first and the last day that somebody typed, or both; then all of it holds.
    What was typed is kept as it was, with a sentence about a day that is none."""

    period: str
    first: str
    last: str
    since: datetime | None
    until: datetime | None
    errors: Mapping[str, str]

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> When:
        """Read it from an address."""
        errors: dict[str, str] = {}
        period = fields.get("periode", "")
        period = period if period in PERIODS else ""
        first, last = (text.clean_line(fields.get(name, ""), DAY_MAX) for name in ("van", "tot"))
        since, until = _day(first, "van", errors), _day(last, "tot", errors)
        if since and until and since > until:
            errors["tot"] = _(
                "%(first)s komt na %(last)s. Wissel de dagen om, of schrijf het jaar erbij.",
                first=written_day(since),
                last=written_day(until),
            )
        begins = [day for day in (since, _beginning(period)) if day]
        # Midnight is where the day ends; after the last day there is there is none.
        ends = until + timedelta(days=1) if until and until < date.max else None
        return cls(period, first, last, _midnight(max(begins, default=None)), _midnight(ends), errors)

    @property
    def typed(self) -> Wish:
        """What of it goes along in an address."""
        return {"periode": self.period or None, "van": self.first or None, "tot": self.last or None}


def _day(typed: str, name: str, errors: dict[str, str]) -> date | None:
    try:
        return read_day(typed) if typed else None
    except ValueError as wrong:
        errors[name] = str(wrong)
        return None


def _beginning(period: str) -> date | None:
    """The first day of this week, month or year on a resident's calendar."""
    today = clock.today()
    if period == "week":
        return today - timedelta(days=today.weekday())
    if period == "maand":
        return today.replace(day=1)
    return today.replace(month=1, day=1) if period == "jaar" else None


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), clock.ZONE) if day else None
