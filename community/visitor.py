"""Who is asking: a person, on a device, with the homes and the roles they have today. Read afresh for every
request, so that a right that ended is gone at once; passed on explicitly, as `by` or `visitor`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast

from flask_login import AnonymousUserMixin, UserMixin, current_user

# The badge that goes with each role; Dutch, as residents say it (translated where it is shown).
STAFF = frozenset({"huismeester", "woonconsulent", "verhuurmakelaar", "directeur", "communicatie"})


@dataclass(frozen=True, slots=True)
class Home:
    """Where the visitor lives."""

    building_id: int
    neighbourhood_id: int
    household_id: int
    entrance: str | None


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role the visitor has today; no building and no neighbourhood means everywhere."""

    id: int
    kind: str
    title: str | None
    building_id: int | None
    neighbourhood_id: int | None  # of the building, or of the role itself when it has no building

    @property
    def is_staff(self) -> bool:
        return self.kind in STAFF


@dataclass(frozen=True)
class Visitor(UserMixin):
    """A signed-in person. `token` is the secret in the cookie."""

    token: str
    session_id: int
    person_id: int
    name: str
    short_name: str
    greeting: str | None
    language: str | None
    text_size: str
    theme: str
    photo: str | None
    is_trusted: bool
    welcome_step: int
    unread: int
    homes: tuple[Home, ...] = ()
    roles: tuple[HeldRole, ...] = field(default=())
    seen_at: datetime | None = None  # when this device was last noted to be in use
    joined_at: datetime | None = None  # when this person came in for the first time
    suspended_until: date | None = None  # may read but not write, up to and including this day
    blocked_ids: tuple[int, ...] = ()  # the neighbours this person does not want to read

    def get_id(self) -> str:
        return self.token

    @property
    def home_building_ids(self) -> tuple[int, ...]:
        return tuple({home.building_id: None for home in self.homes})

    @property
    def staff_roles(self) -> tuple[HeldRole, ...]:
        return tuple(role for role in self.roles if role.is_staff)

    @property
    def is_staff(self) -> bool:
        return any(role.is_staff for role in self.roles)

    @property
    def is_administrator(self) -> bool:
        return any(role.kind == "beheerder" for role in self.roles)

    @property
    def is_moderator(self) -> bool:
        return any(role.kind == "moderator" for role in self.roles)

    @property
    def works_everywhere(self) -> bool:
        """Staff for all buildings, such as the director."""
        return any(role.is_staff and role.neighbourhood_id is None for role in self.roles)

    @property
    def staff_building_ids(self) -> tuple[int, ...]:
        return tuple({role.building_id: None for role in self.staff_roles if role.building_id is not None})

    @property
    def staff_neighbourhood_ids(self) -> tuple[int, ...]:
        """Neighbourhoods where the visitor works for every building."""
        return tuple(
            {
                role.neighbourhood_id: None
                for role in self.staff_roles
                if role.building_id is None and role.neighbourhood_id is not None
            }
        )

    @property
    def near_neighbourhood_ids(self) -> tuple[int, ...]:
        """Neighbourhoods where the visitor lives or works somewhere."""
        living = {home.neighbourhood_id: None for home in self.homes}
        working = {r.neighbourhood_id: None for r in self.staff_roles if r.neighbourhood_id is not None}
        return tuple(living | working)

    @property
    def belongs(self) -> bool:
        """Lives somewhere or works somewhere: else there is nothing here to see."""
        return bool(self.homes) or self.is_staff

    def hat_for(self, building_id: int | None, neighbourhood_id: int | None) -> HeldRole | None:
        """The role the visitor speaks in, in a forum of this building or neighbourhood: staff first, then a
        committee. A moderator or ambassador speaks as a resident."""
        for role in sorted(self.roles, key=lambda held: not held.is_staff):
            if role.is_staff or role.kind in {"commissievoorzitter", "commissielid"}:
                if role.building_id is None and role.neighbourhood_id is None:
                    return role
                if building_id is None and neighbourhood_id is None:
                    return role
                if building_id is not None and role.building_id == building_id:
                    return role
                if role.neighbourhood_id == neighbourhood_id and (building_id is None or role.building_id is None):
                    return role
        return None


class Stranger(AnonymousUserMixin):
    """Somebody who is not signed in."""

    person_id = None


def current() -> Visitor | None:
    """The visitor of this request, or None for a stranger."""
    found = current_user._get_current_object()
    return cast(Visitor, found) if isinstance(found, Visitor) else None
