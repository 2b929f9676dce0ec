"""One index over all rooms: what is written is found by its words (`dutch.py`), the newest first, with the same answers
on each database. It says where something stands, never who may see it: a room joins the hits with what the visitor
sees, in the same statement, and registers how it finds (`source`). The page is in `search_page.py`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup
from sqlalchemy import Index, Select, String, Text, UniqueConstraint, bindparam, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from community import db, dialect, dutch, spelling, text
from community.dialect import Key
from community.visitor import Visitor

# What is asked for is read so far; nobody types more on purpose.
QUERY_MAX = 200
WORDS_MAX = 12
# On PostgreSQL the newest entries of a kind are read first: so many for each row that is wanted. A word that is used
# often is found among them within a millisecond, two such words among more; what is rarer is then few in the index.
READ_FOR_WORD, READ_FOR_WORDS, READ_MAX = 20, 80, 4_000
# Above so many places (a director's) it costs less to look everywhere and leave the rest out.
PLACES_MAX = 60


class Entry(db.Base):
    """What something is found by. `id` is the millisecond in which it was written, or the first free one after it, so
    that the newest first is the index's own order and a period is a stretch of it. `words` are the stems in order;
    `marks` whatever else finds it: the place, who wrote it, parts of compounds. Both in the letters of `coded`."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "subject_id"), Index(None, "place_id", "kind", "id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(Key)
    place_id: Mapped[int] = mapped_column(Key)
    words: Mapped[str] = mapped_column(Text)
    marks: Mapped[str] = mapped_column(Text)


class Unindexed(db.Base):
    """What was there before the index: of this kind everything up to this number is still to be gone through."""

    __tablename__ = "search_unindexed"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    upto: Mapped[int] = mapped_column(Key)


# ---- what a room offers --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks for: stems that must all be there, phrases in their order, who wrote it, and between which two
    moments."""

    query: str = ""
    stems: tuple[tuple[str, ...], ...] = ()  # of each word; one that folding takes apart has several
    phrases: tuple[tuple[str, ...], ...] = ()
    writer: str = ""  # folded words of a name
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing to look for, neither words nor a name."""
        return not (self.stems or self.phrases or self.writer)

    @property
    def is_narrow(self) -> bool:
        """By whom or when was asked too."""
        return bool(self.writer or self.since or self.until)

    @property
    def marked(self) -> frozenset[str]:
        """The stems to mark in what is found."""
        return frozenset(stem for group in (*self.stems, *self.phrases) for stem in group)


@dataclass(frozen=True, slots=True)
class Face:
    """Of whom something is."""

    person_id: int
    name: str
    photo: str | None
    is_staff: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """Something found: `plain` is its text, out of which the excerpt is cut, `about` says who and when, `tag` where. It
    begins with the face of whom it is of, or with a piece of the room's own in `front`."""

    href: str
    title: str
    plain: str
    about: str
    face: Face | None = None
    tag: str | None = None
    front: Markup | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """How a room is searched: what it finds stands under `label`, on the page in the `order` of activities (10), topics
    (20), people (30) and what was said (40); `key` is in the address of all of it.

    `find(visitor, asked, start, most)` gives what this visitor may see, in the order in which it is shown; with the
    index by `hits`, or without it. `is_narrowed`: by the writer and the period too; else it is left out where those are
    asked for. `latest` makes what stands there, under `latest_label`, before anything was asked. `icons` and `sheet`, a
    style sheet, are what the lines need besides what every page has.
    """

    key: str
    label: Any
    find: Callable[[Visitor, Asked, int, int], Sequence[Line]]
    order: int = 50
    is_narrowed: bool = False
    latest: Callable[[Visitor], Markup] | None = None
    latest_label: Any = ""
    icons: tuple[str, ...] = ()
    sheet: str | None = None


def init_app(app: Flask) -> None:
    """Begin with no sources and no spelling known."""
    app.extensions["search sources"] = []
    spelling.init_app(app)


