"""What gathering adds to pages of the house: today's activities and the coming ones on "Vandaag", what comes on a
building's page, and what was made public on the page for strangers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask, g
from markupsafe import Markup

from community import clock, web
from community.language import in_sentence, ngettext
from community.places import panels
from community.places.models import Building
from community.visitor import Visitor
from events import months, queries, showing
from events.queries import DateRow
from events.wished import Wanted

# Cards of today; who has more goes to the calendar. And of the coming days (DESIGN, page 6).
CARDS, COMING = 5, 2
# On a building's page, and on the page for strangers.
SOON, PUBLIC = 3, 4
# What a day can hold, with the coming days behind it.
_READ = 40
# Strangers are told of what comes this soon.
PUBLIC_DAYS = 62


def init_app(app: Flask) -> None:
    """Put the panels on the tables of the pages that show them."""
    panels.on_today(app, today, first=True)
    panels.beside_today(app, coming_days)
    panels.on_greeting(app, greeting)
    panels.on_building(app, soon)
    panels.on_welcome(app, public)


@dataclass(frozen=True, slots=True)
class _Days:
    """Today's dates that go on, those of today that were cancelled among `shown`, and what comes after today."""

    count: int
    shown: Sequence[DateRow]
    after: Sequence[DateRow]


def _days(visitor: Visitor, building: Building) -> _Days:
    """Asked for once in a request: three parts of the page tell of it."""
    kept: dict[int, _Days] = g.setdefault("days of today", {})
    if building.id not in kept:
        now, today = clock.now(), clock.today()
        tomorrow = months.begins(today + timedelta(days=1))
        wanted = Wanted(building_id=building.id)
        rows = queries.coming_up(visitor, months.begins(today), wanted, most=_READ)
        on = [row for row in rows if row.starts_at < tomorrow]
        kept[building.id] = _Days(
            sum(row.cancelled_at is None for row in on),
            [row for row in on if row.ends_at > now],
            [row for row in rows if row.starts_at >= tomorrow and row.cancelled_at is None],
        )
    return kept[building.id]


def greeting(visitor: Visitor, building: Building) -> Markup | None:
    """ "Vandaag zijn er 2 activiteiten in de Lindehof."; nothing on a day without any."""
    count = _days(visitor, building).count
    if not count:
        return None
    where = Markup.escape(in_sentence(building.with_article))
    return Markup(
        ngettext(
            'Vandaag is er <b class="nowrap">1 activiteit</b> in %(where)s.',
            'Vandaag zijn er <b class="nowrap">%(n)s activiteiten</b> in %(where)s.',
            count,
            where=where,
        )
    )


def today(visitor: Visitor, building: Building) -> Markup | None:
    """Today's activities with their answer buttons; or that there are none, and what is next."""
    found = _days(visitor, building)
    body = web.fragment(
        "events/_today.html",
        cards=showing.cards(found.shown[:CARDS], visitor, near=True, faces=True),
        has_more=len(found.shown) > CARDS,
        were_some=found.count > 0,
        following=found.after[0] if found.after else None,
        tomorrow=clock.today() + timedelta(days=1),
        day_of=lambda row: clock.local(row.starts_at).date(),
        path_of=showing.path_of,
        building=building,
    )
    return Markup(body)


def coming_days(visitor: Visitor, building: Building) -> Markup | None:
    """The next two, beside Today."""
    return _rows("events/_coming.html", _days(visitor, building).after[:COMING], building)


def soon(visitor: Visitor, building: Building) -> Markup | None:
    """What comes, on a building's page."""
    rows = queries.coming_up(visitor, clock.now(), Wanted(building_id=building.id), most=SOON, held=True)
    return _rows("events/_soon.html", rows, building)


def public() -> Markup | None:
    """What committees made public, for strangers: no names, and nothing when there is nothing."""
    now = clock.now()
    rows = queries.public_between(now, now + timedelta(days=PUBLIC_DAYS), most=PUBLIC)
    return _rows("events/_public.html", rows) if rows else None


def _rows(template: str, rows: Sequence[DateRow], building: Building | None = None) -> Markup:
    body = web.fragment(
        template,
        rows=rows,
        building=building,
        leaf_of=showing.leaf_of_day,
        path_of=showing.path_of,
        place_of=showing.place,
    )
    return Markup(body)
