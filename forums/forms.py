"""What did you type? Forgiving about everything but an empty text; what cannot be used comes back with a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import ImmutableMultiDict

from community import text
from community.errors import Invalid
from community.language import gettext as _
from community.language import ngettext
from forums.models import ASPECTS, TEXT_MAX, TITLE_MAX, TOPIC_KINDS

# A form's one-time token is 22 characters; what is longer is not ours.
TOKEN_MAX = 40
Fields = ImmutableMultiDict[str, str]


@dataclass(frozen=True, slots=True)
class ReplyForm:
    """A reply: its text, and the token that makes sending it twice harmless."""

    source: str
    token: str | None
    quotes: int | None = None

    @classmethod
    def read(cls, fields: Fields, has_files: bool = False) -> ReplyForm:
        """Read a form; one with a photo may have no text.

        Raises:
            Invalid: there is no text, or too much of it.
        """
        errors: dict[str, str] = {}
        source = _text(fields.get("tekst", ""), errors, has_files)
        if errors:
            raise Invalid(errors)
        return cls(source, _token(fields), _number(fields.get("citaat", "")))


@dataclass(frozen=True, slots=True)
class TopicForm:
    """A new conversation."""

    forum: str
    kind: str
    aspect: str | None
    title: str
    source: str
    token: str | None

    @classmethod
    def read(cls, fields: Fields, has_files: bool = False) -> TopicForm:
        """Read a form; one with a photo may have no text.

        Raises:
            Invalid: a title or a text is missing or too long.
        """
        errors: dict[str, str] = {}
        title = text.clean_line(fields.get("titel", ""), TITLE_MAX * 10)
        if not any(letter.isalnum() for letter in title):
            errors["titel"] = _("Geef uw gesprek een titel. Een paar woorden is genoeg.")
        elif len(title) > TITLE_MAX:
            too_many = len(title) - TITLE_MAX
            errors["titel"] = ngettext(
                "De titel is %(n)s letter te lang. Maak hem iets korter.",
                "De titel is %(n)s letters te lang. Maak hem iets korter.",
                too_many,
            )
        source = _text(fields.get("tekst", ""), errors, has_files)
        if errors:
            raise Invalid(errors)
        kind = fields.get("soort", "")
        kind = kind if kind in TOPIC_KINDS else "conversation"
        return cls(
            fields.get("forum", ""),
            kind,
            _aspect(kind, fields.get("aard", "")),
            title,
            source,
            _token(fields),
        )


def _aspect(kind: str, typed: str) -> str | None:
    """What a topic of a kind is more exactly; what nobody offered is the first."""
    possible = ASPECTS.get(kind)
    return None if possible is None else typed if typed in possible else possible[0]


def _text(typed: str, errors: dict[str, str], may_be_empty: bool) -> str:
    source = typed.replace("\r\n", "\n").strip()
    # Length first: what is too long is not worth reading.
    if len(source) > TEXT_MAX:
        errors["tekst"] = ngettext(
            "Uw tekst is %(n)s letter te lang. Kort hem iets in, of maak er twee reacties van.",
            "Uw tekst is %(n)s letters te lang. Kort hem iets in, of maak er twee reacties van.",
            len(source) - TEXT_MAX,
        )
    elif not text.plain(source).strip(" \n\t-*"):
        if may_be_empty:
            return ""
        errors["tekst"] = _("U schreef nog niets.")
    return source


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else None


def _token(fields: Fields) -> str | None:
    token = fields.get("formulier", "")
    return token if 0 < len(token) <= TOKEN_MAX else None
