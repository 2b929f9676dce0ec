"""What is different about a date, in words for who signed up for it: when, where, what it costs, what it is called. A
change of the text or of the number of places is nothing to write to anybody about."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from community import clock, dates, db, language
from community.language import gettext as _
from events.arranged import Room
from events.models import Occurrence


class Was(NamedTuple):
    """A date as it was before."""

    starts_at: datetime
    ends_at: datetime
    title: str
    room_id: int | None
    place: str
    cents: int | None


def of(row: Occurrence) -> Was:
    """As it is now, to be compared with later."""
    return Was(row.starts_at, row.ends_at, row.title, row.room_id, row.place, row.cents)


def sentence_of(before: Mapping[int, Was], *, lapsed: bool = False) -> Callable[[Occurrence], str]:
    """What to tell of each date, given as it was. `lapsed`: who signed up for it has to do so again, where the time is
    another."""

    def told(row: Occurrence) -> str:
        was = before[row.id]
        said = [*_when(was, row), *_what(was, row)]
        if lapsed and was.starts_at != row.starts_at:
            said.append(_("Uw aanmelding geldt niet meer. Wilt u komen? Meld u dan opnieuw aan."))
        return " ".join(said)

    return told


def _when(was: Was, row: Occurrence) -> list[str]:
    if was.starts_at != row.starts_at:
        old, new = clock.local(was.starts_at), clock.local(row.starts_at)
        if old.date() == new.date():
            said = _("Het begint niet om %(old)s, maar om %(new)s.", old=dates.time(old), new=dates.time(new))
            return [said]
        days = {"old": dates.full(old.date()), "new": dates.full(new.date()), "time": dates.time(new)}
        return [_("Het is niet op %(old)s, maar op %(new)s om %(time)s.", **days)]
    if was.ends_at != row.ends_at:
        return [_("Het duurt nu tot %(time)s.", time=dates.time(row.ends_at))]
    return []


def _what(was: Was, row: Occurrence) -> list[str]:
    said = []
    if (was.room_id, was.place) != (row.room_id, row.place):
        room = db.session().get(Room, row.room_id) if row.room_id is not None else None
        place = room.name if room else row.place
        said.append(_("De plek is nu: %(place)s.", place=place) if place else _("De plek volgt nog."))
    if was.cents != row.cents:
        said.append(_("Het kost nu %(amount)s per persoon.", amount=_euros(row.cents)) if row.cents
                    else _("Het is nu gratis."))  # fmt: skip
    if was.title != row.title:
        said.append(_("Het heet nu: %(title)s.", title=row.title))
    return said


def _euros(cents: int) -> str:
    said = f"€ {cents // 100}" if cents % 100 == 0 else f"€ {cents / 100:.2f}"
    return said.replace(".", ",") if language.current() == "nl" else said
