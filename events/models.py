"""What is there: an activity, its dates, and who comes to which. An activity (`Event`) is a single one or a series by
rule; a date of it (`Occurrence`) is what people sign up for. Rooms and their bookings, the helpers' rota and what is
kept for organisers stand in `arranged.py`."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    column,
)
from sqlalchemy.orm import Mapped, mapped_column

from community import db
from community.dialect import Instant, Key, only_where

EVENT_KINDS = ("coffee", "meal", "games", "sport", "culture", "outing", "chores", "meeting", "small", "other")
# Who sees an activity: residents of its building, of its neighbourhood, or everybody of the association. Who works
# where it is sees it too: activities are no secret. A public one is seen by strangers besides.
BUILDING, NEIGHBOURHOOD, ASSOCIATION = 0, 1, 2
# How a registration stands. "declined" is "Ik kom niet"; "withdrawn" came or waited first.
STATES = ("confirmed", "waiting", "withdrawn", "declined")
# How somebody who did not sign up themselves said that they want to come.
WAYS = ("phone", "paper", "door")
TITLE_MAX = 120
TEXT_MAX = 3000
PLACE_MAX = 120
BRING_MAX = 200
REASON_MAX = 300
REMARK_MAX = 200
NAME_MAX = 80
# A hall has no more chairs; and a series that means to run for ever is rolled forward.
CAPACITY_MAX = 500
GUESTS_MAX = 3
# What lasts longer is several activities.
LASTS_MAX = 24 * 60


class Event(db.Base):
    """An activity as it was planned: what, where, when, and the rule by which it comes back. `start_on`, `start_at` and
    `lasts` (minutes) are on the clock of `zone`, so that coffee stays at half past ten when the clocks change. `rrule`
    is an RFC 5545 rule without DTSTART; empty for a single one. `sequence` counts changes as iCalendar does."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("seen_by IN (0, 1, 2)", name="seen_by"),
        CheckConstraint("seen_by <> 0 OR building_id IS NOT NULL", name="of_building"),
        CheckConstraint("seen_by <> 1 OR neighbourhood_id IS NOT NULL", name="of_neighbourhood"),
        CheckConstraint("lasts > 0", name="lasts"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity"),
        CheckConstraint("guests_max BETWEEN 0 AND 3", name="guests_max"),
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in EVENT_KINDS)})", name="kind"),
        UniqueConstraint("created_by_id", "token"),
        Index(None, "building_id"),
        Index("ix_event_rolling", "rolled_until", **only_where(column("rrule").is_not(None))),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    uid: Mapped[str] = mapped_column(String(255), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    neighbourhood_id: Mapped[int | None] = mapped_column(ForeignKey("neighbourhood.id"), index=True)
    seen_by: Mapped[int] = mapped_column(SmallInteger, default=BUILDING)
    is_public: Mapped[bool] = mapped_column(default=False)
    kind: Mapped[str] = mapped_column(String(12), default="other")
    title: Mapped[str] = mapped_column(String(TITLE_MAX))
    slug: Mapped[str] = mapped_column(String(60))
    source: Mapped[str] = mapped_column(Text, default="")  # what it is, as typed and as shown
    html: Mapped[str] = mapped_column(Text, default="")
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)
    place: Mapped[str] = mapped_column(String(PLACE_MAX), default="")  # where it is not in a room: "bij de fontein"
    host_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    host_as: Mapped[str | None] = mapped_column(String(30))  # the hat worn: a kind of role, set by the server
    host_title: Mapped[str | None] = mapped_column(String(60))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    token: Mapped[str | None] = mapped_column(String(40))  # of the form, so that the same form sent twice makes one
    cents: Mapped[int | None]  # costs per person, in euro cents
    bring: Mapped[str] = mapped_column(String(BRING_MAX), default="")
    needs_signup: Mapped[bool] = mapped_column(default=True)  # false: one just comes
    capacity: Mapped[int | None]
    minimum: Mapped[int | None]
    guests_max: Mapped[int] = mapped_column(SmallInteger, default=GUESTS_MAX)
    closes_before: Mapped[int | None]  # minutes before the start until which one can sign up; empty: until the start
    by_draw: Mapped[bool] = mapped_column(default=False)
    photo: Mapped[str | None] = mapped_column(String(64))  # its name in the store of files
    photo_alt: Mapped[str] = mapped_column(String(300), default="")
    zone: Mapped[str] = mapped_column(String(40), default="Europe/Amsterdam")
    start_on: Mapped[date]
    start_at: Mapped[time]
    lasts: Mapped[int]
    rrule: Mapped[str | None] = mapped_column(String(200))
    skips_holidays: Mapped[bool] = mapped_column(default=False)
    skips_school_holidays: Mapped[str | None] = mapped_column(String(10))  # the region: noord, midden, zuid
    rolled_until: Mapped[date | None]  # dates exist up to and including this day
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"), index=True)  # "this and following" of that
    topic_id: Mapped[int | None] = mapped_column(Key)  # where one asks questions
    created_at: Mapped[datetime] = mapped_column(Instant)
    updated_at: Mapped[datetime] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    cancelled_why: Mapped[str] = mapped_column(String(REASON_MAX), default="")


