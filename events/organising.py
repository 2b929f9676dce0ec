"""Putting an activity in the calendar from its form: the activity, the dates on which it does not go on, and the end of
the draft, in one transaction."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from community import clock, db
from community.visitor import Visitor
from events import changing, drafts, planning
from events.forms import PlanForm
from events.models import Occurrence


@db.action
def put_in_calendar(
    form: PlanForm,
    *,
    by: Visitor,
    without: Collection[str] = (),
    why: str = "",
    despite_clashes: bool = False,
    instead: str = "",
) -> int:
    """Put it in the calendar; returns the number of its first date that goes on. `without` are days (2026-12-24) on
    which it does not, for which neighbours read `why`; with all of them ticked off there would be no activity, and
    then they stay.

    Raises:
        what `planning.plan` raises.
    """
    event_id = planning.plan(form.plan, token=form.token, by=by, despite_clashes=despite_clashes, instead=instead)
    drafts.drop(by.person_id)
    there = db.session().execute(
        select(Occurrence.id, Occurrence.starts_at)
        .where(Occurrence.event_id == event_id)
        .order_by(Occurrence.starts_at)
    ).all()  # fmt: skip
    off = [row.id for row in there if clock.local(row.starts_at).date().isoformat() in without]
    if len(off) == len(there):
        off = []
    for date_off in off:
        changing.skip_date(date_off, why, by=by)
    number: int = next(row.id for row in there if row.id not in off)
    return number
