"""From a table of text to dwellings and residents, with everything that is wrong in them by line number. What the file
says twice is joined here; what the present state says does not matter yet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import TypeVar

from community.admin import cells
from community.admin.columns import ColumnMapping, Field, Kind
from community.admin.csv_reading import LineError, Table, TableRow
from community.language import gettext as _

Progress = Callable[[int, int], None]
Value = TypeVar("Value")

# Often enough for a moving bar, seldom enough to cost nothing.
PROGRESS_STEP = 500
_SHOWN = 200

_TITLE = re.compile(r"^(de heer|dhr|heer|mevrouw|mevr|mw|familie|fam)\b\.?\s+")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class DwellingRow:
    """A dwelling as the file describes it. None and a floor of None mean that the file does not say; an empty addition
    means that there is none."""

    line: int
    external_id: str
    building: str
    neighbourhood: str | None
    entrance: str | None
    street: str
    number: int
    addition: str
    postcode: str
    city: str
    floor: int | None


@dataclass(frozen=True, slots=True)
class ResidentRow:
    """A person at a dwelling as the file describes it. `until` is the day on which somebody is gone."""

    line: int
    dwelling: str
    name: str
    person_id: str | None
    salutation: str | None
    email: str | None
    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Rows:
    """A whole file, checked.

    `listed` are the dwellings of which the file names the residents (perhaps nobody), with the first line.
    `unreadable` are dwellings with a wrong line: they count as mentioned, and nobody moves out of them. `duplicates`
    counts rows that said what an earlier row had said.
    """

    kind: Kind
    fields: frozenset[Field]
    dwellings: tuple[DwellingRow, ...]
    residents: tuple[ResidentRow, ...]
    listed: dict[str, int]
    unreadable: frozenset[str]
    errors: tuple[LineError, ...]
    duplicates: int

    @property
    def has_dwellings(self) -> bool:
        """Whether the file is about dwellings (perhaps with their residents)."""
        return self.kind is not Kind.RESIDENTS


def fold_text(text: str) -> str:
    """To compare names of streets and buildings: without case, accents, or doubled spaces."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(text.casefold().split())


def fold_name(name: str) -> str:
    """To recognise a person's name: without title, case, accents, punctuation and order, so that "Jansen, P." is "P.
    Jansen". A name without a letter or digit ("🙂") stays as it is."""
    words = _WORD.findall(_TITLE.sub("", fold_text(name)))
    return " ".join(sorted(words)) or name


def check_rows(table: Table, mapping: ColumnMapping, on_progress: Progress | None = None) -> Rows:
    """Give every cell its meaning. Errors are collected, never raised; a row with an error is left out, but its
    dwelling counts as mentioned, so that a typing error moves nobody out."""
    reading = _Reading(table, mapping)
    for done, row in enumerate(table.rows):
        if on_progress and done % PROGRESS_STEP == 0:
            on_progress(done, len(table.rows))
        reading.take(row)
    if on_progress:
        on_progress(len(table.rows), len(table.rows))
    return reading.rows()


