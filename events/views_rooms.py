"""How HTTP says it: the rooms of a building, who has which in a week, having one and giving it back, and the room
itself for who looks after it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from community import clock, text, web
from community.errors import Invalid, Missing
from community.language import gettext as _
from community.places import buildings
from community.places import queries as place_queries
from community.places.models import Building
from community.visitor import Visitor
from events import bookings, forms_rooms, policy_rooms, rooms
from events.arranged import Room
from events.forms import Unusable
from events.views import pages

KEY_MAX = 2**63 - 1
ONE = f"<int(max={KEY_MAX}):room_id>"
BOOKING = f"<int(max={KEY_MAX}):booking_id>"
# A week that far from now is a slip of the finger.
YEARS = 3


@pages.get("/gebouwen/<slug>/zalen")
@web.for_members
def all_rooms(slug: str) -> Response:
    """The rooms of a building, and who has them this week."""
    visitor, building = web.me(), _building(slug)
    there = bookings.rooms_of(building.id)
    first = _week(request.args.get("week"))
    return web.page(
        "events/rooms.html",
        frame=place_queries.frame_of(building.id),
        building=building,
        rooms=there,
        held=rooms.week(visitor, there, first),
        **_weeks(first),
        **_may(visitor, building),
        length=policy_rooms.length,
    )


@pages.get(f"/gebouwen/<slug>/zalen/{ONE}")
@web.for_members
def one_room(slug: str, room_id: int) -> Response:
    """One room: what it is like, who has it when, and the form to have it."""
    building = _building(slug)
    return _room_page(building, rooms.room_of(building, room_id))


@pages.post(f"/gebouwen/<slug>/zalen/{ONE}")
@web.for_members
def have_room(slug: str, room_id: int) -> Any:
    """Have a room for something of one's own."""
    building = _building(slug)
    room = rooms.room_to_have(building, room_id)
    policy_rooms.check_book(web.me(), building)
    typed = forms_rooms.typed_wish(request.form)
    try:
        wish = forms_rooms.read_wish(typed)
        booking_id = rooms.have(
            building,
            room.id,
            wish.starts_at,
            wish.ends_at,
            purpose=wish.purpose,
            token=text.clean_line(request.form.get("formulier", ""), 40) or None,
            by=web.me(),
        )
    except Invalid as invalid:
        meant = invalid.meant if isinstance(invalid, Unusable) else {}
        return _room_page(building, room, 422, errors=invalid.errors, typed=typed, meant=meant)
    web.toast(_("De zaal is voor u. U ziet uw naam in de week."), f"/gebouwen/{slug}/zalen/boeking/{booking_id}/weg")
    day = clock.local(wish.starts_at).date()
    return web.see_other(f"/gebouwen/{slug}/zalen/{room.id}?week={rooms.monday(day)}#week")


@pages.post(f"/gebouwen/<slug>/zalen/boeking/{BOOKING}/weg")
@web.for_members
def give_room_back(slug: str, booking_id: int) -> Any:
    """Give a room back."""
    room = rooms.give_back(_building(slug), booking_id, by=web.me())
    web.toast(_("De zaal is weer vrij."), f"/gebouwen/{slug}/zalen/boeking/{booking_id}/terug")
    return web.see_other(f"/gebouwen/{slug}/zalen/{room.id}{_same_week()}")


@pages.post(f"/gebouwen/<slug>/zalen/boeking/{BOOKING}/terug")
@web.for_members
def have_room_again(slug: str, booking_id: int) -> Any:
    """Take that back, if the room is still free."""
    room = rooms.have_again(_building(slug), booking_id, by=web.me())
    web.toast(_("De zaal is weer voor u."))
    return web.see_other(f"/gebouwen/{slug}/zalen/{room.id}{_same_week()}")


# ---- looking after them ------------------------------------------------------------------------------------------


@pages.get("/gebouwen/<slug>/zalen/nieuw")
@web.for_members
def new_room(slug: str) -> Response:
    """The form of a new room."""
    return _form_page(_tended(slug), None)


@pages.post("/gebouwen/<slug>/zalen/nieuw")
@web.for_members
def add_room(slug: str) -> Any:
    """Add it."""
    building = _tended(slug)
    try:
        room = rooms.add(building, forms_rooms.read_room(request.form), by=web.me())
    except Invalid as invalid:
        return _form_page(building, None, 422, errors=invalid.errors)
    web.toast(_("%(room)s staat erbij.", room=room.name))
    return web.see_other(f"/gebouwen/{slug}/zalen/{room.id}")


