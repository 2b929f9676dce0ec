"""Codes by mail: six digits and a link in one mail, for signing in and for an address of one's own. What is asked for
an address that nobody has goes the same way, up to the mail itself, so that neither answer nor time tells."""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import func, select

from community import clock, db, journal
from community.accounts import notifications, queries
from community.accounts.hashes import hashed, keyed
from community.accounts.models import Mailbox, MailCode, Person

LASTS = timedelta(minutes=30)
TRIES = 5
# Five mails in an hour is somebody who does not get them; the sixth helps nobody.
MAILS_PER_HOUR = 5
# Pressed twice, the second press finds its code used a moment ago, on the same device.
_TWICE = timedelta(minutes=1)
# The key that no row has: what is asked about somebody is asked about nobody as well.
_NOBODY = 0


@db.action
def ask_to_sign_in(address: str, device: str) -> None:
    """Mail a code to whoever reads at this address, if anybody does. `device` is the secret of the browser that asks:
    the code will work there only, the link anywhere."""
    mailbox = _locked(address)
    readers = queries.people_of_mailbox(mailbox.id if mailbox else _NOBODY)
    code, token, made = _make(mailbox if readers else None, device)
    _lay_out(notifications.sign_in(readers, code, token), address, made)


@db.action
def link_for(address: str, device: str) -> str | None:
    """The secret of a link to sign in with, without a mail: for an administrator's command line. None when nobody reads
    at this address."""
    mailbox = _locked(address)
    if mailbox is None or not queries.people_of_mailbox(mailbox.id):
        return None
    _code, token, _made = _make(mailbox, device)
    return token


@db.action
def ask_to_confirm(address: str, device: str, *, by: int) -> None:
    """Mail a code to an address that somebody wants to have for their own."""
    mailbox = _locked(address)
    if mailbox is None:
        mailbox = Mailbox(address=address, created_at=clock.now())
        db.session().add(mailbox)
        db.session().flush()
    code, token, made = _make(mailbox, device, by)
    _lay_out(notifications.confirm_address(queries.person(by), code, token), address, made)


@db.action
def ask_again(token: str, device: str) -> None:
    """A link came too late: mail a new code to the same address, for the same purpose."""
    old = queries.mail_code_with_link(token)
    mailbox = db.session().get(Mailbox, old.mailbox_id) if old and old.mailbox_id else None
    if old is None or mailbox is None:
        return
    if old.person_id is None:
        ask_to_sign_in(mailbox.address, device)
    else:
        ask_to_confirm(mailbox.address, device, by=old.person_id)


@db.action
def try_code(typed: str, device: str, *, by: int | None = None) -> MailCode | None:
    """Use a code on the device that asked for it; None when it is not right (or too late, or tried too often). A wrong
    one counts against each code that this device is waiting for, which is why this does not raise.

    Args:
        by: who wants an address for their own; None for somebody who signs in.
    """
    code, now = re.sub(r"\D", "", typed), clock.now()
    waiting = (
        db.session()
        .scalars(
            select(MailCode)
            .where(
                MailCode.device_hash == keyed(device),
                MailCode.person_id.is_(None) if by is None else MailCode.person_id == by,
                MailCode.expires_at > now,
                MailCode.tries < TRIES,
            )
            .order_by(MailCode.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .all()
    )
    right = next((one for one in waiting if hmac.compare_digest(one.code_hash, _hash(code, device))), None)
    if right is not None and right.mailbox_id is not None and is_usable(right, device):
        right.used_at = right.used_at or now
        return right
    for one in waiting:
        if one.used_at is None:
            one.tries += 1
    return None


@db.action
def use_link(token: str, device: str) -> MailCode | None:
    """Use the link of a mail, on any device; None when it is too late."""
    found = queries.mail_code_with_link(token)
    held = db.lock(MailCode, found.id) if found else None
    if held is None or held.mailbox_id is None or not is_usable(held, device):
        return None
    held.used_at = held.used_at or clock.now()
    held.device_hash = keyed(device)
    return held


@db.action
def confirm(typed: str, device: str, *, by: int) -> bool:
    """Show by the code that an address is one's own; from now on mail goes there. False when the code is not right."""
    code = try_code(typed, device, by=by)
    if code is not None:
        _take_address(code, by)
    return code is not None


@db.action
def confirm_by_link(token: str, device: str) -> bool:
    """The same by the link, on any device, for the person who asked for it. False when it is too late."""
    code = use_link(token, device)
    if code is None or code.person_id is None:
        return False
    _take_address(code, code.person_id)
    return True


def _take_address(code: MailCode, by: int) -> None:
    person = db.lock(Person, by)
    if person is None or person.mailbox_id == code.mailbox_id:
        return
    before = queries.address_of(person)
    person.mailbox_id = code.mailbox_id
    db.session().flush()
    if before:
        letter = notifications.address_changed(person, queries.address_of(person) or "")
        letter.put(before, key=f"address-changed-{code.id}")
    journal.record("accounts.change_address", by=by, subject=by)


def is_usable(code: MailCode, device: str, at: datetime | None = None) -> bool:
    """True while the code can be used: not used, or a moment ago by this same device; and not too old."""
    now = at or clock.now()
    if code.expires_at <= now:
        return False
    return code.used_at is None or (code.used_at > now - _TWICE and code.device_hash == keyed(device))


def _locked(address: str) -> Mailbox | None:
    """The mailbox, locked because its mails are counted."""
    found = queries.mailbox_of(address)
    return db.lock(Mailbox, found.id if found else _NOBODY)


def _lay_out(letter: notifications.Letter, address: str, made: MailCode) -> None:
    """In the outbox; a mail for nobody is written all the same, and thrown away as the last thing."""
    outgoing = letter.put(address, key=f"mail-code-{made.id}")
    if made.mailbox_id is None:
        db.session().expunge(outgoing)


def _make(mailbox: Mailbox | None, device: str, by: int | None = None) -> tuple[str, str, MailCode]:
    """A code, a secret for the link, and their row; without a mailbox when it had enough mails."""
    now = clock.now()
    recent = (
        MailCode.mailbox_id == (mailbox.id if mailbox else _NOBODY),
        MailCode.created_at > now - timedelta(hours=1),
    )
    sent = db.session().scalar(select(func.count()).select_from(MailCode).where(*recent)) or 0
    code, token = f"{secrets.randbelow(1_000_000):06}", secrets.token_urlsafe(24)
    made = MailCode(
        mailbox_id=mailbox.id if mailbox is not None and sent < MAILS_PER_HOUR else None,
        person_id=by,
        device_hash=keyed(device),
        code_hash=_hash(code, device),
        token_hash=hashed(token),
        created_at=now,
        expires_at=now + LASTS,
    )
    db.session().add(made)
    db.session().flush()
    return code, token, made


def _hash(code: str, device: str) -> str:
    return keyed(f"mail code {code} {device}")
