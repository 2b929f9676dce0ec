"""What one cell means: a postcode, a house number, a floor, a date, an address for mail, a name. Forgiving in what it
takes, exact in what it gives; a cell that cannot be understood raises `NotReadable` with a sentence."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from community.language import gettext as _

# As long as the columns that will keep them.
MAX_ID = 60
MAX_STREET = 120
MAX_ADDITION = 20
MAX_CITY = 80
MAX_BUILDING = 80
MAX_NEIGHBOURHOOD = 80
MAX_ENTRANCE = 60
MAX_EMAIL = 254  # RFC 5321, section 4.5.3.1.3
# Longer names exist in no register we know, and do not fit on the envelope. Nothing is cut off unseen.
MAX_NAME = 120

# Ways in which systems write "not known".
_NOTHING = frozenset({"-", "--", "?", ".", "n.v.t.", "nvt", "n.v.t", "onbekend", "null", "none"})
_VACANT = frozenset({"leegstand", "leegstaand", "leeg", "vacant", "vrij", "geen"})
# Characters that one cannot see but that reverse or hide the text after them; the joiners U+200C and U+200D stay:
# Persian names and emoji need them.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_EXCEL_TEXT = re.compile(r'="(.*)"')
_SCIENTIFIC = re.compile(r"[0-9]+([.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)

_POSTCODE = re.compile(r"([1-9][0-9]{3})\s*([A-Z]{2})")
_HOUSE_NUMBER = re.compile(r"0*([1-9][0-9]{0,4})(?![0-9]|[.,][0-9])(.*)")
_FLOOR_NUMBER = re.compile(
    r"([-+]?[0-9]{1,3})(?:[.,]0+)?\s*(?:e|ste|de|hoog|°)?(?:\s*(?:verdieping|etage|woonlaag|verd\.?|hoog))?"
)
_FLOOR_WORDS = {
    "begane grond": 0, "beganegrond": 0, "bg": 0, "b.g.": 0, "bgg": 0, "bgr": 0, "beg. grond": 0,
    "beg.gr.": 0, "parterre": 0, "gelijkvloers": 0, "bel-etage": 0, "beletage": 0, "straatniveau": 0,
    "souterrain": -1, "sousterrain": -1, "kelder": -1,
    "eerste": 1, "een": 1, "één": 1, "tweede": 2, "twee": 2, "derde": 3, "drie": 3, "vierde": 4, "vier": 4,
    "vijfde": 5, "vijf": 5, "zesde": 6, "zes": 6, "zevende": 7, "zeven": 7, "achtste": 8, "acht": 8,
    "negende": 9, "negen": 9, "tiende": 10, "tien": 10, "elfde": 11, "elf": 11, "twaalfde": 12, "twaalf": 12,
}  # fmt: skip
_FLOOR_TAIL = re.compile(r"\s+(verdieping|etage|woonlaag|verd\.?|hoog)$")

_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4}|[0-9]{2})")
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})")
_COMPACT = re.compile(r"((?:19|20|21|99)[0-9][0-9])([0-9][0-9])([0-9][0-9])")
_TIME_OF_DAY = re.compile(r"[T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2})?([.,][0-9]+)?\s*(Z|[+-][0-9][0-9]:?[0-9][0-9])?$")
# Systems that cannot store "no date" write the first or last day they know: 1753 (Dynamics NAV), 1900 and 2154 (AX),
# 9999. Nobody on a list of residents moved in before 1901.
_FIRST_YEAR, _OPEN_END = 1901, 2100

_EMAIL = re.compile(r"[^@\s<>()\[\],;:\"\\]+@[^@\s<>()\[\],;:\"\\]+\.(?![0-9]+$)[^@\s<>()\[\],;:\"\\.]{2,}")
_BANK_ACCOUNT = re.compile(r"\b[A-Z]{2}[0-9]{2}\s?[A-Z]{4}\s?[0-9]{4}\s?[0-9]{4}\s?[0-9]{2}\b")


class NotReadable(ValueError):
    """A cell that cannot be understood; `sentence` says what we expect."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def clean(value: str) -> str:
    """A cell on one line, without surrounding or doubled spaces and without invisible characters; NFC."""
    if value.isascii():
        return " ".join(value.split()) if value.isprintable() else " ".join(_without_controls(value).split())
    return " ".join(_without_controls(_INVISIBLE.sub("", unicodedata.normalize("NFC", value))).split())


def _without_controls(value: str) -> str:
    return "".join(" " if unicodedata.category(character) == "Cc" else character for character in value)


def is_nothing(value: str) -> bool:
    """Whether a cleaned cell says that there is nothing: empty, "-", "onbekend", "n.v.t."."""
    return not value or value.lower() in _NOTHING


def is_vacant(value: str) -> bool:
    """Whether a cleaned name says that nobody lives there: empty or "Leegstand"."""
    return is_nothing(value) or value.casefold() in _VACANT


def bounded(value: str, limit: int) -> str:
    """The same text when it fits.

    Raises:
        NotReadable: it is longer than `limit` characters.
    """
    if len(value) > limit:
        raise NotReadable(
            _(
                "Dit is %(length)s tekens lang. Er passen er %(limit)s. Maak het korter.",
                length=len(value),
                limit=limit,
            )
        )
    return value


