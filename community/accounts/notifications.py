"""Who hears, in which words: the mails of this room, in the language of who reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app

from community import language, mail, web
from community.accounts.models import Person
from community.language import gettext as _


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that is written, not yet addressed."""

    name: str
    subject: str
    text: str
    html: str

    def put(self, address: str, *, key: str, not_before: datetime | None = None) -> mail.OutgoingMail:
        """Lay it in the outbox of the running action; it leaves at once, or not before a moment."""
        return mail.put(
            address,
            name=self.name,
            subject=self.subject,
            text=self.text,
            html=self.html,
            key=key,
            not_before=not_before,
        )


def sign_in(readers: Sequence[Person], code: str, token: str) -> Letter:
    """The code and the link for signing in, to everybody who reads at one address."""
    return write(
        "sign_in",
        readers,
        lambda: _("Inloggen bij Trefpunt: uw code is %(code)s", code=spaced(code)),
        code=spaced(code),
        link=f"{current_app.config['BASE_URL']}/m/{token}",
    )


def confirm_address(reader: Person, code: str, token: str) -> Letter:
    """The code and the link with which somebody shows that an address is theirs."""
    return write(
        "confirm_address",
        [reader],
        lambda: _("Uw e-mailadres bij Trefpunt: uw code is %(code)s", code=spaced(code)),
        code=spaced(code),
        link=f"{current_app.config['BASE_URL']}/m/{token}",
    )


def address_changed(reader: Person, address: str) -> Letter:
    """To the old address: mail goes elsewhere from now on."""
    return write("address_changed", [reader], lambda: _("Uw e-mailadres bij Trefpunt is veranderd"), address=address)


def spaced(code: str) -> str:
    """ "123456" as one reads it aloud: "123 456"."""
    return f"{code[:3]} {code[3:]}"


def write(template: str, readers: Sequence[Person], subject: Callable[[], str], **values: Any) -> Letter:
    """A mail from a template of `mail/`, in the language of the first reader; `subject` is called in it."""
    spoken = next((reader.language for reader in readers if reader.language), None) or language.current()
    with language.speaking(spoken):
        frame = current_app.extensions["frame"](None)
        names = _together(readers)
        title = subject()
        made = {
            kind: web.template(f"mail/{template}.{kind}").render(names=names, frame=frame, subject=title, **values)
            for kind in ("txt", "html")
        }
    return Letter(" & ".join(reader.name for reader in readers)[:120], title, made["txt"], made["html"])


def _together(readers: Sequence[Person]) -> str:
    """ "Willemijn en Piet", each as they want to be greeted."""
    names = [language.in_sentence(reader.greeting) if reader.greeting else reader.short_name for reader in readers]
    if len(names) < 2:
        return "".join(names)
    return _("%(others)s en %(last)s", others=", ".join(names[:-1]), last=names[-1])
