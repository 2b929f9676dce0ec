"""Codes for a stack of letters. They are drawn first, printed, and kept only when the paper is there: a stack that
could not be made cancels no letter that lies on somebody's table."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from flask import current_app
from sqlalchemy import and_, select, update

from community import clock, db, journal
from community.accounts import codes
from community.accounts.actions import Letter as Secret
from community.accounts.hashes import hashed, keyed
from community.accounts.models import Invitation
from community.admin.bulk import insert_rows

# As many keys as one statement takes on every database.
_CHUNK = 500


def draw(count: int) -> list[Secret]:
    """So many codes that nobody has, each with the longer secret for its QR code."""
    drawn: dict[str, Secret] = {}
    while len(drawn) < count:
        code = codes.make_code()
        drawn[_kept(code)] = Secret(code, secrets.token_urlsafe(16))
        if len(drawn) == count:
            for some in _chunks(list(drawn)):
                for taken in db.session().scalars(select(Invitation.code_hash).where(Invitation.code_hash.in_(some))):
                    del drawn[taken]
    return list(drawn.values())


def last_day() -> date:
    """Until when a letter of today opens the door, that day included."""
    days: int = current_app.config["INVITATION_DAYS"]
    return clock.today() + timedelta(days=days)


def keep(
    letters: Mapping[int, tuple[Secret, int]], *, until: date, buildings: Mapping[int, int], by: int | None
) -> None:
    """Part of a running action: these letters open the door until the end of a day, and earlier ones no longer do.

    Args:
        letters: by household, what is on its letter and for how many people it is good.
        buildings: by household, where it is; for the journal.
    """
    now = clock.now()
    is_open = and_(Invitation.cancelled_at.is_(None), Invitation.used < Invitation.seats, Invitation.expires_at > now)
    for some in _chunks(list(letters)):
        db.session().execute(
            update(Invitation).where(Invitation.household_id.in_(some), is_open).values(cancelled_at=now)
        )
    expires = datetime.combine(until + timedelta(days=1), time.min, clock.ZONE)
    insert_rows(
        Invitation,
        [
            {
                "household_id": household,
                "code_hash": _kept(secret.code),
                "token_hash": hashed(secret.token),
                "seats": max(1, seats),
                "used": 0,
                "created_at": now,
                "expires_at": expires,
                "cancelled_at": None,
            }
            for household, (secret, seats) in letters.items()
        ],
    )
    deeds = [
        {"subject": household, "building": buildings[household], "facts": {"seats": max(1, seats)}}
        for household, (_secret, seats) in letters.items()
    ]
    journal.record_all("accounts.invite", deeds, by=by)


def _kept(code: str) -> str:
    return keyed(codes.normalise(code) or code)


def _chunks(keys: Sequence[int] | Sequence[str]) -> list[Sequence[int] | Sequence[str]]:
    return [keys[start : start + _CHUNK] for start in range(0, len(keys), _CHUNK)]
