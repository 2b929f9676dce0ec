"""Questions about an activity: they are a conversation among the people who can come, begun at the first question and
shared by all its dates. Where that is held is the room of conversations' own business (`community/talk.py`)."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from community import db, journal, talk, text
from community.errors import Invalid, Missing, Refused
from community.language import gettext as _
from community.talk import Place
from community.visitor import Visitor
from events import queries
from events.models import BUILDING, NEIGHBOURHOOD, TITLE_MAX, Event

# As long as a message may be.
QUESTION_MAX = 5000


def place_of(row: Any) -> Place:
    """Among whom one asks: those who see the activity."""
    if row.seen_by == BUILDING:
        return Place(building_id=row.building_id)
    if row.seen_by == NEIGHBOURHOOD:
        return Place(neighbourhood_id=row.neighbourhood_id)
    return Place()


def may_ask(visitor: Visitor, row: Any) -> bool:
    """Whether a first question of this visitor would have a place."""
    offered = talk.offered()
    return offered is not None and offered.may_ask(visitor, place_of(row))


def panel(visitor: Visitor, topic_id: int | None) -> Markup | None:
    """What was asked so far; None when nothing was, or when this visitor does not read there."""
    offered = talk.offered()
    return offered.panel(visitor, topic_id) if offered and topic_id else None


@db.action
def ask(occurrence_id: int, source: str, token: str | None, *, by: Visitor) -> int:
    """Ask something about an activity; returns the number of the conversation.

    Raises:
        Invalid: nothing was asked, or too much. Missing: no such date for them. Refused: they do not read there.
    """
    source = source.replace("\r\n", "\n").strip()
    if len(source) > QUESTION_MAX:
        raise Invalid({"vraag": _("Dit is te lang. Maak uw vraag korter.")})
    if not text.plain(source).strip(" \n\t-*"):
        raise Invalid({"vraag": _("U schreef nog niets. Wat wilt u weten?")})
    row, offered = queries.occurrence(by, occurrence_id), talk.offered()
    if row is None or offered is None:
        raise Missing()
    if not offered.may_ask(by, place_of(row)):
        raise Refused(_("U kunt hier geen vraag stellen. Bel of spreek %(name)s.", name=row.host_short))
    # Two first questions at once: whoever has the lock begins, the other adds to it.
    event = db.lock(Event, row.event_id)
    assert event is not None
    if event.topic_id is not None:
        offered.reply(event.topic_id, source, token, by)
        return event.topic_id
    title = _("Vraag over %(what)s", what=row.title)[:TITLE_MAX]
    event.topic_id = offered.begin(place_of(row), title, source, token, by)
    journal.record("event.asked", by=by.person_id, subject=event.id, building=event.building_id, topic=event.topic_id)
    return event.topic_id
