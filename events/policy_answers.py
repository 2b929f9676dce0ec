"""May I answer, and may I look after who comes? Each check returns nothing, or refuses with the sentence to show; the
page asks the same one to leave a button out."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from community import clock, dates
from community.errors import Refused
from community.language import gettext as _
from community.visitor import Visitor
from events.models import ASSOCIATION, BUILDING


class Dated(Protocol):
    """What the checks need to know of a date."""

    @property
    def building_id(self) -> int | None: ...
    @property
    def neighbourhood_id(self) -> int | None: ...
    @property
    def seen_by(self) -> int: ...
    @property
    def host_id(self) -> int: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def closes_at(self) -> datetime: ...
    @property
    def cancelled_at(self) -> datetime | None: ...


def organises(visitor: Visitor, date: Dated) -> bool:
    """Who sees who comes and what they asked: the host, and the committee of where it is. Whoever works there does not,
    unless as host."""
    if visitor.person_id == date.host_id:
        return True
    return any(
        role.kind in {"commissievoorzitter", "commissielid"} and _is_of(role.building_id, role.neighbourhood_id, date)
        for role in visitor.roles
    )


def _is_of(building_id: int | None, neighbourhood_id: int | None, date: Dated) -> bool:
    if building_id is not None:
        return building_id == date.building_id
    if neighbourhood_id is not None:
        return date.seen_by != BUILDING and neighbourhood_id == date.neighbourhood_id
    return date.seen_by == ASSOCIATION


def check_organise(visitor: Visitor, date: Dated) -> None:
    """The waiting list and the call list are for who organises it."""
    if not organises(visitor, date):
        raise Refused(_("Deze lijst is voor wie de activiteit organiseert."))


def check_open(visitor: Visitor, date: Dated) -> None:
    """One can say something about a date that goes on and has not been."""
    if not visitor.belongs:
        raise Refused(_("U woont hier niet meer. Daarom kunt u zich hier niet meer aanmelden."))
    if date.cancelled_at is not None:
        raise Refused(_("Deze activiteit gaat niet door."))
    if date.starts_at <= clock.now():
        raise Refused(_("Deze activiteit is al begonnen of geweest."))


def check_remark(visitor: Visitor) -> None:
    """Who is suspended comes like anybody else: a suspension is about writing, and a remark is that."""
    if visitor.suspended_until:
        raise Refused(_("U kunt tot en met %(day)s niets schrijven. Aanmelden kan wel: laat dit leeg.",
                        day=dates.full(visitor.suspended_until)))  # fmt: skip


def is_late(visitor: Visitor, date: Dated) -> bool:
    """Whether signing up has closed; who organises it writes down who phoned them until the start."""
    return date.closes_at <= clock.now() and not organises(visitor, date)


def check_withdraw(visitor: Visitor, date: Dated, person_id: int | None, by_id: int | None) -> None:
    """Somebody is signed off by themselves, by who wrote them down, or by who organises it."""
    if visitor.person_id not in (person_id, by_id) and not organises(visitor, date):
        raise Refused(_("Alleen uzelf, wie u opgaf of wie organiseert kan dit afmelden."))
