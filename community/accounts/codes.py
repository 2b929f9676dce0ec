"""The code on a letter: two words and four digits, "tulp fiets 4826". Made by chance from words that are short and
friendly and that nobody mishears over the telephone; read with patience, because it is typed over from paper."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from community.language import gettext as _

# 1,320 words of 4 to 8 letters.
WORDS = tuple((Path(__file__).parent / "words.txt").read_text().split())
DIGITS = 4
# Together, so that the code can be seen whole in the field on a telephone. Leaves 7 thousand million codes.
LETTERS_MAX = 14
# Twice the longest code with everything that people put between.
_LONGEST = 100

_known = frozenset(WORDS)
_shortest = min(map(len, WORDS))
# What is written like a digit, by hand or on a small keyboard.
_AS_DIGIT = {"o": "0", "i": "1", "l": "1"} | {digit: digit for digit in "0123456789"}


def make_code() -> str:
    """A new code, as it stands on the letter. The number does not begin with a zero: people leave those out."""
    while True:
        first, second = secrets.SystemRandom().sample(WORDS, 2)
        if len(first) + len(second) <= LETTERS_MAX:
            return f"{first} {second} {1000 + secrets.randbelow(9000)}"


def normalise(typed: str) -> str | None:
    """The one way to write a code, whichever way it was typed; None when it cannot be a code.

    Forgiven: capitals, accents, every kind of space, dash or dot, nothing between the words at all, the order of the
    words and of the number, an O for a zero, an l or I for a one, a y for an ij.
    """
    found = set(_readings("".join(_tokens(typed))))
    return found.pop() if len(found) == 1 else None


def complaint(typed: str) -> str | None:
    """What is wrong with a code as it was typed, in a sentence; None when only the letter can tell. Says nothing about
    which codes exist: the words are known to everybody."""
    tokens = _tokens(typed)
    if not tokens:
        return _("Typ hier de code uit uw brief.")
    if normalise(typed):
        return None
    digits, words = 0, []
    for token in tokens:
        if any(letter.isdecimal() for letter in token) and all(letter in _AS_DIGIT for letter in token):
            digits += len(token)
        else:
            digits += sum(letter.isdecimal() for letter in token)
            words += re.findall(r"[^\W\d]+", token)
    if not digits:
        return _("Het getal ontbreekt nog. Het heeft 4 cijfers.")
    if digits != DIGITS:
        return _("Het getal heeft 4 cijfers. U typte er %(n)s.", n=digits)
    if len(words) == 1 and next(_pairs(words[0], ""), None):
        return None
    if len(words) != 2:
        return _("Er horen twee woorden in de code. U typte er %(n)s.", n=len(words))
    unknown = next((word for word in words if word not in _known), None)
    if unknown is None:
        return None
    return _("Het woord ‘%(word)s’ kennen wij niet. Kijk nog eens in uw brief.", word=unknown[:20])


def _tokens(typed: str) -> list[str]:
    apart = unicodedata.normalize("NFKD", typed[:_LONGEST]).casefold()
    letters = "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
        for letter in apart
        if not unicodedata.combining(letter)
    )
    # No word of ours has a y, and "ijs" is written "ys" by many.
    return [token.replace("y", "ij") for token in re.findall(r"[^\W_]+", letters)]


def _readings(joined: str) -> Iterator[str]:
    """Every code that can be read in these letters and digits: four in a row that can be a number, two words around."""
    for at in range(len(joined) - DIGITS + 1):
        number, before, after = joined[at : at + DIGITS], joined[:at], joined[at + DIGITS :]
        if not all(letter in _AS_DIGIT for letter in number) or not any(map(str.isdecimal, number)):
            continue
        for words in _pairs(before, after):
            yield " ".join([*sorted(words), "".join(_AS_DIGIT[letter] for letter in number)])


def _pairs(before: str, after: str) -> Iterator[tuple[str, str]]:
    whole = before + after
    cuts = [len(before)] if before and after else range(_shortest, len(whole) - _shortest + 1)
    for cut in cuts:
        first, second = whole[:cut], whole[cut:]
        if first in _known and second in _known and first != second:
            yield first, second
