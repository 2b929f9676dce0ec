"""The part of the table about a calendar that comes from elsewhere."""

from __future__ import annotations

from tests.authorisation.people import LINDEHOF, MEMBERS
from tests.authorisation.routes_planning import ORGANISERS, OTHERS
from tests.authorisation.table import get, post
from tests.events.calendars import entry, from_till, ics, tuesday

# The committee and who works there; the caretaker of the Baken brings it for the Baken.
MAY = ORGANISERS | {"other caretaker"}
NOT = MEMBERS - MAY
FILE = {"bestand": (ics(entry(*from_till(tuesday()), uid="van-elders")), "agenda.ics")}
CHOSEN = {"voor": "0", "soort": "", "wie": "", "niet": "4"}

IMPORTING = (
    get("events.import_form", "/agenda/importeren", MAY, refused=NOT),
    get("events.import_form", "/agenda/importeren?gebouw=baken", MAY, refused=NOT, about="elsewhere, so in one's own"),
    post("events.bring_calendar", "/agenda/importeren", MAY, FILE, refused=NOT),
    # What waits is of who brought it; what stands in the calendar is of all who look after that.
    get("events.brought_calendar", "/agenda/importeren/{brought}", frozenset({"chair"})),
    get("events.brought_calendar", "/agenda/importeren/{imported}", ORGANISERS, refused=OTHERS, about="that is in"),
    post("events.put_calendar_in", "/agenda/importeren/{brought}", frozenset({"chair"}), CHOSEN),
    post("events.throw_calendar_away", "/agenda/importeren/{brought}/weg", frozenset({"chair"})),
    post("events.take_calendar_out", "/agenda/importeren/{imported}/terug", ORGANISERS, refused=OTHERS),
)
assert OTHERS < LINDEHOF
