"""Searching people: for a resident the neighbours who chose to be shown, who has a task, and who works here; for who
works for the association colleagues alone (PRODUCT, rule 3). Read from what stands there now, never from an index: who
chooses not to be shown any more is gone at that moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cachetools import LRUCache
from flask import Flask
from sqlalchemy import Select

from community import clock, db, dutch, search
from community.accounts.models import Person
from community.language import gettext as _
from community.language import in_sentence
from community.language import lazy_gettext as _l
from community.places.buildings import visible_roles
from community.places.models import STAFF_KINDS, Role
from community.places.neighbours import may_search, visible_neighbours
from community.places.queries import role_name
from community.search import Asked, Face, Line, Source
from community.visitor import Visitor


def init_app(app: Flask) -> None:
    """Let the neighbours be searched."""
    search.source(app, Source("person", _l("Buren"), people, order=30))


def people(visitor: Visitor, asked: Asked, start: int, most: int) -> Sequence[Line]:
    """People in whose name, task or interests every word stands that was asked for, by name."""
    words = [word for word in dutch.plain_words(asked.query) if word not in dutch.STOP or len(word) > 3]
    if not words:
        return []
    found: dict[int, tuple[str, Line]] = {}
    # Who works here first: one person may be found in several ways.
    roles, neighbours = _statements(visitor)
    for row in db.connection().execute(roles):
        _weigh(found, words, row, role_name(row.kind, row.title), is_staff=row.kind in STAFF_KINDS)
    if may_search(visitor):
        for row in db.connection().execute(neighbours):
            if row[0] in visitor.blocked_ids:
                continue
            entrance = in_sentence(row[5]) if row[5] else _("bewoner")
            _weigh(found, words, row, entrance, interests=row.interests or "")
    lines = [line for _name, line in sorted(found.values(), key=lambda one: (one[0], one[1].href))]
    return lines[start : start + most]


_Statement = Select[*tuple[Any, ...]]
# By what somebody has today: building the two statements costs more than the database's answer.
_built: LRUCache[Any, tuple[_Statement, _Statement]] = LRUCache(500)


def _statements(visitor: Visitor) -> tuple[_Statement, _Statement]:
    key = (visitor.homes, visitor.roles, clock.today())
    made = _built.get(key)
    if made is None:
        made = _built[key] = (_roles(visitor), visible_neighbours(visitor))
    return made


def _roles(visitor: Visitor) -> Select[*tuple[Any, ...]]:
    found = visible_roles(visitor).with_only_columns(
        Person.id, Person.name, Person.photo, Person.folded_name, Role.kind, Role.title
    )
    if not may_search(visitor):
        found = found.where(Role.kind.in_(STAFF_KINDS))
    return found.order_by(Role.since, Role.id)


def _weigh(
    found: dict[int, tuple[str, Line]],
    asked: list[str],
    row: Any,
    about: str,
    *,
    interests: str = "",
    is_staff: bool = False,
) -> None:
    held = found.get(row.id)
    words = dutch.plain_words(f"{row.name} {interests} {about}")
    if held is None and all(any(word.startswith(one) for word in words) for one in asked):
        face = Face(row.id, row.name, row.photo, is_staff)
        found[row.id] = row.folded_name, Line(f"/buren/{row.id}", row.name, interests, about, face)
