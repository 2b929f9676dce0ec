"""How HTTP says it: the guest list of a date, the names from paper, the sheet to print, who came, and spreadsheets."""

from __future__ import annotations

import re
from typing import Any

from flask import request
from werkzeug.wrappers import Response

from community import clock, text, web
from community.errors import Invalid
from community.language import gettext as _
from community.language import ngettext
from community.places import queries as place_queries
from events import lists, policy_lists, sheets, taking_back
from events.lists import GuestList
from events.views import pages

KEY_MAX = 2**63 - 1
LIST = f"/agenda/<int(max={KEY_MAX}):occurrence_id>/lijst"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Empty lines on paper: as many as the poster has, and as a sheet holds at most.
EMPTY_LINES = 8
EMPTY_MAX = 25


@pages.get(LIST)
@web.for_members
def guest_list(occurrence_id: int) -> Response:
    """Who comes, for the host."""
    return _page(lists.of_date(web.me(), occurrence_id))


@pages.post(LIST)
@web.for_members
def write_names(occurrence_id: int) -> Any:
    """Write somebody on it, or several at once."""
    there = lists.of_date(web.me(), occurrence_id)
    policy_lists.check_write(web.me(), there.date)
    try:
        names = lists.read_names(request.form.get("namen", ""), there.date.guests_max)
        token = text.clean_line(request.form.get("formulier", ""), 32) or web.one_time_token()
        written = lists.write_down(occurrence_id, names, way=request.form.get("hoe", "paper"), token=token, by=web.me())
    except Invalid as invalid:
        named = {"namen" if name in {"naam", "gasten"} else name: told for name, told in invalid.errors.items()}
        return _page(there, 422, errors=named)
    wait = sum(one.state == "waiting" for one in written)
    told = ngettext("%(n)s naam staat op de lijst.", "%(n)s namen staan op de lijst.", len(written))
    if wait:
        told += " " + ngettext("%(n)s daarvan wacht op een plaats.", "%(n)s daarvan wachten op een plaats.", wait)
    before = {one.id for one in (*there.coming, *there.waiting)}
    new = ".".join(str(one.id) for one in written if one.id not in before)
    web.toast(told, f"{_path(occurrence_id)}/erbij/terug?wie={new}" if new else None)
    return web.see_other(_path(occurrence_id))


@pages.post(f"{LIST}/erbij/terug")
@web.for_members
def take_back_names(occurrence_id: int) -> Any:
    """Take off again who was written down just now."""
    asked = [int(one) for one in request.args.get("wie", "").split(".") if re.fullmatch(r"[0-9]{1,18}", one)]
    count = taking_back.strike_written(occurrence_id, asked[: lists.LINES_MAX], by=web.me())
    web.toast(ngettext("%(n)s naam staat niet meer op de lijst.", "%(n)s namen staan niet meer op de lijst.", count))
    return web.see_other(_path(occurrence_id))


@pages.post(f"{LIST}/<int(max={KEY_MAX}):registration_id>/af")
@web.for_members
def strike_name(occurrence_id: int, registration_id: int) -> Any:
    """Take somebody off it."""
    name = lists.strike(occurrence_id, registration_id, by=web.me())
    web.toast(_("%(name)s staat niet meer op de lijst.", name=name), f"{_path(occurrence_id)}/{registration_id}/terug")
    return web.see_other(_path(occurrence_id))


@pages.post(f"{LIST}/<int(max={KEY_MAX}):registration_id>/terug")
@web.for_members
def put_name_back(occurrence_id: int, registration_id: int) -> Any:
    """Undo that."""
    there = lists.of_date(web.me(), occurrence_id)
    unit = taking_back.put_back(registration_id, by=web.me())
    shown = lists.of_date(web.me(), occurrence_id)
    name = next((one.name for one in (*shown.coming, *shown.waiting) if one.id == unit.id), "")
    if unit.state == "waiting" and not there.date.draw_at:
        web.toast(_("%(name)s staat weer op de lijst, en wacht. De plaats was al vergeven.", name=name))
    else:
        web.toast(_("%(name)s staat weer op de lijst.", name=name))
    return web.see_other(_path(occurrence_id))


@pages.get(f"{LIST}/print")
@web.for_members
def print_list(occurrence_id: int) -> Response:
    """The list on paper, with empty lines for a pen."""
    there = lists.of_date(web.me(), occurrence_id)
    asked = request.args.get("leeg", "")
    empty = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else EMPTY_LINES
    return web.page(
        "events/list_print.html",
        frame=place_queries.frame_of(there.date.building_id),
        list=there,
        date=there.date,
        empty=range(min(empty, EMPTY_MAX)),
        now=clock.now(),
    )


