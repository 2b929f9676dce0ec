"""Rows of the table about coming or not, and of who waits and who is to be called: see `routes`."""

from __future__ import annotations

from tests.authorisation.people import ALL, BAKEN, LINDEHOF, WEST
from tests.authorisation.table import get, post

# Who sees who waits for what Ton organises: Ton, and the committee of his building. Not who works there.
HOSTS = frozenset({"writer", "chair"})
OTHERS = LINDEHOF - HOSTS
YES = {"antwoord": "ja"}
BEHALF = {"naam": "Mevrouw Jansen", "hoe": "phone", "formulier": "een-keer"}
MOVE = {"wie": "{waits}", "plaats": "1", "reden": "Vorige keer ging het mis."}

ANSWERS = (
    get("events.answer_form", "/agenda/{full_date}/antwoord", LINDEHOF),
    get("events.answer_form", "/agenda/{near_date}/antwoord", WEST, about="of the neighbourhood"),
    get("events.answer_form", "/agenda/{far_date}/antwoord", BAKEN, about="of the Baken"),
    post("events.answer", "/agenda/{full_date}/antwoord", LINDEHOF, YES),
    post("events.answer", "/agenda/{near_date}/antwoord", WEST, YES, about="of the neighbourhood"),
    post("events.answer", "/agenda/{far_date}/antwoord", BAKEN, YES, about="of the Baken"),
    post("events.answer", "/agenda/{full_date}/antwoord", again=LINDEHOF, about="that says nothing"),
    get("events.ask_every_date", "/agenda/{full_date}/alle-dagen", LINDEHOF),
    post("events.answer_every_date", "/agenda/{full_date}/alle-dagen", LINDEHOF, YES),
    post("events.answer_every_date", "/agenda/{far_date}/alle-dagen", BAKEN, YES, about="of the Baken"),
    get("events.linked_answer", "/agenda/antwoord/{answer_link}", ALL, hidden=True),
    post("events.answer_by_link", "/agenda/antwoord/{answer_link}", ALL, YES, hidden=True),
    get("events.on_behalf_form", "/agenda/{full_date}/namens", LINDEHOF),
    post("events.on_behalf", "/agenda/{full_date}/namens", LINDEHOF, BEHALF),
    post("events.sign_off", "/agenda/{full_date}/afmelden", HOSTS | {"neighbour"}, {"wie": "{waits}"},
         refused=OTHERS - {"neighbour"}),
    get("events.waiting_list", "/agenda/{full_date}/wachtlijst", HOSTS, refused=OTHERS),
    get("events.waiting_list", "/agenda/{far_date}/wachtlijst", frozenset({"elsewhere"}), about="of the Baken",
        refused=BAKEN - {"elsewhere"}),
    post("events.reorder", "/agenda/{full_date}/wachtlijst", HOSTS, MOVE, refused=OTHERS),
    get("events.call_list", "/agenda/{full_date}/bellen", HOSTS, refused=OTHERS),
    post("events.tick_call", "/agenda/{full_date}/bellen", HOSTS, {"wie": "{call}"}, refused=OTHERS),
    get("events.draw", "/agenda/{drawn_date}/loting", LINDEHOF),
    get("events.draw", "/agenda/{full_date}/loting", about="where nothing is drawn"),
)  # fmt: skip