def source(app: Flask, made: Source) -> None:
    """Let a room be searched."""
    sources: list[Source] = app.extensions["search sources"]
    assert all(one.key != made.key for one in sources), "one address, one source"
    sources.append(made)
    sources.sort(key=lambda one: one.order)


def sources() -> Sequence[Source]:
    """The rooms that can be searched, in the order of the page."""
    found: list[Source] = current_app.extensions["search sources"]
    return found


# ---- reading what was typed ------------------------------------------------------------------------------------------

_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]')


def read(query: str, writer: str = "", since: datetime | None = None, until: datetime | None = None) -> Asked:
    """What was typed, whatever it is: words, and between quotes words in their order. What other search engines have
    operators for are words here."""
    typed = text.clean_line(query, QUERY_MAX)
    phrases, rest = [], typed
    for quoted in _QUOTED.finditer(typed):
        phrase = tuple(stem for word in dutch.words(quoted[1]) for stem in word.stems)[:WORDS_MAX]
        if phrase:
            phrases.append(phrase)
            rest = rest.replace(quoted[0], " ", 1)
    found = list(dutch.words(rest))
    telling = [word for word in found if rest[word.start : word.end].casefold() not in dutch.STOP]
    # Who asks for nothing but small words means those.
    chosen = telling or ([] if phrases else found)
    stems = tuple(dict.fromkeys(word.stems for word in chosen))[:WORDS_MAX]
    return Asked(
        typed,
        stems,
        tuple(phrases)[:WORDS_MAX],
        " ".join(_name_words(writer)),
        since,
        until,
    )


def _name_words(name: str) -> list[str]:
    """What tells one name from another: the words between ("van der") only where there is nothing else."""
    words = dutch.plain_words(text.clean_line(name, 80))
    return ([word for word in words if word not in _BETWEEN] or words)[:6]


_BETWEEN = frozenset({"van", "de", "den", "der", "het", "ten", "ter", "te", "t", "in", "op", "aan", "la", "el", "von"})


# ---- writing the index -----------------------------------------------------------------------------------------------


def coded(word: str) -> str:
    """A word in plain letters and digits that no database takes apart or changes. Words of letters are themselves; the
    others begin with what no such word has: a z with digits, or u0 and their bytes."""
    if word.isascii():
        return word if word.isalpha() else "z" + word
    return "u0" + word.encode().hex()


# Between two texts, so that no phrase runs from one into the other.
BORDER = "k0"


def place_mark(place: int) -> str:
    """What stands in a place."""
    return f"f{place}"


def kind_mark(kind: str) -> str:
    """What is of a kind."""
    return f"k0{kind}"


def name_mark(word: str) -> str:
    """What somebody wrote with this word in their name."""
    return "n0" + coded(word)


def title_mark(stem: str) -> str:
    """What has this stem in its title."""
    return "t0" + coded(stem)


def entry(
    kind: str, subject: int, place: int, written_at: datetime, texts: Sequence[str], writer: str | None, title: str = ""
) -> dict[str, Any]:
    """The values of an entry. `kind`, `subject` and `place` are the room's own: what it is, its number, and the number
    of where it stands, by which the room says to `hits` where to look. `texts` are what is found, the title first;
    `writer` is the name of who may be asked for. The newest are found first: of what is still to come, the furthest."""
    words: list[str] = []
    marks = {kind_mark(kind): None, place_mark(place): None}
    for name in dutch.plain_words(writer or ""):
        marks[name_mark(name)] = None
    for word in dutch.words(title):
        marks |= {title_mark(stem): None for stem in word.stems}
    for one in texts:
        if words:
            words.append(BORDER)
        for word in dutch.words(one):
            words += map(coded, word.stems)
            marks |= {coded(part): None for part in word.parts}
    return {
        "id": int(written_at.timestamp() * 1000),
        "kind": kind,
        "subject_id": subject,
        "place_id": place,
        "words": " ".join(words),
        "marks": " ".join(marks),
    }


