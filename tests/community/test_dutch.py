"""Which words are found by which: Dutch families of words, compounds, and whatever else somebody types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community import dutch

FAMILIES = (
    "fiets fietsen fietsje fietsjes", "huis huizen huisje huisjes", "café cafés cafe cafes cafeetje CAFÉ",
    "kind kinderen kindje", "lid leden", "stad steden", "brief brieven", "lift liften", "deur deuren", "muis muizen",
    "boom bomen boompje", "raam ramen", "foto foto's foto’s fotos fotootje", "auto auto's autos", "baby baby's",
    "hond honden hondje", "kat katten", "bewoner bewoners", "vergadering vergaderingen", "idee ideeën ideeen",
    "zee zeeën", "knie knieën knieen", "categorie categorieën", "sleutel sleutels sleuteltje", "groot grote",
    "lopen loopt gelopen", "werk werken werkt gewerkt", "schoonmaken schoonmaak schoongemaakt", "warm warme",
    "bel bellen belt gebeld", "ei eieren", "schip schepen", "koe koeien", "museum musea", "buur buren buurvrouw",
    "reparatie reparaties repareren gerepareerd", "probleem problemen", "melding meldingen melden", "dag dagen",
    "glas glazen", "dak daken", "blad bladeren bladen", "commissielid commissieleden", "kleinkind kleinkinderen",
    "apotheek apotheken", "lek lekken lekt lekkage", "nieuw nieuwe", "goed goede", "container containers",
    "les lessen", "bus bussen", "reis reizen", "prijs prijzen", "vrouw vrouwen", "man mannen", "tuin tuinen tuintje",
)  # fmt: skip
APART = ("lift lifter", "man maan", "bom boom", "been ben", "zon zoon", "overleden lid", "kat kater", "bal baal")
COMPOUNDS = {
    "fietsenstalling": "fiets fietsen stalling", "fietsenhok": "fiets hok", "huismeester": "huis meester",
    "huurdersvereniging": "huurder vereniging", "bewonerscommissie": "bewoners commissie", "kinderfeest": "kinderen feest",
    "liftstoring": "lift storing", "brievenbussen": "brief bus", "koffieochtend": "koffie ochtenden",
    "trappenhuis": "trap huis", "tuincommissieleden": "tuin commissie leden", "waterlekkage": "water lek",
    "parkeerplaatsen": "parkeerplaats plaats", "onderhoudsmonteur": "onderhoud monteur", "Vreewijkstalling": "stalling",
}  # fmt: skip


def stems(word: str) -> tuple[str, ...]:
    return dutch.found_by(word)[0]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_of_words_has_one_stem(family: str) -> None:
    assert len({stems(word) for word in family.split()}) == 1, {word: stems(word) for word in family.split()}


@pytest.mark.parametrize("others", APART)
def test_other_words_keep_their_own(others: str) -> None:
    one, other = others.split()
    assert stems(one) != stems(other)


@pytest.mark.parametrize("compound", COMPOUNDS)
def test_a_compound_is_found_by_its_parts(compound: str) -> None:
    own, parts = dutch.found_by(compound)
    for part in COMPOUNDS[compound].split():
        assert stems(part)[0] in (*own, *parts), (part, own, parts)


@pytest.mark.parametrize(
    "word", ["vergadering", "eenzaam", "gebouw", "lopen", "fiets", "bestellen", "Rotterdam", "hallo"]
)
def test_what_is_no_compound_has_no_parts(word: str) -> None:
    assert dutch.found_by(word)[1] == ()


def test_words_know_where_they_stand() -> None:
    text = "Wie zag mijn foto's? De fiets-sleutel ligt op nr. 12b."
    assert [text[word.start : word.end] for word in dutch.words(text)] == [
        "Wie", "zag", "mijn", "foto's", "De", "fiets", "sleutel", "ligt", "op", "nr", "12b",
    ]  # fmt: skip


@given(st.text(max_size=300))
def test_any_text_has_words_or_none(text: str) -> None:
    end = 0
    for word in dutch.words(text):
        assert end <= word.start < word.end <= len(text)
        assert word.stems and all(stem and len(stem) <= dutch.WORD_MAX + 10 for stem in word.stems)
        end = word.end


@given(st.text(alphabet="abcdefghijklmnoprstuvwz", min_size=1, max_size=30))
def test_capitals_and_accents_change_nothing(word: str) -> None:
    accented = word.replace("e", "é").replace("o", "ö").replace("u", "û")
    assert stems(word) == stems(word.upper()) == stems(accented)
