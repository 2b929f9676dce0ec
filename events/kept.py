"""Dates and months as ready HTML, kept by all that they show: the row, the language, the day, who looks. A change makes
another key, so nothing kept can be out of date, in any process; and who may see it was asked of the database before
anybody comes here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, cast

from cachetools import LRUCache
from flask import Flask, current_app
from markupsafe import Markup

from community import clock, dates, language, web
from community.visitor import Visitor
from events import months, showing
from events.queries import DateRow


class Kept:
    """What is kept, for one application (so for one database)."""

    def __init__(self) -> None:
        # About 3 KB a card and 20 KB a month: 30 MB at the most.
        self.cards: LRUCache[tuple[Any, ...], str] = LRUCache(5_000)
        self.months: LRUCache[tuple[Any, ...], Markup] = LRUCache(500)


def init_app(app: Flask) -> None:
    """Begin with nothing kept."""
    app.extensions["kept dates"] = Kept()


def _kept() -> Kept:
    return cast(Kept, current_app.extensions["kept dates"])


# Stands in kept HTML where each reader's own form token goes. Cannot be typed: text.py takes control characters out.
_FORM_MARK = "\x02csrf\x03"


def cards(rows: Sequence[DateRow], visitor: Visitor, back: str) -> list[Markup]:
    """Dates of a list with the visitor's answers; `back` is the page on which they stand."""
    now, kept, csrf = clock.now(), _kept().cards, web.csrf()
    about = (language.current(), clock.today(), back, visitor.home_building_ids, visitor.person_id)
    made = []
    for row in rows:
        # What has begun, is over or closed reads otherwise, and nothing in the row says that time went by.
        key = (*about, *row, row.starts_at > now, row.ends_at > now, row.closes_at > now)
        held = kept.get(key)
        if held is None:
            piece = web.template("events/_card.html").module.event_card
            held = kept[key] = str(piece(showing.card(row, visitor), _FORM_MARK, back))
        made.append(Markup(held.replace(_FORM_MARK, csrf)))
    return made


def month(rows: Sequence[DateRow], first: date, name: str, listed: Sequence[date], elsewhere: str) -> Markup:
    """The table of a month. `rows` are its `marks_between`, `name` says which month it is, `listed` are the days that
    stand on the same page; the others are found at `elsewhere` and the day."""
    key = (language.current(), clock.today(), first, name, tuple(listed), elsewhere, *map(tuple, rows))
    held = _kept().months.get(key)
    if held is None:
        piece = web.template("events/_month.html").module.month_table
        title = dates.month(first)
        held = Markup(piece(months.weeks(first, rows), title[:1].upper() + title[1:], name, spoken, listed, elsewhere))
        _kept().months[key] = held
    return held


def spoken(row: Any) -> str:
    """ "10.30", as in "10.30 koffie"."""
    return dates.time(row.starts_at).partition(" ")[0]
