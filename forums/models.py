"""What is there: a forum, its topics, their posts, who read how far, and who said thank you. What hangs on a post
(files, earlier texts, mentions) and what is kept for a writer stands in `attached.py`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
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

FORUM_KINDS = ("building", "neighbourhood", "association")
TOPIC_KINDS = ("conversation", "question", "help", "announcement", "lost_found", "joys", "safety")
# What a topic of a kind is more exactly; the first is what it is when nothing is chosen.
ASPECTS: dict[str, tuple[str, ...]] = {
    "question": ("neighbours", "association"),
    "help": ("ask", "offer", "lend"),
    "lost_found": ("lost", "found"),
}
# Who reads a topic: everybody who may read the forum; residents alone; the writer and the caretaker of the building.
EVERYONE, CARETAKER, NEIGHBOURS = 0, 1, 2
# What staff may read in the forum of a building: all but what is marked for neighbours, only what is marked for them
# too, or nothing. The first two differ in what a writer finds chosen.
STAFF_READING = ("all", "marked", "none")
# How far a question to the association is.
STATUSES = ("open", "taken", "answered")
# How a topic can end, besides "agreed" and "closed".
ENDS = ("found", "helped", "answered", "agreed", "closed")
TITLE_MAX = 120
TEXT_MAX = 5000  # DESIGN, page 14


class Forum(db.Base):
    """A place to talk: of a building, of a neighbourhood, or of the whole association. The forum of a building
    carries its neighbourhood too, so that who may see it can be asked in one condition."""

    __tablename__ = "forum"
    __table_args__ = (
        CheckConstraint("kind IN ('building', 'neighbourhood', 'association')", name="kind"),
        CheckConstraint("staff_reading IN ('all', 'marked', 'none')", name="staff_reading"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"), unique=True)
    neighbourhood_id: Mapped[int | None] = mapped_column(ForeignKey("neighbourhood.id"), index=True)
    # Topics there are for residents, and of those the ones that staff may read too; what is private counts nowhere.
    topics: Mapped[int] = mapped_column(default=0)
    open_topics: Mapped[int] = mapped_column(default=0)
    staff_reading: Mapped[str] = mapped_column(String(10), default="all")


class Topic(db.Base):
    """A conversation. `last_number` counts its posts: numbers run from 1 without gaps. `version` counts every
    change a reader could see, also of its posts. `status`, `owner_id` and `promised_on` are of a question to the
    association alone. The outcome is what was agreed: written by a person, as typed and as shown."""

    __tablename__ = "topic"
    __table_args__ = (
        Index(None, "forum_id", "last_post_at", "id"),
        # Questions to the association that wait; what is pinned; what has an outcome; what is private to a writer: few
        # rows among many.
        Index("ix_topic_waiting", "forum_id", "status", **only_where(column("status").is_not(None))),
        Index("ix_topic_pinned", "forum_id", "pinned_until", **only_where(column("pinned_until").is_not(None))),
        Index("ix_topic_outcome_by", "outcome_by_id", **only_where(column("outcome_by_id").is_not(None))),
        Index("ix_topic_private", "author_id", **only_where(column("audience", Integer) == CARETAKER)),
        CheckConstraint("audience IN (0, 1, 2)", name="audience"),
        CheckConstraint("closed_at IS NULL OR outcome IS NOT NULL", name="closed_with_outcome"),
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in TOPIC_KINDS)})", name="kind"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    forum_id: Mapped[int] = mapped_column(ForeignKey("forum.id"))
    kind: Mapped[str] = mapped_column(String(20), default="conversation")
    title: Mapped[str] = mapped_column(String(TITLE_MAX))
    slug: Mapped[str] = mapped_column(String(60))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_number: Mapped[int] = mapped_column(default=0)
    last_post_at: Mapped[datetime] = mapped_column(Instant)
    last_author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    last_written_as: Mapped[str | None] = mapped_column(String(30))
    speakers: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    aspect: Mapped[str | None] = mapped_column(String(20))
    audience: Mapped[int] = mapped_column(SmallInteger, default=EVERYONE)
    status: Mapped[str | None] = mapped_column(String(12))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    taken_at: Mapped[datetime | None] = mapped_column(Instant)
    promised_on: Mapped[date | None]
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(Text)
    outcome_html: Mapped[str | None] = mapped_column(Text)
    outcome_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome_as: Mapped[str | None] = mapped_column(String(30))
    outcome_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_as: Mapped[str | None] = mapped_column(String(12))
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    pinned_until: Mapped[date | None]
    hidden_at: Mapped[datetime | None] = mapped_column(Instant)  # by a moderator, with all that was said in it
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    merged_after: Mapped[int | None]  # the number there after which its posts stand


class Post(db.Base):
    """What somebody said, as typed and as shown. `written_as` is the hat: the kind of role the writer spoke in, set
    by the server; `hat_title` its words at that moment. `token` is the one-time token of the form, so that the same
    form sent twice makes one post."""

    __tablename__ = "post"
    __table_args__ = (
        UniqueConstraint("topic_id", "number"),
        UniqueConstraint("author_id", "token"),
        Index(None, "author_id", "created_at"),
        # The worker asks twice a second what can be forgotten.
        Index(None, "withdrawn_at", **only_where(column("withdrawn_at").is_not(None))),
        CheckConstraint("number > 0", name="number"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    number: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_as: Mapped[str | None] = mapped_column(String(30))
    hat_title: Mapped[str | None] = mapped_column(String(60))
    written_from: Mapped[str | None] = mapped_column(String(80))  # "portiek B", "Lindehof": where the writer lived then
    source: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    token: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(Instant)
    edited_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    # By a moderator: since when (empty: only a part was taken out), who, in which role, and why (moderation.REASONS).
    hidden_at: Mapped[datetime | None] = mapped_column(Instant)
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    hidden_as: Mapped[str | None] = mapped_column(String(30))
    hidden_why: Mapped[str | None] = mapped_column(String(10))
    quoted_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"), index=True)
    files: Mapped[int] = mapped_column(SmallInteger, default=0)
    thanks: Mapped[int] = mapped_column(default=0)
    thanked_by: Mapped[str] = mapped_column(String(200), default="")  # the first few names, for reading without a join
    version: Mapped[int] = mapped_column(default=1)


class Speaker(db.Base):
    """Somebody who said something in a topic: kept apart so that "who is talking here?" costs the same for a topic of
    three posts and of three thousand."""

    __tablename__ = "speaker"
    __table_args__ = (Index(None, "topic_id", "last_number"),)

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    written_as: Mapped[str | None] = mapped_column(String(30))
    hat_title: Mapped[str | None] = mapped_column(String(60))
    last_number: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(Instant, index=True)


class Reaction(db.Base):
    """One person's thanks for one post."""

    __tablename__ = "reaction"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    at: Mapped[datetime] = mapped_column(Instant)


class TopicReader(db.Base):
    """How far somebody read a topic, and whether they follow it (whoever wrote in it does) or keep it quiet.
    `is_behind` says that there is something they want to hear of: a reply where they follow, the outcome, a new topic
    of a kind that they follow. It is written with the deed, so that the number in the navigation of every page costs
    what is new, and not what was ever followed."""

    __tablename__ = "topic_reader"
    __table_args__ = (
        Index("ix_topic_reader_behind", "person_id", **only_where(column("is_behind", Boolean))),
        CheckConstraint("NOT (is_muted AND (is_following OR is_behind))", name="muted_is_quiet"),
    )

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    last_read: Mapped[int] = mapped_column(default=0)
    is_following: Mapped[bool] = mapped_column(default=False)
    is_behind: Mapped[bool] = mapped_column(default=False)
    is_muted: Mapped[bool] = mapped_column(default=False)
