"""What a volunteer types is read as they mean it; what cannot be is answered in words; nothing makes it fail."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from events.reading import (
    CENTS_MAX,
    Unclear,
    every_week,
    read_cents,
    read_count,
    read_day,
    written_cents,
    written_count,
    written_day,
)
from events.reading_times import (
    read_end,
    read_length,
    read_time,
    split_range,
    written_end,
    written_length,
    written_time,
)

# A Thursday.
TODAY = date(2026, 3, 12)
PIECES = (
    "volgende", "komende", "week", "over", "twee", "zaterdag", "za", "12", "30", "31", "februari", "maart", "mrt", "-", "/",
    ".", ":", ",", " ", "2026", "27", "half", "kwart", "voor", "drie", "uur", "u", "'s middags", "avond", "14", "25", "00",
    "€", "euro", "6", "50", "gratis", "½", "tot", "anderhalf", "minuten", "0", "9999", "een", "e", "\u202e", "٣", "²", "",
)  # fmt: skip
anything = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join),
                     st.lists(st.sampled_from(PIECES), max_size=8).map("".join))  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("vandaag", TODAY),
        ("Vanavond", TODAY),
        ("morgen", date(2026, 3, 13)),
        ("morgenmiddag", date(2026, 3, 13)),
        ("overmorgen", date(2026, 3, 14)),
        ("zaterdag", date(2026, 3, 14)),
        ("Zaterdag.", date(2026, 3, 14)),
        ("aanstaande zaterdag", date(2026, 3, 14)),
        ("zaterdag a.s.", date(2026, 3, 14)),
        ("zaterdagmiddag", date(2026, 3, 14)),
        ("za", date(2026, 3, 14)),
        ("op zaterdag", date(2026, 3, 14)),
        ("donderdag", date(2026, 3, 19)),
        ("volgende week zaterdag", date(2026, 3, 21)),
        ("volgende zaterdag", date(2026, 3, 21)),
        ("zaterdag over een week", date(2026, 3, 21)),
        ("zaterdag over twee weken", date(2026, 3, 28)),
        ("over twee weken", date(2026, 3, 26)),
        ("over 3 dagen", date(2026, 3, 15)),
        ("over een maand", date(2026, 4, 12)),
        ("volgende week", date(2026, 3, 19)),
        ("12 maart", TODAY),
        ("14 maart", date(2026, 3, 14)),
        ("14 mrt", date(2026, 3, 14)),
        ("twaalf april", date(2026, 4, 12)),
        ("zaterdag 14 maart", date(2026, 3, 14)),
        ("za 14 mrt 2026", date(2026, 3, 14)),
        ("zaterdag, 14 maart 2026", date(2026, 3, 14)),
        ("14-3-2026", date(2026, 3, 14)),
        ("14/03/26", date(2026, 3, 14)),
        ("14.3", date(2026, 3, 14)),
        ("14 3 2026", date(2026, 3, 14)),
        ("2026-03-14", date(2026, 3, 14)),
        ("14 maart '27", date(2027, 3, 14)),
        ("de 14e", date(2026, 3, 14)),
        ("de 5e", date(2026, 4, 5)),
        ("5e april", date(2026, 4, 5)),
        ("eerste kerstdag", date(2026, 12, 25)),
        ("nieuwjaarsdag", date(2027, 1, 1)),
        ("29 februari 2028", date(2028, 2, 29)),
        ("next saturday", date(2026, 3, 21)),
        ("tomorrow", date(2026, 3, 13)),
        ("14 march", date(2026, 3, 14)),
    ],
)
def test_a_day_as_people_say_it(typed: str, day: date) -> None:
    assert read_day(typed, TODAY).day == day


@pytest.mark.parametrize(
    ("typed", "weekday"),
    [
        ("elke dinsdag", "dinsdag"),
        ("Iedere week op dinsdagmiddag", "dinsdag"),
        ("elke week dinsdag", "dinsdag"),
        ("op elke do.", "donderdag"),
        ("every tuesday", "dinsdag"),
        ("dinsdag", None),
        ("elke maand", None),
        ("elke dag", None),
        ("elke tweede dinsdag", None),
        ("", None),
    ],
)
def test_every_week_is_said_with_the_day(typed: str, weekday: str | None) -> None:
    assert every_week(typed) == weekday


def test_next_saturday_is_said_of_two_and_so_asked() -> None:
    assert read_day("volgende zaterdag", TODAY).other == date(2026, 3, 14)
    # On a Sunday the Saturday of next week is the first that comes.
    assert read_day("volgende zaterdag", date(2026, 3, 15)).other is None
    assert read_day("zaterdag", TODAY).other is None


@pytest.mark.parametrize(
    ("typed", "sentence", "meant"),
    [
        ("", "Op welke dag", ()),
        ("ooit", "De dag ‘ooit’ kennen wij niet", ()),
        ("30 februari", "30 februari bestaat niet", ("28-2-2027", "1-3-2027")),
        ("30 februari 2027", "30 februari 2027 bestaat niet", ("28-2-2027", "1-3-2027")),
        ("31-4", "31-4 bestaat niet", ("30-4-2026", "1-5-2026")),
        ("29 februari 2027", "bestaat niet", ("28-2-2027", "1-3-2027")),
        ("45 maart", "bestaat niet", ()),
        ("12-13-2026", "bestaat niet", ()),
        ("1 januari", "al geweest. Bedoelt u 2027?", ("1-1-2027",)),
        ("1 mei 2024", "al geweest. Bedoelt u 2026?", ("1-5-2026",)),
        ("gisteren", "Kies een dag die nog komt", ("11-3-2027",)),
        ("vrijdag 14 maart", "valt op een andere dag", ("14-3-2026", "13-3-2026")),
        ("12 maart 2099", "erg ver weg", ("12-3-2026",)),
        ("1 maart 9999", "erg ver weg", ()),
        ("vrijdag 31 december 9999", "erg ver weg", ("31-12-2026",)),
        ("x" * 3000, "kennen wij niet", ()),
    ],
)
@time_machine.travel("2026-03-12T10:00:00Z", tick=False)
def test_a_day_that_cannot_be_gets_a_sentence_and_a_guess(typed: str, sentence: str, meant: tuple[str, ...]) -> None:
    with pytest.raises(Unclear, match=sentence.replace("?", r"\?")) as told:
        read_day(typed, TODAY)
    assert told.value.meant == meant


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("14.30", "14.30"),
        ("14:30", "14.30"),
        ("14u30", "14.30"),
        ("14h30", "14.30"),
        ("14 uur 30", "14.30"),
        ("1430", "14.30"),
        ("14.30 uur", "14.30"),
        ("14 uur", "14.00"),
        ("14u", "14.00"),
        ("14", "14.00"),
        ("half drie", "14.30"),
        ("half 3", "14.30"),
        ("om half drie", "14.30"),
        ("half een", "12.30"),
        ("half elf", "10.30"),
        ("half acht", "07.30"),
        ("half acht 's avonds", "19.30"),
        ("’s avonds half acht", "19.30"),
        ("vanavond om half acht", "19.30"),
        ("kwart over 2", "14.15"),
        ("kwart voor drie", "14.45"),
        ("kwart voor een", "12.45"),
        ("vijf over half drie", "14.35"),
        ("tien voor half drie", "14.20"),
        ("tien over twee", "14.10"),
        ("2 uur", "14.00"),
        ("twee uur", "14.00"),
        ("2 uur 's middags", "14.00"),
        ("2 uur 's nachts", "02.00"),
        ("twee uur ’s middags", "14.00"),
        ("8 uur 's avonds", "20.00"),
        ("8 uur 's ochtends", "08.00"),
        ("8:00 's avonds", "20.00"),
        ("12 uur", "12.00"),
        ("12 uur 's middags", "12.00"),
        ("12 uur 's avonds", "00.00"),
        ("10.30", "10.30"),
        ("2.30", "14.30"),
        ("02.30", "02.30"),
        ("0.15", "00.15"),
        ("20 uur precies", "20.00"),
        ("11 uur 's avonds", "23.00"),
        ("half past two", "14.30"),
        ("quarter to three", "14.45"),
        ("2 pm", "14.00"),
        ("noon", "12.00"),
    ],
)
def test_a_time_as_people_say_it(typed: str, written: str) -> None:
    assert written_time(read_time(typed).minutes) == written


def test_eight_oclock_is_as_likely_in_the_evening_and_so_asked() -> None:
    assert read_time("acht uur").other == 20 * 60
    assert read_time("half acht").other == 19 * 60 + 30
    for plain in ("08.00", "8 uur 's ochtends", "10 uur", "half drie", "20.00"):
        assert read_time(plain).other is None


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Hoe laat begint het"),
        ("straks", "‘straks’ kennen wij niet"),
        ("25:00", "‘25:00’ bestaat niet"),
        ("12.75", "bestaat niet"),
        ("24.30", "bestaat niet"),
        ("half 99", "bestaat niet"),
        ("9" * 500, "kennen wij niet"),
    ],
)
def test_a_time_that_cannot_be_gets_a_sentence(typed: str, sentence: str) -> None:
    with pytest.raises(Unclear, match=sentence):
        read_time(typed)


@pytest.mark.parametrize(
    ("start", "typed", "end"),
    [
        ("14.30", "16.00", "16.00"),
        ("14.30", "4 uur", "16.00"),
        ("14.30", "half vijf", "16.30"),
        ("14.30", "anderhalf uur", "16.00"),
        ("14.30", "2 uurtjes", "16.30"),
        ("14.30", "90 minuten", "16.00"),
        ("14.30", "2,5 uur", "17.00"),
        ("14.30", "2½ uur", "17.00"),
        ("14.30", "½ uur", "15.00"),
        ("14.30", "een uur en een kwartier", "15.45"),
        ("10.00", "half twaalf", "11.30"),
        ("10.00", "1 uur", "13.00"),
        ("10.00", "12 uur", "12.00"),
        ("20.00", "10 uur", "22.00"),
        ("20.00", "half elf 's avonds", "22.30"),
        ("20.00", "12 uur", "00.00"),
        ("20.00", "24.00", "00.00"),
        ("20.00", "01.00", "01.00"),
        ("20.00", "1 uur 's nachts", "01.00"),
        ("20.00", "tot half elf", "22.30"),
    ],
)
def test_an_end_is_a_time_after_the_start_or_a_length(start: str, typed: str, end: str) -> None:
    begins = read_time(start).minutes
    ends = read_end(typed, begins)
    assert written_time(ends) == end and ends > begins


def test_an_end_before_the_start_gets_a_sentence_and_a_guess() -> None:
    with pytest.raises(Unclear, match=r"begint om 14\.30 uur .* 13\.00 uur") as told:
        read_end("13.00", 14 * 60 + 30)
    assert told.value.meant == ()
    with pytest.raises(Unclear) as told:
        read_end("2 uur", 14 * 60 + 30)
    assert told.value.meant == ("16.30",)


@pytest.mark.parametrize(
    ("typed", "ends"),
    [
        ("14.30 tot 16.00", ("14.30", "16.00")),
        ("van half drie tot vier uur", ("half drie", "vier uur")),
        ("14:30-16:00", ("14:30", "16:00")),
        ("14.30 – 16.00", ("14.30", "16.00")),
        ("half drie", ("half drie", "")),
    ],
)
def test_two_times_in_one_field(typed: str, ends: tuple[str, str]) -> None:
    assert split_range(typed) == ends


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("€ 6", 600), ("€6", 600), ("6", 600), ("6,50", 650), ("6.50", 650), ("€ 6,-", 600), ("6 euro", 600),
        ("6 euro 50", 650), ("zes euro", 600), ("€ 6,5", 650), ("50 cent", 50), ("€ 0,50", 50), ("6 euro p.p.", 600),
        ("6,50 per persoon", 650), ("EUR 7,25", 725), ("gratis", 0), ("Gratis!", 0), ("niets", 0), ("", None),
        ("0", 0), ("€", None), ("€ 12", 1200), ("twaalf euro vijftig", None),
    ],
)  # fmt: skip
def test_a_price_as_people_write_it(typed: str, cents: int | None) -> None:
    if typed == "twaalf euro vijftig":
        with pytest.raises(Unclear):
            read_cents(typed)
    else:
        assert read_cents(typed) == cents


@pytest.mark.parametrize(("typed", "meant"), [("650", ("€ 6,50",)), ("9999", ("€ 99,99",)), ("duur", ()), ("-3", ())])
def test_a_price_that_cannot_be_gets_a_sentence(typed: str, meant: tuple[str, ...]) -> None:
    with pytest.raises(Unclear) as told:
        read_cents(typed)
    assert told.value.sentence and told.value.meant == meant


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("20", 20),
        ("twintig", 20),
        ("maximaal 12", 12),
        ("20 mensen", 20),
        ("vijfentwintig", 25),
        ("", None),
        ("geen", None),
    ],
)
def test_a_number_as_people_write_it(typed: str, number: int | None) -> None:
    assert read_count(typed, 500) == number


@pytest.mark.parametrize("typed", ["0", "501", "veel", "-3", "9" * 40, "2,5", "???"])
def test_a_number_that_cannot_be_gets_a_sentence(typed: str) -> None:
    with pytest.raises(Unclear):
        read_count(typed, 500)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("anderhalf uur", 90), ("2 uur", 120), ("een half uur", 30), ("drie kwartier", 45), ("90 min", 90), ("twee en een half uur", 150), ("2,5 uur", 150)],
)  # fmt: skip
def test_a_length_as_people_write_it(typed: str, minutes: int) -> None:
    assert read_length(typed) == minutes


# ---- what holds for everything ----------------------------------------------------------------------------------------


@given(anything, st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_nothing_that_is_typed_makes_reading_fail(typed: str, today: date) -> None:
    for read in (
        lambda: read_day(typed, today),
        lambda: read_time(typed),
        lambda: read_end(typed, 14 * 60),
        lambda: read_length(typed),
        lambda: read_cents(typed),
        lambda: read_count(typed, 500),
    ):
        try:
            read()
        except Unclear as told:
            assert told.sentence
            assert len(told.sentence) < 200


@given(anything, st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_what_is_guessed_can_be_read(typed: str, today: date) -> None:
    try:
        found = read_day(typed, today)
        assert found.day >= today
    except Unclear as told:
        for guess in told.meant:
            assert read_day(guess, today).day >= today


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(0, 800))
def test_a_day_that_was_written_is_read_back(today: date, later: int) -> None:
    day = today + timedelta(days=later)
    assert read_day(written_day(day), today).day == day


@given(st.integers(0, 24 * 60 - 1))
def test_a_time_that_was_written_is_read_back_without_doubt(minutes: int) -> None:
    found = read_time(written_time(minutes))
    assert (found.minutes, found.other) == (minutes, None)


@given(st.integers(0, 24 * 60 - 1), st.integers(1, 24 * 60))
def test_an_end_that_was_written_is_read_back(start: int, length: int) -> None:
    assert read_end(written_end(start, length), start) == start + length


@given(st.integers(0, CENTS_MAX))
def test_a_price_that_was_written_is_read_back(cents: int) -> None:
    assert read_cents(written_cents(cents)) == cents


@given(st.integers(1, 500))
def test_a_number_that_was_written_is_read_back(number: int) -> None:
    assert read_count(written_count(number), 500) == number


@given(st.integers(1, 999))
def test_a_length_that_was_written_is_read_back(minutes: int) -> None:
    assert read_length(written_length(minutes)) == minutes
