"""What somebody typed in the form of an answer: whether they come, with how many, and what the host should know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from community.errors import Invalid
from community.language import gettext as _
from community.visitor import Visitor
from events import neighbours
from events.models import GUESTS_MAX, REMARK_MAX
from events.registering import Company

TOKEN_MAX = 40


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields as they were typed; what was not in the form is None."""

    coming: bool
    names: tuple[str, ...] | None
    remark: str | None
    has_walker: bool | None
    token: str | None


def read(form: Mapping[str, str]) -> Typed:
    """Read it. A button on a card sends "antwoord" alone; the whole form also "met", how many come along.

    Raises:
        Invalid: it is no answer.
    """
    said = form.get("antwoord", "")
    if said not in {"ja", "nee"}:
        raise Invalid({"antwoord": _("Kies: ik kom, of ik kom niet.")})
    is_whole = "met" in form
    return Typed(
        coming=said == "ja",
        names=_names(form) if is_whole else None,
        remark=form.get("opmerking", "")[: REMARK_MAX * 4] if is_whole else None,
        has_walker="rollator" in form if is_whole else None,
        token=form.get("formulier", "")[:TOKEN_MAX] or None,
    )


def _names(form: Mapping[str, str]) -> tuple[str, ...]:
    """A name for each who comes along; empty is "iemand". Who filled in a name brings that one."""
    asked = form.get("met", "").strip() or "0"
    if not asked.isdecimal() or len(asked) > 2:
        raise Invalid({"met": _("Vul een getal in van 0 tot en met 3.")})
    names = [" ".join(form.get(f"gast-{number}", "").split())[:200] for number in range(1, GUESTS_MAX + 1)]
    named = [name for name in names if name]
    many = max(int(asked), len(named))
    return tuple(named + [""] * (many - len(named)))


def company(typed: Typed, date: Any, *, by: Visitor) -> list[Company] | None:
    """Who comes along: a neighbour with an account where the whole name is theirs, else the name."""
    if typed.names is None:
        return None
    made = []
    for name in typed.names:
        person_id = neighbours.named(name, date, by=by) if name else None
        made.append(Company(person_id, "" if person_id else name))
    return made
