"""How HTTP says it: making pages, who a page is for, refusals in words, and the frame around every page. Rooms add
themselves to the navigation here; the pages themselves are in the rooms."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, cast
from urllib.parse import quote

from flask import Flask, Response, current_app, flash, get_flashed_messages, redirect, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from jinja2 import FileSystemLoader
from markupsafe import Markup, escape
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from community import assets, dates, facade, incoming, language
from community.errors import Invalid, Missing, Refused, TooFast, TrefpuntError
from community.language import gettext as _
from community.visitor import Visitor, current

log = logging.getLogger(__name__)
P = ParamSpec("P")
View = Callable[P, Any]
TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page: where we are, and whom to phone."""

    place: str | None  # "Lindehof"
    in_place: str | None  # "de Lindehof"
    association: str
    phone: str
    phone_hours: str
    call_name: str  # "Rachid", or the association, or the emergency line after hours
    call_role: str
    call_number: str
    is_emergency: bool = False


@dataclass(frozen=True, slots=True)
class NavItem:
    """A line of the main navigation, or a card on the start page of work; `order` says which comes first, `about`
    is one sentence for the card."""

    key: str
    label: Any
    href: str
    icon: str
    order: int = 50
    about: Any = ""


def init_app(app: Flask) -> None:
    """Set up pages, refusals and protection of forms."""
    incoming.init_app(app)
    app.extensions["nav"] = []
    app.extensions["work nav"] = []
    app.extensions["frame"] = lambda visitor: _EMPTY_FRAME
    app.extensions["spoken"] = {code: _environment(app, code) for code in language.LANGUAGES}
    if app.config["PROXIES"]:
        n = app.config["PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    # The language first: a form that is refused is refused in the reader's own.
    app.before_request(_choose_language)
    CSRFProtect(app)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(TrefpuntError, _refusal)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _crash)
    app.add_url_rule("/taal/<code>", "speak", speak, methods=["POST"])


def _environment(app: Flask, code: str) -> language.SpokenEnvironment:
    made = language.SpokenEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=app.debug,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.spoken = code
    found = language.catalogue(code)
    made.install_gettext_callables(  # type: ignore[attr-defined]
        found.gettext, found.ngettext, newstyle=True, pgettext=found.pgettext, npgettext=found.npgettext
    )
    made.globals.update(
        lang=code,
        asset=assets.asset,
        inlined=assets.inlined,
        icon=assets.icon,
        sprite=assets.sprite,
        facade=facade,
        dates=dates,
        can=can,
        why_not=why_not,
        phone_link=phone_link,
        link_with=link_with,
        initials=initials,
        tint=tint,
        languages=language.LANGUAGES,
        # What one types in front of an address that stands on paper.
        site=str(app.config["BASE_URL"]).partition("://")[2].rstrip("/"),
    )
    made.filters.update(
        moment=dates.moment, day=dates.full, near=dates.near, day_of=dates.day_of, clock=dates.time, phone=phone_link
    )
    made.filters["in_sentence"] = language.in_sentence
    return made


# ---- pages -------------------------------------------------------------------------------------------------


def template(name: str) -> Any:
    """A template in the language of this reader."""
    return current_app.extensions["spoken"][language.current()].get_template(name)


def fragment(name: str, **values: Any) -> str:
    """A piece of a page, from explicit values."""
    return cast(str, template(name).render(csrf=csrf(), **values))


def page(name: str, status: int = 200, /, *, active: str | None = None, **values: Any) -> Response:
    """A whole page. `active` is the key of the line in the navigation where we are."""
    visitor = current()
    messages = cast(list[tuple[str, str]], get_flashed_messages(with_categories=True))
    body = template(name).render(
        visitor=visitor,
        frame=values.pop("frame", None) or current_app.extensions["frame"](visitor),
        nav=current_app.extensions["nav"] if visitor and visitor.belongs else (),
        active=active,
        csrf=csrf(),
        toasts=[told for told in messages if told[0] != _ARRIVED],
        arrived=[key for kind, key in messages if kind == _ARRIVED],
        demo=current_app.config["DEMO"],
        here=request.full_path.rstrip("?"),
        **values,
    )
    return Response(body, status, content_type="text/html; charset=utf-8")


def see_other(path: str) -> AnyResponse:
    """After a form: go and look there (303)."""
    return redirect(path, 303)


def toast(sentence: str, undo: str | None = None) -> None:
    """Say on the next page that it worked; `undo` is the address that takes it back by a POST."""
    flash(sentence, undo or "")


def draft_arrived(key: str) -> None:
    """Let the next page tell the browser that the text it keeps under this key (`data-draft`) need not be kept."""
    flash(key, _ARRIVED)


# The kind of message that is for the browser; what is said to people has an address to undo it, or nothing, here.
_ARRIVED = "arrived"