@pages.post(f"{LIST}/gekomen")
@web.for_members
def note_who_came(occurrence_id: int) -> Any:
    """Write down who was there."""
    there = lists.of_date(web.me(), occurrence_id)
    policy_lists.check_attendance(web.me(), there.date)
    came: dict[int, int | None] = {}
    for line in (*there.coming, *there.waiting, *there.walk_ins):
        typed = request.form.get(f"kwam-{line.id}")
        if typed is not None:
            came[line.id] = int(typed) if re.fullmatch(r"[0-9]", typed) else None
    try:
        total = lists.note_attendance(occurrence_id, came, by=web.me())
    except Invalid as invalid:
        return _page(there, 422, errors=invalid.errors)
    told = ngettext("Het is bewaard. Er was %(n)s mens.", "Het is bewaard. Er waren %(n)s mensen.", total)
    web.toast(told, f"{_path(occurrence_id)}/gekomen/terug")
    return web.see_other(f"{_path(occurrence_id)}#gekomen")


@pages.post(f"{LIST}/gekomen/terug")
@web.for_members
def take_back_who_came(occurrence_id: int) -> Any:
    """Undo that."""
    taking_back.unnote_attendance(occurrence_id, by=web.me())
    web.toast(_("De lijst is weer zoals hij was."))
    return web.see_other(f"{_path(occurrence_id)}#gekomen")


@pages.post(f"{LIST}/aan-de-deur")
@web.for_members
def add_walk_in(occurrence_id: int) -> Any:
    """Write down who came without having signed up."""
    there = lists.of_date(web.me(), occurrence_id)
    policy_lists.check_attendance(web.me(), there.date)
    people = request.form.get("met", "1")
    try:
        unit = lists.walk_in(
            occurrence_id,
            request.form.get("naam", ""),
            int(people) if re.fullmatch(r"[0-9]", people) else 0,
            token=text.clean_line(request.form.get("formulier", ""), 32) or None,
            by=web.me(),
        )
    except Invalid as invalid:
        return _page(there, 422, errors=invalid.errors)
    web.toast(_("%(name)s staat erbij.", name=unit.name), f"{_path(occurrence_id)}/aan-de-deur/{unit.id}/af")
    return web.see_other(f"{_path(occurrence_id)}#gekomen")


@pages.post(f"{LIST}/aan-de-deur/<int(max={KEY_MAX}):registration_id>/af")
@web.for_members
def strike_walk_in(occurrence_id: int, registration_id: int) -> Any:
    """Somebody was written down at the door by mistake."""
    name = taking_back.strike_walk_in(occurrence_id, registration_id, by=web.me())
    undo = f"{_path(occurrence_id)}/aan-de-deur/{registration_id}/terug"
    web.toast(_("%(name)s staat er niet meer bij.", name=name), undo)
    return web.see_other(f"{_path(occurrence_id)}#gekomen")


@pages.post(f"{LIST}/aan-de-deur/<int(max={KEY_MAX}):registration_id>/terug")
@web.for_members
def put_walk_in_back(occurrence_id: int, registration_id: int) -> Any:
    """Undo that."""
    name = taking_back.put_walk_in_back(occurrence_id, registration_id, by=web.me())
    web.toast(_("%(name)s staat er weer bij.", name=name))
    return web.see_other(f"{_path(occurrence_id)}#gekomen")


@pages.get(f"{LIST}.csv")
@web.for_members
def list_csv(occurrence_id: int) -> Response:
    """The list for any spreadsheet."""
    there = lists.of_date(web.me(), occurrence_id)
    return _file(sheets.csv_of(*lists.rows_for_sheet(there)), "text/csv; charset=utf-8", there, "csv")


@pages.get(f"{LIST}.xlsx")
@web.for_members
def list_xlsx(occurrence_id: int) -> Response:
    """The list for Excel."""
    there = lists.of_date(web.me(), occurrence_id)
    return _file(sheets.xlsx_of(there.date.title, *lists.rows_for_sheet(there)), _XLSX, there, "xlsx")


def _file(content: bytes, kind: str, there: GuestList, ending: str) -> Response:
    day = clock.local(there.date.starts_at).date()
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="lijst-{there.date.slug[:60]}-{day}.{ending}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _page(there: GuestList, status: int = 200, **values: Any) -> Response:
    date, visitor = there.date, web.me()
    return web.page(
        "events/list.html",
        status,
        active="agenda",
        frame=place_queries.frame_of(date.building_id),
        list=there,
        date=date,
        path=_path(date.id),
        seats=sum(one.seats for one in there.coming),
        may_write=date.needs_signup and web.can(policy_lists.check_write, visitor, date),
        may_note=web.can(policy_lists.check_attendance, visitor, date),
        came=sum(one.came or 0 for one in (*there.coming, *there.waiting, *there.walk_ins)),
        typed=request.form,
        once=web.one_time_token(),
        **{"errors": {}, **values},
    )


def _path(occurrence_id: int) -> str:
    return f"/agenda/{occurrence_id}/lijst"
