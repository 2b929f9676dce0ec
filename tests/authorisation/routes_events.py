"""The rows of the table about gathering: calendars and activities."""

from __future__ import annotations

from tests.authorisation.people import ALL, BAKEN, LINDEHOF, MEMBERS, WEST
from tests.authorisation.routes_planning import CHANGING, MAKING
from tests.authorisation.table import Row, get, post

QUESTION = {"vraag": "Is er ook thee?", "formulier": "een-keer"}

CALENDAR: tuple[Row, ...] = (
    get("events.agenda", "/agenda", MEMBERS),
    get("events.agenda", "/agenda?maand=2026-13&vanaf=nooit&van=mij&soort=meal&vrij=ja", MEMBERS, about="narrowed"),
    get("events.agenda", "/agenda?week=2026-03-09", MEMBERS, about="by week"),
    get("events.agenda", "/agenda?gebouw=baken", MEMBERS, about="of a foreign building, so of one's own"),
    get("events.print_month", "/agenda/print", MEMBERS),
    get("events.activity", "/agenda/{date}-koffie-in-de-hal", LINDEHOF),
    get("events.activity", "/agenda/{date}", LINDEHOF, about="without its words"),
    get("events.activity", "/agenda/{west_date}", WEST, about="of the neighbourhood"),
    get("events.activity", "/agenda/{all_date}", MEMBERS, about="of the association"),
    get("events.activity", "/agenda/{baken_date}", BAKEN, about="of the Baken"),
    get("events.activity", "/agenda/{public_date}-rommelmarkt", ALL, about="that is public"),
    get("events.short_activity", "/a/{date}", LINDEHOF),
    get("events.short_activity", "/a/{public_date}", ALL, about="that is public"),
    get("events.poster", "/agenda/{date}/poster", LINDEHOF),
    get("events.poster", "/agenda/{baken_date}/poster", BAKEN, about="of the Baken"),
    get("events.poster", "/agenda/{public_date}/poster", ALL, about="of what is public"),
    get("events.card", "/agenda/{date}/kaart", LINDEHOF),
    get("events.card", "/agenda/{date}/kaart?vorm=vandaag", LINDEHOF, about="on Today"),
    get("events.card", "/agenda/{date}/kaart?vorm=bladzij", LINDEHOF, about="on its own page"),
    get("events.card", "/agenda/{baken_date}/kaart", BAKEN, about="of the Baken"),
    get("events.picture", "/agenda/{date}/foto-640", about="of an activity without a photo", hidden=True),
    get("events.public_building", "/gebouwen/{building}/openbaar", ALL, hidden=True),
    get("events.public_building", "/gebouwen/baken/openbaar", about="without anything public", hidden=True),
    get("events.public_feed", "/gebouwen/{building}/openbaar.atom", ALL, hidden=True),
    post("events.ask", "/agenda/{date}/vraag", LINDEHOF, QUESTION),
    post("events.ask", "/agenda/{baken_date}/vraag", BAKEN, QUESTION, about="of the Baken"),
)

EVENTS: tuple[Row, ...] = (*CALENDAR, *MAKING, *CHANGING)
