"""Which column of a file holds which field. Dutch systems name the same thing in a hundred ways, so names are compared
without case, accents and punctuation. Columns about money, birth or care are never read: rule 1."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from community.admin.csv_reading import ImportRefused
from community.language import gettext as _
from community.language import lazy_gettext as _l


class Kind(StrEnum):
    """What one row of the file is about."""

    DWELLINGS = "dwellings"
    RESIDENTS = "residents"
    COMBINED = "combined"


class Field(StrEnum):
    """Everything that an import can hold."""

    DWELLING_ID = "dwelling_id"
    NEIGHBOURHOOD = "neighbourhood"
    BUILDING = "building"
    ENTRANCE = "entrance"
    STREET = "street"
    HOUSE_NUMBER = "house_number"
    HOUSE_LETTER = "house_letter"
    ADDITION = "addition"
    POSTCODE = "postcode"
    CITY = "city"
    FLOOR = "floor"
    PERSON_ID = "person_id"
    SALUTATION = "salutation"
    NAME = "name"
    INITIALS = "initials"
    FIRST_NAME = "first_name"
    INFIX = "infix"
    SURNAME = "surname"
    EMAIL = "email"
    SINCE = "since"
    UNTIL = "until"


LABELS = {
    Field.DWELLING_ID: _l("VHE-nummer"),
    Field.NEIGHBOURHOOD: _l("Wijk"),
    Field.BUILDING: _l("Gebouw"),
    Field.ENTRANCE: _l("Portiek"),
    Field.STREET: _l("Straat"),
    Field.HOUSE_NUMBER: _l("Huisnummer"),
    Field.HOUSE_LETTER: _l("Huisletter"),
    Field.ADDITION: _l("Toevoeging"),
    Field.POSTCODE: _l("Postcode"),
    Field.CITY: _l("Plaats"),
    Field.FLOOR: _l("Verdieping"),
    Field.PERSON_ID: _l("Huurdernummer"),
    Field.SALUTATION: _l("Aanhef"),
    Field.NAME: _l("Naam"),
    Field.INITIALS: _l("Voorletters"),
    Field.FIRST_NAME: _l("Voornaam"),
    Field.INFIX: _l("Tussenvoegsel"),
    Field.SURNAME: _l("Achternaam"),
    Field.EMAIL: _l("E-mailadres"),
    Field.SINCE: _l("Ingangsdatum"),
    Field.UNTIL: _l("Einddatum"),
}

_DWELLING_FIELDS = tuple(Field)[: tuple(Field).index(Field.FLOOR) + 1]
_RESIDENT_FIELDS = (Field.DWELLING_ID, *tuple(Field)[tuple(Field).index(Field.PERSON_ID) :])
FIELDS = {
    Kind.DWELLINGS: _DWELLING_FIELDS,
    Kind.RESIDENTS: _RESIDENT_FIELDS,
    Kind.COMBINED: tuple(Field),
}
_DWELLING_REQUIRED = (
    Field.DWELLING_ID,
    Field.BUILDING,
    Field.STREET,
    Field.HOUSE_NUMBER,
    Field.POSTCODE,
    Field.CITY,
)
# A resident's name is required too, as one column or in parts: see `_missing`.
REQUIRED = {
    Kind.DWELLINGS: _DWELLING_REQUIRED,
    Kind.RESIDENTS: (Field.DWELLING_ID,),
    Kind.COMBINED: _DWELLING_REQUIRED,
}

# Per field the clear names, and the names that count only when no clear one is there.
_SYNONYMS: dict[Field, tuple[str, str]] = {
    Field.DWELLING_ID: (
        "vhe vhenummer vhenr vheid vhecode eenheidnummer eenheidsnummer eenheidnr eenheidsnr eenheidid "
        "eenheididentificatie eenheidcode eenheidscode verhuureenheid verhuureenheidnummer "
        "verhuureenheidnr verhuurbareeenheid oge ogenummer ogenr woningnummer woningnr woonruimtenummer "
        "unitnumber unitid",
        "eenheid objectnummer objectnr objectid objectcode object huurobject verhuurobject unit",
    ),
    Field.NEIGHBOURHOOD: (
        "wijk wijknaam wijkbuurt buurt buurtnaam neighbourhood",
        "wijkomschrijving buurtomschrijving stadsdeel gebied",
    ),
    Field.BUILDING: (
        "complexnaam gebouw gebouwnaam naamgebouw naamcomplex flatnaam building buildingname",
        "complex complexomschrijving omschrijvingcomplex gebouwomschrijving flat clusternaam cluster",
    ),
    Field.ENTRANCE: (
        "portiek portieknaam portieknummer portieknr ingang ingangnaam trappenhuis entrance",
        "opgang entree",
    ),
    Field.STREET: (
        "straat straatnaam street",
        "adresstraat straatwoning",
    ),
    Field.HOUSE_NUMBER: (
        "huisnummer huisnr hnr housenumber",
        "huisnummerentoevoeging huisnummermettoevoeging nummer nr",
    ),
    Field.HOUSE_LETTER: (
        "huisletter",
        "letter",
    ),
    Field.ADDITION: (
        "toevoeging huisnummertoevoeging huisnrtoevoeging huisnrtoev huisnummertoev toev addition",
        "huistoevoeging huisnummertoevoegsel toevoegsel",
    ),
    Field.POSTCODE: (
        "postcode postalcode",
        "pc postkode",
    ),
    Field.CITY: (
        "plaats plaatsnaam woonplaats city",
        "woonplaatsnaam stad",
    ),
    Field.FLOOR: (
        "verdieping verdiepingnummer verdiepingnr verdiepingsnummer etage bouwlaag woonlaag floor",
        "laag",
    ),
    Field.PERSON_ID: (
        "huurdernummer huurdernr huurderid bewonernummer bewonersnummer bewonernr persoonsnummer "
        "persoonnummer persoonid relatienummer relatienr relatieid tenantid",
        "klantnummer klantnr",
    ),
    Field.SALUTATION: (
        "aanhef aanspreekvorm aanspreektitel aanspreeknaam salutation",
        "titel",
    ),
    Field.NAME: (
        "naam volledigenaam huurdernaam naamhuurder bewonersnaam bewonernaam naambewoner contractant "
        "naamcontractant name fullname",
        "huurder bewoner hoofdhuurder relatienaam weergavenaam",
    ),
    Field.INITIALS: (
        "voorletters voorletter initialen initials",
        "voorl",
    ),
    Field.FIRST_NAME: (
        "voornaam roepnaam firstname",
        "voornamen",
    ),
    Field.INFIX: (
        "tussenvoegsel tussenvoegsels voorvoegsel voorvoegsels tussenv",
        "voorv tv",
    ),
    Field.SURNAME: (
        "achternaam geslachtsnaam familienaam surname lastname",
        "",
    ),
    Field.EMAIL: (
        "email emailadres mailadres emailhuurder emailadreshuurder emailprive",
        "mail contactemail emailadres1 email1 eersteemailadres",
    ),
    Field.SINCE: (
        "ingangsdatum ingangsdatumhuur ingangsdatumcontract ingangsdatumhuurcontract ingangsdatumbewoning "
        "huurvanaf beginhuur huringangsdatum datumingang bewonersinds bewoningsinds",
        "begindatum startdatum startdatumcontract begindatumcontract vanaf since",
    ),
    Field.UNTIL: (
        "einddatum einddatumhuur einddatumcontract einddatumhuurcontract einddatumbewoning huurtot "
        "datumeinde eindehuur",
        "datumuit tot totenmet until",
    ),
}


def _fold(name: str) -> str:
    """ "E-mail adres" -> "emailadres"; "Complex_Naam" -> "complexnaam"."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(character for character in plain if character.isalnum())


