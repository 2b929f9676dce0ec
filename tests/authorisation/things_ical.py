"""What the rows about calendars for telephones speak of."""

from __future__ import annotations

from events import feeds
from tests.events.planned import dates_of, put
from tests.world import World


def secret(world: World) -> tuple[str, str]:
    """The secret of Ton's calendars, and one that was never made."""
    feeds.renew(by=world.visitor("ton"))
    made = feeds.secret_of(world.people["ton"])
    assert made is not None
    return made, "nooit-gemaakt"


def a_date(world: World) -> int:
    """A date of coffee in the Lindehof."""
    return dates_of(put(world, title="Koffie voor in de telefoon"))[0].id
