"""Times and lengths as people say them: "half drie", "14u30", "kwart over 2", "anderhalf uur". Pure. A time is a number
of minutes after midnight; an end may be past midnight and is then more than a day has."""

from __future__ import annotations

import re
from dataclasses import dataclass

from community.language import gettext as _
from events.reading import Unclear, folded, number_said

DAY = 24 * 60
_NOON = 12 * 60
# Nobody asks the neighbours at half past two in the night: an hour that was said without more is after noon up to here.
_AFTERNOON_UNTIL = 7 * 60
# "Acht uur" is as likely to be said of the morning as of the evening: then the page asks.
_ASKED_UNTIL = 9 * 60
# An evening that ends the next day ended before breakfast.
_LATE, _BREAKFAST = 17 * 60, 6 * 60

_BEFORE = re.compile(r"^(?:om|rond|vanaf|tot|t/m|circa|ca\.?|ongeveer|van|at|from|until|till|to) ")
_PARTS = (
    (
        "morning",
        r"(?:'?s )?(?:ochtends|morgens|ochtend|morgen)|in de (?:ochtend|morgen)|a\.?m\.?|in the morning",
        "ochtend",
    ),
    ("noon", r"(?:'?s )?(?:middags|middag)|in de middag|p\.?m\.?|in the afternoon", "middag"),
    ("evening", r"(?:'?s )?(?:avonds|avond)|in de avond|in the evening", "avond"),
    ("night", r"(?:'?s )?(?:nachts|nacht)|in de nacht|at night", "nacht"),
)
_WITH_PART = tuple(
    (part, re.compile(rf"(?:(.+?),? ?(?:{pattern})|(?:{pattern}|van{part_of})(?: om)? (.+))"))
    for part, pattern, part_of in _PARTS
)
_SEPARATED = re.compile(r"(\d{1,2}) ?(?:[:.,hu]|uur| ) ?(\d{2})(?: ?(?:uur|u|h))?")
_CLOSED_UP = re.compile(r"(\d{1,2})(\d{2})(?: ?(?:uur|u|h))?")
_HOUR = re.compile(r"([a-z]+|\d{1,3})(?:[.,]?-)?(?: ?(?:uur|u|h|o'clock|hours))?(?: precies)?")
_HALF = re.compile(r"half ?([a-z]+|\d{1,2})(?: ?(?:uur|u))?")
_HALF_PAST = re.compile(r"half past ([a-z]+|\d{1,2})")
_AROUND = re.compile(
    r"(kwart|quarter|a quarter|[a-z]+|\d{1,2})(?: ?(?:minuten|minuut|min|minutes))? "
    r"(over|voor|past|to) (half )?([a-z]+|\d{1,2})(?: ?(?:uur|u))?"
)
_RANGE = re.compile(r"(.+?)(?: (?:tot en met|tot|t/m|till?|until|to) | ?[-–—] ?)(.+)")


@dataclass(frozen=True, slots=True)
class ReadTime:
    """A time as it was read; `other` is the other half of the day, where it may as well be meant."""

    minutes: int
    other: int | None = None


@dataclass(frozen=True, slots=True)
class _Said:
    """What the words say: a time on a clock of twelve hours (`loose`) or of twenty-four."""

    minutes: int
    loose: bool


def written_time(minutes: int) -> str:
    """A time as the field shows it, and as `read_time` reads it back: "14.30", "08.00"."""
    return f"{minutes // 60 % 24:02}.{minutes % 60:02}"


def split_range(typed: str) -> tuple[str, str]:
    """ "14.30 tot 16.00" as its two ends; the second is empty when there is one time only."""
    said = folded(re.sub(r"^\s*van ", "", typed, flags=re.IGNORECASE))
    found = _RANGE.fullmatch(said)
    return (found[1], found[2]) if found else (typed, "")


