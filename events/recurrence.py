"""When a series comes back: RFC 5545's rules, turned into moments. Pure arithmetic without a database, and the only
user of dateutil. Days and times are on the clock of the series' zone, so that coffee stays at half past ten."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from community import clock, dates
from community.errors import Invalid
from community.language import gettext as _
from community.language import ngettext

# A series with an end has no more dates than this: every week for 38 years. One without an end is rolled forward.
DATES_MAX = 2000
# What the column holds; no rule that a person means is half as long.
RRULE_MAX = 200
INTERVAL_MAX = 400
# A rule that names a hundred moments a day is no activity: so many steps are taken before it is given up.
_STEPS_MAX = 50_000
# Looking for the first date ends after so long; 29 February in every fifth year comes after twenty.
_PATIENCE = timedelta(days=40 * 366)
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WORKDAYS = (0, 1, 2, 3, 4)
_FREQUENCIES = {"DAILY": "daily", "WEEKLY": "weekly", "MONTHLY": "monthly", "YEARLY": "yearly"}
# Which numbers each part may hold (RFC 5545, section 3.3.10), and whether they may count from the end.
_NUMBERS = {
    "BYMONTH": (1, 12, False),
    "BYMONTHDAY": (1, 31, True),
    "BYYEARDAY": (1, 366, True),
    "BYWEEKNO": (1, 53, True),
    "BYSETPOS": (1, 366, True),
    "BYHOUR": (0, 23, False),
    "BYMINUTE": (0, 59, False),
    "BYSECOND": (0, 0, False),
}
# What that section forbids together with a frequency.
_FORBIDDEN = {
    "DAILY": {"BYWEEKNO", "BYYEARDAY"},
    "WEEKLY": {"BYWEEKNO", "BYYEARDAY", "BYMONTHDAY"},
    "MONTHLY": {"BYWEEKNO", "BYYEARDAY"},
    "YEARLY": set[str](),
}
# Parts that name days.
_OF_DAYS = {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH"}
_BYDAY = re.compile(r"([+-]?[1-9]\d?)?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")

Skip = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as the form can say it. `weekdays` (Monday is 0) go with weeks; with months there is `nth` (1 to 5, or -1
    for the last) of one weekday, or `month_day` (1 to 31, or -1 for the last day). Neither: as the first date."""

    frequency: str  # daily, weekly, monthly, yearly
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    nth: int | None = None
    month_day: int | None = None
    until: date | None = None  # up to and including this day
    count: int | None = None

    def rrule(self) -> str:
        """The rule in RFC 5545's words. UNTIL is a moment in UTC, as it must be beside a DTSTART with a zone."""
        parts = [f"FREQ={self.frequency.upper()}"]
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        if self.weekdays:
            before = self.nth if self.nth is not None else ""
            parts.append("BYDAY=" + ",".join(f"{before}{_DAYS[day]}" for day in sorted(self.weekdays)))
        if self.month_day is not None:
            parts.append(f"BYMONTHDAY={self.month_day}")
        if self.until is not None:
            last = datetime.combine(self.until, time(23, 59, 59), clock.ZONE)
            parts.append(f"UNTIL={last.astimezone(UTC):%Y%m%dT%H%M%SZ}")
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        return ";".join(parts)


def rule_of(rrule: str) -> Rule | None:
    """The rule as the form says it; None when the form has no words for it, as with one that was imported.

    Raises:
        Invalid: it is no rule that is kept here.
    """
    parts = _parts(rrule)
    frequency = _FREQUENCIES[parts["FREQ"]]
    if set(parts) - {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "UNTIL", "COUNT", "WKST"}:
        return None
    if parts.get("WKST", "MO") != "MO" and int(parts.get("INTERVAL", "1")) > 1:
        return None
    named = [match for match in map(_BYDAY.fullmatch, parts.get("BYDAY", "").split(",")) if match]
    month_days = [int(day) for day in parts["BYMONTHDAY"].split(",")] if "BYMONTHDAY" in parts else []
    is_weekly = frequency == "weekly" and not month_days
    is_nth = frequency == "monthly" and len(named) == 1 and bool(named[0][1]) and not month_days
    is_day = frequency == "monthly" and not named and len(month_days) == 1
    if (named or month_days) and not (is_weekly or is_nth or is_day):
        return None
    nth = int(named[0][1]) if is_nth else None
    month_day = month_days[0] if is_day else None
    if (nth is not None and nth not in {-1, 1, 2, 3, 4, 5}) or (month_day is not None and month_day < -1):
        return None
    until = _until(parts["UNTIL"], clock.ZONE).date() if "UNTIL" in parts else None
    return Rule(
        frequency,
        int(parts.get("INTERVAL", "1")),
        tuple(sorted(_DAYS.index(match[2]) for match in named)),
        nth,
        month_day,
        until,
        int(parts["COUNT"]) if "COUNT" in parts else None,
    )


