"""May I? What one may do with a conversation as a whole: take up a question, write how it ended, close it, put it at
the top, move it. Each check returns nothing, or refuses with the sentence to show."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from community.errors import Refused
from community.language import gettext as _
from community.visitor import Visitor
from forums import kinds
from forums.models import CARETAKER, EVERYONE
from forums.policy import check_write


class Settled(Protocol):
    """What the checks need to know of a topic with its forum."""

    @property
    def author_id(self) -> int: ...
    @property
    def audience(self) -> int: ...
    @property
    def status(self) -> str | None: ...
    @property
    def closed_at(self) -> datetime | None: ...
    @property
    def building_id(self) -> int | None: ...
    @property
    def neighbourhood_id(self) -> int | None: ...


def works_here(visitor: Visitor, topic: Settled) -> bool:
    """Whether somebody works for the association where this stands."""
    hat = visitor.hat_for(topic.building_id, topic.neighbourhood_id)
    return hat is not None and hat.is_staff


def looks_after(visitor: Visitor, topic: Settled) -> bool:
    """Who works here or is a moderator here."""
    return works_here(visitor, topic) or kinds.moderates(visitor, topic.building_id)


def check_settle(visitor: Visitor, topic: Settled) -> None:
    """Questions to the association are taken up and answered by who works for it here."""
    check_write(visitor)
    if topic.status is None or not works_here(visitor, topic):
        raise Refused(_("Deze vraag is voor wie hier werkt."))
    _check_open(topic)


def check_end(visitor: Visitor, topic: Settled) -> None:
    """How it ended is written by who began it, works here, sits in a committee here or is a moderator."""
    check_write(visitor)
    has_part = topic.author_id == visitor.person_id or looks_after(visitor, topic)
    if not has_part and visitor.hat_for(topic.building_id, topic.neighbourhood_id) is None:
        raise Refused(_("Alleen wie dit gesprek begon, of de commissie, kan opschrijven hoe het afliep."))
    _check_open(topic)


def check_close(visitor: Visitor, topic: Settled) -> None:
    """Closed by who began it, works here or is a moderator."""
    check_write(visitor)
    if topic.author_id != visitor.person_id and not looks_after(visitor, topic):
        raise Refused(_("Alleen wie dit gesprek begon, of een moderator, kan het sluiten."))
    _check_open(topic)


def check_reopen(visitor: Visitor, topic: Settled) -> None:
    """Opened again by who works here or is a moderator: they may have closed it for a reason."""
    check_write(visitor)
    if not looks_after(visitor, topic):
        raise Refused(_("Alleen een moderator kan dit gesprek weer openen."))


def check_pin(visitor: Visitor, topic: Settled) -> None:
    """Put at the top by who works here, a moderator, or the chair of a committee. What is private has no top."""
    check_write(visitor)
    hat = visitor.hat_for(topic.building_id, topic.neighbourhood_id)
    is_chair = hat is not None and hat.kind == "commissievoorzitter"
    if topic.audience == CARETAKER or not (is_chair or looks_after(visitor, topic)):
        raise Refused(_("Dit gesprek kunt u niet bovenaan zetten."))


def check_move(visitor: Visitor, topic: Settled) -> None:
    """Moved and joined by who works here or is a moderator. What was written for some stays where it is: elsewhere
    others would read it."""
    check_write(visitor)
    if not looks_after(visitor, topic):
        raise Refused(_("Alleen een moderator kan dit gesprek verplaatsen."))
    if topic.audience != EVERYONE:
        raise Refused(_("Dit gesprek is niet voor iedereen. Daarom blijft het hier staan."))


def check_merge(visitor: Visitor, topic: Settled) -> None:
    """Two conversations about the same become one; what is private stays apart."""
    check_write(visitor)
    if not looks_after(visitor, topic):
        raise Refused(_("Alleen een moderator kan gesprekken samenvoegen."))
    if topic.audience == CARETAKER:
        raise Refused(_("Dit gesprek is privé. Daarom blijft het apart."))


def check_promise(day: date, today: date, most: int) -> str | None:
    """What is wrong with a day on which somebody promises an answer, or None."""
    if day < today:
        return _("Die dag is voorbij. Kies een dag die nog komt.")
    if (day - today).days > most:
        return _("Dat is te ver weg. Kies een dag binnen %(n)s dagen.", n=most)
    return None


def _check_open(topic: Settled) -> None:
    if topic.closed_at:
        raise Refused(_("Dit gesprek is gesloten. Open het eerst weer."))
