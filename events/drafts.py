"""An activity that somebody is writing and that is not in the calendar yet: kept on the server while they type and from
one page to the next, with its photo. One each; the last one kept wins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, bindparam, delete, func, select, update

from community import clock, db, dialect, files, throttle
from community.errors import Invalid
from community.language import gettext as _
from community.visitor import Visitor
from events import forms, policy
from events.arranged import EventDraft
from events.models import Event, Occurrence

# What lay for a month is a surprise, not a help. In its last day it can only be put back: thrown away is so too.
KEPT = timedelta(days=30)
BIN = timedelta(days=1)
# A script keeps once in two seconds at the most.
PER_MINUTE = 60
# A photo takes a second of one core: so many in ten minutes is more than anybody needs to choose one.
PHOTOS_MAX, PHOTOS_MINUTES = 10, 10
# In a browser: the name under which the script keeps what is typed.
KEY = "activity"
# Beside what is typed: the photo that hangs on the form.
_PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Kept:
    """What waits. `stamp` is its version, as the script knows it."""

    fields: Mapping[str, str]
    kept_at: datetime
    photo: str | None = None

    @property
    def stamp(self) -> str:
        return str(int(self.kept_at.timestamp() * 1000))


_FIND = select(EventDraft.fields, EventDraft.updated_at).where(
    EventDraft.person_id == bindparam("person"), EventDraft.updated_at > bindparam("after")
)


def find(person_id: int) -> Kept | None:
    """What somebody was writing."""
    asked = {"person": person_id, "after": clock.now() - KEPT + BIN}
    row = db.connection().execute(_FIND, asked).first()
    if row is None:
        return None
    fields = {name: str(value) for name, value in row.fields.items() if name in forms.NAMES}
    return Kept(fields, row.updated_at, row.fields.get(_PHOTO))


@db.action
def keep(fields: Mapping[str, str], *, by: Visitor, is_typing: bool = False) -> Kept | None:
    """Keep what stands in the form, as `forms.flat` gives it; returns what is kept. While somebody is typing, what was
    put in the calendar already is not kept again, and an empty form is nothing to keep. The photo stays."""
    policy.check_act(by)
    said = {name: value for name, value in fields.items() if name in forms.NAMES}
    if is_typing and (_is_planned(said, by) or not any(said.get(name, "").strip() for name in ("titel", "tekst"))):
        return None
    before = find(by.person_id)
    return _write(by.person_id, said, before.photo if before else None)


def _is_planned(fields: Mapping[str, str], by: Visitor) -> bool:
    return planned(forms.token(fields), by) is not None


def planned(token: str | None, by: Visitor) -> int | None:
    """The first date of what was put in the calendar by the form with this token."""
    if not token:
        return None
    asked = (
        select(func.min(Occurrence.id))
        .join(Event, Event.id == Occurrence.event_id)
        .where(Event.created_by_id == by.person_id, Event.token == token)
    )
    return db.connection().execute(asked).scalar()


def _write(person_id: int, fields: Mapping[str, str], photo: str | None) -> Kept:
    now = clock.now()
    held: dict[str, Any] = {**fields, **({_PHOTO: photo} if photo else {})}
    table = cast(Table, EventDraft.__table__)
    asked = {"person_id": person_id, "fields": held, "updated_at": now}
    dialect.insert_or_update(db.connection(), table, asked, ("person_id",), {"fields": held, "updated_at": now})
    return Kept(fields, now, photo)


# ---- its photo -------------------------------------------------------------------------------------------------------


def store_photo(raw: bytes, *, by: Visitor) -> str:
    """Store a photo for an activity; returns its name in the store.

    Raises:
        Invalid: it is no photo, or too large; under "bestand", in words. TooFast: one after another.
    """
    policy.check_act(by)
    throttle.count("activity photo", str(by.person_id), PHOTOS_MAX, minutes=PHOTOS_MINUTES)
    stored = files.store(raw, f"activity {by.person_id}")
    if stored.kind != "photo":
        files.throw_away(stored.name)
        raise Invalid({"bestand": _("Kies een foto. Een PDF kan hier niet.")})
    return stored.name


@db.action
def hang(photo: str | None, *, by: Visitor) -> None:
    """Let this photo hang on the form, in place of another; None takes it away."""
    before = find(by.person_id)
    _write(by.person_id, before.fields if before else {}, photo)


def photos(first: str, after: str) -> set[str]:
    """The names in the store, from one up to another, that activities and drafts know: those are not cleared away."""
    known = select(Event.photo).where(Event.photo >= first, Event.photo < after)
    found = {name for name in db.connection().execute(known).scalars() if name}
    # At most one for everybody who is writing at this moment, and none is older than a month.
    for fields in db.connection().execute(select(EventDraft.fields)).scalars():
        name = fields.get(_PHOTO) or ""
        if first <= name < after:
            found.add(name)
    return found


# ---- its end ---------------------------------------------------------------------------------------------------------


def drop(person_id: int) -> None:
    """Part of a running action: nothing waits any more."""
    db.connection().execute(delete(EventDraft).where(EventDraft.person_id == person_id))


@db.action
def throw_away(*, by: Visitor) -> None:
    """It need not be kept. For a day it can be put back."""
    late = clock.now() - KEPT + BIN
    mine = update(EventDraft).where(EventDraft.person_id == by.person_id, EventDraft.updated_at > late)
    db.connection().execute(mine.values(updated_at=late))


@db.action
def put_back(*, by: Visitor) -> None:
    """It is kept after all."""
    late = clock.now() - KEPT + BIN
    mine = update(EventDraft).where(EventDraft.person_id == by.person_id, EventDraft.updated_at <= late)
    db.connection().execute(mine.values(updated_at=clock.now()))


def forget() -> None:
    """Part of the worker's round: what was kept too long goes, also what was thrown away a day ago."""
    late = select(EventDraft.person_id).where(EventDraft.updated_at < clock.now() - KEPT).limit(200)
    ids = list(db.connection().execute(late).scalars())
    if ids:
        _forget(ids)


@db.action
def _forget(ids: list[int]) -> None:
    late = clock.now() - KEPT
    db.connection().execute(delete(EventDraft).where(EventDraft.person_id.in_(ids), EventDraft.updated_at < late))