def nav_item(
    app: Flask,
    key: str,
    label: Any,
    href: str,
    icon: str,
    *,
    work: bool = False,
    order: int = 50,
    about: Any = "",
) -> None:
    """Add a line to the main navigation, or a card to the start page of work. The five places of residents have
    the orders 10 Vandaag, 20 Agenda, 30 Gesprekken, 40 Buren and 50 Hulp, whichever room opens first."""
    lines = app.extensions["work nav" if work else "nav"]
    lines.append(NavItem(key, label, href, icon, order, about))
    lines.sort(key=lambda item: item.order)


@lru_cache(maxsize=4096)
def _signed(_raw: str) -> str:
    return cast(str, generate_csrf())


def csrf() -> str:
    """The token that a form of this visitor carries. Signing costs a tenth of a millisecond, so it is done once."""
    if "csrf_token" not in session:
        return cast(str, generate_csrf())
    return _signed(session["csrf_token"])


def one_time_token() -> str:
    """Goes into a form; the same form sent twice carries the same token and is done once."""
    return secrets.token_urlsafe(16)


def page_number(asked: str | None, last: int) -> int:
    """The page that was asked for; the last one where there are not so many, the first where it is no number."""
    if asked is None or not asked.isdecimal():
        return 1
    return max(1, min(int(asked[:9]), last))


def safe_path(asked: str | None) -> str | None:
    """A path within this site, or None: nobody is sent elsewhere after signing in."""
    if asked and re.fullmatch(r"/(?![/\\])[^\x00-\x20\x7f\\]*", asked):
        return asked
    return None


# ---- what a template may ask ---------------------------------------------------------------------------------


def can(check: Callable[..., None], *args: Any, **kwargs: Any) -> bool:
    """True when `check` does not refuse."""
    return why_not(check, *args, **kwargs) is None


def why_not(check: Callable[..., None], *args: Any, **kwargs: Any) -> str | None:
    """The sentence with which `check` refuses, or None."""
    try:
        check(*args, **kwargs)
    except Refused as refusal:
        return refusal.sentence
    return None


@lru_cache(maxsize=1024)
def phone_link(number: str) -> str:
    """ "010 - 123 45 67" as an address that dials."""
    digits = re.sub(r"[^\d+]", "", number)
    return "tel:" + ("+31" + digits[1:] if digits.startswith("0") and not digits.startswith("00") else digits)


@lru_cache(maxsize=4096)
def initials(name: str) -> str:
    """ "Nel van Dam" -> "ND"; something readable for any name."""
    words = [word for word in name.split() if word[0].isalpha()] or [name[:1] or "?"]
    first, last = words[0][0], words[-1][0] if len(words) > 1 else ""
    return (first + last).upper()[:3]


def tint(key: int) -> str:
    """One of the six avatar tints."""
    return "abcdef"[(key * 2654435761 >> 7) % 6]


# ---- who a page is for ---------------------------------------------------------------------------------------


def _for(audience: str, allowed: Callable[[Visitor], bool]) -> Callable[[View[P]], View[P]]:
    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            visitor = current()
            if visitor is None:
                return current_app.extensions["sign in first"]()
            if not allowed(visitor):
                raise Missing()
            return view(*args, **kwargs)

        guarded.audience = audience  # type: ignore[attr-defined]
        return guarded

    return decorate


def for_everybody(view: View[P]) -> View[P]:
    """Strangers too."""
    view.audience = "everybody"  # type: ignore[attr-defined]
    return view


def for_persons(view: View[P]) -> View[P]:
    """Whoever is signed in, also after moving out: one's own settings and data."""
    return _for("persons", lambda visitor: True)(view)


def for_members(view: View[P]) -> View[P]:
    """Who lives or works here today."""
    return _for("members", lambda visitor: visitor.belongs)(view)


def for_staff(view: View[P]) -> View[P]:
    """Who works for the association."""
    return _for("staff", lambda visitor: visitor.is_staff or visitor.is_administrator)(view)


def for_moderators(view: View[P]) -> View[P]:
    """Who sees to it that people stay decent: residents with that task, and the association behind them."""
    return _for("moderators", lambda visitor: visitor.is_moderator or visitor.is_staff)(view)


def for_administrators(view: View[P]) -> View[P]:
    """Who looks after the machine."""
    return _for("administrators", lambda visitor: visitor.is_administrator)(view)


def me() -> Visitor:
    """The visitor of a page that is not for strangers."""
    visitor = current()
    assert visitor is not None
    return visitor


# ---- language --------------------------------------------------------------------------------------------------


def _choose_language() -> None:
    visitor = current()
    chosen = (visitor.language if visitor else None) or session.get("language")
    language.choose(chosen or language.preferred(request.headers.get("Accept-Language", "nl")))


