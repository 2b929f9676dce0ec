"""May I? Each check returns nothing, or refuses with the sentence to show; the page asks the same one to leave a
button out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from community import clock, dates
from community.errors import Refused
from community.language import gettext as _
from community.visitor import Visitor
from forums import kinds
from forums.models import CARETAKER, NEIGHBOURS

# So long what was withdrawn can be put back (DESIGN, section 7).
UNDO = timedelta(hours=24)
# So long a writer can change a text; after that others have answered what it said.
EDIT = timedelta(days=14)


class Written(Protocol):
    """What the checks need to know of a post."""

    author_id: int
    created_at: datetime
    withdrawn_at: datetime | None
    hidden_at: datetime | None


class Open(Protocol):
    """What the checks need to know of a topic."""

    @property
    def closed_at(self) -> datetime | None: ...


class Place(Protocol):
    """What the checks need to know of where a topic stands."""

    @property
    def building_id(self) -> int | None: ...
    @property
    def neighbourhood_id(self) -> int | None: ...


def check_write(visitor: Visitor) -> None:
    """Whoever may read a forum may write in it; checked apart, because reading and writing will differ."""
    if not visitor.belongs:
        raise Refused(_("U woont hier niet meer. Daarom kunt u hier niets meer schrijven."))
    if visitor.suspended_until:
        raise Refused(_("U kunt tot en met %(day)s lezen, maar niet schrijven. Onder ‘Mijn’ leest u waarom.",
                        day=dates.full(visitor.suspended_until)))  # fmt: skip


def check_begin(visitor: Visitor, audience: int, reads: Sequence[int]) -> None:
    """A conversation for an audience that one belongs to oneself (`reads`); neighbours may also write to their
    caretaker."""
    check_write(visitor)
    if audience not in reads and not (audience == CARETAKER and NEIGHBOURS in reads):
        raise Refused(_("Dit kunt u hier niet plaatsen. Kies voor wie uw bericht is."))


def check_kind(visitor: Visitor, kind: str, forum: Place) -> None:
    """Everybody writes everything, but for announcements."""
    if kind == "announcement" and not kinds.may_announce(visitor, forum.building_id, forum.neighbourhood_id):
        raise Refused(_("Een mededeling is van de commissie of van wie hier werkt. Begin gerust een gewoon gesprek."))


def check_reply(visitor: Visitor, topic: Open) -> None:
    """In a topic one may read, as long as it is open."""
    check_write(visitor)
    if topic.closed_at:
        raise Refused(_("Dit gesprek is gesloten. Begin gerust een nieuw gesprek."))


def check_edit(visitor: Visitor, post: Written) -> None:
    """One's own post, for two weeks."""
    check_write(visitor)
    if post.author_id != visitor.person_id:
        raise Refused(_("Dit heeft iemand anders geschreven. Alleen de schrijver kan het veranderen."))
    if post.withdrawn_at:
        raise Refused(_("U haalde deze reactie weg. Zet haar eerst terug."))
    if post.hidden_at:
        raise Refused(_("Deze reactie is weggehaald door een moderator. U kunt haar niet veranderen."))
    if clock.now() - post.created_at > EDIT:
        raise Refused(_("U kunt een reactie twee weken lang veranderen. Schrijf liever een nieuwe reactie."))


def check_withdraw(visitor: Visitor, post: Written) -> None:
    """One's own post, always."""
    if post.author_id != visitor.person_id:
        raise Refused(_("Dit heeft iemand anders geschreven. Alleen de schrijver kan het weghalen."))
    if post.withdrawn_at:
        raise Refused(_("Deze reactie is al weggehaald."))


def check_restore(visitor: Visitor, post: Written) -> None:
    """One's own withdrawn post, within a day."""
    check_write(visitor)
    if post.author_id != visitor.person_id or not post.withdrawn_at:
        raise Refused(_("Deze reactie kunt u niet terugzetten."))
    if clock.now() - post.withdrawn_at > UNDO:
        raise Refused(_("Terugzetten kan 24 uur lang. Die tijd is voorbij."))


def check_thank(visitor: Visitor, post: Written) -> None:
    """Somebody else's post that is still there."""
    check_write(visitor)
    if post.author_id == visitor.person_id:
        raise Refused(_("Dit schreef u zelf."))
    if post.withdrawn_at or post.hidden_at:
        raise Refused(_("Deze reactie is weggehaald."))


def check_staff_reading(visitor: Visitor, building_id: int | None) -> None:
    """What the association reads is decided by the residents' committee of the building, or by an administrator for
    them."""
    chairs = any(role.kind == "commissievoorzitter" and role.building_id == building_id for role in visitor.roles)
    if building_id is None or not (chairs or visitor.is_administrator):
        raise Refused(_("De voorzitter van uw bewonerscommissie kiest dit. U kunt het haar of hem vragen."))
