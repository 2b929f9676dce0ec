"""How HTTP says it: `/agenda/importeren`. Choose a file, look at what is in it, put it in the calendar; and undo
that."""

from __future__ import annotations

from pathlib import PurePath

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from community import aside, clock, dates, db, text, throttle, web
from community.errors import Invalid, Missing
from community.language import gettext as _
from community.language import ngettext
from community.places.models import Building
from community.places.queries import visible_buildings
from community.visitor import Visitor
from events import importable, importing, offering, policy, showing
from events.arranged import CalendarImport
from events.calendar_files import MAX_BYTES, FileRefused
from events.entries import read_calendar
from events.offering import Offer
from events.views import pages

START = "/agenda/importeren"
KEY_MAX = 2**63 - 1
ONE = f"{START}/<int(max={KEY_MAX}):import_id>"
FILE = "bestand"
# A large file takes seconds to read.
FILES, FILES_MINUTES = 20, 10
# So many of what is not put in are written out; the rest is a number.
LISTED = 50


# ---- the file --------------------------------------------------------------------------------------------------------


@pages.get("/agenda/importeren")
@web.for_members
def import_form() -> Response:
    """The form for a file."""
    return _form(_offer(request.args.get("gebouw")))


def _offer(asked: str | None) -> Offer:
    """What is offered in the building that was asked for, or in the first where they organise."""
    visitor = web.me()
    offer = offering.offer(visitor, asked)
    if offer is None:
        raise Missing()
    if not offer.organises:
        other = next((one for one in offer.buildings if _organises(visitor, one)), None)
        offer = offering.of_building(visitor, other) if other else offer
    policy.check_import(visitor, offer.building.id, offer.building.neighbourhood_id)
    return offer


def _organises(visitor: Visitor, building: Building) -> bool:
    return policy.organises(visitor, building.id, building.neighbourhood_id)


def _choices(offer: Offer) -> list[tuple[str, str]]:
    """The buildings for which one may do this."""
    visitor = web.me()
    there = {one.slug: one.name for one in offer.buildings if _organises(visitor, one)}
    return list((there | {offer.building.slug: offer.building.name}).items())


