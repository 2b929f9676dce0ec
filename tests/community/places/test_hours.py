"""When somebody is in a building: reading what was typed, and the time that comes next."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from community import language
from community.places import hours
from community.places.hours import Slot

MORNING = Slot(0, time(9), time(12, 30), "Kantoor")
# Monday 16 November 2026, winter time: an hour later in Amsterdam.
MONDAY = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    [
        "maandag 9.00 tot 12.30, Kantoor",
        "MAANDAG 9:00-12:30 Kantoor",
        "ma 9 – 12.30 uur, Kantoor",
        "ma. van 9.00 uur tot 12.30 uur; Kantoor",
        "Monday 9:00 to 12:30, Kantoor",
        "  maandag  9u00  t/m  12u30 ,  Kantoor ",
    ],
)
def test_a_time_may_be_typed_in_many_ways(line: str) -> None:
    assert hours.read(line) == [MORNING]


def test_a_week_reads_back_as_it_was_written() -> None:
    week = [MORNING, Slot(0, time(13), time(16), ""), Slot(4, time(8, 5), time(10), "Hal, bij de lift")]
    assert hours.read(hours.typed(week)) == week


def test_a_week_is_written_in_the_language_of_the_reader_and_reads_back() -> None:
    assert hours.typed([MORNING]) == "maandag 9.00 tot 12.30, Kantoor"
    with language.speaking("en"):
        assert hours.typed([MORNING]) == "Monday 9:00 to 12:30, Kantoor"
        assert hours.read(hours.typed([MORNING])) == [MORNING]


@pytest.mark.parametrize(
    ("typed", "english"),
    [
        ("werkdagen 8.30 tot 17.00 uur", "working days 8:30 to 17:00"),
        ("Op werkdagen van 9:00 tot 12:30", "working days 9:00 to 12:30"),
        ("dag en nacht", "dag en nacht"),
    ],
)
def test_office_hours_stay_as_typed_and_are_said_in_english_where_we_know_how(typed: str, english: str) -> None:
    assert hours.office(typed) == typed
    with language.speaking("en"):
        assert hours.office(typed) == english


def test_nothing_typed_means_no_times() -> None:
    assert hours.read(" \n\n") == []


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("overmorgen 9.00 tot 12.00", "begrijpen wij niet"),
        ("maandag ochtend", "begrijpen wij niet"),
        ("maandag 12.00 tot 9.00", "tijden kloppen niet"),
        ("maandag 9.00 tot 25.00", "tijden kloppen niet"),
        ("maandag 9.00 tot 9.75", "tijden kloppen niet"),
        ("maandag 9.00 tot 12.00\nma 11.00 tot 13.00", "door elkaar"),
        ("maandag 9.00 tot 12.00 " + "x" * 121, "plaats is te lang"),
    ],
)
def test_what_cannot_be_read_is_said_with_the_line(lines: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        hours.read(lines)


@pytest.mark.parametrize(
    ("hour", "is_now", "day"),
    [(7, False, 16), (8, True, 16), (11, True, 16), (12, False, 23)],
)
def test_the_next_time_is_now_or_later_today_or_in_a_week(hour: int, is_now: bool, day: int) -> None:
    found = hours.coming(MORNING, MONDAY.replace(hour=hour))
    assert (found.is_now, found.day.day) == (is_now, day)
    assert (found.starts.hour, found.ends.hour, found.ends.minute) == (9, 12, 30)


def test_the_clock_change_does_not_move_a_time() -> None:
    sunday = Slot(6, time(9), time(12))
    before = hours.coming(sunday, datetime(2026, 10, 24, 12, tzinfo=UTC))
    after = hours.coming(sunday, datetime(2026, 10, 31, 12, tzinfo=UTC))
    assert before.starts.hour == after.starts.hour == 9
    assert before.starts.utcoffset() == after.starts.utcoffset()
    summer = hours.coming(sunday, datetime(2026, 10, 17, 12, tzinfo=UTC))
    assert summer.starts.hour == 9 and summer.starts.utcoffset() != after.starts.utcoffset()
