"""Put an activity in the calendar: what the form said is looked at, and in one transaction there are the activity, its
dates for more than a year, and its room on each. Changing it later stands in `changing.py`."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from sqlalchemy import Table, exists, select

from community import clock, db, dialect, journal, text
from community.accounts.models import Person
from community.errors import Invalid, Missing
from community.language import gettext as _
from community.language import ngettext
from community.places.models import Building, Dwelling, Household, Membership, Neighbourhood, Role
from community.places.queries import held_today, visible_buildings
from community.visitor import STAFF, Visitor
from events import policy, policy_rooms, recurrence, series
from events.arranged import Duty, Room
from events.models import (
    BRING_MAX,
    BUILDING,
    CAPACITY_MAX,
    EVENT_KINDS,
    GUESTS_MAX,
    LASTS_MAX,
    NEIGHBOURHOOD,
    PLACE_MAX,
    TEXT_MAX,
    TITLE_MAX,
    Event,
)
from events.recurrence import Rule

# Nobody plans further ahead, and a typing error in the year shows.
YEARS_AHEAD = 5
# So many jobs fit on the rota of a date.
DUTIES_MAX = 12
CENTS_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Plan:
    """An activity as somebody means it: every field that a form sets. `rule` is None for a single one; a string is an
    RFC 5545 rule that the form has no words for. `closes_before` and `lasts` are minutes, `duties` jobs with how many
    people each needs. The neighbourhood is that of the building, when there is a building."""

    title: str
    start_on: date
    start_at: time
    lasts: int
    host_id: int
    building_id: int | None = None
    neighbourhood_id: int | None = None
    seen_by: int = BUILDING
    is_public: bool = False
    kind: str = "other"
    source: str = ""
    room_id: int | None = None
    place: str = ""
    cents: int | None = None
    bring: str = ""
    needs_signup: bool = True
    capacity: int | None = None
    minimum: int | None = None
    guests_max: int = GUESTS_MAX
    closes_before: int | None = None
    by_draw: bool = False
    photo: str | None = None
    photo_alt: str = ""
    rule: Rule | str | None = None
    skips_holidays: bool = False
    skips_school_holidays: str | None = None
    duties: tuple[tuple[str, int], ...] = ()

    @property
    def rrule(self) -> str | None:
        """The rule in RFC 5545's words; None for a single one."""
        return self.rule.rrule() if isinstance(self.rule, Rule) else self.rule or None


@db.action
def plan(
    plan: Plan,
    *,
    token: str | None,
    by: Visitor,
    despite_clashes: bool = False,
    instead: str = "",
    may_be_past: bool = False,
) -> int:
    """Put it in the calendar; returns the activity's number. The same form twice is the same activity. A series has its
    room on every date; with `despite_clashes` the dates on which somebody else has that are elsewhere (`instead`), or
    get a place later. `may_be_past`: it was, and is written down afterwards.

    Raises:
        Refused: they may not organise this there. Missing: the building is not there for this person.
        Invalid: something in it cannot be used; a sentence for each field. RoomTaken: somebody else has the room.
    """
    values = checked(plan, by=by)
    if not may_be_past and recurrence.moment(values["start_on"], plan.start_at, clock.ZONE.key) < clock.now():
        raise Invalid({"dag": _("Deze dag is al geweest. Kies een dag die nog komt.")})
    now = clock.now()
    made = {"uid": new_uid(), "created_by_id": by.person_id, "created_at": now, "updated_at": now, "sequence": 0}
    key = dialect.insert_once(
        db.connection(), cast(Table, Event.__table__), {**values, **made, "token": token}, ("created_by_id", "token")
    )
    if key is None:
        earlier = db.session().scalars(
            select(Event).where(Event.created_by_id == by.person_id, Event.token == token)
        ).one()  # fmt: skip
        if all(getattr(earlier, name) == values[name] for name in ("title", "source", "start_on", "start_at", "rrule")):
            return earlier.id
        # Other words, in a form that was gone back to: that is no form sent twice.
        key = dialect.insert_once(
            db.connection(), cast(Table, Event.__table__), {**values, **made, "token": None}, ("uid",)
        )
    event = db.lock(Event, key or 0)
    assert event is not None
    event.rolled_until = series.horizon(event)
    first = recurrence.moment(event.start_on, event.start_at, event.zone)
    # The first date is the first that goes on: a holiday at the beginning is passed over.
    rows = [
        series.new_date(event, at) for at in series.moments(event, first, series.end_of(event.rolled_until, event.zone))
    ]
    if not rows:
        raise Invalid({"herhaling": _("Alle dagen vallen in de vakantie of op een feestdag. Kies andere dagen.")})
    put_duties(event, plan.duties)
    series.let_rooms(rows, by=by, despite_clashes=despite_clashes, instead=instead)
    journal.record(
        "event.planned", by=by.person_id, subject=event.id, building=event.building_id, acting_as=event.host_as,
        event_kind=event.kind, dates=len(rows), is_series=event.rrule is not None,
    )  # fmt: skip
    series.hint(event, rows, "planned")
    return event.id


