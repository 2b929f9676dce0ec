"""What people and systems write in one cell, and what we make of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.accounts import models as accounts
from community.admin import cells
from community.places import models as places


@pytest.mark.parametrize("value", ["3023 AB", "3023ab", "3023  Ab", "3023-ab"])
def test_a_postcode_is_written_one_way(value: str) -> None:
    assert cells.read_postcode(value) == "3023 AB"


@pytest.mark.parametrize("value", ["", "3023", "0123 AB", "3023 ABC", "AB 3023", "B-1000", "٣٠٢٣ AB"])
def test_half_a_postcode_is_refused(value: str) -> None:
    with pytest.raises(cells.NotReadable, match="vier cijfers en twee letters"):
        cells.read_postcode(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("12", (12, "")), ("12a", (12, "a")), ("12 A", (12, "A")), ("12-2", (12, "2")), ("12 bis", (12, "bis")),
        ("12/3", (12, "3")), ("12 - hs", (12, "hs")), ("12-14", (12, "14")), ("0012", (12, "")), ("12.0", (12, "")),
        ("99999", (99999, "")), ("12 A-2", (12, "A-2")),
    ],
)  # fmt: skip
def test_a_house_number_is_a_number_and_what_follows(value: str, expected: tuple[int, str]) -> None:
    assert cells.read_house_number(value) == expected


@pytest.mark.parametrize("value", ["", "0", "a12", "t/o 12", "123456", "12,5", "-12", "12" + "a" * 21])
def test_what_does_not_begin_with_a_number_is_no_house_number(value: str) -> None:
    with pytest.raises(cells.NotReadable):
        cells.read_house_number(value)


@pytest.mark.parametrize(
    ("value", "floor"),
    [
        ("begane grond", 0), ("Begane Grond", 0), ("bg", 0), ("B.G.", 0), ("parterre", 0), ("0", 0), ("1e", 1),
        ("1e verdieping", 1), ("2de etage", 2), ("3 hoog", 3), ("drie hoog", 3), ("eerste verdieping", 1), ("-1", -1),
        ("kelder", -1), ("souterrain", -1), ("12", 12), ("4.0", 4), ("1ste", 1), ("", None), ("-", None),
    ],
)  # fmt: skip
def test_a_floor_may_be_a_word(value: str, floor: int | None) -> None:
    assert cells.read_floor(value) == floor


@pytest.mark.parametrize("value", ["zolder", "1 t/m 3", "links", "1.5", "1000"])
def test_an_unknown_floor_is_refused(value: str) -> None:
    with pytest.raises(cells.NotReadable, match="verdieping"):
        cells.read_floor(value)


@pytest.mark.parametrize(
    "value",
    [
        "31-12-2026", "2026-12-31", "31/12/26", "31.12.2026", "20261231", "31-12-2026 00:00:00",
        "2026-12-31T00:00:00", "2026-12-31T00:00:00.000Z", "31-12-26",
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_usual_notation(value: str) -> None:
    assert cells.read_date(value) == date(2026, 12, 31)


def test_years_of_two_digits_are_of_the_last_or_this_century() -> None:
    assert cells.read_date("1-3-98") == date(1998, 3, 1)
    assert cells.read_date("1-3-05") == date(2005, 3, 1)


@pytest.mark.parametrize(
    "value",
    ["", "-", "onbekend", "01-01-1753", "01-01-1900 00:00:00", "0001-01-01", "31-12-2154", "9999-12-31", "00-00-0000"],
)
def test_the_no_date_of_a_system_is_no_date(value: str) -> None:
    assert cells.read_date(value) is None


@pytest.mark.parametrize("value", ["30-02-2026", "12/31/2026", "2026", "46387", "gisteren", "1-13-2026", "31-12-202"])
def test_a_day_that_does_not_exist_is_refused(value: str) -> None:
    with pytest.raises(cells.NotReadable, match="31-12-2026"):
        cells.read_date(value)


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("Gerda@Voorbeeld.NL", "gerda@voorbeeld.nl"), ("mailto:g@x.nl", "g@x.nl"),
        ("o'neil@x.co.uk", "o'neil@x.co.uk"),
        ("gerda@müller.de", "gerda@müller.de"), ("a@xn--mller-kva.xn--p1ai", "a@xn--mller-kva.xn--p1ai"),
        ("geen", None), ("", None), ("n.v.t.", None),
    ],
)  # fmt: skip
def test_an_address_for_mail_is_kept_in_lower_case(value: str, address: str | None) -> None:
    assert cells.read_email(value) == address


@pytest.mark.parametrize(
    "value",
    [
        "gerda", "gerda@", "@x.nl", "gerda@x", "g@x.nl; h@x.nl", "g@x.nl,h@x.nl", "g h@x.nl", "g@x..nl", "<g@x.nl>",
        "06-12345678", f"{'g' * 250}@x.nl",
    ],
)  # fmt: skip
def test_what_is_not_one_address_is_refused(value: str) -> None:
    with pytest.raises(cells.NotReadable, match="e-mailadres"):
        cells.read_email(value)


@pytest.mark.parametrize(
    "name",
    [
        "Gerda Koster", "Ş. Şahin-Yıldız", "d'Artagnan", "O’Neil", "محمد الأمين", "דוד כהן", "王小明", "Zoë 🌻", "🙂",
        "=1+1", "J", "1e Bewoner", "x" * 120, "<script>alert(1)</script>",
    ],
)  # fmt: skip
def test_a_name_is_anything_with_a_letter_or_symbol(name: str) -> None:
    assert cells.read_name(cells.clean(name)) == name


@pytest.mark.parametrize("value", ["12345", "12-05-1950", "...", "x" * 121, "y" * 200, "NL91 ABNA 0417 1643 00"])
def test_a_name_without_letters_or_too_long_for_a_letter_is_refused(value: str) -> None:
    with pytest.raises(cells.NotReadable):
        cells.read_name(value)


def test_a_surname_with_a_comma_goes_to_its_place() -> None:
    assert cells.read_name("Koster, G.") == "G. Koster"
    assert cells.read_name("Vries, P. de") == "P. de Vries"
    assert cells.join_name("P.J.", "van der", "Berg") == "P.J. van der Berg"
    assert cells.join_name("", "", "Koster, weduwe") == "Koster weduwe"


def test_characters_that_hide_or_reverse_text_are_taken_out_and_the_rest_stays() -> None:
    assert cells.clean("  Gerda\n\u202eKoster\u200b \x07\u00a0 x ") == "Gerda Koster x"
    assert cells.clean("e\u0301") == "é"
    family = "👩\u200d👧"
    assert cells.clean(family) == family


def test_a_number_of_the_association_keeps_its_zeros() -> None:
    assert cells.read_id("00123") == "00123"
    assert cells.read_id('="00123"') == "00123"
    with pytest.raises(cells.NotReadable, match="afgerond"):
        cells.read_id("1,23E+11")


@pytest.mark.parametrize(
    "reader",
    [
        cells.read_id, cells.read_postcode, cells.read_house_number, cells.read_floor, cells.read_date,
        cells.read_email, cells.read_name, cells.read_addition,
    ],
)  # fmt: skip
@given(value=st.text(max_size=30) | st.from_regex(r"[0-9²٣]{0,4}[-/. ]?[0-9a-zA-Z@.,+ ]{0,12}", fullmatch=True))
def test_no_text_gives_anything_but_a_value_or_a_sentence(reader: Callable[[str], object], value: str) -> None:
    try:
        reader(cells.clean(value))
    except cells.NotReadable as refused:
        assert refused.sentence


def test_what_is_read_fits_where_it_will_be_kept() -> None:
    def width(column: object) -> int:
        return column.type.length  # type: ignore[attr-defined, no-any-return]

    dwelling = places.Dwelling.__table__.c
    assert width(dwelling.external_id) >= cells.MAX_ID
    assert width(accounts.Person.__table__.c.external_id) >= cells.MAX_ID
    assert width(dwelling.street) >= cells.MAX_STREET
    assert width(dwelling.addition) >= cells.MAX_ADDITION
    assert width(dwelling.city) >= cells.MAX_CITY
    assert width(places.Building.__table__.c.name) >= cells.MAX_BUILDING
    assert width(places.Neighbourhood.__table__.c.name) >= max(cells.MAX_NEIGHBOURHOOD, cells.MAX_CITY)
    assert width(places.Entrance.__table__.c.name) >= cells.MAX_ENTRANCE
    assert width(accounts.Mailbox.__table__.c.address) >= cells.MAX_EMAIL
    assert accounts.NAME_MAX == cells.MAX_NAME
