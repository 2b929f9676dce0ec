"""What stands in the form of a reply when it opens: what was typed or kept, what it answers, who will read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from community.visitor import Visitor
from forums import attachments, audience, bringing, drafts, nudging, quoting
from forums.attached import topic_key
from forums.drafts import Kept
from forums.nudging import Nudges
from forums.queries import TopicHead
from forums.quoting import Quote


@dataclass(frozen=True, slots=True)
class Composer:
    """A form to write a reply in. `kept` is the text that waited, if that is what stands in it."""

    typed: str
    token: str
    audience: str
    errors: dict[str, str] = field(default_factory=dict)
    kept: Kept | None = None
    files: attachments.Rows = ()
    quote: Quote | None = None
    nudges: Nudges = nudging.NONE


def of_topic(
    head: TopicHead,
    visitor: Visitor,
    typed: str | None = None,
    errors: dict[str, str] | None = None,
    quotes: str | None = None,
    nudges: Nudges = nudging.NONE,
) -> Composer:
    """The form under a topic, or when that is closed what stood in it. Without `typed` it opens with what this person
    was writing here. `quotes` is the number
    of the post that they go back to."""
    # What was sent may have been kept after the topic was looked up.
    may_be = head.has_draft or typed is not None
    kept = drafts.find(visitor.person_id, topic_key(head.id)) if may_be else None
    return Composer(
        typed=typed if typed is not None else kept.text if kept else "",
        **bringing.form(visitor, kept),
        audience=audience.of_topic(head, visitor),
        errors=errors or {},
        kept=kept,
        quote=quoting.asked(visitor, head.id, quotes or (kept.fields.get("citaat") if kept else None)),
        nudges=nudges,
    )


def again(
    head: TopicHead, visitor: Visitor, form: Mapping[str, str], errors: dict[str, str], nudges: Nudges | None = None
) -> Composer:
    """The form that was sent, with what was typed in it."""
    return of_topic(head, visitor, form.get("tekst", ""), errors, form.get("citaat"), nudges or nudging.again(form))