_TABLE: Any = Entry.__table__
_THERE = select(Entry.id, Entry.words, Entry.marks, Entry.place_id).where(
    Entry.kind == bindparam("kind"), Entry.subject_id == bindparam("subject_id")
)


def add(values: dict[str, Any], texts: Iterable[str]) -> None:
    """Put something new in the index, in the running action."""
    assert db.session().writing, "what is written and what it is found by go in together"
    connection = db.connection()
    while dialect.insert_once(connection, _TABLE, values, ("id",)) is None:
        values = {**values, "id": values["id"] + 1}
    spelling.learn(texts)


def put(values: dict[str, Any], texts: Iterable[str]) -> None:
    """Put something in the index, or what it is found by now in the place of what it was found by."""
    there = db.connection().execute(_THERE, {key: values[key] for key in ("kind", "subject_id")}).first()
    if there is None:
        add(values, texts)
        return
    changed = {key: values[key] for key in ("words", "marks", "place_id") if values[key] != getattr(there, key)}
    if changed:
        db.connection().execute(_TABLE.update().where(_TABLE.c.id == there.id).values(changed))
        spelling.learn(texts)
        spelling.unlearn(there.words)


def remove(kind: str, subjects: Sequence[int]) -> None:
    """Take something out of the index: from this action on nobody finds it."""
    assert db.session().writing, "what is gone and what it was found by go out together"
    gone = delete(_TABLE).where(_TABLE.c.kind == kind, _TABLE.c.subject_id.in_(list(subjects)))
    for words in list(db.connection().execute(gone.returning(_TABLE.c.words)).scalars()):
        spelling.unlearn(words)


def fill(entries: Iterable[tuple[dict[str, Any], Sequence[str]]]) -> None:
    """Put many new things in the index, given in the order of time."""
    connection, last = db.connection(), -(2**62)
    batch: list[dict[str, Any]] = []
    met: set[str] = set()
    for values, texts in entries:
        last = values["id"] = max(values["id"], last + 1)
        batch.append(values)
        met.update(texts)
        if len(batch) == _BATCH:
            connection.execute(_TABLE.insert(), batch)
            batch = []
    if batch:
        connection.execute(_TABLE.insert(), batch)
    spelling.learn(met)


_BATCH = 2_000


# ---- finding ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """How the index is asked: the shape of a statement without its values, so that a room builds it once."""

    database: str
    number: int
    places: int | None
    has_since: bool
    has_until: bool

    def hit(self) -> dialect.Hit:
        """What is found, to join with in the room's own statement."""
        return dialect.way_to_search(self.database, self.number, _TABLE, self.places, self.has_since, self.has_until)

    def finished(self, statement: Select[Any], hit: dialect.Hit) -> Select[Any]:
        """The room's statement with what is looked for, the newest first."""
        if hit.condition is not None:
            statement = statement.where(hit.condition)
        return statement.order_by(hit.id.desc()).limit(bindparam("most")).offset(bindparam("start"))


Look = Callable[[Way, dict[str, Any]], Sequence[Any]]


def hits(
    look: Look,
    asked: Asked,
    kind: str,
    places: Sequence[int] | None,
    start: int,
    most: int,
    *,
    is_mostly: bool = False,
    is_few: bool = False,
) -> Sequence[Any]:
    """Rows of what was found, the newest first. `look(way, values)` carries out the room's own statement, which holds
    what the visitor may see. `places` are those where the visitor can see something; None: all. `is_mostly`: there is
    more of this kind than of all others together; `is_few`: so little that it is not looked for among the newest."""
    wanted: list[Any] = [tuple(map(coded, phrase)) for phrase in asked.phrases]
    wanted += [coded(stems[0]) if len(stems) == 1 else tuple(map(coded, stems)) for stems in asked.stems]
    names = [name_mark(word) for word in asked.writer.split()]
    # The last word of a name leaves so little that the rest of it, or the kind, is soon looked at there.
    wanted += names[-1:]
    if not names and not is_mostly:
        wanted.append(kind_mark(kind))
    is_seldom = is_few or bool(asked.writer)
    return _looked_up(look, wanted, [kind_mark(kind), *names[:-1]], asked, kind, places, start, most, is_seldom)


