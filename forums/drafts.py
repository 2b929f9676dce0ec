"""What somebody is writing, kept on the server: it survives a lost connection, a browser that stops and signing out,
and is there on another device. One text per person and place. The last one kept wins; a text from elsewhere that it
takes the place of is kept beside it, so that nothing typed is lost unseen."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from urllib.parse import urlencode

from sqlalchemy import Table, bindparam, delete, func, select, update

from community import clock, db, dialect
from community.accounts.models import Person
from community.errors import Invalid, Missing
from community.language import gettext as _
from community.visitor import Visitor
from forums import queries
from forums.attached import Draft
from forums.models import Post, Topic
from forums.seeing import visible_topics

# A text of a season ago is a surprise, not a help. In its last day it can only be put back: thrown away is so too.
KEPT = timedelta(days=90)
BIN = timedelta(days=1)
# More places than anybody writes in; the oldest gives way.
MOST = 50
# Room for a text that is four times too long to be placed, in any script.
CHARS_MAX = 20_000
BYTES_MAX = 100 * 1024
# What of a form is kept, besides the text from elsewhere (`ander`).
FIELDS = ("titel", "tekst", "forum", "soort", "aard", "formulier", "citaat")
_LONG = {"titel": 2_000, "tekst": CHARS_MAX}
NEW_TOPIC = "new-topic"
_KEY = re.compile(r"new-topic|topic-(\d{1,18})|edit-(\d{1,18})-(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Kept:
    """A text that waits. `stamp` is the version of it that a page knows; `other` a text of the same person for the
    same place, from another device."""

    key: str
    fields: Mapping[str, str]
    kept_at: datetime

    @property
    def stamp(self) -> str:
        return _stamp(self.kept_at)

    @property
    def text(self) -> str:
        return self.fields.get("tekst", "")

    @property
    def other(self) -> str:
        return self.fields.get("ander", "")


def edit_key(topic_id: int, number: int) -> str:
    """Where a change of a post is kept."""
    return f"edit-{topic_id}-{number}"


def is_key(key: str) -> bool:
    """Whether something can be kept under this key."""
    return _KEY.fullmatch(key) is not None


def _stamp(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))


# ---- what there is ------------------------------------------------------------------------------------------------

_FIND = select(Draft.fields, Draft.kept_at).where(
    Draft.person_id == bindparam("person"), Draft.key == bindparam("key"), Draft.kept_at > bindparam("after")
)
_COUNT = (
    select(func.count())
    .select_from(Draft)
    .where(Draft.person_id == bindparam("person"), Draft.kept_at > bindparam("after"))
)


def _bin_from() -> datetime:
    return clock.now() - KEPT + BIN


def find(person_id: int, key: str) -> Kept | None:
    """What somebody was writing in a place."""
    asked = {"person": person_id, "key": key, "after": _bin_from()}
    row = db.connection().execute(_FIND, asked).first()
    return Kept(key, row.fields, row.kept_at) if row else None


def count(person_id: int) -> int:
    """In how many places something waits."""
    found: int = db.connection().execute(_COUNT, {"person": person_id, "after": _bin_from()}).scalar_one()
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of one's own list: `title` and `path` are empty when the place is no longer open to this person; what
    they wrote is theirs all the same."""

    kept: Kept
    title: str
    path: str


def waiting(visitor: Visitor) -> list[Waiting]:
    """Everything that somebody was writing, the last first."""
    rows = db.connection().execute(
        select(Draft.key, Draft.fields, Draft.kept_at)
        .where(Draft.person_id == visitor.person_id, Draft.kept_at > _bin_from())
        .order_by(Draft.kept_at.desc())
    )
    found = [Kept(row.key, row.fields, row.kept_at) for row in rows]
    titles = _titles(visitor, found)
    return [Waiting(kept, *_place(kept, titles)) for kept in found]


def _titles(visitor: Visitor, found: Sequence[Kept]) -> dict[int, str]:
    ids = {int(number) for kept in found if (number := _topic_of(kept.key))}
    if not ids:
        return {}
    seen = visible_topics(visitor).with_only_columns(Topic.id, Topic.title).where(Topic.id.in_(ids))
    return {row.id: row.title for row in db.connection().execute(seen)}


def _topic_of(key: str) -> str | None:
    match = _KEY.fullmatch(key)
    return (match[1] or match[2]) if match else None


