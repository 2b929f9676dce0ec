"""What is said to a writer before something is placed: that there is a conversation like it, and what they may want to
look at once more. Once, to them alone; pressing again places it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from community import db
from community.places.models import Association, Employee
from community.visitor import Visitor
from forums import drafts, wording
from forums.similar import Similar, similar_topics


@dataclass(frozen=True, slots=True)
class Nudges:
    """`hints` are of wording.KINDS; `similar` the conversations that it looks like. What was said before is in
    `said` and is not said again."""

    hints: Sequence[str] = ()
    similar: Sequence[Similar] = ()
    said: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.hints or self.similar)


# The field that says that its words were read.
HINTED, ALIKE = "zo", "toch"
NONE = Nudges()


def of_reply(source: str, form: Mapping[str, str]) -> Nudges:
    """Before a reply is placed."""
    said = _said(form)
    return Nudges(() if HINTED in said else _hints(source), (), said)


def of_topic(visitor: Visitor, title: str, source: str, form: Mapping[str, str]) -> Nudges:
    """Before a conversation begins."""
    said = _said(form)
    if drafts.was_sent(visitor, form.get("formulier", "")):
        return Nudges(said=said)  # pressed twice: it looks like itself
    return Nudges(
        () if HINTED in said else _hints(f"{title}\n\n{source}"),
        () if ALIKE in said else similar_topics(visitor, title),
        said,
    )


def of_edit(before: str, source: str, form: Mapping[str, str]) -> Nudges:
    """Before a post is changed: of what it did not say already."""
    said = _said(form)
    if HINTED in said or source == before:
        return Nudges(said=said)
    known = _hints(before)
    return Nudges(tuple(kind for kind in _hints(source) if kind not in known), (), said)


def again(form: Mapping[str, str]) -> Nudges:
    """Nothing new to say; what was said is remembered."""
    return Nudges(said=_said(form))


def _said(form: Mapping[str, str]) -> frozenset[str]:
    return frozenset(name for name in (HINTED, ALIKE) if form.get(name))


def _hints(source: str) -> tuple[str, ...]:
    found = wording.hints(source)
    if "phone" in found:
        # Who works here may be called by everybody.
        known = [*db.connection().execute(select(Employee.phone)).scalars()]
        for row in db.connection().execute(select(Association.phone, Association.emergency_phone)):
            known += row
        found = wording.hints(source, [number for number in known if number])
    return found
