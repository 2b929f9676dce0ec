"""How HTTP says it, for who looks after a date: writing down a neighbour who phoned, the waiting list, the call list;
and for everybody how a draw went."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from community import db, web
from community.accounts.models import Person
from community.errors import Invalid, Missing
from community.language import gettext as _
from community.visitor import Visitor
from events import answers, calls, drawing, neighbours, policy_answers, registering, waiting
from events.models import GUESTS_MAX, WAYS, Registration
from events.queries import DateRow
from events.registering import Company
from events.views import pages
from events.views_answers import date_row

# ---- for a neighbour -------------------------------------------------------------------------------------------------


@pages.get("/agenda/<int:occurrence_id>/namens")
@web.for_members
def on_behalf_form(occurrence_id: int) -> Response:
    """Write down a neighbour who phoned, wrote on paper or stood at the door."""
    return _on_behalf(date_row(occurrence_id, web.me()), web.me())


@pages.post("/agenda/<int:occurrence_id>/namens")
@web.for_members
def on_behalf(occurrence_id: int) -> AnyResponse:
    """Do so; who has an account hears by whom."""
    visitor = web.me()
    row = date_row(occurrence_id, visitor)
    try:
        unit = _write_down(row, visitor)
    except Invalid as wrong:
        return _on_behalf(row, visitor, 422, wrong.errors)
    name = " ".join(request.form.get("naam", "").split())
    said = _("%(name)s staat op de lijst.", name=name)
    if unit.state == "waiting":
        said = _("%(name)s staat op de wachtlijst, op plaats %(n)s.", name=name, n=waiting.position(unit))
    if unit.person_id is not None and unit.by_id == visitor.person_id:
        said = f"{said} {_('Wij laten weten dat u dit deed.')}"
    web.toast(said)
    return web.see_other(f"/agenda/{row.id}-{row.slug}")


def _write_down(row: DateRow, visitor: Visitor) -> Registration:
    name = " ".join(request.form.get("naam", "").split())
    if not name:
        raise Invalid({"naam": _("Schrijf de naam van uw buur op.")})
    met = request.form.get("met", "").strip() or "0"
    if not met.isdecimal() or len(met) > 2:
        raise Invalid({"met": _("Vul een getal in van 0 tot en met 3.")})
    person_id = neighbours.named(name, row, by=visitor)
    if person_id == visitor.person_id:
        raise Invalid({"naam": _("Dat bent u zelf. Kies op de vorige bladzijde ‘Ik kom’.")})
    return registering.answer(
        row.id, coming=True, by=visitor, for_person=person_id, for_name=None if person_id else name,
        guests=[Company()] * int(met), remark=request.form.get("opmerking", ""), has_walker="rollator" in request.form,
        way=request.form.get("hoe", ""), token=request.form.get("formulier", "")[: answers.TOKEN_MAX] or None,
    )  # fmt: skip


def _on_behalf(row: DateRow, visitor: Visitor, status: int = 200, errors: Any = None) -> Response:
    return web.page(
        "events/on_behalf.html",
        status,
        active="agenda",
        row=row,
        path=f"/agenda/{row.id}-{row.slug}",
        ways=WAYS,
        most=min(row.guests_max, GUESTS_MAX),
        free=waiting.free_seats(row),
        is_late=policy_answers.is_late(visitor, row),
        is_over=not web.can(policy_answers.check_open, visitor, row),
        typed=request.form,
        token=request.form.get("formulier") or web.one_time_token(),
        errors=errors or {},
    )


@pages.post("/agenda/<int:occurrence_id>/afmelden")
@web.for_members
def sign_off(occurrence_id: int) -> AnyResponse:
    """Sign off somebody whom one wrote down, or who stands on the list of what one organises."""
    row = date_row(occurrence_id, web.me())
    registering.withdraw(_number("wie"), by=web.me())
    web.toast(_("Dat is doorgegeven. Wie wacht, schuift vanzelf op."))
    return web.see_other(web.safe_path(request.form.get("verder")) or f"/agenda/{row.id}-{row.slug}")


def _number(field: str) -> int:
    typed = request.form.get(field, "")
    if not typed.isdecimal() or len(typed) > 18:
        raise Missing()
    return int(typed)


# ---- the waiting list ------------------------------------------------------------------------------------------------


@pages.get("/agenda/<int:occurrence_id>/wachtlijst")
@web.for_members
def waiting_list(occurrence_id: int) -> Response:
    """Who waits, for who organises it."""
    return _waiting(_organised(occurrence_id))


@pages.post("/agenda/<int:occurrence_id>/wachtlijst")
@web.for_members
def reorder(occurrence_id: int) -> AnyResponse:
    """Give somebody another place, with a reason that is kept."""
    row = _organised(occurrence_id)
    typed = request.form.get("plaats", "").strip()
    try:
        if not typed.isdecimal() or len(typed) > 4:
            raise Invalid({"plaats": _("Vul een plaats in: 1 is vooraan.")})
        waiting.reorder(_number("wie"), int(typed), request.form.get("reden", ""), by=web.me())
    except Invalid as wrong:
        return _waiting(row, 422, wrong.errors)
    web.toast(_("De volgorde is veranderd. Uw reden is bewaard."))
    return web.see_other(f"/agenda/{row.id}/wachtlijst")


def _organised(occurrence_id: int) -> DateRow:
    row = date_row(occurrence_id, web.me())
    policy_answers.check_organise(web.me(), row)
    return row


def _waiting(row: DateRow, status: int = 200, errors: Any = None) -> Response:
    asked = (
        select(
            Registration.id, Registration.seats, Registration.number, Registration.at, Registration.moved_why,
            Registration.name, Person.name.label("person"), Registration.person_id,
        )
        .outerjoin(Person, Person.id == Registration.person_id)
        .where(Registration.occurrence_id == row.id, Registration.state == "waiting")
        .order_by(Registration.place, Registration.number)
    )  # fmt: skip
    return web.page(
        "events/waiting_list.html",
        status,
        active="agenda",
        row=row,
        path=f"/agenda/{row.id}-{row.slug}",
        line=db.connection().execute(asked).all(),
        hidden=frozenset(web.me().blocked_ids),
        free=waiting.free_seats(row),
        is_draw=waiting.waits_for_draw(row),
        typed=request.form,
        errors=errors or {},
    )


# ---- the call list ---------------------------------------------------------------------------------------------------


@pages.get("/agenda/<int:occurrence_id>/bellen")
@web.for_members
def call_list(occurrence_id: int) -> Response:
    """Whom to call, because they have no mail."""
    row = _organised(occurrence_id)
    return web.page(
        "events/call_list.html",
        active="agenda",
        row=row,
        path=f"/agenda/{row.id}-{row.slug}",
        calls=calls.of(row.id),
    )


@pages.post("/agenda/<int:occurrence_id>/bellen")
@web.for_members
def tick_call(occurrence_id: int) -> AnyResponse:
    """Tick off who was called; or, with `niet`, not after all."""
    row = _organised(occurrence_id)
    calls.tick(_number("wie"), done="niet" not in request.form, by=web.me())
    return web.see_other(f"/agenda/{row.id}/bellen")


# ---- the draw --------------------------------------------------------------------------------------------------------


@pages.get("/agenda/<int:occurrence_id>/loting")
@web.for_members
def draw(occurrence_id: int) -> Response:
    """The rule of the draw, and after it what anybody needs to repeat it; numbers, no names."""
    row = date_row(occurrence_id, web.me())
    if not row.by_draw:
        raise Missing()
    held = drawing.held(row.id) if row.draw_seed else None
    lots = [drawing.Lot(*lot) for lot in held["lots"]] if held else []
    return web.page(
        "events/draw.html",
        active="agenda",
        row=row,
        path=f"/agenda/{row.id}-{row.slug}",
        places=held["places"] if held else row.capacity,
        lots=[(lot, drawing.draw_of(row.draw_seed, lot.number)) for lot in lots],
        lucky=drawing.seated(lots, held["places"]) if held else set(),
    )
