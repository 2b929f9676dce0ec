"""From the cells of a file to dwellings and residents, and every error with its line, column and value."""

from __future__ import annotations

from datetime import date

from community.admin.columns import Field, suggest_mapping
from community.admin.csv_reading import read_table
from community.admin.rows import Rows, check_rows, fold_name

DWELLINGS = "VHE;Complexnaam;Wijk;Portiek;Straat;Huisnummer;Huisletter;Toevoeging;Postcode;Plaats;Verdieping\n"
RESIDENTS = "VHE;Huurdernr;Aanhef;Naam;E-mail;Ingangsdatum;Einddatum\n"
COMBINED = "VHE;Complexnaam;Straat;Huisnummer;Postcode;Plaats;Naam;E-mail\n"


def check(text: str) -> Rows:
    table = read_table(text.encode(), "x.csv")
    mapping = suggest_mapping(table.header)
    assert mapping.is_complete
    return check_rows(table, mapping)


def test_a_dwelling_is_read_with_everything_in_it() -> None:
    rows = check(DWELLINGS + "00123; De  Lindehof ;Zuid;A;Lindestraat;12;;bis;3023ab;Rotterdam;begane grond\n")
    assert rows.errors == ()
    (row,) = rows.dwellings
    assert (row.line, row.external_id, row.building, row.neighbourhood) == (2, "00123", "De Lindehof", "Zuid")
    assert (row.entrance, row.street, row.number, row.addition) == ("A", "Lindestraat", 12, "bis")
    assert (row.postcode, row.city, row.floor) == ("3023 AB", "Rotterdam", 0)


def test_an_addition_may_stand_in_three_places() -> None:
    def addition(number: str, letter: str, addition: str) -> str:
        rows = check(DWELLINGS + f"1;Hof;;;Straat;{number};{letter};{addition};3023AB;Delft;\n")
        assert rows.errors == ()
        return rows.dwellings[0].addition

    assert addition("12", "", "") == ""
    assert addition("12", "A", "2") == "A-2"
    assert addition("12a", "", "") == "a"
    assert addition("12a", "A", "") == "A"  # said twice
    assert addition("12a", "", "2") == "a-2"
    assert addition("12", "-", "n.v.t.") == ""


def test_every_wrong_cell_is_an_error_with_line_column_value_and_sentence() -> None:
    rows = check(DWELLINGS + "1;Hof;;;Straat;12;;;3023AB;Delft;\n2;;;;Straat;x;;;30;Delft;zolder\n")
    assert [one.external_id for one in rows.dwellings] == ["1"]
    assert {(error.line, error.column, error.value) for error in rows.errors} == {
        (3, "Complexnaam", ""), (3, "Huisnummer", "x"), (3, "Postcode", "30"), (3, "Verdieping", "zolder"),
    }  # fmt: skip
    assert all(error.sentence.endswith(".") for error in rows.errors)
    assert rows.unreadable == {"2"}


def test_errors_come_in_the_order_of_the_file_whatever_their_kind() -> None:
    rows = check(RESIDENTS + "1;;;;;;x\n2;;kort\n;;;Gerda;;;\n4;;;Henk;h;;\n")
    assert [error.line for error in rows.errors] == [2, 3, 4, 5]
    assert rows.errors[2].sentence == "Hier hoort het nummer van de woning te staan."


def test_a_resident_is_read_with_everything_in_it() -> None:
    rows = check(RESIDENTS + "7;4711;mevrouw;Koster, G.;G@X.nl;1-3-2020;31/12/26\n")
    (row,) = rows.residents
    assert (row.dwelling, row.person_id, row.salutation, row.name) == ("7", "4711", "mevrouw", "G. Koster")
    assert (row.email, row.since, row.until) == ("g@x.nl", date(2020, 3, 1), date(2026, 12, 31))
    assert rows.listed == {"7": 2}


def test_a_name_in_parts_is_put_together() -> None:
    rows = check(
        "VHE;Voorletters;Roepnaam;Tussenvoegsel;Achternaam\n1;P.J.;;van der;Berg\n2;A.;Anna;;Vrij\n3;;;;Leegstand\n"
    )
    assert [row.name for row in rows.residents] == ["P.J. van der Berg", "Anna Vrij"]
    assert list(rows.listed) == ["1", "2", "3"]


def test_nobody_and_leegstand_mean_that_a_dwelling_is_listed_and_empty() -> None:
    rows = check(RESIDENTS + "1;;;;;;\n2;;;Leegstand;;;\n3;;;-;;1-1-2020;\n")
    assert rows.errors == ()
    assert rows.residents == ()
    assert list(rows.listed) == ["1", "2", "3"]


