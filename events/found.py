"""An activity that was found in a calendar from elsewhere: what there is to put in ours, in words and on our clock, or
why it cannot be. Kept as plain values, so that a preview can wait while somebody looks at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from community import text
from events.models import PLACE_MAX, TITLE_MAX


@dataclass(frozen=True, slots=True)
class Change:
    """A date of a series that is otherwise than its series. Times are on our clock, `lasts` is minutes; an empty title
    or place is that of the series."""

    original: datetime
    starts: datetime
    lasts: int
    title: str
    place: str
    note: str
    is_all_day: bool = False
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """An activity as a file tells it: `line` is where it begins there, `mark` by what it is known again, `uid` its name
    where that may be one of ours. `rule` is an RFC 5545 rule; `extra` are dates besides it, `left_out` moments of it
    without a date. `skipped` names why nothing is done with it ("past", "cancelled", "double"), with the sentence in
    `why`; `errors` are sentences, as are `notes`, which stop nothing. An activity of a whole day has no time: who
    imports it says which."""

    line: int
    mark: str
    title: str
    uid: str = ""
    about: str = ""
    place: str = ""
    kind: str = ""
    starts: datetime | None = None
    lasts: int = 0
    is_all_day: bool = False
    rule: str | None = None
    extra: tuple[datetime, ...] = ()
    left_out: tuple[datetime, ...] = ()
    changes: tuple[Change, ...] = ()
    errors: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    skipped: str = ""
    why: str = ""

    def but(self, **more: Any) -> Found:
        """The same, with something else."""
        return replace(self, **more)

    def wrong(self, errors: Sequence[str]) -> Found:
        """It cannot be taken over."""
        return replace(self, errors=tuple(errors), extra=(), left_out=(), changes=())

    def skip(self, skipped: str, why: str) -> Found:
        """Nothing is done with it."""
        return replace(self, skipped=skipped, why=why, about="", extra=(), left_out=(), changes=(), notes=())


def title_of(said: str) -> tuple[str, bool]:
    """The name of an activity, and whether it was too long."""
    return _cut(said, TITLE_MAX)


def place_of(said: str) -> tuple[str, bool]:
    """Where it is, and whether that was too long."""
    return _cut(said, PLACE_MAX)


def _cut(said: str, most: int) -> tuple[str, bool]:
    line = text.clean_line(said, most + 1)
    if len(line) <= most:
        return line, False
    return text.clean_line(said, most - 1) + "…", True


# ---- kept as plain values --------------------------------------------------------------------------------------------

_MOMENTS = ("original", "starts", "extra", "left_out")


def kept(found: Found) -> dict[str, Any]:
    """An activity to keep in the database, without what is empty."""
    return {name: _plain(value) for name, value in asdict(found).items() if value}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    return value


def found(values: Mapping[str, Any]) -> Found:
    """An activity that was kept."""
    known = {one.name for one in fields(Found)}
    said = {name: _moments(name, value) for name, value in values.items() if name in known}
    changes = tuple(
        Change(**{name: _moments(name, value) for name, value in one.items()}) for one in values.get("changes", ())
    )
    return Found(**{"mark": "", "title": "", **said, "changes": changes})


def _moments(name: str, value: Any) -> Any:
    if name not in _MOMENTS:
        return tuple(value) if isinstance(value, list) else value
    return datetime.fromisoformat(value) if isinstance(value, str) else tuple(map(datetime.fromisoformat, value))
