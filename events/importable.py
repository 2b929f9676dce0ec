"""A calendar from elsewhere laid beside the one of a building: what of it can be put in, what is there already, and
what cannot be. What "Klopt het?" shows and what is carried out are the same look; nothing is written here."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from sqlalchemy import select

from community import clock, dates, db, text
from community.errors import Invalid
from community.language import gettext as _
from community.language import ngettext
from community.places.models import Building
from community.visitor import Visitor
from events import bookings, forms, planning, previewing, recurrence, seeing, series
from events.arranged import ImportedEvent, Room
from events.bookings import Taken
from events.forms import Unusable
from events.found import Found
from events.models import EVENT_KINDS, Event
from events.offering import Offer
from events.planning import Plan
from events.reading import Unclear
from events.reading_times import read_end, read_time

# So many at once: they are put in while somebody waits, and others wait to write. The file can be read again for more.
ACTIVITIES_MAX = 200
DATES_MAX = 3000
# What can become of an activity in a file, as the page lists it: what can be put in; what was ticked off; what comes
# when the file is read again; what cannot be used; what is there already; what has been; what does not go on; what
# stands twice in the file.
STATES = ("ready", "left", "later", "wrong", "there", "past", "cancelled", "double")
# Fields of the form that are kept while somebody looks.
NAMES = ("soort", "voor", "openbaar", "wie", "tijd", "tot", "niet")
TYPED_MAX = 40
# What has no time is in the day.
DAY_FROM, DAY_UNTIL = "10.00", "17.00"


@dataclass(frozen=True, slots=True)
class Choices:
    """What is the same for all of them. `kind` is empty where the name says it; `day_from` is minutes after midnight
    and `day_lasts` how many more, for what has no time of its own."""

    kind: str
    seen_by: int
    is_public: bool
    host_id: int
    day_from: int
    day_lasts: int


@dataclass(frozen=True, slots=True)
class Line:
    """An activity of the file as the page lists it. `number` tells it from the others there; `why` is what is wrong, or
    why it is left out; `notes` what is otherwise than it stood there. `moments` are its dates, as far as they are
    made."""

    number: int
    found: Found
    state: str
    why: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    plan: Plan | None = None
    moments: tuple[datetime, ...] = ()
    when: str = ""
    often: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """All of a file, by what becomes of it."""

    lines: Mapping[str, Sequence[Line]]
    has_days: bool  # some are of a whole day

    def count(self, state: str) -> int:
        """How many of these there are."""
        return len(self.lines[state])

    @property
    def dates(self) -> int:
        """How many dates there will be."""
        return sum(len(line.moments) for line in self.lines["ready"])


def read_choices(fields: Mapping[str, str], offer: Offer, by: Visitor) -> Choices:
    """What was chosen for all of them.

    Raises:
        Unusable: a time cannot be read ("tijd", "tot").
    """
    errors: dict[str, str] = {}
    begin, lasts = 0, forms.USUAL
    try:
        begin = read_time(fields.get("tijd") or DAY_FROM).minutes
        lasts = read_end(fields.get("tot") or DAY_UNTIL, begin) - begin
    except Unclear as unclear:
        errors["tot" if begin else "tijd"] = unclear.sentence
    if errors:
        raise Unusable(errors)
    kind = fields.get("soort", "")
    audiences = {str(one.seen_by): one.seen_by for one in offer.audiences}
    hosts = {str(key): key for key, _name in offer.hosts}
    return Choices(
        kind if kind in EVENT_KINDS else "",
        audiences.get(fields.get("voor", ""), 0),
        fields.get("openbaar") == "ja",
        hosts.get(fields.get("wie", ""), by.person_id),
        begin,
        lasts,
    )


def left_out(fields: Mapping[str, str]) -> frozenset[int]:
    """Which ones were ticked off."""
    return frozenset(int(one) for one in fields.get("niet", "").split(",") if one.isascii() and one.isdecimal())


def look(every: Sequence[Found], choices: Choices, offer: Offer, without: Collection[int] = ()) -> Overview:
    """What becomes of every activity of a file in the building of the offer."""
    look_at = _Look(choices, offer, _known(offer.building, every))
    lines: dict[str, list[Line]] = {state: [] for state in STATES}
    for number, found in enumerate(every):
        line = look_at.line(number, found, is_left=number in without)
        lines[line.state].append(line)
    return Overview(lines, any(line.found.is_all_day for line in [*lines["ready"], *lines["left"], *lines["later"]]))


def _known(building: Building, every: Sequence[Found]) -> frozenset[str]:
    """The marks of what stands in the calendar of a building: what came from elsewhere, and what was made here and went
    out of it as a file."""
    asked = select(ImportedEvent.mark).where(ImportedEvent.building_id == building.id)
    marks = {found.uid: found.mark for found in every if found.uid}
    here = select(Event.uid).where(
        Event.uid.in_([*marks]), seeing.of_building(building.id, building.neighbourhood_id, Event)
    )
    return frozenset([*db.session().scalars(asked), *(marks[uid] for uid in db.session().scalars(here))])


@dataclass(slots=True)
class _Look:
    """Looks at one after another, and remembers what was seen: how many there are, and what stands there twice."""

    choices: Choices
    offer: Offer
    known: Collection[str]
    activities: int = 0
    dates: int = 0
    seen: set[str] = field(default_factory=set)
    rooms: dict[str, Room] = field(default_factory=dict)
    taken: dict[int, list[Taken]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.rooms = {text.fold(room.name): room for room in self.offer.rooms}
        now = clock.now()
        for one in bookings.between([room.id for room in self.offer.rooms], now, now + series.AHEAD):
            self.taken.setdefault(one.room_id, []).append(one)

    def line(self, number: int, found: Found, *, is_left: bool) -> Line:
        if found.skipped:
            return Line(number, found, found.skipped, (found.why,))
        if found.errors:
            return Line(number, found, "wrong", found.errors)
        if found.mark in self.known:
            return Line(number, found, "there", (_("Staat er al."),), when=_when(found))
        if found.mark in self.seen:
            return Line(number, found, "double", (_("Deze activiteit staat vaker in het bestand."),))
        self.seen.add(found.mark)
        if self.activities >= ACTIVITIES_MAX and not is_left:
            # Nobody looks through thousands; each would take time from who waits.
            return Line(number, found, "later", when=_when(found))
        room, place = self._where(found.place)
        plan = self._plan(found, room, place)
        try:
            moments, errors = self._moments(found, plan), tuple(planning.errors_in(plan, plan.title).values())
        except Invalid as invalid:
            moments, errors = (), (invalid.sentence,)
        if errors:
            return Line(number, found, "wrong", errors)
        if not moments:
            return Line(number, found, "wrong", (_("Er blijft geen dag over waarop dit doorgaat."),))
        return Line(
            number,
            found,
            self._state(len(moments), is_left=is_left),
            notes=(*found.notes, *self._notes(plan, room, moments)),
            plan=plan,
            moments=moments,
            when=previewing.when(plan),
            often=_often(plan, moments),
            where=room.name if room else place,
        )

    def _state(self, count: int, *, is_left: bool) -> str:
        """Whether something that can be used is put in now."""
        if is_left:
            return "left"
        if self.dates + count > DATES_MAX:
            return "later"
        self.activities, self.dates = self.activities + 1, self.dates + count
        return "ready"

    def _where(self, said: str) -> tuple[Room | None, str]:
        """The room of this building with that name, or the words that say where, without the building itself."""
        parts = [part.strip() for part in re.split(r"[,;\n]", said) if part.strip()]
        room = self.rooms.get(text.fold(said)) or (self.rooms.get(text.fold(parts[0])) if parts else None)
        if len(parts) > 1 and text.fold(parts[-1]) == text.fold(self.offer.building.name):
            said = said.rpartition(parts[-1])[0].rstrip(" ,;")
        return room, "" if room else said

    def _plan(self, found: Found, room: Room | None, place: str) -> Plan:
        starts, lasts = day_time(found.starts, found.lasts, self.choices, is_all_day=found.is_all_day)
        return Plan(
            title=found.title,
            start_on=starts.date(),
            start_at=starts.time(),
            lasts=lasts,
            host_id=self.choices.host_id,
            building_id=self.offer.building.id,
            neighbourhood_id=self.offer.building.neighbourhood_id,
            seen_by=self.choices.seen_by,
            is_public=self.choices.is_public,
            kind=self.choices.kind or found.kind or forms.kind_of("", found.title, is_small=False),
            source=found.about,
            room_id=room.id if room else None,
            place=place,
            rule=found.rule,
        )

    def _moments(self, found: Found, plan: Plan) -> tuple[datetime, ...]:
        """When it will be, as far as dates are made: by its rule, what differs from it, and what comes besides."""
        gone = {moment_of(at, found, self.choices) for at in found.left_out}
        there = {at: at for at in _by_rule(plan) if at not in gone}
        there |= {at: at for at in (moment_of(one, found, self.choices) for one in found.extra)}
        for change in found.changes:
            original = moment_of(change.original, found, self.choices)
            if change.is_cancelled:
                there.pop(original, None)
            else:
                starts, _lasts = day_time(change.starts, change.lasts, self.choices, is_all_day=change.is_all_day)
                there[original] = recurrence.moment(starts.date(), starts.time(), clock.ZONE.key)
        return tuple(sorted(there.values()))

    def _notes(self, plan: Plan, room: Room | None, moments: Sequence[datetime]) -> list[str]:
        notes = []
        if room is None and not plan.place:
            notes.append(_("Er staat niet bij waar het is. Zet dat er later bij."))
        if room is not None:
            clashing = self._clashing(room, moments, timedelta(minutes=plan.lasts))
            if clashing:
                days = ", ".join(dates.day_of(at) for at in clashing[:3])
                notes.append(ngettext(
                    "%(room)s is dan al bezet: %(days)s. De plek voor die dag volgt nog.",
                    "%(room)s is op %(n)s dagen al bezet, zoals %(days)s. De plek voor die dagen volgt nog.",
                    len(clashing), room=room.name, days=days,
                ))  # fmt: skip
        return notes

    def _clashing(self, room: Room, moments: Sequence[datetime], lasts: timedelta) -> list[datetime]:
        """On which of these dates somebody has the room. No two of its bookings overlap, so the first that ends after
        the beginning tells."""
        held = self.taken.get(room.id, [])
        ends = [one.ends_at for one in held]
        found = []
        for at in moments:
            place = bisect_left(ends, at + timedelta(seconds=1))
            if place < len(held) and held[place].starts_at < at + lasts:
                found.append(at)
        return found


def _by_rule(plan: Plan) -> list[datetime]:
    """The moments by its rule for which dates are made now."""
    zone = clock.ZONE.key
    begins = recurrence.moment(plan.start_on, plan.start_at, zone)
    until = max(clock.today() + series.AHEAD, plan.start_on + timedelta(days=31))
    return recurrence.expand(plan.rrule, plan.start_on, plan.start_at, zone, begins, series.end_of(until, zone))


# ---- on our clock ----------------------------------------------------------------------------------------------------


def day_time(
    starts: datetime | None, lasts: int, choices: Choices, *, is_all_day: bool
) -> tuple[datetime, int]:  # fmt: skip
    """When it begins and how many minutes it takes; what has no time gets the one that was chosen."""
    assert starts is not None
    if not is_all_day:
        return starts, lasts
    begin = time(choices.day_from // 60 % 24, choices.day_from % 60)
    return datetime.combine(starts.date(), begin), choices.day_lasts


def moment_of(at: datetime, found: Found, choices: Choices) -> datetime:
    """The moment of a date of a series."""
    starts, _lasts = day_time(at, found.lasts, choices, is_all_day=found.is_all_day)
    return recurrence.moment(starts.date(), starts.time(), clock.ZONE.key)


def _when(found: Found) -> str:
    assert found.starts is not None
    return dates.full(found.starts.date())


def _often(plan: Plan, moments: Sequence[datetime]) -> str:
    """ "elke dinsdag", or how many days besides the first."""
    if plan.rrule is None:
        return ngettext("en nog 1 keer", "en nog %(n)s keer", len(moments) - 1) if len(moments) > 1 else ""
    rule = recurrence.rule_of(plan.rrule)
    return recurrence.words(rule) if rule else _("volgens een eigen regel")
