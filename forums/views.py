"""How HTTP says it: the pages of the conversations."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from community import clock, dates, incoming, web
from community.errors import Invalid, Missing, Refused
from community.language import gettext as _
from community.visitor import Visitor
from forums import (
    actions,
    audience,
    bringing,
    composing,
    drafts,
    heading,
    jumping,
    kinds,
    lists,
    nudging,
    policy,
    presence,
    queries,
    settling,
    showing,
    successors,
    thanking,
)
from forums.addresses import find as _find
from forums.addresses import head_of as _head
from forums.addresses import post_of as _post
from forums.attached import topic_key
from forums.forms import ReplyForm, TopicForm
from forums.models import NEIGHBOURS, Post
from forums.queries import PAGE, TopicHead

pages = Blueprint("forums", __name__)

# Forums to choose from for a new conversation; each with a sentence that takes two queries to make.
CHOICES = 12
_WIDEST = ("association", "neighbourhood", "building")


@pages.get("/gesprekken")
@web.for_members
def topics() -> Response:
    """The conversations one may read, the latest reply first."""
    visitor = web.me()
    forums = queries.forum_rows(visitor)
    slug, only = request.args.get("forum"), request.args.get("soort")
    only = only if only in lists.FILTERS else None
    chosen = next((forum for forum in forums if forum.slug == slug), None)
    shown = [chosen] if chosen else forums
    last = max(1, -(-lists.count_topics(visitor, shown, only) // PAGE))
    page = web.page_number(request.args.get("pagina"), last)
    rows = lists.topic_lines(visitor, shown, page, only=only)
    pinned = lists.pinned_lines(visitor, shown) if page == 1 and not only else []
    names = None if chosen else {forum.id: forum.name for forum in forums}
    return web.page(
        "forums/topics.html",
        active="talk",
        forums=forums,
        chosen=chosen,
        only=only,
        filters=showing.filters(),
        drafts=drafts.count(visitor.person_id),
        pinned=showing.lines(pinned, visitor, names),
        lines=showing.lines(rows, visitor, names),
        number=page,
        last=last,
        rooms=" ".join(lists.rooms(shown)),
        address=str(web.link_with("/gesprekken", forum=slug if chosen else None, soort=only, pagina="")).rsplit(
            "pagina", 1
        )[0],
    )


@pages.get("/gesprekken/<ref>")
@web.for_members
def topic(ref: str) -> Response | AnyResponse:
    """A conversation: twenty posts a page, the oldest first. Without a page number: where this reader left off."""
    visitor = web.me()
    head, wrong = _find(ref, visitor)
    if wrong:
        return web.see_other(_with_query(head.path))
    day, wrong_day = request.args.get("dag", ""), ""
    if day:
        try:
            return web.see_other(jumping.to_day(head, day))
        except Invalid as no_day:
            wrong_day = no_day.sentence
    asked = request.args.get("pagina")
    page = web.page_number(asked, head.pages) if asked else _page_of(_first_unread(head), head)
    return _topic_page(head, page, visitor, wrong_day=wrong_day)


def _topic_page(
    head: TopicHead,
    page: int,
    visitor: Visitor,
    status: int = 200,
    writing: composing.Composer | None = None,
    wrong_day: str = "",
) -> Response:
    first, last = (page - 1) * PAGE + 1, page * PAGE
    writing = writing or composing.of_topic(head, visitor, quotes=request.args.get("citaat"))
    shown = showing.posts(head, first, last, visitor)
    highest = shown[-1][0] if shown else 0
    return web.page(
        "forums/topic.html",
        status,
        active="talk",
        head=head,
        kind=kinds.word(head),
        **heading.around(head, visitor),
        thread=_with_lines(shown, head, page),
        speakers=showing.aside(head),
        busy=presence.busy(head, visitor),
        number=page,
        last=head.pages,
        highest=highest,
        is_last=page == head.pages,
        staff=audience.staff_beside(head),
        address=f"{head.path}?",
        writing=writing,
        errors=writing.errors,
        unread=jumping.first_unread(head),
        day=request.args.get("dag", ""),
        wrong_day=wrong_day,
    )


def _with_lines(shown: list[tuple[int, Markup, Any]], head: TopicHead, page: int) -> Markup:
    """The posts with a line before the first of today and before the first that is new to the reader."""
    pieces = []
    today = clock.today()
    earlier_is_today = page > 1 and bool(shown) and clock.local(shown[0][2]).date() == today
    unread = head.last_read + 1 if 0 < head.last_read < head.last_number else None
    for number, html, written_at in shown:
        if number == unread:
            pieces.append(
                Markup('<li class="newline" id="nieuw"><span>{}</span></li>').format(_("nieuw sinds uw laatste bezoek"))
            )
        if not earlier_is_today and number > 1 and clock.local(written_at).date() == today:
            pieces.append(Markup('<li><div class="dayline"><span>{}</span></div></li>').format(dates.near(today)))
            earlier_is_today = True
        pieces.append(html)
    return Markup("").join(pieces)


@pages.get("/g/<int:topic_id>")
@web.for_members
def short(topic_id: int) -> AnyResponse:
    """The address that stands on paper."""
    return web.see_other(_head(topic_id).path)


@pages.get("/gesprekken/<int:topic_id>/<int:number>")
@web.for_members
def post(topic_id: int, number: int) -> AnyResponse:
    """The lasting address of one post."""
    head = _head(topic_id)
    if head.id != topic_id:
        number = (successors.of(web.me(), topic_id, number) or (head.id, number))[1]
    if not 1 <= number <= head.last_number:
        raise Missing()
    return web.see_other(f"{head.path}?pagina={_page_of(number, head)}#p-{number}")


@pages.get("/gesprekken/<int:topic_id>/nieuw")
@web.for_members
def fresh(topic_id: int) -> Response:
    """The posts after `na` (one page of them), or the one with `nummer`: what a live page asks after a hint."""
    visitor = web.me()
    head = _head(topic_id)
    if head.id != topic_id:  # the numbers of that page are of another conversation now
        raise Missing()
    one, after = request.args.get("nummer", ""), request.args.get("na", "")
    if one.isdecimal() and len(one) < 10:
        first = last = int(one)
    else:
        first = (int(after) if after.isdecimal() and len(after) < 10 else 0) + 1
        last = first + PAGE - 1
    body = Markup("").join(html for _number, html, _at in showing.posts(head, first, last, visitor))
    return Response(body, content_type="text/html; charset=utf-8")


@pages.get("/ongelezen")
@web.for_members
def unread() -> Response:
    """The mark in the navigation."""
    return Response(web.fragment("forums/_unread.html", count=web.me().unread), content_type="text/html; charset=utf-8")


@pages.post("/gesprekken/<int:topic_id>/reactie")
@web.for_members
@incoming.without_files_if_need_be
def reply(topic_id: int) -> Response | AnyResponse:
    """Say something."""
    visitor = web.me()
    head = _head(topic_id)
    try:
        has_files = bringing.take(visitor)
        form = ReplyForm.read(request.form, has_files)
        if nudges := nudging.of_reply(form.source, request.form):
            return _again(head, visitor, {}, nudges)
        place = settling.reply_with_answer if "antwoord" in request.form else actions.reply
        number = place(
            topic_id=head.id,
            source=form.source,
            token=form.token,
            files=has_files,
            quotes=form.quotes,
            by=visitor,
        )
    except Invalid as wrong:
        return _again(head, visitor, wrong.errors)
    except Refused:
        if (now := _head(topic_id)).closed_at is None:
            raise
        return _closed(now, visitor)
    # `head` was read before the reply; the page it is on follows from its number.
    where = f"{head.path}?pagina={-(-number // PAGE)}#p-{number}"
    if web.wants_fragment():
        head = _head(head.id)  # it may have been joined with another while this was written
        shown = showing.posts(head, number, number, visitor)
        answer = Response(shown[0][1], 201, content_type="text/html; charset=utf-8")
        answer.headers["X-Form-Token"] = web.one_time_token()
        answer.headers["Location"] = where
        return answer
    web.draft_arrived(f"topic-{head.id}")
    web.toast(_("Uw reactie staat erop."), f"/gesprekken/{head.id}/{number}/weghalen")
    return web.see_other(where)


def _again(head: TopicHead, visitor: Visitor, errors: dict[str, str], nudges: nudging.Nudges | None = None) -> Response:
    """The form with what was typed, which is kept, and what is to be said about it."""
    drafts.keep_typed(topic_key(head.id), request.form, by=visitor)
    writing = composing.again(head, visitor, request.form, errors, nudges)
    if web.wants_fragment():
        body = web.fragment("forums/_composer.html", head=head, writing=writing)
        return Response(body, 422, content_type="text/html; charset=utf-8")
    return _topic_page(head, head.pages, visitor, 422 if nudges else bringing.status(errors), writing)


def _closed(head: TopicHead, visitor: Visitor) -> Response:
    """It was closed while somebody wrote: the page says so, and what they typed stands there and is kept."""
    drafts.keep_typed(topic_key(head.id), request.form, by=visitor)
    return _topic_page(head, head.pages, visitor, 403, composing.again(head, visitor, request.form, {}))


@pages.get("/gesprekken/nieuw")
@web.for_members
def new_topic() -> Response:
    """What kind of conversation is it? Then the form of that kind."""
    kept = drafts.find(web.me().person_id, drafts.NEW_TOPIC)
    typed = {name: request.args.get(name, "") for name in ("forum", "soort", "aard")}
    if kinds.chosen(typed["soort"], typed["aard"]) is not None:
        return _new_topic_page(drafts.filled(typed, kept), kept=kept)
    return web.page(
        "forums/choose_kind.html",
        active="talk",
        choices=kinds.choices(web.me()),
        kind_icons=kinds.ICONS,
        word=kinds.word,
        forum=typed["forum"],
        kept=kept,
        resume=drafts.resume(kept) if kept else None,
    )


def _new_topic_page(
    typed: Any,
    status: int = 200,
    errors: dict[str, str] | None = None,
    *,
    is_repair: bool = False,
    nudges: nudging.Nudges = nudging.NONE,
    kept: drafts.Kept | None = None,
) -> Response:
    visitor = web.me()
    forums = _to_choose_from(visitor, str(typed.get("forum", "")).partition("+")[0])
    wanted = kinds.nearest(typed.get("soort", ""), typed.get("aard", ""))
    offered = [choice for choice in audience.choices(visitor, forums) if kinds.suits(wanted, choice, visitor)]
    value = typed.get("forum", "")
    chosen = next((choice for choice in offered if choice.value == value), offered[0] if offered else None)
    return web.page(
        "forums/new_topic.html",
        status,
        active="talk",
        choices=offered,
        chosen=chosen,
        wanted=wanted,
        word=kinds.word(wanted),
        kind_icon=kinds.ICONS[wanted.kind],
        is_repair=is_repair,
        nudges=nudges,
        typed=typed,
        errors=errors or {},
        kept=kept,
        **bringing.form(visitor, kept),
    )


def _to_choose_from(visitor: Visitor, slug: str) -> list[queries.ForumRow]:
    """Of one's own building first. Who works everywhere comes here from the forum they mean, or speaks to many at
    once."""
    forums = list(queries.forum_rows(visitor))
    own = visitor.home_building_ids or visitor.staff_building_ids
    forums.sort(key=lambda forum: forum.building_id not in own)
    if len(forums) > CHOICES:
        forums.sort(key=lambda f: (f.slug != slug, f.building_id not in own, _WIDEST.index(f.kind)))
        del forums[CHOICES:]
    return forums


@pages.post("/gesprekken/nieuw")
@web.for_members
@incoming.without_files_if_need_be
def start_topic() -> Response | AnyResponse:
    """Begin a conversation."""
    visitor = web.me()
    try:
        has_files = bringing.take(visitor)
        form = TopicForm.read(request.form, has_files)
    except Invalid as wrong:
        return _new_topic_again(visitor, wrong.errors)
    found = audience.chosen(form.forum, queries.forum_rows(visitor), visitor)
    if found is None:
        return _new_topic_again(visitor, {"forum": _("Kies voor wie uw bericht is.")})
    forum, readers = found
    if form.aspect == "association" and readers == NEIGHBOURS:
        return _new_topic_again(visitor, {"forum": kinds.must_be_read()})
    asks_for_repair = form.kind == "question" and kinds.asks_for_repair(form.title, form.source)
    is_repair = asks_for_repair and "reparatie" not in request.form
    nudges = nudging.of_topic(visitor, form.title, form.source, request.form)
    if is_repair or nudges:
        return _new_topic_again(visitor, {}, nudges, is_repair=is_repair)
    topic_id = actions.start_topic(
        forum_id=forum.id,
        audience=readers,
        kind=form.kind,
        aspect=form.aspect,
        title=form.title,
        source=form.source,
        token=form.token,
        files=has_files,
        by=visitor,
    )
    web.draft_arrived("new-topic")
    web.toast(_("Uw gesprek staat erop."))
    return web.see_other(f"/gesprekken/{topic_id}")


def _new_topic_again(
    visitor: Visitor, errors: dict[str, str], nudges: nudging.Nudges | None = None, *, is_repair: bool = False
) -> Response:
    """The form with what was typed, which is kept, and what is to be said about it."""
    drafts.keep_typed(drafts.NEW_TOPIC, request.form, by=visitor)
    return _new_topic_page(
        request.form,
        422 if nudges else 200 if is_repair else bringing.status(errors),
        errors,
        is_repair=is_repair,
        nudges=nudges or nudging.again(request.form),
        kept=drafts.find(visitor.person_id, drafts.NEW_TOPIC),
    )


@pages.get("/gesprekken/<int:topic_id>/<int:number>/wijzig")
@web.for_members
def edit_page(topic_id: int, number: int) -> Response:
    """The form to change one's own post."""
    found = _post(topic_id, number)
    policy.check_edit(web.me(), found)
    return _edit_page(_head(topic_id), found)


