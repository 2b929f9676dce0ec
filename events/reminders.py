"""The mail of the day before, at ten, to who comes. From the moment that stands with the date, so that a worker that
was away neither forgets it nor sends it twice; once it has begun, nobody is reminded any more."""

from __future__ import annotations

from sqlalchemy import select

from community import clock, db
from events import telling
from events.models import Occurrence

# A round of the worker is short; the next one is half a second later.
_A_ROUND = 20


def remind_due() -> int:
    """Send the reminders whose moment has come; returns of how many dates."""
    asked = select(Occurrence.id).where(Occurrence.remind_at.is_not(None), Occurrence.remind_at <= clock.now())
    due = list(db.connection().execute(asked.order_by(Occurrence.remind_at).limit(_A_ROUND)).scalars())
    for occurrence_id in due:
        remind(occurrence_id)
    return len(due)


@db.action
def remind(occurrence_id: int) -> None:
    """Remind who comes to this date, once."""
    date = db.lock(Occurrence, occurrence_id)
    if date is None or date.remind_at is None or date.remind_at > clock.now():
        return
    date.remind_at = None
    if date.cancelled_at is None and date.starts_at > clock.now():
        telling.reminded(date.id)
