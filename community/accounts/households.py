"""What signing in has to ask about households. Where people live is known above this room, so that room answers:
it puts its answers in `app.extensions["households"]` when it opens."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from flask import current_app

from community.web import Frame


@dataclass(frozen=True, slots=True)
class Households:
    """The answers; each takes the id of a household."""

    address_of: Callable[[int], str]
    """ "Lindestraat 42 B", as it stands on the letter."""
    building_of: Callable[[int], int | None]
    """The id of the building, for the journal."""
    frame_of: Callable[[int], Frame]
    """What stands around a page for somebody who lives there: the building, and its caretaker's telephone."""
    known_people: Callable[[int], Sequence[int]]
    """The ids of who lives there today."""
    is_current: Callable[[int], bool]
    """False once these people have moved out."""
    add_member: Callable[[int, int], None]
    """`add_member(person_id, household_id)`: lives there from today on; part of the running action."""


def households() -> Households:
    """The answers of this application."""
    return cast(Households, current_app.extensions["households"])
