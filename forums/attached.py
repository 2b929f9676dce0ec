"""What hangs on a post (files, earlier texts, who is mentioned), what is kept for a writer (drafts), what somebody
wants to hear of a kind of topic, and who is busy in a topic just now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from community import db
from community.dialect import Facts, Instant, Key, only_where


class Attachment(db.Base):
    """A photo or a PDF. Until its post is placed it belongs to the form (`form`, the form's one-time token) of the
    person who brought it; afterwards to the post, in the order of `position`. `store` is the name of its content in
    the store of files; `width` and `height` in pixels, of a photo; `size` in bytes, as stored."""

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("kind IN ('photo', 'pdf')", name="kind"),
        CheckConstraint("(post_id IS NULL) <> (form IS NULL)", name="belongs_somewhere"),
        Index(None, "post_id", "position"),
        Index("ix_attachment_loose", "person_id", "form", **only_where(column("post_id").is_(None))),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    form: Mapped[str | None] = mapped_column(String(40))
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))  # as the file was called, cleaned
    alt: Mapped[str] = mapped_column(String(300), default="")
    store: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int | None]
    height: Mapped[int | None]
    size: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(Instant)


class EarlierText(db.Base):
    """A text of a post before it was changed; for moderators, who must be able to see what others reacted to."""

    __tablename__ = "earlier_text"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    source: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # who changed it
    until: Mapped[datetime] = mapped_column(Instant)


class Mention(db.Base):
    """Somebody called by name in a post."""

    __tablename__ = "mention"

    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class Draft(db.Base):
    """What somebody is writing, kept on the server: `key` says where ("topic-12", "new-topic"), `fields` what stands
    in the form. One per person and place; the last one kept wins."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    key: Mapped[str] = mapped_column(String(80))
    fields: Mapped[dict[str, Any]] = mapped_column(Facts, default=dict)
    kept_at: Mapped[datetime] = mapped_column(Instant, index=True)


class KindWish(db.Base):
    """Whether somebody wants to hear of every new topic of a kind in a forum, or of none."""

    __tablename__ = "kind_wish"
    __table_args__ = (CheckConstraint("wants IN ('follow', 'mute')", name="wants"), Index(None, "forum_id", "kind"))

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    forum_id: Mapped[int] = mapped_column(ForeignKey("forum.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    wants: Mapped[str] = mapped_column(String(10))


class Presence(db.Base):
    """Somebody who has a topic open, or is writing in it, until these moments."""

    __tablename__ = "presence"

    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    here_until: Mapped[datetime | None] = mapped_column(Instant)
    writing_until: Mapped[datetime | None] = mapped_column(Instant)


def topic_key(topic_id: int) -> str:
    """Under which key the draft of a reply in a topic is kept."""
    return f"topic-{topic_id}"
