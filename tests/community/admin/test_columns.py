"""Column names as Dutch systems write them, and the ones that we never read."""

from __future__ import annotations

from pathlib import Path

import pytest

from community.admin.columns import (
    FIELDS,
    LABELS,
    REQUIRED,
    Field,
    Kind,
    choose_mapping,
    is_never_read,
    suggest_mapping,
)
from community.admin.csv_reading import ImportRefused

DWELLINGS = [
    "VHE-nummer", "Complexnaam", "Wijk", "Portiek", "Straat", "Huisnr.", "Toev.", "Postcode", "Plaats", "Etage",
]  # fmt: skip


def test_a_usual_export_of_dwellings_needs_no_questions() -> None:
    mapping = suggest_mapping(DWELLINGS)
    assert mapping.kind is Kind.DWELLINGS
    assert mapping.is_complete
    assert list(mapping.columns.values()) == [0, 2, 1, 3, 4, 5, 6, 7, 8, 9]
    assert mapping.unused == ()


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("VHE nr", Field.DWELLING_ID),
        ("EENHEIDNUMMER", Field.DWELLING_ID),
        ("Eenheidnr.", Field.DWELLING_ID),
        ("complex_naam", Field.BUILDING),
        ("Complex naam", Field.BUILDING),
        ("E-mail adres", Field.EMAIL),
        ("Ingangsdatum  huur", Field.SINCE),
        ("Einddatum contract", Field.UNTIL),
        ("Postcodé", Field.POSTCODE),
        ("Eenheid.Straat", Field.STREET),
        ("Huurder: achternaam", Field.SURNAME),
        ("Geslachtsnaam", Field.SURNAME),
    ],
)
def test_case_spaces_signs_and_accents_do_not_matter(name: str, field: Field) -> None:
    assert suggest_mapping([name, "x"], Kind.COMBINED).columns == {field: 0}


def test_residents_may_come_with_a_whole_name_or_with_its_parts() -> None:
    assert suggest_mapping(["Eenheid", "Naam"]).is_complete
    parts = suggest_mapping(["Eenheid", "Voorletters", "Tussenvoegsel", "Achternaam", "E-mail"])
    assert (parts.kind, parts.is_complete) == (Kind.RESIDENTS, True)
    assert suggest_mapping(["Eenheid", "Voorletters"], Kind.RESIDENTS).missing == (Field.NAME,)


def test_the_kind_of_file_is_seen_from_its_columns() -> None:
    assert suggest_mapping([*DWELLINGS, "Naam"]).kind is Kind.COMBINED
    with_address = suggest_mapping(["VHE", "Straat", "Huisnummer", "Postcode", "Plaats", "Naam"])
    assert (with_address.kind, with_address.is_complete) == (Kind.RESIDENTS, True)
    assert with_address.unused == (1, 2, 3, 4)


def test_missing_columns_are_listed() -> None:
    mapping = suggest_mapping(["VHE-nummer", "Straat", "Huisnummer"])
    assert not mapping.is_complete
    assert mapping.missing == (Field.BUILDING, Field.POSTCODE, Field.CITY)


def test_two_columns_that_fit_equally_well_are_a_question_and_not_a_guess() -> None:
    mapping = suggest_mapping([*DWELLINGS, "Buurt"])
    assert mapping.ambiguous == {Field.NEIGHBOURHOOD: (2, 10)}
    assert Field.NEIGHBOURHOOD not in mapping.columns
    assert mapping.missing == ()
    assert not mapping.is_complete


def test_a_clear_name_wins_from_a_vague_one() -> None:
    mapping = suggest_mapping(["Complex", *DWELLINGS])
    assert mapping.columns[Field.BUILDING] == 2
    assert mapping.unused == (0,)


@pytest.mark.parametrize(
    "name",
    [
        "Kale huur", "Huurprijs", "Netto huur per maand", "Rekenhuur", "Huurachterstand", "Saldo", "IBAN",
        "IBAN t.n.v. naam",
        "Bankrekening", "Rekeninghouder naam", "BSN", "Geboortedatum", "Geb.dat.", "Geslacht", "Leeftijd", "Inkomen",
        "Servicekosten", "Huurtoeslag", "Zorgindicatie", "Debiteur.Naam", "WOZ-waarde", "Nationaliteit",
    ],
)  # fmt: skip
def test_money_birth_and_care_are_never_read(name: str) -> None:
    mapping = suggest_mapping(["VHE", "Naam", name])
    assert mapping.dropped == (name,)
    assert mapping.unused == ()
    assert mapping.dropped_sentence == f"Deze kolommen slaan wij over: {name}. Trefpunt bewaart geen huurgegevens."
    with pytest.raises(ImportRefused, match="lezen wij niet"):
        choose_mapping(["VHE", name], Kind.RESIDENTS, {Field.DWELLING_ID: 0, Field.NAME: 1})


def test_no_column_that_we_know_is_taken_for_rent() -> None:
    assert not any(is_never_read(name) for name in ["Huurder", "Huurdernummer", "Ingangsdatum huur", "Huur vanaf"])
    assert suggest_mapping(["VHE", "Naam"]).dropped_sentence == ""


def test_an_administrator_may_choose_otherwise() -> None:
    header = ["Kolom A", "Kolom B", "E-mail"]
    mapping = choose_mapping(header, Kind.RESIDENTS, {Field.DWELLING_ID: 0, Field.NAME: 1, Field.STREET: 2})
    assert mapping.is_complete
    assert mapping.columns == {Field.DWELLING_ID: 0, Field.NAME: 1}
    assert mapping.unused == (2,)
    assert choose_mapping(header, Kind.RESIDENTS, {Field.NAME: 1}).missing == (Field.DWELLING_ID,)


def test_an_impossible_choice_is_refused_in_words() -> None:
    with pytest.raises(ImportRefused) as twice:
        choose_mapping(["A", "B"], Kind.RESIDENTS, {Field.DWELLING_ID: 0, Field.NAME: 0})
    assert twice.value.sentence == "U koos de kolom “A” voor VHE-nummer en voor Naam. Kies er een."
    with pytest.raises(ImportRefused, match="bestaat niet"):
        choose_mapping(["A", "B"], Kind.RESIDENTS, {Field.DWELLING_ID: 2})


def test_every_field_has_a_label_and_a_place() -> None:
    assert set(LABELS) == set(Field) == set(FIELDS[Kind.COMBINED])
    assert all(set(REQUIRED[kind]) <= set(FIELDS[kind]) for kind in Kind)
    assert Field.NAME not in FIELDS[Kind.DWELLINGS]
    assert Field.STREET not in FIELDS[Kind.RESIDENTS]


def test_every_name_that_the_manual_promises_is_recognised() -> None:
    manual = (Path(__file__).parents[3] / "docs" / "import.md").read_text()
    labels = {str(label): field for field, label in LABELS.items()}
    promised = [
        (labels[cells[1]], name)
        for line in manual.splitlines()
        if len(cells := [cell.strip() for cell in line.split("|")]) == 6 and cells[1] in labels
        for name in cells[3].split(", ")
        if not name.startswith("zie ")
    ]
    assert {field for field, _name in promised} == set(Field)
    for field, name in promised:
        assert suggest_mapping([name, "x"], Kind.COMBINED).columns == {field: 0}, name
