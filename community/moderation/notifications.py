"""Who hears, in which words: what was decided, to the person concerned alone; and that something waits, to who decides.
A mailbox that others read too gets a mail that says nothing of it. Who reported something is in none of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import current_app

from community import dates, db, mail
from community.accounts import notifications
from community.language import gettext as _
from community.language import ngettext
from community.moderation import handles, queries
from community.moderation.models import Appeal, Decision
from community.places.queries import role_name

# What waits for somebody to decide.
Case = queries.Waiting | queries.Appealed


def told(decision: Decision, name: str) -> str:
    """What happened, in one sentence, to the person concerned; `name` decided."""
    if decision.what == "hide" and decision.is_whole:
        return _("%(name)s haalde uw gesprek weg.", name=name)
    if decision.what == "suspend" and decision.until:
        return _("U kunt tot en met %(day)s lezen, maar niet schrijven.", day=dates.full(decision.until))
    sentences = {
        "hide": _("%(name)s haalde uw reactie weg.", name=name),
        "edit": _("%(name)s haalde een stukje uit uw reactie.", name=name),
        "close": _("%(name)s sloot het gesprek. Iedereen kan het nog lezen.", name=name),
        "warn": _("%(name)s geeft u een waarschuwing.", name=name),
        "nothing": _("%(name)s keek ernaar. Het blijft zoals het is.", name=name),
    }
    return sentences[decision.what]


def what_follows(decision: Decision) -> str:
    """What that means from now on."""
    if decision.what == "warn" and decision.until:
        return _("De waarschuwing geldt tot en met %(day)s. Daarna vergeten wij hem.", day=dates.full(decision.until))
    sentences = {
        "hide": _("Uw buren lezen dit niet meer. U mag gewoon blijven meepraten."),
        "edit": _("De rest van uw reactie staat er nog."),
        "close": _("Er kan niemand meer iets bij schrijven."),
        "suspend": _("Daarna kunt u gewoon weer meepraten."),
        "nothing": "",
    }
    return sentences[decision.what]


def whys() -> dict[str, str]:
    """Why something is not right, as everybody may read it."""
    return {
        "unkind": _("omdat er iets kwetsends in stond"),
        "private": _("omdat er iets persoonlijks in stond, zoals een adres"),
        "unsafe": _("omdat er iets gevaarlijks of verbodens in stond"),
        "other": _("omdat dit niet past bij onze afspraken"),
    }


def kind_reasons() -> dict[str, str]:
    """What a moderator could say to the person concerned; written so that it can be sent as it stands."""
    return {
        "unkind": _(
            "Wat u schreef, kan een ander pijn doen. Misschien bedoelde u het niet zo. "
            "Wilt u het de volgende keer vriendelijker zeggen?"
        ),
        "private": _(
            "Er stond iets persoonlijks in uw bericht. Dat hoort niet op een plek die iedereen leest. "
            "Wilt u dat de volgende keer weglaten?"
        ),
        "unsafe": _(
            "Wat u schreef, kan gevaarlijk zijn of mag niet. Daarom kan het hier niet staan. "
            "Hebt u vragen? Bel ons dan."
        ),
        "other": _("Dit past niet bij de afspraken die wij samen hebben. U vindt ze onder Hulp."),
    }


def decider(decision: Decision, name: str | None) -> str:
    """ "Nel (moderator)"; who stopped has no name any more."""
    return f"{name or _('oud-bewoner')} ({role_name(decision.acting_as)})"


def about_what(decision: Decision) -> str:
    """ "Het fietsenhok", or whatever a subject is called; empty for a person, who knows that."""
    made = handles.handles().get(decision.subject)
    if made is None or decision.subject == "person":
        return ""
    return made.names([decision.subject_id]).get(decision.subject_id, "")


def decided(decision: Decision) -> None:
    """To the person concerned: what, why, and how to ask somebody else to look again."""
    if decision.what != "nothing":
        _mail(decision, f"decision-{decision.id}", lambda: _("Een besluit over wat u schreef"), "decision")


def undone(decision: Decision) -> None:
    """To the person concerned: it was taken back."""
    if decision.what != "nothing":
        _mail(decision, f"decision-{decision.id}-undone", lambda: _("Een besluit is teruggedraaid"), "decision_undone")


def answered(decision: Decision, appeal: Appeal) -> None:
    """To the person concerned: what somebody else said of it."""
    _mail(
        decision,
        f"decision-{decision.id}-appeal",
        lambda: _("Er is nog eens naar het besluit gekeken"),
        "appeal",
        is_granted=bool(appeal.is_granted),
        answer=appeal.answer or "",
        by=queries.names([appeal.answered_by_id or 0]).get(appeal.answered_by_id or 0, ""),
    )


def waiting(person_id: int, cases: Sequence[Case], *, key: str, not_before: datetime) -> None:
    """To who decides: how much waits, where, since when. Neither what was said nor by whom: mail is read on a bus."""
    person, address, is_alone = queries.reader(person_id)
    if address is None:
        return
    letter = notifications.write(
        "moderation_waiting" if is_alone else "moderation_shared",
        [person],
        lambda: _what_waits(cases) if is_alone else _("Er is een bericht voor u op Trefpunt"),
        link=f"{current_app.config['BASE_URL']}/werk/meldingen",
        places=_places(cases),
    )
    mail.put_or_rewrite(
        address, name=letter.name, subject=letter.subject, text=letter.text, html=letter.html, key=key,
        not_before=not_before,
    )  # fmt: skip


def _what_waits(cases: Sequence[Case]) -> str:
    appeals = sum(isinstance(case, queries.Appealed) for case in cases)
    if not appeals:
        return ngettext("Er wacht %(n)s melding op u", "Er wachten %(n)s meldingen op u", len(cases))
    if appeals < len(cases):
        return _("Er wachten %(n)s dingen op u", n=len(cases))
    return ngettext(
        "Wilt u nog eens naar een besluit kijken?", "Wilt u nog eens naar %(n)s besluiten kijken?", appeals
    )  # fmt: skip


def _places(cases: Sequence[Case]) -> list[tuple[str, int, int, datetime]]:
    """(building or empty, how many reports, how many appeals, since when) of what waits, the longest waiting first."""
    names = queries.building_names(case.matter.building_id for case in cases)
    found: dict[str, list[Case]] = {}
    for case in cases:
        found.setdefault(names.get(case.matter.building_id or 0, ""), []).append(case)
    made = []
    for name, there in found.items():
        appeals = sum(isinstance(case, queries.Appealed) for case in there)
        made.append((name, len(there) - appeals, appeals, min(case.matter.since for case in there)))
    return sorted(made, key=lambda place: place[3])


def _mail(decision: Decision, key: str, subject: Any, template: str, **values: Any) -> None:
    db.session().flush()
    person, address, is_alone = queries.reader(decision.about_id)
    if address is None:
        return
    name = queries.names([decision.by_id]).get(decision.by_id)
    letter = notifications.write(
        f"moderation_{template}" if is_alone else "moderation_shared",
        [person],
        subject if is_alone else lambda: _("Er is een bericht voor u op Trefpunt"),
        link=f"{current_app.config['BASE_URL']}/mijn/besluiten/{decision.id}",
        decision=decision,
        about=about_what(decision),
        tell=lambda: told(decision, decider(decision, name)),
        follow=lambda: what_follows(decision),
        **values,
    )
    letter.put(address, key=key)