def resume(kept: Kept) -> str:
    """The form of the kind of conversation that somebody was beginning."""
    asked = {name: value for name in ("soort", "aard") if (value := kept.fields.get(name))}
    return f"/gesprekken/nieuw?{urlencode(asked)}" if asked else "/gesprekken/nieuw"


def _place(kept: Kept, titles: Mapping[int, str]) -> tuple[str, str]:
    key = kept.key
    if key == NEW_TOPIC:
        return "", resume(kept)
    topic = int(_topic_of(key) or 0)
    return (titles[topic], path(key)) if topic in titles else ("", "")


def path(key: str) -> str:
    """The page with the form that a text is for."""
    match = _KEY.fullmatch(key)
    if match and match[1]:
        return f"/gesprekken/{match[1]}#reageer"
    return f"/gesprekken/{match[2]}/{match[3]}/wijzig" if match and match[2] else "/gesprekken/nieuw"


def filled(asked: Mapping[str, str], kept: Kept | None) -> dict[str, str]:
    """A form that opens with what was kept, for what is asked for now."""
    begun = {name: value for name, value in kept.fields.items() if name != "formulier"} if kept else {}
    return {**begun, **{name: value for name, value in asked.items() if value or name == "aard"}}


# ---- keeping --------------------------------------------------------------------------------------------------------


def read(form: Mapping[str, str]) -> dict[str, str]:
    """What of a form is worth keeping.

    Raises:
        Invalid: it is more than anybody types.
    """
    found = {name: form.get(name, "").replace("\r\n", "\n") for name in (*FIELDS, "ander")}
    found = {name: value for name, value in found.items() if value}
    most = {**_LONG, "ander": CHARS_MAX}
    if any(len(value) > most.get(name, 200) for name, value in found.items()):
        raise Invalid({"tekst": _("Deze tekst is te lang om te bewaren. Kopieer hem zelf.")})
    if len(json.dumps(found)) > BYTES_MAX:
        raise Invalid({"tekst": _("Deze tekst is te lang om te bewaren. Kopieer hem zelf.")})
    # Neither database takes half a character.
    return {name: value.encode("utf-8", "ignore").decode("utf-8") for name, value in found.items()}


@db.action
def keep(*, key: str, fields: Mapping[str, str], by: Visitor, knows: str | None = None) -> Kept | None:
    """Keep what stands in a form; nothing in it means that there is nothing to keep. `knows` is the stamp of the text
    that this page began with or kept last: when another device kept something else since, that text stays beside it.
    Returns what is kept now; None when there is nothing, or when it was placed already.

    Raises:
        Missing: there is no such place to write for this person.
    """
    _hold(key, by)
    as_it_is = _check_place(key, by)
    if _is_placed(fields, by):
        return None
    before = find(by.person_id, key)
    text = fields.get("tekst", "").strip()
    if text == as_it_is or not (text or fields.get("titel", "").strip()):
        rest = _left_over(fields, before, knows)
        if rest:
            _write(by.person_id, key, {"tekst": rest})
        else:
            drop(by.person_id, key)
        return None
    kept = {name: value for name, value in fields.items() if name in FIELDS or name == "ander"}
    other = _left_over(kept, before, knows)
    if other:
        kept["ander"] = other
    if before is None:
        _give_way(by.person_id)
    return Kept(key, kept, _write(by.person_id, key, kept))


def _write(person_id: int, key: str, kept: Mapping[str, str]) -> datetime:
    now = clock.now()
    asked = {"person_id": person_id, "key": key, "fields": kept, "kept_at": now}
    table = cast(Table, Draft.__table__)
    dialect.insert_or_update(db.connection(), table, asked, ("person_id", "key"), {"fields": kept, "kept_at": now})
    return now


def keep_typed(key: str, form: Mapping[str, str], *, by: Visitor) -> None:
    """A form was refused: what stands in it is kept, as far as it can be."""
    with suppress(Invalid, Missing):
        keep(key=key, fields=read(form), by=by, knows=form.get("stand"))


def _left_over(kept: Mapping[str, str], before: Kept | None, knows: str | None) -> str:
    """The text beside the one that is kept now: of another device, if this one does not go on from it."""
    text, brought = kept.get("tekst", ""), kept.get("ander", "")
    if before is not None and before.stamp != knows and before.text.strip() and not text.startswith(before.text):
        return before.text
    found = brought or (before.other if before else "")
    return "" if found and text.startswith(found) else found


