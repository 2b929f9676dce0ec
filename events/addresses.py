"""What an address means to who asks for it: the date of "418-koffie-in-de-hal"."""

from __future__ import annotations

import re

from community.errors import Missing
from community.visitor import Visitor
from events import queries
from events.queries import DateRow

_REF = re.compile(r"^([0-9]{1,18})(?:-(.*))?$", re.S)


def find(ref: str, visitor: Visitor | None) -> tuple[DateRow, bool]:
    """The date, and whether the words are other than they are now. A stranger finds what was made public.

    Raises:
        Missing: there is no such date for this visitor.
    """
    match = _REF.match(ref)
    row = date_of(int(match[1]), visitor) if match else None
    if match is None or row is None:
        raise Missing()
    return row, match[2] != row.slug


def date_of(occurrence_id: int, visitor: Visitor | None) -> DateRow | None:
    """The date with this number, as far as this visitor may see it."""
    if occurrence_id >= 10**18:
        return None
    if visitor is not None and visitor.belongs:
        return queries.occurrence(visitor, occurrence_id) or queries.public_occurrence(occurrence_id)
    return queries.public_occurrence(occurrence_id)
