"""The one line that an action says to the outside: who did what, to what, where. Written in the action's own
transaction; notices, mails and figures grow from it later, so that nothing is told that did not happen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, insert
from sqlalchemy.orm import Mapped, mapped_column

from community import clock, db
from community.dialect import Facts, Instant, Key


class JournalEntry(db.Base):
    """A deed. `kind` is "room.verb"; `subject_id` the row it was done to; `facts` small and free of private words."""

    __tablename__ = "journal_entry"
    __table_args__ = (
        Index(None, "kind", "at"),
        Index(None, "building_id", "at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(String(60))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    acting_as: Mapped[str | None] = mapped_column(String(40))
    subject_id: Mapped[int | None] = mapped_column(Key)
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    facts: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    dispatched_at: Mapped[datetime | None] = mapped_column(Instant)


def record(
    kind: str,
    *,
    by: int | None,
    subject: int | None = None,
    building: int | None = None,
    acting_as: str | None = None,
    **facts: Any,
) -> None:
    """Add the line to the running action."""
    assert db.session().writing, "a deed is recorded in its action"
    # What the action has changed so far first: the line refers to it.
    db.session().flush()
    line = {
        "at": clock.now(),
        "kind": kind,
        "by_id": by,
        "acting_as": acting_as,
        "subject_id": subject,
        "building_id": building,
        "facts": facts,
    }
    db.connection().execute(_LINE, line)


_LINE = insert(JournalEntry)


def record_all(kind: str, deeds: Iterable[Mapping[str, Any]], *, by: int | None) -> None:
    """One deed done many times over, as an import does: each has `subject`, `building` and `facts`. A line for each,
    in one statement."""
    now = clock.now()
    lines = [
        {
            "at": now,
            "kind": kind,
            "by_id": by,
            "subject_id": deed["subject"],
            "building_id": deed["building"],
            "facts": deed["facts"],
        }
        for deed in deeds
    ]
    if lines:
        db.connection().execute(insert(JournalEntry.__table__), lines)  # type: ignore[arg-type]
