"""What time it is, and in which zone the residents live. The only place that asks the machine for the time,
so that a test can move it. Moments are kept in UTC; days are days in Amsterdam."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The date on the kitchen calendar of a resident."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The same moment on a resident's clock."""
    return moment.astimezone(ZONE)