def _edit_page(
    head: TopicHead,
    found: Post,
    typed: str | None = None,
    status: int = 200,
    errors: dict[str, str] | None = None,
    nudges: nudging.Nudges = nudging.NONE,
) -> Response:
    kept = drafts.find(web.me().person_id, drafts.edit_key(head.id, found.number))
    if typed is None:
        typed = kept.text if kept else found.source
    return web.page(
        "forums/edit.html",
        status,
        active="talk",
        head=head,
        post=found,
        **bringing.hanging(found),
        typed=typed,
        kept=kept,
        errors=errors or {},
        nudges=nudges,
        audience=audience.of_topic(head, web.me()),
    )


@pages.post("/gesprekken/<int:topic_id>/<int:number>/wijzig")
@web.for_members
def edit(topic_id: int, number: int) -> Response | AnyResponse:
    """Change one's own post."""
    visitor = web.me()
    found = _post(topic_id, number)
    policy.check_edit(visitor, found)
    try:
        form = ReplyForm.read(request.form, found.files > 0)
        if nudges := nudging.of_edit(found.source, form.source, request.form):
            return _edit_again(found, {}, nudges)
        actions.edit(post_id=found.id, source=form.source, files=bringing.changes(), by=visitor)
    except Invalid as wrong:
        return _edit_again(found, wrong.errors, nudging.again(request.form))
    web.draft_arrived(drafts.edit_key(topic_id, number))
    web.toast(_("Uw bericht is veranderd.") if number == 1 else _("Uw reactie is veranderd."))
    return web.see_other(f"/gesprekken/{topic_id}/{number}")


