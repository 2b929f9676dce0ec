"""What did you type? A report, a decision with its reason, an appeal, an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from community import clock, text
from community.days import read_day
from community.errors import Invalid
from community.language import gettext as _
from community.language import ngettext
from community.moderation.models import REASONS
from community.moderation.policy import SUSPENSION_DAYS, WARNING

# Room to explain, not to write a file about a neighbour.
WORDS_MAX = 1000
REWRITTEN_MAX = 5000

# As they stand in the form, and as we call them.
WHY = {"onaardig": "unkind", "persoonlijk": "private", "gevaarlijk": "unsafe", "anders": "other"}
WHAT = {"weg": "hide", "deel": "edit", "dicht": "close", "waarschuwing": "warn", "pauze": "suspend", "niets": "nothing"}
assert set(WHY.values()) == set(REASONS)


@dataclass(frozen=True, slots=True)
class ReportForm:
    """What is wrong, and what somebody wants to say about it."""

    reason: str
    words: str
    of_person: bool

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> ReportForm:
        """Read a form.

        Raises:
            Invalid: nothing was chosen, or there are too many words.
        """
        errors: dict[str, str] = {}
        reason = WHY.get(fields.get("waarom", ""))
        if reason is None:
            errors["waarom"] = _("Kies wat er niet goed is.")
        words = _words(fields, "woorden", errors)
        if errors:
            raise Invalid(errors)
        return cls(reason or "other", words, fields.get("over") == "buur")


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """A decision; `text` is what stays of a post when a part is taken out, `until` the last day of a suspension or a
    warning."""

    what: str
    why: str
    reason: str
    until: date | None = None
    is_whole: bool = False
    text: str = ""

    @classmethod
    def read(cls, fields: Mapping[str, str], source: str) -> DecisionForm:
        """Read a form about a post with this text.

        Raises:
            Invalid: something was not chosen or is missing.
        """
        errors: dict[str, str] = {}
        what, why = WHAT.get(fields.get("besluit", "")), WHY.get(fields.get("waarom", ""))
        if what is None:
            errors["besluit"] = _("Kies wat u besluit.")
        if why is None:
            errors["waarom"] = _("Kies wat er niet goed is.")
        reason = _words(fields, "reden", errors)
        if not reason and "reden" not in errors:
            errors["reden"] = _("Schrijf waarom u dit besluit.")
        until, rewritten = None, ""
        if what == "suspend":
            until = _last_day(fields, errors)
        elif what == "warn":
            until = clock.today() + WARNING
        elif what == "edit":
            rewritten = _rewritten(fields, source, errors)
        if errors:
            raise Invalid(errors)
        assert what is not None and why is not None
        return cls(what, why, reason, until, what == "hide" and fields.get("geheel") == "ja", rewritten)


def _last_day(fields: Mapping[str, str], errors: dict[str, str]) -> date | None:
    try:
        day = read_day(fields.get("tot", ""))
    except ValueError as wrong:
        errors["tot"] = str(wrong)
        return None
    if not clock.today() <= day <= clock.today() + timedelta(days=SUSPENSION_DAYS):
        errors["tot"] = _("Kies een dag tussen vandaag en %(n)s dagen later.", n=SUSPENSION_DAYS)
    return day


def _rewritten(fields: Mapping[str, str], source: str, errors: dict[str, str]) -> str:
    rewritten = fields.get("tekst", "").replace("\r\n", "\n").strip()
    if len(rewritten) > REWRITTEN_MAX:
        errors["tekst"] = _("De tekst is te lang. Haal alleen weg wat er niet in hoort.")
    elif not text.plain(rewritten).strip():
        errors["tekst"] = _("Er blijft niets over. Kies dan ‘Haal de reactie weg’.")
    elif rewritten == source:
        errors["tekst"] = _("De tekst is nog dezelfde. Haal weg wat er niet in hoort.")
    return rewritten


def read_appeal(fields: Mapping[str, str]) -> str:
    """Why somebody does not agree.

    Raises:
        Invalid: nothing was written, or too much.
    """
    errors: dict[str, str] = {}
    words = _words(fields, "woorden", errors)
    if not words and not errors:
        errors["woorden"] = _("Schrijf waarom u het er niet mee eens bent. Een paar woorden is genoeg.")
    if errors:
        raise Invalid(errors)
    return words


def read_answer(fields: Mapping[str, str]) -> tuple[bool, str]:
    """(granted, why).

    Raises:
        Invalid: nothing was chosen, or no reason given.
    """
    errors: dict[str, str] = {}
    chosen = fields.get("antwoord", "")
    if chosen not in {"ja", "nee"}:
        errors["antwoord"] = _("Kies of het besluit blijft.")
    words = _words(fields, "reden", errors)
    if not words and "reden" not in errors:
        errors["reden"] = _("Schrijf waarom u dit besluit.")
    if errors:
        raise Invalid(errors)
    return chosen == "ja", words


def _words(fields: Mapping[str, str], name: str, errors: dict[str, str]) -> str:
    typed = fields.get(name, "").replace("\r\n", "\n").strip()
    if len(typed) > WORDS_MAX:
        errors[name] = ngettext(
            "Uw tekst is %(n)s letter te lang. Kort hem iets in.",
            "Uw tekst is %(n)s letters te lang. Kort hem iets in.",
            len(typed) - WORDS_MAX,
        )
        return typed
    return text.plain(typed).strip()
