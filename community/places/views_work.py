"""The pages of work: where employees and administrators begin, the roles of a place, and the employees."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from community import clock, web
from community.days import written_day
from community.errors import Invalid, Missing
from community.language import gettext as _
from community.places import actions, buildings, forms, hours, panels, queries, work
from community.places.models import STAFF_KINDS
from community.places.views import KEY_MAX
from community.visitor import Visitor
from community.web import NavItem

pages = Blueprint("places_work", __name__)

PAGE = 24


@pages.get("/werk")
@web.for_staff
def start() -> Response:
    """What there is to work with, and one's own buildings."""
    visitor = web.me()
    # The machine is looked after for all buildings; working somewhere shows only one's own.
    is_all = not visitor.is_staff
    count = work.count_buildings() if is_all else buildings.count(visitor)
    last = max(1, -(-count // PAGE))
    number = web.page_number(request.args.get("pagina"), last)
    offset = (number - 1) * PAGE
    rows = work.all_buildings(PAGE, offset) if is_all else buildings.listed(visitor, PAGE, offset)
    ids = [row[0].id for row in rows]
    return web.page(
        "places/work.html",
        cards=_cards(visitor),
        parts=panels.parts("work panels", visitor),
        rows=rows,
        homes=buildings.taking_part(ids),
        caretakers=work.caretakers(ids),
        is_all=is_all,
        number=number,
        last=last,
        count=count,
    )


def _cards(visitor: Visitor) -> list[NavItem]:
    """The cards whose page is for this visitor: the page itself says for whom it is."""
    return [card for card in current_app.extensions["work nav"] if _is_for(visitor, card.href)]


def _is_for(visitor: Visitor, href: str) -> bool:
    try:
        endpoint, _values = current_app.url_map.bind("").match(href, method="GET")
    except HTTPException:
        return False
    audience = getattr(current_app.view_functions[endpoint], "audience", None)
    if audience == "administrators":
        return visitor.is_administrator
    if audience == "moderators":
        return visitor.is_moderator or visitor.is_staff
    return audience in {"staff", "persons", "everybody"} or (audience == "members" and visitor.belongs)


# ---- roles -----------------------------------------------------------------------------------------------------


@pages.get("/werk/rollen")
@web.for_administrators
def roles() -> Response:
    """Who has which role in a place, and the form to give one."""
    return _roles_page(_place(request.args.get("plek")))


@pages.post("/werk/rollen")
@web.for_administrators
def grant() -> Any:
    """Give a role."""
    place = _place(request.form.get("plek"))
    try:
        given = forms.read_role(request.form)
    except Invalid as invalid:
        return _roles_page(place, 422, errors=invalid.errors, candidates=_chosen(request.form.get("persoon", "")))
    found = _meant(given, place)
    if len(found) != 1:
        return _roles_page(place, 422, errors={"wie": _who_is_meant(len(found))}, candidates=_few(found))
    try:
        actions.grant_role(
            found[0].person_id,
            given.kind,
            building_id=place.building_id,
            neighbourhood_id=place.neighbourhood_id,
            title=given.title,
            since=given.since,
            until=given.until,
            by=web.me(),
        )
    except Invalid as invalid:
        named = {_FIELDS.get(name, name): sentence for name, sentence in invalid.errors.items()}
        return _roles_page(place, 422, errors=named, candidates=_chosen(request.form.get("persoon", "")))
    web.toast(_("%(name)s heeft deze rol nu.", name=found[0].name))
    return web.see_other(f"/werk/rollen?plek={place.key}")


# What the action calls a field, and what the form calls it.
_FIELDS = {"person": "wie", "kind": "rol", "title": "commissie", "until": "tot"}


def _meant(given: forms.RoleForm, place: work.Place) -> list[work.Candidate]:
    if given.person_id is not None:
        return _chosen(str(given.person_id))
    found = work.candidates(given.who, place)
    if len(found) > 1:
        actions.look_up(len(_few(found)), building_id=place.building_id, by=web.me())
    return found


def _chosen(person_id: str) -> list[work.Candidate]:
    """Who was chosen from several already, so that another wrong field does not undo the choice."""
    chosen = work.candidate(int(person_id)) if person_id.isdecimal() and len(person_id) < 19 else None
    return [chosen] if chosen else []


def _few(found: list[work.Candidate]) -> list[work.Candidate]:
    return found if len(found) <= work.CANDIDATES else []


def _who_is_meant(found: int) -> str:
    if not found:
        return _("Wij vinden niemand met deze naam of dit nummer. Kijk of het klopt.")
    if found > work.CANDIDATES:
        return _("Er zijn te veel mensen met deze naam. Vul de hele naam in, of het huurdersnummer.")
    return _("Er zijn meer mensen met deze naam of dit adres. Kies wie u bedoelt.")


@pages.post(f"/werk/rollen/<int(max={KEY_MAX}):role_id>/beeindig")
@web.for_administrators
def end(role_id: int) -> Any:
    """End a role; the next page offers to take that back."""
    place = _place(request.form.get("plek"))
    try:
        actions.end_role(role_id, until=forms.read_end(request.form), by=web.me())
    except Invalid as invalid:
        return _roles_page(place, 422, errors={f"tot-{role_id}": invalid.sentence}, ending=role_id)
    web.toast(_("De rol is beëindigd."), f"/werk/rollen/{role_id}/toch-niet?plek={place.key}")
    return web.see_other(f"/werk/rollen?plek={place.key}")


@pages.post(f"/werk/rollen/<int(max={KEY_MAX}):role_id>/toch-niet")
@web.for_administrators
def keep(role_id: int) -> Any:
    """The role goes on after all."""
    place = _place(request.args.get("plek"))
    actions.keep_role(role_id, by=web.me())
    web.toast(_("De rol gaat gewoon door."))
    return web.see_other(f"/werk/rollen?plek={place.key}")


def _place(key: str | None) -> work.Place:
    """The place of ?plek=; a wrong one is as good as none, and then it is everything."""
    return work.find_place(key or "", _everywhere())


def _places() -> list[work.Place]:
    return work.places(_everywhere())


def _everywhere() -> str:
    here = queries.association()
    return _("Alle gebouwen van %(name)s", name=here.name) if here else _("Alle gebouwen")


def _roles_page(place: work.Place, status: int = 200, **values: Any) -> Response:
    return web.page(
        "places/work_roles.html",
        status,
        places=_places(),
        place=place,
        roles=work.roles_of(place),
        kinds=forms.kinds_for(place.is_everywhere),
        typed=request.form,
        today=written_day(clock.today()),
        role_name=queries.role_name,
        **{"errors": {}, "candidates": [], "ending": None, **values},
    )


# ---- employees -------------------------------------------------------------------------------------------------


@pages.get("/werk/medewerkers")
@web.for_administrators
def employees() -> Response:
    """Everybody who works for the association."""
    return web.page("places/work_employees.html", employees=work.employees(), role_name=queries.role_name)


@pages.get("/werk/medewerkers/nieuw")
@web.for_administrators
def new_employee() -> Response:
    """The form of a new employee."""
    return _new_employee_page()


@pages.post("/werk/medewerkers/nieuw")
@web.for_administrators
def add() -> Any:
    """Make a new employee known, with their first function."""
    try:
        given = forms.read_new_employee(request.form)
        place = _place(given.place)
        person_id = actions.employ(
            given.name,
            given.address,
            given.kind,
            phone=given.phone,
            building_id=place.building_id,
            neighbourhood_id=place.neighbourhood_id,
            by=web.me(),
        )
    except Invalid as invalid:
        named = {"naam" if name == "person" else name: sentence for name, sentence in invalid.errors.items()}
        return _new_employee_page(422, errors=named)
    web.toast(_("%(name)s kan nu inloggen met een code per mail.", name=given.name))
    return web.see_other(f"/werk/medewerkers/{person_id}")


def _new_employee_page(status: int = 200, **values: Any) -> Response:
    return web.page(
        "places/work_employee_new.html",
        status,
        places=_places(),
        kinds=STAFF_KINDS,
        typed=request.form,
        role_name=queries.role_name,
        **{"errors": {}, **values},
    )


@pages.get(f"/werk/medewerkers/<int(max={KEY_MAX}):person_id>")
@web.for_administrators
def employee(person_id: int) -> Response:
    """What an employee shows: telephone, a few words, and when they are where."""
    return _employee_page(person_id)


@pages.post(f"/werk/medewerkers/<int(max={KEY_MAX}):person_id>")
@web.for_administrators
def change_employee(person_id: int) -> Any:
    """Write down what an employee shows."""
    shown = work.employee_page(person_id, request.args.get("ook"))
    if shown is None:
        raise Missing()
    ids = [building.id for building, _slots in shown.weeks]
    try:
        given = forms.read_employee(request.form, ids)
    except Invalid as invalid:
        return _employee_page(person_id, 422, errors=invalid.errors)
    actions.change_employee(person_id, phone=given.phone, about=given.about, hours=given.hours, by=web.me())
    web.toast(_("Het is bewaard."))
    return web.see_other(f"/werk/medewerkers/{person_id}")


def _employee_page(person_id: int, status: int = 200, **values: Any) -> Response:
    also = request.args.get("ook")
    shown = work.employee_page(person_id, also)
    if shown is None:
        raise Missing()
    return web.page(
        "places/work_employee.html",
        status,
        shown=shown,
        also=also,
        typed=request.form,
        places=[place for place in _places() if place.building_id],
        week=hours.typed,
        role_name=queries.role_name,
        **{"errors": {}, **values},
    )