def _check_place(key: str, by: Visitor) -> str | None:
    """Returns the text as it is there now, of what is changed."""
    match = _KEY.fullmatch(key)
    if match is None or not by.belongs:
        raise Missing()
    if match[1] and queries.topic_head(by, int(match[1])) is None:
        raise Missing()
    if match[2]:
        post = queries.visible_post(by, int(match[2]), int(match[3]))
        if post is None or post.author_id != by.person_id:
            raise Missing()
        return post.source
    return None


# What is kept waits until nothing is placed there: then it is known whether this text was placed a moment ago. Of a
# reply or a change the topic tells, which its action locks; of a new topic, which is not there yet, its writer.
_HOLD = select(Topic.id).where(Topic.id == bindparam("topic")).with_for_update(read=True)
# Nobody else waits for it: what only refers to a person goes on.
_HOLD_WRITER = select(Person.id).where(Person.id == bindparam("writer")).with_for_update(key_share=True)
_PLACED = select(Post.source).where(Post.author_id == bindparam("author"), Post.token == bindparam("token"))


def _hold(key: str, by: Visitor) -> None:
    if topic := _topic_of(key):
        db.connection().execute(_HOLD, {"topic": int(topic)})
    elif key == NEW_TOPIC:
        hold_beginning(by)


def hold_beginning(by: Visitor) -> None:
    """Part of beginning a topic, first of all: of one person one thing at a time, placing or keeping."""
    db.connection().execute(_HOLD_WRITER, {"writer": by.person_id})


def _is_placed(fields: Mapping[str, str], by: Visitor) -> bool:
    """Whether the form with this token was placed already: a script's last word may come in after it."""
    token = fields.get("formulier")
    if not token:
        return False
    source = db.connection().execute(_PLACED, {"author": by.person_id, "token": token}).scalar()
    return source is not None and source.startswith(fields.get("tekst", "").strip())


def was_sent(visitor: Visitor, token: str) -> bool:
    """Whether the form with this token was placed before."""
    asked = {"author": visitor.person_id, "token": token}
    return bool(token) and db.connection().execute(_PLACED, asked).first() is not None


def _give_way(person_id: int) -> None:
    latest = select(Draft.id).where(Draft.person_id == person_id).order_by(Draft.kept_at.desc(), Draft.id.desc())
    late = list(db.connection().execute(latest.offset(MOST - 1).limit(MOST)).scalars())
    if late:
        db.connection().execute(delete(Draft).where(Draft.id.in_(late)))


# ---- its end ------------------------------------------------------------------------------------------------------

_DROP = delete(Draft).where(Draft.person_id == bindparam("person"), Draft.key == bindparam("key"))


def drop(person_id: int, key: str) -> None:
    """Part of a running action: nothing waits here any more."""
    db.connection().execute(_DROP, {"person": person_id, "key": key})


def placed(person_id: int, key: str, token: str | None, source: str) -> None:
    """Part of a running action: this form was placed, so its text no longer waits. A text from another device that was
    not placed does."""
    assert db.session().writing, "placing is an action"
    found = find(person_id, key)
    if found is None:
        return
    is_this = bool(token) and found.fields.get("formulier") == token
    rest = found.other if is_this or source.startswith(found.text.strip()) else found.text
    if not rest.strip() or source.startswith(rest.strip()):
        drop(person_id, key)
    else:
        mine = update(Draft).where(Draft.person_id == person_id, Draft.key == key)
        db.connection().execute(mine.values(fields={"tekst": rest}))


@db.action
def throw_away(*, key: str, by: Visitor) -> None:
    """It need not be kept. For a day it can be put back."""
    db.connection().execute(
        update(Draft)
        .where(Draft.person_id == by.person_id, Draft.key == key, Draft.kept_at > _bin_from())
        .values(kept_at=_bin_from())
    )


@db.action
def put_back(*, key: str, by: Visitor) -> None:
    """It is kept after all."""
    db.connection().execute(
        update(Draft)
        .where(Draft.person_id == by.person_id, Draft.key == key, Draft.kept_at <= _bin_from())
        .values(kept_at=clock.now())
    )


def forget() -> None:
    """What was kept too long goes, also what was thrown away a day ago."""
    late = select(Draft.id).where(Draft.kept_at < clock.now() - KEPT).limit(200)
    ids = list(db.connection().execute(late).scalars())
    if ids:
        _forget(ids)


@db.action
def _forget(ids: list[int]) -> None:
    db.connection().execute(delete(Draft).where(Draft.id.in_(ids)))
