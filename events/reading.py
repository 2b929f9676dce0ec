"""What a volunteer types in the form of an activity, read as they mean it: days ("volgende zaterdag"), costs ("€ 6")
and numbers ("twintig"); times and lengths are in `reading_times.py`. Pure: the day of today is given. What cannot be
read comes back with a sentence and, where there is a guess, with what they may have meant."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from community import dates, text
from community.language import gettext as _

# What is further away than this is a slip of the pen.
YEARS_AHEAD = 3
# No neighbour asks more for an evening, and a forgotten comma asks a hundred times as much.
CENTS_MAX = 500_00
# What is longer than this was not typed as a day, a time or a price.
TYPED_MAX = 60

_UNITS = (
    "nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf",
    "dertien", "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien",
)  # fmt: skip
_ENGLISH = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")
_MONTHS = ("jan", "feb", "maa", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_OTHER_MONTHS = {"mrt": 3, "mar": 3, "may": 5, "oct": 10}
_WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_WEEKDAYS_SHORT = ("ma", "di", "wo", "do", "vr", "za", "zo")
_WEEKDAYS_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEAR = {
    "vandaag": 0, "vanavond": 0, "vanmiddag": 0, "morgen": 1, "morgenavond": 1, "morgenmiddag": 1, "overmorgen": 2,
    "today": 0, "tonight": 0, "tomorrow": 1, "gisteren": -1, "yesterday": -1,
}  # fmt: skip
_FEASTS = {
    "nieuwjaarsdag": (1, 1), "koningsdag": (4, 27), "bevrijdingsdag": (5, 5), "sinterklaas": (12, 5),
    "sinterklaasavond": (12, 5), "pakjesavond": (12, 5), "kerstavond": (12, 24), "eerste kerstdag": (12, 25),
    "1e kerstdag": (12, 25), "kerst": (12, 25), "kerstmis": (12, 25), "tweede kerstdag": (12, 26),
    "2e kerstdag": (12, 26), "oudejaarsdag": (12, 31), "oudejaarsavond": (12, 31), "oudjaar": (12, 31),
}  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2}) ?[-/. ] ?(\d{1,2})(?: ?[-/. ] ?(\d{4}|\d{2}))?")
_WORDS = re.compile(r"([a-z]+|\d{1,2})(?:e|de|ste|st|nd|rd|th)?(?: of)? ?([a-z]{3,})\.?(?: ?(\d{4}|'?\d{2}))?")
_ONLY_A_DAY = re.compile(r"(?:de )?(\d{1,2})(?:e|de|ste)")
_LATER = re.compile(r"over (?:de )?([a-z]+|\d{1,3}) (dag|dagen|week|weken|maand|maanden)")
_LATER_THAN = re.compile(r"(.+?) over (?:(een|[a-z]+|\d) )?(week|weken)")
_HALF_OF_DAY = re.compile(r"(?:ochtend|morgen|middag|avond)$")
_EVERY = re.compile(r"(?:op )?(?:elke|iedere|every) (?:week (?:op |on )?)?([a-z]+)")


class Unclear(ValueError):
    """It cannot be used as it stands: the sentence to show above the field, and what may have been meant."""

    def __init__(self, sentence: str, *meant: str) -> None:
        super().__init__(sentence)
        self.sentence, self.meant = sentence, meant


@dataclass(frozen=True, slots=True)
class ReadDay:
    """A day as it was read; `other` is another day that the words may mean: "volgende zaterdag" is said of two."""

    day: date
    other: date | None = None


def folded(typed: str) -> str:
    """What was typed without capitals, accents, and what people put around it."""
    if len(typed) > TYPED_MAX:
        return "?"
    halves = re.sub(r"(?<=\d) ?½", ",5", typed).replace("½", "een half")
    return text.fold(halves).strip(" .,;:!?\"'")


def number_said(word: str) -> int | None:
    """ "twintig", "20", "twenty-one": the number under a thousand that is said, or None."""
    if word.isascii() and word.isdecimal():
        return int(word) if len(word) < 4 else None
    for words in (_UNITS, _ENGLISH):
        if word in words:
            return words.index(word)
    if word in _TENS:
        return 20 + 10 * _TENS.index(word)
    for tens, said in enumerate(_TENS, 2):
        unit = word.removesuffix(f"en{said}")
        if unit != word and unit in _UNITS[1:10]:
            return 10 * tens + _UNITS.index(unit)
    return {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "honderd": 100, "dozijn": 12}.get(word)


# ---- days ----------------------------------------------------------------------------------------------------------


def written_day(day: date) -> str:
    """A day as the field shows it, and as `read_day` reads it back."""
    return f"{day.day}-{day.month}-{day.year}"


def read_day(typed: str, today: date) -> ReadDay:
    """The day that somebody means: "zaterdag", "volgende zaterdag", "morgen", "12 maart", "over twee weken".

    Raises:
        Unclear: there is no such day, it is past, or it cannot be read.
    """
    said = _without_article(folded(typed))
    if not said or not typed.strip():
        raise Unclear(_("Op welke dag is het? Schrijf bijvoorbeeld ‘zaterdag’ of ‘12 maart’."))
    found = _near(said, today) or _by_weekday(said, today)
    if found is None:
        day = _by_date(said, typed.strip(), today)
        found = ReadDay(day)
    if found.day < today:
        raise _past(found.day, today)
    if found.day.year > today.year + YEARS_AHEAD:
        raise Unclear(
            _("%(day)s is nog erg ver weg. Klopt het jaar?", day=dates.full(found.day)),
            *_written(_in_year(found.day, today.year), today),
        )
    return found


def every_week(typed: str) -> str | None:
    """The day of the week of "elke dinsdag" and "iedere week op dinsdag"; None when it says no such thing."""
    found = _EVERY.fullmatch(folded(typed))
    weekday = _weekday(_HALF_OF_DAY.sub("", found[1])) if found else None
    return _WEEKDAYS[weekday] if weekday is not None else None


def _without_article(said: str) -> str:
    return re.sub(r"^(?:op|de|on|the) ", "", said)


def _near(said: str, today: date) -> ReadDay | None:
    if said in _NEAR:
        return ReadDay(today + timedelta(days=_NEAR[said]))
    if said in _FEASTS:
        month, day = _FEASTS[said]
        feast = date(today.year, month, day)
        return ReadDay(feast if feast >= today else feast.replace(year=today.year + 1))
    if said in {"volgende week", "next week"}:
        return ReadDay(today + timedelta(days=7))
    if later := _LATER.fullmatch(said):
        n = number_said(later[1])
        if n is None:
            return None
        if later[2].startswith("maand"):
            return ReadDay(_months_later(today, n))
        return ReadDay(today + timedelta(days=n * (7 if later[2].startswith("we") else 1)))
    return None


def _months_later(day: date, n: int) -> date:
    years, month = divmod(day.month - 1 + n, 12)
    return date(day.year + years, month + 1, min(day.day, monthrange(day.year + years, month + 1)[1]))


def _weekday(word: str) -> int | None:
    word = word.rstrip(".,")
    for names in (_WEEKDAYS, _WEEKDAYS_SHORT, _WEEKDAYS_ENGLISH):
        if word in names:
            return names.index(word)
    return None


_THIS = {"", "komende", "aanstaande", "aankomende", "aanst", "as", "a.s", "a.s.", "deze", "eerstvolgende", "this"}
_NEXT_WEEK = {"volgende week", "volgende week op"}


def _by_weekday(said: str, today: date) -> ReadDay | None:
    if later := _LATER_THAN.fullmatch(said):
        first = _by_weekday(later[1], today)
        weeks = number_said(later[2] or "een")
        return ReadDay(first.day + timedelta(weeks=weeks)) if first and weeks is not None else None
    words = _HALF_OF_DAY.sub("", said).split()
    while len(words) > 1 and words[-1] in {"a.s", "aanstaande", "as", "komende"}:
        words.pop()
    weekday = _weekday(words[-1]) if words else None
    if weekday is None:
        return None
    before = " ".join(words[:-1])
    # Who means today says "vandaag".
    coming = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    next_week = today + timedelta(days=7 - today.weekday() + weekday)
    if before in _THIS:
        return ReadDay(coming)
    if before in _NEXT_WEEK:
        return ReadDay(next_week)
    if before in {"volgende", "next"}:
        return ReadDay(next_week, coming if coming != next_week else None)
    return None


def _by_date(said: str, typed: str, today: date) -> date:
    first, _blank, rest = said.partition(" ")
    weekday = _weekday(first)
    if weekday is not None:
        said = _without_article(rest.strip(" ,"))
    year: int | None
    if found := _ISO.fullmatch(said):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    elif found := _NUMBERS.fullmatch(said):
        day, month, year = int(found[1]), int(found[2]), _year(found[3])
    elif (found := _WORDS.fullmatch(said)) and _month(found[2]) and (number := number_said(found[1])) is not None:
        day, month, year = number, _month(found[2]), _year(found[3])
    elif found := _ONLY_A_DAY.fullmatch(said):
        day, month, year = int(found[1]), *_next_with(int(found[1]), today)
    else:
        raise Unclear(
            _("De dag ‘%(typed)s’ kennen wij niet. Schrijf bijvoorbeeld ‘zaterdag’ of ‘12 maart’.", typed=typed[:40])
        )
    made = _made(day, month, year, typed, today)
    is_near = abs(made.year - today.year) <= YEARS_AHEAD
    if weekday is not None and made.weekday() != weekday and is_near:
        near = min((made + timedelta(days=n) for n in range(-3, 4)), key=lambda one: one.weekday() != weekday)
        sentence = _("%(date)s valt op een andere dag. Wat bedoelt u?", date=dates.full(made))
        raise Unclear(sentence, *_written(made, today), *_written(near, today))
    return made


def _year(typed: str | None) -> int | None:
    if not typed:
        return None
    year = int(typed.lstrip("'"))
    return year + 2000 if year < 100 else year


def _month(word: str) -> int:
    beginning = word[:3]
    return _OTHER_MONTHS.get(beginning) or (_MONTHS.index(beginning) + 1 if beginning in _MONTHS else 0)


def _next_with(day: int, today: date) -> tuple[int, int]:
    """The first month, from this one, that has this day still to come."""
    month, year = today.month, today.year
    for _turn in range(3):
        if 1 <= day <= monthrange(year, month)[1] and date(year, month, day) >= today:
            break
        month, year = (month + 1, year) if month < 12 else (1, year + 1)
    return month, year


def _made(day: int, month: int, year: int | None, typed: str, today: date) -> date:
    try:
        return date(today.year if year is None else year, month, day)
    except ValueError:
        pass
    sentence = _("%(day)s bestaat niet. Kijk de dag nog eens na.", day=typed[:40])
    # The end of the month, or the day after it: in the year that was meant, or the next one that is to come.
    if not (1 <= month <= 12 and 28 < day <= 31 and (year is None or 1 <= year < 9999)):
        raise Unclear(sentence)
    asked = today.year if year is None else year
    last = date(asked, month, monthrange(asked, month)[1])
    if last < today and year is None:
        last = date(asked + 1, month, monthrange(asked + 1, month)[1])
    raise Unclear(sentence, *_written(last, today), *_written(last + timedelta(days=1), today))


def _past(day: date, today: date) -> Unclear:
    again = _in_year(day, today.year)
    if again < today:
        again = _in_year(day, today.year + 1)
    sentence = _("%(day)s is al geweest. Bedoelt u %(year)s?", day=dates.full(day), year=again.year)
    if (today - day).days <= 7:
        sentence = _("%(day)s is al geweest. Kies een dag die nog komt.", day=dates.full(day))
    return Unclear(sentence, *_written(again, today))


def _in_year(day: date, year: int) -> date:
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def _written(day: date, today: date) -> tuple[str, ...]:
    return (written_day(day),) if day >= today else ()


# ---- costs and numbers -----------------------------------------------------------------------------------------------

_FREE = {"gratis", "niets", "niks", "geen", "geen kosten", "nee", "vrij", "free", "kosteloos", "nul", "voor niets"}
_PRICE = re.compile(
    r"(?:euro|eur|e)? ?([a-z]+|\d{1,4})(?: ?(?:euro|eur))?(?: ?[.,:]? ?(\d{1,2}|-+|=)?)?(?: ?(?:euro|eur))?"
)
_CENTS = re.compile(r"([a-z]+|\d{1,3}) ?(?:cent|ct|c)")
_EACH = re.compile(r" ?(?:p\.? ?p\.?|per persoon|per pers\.?|de man|each|per person|per keer)$")


def written_cents(cents: int | None) -> str:
    """What it costs as the field shows it, and as `read_cents` reads it back; empty when nothing was said of it."""
    if not cents:
        return "" if cents is None else _("gratis")
    return f"€ {cents // 100}" if cents % 100 == 0 else f"€ {cents // 100},{cents % 100:02}"


def read_cents(typed: str) -> int | None:
    """What somebody asks per person, in cents: "€ 6", "6,50", "6 euro 50", "gratis"; None when nothing is said.

    Raises:
        Unclear: it is no amount, or more than anybody asks.
    """
    said = _EACH.sub("", folded(typed.replace("€", " "))).strip(" .,")
    if not said and not typed.strip(" €"):
        return None
    if said in _FREE:
        return 0
    if found := _CENTS.fullmatch(said):
        cents = number_said(found[1])
        if cents is not None:
            return cents
    found = _PRICE.fullmatch(said)
    euros = None
    if found:
        euros = int(found[1]) if found[1].isascii() and found[1].isdecimal() else number_said(found[1])
    if found is None or euros is None:
        raise Unclear(_("Schrijf wat het kost als een bedrag, zoals ‘6,50’ of ‘gratis’."))
    after = found[2] if found[2] and found[2].isascii() and found[2].isdecimal() else "0"
    cents = 100 * euros + (int(after) * 10 if len(after) == 1 else int(after))
    if cents > CENTS_MAX:
        guess = cents // 100
        sentence = _("Kost het echt %(amount)s per persoon? Meer dan %(most)s kan hier niet.",
                     amount=written_cents(cents), most=written_cents(CENTS_MAX))  # fmt: skip
        raise Unclear(sentence, *((written_cents(guess),) if 0 < guess <= CENTS_MAX else ()))
    return cents


_NONE = {"", "geen", "nee", "geen maximum", "onbeperkt", "iedereen", "none", "no", "zoveel als er komen", "-"}
_COUNT = re.compile(r"(?:ongeveer|maximaal|minimaal|max|min|hoogstens|minstens|tot)?\.? ?([a-z]+|\d{1,9})(?: [a-z]+)?")
# "1.000" as it is written in Dutch.
_THOUSANDS = re.compile(r"(?<=\d)\.(?=\d{3}(?!\d))")


def written_count(number: int | None) -> str:
    """A number as the field shows it."""
    return "" if number is None else str(number)


def read_count(typed: str, most: int) -> int | None:
    """How many: "20", "twintig mensen", "maximaal 12"; None when there is no limit.

    Raises:
        Unclear: it is no number from one up to `most`.
    """
    said = folded(typed)
    if said in _NONE and (said or not typed.strip(" -.")):
        return None
    found = _COUNT.fullmatch(_THOUSANDS.sub("", said))
    number = None
    if found:
        number = int(found[1]) if found[1].isascii() and found[1].isdecimal() else number_said(found[1])
    if number is None:
        raise Unclear(_("Schrijf hier een getal, zoals ‘20’. Of laat het leeg."))
    if number < 1:
        raise Unclear(_("Dit moet minstens 1 zijn. Of laat het leeg."))
    if number > most:
        raise Unclear(_("Meer dan %(most)s kan hier niet.", most=most))
    return number
