"""Dates of activities to look at: one that is full with people who wait and somebody to call, and one whose places were
drawn."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta

from sqlalchemy import select

from community import clock, db
from community.places.models import Building
from community.visitor import Visitor
from events import answer_links, drawing, planning, registering
from events.models import Occurrence
from events.planning import Plan
from events.registering import Company


def answered_dates(building: Building, chair: Visitor, resident: Visitor, crowd: list[Visitor]) -> dict[str, str]:
    """Word -> what stands in an address. The chair is host of both; the resident waits for the full one."""
    plan = Plan(
        title="Samen eten met alle buren van de hele galerij", start_on=clock.today() + timedelta(days=9),
        start_at=time(18), lasts=120, host_id=chair.person_id, building_id=building.id, place="Recreatiezaal",
        capacity=2, cents=600, bring="bord en bestek",
    )  # fmt: skip
    full = _date(planning.plan(plan, token=None, by=chair))
    registering.answer(full, coming=True, by=chair, guests=[Company()])
    for visitor in crowd:
        registering.answer(full, coming=True, by=visitor)
    registering.answer(full, coming=True, by=resident, guests=[Company(name="Mijn zus uit Groningen")])
    drawn = _date(
        planning.plan(replace(plan, title="Naar het museum", by_draw=True, closes_before=1440), token=None, by=chair)
    )
    for number in range(4):
        registering.answer(
            drawn, coming=True, by=chair, for_name=f"Naam {number}", way="paper", token=str(number)
        )  # fmt: skip
    registering.answer(drawn, coming=True, by=resident)
    _due(drawn)
    drawing.draw(drawn)
    open_one = _date(planning.plan(replace(plan, title="Koffie", capacity=None), token=None, by=chair))
    return {
        "full_date": str(full),
        "drawn_date": str(drawn),
        "open_date": str(open_one),
        "answer_link": answer_links.link(full, resident.person_id).rsplit("/", 1)[1],
    }


def _date(event_id: int) -> int:
    return db.session().scalars(select(Occurrence.id).where(Occurrence.event_id == event_id)).one()


@db.action
def _due(occurrence_id: int) -> None:
    date = db.lock(Occurrence, occurrence_id)
    assert date is not None
    date.draw_at = clock.now()
