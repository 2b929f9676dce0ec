"""What did you type? The form of an activity, read as it is meant (`reading.py`) and turned into a plan. What cannot be
used comes back with a sentence per field, and where there is a guess, with what may have been meant."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from community import clock, dates, text
from community.errors import Invalid
from community.language import gettext as _
from events import reading
from events.arranged import Duty
from events.models import (
    BRING_MAX,
    CAPACITY_MAX,
    EVENT_KINDS,
    GUESTS_MAX,
    PLACE_MAX,
    REASON_MAX,
    TEXT_MAX,
    TITLE_MAX,
    Event,
)
from events.offering import Offer
from events.planning import DUTIES_MAX, Plan
from events.reading import Unclear, read_cents, read_count, read_day, written_cents, written_count, written_day
from events.reading_times import read_end, read_time, split_range, written_end, written_time
from events.recurrence import DATES_MAX, Rule, rule_of

T = TypeVar("T")
Fields = Mapping[str, str]

# How long something takes when nobody said: most of what neighbours do together.
USUAL = 120
# A form's one-time token is 22 characters; what is longer is not ours.
TOKEN_MAX = 40
# "Wie gaat er mee?": as many as fit in a car beside who drives.
SMALL = 3
# What of a form is read, and kept while it waits. The long one may be four times too long.
NAMES = (
    "titel", "dag", "tijd", "tot", "zaal", "plek", "tekst", "soort", "plaatsen", "minimum", "kosten", "meenemen",
    "aanmelden", "opgeven", "gasten", "loten", "voor", "openbaar", "wie", "herhaling", "dagen", "einde", "keren",
    "feestdagen", "vakantie", "taken", "alt", "gebouw", "klein", "formulier", "opmerking",
)  # fmt: skip
TYPED_MAX = 1_000
LONG_MAX = {"tekst": 4 * TEXT_MAX, "taken": 4_000}
# Until when one signs up, in minutes before the start.
CLOSING = (60, 3 * 60, 24 * 60, 2 * 24 * 60, 3 * 24 * 60, 7 * 24 * 60, 14 * 24 * 60)
ELSEWHERE = "anders"
# The rule stays as it is: one that the form has no words for.
AS_IT_IS = "zo"
# Under "meer": what opens by itself when there is something in it.
MORE = (
    "tekst", "bestand", "soort", "plaatsen", "minimum", "kosten", "meenemen", "opgeven", "gasten", "loten", "wie",
    "herhaling", "dagen", "einde", "keren", "feestdagen", "vakantie", "taken",
)  # fmt: skip
_KINDS = (
    ("coffee", ("koffie", "thee", "borrel", "coffee")),
    ("meal", ("eten", "diner", "lunch", "maaltijd", "ontbijt", "barbecue", "bbq", "soep", "stamppot", "pannenkoek")),
    ("games", ("klaverjas", "kaart", "bingo", "spel", "schaak", "dammen", "rummikub", "sjoel", "boules", "quiz")),
    ("sport", ("wandel", "gym", "yoga", "fiets", "dans", "beweeg", "zwem", "tai chi")),
    ("culture", ("film", "muziek", "zing", "koor", "concert", "museum", "lezen", "boek", "schilder", "voorstelling")),
    ("outing", ("uitje", "dagje", "excursie", "markt", "boottocht", "busreis")),
    ("chores", ("klus", "tuin", "opruim", "schoonmaak", "plant")),
    ("meeting", ("vergader", "overleg", "bewonersavond", "spreekuur")),
)  # fmt: skip


class Unusable(Invalid):
    """What was typed cannot be used yet; `meant` is what may have been meant, by the name of the field."""

    def __init__(self, errors: dict[str, str], meant: dict[str, tuple[str, ...]] | None = None) -> None:
        super().__init__(errors)
        self.meant = meant or {}


@dataclass(frozen=True, slots=True)
class PlanForm:
    """A form that can be used. `others` is what a field may mean as well, as it would be typed: two Saturdays, or the
    other half of the day."""

    plan: Plan
    token: str | None
    others: Mapping[str, str] = field(default_factory=dict)


def flat(form: MultiDict[str, str]) -> dict[str, str]:
    """What of a form is ours, each field once, without half characters that no database takes. A button that takes
    over a guess (`neem`, "dag=28-2-2027") puts it in its field; and who writes "elke dinsdag" as the day, said two
    things at once."""
    found = {name: ",".join(form.getlist(name)) if name == "dagen" else form.get(name, "") for name in NAMES}
    name, is_guess, guess = form.get("neem", "").partition("=")
    if is_guess and name in ("dag", "tijd", "tot", "kosten", "einde"):
        found[name] = guess
    if weekday := reading.every_week(found["dag"]):
        found["dag"], found["herhaling"] = weekday, found["herhaling"] or "week"
    return {name: cleaned for name, typed in found.items() if (cleaned := _cleaned(name, typed))}


def _cleaned(name: str, typed: str) -> str:
    whole = typed.encode("utf-8", "ignore").decode("utf-8").replace("\0", "").replace("\r\n", "\n")
    return whole[: LONG_MAX.get(name, TYPED_MAX)]


def is_more(fields: Fields, errors: Mapping[str, str]) -> bool:
    """Whether something under "meer" is filled in or wrong: then it is open."""
    return any(fields.get(name) or name in errors for name in MORE)


class _Reader:
    """Reads fields one by one, and keeps what is wrong with them."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.errors: dict[str, str] = {}
        self.meant: dict[str, tuple[str, ...]] = {}

    def said(self, name: str) -> str:
        return self.fields.get(name, "").strip()

    def read(self, name: str, how: Callable[[str], T]) -> T | None:
        """What a field says; None when it is wrong."""
        try:
            return how(self.said(name))
        except Unclear as unclear:
            self.errors[name] = unclear.sentence
            self.meant[name] = unclear.meant
        return None

    def line(self, name: str, most: int, sentence: str) -> str:
        """A line of text."""
        line = text.clean_line(self.said(name), most * 8)
        if len(line) > most:
            self.errors[name] = sentence
        return line

    def count(self, name: str, most: int = CAPACITY_MAX) -> int | None:
        """A number, or None where it is left empty."""
        return self.read(name, lambda typed: read_count(typed, most))

    def done(self) -> None:
        """Refuse what is wrong."""
        if self.errors:
            raise Unusable(self.errors, self.meant)


