"""What a word is found by: its stem without accents, so that fietsen finds fiets, and for a compound such as
fietsenstalling also its parts. The rules are ours and not the database's, so each database gives the same answers. It
knows nothing of requests, people or the database, and nothing else in Trefpunt uses the stemmer."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import Stemmer

from community.text import fold

# Nobody looks for a longer word, and a text of one word of 5,000 letters need not cost more than a sentence.
WORD_MAX = 40
# In whatever is written apart from letters and digits only the apostrophe holds a word together: foto's.
_WORD = re.compile(r"[^\W_][^\W_\u0300-\u036f]*(?:[\u0300-\u036f'’‘]+[^\W_]+)*[\u0300-\u036f]*")
_PIECE = re.compile(r"[^\W_]+")

# Asked for beside other words these say nothing; within quotes they count.
STOP = frozenset({
    "aan", "al", "als", "ben", "bij", "dan", "dat", "de", "deze", "die", "dit", "door", "een", "en", "er",
    "ge", "had", "heb", "hebben", "heeft", "het", "hij", "hoe", "ik", "in", "is", "je", "kan", "kun",
    "kunnen", "maar", "me", "met", "mij", "mijn", "na", "naar", "niet", "nog", "nu", "of", "om", "omdat",
    "ons", "ook", "op", "over", "te", "tot", "u", "uit", "uw", "van", "voor", "waar", "wat", "we", "wel",
    "wie", "wij", "worden", "wordt", "zal", "ze", "zich", "zij", "zijn", "zo", "zou",
})  # fmt: skip


class Word(NamedTuple):
    """A word of a text: where it stands, its stems (mostly one), and the stems of its parts."""

    start: int
    end: int
    stems: tuple[str, ...]
    parts: tuple[str, ...]


def words(text: str) -> Iterator[Word]:
    """The words of a text, from left to right."""
    for found in _WORD.finditer(text):
        stems, parts = found_by(found[0])
        if stems:
            yield Word(found.start(), found.end(), stems, parts)


def plain_words(text: str) -> list[str]:
    """The words of a text or a name, folded and not stemmed."""
    return [piece for found in _WORD.finditer(text) for piece in _pieces(found[0])]


@lru_cache(maxsize=65_536)
def _pieces(word: str) -> tuple[str, ...]:
    # Folding can take a sign apart ("½"), so what comes out may be several words.
    return tuple(piece[:WORD_MAX] for piece in _PIECE.findall(fold(word[: 4 * WORD_MAX]).replace("'", "")))


@lru_cache(maxsize=65_536)
def found_by(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(stems, stems of parts) of one word as somebody wrote it."""
    pieces = _pieces(word)
    stems = tuple(stem(piece) for piece in pieces)
    parts = tuple(stem(part) for piece in pieces for part in _parts(piece))
    return stems, tuple(dict.fromkeys(part for part in parts if part not in stems))


# ---- the stem ----------------------------------------------------------------------------------------------------

# Plurals and bent forms that no rule makes right: the vowel becomes short, or -eren comes behind.
_EXCEPTIONS = {
    "kinderen": "kind", "kinder": "kind", "leden": "lid", "steden": "stad", "schepen": "schip", "smeden": "smid",
    "eieren": "ei", "koeien": "koe", "liederen": "lied", "bladeren": "blad", "bladen": "blad", "raderen": "rad",
    "runderen": "rund", "kalveren": "kalf", "lammeren": "lam", "volkeren": "volk", "goederen": "goed",
    "gemoederen": "gemoed", "beenderen": "been", "hoenderen": "hoen", "kleren": "kleed", "kleding": "kleed",
    "dagen": "dag", "daags": "dag", "wegen": "weg", "baden": "bad", "glazen": "glas", "gaten": "gat", "paden": "pad",
    "sloten": "slot", "schoten": "schot", "vaten": "vat", "daken": "dak", "spelen": "spel", "spelletje": "spel",
    "spelletjes": "spel", "hoven": "hof", "holen": "hol", "loten": "lot", "graven": "graf", "staven": "staf",
    "bedragen": "bedrag", "gebreken": "gebrek", "gebeden": "gebed", "oorlogen": "oorlog", "hertogen": "hertog",
    "verslagen": "verslag", "musea": "museum", "centra": "centrum", "data": "datum", "gaat": "gaan", "slaat": "slaan",
    "staat": "staan", "belt": "bel", "meldt": "meld", "melden": "meld", "gemeld": "meld", "gemelde": "meld",
    "houdt": "houd", "zagen": "zaag", "repareren": "reparatie", "repareert": "reparatie", "gerepareerd": "reparatie",
    "bewoonster": "bewoner", "bewoonsters": "bewoner", "huurster": "huurder", "huursters": "huurder",
    "buurvrouw": "buur", "buurman": "buur", "buurvrouwen": "buur", "buurmannen": "buur",
    "lekkage": "lek", "lekkages": "lek", "tv": "televisie",
}  # fmt: skip
# The ones that are also met behind another word: kleinkinderen, commissieleden.
_ENDINGS = (
    "kinderen",
    "leden",
    "steden",
    "schepen",
    "eieren",
    "bladeren",
    "dagen",
    "wegen",
    "paden",
    "glazen",
    "daken",
)
_NO_ENDINGS = frozenset({"overleden", "doorgeleden", "bezigdagen", "bewegen", "overwegen", "opwegen", "afwegen"})
_VOWEL = "aeiou"


