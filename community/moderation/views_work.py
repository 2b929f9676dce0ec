"""How HTTP says it to moderators: what waits, deciding about it, what was decided before, and appeals."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from flask import Blueprint, Response, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from community import clock, dates, text, web
from community.errors import Invalid, Missing, Refused
from community.language import gettext as _
from community.moderation import actions, forms, handles, notifications, queries
from community.moderation.forms import WHAT, WHY, DecisionForm
from community.moderation.models import Appeal, Decision
from community.moderation.policy import role_for
from community.moderation.queries import PAGE, Waiting
from community.moderation.views import reasons
from community.places.queries import role_name
from community.places.views import KEY_MAX

pages = Blueprint("moderation_work", __name__)

# How we call them, and as they stand in a form.
_WHY_WORDS = {why: word for word, why in WHY.items()}
_WHAT_WORDS = {what: word for word, what in WHAT.items()}
# Days from which to choose the end of a suspension: to cool down, a week, two, a month.
_PAUSES = (2, 6, 13, 29)


@pages.get("/werk/meldingen")
@web.for_moderators
def queue() -> Response:
    """What waits for this moderator: appeals first, they have waited longest."""
    visitor = web.me()
    found, appeals = queries.waiting(visitor), queries.appeals_for(visitor)
    last = max(1, -(-len(found) // PAGE))
    number = web.page_number(request.args.get("pagina"), last)
    shown = found[(number - 1) * PAGE : number * PAGE]
    titles = _titles([*shown, *(decision for decision, _appeal in appeals)])
    return web.page(
        "moderation/queue.html",
        cases=[(case, titles.get((case.subject, case.subject_id), ""), _counted(case)) for case in shown],
        appeals=[
            (decision, asked, titles.get((decision.subject, decision.subject_id), "")) for decision, asked in appeals
        ],
        names=queries.names(decision.by_id for decision, _asked in appeals),
        buildings=queries.building_names(case.matter.building_id for case in shown),
        number=number,
        last=last,
        what_words=what_words(),
    )


def _titles(found: list[Any]) -> dict[tuple[str, int], str]:
    """What each is called, by subject and number; one query per subject."""
    ids: dict[str, list[int]] = {}
    for one in found:
        ids.setdefault(one.subject, []).append(one.subject_id)
    return {
        (subject, key): title
        for subject, keys in ids.items()
        if subject in handles.handles()
        for key, title in handles.handles()[subject].names(keys).items()
    }


def _counted(case: Waiting) -> list[tuple[str, int]]:
    """What was said to be wrong, with how many said so."""
    words = reasons()
    counts = Counter(report.reason for report in case.reports)
    return [(words[_WHY_WORDS[reason]], count) for reason, count in counts.most_common()]


def what_words() -> dict[str, str]:
    """What was decided, in the log."""
    return {
        "hide": _("weggehaald"),
        "edit": _("een stukje eruit gehaald"),
        "close": _("gesprek gesloten"),
        "warn": _("waarschuwing"),
        "suspend": _("even niet schrijven"),
        "nothing": _("blijft staan"),
    }


# ---- one case ------------------------------------------------------------------------------------------------------


@pages.get(f"/werk/meldingen/<int(max={KEY_MAX}):flag_id>")
@web.for_moderators
def case(flag_id: int) -> Response:
    """What was reported, what was said about it, and the form to decide."""
    found = queries.waiting_with(web.me(), flag_id)
    if found is None:
        return _settled(flag_id)
    return _case_page(found, typed={})


def _settled(flag_id: int) -> Response:
    """Somebody decided already: who is told by the log."""
    flag = queries.flag(flag_id)
    decision = queries.last_decision(flag.subject, flag.subject_id) if flag else None
    if flag is None or decision is None or queries.visible_decision(web.me(), decision.id) is None:
        raise Missing()
    name = queries.names([decision.by_id]).get(decision.by_id) or _("Een ander")
    return web.error_page(
        403, _("Hier is al over beslist"), _("%(name)s besliste hier al over. U hoeft niets meer te doen.", name=name)
    )


def _case_page(
    found: Waiting,
    typed: Any,
    status: int = 200,
    errors: dict[str, str] | None = None,
    form: DecisionForm | None = None,
) -> Response:
    visitor = web.me()
    described = handles.handles()[found.subject].describe(visitor, found.subject_id)
    if described is None:
        raise Missing()
    valid = queries.still_valid(visitor, found.about_id)
    names = queries.names([found.about_id, *(decision.by_id for decision in valid)])
    words = reasons()
    return web.page(
        "moderation/case.html",
        status,
        case=found,
        about=described,
        name=names.get(found.about_id) or _("oud-bewoner"),
        reports=_counted(found),
        said=[report.words for report in found.reports if report.words],
        valid=[(decision, names.get(decision.by_id, "")) for decision in valid],
        what_words=what_words(),
        reasons=words,
        why=_WHY_WORDS[found.reason],
        kind_reasons={_WHY_WORDS[why]: sentence for why, sentence in notifications.kind_reasons().items()},
        pauses=[(day.isoformat(), dates.full(day)) for day in _last_days()],
        typed=typed,
        errors=errors or {},
        preview=_preview(found, form) if form else None,
    )


def _last_days() -> list[Any]:
    return [clock.today() + timedelta(days=days) for days in _PAUSES]


def _preview(found: Waiting, form: DecisionForm) -> dict[str, Any]:
    """What the person concerned will read."""
    visitor = web.me()
    role = role_for(visitor, found.matter, queries.moderators([found.matter]))
    kind = role.kind if role else "moderator"
    planned = Decision(
        subject=found.subject, subject_id=found.subject_id, about_id=found.about_id, what=form.what, why=form.why,
        is_whole=form.is_whole, until=form.until, by_id=visitor.person_id, acting_as=kind, reason=form.reason,
    )  # fmt: skip
    return {
        "what": form.what,
        "told": notifications.told(planned, f"{visitor.short_name} ({role_name(kind)})"),
        "follows": notifications.what_follows(planned),
        "reason": Markup(text.render(form.reason)),
        "html": Markup(text.render(form.text)) if form.text else "",
    }


@pages.post(f"/werk/meldingen/<int(max={KEY_MAX}):flag_id>")
@web.for_moderators
def decide(flag_id: int) -> Response | AnyResponse:
    """First look at what the person concerned will read, then (with `klaar`) decide."""
    visitor = web.me()
    found = queries.waiting_with(visitor, flag_id)
    if found is None:
        return _settled(flag_id)
    described = handles.handles()[found.subject].describe(visitor, found.subject_id)
    try:
        form = DecisionForm.read(request.form, described.source if described else "")
        if "klaar" not in request.form:
            return _case_page(found, request.form, form=form)
        decision = actions.decide(flag_id, form, by=visitor)
    except Invalid as wrong:
        return _case_page(found, request.form, 422, wrong.errors)
    except Refused as refusal:
        return web.error_page(403, _("Hier is al over beslist"), refusal.sentence)
    web.toast(_("Uw besluit staat."), f"/werk/meldingen/besluit/{decision.id}/terug")
    return web.see_other("/werk/meldingen")


# ---- what was decided ----------------------------------------------------------------------------------------------


@pages.get("/werk/meldingen/log")
@web.for_moderators
def log() -> Response:
    """Every decision, the latest first. Nothing is ever taken out of it."""
    visitor = web.me()
    last = queries.log_pages(visitor)
    number = web.page_number(request.args.get("pagina"), last)
    decisions = queries.log(visitor, number)
    people = {decision.by_id for decision in decisions} | {decision.about_id for decision in decisions}
    people |= {decision.undone_by_id or 0 for decision in decisions}
    titles = _titles(decisions)
    return web.page(
        "moderation/log.html",
        lines=[(decision, titles.get((decision.subject, decision.subject_id), "")) for decision in decisions],
        names=queries.names(people),
        what_words=what_words(),
        role_name=role_name,
        number=number,
        last=last,
    )


@pages.post(f"/werk/meldingen/besluit/<int(max={KEY_MAX}):decision_id>/terug")
@web.for_moderators
def undo(decision_id: int) -> AnyResponse:
    """Take a decision back."""
    actions.undo(decision_id, by=web.me())
    web.toast(_("Het besluit is teruggedraaid. Alles is weer zoals het was."))
    return web.see_other("/werk/meldingen/log")


# ---- appeals -------------------------------------------------------------------------------------------------------


@pages.get(f"/werk/meldingen/bezwaar/<int(max={KEY_MAX}):decision_id>")
@web.for_moderators
def appeal(decision_id: int) -> Response:
    """Somebody does not agree with what another decided."""
    return _appeal_page(decision_id)


def _asked(decision_id: int) -> tuple[Decision, Appeal]:
    visitor = web.me()
    decision = queries.visible_decision(visitor, decision_id)
    asked = queries.appeal_of(decision_id) if decision else None
    if decision is None or asked is None or queries.role_to_answer(visitor, decision, asked) is None:
        raise Missing()
    return decision, asked


def _appeal_page(decision_id: int, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    decision, asked = _asked(decision_id)
    described = handles.handles()[decision.subject].describe(web.me(), decision.subject_id)
    if described is None:
        raise Missing()
    names = queries.names([decision.by_id, decision.about_id, asked.answered_by_id or 0])
    return web.page(
        "moderation/appeal.html",
        status,
        decision=decision,
        appeal=asked,
        about=described,
        names=names,
        what_words=what_words(),
        typed=request.form,
        errors=errors or {},
    )


@pages.post(f"/werk/meldingen/bezwaar/<int(max={KEY_MAX}):decision_id>")
@web.for_moderators
def answer(decision_id: int) -> Response | AnyResponse:
    """Answer it."""
    try:
        is_granted, words = forms.read_answer(request.form)
    except Invalid as wrong:
        return _appeal_page(decision_id, 422, wrong.errors)
    actions.answer(decision_id, is_granted=is_granted, words=words, by=web.me())
    web.toast(_("Uw antwoord is verstuurd."))
    return web.see_other("/werk/meldingen")
