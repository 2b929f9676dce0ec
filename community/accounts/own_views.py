"""*Mijn*: everything about oneself, on pages with one subject each; and the photos of people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, current_app, make_response, request, send_file, session
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from community import clock, files, language, throttle, web
from community.accounts import actions, entering, forms, mail_codes, passwords, policy, profile, queries, tries
from community.accounts import devices as browsers
from community.accounts import welcome_views as asking
from community.accounts.models import Person
from community.errors import Invalid, Missing, TooFast
from community.language import gettext as _
from community.visitor import Visitor

pages = Blueprint("accounts_own", __name__)

# Confirming addresses, per person; each mailbox has its own limit as well.
MAILS_PER_HOUR = 10


Make = Callable[[Visitor], Markup | None]


def on_mine(app: Flask, make: Make) -> None:
    """`make(visitor)` is a part of *Mijn* by a room above; None when there is nothing to say."""
    app.extensions.setdefault("own panels", []).append(make)


def _me() -> Person:
    return queries.person(web.me().person_id)


def _saved(sentence: str) -> AnyResponse:
    web.toast(sentence)
    return web.see_other("/mijn")


def _page(name: str, person: Person, status: int = 200, **values: Any) -> Response:
    values.setdefault("errors", {})
    typed = request.form if status != 200 else None
    return web.page(f"accounts/{name}.html", status, person=person, typed=typed, **asking.about(person), **values)


@pages.get("/mijn")
@web.for_persons
def mine() -> AnyResponse:
    """What there is to change."""
    person = _me()
    places = len(queries.devices_of(person.id))
    spoken = language.LANGUAGES[person.language or language.current()]
    made = [make(web.me()) for make in current_app.extensions.get("own panels", ())]
    parts = [part for part in made if part is not None]
    return _page("mine", person, address=queries.address_of(person), devices=places, spoken=spoken, parts=parts)


# ---- name, face, neighbours, letters, language -------------------------------------------------------------------


@pages.get("/mijn/naam")
@web.for_persons
def name() -> AnyResponse:
    """How one is called."""
    return _page("own_name", _me())


@pages.post("/mijn/naam")
@web.for_persons
def set_name() -> AnyResponse:
    """Keep it."""
    person = _me()
    try:
        asking.called(person)
    except Invalid as invalid:
        return _page("own_name", person, 422, errors=invalid.errors)
    return _saved(_("Uw naam is bewaard."))


@pages.get("/mijn/foto")
@web.for_persons
def photo() -> AnyResponse:
    """A photo, or initials."""
    return _page("own_photo", _me())


@pages.post("/mijn/foto")
@web.for_persons
def set_photo() -> AnyResponse:
    """Keep the photo."""
    person = _me()
    try:
        if not (brought := request.files.get("foto")) or not brought.filename:
            raise Invalid({"foto": _("Kies eerst een foto.")})
        asking.face(person)
    except Invalid as invalid:
        return _page("own_photo", person, 422, errors=invalid.errors)
    return _saved(_("Uw foto staat erop."))


@pages.post("/mijn/foto/weg")
@web.for_persons
def drop_photo() -> AnyResponse:
    """Back to initials."""
    profile.show_face(None, by=web.me().person_id)
    return _saved(_("Uw foto is weg."))


@pages.get("/mijn/buren")
@web.for_persons
def neighbours() -> AnyResponse:
    """What neighbours see."""
    return _page("own_neighbours", _me())


@pages.post("/mijn/buren")
@web.for_persons
def set_neighbours() -> AnyResponse:
    """Keep it."""
    person = _me()
    try:
        asking.for_neighbours(person)
    except Invalid as invalid:
        return _page("own_neighbours", person, 422, errors=invalid.errors)
    return _saved(_("Dit is bewaard."))


@pages.get("/mijn/letters")
@web.for_persons
def letters() -> AnyResponse:
    """How large the letters are, how light the page."""
    return _page("own_letters", _me(), themes=forms.THEMES)


@pages.post("/mijn/letters")
@web.for_persons
def set_letters() -> AnyResponse:
    """Keep it; the same page shows at once how it looks."""
    asking.look(_me())
    web.toast(_("Dit is bewaard."))
    return web.see_other("/mijn/letters")


@pages.get("/mijn/taal")
@web.for_persons
def spoken_language() -> AnyResponse:
    """Dutch or English."""
    person = _me()
    return _page("own_language", person, chosen=person.language or language.current())


@pages.post("/mijn/taal")
@web.for_persons
def set_language() -> AnyResponse:
    """Keep it."""
    chosen = request.form.get("taal", "")
    if chosen not in language.LANGUAGES:
        raise Missing()
    session["language"] = chosen
    profile.speak(chosen, by=web.me().person_id)
    language.choose(chosen)
    return _saved(_("Dit is bewaard."))


# ---- e-mail address and password ---------------------------------------------------------------------------------


@pages.get("/mijn/mail")
@web.for_persons
def mail_address() -> AnyResponse:
    """Where one gets mail."""
    person = _me()
    return _page("own_mail", person, address=queries.address_of(person))


@pages.post("/mijn/mail")
@web.for_persons
def set_mail_address() -> AnyResponse:
    """Mail a code to the new address first."""
    person = _me()
    now = queries.address_of(person)
    try:
        wanted = forms.address()
        if wanted == now:
            raise Invalid({"mail": _("Dit adres hebben wij al.")})
        throttle.count("confirm mail", str(person.id), MAILS_PER_HOUR, minutes=60)
    except Invalid as invalid:
        return _page("own_mail", person, 422, errors=invalid.errors, address=now)
    except TooFast as fast:
        return entering.too_fast(_page("own_mail", person, 429, wait=fast.sentence, address=now), fast)
    mail_codes.ask_to_confirm(wanted, browsers.secret(), by=person.id)
    return web.see_other("/mijn/mail/code")


@pages.get("/mijn/mail/code")
@web.for_persons
def mail_code() -> AnyResponse:
    """Which code is in that mail?"""
    return _page("own_mail_code", _me(), is_new=_is_new())


@pages.post("/mijn/mail/code")
@web.for_persons
def confirm_mail_address() -> AnyResponse:
    """The six digits; from now on mail goes there."""
    person, typed = _me(), request.form.get("code", "")[:100]
    try:
        tries.check()
    except TooFast as fast:
        return entering.too_fast(_page("own_mail_code", person, 429, wait=fast.sentence, is_new=_is_new()), fast)
    if not mail_codes.confirm(typed, browsers.secret(), by=person.id):
        tries.wrong()
        wrong = _("Deze code klopt nog niet. Kijk nog eens in de mail, of vraag een nieuwe.")
        return _page("own_mail_code", person, 422, errors={"code": wrong}, is_new=_is_new())
    tries.right()
    web.toast(_("Uw e-mailadres is bewaard."))
    return web.see_other(entering.next_page(web.me()) if _is_new() else "/mijn")


def _is_new() -> bool:
    """Somebody who has just joined goes on with the welcome."""
    return web.me().belongs and web.me().welcome_step < entering.WELCOME_PAGES


@pages.post("/mijn/mail/weg")
@web.for_persons
def drop_mail_address() -> AnyResponse:
    """No mail any more."""
    profile.give_up_address(by=web.me().person_id)
    return _saved(_("Uw e-mailadres is weg. U krijgt geen mail meer."))


@pages.get("/mijn/wachtwoord")
@web.for_persons
def password() -> AnyResponse:
    """Set, change or remove a password."""
    person = _me()
    return _page("own_password", person, has_address=person.mailbox_id is not None, must_know=_must_know(person))


@pages.post("/mijn/wachtwoord")
@web.for_persons
def set_password() -> AnyResponse:
    """Keep the new one."""
    person = _me()
    try:
        _check_known(person)
        profile.keep_password(passwords.keep(forms.new_password()), by=person.id)
    except Invalid as invalid:
        return _password_page(person, 422, errors=invalid.errors)
    except TooFast as fast:
        return entering.too_fast(_password_page(person, 429, wait=fast.sentence), fast)
    return _saved(_("Uw wachtwoord is bewaard."))


@pages.post("/mijn/wachtwoord/weg")
@web.for_persons
def drop_password() -> AnyResponse:
    """Do without: a code by mail is enough."""
    person = _me()
    try:
        _check_known(person)
    except Invalid as invalid:
        return _password_page(person, 422, errors=invalid.errors)
    except TooFast as fast:
        return entering.too_fast(_password_page(person, 429, wait=fast.sentence), fast)
    profile.keep_password(None, by=person.id)
    return _saved(_("Uw wachtwoord is weg. U logt in met een code uit uw mail."))


def _password_page(person: Person, status: int, **values: Any) -> Response:
    has_address, must_know = person.mailbox_id is not None, _must_know(person)
    return _page("own_password", person, status, has_address=has_address, must_know=must_know, **values)


def _must_know(person: Person) -> bool:
    """Whoever sits down at somebody's device may not take it over for good; who came in by mail just now may."""
    held = queries.session_with(web.me().token)
    is_fresh = held is not None and held.way != "password" and held.created_at > clock.now() - policy.FRESH
    return person.password_hash is not None and not is_fresh


