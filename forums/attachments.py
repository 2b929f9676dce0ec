"""Photos and documents with a message. They arrive before the message does: until it is placed they hang on its form
(its one-time token) and are its writer's alone; placing it claims them in the same transaction. The file is stored
before its row is, and thrown away after its row is gone: what dies in between is a file without a row, which is cleared
away a day later, and never a row without a file."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Row, bindparam, delete, func, select, update

from community import clock, db, files, jobs, text, throttle
from community.accounts.models import Person
from community.errors import Invalid, Missing
from community.language import gettext as _
from community.moderation.looking import may_look
from community.visitor import Visitor
from forums import policy, queries
from forums.attached import Attachment
from forums.models import Post

_ENDING = re.compile(r"\.[A-Za-z]{2,5}$")
log = logging.getLogger(__name__)

# As many as a screen shows without becoming an album.
PER_MESSAGE = 8
# What one person may have hanging on forms that were never sent: five messages full.
LOOSE_MAX = 5 * PER_MESSAGE
# A photo takes a second of one core: a message full every two minutes, for ten minutes on end.
BROUGHT_MAX, BROUGHT_MINUTES = 40, 10
# So long a form that was left open can still be sent with its photos, and a file may be without a row.
LOOSE = timedelta(days=1)
ALT_MAX, NAME_MAX = 300, 120
# One of the folders is looked through in each turn: all of them within the hour.
TURN_S = 14

Rows = Sequence[Row[*tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a writer changes of what hangs on a post: descriptions by id, and what goes."""

    alts: Mapping[int, str]
    gone: Collection[int]


def init_app(app: Flask) -> None:
    """Let the worker clear away what was left."""
    files.known_to(app, _known)
    jobs.every_round(app, look_after)


# ---- before the message is placed ----------------------------------------------------------------------------------


_COLUMNS = (
    Attachment.id,
    Attachment.post_id,
    Attachment.person_id,
    Attachment.kind,
    Attachment.name,
    Attachment.alt,
    Attachment.store,
    Attachment.width,
    Attachment.height,
    Attachment.size,
)
_OF_FORM = (
    select(*_COLUMNS)
    .where(
        Attachment.person_id == bindparam("person"),
        Attachment.form == bindparam("form"),
        Attachment.post_id.is_(None),
    )
    .order_by(Attachment.position, Attachment.id)
)


def of_form(form: str | None, visitor: Visitor) -> Rows:
    """What hangs on somebody's own form, in order."""
    if not form:
        return []
    return db.connection().execute(_OF_FORM, {"person": visitor.person_id, "form": form}).all()


def bring(raw: bytes, name: str, form: str, *, by: Visitor) -> int:
    """Keep a file for the message of a form; returns its number. The same file in the same form is one.

    Raises:
        Invalid: no photo and no PDF, too large, or one too many; under "bestand", in words. Refused: they may not
            write. TooFast: they bring more than anybody has to show.
    """
    policy.check_write(by)
    if len(of_form(form, by)) >= PER_MESSAGE:
        raise Invalid({"bestand": _too_many()})
    throttle.count("file", str(by.person_id), BROUGHT_MAX, minutes=BROUGHT_MINUTES)
    stored = files.store(raw, f"{by.person_id} {form}")
    return _hang(stored, _clean_name(name, stored.kind), form, by=by)


@db.action
def _hang(stored: files.Stored, name: str, form: str, *, by: Visitor) -> int:
    db.lock(Person, by.person_id)  # one after the other, so that counting is right
    held = db.connection()
    again = select(Attachment.id).where(Attachment.store == stored.name, Attachment.person_id == by.person_id)
    earlier: int | None = held.execute(again).scalar()
    if earlier is not None:
        return earlier
    on_form = held.execute(_OF_FORM, {"person": by.person_id, "form": form}).all()
    loose = select(func.count()).where(Attachment.person_id == by.person_id, Attachment.post_id.is_(None))
    if len(on_form) >= PER_MESSAGE or held.execute(loose).scalar_one() >= LOOSE_MAX:
        raise Invalid({"bestand": _too_many()})
    last = select(func.coalesce(func.max(Attachment.position), 0)).where(
        Attachment.person_id == by.person_id, Attachment.form == form
    )
    row = Attachment(
        person_id=by.person_id,
        form=form,
        position=held.execute(last).scalar_one() + 1,
        kind=stored.kind,
        name=name,
        store=stored.name,
        width=stored.width,
        height=stored.height,
        size=stored.size,
        created_at=clock.now(),
    )
    db.session().add(row)
    db.session().flush()
    return row.id


