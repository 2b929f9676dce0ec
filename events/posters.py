"""What stands on the poster of an activity: one A4, read from across the hall. Days are written in full, for it hangs
there for weeks; nothing on it changes by itself, so it counts nobody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app

from community import clock, dates, db, facade, paper, text
from community.language import gettext as _
from community.language import ngettext
from community.places import queries as place_queries
from community.places.models import Building
from community.places.queries import StaffMember
from community.visitor import Visitor
from events import queries, repeating, showing
from events.models import BUILDING
from events.queries import DateRow

# Empty lines for a pen (DESIGN, 9); who has fewer places has fewer lines.
LINES = 8
# Days of a series that stand on it; the rule says the others.
DAYS = 4
# Dates that are looked through for one that is as its series says.
_LOOKED_AT = 12
# What fills three lines of 22 points.
_SENTENCE = 140
_SENTENCE_END = re.compile(r"(?<=[.!?]) +")
# Up to so many letters, and in the longest word, a title is of the first size, the second, and so on: 72 points hold 14
# letters on a line of A4, 52 hold 19, 38 hold 26.
_SIZES = ((24, 12), (48, 17), (76, 24))
# "zondag 1 november" stands on one line of 56 points, "donderdag 24 september" of 44.
_SHORT_DAY = 18


@dataclass(frozen=True, slots=True)
class Poster:
    """One sheet. `size` (0 to 3) is that of the title, the largest first; `caretaker` is for who lives there."""

    row: DateRow
    is_series: bool
    is_off: bool
    day: str
    is_short_day: bool
    time: str
    otherwise: Sequence[str]
    days: str
    size: int
    place: str
    reach: Sequence[tuple[str, str]]
    sentence: str
    facts: Sequence[str]
    until: str
    lines: int
    caretaker: StaffMember | None
    function: str
    address: str
    link: str
    qr: str
    building: Building | None
    windows: int | None


def of_date(row: DateRow, visitor: Visitor | None) -> Poster:
    """The poster of one date."""
    begins = clock.local(row.starts_at)
    lines = min(LINES, row.capacity or LINES) if row.needs_signup else 0
    return _poster(row, row, visitor, dates.full(begins.date()), showing.times(row), lines=lines)


def of_series(row: DateRow, visitor: Visitor | None) -> Poster:
    """The poster of the series of a date: its rule in words, and the first days that come. Title and place are those of
    a date that is as its series says."""
    coming = [
        one
        for one in queries.of_series(visitor, row.event_id, clock.now(), most=_LOOKED_AT)
        if one.cancelled_at is None
    ]
    usual = next((one for one in coming if not one.is_changed and not one.is_extra), row)
    often, but = repeating.on_paper(row, visitor)
    return _poster(
        usual, row, visitor, often, showing.times(usual), otherwise=but, days=_listed(coming[:DAYS]), is_series=True
    )


def _listed(rows: Sequence[DateRow]) -> str:
    """Whole days: "1, 8 en 15 december" would be shorter, and is read less well from across the hall."""
    days = [dates.full(clock.local(row.starts_at).date()) for row in rows]
    if len(days) < 2:
        return "".join(days)
    return _("%(days)s en %(last)s", days=", ".join(days[:-1]), last=days[-1])


def _poster(
    row: DateRow,
    told: DateRow,
    visitor: Visitor | None,
    day: str,
    time: str,
    *,
    otherwise: Sequence[str] = (),
    days: str = "",
    lines: int = 0,
    is_series: bool = False,
) -> Poster:
    """`row` is the date that it speaks of, `told` the one with all that its page tells."""
    building = db.session().get(Building, row.building_id) if row.building_id is not None else None
    # A stranger reads no names, and the caretaker's number is for who lives there.
    caretaker = place_queries.caretaker_of(place_queries.staff_of(building)) if visitor and building else None
    is_off = row.cancelled_at is not None
    link = link_of(row)
    # In its own hall everybody knows where that is.
    elsewhere = (row.building or row.neighbourhood or "") if row.is_public or row.seen_by != BUILDING else ""
    return Poster(
        row=row,
        is_series=is_series,
        is_off=is_off,
        day=day,
        is_short_day=len(day) <= _SHORT_DAY,
        time=time,
        otherwise=otherwise,
        days=days,
        size=size_of(row.title),
        place=", ".join(part for part in (showing.place(row), elsewhere) if part),
        reach=[one for one in showing.reach(row) if one[0] != "accessibility" or row.is_step_free],
        sentence=_first_words(told.source),
        facts=[] if is_off else _facts(row),
        until="" if is_series or is_off else _until(row),
        lines=0 if is_off else lines,
        caretaker=caretaker,
        function=place_queries.role_name(caretaker.function) if caretaker else "",
        address=link.partition("//")[2],
        link=link,
        qr=paper.qr_svg(link),
        building=building,
        windows=row.capacity,
    )


def link_of(row: Any) -> str:
    """The short address of a date, which stands on paper and stays whatever its name becomes."""
    return f"{current_app.config['BASE_URL']}/a/{row.id}"


def size_of(title: str) -> int:
    """Which size a title is given, so that it never takes more than a third of the sheet."""
    longest = max((len(word) for word in title.split()), default=0)
    return next(
        (size for size, (all_, word) in enumerate(_SIZES) if len(title) <= all_ and longest <= word), len(_SIZES)
    )


def _first_words(source: str) -> str:
    """The first sentences of what it is, as many as there is room for."""
    words = text.excerpt(source, 10 * _SENTENCE)
    kept = ""
    for sentence in _SENTENCE_END.split(words):
        if len(kept) + len(sentence) + 1 > _SENTENCE:
            break
        kept = f"{kept} {sentence}".strip()
    return kept or text.excerpt(source, _SENTENCE)


def _facts(row: DateRow) -> list[str]:
    """What it costs, what to bring, how many can come."""
    said = []
    if row.cents is not None:
        price = _("%(price)s per persoon", price=showing.price(row.cents))
        said.append(price if row.cents else _("Meedoen is gratis"))
    if row.bring:
        said.append(_("Neem mee: %(what)s", what=row.bring))
    if row.needs_signup and row.capacity is not None:
        said.append(ngettext("Er is 1 plaats", "Er zijn %(n)s plaatsen", row.capacity))
    return said


def _until(row: Any) -> str:
    """Until when one signs up, as a day that is still right in a week."""
    if not row.needs_signup or row.closes_at >= row.starts_at:
        return ""
    here = clock.local(row.closes_at)
    if day := showing.whole_day(here):
        return _("Opgeven tot en met %(day)s", day=dates.full(day))
    return _("Opgeven tot %(moment)s", moment=dates.exact(row.closes_at))


def facade_of(poster: Poster) -> Any:
    """A strip of houses with as many lit windows as there are places; all of them where everybody can come."""
    mix = poster.building.facade.split(",") if poster.building else facade.DEFAULT_MIX
    lit = facade.windows(mix) if poster.windows is None else poster.windows
    return facade.draw(f"poster/{poster.row.event_id}", lit, mix)
