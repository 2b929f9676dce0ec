"""How HTTP says it: putting a conversation at the top, moving it, joining two."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from community import clock, dates, web
from community.errors import Invalid
from community.language import gettext as _
from forums import audience, heading, moving, policy_settling, promises, queries
from forums.forms import ReplyForm
from forums.models import EVERYONE
from forums.queries import ForumRow, TopicHead
from forums.views import CHOICES, pages
from forums.views_settling import head_of

Errors = dict[str, str] | None


@pages.get("/gesprekken/<int:topic_id>/bovenaan")
@web.for_members
def pinning(topic_id: int) -> Response:
    """Until when does it stand at the top?"""
    head = head_of(topic_id)
    policy_settling.check_pin(web.me(), head)
    until = heading.stands(head.id).pinned_until or clock.today() + timedelta(days=7)
    return _pin_page(head, dates.full(until))


def _pin_page(head: TopicHead, typed: str, status: int = 200, errors: Errors = None) -> Response:
    return web.page(
        "forums/pin.html",
        status,
        active="talk",
        head=head,
        typed=typed,
        pinned_until=heading.stands(head.id).pinned_until,
        most=promises.PIN_MAX,
        errors=errors or {},
    )


@pages.post("/gesprekken/<int:topic_id>/bovenaan")
@web.for_members
def pin(topic_id: int) -> Response | AnyResponse:
    """Put it at the top; with `niet` no longer."""
    head, typed = head_of(topic_id), request.form.get("dag", "")
    policy_settling.check_pin(web.me(), head)
    if "niet" in request.form:
        moving.pin(topic_id=head.id, until=None, by=web.me())
        web.toast(_("Het gesprek staat niet meer bovenaan."))
        return web.see_other(head.path)
    try:
        until = promises.read(typed, "dag", promises.PIN_MAX)
    except Invalid as wrong:
        return _pin_page(head, typed, 422, wrong.errors)
    moving.pin(topic_id=head.id, until=until, by=web.me())
    web.toast(_("Het gesprek staat bovenaan tot en met %(day)s.", day=dates.near(until)))
    return web.see_other(head.path)


@pages.get("/gesprekken/<int:topic_id>/verplaatsen")
@web.for_members
def moving_page(topic_id: int) -> Response:
    """Where does it belong?"""
    head = head_of(topic_id)
    policy_settling.check_move(web.me(), head)
    return _move_page(head)


def _targets(head: TopicHead) -> list[ForumRow]:
    visitor = web.me()
    found = [forum for forum in queries.forum_rows(visitor) if forum.id != head.forum_id]
    return [forum for forum in found if web.can(moving.check_target, visitor, head.staff_reading, forum)]


def _move_page(head: TopicHead, status: int = 200, errors: Errors = None) -> Response:
    targets = [(forum, audience.sentence(forum, EVERYONE)) for forum in _targets(head)[:CHOICES]]
    return web.page("forums/move.html", status, active="talk", head=head, targets=targets, errors=errors or {})


@pages.post("/gesprekken/<int:topic_id>/verplaatsen")
@web.for_members
def move(topic_id: int) -> Response | AnyResponse:
    """Move it."""
    head, typed = head_of(topic_id), request.form.get("forum", "")
    policy_settling.check_move(web.me(), head)
    target = next((forum for forum in _targets(head) if forum.slug == typed), None)
    if target is None:
        return _move_page(head, 422, {"forum": _("Kies waar het gesprek naartoe gaat.")})
    moving.move(topic_id=head.id, forum_id=target.id, by=web.me())
    web.toast(_("Het gesprek staat nu bij %(place)s.", place=target.name))
    return web.see_other(head.path)


@pages.get("/gesprekken/<int:topic_id>/samenvoegen")
@web.for_members
def merging(topic_id: int) -> Response:
    """With which conversation?"""
    head = head_of(topic_id)
    policy_settling.check_merge(web.me(), head)
    return _merge_page(head)


def _merge_page(head: TopicHead, status: int = 200, errors: Errors = None) -> Response:
    return web.page(
        "forums/merge.html",
        status,
        active="talk",
        head=head,
        doubles=moving.doubles(web.me(), head),
        typed=request.form,
        errors=errors or {},
    )


@pages.post("/gesprekken/<int:topic_id>/samenvoegen")
@web.for_members
def merge(topic_id: int) -> Response | AnyResponse:
    """Join it with another."""
    head, typed = head_of(topic_id), request.form.get("met", "")
    policy_settling.check_merge(web.me(), head)
    found = next((one for one in moving.doubles(web.me(), head) if str(one.id) == typed), None)
    if found is None:
        return _merge_page(head, 422, {"met": _("Kies met welk gesprek.")})
    try:
        form = ReplyForm.read(request.form)
    except Invalid as wrong:
        return _merge_page(head, 422, wrong.errors)
    moving.merge(topic_id=head.id, into=found.id, source=form.source, by=web.me())
    web.toast(_("De gesprekken staan nu bij elkaar."))
    return web.see_other(f"/gesprekken/{found.id}/{found.last_number + 1}")
