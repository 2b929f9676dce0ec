"""What is arranged around activities: rooms and who has them when, the helpers' rota, whom to call because they have no
mail, and what is kept for somebody: a draft, the secret part of their own calendar's address."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from community import db
from community.dialect import Facts, Instant, Key, only_where
from events.models import LASTS_MAX, NAME_MAX, PLACE_MAX

# The longest that anybody has a room, in minutes.
SLOT_MAX = LASTS_MAX
CALL_REASONS = ("cancelled", "changed", "promoted", "signed_up")


class Room(db.Base):
    """A room of a building in which activities are held: how one gets there, who has the key, and how far ahead (days)
    and how long (minutes) one may have it. One that was taken away stays with what was held there."""

    __tablename__ = "room"
    __table_args__ = (
        CheckConstraint("ahead_days > 0 AND longest > 0", name="house_rules"),
        CheckConstraint("opens_hour BETWEEN 0 AND 23 AND closes_hour BETWEEN 1 AND 24", name="hours"),
        UniqueConstraint("building_id", "name"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    building_id: Mapped[int] = mapped_column(ForeignKey("building.id"))
    name: Mapped[str] = mapped_column(String(60))
    floor: Mapped[str] = mapped_column(String(60), default="")  # "begane grond, naast de voordeur"
    seats: Mapped[int | None]
    is_step_free: Mapped[bool] = mapped_column(default=False)
    has_lift: Mapped[bool] = mapped_column(default=False)
    has_loop: Mapped[bool] = mapped_column(default=False)  # a hearing loop
    has_toilet: Mapped[bool] = mapped_column(default=False)  # one that a wheelchair can get into
    key_with: Mapped[str] = mapped_column(String(PLACE_MAX), default="")  # who has the key
    rules: Mapped[str] = mapped_column(String(1000), default="")
    ahead_days: Mapped[int] = mapped_column(default=400)
    longest: Mapped[int] = mapped_column(default=8 * 60)
    opens_hour: Mapped[int] = mapped_column(SmallInteger, default=8)
    closes_hour: Mapped[int] = mapped_column(SmallInteger, default=23)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


class Booking(db.Base):
    """Somebody has a room from a moment until a moment: for a date of an activity, or for something of their own. No
    two of one room overlap: the database refuses it (`dialect.never_overlap`), by the numbers `slot_from` and
    `slot_until`, which are the room and the minute in one."""

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint(f"slot_until > slot_from AND slot_until - slot_from <= {SLOT_MAX}", name="slot"),
        Index(None, "room_id", "starts_at"),
        Index("ix_booking_slot", "slot_from", "slot_until", **only_where(column("cancelled_at").is_(None))),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrence.id"), unique=True)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    slot_from: Mapped[int] = mapped_column(Key)
    slot_until: Mapped[int] = mapped_column(Key)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(PLACE_MAX), default="")
    token: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)


class Duty(db.Base):
    """Something to do at every date of an activity: "opent de zaal", by so many people."""

    __tablename__ = "duty"
    __table_args__ = (CheckConstraint("needed BETWEEN 1 AND 20", name="needed"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    title: Mapped[str] = mapped_column(String(60))
    needed: Mapped[int] = mapped_column(SmallInteger, default=1)
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class DutyTaker(db.Base):
    """Who does it on a date, or stands by as reserve. `wants_swap_at` is since when they look for somebody else."""

    __tablename__ = "duty_taker"
    __table_args__ = (
        UniqueConstraint("duty_id", "occurrence_id", "person_id"),
        Index(None, "occurrence_id"),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    duty_id: Mapped[int] = mapped_column(ForeignKey("duty.id"))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    is_reserve: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(Instant)
    wants_swap_at: Mapped[datetime | None] = mapped_column(Instant)


class Call(db.Base):
    """Somebody without mail who must hear something: the host calls and ticks it off."""

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint(f"why IN ({', '.join(repr(why) for why in CALL_REASONS)})", name="why"),
        Index(None, "occurrence_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_MAX), default="")
    why: Mapped[str] = mapped_column(String(10))
    sentence: Mapped[str] = mapped_column(String(500))  # what to tell them
    created_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class EventDraft(db.Base):
    """What somebody typed of an activity that is not in the calendar yet; one each. Gone a month after."""

    __tablename__ = "event_draft"
    __table_args__ = (Index(None, "updated_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    fields: Mapped[dict[str, Any]] = mapped_column(Facts)
    updated_at: Mapped[datetime] = mapped_column(Instant)


class CalendarImport(db.Base):
    """A calendar from elsewhere that somebody brought for a building: what was found in it waits until they have looked
    at it, a day at most. Once it is in the calendar (`done_at`) only what it did is kept, so that it can be undone."""

    __tablename__ = "calendar_import"
    __table_args__ = (Index(None, "building_id", "done_at"), Index(None, "created_at"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    building_id: Mapped[int] = mapped_column(ForeignKey("building.id"))
    filename: Mapped[str] = mapped_column(String(120))
    found: Mapped[dict[str, Any]] = mapped_column(Facts, deferred=True)  # the activities, as `found.kept` writes them
    fields: Mapped[dict[str, Any]] = mapped_column(Facts)  # what was chosen, as typed
    result: Mapped[dict[str, Any]] = mapped_column(Facts)
    created_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)


class ImportedEvent(db.Base):
    """An activity that came from elsewhere: the same one (`mark`, a fingerprint of its UID) is put in the calendar of a
    building once."""

    __tablename__ = "imported_event"

    building_id: Mapped[int] = mapped_column(ForeignKey("building.id"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("calendar_import.id"), index=True)


class CalendarKey(db.Base):
    """Which secret stands in the address of somebody's own calendar: the secret itself is made of this number and the
    key of the installation, so that nobody reads it here. The next number makes the old address stop."""

    __tablename__ = "calendar_key"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    number: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Missed(db.Base):
    """Somebody missed out in a draw: they go first in the next one of that activity, so that luck goes round."""

    __tablename__ = "missed"

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    times: Mapped[int] = mapped_column(SmallInteger, default=1)
