"""Series that go on: their dates are made further ahead as time passes, so that there are always fifteen months of
them. The worker does it, for each series once a month."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Flask, current_app
from sqlalchemy import select

from community import clock, db, journal
from events import bookings, keepers, series
from events.models import Event, Occurrence
from events.notifications import Told

log = logging.getLogger(__name__)

# So many in one round: others have mails to send.
_A_ROUND = 10


def init_app(app: Flask) -> None:
    """Nothing failed yet. One that does is tried again the next day, and does not hold up the others."""
    app.extensions["not rolled"] = dict[int, date]()


def roll_forward() -> int:
    """See to it that every series has its dates; returns of how many they were made. Harmless to repeat."""
    failed: dict[int, date] = current_app.extensions["not rolled"]
    today, done = clock.today(), 0
    due = select(Event.id).where(*_is_due(), Event.id.not_in([key for key, day in failed.items() if day == today]))
    for key in db.session().scalars(due.order_by(Event.rolled_until).limit(_A_ROUND)).all():
        try:
            done += _roll(key)
        except Exception:
            log.exception("the dates of activity %s could not be made", key)
            failed[key] = today
    return done


def _is_due() -> tuple[Any, ...]:
    return (
        Event.rrule.is_not(None),
        Event.rolled_until < clock.today() + series.AT_LEAST,
        Event.cancelled_at.is_(None),
    )


@db.action
def _roll(key: int) -> int:
    event = db.lock(Event, key)
    if event is None or event.rrule is None or event.rolled_until is None or event.cancelled_at is not None:
        return 0
    until = series.horizon(event)
    since, before = series.end_of(event.rolled_until, event.zone), series.end_of(until, event.zone)
    there = select(Occurrence.original_at).where(Occurrence.event_id == key, Occurrence.original_at > since)
    known = {*db.session().scalars(there)}  # an extra date can be there already
    rows = [series.new_date(event, at) for at in series.moments(event, since, before) if at not in known]
    series.let_rooms(rows, by=event.host_id, despite_clashes=True, without_gone=True)
    event.rolled_until = until
    if rows:
        homeless = [row for row in rows if event.room_id is not None and row.room_id is None]
        journal.record(
            "event.rolled", by=None, subject=key, building=event.building_id, dates=len(rows),
            without_room=len(homeless),
        )  # fmt: skip
        if homeless:
            _tell_host(homeless, event.room_id or 0)
        series.hint(event, rows, "planned")
    return 1


def _tell_host(rows: Sequence[Occurrence], room_id: int) -> None:
    """Whoever receives people there hears on which dates the room could not be had, and who has it."""

    def why(row: Occurrence) -> str:
        return bookings.why_not(room_id, row.starts_at, row.ends_at, but=row.id) or ""

    keepers.tell(keepers.of_date(rows[0]), "roomless", [Told(row, "", "", why) for row in rows])
