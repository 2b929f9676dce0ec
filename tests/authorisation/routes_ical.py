"""The part of the table about calendars for telephones."""

from __future__ import annotations

from tests.authorisation.people import ALL, LINDEHOF, MEMBERS
from tests.authorisation.table import get, post

CALENDARS = (
    get("events.calendars", "/agenda/abonneren", MEMBERS),
    post("events.renew", "/agenda/abonneren", MEMBERS),
    post("events.stop", "/agenda/abonneren/stop", MEMBERS),
    # A telephone cannot sign in: who has the secret address has what its owner sees.
    get("events.feed", "/agenda/feed/{calendar_secret}/mijn.ics", ALL),
    get("events.feed", "/agenda/feed/{calendar_secret}/lindehof.ics", ALL, about="of a building"),
    get("events.feed", "/agenda/feed/{calendar_secret}/baken.ics", hidden=True, about="of a building elsewhere"),
    get("events.activity_file", "/agenda/{calendar_date}/agenda.ics", LINDEHOF),
)
