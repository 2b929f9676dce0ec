"""What somebody sent while no longer signed in: kept for a day, for that browser and that person, and given back once
they have signed in. Nothing typed is lost; secrets are not kept."""

from __future__ import annotations

import json
import re
import secrets

from flask import request
from sqlalchemy import delete

from community import clock, db
from community.accounts import queries
from community.accounts.hashes import hashed
from community.accounts.models import KeptForm

# A text of 5,000 characters in any script is 20 KB; this leaves room and fills no disk.
BYTES_MAX = 64 * 1024
PATH_MAX = 300
_SECRET = re.compile(r"csrf|wachtwoord|password|^code$", re.I)

Fields = list[tuple[str, str]]


def fields() -> Fields:
    """What stands in the form of this request, without its secrets."""
    return [(name, value) for name, value in request.form.items(multi=True) if not _SECRET.search(name)]


def fits(path: str, typed: Fields) -> bool:
    """True when it is not too much to keep."""
    return len(path) <= PATH_MAX and len(json.dumps(typed)) <= BYTES_MAX


@db.action
def keep(path: str, typed: Fields, *, had_file: bool, session_token: str | None) -> str:
    """Keep a form; returns the secret that this browser fetches it with. `session_token` is that of the session that
    has ended: whose it was, is whose form this is."""
    ended = queries.session_with(session_token) if session_token else None
    secret = secrets.token_urlsafe(24)
    db.session().add(
        KeptForm(
            token_hash=hashed(secret),
            person_id=ended.person_id if ended else None,
            path=path,
            fields={"typed": typed, "had_file": had_file},
            created_at=clock.now(),
        )
    )
    return secret


@db.action
def take(secret: str, *, by: int) -> str | None:
    """It is sent now, or thrown away: either way it goes. Returns where it was meant for; None when it has gone."""
    found = queries.kept_form(secret, by)
    if found is None:
        return None
    taken = db.session().execute(delete(KeptForm).where(KeptForm.id == found.id))
    return found.path if taken.rowcount else None  # type: ignore[attr-defined]
