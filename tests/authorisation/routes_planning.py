"""The rows of the table about making an activity, and changing it."""

from __future__ import annotations

from tests.authorisation.people import LINDEHOF, MEMBERS
from tests.authorisation.table import Row, get, post

# The committee of the Lindehof, which made what the rows are about, and who works there.
ORGANISERS = frozenset({"chair", "caretaker", "district", "director", "second administrator"})
OTHERS = LINDEHOF - ORGANISERS
NEW = {
    "titel": "Soep", "dag": "zaterdag", "tijd": "half een", "tot": "anderhalf uur", "zaal": "anders",
    "plek": "bij de voordeur", "voor": "0", "kosten": "€ 2", "plaatsen": "12", "herhaling": "week", "keren": "3",
    "taken": "koffie zetten 2", "formulier": "een-keer",
}  # fmt: skip
MOMENT = {"dag": "over twee weken", "tijd": "half drie", "tot": "4 uur", "opgaven": "blijft"}

MAKING: tuple[Row, ...] = (
    get("events.new", "/agenda/nieuw", MEMBERS),
    get("events.new", "/agenda/nieuw?gebouw=baken&dag=zaterdag&kopie=1", MEMBERS, about="elsewhere, so in one's own"),
    get("events.new_small", "/agenda/wie-gaat-er-mee", MEMBERS),
    post("events.send_new", "/agenda/nieuw", MEMBERS, NEW),
    post("events.keep_new", "/agenda/nieuw/bewaar", MEMBERS, NEW),
    post("events.throw_new_away", "/agenda/nieuw/weg", MEMBERS),
    post("events.put_new_back", "/agenda/nieuw/terug", MEMBERS),
    get("events.check_new", "/agenda/nieuw/klopt", MEMBERS),
    post("events.put_in_calendar", "/agenda/nieuw/klopt", MEMBERS, {"formulier": "een-keer", "niet": "", "waarom": ""}),
    get("events.draft_photo", "/agenda/nieuw/foto-640", about="of a form without a photo"),
)

CHANGING: tuple[Row, ...] = (
    *(
        get(f"events.{name}", f"/agenda/{{date}}/{path}", ORGANISERS, refused=OTHERS)
        for name, path in (
            ("change", "wijzig"),
            ("move", "verzet"),
            ("add", "erbij"),
            ("skip", "afzeggen"),
            ("cancel", "stop"),
        )
    ),
    post("events.send_change", "/agenda/{date}/wijzig", ORGANISERS, {**NEW, "wat": "datum"}, refused=OTHERS),
    post("events.send_move", "/agenda/{date}/verzet", ORGANISERS, MOMENT, refused=OTHERS),
    post("events.send_add", "/agenda/{date}/erbij", ORGANISERS, MOMENT, refused=OTHERS),
    post("events.send_skip", "/agenda/{date}/afzeggen", ORGANISERS, {"reden": "Kerst"}, refused=OTHERS),
    post("events.send_cancel", "/agenda/{date}/stop", ORGANISERS, {"reden": "Verbouwing"}, refused=OTHERS),
    post("events.restore", "/agenda/{date}/herstel", ORGANISERS, refused=OTHERS),
)