@pages.get(f"/gebouwen/<slug>/zalen/{ONE}/wijzig")
@web.for_members
def edit_room(slug: str, room_id: int) -> Response:
    """The form of a room that is there."""
    building = _building(slug)
    room = rooms.room_of(building, room_id)
    policy_rooms.check_tend(web.me(), building)
    return _form_page(building, room)


@pages.post(f"/gebouwen/<slug>/zalen/{ONE}/wijzig")
@web.for_members
def change_room(slug: str, room_id: int) -> Any:
    """Write down what it is like now."""
    building = _building(slug)
    room = rooms.room_of(building, room_id)
    policy_rooms.check_tend(web.me(), building)
    try:
        rooms.change(building, room_id, forms_rooms.read_room(request.form), by=web.me())
    except Invalid as invalid:
        return _form_page(building, room, 422, errors=invalid.errors)
    web.toast(_("Het is bewaard."))
    return web.see_other(f"/gebouwen/{slug}/zalen/{room_id}")


@pages.get(f"/gebouwen/<slug>/zalen/{ONE}/weg")
@web.for_members
def ask_take_away(slug: str, room_id: int) -> Response:
    """Ask whether a room goes, and say what is to come there."""
    building = _building(slug)
    room = rooms.room_of(building, room_id)
    policy_rooms.check_tend(web.me(), building)
    return web.page(
        "events/room_away.html",
        frame=place_queries.frame_of(building.id),
        building=building,
        room=room,
        held=rooms.still_held(room),
        was=rooms.was_called(room),
    )


@pages.post(f"/gebouwen/<slug>/zalen/{ONE}/weg")
@web.for_members
def take_room_away(slug: str, room_id: int) -> Any:
    """Take it away."""
    try:
        room = rooms.take_away(_building(slug), room_id, by=web.me())
    except Invalid as invalid:
        web.toast(invalid.sentence)
        return web.see_other(f"/gebouwen/{slug}/zalen/{room_id}/weg")
    web.toast(_("%(room)s is weggehaald.", room=room.name), f"/gebouwen/{slug}/zalen/{room_id}/terug")
    return web.see_other(f"/gebouwen/{slug}/zalen")


@pages.post(f"/gebouwen/<slug>/zalen/{ONE}/terug")
@web.for_members
def bring_room_back(slug: str, room_id: int) -> Any:
    """Undo that."""
    room = rooms.bring_back(_building(slug), room_id, by=web.me())
    web.toast(_("%(room)s is er weer.", room=room.name))
    return web.see_other(f"/gebouwen/{slug}/zalen/{room_id}")


# ---- pieces ------------------------------------------------------------------------------------------------------


def _building(slug: str) -> Building:
    building = buildings.visible_building(web.me(), slug)
    if building is None:
        raise Missing()
    return building


def _tended(slug: str) -> Building:
    building = _building(slug)
    policy_rooms.check_tend(web.me(), building)
    return building


def _may(visitor: Visitor, building: Building) -> dict[str, Any]:
    return {
        "may_book": web.can(policy_rooms.check_book, visitor, building),
        "may_tend": web.can(policy_rooms.check_tend, visitor, building),
    }


def _room_page(building: Building, room: Room, status: int = 200, **values: Any) -> Response:
    visitor, first = web.me(), _week(request.args.get("week"))
    return web.page(
        "events/room.html",
        status,
        frame=place_queries.frame_of(building.id),
        building=building,
        room=room,
        days=rooms.week(visitor, [room], first)[room.id],
        once=web.one_time_token(),
        length=policy_rooms.length,
        **_weeks(first),
        **_may(visitor, building),
        **{"errors": {}, "typed": {}, "meant": {}, **values},
    )


def _form_page(building: Building, room: Room | None, status: int = 200, **values: Any) -> Response:
    return web.page(
        "events/room_form.html",
        status,
        frame=place_queries.frame_of(building.id),
        building=building,
        room=room,
        typed=request.form,
        is_sent=status != 200,
        **{"errors": {}, **values},
    )


def _week(asked: str | None) -> date:
    """The Monday that was asked for; this week where that is no day, or one that nobody plans for."""
    today = clock.today()
    try:
        day = date.fromisoformat(asked or "")
    except ValueError:
        day = today
    if abs(day.year - today.year) > YEARS:
        day = today
    return rooms.monday(day)


def _weeks(first: date) -> dict[str, Any]:
    return {
        "first": first,
        "last": first + timedelta(days=6),
        "earlier": first - timedelta(days=7),
        "later": first + timedelta(days=7),
        "today": clock.today(),
    }


def _same_week() -> str:
    asked = request.form.get("week")
    return f"?week={_week(asked)}#week" if asked else ""
