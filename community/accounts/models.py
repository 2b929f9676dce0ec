"""Who you are: a person, the mailbox that two persons may share, and the ways in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community import db
from community.dialect import Facts, Instant, Key

# DESIGN §6, row 24: who stopped may come back by signing in.
COME_BACK = timedelta(days=14)
# A name may be long ("Maria Johanna Wilhelmina van der ..."), yet has to fit on a letter.
NAME_MAX = 120


class Mailbox(db.Base):
    """An address where mail arrives. Not a person: a couple may share one. Kept in lower case."""

    __tablename__ = "mailbox"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    address: Mapped[str] = mapped_column(String(254), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)


class Person(db.Base):
    """Somebody who may sign in. Known from an import at first; `joined_at` is when they came in themselves."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("text_size IN ('gewoon', 'groot', 'grootst')", name="text_size"),
        CheckConstraint("theme IN ('apparaat', 'licht', 'donker')", name="theme"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    external_id: Mapped[str | None] = mapped_column(String(60), unique=True)  # the tenant number of the association
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    short_name: Mapped[str] = mapped_column(String(NAME_MAX))  # what neighbours say: "Ton"
    greeting: Mapped[str | None] = mapped_column(String(NAME_MAX))  # how we say hello: "mevrouw Koster"
    folded_name: Mapped[str] = mapped_column(String(NAME_MAX * 2), index=True)  # to be found without accents
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox.id"), index=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(5))
    text_size: Mapped[str] = mapped_column(String(10), default="gewoon")
    theme: Mapped[str] = mapped_column(String(10), default="apparaat")
    photo: Mapped[str | None] = mapped_column(String(64), index=True)  # the name of a stored picture
    about: Mapped[str | None] = mapped_column(String(1000))
    interests: Mapped[str | None] = mapped_column(String(300))
    is_shown: Mapped[bool] = mapped_column(default=False)  # chose to be found under "Buren"
    face_version: Mapped[int] = mapped_column(default=1)  # counts changes of what neighbours see of this person
    created_at: Mapped[datetime] = mapped_column(Instant)
    joined_at: Mapped[datetime | None] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)  # stopped; everything is as an "oud-bewoner"
    welcome_step: Mapped[int] = mapped_column(default=0)

    mailbox: Mapped[Mailbox | None] = relationship(lazy="raise")


class LoginSession(db.Base):
    """A device on which somebody is signed in. The cookie holds a secret; here stands only its hash."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    is_trusted: Mapped[bool]
    device: Mapped[str] = mapped_column(String(80))
    way: Mapped[str] = mapped_column(String(20))  # letter, mail, password
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Invitation(db.Base):
    """The code on a letter, for one household. Two words and four digits, and a longer secret inside the QR code;
    only keyed hashes are kept. Good for as many people as the household has; then it is used up."""

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint("used <= seats", name="seats"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    seats: Mapped[int] = mapped_column(default=1)
    used: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    cancelled_at: Mapped[datetime | None] = mapped_column(Instant)


class InvitationUse(db.Base):
    """A seat of an invitation that somebody took. The same form sent twice carries the same `form_hash`."""

    __tablename__ = "invitation_use"
    __table_args__ = (UniqueConstraint("invitation_id", "form_hash"),)

    invitation_id: Mapped[int] = mapped_column(ForeignKey("invitation.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
    form_hash: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)


class MailCode(db.Base):
    """A six-digit code and a link, sent together in one mail. The code works on the device that asked for it."""

    __tablename__ = "mail_code"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    # Empty: the address is not known here; the row is kept all the same, so that both take as long.
    mailbox_id: Mapped[int | None] = mapped_column(ForeignKey("mailbox.id"), index=True)
    # Who wants this address for their own; empty: somebody wants to sign in.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    device_hash: Mapped[str] = mapped_column(String(64), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class KeptForm(db.Base):
    """What somebody typed while no longer signed in: kept a day, given back after signing in on that browser."""

    __tablename__ = "kept_form"
    __table_args__ = (Index(None, "created_at"),)
    LASTS = timedelta(days=1)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    # Whose session had ended: on a shared device nobody else gets it. Empty: the browser was a stranger's.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    path: Mapped[str] = mapped_column(String(300))
    fields: Mapped[dict[str, Any]] = mapped_column(Facts)
    created_at: Mapped[datetime] = mapped_column(Instant)


class AccessChange(db.Base):
    """One row that counts how often somebody lost a right. Every process watches it and closes sockets."""

    __tablename__ = "access_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]


class AccessLoss(db.Base):
    """Whom a loss of rights concerns, or which room of the socket; neither: anybody. `number` is what the count became
    with it. Kept a minute: long enough for every process to have looked."""

    __tablename__ = "access_loss"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    number: Mapped[int] = mapped_column(index=True)
    person_id: Mapped[int | None] = mapped_column(Key)
    room: Mapped[str | None] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(Instant, index=True)
