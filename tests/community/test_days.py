"""Days as people type them, wherever there is a field for one."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine

from community.days import read_day, written_day

TODAY = "2026-03-12T10:00:00Z"


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("12-3-2026", date(2026, 3, 12)),
        ("12/03/26", date(2026, 3, 12)),
        ("12.3.2026", date(2026, 3, 12)),
        ("2026-03-12", date(2026, 3, 12)),
        ("12 maart 2027", date(2027, 3, 12)),
        ("12 Mrt.", date(2026, 3, 12)),
        ("donderdag 12 maart", date(2026, 3, 12)),
        ("1 mei", date(2026, 5, 1)),
        ("vandaag", date(2026, 3, 12)),
        ("Morgen", date(2026, 3, 13)),
        (" 5 october 2026 ", date(2026, 10, 5)),
    ],
)
def test_a_day_may_be_typed_in_many_ways(typed: str, day: date) -> None:
    with time_machine.travel(TODAY, tick=False):
        assert read_day(typed) == day


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("30 februari", "30 februari bestaat niet"),
        ("31-4-2026", "bestaat niet"),
        ("0-1-2026", "bestaat niet"),
        ("ooit", "Schrijf de dag"),
        ("12 foo", "Schrijf de dag"),
        ("12-3-20266", "Schrijf de dag"),
    ],
)
def test_a_day_that_is_none_gets_a_sentence(typed: str, sentence: str) -> None:
    with time_machine.travel(TODAY), pytest.raises(ValueError, match=sentence):
        read_day(typed)


def test_a_written_day_is_read_back() -> None:
    assert read_day(written_day(date(2026, 3, 1))) == date(2026, 3, 1)
