"""What a form brings along: the files chosen in it, what is said of the photos, and the buttons that only add or take
away a file and show the form again. Read from the request; kept by `attachments.py`."""

from __future__ import annotations

import re
from typing import Any

from flask import current_app, request

from community import web
from community.errors import Invalid
from community.language import gettext as _
from community.visitor import Visitor
from forums import attachments
from forums.attachments import Changes
from forums.drafts import Kept
from forums.forms import TOKEN_MAX
from forums.models import Post

_ALT = re.compile(r"alt-([0-9]{1,18})")
_NUMBER = re.compile(r"[0-9]{1,18}")


class ShownAgain(Invalid):
    """Nothing is wrong: the form was sent to add or take away a file, and is shown again with what was typed."""

    def __init__(self) -> None:
        super().__init__({})


def status(errors: dict[str, str]) -> int:
    """The status of the page that shows a form again."""
    return 413 if _is_cut() else 422 if errors else 200


def _is_cut() -> bool:
    """Whether so many files came at once that none of them was read."""
    return getattr(request, "is_cut", False)


def token() -> str | None:
    """The one-time token of the form that was sent."""
    given = request.form.get("formulier", "")
    return given if 0 < len(given) <= TOKEN_MAX else None


def form(visitor: Visitor, kept: Kept | None = None) -> dict[str, Any]:
    """For the page that shows a form: its token, and the files that hang on it. A form that opens with a kept text, on
    whichever device, goes on with the files that were brought for it."""
    sent = token()
    if sent is not None:
        return {"token": sent, "files": attachments.of_form(sent, visitor)}
    before = kept.fields.get("formulier") if kept else None
    files = attachments.of_form(before, visitor)
    return {"token": before if files else web.one_time_token(), "files": files}


def take(visitor: Visitor) -> bool:
    """Keep the files that the form brings; returns whether it says that something hangs on it.

    Raises:
        Invalid: a file cannot be used, under "bestand"; the others are kept. ShownAgain: the form is not to be placed
            yet.
    """
    sent = token()
    if _is_cut():
        attachments.describe(_alts(), sent or "", by=visitor)
        most = current_app.config["MAX_CONTENT_LENGTH"] // (1024 * 1024)
        raise Invalid({"bestand": _("Samen mogen bestanden %(n)s MB zijn. Kies er minder tegelijk.", n=most)})
    brought = [file for file in request.files.getlist("bestand") if file.filename]
    if sent is None or not (brought or "bestanden" in request.form or "erbij" in request.form):
        return False
    alts = _alts()
    if alts:
        attachments.describe(alts, sent, by=visitor)
    gone = request.form.get("bestand-weg", "")
    if _NUMBER.fullmatch(gone) and any(row.id == int(gone) for row in attachments.of_form(sent, visitor)):
        attachments.drop(int(gone), by=visitor)
    wrong = []
    for file in brought:
        try:
            attachments.bring(file.stream.read(), file.filename or "", sent, by=visitor)
        except Invalid as refused:
            wrong.append(f"{file.filename}: {refused.sentence}" if len(brought) > 1 else refused.sentence)
    if wrong:
        raise Invalid({"bestand": " ".join(wrong)})
    if "erbij" in request.form and not brought:
        raise Invalid({"bestand": _("Kies eerst een foto of een PDF.")})
    if "erbij" in request.form or gone:
        raise ShownAgain()
    # Perhaps it was all placed a moment ago, by the same form: the action that places it knows.
    return True


def hanging(post: Post) -> dict[str, Any]:
    """For the form to change a message: what hangs on it, and what the form that was sent says of that."""
    files = attachments.of_posts([post.id] if post.files else []).get(post.id, ())
    return {"files": files, "changes": changes()}


def changes() -> Changes:
    """What the form to change a message says of its files."""
    gone = {int(number) for number in request.form.getlist("bestand-weg") if _NUMBER.fullmatch(number)}
    return Changes(_alts(), gone)


def _alts() -> dict[int, str]:
    found = {}
    for name, typed in request.form.items():
        if match := _ALT.fullmatch(name):
            found[int(match[1])] = typed
    return found