def read_time(typed: str) -> ReadTime:
    """When something begins: "half drie", "14u30", "kwart over 2", "2 uur 's middags".

    Raises:
        Unclear: there is no such time, or it cannot be read.
    """
    said, part = _without_part(folded(typed))
    if not said:
        raise Unclear(_("Hoe laat begint het? Schrijf bijvoorbeeld ‘14.30’ of ‘half drie’."))
    found = _read(said, typed.strip())
    if not found.loose:
        if part in {"noon", "evening"} and 0 < found.minutes < _NOON:
            return ReadTime(found.minutes + _NOON)
        return ReadTime(found.minutes % DAY)
    if part:
        return ReadTime(_in_part(found.minutes, part) % DAY)
    if found.minutes < _AFTERNOON_UNTIL:
        return ReadTime(found.minutes + _NOON)
    return ReadTime(found.minutes, found.minutes + _NOON if found.minutes < _ASKED_UNTIL else None)


def read_end(typed: str, start: int) -> int:
    """When something that begins at `start` ends, in minutes after the midnight before it: a time ("vier uur") or how
    long it takes ("anderhalf uur"). "10 uur" after 20.00 is 22.00.

    Raises:
        Unclear: it cannot be read, or is before the start.
    """
    length = _length(folded(typed), certainly=True)
    if length is not None:
        return start + length
    said, part = _without_part(folded(typed))
    if not said:
        raise Unclear(_("Hoe laat is het afgelopen? Schrijf bijvoorbeeld ‘16.00’ of ‘half vijf’."))
    found = _read(said, typed.strip())
    possible = [found.minutes]
    if found.loose:
        possible = [_in_part(found.minutes, part)] if part else [found.minutes, found.minutes + _NOON, DAY]
        if not part and found.minutes:
            possible.pop()
    elif part in {"noon", "evening"} and 0 < found.minutes < _NOON:
        possible = [found.minutes + _NOON]
    for end in possible:
        if end > start:
            return end
    if start >= _LATE and min(possible) <= _BREAKFAST:
        return min(possible) + DAY
    sentence = _(
        "Het begint om %(start)s uur en zou om %(end)s uur al klaar zijn. Het einde komt na het begin.",
        start=written_time(start),
        end=written_time(possible[-1]),
    )
    longer = _length(folded(typed), certainly=False)
    raise Unclear(sentence, *((written_time(start + longer),) if longer and start + longer < DAY else ()))


def written_end(start: int, lasts: int) -> str:
    """The end of something that begins at `start`, as `read_end` reads it back: a time, or how many minutes."""
    end = start + lasts
    return written_time(end) if end < DAY or (start >= _LATE and end <= DAY + _BREAKFAST) else f"{lasts} minuten"


def _without_part(said: str) -> tuple[str, str | None]:
    said = _BEFORE.sub("", said)
    if said in {"middag", "noon", "12 uur 's middags"}:
        return "12.00", None
    if said in {"middernacht", "midnight"}:
        return "24.00", None
    for part, pattern in _WITH_PART:
        if found := pattern.fullmatch(said):
            return _BEFORE.sub("", (found[1] or found[2]).strip(" ,'")), part
    return said, None


def _in_part(minutes: int, part: str) -> int:
    """A time on a clock of twelve hours, in a part of the day. Twelve o'clock in the evening is midnight."""
    if part == "morning":
        return minutes
    if part == "noon":
        return minutes + _NOON
    if part == "evening":
        return minutes + _NOON if minutes >= 60 else minutes + DAY
    return minutes if minutes < _BREAKFAST + 60 else minutes + _NOON


def _read(said: str, typed: str) -> _Said:
    if found := _SEPARATED.fullmatch(said) or _CLOSED_UP.fullmatch(said):
        hour, minute = int(found[1]), int(found[2])
        return _clock(hour, minute, typed, exact=found[1].startswith("0") or hour >= 12)
    if found := _HALF_PAST.fullmatch(said):
        return _spoken(found[1], 30, typed)
    if found := _HALF.fullmatch(said):
        return _spoken(found[1], -30, typed)
    if found := _AROUND.fullmatch(said):
        minutes = 15 if found[1].endswith(("kwart", "quarter")) else number_said(found[1])
        if minutes is not None and 0 < minutes < 30:
            offset = minutes if found[2] in {"over", "past"} else -minutes
            return _spoken(found[4], offset - (30 if found[3] else 0), typed)
    if found := _HOUR.fullmatch(said):
        hour_said = number_said(found[1])
        if hour_said is not None:
            return _clock(hour_said, 0, typed, exact=found[1].startswith("0") or hour_said > 12)
    raise _unread(typed)


