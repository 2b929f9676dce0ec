"""Who hears, in which words: the mails about dates of activities, in the language of who reads them, and what the host
says on the telephone to who has no mail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from flask import current_app

from community import dates
from community.accounts.models import Person
from community.accounts.notifications import Letter, write
from community.language import gettext as _
from community.language import ngettext
from events import answer_links
from events.models import Occurrence

# Nobody reads more dates than this in one letter; the agenda has them all.
LISTED = 12


class Told(NamedTuple):
    """A date that a letter tells of: where it is, how the reader stands there, and what is said of it."""

    occurrence: Occurrence
    place: str
    state: str
    sentence_of: Callable[[Occurrence], str] | None = None

    @property
    def sentence(self) -> str:
        """What is different, in the language that is spoken now."""
        return self.sentence_of(self.occurrence) if self.sentence_of else ""


def about_dates(readers: Sequence[Person], step: str, told: Sequence[Told], *, why: str, name: str) -> Letter:
    """To who comes, waits or helps. `step`: "cancelled", "changed", "promoted", "drawn", "signed_up", "signed_off",
    "reminded", or "left" (it is not for them any more); `name` is who did it. Each reader gets a link of their own to
    answer with, where there is something to answer."""
    first = told[0].occurrence
    links = [(reader.short_name, answer_links.link(first.id, reader.id)) for reader in readers]
    return write(
        "activity",
        readers,
        lambda: _subject(step, told),
        step=step,
        told=told[:LISTED],
        more=max(0, len(told) - LISTED),
        why=why,
        name=name,
        links=links if step not in _UNANSWERED and told[0].state != "helps" and len(told) == 1 else [],
        link=f"{current_app.config['BASE_URL']}/a/{first.id}",
    )


_UNANSWERED = {"cancelled", "signed_off", "left"}


def _subject(step: str, told: Sequence[Told]) -> str:
    first = told[0].occurrence
    said = {"title": first.title, "day": dates.on(first.starts_at)}
    if len(told) > 1:
        if step == "cancelled":
            return _("Gaat niet door: %(title)s, %(n)s keer", title=first.title, n=len(told))
        if step == "left":
            return _("U staat niet meer op de lijst: %(title)s, %(n)s keer", title=first.title, n=len(told))
        return _("Er verandert iets aan %(title)s, %(n)s keer", title=first.title, n=len(told))
    match step:
        case "cancelled":
            return _("Gaat niet door: %(title)s, %(day)s", **said)
        case "changed":
            return _("Er verandert iets: %(title)s, %(day)s", **said)
        case "promoted":
            return _("Er is plaats voor u: %(title)s, %(day)s", **said)
        case "drawn":
            if told[0].state == "confirmed":
                return _("U bent ingeloot: %(title)s, %(day)s", **said)
            return _("U bent niet ingeloot: %(title)s, %(day)s", **said)
        case "signed_up":
            return _("U bent aangemeld: %(title)s, %(day)s", **said)
        case "signed_off":
            return _("U bent afgemeld: %(title)s, %(day)s", **said)
        case "left":
            return _("U staat niet meer op de lijst: %(title)s, %(day)s", **said)
    return _("Morgen: %(title)s, %(day)s", **said)


def to_say(step: str, told: Sequence[Told], *, why: str, name: str) -> str:
    """What the host tells somebody on the telephone."""
    date = told[0]
    said = {"title": date.occurrence.title, "moment": dates.exact(date.occurrence.starts_at)}
    match step:
        case "cancelled":
            sentence = _("%(title)s op %(moment)s gaat niet door.", **said)
            if why:
                sentence = f"{sentence} {why}"
        case "changed":
            sentence = _("%(title)s op %(moment)s: er verandert iets.", **said)
            sentence = f"{sentence} {date.sentence}"
        case "promoted":
            sentence = _("Er is plaats: %(title)s op %(moment)s.", **said)
        case "drawn" if date.state == "confirmed":
            sentence = _("Ingeloot: %(title)s op %(moment)s.", **said)
        case "drawn":
            sentence = _("Niet ingeloot: %(title)s op %(moment)s. Staat op de wachtlijst.", **said)
        case "left":
            sentence = _("Niet meer op de lijst van %(title)s op %(moment)s: het is niet voor deze buur.", **said)
        case "signed_up":
            sentence = _("%(name)s heeft u aangemeld: %(title)s op %(moment)s.", name=name, **said)
            if date.state == "waiting":
                sentence = f"{sentence} {_('U staat op de wachtlijst.')}"
        case _:
            sentence = _("%(name)s heeft u afgemeld: %(title)s op %(moment)s.", name=name, **said)
    if len(told) > 1:
        sentence += " " + ngettext("En nog %(n)s andere dag.", "En nog %(n)s andere dagen.", len(told) - 1)
    return sentence


def to_arrange(readers: Sequence[Person], step: str, told: Sequence[Told], *, duty: str, name: str) -> Letter:
    """To who must see to something. To helpers: "turn" (a reserve has the turn now), "asked" (`name` looks for somebody
    who takes it over), "replaced" (`name` took it over). To who receives people: "short" (nobody does it any more),
    "roomless" (these dates of a series have no room), "hostless" (they have nobody who receives people)."""
    first = told[0].occurrence
    base = current_app.config["BASE_URL"]
    links = {"roomless": f"{base}/agenda/{first.id}", "hostless": f"{base}/agenda/{first.id}/wijzig"}
    return write(
        "arranging",
        readers,
        lambda: _to_arrange(step, told, duty, name),
        step=step,
        told=told[:LISTED],
        more=max(0, len(told) - LISTED),
        duty=duty,
        name=name,
        link=links.get(step, f"{base}/agenda/{first.id}#taken"),
        base=base,
    )


def _to_arrange(step: str, told: Sequence[Told], duty: str, name: str) -> str:
    first = told[0].occurrence
    said = {"title": first.title, "day": dates.on(first.starts_at)}
    match step:
        case "turn":
            return _("U bent aan de beurt: %(duty)s bij %(title)s, %(day)s", duty=duty, **said)
        case "asked":
            return _("Kunt u helpen? %(duty)s bij %(title)s, %(day)s", duty=duty, **said)
        case "replaced":
            return _("%(name)s neemt uw beurt over: %(title)s, %(day)s", name=name, **said)
        case "short":
            return _("Er is weer hulp nodig: %(duty)s bij %(title)s, %(day)s", duty=duty, **said)
        case "roomless":
            return ngettext(
                "Nog geen zaal: %(title)s, %(n)s dag", "Nog geen zaal: %(title)s, %(n)s dagen", len(told),
                title=first.title,
            )  # fmt: skip
    return _("Wie neemt het over? %(title)s", title=first.title)
