"""Composing a mail and putting it in the outbox, and sending what lies there. A mail is a row, written in the same
transaction as what it tells; the worker sends it later, as often as it takes."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from typing import cast
from urllib.parse import unquote, urlsplit

import css_inline
from flask import current_app
from sqlalchemy import Index, String, Table, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from community import clock, db, dialect
from community.dialect import Instant, Key

log = logging.getLogger(__name__)

# Waits between tries: a mail server that is down for lunch, then for the night, then for the weekend.
WAITS = (30, 60, 300, 900, 3600, 3600 * 4, 3600 * 12, 3600 * 24, 3600 * 48)
TIMEOUT_S = 20
# No mail that can wait rings in the night (DESIGN, section 9).
MORNING, EVENING = time(9), time(20)


class OutgoingMail(db.Base):
    """A mail in the outbox. `message_id` is stable, so that one that was sent twice folds into one."""

    __tablename__ = "outgoing_mail"
    __table_args__ = (Index(None, "sent_at", "next_try_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    to_address: Mapped[str] = mapped_column(String(254))
    to_name: Mapped[str] = mapped_column(String(120), default="")
    subject: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    next_try_at: Mapped[datetime | None] = mapped_column(Instant)  # empty: given up
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    last_error: Mapped[str | None] = mapped_column(String(300))


def put(
    to: str, *, name: str, subject: str, text: str, html: str, key: str, not_before: datetime | None = None
) -> OutgoingMail:
    """Put a mail in the outbox of the running action.

    Args:
        to: the address. name: who reads there. key: what makes this mail itself, such as "mail-code-12"; it becomes
            the Message-ID, so that a repeat can be recognised.
        html: a whole page; its styles are written into the elements, because mail programs drop the rest.
        not_before: when it may leave at the earliest; empty: now.
    """
    outgoing = OutgoingMail(
        to_address=to,
        to_name=name,
        subject=subject,
        text=text,
        html=css_inline.inline(html, load_remote_stylesheets=False),
        message_id=message_id(key),
        created_at=clock.now(),
        next_try_at=max(clock.now(), not_before) if not_before else clock.now(),
    )
    db.session().add(outgoing)
    return outgoing


def put_or_rewrite(
    to: str, *, name: str, subject: str, text: str, html: str, key: str, not_before: datetime | None = None
) -> None:
    """As `put`; a mail with this key that lies there already now says this."""
    said = {"subject": subject, "text": text, "html": css_inline.inline(html, load_remote_stylesheets=False)}
    made = {
        **said,
        "to_address": to,
        "to_name": name,
        "message_id": message_id(key),
        "created_at": clock.now(),
        "next_try_at": max(clock.now(), not_before) if not_before else clock.now(),
        "tries": 0,
    }
    dialect.insert_or_update(db.connection(), cast(Table, OutgoingMail.__table__), made, ("message_id",), said)


def message_id(key: str) -> str:
    """The Message-ID of the mail with this key."""
    host = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    return f"<{key}@{host}>"


def daytime(moment: datetime) -> datetime:
    """This moment, or else the next nine o'clock."""
    here = clock.local(moment).time()
    return moment if MORNING <= here < EVENING else next_morning(moment)


def next_morning(moment: datetime) -> datetime:
    """The first nine o'clock after a moment."""
    here = clock.local(moment)
    day = here.date() if here.time() < MORNING else here.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, clock.ZONE)


def message(outgoing: OutgoingMail, sender: str) -> EmailMessage:
    """The mail as it travels: plain text and HTML, with headers that cannot be broken by a name."""
    made = EmailMessage()
    name, address = parseaddr(sender)
    made["From"] = Address(name, addr_spec=address)
    made["To"] = Address(" ".join(outgoing.to_name.split()), addr_spec=outgoing.to_address)
    made["Subject"] = " ".join(outgoing.subject.split())
    made["Message-ID"] = outgoing.message_id
    made["Date"] = outgoing.created_at
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(outgoing.text)
    made.add_alternative(outgoing.html, subtype="html")
    return made


def send_due(limit: int = 50) -> int:
    """Send what is due, oldest first; returns how many were sent. Without TREFPUNT_MAIL_URL nothing is sent: the
    mails stay in the outbox, where the demo shows them."""
    url = current_app.config["MAIL_URL"]
    if not url:
        return 0
    due = db.session().scalars(
        select(OutgoingMail.id)
        .where(OutgoingMail.sent_at.is_(None), OutgoingMail.next_try_at <= clock.now())
        .order_by(OutgoingMail.next_try_at)
        .limit(limit)
    )
    waiting = list(due)
    if not waiting:
        return 0
    sent = 0
    try:
        with _server(url) as server:
            for key in waiting:
                sent += _send(server, key)
    except OSError as error:  # no connection at all: everything waits
        for key in waiting:
            _failed(key, error)
    return sent


def _send(server: smtplib.SMTP, key: int) -> bool:
    outgoing = _take(key)
    if outgoing is None:
        return False
    try:
        server.send_message(message(outgoing, current_app.config["MAIL_FROM"]))
    # An address that nobody can write to (MessageError, LookupError) keeps none of the others waiting.
    except (smtplib.SMTPException, OSError, ValueError, MessageError, LookupError) as error:
        _failed(key, error)
        if isinstance(error, smtplib.SMTPServerDisconnected):
            raise OSError("the mail server hung up") from error
        return False
    _sent(key)
    return True


@db.action
def _take(key: int) -> OutgoingMail | None:
    """Claim a mail for this worker: another one leaves it alone until the claim has run out."""
    outgoing = db.lock(OutgoingMail, key)
    if outgoing is None or outgoing.sent_at or not outgoing.next_try_at or outgoing.next_try_at > clock.now():
        return None
    outgoing.next_try_at = clock.now() + timedelta(seconds=TIMEOUT_S * 3)
    return outgoing


@db.action
def _sent(key: int) -> None:
    outgoing = db.lock(OutgoingMail, key)
    if outgoing is not None:
        outgoing.sent_at, outgoing.last_error = clock.now(), None


@db.action
def _failed(key: int, error: Exception) -> None:
    outgoing = db.lock(OutgoingMail, key)
    if outgoing is None or outgoing.sent_at:
        return
    log.warning("mail %s not sent: %s", key, error)
    wait = WAITS[outgoing.tries] if outgoing.tries < len(WAITS) else None
    outgoing.tries += 1
    outgoing.last_error = str(error)[:300]
    outgoing.next_try_at = clock.now() + timedelta(seconds=wait) if wait else None


@contextmanager
def _server(url: str) -> Iterator[smtplib.SMTP]:
    """A connection to `smtp://user:password@host:port` (STARTTLS when offered) or `smtps://`."""
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or (465 if parts.scheme == "smtps" else 25)
    kind = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    with kind(host, port, timeout=TIMEOUT_S) as server:
        if parts.scheme == "smtp" and server.has_extn("starttls"):
            server.starttls()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        yield server