def _too_many() -> str:
    return _("Bij één bericht passen %(n)s foto's of bestanden. Maak er twee berichten van.", n=PER_MESSAGE)


def _clean_name(name: str, kind: str) -> str:
    """The name as the file was called, without its folders; a PDF ends as one."""
    last = text.clean_line(PurePosixPath(name.replace("\\", "/")).name, NAME_MAX)
    if kind != "pdf":
        return last
    stem = _ENDING.sub("", last)[: NAME_MAX - 4].strip(" .") or _("bestand")
    return f"{stem}.pdf"


@db.action
def describe(alts: Mapping[int, str], form: str, *, by: Visitor) -> None:
    """Write down what can be seen on the photos of one's own form."""
    for row in of_form(form, by):
        alt = _clean_alt(alts.get(row.id, row.alt))
        if alt != row.alt:
            db.connection().execute(update(Attachment).where(Attachment.id == row.id).values(alt=alt))


def _clean_alt(typed: str) -> str:
    return text.clean_line(typed, ALT_MAX)


@db.action
def drop(attachment_id: int, *, by: Visitor) -> None:
    """Take back what hangs on one's own form.

    Raises:
        Missing: it does not, or no longer.
    """
    loose = delete(Attachment).where(
        Attachment.id == attachment_id, Attachment.person_id == by.person_id, Attachment.post_id.is_(None)
    )
    store = db.connection().execute(loose.returning(Attachment.store)).scalar()
    if store is None:
        raise Missing()
    _throw_away_later([store])


def _throw_away_later(stores: Collection[str]) -> None:
    def throw() -> None:
        for store in stores:
            files.throw_away(store)

    db.after_commit(throw)


# ---- with the message ----------------------------------------------------------------------------------------------

_CLAIM = (
    update(Attachment)
    .where(
        Attachment.person_id == bindparam("writer"),
        Attachment.form == bindparam("of_form"),
        Attachment.post_id.is_(None),
    )
    .values(post_id=bindparam("post"), form=None)
)


def claim(post_id: int, form: str | None, *, by: Visitor) -> int:
    """Part of placing a message: what hung on its form hangs on it now; returns how many that are."""
    if not form:
        return 0
    count = db.connection().execute(_CLAIM, {"writer": by.person_id, "of_form": form, "post": post_id}).rowcount
    if count:
        db.connection().execute(update(Post).where(Post.id == post_id).values(files=count))
    return count


def change(post: Post, changes: Changes) -> bool:
    """Part of changing a message: describe its photos otherwise, take some away; returns whether that changed it."""
    changed, gone = False, []
    for row in of_posts([post.id]).get(post.id, ()):
        if row.id in changes.gone:
            gone.append(row)
            continue
        alt = _clean_alt(changes.alts.get(row.id, row.alt))
        if alt != row.alt and row.kind == "photo":
            db.connection().execute(update(Attachment).where(Attachment.id == row.id).values(alt=alt))
            changed = True
    if gone:
        db.connection().execute(delete(Attachment).where(Attachment.id.in_([row.id for row in gone])))
        post.files -= len(gone)
        _throw_away_later([row.store for row in gone])
    return changed or bool(gone)


def forget(post_ids: Collection[int]) -> None:
    """Part of forgetting what was withdrawn: its files go with its words."""
    stores = (
        db.connection()
        .execute(delete(Attachment).where(Attachment.post_id.in_(post_ids)).returning(Attachment.store))
        .scalars()
        .all()
    )
    if stores:
        db.connection().execute(update(Post).where(Post.id.in_(post_ids)).values(files=0))
        _throw_away_later(stores)


# ---- seen ----------------------------------------------------------------------------------------------------------