def _check_known(person: Person) -> None:
    if person.mailbox_id is None:
        raise Invalid({"nieuw_wachtwoord": _("Geef eerst uw e-mailadres. Daarmee logt u in.")})
    if not _must_know(person):
        return
    tries.check()
    assert person.password_hash is not None
    if not passwords.owners(request.form.get("wachtwoord", ""), {person.id: person.password_hash}):
        tries.wrong()
        raise Invalid({"wachtwoord": _("Dit is niet uw wachtwoord van nu.")})


# ---- devices, stopping -------------------------------------------------------------------------------------------


@pages.get("/mijn/apparaten")
@web.for_persons
def own_devices() -> AnyResponse:
    """Where one is signed in."""
    return _page("own_devices", _me(), devices=queries.devices_of(web.me().person_id))


@pages.post("/mijn/apparaten/<int:session_id>/uit")
@web.for_persons
def end_device(session_id: int) -> AnyResponse:
    """Sign one of them out."""
    if session_id == web.me().session_id:
        entering.go_out()
        return web.see_other("/uitgelogd")
    actions.end_device(session_id, by=web.me().person_id)
    web.toast(_("Dat apparaat is uitgelogd."))
    return web.see_other("/mijn/apparaten")


@pages.post("/mijn/apparaten/uit")
@web.for_persons
def end_all_devices() -> AnyResponse:
    """Sign out everywhere, here too."""
    actions.end_all_sessions(web.me().person_id)
    entering.go_out()
    return web.see_other("/uitgelogd")