@for_everybody
def speak(code: str) -> AnyResponse:
    """Choose the language of the pages, kept on this device and in the profile."""
    if code not in language.LANGUAGES:
        raise Missing()
    session["language"] = code
    visitor = current()
    if visitor is not None:
        current_app.extensions["remember language"](visitor.person_id, code)
    return see_other(safe_path(request.form.get("verder")) or "/")


# ---- refusals ----------------------------------------------------------------------------------------------------


def wants_fragment() -> bool:
    """True when a script asks, and gets a piece of a page instead of a whole one."""
    return request.headers.get("X-Requested-With") == "fetch"


def error_page(status: int, title: str, sentence: str, **values: Any) -> Response:
    """A refusal in words, with the telephone number."""
    if wants_fragment():
        return Response(escape(sentence), status, content_type="text/plain; charset=utf-8")
    return page("error.html", status, title=title, sentence=sentence, **values)


def not_found() -> Response:
    """The answer for what is absent and for what is of somebody else: the same."""
    return error_page(
        404,
        _("Deze pagina is er niet"),
        _("Deze pagina bestaat niet (meer), of is van een ander gebouw."),
        suggest=True,
    )


def _refusal(error: TrefpuntError) -> Response:
    if isinstance(error, Missing):
        return not_found()
    if isinstance(error, TooFast):
        answer = error_page(429, _("Even geduld"), error.sentence, typed=_typed())
        answer.headers["Retry-After"] = str(error.wait)
        return answer
    if isinstance(error, Invalid):
        return error_page(422, _("Dit klopt nog niet"), error.sentence, typed=_typed())
    if isinstance(error, Refused):
        return error_page(403, _("Dat kan hier niet"), error.sentence, typed=_typed())
    return error_page(error.status, _("Er ging iets mis bij ons"), error.sentence or _CRASH(), typed=_typed())


def _http_error(error: HTTPException) -> Response | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    if status == 404:
        return not_found()
    if isinstance(error, RequestEntityTooLarge):
        return error_page(413, _("Dit is te groot"), _too_large())
    if status == 405:
        answer = error_page(
            405, _("Deze pagina is er niet"), _("Zo kunt u hier niet komen. Ga terug en probeer het opnieuw.")
        )
        answer.headers["Allow"] = ", ".join(getattr(error, "valid_methods", None) or [])
        return answer
    if status >= 500:
        return error_page(status, _("Er ging iets mis bij ons"), _CRASH(), typed=_typed())
    return error_page(status, _("Dit klopt nog niet"), _("Wij konden dit niet lezen. Ga terug en probeer het opnieuw."))


def _too_large() -> str:
    if request.mimetype != "multipart/form-data":
        return _("Wat u schreef is te lang om te versturen. Ga terug en kort het in.")
    most = current_app.config["MAX_CONTENT_LENGTH"] // (1024 * 1024)
    return _(
        "Dit is te groot om in één keer te versturen. Samen mag het %(n)s MB zijn. "
        "Ga terug en kies minder bestanden tegelijk.",
        n=most,
    )


def _crash(error: Exception) -> Response:
    # The rule, not the address itself: that may hold the secret of a letter.
    log.exception("a page failed: %s %s", request.method, request.url_rule or "(no such page)")
    try:
        return error_page(500, _("Er ging iets mis bij ons"), _CRASH(), typed=_typed())
    except Exception:  # the frame itself needs the database: then say it without one
        log.exception("the error page failed too")
        return Response(_CRASH(), 500, content_type="text/plain; charset=utf-8")


def _CRASH() -> str:
    return _("Er ging iets mis bij ons. Het ligt niet aan u. Probeer het over 5 minuten nog eens, of bel.")


def _stale_form(_error: CSRFError) -> Response:
    """The form is older than the session (signed in again, another tab). Nothing is done, nothing is lost: what was
    typed is shown, with a button that sends it after all."""
    if wants_fragment():
        return Response(_("Deze pagina is verlopen. Laad haar opnieuw."), 409, content_type="text/plain; charset=utf-8")
    return page("stale.html", 400, path=request.full_path.rstrip("?"), typed=_typed())


# Never given back: a secret that would then stand in the page.
_SECRET = re.compile(r"csrf|wachtwoord|password|^code$", re.I)


def _typed() -> Mapping[str, str]:
    """What stood in the form, to give back."""
    try:
        return {name: value for name, value in request.form.items() if value and not _SECRET.search(name)}
    except HTTPException:
        return {}


_EMPTY_FRAME = Frame(None, None, "Trefpunt", "", "", "", "", "")


def link_with(path: str, **query: Any) -> Markup:
    """A path with a query."""
    parts = "&".join(f"{quote(key)}={quote(str(value))}" for key, value in query.items() if value is not None)
    return Markup(escape(path + ("?" + parts if parts else "")))
