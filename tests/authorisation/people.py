"""Every kind of person who may come to the door, and the sets of them that the table of routes speaks of."""

from __future__ import annotations

STRANGER = "stranger"

# kind of person -> key in the world (None: nobody is signed in)
PEOPLE: dict[str, str | None] = {
    STRANGER: None,
    "writer": "ton",  # a resident of the Lindehof who wrote what the rows are about
    "neighbour": "henk",  # another resident of the Lindehof
    "chair": "nel",  # of the residents' committee of the Lindehof
    "moderator": "moira",  # of the Lindehof
    "next door": "indra",  # lives in the Meidoorn, the same neighbourhood
    "elsewhere": "bas",  # lives in the Baken, another neighbourhood
    "moved out": "otto",  # of the Lindehof, yesterday; a device is still signed in
    "coming": "cor",  # moves into the Lindehof tomorrow
    "stopped": "stien",  # of the Lindehof; left the platform, the cookie is still there
    "caretaker": "rachid",  # of the Lindehof
    "other caretaker": "bram",  # of the Baken
    "former caretaker": "frits",  # of the Lindehof, until yesterday
    "district": "wanda",  # housing consultant of the neighbourhood of Lindehof and Meidoorn
    "director": "anouk",  # works everywhere
    "administrator": "ada",  # looks after the machine and is nothing else
    "second administrator": "arie",  # looks after the machine and is caretaker of the Lindehof
}

ALL = frozenset(PEOPLE)
# Whose cookie is worth nothing: they are asked to sign in.
UNKNOWN = frozenset({STRANGER, "stopped"})
# May sign in to their own settings, but neither live nor work here today.
OUTSIDERS = frozenset({"moved out", "coming", "former caretaker"})

ADMINISTRATORS = frozenset({"administrator", "second administrator"})
STAFF = frozenset({"caretaker", "other caretaker", "district", "director", "second administrator"})
RESIDENTS = frozenset({"writer", "neighbour", "chair", "moderator", "next door", "elsewhere"})

SIGNED_IN = ALL - UNKNOWN
MEMBERS = RESIDENTS | STAFF
# Who may see what is of the Lindehof alone.
LINDEHOF = frozenset(
    {"writer", "neighbour", "chair", "moderator", "caretaker", "district", "director", "second administrator"}
)
# Who may see what is of its neighbourhood.
WEST = LINDEHOF | {"next door"}
# Who may see what is of the Meidoorn alone.
MEIDOORN = frozenset({"next door", "district", "director"})
# Who may see what is of the Baken alone.
BAKEN = frozenset({"elsewhere", "other caretaker", "director"})
NOBODY: frozenset[str] = frozenset()