@dataclass(slots=True)
class _Reading:
    """One pass over a table: what was understood so far, and what was wrong."""

    table: Table
    mapping: ColumnMapping
    dwellings: dict[str, DwellingRow] = field(default_factory=dict)
    residents: dict[tuple[str, str], ResidentRow] = field(default_factory=dict)
    persons: dict[str, ResidentRow] = field(default_factory=dict)
    listed: dict[str, int] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    errors: list[LineError] = field(default_factory=list)
    duplicates: int = 0

    def rows(self) -> Rows:
        self._join_without_number()
        return Rows(
            kind=self.mapping.kind,
            fields=frozenset(self.mapping.columns),
            dwellings=tuple(self.dwellings.values()),
            residents=tuple(self._one_face(resident) for resident in self.residents.values()),
            listed=self.listed,
            unreadable=frozenset(self.unreadable),
            errors=tuple(sorted([*self.table.errors, *self.errors], key=lambda error: error.line)),
            duplicates=self.duplicates,
        )

    def _join_without_number(self) -> None:
        """A row without a number is about the person with that name and a number at the same dwelling."""
        numbered: dict[tuple[str, str], tuple[str, str]] = {}
        for key, resident in self.residents.items():
            if resident.person_id:
                numbered.setdefault((resident.dwelling, fold_name(resident.name)), key)
        for key in [key for key in self.residents if key in numbered]:
            self.residents[numbered[key]] = _joined(self.residents[numbered[key]], self.residents.pop(key))
            self.duplicates += 1

    def _one_face(self, resident: ResidentRow) -> ResidentRow:
        """One person has one name and one address, at whichever of their dwellings we read them."""
        known = self.persons[resident.person_id] if resident.person_id else resident
        if (known.name, known.salutation, known.email) == (
            resident.name,
            resident.salutation,
            resident.email,
        ):
            return resident
        return replace(resident, name=known.name, salutation=known.salutation, email=known.email)

    def take(self, row: TableRow) -> None:
        """Read one row; whatever is wrong with it lands in `errors`."""
        before = len(self.errors)
        external_id = self._read(row, Field.DWELLING_ID, cells.read_id)
        if not external_id and len(self.errors) == before:
            self._wrong(row, Field.DWELLING_ID, _("Hier hoort het nummer van de woning te staan."))
        dwelling = resident = None
        if self.mapping.kind is not Kind.RESIDENTS:
            dwelling = self._dwelling(row, external_id or "")
        if self.mapping.kind is not Kind.DWELLINGS:
            resident = self._resident(row, external_id or "")
        if not external_id:
            return
        if len(self.errors) == before and dwelling:
            self._keep_dwelling(row, dwelling)
        if len(self.errors) == before and resident:
            self._keep_resident(row, resident)
        if len(self.errors) > before:
            self.unreadable.add(external_id)
        elif self.mapping.kind is not Kind.DWELLINGS:
            self.listed.setdefault(external_id, row.line)

    # Cells --------------------------------------------------------------------------------------------------

    def _text(self, row: TableRow, wanted: Field) -> str:
        position = self.mapping.columns.get(wanted)
        return "" if position is None else cells.clean(row.cells[position])

    def _known(self, row: TableRow, wanted: Field) -> str:
        value = self._text(row, wanted)
        return "" if cells.is_nothing(value) else value

    def _read(self, row: TableRow, wanted: Field, reader: Callable[[str], Value]) -> Value | None:
        """What `reader` makes of a cell; None when there is no such column, or when the cell is wrong."""
        if wanted not in self.mapping.columns:
            return None
        try:
            return reader(self._known(row, wanted))
        except cells.NotReadable as error:
            self._wrong(row, wanted, error.sentence)
            return None

    def _words(self, row: TableRow, wanted: Field, limit: int) -> str | None:
        return self._read(row, wanted, lambda value: cells.bounded(value, limit)) or None

    def _needed(self, row: TableRow, wanted: Field, limit: int) -> str:
        before = len(self.errors)
        value = self._words(row, wanted, limit)
        if value is None and len(self.errors) == before:
            self._wrong(row, wanted, _("Dit hokje is leeg. Wij hebben het nodig."))
        return value or ""

    def _wrong(self, row: TableRow, wanted: Field, sentence: str) -> None:
        position = self.mapping.columns.get(wanted)
        column, value = ("", "") if position is None else (self.table.header[position], row.cells[position])
        self.errors.append(LineError(row.line, column, cells.clean(value)[:_SHOWN], sentence))

    # Dwellings ----------------------------------------------------------------------------------------------

    def _dwelling(self, row: TableRow, external_id: str) -> DwellingRow:
        number, behind = self._read(row, Field.HOUSE_NUMBER, cells.read_house_number) or (0, "")
        return DwellingRow(
            line=row.line,
            external_id=external_id,
            building=self._needed(row, Field.BUILDING, cells.MAX_BUILDING),
            neighbourhood=self._words(row, Field.NEIGHBOURHOOD, cells.MAX_NEIGHBOURHOOD),
            entrance=self._words(row, Field.ENTRANCE, cells.MAX_ENTRANCE),
            street=self._needed(row, Field.STREET, cells.MAX_STREET),
            number=number,
            addition=self._addition(row, behind),
            postcode=self._read(row, Field.POSTCODE, cells.read_postcode) or "",
            city=self._needed(row, Field.CITY, cells.MAX_CITY),
            floor=self._read(row, Field.FLOOR, cells.read_floor),
        )

    def _addition(self, row: TableRow, behind: str) -> str:
        parts = [self._known(row, Field.HOUSE_LETTER), self._known(row, Field.ADDITION)]
        try:
            beside = cells.read_addition(*parts)
            if not behind or behind.casefold() == beside.casefold():  # "12a" beside a column with "A" says it twice
                return beside
            return cells.read_addition(behind, beside)
        except cells.NotReadable as error:
            self._wrong(row, Field.ADDITION if parts[1] else Field.HOUSE_NUMBER, error.sentence)
            return ""

    def _keep_dwelling(self, row: TableRow, dwelling: DwellingRow) -> None:
        first = self.dwellings.setdefault(dwelling.external_id, dwelling)
        if first is dwelling:
            return
        for part in fields(DwellingRow)[2:]:
            if getattr(first, part.name) != getattr(dwelling, part.name):
                wanted = Field.HOUSE_NUMBER if part.name == "number" else Field(part.name)
                sentence = _("Deze woning staat ook op regel %(line)s, met iets anders in deze kolom.", line=first.line)
                self._wrong(row, wanted, sentence)
                return
        if self.mapping.kind is Kind.DWELLINGS:
            self.duplicates += 1

    # Residents ----------------------------------------------------------------------------------------------

    def _resident(self, row: TableRow, external_id: str) -> ResidentRow | None:
        """The person on this row; None when it says that nobody lives there."""
        before = len(self.errors)
        person_id = self._read(row, Field.PERSON_ID, cells.read_id) or None
        email = self._read(row, Field.EMAIL, cells.read_email)
        since = self._read(row, Field.SINCE, cells.read_date)
        until = self._read(row, Field.UNTIL, cells.read_date)
        salutation = self._words(row, Field.SALUTATION, cells.MAX_NAME)
        if since and until and until < since:
            self._wrong(row, Field.UNTIL, _("De einddatum ligt voor de ingangsdatum."))
        name = self._name(row, is_somebody=bool(person_id or email))
        if name is None or len(self.errors) > before:
            return None
        return ResidentRow(row.line, external_id, name, person_id, salutation, email, since, until)

    def _name(self, row: TableRow, is_somebody: bool) -> str | None:
        """The name from its parts, else from one column. "Vrij" and "Leeg" are surnames too: they mean an empty
        dwelling only when nothing else on the row points at a person."""
        given = self._known(row, Field.FIRST_NAME) or self._known(row, Field.INITIALS)
        infix = self._known(row, Field.INFIX)
        is_somebody = is_somebody or bool(given or infix)
        surname, whole = self._known(row, Field.SURNAME), self._known(row, Field.NAME)
        wanted = Field.SURNAME if surname or Field.NAME not in self.mapping.columns else Field.NAME
        if not is_somebody and cells.is_vacant(surname or whole):
            return None
        try:
            if surname:
                return cells.join_name(given, infix, surname)
            if whole:
                return cells.read_name(whole)
            self._wrong(row, wanted, _("Hier hoort een naam te staan."))
        except cells.NotReadable as error:
            self._wrong(row, wanted, error.sentence)
        return None

    def _keep_resident(self, row: TableRow, resident: ResidentRow) -> None:
        person_id = resident.person_id
        if person_id:
            known = self.persons.setdefault(person_id, resident)
            if fold_name(known.name) != fold_name(resident.name):
                sentence = _(
                    "Dit nummer hoort op regel %(line)s bij een andere naam. "
                    "Is het een nummer van het hele huishouden? Kies dan bij de kolommen: niet gebruiken.",
                    line=known.line,
                )
                self._wrong(row, Field.PERSON_ID, sentence)
                return
            self.persons[person_id] = _joined(known, resident)
        key = (resident.dwelling, f"#{person_id}" if person_id else fold_name(resident.name))
        first = self.residents.setdefault(key, resident)
        if first is not resident:
            self.duplicates += 1
            self.residents[key] = _joined(first, resident)


def _joined(first: ResidentRow, second: ResidentRow) -> ResidentRow:
    """Two rows about one person at one dwelling, such as two contracts: there from the first day to the last."""
    return replace(
        first,
        salutation=first.salutation or second.salutation,
        email=first.email or second.email,
        since=min(first.since, second.since) if first.since and second.since else first.since or second.since,
        until=max(first.until, second.until) if first.until and second.until else None,
    )