def words(rule: Rule, at: str = "") -> str:
    """ "elke dinsdag", "elke tweede donderdag van de maand om 10.30 uur, tot en met vrijdag 31 december"."""
    said = _("%(often)s om %(time)s", often=_how_often(rule), time=at) if at else _how_often(rule)
    if rule.until is not None:
        return _("%(often)s, tot en met %(day)s", often=said, day=dates.full(rule.until))
    if rule.count is not None:
        return ngettext("%(often)s, %(n)s keer", "%(often)s, %(n)s keer", rule.count, often=said)
    return said


def _how_often(rule: Rule) -> str:
    n = rule.interval
    if rule.frequency == "daily":
        return _("elke dag") if n == 1 else _("om de dag") if n == 2 else _("elke %(n)s dagen", n=n)
    if rule.frequency == "weekly":
        days = _listed([dates.weekday_number(day) for day in sorted(rule.weekdays)])
        if tuple(sorted(rule.weekdays)) == _WORKDAYS and n == 1:
            return _("elke werkdag")
        if not days:
            return _("elke week") if n == 1 else _("om de week") if n == 2 else _("elke %(n)s weken", n=n)
        if n == 1:
            return _("elke %(days)s", days=days)
        return _("om de week op %(days)s", days=days) if n == 2 else _("elke %(n)s weken op %(days)s", n=n, days=days)
    if rule.frequency == "monthly":
        which = _which_day(rule)
        if not which:
            return _("elke maand") if n == 1 else _("elke %(n)s maanden", n=n)
        if n == 1:
            return _("elke %(which)s van de maand", which=which)
        return _("elke %(n)s maanden op de %(which)s", n=n, which=which)
    return _("elk jaar") if n == 1 else _("elke %(n)s jaar", n=n)


def _which_day(rule: Rule) -> str:
    """ "tweede donderdag", "laatste dag", "15e"."""
    order = {1: _("eerste"), 2: _("tweede"), 3: _("derde"), 4: _("vierde"), 5: _("vijfde"), -1: _("laatste")}
    if rule.nth is not None and rule.weekdays:
        return f"{order[rule.nth]} {dates.weekday_number(rule.weekdays[0])}"
    if rule.month_day is None:
        return ""
    return _("laatste dag") if rule.month_day == -1 else _("%(n)se dag", n=rule.month_day)


def _listed(names: list[str]) -> str:
    return _(" en ").join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def moment(day: date, at: time, zone: str) -> datetime:
    """The moment that a clock in this zone shows this, in UTC. Shown twice: the first one. Never shown, in the night
    that the clocks go forward: as if they had not yet, so an hour later on the clock (RFC 5545, section 3.3.5)."""
    return datetime.combine(day, at.replace(tzinfo=None, fold=0), zone_of(zone)).astimezone(UTC)


