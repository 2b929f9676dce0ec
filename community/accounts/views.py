"""The pages of getting in with a letter, of saying who one is, and of getting out. Mailed codes and passwords are in
`mail_views`, the welcome in `welcome_views`, *Mijn* in `own_views`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, session
from werkzeug.wrappers import Response as AnyResponse

from community import throttle, web
from community.accounts import actions, codes, devices, entering, forms, kept, mail_codes, policy, queries, tries
from community.accounts.households import households
from community.accounts.models import Invitation, Person
from community.errors import Invalid, Missing, Refused, TooFast
from community.language import gettext as _
from community.visitor import current

pages = Blueprint("accounts", __name__)

# A stranger who fills the table with forms stops here: an address keeps 2 MB an hour, 46 MB a day.
KEPT_PER_MINUTE, KEPT_PER_HOUR = 10, 30


# ---- not signed in -----------------------------------------------------------------------------------------------


def sign_in_first() -> AnyResponse:
    """A stranger asked for a page of members. What they sent is kept for after they have signed in."""
    if web.wants_fragment():
        return Response(_("U bent niet meer ingelogd."), 401, content_type="text/plain; charset=utf-8")
    path = web.safe_path(request.full_path.rstrip("?")) or "/"
    if request.method in {"GET", "HEAD"}:
        return web.see_other(str(web.link_with("/inloggen", verder=path[: kept.PATH_MAX])))
    throttle.count("kept form", throttle.address(), KEPT_PER_MINUTE)
    throttle.count("kept form in the hour", throttle.address(), KEPT_PER_HOUR, minutes=60)
    typed = kept.fields()
    if not kept.fits(path, typed):
        return web.error_page(
            413,
            _("U was even weg"),
            _("Log opnieuw in. Wat u schreef is te lang om te bewaren. Kopieer het eerst."),
            typed=dict(typed),
        )
    session["kept"] = kept.keep(
        path,
        typed,
        had_file=any(file.filename for file in request.files.values()),
        session_token=session.get("_user_id"),
    )
    return web.see_other("/inloggen")


# ---- the letter --------------------------------------------------------------------------------------------------


@pages.get("/inloggen")
@web.for_everybody
def letter() -> AnyResponse:
    """The code of the letter."""
    asked = web.safe_path(request.args.get("verder"))
    if asked and len(asked) <= kept.PATH_MAX:
        session["onward"] = asked
    else:
        session.pop("onward", None)
    devices.secret()
    return _letter_page()


@pages.post("/inloggen")
@web.for_everybody
def enter_letter() -> AnyResponse:
    """Two words and a number."""
    typed = request.form.get("code", "")[:200]
    try:
        tries.check()
    except TooFast as fast:
        return entering.too_fast(_letter_page(429, typed=typed, wait=fast.sentence), fast)
    code = codes.normalise(typed)
    invitation = queries.invitation_with_code(code) if code else None
    if invitation is None:
        if typed.strip():
            tries.wrong()
        return _letter_page(422, typed=typed, errors=_wrong_code(typed))
    try:
        policy.check_open(invitation)
    except Refused as refusal:
        tries.wrong()
        return _letter_page(422, typed=typed, errors={"code": refusal.sentence}, complaint=refusal.sentence)
    entering.arrive("letter", trusted=forms.own_device(), invitation=invitation.id)
    return web.see_other("/inloggen/wie")


def _wrong_code(typed: str) -> dict[str, str]:
    if not typed.strip():
        return {"code": _("Typ de twee woorden en het getal over uit uw brief.")}
    return {"code": _("Kijk of de twee woorden en het getal hetzelfde zijn als in uw brief.")}


def _letter_page(status: int = 200, *, typed: str = "", complaint: str | None = None, **values: Any) -> Response:
    wrong = bool(values.get("errors"))
    return web.page(
        "accounts/letter.html",
        status,
        typed=typed,
        complaint=complaint or (codes.complaint(typed) if wrong else None),
        was_away="_user_id" in session and current() is None,
        has_kept="kept" in session,
        own=forms.own_device(),
        **values,
    )


@pages.get("/c/<token>")
@web.for_everybody
def scanned(token: str) -> AnyResponse:
    """The QR code of the letter: asks whether one lives there. Looking signs nobody in."""
    devices.secret()
    found, closed = _scanned(token)
    if found is None or closed is not None:
        return closed or _closed_letter(None)
    answers = households()
    return web.page(
        "accounts/scanned.html",
        frame=answers.frame_of(found.household_id),
        address=answers.address_of(found.household_id),
        own=True,
    )


@pages.post("/c/<token>")
@web.for_everybody
def confirm_scanned(token: str) -> AnyResponse:
    """Yes, I live there."""
    found, closed = _scanned(token)
    if found is None or closed is not None:
        return closed or _closed_letter(None)
    entering.arrive("letter", trusted=forms.own_device(), invitation=found.id)
    return web.see_other("/inloggen/wie")


def _scanned(token: str) -> tuple[Invitation | None, Response | None]:
    found = queries.invitation_with_token(token)
    if found is None:
        return None, None
    try:
        policy.check_open(found)
    except Refused as refusal:
        return found, _closed_letter(refusal.sentence)
    return found, None


def _closed_letter(sentence: str | None) -> Response:
    """The page for a letter that opens nothing: there is none (404), or not any more (410)."""
    words = sentence or _("Scan de code op uw brief nog eens. Of typ de twee woorden en het getal over.")
    return web.page("accounts/closed.html", 410 if sentence else 404, sentence=words, was_one=bool(sentence))


@pages.get("/inloggen/ander-adres")
@web.for_everybody
def other_address() -> AnyResponse:
    """A letter of somebody else."""
    session.pop("arriving", None)
    return web.page("accounts/other_address.html")


# ---- who are you? ------------------------------------------------------------------------------------------------


@pages.get("/inloggen/wie")
@web.for_everybody
def who() -> AnyResponse:
    """Who of this household, or of this mailbox, is here?"""
    arriving = entering.arriving()
    if arriving is None:
        return web.see_other("/inloggen")
    choices = _choices(arriving)
    if not choices:
        return web.see_other("/inloggen/naam" if arriving.invitation else "/inloggen")
    return _who_page(arriving, choices)


@pages.post("/inloggen/wie")
@web.for_everybody
def enter_who() -> AnyResponse:
    """That is me."""
    arriving = entering.arriving()
    if arriving is None:
        return web.see_other("/inloggen")
    choices, chosen = _choices(arriving), request.form.get("wie", "")
    if chosen == "nieuw" and arriving.invitation:
        return web.see_other("/inloggen/naam")
    # A choice that was just made by this same form is made once more, so it is not looked up among the others first.
    if not chosen.isdecimal() or not (arriving.invitation or int(chosen) in {one.id for one in choices}):
        return _who_page(arriving, choices, 422, errors={"wie": _("Kies wie u bent.")})
    if arriving.invitation is None:
        return entering.enter(int(chosen), way=arriving.way, trusted=arriving.trusted)
    return _join(arriving, int(chosen))


def _choices(arriving: entering.Arriving) -> list[Person]:
    if arriving.invitation is None:
        return queries.people(arriving.people)
    return queries.people_invited(_invitation(arriving))


def _invitation(arriving: entering.Arriving) -> Invitation:
    found = queries.invitation(arriving.invitation or 0)
    if found is None:
        raise Missing()
    return found


def _who_page(arriving: entering.Arriving, choices: list[Person], status: int = 200, **values: Any) -> Response:
    return web.page("accounts/who.html", status, choices=choices, **_where(arriving), **values)


def _where(arriving: entering.Arriving) -> dict[str, Any]:
    """The address that a letter is for, the frame of its building, and who came in with that letter before."""
    if arriving.invitation is None:
        return {"address": None, "came": []}
    found = _invitation(arriving)
    address, frame = households().address_of(found.household_id), households().frame_of(found.household_id)
    return {"address": address, "frame": frame, "came": queries.people_joined(found)}


def _join(arriving: entering.Arriving, person_id: int | None, name: str = "") -> AnyResponse:
    assert arriving.invitation is not None
    try:
        _person, token = actions.join(
            arriving.invitation,
            person_id,
            name=name,
            form=arriving.form,
            trusted=arriving.trusted,
            device=devices.this_device(),
        )
    except Missing:
        return _who_page(arriving, _choices(arriving), 422, errors={"wie": _("Kies wie u bent.")})
    except Refused as refusal:
        return _closed_letter(refusal.sentence)
    return entering.let_in(token, trusted=arriving.trusted)


@pages.get("/inloggen/naam")
@web.for_everybody
def newcomer() -> AnyResponse:
    """Nobody is known at this address, or not this one: a name, and an e-mail address for who wants."""
    arriving = entering.arriving()
    if arriving is None or arriving.invitation is None:
        return web.see_other("/inloggen")
    return web.page("accounts/newcomer.html", typed={}, errors={}, **_where(arriving))


@pages.post("/inloggen/naam")
@web.for_everybody
def enter_newcomer() -> AnyResponse:
    """This is my name."""
    arriving = entering.arriving()
    if arriving is None or arriving.invitation is None:
        return web.see_other("/inloggen")
    errors: dict[str, str] = {}
    name = address = ""
    try:
        name = forms.name()
    except Invalid as invalid:
        errors |= invalid.errors
    try:
        address = forms.address() if request.form.get("mail", "").strip() else ""
    except Invalid as invalid:
        errors |= invalid.errors
    if errors:
        return web.page("accounts/newcomer.html", 422, typed=forms.typed(), errors=errors, **_where(arriving))
    answer = _join(arriving, None, name)
    visitor = current()
    if address and visitor is not None:
        mail_codes.ask_to_confirm(address, devices.secret(), by=visitor.person_id)
        return web.see_other("/mijn/mail/code")
    return answer


# ---- coming back, going out --------------------------------------------------------------------------------------


@pages.get("/inloggen/terug")
@web.for_everybody
def back() -> AnyResponse:
    """You stopped. Do you want to come back?"""
    arriving, person = _stopped()
    if arriving is None or person is None:
        return web.see_other("/inloggen")
    return web.page("accounts/back.html", person=person)


@pages.post("/inloggen/terug")
@web.for_everybody
def come_back() -> AnyResponse:
    """Yes."""
    arriving, person = _stopped()
    if arriving is None or person is None:
        return web.see_other("/inloggen")
    actions.come_back(person.id)
    return entering.enter(person.id, way=arriving.way, trusted=arriving.trusted)


def _stopped() -> tuple[entering.Arriving | None, Person | None]:
    arriving = entering.arriving()
    if arriving is None or arriving.invitation is not None or len(arriving.people) != 1:
        return None, None
    return arriving, next(iter(queries.people(arriving.people)), None)


@pages.post("/uitloggen")
@web.for_everybody
def sign_out() -> AnyResponse:
    """Sign out of this device."""
    entering.go_out()
    return web.see_other("/uitgelogd")


@pages.get("/uitgelogd")
@web.for_everybody
def signed_out() -> AnyResponse:
    """You are signed out; drafts in this browser go too."""
    return web.page("accounts/signed_out.html")


# ---- what was typed meanwhile ------------------------------------------------------------------------------------


@pages.get("/bewaard")
@web.for_persons
def kept_form() -> AnyResponse:
    """What you sent while you were not signed in."""
    found = queries.kept_form(session.get("kept", ""), web.me().person_id)
    if found is None:
        return web.see_other(entering.next_page(web.me()))
    return web.page("accounts/kept.html", typed=found.fields["typed"], had_file=found.fields["had_file"])


@pages.post("/bewaard")
@web.for_persons
def send_kept() -> AnyResponse:
    """Send it after all: the browser sends this same form on to where it was going (307)."""
    path = kept.take(session.pop("kept", ""), by=web.me().person_id)
    if path is None:
        raise Missing()
    answer = web.see_other(path)
    answer.status_code = 307
    return answer


@pages.post("/bewaard/weg")
@web.for_persons
def drop_kept() -> AnyResponse:
    """No, throw it away."""
    kept.take(session.pop("kept", ""), by=web.me().person_id)
    return web.see_other(entering.next_page(web.me()))
