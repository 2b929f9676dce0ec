"""Who will read this: the choices a writer has, and the line above every text box that says it by name."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask import current_app
from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import aliased

from community import db, language
from community.accounts.models import Person
from community.language import gettext as _
from community.places.models import STAFF_KINDS, Building, Role
from community.places.queries import held_today, role_name, staff_of
from community.visitor import Visitor
from forums.models import CARETAKER, EVERYONE, NEIGHBOURS
from forums.queries import ForumRow, TopicHead

# The sentence changes when staff changes; a few seconds old does no harm.
KEPT_S = 10.0
# How an audience stands behind the forum in the value of a choice: "lindehof+buren".
_ENDINGS = {EVERYONE: "", NEIGHBOURS: "+buren", CARETAKER: "+huismeester"}


class Place(Protocol):
    """What must be known of a forum."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def building_id(self) -> int | None: ...
    @property
    def neighbourhood_id(self) -> int | None: ...
    @property
    def staff_reading(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Readers:
    """By name, who of the association reads in a forum: all who may, and the caretakers of its building."""

    place: str  # "Uw buren in de Lindehof"
    staff: tuple[str, ...]
    caretakers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One line under "Voor wie is het?": a forum and an audience there."""

    value: str
    forum: ForumRow
    audience: int
    label: str
    sentence: str


def choices(visitor: Visitor, forums: Sequence[ForumRow]) -> list[Choice]:
    """Where this visitor may begin a conversation, and for whom; of each forum what its rule proposes first."""
    made = []
    for forum in forums:
        for audience in offered(visitor, forum):
            value = forum.slug + _ENDINGS[audience]
            made.append(Choice(value, forum, audience, _label(forum, audience), sentence(forum, audience)))
    return made


def offered(visitor: Visitor, forum: ForumRow) -> list[int]:
    """The audiences that a forum's rule leaves this writer. Who works here and does not live here writes to all."""
    if NEIGHBOURS not in forum.audiences:
        return [EVERYONE] if EVERYONE in forum.audiences else []
    if forum.kind != "building":
        return [EVERYONE]
    found = {"all": [EVERYONE, NEIGHBOURS], "marked": [NEIGHBOURS, EVERYONE], "none": [NEIGHBOURS]}[forum.staff_reading]
    return [*found, CARETAKER] if _readers(forum).caretakers else found


def chosen(value: str, forums: Sequence[ForumRow], visitor: Visitor) -> tuple[ForumRow, int] | None:
    """The forum and audience of "lindehof+buren", or None when this visitor has no such choice. The bare name of a
    forum is what its rule proposes."""
    slug, plus, ending = value.partition("+")
    forum = next((forum for forum in forums if forum.slug == slug), None)
    found = offered(visitor, forum) if forum else []
    if forum is None or not found:
        return None
    if not plus:
        return forum, EVERYONE if EVERYONE in found else found[0]
    return next(((forum, audience) for audience in found if _ENDINGS[audience] == plus + ending), None)


def _label(forum: ForumRow, audience: int) -> str:
    association = _association()
    if audience == CARETAKER:
        return _("Alleen de huismeester van %(place)s", place=forum.name)
    if audience == NEIGHBOURS:
        return _("Alleen mijn buren in %(place)s", place=forum.name)
    if forum.kind == "building":
        return _("Mijn buren in %(place)s, en ook %(association)s", place=forum.name, association=association)
    return forum.name


def sentence(forum: Place, audience: int) -> str:
    """Exactly who can read what is written here."""
    readers = _readers(forum)
    if audience == CARETAKER:
        return _("Alleen u en %(names)s kunnen dit lezen.", names=named(readers.caretakers))
    if audience == NEIGHBOURS or not readers.staff:
        if forum.staff_reading == "none" or audience == NEIGHBOURS:
            return _("%(who)s kunnen dit lezen. Niemand van %(association)s leest mee.",
                     who=readers.place, association=_association())  # fmt: skip
        return _("%(who)s kunnen dit lezen.", who=readers.place)
    return _(
        "%(who)s en %(names)s van %(association)s kunnen dit lezen.",
        who=readers.place,
        names=named(readers.staff),
        association=_association(),
    )


def of_topic(head: TopicHead, visitor: Visitor) -> str:
    """The same for a reply. In a private conversation the caretaker reads whom they are writing to."""
    forum = _Place(head)
    if head.audience == CARETAKER and head.author_id != visitor.person_id:
        author = db.connection().execute(select(Person.short_name).where(Person.id == head.author_id)).scalar_one()
        names = (author, *_readers(forum).caretakers)
        return _("Alleen %(names)s kunnen dit lezen.", names=named(names))
    return sentence(forum, head.audience)


def staff_beside(head: TopicHead) -> tuple[str, ...]:
    """The names of who read along for the association in a topic."""
    readers = _readers(_Place(head))
    if head.audience == CARETAKER:
        return readers.caretakers
    return readers.staff if head.audience == EVERYONE else ()


def employees(head: TopicHead) -> list[tuple[int, str, str]]:
    """Who of the association reads along in a topic: (id, name, function where it is known), to choose one from."""
    if head.building_id is None:
        return [(row.id, row.short_name, "") for row in _staff_of_wide(_Place(head))]
    members = staff_of(db.session().get(Building, head.building_id))
    if head.audience == CARETAKER:
        members = [member for member in members if member.function == "huismeester"]
    return [(member.person_id, member.short_name, role_name(member.function)) for member in members]


def named(names: Sequence[str]) -> str:
    """ "Marjan, Anouk en Rachid"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s en %(last)s", names=", ".join(names[:-1]), last=names[-1])


class _Place:
    """The forum of a topic."""

    def __init__(self, head: TopicHead) -> None:
        self.id, self.kind, self.name = head.forum_id, head.forum_kind, head.forum_name
        self.building_id, self.neighbourhood_id = head.building_id, head.neighbourhood_id
        self.staff_reading = head.staff_reading


def _association() -> str:
    found: str = current_app.extensions["frame"](None).association
    return found


def _readers(forum: Place) -> Readers:
    kept: dict[Any, tuple[float, Readers]] = current_app.extensions.setdefault("kept audiences", {})
    key = (forum.id, forum.staff_reading, language.current())
    held = kept.get(key)
    if held is None or held[0] < time.monotonic():
        held = kept[key] = (time.monotonic() + KEPT_S, _found(forum))
    return held[1]


def _found(forum: Place) -> Readers:
    if forum.building_id is None:
        place = (
            _("Bewoners van alle gebouwen in %(place)s", place=forum.name)
            if forum.kind == "neighbourhood"
            else _("Alle bewoners van %(place)s", place=forum.name)
        )
        return Readers(place, tuple(row.short_name for row in _staff_of_wide(forum)), ())
    building = db.session().get(Building, forum.building_id)
    assert building is not None
    members = staff_of(building)
    return Readers(
        _("Uw buren in %(place)s", place=language.in_sentence(building.with_article)),
        tuple(member.short_name for member in members) if forum.staff_reading != "none" else (),
        tuple(member.short_name for member in members if member.function == "huismeester"),
    )


def _staff_of_wide(forum: Place) -> Sequence[Row[*tuple[Any, ...]]]:
    """(short_name) of the employees who may read the forum of a neighbourhood or of the association."""
    place = aliased(Building)
    where: list[Any] = []
    if forum.kind == "neighbourhood":
        everywhere = and_(Role.building_id.is_(None), Role.neighbourhood_id.is_(None))
        where.append(
            or_(
                everywhere,
                Role.neighbourhood_id == forum.neighbourhood_id,
                place.neighbourhood_id == forum.neighbourhood_id,
            )
        )
    return (
        db.connection()
        .execute(
            select(Person.short_name, Person.id)
            .join(Role, Role.person_id == Person.id)
            .outerjoin(place, place.id == Role.building_id)
            .where(Role.kind.in_(STAFF_KINDS), held_today(Role), Person.left_at.is_(None), *where)
            .distinct()
            .order_by(Person.short_name)
        )
        .all()
    )