class _Stemmer(threading.local):
    """The stemmer keeps a state while it works, so each thread has its own."""

    def __init__(self) -> None:
        self.dutch = Stemmer.Stemmer("dutch")


_local = _Stemmer()


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of a folded word. Stemming a stem changes nothing that matters: a word is always asked for through
    here."""
    if word in _EXCEPTIONS:
        return stem(_EXCEPTIONS[word])
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4 and word not in _NO_ENDINGS:
            return stem(word[: -len(ending)] + _EXCEPTIONS[ending])
    if not word.isascii() or not word.isalpha():
        return word
    # ideeën, knieën, categorieën; fotootje, cafeetje
    word = re.sub(r"(ee|ie)en$", r"\1", word)
    word = re.sub(r"([aeou])\1tjes?$", r"\1", word)
    for _turn in range(10):
        shorter = _local.dutch.stemWord(word)
        if shorter == word:
            break
        word = shorter
    return _mended(word) or word


def _mended(word: str) -> str:
    """What the stemmer leaves on: the -s of foto's and auto's, the -e of grote and warme, problem- for probleem."""
    if len(word) >= 4 and word[-1] == "s" and word[-2] in "aouy" and word[-3] not in _VOWEL:
        return word[:-1]
    if len(word) >= 4 and word[-1] == "e" and word[-2] not in _VOWEL:
        word = word[:-1]
        if word[-1] not in "wx" and word[-2] in "aeou" and (len(word) < 3 or word[-3] not in _VOWEL):
            word = word[:-1] + word[-2] + word[-1]
        return _hardened(word)
    if word.endswith(("blem", "stem", "them")) and len(word) > 5:
        return word[:-1] + "em"
    if word.endswith("thek"):
        return word[:-1] + "ek"
    return word


def _hardened(word: str) -> str:
    """No Dutch word ends in v or z: lieve is lief, boze is boos."""
    return word[:-1] + {"v": "f", "z": "s"}.get(word[-1], word[-1])


# ---- compounds ---------------------------------------------------------------------------------------------------

# Words of which compounds about buildings and living together are made; one line each in the file.
_SIMPLE = (Path(__file__).parent / "compound_parts.txt").read_text().split()
_SHORTEST = 3
_LINKS = ("", "s", "e", "n")
# An unknown word in front of a known one of so many letters is taken to be a word too: Vreewijkstalling.
_SURE = 5


def _bent(word: str) -> Iterator[str]:
    """A word as it stands in a compound: itself, and as its plurals are made (fietsen, trappen, brieven, bomen)."""
    yield word
    yield word + "en"
    yield word + "er"
    yield word + word[-1] + "en"
    soft = word[:-1] + {"f": "v", "s": "z"}.get(word[-1], word[-1])
    yield soft + "en"
    if word[-3:-2] == word[-2:-1] and word[-2] in _VOWEL:
        yield soft[:-2] + soft[-1] + "en"


_FORMS = {form: word for word in reversed(_SIMPLE) for form in _bent(word)}
_FORMS |= {form: word for form, word in _EXCEPTIONS.items() if word in _SIMPLE} | {word: word for word in _SIMPLE}


def _parts(word: str) -> list[str]:
    """The simple words that a compound is made of; empty for a word that is none."""
    if len(word) < 2 * _SHORTEST or word in _FORMS or not word.isalpha():
        return []
    whole = _taken_apart(word)
    if whole is not None:
        return whole if len(whole) > 1 else []
    for at in range(3, len(word) - _SURE + 1):
        known = _simple(word[at:])
        if known:
            front = word[:at]
            return [front, known] if any(letter in _VOWEL for letter in front) else []
    return []


def _taken_apart(word: str) -> list[str] | None:
    """The word as known words joined by their links, the longest first; None when it is not."""
    known = _simple(word)
    if known:
        return [known]
    for end in range(len(word) - _SHORTEST, _SHORTEST - 1, -1):
        if word[:end] not in _FORMS:
            continue
        for link in _LINKS:
            if word.startswith(link, end):
                rest = _taken_apart(word[end + len(link) :])
                if rest is not None:
                    return [_FORMS[word[:end]], *rest]
    return None


def _simple(word: str) -> str | None:
    """The known word that this one is a form of."""
    if word in _FORMS:
        return _FORMS[word]
    for bent in ("s", "tjes", "tje", "jes", "je"):
        if word.endswith(bent) and word[: -len(bent)] in _FORMS:
            return _FORMS[word[: -len(bent)]]
    return None