def _edit_again(found: Post, errors: dict[str, str], nudges: nudging.Nudges) -> Response:
    """The form with what was typed, which is kept, and what is to be said about it."""
    drafts.keep_typed(drafts.edit_key(found.topic_id, found.number), request.form, by=web.me())
    return _edit_page(_head(found.topic_id), found, request.form.get("tekst", ""), 422, errors, nudges)


@pages.post("/gesprekken/<int:topic_id>/<int:number>/weghalen")
@web.for_members
def withdraw(topic_id: int, number: int) -> AnyResponse:
    """Take one's own post away."""
    actions.withdraw(post_id=_post(topic_id, number).id, by=web.me())
    web.toast(
        _("Uw reactie is weg. U kunt haar 24 uur lang terugzetten."),
        f"/gesprekken/{topic_id}/{number}/terugzetten",
    )
    return web.see_other(f"/gesprekken/{topic_id}/{number}")


@pages.post("/gesprekken/<int:topic_id>/<int:number>/terugzetten")
@web.for_members
def restore(topic_id: int, number: int) -> AnyResponse:
    """Put back what one took away."""
    actions.restore(post_id=_post(topic_id, number).id, by=web.me())
    web.toast(_("Uw reactie staat er weer."))
    return web.see_other(f"/gesprekken/{topic_id}/{number}")


