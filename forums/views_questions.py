"""How HTTP says it: the list of questions for who works here."""

from __future__ import annotations

from flask import Response, request

from community import dates, web
from forums import promises, questions
from forums.queries import PAGE
from forums.views import pages


@pages.get("/werk/vragen")
@web.for_staff
def questions_page() -> Response:
    """What waits for an answer: what is late first."""
    visitor = web.me()
    only = request.args.get("toon")
    only = only if only in questions.FILTERS else None
    count = questions.count(visitor, only)
    last = max(1, -(-count // PAGE))
    number = web.page_number(request.args.get("pagina"), last)
    return web.page(
        "forums/questions.html",
        rows=questions.waiting(visitor, number, only),
        count=count,
        only=only,
        number=number,
        last=last,
        proposed=dates.full(promises.soon()),
        address=str(web.link_with("/werk/vragen", toon=only, pagina="")).removesuffix("pagina="),
    )
