"""Passwords: argon2, computed beside the loop because it is meant to be slow. Nothing here knows whose they are."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from community import aside
from community.language import gettext as _

SHORTEST, LONGEST = 8, 500
# A couple shares a mailbox; who does not exist takes as long to refuse as the two of them.
_AS_LONG_AS = 2
# What is tried first. Compared in lower case.
_WORN_OUT = frozenset((Path(__file__).parent / "worn_out_passwords.txt").read_text().split())

_hasher = PasswordHasher()


def keep(password: str) -> str:
    """How a password is kept."""
    return aside.compute(_hasher.hash, password)


def complaint(password: str) -> str | None:
    """Why a new password will not do, in a sentence; no rules about signs and capitals, length is what helps."""
    if len(password) < SHORTEST:
        return _("Een wachtwoord heeft minstens %(n)s tekens. Drie gewone woorden op een rij is ook goed.", n=SHORTEST)
    if len(password) > LONGEST:
        return _("Een wachtwoord heeft hoogstens %(n)s tekens.", n=LONGEST)
    if password.lower() in _WORN_OUT or len(set(password)) < 3:
        return _("Dit wachtwoord raadt iedereen. Kies bijvoorbeeld drie gewone woorden op een rij.")
    return None


def owners(password: str, kept: Mapping[int, str]) -> list[int]:
    """Of these people with their kept passwords, whose it is. Takes as long for nobody as for a couple."""
    return aside.compute(_owners, password[:LONGEST], dict(kept))


def is_out_of_date(kept: str) -> bool:
    """True when it was kept in a way that is weaker than today's."""
    return _hasher.check_needs_rehash(kept)


def _owners(password: str, kept: dict[int, str]) -> list[int]:
    found = [person for person, hashed in kept.items() if _is(password, hashed)]
    for _more in range(_AS_LONG_AS - len(kept)):
        _is(password, _of_nobody())
    return found


def _is(password: str, kept: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache
def _of_nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe())
