"""What things and people are called once they come out of a file: the address of a building's page, "de Lindehof",
what neighbours call somebody, how we say hello. Guesses in Dutch, for Dutch names; people change theirs on Trefpunt."""

from __future__ import annotations

import re
from collections.abc import Iterable

from community import text

# What a compound ends in decides its article; every other name of a building we know takes "de".
_NEUTER = re.compile(
    r"(huis|plein|park|gebouw|kwartier|complex|blok|paleis|kasteel|slot|baken|eiland|kantoor|centrum|anker|veld"
    r"|erf|pad|dorp|land|je)$"
)
_ARTICLE = re.compile(r"(de|het|'t|’t)\s+(?=\S)", re.IGNORECASE)
_TITLE = re.compile(
    r"(?:(?:geachte|beste)\s+)?"
    r"(?:(?P<sir>de heer|dhr|heer|hr|meneer)|(?P<madam>mevrouw|mevr|mvr|mw)|(?P<family>familie|fam))\b\.?\s*"
    r"(?P<rest>[^,]*),?",
    re.IGNORECASE,
)
_SPOKEN = {"sir": "meneer", "madam": "mevrouw", "family": "familie"}
_INFIXES = frozenset(
    {"van", "de", "den", "der", "het", "ten", "ter", "te", "'t", "’t", "in", "op", "aan", "el", "la", "von"}
)


def free_slug(name: str, taken: Iterable[str], fallback: str) -> str:
    """The readable part of an address for `name` that is not `taken`: "lindehof", else "lindehof-2"."""
    used = set(taken)
    made = first = text.slug(name, fallback)
    number = 1
    while made in used:
        number += 1
        made = f"{first[:56]}-{number}"
    return made


def with_article(building: str) -> str:
    """ "Lindehof" -> "de Lindehof", as in "in de Lindehof"; a number takes "gebouw": "gebouw 1012"."""
    article = _ARTICLE.match(building)
    if article:
        return f"{article[1].lower()} {building[article.end() :]}"
    words = re.findall(r"[^\W\d_]{3,}", building)
    if not words:
        return f"gebouw {building}"
    return f"{'het' if _NEUTER.search(words[-1].casefold()) else 'de'} {building}"


def short_name(name: str) -> str:
    """What neighbours say: "Ton" for "Ton Visser"; a name that opens with initials stays whole."""
    first = name.split()[0]
    is_initials = "." in first or (first.isupper() and len(first) <= 3)
    return name if is_initials else first


def greeting(salutation: str | None, name: str) -> str | None:
    """How we say hello to somebody whose title stands in a file: ("Dhr.", "P. de Vries") -> "meneer De Vries". None
    where the file gives no single title."""
    found = _TITLE.fullmatch(salutation or "")
    if not found:
        return None
    title = next(_SPOKEN[kind] for kind in _SPOKEN if found[kind])
    whom = found["rest"].strip() or surname(name)
    is_two = whom.split()[0].casefold() in {"en", "/", "&"}  # "dhr. en mevr."
    if is_two or not any(sign.isalpha() for sign in whom):
        return None
    return f"{title} {whom[0].upper()}{whom[1:]}"


def surname(name: str) -> str:
    """The part of a name that goes with a title: "P.J. van den Berg" -> "van den Berg"."""
    words = name.split()
    for place, word in enumerate(words[1:-1], start=1):
        if word.casefold() in _INFIXES:
            return " ".join(words[place:])
    return words[-1]
