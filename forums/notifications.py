"""Who hears, in which words: the mails about conversations, in the language of who reads them."""

from __future__ import annotations

from flask import current_app

from community.accounts.models import Person
from community.accounts.notifications import Letter, write
from community.language import gettext as _
from community.places.queries import role_name
from forums.models import Post, Topic


def about_question(
    reader: Person,
    topic: Topic,
    step: str,
    *,
    name: str,
    function: str | None,
    said: Post | None,
    is_secret: bool,
    owner: str | None = None,
) -> Letter:
    """To who asked: what becomes of the question. `step`: "taken", "promised", "handed over", "let go", "answered",
    "unanswered", "agreed" or "taken back". With the whole content, but for what is between two people alone
    (`is_secret`)."""

    def subject() -> str:
        subjects = {
            "taken": _("%(name)s zoekt uw vraag uit", name=name),
            "promised": _("%(name)s heeft meer tijd nodig voor uw vraag", name=name),
            "handed over": _("%(name)s zoekt uw vraag verder uit", name=owner),
            "let go": _("Uw vraag wacht weer op iemand"),
            "answered": _("%(name)s gaf antwoord op uw vraag", name=name),
            "unanswered": _("Uw vraag is toch nog niet beantwoord"),
            "agreed": _("Dit is er afgesproken over uw vraag"),
            "taken back": _("Uw vraag is weer open"),
        }
        return subjects[step]

    return write(
        "question",
        [reader],
        subject,
        topic=topic,
        step=step,
        name=name,
        function=lambda: role_name(function) if function else "",
        owner=owner,
        said=said,
        is_secret=is_secret,
        link=f"{current_app.config['BASE_URL']}/g/{topic.id}",
    )
