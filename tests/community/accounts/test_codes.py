"""The code on a letter: making it, reading it however it is typed, and saying what is wrong with it."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from community.accounts import codes


@pytest.mark.parametrize(
    "typed",
    [
        "tulp fiets 4820",
        "fiets tulp 4820",
        "4820 tulp fiets",
        "tulp 4820 fiets",
        "TULP FIETS 4820",
        "Tulp-Fiets-4820",
        "tulp.fiets.4820",
        "tulp_fiets/4820",
        "  tulp\u00a0fiets\t4820 ",
        "tulp – fiets — 4820",
        "“tulp fiets 4820”",
        "tulpfiets4820",
        "4820fietstulp",
        "tulp4820fiets",
        "tulp fiets 48 20",
        "tulp fiets 4 8 2 0",
        "tulp fiets 48-20",
        "tulp fiets 482O",
        "tulpfiets482o",
        "túlp fiëts 4820",
        "ｔｕｌｐ fiets ４８２０",
        "tulp fiets ٤٨٢٠",
        "tulp\u200b fiets 4820",
    ],
)
def test_a_code_may_be_typed_in_many_ways(typed: str) -> None:
    assert codes.normalise(typed) == "fiets tulp 4820"
    assert codes.complaint(typed) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("tulp fiets l23I", "fiets tulp 1231"),
        ("tulp ijsbeer 1O1i", "ijsbeer tulp 1011"),
        ("tulp ysbeer 1011", "ijsbeer tulp 1011"),
        ("tuin bank roos 1234", "roos tuinbank 1234"),
    ],
)
def test_what_looks_or_sounds_like_the_code_is_read_as_the_code(typed: str, meant: str) -> None:
    assert codes.normalise(typed) == meant


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Typ hier de code uit uw brief."),
        (" -.- ", "Typ hier de code uit uw brief."),
        ("tulp fiets", "Het getal ontbreekt nog. Het heeft 4 cijfers."),
        ("brug tuin 482", "Het getal heeft 4 cijfers. U typte er 3."),
        ("brug tuin 48O", "Het getal heeft 4 cijfers. U typte er 3."),
        ("brug tuin 48261", "Het getal heeft 4 cijfers. U typte er 5."),
        ("brug 4826", "Er horen twee woorden in de code. U typte er 1."),
        ("4826", "Er horen twee woorden in de code. U typte er 0."),
        ("code brug tuin 4826", "Er horen twee woorden in de code. U typte er 3."),
        ("brug tiun 4826", "Het woord ‘tiun’ kennen wij niet. Kijk nog eens in uw brief."),
        ("<b> tuin 4826", "Het woord ‘b’ kennen wij niet. Kijk nog eens in uw brief."),
    ],
)
def test_what_is_wrong_with_a_code_is_said_in_a_sentence(typed: str, sentence: str) -> None:
    assert codes.normalise(typed) is None
    assert codes.complaint(typed) == sentence


def test_a_code_of_a_well_known_shape_gets_no_complaint_whether_it_exists_or_not() -> None:
    assert codes.complaint("brug tuin 4826") is None
    assert codes.complaint("tuin tuin 4826") is None


def test_nonsense_of_any_length_is_only_no_code() -> None:
    for typed in (
        "x" * 100_000,
        "4" * 100_000,
        "tulp" * 5000 + "4826",
        "\x00\ud7ff🌷" * 99,
        "tulp fiets 4826" + " " * 9000,
    ):
        assert codes.normalise(typed) in {None, "fiets tulp 4826"}


def test_a_new_code_is_two_words_and_four_digits_and_reads_back() -> None:
    made = {codes.make_code() for _ in range(300)}
    assert len(made) == 300
    for code in made:
        assert len(code) <= codes.LETTERS_MAX + 6
        assert re.fullmatch(r"[a-z]{4,8} [a-z]{4,8} [1-9]\d{3}", code)
        assert codes.normalise(code) == codes.normalise(code.replace(" ", "").upper())
        assert codes.normalise(code) is not None


def test_the_words_are_enough_and_easy() -> None:
    assert len(codes.WORDS) >= 1024
    assert len(set(codes.WORDS)) == len(codes.WORDS)
    assert list(codes.WORDS) == sorted(codes.WORDS)
    for word in codes.WORDS:
        assert re.fullmatch(r"[a-xz]{4,8}", word), word  # no y: it is typed for ij


def test_no_two_words_sound_alike() -> None:
    heard = sorted((_heard(word), word) for word in codes.WORDS)
    assert [(one[1], other[1]) for one, other in pairwise(heard) if one[0] == other[0]] == []
    assert _heard("vijver") == _heard("feifer")  # it can hear


def test_two_words_without_a_space_can_be_taken_apart_in_one_way() -> None:
    known = set(codes.WORDS)
    ambiguous = [
        (word, word[:cut], word[cut:] + other)
        for word in codes.WORDS
        for cut in range(4, len(word))
        if word[:cut] in known
        for other in codes.WORDS
        if word[cut:] + other in known
    ]
    assert ambiguous == []


def _heard(word: str) -> str:
    """What is left of a word over a bad telephone line."""
    for written, sound in (
        ("sch", "sk"),
        ("ij", "ei"),
        ("ou", "au"),
        ("ch", "g"),
        ("ck", "k"),
        ("x", "ks"),
        ("c", "k"),
    ):
        word = word.replace(written, sound)
    word = word.replace("ie", "i").translate(str.maketrans("bdvwzgm", "ptffskn"))
    return re.sub(r"(.)\1", r"\1", word)
