"""How HTTP says it: an activity on one of its dates, the pieces of it that a page fetches anew, and questions."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from community import clock, files, photos, web
from community.errors import Invalid, Missing
from community.language import gettext as _
from community.places import queries as place_queries
from community.visitor import Visitor, current
from events import (
    addresses,
    bookings,
    calls,
    keepers,
    linked_data,
    policy,
    policy_answers,
    policy_lists,
    queries,
    questions,
    repeating,
    rota,
    series,
    showing,
)
from events.queries import DateRow
from events.views import pages

# Other dates of a series that stand on the page.
OTHERS = 6
# Neighbours who come, by name, on the page itself.
COMERS = 60
# A form's one-time token is 22 characters; what is longer is not ours.
TOKEN_MAX = 40


@pages.get("/agenda/<ref>")
@web.for_everybody
def activity(ref: str) -> Any:
    """An activity on one of its dates; a stranger sees what was made public, without a name."""
    visitor = _member()
    try:
        row, is_wrong = addresses.find(ref, visitor)
    except Missing:
        if current() is None:
            return current_app.extensions["sign in first"]()
        raise
    if is_wrong:
        query = request.query_string.decode("ascii", "replace")
        return web.see_other(showing.path_of(row) + (f"?{query}" if query else ""))
    if visitor is None:
        return _for_strangers(row)
    return _page(row, visitor)


@pages.get("/a/<int:occurrence_id>")
@web.for_everybody
def short_activity(occurrence_id: int) -> AnyResponse:
    """The address that stands on paper."""
    row = addresses.date_of(occurrence_id, _member())
    if row is None:
        if current() is None:
            answer: AnyResponse = current_app.extensions["sign in first"]()
            return answer
        raise Missing()
    return web.see_other(showing.path_of(row))


@pages.get("/agenda/<int:occurrence_id>/kaart")
@web.for_members
def card(occurrence_id: int) -> Response:
    """A date as it stands on a page that is open: what the socket hints at is fetched here."""
    visitor = web.me()
    row = queries.occurrence(visitor, occurrence_id) if occurrence_id < 10**18 else None
    if row is None:
        raise Missing()
    form = request.args.get("vorm")
    back = web.safe_path(request.args.get("verder")) or "/agenda"
    if form == "bladzij":
        body = web.fragment("events/_activity.html", back=back, **_told(row, visitor))
    else:
        form = "vandaag" if form == "vandaag" else "lijst"
        shown = showing.cards([row], visitor, near=form == "vandaag", faces=form == "vandaag")[0]
        body = web.fragment("events/_one_card.html", card=shown, back=back, form=form)
    return Response(body, content_type="text/html; charset=utf-8")


@pages.post("/agenda/<int:occurrence_id>/vraag")
@web.for_members
def ask(occurrence_id: int) -> Any:
    """Ask something about an activity; the first question begins the conversation."""
    visitor = web.me()
    row = queries.occurrence(visitor, occurrence_id) if occurrence_id < 10**18 else None
    if row is None:
        raise Missing()
    typed = request.form.get("vraag", "")
    token = request.form.get("formulier", "")[:TOKEN_MAX] or None
    try:
        questions.ask(occurrence_id, typed, token, by=visitor)
    except Invalid as wrong:
        return _page(row, visitor, 422, errors=wrong.errors, typed=typed)
    web.toast(_("Uw vraag staat erop."))
    return web.see_other(showing.path_of(row) + "#vragen")


@pages.get("/agenda/<int:occurrence_id>/foto-<int:size>")
@web.for_everybody
def picture(occurrence_id: int, size: int) -> AnyResponse:
    """The photo of an activity, for who may see it."""
    row = addresses.date_of(occurrence_id, _member())
    path = files.photo_path(row.photo, size, "jpg") if row is not None and row.photo else None
    if row is None or path is None:
        raise Missing()
    answer = send_file(path, mimetype=photos.KINDS["jpg"], conditional=True, etag=f"{row.photo}{size}")
    visitor = current()
    answer.headers["Cache-Control"] = "private, max-age=86400" if visitor and visitor.is_trusted else "no-store"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _member() -> Visitor | None:
    visitor = current()
    return visitor if visitor is not None and visitor.belongs else None


def _told(row: DateRow, visitor: Visitor) -> dict[str, Any]:
    """What the page tells of the date itself, and what changes while it is open."""
    comes = showing.who_come([row], visitor, COMERS).get(row.id)
    shown = showing.card(row, visitor, near=True, comes=comes)
    return {
        "card": shown,
        "row": row,
        "leaf": showing.leaf_in_full(row.starts_at),
        "day": clock.local(row.starts_at).date(),
        "times": showing.times(row),
        "repeats": repeating.told(row, visitor),
        "visitor_id": visitor.person_id,
        "visitor_name": visitor.name,
        "visitor_photo": visitor.photo,
        "reach": showing.reach(row),
        "came": queries.came(row.id) if shown.is_over and not row.cancelled_at else None,
        "sees_names": queries.lives_around(visitor, row),
    }


def _page(row: DateRow, visitor: Visitor, status: int = 200, errors: Any = None, typed: str = "") -> Response:
    building_id = row.building_id or next(iter(visitor.home_building_ids), None)
    frame = place_queries.frame_of(building_id)
    others = queries.of_series(visitor, row.event_id, clock.now(), but=row.id, most=OTHERS) if row.rrule else ()
    organises = policy_answers.organises(visitor, row)
    return web.page(
        "events/activity.html",
        status,
        active="agenda",
        frame=frame,
        others=others,
        leaf_of=showing.leaf_of_day,
        path_of=showing.path_of,
        for_whom=showing.for_whom(row, frame.association),
        kind=showing.kinds()[row.kind],
        panel=questions.panel(visitor, row.topic_id),
        may_ask=questions.may_ask(visitor, row),
        rota=rota.for_date(visitor, row),
        may_help=web.can(policy_answers.check_open, visitor, row),
        may_list=row.needs_signup and web.can(policy_lists.check_list, visitor, row),
        organises=organises,
        to_call=calls.open_of(row.event_id) if organises else (),
        may_change=web.can(policy.check_change_date, visitor, row, row),
        roomless=_roomless(row, visitor),
        is_hostless=row.host_id != visitor.person_id and keepers.is_gone(row),
        token=web.one_time_token(),
        errors=errors or {},
        typed=typed,
        data=linked_data.of(row, frame.association) if row.is_public else None,
        **_told(row, visitor),
    )


def _roomless(row: DateRow, visitor: Visitor) -> str | None:
    """Why a date to come of a series has no place yet, for who can see to it; None where there is nothing to see to."""
    if row.cancelled_at or row.starts_at <= clock.now() or not series.is_homeless(row):
        return None
    if not web.can(policy.check_change_date, visitor, row, row):
        return None
    event = queries.event(visitor, row.event_id)
    if event is None or event.room_id is None:
        return _("De plek volgt nog.")
    why = bookings.why_not(event.room_id, row.starts_at, row.ends_at, but=row.id)
    return why or _("De zaal is dan weer vrij. U kunt hem kiezen.")


def _for_strangers(row: DateRow) -> Response:
    frame = place_queries.frame_of(None)  # the telephone of the caretaker is for who lives there
    return web.page(
        "events/public_activity.html",
        frame=frame,
        row=row,
        card=showing.card(row, None, near=True),
        leaf=showing.leaf_in_full(row.starts_at),
        day=clock.local(row.starts_at).date(),
        times=showing.times(row),
        repeats=repeating.told(row, None),
        reach=showing.reach(row),
        data=linked_data.of(row, frame.association),
    )
