"""The pages of getting in by mail: a code with a link, or an address with a password. An address that nobody has gets
the same answers."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, session
from werkzeug.wrappers import Response as AnyResponse

from community import throttle, web
from community.accounts import devices, entering, forms, mail_codes, passwords, profile, queries, tries
from community.errors import Invalid, Missing, TooFast
from community.language import gettext as _
from community.visitor import current

pages = Blueprint("accounts_mail", __name__)

# How many mails one may ask for, from one address; each mailbox has its own limit as well.
MAILS_PER_MINUTE = 10


# ---- a code by mail ----------------------------------------------------------------------------------------------


@pages.get("/inloggen/mail")
@web.for_everybody
def mail_code() -> AnyResponse:
    """Where shall we mail the code?"""
    devices.secret()
    return web.page("accounts/mail.html", typed={}, errors={}, own=True)


@pages.post("/inloggen/mail")
@web.for_everybody
def ask_mail_code() -> AnyResponse:
    """Mail it, if somebody reads there; the answer is the same."""
    try:
        address = forms.address()
        throttle.count("sign-in mail", throttle.address(), MAILS_PER_MINUTE)
    except Invalid as invalid:
        return _mail_page(422, errors=invalid.errors)
    except TooFast as fast:
        return entering.too_fast(_mail_page(429, wait=fast.sentence), fast)
    mail_codes.ask_to_sign_in(address, devices.secret())
    session["mailed"] = {"address": address, "trusted": forms.own_device()}
    return web.see_other("/inloggen/code")


def _mail_page(status: int, **values: Any) -> Response:
    values.setdefault("errors", {})
    return web.page("accounts/mail.html", status, typed=forms.typed(), own=forms.own_device(), **values)


@pages.get("/inloggen/code")
@web.for_everybody
def typed_code() -> AnyResponse:
    """Which code is in the mail?"""
    if "mailed" not in session:
        return web.see_other("/inloggen/mail")
    return web.page("accounts/mail_code.html", address=session["mailed"]["address"], errors={})


@pages.post("/inloggen/code")
@web.for_everybody
def enter_code() -> AnyResponse:
    """Six digits, on the device where the mail was asked for."""
    mailed = session.get("mailed")
    if mailed is None:
        return web.see_other("/inloggen/mail")
    try:
        tries.check()
    except TooFast as fast:
        return entering.too_fast(_code_page(429, wait=fast.sentence), fast)
    typed = request.form.get("code", "")[:100]
    found = mail_codes.try_code(typed, devices.secret()) if typed.strip() else None
    if found is None or found.mailbox_id is None:
        if typed.strip():
            tries.wrong()
        return _code_page(422, errors={"code": _mail_complaint(typed)})
    return _reads_there(found.mailbox_id, trusted=mailed["trusted"])


def _mail_complaint(typed: str) -> str:
    digits = sum(letter.isdecimal() for letter in typed)
    if not typed.strip():
        return _("Typ hier de 6 cijfers uit de mail.")
    if digits != 6:
        return _("De code heeft 6 cijfers. U typte er %(n)s.", n=digits)
    return _("Deze code klopt nog niet. Kijk nog eens in de mail, of vraag een nieuwe.")


def _code_page(status: int, **values: Any) -> Response:
    values.setdefault("errors", {})
    typed = request.form.get("code", "")[:100]
    return web.page("accounts/mail_code.html", status, address=session["mailed"]["address"], typed=typed, **values)


@pages.get("/m/<token>")
@web.for_everybody
def mailed_link(token: str) -> AnyResponse:
    """The link of the mail. Programs that look whether mail is safe open links, so this only shows a button."""
    found = queries.mail_code_with_link(token)
    if found is None or found.mailbox_id is None or not mail_codes.is_usable(found, devices.secret()):
        known = found is not None and found.mailbox_id is not None
        return web.page("accounts/late_link.html", 410 if known else 404, known=known)
    readers = queries.people_of_mailbox(found.mailbox_id)
    return web.page("accounts/mailed_link.html", readers=readers, to_confirm=found.person_id is not None, own=True)


@pages.post("/m/<token>")
@web.for_everybody
def enter_link(token: str) -> AnyResponse:
    """The button behind the link."""
    found = queries.mail_code_with_link(token)
    if found is not None and found.person_id is not None:
        if not mail_codes.confirm_by_link(token, devices.secret()):
            return web.page("accounts/late_link.html", 410, known=True)
        return web.see_other("/mijn/mail" if current() else "/inloggen/bevestigd")
    used = mail_codes.use_link(token, devices.secret())
    if used is None or used.mailbox_id is None:
        known = found is not None and found.mailbox_id is not None
        return web.page("accounts/late_link.html", 410 if known else 404, known=known)
    return _reads_there(used.mailbox_id, trusted=forms.own_device())


@pages.post("/m/<token>/nieuw")
@web.for_everybody
def renew_link(token: str) -> AnyResponse:
    """That link was too late: mail another."""
    throttle.count("sign-in mail", throttle.address(), MAILS_PER_MINUTE)
    mail_codes.ask_again(token, devices.secret())
    web.toast(_("Wij hebben u een nieuwe mail gestuurd."))
    return web.see_other("/inloggen/verstuurd")


@pages.get("/inloggen/verstuurd")
@web.for_everybody
def mail_sent() -> AnyResponse:
    """A new mail is on its way."""
    return web.page("accounts/mail_sent.html")


@pages.get("/inloggen/bevestigd")
@web.for_everybody
def address_confirmed() -> AnyResponse:
    """An address was confirmed on another device than where it was asked."""
    return web.page("accounts/confirmed.html")


def _reads_there(mailbox_id: int, *, trusted: bool) -> AnyResponse:
    """Somebody showed that they read at this address; a couple is asked who of the two it is."""
    readers = tuple(person.id for person in queries.people_of_mailbox(mailbox_id))
    if not readers:
        raise Missing()
    if len(readers) == 1:
        return entering.enter(readers[0], way="mail", trusted=trusted)
    entering.arrive("mail", trusted=trusted, people=readers)
    return web.see_other("/inloggen/wie")


# ---- a password --------------------------------------------------------------------------------------------------


@pages.get("/inloggen/wachtwoord")
@web.for_everybody
def password() -> AnyResponse:
    """An e-mail address and a password."""
    devices.secret()
    return web.page("accounts/password.html", typed={}, errors={}, own=True)


@pages.post("/inloggen/wachtwoord")
@web.for_everybody
def enter_password() -> AnyResponse:
    """Whose password it is, of who reads at that address."""
    try:
        tries.check()
        address, given = forms.address(), request.form.get("wachtwoord", "")
        if not given:
            raise Invalid({"wachtwoord": _("Typ hier uw wachtwoord.")})
        throttle.count("password of address", address, tries.WRONG_PER_ADDRESS)
    except Invalid as invalid:
        return _password_page(422, errors=invalid.errors)
    except TooFast as fast:
        return entering.too_fast(_password_page(429, wait=fast.sentence), fast)
    mailbox = queries.mailbox_of(address)
    readers = queries.people_of_mailbox(mailbox.id) if mailbox else []
    hashes = {person.id: person.password_hash for person in readers if person.password_hash}
    owners = passwords.owners(given, hashes)
    if not owners:
        tries.wrong()
        wrong = _("Het e-mailadres en het wachtwoord horen niet bij elkaar. Kijk beide nog eens na.")
        return _password_page(422, errors={"mail": wrong})
    for owner in owners:
        if passwords.is_out_of_date(hashes[owner]):
            profile.renew_password(hashes[owner], passwords.keep(given), by=owner)
    if len(owners) == 1:
        return entering.enter(owners[0], way="password", trusted=forms.own_device())
    entering.arrive("password", trusted=forms.own_device(), people=tuple(owners))
    return web.see_other("/inloggen/wie")


def _password_page(status: int, **values: Any) -> Response:
    values.setdefault("errors", {})
    return web.page("accounts/password.html", status, typed=forms.typed(), own=forms.own_device(), **values)
