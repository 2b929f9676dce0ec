"""How an activity will look once it is in the calendar: line by line, with its dates and who has its room on them. What
a template shows on "Klopt het?"; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from community import clock, dates
from community.language import gettext as _
from community.language import ngettext
from events import bookings, recurrence, repeating, series, showing
from events.bookings import Taken
from events.offering import Offer
from events.planning import Plan
from events.recurrence import Rule

# So many dates of a series are listed; the rest is a number.
LISTED = 10
# A clash is looked for on so many dates; planning looks at all of them.
_LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class Line:
    """A line of what neighbours will read, and the field where it is changed."""

    icon: str
    label: str
    value: str
    field: str


@dataclass(frozen=True, slots=True)
class DateLine:
    """A date of it; `taken` is who has the room then."""

    day: str
    key: str
    taken: Taken | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What will stand in the calendar. `more` counts the dates that are not listed; without an end there is none."""

    lines: Sequence[Line]
    dates: Sequence[DateLine]
    more: int
    is_series: bool
    goes_on: bool
    clashes: Sequence[Taken]
    how_often: str


def preview(plan: Plan, offer: Offer) -> Preview:
    """An activity as it will be.

    Raises:
        Invalid: its rule gives too many dates, or none.
    """
    found = moments(plan)
    lasts = timedelta(minutes=plan.lasts)
    taken: dict[datetime, Taken] = {}
    if plan.room_id is not None and found:
        looked_at = found[:_LOOKED_AT]
        booked = bookings.between([plan.room_id], looked_at[0], looked_at[-1] + lasts)
        for at in looked_at:
            there = next((one for one in booked if one.starts_at < at + lasts and one.ends_at > at), None)
            if there is not None:
                taken[at] = there
    often = plan.rule if isinstance(plan.rule, Rule) else recurrence.rule_of(plan.rule) if plan.rule else None
    return Preview(
        lines(plan, offer),
        [_date_line(at, taken.get(at)) for at in found[:LISTED]],
        max(0, len(found) - LISTED),
        plan.rule is not None,
        isinstance(often, Rule) and often.until is None and often.count is None,
        [taken[at] for at in sorted(taken)],
        recurrence.words(often) if often else "",
    )


def _date_line(at: datetime, taken: Taken | None) -> DateLine:
    day = clock.local(at).date()
    return DateLine(dates.full(day), day.isoformat(), taken)


def moments(plan: Plan) -> list[datetime]:
    """The moments at which it will be: all of them, or for one without an end those of the coming 15 months."""
    zone = clock.ZONE.key
    first = recurrence.moment(plan.start_on, plan.start_at, zone)
    rule = plan.rule if isinstance(plan.rule, Rule) else recurrence.rule_of(plan.rule) if plan.rule else None
    ends = rule is not None and (rule.until is not None or rule.count is not None)
    before = datetime.max.replace(tzinfo=UTC) if ends else series.end_of(plan.start_on + series.AHEAD, zone)
    skip = series.days_off(plan.skips_holidays, plan.skips_school_holidays) if plan.rule else None
    return recurrence.expand(plan.rrule, plan.start_on, plan.start_at, zone, first, before, skip)


def when(plan: Plan) -> str:
    """ "donderdag 12 maart, 14.30 tot 16.00 uur"."""
    begins = recurrence.moment(plan.start_on, plan.start_at, clock.ZONE.key)
    ends = begins + timedelta(minutes=plan.lasts)
    start, hour = dates.time(begins).partition(" ")[0], clock.local(begins).hour
    # An hour that the clock shows in two halves of the day is said with its half.
    part = " " + _("(’s ochtends)") if 5 <= hour < 9 else " " + _("(’s nachts)") if hour < 5 else ""
    said = _("%(day)s, %(begin)s tot %(end)s", day=dates.full(plan.start_on), begin=start, end=dates.time(ends))
    return said + part


def lines(plan: Plan, offer: Offer) -> list[Line]:
    """What neighbours will read of it, in the order in which they ask."""
    found = [Line("calendar", _("Wanneer"), when(plan), "dag")]
    if plan.rule is not None:
        rule = plan.rule if isinstance(plan.rule, Rule) else recurrence.rule_of(plan.rule)
        often = recurrence.words(rule) if rule else _("volgens een eigen regel")
        but = repeating.left_out(plan.skips_holidays, plan.skips_school_holidays)
        found.append(Line("repeat", _("Hoe vaak"), ", ".join([often, *but]), "herhaling"))
    room = offer.room(plan.room_id)
    where = ", ".join(part for part in (room.name, room.floor) if part) if room else plan.place
    found.append(Line("map-pin", _("Waar"), where, "zaal" if offer.rooms else "plek"))
    found.append(Line("user", _("Wie ontvangt u"), offer.host(plan.host_id), "wie"))
    found.append(Line("users", _("Plaatsen"), _places(plan), "plaatsen"))
    if plan.cents is not None:
        found.append(Line("euro", _("Kosten"), _price(plan.cents), "kosten"))
    if plan.bring:
        found.append(Line("shopping-bag", _("Neem mee"), plan.bring, "meenemen"))
    if plan.duties:
        told = ", ".join(f"{title} ({needed})" for title, needed in plan.duties)
        found.append(Line("hand-helping", _("Wie helpt"), told, "taken"))
    label = next((one.label for one in offer.audiences if one.seen_by == plan.seen_by), "")
    if plan.is_public:
        label = _("%(who)s, en ook wie niet is ingelogd", who=label)
    found.append(Line("eye", _("Wie ziet dit"), label, "voor"))
    return found


def _price(cents: int) -> str:
    return _("gratis") if cents == 0 else _("%(price)s per persoon", price=showing.price(cents))


def _places(plan: Plan) -> str:
    if not plan.needs_signup:
        return _("Opgeven hoeft niet. Iedereen kan gewoon komen.")
    said = [
        ngettext("Er is %(n)s plaats", "Er zijn %(n)s plaatsen", plan.capacity)
        if plan.capacity
        else _("Zo veel als er komen")
    ]
    if plan.minimum:
        said.append(ngettext("het gaat door met %(n)s mens", "het gaat door met minstens %(n)s mensen", plan.minimum))
    if plan.closes_before:
        said.append(_("opgeven tot %(before)s", before=before_start(plan.closes_before)))
    if plan.by_draw:
        said.append(_("loten als het er te veel zijn"))
    return ", ".join(said)


def before_start(minutes: int | None) -> str:
    """ "2 dagen ervoor": until when one signs up, in words."""
    if not minutes:
        return _("het begin")
    if minutes % (7 * 24 * 60) == 0:
        return ngettext("1 week ervoor", "%(n)s weken ervoor", minutes // (7 * 24 * 60))
    if minutes % (24 * 60) == 0:
        return ngettext("1 dag ervoor", "%(n)s dagen ervoor", minutes // (24 * 60))
    if minutes % 60 == 0:
        return ngettext("1 uur ervoor", "%(n)s uur ervoor", minutes // 60)
    return ngettext("1 minuut ervoor", "%(n)s minuten ervoor", minutes)
