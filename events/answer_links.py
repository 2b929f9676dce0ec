"""The link in a mail with which somebody answers for one date without signing in. It says who and which date, signed
with the key of the installation and good for nothing else; the page behind it asks, and only its button acts."""

from __future__ import annotations

from typing import NamedTuple

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer


class Asked(NamedTuple):
    """Who is asked about which date."""

    occurrence_id: int
    person_id: int


def link(occurrence_id: int, person_id: int) -> str:
    """The whole address, as it stands in a mail."""
    return f"{current_app.config['BASE_URL']}/agenda/antwoord/{_signer().dumps([occurrence_id, person_id])}"


def read(token: str) -> Asked | None:
    """Who is asked about which date, or None when the link was not made here or was damaged on its way."""
    try:
        found = _signer().loads(token[:200])
    except (BadSignature, ValueError):
        return None
    match found:
        case [int(occurrence_id), int(person_id)]:
            return Asked(occurrence_id, person_id)
    return None


def _signer() -> URLSafeSerializer:
    # The salt is the purpose: what is signed here opens no other door, and the reverse.
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="events.answer")
