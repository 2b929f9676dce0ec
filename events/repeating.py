"""How a series reads: its rule in words, and the coming days on which it is otherwise. What the page of an activity and
its poster say of it; which moments a rule gives is in `recurrence`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from community import clock, dates
from community.language import gettext as _
from community.visitor import Visitor
from events import queries, recurrence
from events.recurrence import Rule

# So many days are named that are otherwise, as far ahead as people plan; later ones say so on their own pages.
_NAMED = 4
_AHEAD = timedelta(days=100)


@dataclass(frozen=True, slots=True)
class Repeats:
    """ "Elke dinsdag om 10.30 uur, niet op feestdagen." and, a sentence each, what is otherwise."""

    rule: str
    otherwise: Sequence[str]


def told(row: Any, visitor: Visitor | None) -> Repeats | None:
    """What is said of the series of a date (`row` of `queries.occurrence`); None for a single one. One query."""
    if not row.rrule:
        return None
    return Repeats(rule(row), otherwise(_differing(row, visitor)))


def _differing(row: Any, visitor: Visitor | None) -> Sequence[Any]:
    now = clock.now()
    return queries.otherwise(visitor, row.event_id, now, now + _AHEAD, most=_NAMED * 3)


def rule(row: Any) -> str:
    """The rule of its series as a sentence."""
    found = recurrence.rule_of(row.rrule)
    at = dates.time(recurrence.moment(row.start_on, row.start_at, row.zone))
    often = recurrence.words(_on_its_day(found, row), at) if found else _("dit komt vaker terug")
    said = ", ".join([often, *left_out(row.skips_holidays, row.skips_school_holidays)])
    return f"{said[:1].upper()}{said[1:]}."


def on_paper(row: Any, visitor: Visitor | None) -> tuple[str, list[str]]:
    """How often, for the large letters of a poster ("Elke dinsdag"), and what else there is to say of it, a sentence
    each."""
    found = recurrence.rule_of(row.rrule)
    often = recurrence.words(replace(_on_its_day(found, row), until=None, count=None)) if found else _("vaker dan eens")
    but = [f"{one[:1].upper()}{one[1:]}." for one in left_out(row.skips_holidays, row.skips_school_holidays)]
    if found and found.until is not None:
        but.append(_("Tot en met %(day)s.", day=dates.full(found.until)))
    but += otherwise(_differing(row, visitor))
    return f"{often[:1].upper()}{often[1:]}", but


def _on_its_day(rule: Rule, row: Any) -> Rule:
    """A rule that names no day is on the day of its first date; people say that day."""
    if rule.frequency == "weekly" and not rule.weekdays:
        return replace(rule, weekdays=(row.start_on.weekday(),))
    if rule.frequency == "monthly" and rule.nth is None and rule.month_day is None:
        return replace(rule, month_day=row.start_on.day)
    return rule


def left_out(skips_holidays: bool, region: str | None) -> list[str]:
    """Which days a series leaves out: "niet op feestdagen"."""
    said = [_("niet op feestdagen")] if skips_holidays else []
    return said + ([_("niet in de schoolvakantie (%(region)s)", region=region)] if region else [])


def otherwise(rows: Sequence[Any]) -> list[str]:
    """ "Niet op dinsdag 29 december.", "Niet op dinsdag 5 januari, wel op donderdag 7 januari, 10.30 uur."."""
    off = [dates.on(row.original_at) for row in rows if row.cancelled_at is not None and not row.is_extra]
    said = []
    if off:
        named, more = off[:_NAMED], len(off) - _NAMED
        days = _("%(days)s en nog een paar dagen", days=", ".join(named)) if more > 0 else _listed(named)
        said.append(_("Niet op %(days)s.", days=days))
    for row in rows:
        if row.cancelled_at is not None:
            continue
        if row.is_extra:
            said.append(_("Ook op %(moment)s.", moment=dates.exact(row.starts_at)))
        elif dates.on(row.starts_at) != dates.on(row.original_at):
            said.append(
                _("Niet op %(day)s, wel op %(moment)s.",
                  day=dates.on(row.original_at), moment=dates.exact(row.starts_at))
            )  # fmt: skip
        else:
            said.append(
                _("Op %(day)s om %(time)s.", day=dates.on(row.starts_at), time=dates.time(row.starts_at))
            )  # fmt: skip
    return said[: _NAMED + 1]


def _listed(days: Sequence[str]) -> str:
    return _("%(days)s en %(last)s", days=", ".join(days[:-1]), last=days[-1]) if len(days) > 1 else days[0]