def _unread(typed: str) -> Unclear:
    return Unclear(
        _("De tijd ‘%(typed)s’ kennen wij niet. Schrijf bijvoorbeeld ‘14.30’ of ‘half drie’.", typed=typed[:40])
    )


def _spoken(hour: str, offset: int, typed: str) -> _Said:
    said = number_said(hour)
    if said is None:
        raise _unread(typed)
    if said > 24:
        return _clock(said, 0, typed, exact=True)
    if said > 12:
        return _Said(said * 60 + offset, loose=False)
    return _Said((said * 60 + offset) % _NOON, loose=True)


def _clock(hour: int, minute: int, typed: str, *, exact: bool) -> _Said:
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise Unclear(
            _(
                "De tijd ‘%(typed)s’ bestaat niet. Een dag loopt van 0.00 tot 24.00 uur, een uur tot 59.",
                typed=typed[:40],
            )
        )
    if exact or hour == 0:
        return _Said(hour * 60 + minute, loose=False)
    return _Said((hour * 60 + minute) % _NOON, loose=True)


# ---- how long --------------------------------------------------------------------------------------------------------

_WHOLE = {"anderhalf uur": 90, "anderhalf uurtje": 90, "een half uur": 30, "half uur": 30, "half uurtje": 30,
          "een half uurtje": 30, "kwartier": 15, "een kwartier": 15, "drie kwartier": 45, "driekwartier": 45,
          "een uurtje": 60, "de hele dag": 8 * 60, "hele dag": 8 * 60, "een dagdeel": 4 * 60}  # fmt: skip
_MINUTES = re.compile(r"([a-z]+|\d{1,4}) ?(?:minuten|minuut|min|minutes|m)")
_HOURS = re.compile(
    r"([a-z]+|\d{1,2})(?:[.,](\d)| (?:en )?een half)? ?(uur|uren|uurtje|uurtjes|hour|hours|u|h)"
    r"(?:(?: en)? ([a-z]+|\d{1,2}) ?(minuten|minuut|min|kwartier))?( lang)?"
)
_LONG_SURELY = {"uren", "uurtje", "uurtjes", "hour", "hours"}


def read_length(typed: str) -> int:
    """How long something takes, in minutes: "anderhalf uur", "2 uur", "90 minuten", "2,5 uur".

    Raises:
        Unclear: it cannot be read.
    """
    length = _length(folded(typed), certainly=False)
    if not length:
        raise Unclear(_("Schrijf hoe lang het duurt, zoals ‘anderhalf uur’ of ‘90 minuten’."))
    return length


def written_length(minutes: int) -> str:
    """How long something takes, as `read_length` reads it back: "2 uur", "90 minuten"."""
    return f"{minutes // 60} uur" if minutes % 60 == 0 and 0 < minutes < 100 * 60 else f"{minutes} minuten"


def _length(said: str, *, certainly: bool) -> int | None:
    """The length that is said; with `certainly` only when the words can be no time ("2 uur" can)."""
    said = re.sub(r"^(?:het duurt|duurt|ongeveer|circa|plusminus|na) ", "", said)
    if said in _WHOLE:
        return _WHOLE[said]
    if found := _MINUTES.fullmatch(said):
        minutes_said = int(found[1]) if found[1].isdecimal() else number_said(found[1])
        return minutes_said or None
    found = _HOURS.fullmatch(said.replace("tweeenhalf", "2,5").replace("drieenhalf", "3,5"))
    if found is None:
        return None
    hours = number_said(found[1])
    if hours is None:
        return None
    is_half = "half" in said
    is_long = bool(found[2] or found[4] or found[6] or is_half or found[3] in _LONG_SURELY)
    if certainly and not is_long:
        return None
    minutes = hours * 60 + (int(found[2]) * 6 if found[2] else 0) + (30 if is_half else 0)
    if found[4]:
        more = number_said(found[4])
        if more is None:
            return None
        minutes += more * (15 if found[5] == "kwartier" else 1)
    return minutes or None