def put_duties(event: Event, wanted: tuple[tuple[str, int], ...]) -> None:
    """Let the rota of an activity have these jobs; one that goes on keeps who took it."""
    there = select(Duty).where(Duty.event_id == event.id, Duty.ended_at.is_(None))
    held = {duty.title: duty for duty in db.session().scalars(there)}
    for position, (said, needed) in enumerate(wanted):
        title = text.clean_line(said, 60)
        duty = held.pop(title, None)
        if duty is None:
            duty = Duty(event_id=event.id, title=title)
            db.session().add(duty)
        duty.needed, duty.position = needed, position
    for duty in held.values():
        duty.ended_at = clock.now()


def new_uid() -> str:
    """The name by which calendars everywhere know an activity (RFC 7986, section 5.3: nothing that says where)."""
    return secrets.token_hex(16)


def checked(plan: Plan, *, by: Visitor, event: Event | None = None) -> dict[str, Any]:
    """The columns of an activity by this plan, after a look at each. `event` is the one that it changes.

    Raises:
        Invalid, Refused, Missing: as `plan` says.
    """
    building_id, neighbourhood_id = _place(plan, by, event)
    other = plan.host_id not in (by.person_id, event.host_id if event else None)
    audience = (building_id, neighbourhood_id, plan.seen_by, plan.is_public)
    if event is None or other or audience != (
        event.building_id, event.neighbourhood_id, event.seen_by, event.is_public,
    ):  # fmt: skip
        policy.check_plan(
            by, building_id, neighbourhood_id, plan.seen_by, is_public=plan.is_public, for_other=other
        )  # fmt: skip
    title = text.clean_line(plan.title, TITLE_MAX)
    errors = errors_in(plan, title)
    if errors:
        raise Invalid(errors)
    zone = event.zone if event else clock.ZONE.key
    start_on = plan.start_on
    if plan.rrule:
        recurrence.check(plan.rrule, plan.start_on, plan.start_at, zone)
        first = recurrence.first(plan.rrule, plan.start_on, plan.start_at, zone)
        assert first is not None
        # iCalendar counts from the first date, which must be one of the series.
        start_on = series.day_of(first, zone)
    if plan.room_id is not None:
        check_room(plan.room_id, building_id, neighbourhood_id, event)
        when = (plan.room_id, plan.start_at, plan.lasts)
        if event is None or when != (event.room_id, event.start_at, event.lasts):
            starts_at = recurrence.moment(start_on, plan.start_at, zone)
            check_rules(plan.room_id, starts_at, plan.lasts, building_id, neighbourhood_id, by=by)
    return {
        **{name: getattr(plan, name) for name in _AS_GIVEN},
        "title": title,
        "slug": text.slug(title, "activiteit"),
        "html": text.render(plan.source),
        "place": text.clean_line(plan.place, PLACE_MAX) if plan.room_id is None else "",
        "bring": text.clean_line(plan.bring, BRING_MAX),
        "building_id": building_id,
        "neighbourhood_id": neighbourhood_id,
        "start_on": start_on,
        "zone": zone,
        "rrule": plan.rrule,
        **host_of(plan.host_id, building_id, neighbourhood_id, event),
    }


_AS_GIVEN = (
    "seen_by", "is_public", "kind", "source", "room_id", "cents", "needs_signup", "capacity", "minimum", "guests_max",
    "closes_before", "by_draw", "photo", "photo_alt", "start_at", "lasts", "skips_holidays", "skips_school_holidays",
)  # fmt: skip


def _place(plan: Plan, by: Visitor, event: Event | None) -> tuple[int | None, int | None]:
    if plan.building_id is not None:
        asked = visible_buildings(by).where(Building.id == plan.building_id)
        building = db.session().scalar(asked)
        if building is None:
            raise Missing()
        return building.id, building.neighbourhood_id
    if plan.seen_by == BUILDING:
        raise Invalid({"gebouw": _("Kies een gebouw.")})
    if plan.neighbourhood_id is None:
        if plan.seen_by == NEIGHBOURHOOD:
            raise Invalid({"gebouw": _("Kies een gebouw of een buurt.")})
        return None, None
    if db.session().get(Neighbourhood, plan.neighbourhood_id) is None:
        raise Missing()
    return None, plan.neighbourhood_id


