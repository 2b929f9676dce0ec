"""How HTTP says it: coming or not, with whom; on one date, on all dates, and by the link in a mail."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from community import dates, db, web
from community.accounts.models import Person
from community.errors import Invalid, Missing, Refused
from community.language import gettext as _
from community.language import ngettext
from community.places import identity
from community.places import queries as place_queries
from community.visitor import Visitor, current
from events import answer_links, answers, every_date, policy_answers, queries, registering, rota, waiting
from events.models import GUESTS_MAX, Guest, Registration
from events.queries import DateRow
from events.views import pages


@pages.get("/agenda/<int:occurrence_id>/antwoord")
@web.for_members
def answer_form(occurrence_id: int) -> Response:
    """The whole answer: with whom one comes, and what the host should know."""
    return _form(date_row(occurrence_id, web.me()), web.me())


@pages.post("/agenda/<int:occurrence_id>/antwoord")
@web.for_members
def answer(occurrence_id: int) -> AnyResponse:
    """Come, or not; and back to where one was."""
    visitor = web.me()
    row = date_row(occurrence_id, visitor)
    try:
        typed = answers.read(request.form)
        unit = registering.answer(
            row.id, coming=typed.coming, guests=answers.company(typed, row, by=visitor), remark=typed.remark,
            has_walker=typed.has_walker, token=typed.token, by=visitor,
        )  # fmt: skip
    except Invalid as wrong:
        return _form(row, visitor, 422, errors=wrong.errors)
    web.toast(told(unit, row, coming=typed.coming))
    return web.see_other(web.safe_path(request.form.get("verder")) or f"/agenda/{row.id}-{row.slug}")


def told(unit: Registration, row: DateRow, *, coming: bool) -> str:
    """What came of an answer, in words."""
    if not coming:
        said = _("U komt niet. Dank dat u het laat weten.")
        turns = rota.turns_of(unit.person_id, row.id) if unit.person_id is not None else []
        if turns:
            still = _("U staat nog wel op het rooster: %(duties)s. Kunt u dat niet? Zeg het bij ‘Wie helpt er mee?’.",
                      duties=", ".join(turns))  # fmt: skip
            return f"{said} {still}"
        return said
    if unit.state == "waiting":
        if row.draw_at and not row.draw_seed:
            return _("U doet mee met de loting van %(day)s.", day=dates.moment(row.draw_at))
        return _("U staat op de wachtlijst, op plaats %(n)s.", n=waiting.position(unit))
    return _("U komt. Tot %(day)s!", day=dates.day_of(row.starts_at))


def date_row(occurrence_id: int, visitor: Visitor) -> DateRow:
    """The date as this person sees it."""
    row = queries.occurrence(visitor, occurrence_id) if occurrence_id < 10**18 else None
    if row is None:
        raise Missing()
    return row


def _form(row: DateRow, visitor: Visitor, status: int = 200, errors: Any = None) -> Response:
    own = db.session().get(Registration, row.own_id, populate_existing=True) if row.own_id else None
    names = _names(own)
    typed = {
        "met": request.form.get("met", str(len(names))),
        "opmerking": request.form.get("opmerking", own.remark if own else ""),
        "rollator": "rollator" in request.form if "met" in request.form else bool(own and own.has_walker),
        **{
            f"gast-{number}": request.form.get(f"gast-{number}", names[number - 1] if number <= len(names) else "")
            for number in range(1, GUESTS_MAX + 1)
        },
    }
    return web.page(
        "events/answer.html",
        status,
        active="agenda",
        row=row,
        path=f"/agenda/{row.id}-{row.slug}",
        free=waiting.free_seats(row),
        ahead=waiting.units_waiting(row.id) if row.waiting else 0,
        position=waiting.position_of(row.id, row.own_place) if row.own_state == "waiting" else None,
        is_late=policy_answers.is_late(visitor, row),
        is_over=not web.can(policy_answers.check_open, visitor, row),
        is_draw=waiting.waits_for_draw(row),
        is_mine=policy_answers.organises(visitor, row),
        most=min(row.guests_max, GUESTS_MAX),
        typed=typed,
        may_remark=web.can(policy_answers.check_remark, visitor),
        errors=errors or {},
        frame=place_queries.frame_of(row.building_id) if row.building_id else None,
        token=web.one_time_token(),
    )


def _names(unit: Registration | None) -> list[str]:
    """Who comes along, as one typed them."""
    if unit is None:
        return []
    asked = (
        select(Guest.name, Person.name)
        .outerjoin(Person, Person.id == Guest.person_id)
        .where(Guest.registration_id == unit.id)
        .order_by(Guest.id)
    )
    return [row[1] or row[0] for row in db.connection().execute(asked)]


# ---- all dates -------------------------------------------------------------------------------------------------------


@pages.get("/agenda/<int:occurrence_id>/alle-dagen")
@web.for_members
def ask_every_date(occurrence_id: int) -> Response:
    """Asks once whether somebody comes to every date, with what that will bring on each."""
    return _every_date(date_row(occurrence_id, web.me()), web.me())


def _every_date(row: DateRow, visitor: Visitor, errors: Any = None) -> Response:
    return web.page(
        "events/every_date.html",
        422 if errors else 200,
        active="agenda",
        row=row,
        path=f"/agenda/{row.id}-{row.slug}",
        prospect=every_date.prospect(visitor, row.event_id),
        errors=errors or {},
    )


@pages.post("/agenda/<int:occurrence_id>/alle-dagen")
@web.for_members
def answer_every_date(occurrence_id: int) -> AnyResponse:
    """Come to every date, or to none of them any more."""
    visitor = web.me()
    row = date_row(occurrence_id, visitor)
    said = request.form.get("antwoord")
    if said not in {"ja", "nee"}:
        return _every_date(row, visitor, {"antwoord": _("Kies: ik kom, of ik kom niet.")})
    came = every_date.answer_all(row.event_id, coming=said == "ja", by=visitor)
    parts = []
    if came.coming:
        parts.append(ngettext("U komt op %(n)s dag.", "U komt op %(n)s dagen.", came.coming))
    if came.left:
        parts.append(ngettext("U komt op %(n)s dag niet.", "U komt op %(n)s dagen niet.", came.left))
    if came.waiting:
        parts.append(
            ngettext("Op %(n)s dag staat u op de wachtlijst.", "Op %(n)s dagen staat u op de wachtlijst.", came.waiting)
        )
    if came.refused:
        parts.append(ngettext("Op %(n)s dag kon dat niet meer.", "Op %(n)s dagen kon dat niet meer.", came.refused))
    web.toast(" ".join(parts) or _("U stond op geen enkele dag op de lijst. Er is niets veranderd."))
    return web.see_other(f"/agenda/{row.id}-{row.slug}")


# ---- the link in a mail ----------------------------------------------------------------------------------------------


@pages.get("/agenda/antwoord/<token>")
@web.for_everybody
def linked_answer(token: str) -> Response:
    """Asks the one to whom a mail was sent; opening it answers nothing, because mail scanners open links."""
    asked = _asked(token)
    return _gone() if asked is None else _linked(token, *asked)


@pages.post("/agenda/antwoord/<token>")
@web.for_everybody
def answer_by_link(token: str) -> AnyResponse:
    """The button on that page: for this one person and this one date, and nothing else."""
    asked = _asked(token)
    if asked is None:
        return _gone()
    row, visitor = asked
    said = request.form.get("antwoord")
    if said not in {"ja", "nee"}:
        return _linked(token, row, visitor, 422, {"antwoord": _("Kies: ik kom, of ik kom niet.")})
    try:
        registering.answer(row.id, coming=said == "ja", by=visitor)
    except Refused as refusal:
        return _linked(token, row, visitor, 403, {"antwoord": refusal.sentence})
    return web.see_other(request.path)


def _asked(token: str) -> tuple[DateRow, Visitor] | None:
    """The date and the person of a link, as far as they may still see it today."""
    found = answer_links.read(token)
    visitor = identity.behind(found.person_id) if found else None
    row = queries.occurrence(visitor, found.occurrence_id) if found and visitor and visitor.belongs else None
    return (row, visitor) if row is not None and visitor is not None else None


def _linked(token: str, row: DateRow, visitor: Visitor, status: int = 200, errors: Any = None) -> Response:
    here = current()
    made = web.page(
        "events/linked_answer.html",
        status,
        row=row,
        whose=visitor,
        is_other=here is not None and here.person_id != visitor.person_id,
        token=token,
        free=waiting.free_seats(row),
        ahead=waiting.units_waiting(row.id) if row.waiting else 0,
        position=waiting.position_of(row.id, row.own_place) if row.own_state == "waiting" else None,
        is_over=not web.can(policy_answers.check_open, visitor, row),
        is_late=policy_answers.is_late(visitor, row),
        is_draw=waiting.waits_for_draw(row),
        errors=errors or {},
    )
    # The address is somebody's: it goes to no other site and stays in no search engine.
    made.headers["X-Robots-Tag"] = "noindex"
    return made


def _gone() -> Response:
    return web.error_page(
        404, _("Deze link werkt niet meer"), _("Misschien is de link afgebroken. Kijk in de agenda, of bel ons.")
    )
