"""How HTTP says it: taking up a question, handing it over, answering it, writing how a conversation ended, closing."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from community import dates, web
from community.errors import Invalid, Missing
from community.language import gettext as _
from forums import audience, heading, policy_settling, promises, queries, settling
from forums.forms import ReplyForm
from forums.queries import TopicHead
from forums.views import pages


@pages.get("/gesprekken/<int:topic_id>/kop")
@web.for_members
def above(topic_id: int) -> Response:
    """What stands above a conversation: what a live page asks after a hint."""
    return Response(heading.above(head_of(topic_id), web.me()), content_type="text/html; charset=utf-8")


# ---- a question to the association ---------------------------------------------------------------------------------


@pages.get("/gesprekken/<int:topic_id>/oppakken")
@web.for_members
def taking(topic_id: int) -> Response:
    """The form to promise a day."""
    head = head_of(topic_id)
    policy_settling.check_settle(web.me(), head)
    promised_on = heading.stands(head.id).promised_on or promises.soon()
    return _take_page(head, dates.full(promised_on))


def _take_page(head: TopicHead, typed: str, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    return web.page("forums/take.html", status, active="talk", head=head, typed=typed, errors=errors or {})


@pages.post("/gesprekken/<int:topic_id>/oppakken")
@web.for_members
def take(topic_id: int) -> Response | AnyResponse:
    """Take up a question, with a promise."""
    head, typed = head_of(topic_id), request.form.get("dag", "")
    policy_settling.check_settle(web.me(), head)
    try:
        promised_on = promises.read(typed, "dag")
    except Invalid as wrong:
        return _take_page(head, typed, 422, wrong.errors)
    settling.take(topic_id=head.id, promised_on=promised_on, by=web.me())
    web.toast(_("U zoekt dit uit. De bewoner leest dat u vóór %(day)s antwoord geeft.", day=dates.near(promised_on)))
    return web.see_other(head.path)


@pages.get("/gesprekken/<int:topic_id>/overdragen")
@web.for_members
def handing_over(topic_id: int) -> Response:
    """Which colleague takes it over?"""
    head = head_of(topic_id)
    policy_settling.check_settle(web.me(), head)
    return _hand_over_page(head)


def _hand_over_page(head: TopicHead, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    return web.page(
        "forums/hand_over.html",
        status,
        active="talk",
        head=head,
        stands=heading.stands(head.id),
        colleagues=_colleagues(head),
        errors=errors or {},
    )


def _colleagues(head: TopicHead) -> list[tuple[int, str, str]]:
    owner = heading.stands(head.id).owner_id
    return [found for found in audience.employees(head) if found[0] != owner]


@pages.post("/gesprekken/<int:topic_id>/overdragen")
@web.for_members
def hand_over(topic_id: int) -> Response | AnyResponse:
    """Give a question to a colleague."""
    head, typed = head_of(topic_id), request.form.get("aan", "")
    policy_settling.check_settle(web.me(), head)
    found = next((found for found in _colleagues(head) if str(found[0]) == typed), None)
    if found is None:
        return _hand_over_page(head, 422, {"aan": _("Kies wie het verder uitzoekt.")})
    settling.hand_over(topic_id=head.id, to=found[0], by=web.me())
    web.toast(_("%(name)s zoekt het verder uit.", name=found[1]))
    return web.see_other(head.path)


@pages.post("/gesprekken/<int:topic_id>/loslaten")
@web.for_members
def let_go(topic_id: int) -> AnyResponse:
    """After all not mine."""
    head = head_of(topic_id)
    settling.let_go(topic_id=head.id, by=web.me())
    web.toast(_("De vraag wacht weer op iemand."))
    return web.see_other(head.path)


@pages.post("/gesprekken/<int:topic_id>/beantwoord")
@web.for_members
def answer(topic_id: int) -> AnyResponse:
    """The question is answered; with `niet`: after all it is not."""
    head, is_answered = head_of(topic_id), "niet" not in request.form
    settling.answer(topic_id=head.id, is_answered=is_answered, by=web.me())
    web.toast(_("De vraag is beantwoord.") if is_answered else _("De vraag is weer open."))
    return web.see_other(head.path)


# ---- how it ended ----------------------------------------------------------------------------------------------------


@pages.get("/gesprekken/<int:topic_id>/afronden")
@web.for_members
def ending(topic_id: int) -> Response:
    """The form for how it ended."""
    head = head_of(topic_id)
    policy_settling.check_end(web.me(), head)
    return _end_page(head, None)


def _end_page(head: TopicHead, typed: str | None, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    visitor, stands = web.me(), heading.stands(head.id)
    may_close = web.can(policy_settling.check_close, visitor, head)
    return web.page(
        "forums/end.html",
        status,
        active="talk",
        head=head,
        ending=stands.ended_as or settling.ending(head, head.author_id, visitor),
        typed=typed if typed is not None else stands.outcome,
        may_close=may_close,
        # Who came to close it is not asked again whether they want to.
        is_closing=may_close and "sluiten" in request.args,
        closes="sluiten" in request.form,
        audience=audience.of_topic(head, visitor),
        errors=errors or {},
    )


@pages.post("/gesprekken/<int:topic_id>/afronden")
@web.for_members
def end(topic_id: int) -> Response | AnyResponse:
    """Write how it ended."""
    head = head_of(topic_id)
    policy_settling.check_end(web.me(), head)
    try:
        form = ReplyForm.read(request.form)
    except Invalid as wrong:
        return _end_page(head, request.form.get("tekst", ""), 422, wrong.errors)
    closes = "sluiten" in request.form
    settling.agree(topic_id=head.id, source=form.source, closes=closes, by=web.me())
    if closes:  # what is closed is opened again before it can be said that it is not over
        may_open = web.can(policy_settling.check_reopen, web.me(), head)
        undo = f"/gesprekken/{head.id}/heropenen" if may_open else None
        return _done(head, _("Het gesprek is gesloten. Waarom staat erboven."), undo)
    return _done(head, _("Het staat boven het gesprek."), f"/gesprekken/{head.id}/toch-niet")


@pages.post("/gesprekken/<int:topic_id>/toch-niet")
@web.for_members
def take_back(topic_id: int) -> AnyResponse:
    """After all it is not over."""
    head = head_of(topic_id)
    settling.take_back(topic_id=head.id, by=web.me())
    return _done(head, _("Het gesprek is weer open."))


@pages.post("/gesprekken/<int:topic_id>/sluiten")
@web.for_members
def close(topic_id: int) -> AnyResponse:
    """Nobody can reply any more."""
    head = head_of(topic_id)
    settling.close(topic_id=head.id, by=web.me())
    return _done(head, _("Het gesprek is gesloten."))


@pages.post("/gesprekken/<int:topic_id>/heropenen")
@web.for_members
def reopen(topic_id: int) -> AnyResponse:
    """People can reply again."""
    head = head_of(topic_id)
    settling.reopen(topic_id=head.id, by=web.me())
    return _done(head, _("Iedereen kan weer reageren."))


def _done(head: TopicHead, sentence: str, undo: str | None = None) -> AnyResponse:
    web.toast(sentence, undo)
    return web.see_other(head.path)


def head_of(topic_id: int) -> TopicHead:
    """A topic that this visitor may read."""
    head = queries.topic_head(web.me(), topic_id) if topic_id < 10**18 else None
    if head is None:
        raise Missing()
    return head
