"""What signing in and *Mijn* look up. There is no "visible" here: one sees oneself, and before that a letter or a
mailbox that one has proved to hold."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select

from community import clock, db
from community.accounts.hashes import hashed, keyed
from community.accounts.households import households
from community.accounts.models import (
    COME_BACK,
    Invitation,
    InvitationUse,
    KeptForm,
    LoginSession,
    Mailbox,
    MailCode,
    Person,
)


def invitation_with_code(code: str) -> Invitation | None:
    """The letter with this code, as `codes.normalise` writes it; open or not."""
    return db.session().scalar(select(Invitation).where(Invitation.code_hash == keyed(code)))


def invitation_with_token(token: str) -> Invitation | None:
    """The letter with this secret in its QR code; open or not."""
    return db.session().scalar(select(Invitation).where(Invitation.token_hash == hashed(token)))


def invitation(invitation_id: int) -> Invitation | None:
    """The letter with this id, as it is now."""
    wanted = select(Invitation).where(Invitation.id == invitation_id)
    return db.session().scalar(wanted.execution_options(populate_existing=True))


def people_invited(invitation: Invitation) -> list[Person]:
    """Who may say "that is me": they live there today and did not come in with this letter before."""
    living = households().known_people(invitation.household_id)
    taken = select(InvitationUse.person_id).where(InvitationUse.invitation_id == invitation.id)
    found = db.session().scalars(select(Person).where(Person.id.in_(living), Person.id.not_in(taken)))
    return sorted(found, key=lambda person: living.index(person.id))


def people_joined(invitation: Invitation) -> list[Person]:
    """Who came in with this letter before."""
    came = InvitationUse.invitation_id == invitation.id
    wanted = select(Person).join(InvitationUse, InvitationUse.person_id == Person.id).where(came)
    return list(db.session().scalars(wanted.order_by(InvitationUse.at)))


def mailbox_of(address: str) -> Mailbox | None:
    """The mailbox with this address."""
    return db.session().scalar(select(Mailbox).where(Mailbox.address == address))


def people_of_mailbox(mailbox_id: int) -> list[Person]:
    """Who reads there, and did not stop long ago."""
    still = or_(Person.left_at.is_(None), Person.left_at > clock.now() - COME_BACK)
    return list(db.session().scalars(select(Person).where(Person.mailbox_id == mailbox_id, still).order_by(Person.id)))


def people(ids: Sequence[int]) -> list[Person]:
    """These people, in this order."""
    found = {person.id: person for person in db.session().scalars(select(Person).where(Person.id.in_(ids)))}
    return [found[key] for key in ids if key in found]


def mail_code_with_link(token: str) -> MailCode | None:
    """The mailed code whose link this is; valid or not."""
    return db.session().scalar(select(MailCode).where(MailCode.token_hash == hashed(token)))


def person(person_id: int) -> Person:
    """One's own row."""
    return db.session().scalars(select(Person).where(Person.id == person_id)).one()


def address_of(person: Person) -> str | None:
    """Where somebody gets mail."""
    if person.mailbox_id is None:
        return None
    return db.session().scalar(select(Mailbox.address).where(Mailbox.id == person.mailbox_id))


def devices_of(person_id: int) -> Sequence[LoginSession]:
    """Where somebody is signed in, the last used first."""
    return (
        db.session()
        .scalars(
            select(LoginSession)
            .where(
                LoginSession.person_id == person_id,
                LoginSession.ended_at.is_(None),
                LoginSession.expires_at > clock.now(),
            )
            .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
        )
        .all()
    )


def session_with(token: str) -> LoginSession | None:
    """The session of this secret; also when it has ended."""
    return db.session().scalar(select(LoginSession).where(LoginSession.token_hash == hashed(token)))


def kept_form(secret: str, person_id: int) -> KeptForm | None:
    """What was typed in this browser before signing in, unless it was somebody else who typed it."""
    return db.session().scalar(
        select(KeptForm).where(
            KeptForm.token_hash == hashed(secret),
            KeptForm.created_at > clock.now() - KeptForm.LASTS,
            or_(KeptForm.person_id.is_(None), KeptForm.person_id == person_id),
        )
    )


def is_portrait(name: str) -> bool:
    """True while it is the photo of somebody who takes part."""
    found = select(Person.id).where(Person.photo == name, Person.left_at.is_(None)).limit(1)
    return db.session().scalar(found) is not None
