"""Rows of the table about rooms, and of what is arranged for who comes: see `routes`."""

from __future__ import annotations

from tests.authorisation.people import LINDEHOF, NOBODY, STAFF
from tests.authorisation.table import get, post

# Who looks after the rooms of the Lindehof: its committee, and who works there.
TENDERS = (LINDEHOF & STAFF) | {"chair"}
OTHERS = LINDEHOF - TENDERS
# Whose booking it is, and who looks after the rooms.
HOLDERS = TENDERS | {"writer"}

A_ROOM = {
    "naam": "Keuken", "verdieping": "eerste verdieping", "drempelvrij": "ja", "lift": "ja", "ringleiding": "ja",
    "toilet": "ja", "stoelen": "12", "sleutel": "Rachid", "regels": "Ruim op.", "vooruit": "60", "lang": "4",
    "open": "8", "dicht": "23",
}  # fmt: skip
A_WISH = {"dag": "morgen", "van": "9.00", "tot": "10.00", "waarvoor": "taart", "formulier": "een-keer"}

# Who has the guest list: the host, the committee, and who works there. The host and the committee organise it.
LISTERS = TENDERS | {"writer"}
ORGANISERS = frozenset({"writer", "chair"})

LISTS = (
    get("events.guest_list", "/agenda/{listed}/lijst", LISTERS, refused=LINDEHOF - LISTERS),
    get("events.guest_list", "/agenda/{held}/lijst", LISTERS, refused=LINDEHOF - LISTERS, about="afterwards"),
    get("events.print_list", "/agenda/{listed}/lijst/print?leeg=6", LISTERS, refused=LINDEHOF - LISTERS),
    get("events.list_csv", "/agenda/{listed}/lijst.csv", LISTERS, refused=LINDEHOF - LISTERS),
    get("events.list_xlsx", "/agenda/{listed}/lijst.xlsx", LISTERS, refused=LINDEHOF - LISTERS),
    post("events.write_names", "/agenda/{listed}/lijst", LISTERS,
         {"namen": "Jan\nTruus + 1", "hoe": "paper", "formulier": "een-keer"}, refused=LINDEHOF - LISTERS),
    post("events.write_names", "/agenda/{listed}/lijst", NOBODY, {"namen": " "}, again=LISTERS,
         refused=LINDEHOF - LISTERS, about="without a name"),
    post("events.write_names", "/agenda/{held}/lijst", NOBODY, {"namen": "Jan"}, refused=LINDEHOF, about="too late"),
    post("events.strike_name", "/agenda/{listed}/lijst/{listed_name}/af", ORGANISERS, refused=LINDEHOF - ORGANISERS),
    post("events.put_name_back", "/agenda/{listed}/lijst/{listed_name}/terug", ORGANISERS, refused=LINDEHOF - ORGANISERS),
    post("events.take_back_names", "/agenda/{listed}/lijst/erbij/terug?wie={listed_name}", LISTERS,
         refused=LINDEHOF - LISTERS),
    post("events.take_back_names", "/agenda/{held}/lijst/erbij/terug", NOBODY, refused=LINDEHOF, about="too late"),
    post("events.take_back_who_came", "/agenda/{held}/lijst/gekomen/terug", LISTERS & {"writer"},
         refused=LINDEHOF - {"writer"}),
    post("events.strike_walk_in", "/agenda/{held}/lijst/aan-de-deur/{walk_in}/af", LISTERS, refused=LINDEHOF - LISTERS),
    post("events.put_walk_in_back", "/agenda/{held}/lijst/aan-de-deur/{walk_in}/terug", LISTERS,
         refused=LINDEHOF - LISTERS),
    post("events.note_who_came", "/agenda/{held}/lijst/gekomen", LISTERS, {"kwam-1": "1"}, refused=LINDEHOF - LISTERS),
    post("events.note_who_came", "/agenda/{listed}/lijst/gekomen", NOBODY, refused=LINDEHOF, about="too early"),
    post("events.add_walk_in", "/agenda/{held}/lijst/aan-de-deur", LISTERS,
         {"naam": "Loes", "met": "2", "formulier": "een-keer"}, refused=LINDEHOF - LISTERS),
)  # fmt: skip

ROTA = (
    get("events.rota_of_series", "/agenda/{listed}/rooster", LINDEHOF),
    post("events.take_duty", "/agenda/{listed}/taken/{duty}", LINDEHOF, {"doe": "neem"}),
    post("events.take_duty", "/agenda/{listed}/taken/{duty}", LINDEHOF, {"doe": "stop"}, about="no longer"),
    post("events.take_duty", "/agenda/{listed}/taken/{duty}", frozenset({"neighbour"}), {"doe": "zoek"},
         refused=LINDEHOF - {"neighbour"}, about="looking for another"),
    post("events.take_over_duty", "/agenda/{listed}/taken/{duty}/over/{taker}", LINDEHOF),
)  # fmt: skip

ROOMS = (
    *LISTS,
    *ROTA,
    get("events.all_rooms", "/gebouwen/{building}/zalen", LINDEHOF),
    get("events.all_rooms", "/gebouwen/{building}/zalen?week=2027-01-04", LINDEHOF, about="of another week"),
    get("events.one_room", "/gebouwen/{building}/zalen/{room}", LINDEHOF),
    post("events.have_room", "/gebouwen/{building}/zalen/{room}", LINDEHOF, A_WISH),
    post("events.have_room", "/gebouwen/{building}/zalen/{room}", NOBODY, again=LINDEHOF, about="without a day"),
    post("events.give_room_back", "/gebouwen/{building}/zalen/boeking/{booking}/weg", HOLDERS, {"week": "2027-01-04"},
         refused=LINDEHOF - HOLDERS),
    post("events.have_room_again", "/gebouwen/{building}/zalen/boeking/{booking}/terug", HOLDERS,
         refused=LINDEHOF - HOLDERS),
    get("events.new_room", "/gebouwen/{building}/zalen/nieuw", TENDERS, refused=OTHERS),
    post("events.add_room", "/gebouwen/{building}/zalen/nieuw", TENDERS, A_ROOM, refused=OTHERS),
    get("events.edit_room", "/gebouwen/{building}/zalen/{room}/wijzig", TENDERS, refused=OTHERS),
    post("events.change_room", "/gebouwen/{building}/zalen/{room}/wijzig", TENDERS, A_ROOM, refused=OTHERS),
    get("events.ask_take_away", "/gebouwen/{building}/zalen/{room}/weg", TENDERS, refused=OTHERS),
    post("events.take_room_away", "/gebouwen/{building}/zalen/{room}/weg", TENDERS, refused=OTHERS),
    post("events.bring_room_back", "/gebouwen/{building}/zalen/{room}/terug", TENDERS, refused=OTHERS),
)  # fmt: skip