_STRENGTH: dict[str, tuple[Field, int]] = {
    name: (field, strength)
    for field, both in _SYNONYMS.items()
    for strength, names in enumerate(both)
    for name in names.split()
}

# What a rent system knows and we never want to. Tested on folded names that are no synonym above.
_NEVER = re.compile(
    r"huurprijs|huurbedrag|huursom|huurachterstand|huurtoeslag|huurklasse|huurverhog|huurwaarde|huurschuld|huurincl"
    r"|huurexcl|huurper|huurnetto|huurbruto|huurpunten|kalehuur|nettohuur|brutohuur|maandhuur|jaarhuur"
    r"|huur$|achterstand|saldo|schuld|incasso|deurwaarder|betaa?l|prijs|bedrag|tarief|kosten|waarborg|borgsom|^borg$"
    r"|prolongatie|factu|aanmaning|debiteur|crediteur|woz|iban|^bic$|rekening|reknr|rekhouder|tenaamstelling"
    r"|bsn|burgerservice|sofi|geboorte|gebdat|leeftijd|overleden|overlijden|nationaliteit|burgerlijkestaat"
    r"|geslacht(?!snaam)|sekse|gender|inkomen|salaris|uitkering|bewindvoer|curator|zorg|^wmo|indicatie|medisch|handicap"
    r"|overlast|paspoort|rijbewijs|identiteit|^idnr|rent$|^rent|arrears|birth|balance"
)


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which column (counted from 0) holds which field, and what stands in the way of reading.

    `ambiguous` lists fields for which several columns fit equally well; none of them is taken. `missing` lists
    required fields without a column. `dropped` are the names of columns that are never read; `unused` those of columns
    that we do not know or do not need, by position: a mapping form may still offer them.
    """

    kind: Kind
    columns: Mapping[Field, int]
    ambiguous: Mapping[Field, tuple[int, ...]]
    missing: tuple[Field, ...]
    dropped: tuple[str, ...]
    unused: tuple[int, ...]

    @property
    def is_complete(self) -> bool:
        """Whether the file can be read without asking anything."""
        return not self.missing and not self.ambiguous

    @property
    def dropped_sentence(self) -> str:
        """What to say above the preview about columns that are never read; empty when there are none."""
        if not self.dropped:
            return ""
        return _(
            "Deze kolommen slaan wij over: %(names)s. Trefpunt bewaart geen huurgegevens.",
            names=", ".join(self.dropped),
        )


def is_never_read(name: str) -> bool:
    """Whether a column is about money, birth, identity or care, by its name."""
    return _recognise(name) is None and _NEVER.search(_fold(name)) is not None


def suggest_mapping(header: Sequence[str], kind: Kind | None = None) -> ColumnMapping:
    """The best guess for a header, for a kind of file or for the kind that it looks like."""
    if kind is None:
        kind = _guess_kind(header)
    candidates: dict[Field, dict[int, list[int]]] = {}
    for position, name in enumerate(header):
        found = _recognise(name)
        if found and found[0] in FIELDS[kind]:
            candidates.setdefault(found[0], {}).setdefault(found[1], []).append(position)
    best = {field: strengths[min(strengths)] for field, strengths in candidates.items()}
    columns = {field: positions[0] for field, positions in best.items() if len(positions) == 1}
    ambiguous = {field: tuple(positions) for field, positions in best.items() if len(positions) > 1}
    return _mapping(header, kind, columns, ambiguous)


def choose_mapping(header: Sequence[str], kind: Kind, choices: Mapping[Field, int]) -> ColumnMapping:
    """The mapping that an administrator chose in the form; a field left out is not read.

    Raises:
        ImportRefused: a column does not exist, was chosen twice, or is one that is never read.
    """
    by_column: dict[int, Field] = {}
    for field, position in choices.items():
        if field not in FIELDS[kind]:
            continue
        if not 0 <= position < len(header):
            raise ImportRefused(_("De kolom voor “%(field)s” bestaat niet. Kies een andere.", field=LABELS[field]))
        if is_never_read(header[position]):
            raise ImportRefused(
                _(
                    "De kolom “%(name)s” lezen wij niet. Trefpunt bewaart geen huurgegevens.",
                    name=header[position],
                )
            )
        if position in by_column:
            raise ImportRefused(
                _(
                    "U koos de kolom “%(name)s” voor %(first)s en voor %(second)s. Kies er een.",
                    name=header[position],
                    first=LABELS[by_column[position]],
                    second=LABELS[field],
                )
            )
        by_column[position] = field
    return _mapping(header, kind, {field: position for position, field in by_column.items()}, {})


def _mapping(
    header: Sequence[str],
    kind: Kind,
    columns: Mapping[Field, int],
    ambiguous: Mapping[Field, tuple[int, ...]],
) -> ColumnMapping:
    never = {position for position, name in enumerate(header) if is_never_read(name)}
    taken = never | set(columns.values())
    return ColumnMapping(
        kind=kind,
        columns={field: columns[field] for field in Field if field in columns},
        ambiguous={field: ambiguous[field] for field in Field if field in ambiguous},
        missing=_missing(kind, {*columns, *ambiguous}),
        dropped=tuple(header[position] for position in sorted(never)),
        unused=tuple(position for position in range(len(header)) if position not in taken),
    )


def _missing(kind: Kind, present: set[Field]) -> tuple[Field, ...]:
    missing = [field for field in REQUIRED[kind] if field not in present]
    if kind is not Kind.DWELLINGS and not present & {Field.NAME, Field.SURNAME}:
        missing.append(Field.NAME)
    return tuple(missing)


def _recognise(name: str) -> tuple[Field, int] | None:
    """The field that a column name stands for and how clearly (0 clear, 1 perhaps). "Eenheid.Straat" is a street, but
    "IBAN t.n.v. naam" is no name."""
    folded = _fold(name)
    if folded in _STRENGTH or _NEVER.search(folded):
        return _STRENGTH.get(folded)
    return _STRENGTH.get(_fold(re.split(r"[.:/]", name.rstrip(". "))[-1]))


def _guess_kind(header: Sequence[str]) -> Kind:
    found = {recognised[0] for name in header if (recognised := _recognise(name))}
    has_dwelling = found.issuperset(_DWELLING_REQUIRED)
    has_resident = bool(found & {Field.NAME, Field.SURNAME})
    if has_dwelling and has_resident:
        return Kind.COMBINED
    return Kind.RESIDENTS if has_resident else Kind.DWELLINGS