def alike(look: Look, title: str, kind: str, places: Sequence[int] | None, most: int) -> Sequence[Any]:
    """Rows of what has a word of this title in its own, the newest first."""
    stems = title_stems(title)
    if not stems:
        return []
    return _looked_up(look, [[title_mark(stem) for stem in stems]], [kind_mark(kind)], Asked(), kind, places, 0, most)


def title_stems(title: str) -> list[str]:
    """What a title is about: the stems of its telling words."""
    line = text.clean_line(title, QUERY_MAX)
    telling = [word for word in dutch.words(line) if line[word.start : word.end].casefold() not in dutch.STOP]
    return list(dict.fromkeys(stem for word in telling for stem in word.stems))[:WORDS_MAX]


def _looked_up(
    look: Look,
    wanted: list[Any],
    besides: list[Any],
    asked: Asked,
    kind: str,
    places: Sequence[int] | None,
    start: int,
    most: int,
    is_seldom: bool = False,
) -> Sequence[Any]:
    if places is not None and not places:
        return []
    if places is not None and len(places) <= PLACES_MAX:
        wanted.append([place_mark(place) for place in places])
    connection = db.connection()
    is_one_word = len(asked.stems) == 1 and not asked.phrases
    read = min(READ_MAX, (start + most) * (READ_FOR_WORD if is_one_word else READ_FOR_WORDS))
    values = {
        "start": start,
        "most": most,
        "kind": kind,
        "read": read,
        **dialect.words_to_search(connection, wanted, besides),
    }
    for name, moment in (("since", asked.since), ("until", asked.until)):
        if moment is not None:
            values[name] = int(moment.timestamp() * 1000)
    count = None if places is None or len(places) > dialect.NEAR_MAX else len(places)
    if count is not None and places is not None:
        values |= {f"place_{at}": place for at, place in enumerate(places)}
    rows: Sequence[Any] = []
    for number in dialect.ways_to_search(connection, is_seldom):
        way = Way(connection.dialect.name, number, count, asked.since is not None, asked.until is not None)
        rows = look(way, values)
        if len(rows) == most:
            break
    return rows


def written_at(key: int) -> datetime:
    """When the entry with this id was written."""
    return datetime.fromtimestamp(key / 1000, UTC)


# ---- what was perhaps meant ------------------------------------------------------------------------------------------

# Words that are tried before giving up; each costs a search.
_TRIES = 6


def suggestion(asked: Asked, finds: Callable[[Asked], Line | None]) -> str | None:
    """What was typed with one word spelt otherwise, so that it finds something; None where nothing is like it.

    `finds` looks for this visitor: only a word that stands in something they may read is ever suggested, as it stands
    there."""
    tries = 0
    line = asked.query
    for word in dutch.words(line):
        typed = text.fold(line[word.start : word.end])
        if not spelling.SPELLED.fullmatch(typed) or line[word.start : word.end].casefold() in dutch.STOP:
            continue
        for other in spelling.like(typed):
            if tries == _TRIES:
                return None
            tries += 1
            changed = line[: word.start] + other + line[word.end :]
            found = finds(replace(read(changed), writer=asked.writer, since=asked.since, until=asked.until))
            shown = found and _as_written(found, other)
            if shown:
                return line[: word.start] + shown + line[word.end :]
    return None


def _as_written(found: Line, word: str) -> str | None:
    """The word as it stands in what was found: of all its forms the reader gets one that they can read there."""
    stems = set(dutch.found_by(word)[0])
    forms = [
        one[part.start : part.end].lower()
        for one in (found.title, found.plain)
        for part in dutch.words(one)
        if stems & set(part.stems)
    ]
    return next((form for form in forms if text.fold(form) == word), forms[0] if forms else None)
