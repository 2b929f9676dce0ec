"""How HTTP says it: `/werk/post`, the mails that a demonstration does not send. Everybody may read them there, so it
exists in demo mode alone."""

from __future__ import annotations

from flask import Response, current_app, request
from markupsafe import Markup, escape
from sqlalchemy import func, select

from community import db, web
from community.admin.views import pages
from community.errors import Missing
from community.mail import OutgoingMail

START = "/werk/post"
PAGE = 20


@pages.get(START)
@web.for_everybody
def post() -> Response:
    """The mails, newest first."""
    if not current_app.config["DEMO"]:
        raise Missing()
    count = db.session().scalar(select(func.count()).select_from(OutgoingMail)) or 0
    last = max(1, -(-count // PAGE))
    number = web.page_number(request.args.get("pagina"), last)
    mails = db.session().scalars(
        select(OutgoingMail).order_by(OutgoingMail.id.desc()).limit(PAGE).offset((number - 1) * PAGE)
    )
    rows = [(mail, with_own_links(mail.text)) for mail in mails]
    return web.page("admin/post.html", rows=rows, number=number, last=last, count=count)


def with_own_links(text: str) -> Markup:
    """The text of a mail with its links to this site to press. They lead to this site under whatever name one reads it
    now, so that a demonstration behind another address works too; other addresses stay text."""
    base: str = current_app.config["BASE_URL"]
    first, *others = text.split(f"{base}/")
    made = escape(first)
    for other in others:
        path, rest = _until_space(other)
        address = f"{base}/{path}"
        leads_here = web.safe_path(f"/{path}")
        made += (Markup('<a href="{}">{}</a>').format(leads_here, address) if leads_here else escape(address)) + rest
    return made


def _until_space(text: str) -> tuple[str, str]:
    """The rest of an address, and what comes after it: an address ends at a space, a stop at its end is no part."""
    end = next((place for place, sign in enumerate(text) if sign.isspace() or sign in "<>\"'"), len(text))
    path = text[:end].rstrip(".,;:!?)")
    return path, text[len(path) :]