def read(
    fields: Fields,
    offer: Offer,
    *,
    person_id: int,
    event: Event | None = None,
    photo: str | None = None,
) -> PlanForm:
    """Read the form of an activity in the building of the offer. `event` is the one that it changes; `photo` the name
    of the photo that hangs on it.

    Raises:
        Unusable: something in it cannot be used, with a sentence for each field.
    """
    reader = _Reader(fields)
    others: dict[str, str] = {}
    title = _title(reader)
    day = _day(reader, others, event)
    start, lasts = _times(reader, others)
    room_id, place = _where(reader, offer)
    capacity, minimum = reader.count("plaatsen"), reader.count("minimum")
    if capacity is not None and minimum is not None and minimum > capacity:
        reader.errors["minimum"] = _("Er moeten minstens %(few)s mensen komen, maar er zijn %(most)s plaatsen.",
                                     few=minimum, most=capacity)  # fmt: skip
    needs_signup = reader.said("aanmelden") != "nee"
    closes = _one_of(reader.said("opgeven"), {str(n): n for n in CLOSING}, event.closes_before if event else None)
    by_draw = reader.said("loten") == "ja"
    if by_draw and (capacity is None or not closes):
        reader.errors["loten"] = _("Loten kan als u zegt hoeveel plaatsen er zijn, en tot wanneer men zich opgeeft.")
    rule = _rule(reader, day, event)
    source = reader.said("tekst").replace("\r\n", "\n")
    if len(source) > TEXT_MAX:
        reader.errors["tekst"] = _("Uw tekst is %(n)s letters te lang. Kort hem iets in.", n=len(source) - TEXT_MAX)
    cents = reader.read("kosten", read_cents)
    bring = reader.line("meenemen", BRING_MAX, _("Dit is te lang. Zet het liever bij de uitleg."))
    duties = _duties(reader)
    seen_by = _audience(reader, offer, event)
    host_id = _host(reader, offer, person_id, event)
    is_small = reader.said("klein") == "ja"
    reader.done()
    assert day is not None
    plan = Plan(
        title=title,
        start_on=day,
        start_at=time(start // 60, start % 60),
        lasts=lasts,
        host_id=host_id,
        building_id=offer.building.id,
        neighbourhood_id=offer.building.neighbourhood_id,
        seen_by=seen_by,
        is_public=reader.said("openbaar") == "ja" and offer.organises,
        kind=kind_of(reader.said("soort"), title, is_small),
        source=source,
        room_id=room_id,
        place=place,
        cents=cents,
        bring=bring,
        needs_signup=needs_signup,
        capacity=capacity if needs_signup else None,
        minimum=minimum if needs_signup else None,
        guests_max=_one_of(reader.said("gasten"), {str(n): n for n in range(GUESTS_MAX + 1)}, GUESTS_MAX),
        closes_before=closes if needs_signup else None,
        by_draw=by_draw and needs_signup,
        photo=photo,
        photo_alt=text.clean_line(reader.said("alt"), 300) if photo else "",
        rule=rule,
        skips_holidays=bool(rule) and reader.said("feestdagen") == "ja",
        skips_school_holidays=_one_of(reader.said("vakantie"), {one: one for one in ("noord", "midden", "zuid")}, None)
        if rule
        else None,
        duties=duties,
    )
    return PlanForm(plan, token(fields), others)


@dataclass(frozen=True, slots=True)
class DateForm:
    """What one date of an activity will be."""

    title: str
    day: date
    start: int
    lasts: int
    room_id: int | None
    place: str
    cents: int | None
    capacity: int | None
    host_id: int
    note: str


def read_date(fields: Fields, offer: Offer, *, event: Event) -> DateForm:
    """Read the form of one date.

    Raises:
        Unusable: something in it cannot be used.
    """
    reader = _Reader(fields)
    title, day = _title(reader), _day(reader, {}, None)
    start, lasts = _times(reader, {})
    room_id, place = _where(reader, offer)
    cents, capacity = reader.read("kosten", read_cents), reader.count("plaatsen")
    note = reader.line("opmerking", REASON_MAX, _("Dit is te lang. Een zin is genoeg."))
    host_id = _host(reader, offer, event.host_id, event)
    reader.done()
    assert day is not None
    return DateForm(title, day, start, lasts, room_id, place, cents, capacity, host_id, note)


def read_moment(fields: Fields) -> tuple[date, int, int]:
    """A day, when it begins (minutes after midnight), and how many minutes it takes.

    Raises:
        Unusable: something in it cannot be used.
    """
    reader = _Reader(fields)
    day = _day(reader, {}, None)
    start, lasts = _times(reader, {})
    reader.done()
    assert day is not None
    return day, start, lasts


def token(fields: Fields) -> str | None:
    """The one-time token of a form."""
    said = fields.get("formulier", "")
    return said if 0 < len(said) <= TOKEN_MAX else None


def _one_of(said: str, known: Mapping[str, T], otherwise: T) -> T:
    return known.get(said, otherwise)


def _title(reader: _Reader) -> str:
    title = reader.line("titel", TITLE_MAX, _("Deze naam is te lang. Een paar woorden is genoeg."))
    if not any(letter.isalnum() for letter in title):
        reader.errors["titel"] = _("Wat gaat u doen? Schrijf bijvoorbeeld ‘Koffie in de hal’.")
    return title


def _day(reader: _Reader, others: dict[str, str], event: Event | None) -> date | None:
    # The day on which an activity began stays as it is, also when it is long ago.
    if event is not None and reader.said("dag") == written_day(event.start_on):
        return event.start_on
    found = reader.read("dag", lambda typed: read_day(typed, clock.today()))
    if found is None:
        return None
    if found.other:
        others["dag"] = written_day(found.other)
    return found.day


def _times(reader: _Reader, others: dict[str, str]) -> tuple[int, int]:
    """When it begins, and how many minutes it takes. Both times may stand in the first field."""
    first, second = reader.said("tijd"), reader.said("tot")
    if not second:
        first, second = split_range(first)
    try:
        begins = read_time(first)
    except Unclear as unclear:
        reader.errors["tijd"], reader.meant["tijd"] = unclear.sentence, unclear.meant
        return 0, USUAL
    if begins.other is not None:
        others["tijd"] = written_time(begins.other)
    if not second:
        return begins.minutes, USUAL
    try:
        return begins.minutes, read_end(second, begins.minutes) - begins.minutes
    except Unclear as unclear:
        # "Acht uur tot tien uur" is clear; "half acht tot zes uur" is when it is meant in the morning.
        reader.errors["tot"], reader.meant["tot"] = unclear.sentence, unclear.meant
        return begins.minutes, USUAL


def _where(reader: _Reader, offer: Offer) -> tuple[int | None, str]:
    """The room, or the words that say where."""
    place = reader.line("plek", PLACE_MAX, _("Dit is te lang. Schrijf kort waar het is."))
    chosen = reader.said("zaal")
    room = offer.room(int(chosen)) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 18 else None
    if room is not None:
        return room.id, ""
    if chosen and chosen != ELSEWHERE:
        reader.errors["zaal"] = _("Deze zaal is er niet meer. Kies een andere plek.")
    elif not place:
        sentence = _("Waar is het? Kies een zaal, of schrijf een plek op, zoals ‘bij de fontein’.")
        if not offer.rooms:
            sentence = _("Waar is het? Schrijf de plek op, zoals ‘bij de voordeur’.")
        reader.errors["zaal" if offer.rooms else "plek"] = sentence
    return None, place


def kind_of(said: str, title: str, is_small: bool) -> str:
    """What was chosen, else what the title speaks of."""
    if said in EVENT_KINDS:
        return said
    if is_small:
        return "small"
    folded = text.fold(title)
    return next((kind for kind, words in _KINDS if any(word in folded for word in words)), "other")


def _audience(reader: _Reader, offer: Offer, event: Event | None) -> int:
    known = {str(one.seen_by): one.seen_by for one in offer.audiences}
    if event is not None:
        known[str(event.seen_by)] = event.seen_by
    return _one_of(reader.said("voor"), known, event.seen_by if event else 0)


def _host(reader: _Reader, offer: Offer, person_id: int, event: Event | None) -> int:
    known = {str(key): key for key, _name in offer.hosts}
    return _one_of(reader.said("wie"), known, event.host_id if event else person_id)


def _duties(reader: _Reader) -> tuple[tuple[str, int], ...]:
    """One job per line, with how many people it needs: "koffie zetten 2"."""
    found = []
    for line in reader.said("taken").splitlines():
        words = text.clean_line(line, 200)
        if not words:
            continue
        before, _space, last = words.rpartition(" ")
        number = last.strip("()x:").strip()
        is_counted = bool(before) and number.isascii() and number.isdecimal() and 1 <= len(number) <= 2
        title = before.rstrip(" :,-") if is_counted else words
        found.append((title, int(number) if is_counted else 1))
    if len(found) > DUTIES_MAX or any(len(title) > 60 or not 1 <= needed <= 20 for title, needed in found):
        reader.errors["taken"] = _("Schrijf per regel één taak en voor hoeveel mensen, zoals ‘koffie zetten 2’.")
    return tuple(found)


# ---- how often -------------------------------------------------------------------------------------------------------

# Seven choices, in the order in which they are offered.
HOW_OFTEN = ("", "week", "twee-weken", "maand", "maand-laatste", "maand-datum", "werkdag", "dag", "jaar")


def _rule(reader: _Reader, day: date | None, event: Event | None) -> Rule | str | None:
    often = reader.said("herhaling")
    if often == AS_IT_IS and event is not None:
        return event.rrule
    if often not in HOW_OFTEN or not often or day is None:
        return None
    until = None
    if reader.said("einde"):
        found = reader.read("einde", lambda typed: read_day(typed, clock.today()))
        until = found.day if found else None
        if until and until < day:
            reader.errors["einde"] = _("De laatste dag (%(last)s) ligt voor de eerste (%(first)s).",
                                       last=dates.full(until), first=dates.full(day))  # fmt: skip
    count = _times_over(reader)
    if until and count:
        reader.errors["keren"] = _("Kies een laatste dag of een aantal keer. Niet allebei.")
    return _made(often, day, reader.said("dagen"), until, count)


def _times_over(reader: _Reader) -> int | None:
    try:
        return read_count(reader.said("keren").removesuffix("x").replace("keer", ""), 10**9) and _checked_times(reader)
    except Unclear as unclear:
        reader.errors["keren"] = unclear.sentence
    return None


def _checked_times(reader: _Reader) -> int | None:
    count = read_count(reader.said("keren").removesuffix("x").replace("keer", ""), 10**9)
    if count and count > DATES_MAX:
        reader.errors["keren"] = _("Dat zijn wel heel veel keren. Laat dit leeg: dan gaat het door tot u stopt.")
        return None
    return count


def _made(often: str, day: date, others: str, until: date | None, count: int | None) -> Rule:
    if often in {"week", "twee-weken"}:
        chosen = {int(one) for one in others.split(",") if one in "0123456" and len(one) == 1}
        weekdays = tuple(sorted(chosen | {day.weekday()}))
        return Rule("weekly", 2 if often == "twee-weken" else 1, weekdays, until=until, count=count)
    if often == "werkdag":
        return Rule("weekly", 1, tuple(range(5)), until=until, count=count)
    if often in {"maand", "maand-laatste"}:
        nth = (day.day - 1) // 7 + 1
        # Few months have a fifth Thursday: who chose one means the last.
        is_last = often == "maand-laatste" or nth == 5
        return Rule("monthly", 1, (day.weekday(),), -1 if is_last else nth, until=until, count=count)
    if often == "maand-datum":
        is_last = day.day == monthrange(day.year, day.month)[1] and day.day > 28
        return Rule("monthly", 1, month_day=-1 if is_last else day.day, until=until, count=count)
    return Rule("yearly" if often == "jaar" else "daily", until=until, count=count)


def _written_rule(rrule: str, day: date) -> dict[str, str]:
    rule = rule_of(rrule)
    ends = {
        "einde": written_day(rule.until) if rule and rule.until else "",
        "keren": written_count(rule.count) if rule else "",
    }
    often = AS_IT_IS
    if rule and rule.frequency == "weekly" and rule.interval in (1, 2):
        often = "week" if rule.interval == 1 else "twee-weken"
        # Besides the day itself: who moves it to another day, moves it away from this one.
        ends["dagen"] = ",".join(str(number) for number in rule.weekdays if number != day.weekday())
    elif rule and rule.interval == 1:
        if rule.frequency == "monthly":
            often = "maand" if rule.nth and rule.nth > 0 else "maand-laatste" if rule.nth else "maand-datum"
        elif rule.frequency in ("daily", "yearly"):
            often = "dag" if rule.frequency == "daily" else "jaar"
    return {"herhaling": often, **(ends if often != AS_IT_IS else {})}


# ---- an activity as its form -----------------------------------------------------------------------------------------


def written(event: Event, duties: list[Duty], slug: str, day: date | None = None) -> dict[str, str]:
    """What the form of an activity says, such as it is; from `day` on, when it is for that date and those that follow.
    Read back it gives the same plan."""
    day = day or event.start_on
    start = event.start_at.hour * 60 + event.start_at.minute
    fields = {
        "titel": event.title,
        "dag": written_day(day),
        "tijd": written_time(start),
        "tot": written_end(start, event.lasts),
        "zaal": str(event.room_id) if event.room_id else ELSEWHERE,
        "plek": event.place,
        "tekst": event.source,
        "soort": event.kind,
        "plaatsen": written_count(event.capacity),
        "minimum": written_count(event.minimum),
        "kosten": written_cents(event.cents),
        "meenemen": event.bring,
        "aanmelden": "" if event.needs_signup else "nee",
        "opgeven": str(event.closes_before or ""),
        "gasten": str(event.guests_max) if event.guests_max != GUESTS_MAX else "",
        "loten": "ja" if event.by_draw else "",
        "voor": str(event.seen_by),
        "openbaar": "ja" if event.is_public else "",
        "alt": event.photo_alt,
        "taken": "\n".join(f"{duty.title} {duty.needed}" for duty in duties),
        "gebouw": slug,
    }
    if event.rrule:
        fields |= _written_rule(event.rrule, day)
        fields["feestdagen"] = "ja" if event.skips_holidays else ""
        fields["vakantie"] = event.skips_school_holidays or ""
    return {name: value for name, value in fields.items() if value}
