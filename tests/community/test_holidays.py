"""When the Netherlands is free: public holidays by known years and by what Easter must be, and school holidays."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from community import clock, holidays
from community.language import speaking
from community.places import queries as places
from forums import promises
from tests.world import World

# Easter, Hemelvaartsdag and Pinksteren, as calendars on paper have them.
KNOWN = {
    2024: ((3, 31), (5, 9), (5, 19)),
    2025: ((4, 20), (5, 29), (6, 8)),
    2026: ((4, 5), (5, 14), (5, 24)),
    2027: ((3, 28), (5, 6), (5, 16)),
    2028: ((4, 16), (5, 25), (6, 4)),
    2029: ((4, 1), (5, 10), (5, 20)),
    2030: ((4, 21), (5, 30), (6, 9)),
}


def test_the_public_holidays_of_a_year_by_name() -> None:
    assert [(day.isoformat(), name) for day, name in holidays.public_holidays(2026).items()] == [
        ("2026-01-01", "Nieuwjaarsdag"),
        ("2026-04-05", "Eerste Paasdag"),
        ("2026-04-06", "Tweede Paasdag"),
        ("2026-04-27", "Koningsdag"),
        ("2026-05-05", "Bevrijdingsdag"),
        ("2026-05-14", "Hemelvaartsdag"),
        ("2026-05-24", "Eerste Pinksterdag"),
        ("2026-05-25", "Tweede Pinksterdag"),
        ("2026-12-25", "Eerste Kerstdag"),
        ("2026-12-26", "Tweede Kerstdag"),
    ]
    with speaking("en"):
        assert holidays.public_holidays(2026)[date(2026, 5, 14)] == "Ascension Day"


@pytest.mark.parametrize("year", KNOWN)
def test_the_days_that_move(year: int) -> None:
    easter, ascension, whit_sunday = (date(year, *day) for day in KNOWN[year])
    named = {name: day for day, name in holidays.public_holidays(year).items()}
    assert (named["Eerste Paasdag"], named["Tweede Paasdag"]) == (easter, easter + timedelta(days=1))
    assert named["Hemelvaartsdag"] == ascension
    assert (named["Eerste Pinksterdag"], named["Tweede Pinksterdag"]) == (whit_sunday, whit_sunday + timedelta(days=1))
    assert holidays.good_friday(year) == easter - timedelta(days=2)
    assert not holidays.is_public_holiday(holidays.good_friday(year))


@pytest.mark.parametrize(("year", "day"), [(2024, 27), (2025, 26), (2026, 27), (2030, 27), (2031, 26)])
def test_koningsdag_is_never_on_a_sunday(year: int, day: int) -> None:
    assert holidays.public_holidays(year)[date(year, 4, day)] == "Koningsdag"
    assert holidays.is_public_holiday(date(year, 4, 27)) == (day == 27)


def test_two_holidays_on_one_day_keep_both_their_names() -> None:
    assert holidays.public_holidays(2016)[date(2016, 5, 5)] == "Bevrijdingsdag en Hemelvaartsdag"


def test_lustrum_years() -> None:
    assert [year for year in range(2024, 2032) if holidays.is_lustrum(year)] == [2025, 2030]
    assert all(holidays.is_public_holiday(date(year, 5, 5)) for year in range(2024, 2032))


@given(st.integers(min_value=1900, max_value=2399))
def test_what_hangs_on_easter_hangs_together(year: int) -> None:
    days = holidays.public_holidays(year)
    named = {name: day for day, names in days.items() for name in names.split(" en ")}
    assert len(named) == 10 and list(days) == sorted(days)
    easter = named["Eerste Paasdag"]
    assert easter.weekday() == 6 and date(year, 3, 22) <= easter <= date(year, 4, 25)
    assert named["Hemelvaartsdag"].weekday() == 3 and named["Tweede Pinksterdag"].weekday() == 0
    assert (named["Eerste Pinksterdag"] - easter).days == 49
    assert named["Koningsdag"].weekday() != 6
    # The first full moon after 20 March is before Easter: the fourteenth day of the church's moon, reckoned apart.
    assert 0 < (easter - _paschal_moon(year)).days <= 7


def _paschal_moon(year: int) -> date:
    """By Gauss, as Lichtenberg wrote it down."""
    century = year // 100
    moon = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    golden = year % 19
    seed = (19 * golden + moon) % 30
    reform = (seed + golden // 11) // 29
    return date(year, 3, 1) + timedelta(days=21 + seed - reform - 1)


# ---- schools ------------------------------------------------------------------------------------------------------------


def test_school_holidays_of_a_region() -> None:
    found = holidays.school_holidays("zuid", 2026)
    assert [(one.name, one.first.isoformat(), one.last.isoformat()) for one in found] == [
        ("Herfstvakantie", "2026-10-17", "2026-10-25"),
        ("Kerstvakantie", "2026-12-19", "2027-01-03"),
        ("Voorjaarsvakantie", "2027-02-13", "2027-02-21"),
        ("Meivakantie", "2027-04-24", "2027-05-02"),
        ("Zomervakantie", "2027-07-24", "2027-09-05"),
    ]
    assert [one.is_advice for one in found] == [True, False, True, False, False]
    with speaking("en"):
        assert found[0].name == "Autumn holiday"


@pytest.mark.parametrize("region", holidays.REGIONS)
@pytest.mark.parametrize("year", range(2025, 2030))
def test_every_school_year_that_is_known_is_whole(region: str, year: int) -> None:
    found = holidays.school_holidays(region, year)
    assert [one.kind for one in found] == ["herfst", "kerst", "voorjaar", "mei", "zomer"]
    assert [((one.last - one.first).days + 1) // 7 for one in found] == [1, 2, 1, 1, 6]
    for one in found:
        assert (one.first.weekday(), one.last.weekday()) == (5, 6)
    assert date(year, 10, 1) < found[0].first and found[-1].last < date(year + 1, 9, 10)
    assert [one.first for one in found] == sorted(one.first for one in found)
    christmas = found[1]
    assert christmas.first <= date(year, 12, 25) and date(year + 1, 1, 1) <= christmas.last


@pytest.mark.parametrize("year", [2024, 2030])
def test_a_school_year_that_is_not_fixed_is_not_known(year: int) -> None:
    assert holidays.school_holidays("noord", year) == ()


def test_there_are_three_regions() -> None:
    with pytest.raises(ValueError, match="west"):
        holidays.school_holidays("west", 2026)


# ---- working days -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "day"),
    [
        ("2026-03-13", "2026-03-17"),  # a Friday
        ("2026-04-02", "2026-04-07"),  # the Thursday before Easter: Good Friday counts, Easter Monday does not
        ("2026-04-24", "2026-04-29"),  # Koningsdag on the Monday
        ("2026-12-24", "2026-12-29"),  # Christmas
        ("2026-12-31", "2027-01-05"),
    ],
)
def test_what_is_promised_skips_holidays(today: str, day: str) -> None:
    with time_machine.travel(datetime.fromisoformat(f"{today}T11:00+01:00"), tick=False):
        assert promises.soon() == date.fromisoformat(day)
        assert promises.working_days(clock.today(), promises.soon()) == 2
        assert promises.working_days(clock.today(), promises.soon() - timedelta(days=1)) == 1


def test_a_question_asked_before_easter_does_not_grow_old_on_easter_monday() -> None:
    assert promises.working_days(date(2026, 4, 3), date(2026, 4, 6)) == 0
    assert promises.working_days(date(2026, 4, 3), date(2026, 4, 7)) == 1
    with time_machine.travel(datetime.fromisoformat("2026-04-07T11:00+02:00"), tick=False):
        assert promises.working_days_ago(2) == date(2026, 4, 2)


@given(st.dates(date(2015, 1, 1), date(2040, 1, 1)), st.integers(min_value=0, max_value=900))
def test_working_days_are_counted_one_by_one(since: date, length: int) -> None:
    counted = sum(holidays.is_working_day(since + timedelta(days=n)) for n in range(1, length + 1))
    assert promises.working_days(since, since + timedelta(days=length)) == counted


@pytest.mark.parametrize(("day", "is_urgent"), [("2026-04-07", False), ("2026-04-06", True), ("2026-04-05", True)])
def test_on_a_holiday_the_number_for_emergencies_is_shown(app: Flask, world: World, day: str, is_urgent: bool) -> None:
    with time_machine.travel(datetime.fromisoformat(f"{day}T11:00+02:00"), tick=False), app.app_context():
        assert places.frame_of(None).is_emergency == is_urgent
