"""What things and people are called once they come out of a file."""

from __future__ import annotations

import pytest

from community.admin import naming


@pytest.mark.parametrize(
    ("building", "said"),
    [
        ("Lindehof", "de Lindehof"),
        ("De Hoogte", "de Hoogte"),
        ("het Baken", "het Baken"),
        ("'t Anker", "'t Anker"),
        ("Zorghuis", "het Zorghuis"),
        ("Lindeplein 3", "het Lindeplein 3"),
        ("1012", "gebouw 1012"),
        ("Complex 12", "het Complex 12"),
        ("Lindeflat II", "de Lindeflat II"),
    ],
)
def test_a_building_gets_its_article(building: str, said: str) -> None:
    assert naming.with_article(building) == said


@pytest.mark.parametrize(
    ("salutation", "name", "hello"),
    [
        ("De heer", "P.J. de Vries", "meneer De Vries"),
        ("Dhr.", "P. Bos", "meneer Bos"),
        ("mevr", "A. van den Berg", "mevrouw Van den Berg"),
        ("Geachte mevrouw Koster,", "W. Koster", "mevrouw Koster"),
        ("Familie", "Öz", "familie Öz"),
        ("De heer en mevrouw", "P. Bos", None),
        ("Drs.", "P. Bos", None),
        ("Mevr.", "Bewoner 12", None),
        ("", "P. Bos", None),
        (None, "P. Bos", None),
    ],
)
def test_how_we_say_hello(salutation: str | None, name: str, hello: str | None) -> None:
    assert naming.greeting(salutation, name) == hello


@pytest.mark.parametrize(
    ("name", "short"),
    [("Ton Visser", "Ton"), ("P.J. de Vries", "P.J. de Vries"), ("PJ Bos", "PJ Bos"), ("🙂", "🙂"), ("Öz", "Öz")],
)
def test_what_neighbours_say(name: str, short: str) -> None:
    assert naming.short_name(name) == short


def test_an_address_that_is_taken_gets_a_number() -> None:
    assert naming.free_slug("De Linde!", (), "gebouw") == "de-linde"
    assert naming.free_slug("De Linde!", {"de-linde", "de-linde-2"}, "gebouw") == "de-linde-3"
    assert naming.free_slug("漢字", {"gebouw"}, "gebouw") == "gebouw-2"
    long = naming.free_slug("woord " * 30, {naming.free_slug("woord " * 30, (), "x")}, "x")
    assert len(long) <= 60
