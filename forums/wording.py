"""What a writer may want to look at once more before it is placed: words that hurt, a telephone number, a house number,
somebody by name with an accusation. A kind word to the writer alone, once: nothing is refused, kept or counted. Pure
functions over a text, with the words of wording.txt; a false alarm is worse than a miss, for it teaches people not to
read them."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from community.links import find_links

KINDS = ("harsh", "phone", "house", "accused")


def hints(source: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """Which of KINDS a text gives cause for. `known` are telephone numbers that may stand anywhere (the association's,
    the caretaker's)."""
    found = {
        "harsh": is_harsh(source),
        "phone": has_phone(source, known),
        "house": has_house_number(source),
        "accused": accuses(source),
    }
    return tuple(kind for kind in KINDS if found[kind])


def _lists() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in (Path(__file__).parent / "wording.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            lines = found[line.strip("[]")] = []
        elif line and not line.startswith("#") and found:
            lines.append(line)
    return found


_LISTS = _lists()
_ANY = {name: f"(?:{'|'.join(lines)})" for name, lines in _LISTS.items()}

# ---- words that hurt ------------------------------------------------------------------------------------------------

_HARSH = re.compile(
    rf"\b{_ANY['always']}\b|\b{_ANY['pointing']}(?:[ ']+{_ANY['between']}){{0,4}} {_ANY['at somebody']}\b"
    rf"(?! {_ANY['of a thing']})",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{2,}")
# So many words in capitals in a row is shouting; an abbreviation or a notice is not.
_SHOUTED = 6


def is_harsh(source: str) -> bool:
    """Whether a text may sound otherwise than it is meant."""
    return _HARSH.search(_plain(source)) is not None or any(_shouts(line) for line in source.splitlines())


def _shouts(line: str) -> bool:
    words = _WORD.findall(line)
    loud = [word for word in words if word.isupper()]
    return len(loud) >= _SHOUTED and len(loud) * 10 >= len(words) * 8


# ---- what is private ------------------------------------------------------------------------------------------------

# What everybody may call: 112, 144, 0800, 0900, 14-numbers and such are nobody's own.
_OWN_NUMBER = re.compile(r"tel:(?:\+31|0)(?!800|900|90\d|88|14)\d{8,9}$")


def has_phone(source: str, known: Collection[str] = ()) -> bool:
    """Whether somebody's telephone number stands in it."""
    allowed = {_digits(number) for number in known}
    return any(_OWN_NUMBER.match(href) and _digits(href) not in allowed for _start, _end, href in find_links(source))


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)[-9:]


_NO_AMOUNT = rf"(?! ?{_ANY['amount']})"
_HOUSE = re.compile(
    "|".join(
        (
            rf"\b[^\W\d_]{{2,}}{_ANY['street']} \d{{1,4}} ?[a-z]?\b{_NO_AMOUNT}",
            r"\b(?:op|van|bij|naast|boven|onder|tegenover) (?:huis ?)?(?:nummer|nr\.?) ?\d{1,4}[a-z]?\b"
            r"(?! (?:in|op|van) de)",
            r"\b(?:huisn(?:umme)?r\.?|appartement|woning|flat|apartment|house number) ?(?:nummer )?"
            rf"\d{{1,4}}[a-z]?\b{_NO_AMOUNT}",
            rf"\b(?:woont|woon|wonen|lives?) (?:op|at|on) (?:number |nummer )?\d{{1,4}}[a-z]?\b{_NO_AMOUNT}",
            r"\bat (?:number|no\.?) ?\d{1,4}[a-z]?\b",
        )
    ),
    re.IGNORECASE,
)


def has_house_number(source: str) -> bool:
    """Whether it says at which number somebody lives."""
    return _HOUSE.search(_plain(source)) is not None


_NO_NAMES = frozenset(" ".join(_LISTS["no name"]).split())
_CAPITAL = r"[A-ZÀ-ÖØ-ÞŞĞİÇÖÜ][a-zà-öø-ÿşğıçöü'’-]+"
_NAME = re.compile(
    rf"(?:\b(?i:meneer|mevrouw|mevr\.?|dhr\.?|mw\.?|buurman|buurvrouw|mr\.?|mrs\.?) {_CAPITAL}|\b{_CAPITAL})"
)
_ACCUSATION = re.compile(rf"\b{_ANY['accusation']}\b", re.IGNORECASE)
_DENIED = re.compile(rf"\b{_ANY['denial']}(?: \w+){{0,2}} ?$", re.IGNORECASE)
_SENTENCE = re.compile(r"[^.!?\n]+")
# So far the name stands before what is said of it.
_NEAR = 60


def accuses(source: str) -> bool:
    """Whether somebody is called by name and said to have done wrong."""
    return any(_accused(sentence) for sentence in _SENTENCE.findall(_plain(source)))


def _accused(sentence: str) -> bool:
    names = [found for found in _NAME.finditer(sentence) if found[0].lower() not in _NO_NAMES]
    return any(
        name.end() <= said.start() and said.start() - name.end() <= _NEAR and not _denied(sentence[: said.start()])
        for said in _ACCUSATION.finditer(sentence)
        for name in names
    )


def _denied(before: str) -> bool:
    """Somebody is defended: "Jan is geen dief", "denkt niet dat"."""
    return _DENIED.search(before) is not None


def _plain(source: str) -> str:
    return re.sub(r"[ \t]+", " ", source.replace("’", "'").replace("*", ""))
