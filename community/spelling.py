"""The words that stand in the search index, to find the one that was meant when somebody misspells. The list is shown
to nobody: what is suggested is looked up first, for the person who asks."""

from __future__ import annotations

import re
from collections.abc import Iterable

from flask import Flask, current_app
from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from community import db, dialect, dutch

# Shorter words have too many neighbours to guess at; numbers and longer ones are not misspelt but mistaken.
SPELLED = re.compile(r"[a-z]{4,24}")
# Known to be in the list: what is there need not be put there again.
_KNOWN_MAX = 200_000


class Spelling(db.Base):
    """A word that stands in the index, under each way to leave one letter out of it (and as it is): a word that was
    misspelt in one letter meets it there. What is suggested is looked up first: the list itself is shown to nobody."""

    __tablename__ = "search_spelling"

    key: Mapped[str] = mapped_column(String(24), primary_key=True)
    word: Mapped[str] = mapped_column(String(24), primary_key=True)
    stem: Mapped[str] = mapped_column(String(40), index=True)


def init_app(app: Flask) -> None:
    """Nothing is known yet."""
    app.extensions["search spelling"] = set()


def learn(texts: Iterable[str]) -> None:
    """Note the words of what was put in the index that were not met before."""
    known: set[str] = current_app.extensions["search spelling"]
    fresh = {word for one in texts for word in dutch.plain_words(one) if SPELLED.fullmatch(word)} - known
    if not fresh:
        return
    # Each action in the same order: two that learn the same words wait for one another, and never both.
    rows = [
        {"key": key, "word": word, "stem": dutch.stem(word)} for word in sorted(fresh) for key in sorted(_keys(word))
    ]
    dialect.insert_what_is_new(db.connection(), Spelling.__table__, rows)  # type: ignore[arg-type]

    def remember() -> None:
        if len(known) > _KNOWN_MAX:
            known.clear()
        known.update(fresh)

    db.after_commit(remember)


def forget_known() -> None:
    """The list of spellings was emptied."""
    current_app.extensions["search spelling"].clear()


def unlearn(words: str) -> None:
    """Forget the spelling of words that stand nowhere any more."""
    connection = db.connection()
    gone = [stem for stem in sorted(set(words.split())) if stem.isalpha() and not dialect.is_in_index(connection, stem)]
    if gone:
        forget = delete(Spelling).where(Spelling.stem.in_(gone)).returning(Spelling.word)
        lost = set(connection.execute(forget).scalars())
        known: set[str] = current_app.extensions["search spelling"]
        known.difference_update(lost)


def _keys(word: str) -> set[str]:
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}


def like(typed: str) -> list[str]:
    """Words of the list that differ from this one in a letter or two, the nearest first."""
    near = select(Spelling.word).where(Spelling.key.in_(sorted(_keys(typed)))).distinct()
    found = set(db.connection().execute(near).scalars()) - {typed}
    ranked = sorted((_distance(typed, word), word[0] != typed[0], word) for word in found)
    stem = dutch.found_by(typed)[0]
    return [word for distance, _first, word in ranked if distance <= 2 and dutch.found_by(word)[0] != stem]


def _distance(one: str, other: str) -> int:
    """How many letters were left out, added, changed or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, earlier, row = row, before, [i]
        for j, b in enumerate(other, 1):
            least = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                least = min(least, earlier[j - 2] + 1)
            row.append(least)
    return row[-1]
