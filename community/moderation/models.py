"""What is there when it goes wrong: a report, a decision about it, an appeal, and a neighbour who is blocked."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from community import db
from community.dialect import Instant, Key, only_where

# What a report is about: a subject that a room has registered ("post"), or a person.
REASONS = ("unkind", "private", "unsafe", "other")
# hide: the post is gone for all; edit: a part is taken out; close: the topic takes no more replies; warn: a warning
# that expires; suspend: no writing until a date; nothing: it may stay.
DECISIONS = ("hide", "edit", "close", "warn", "suspend", "nothing")


class Flag(db.Base):
    """Somebody reported something. Who that was is for moderators' eyes alone and never told to whom it is about.
    Settled when a decision was taken."""

    __tablename__ = "flag"
    __table_args__ = (
        UniqueConstraint("reporter_id", "subject", "subject_id"),
        CheckConstraint("reason IN ('unkind', 'private', 'unsafe', 'other')", name="reason"),
        Index("ix_flag_open", "building_id", **only_where(column("decision_id").is_(None))),
        Index(None, "subject", "subject_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    subject: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(Key)
    about_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)  # whose doing it is
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    neighbourhood_id: Mapped[int | None] = mapped_column(ForeignKey("neighbourhood.id"))
    # Looked at by the association, not by neighbours: it was said in private, or by somebody who works there.
    for_staff: Mapped[bool] = mapped_column(default=False)
    reporter_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(String(10))
    words: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(Instant)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)


class Decision(db.Base):
    """What a moderator decided, with the reason that the person concerned reads. A line of the log: never changed, but
    for `undone_at` when it was taken back or an appeal was granted. `until`: last day of a suspension or warning."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint("what IN ('hide', 'edit', 'close', 'warn', 'suspend', 'nothing')", name="what"),
        CheckConstraint("what <> 'suspend' OR until IS NOT NULL", name="suspension_ends"),
        CheckConstraint("why IN ('unkind', 'private', 'unsafe', 'other')", name="why"),
        Index("ix_decision_suspends", "about_id", **only_where(column("what", String) == "suspend")),
        Index(None, "building_id", "at"),
        Index(None, "subject", "subject_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    subject: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(Key)
    about_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    neighbourhood_id: Mapped[int | None] = mapped_column(ForeignKey("neighbourhood.id"))
    for_staff: Mapped[bool] = mapped_column(default=False)
    what: Mapped[str] = mapped_column(String(10))
    is_whole: Mapped[bool] = mapped_column(default=False)  # hide: the whole conversation, not this post alone
    why: Mapped[str] = mapped_column(String(10))  # one of REASONS: what everybody may know
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    acting_as: Mapped[str] = mapped_column(String(30))  # the kind of role in which they decided
    at: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[date | None]
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    read_at: Mapped[datetime | None] = mapped_column(Instant)  # by the person concerned


class Appeal(db.Base):
    """The person concerned asks somebody else to look again; once per decision."""

    __tablename__ = "appeal"

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    is_granted: Mapped[bool | None]
    answer: Mapped[str | None] = mapped_column(Text)


class Block(db.Base):
    """Somebody does not want to read a neighbour, nor be called or introduced by them. The other is not told."""

    __tablename__ = "block"

    blocker_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    blocked_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(Instant)
