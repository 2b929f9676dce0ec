"""One date of an activity as somebody means it, where that is otherwise than its series; and whether it can be so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from community import text
from community.errors import Invalid
from community.visitor import Visitor
from events import planning, policy, recurrence, series
from events.models import TITLE_MAX, Event, Occurrence
from events.planning import Plan


@dataclass(frozen=True, slots=True)
class DatePlan:
    """One date as somebody means it: what can differ from the series. `lasts` is minutes; `note` says what is
    different, for everybody who sees it."""

    title: str
    start_on: date
    start_at: time
    lasts: int
    host_id: int
    room_id: int | None = None
    place: str = ""
    cents: int | None = None
    capacity: int | None = None
    note: str = ""


def check(plan: DatePlan, row: Occurrence, event: Event, by: Visitor) -> None:
    """See whether a date can be so.

    Raises:
        Invalid: something cannot be used. Refused: it is not theirs to make another host.
    """
    meant = Plan(
        plan.title, plan.start_on, plan.start_at, plan.lasts, plan.host_id, cents=plan.cents, capacity=plan.capacity
    )  # fmt: skip
    errors = planning.errors_in(meant, text.clean_line(plan.title, TITLE_MAX))
    if errors:
        raise Invalid(errors)
    if plan.room_id is not None and plan.room_id != row.room_id:
        planning.check_room(plan.room_id, event.building_id, event.neighbourhood_id, event)
    starts_at = recurrence.moment(plan.start_on, plan.start_at, event.zone)
    ends_at = starts_at + timedelta(minutes=plan.lasts)
    if plan.room_id is not None and (plan.room_id, starts_at, ends_at) != (row.room_id, row.starts_at, row.ends_at):
        planning.check_rules(
            plan.room_id, starts_at, plan.lasts, event.building_id, event.neighbourhood_id, by=by
        )  # fmt: skip
    if plan.host_id != row.host_id:
        policy.check_plan(
            by, event.building_id, event.neighbourhood_id, event.seen_by, for_other=plan.host_id != by.person_id
        )  # fmt: skip
        planning.host_of(plan.host_id, event.building_id, event.neighbourhood_id, event)


def choose_room(row: Occurrence, event: Event, room_id: int, by: Visitor) -> None:
    """Let a date be in another room; it is not booked here.

    Raises:
        Invalid: the room is not one of theirs, or the house rules say no (under "zaal").
    """
    planning.check_room(room_id, event.building_id, event.neighbourhood_id, event)
    lasts = int((row.ends_at - row.starts_at).total_seconds() // 60)
    try:
        planning.check_rules(room_id, row.starts_at, lasts, event.building_id, event.neighbourhood_id, by=by)
    except Invalid as refused:
        raise Invalid({"zaal": refused.sentence}) from refused
    row.room_id, row.place = room_id, ""
    if series.says_homeless(row.note):
        row.note = ""
