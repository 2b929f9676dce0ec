"""From "that is me" to being signed in, in this browser: what is known of somebody on their way in (in the signed
cookie, for half an hour), the new session, and where they go next."""

from __future__ import annotations

import logging
import secrets
from dataclasses import asdict, dataclass
from typing import Any

from flask import Response as Flasked
from flask import current_app, g, request, session
from flask_login import login_user
from werkzeug.wrappers import Response

from community import clock, web
from community.accounts import actions, devices, queries, tries
from community.errors import TooFast
from community.visitor import Visitor, current

log = logging.getLogger(__name__)

PENDING_S = 30 * 60
WELCOME_PAGES = 4


@dataclass(frozen=True, slots=True)
class Arriving:
    """Somebody who showed a letter or reads a mailbox, and has not yet said who they are."""

    way: str  # letter, mail, password
    trusted: bool
    people: tuple[int, ...] = ()  # who it may be, when it is not by letter
    invitation: int | None = None
    form: str = ""  # the same choice sent twice is made once
    until: float = 0.0


def arrive(way: str, *, trusted: bool, people: tuple[int, ...] = (), invitation: int | None = None) -> Arriving:
    """Remember in this browser what was shown."""
    until = clock.now().timestamp() + PENDING_S
    made = Arriving(way, trusted, people, invitation, secrets.token_urlsafe(12), until)
    session["arriving"] = asdict(made)
    return made


def arriving() -> Arriving | None:
    """What was shown in this browser in the last half hour."""
    kept: dict[str, Any] | None = session.get("arriving")
    if not kept:
        return None
    found = Arriving(**{**kept, "people": tuple(kept["people"])})
    return found if found.until > clock.now().timestamp() else None


def let_in(token: str, *, trusted: bool) -> Response:
    """This browser is signed in with a new session; nothing of before goes along but the language, a form that waits,
    and where one was going. Whoever planted a session here has an empty one."""
    tries.right()
    before = session.get("_user_id")
    taken = {key: session[key] for key in ("language", "kept", "onward") if key in session}
    session.clear()
    session.update(taken)
    session.permanent = trusted
    if before:
        actions.end_session(before)
    visitor = current_app.extensions["live"].identify(token)
    assert visitor is not None
    login_user(visitor)
    return web.see_other(next_page(visitor))


def enter(person_id: int, *, way: str, trusted: bool) -> Response:
    """Sign this person in on this browser; who stopped is asked first whether they want to come back."""
    person = queries.person(person_id)
    if person.left_at is not None:
        arrive(way, trusted=trusted, people=(person_id,))
        return web.see_other("/inloggen/terug")
    token = actions.open_session(person_id, way=way, trusted=trusted, device=devices.this_device())
    return let_in(token, trusted=trusted)


def next_page(visitor: Visitor) -> str:
    """Where somebody goes who has just come in: to what they wrote, the welcome, what they were going to read."""
    if "kept" in session and queries.kept_form(session["kept"], visitor.person_id):
        return "/bewaard"
    if visitor.belongs and visitor.welcome_step < WELCOME_PAGES:
        return f"/welkom/{visitor.welcome_step + 1}"
    return str(session.pop("onward", None) or ("/vandaag" if visitor.belongs else "/mijn"))


def go_out() -> None:
    """Sign this browser out."""
    token, spoken = session.get("_user_id"), session.get("language")
    session.clear()
    if spoken:
        session["language"] = spoken
    if token:
        actions.end_session(token)


def note_use(answer: Flasked) -> Flasked:
    """After each answer: a device in use stays signed in. What a page fetches by itself is no use."""
    visitor = current() if "_login_user" in g else None
    if visitor is None or visitor.seen_at is None or (request.method == "GET" and web.wants_fragment()):
        return answer
    if clock.now() - visitor.seen_at > actions.NOTED_EVERY[visitor.is_trusted]:
        try:
            actions.note_use(visitor.session_id)
            session.modified = True
        except Exception:  # the answer is made; that it was noted matters less
            log.exception("the use of a device was not noted")
    return answer


def too_fast(answer: Flasked, fast: TooFast) -> Flasked:
    """Say in the answer how long to wait."""
    answer.headers["Retry-After"] = str(fast.wait)
    return answer