_OF_POSTS = (
    select(*_COLUMNS)
    .join(Post, Post.id == Attachment.post_id)
    .where(
        Attachment.post_id.in_(bindparam("posts", expanding=True)),
        Post.withdrawn_at.is_(None),
        Post.hidden_at.is_(None),
    )
    .order_by(Attachment.post_id, Attachment.position, Attachment.id)
)


def of_posts(post_ids: Collection[int]) -> dict[int, list[Row[*tuple[Any, ...]]]]:
    """By post what hangs on it, in order; nothing on what was withdrawn or hidden. The caller has seen to it that the
    reader may read them."""
    found: dict[int, list[Row[*tuple[Any, ...]]]] = {}
    if post_ids:
        for row in db.connection().execute(_OF_POSTS, {"posts": list(post_ids)}):
            found.setdefault(row.post_id, []).append(row)
    return found


def of_post(post_id: int) -> Rows:
    """What hangs on one post, in order, also when it was withdrawn or hidden. The caller has seen to it that the reader
    may see one of them."""
    hanging = select(*_COLUMNS).where(Attachment.post_id == post_id)
    return db.connection().execute(hanging.order_by(Attachment.position, Attachment.id)).all()


_ONE = (
    select(*_COLUMNS, Post.topic_id, Post.number, Person.short_name, Person.left_at)
    .join(Person, Person.id == Attachment.person_id)
    .outerjoin(Post, Post.id == Attachment.post_id)
    .where(Attachment.id == bindparam("one"))
)


def visible(visitor: Visitor, attachment_id: int) -> Row[*tuple[Any, ...]] | None:
    """A file that this visitor may see now: of a post that they may and want to read and that is there, of their own
    form, or of a post that was reported and about which they may decide."""
    row = db.connection().execute(_ONE, {"one": attachment_id}).first()
    if row is None or row.post_id is None:
        return row if row is not None and row.person_id == visitor.person_id else None
    return row if reads(visitor, row) or may_look(visitor, "post", row.post_id) else None


def reads(visitor: Visitor, row: Row[*tuple[Any, ...]]) -> bool:
    """Whether somebody may and wants to read the post on which this hangs, and it is there."""
    if row.person_id in visitor.blocked_ids:
        return False
    post = queries.visible_post(visitor, row.topic_id, row.number)
    return post is not None and not post.withdrawn_at and not post.hidden_at


# ---- cleared away --------------------------------------------------------------------------------------------------

_LEFT = select(Attachment.id).where(Attachment.post_id.is_(None), Attachment.created_at < bindparam("late"))


def look_after() -> None:
    """Part of the worker's round: forget files of forms that were never sent, and look through one folder for files
    without a row and rows without a file."""
    late = clock.now() - LOOSE
    left = list(db.connection().execute(_LEFT.limit(100), {"late": late}).scalars())
    if left:
        _forget_loose(left)
    part = int(time.monotonic() / TURN_S) % files.PARTS
    if current_app.extensions.get("files looked through") != part:
        current_app.extensions["files looked through"] = part
        compare(part)


@db.action
def _forget_loose(ids: Collection[int]) -> None:
    still_loose = delete(Attachment).where(Attachment.id.in_(ids), Attachment.post_id.is_(None))
    _throw_away_later(db.connection().execute(still_loose.returning(Attachment.store)).scalars().all())


def compare(part: int) -> None:
    """Compare one folder with the rows: throw away files that nobody knows (older than `LOOSE`), and tell in the log
    of rows whose file is gone, such as after a backup of the database alone was put back."""
    known = files.known_in(part)
    there = files.stored_in(part)
    late = clock.now().timestamp() - LOOSE.total_seconds()
    for name, written in there.items():
        if name not in known and written < late:
            files.throw_away(name)
    missing = known - there.keys()
    # Asked again: some may have been thrown away while the folder was read.
    for name in sorted(missing & files.known_in(part)) if missing else ():
        log.error("the file %s of a message is not in the store: restore INSTANCE/files from the backup", name)


def _known(first: str, after: str) -> Sequence[str]:
    there = select(Attachment.store).where(Attachment.store >= first, Attachment.store < after)
    return db.connection().execute(there).scalars().all()