def read_id(value: str) -> str:
    """A number of the association for a dwelling or a person, kept as text: zeros in front mean something.

    Raises:
        NotReadable: a spreadsheet has turned it into 1,2E+11, or it is too long.
    """
    wrapped = _EXCEL_TEXT.fullmatch(value)
    if wrapped:
        value = wrapped[1].strip()
    if _SCIENTIFIC.fullmatch(value):
        raise NotReadable(
            _("Een rekenblad heeft dit nummer afgerond. Zet de kolom op “tekst” en maak de export opnieuw.")
        )
    return bounded(value, MAX_ID)


def read_postcode(value: str) -> str:
    """ "3023ab" -> "3023 AB".

    Raises:
        NotReadable: not four digits and two letters.
    """
    found = _POSTCODE.fullmatch(value.upper().replace("-", " ").replace(".", ""))
    if not found:
        raise NotReadable(_("Een postcode heeft vier cijfers en twee letters, zoals 3023 AB."))
    return f"{found[1]} {found[2]}"


def read_house_number(value: str) -> tuple[int, str]:
    """The number and what comes after it: "12a" -> (12, "a"), "12-2" -> (12, "2"), "12 bis" -> (12, "bis").

    Raises:
        NotReadable: it does not begin with a number from 1 to 99999.
    """
    found = _HOUSE_NUMBER.fullmatch(re.sub(r"[.,]0+$", "", value))  # "12.0": a spreadsheet took it for a measure
    if not found:
        raise NotReadable(_("Een huisnummer begint met een getal, zoals 12 of 12a."))
    return int(found[1]), read_addition(found[2])


def read_addition(*parts: str) -> str:
    """What stands behind the house number, from one or more cells: ("A", "2") -> "A-2", ("-bis",) -> "bis".

    Raises:
        NotReadable: longer than fits.
    """
    kept = [part.strip(" -/.") for part in parts]
    return bounded("-".join(part for part in kept if part), MAX_ADDITION)


def read_floor(value: str) -> int | None:
    """The floor, 0 is the ground floor: "bg" -> 0, "1e" -> 1, "3 hoog" -> 3, "kelder" -> -1; nothing -> None.

    Raises:
        NotReadable: a word we do not know.
    """
    if is_nothing(value):
        return None
    folded = value.casefold()
    found = _FLOOR_NUMBER.fullmatch(folded)
    if found:
        return int(found[1])
    number = _FLOOR_WORDS.get(folded, _FLOOR_WORDS.get(_FLOOR_TAIL.sub("", folded)))
    if number is None:
        raise NotReadable(_("Deze verdieping kennen wij niet. Schrijf een getal, of “begane grond”."))
    return number


def read_date(value: str) -> date | None:
    """A day: 31-12-2026, 2026-12-31, 31/12/26, 31.12.2026 or 20261231, with or without a time after it.

    Years of two digits are 1970 to 2069. Nothing, and the "no date" of known systems, gives None.

    Raises:
        NotReadable: another notation, or a day that does not exist.
    """
    if is_nothing(value) or not value.strip("0-/.: T"):
        return None
    value = _TIME_OF_DAY.sub("", value)
    found = _DAY_FIRST.fullmatch(value)
    if found:
        day, month, year = int(found[1]), int(found[2]), int(found[3])
        if len(found[3]) == 2:
            year += 2000 if year < 70 else 1900
    else:
        found = _YEAR_FIRST.fullmatch(value) or _COMPACT.fullmatch(value)
        if not found:
            raise NotReadable(_("Deze datum kunnen wij niet lezen. Schrijf hem als 31-12-2026."))
        year, month, day = int(found[1]), int(found[2]), int(found[3])
    try:
        read = date(year, month, day)
    except ValueError as error:
        raise NotReadable(_("Deze dag bestaat niet. Schrijf eerst de dag en dan de maand: 31-12-2026.")) from error
    return read if _FIRST_YEAR <= year < _OPEN_END else None


def read_email(value: str) -> str | None:
    """An address for mail, in lower case; nothing -> None.

    Raises:
        NotReadable: it has not the shape of one address.
    """
    value = value.lower().removeprefix("mailto:")
    if is_nothing(value) or value in {"geen", "geen e-mail", "geen email", "geen mail"}:
        return None
    if value.count("@") > 1:
        raise NotReadable(_("Hier staat meer dan een e-mailadres. Kies er een."))
    if not _EMAIL.fullmatch(value) or ".." in value or len(value) > MAX_EMAIL:
        raise NotReadable(_("Dit is geen e-mailadres. Het hoort te zijn zoals naam@voorbeeld.nl."))
    return value


def read_name(value: str) -> str:
    """A name as it was given; "Vries, P. de" is turned into "P. de Vries". Any script, emoji and "=1+1" are names: it
    takes one letter or symbol. Digits and punctuation alone are a number or a date from the wrong column.

    Raises:
        NotReadable: no letter or symbol in it, longer than fits, or a bank account.
    """
    bounded(value, MAX_NAME)
    if not any(unicodedata.category(character)[0] in "LS" for character in value):
        raise NotReadable(_("Dit is geen naam. Is het een andere kolom?"))
    if _BANK_ACCOUNT.search(value):
        raise NotReadable(
            _("Dit lijkt een rekeningnummer. Trefpunt bewaart geen huurgegevens. Is het een andere kolom?")
        )
    surname, comma, rest = value.partition(",")
    if comma and surname.strip() and rest.strip() and "," not in rest:
        return f"{rest.strip()} {surname.strip()}"
    return value


def join_name(given: str, infix: str, surname: str) -> str:
    """("P.J.", "de", "Vries") -> "P.J. de Vries", checked as a name.

    Raises:
        NotReadable: as `read_name`.
    """
    return read_name(" ".join(f"{given} {infix} {surname}".replace(",", " ").split()))
