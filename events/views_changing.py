"""How HTTP says it: changing what is in the calendar. One date, one and those that follow, or all of them; another
time; one time more; and what does not go on after all. What cannot be taken back lightly is asked once, with how many
neighbours it concerns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any

from flask import Response, request
from sqlalchemy import func, select
from werkzeug.wrappers import Response as AnyResponse

from community import clock, dates, db, web
from community.errors import Invalid, Missing
from community.language import gettext as _
from community.places.models import Building
from community.places.queries import main_building
from community.visitor import Visitor
from events import changing, drafts, forms, offering, policy, queries, recurrence, showing
from events.date_plans import DatePlan
from events.forms import AS_IT_IS, ELSEWHERE, Unusable
from events.models import Event, Occurrence
from events.offering import Offer
from events.planning import Plan
from events.reading import written_cents, written_count, written_day
from events.reading_times import written_end, written_time
from events.series import RoomGone, RoomTaken
from events.views import pages
from events.views_planning import choices, duties_of

# What one changes: this date, this and those that follow, all of them.
ONE, FOLLOWING, ALL = "datum", "vanaf", "alles"


@dataclass(frozen=True, slots=True)
class Found:
    """A date that this visitor may change, with its activity. `signed_up` counts who come to it or wait."""

    row: queries.DateRow
    event: Event
    path: str

    @property
    def signed_up(self) -> int:
        return int(self.row.coming + self.row.waiting)

    @property
    def day(self) -> date:
        return clock.local(self.row.starts_at).date()


def find(number: int, visitor: Visitor) -> Found:
    row = queries.occurrence(visitor, number)
    event = queries.event(visitor, row.event_id) if row else None
    if row is None or event is None:
        raise Missing()
    policy.check_change_date(visitor, event, row)
    return Found(row, event, showing.path_of(row))


def offered(found: Found, visitor: Visitor) -> Offer:
    building = (
        db.session().get(Building, found.event.building_id) if found.event.building_id else main_building(visitor)
    )
    if building is None:
        raise Missing()
    return offering.of_building(visitor, building)


def _keeps() -> bool:
    """Whether the answers of who signed up hold, at another time."""
    return request.form.get("opgaven") != "opnieuw"


def _clashing() -> dict[str, Any]:
    return {
        "despite_clashes": request.form.get("bezet") == "toch",
        "instead": request.form.get("ergens", "")[:120],
    }


def _signed_up(event_id: int) -> int:
    """How many neighbours come or wait on the dates that are to come."""
    asked = select(func.coalesce(func.sum(Occurrence.coming + Occurrence.waiting), 0)).where(
        Occurrence.event_id == event_id, Occurrence.starts_at > clock.now(), Occurrence.cancelled_at.is_(None)
    )
    return int(db.connection().execute(asked).scalar_one())


# ---- change ----------------------------------------------------------------------------------------------------------


@pages.get("/agenda/<int:number>/wijzig")
@web.for_members
def change(number: int) -> Response:
    """The form of a date or of its activity; of a series first the question what one wants to change."""
    visitor = web.me()
    found = find(number, visitor)
    what = _what(found, request.args.get("wat"))
    if what is None:
        return web.page("events/change_what.html", active="agenda", found=found, how_often=_how_often(found.event))
    fields = _date_fields(found) if what == ONE else _event_fields(found, what)
    return _form(found, what, fields, visitor)


def _what(found: Found, asked: str | None) -> str | None:
    if found.event.rrule is None:
        return ALL
    return asked if asked in (ONE, FOLLOWING, ALL) else None


def _how_often(event: Event) -> str:
    rule = recurrence.rule_of(event.rrule) if event.rrule else None
    return recurrence.words(rule) if rule else ""


def _event_fields(found: Found, what: str) -> dict[str, str]:
    return forms.written(found.event, duties_of(found.event.id), "", found.day if what == FOLLOWING else None)


def _date_fields(found: Found) -> dict[str, str]:
    row, begins = found.row, clock.local(found.row.starts_at)
    start = begins.hour * 60 + begins.minute
    fields = {
        "titel": row.title,
        "dag": written_day(begins.date()),
        "tijd": written_time(start),
        "tot": written_end(start, int((row.ends_at - row.starts_at).total_seconds() // 60)),
        "zaal": str(row.room_id) if row.room_id else ELSEWHERE,
        "plek": row.place,
        "plaatsen": written_count(row.capacity),
        "kosten": written_cents(row.cents),
        "opmerking": row.note,
    }
    return {name: value for name, value in fields.items() if value}


def _form(found: Found, what: str, fields: dict[str, str], visitor: Visitor, wrong: Invalid | None = None) -> Response:
    errors = wrong.errors if wrong else {}
    often = _how_often(found.event)
    as_it_is = _("Zoals het nu is") if found.event.rrule and fields.get("herhaling") == AS_IT_IS else ""
    return web.page(
        "events/change.html",
        422 if errors else 200,
        active="agenda",
        found=found,
        what=what,
        fields=fields,
        offer=offered(found, visitor),
        errors=errors,
        meant=wrong.meant if isinstance(wrong, Unusable) else {},
        is_taken=isinstance(wrong, RoomTaken | RoomGone),
        signed_up=found.signed_up if what == ONE else _signed_up(found.event.id),
        how_often=often,
        as_it_is=as_it_is,
        **choices(fields, errors),
    )


@pages.post("/agenda/<int:number>/wijzig")
@web.for_members
def send_change(number: int) -> Response | AnyResponse:
    """Change it; whoever signed up hears what is different."""
    visitor = web.me()
    found = find(number, visitor)
    what = _what(found, request.form.get("wat")) or ONE
    fields = forms.flat(request.form)
    offer = offered(found, visitor)
    try:
        if what == ONE:
            _change_one(found, fields, offer, visitor)
        else:
            _change_more(found, what, fields, offer, visitor)
    except Invalid as wrong:
        return _form(found, what, fields, visitor, wrong)
    told = found.signed_up if what == ONE else _signed_up(found.event.id)
    web.toast(_("Het is veranderd. Wie zich opgaf, krijgt bericht.") if told else _("Het is veranderd."))
    return web.see_other(f"/agenda/{number}")


def _change_one(found: Found, fields: dict[str, str], offer: Offer, visitor: Visitor) -> None:
    form = forms.read_date(fields, offer, event=found.event)
    plan = DatePlan(
        title=form.title,
        start_on=form.day,
        start_at=time(form.start // 60, form.start % 60),
        lasts=form.lasts,
        host_id=form.host_id if fields.get("wie") else found.row.host_id,
        room_id=form.room_id,
        place=form.place,
        cents=form.cents,
        capacity=form.capacity,
        note=form.note,
    )
    changing.change_date(found.row.id, plan, keeps_signups=_keeps(), by=visitor, **_clashing())


def _change_more(found: Found, what: str, fields: dict[str, str], offer: Offer, visitor: Visitor) -> None:
    event = found.event
    photo = None if request.form.get("foto") == "weg" else event.photo
    brought = request.files.get("bestand")
    if brought and brought.filename:
        photo = drafts.store_photo(brought.stream.read(), by=visitor)
    plan = forms.read(fields, offer, person_id=visitor.person_id, event=event, photo=photo).plan
    plan = _where_it_was(plan, event)
    if what == FOLLOWING:
        changing.change_following(found.row.id, plan, keeps_signups=_keeps(), by=visitor, **_clashing())
    else:
        changing.change_series(event.id, plan, keeps_signups=_keeps(), by=visitor, **_clashing())


def _where_it_was(plan: Plan, event: Event) -> Plan:
    """What is of no building stays so."""
    if event.building_id is not None:
        return plan
    return replace(plan, building_id=None, neighbourhood_id=event.neighbourhood_id)


# ---- another time, one time more -------------------------------------------------------------------------------------


@pages.get("/agenda/<int:number>/verzet")
@web.for_members
def move(number: int) -> Response:
    """To which day and time?"""
    found = find(number, web.me())
    return _move_page(found, _date_fields(found))


def _move_page(found: Found, fields: dict[str, str], wrong: Invalid | None = None) -> Response:
    return _moment_page("events/move.html", found, fields, wrong)


def _moment_page(name: str, found: Found, fields: dict[str, str], wrong: Invalid | None) -> Response:
    return web.page(
        name,
        422 if wrong else 200,
        active="agenda",
        found=found,
        fields=fields,
        errors=wrong.errors if wrong else {},
        meant=wrong.meant if isinstance(wrong, Unusable) else {},
        is_taken=isinstance(wrong, RoomTaken | RoomGone),
    )


@pages.post("/agenda/<int:number>/verzet")
@web.for_members
def send_move(number: int) -> Response | AnyResponse:
    """Put a date at another time, and let the answers hold or ask for them again."""
    visitor = web.me()
    found = find(number, visitor)
    fields = forms.flat(request.form)
    try:
        day, start, lasts = forms.read_moment(fields)
        begins = recurrence.moment(day, time(start // 60, start % 60), found.event.zone)
        ends = begins + timedelta(minutes=lasts)
        changing.move_date(found.row.id, begins, ends, keeps_signups=_keeps(), by=visitor, **_clashing())
    except Invalid as wrong:
        return _move_page(found, fields, wrong)
    web.toast(_("Het is nu op %(day)s.", day=dates.full(day)))
    return web.see_other(f"/agenda/{number}")


@pages.get("/agenda/<int:number>/erbij")
@web.for_members
def add(number: int) -> Response:
    """On which day is it one time more?"""
    found = find(number, web.me())
    fields = {"tijd": _date_fields(found)["tijd"]}
    return _moment_page("events/add.html", found, fields, None)


@pages.post("/agenda/<int:number>/erbij")
@web.for_members
def send_add(number: int) -> Response | AnyResponse:
    """One time more, besides the rule."""
    visitor = web.me()
    found = find(number, visitor)
    fields = forms.flat(request.form)
    try:
        day, start, _lasts = forms.read_moment({**fields, "tot": ""})
        added = changing.add_date(found.event.id, day, time(start // 60, start % 60), by=visitor, **_clashing())
    except Invalid as wrong:
        return _moment_page("events/add.html", found, fields, wrong)
    web.toast(_("%(day)s staat erbij.", day=dates.full(day)))
    return web.see_other(f"/agenda/{added}")


# ---- what does not go on ---------------------------------------------------------------------------------------------


@pages.get("/agenda/<int:number>/afzeggen")
@web.for_members
def skip(number: int) -> Response:
    """Ask once, with how many neighbours are told."""
    return _cancel_page(find(number, web.me()), is_all=False)


@pages.get("/agenda/<int:number>/stop")
@web.for_members
def cancel(number: int) -> Response:
    """The same for all dates that are to come."""
    return _cancel_page(find(number, web.me()), is_all=True)


def _cancel_page(found: Found, *, is_all: bool, wrong: Invalid | None = None) -> Response:
    return web.page(
        "events/cancel.html",
        422 if wrong else 200,
        active="agenda",
        found=found,
        is_all=is_all,
        signed_up=_signed_up(found.event.id) if is_all else found.signed_up,
        typed=request.form.get("reden", ""),
        errors=wrong.errors if wrong else {},
    )


@pages.post("/agenda/<int:number>/afzeggen")
@web.for_members
def send_skip(number: int) -> Response | AnyResponse:
    """This date does not go on; whoever signed up hears so, with the reason. It can be taken back."""
    visitor = web.me()
    found = find(number, visitor)
    try:
        changing.skip_date(found.row.id, request.form.get("reden", ""), by=visitor)
    except Invalid as wrong:
        return _cancel_page(found, is_all=False, wrong=wrong)
    web.toast(_("%(title)s gaat %(day)s niet door.", title=found.row.title, day=dates.near(found.day)),
              f"/agenda/{number}/herstel")  # fmt: skip
    return web.see_other(f"/agenda/{number}")


@pages.post("/agenda/<int:number>/stop")
@web.for_members
def send_cancel(number: int) -> Response | AnyResponse:
    """None of the dates that are to come goes on."""
    visitor = web.me()
    found = find(number, visitor)
    try:
        changing.cancel_event(found.event.id, request.form.get("reden", ""), by=visitor)
    except Invalid as wrong:
        return _cancel_page(found, is_all=True, wrong=wrong)
    web.toast(_("%(title)s gaat niet meer door.", title=found.row.title))
    return web.see_other(f"/agenda/{number}")