def test_somebody_without_a_name_is_an_error_and_not_an_empty_dwelling() -> None:
    rows = check(RESIDENTS + "1;4711;;;;;\n2;;;;g@x.nl;;\n")
    assert [(error.line, error.column) for error in rows.errors] == [(2, "Naam"), (3, "Naam")]
    assert rows.listed == {}


def test_an_end_before_the_beginning_is_an_error() -> None:
    rows = check(RESIDENTS + "1;;;Gerda;;1-1-2026;31-12-2025\n")
    assert [(error.column, error.value) for error in rows.errors] == [("Einddatum", "31-12-2025")]


def test_two_persons_of_one_dwelling_may_share_an_address_for_mail() -> None:
    rows = check(RESIDENTS + "1;10;;Gerda Koster;koster@x.nl;;\n1;11;;Henk Koster;Koster@x.nl;;\n")
    assert rows.errors == ()
    assert [(row.name, row.email) for row in rows.residents] == [
        ("Gerda Koster", "koster@x.nl"), ("Henk Koster", "koster@x.nl"),
    ]  # fmt: skip


def test_rows_about_one_person_at_one_dwelling_are_joined() -> None:
    rows = check(
        RESIDENTS
        + "1;;;G. Koster;;1-1-2020;31-12-2024\n1;;mevrouw;Koster, G.;g@x.nl;1-1-2025;\n1;;;Henk;;;\n1;;;Henk;;;\n"
    )
    assert rows.duplicates == 2
    gerda, henk = rows.residents
    assert (gerda.name, gerda.salutation, gerda.email) == ("G. Koster", "mevrouw", "g@x.nl")
    assert (gerda.since, gerda.until) == (date(2020, 1, 1), None)
    assert henk.name == "Henk"


def test_one_number_is_one_person_at_both_of_their_dwellings() -> None:
    rows = check(RESIDENTS + "1;10;;G. Koster;;;31-12-2026\n2;10;mevrouw;Koster G;g@x.nl;;\n")
    assert rows.errors == ()
    assert {(row.name, row.salutation, row.email) for row in rows.residents} == {("G. Koster", "mevrouw", "g@x.nl")}


def test_one_number_for_two_names_is_an_error_that_says_what_to_do() -> None:
    rows = check(RESIDENTS + "1;10;;Gerda Koster;;;\n1;10;;Henk Koster;;;\n")
    (error,) = rows.errors
    assert (error.line, error.column, error.value) == (3, "Huurdernr", "10")
    assert "regel 2" in error.sentence and "niet gebruiken" in error.sentence
    assert rows.unreadable == {"1"}


def test_a_dwelling_that_is_described_twice_must_be_described_alike() -> None:
    row = "1;Hof;;;Straat;12;;;3023AB;Delft;\n"
    assert check(DWELLINGS + row + row).duplicates == 1
    rows = check(DWELLINGS + row + row.replace("Straat;12", "Straat;14"))
    (error,) = rows.errors
    assert (error.line, error.column, error.value) == (3, "Huisnummer", "14")
    assert "regel 2" in error.sentence


def test_a_combined_file_gives_a_dwelling_once_and_its_residents_each() -> None:
    rows = check(COMBINED + "1;Hof;Straat;12;3023AB;Delft;Gerda;\n1;Hof;Straat;12;3023AB;Delft;Henk;\n")
    assert (len(rows.dwellings), len(rows.residents), rows.duplicates) == (1, 2, 0)


def test_a_field_without_a_column_is_not_read_at_all() -> None:
    rows = check("VHE;Naam;Huurachterstand\n1;Gerda;999,99\n")
    assert rows.fields == {Field.DWELLING_ID, Field.NAME}
    assert "999" not in repr(rows)


def test_progress_ends_at_the_whole() -> None:
    seen: list[tuple[int, int]] = []
    table = read_table(("VHE;Naam\n" + "".join(f"{n};Bewoner {n}a\n" for n in range(1200))).encode(), "x.csv")
    check_rows(table, suggest_mapping(table.header), lambda done, total: seen.append((done, total)))
    assert seen == [(0, 1200), (500, 1200), (1000, 1200), (1200, 1200)]


def test_a_name_is_recognised_in_any_order_and_dress() -> None:
    assert fold_name("Dhr. Koster, G.") == fold_name("g. koster") == fold_name("Köster G")
    assert fold_name("Gerda Koster") != fold_name("G. Koster")
    assert fold_name("🙂") != fold_name("🌻")
