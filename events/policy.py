"""May I? Each check returns nothing, or refuses with the sentence to show; the page asks the same one to leave a
button out. Who organises where: the committee of a building there, staff where they work, and residents a little."""

from __future__ import annotations

from typing import Protocol

from community import dates
from community.errors import Refused
from community.language import gettext as _
from community.visitor import HeldRole, Visitor
from events.models import ASSOCIATION

COMMITTEE = frozenset({"commissievoorzitter", "commissielid"})


class Held(Protocol):
    """What the checks need to know of an activity."""

    @property
    def building_id(self) -> int | None: ...
    @property
    def neighbourhood_id(self) -> int | None: ...
    @property
    def host_id(self) -> int: ...
    @property
    def created_by_id(self) -> int: ...


class HeldDate(Protocol):
    """What they need to know of a date."""

    @property
    def host_id(self) -> int: ...


def organises(visitor: Visitor, building_id: int | None, neighbourhood_id: int | None) -> bool:
    """Whether somebody organises there by their role: a committee member or who works there."""
    return any(_is_there(role, building_id, neighbourhood_id) for role in visitor.roles)


def _is_there(role: HeldRole, building_id: int | None, neighbourhood_id: int | None) -> bool:
    if not role.is_staff and role.kind not in COMMITTEE:
        return False
    if role.building_id is not None:
        return role.building_id == building_id
    return role.neighbourhood_id is None or role.neighbourhood_id == neighbourhood_id


def check_act(visitor: Visitor) -> None:
    """Whoever lives or works here, and is not suspended."""
    if not visitor.belongs:
        raise Refused(_("U woont hier niet meer. Daarom kunt u hier niets meer organiseren."))
    if visitor.suspended_until:
        raise Refused(_("U kunt tot en met %(day)s lezen, maar niets organiseren. Onder ‘Mijn’ leest u waarom.",
                        day=dates.full(visitor.suspended_until)))  # fmt: skip


def check_plan(
    visitor: Visitor,
    building_id: int | None,
    neighbourhood_id: int | None,
    seen_by: int,
    *,
    is_public: bool = False,
    for_other: bool = False,
) -> None:
    """Anybody plans something for the building they live in, or for its neighbourhood. What is for everybody of the
    association or for strangers, and what somebody else hosts (`for_other`), is for the committee and for staff."""
    check_act(visitor)
    if organises(visitor, building_id, neighbourhood_id):
        return
    if building_id is None or building_id not in visitor.home_building_ids:
        raise Refused(_("U kunt iets organiseren in het gebouw waar u woont. Kies dat gebouw."))
    if seen_by == ASSOCIATION or is_public:
        raise Refused(_("Dit kan alleen de bewonerscommissie of wie hier werkt. Kies uw gebouw of uw buurt."))
    if for_other:
        raise Refused(_("U organiseert dit zelf. Voor een ander kan alleen de bewonerscommissie dit doen."))


def check_import(visitor: Visitor, building_id: int | None, neighbourhood_id: int | None) -> None:
    """A whole calendar at once is for the committee and for who works there: neighbours get much to read of it."""
    check_act(visitor)
    if not organises(visitor, building_id, neighbourhood_id):
        raise Refused(_("Een hele agenda overnemen kan alleen de bewonerscommissie, of wie hier werkt."))


def check_change(visitor: Visitor, event: Held) -> None:
    """Who hosts it or planned it, the committee of that building, and who works there."""
    check_act(visitor)
    if visitor.person_id in (event.host_id, event.created_by_id):
        return
    if not organises(visitor, event.building_id, event.neighbourhood_id):
        raise Refused(_("Alleen wie dit organiseert, kan het veranderen. Bel of vraag het de gastheer of gastvrouw."))


def check_change_date(visitor: Visitor, event: Held, row: HeldDate) -> None:
    """The same of one date; and who hosts that date alone."""
    check_act(visitor)
    if visitor.person_id != row.host_id:
        check_change(visitor, event)