def zone_of(name: str) -> ZoneInfo:
    """A zone by its name; that of the residents when nobody knows it."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return clock.ZONE


def check(rrule: str, start_on: date, start_at: time, zone: str) -> None:
    """A rule that gives a date, one a day at most, and if it ends no more of them than anybody plans.

    Raises:
        Invalid: it cannot be used; under "herhaling".
    """
    parts = _parts(rrule)
    begins = moment(start_on, start_at, zone)
    if "UNTIL" in parts and _until(parts["UNTIL"], zone_of(zone)).date() < start_on:
        raise _unusable(_("De laatste dag van de reeks ligt voor de eerste dag."))
    if "COUNT" in parts and int(parts["COUNT"]) > DATES_MAX:
        raise _too_many()
    said = (parts.get("BYHOUR", str(start_at.hour)), parts.get("BYMINUTE", str(start_at.minute)))
    if said != (str(start_at.hour), str(start_at.minute)):
        # Two on one day are two activities: each has its own people.
        raise _often()
    if first(rrule, start_on, start_at, zone) is None:
        raise _never()
    if "UNTIL" in parts:
        expand(rrule, start_on, start_at, zone, begins, datetime.max.replace(tzinfo=UTC))


def first(rrule: str | None, start_on: date, start_at: time, zone: str) -> datetime | None:
    """The first moment by this rule on or after a day; None when there is none in forty years."""
    begins = moment(start_on, start_at, zone)
    return next(_by_rule(rrule, start_on, start_at, zone, begins + _PATIENCE), None)


def expand(
    rrule: str | None,
    start_on: date,
    start_at: time,
    zone: str,
    after: datetime,
    before: datetime,
    skip: Skip | None = None,
) -> list[datetime]:
    """The moments by a rule from `after` up to and including `before`, in UTC and in order; without a rule the one
    there is. Days for which `skip(day)` holds are left out; they count for COUNT, as EXDATE does in iCalendar.

    Raises:
        Invalid: it is no rule that is kept here, or gives more than 2,000 dates.
    """
    there = zone_of(zone)
    found: list[datetime] = []
    for at in _by_rule(rrule, start_on, start_at, zone, before):
        if at >= after and not (skip and skip(at.astimezone(there).date())):
            found.append(at)
            if len(found) > DATES_MAX:
                raise _too_many()
    return found


def ended_before(rrule: str, at: datetime) -> str:
    """The same rule, with its last date before a moment."""
    parts = _parts(rrule)
    parts.pop("COUNT", None)
    parts["UNTIL"] = f"{(at - timedelta(seconds=1)).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return ";".join(f"{name}={value}" for name, value in parts.items())


def fewer(rrule: str, less: int) -> str:
    """The same rule, with so many dates less if it counts them; one is always left."""
    parts = _parts(rrule)
    if "COUNT" in parts:
        parts["COUNT"] = str(max(1, int(parts["COUNT"]) - less))
    return ";".join(f"{name}={value}" for name, value in parts.items())


def on_our_clock(rrule: str, starts: datetime, ours: datetime, there: tzinfo) -> str:
    """The rule of a series that was planned elsewhere, for the clock here. It begins at `starts` on the clock of that
    zone, which is `ours` here; both without a zone. The hour of the first date holds for all of them, so that coffee
    stays at half past ten.

    Raises:
        Invalid: it is no rule that is kept here, or it names days that are others here.
    """
    parts = _parts(rrule)
    for name, said in (("BYHOUR", starts.hour), ("BYMINUTE", starts.minute), ("BYSECOND", 0)):
        if parts.get(name) == str(said):
            del parts[name]  # it says what the beginning says
    if ours.date() != starts.date() and set(parts) & _OF_DAYS:
        raise _unusable(_("In de andere tijdzone is het dan een andere dag. Zet deze activiteit er zelf in."))
    found = _UNTIL.fullmatch(parts.get("UNTIL", ""))
    if found and found[2]:
        last = _until(parts["UNTIL"], there) + (ours - starts)
        parts["UNTIL"] = f"{last.replace(tzinfo=clock.ZONE).astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return ";".join(f"{name}={value}" for name, value in parts.items())


def from_now(rrule: str, start_on: date, start_at: time, zone: str, now: datetime) -> tuple[datetime, str] | None:
    """The first moment by this rule that is not over, and the rule as it goes on from there: a series that was planned
    years ago, taken up today. None when it has ended."""
    for before, at in enumerate(_by_rule(rrule, start_on, start_at, zone, now + _PATIENCE)):
        if at >= now:
            return at, fewer(rrule, before)
    return None


def count_of(rrule: str | None) -> int | None:
    """How many dates a rule says it has; None when it does not count them."""
    counted = _parts(rrule).get("COUNT") if rrule else None
    return int(counted) if counted else None


def _by_rule(rrule: str | None, start_on: date, start_at: time, zone: str, before: datetime) -> Iterator[datetime]:
    """The moments by a rule, in UTC, each once: in the night that the clocks go forward two can be the same."""
    if not rrule:
        at = moment(start_on, start_at, zone)
        if at <= before:
            yield at
        return
    there, parts = zone_of(zone), _parts(rrule)
    steps = rrulestr(
        ";".join(f"{name}={value}" for name, value in parts.items() if name != "UNTIL"),
        dtstart=datetime.combine(start_on, start_at.replace(tzinfo=None)),
    )
    if "UNTIL" in parts:
        steps = steps.replace(until=_until(parts["UNTIL"], there))
    last = None
    for number, naive in enumerate(steps):
        if number > _STEPS_MAX:
            raise _too_many()
        at = moment(naive.date(), naive.time(), zone)
        if at > before:
            return
        if at != last:
            yield at
        last = at


def _until(value: str, zone: tzinfo) -> datetime:
    """UNTIL on the clock of the series: a day means all of that day."""
    found = _UNTIL.fullmatch(value)
    if found is None:
        raise _unknown()
    try:
        if not found[2]:
            return datetime.combine(datetime.strptime(found[1], "%Y%m%d").date(), time(23, 59, 59))
        said = datetime.strptime(found[1] + found[2], "%Y%m%d%H%M%S")
        return said.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None) if found[3] else said
    except (ValueError, OverflowError):
        raise _unknown() from None


def _parts(rrule: str) -> dict[str, str]:
    """A rule in its parts, each looked at."""
    said = rrule.strip().upper().removeprefix("RRULE:")
    if len(said) > RRULE_MAX:
        raise _unknown()
    pairs = [part.partition("=") for part in said.split(";") if part]
    parts = {name: value for name, _is, value in pairs}
    if len(parts) != len(pairs) or "" in parts.values():
        raise _unknown()
    frequency = parts.get("FREQ", "")
    if frequency in {"SECONDLY", "MINUTELY", "HOURLY"}:
        raise _often()
    if frequency not in _FREQUENCIES or _FORBIDDEN[frequency] & set(parts):
        raise _unknown()
    for name, value in parts.items():
        if name != "FREQ" and not _is_sound(name, value, frequency, parts):
            raise _unknown()
    if _is_never(frequency, parts):
        raise _never()
    if "COUNT" in parts and "UNTIL" in parts:
        raise _unusable(_("Kies een laatste dag, of een aantal keren. Niet allebei."))
    return parts


def _is_sound(name: str, value: str, frequency: str, parts: dict[str, str]) -> bool:
    if name in {"INTERVAL", "COUNT"}:
        most = INTERVAL_MAX if name == "INTERVAL" else 10**6
        return value.isascii() and value.isdecimal() and len(value) <= 7 and 1 <= int(value) <= most
    if name == "UNTIL":
        return _UNTIL.fullmatch(value) is not None and bool(_until(value, clock.ZONE))
    if name == "WKST":
        return value in _DAYS
    if name == "BYDAY":
        found = [_BYDAY.fullmatch(day) for day in value.split(",")]
        may_count = frequency == "MONTHLY" or (frequency == "YEARLY" and "BYWEEKNO" not in parts)
        return all(day is not None and (may_count or not day[1]) for day in found)
    if name not in _NUMBERS:
        return False
    least, most, may_be_negative = _NUMBERS[name]
    for number in value.split(","):
        if not re.fullmatch(r"[+-]?\d{1,3}", number, re.ASCII):
            return False
        if not least <= (abs(int(number)) if may_be_negative else int(number)) <= most:
            return False
    return name != "BYSETPOS" or any(other in parts for other in ("BYDAY", *_NUMBERS) if other != "BYSETPOS")


def _is_never(frequency: str, parts: dict[str, str]) -> bool:
    """Whether a rule is seen at once to give no date ever, as 30 February; dateutil would look until the year 9999 for
    one, for seconds."""
    months = [int(month) for month in parts.get("BYMONTH", "").split(",") if month]
    days = [abs(int(day)) for day in parts.get("BYMONTHDAY", "").split(",") if day]
    if months and days and min(days) > max(_LONGEST[month - 1] for month in months):
        return True
    weekdays = len(parts["BYDAY"].split(",")) if "BYDAY" in parts else 0
    if frequency == "DAILY" and (weekdays or "BYSETPOS" in parts) and int(parts.get("INTERVAL", "1")) % 7 == 0:
        return True
    if "BYSETPOS" in parts:
        # So many moments there are at most in one round of the rule, to choose from.
        times = 1
        for name in ("BYHOUR", "BYMINUTE"):
            times *= len(parts[name].split(",")) if name in parts else 1
        most = {
            "DAILY": 1,
            "WEEKLY": weekdays or 1,
            "MONTHLY": 5 * weekdays or len(days) or 1,
            "YEARLY": 53 * weekdays or 366,
        }
        return min(abs(int(place)) for place in parts["BYSETPOS"].split(",")) > most[frequency] * times
    return False


def _never() -> Invalid:
    return _unusable(_("Met deze herhaling is er nooit een dag. Kijk de dagen nog eens na."))


def _unusable(sentence: str) -> Invalid:
    return Invalid({"herhaling": sentence})


def _unknown() -> Invalid:
    return _unusable(_("Deze herhaling kennen we niet. Kies hoe vaak de activiteit terugkomt."))


def _often() -> Invalid:
    return _unusable(_("Een activiteit komt hooguit elke dag terug, niet elk uur of elke minuut."))


def _too_many() -> Invalid:
    return _unusable(_("Een reeks heeft hooguit 2.000 dagen. Kies minder keren, of geen einde."))
