"""Do it! Letters, joining, and the sessions of devices; each is one transaction. What one changes about oneself is in
`profile`, mailed codes are in `mail_codes`, what was typed while signed out in `kept`."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import and_, delete, or_, select, update

from community import clock, db, journal, text
from community.accounts import codes, names, policy, queries
from community.accounts.access import right_lost
from community.accounts.faces import face_changed
from community.accounts.hashes import hashed, keyed
from community.accounts.households import households
from community.accounts.models import (
    COME_BACK,
    NAME_MAX,
    Invitation,
    InvitationUse,
    KeptForm,
    LoginSession,
    Mailbox,
    MailCode,
    Person,
)
from community.errors import Invalid, Missing

# A device of one's own, renewed on use: the longest that browsers keep a cookie. A shared one, after the last use.
TRUSTED = timedelta(days=400)
SHARED = timedelta(hours=2)
# How often use is noted: a row written for every page would make reading as dear as writing.
NOTED_EVERY = {True: timedelta(days=1), False: timedelta(minutes=1)}
# Ended sessions and old codes are kept a while, for who phones: "was I that?"
KEPT_AFTERWARDS = timedelta(days=30)


class Letter(NamedTuple):
    """What goes on an invitation letter; here for the only time, the tables hold hashes."""

    code: str  # "tulp fiets 4826"
    token: str  # what the QR code holds: BASE_URL/c/<token>


# ---- letters ---------------------------------------------------------------------------------------------------


@db.action
def invite(household_id: int, seats: int, *, by: int | None) -> Letter:
    """A new code for a household, good for so many people; an earlier letter that is still open no longer is.

    Args:
        by: the id of who prints the letter; None on the command line.
    """
    now = clock.now()
    open_ones = and_(Invitation.cancelled_at.is_(None), Invitation.used < Invitation.seats, Invitation.expires_at > now)
    db.session().execute(
        update(Invitation).where(Invitation.household_id == household_id, open_ones).values(cancelled_at=now)
    )
    code, token = _unused_code(), secrets.token_urlsafe(16)
    db.session().add(
        Invitation(
            household_id=household_id,
            code_hash=keyed(codes.normalise(code) or code),
            token_hash=hashed(token),
            seats=max(1, seats),
            created_at=now,
            expires_at=now + timedelta(days=current_app.config["INVITATION_DAYS"]),
        )
    )
    building = households().building_of(household_id)
    journal.record("accounts.invite", by=by, subject=household_id, building=building, seats=seats)
    return Letter(code, token)


def _unused_code() -> str:
    while True:
        code = codes.make_code()
        if queries.invitation_with_code(codes.normalise(code) or code) is None:
            return code


@db.action
def join(
    invitation_id: int, person_id: int | None, *, name: str = "", form: str, trusted: bool, device: str
) -> tuple[int, str]:
    """Take a seat of a letter: as somebody who is known to live there, or (`person_id` None) as somebody new; and sign
    in on this device. The same `form` twice is one seat.

    Returns:
        The person's id and the secret of their session.

    Raises:
        Refused: the letter no longer opens; says why. Missing: nobody of that id lives there, or they came in before.
        Invalid: `name`, which `names.clean` made, is not a name.
    """
    invitation = db.lock(Invitation, invitation_id)
    if invitation is None:
        raise Missing()
    before = db.session().scalar(
        select(InvitationUse.person_id).where(
            InvitationUse.invitation_id == invitation_id, InvitationUse.form_hash == hashed(form)
        )
    )
    if before is not None:
        return before, open_session(before, way="letter", trusted=trusted, device=device)
    policy.check_open(invitation)
    if person_id is None:
        person = _newcomer(name, invitation.household_id)
    else:
        known = {person.id: person for person in queries.people_invited(invitation)}
        if person_id not in known:
            raise Missing()
        person = known[person_id]
        _return(person)
    invitation.used += 1
    use = InvitationUse(invitation_id=invitation.id, person_id=person.id, form_hash=hashed(form), at=clock.now())
    db.session().add(use)
    db.session().flush()
    journal.record(
        "accounts.join",
        by=person.id,
        subject=invitation.household_id,
        building=households().building_of(invitation.household_id),
        is_new=person_id is None,
    )
    return person.id, open_session(person.id, way="letter", trusted=trusted, device=device)


def _newcomer(name: str, household_id: int) -> Person:
    wrong = names.complaint(name)
    if wrong:
        raise Invalid({"naam": wrong})
    person = Person(
        name=name,
        short_name=names.short(name),
        folded_name=text.fold(name)[: 2 * NAME_MAX],
        created_at=clock.now(),
    )
    db.session().add(person)
    db.session().flush()
    households().add_member(person.id, household_id)
    return person


# ---- sessions --------------------------------------------------------------------------------------------------


@db.action
def open_session(person_id: int, *, way: str, trusted: bool, device: str) -> str:
    """Sign somebody in on a device; returns the secret that the cookie carries. Who stopped comes back first."""
    person, now = db.lock(Person, person_id), clock.now()
    if person is None or person.left_at is not None:
        raise Missing()
    person.joined_at = person.joined_at or now
    token = secrets.token_urlsafe(32)
    db.session().add(
        LoginSession(
            token_hash=hashed(token),
            person_id=person_id,
            is_trusted=trusted,
            device=device[:80],
            way=way,
            created_at=now,
            seen_at=now,
            expires_at=now + _lasts(trusted),
        )
    )
    return token


@db.action
def note_use(session_id: int) -> None:
    """This device is in use: it stays signed in for as long again."""
    held = db.lock(LoginSession, session_id)
    if held is not None and held.ended_at is None:
        held.seen_at = clock.now()
        held.expires_at = clock.now() + _lasts(held.is_trusted)


@db.action
def end_session(token: str) -> None:
    """Sign out the device with this secret."""
    held = queries.session_with(token)
    if held is not None and held.ended_at is None:
        held.ended_at = clock.now()
        right_lost(held.person_id)


@db.action
def end_device(session_id: int, *, by: int) -> None:
    """Sign out one of one's own devices from another.

    Raises:
        Missing: it is of somebody else, or not signed in.
    """
    found = next((held for held in queries.devices_of(by) if held.id == session_id), None)
    if found is None:
        raise Missing()
    found.ended_at = clock.now()
    right_lost(by)


@db.action
def end_all_sessions(person_id: int) -> int:
    """Sign somebody out everywhere; returns on how many devices."""
    devices = queries.devices_of(person_id)
    for held in devices:
        held.ended_at = clock.now()
    if devices:
        right_lost(person_id)
    return len(devices)


def _lasts(trusted: bool) -> timedelta:
    return TRUSTED if trusted else SHARED


# ---- stopping --------------------------------------------------------------------------------------------------


@db.action
def stop(*, by: int) -> datetime:
    """Somebody stops: signed out everywhere, no longer shown; what they wrote stays, as of an "oud-bewoner". Returns
    until when signing in brings everything back."""
    person = db.lock(Person, by)
    if person is None:
        raise Missing()
    if person.left_at is None:
        person.left_at = clock.now()
        person.face_version += 1
        end_all_sessions(by)
        journal.record("accounts.stop", by=by, subject=by)
        face_changed(by)
    return person.left_at + COME_BACK


@db.action
def come_back(person_id: int) -> None:
    """Somebody who stopped takes part again, as if they had not.

    Raises:
        Missing: they stopped too long ago; a new letter is the way.
    """
    person = db.lock(Person, person_id)
    if person is None or not policy.may_enter(person):
        raise Missing()
    _return(person)


def _return(person: Person) -> None:
    if person.left_at is not None:
        person.left_at = None
        person.face_version += 1
        journal.record("accounts.come_back", by=person.id, subject=person.id)
        face_changed(person.id)


# ---- tidying ---------------------------------------------------------------------------------------------------


@db.action
def forget() -> None:
    """Throw away what nobody needs: old codes, sessions that ended, what was typed and not fetched, addresses that
    were never confirmed."""
    held, now = db.session(), clock.now()
    old = now - KEPT_AFTERWARDS
    held.execute(delete(KeptForm).where(KeptForm.created_at < now - KeptForm.LASTS))
    held.execute(delete(MailCode).where(MailCode.created_at < old))
    held.execute(delete(LoginSession).where(or_(LoginSession.ended_at < old, LoginSession.expires_at < old)))
    held.execute(
        delete(Mailbox).where(
            Mailbox.created_at < old,
            Mailbox.id.not_in(select(Person.mailbox_id).where(Person.mailbox_id.is_not(None))),
            Mailbox.id.not_in(select(MailCode.mailbox_id).where(MailCode.mailbox_id.is_not(None))),
        )
    )
