"""What the rows about calendars for telephones, and about those that come from elsewhere, speak of."""

from __future__ import annotations

from community import clock, db
from community.places.models import Building
from events import feeds, importing
from events.entries import read_calendar
from tests.events.calendars import entry, from_till, ics, tuesday
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


def brought(world: World) -> dict[str, int]:
    """A calendar that Nel brought for the Lindehof and looks at, and one that she put in."""
    building = db.session().get(Building, world.buildings["lindehof"])
    assert building is not None
    by, found = world.visitor("nel"), dict[str, int]()
    for word in ("brought", "imported"):
        every = read_calendar(ics(entry(*from_till(tuesday()), uid=word)), clock.now())
        found[word] = importing.bring(every, f"{word}.ics", building, by=by)
    importing.carry_out(found["imported"], by=by)
    return found
