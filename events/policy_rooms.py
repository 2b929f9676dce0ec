"""May I? Rooms are looked after by the residents' committee of the building and who works there; whoever lives there
has one for something of their own, within the house rules."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from community import clock, dates
from community.errors import Invalid, Refused
from community.language import gettext as _
from community.places.models import Building
from community.visitor import Visitor
from events.arranged import Room
from events.models import LASTS_MAX
from events.policy import check_act, organises


def check_tend(visitor: Visitor, building: Building) -> None:
    """Add a room, change it, take it away."""
    if not organises(visitor, building.id, building.neighbourhood_id):
        raise Refused(_("Dit kan alleen de bewonerscommissie of wie hier werkt."))
    check_act(visitor)


def check_book(visitor: Visitor, building: Building) -> None:
    """Have a room for something of one's own."""
    if building.id not in visitor.home_building_ids and not organises(visitor, building.id, building.neighbourhood_id):
        raise Refused(_("Een zaal is voor wie in dit gebouw woont of werkt."))
    check_act(visitor)


def check_cancel(visitor: Visitor, building: Building, by_id: int) -> None:
    """Give a room back: one's own booking; for another the committee and who works there."""
    if visitor.person_id != by_id and not organises(visitor, building.id, building.neighbourhood_id):
        raise Refused(_("Alleen wie de zaal heeft, kan hem teruggeven."))


def check_house_rules(room: Room, starts_at: datetime, ends_at: datetime) -> None:
    """What the house asks of who has a room for something of their own.

    Raises:
        Invalid: with the rule in words, at the field it is about.
    """
    start, end, last = clock.local(starts_at), clock.local(ends_at), clock.today() + timedelta(days=room.ahead_days)
    if starts_at < clock.now():
        raise Invalid({"van": _("Deze tijd is al voorbij. Kies een latere tijd.")})
    if start.date() > last:
        raise Invalid({"dag": _("U kunt deze zaal hebben tot en met %(day)s. Kies een eerdere dag.",
                                day=dates.full(last))})  # fmt: skip
    if (ends_at - starts_at).total_seconds() > min(room.longest, LASTS_MAX) * 60:
        raise Invalid({"tot": _("U kunt deze zaal %(length)s hebben, niet langer.", length=length(room.longest))})
    if start.hour < room.opens_hour or _hours_after(start.date(), end) > room.closes_hour:
        raise Invalid({"van": _("Deze zaal is open van %(since)s tot %(until)s uur.",
                                since=room.opens_hour, until=room.closes_hour)})  # fmt: skip


def _hours_after(day: date, moment: datetime) -> float:
    return (moment.date() - day).days * 24 + moment.hour + moment.minute / 60


def length(minutes: int) -> str:
    """ "3 uur", "2,5 uur", "45 minuten"."""
    if minutes < 60:
        return _("%(n)s minuten", n=minutes)
    hours = f"{minutes / 60:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    return _("%(n)s uur", n=hours)
