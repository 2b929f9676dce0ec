"""Dates that people answer for, for the table of routes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from community import clock, db
from events import answer_links, registering
from events.arranged import Call
from events.models import NEIGHBOURHOOD
from tests.events.gatherings import a_date
from tests.world import World


def answers_there_are(world: World) -> dict[str, int]:
    """A date of Ton's in the Lindehof with one seat: Ton has it, Henk waits behind Willemijn, both written down by
    Nel; Henk has no mail and is to be called. One of the neighbourhood, and one of which the places are drawn."""
    full = a_date(world, capacity=1, rrule="FREQ=WEEKLY")
    registering.answer(full, coming=True, by=world.visitor("ton"))
    waits = 0
    for key in ("willemijn", "henk"):
        waits = registering.answer(full, coming=True, by=world.visitor("nel"), for_person=world.people[key]).id
    return {
        "full_date": full,
        "waits": waits,
        "call": db.session().scalars(select(Call.id).where(Call.occurrence_id == full)).one(),
        "near_date": a_date(world, seen_by=NEIGHBOURHOOD),
        "far_date": a_date(world, building="baken", host="bas"),
        "drawn_date": a_date(world, capacity=1, draw_at=clock.now() + timedelta(days=3)),
    }


def answer_link(world: World, occurrence_id: int) -> str:
    """What stands in the address that Ton got by mail."""
    return answer_links.link(occurrence_id, world.people["ton"]).rsplit("/", 1)[1]
