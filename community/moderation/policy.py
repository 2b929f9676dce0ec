"""May I? Who decides about a report: a moderator of the place, and when there is none who stands outside it, somebody
of the association. Nobody decides about what they wrote or reported themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from community import clock
from community.errors import Refused
from community.language import gettext as _
from community.visitor import STAFF, HeldRole, Visitor

# Who of the association stands behind the moderators. A caretaker meets residents at the door every day: not them.
BACKING = frozenset({"woonconsulent", "communicatie", "directeur"})
# After so long the association sees what the moderators did not come to.
PATIENCE = timedelta(days=2)
# A warning is forgotten after this.
WARNING = timedelta(days=90)
# Longer than this nobody is kept from talking; who must go is a matter of the association, not of a moderator.
SUSPENSION_DAYS = 90
# So long after a decision somebody can ask to look again.
APPEAL = timedelta(days=30)


class Placed(Protocol):
    """What is known of where something lies; no building: of the neighbourhood; neither: of the association."""

    @property
    def building_id(self) -> int | None: ...
    @property
    def neighbourhood_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Moderating:
    """A moderator somewhere."""

    person_id: int
    short_name: str
    building_id: int | None
    neighbourhood_id: int | None


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody is to decide about: where, who stand in it themselves, and whether neighbours may see it."""

    building_id: int | None
    neighbourhood_id: int | None
    for_staff: bool
    parties: frozenset[int]
    since: datetime


def serves(role: HeldRole | Moderating, place: Placed) -> bool:
    """Whether a role is for a place: of that building, of that neighbourhood, or everywhere."""
    if role.building_id is not None:
        return role.building_id == place.building_id
    return role.neighbourhood_id is None or role.neighbourhood_id == place.neighbourhood_id


def impartial(matter: Matter, moderators: Iterable[Moderating]) -> list[Moderating]:
    """The moderators who may decide about it."""
    if matter.for_staff:
        return []
    return [one for one in moderators if one.person_id not in matter.parties and serves(one, matter)]


def role_for(visitor: Visitor, matter: Matter, moderators: Sequence[Moderating]) -> HeldRole | None:
    """The role in which this visitor may decide about it; None when they may not, and then they do not see it."""
    if visitor.person_id in matter.parties or visitor.suspended_until is not None:
        return None
    near = [role for role in visitor.roles if serves(role, matter)]
    if not matter.for_staff:
        for role in near:
            if role.kind == "moderator":
                return role
    if not impartial(matter, moderators) or clock.now() - matter.since > PATIENCE:
        return next((role for role in near if role.kind in BACKING), None)
    return None


def to_tell(
    matter: Matter, moderators: Sequence[Moderating], backing: Sequence[Moderating], at: datetime
) -> frozenset[int]:
    """Who hear that this waits for them: the moderators who may decide; and when there is none, or they did not come to
    it, who of the association is nearest. Whoever else of the association may decide sees it when they look."""
    found = impartial(matter, moderators)
    if not found or at - matter.since > PATIENCE:
        near = [one for one in backing if one.person_id not in matter.parties and serves(one, matter)]
        closest = min((_distance(one) for one in near), default=0)
        found += [one for one in near if _distance(one) == closest]
    return frozenset(one.person_id for one in found)


def _distance(role: Moderating) -> int:
    return 0 if role.building_id is not None else 1 if role.neighbourhood_id is not None else 2


def check_report(visitor: Visitor, about_id: int) -> None:
    """Anything of somebody else that one can see."""
    if about_id == visitor.person_id:
        raise Refused(_("Dit bent u zelf. U kunt uw eigen reactie veranderen of weghalen."))


def check_block(visitor: Visitor, person_id: int, kinds: Iterable[str]) -> None:
    """A neighbour, by a neighbour; whoever works for the association reads all and is read by all (`kinds`: the roles
    somebody holds today)."""
    if person_id == visitor.person_id:
        raise Refused(_("Dit bent u zelf."))
    if visitor.is_staff:
        raise Refused(_("U werkt hier. Dan leest u alle bewoners."))
    if STAFF & set(kinds):
        raise Refused(
            _("Deze persoon werkt voor de woningcorporatie en plaatst ook mededelingen. Die moet u kunnen lezen.")
        )


class Decided(Protocol):
    """What the checks need to know of a decision."""

    about_id: int
    at: datetime
    what: str
    undone_at: datetime | None


def check_appeal(visitor: Visitor, decision: Decided, *, is_asked: bool) -> None:
    """By the person concerned, once, in the first month."""
    if decision.about_id != visitor.person_id or decision.what == "nothing":
        raise Refused(_("Alleen wie het aangaat, kan vragen om er nog eens naar te kijken."))
    if decision.undone_at:
        raise Refused(_("Dit besluit is al teruggedraaid."))
    if is_asked:
        raise Refused(_("U vroeg dit al. Iemand anders kijkt ernaar."))
    if clock.now() - decision.at > APPEAL:
        raise Refused(_("Dit kan tot 30 dagen na het besluit. Die tijd is voorbij. Bel ons gerust."))
