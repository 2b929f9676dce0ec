"""The activities that the table of routes speaks of: of the Lindehof alone, of its neighbourhood, of everybody, of the
Baken, and one of the Lindehof that the committee made public."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from events import planning
from events.models import ASSOCIATION, NEIGHBOURHOOD
from tests.events.planned import coffee, dates_of
from tests.world import World


def activities(world: World) -> dict[str, int]:
    """Word -> the number of a date."""
    return {
        "date": _date(world, "nel"),
        "west_date": _date(world, "nel", seen_by=NEIGHBOURHOOD, title="Buurtsoep"),
        "all_date": _date(world, "anouk", seen_by=ASSOCIATION, title="Open dag"),
        "baken_date": _date(world, "bas", building_id=world.buildings["baken"], title="Bingo"),
        "public_date": _date(world, "nel", is_public=True, title="Rommelmarkt"),
    }


def _date(world: World, by: str, **more: Any) -> int:
    plan = replace(coffee(world, by), **more)
    return dates_of(planning.plan(plan, token=None, by=world.visitor(by)))[0].id