def errors_in(plan: Plan, title: str) -> dict[str, str]:
    """What cannot be used, by the name of the field."""
    errors: dict[str, str] = {}
    if not title:
        errors["titel"] = _("Schrijf wat het is, bijvoorbeeld: koffie in de hal.")
    elif len(text.clean_line(plan.title, TITLE_MAX + 1)) > TITLE_MAX:
        errors["titel"] = _("Deze titel is te lang. Maak hem korter dan %(n)s letters.", n=TITLE_MAX)
    if len(plan.source) > TEXT_MAX:
        errors["tekst"] = _("Dit is te lang. Maak het korter dan %(n)s letters.", n=TEXT_MAX)
    if plan.kind not in EVENT_KINDS:
        errors["soort"] = _("Kies wat voor activiteit het is.")
    if plan.lasts <= 0:
        errors["tot"] = _("Het einde is voor het begin. Kies een latere eindtijd.")
    elif plan.lasts > LASTS_MAX:
        errors["tot"] = _("Een activiteit duurt hooguit een dag. Maak er meer activiteiten van.")
    year = clock.today().year
    if not year - YEARS_AHEAD <= plan.start_on.year <= year + YEARS_AHEAD:
        errors["dag"] = _("Dit jaar klopt niet. Kies een dag tot en met %(year)s.", year=year + YEARS_AHEAD)
    if plan.capacity is not None and not 1 <= plan.capacity <= CAPACITY_MAX:
        errors["plaatsen"] = _("Kies 1 tot en met %(n)s plaatsen, of laat dit leeg.", n=CAPACITY_MAX)
    if plan.minimum is not None and not 1 <= plan.minimum <= (plan.capacity or CAPACITY_MAX):
        errors["minimum"] = _("Het kleinste aantal is meer dan er plaatsen zijn. Kies een lager aantal.")
    if plan.cents is not None and not 0 <= plan.cents <= CENTS_MAX:
        errors["kosten"] = _("Schrijf wat het per persoon kost, zoals 6 of 2,50.")
    if not 0 <= plan.guests_max <= GUESTS_MAX:
        errors["gasten"] = _("Kies 0 tot en met %(n)s gasten.", n=GUESTS_MAX)
    if plan.closes_before is not None and not 0 <= plan.closes_before <= 366 * 24 * 60:
        errors["opgeven"] = _("Kies een moment voor het begin, en niet langer dan een jaar ervoor.")
    if plan.by_draw and (plan.capacity is None or not plan.closes_before):
        errors["loten"] = _("Loten kan als u weet hoeveel plaatsen er zijn, en tot wanneer men zich opgeeft.")
    if plan.skips_school_holidays not in (None, "noord", "midden", "zuid"):
        errors["vakantie"] = _("Kies noord, midden of zuid.")
    if len(plan.duties) > DUTIES_MAX or any(
        not title.strip() or len(title) > 60 or not 1 <= needed <= 20 for title, needed in plan.duties
    ):
        errors["taken"] = ngettext(
            "Schrijf hooguit %(n)s taak, met voor hoeveel mensen.",
            "Schrijf hooguit %(n)s taken, met voor hoeveel mensen.",
            DUTIES_MAX,
        )
    return errors


def check_room(room_id: int, building_id: int | None, neighbourhood_id: int | None, event: Event | None) -> None:
    """A room of that building; of something for a neighbourhood without a building, any room in it."""
    room = db.session().get(Room, room_id, populate_existing=True)
    if room is not None and (room.removed_at is None or (event is not None and event.room_id == room_id)):
        there = db.session().get(Building, room.building_id)
        if building_id is None:
            if neighbourhood_id is None or (there is not None and there.neighbourhood_id == neighbourhood_id):
                return
        elif room.building_id == building_id:
            return
    raise Invalid({"zaal": _("Deze zaal is er niet meer. Kies een andere plek.")})


def check_rules(
    room_id: int, starts_at: datetime, lasts: int, building_id: int | None, neighbourhood_id: int | None, *, by: Visitor
) -> None:
    """Neighbours keep to the house rules of a room; the committee and who works there are not held to them. Of a
    series the first date is looked at: the others are at the same time of the day, and come nearer by themselves.

    Raises:
        Invalid: with the rule in words.
    """
    if policy.organises(by, building_id, neighbourhood_id) or starts_at < clock.now():
        return
    room = db.session().get_one(Room, room_id)
    try:
        policy_rooms.check_house_rules(room, starts_at, starts_at + timedelta(minutes=lasts))
    except Invalid as refused:
        # There the time of a booking is asked from and until.
        raise Invalid({"tijd" if name == "van" else name: said for name, said in refused.errors.items()}) from refused


def host_of(host_id: int, building_id: int | None, neighbourhood_id: int | None, event: Event | None) -> dict[str, Any]:
    """Who receives, with the hat they wear there."""
    person = db.session().get(Person, host_id)
    if person is None or person.left_at is not None or not ((event and event.host_id == host_id) or _is_of_us(host_id)):
        raise Invalid({"wie": _("Kies iemand die hier woont of werkt.")})
    roles = db.session().scalars(select(Role).where(Role.person_id == host_id, held_today(Role))).all()
    near = [
        role
        for role in roles
        if (role.kind in policy.COMMITTEE or role.kind in STAFF)
        and (
            role.building_id == building_id
            if role.building_id is not None
            else role.neighbourhood_id in (None, neighbourhood_id)
        )
    ]
    hat = min(near, key=lambda role: (role.kind not in STAFF, role.id), default=None)
    return {"host_id": host_id, "host_as": hat.kind if hat else None, "host_title": hat.title if hat else None}


def _is_of_us(person_id: int) -> bool:
    """Whether somebody lives or works here today."""
    lives = exists().where(
        Membership.person_id == person_id,
        held_today(Membership),
        Household.id == Membership.household_id,
        held_today(Household),
        Dwelling.id == Household.dwelling_id,
    )
    works = exists().where(Role.person_id == person_id, held_today(Role))
    return bool(db.session().scalar(select(lives | works)))