class Occurrence(db.Base):
    """A date of an activity. `original_at` is the moment that the rule gave it (iCalendar's RECURRENCE-ID): it stays
    when the date is moved. What can differ per date (title, room, host, places, costs) stands here as it holds for
    this date; `is_changed` says that it no longer follows the series. `coming` and `waiting` count seats, not forms,
    and change only under this row's lock. Who may see it stands here too: then a month is one walk along an index."""

    __tablename__ = "occurrence"
    __table_args__ = (
        UniqueConstraint("event_id", "original_at"),
        CheckConstraint("ends_at > starts_at", name="ends"),
        CheckConstraint("coming >= 0 AND waiting >= 0", name="counts"),
        CheckConstraint("capacity IS NULL OR coming <= capacity", name="never_over"),
        # None over the moment alone: for who works everywhere it would help, for residents it is taken in its stead.
        Index(None, "building_id", "starts_at"),
        Index(None, "neighbourhood_id", "starts_at"),
        # What is for a whole neighbourhood, among the many dates of its buildings.
        Index(
            "ix_occurrence_around",
            "neighbourhood_id",
            "starts_at",
            **only_where(column("seen_by", Integer) == NEIGHBOURHOOD),
        ),
        Index("ix_occurrence_everybody", "starts_at", **only_where(column("seen_by", Integer) == ASSOCIATION)),
        Index(None, "event_id", "starts_at"),
        Index("ix_occurrence_reminding", "remind_at", **only_where(column("remind_at").is_not(None))),
        Index("ix_occurrence_drawing", "draw_at", **only_where(column("draw_at").is_not(None))),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    original_at: Mapped[datetime] = mapped_column(Instant)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    neighbourhood_id: Mapped[int | None] = mapped_column(ForeignKey("neighbourhood.id"))
    seen_by: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[str] = mapped_column(String(TITLE_MAX))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)
    place: Mapped[str] = mapped_column(String(PLACE_MAX), default="")
    host_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    cents: Mapped[int | None]
    capacity: Mapped[int | None]
    closes_at: Mapped[datetime] = mapped_column(Instant)  # until when one can sign up
    note: Mapped[str] = mapped_column(String(REASON_MAX), default="")  # what is different about this date
    is_extra: Mapped[bool] = mapped_column(default=False)  # added by hand (iCalendar's RDATE)
    is_changed: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int] = mapped_column(default=0)
    coming: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    arrivals: Mapped[int] = mapped_column(default=0)  # the number given to who signed up last
    version: Mapped[int] = mapped_column(default=1)  # counts every change that a reader could see
    remind_at: Mapped[datetime | None] = mapped_column(Instant)  # when the reminder goes; empty: it went, or none
    draw_at: Mapped[datetime | None] = mapped_column(Instant)  # when the draw is held; empty: it was, or none
    draw_seed: Mapped[str | None] = mapped_column(String(64))  # published with the draw, so that anybody can repeat it
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)
    cancelled_why: Mapped[str] = mapped_column(String(REASON_MAX), default="")


class Registration(db.Base):
    """Somebody who answered for a date, with their guests: one unit, which is confirmed or waits as a whole, so that a
    couple stays together. `person_id` is empty for a name from paper. `number` is the order of arrival; a moved one
    keeps it and gets another `place`, the order that counts."""

    __tablename__ = "registration"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(state) for state in STATES)})", name="state"),
        CheckConstraint("seats BETWEEN 1 AND 4", name="seats"),
        CheckConstraint("(person_id IS NULL) <> (name IS NULL)", name="somebody"),
        CheckConstraint("way IS NULL OR by_id IS NOT NULL", name="recorded"),
        UniqueConstraint("occurrence_id", "person_id"),
        UniqueConstraint("occurrence_id", "by_id", "token"),
        Index("ix_registration_waiting", "occurrence_id", "place", **only_where(column("state", String) == "waiting")),
        Index(None, "person_id", "state"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str | None] = mapped_column(String(NAME_MAX))
    state: Mapped[str] = mapped_column(String(10))
    seats: Mapped[int] = mapped_column(SmallInteger, default=1)
    number: Mapped[int]
    place: Mapped[int]
    remark: Mapped[str] = mapped_column(String(REMARK_MAX), default="")  # for the host alone
    has_walker: Mapped[bool] = mapped_column(default=False)  # comes with a rollator or scooter; for the host alone
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # who wrote it down for them
    way: Mapped[str | None] = mapped_column(String(10))  # how they said so: WAYS
    token: Mapped[str | None] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    promoted_at: Mapped[datetime | None] = mapped_column(Instant)
    moved_why: Mapped[str] = mapped_column(String(REASON_MAX), default="")  # why an organiser changed the order
    came: Mapped[int | None] = mapped_column(SmallInteger)  # how many of them were there; empty: not noted
    is_walk_in: Mapped[bool] = mapped_column(default=False)


class Guest(db.Base):
    """Who comes along with a registration: a neighbour with an account, or a name, or just "iemand". Written down while
    the registration stands; a neighbour is in one registration of a date at most."""

    __tablename__ = "guest"
    __table_args__ = (UniqueConstraint("occurrence_id", "person_id"), Index(None, "registration_id"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrence.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_MAX), default="")