@pages.get("/mijn/stoppen")
@web.for_persons
def stopping() -> AnyResponse:
    """Asks once."""
    return _page("stop", _me())


@pages.post("/mijn/stoppen")
@web.for_persons
def stop() -> AnyResponse:
    """Stop."""
    actions.stop(by=web.me().person_id)
    entering.go_out()
    return web.see_other("/gestopt")


@pages.get("/gestopt")
@web.for_everybody
def stopped() -> AnyResponse:
    """You have stopped, and may come back."""
    return web.page("accounts/stopped.html")


# ---- photos ------------------------------------------------------------------------------------------------------


@pages.get("/foto/<name>-<int:size>")
@web.for_persons
def portrait(name: str, size: int) -> AnyResponse:
    """The face of somebody who takes part, for who lives or works here and for themselves."""
    visitor = web.me()
    if not visitor.belongs and visitor.photo != name:
        raise Missing()
    kind = "webp" if "image/webp" in request.headers.get("Accept", "") else "jpg"
    path = files.path_of(name, size, kind)
    if path is None or not queries.is_portrait(name):
        raise Missing()
    answer = make_response(send_file(path, mimetype=files.KINDS[kind], conditional=True, etag=f"{name}{size}{kind}"))
    # On a shared device nothing stays behind.
    answer.headers["Cache-Control"] = "private, max-age=2592000, immutable" if visitor.is_trusted else "no-store"
    answer.headers["Vary"] = "Accept"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
