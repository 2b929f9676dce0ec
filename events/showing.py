"""How a date of an activity reads: the leaf of the calendar beside it, where, how many places, until when, what it
costs. Templates get these words and query nothing; `card` makes what `events/_card.html` shows wherever a date
stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from community import clock, dates, language
from community.language import gettext as _
from community.language import in_sentence, ngettext
from community.places.queries import role_name
from community.visitor import STAFF, Visitor
from events.models import ASSOCIATION, NEIGHBOURHOOD
from events.queries import Comer, DateRow, comers, lives_around

# When a day's evening begins, as people say it.
EVENING = 18
# Faces beside the names of who comes; who else comes is counted.
FACES = 4
# So few places left are worth saying as places left.
FEW = 5


@dataclass(frozen=True, slots=True)
class Leaf:
    """The leaf of a calendar beside a date: "om / 10.30 / uur", "vandaag / 10.30 / uur", "vr / 13"."""

    top: str
    big: str
    small: str = ""
    is_time: bool = False


@dataclass(frozen=True, slots=True)
class Comes:
    """Who comes: the first ones by name, and how many besides."""

    people: tuple[Comer, ...]
    others: int
    is_me: bool

    @property
    def names(self) -> str:
        """ "Gerda, Ton en Indra"; empty when nobody is named."""
        names = [comer.short_name for comer in self.people]
        if len(names) < 2 or self.others:
            return ", ".join(names)
        return _("%(names)s en %(last)s", names=", ".join(names[:-1]), last=names[-1])


@dataclass(frozen=True, slots=True)
class Card:
    """A date as one visitor finds it. `mood` is for its colours: "done" (they come), "off" (it does not go on)."""

    row: DateRow
    path: str
    leaf: Leaf
    mood: str
    place: str
    elsewhere: str
    host: str
    hat: str
    hat_is_staff: bool
    places: str
    until: str
    price: str
    comes: Comes | None
    is_over: bool
    is_open: bool
    is_full: bool
    is_mine: bool


def path_of(row: Any) -> str:
    """Where a date is found: "/agenda/418-koffie-in-de-hal"."""
    return f"/agenda/{row.id}-{row.slug}"


def card(row: DateRow, visitor: Visitor | None, *, near: bool = False, comes: Comes | None = None) -> Card:
    """A date for `events/_card.html`. With `near` its leaf says which day, else only the time (there is a heading)."""
    now = clock.now()
    is_coming = visitor is not None and (row.own_state == "confirmed" or row.along_state == "confirmed")
    return Card(
        row=row,
        path=path_of(row),
        leaf=leaf_of_time(row.starts_at, near=near),
        mood="off" if row.cancelled_at else "done" if is_coming else "",
        place=place(row),
        elsewhere=elsewhere(row, visitor),
        host=host(row),
        hat=role_name(row.host_as, row.host_title) if row.host_as else "",
        hat_is_staff=row.host_as in STAFF,
        places=places(row),
        until=until(row),
        price=price(row.cents),
        comes=comes,
        is_over=row.ends_at <= now,
        is_open=row.cancelled_at is None and row.closes_at > now and row.starts_at > now,
        is_full=is_full(row),
        is_mine=visitor is not None and row.host_id == visitor.person_id,
    )


def cards(rows: Sequence[DateRow], visitor: Visitor, *, near: bool = False, faces: bool = False) -> list[Card]:
    """Several dates; with `faces` who comes to each, for one query more."""
    found = who_come(rows, visitor) if faces else {}
    return [card(row, visitor, near=near, comes=found.get(row.id)) for row in rows]


def who_come(rows: Sequence[DateRow], visitor: Visitor, most: int = FACES) -> dict[int, Comes]:
    """By date who comes, by first name, for who lives there. One query."""
    seen = [row for row in rows if row.cancelled_at is None and row.coming and lives_around(visitor, row)]
    found = comers(visitor, [row.id for row in seen], most)
    return {row.id: _comes(row, found) for row in seen}


def _comes(row: DateRow, found: Mapping[int, Sequence[Comer]]) -> Comes:
    people = tuple(found.get(row.id, ()))
    is_me = row.own_state == "confirmed" or row.along_state == "confirmed"
    own = (row.own_seats if row.own_state == "confirmed" else 1) if is_me else 0
    # The blocked and those who stopped stand in no list of names, and their seats are as taken as any.
    return Comes(people, max(0, row.coming - own - len(people)), is_me)


# ---- when ------------------------------------------------------------------------------------------------------------


def _clock(moment: datetime) -> tuple[str, str]:
    """("10.30", "uur"), and in English ("10:30", "")."""
    number, _space, word = dates.time(moment).partition(" ")
    return number, word


def leaf_of_time(moment: datetime, *, near: bool = False) -> Leaf:
    """Its time, under "om", or under its day: "vandaag", "vanavond", "vr 13"."""
    number, word = _clock(moment)
    if not near:
        return Leaf(_("om"), number, word, True)
    here = clock.local(moment)
    offset = (here.date() - clock.today()).days
    if offset == 0:
        return Leaf(_("vanavond") if here.hour >= EVENING else _("vandaag"), number, word, True)
    if offset == 1:
        return Leaf(_("morgen"), number, word, True)
    return Leaf(f"{dates.weekday(here.date())[:2]} {here.day}", number, word, True)


def leaf_of_day(moment: datetime) -> Leaf:
    """Its day: "vr / 13"."""
    here = clock.local(moment)
    return Leaf(dates.weekday(here.date())[:2], str(here.day))


def leaf_in_full(moment: datetime) -> Leaf:
    """Its day on its own page: "donderdag / 12 / maart"."""
    day = clock.local(moment).date()
    return Leaf(dates.weekday(day), str(day.day), dates.month(day).rpartition(" ")[0])


def times(row: Any) -> str:
    """ "10.30 tot 12.00 uur", with the day on which it ends when that is another."""
    begins, ends = clock.local(row.starts_at), clock.local(row.ends_at)
    if ends.date() != begins.date() and ends - begins > timedelta(hours=12):
        day = dates.full(ends.date())
        return _("%(begin)s tot %(day)s, %(end)s", begin=dates.time(begins), day=day, end=dates.time(ends))
    return _("%(begin)s tot %(end)s", begin=_clock(row.starts_at)[0], end=dates.time(ends))


def until(row: Any) -> str:
    """Until when one can sign up, where that is earlier than the start."""
    if not row.needs_signup or row.closes_at >= row.starts_at or row.cancelled_at:
        return ""
    if row.closes_at <= clock.now():
        return _("Opgeven kan niet meer") if row.starts_at > clock.now() else ""
    here = clock.local(row.closes_at)
    if day := whole_day(here):
        return _("Opgeven tot en met %(day)s", day=dates.near(day))
    return _("Opgeven tot %(moment)s", moment=dates.moment(row.closes_at))


def whole_day(closes: datetime) -> date | None:
    """The last day on which one can sign up, where that is all of it: who reads "tot 0.00 uur" wonders which day."""
    return (closes - timedelta(minutes=1)).date() if (closes.hour, closes.minute) in ((23, 59), (0, 0)) else None


# ---- where, who, how many, how much --------------------------------------------------------------------------------


def place(row: Any) -> str:
    """ "Grote hal, begane grond", or what was written instead of a room."""
    if not row.room:
        return str(row.place)
    room = f"{row.room}, {row.room_floor}" if row.room_floor else row.room
    return f"{room} · {row.place}" if row.place else room


def reach(row: Any) -> list[tuple[str, str]]:
    """How one gets into the room, as (icon, words); what is not there is said too where somebody counts on it."""
    if not row.room:
        return []
    made = [("accessibility", _("zonder drempels") if row.is_step_free else _("niet zonder drempels"))]
    if row.has_lift:
        made.append(("arrow-up-down", _("met de lift te bereiken")))
    if row.has_loop:
        made.append(("ear", _("ringleiding voor gehoorapparaten")))
    if row.has_toilet:
        made.append(("toilet", _("toilet voor een rolstoel")))
    return made


def elsewhere(row: Any, visitor: Visitor | None) -> str:
    """The building or neighbourhood where it is, for who does not live in that building."""
    if row.building and (visitor is None or row.building_id not in visitor.home_building_ids):
        return str(row.building)
    if row.seen_by == NEIGHBOURHOOD and not row.building:
        return str(row.neighbourhood or "")
    return ""


def for_whom(row: Any, association: str) -> str:
    """Who can see it: said on its page."""
    if row.is_public:
        return _("Iedereen kan deze activiteit zien, ook zonder Trefpunt.")
    if row.seen_by == ASSOCIATION:
        return _("Alle bewoners van %(name)s kunnen deze activiteit zien.", name=association)
    if row.seen_by == NEIGHBOURHOOD:
        place = row.neighbourhood or in_sentence(row.building_with_article)
        return _("De buren in %(place)s kunnen deze activiteit zien.", place=place)
    return _("De buren in %(place)s kunnen deze activiteit zien.", place=in_sentence(row.building_with_article))


def host(row: Any) -> str:
    """Who receives people."""
    return _("oud-bewoner") if row.host_left_at else str(row.host)


def awaits_draw(row: Any) -> bool:
    """Who signs up takes part in a draw that is still to be held."""
    return row.draw_at is not None and row.draw_seed is None


def is_full(row: Any) -> bool:
    """No place is left, or somebody waits for the next one. Before a draw no place is taken."""
    return not awaits_draw(row) and row.capacity is not None and (row.coming >= row.capacity or row.waiting > 0)


def places(row: Any) -> str:
    """How many come, and how many still can."""
    if row.cancelled_at:
        return ""
    if not row.needs_signup:
        return _("Opgeven hoeft niet. U kunt gewoon komen.")
    if row.capacity is None:
        return ngettext("1 buur komt", "%(n)s buren komen", row.coming) if row.coming else _("U bent de eerste.")
    if awaits_draw(row) and row.waiting:
        there = ngettext("Er is 1 plaats", "Er zijn %(n)s plaatsen", row.capacity)
        return there + " · " + ngettext("1 doet mee met de loting", "%(n)s doen mee met de loting", row.waiting)
    left = max(0, row.capacity - row.coming)
    if left == 0 or row.waiting:
        full = ngettext("De plaats is bezet", "Alle %(n)s plaatsen zijn bezet", row.capacity)
        return full + (" · " + ngettext("1 wacht", "%(n)s wachten", row.waiting) if row.waiting else "")
    if left <= FEW and row.coming:
        return ngettext("Nog plaats voor 1", "Nog plaats voor %(n)s", left)
    if row.coming:
        return _("%(n)s van de %(all)s plaatsen bezet", n=row.coming, all=row.capacity)
    return ngettext("Er is 1 plaats", "Er zijn %(n)s plaatsen", row.capacity)


def price(cents: int | None) -> str:
    """ "€ 6,00"; empty where nothing was said, "gratis" where it costs nothing."""
    if cents is None:
        return ""
    if cents == 0:
        return _("gratis")
    return f"€\u00a0{cents // 100}{',' if language.current() == 'nl' else '.'}{cents % 100:02}"


def kinds() -> dict[str, str]:
    """The kinds of activities, in words."""
    return {
        "coffee": _("Koffie en gezelligheid"),
        "meal": _("Samen eten"),
        "games": _("Spelletjes en kaarten"),
        "sport": _("Bewegen"),
        "culture": _("Muziek, film en cultuur"),
        "outing": _("Uitjes"),
        "chores": _("Samen klussen"),
        "meeting": _("Vergadering"),
        "small": _("Wie gaat er mee?"),
        "other": _("Iets anders"),
    }
