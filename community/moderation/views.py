"""How HTTP says it to everybody: reporting, the neighbours one does not want to read, and what was decided about
oneself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from community import throttle, web
from community.errors import Invalid, Missing
from community.language import gettext as _
from community.moderation import actions, forms, handles, notifications, people, policy, queries
from community.moderation.handles import Handle, Reported
from community.moderation.policy import Matter
from community.places.views import KEY_MAX
from community.visitor import Visitor

pages = Blueprint("moderation", __name__)

# More than this in an hour is no longer reporting.
REPORTS_PER_HOUR = 20


@pages.get(f"/melden/<soort>/<int(max={KEY_MAX}):key>")
@web.for_members
def report_page(soort: str, key: int) -> Response:
    """What is wrong? And who will look at it."""
    subject, found = _found(soort, key)
    policy.check_report(web.me(), found.about_id)
    return _report_page(subject, found)


def _found(soort: str, key: int) -> tuple[str, Reported]:
    made: Handle | None = handles.by_word(soort)
    found = made.find(web.me(), key) if made else None
    if found is None:
        raise Missing()
    return found.subject, found


def _report_page(subject: str, found: Reported, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    visitor = web.me()
    earlier = queries.own_flag(visitor, subject, found.subject_id)
    looking = queries.who_looks(_matter(found, visitor))
    return web.page(
        "moderation/report.html",
        status,
        active="talk" if subject == "post" else "neighbours",
        found=found,
        word=handles.handles()[subject].word,
        said=_said_before(visitor, subject, found) if earlier else None,
        names=_together(looking),
        are_two=len(looking) == 2,
        reasons=reasons(),
        can_block=web.can(policy.check_block, visitor, found.about_id, queries.staff_roles_of(found.about_id)),
        is_blocked=found.about_id in visitor.blocked_ids,
        typed=request.form,
        errors=errors or {},
    )


def _matter(found: Reported, visitor: Visitor) -> Matter:
    parties = frozenset({found.about_id, visitor.person_id})
    return Matter(found.building_id, found.neighbourhood_id, found.for_staff, parties, policy.clock.now())


def reasons() -> dict[str, str]:
    """What can be wrong, by how it stands in a form."""
    return {
        "onaardig": _("Het is onaardig of kwetsend"),
        "persoonlijk": _("Er staat iets persoonlijks in, zoals een adres"),
        "gevaarlijk": _("Het is gevaarlijk of verboden"),
        "anders": _("Iets anders"),
    }


def _together(names: list[str]) -> str:
    """ "Nel en Moira", or the association when nobody has the task."""
    if len(names) == 2:
        return _("%(others)s en %(last)s", others=names[0], last=names[1])
    return names[0] if names else web.current_app.extensions["frame"](web.me()).association


def _said_before(visitor: Visitor, subject: str, found: Reported) -> str:
    """What somebody reads who reports twice: who looks, or what came of it."""
    flag = queries.own_flag(visitor, subject, found.subject_id)
    assert flag is not None
    if flag.decision_id is None:
        names = queries.who_looks(queries.matter_of(flag))
        if len(names) == 2:
            return _("U meldde dit al. %(names)s kijken ernaar.", names=_together(names))
        return _("U meldde dit al. %(name)s kijkt ernaar.", name=_together(names))
    decision = queries.last_decision(flag.subject, flag.subject_id)
    if decision is not None and decision.what == "nothing":
        return _("U meldde dit al. Er is naar gekeken: het mag blijven staan. ‘%(reason)s’", reason=decision.reason)
    return _("U meldde dit al. Er is iets aan gedaan. Dank u wel.")


@pages.post(f"/melden/<soort>/<int(max={KEY_MAX}):key>")
@web.for_members
def report(soort: str, key: int) -> Response | AnyResponse:
    """Report it; twice is once."""
    visitor = web.me()
    subject, found = _found(soort, key)
    try:
        form = forms.ReportForm.read(request.form)
    except Invalid as wrong:
        policy.check_report(visitor, found.about_id)
        return _report_page(subject, found, 422, wrong.errors)
    throttle.count("report", str(visitor.person_id), REPORTS_PER_HOUR, minutes=60)
    made = actions.report(subject, key, of_person=form.of_person, reason=form.reason, words=form.words, by=visitor)
    if made is None:
        about_person = form.of_person and found.can_be_of_person
        again = people.find(visitor, found.about_id) if about_person else found
        web.toast(_said_before(visitor, again.subject, again) if again else _("U meldde dit al."))
    else:
        names = queries.who_looks(queries.matter_of(made))
        web.toast(
            _("Dank u wel. %(names)s kijken er binnen 2 werkdagen naar.", names=_together(names))
            if len(names) == 2
            else _("Dank u wel. %(name)s kijkt er binnen 2 werkdagen naar.", name=_together(names))
        )
    return web.see_other(found.back)


# ---- a neighbour one does not want to read -------------------------------------------------------------------------


@pages.post(f"/melden/<soort>/<int(max={KEY_MAX}):key>/niet-lezen")
@web.for_members
def block(soort: str, key: int) -> AnyResponse:
    """No longer read who wrote this, or whose page this is."""
    _subject, found = _found(soort, key)
    actions.block(found.about_id, by=web.me())
    web.toast(
        _("U leest %(name)s niet meer. %(name)s merkt daar niets van.", name=found.about_name),
        f"/mijn/niet-lezen/{found.about_id}/weg",
    )
    return web.see_other(found.back if found.subject == "post" else "/mijn/niet-lezen")


@pages.get("/mijn/niet-lezen")
@web.for_persons
def blocked() -> Response:
    """Whom one does not want to read."""
    return web.page("moderation/blocked.html", people=queries.blocked_people(web.me()))


@pages.post(f"/mijn/niet-lezen/<int(max={KEY_MAX}):person_id>/weg")
@web.for_persons
def unblock(person_id: int) -> AnyResponse:
    """Read somebody again."""
    actions.unblock(person_id, by=web.me())
    web.toast(_("U leest deze buur weer."))
    return web.see_other("/mijn/niet-lezen")


# ---- what was decided about oneself --------------------------------------------------------------------------------


@pages.get("/mijn/besluiten")
@web.for_persons
def own_decisions() -> Response:
    """What was decided about what one wrote."""
    found = queries.own_decisions(web.me())
    names = queries.names(decision.by_id for decision in found)
    lines = [(decision, notifications.told(decision, _name(decision, names))) for decision in found]
    return web.page("moderation/own_decisions.html", lines=lines)


def _name(decision: Any, names: dict[int, str]) -> str:
    return names.get(decision.by_id) or _("Iemand")


@pages.get(f"/mijn/besluiten/<int(max={KEY_MAX}):decision_id>")
@web.for_persons
def own_decision(decision_id: int) -> Response:
    """One of them: what, why, and how to ask somebody else to look again."""
    return _own_decision_page(decision_id)


def _own_decision_page(decision_id: int, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    visitor = web.me()
    decision = queries.own_decision(visitor, decision_id)
    if decision is None:
        raise Missing()
    appeal = queries.appeal_of(decision_id)
    names = queries.names([decision.by_id, appeal.answered_by_id or 0 if appeal else 0])
    return web.page(
        "moderation/own_decision.html",
        status,
        decision=decision,
        told=notifications.told(decision, notifications.decider(decision, names.get(decision.by_id))),
        follows=notifications.what_follows(decision),
        about=notifications.about_what(decision),
        appeal=appeal,
        answered_by=names.get(appeal.answered_by_id or 0) if appeal else None,
        why_not_appeal=web.why_not(policy.check_appeal, visitor, decision, is_asked=appeal is not None),
        looks_again=_together(queries.who_looks_again(decision)),
        typed=request.form,
        errors=errors or {},
    )


@pages.post(f"/mijn/besluiten/<int(max={KEY_MAX}):decision_id>/gelezen")
@web.for_persons
def put_away(decision_id: int) -> AnyResponse:
    """One has read it; the first page says no more of it."""
    actions.put_away(decision_id, by=web.me())
    return web.see_other("/vandaag" if web.me().belongs else "/mijn")


@pages.post(f"/mijn/besluiten/<int(max={KEY_MAX}):decision_id>/bezwaar")
@web.for_persons
def ask_again(decision_id: int) -> Response | AnyResponse:
    """Ask somebody else to look again."""
    try:
        words = forms.read_appeal(request.form)
    except Invalid as wrong:
        return _own_decision_page(decision_id, 422, wrong.errors)
    actions.appeal(decision_id, words=words, by=web.me())
    web.toast(_("Iemand anders kijkt er nog eens naar. U hoort het binnen 5 werkdagen."))
    return web.see_other(f"/mijn/besluiten/{decision_id}")