def _form(offer: Offer, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    return web.page(
        "events/import.html",
        status,
        active="agenda",
        offer=offer,
        choices=_choices(offer),
        errors=errors or {},
        earlier=importing.earlier(web.me(), offer.building),
        most=MAX_BYTES // 2**20,
    )


@pages.post("/agenda/importeren")
@web.for_members
def bring_calendar() -> Response | AnyResponse:
    """Read a file; what is in it waits until somebody has looked at it."""
    visitor, offer = web.me(), _offer(request.form.get("gebouw"))
    throttle.count("calendar file", str(visitor.person_id), FILES, minutes=FILES_MINUTES)
    brought = request.files.get(FILE)
    name = text.clean_line(PurePath((brought.filename or "").replace("\\", "/")).name, 120) if brought else ""
    if brought is None or not name:
        return _form(offer, 422, {FILE: _("Kies eerst een bestand.")})
    try:
        every = aside.compute(read_calendar, brought.stream.read(), clock.now())
    except FileRefused as refusal:
        return _form(offer, 422, {FILE: _("U koos “%(name)s”. %(why)s", name=name, why=refusal.sentence)})
    return web.see_other(f"{START}/{importing.bring(every, name, offer.building, by=visitor)}")


# ---- what is in it ---------------------------------------------------------------------------------------------------


def _held(import_id: int) -> tuple[CalendarImport, Building]:
    """What was brought, for who organises in that building."""
    visitor = web.me()
    held = db.session().scalar(importing.visible_imports(visitor).where(CalendarImport.id == import_id))
    if held is None:
        raise Missing()
    building = db.session().scalar(visible_buildings(visitor).where(Building.id == held.building_id))
    if building is None:
        raise Missing()
    policy.check_import(visitor, building.id, building.neighbourhood_id)
    return held, building


@pages.get(ONE)
@web.for_members
def brought_calendar(import_id: int) -> Response:
    """ "Klopt het?", or what was done."""
    held, building = _held(import_id)
    if held.done_at is not None:
        return _done(held, building)
    return _check(held, offering.of_building(web.me(), building), held.fields, {})


def _check(
    held: CalendarImport, offer: Offer, fields: dict[str, str], errors: dict[str, str], *, is_other: bool = False
) -> Response:
    visitor = web.me()
    try:
        choices = importable.read_choices(fields, offer, visitor)
    except Invalid as wrong:
        errors = {**wrong.errors, **errors}
        choices = importable.read_choices({**fields, "tijd": "", "tot": ""}, offer, visitor)
    without = importable.left_out(fields)
    return web.page(
        "events/import_check.html",
        422 if errors else 200,
        active="agenda",
        held=held,
        offer=offer,
        buildings=_choices(offer),
        fields={"tijd": importable.DAY_FROM, "tot": importable.DAY_UNTIL, **fields},
        errors=errors,
        overview=importable.look(importing.activities(held), choices, offer, without),
        kinds=showing.kinds(),
        listed=LISTED,
    )


def _done(held: CalendarImport, building: Building) -> Response:
    made = importing.made_of(held.id)
    return web.page(
        "events/import_done.html",
        active="agenda",
        held=held,
        building=building,
        made=made,
        can_undo=bool(made) and held.done_at is not None and held.done_at > clock.now() - importing.UNDO,
        undo_until=dates.on(held.done_at + importing.UNDO) if held.done_at else "",
        path_of=showing.path_of,
    )


@pages.post(ONE)
@web.for_members
def put_calendar_in(import_id: int) -> Response | AnyResponse:
    """Look again with other choices; or put in the calendar what can be. Sent twice it is there once."""
    visitor = web.me()
    held, building = _held(import_id)
    if held.done_at is not None or held.by_id != visitor.person_id:
        return web.see_other(f"{START}/{import_id}")
    slug = request.form.get("gebouw") or building.slug
    chosen = db.session().scalar(visible_buildings(visitor).where(Building.slug == slug)) or building
    fields = {name: request.form.get(name, "")[: importable.TYPED_MAX] for name in importable.NAMES if name != "niet"}
    ticked = [one for one in request.form.getlist("niet") if one.isascii() and one.isdecimal() and len(one) < 6]
    fields["niet"] = ",".join(ticked)
    importing.choose(import_id, fields, chosen, by=visitor)
    offer = offering.of_building(visitor, chosen)
    try:
        importable.read_choices(fields, offer, visitor)
    except Invalid as wrong:
        return _check(held, offer, fields, wrong.errors)
    if "bekijk" in request.form or chosen.id != building.id:
        # For another building other rooms and other activities are there: that is looked at first.
        return web.see_other(f"{START}/{import_id}")
    importing.carry_out(import_id, by=visitor)
    return web.see_other(f"{START}/{import_id}")


@pages.post(f"{ONE}/weg")
@web.for_members
def throw_calendar_away(import_id: int) -> AnyResponse:
    """Forget the file."""
    _held(import_id)
    name = importing.throw_away(import_id, by=web.me())
    web.toast(_("Wij hebben “%(name)s” weggegooid. Er is niets veranderd.", name=name))
    return web.see_other(START)


@pages.post(f"{ONE}/terug")
@web.for_members
def take_calendar_out(import_id: int) -> AnyResponse:
    """Undo it: what neighbours had to do with stays."""
    _held(import_id)
    removed, stayed = importing.undo(import_id, by=web.me())
    said = ngettext("%(n)s activiteit is weer weg.", "%(n)s activiteiten zijn weer weg.", removed)
    if stayed:
        names = ", ".join(f"‘{title}’" for title in stayed[:3])
        more = _(" en meer") if len(stayed) > 3 else ""
        said = _("%(said)s Buren deden al iets met %(names)s%(more)s. Dat blijft dus staan.", said=said, names=names,
                 more=more)  # fmt: skip
    web.toast(said)
    return web.see_other(f"{START}/{import_id}")
