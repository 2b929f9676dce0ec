"""The kinds of conversation that a building needs: what one may choose from, who may write which, what such a
conversation is called, and how it ends. The words of each form are in templates/forums/kinds/."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from flask import current_app

from community import text
from community.language import gettext as _
from community.visitor import Visitor
from forums.audience import Choice
from forums.models import ASPECTS, NEIGHBOURS, TOPIC_KINDS

# As people choose: what is asked for most comes first.
CHOICES: tuple[tuple[str, str | None], ...] = (
    ("conversation", None),
    ("question", "neighbours"),
    ("question", "association"),
    ("help", "ask"),
    ("help", "offer"),
    ("help", "lend"),
    ("lost_found", "lost"),
    ("lost_found", "found"),
    ("joys", None),
    ("safety", None),
    ("announcement", None),
)
ICONS = {
    "conversation": "messages-square",
    "question": "circle-question-mark",
    "help": "hand-helping",
    "announcement": "megaphone",
    "lost_found": "package-search",
    "joys": "cake",
    "safety": "shield-alert",
}
# How a conversation of a kind ends by itself; of the others somebody writes what was agreed.
ENDS = {"question": "answered", "help": "helped", "lost_found": "found"}


class Kind(Protocol):
    """What must be known of a conversation."""

    @property
    def kind(self) -> str: ...
    @property
    def aspect(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody is about to write."""

    kind: str
    aspect: str | None

    @property
    def is_to_association(self) -> bool:
        return self.aspect == "association"


def chosen(kind: str, aspect: str) -> Chosen | None:
    """The choice with these names; None when nothing was chosen yet."""
    if kind not in TOPIC_KINDS:
        return None
    possible = ASPECTS.get(kind)
    if possible is None:
        return Chosen(kind, None)
    return Chosen(kind, aspect) if aspect in possible else None


def nearest(kind: str, aspect: str) -> Chosen:
    """The choice that somebody who sent this meant, as the form reads it."""
    return chosen(kind, aspect) or chosen(kind, ASPECTS.get(kind, ("",))[0]) or Chosen("conversation", None)


def suits(wanted: Chosen, where: Choice, visitor: Visitor) -> bool:
    """Whether this can be written there: the association must be able to read what it is asked."""
    if wanted.kind == "announcement":
        return may_announce(visitor, where.forum.building_id, where.forum.neighbourhood_id)
    return not (wanted.is_to_association and where.audience == NEIGHBOURS)


def must_be_read() -> str:
    """What to say when a question to the association would be hidden from it."""
    return _("%(association)s moet uw vraag kunnen lezen. Kies wie er nog meer leest.", association=_association())


def choices(visitor: Visitor) -> list[Chosen]:
    """What this visitor may begin somewhere. Announcements are for who speaks for others."""
    speaks_for_others = any(may_announce(visitor, role.building_id, role.neighbourhood_id) for role in visitor.roles)
    return [Chosen(kind, aspect) for kind, aspect in CHOICES if kind != "announcement" or speaks_for_others]


def may_announce(visitor: Visitor, building_id: int | None, neighbourhood_id: int | None) -> bool:
    """Who works here, sits in a committee here, or looks after the conversations here."""
    return visitor.hat_for(building_id, neighbourhood_id) is not None or moderates(visitor, building_id)


def moderates(visitor: Visitor, building_id: int | None) -> bool:
    """Whether somebody looks after the conversations of this building."""
    return building_id is not None and any(
        role.kind == "moderator" and role.building_id == building_id for role in visitor.roles
    )


def word(topic: Kind) -> str:
    """What such a conversation is called: on its badge, and above its form."""
    named = {
        ("question", "association"): _("Vraag aan %(association)s", association=_association()),
        ("question", "neighbours"): _("Vraag"),
        ("help", "ask"): _("Hulp gevraagd"),
        ("help", "offer"): _("Hulp aangeboden"),
        ("help", "lend"): _("Te leen"),
        ("lost_found", "lost"): _("Kwijt"),
        ("lost_found", "found"): _("Gevonden voorwerp"),
    }
    wide = {
        "conversation": _("Gesprek"),
        "question": _("Vraag"),
        "help": _("Hulp vragen of geven"),
        "announcement": _("Mededeling"),
        "lost_found": _("Verloren en gevonden"),
        "joys": _("Lief en leed"),
        "safety": _("Veiligheid"),
    }
    return named.get((topic.kind, topic.aspect or "")) or wide[topic.kind]


def _association() -> str:
    found: str = current_app.extensions["frame"](None).association
    return found


# ---- what belongs elsewhere ------------------------------------------------------------------------------------------

_WORDS = (Path(__file__).parent / "repair_words.txt").read_text(encoding="utf-8").splitlines()
_BROKEN = re.compile("|".join(rf"\b{re.escape(said)}\b" for said in _WORDS if said and not said.startswith("#")))


def asks_for_repair(title: str, source: str) -> bool:
    """Whether a question seems to be about something that must be mended: that goes by telephone, to be sure that the
    mechanic hears of it."""
    return _BROKEN.search(text.fold(f"{title} {source}")) is not None