@pages.post("/gesprekken/<int:topic_id>/<int:number>/dank")
@web.for_members
def thank(topic_id: int, number: int) -> Response | AnyResponse:
    """Thank for a post, or (with `niet`) take the thanks back."""
    visitor = web.me()
    actions.thank(post_id=_post(topic_id, number).id, by=visitor, thanks="niet" not in request.form)
    if web.wants_fragment():
        shown = showing.posts(_head(topic_id), number, number, visitor)
        return Response(shown[0][1], content_type="text/html; charset=utf-8")
    return web.see_other(f"/gesprekken/{topic_id}/{number}")


@pages.get("/gesprekken/<int:topic_id>/<int:number>/dank")
@web.for_members
def thankers(topic_id: int, number: int) -> Response:
    """Everybody who thanked for a post."""
    found = _post(topic_id, number)
    names = thanking.everybody(found.id, 500, without=web.me().blocked_ids)
    return web.page(
        "forums/thankers.html",
        active="talk",
        head=_head(topic_id),
        post=found,
        names=names,
        others=found.thanks - len(names),
    )


# ---- finding ------------------------------------------------------------------------------------------------------


def _first_unread(head: TopicHead) -> int:
    return min(head.last_read + 1, head.last_number) if head.last_read else 1


def _page_of(number: int, head: TopicHead) -> int:
    return max(1, min(-(-number // PAGE), head.pages))


def _with_query(path: str) -> str:
    query = request.query_string.decode("ascii", "ignore")
    return f"{path}?{query}" if query else path
