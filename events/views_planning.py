"""How HTTP says it: making an activity. The form, "Klopt het?" and the calendar; what stands in the form is kept from
the first page to the last, with script or without."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from sqlalchemy import select
from werkzeug.wrappers import Response as AnyResponse

from community import db, text, throttle, web
from community.errors import Invalid, Missing
from community.language import gettext as _
from community.places.models import Building
from community.visitor import Visitor
from events import drafts, forms, offering, organising, planning, policy, previewing, seeing, showing
from events.arranged import Duty
from events.forms import Unusable
from events.models import REASON_MAX, Event, Occurrence
from events.offering import Offer
from events.views import pages

NEW, SMALL, CHECK = "/agenda/nieuw", "/agenda/wie-gaat-er-mee", "/agenda/nieuw/klopt"


def _offer(asked: str | None) -> Offer:
    found = offering.offer(web.me(), asked)
    if found is None:
        raise Missing()
    return found


# ---- the form --------------------------------------------------------------------------------------------------------


@pages.get("/agenda/nieuw")
@web.for_members
def new() -> Response:
    """The form of an activity: empty, as it waited, or as a copy of an earlier one (`kopie`)."""
    return _opened(is_small=False)


@pages.get("/agenda/wie-gaat-er-mee")
@web.for_members
def new_small() -> Response:
    """A much smaller form, for something small: a walk, a film, somebody to come along."""
    return _opened(is_small=True)


def _opened(*, is_small: bool) -> Response:
    visitor = web.me()
    policy.check_act(visitor)
    kept = drafts.find(visitor.person_id)
    copied = _copied(visitor, request.args.get("kopie", ""))
    asked = request.args.get("gebouw")
    fields = copied if copied is not None else dict(kept.fields) if kept else {}
    if day := request.args.get("dag"):
        fields["dag"] = day[: forms.TYPED_MAX]
    fields["formulier"] = (kept.fields.get("formulier") if kept and copied is None else None) or web.one_time_token()
    if is_small:
        fields.setdefault("plaatsen", str(forms.SMALL))
    return _form(
        fields, _offer(asked or fields.get("gebouw")), is_small=is_small, kept=kept, is_copy=copied is not None
    )


def _copied(visitor: Visitor, number: str) -> dict[str, str] | None:
    """The form of an earlier activity, without its day: that is what differs."""
    if not (number.isascii() and number.isdecimal() and len(number) < 18):
        return None
    event = db.session().scalar(
        seeing.visible_events(visitor)
        .join(Occurrence, Occurrence.event_id == Event.id)
        .where(Occurrence.id == int(number))
    )
    if event is None:
        return None
    building = db.session().get(Building, event.building_id) if event.building_id else None
    made = forms.written(event, duties_of(event.id), building.slug if building else "")
    return {name: value for name, value in made.items() if name not in ("dag", "einde", "keren")}


def duties_of(event_id: int) -> list[Duty]:
    """The jobs of an activity, in order."""
    there = select(Duty).where(Duty.event_id == event_id, Duty.ended_at.is_(None))
    return list(db.session().scalars(there.order_by(Duty.position, Duty.id)))


def _form(
    fields: dict[str, str],
    offer: Offer,
    *,
    is_small: bool,
    kept: drafts.Kept | None,
    is_copy: bool = False,
    wrong: Invalid | None = None,
) -> Response:
    errors = wrong.errors if wrong else {}
    return web.page(
        "events/small.html" if is_small else "events/new.html",
        422 if errors else 200,
        active="agenda",
        fields=fields,
        offer=offer,
        kept=kept,
        is_copy=is_copy,
        errors=errors,
        meant=wrong.meant if isinstance(wrong, Unusable) else {},
        photo=kept.photo if kept else None,
        **choices(fields, errors),
    )


def choices(fields: dict[str, str], errors: dict[str, str]) -> dict[str, Any]:
    """What the lists of the form offer, and whether what is more stands open."""
    return {
        "kinds": showing.kinds(),
        "closing": [(str(minutes), previewing.before_start(minutes)) for minutes in forms.CLOSING],
        "is_more": forms.is_more(fields, errors),
    }


@pages.post("/agenda/nieuw")
@web.for_members
def send_new() -> Response | AnyResponse:
    """Look at what was typed; what can be used goes to "Klopt het?", what cannot comes back with a sentence."""
    visitor = web.me()
    fields = forms.flat(request.form)
    offer = _offer(fields.get("gebouw"))
    kept = drafts.keep(fields, by=visitor)
    errors = _take_photo(visitor)
    kept = drafts.find(visitor.person_id) or kept
    is_small = fields.get("klein") == "ja"
    try:
        form = forms.read(fields, offer, person_id=visitor.person_id, photo=kept.photo if kept else None)
        planning.checked(form.plan, by=visitor)
        previewing.preview(form.plan, offer)
        if errors:
            raise Unusable(errors)
    except Invalid as wrong:
        wrong.errors.update(errors)
        return _form(fields, offer, is_small=is_small, kept=kept, wrong=wrong)
    if "foto" in request.form:
        return _form(fields, offer, is_small=is_small, kept=kept)
    return web.see_other(CHECK)


def _take_photo(visitor: Visitor) -> dict[str, str]:
    """Keep the photo that the form brings, or take it off; returns what is wrong with it."""
    if request.form.get("foto") == "weg":
        drafts.hang(None, by=visitor)
        return {}
    brought = request.files.get("bestand")
    if not brought or not brought.filename:
        return {}
    try:
        drafts.hang(drafts.store_photo(brought.stream.read(), by=visitor), by=visitor)
    except Invalid as wrong:
        return {"bestand": wrong.sentence}
    return {}


# ---- what waits ------------------------------------------------------------------------------------------------------


@pages.post("/agenda/nieuw/bewaar")
@web.for_members
def keep_new() -> Response | AnyResponse:
    """Keep what stands in the form; answers with the line that says so, and in a header with its stamp."""
    visitor = web.me()
    throttle.count("activity draft", str(visitor.person_id), drafts.PER_MINUTE)
    kept = drafts.keep(forms.flat(request.form), by=visitor, is_typing=True)
    if not web.wants_fragment():
        return web.see_other(NEW)
    answer = Response(web.fragment("events/_kept.html", kept=kept), content_type="text/html; charset=utf-8")
    answer.headers["X-Draft"] = kept.stamp if kept else ""
    return answer


@pages.post("/agenda/nieuw/weg")
@web.for_members
def throw_new_away() -> AnyResponse:
    """It need not be kept."""
    drafts.throw_away(by=web.me())
    web.draft_arrived(drafts.KEY)
    web.toast(_("Wat u schreef, is weggegooid."), "/agenda/nieuw/terug")
    return web.see_other(NEW)


@pages.post("/agenda/nieuw/terug")
@web.for_members
def put_new_back() -> AnyResponse:
    """It is kept after all."""
    drafts.put_back(by=web.me())
    web.toast(_("Wat u schreef, is er weer."))
    return web.see_other(NEW)


# ---- "Klopt het?" ----------------------------------------------------------------------------------------------------


@pages.get("/agenda/nieuw/klopt")
@web.for_members
def check_new() -> Response | AnyResponse:
    """How it will look, before it stands in the calendar."""
    return _check(web.me(), {})


def _check(visitor: Visitor, errors: dict[str, str], typed: dict[str, Any] | None = None) -> Response | AnyResponse:
    policy.check_act(visitor)
    kept = drafts.find(visitor.person_id)
    if kept is None:
        return web.see_other(NEW)
    fields = dict(kept.fields)
    offer = _offer(fields.get("gebouw"))
    try:
        form = forms.read(fields, offer, person_id=visitor.person_id, photo=kept.photo)
        preview = previewing.preview(form.plan, offer)
    except Invalid as wrong:
        return _form(fields, offer, is_small=fields.get("klein") == "ja", kept=kept, wrong=wrong)
    return web.page(
        "events/check.html",
        422 if errors else 200,
        active="agenda",
        form=form,
        plan=form.plan,
        preview=preview,
        offer=offer,
        html=text.render(form.plan.source),
        change=SMALL if fields.get("klein") == "ja" else NEW,
        token=fields.get("formulier", ""),
        errors=errors,
        typed=typed or {},
    )


@pages.post("/agenda/nieuw/klopt")
@web.for_members
def put_in_calendar() -> Response | AnyResponse:
    """Put it in the calendar; sent twice it is there once."""
    visitor = web.me()
    policy.check_act(visitor)
    kept = drafts.find(visitor.person_id)
    sent = request.form.get("formulier", "")[: forms.TOKEN_MAX]
    if kept is None or (sent and kept.fields.get("formulier") != sent):
        there = drafts.planned(sent, visitor)
        return web.see_other(f"/agenda/{there}" if there else CHECK if kept else NEW)
    if "neem" in request.form:
        drafts.keep({**kept.fields, **_guess(request.form["neem"])}, by=visitor)
        return web.see_other(CHECK)
    offer = _offer(kept.fields.get("gebouw"))
    without = {day for day in request.form.getlist("niet") if len(day) == 10}
    why = text.clean_line(request.form.get("waarom", ""), REASON_MAX)
    typed = {"niet": without, "waarom": why, "ergens": request.form.get("ergens", "")[: forms.TYPED_MAX]}
    if without and not why:
        return _check(visitor, {"waarom": _("Waarom gaat het dan niet door? Schrijf bijvoorbeeld ‘Kerst’.")}, typed)
    try:
        form = forms.read(kept.fields, offer, person_id=visitor.person_id, photo=kept.photo)
        number = organising.put_in_calendar(
            form,
            by=visitor,
            without=without,
            why=why,
            despite_clashes=request.form.get("bezet") == "toch",
            instead=text.clean_line(str(typed["ergens"]), 120),
        )
    except Invalid as wrong:
        return _check(visitor, wrong.errors, typed)
    web.draft_arrived(drafts.KEY)
    web.toast(_("Het staat in de agenda."))
    return web.see_other(f"/agenda/{number}")


def _guess(said: str) -> dict[str, str]:
    name, _is, guess = said.partition("=")
    return {name: guess[: forms.TYPED_MAX]} if name in ("dag", "tijd") else {}
