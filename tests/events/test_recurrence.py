"""The moments of a rule: RFC 5545's own examples (section 3.8.5.3), Amsterdam around both changes of the clock, leap
days and Easter, and rules that nobody can mean."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.easter import easter
from hypothesis import given, settings
from hypothesis import strategies as st

from community import holidays, language
from community.errors import Invalid
from events import recurrence, series
from events.recurrence import Rule, check, expand, rule_of, words

NEW_YORK = "America/New_York"
AMSTERDAM = "Europe/Amsterdam"
FAR = datetime(2100, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)


def local(rrule: str | None, start: str, *, zone: str, before: datetime = FAR) -> list[str]:
    """The moments of a rule on the clock of the zone, as "1997-09-02 09:00"."""
    begins = datetime.fromisoformat(start)
    found = expand(rrule, begins.date(), begins.time(), zone, LONG_AGO, before)
    return [f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" for at in found]


def days(month: str, *numbers: int, at: str = "09:00") -> list[str]:
    return [f"{month}-{number:02} {at}" for number in numbers]


def every(first: str, step: int, count: int, at: str = "09:00") -> list[str]:
    begin = date.fromisoformat(first)
    return [f"{begin + timedelta(days=step * index)} {at}" for index in range(count)]


# ---- RFC 5545, section 3.8.5.3: rule, DTSTART, the first dates that it lists, and whether those are all ----------

ALL, MORE = True, False
RFC = [
    ("FREQ=DAILY;COUNT=10", "1997-09-02T09:00", every("1997-09-02", 1, 10), ALL),
    ("FREQ=DAILY;UNTIL=19971224T000000Z", "1997-09-02T09:00", every("1997-09-02", 1, 113), ALL),
    ("FREQ=DAILY;INTERVAL=2", "1997-09-02T09:00", every("1997-09-02", 2, 47), MORE),
    ("FREQ=DAILY;INTERVAL=10;COUNT=5", "1997-09-02T09:00", every("1997-09-02", 10, 5), ALL),
    ("FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", "1998-01-01T09:00",
     [day for year in (1998, 1999, 2000) for day in every(f"{year}-01-01", 1, 31)], ALL),
    ("FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", "1998-01-01T09:00",
     [day for year in (1998, 1999, 2000) for day in every(f"{year}-01-01", 1, 31)], ALL),
    ("FREQ=WEEKLY;COUNT=10", "1997-09-02T09:00", every("1997-09-02", 7, 10), ALL),
    ("FREQ=WEEKLY;UNTIL=19971224T000000Z", "1997-09-02T09:00", every("1997-09-02", 7, 17), ALL),
    ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997-09-02T09:00", every("1997-09-02", 14, 13), MORE),
    ("FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH", "1997-09-02T09:00",
     days("1997-09", 2, 4, 9, 11, 16, 18, 23, 25, 30) + days("1997-10", 2), ALL),
    ("FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", "1997-09-02T09:00",
     days("1997-09", 2, 4, 9, 11, 16, 18, 23, 25, 30) + days("1997-10", 2), ALL),
    ("FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR", "1997-09-01T09:00",
     days("1997-09", 1, 3, 5, 15, 17, 19, 29) + days("1997-10", 1, 3, 13, 15, 17, 27, 29, 31)
     + days("1997-11", 10, 12, 14, 24, 26, 28) + days("1997-12", 8, 10, 12, 22), ALL),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997-09-02T09:00",
     days("1997-09", 2, 4, 16, 18, 30) + days("1997-10", 2, 14, 16), ALL),
    ("FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "1997-09-05T09:00",
     ["1997-09-05 09:00", "1997-10-03 09:00", "1997-11-07 09:00", "1997-12-05 09:00", "1998-01-02 09:00",
      "1998-02-06 09:00", "1998-03-06 09:00", "1998-04-03 09:00", "1998-05-01 09:00", "1998-06-05 09:00"], ALL),
    ("FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "1997-09-05T09:00",
     ["1997-09-05 09:00", "1997-10-03 09:00", "1997-11-07 09:00", "1997-12-05 09:00"], ALL),
    ("FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", "1997-09-07T09:00",
     days("1997-09", 7, 28) + days("1997-11", 2, 30) + days("1998-01", 4, 25) + days("1998-03", 1, 29)
     + days("1998-05", 3, 31), ALL),
    ("FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997-09-22T09:00",
     ["1997-09-22 09:00", "1997-10-20 09:00", "1997-11-17 09:00", "1997-12-22 09:00", "1998-01-19 09:00",
      "1998-02-16 09:00"], ALL),
    ("FREQ=MONTHLY;BYMONTHDAY=-3", "1997-09-28T09:00",
     ["1997-09-28 09:00", "1997-10-29 09:00", "1997-11-28 09:00", "1997-12-29 09:00", "1998-01-29 09:00",
      "1998-02-26 09:00"], MORE),
    ("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", "1997-09-02T09:00",
     days("1997-09", 2, 15) + days("1997-10", 2, 15) + days("1997-11", 2, 15) + days("1997-12", 2, 15)
     + days("1998-01", 2, 15), ALL),
    ("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", "1997-09-30T09:00",
     days("1997-09", 30) + days("1997-10", 1, 31) + days("1997-11", 1, 30) + days("1997-12", 1, 31)
     + days("1998-01", 1, 31) + days("1998-02", 1), ALL),
    ("FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", "1997-09-10T09:00",
     days("1997-09", 10, 11, 12, 13, 14, 15) + days("1999-03", 10, 11, 12, 13), ALL),
    ("FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", "1997-09-02T09:00",
     days("1997-09", 2, 9, 16, 23, 30) + days("1997-11", 4, 11, 18, 25) + days("1998-01", 6, 13, 20, 27)
     + days("1998-03", 3, 10, 17, 24, 31), MORE),
    ("FREQ=YEARLY;COUNT=10;BYMONTH=6,7", "1997-06-10T09:00",
     [f"{year}-{month:02}-10 09:00" for year in range(1997, 2002) for month in (6, 7)], ALL),
    ("FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3", "1997-03-10T09:00",
     ["1997-03-10 09:00", *(f"{year}-{month:02}-10 09:00" for year in (1999, 2001, 2003) for month in (1, 2, 3))], ALL),
    ("FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200", "1997-01-01T09:00",
     ["1997-01-01 09:00", "1997-04-10 09:00", "1997-07-19 09:00", "2000-01-01 09:00", "2000-04-09 09:00",
      "2000-07-18 09:00", "2003-01-01 09:00", "2003-04-10 09:00", "2003-07-19 09:00", "2006-01-01 09:00"], ALL),
    ("FREQ=YEARLY;BYDAY=20MO", "1997-05-19T09:00",
     ["1997-05-19 09:00", "1998-05-18 09:00", "1999-05-17 09:00"], MORE),
    ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997-05-12T09:00",
     ["1997-05-12 09:00", "1998-05-11 09:00", "1999-05-17 09:00"], MORE),
    ("FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "1997-03-13T09:00",
     days("1997-03", 13, 20, 27) + days("1998-03", 5, 12, 19, 26) + days("1999-03", 4, 11, 18, 25), MORE),
    ("FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8", "1997-06-05T09:00",
     days("1997-06", 5, 12, 19, 26) + days("1997-07", 3, 10, 17, 24, 31) + days("1997-08", 7, 14, 21, 28)
     + days("1998-06", 4, 11, 18, 25) + days("1998-07", 2, 9, 16, 23, 30) + days("1998-08", 6, 13, 20, 27), MORE),
    # The example has EXDATE for its DTSTART, which is no Friday the 13th.
    ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1997-09-02T09:00",
     ["1998-02-13 09:00", "1998-03-13 09:00", "1998-11-13 09:00", "1999-08-13 09:00", "2000-10-13 09:00"], MORE),
    ("FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "1997-09-13T09:00",
     ["1997-09-13 09:00", "1997-10-11 09:00", "1997-11-08 09:00", "1997-12-13 09:00", "1998-01-10 09:00",
      "1998-02-07 09:00", "1998-03-07 09:00", "1998-04-11 09:00", "1998-05-09 09:00", "1998-06-13 09:00"], MORE),
    ("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996-11-05T09:00",
     ["1996-11-05 09:00", "2000-11-07 09:00", "2004-11-02 09:00"], MORE),
    ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997-09-04T09:00",
     ["1997-09-04 09:00", "1997-10-07 09:00", "1997-11-06 09:00"], ALL),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997-09-29T09:00",
     ["1997-09-29 09:00", "1997-10-30 09:00", "1997-11-27 09:00", "1997-12-30 09:00", "1998-01-29 09:00",
      "1998-02-26 09:00", "1998-03-30 09:00"], MORE),
    ("FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40", "1997-09-02T09:00",
     [f"1997-09-{day:02} {hour:02}:{minute:02}" for day in (2, 3) for hour in range(9, 17) for minute in (0, 20, 40)],
     MORE),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997-08-05T09:00",
     days("1997-08", 5, 10, 19, 24), ALL),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997-08-05T09:00",
     days("1997-08", 5, 17, 19, 31), ALL),
    ("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007-01-15T09:00",
     ["2007-01-15 09:00", "2007-01-30 09:00", "2007-02-15 09:00", "2007-03-15 09:00", "2007-03-30 09:00"], ALL),
]  # fmt: skip


@pytest.mark.parametrize(("rrule", "start", "expected", "is_all"), RFC, ids=[case[0] for case in RFC])
def test_examples_of_rfc_5545(rrule: str, start: str, expected: list[str], is_all: bool) -> None:
    before = FAR if is_all else datetime.fromisoformat(expected[-1]).replace(tzinfo=UTC) + timedelta(days=1)
    found = local(rrule, start, zone=NEW_YORK, before=before)
    assert found[: len(expected)] == expected
    if is_all:
        assert found == expected


def test_the_example_with_the_change_of_the_clock_keeps_its_hour() -> None:
    found = expand("FREQ=DAILY;COUNT=60", date(1997, 9, 2), time(9), NEW_YORK, LONG_AGO, FAR)
    # "September 2-30; October 1-25 at 9:00 AM EDT; October 26-31 at 9:00 AM EST"
    assert {at.hour for at in found if at < datetime(1997, 10, 26, tzinfo=UTC)} == {13}
    assert {at.hour for at in found if at >= datetime(1997, 10, 26, tzinfo=UTC)} == {14}


@pytest.mark.parametrize(
    "rrule",
    [
        "FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z",
        "FREQ=MINUTELY;INTERVAL=15;COUNT=6",
        "FREQ=MINUTELY;INTERVAL=90;COUNT=4",
        "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
        "FREQ=SECONDLY",
    ],
)
def test_the_examples_that_come_back_within_a_day_are_refused_in_words(rrule: str) -> None:
    with pytest.raises(Invalid) as refused:
        local(rrule, "1997-09-02T09:00", zone=NEW_YORK)
    assert refused.value.errors == {
        "herhaling": "Een activiteit komt hooguit elke dag terug, niet elk uur of elke minuut."
    }


# ---- Amsterdam: rule, start, and the moments in UTC ---------------------------------------------------------------

# Clocks go forward on 29 March 2026 and 28 March 2027 at 2.00, and back on 25 October 2026 and 31 October 2027 at 3.00.
AMSTERDAM_CASES = [
    # Forward: what stays, and what is not shown that night.
    ("FREQ=WEEKLY;COUNT=3", "2026-03-22T10:30", ["2026-03-22 09:30", "2026-03-29 08:30", "2026-04-05 08:30"]),
    ("FREQ=DAILY;COUNT=3", "2026-03-28T10:30", ["2026-03-28 09:30", "2026-03-29 08:30", "2026-03-30 08:30"]),
    ("FREQ=DAILY;COUNT=3", "2026-03-28T02:30", ["2026-03-28 01:30", "2026-03-29 01:30", "2026-03-30 00:30"]),
    ("FREQ=DAILY;COUNT=3", "2026-03-28T02:00", ["2026-03-28 01:00", "2026-03-29 01:00", "2026-03-30 00:00"]),
    ("FREQ=DAILY;COUNT=3", "2026-03-28T02:59", ["2026-03-28 01:59", "2026-03-29 01:59", "2026-03-30 00:59"]),
    ("FREQ=DAILY;COUNT=3", "2026-03-28T01:59", ["2026-03-28 00:59", "2026-03-29 00:59", "2026-03-29 23:59"]),
    ("FREQ=DAILY;COUNT=3", "2026-03-28T03:00", ["2026-03-28 02:00", "2026-03-29 01:00", "2026-03-30 01:00"]),
    ("FREQ=DAILY;COUNT=2", "2026-03-28T23:30", ["2026-03-28 22:30", "2026-03-29 21:30"]),
    ("FREQ=DAILY;COUNT=2", "2026-03-28T00:00", ["2026-03-27 23:00", "2026-03-28 23:00"]),
    ("FREQ=WEEKLY;COUNT=2;BYDAY=SU", "2027-03-21T02:30", ["2027-03-21 01:30", "2027-03-28 01:30"]),
    (None, "2027-03-28T02:30", ["2027-03-28 01:30"]),
    ("FREQ=MONTHLY;COUNT=2;BYDAY=-1SU", "2027-02-28T02:30", ["2027-02-28 01:30", "2027-03-28 01:30"]),
    # Both 2.30 (which is 3.30 that night) and 3.30: one moment, and so one date.
    ("FREQ=DAILY;UNTIL=20260329T210000Z;BYHOUR=2,3;BYMINUTE=30", "2026-03-29T02:30", ["2026-03-29 01:30"]),
    # Back: what stays, and what is shown twice: the first of both counts.
    ("FREQ=WEEKLY;COUNT=3", "2026-10-18T10:30", ["2026-10-18 08:30", "2026-10-25 09:30", "2026-11-01 09:30"]),
    ("FREQ=DAILY;COUNT=3", "2026-10-24T10:30", ["2026-10-24 08:30", "2026-10-25 09:30", "2026-10-26 09:30"]),
    ("FREQ=DAILY;COUNT=3", "2026-10-24T02:30", ["2026-10-24 00:30", "2026-10-25 00:30", "2026-10-26 01:30"]),
    ("FREQ=DAILY;COUNT=3", "2026-10-24T02:00", ["2026-10-24 00:00", "2026-10-25 00:00", "2026-10-26 01:00"]),
    ("FREQ=DAILY;COUNT=3", "2026-10-24T02:59", ["2026-10-24 00:59", "2026-10-25 00:59", "2026-10-26 01:59"]),
    ("FREQ=DAILY;COUNT=3", "2026-10-24T03:00", ["2026-10-24 01:00", "2026-10-25 02:00", "2026-10-26 02:00"]),
    ("FREQ=DAILY;COUNT=3", "2026-10-24T01:59", ["2026-10-23 23:59", "2026-10-24 23:59", "2026-10-26 00:59"]),
    ("FREQ=DAILY;COUNT=2", "2026-10-25T00:00", ["2026-10-24 22:00", "2026-10-25 23:00"]),
    (None, "2027-10-31T02:30", ["2027-10-31 00:30"]),
    ("FREQ=MONTHLY;COUNT=2;BYMONTHDAY=-1", "2027-10-31T02:30", ["2027-10-31 00:30", "2027-11-30 01:30"]),
    # The last day of a series is a day there, not in Greenwich.
    ("FREQ=DAILY;UNTIL=20260329T215959Z", "2026-03-28T23:59", ["2026-03-28 22:59", "2026-03-29 21:59"]),
    ("FREQ=DAILY;UNTIL=20261025T225959Z", "2026-10-24T23:59", ["2026-10-24 21:59", "2026-10-25 22:59"]),
    ("FREQ=DAILY;UNTIL=20261025", "2026-10-24T23:59", ["2026-10-24 21:59", "2026-10-25 22:59"]),
    ("FREQ=DAILY;UNTIL=20261025T100000", "2026-10-24T10:30", ["2026-10-24 08:30"]),
    # 29 February: in leap years alone; and the last day of February every year.
    ("FREQ=YEARLY;COUNT=3", "2024-02-29T14:00", ["2024-02-29 13:00", "2028-02-29 13:00", "2032-02-29 13:00"]),
    ("FREQ=YEARLY;COUNT=3;BYMONTH=2;BYMONTHDAY=-1", "2026-02-28T14:00",
     ["2026-02-28 13:00", "2027-02-28 13:00", "2028-02-29 13:00"]),
    ("FREQ=MONTHLY;COUNT=4", "2028-01-29T14:00",
     ["2028-01-29 13:00", "2028-02-29 13:00", "2028-03-29 12:00", "2028-04-29 12:00"]),
    ("FREQ=MONTHLY;COUNT=3", "2027-01-29T14:00", ["2027-01-29 13:00", "2027-03-29 12:00", "2027-04-29 12:00"]),
    ("FREQ=MONTHLY;COUNT=4", "2026-01-31T14:00",
     ["2026-01-31 13:00", "2026-03-31 12:00", "2026-05-31 12:00", "2026-07-31 12:00"]),
    ("FREQ=DAILY;INTERVAL=366;COUNT=2", "2028-02-29T14:00", ["2028-02-29 13:00", "2029-03-01 13:00"]),
    ("FREQ=WEEKLY;INTERVAL=52;COUNT=2", "2028-02-29T14:00", ["2028-02-29 13:00", "2029-02-27 13:00"]),
    # Around the new year: every other week goes on, whatever the numbers of the weeks.
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=3;BYDAY=TU", "2026-12-22T10:30",
     ["2026-12-22 09:30", "2027-01-05 09:30", "2027-01-19 09:30"]),
    ("FREQ=MONTHLY;COUNT=3;BYDAY=5TH", "2026-01-29T10:30", ["2026-01-29 09:30", "2026-04-30 08:30", "2026-07-30 08:30"]),
]  # fmt: skip


@pytest.mark.parametrize(("rrule", "start", "expected"), AMSTERDAM_CASES)
def test_moments_in_amsterdam(rrule: str | None, start: str, expected: list[str]) -> None:
    begins = datetime.fromisoformat(start)
    found = expand(rrule, begins.date(), begins.time(), AMSTERDAM, LONG_AGO, FAR)
    assert [f"{at:%Y-%m-%d %H:%M}" for at in found] == expected


def test_there_are_thirty_cases_of_amsterdam() -> None:
    assert len(AMSTERDAM_CASES) >= 30


@pytest.mark.parametrize("year", range(2024, 2034))
def test_a_series_that_skips_public_holidays_is_not_on_easter_monday(year: int) -> None:
    monday = easter(year) + timedelta(days=1)
    skip = series.days_off(True, None)
    start = date(year, 1, 5)
    found = expand(
        "FREQ=WEEKLY;BYDAY=MO", start, time(10, 30), AMSTERDAM, LONG_AGO, datetime(year, 12, 31, tzinfo=UTC), skip
    )
    without = expand(
        "FREQ=WEEKLY;BYDAY=MO", start, time(10, 30), AMSTERDAM, LONG_AGO, datetime(year, 12, 31, tzinfo=UTC)
    )
    left_out = {at.astimezone(ZoneInfo(AMSTERDAM)).date() for at in {*without} - {*found}}
    assert monday in left_out
    assert left_out == {day for day in holidays.public_days(year) if day.weekday() == 0 and day >= start}


def test_a_series_that_skips_school_holidays_is_not_in_the_christmas_weeks() -> None:
    (christmas,) = [one for one in holidays.school_holidays("midden", 2026) if one.kind == "kerst"]
    skip = series.days_off(False, "midden")
    assert skip is not None
    assert skip(christmas.first) and skip(christmas.last)
    assert not skip(christmas.first - timedelta(days=1)) and not skip(christmas.last + timedelta(days=1))


def test_what_is_left_out_counts_for_the_number_of_times() -> None:
    days_found = expand(
        "FREQ=DAILY;COUNT=5", date(2026, 12, 23), time(12), AMSTERDAM, LONG_AGO, FAR, series.days_off(True, None)
    )
    assert [at.day for at in days_found] == [23, 24, 27]


def test_only_the_moments_that_are_asked_for() -> None:
    since, until = datetime(2026, 6, 2, 8, 30, tzinfo=UTC), datetime(2026, 6, 16, 8, 30, tzinfo=UTC)
    found = expand("FREQ=WEEKLY;BYDAY=TU", date(2020, 1, 7), time(10, 30), AMSTERDAM, since, until)
    assert [at.day for at in found] == [2, 9, 16]


# ---- rules that cannot be used -----------------------------------------------------------------------------------

BAD = [
    ("FREQ=SECONDLY", "elk uur"),
    ("FREQ=DAILY;COUNT=10000", "2.000 dagen"),
    ("FREQ=DAILY;UNTIL=20991231", "2.000 dagen"),
    ("FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12;BYMINUTE=0,10,20,30,40,50;UNTIL=20261231", "hooguit elke dag"),
    ("FREQ=DAILY;BYHOUR=9,16", "hooguit elke dag"),
    ("FREQ=DAILY;BYHOUR=9", "hooguit elke dag"),
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "nooit een dag"),
    ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "nooit een dag"),
    ("FREQ=MONTHLY;BYMONTH=4,6,9;BYMONTHDAY=31", "nooit een dag"),
    ("FREQ=DAILY;INTERVAL=7;BYDAY=MO", "nooit een dag"),
    ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=2", "nooit een dag"),
    ("FREQ=WEEKLY;UNTIL=20260101", "voor de eerste dag"),
    ("FREQ=WEEKLY;COUNT=3;UNTIL=20270101", "Niet allebei"),
    ("FREQ=WEEKLY;COUNT=0", "kennen we niet"),
    ("FREQ=WEEKLY;INTERVAL=0", "kennen we niet"),
    ("FREQ=WEEKLY;INTERVAL=99999", "kennen we niet"),
    ("FREQ=WEEKLY;COUNT=-1", "kennen we niet"),
    ("FREQ=WEEKLY;COUNT=²", "kennen we niet"),
    ("FREQ=WEEKLY;COUNT=" + "9" * 5000, "kennen we niet"),
    ("FREQ=WEEKLY;BYDAY=2TU", "kennen we niet"),
    ("FREQ=WEEKLY;BYDAY=XX", "kennen we niet"),
    ("FREQ=MONTHLY;BYDAY=0MO", "kennen we niet"),
    ("FREQ=MONTHLY;BYMONTHDAY=32", "kennen we niet"),
    ("FREQ=YEARLY;BYMONTH=13", "kennen we niet"),
    ("FREQ=MONTHLY;BYWEEKNO=3", "kennen we niet"),
    ("FREQ=WEEKLY;BYSECOND=30", "kennen we niet"),
    ("FREQ=WEEKLY;BYSETPOS=1", "kennen we niet"),
    ("FREQ=WEEKLY;UNTIL=20260230", "kennen we niet"),
    ("FREQ=WEEKLY;UNTIL=morgen", "kennen we niet"),
    ("FREQ=WEEKLY;FREQ=DAILY", "kennen we niet"),
    ("FREQ=WEEKLY\nEXDATE:20260310", "kennen we niet"),
    ("BYDAY=MO", "kennen we niet"),
    ("FREQ=", "kennen we niet"),
    ("elke dinsdag", "kennen we niet"),
    ("", "kennen we niet"),
]  # fmt: skip


@pytest.mark.parametrize(("rrule", "sentence"), BAD, ids=[case[0][:60] for case in BAD])
def test_what_cannot_be_used_is_said_in_a_sentence(rrule: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        check(rrule, date(2026, 3, 3), time(10, 30), AMSTERDAM)
    assert sentence in refused.value.errors["herhaling"]


def test_a_rule_that_says_the_hour_of_the_first_date_again_is_fine() -> None:
    check("FREQ=DAILY;BYHOUR=10;BYMINUTE=30", date(2026, 3, 3), time(10, 30), AMSTERDAM)


def test_a_rule_that_names_a_hundred_moments_a_day_is_given_up() -> None:
    minutes = ",".join(map(str, range(0, 60)))
    rrule = f"FREQ=DAILY;BYMINUTE={minutes}"
    assert len(rrule) <= recurrence.RRULE_MAX
    since = datetime(2050, 1, 1, tzinfo=UTC)
    with pytest.raises(Invalid):
        expand(rrule, date(2020, 1, 1), time(10), AMSTERDAM, since, FAR)


def test_a_series_without_end_may_have_no_more_dates_than_that_in_one_go() -> None:
    with pytest.raises(Invalid):
        expand("FREQ=DAILY", date(2026, 1, 1), time(10), AMSTERDAM, LONG_AGO, FAR)


@settings(max_examples=300, deadline=2000)
@given(
    st.text(max_size=80)
    | st.builds(
        ";".join,
        st.lists(
            st.sampled_from(
                [
                    "FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY", "INTERVAL=3", "COUNT=4", "UNTIL=20260801",
                    "BYDAY=MO,TU", "BYDAY=2FR", "BYMONTHDAY=31", "BYMONTHDAY=-1,5", "BYMONTH=2", "BYYEARDAY=366",
                    "BYWEEKNO=53", "BYSETPOS=-1", "BYHOUR=9,12", "BYMINUTE=5", "WKST=SU", "X=1",
                ]
            ),
            max_size=7,
        ),
    )
)  # fmt: skip
def test_any_rule_gives_dates_or_a_sentence(rrule: str) -> None:
    since, until = datetime(2026, 3, 1, tzinfo=UTC), datetime(2028, 3, 1, tzinfo=UTC)
    try:
        found = expand(rrule or "x", date(2026, 3, 3), time(10, 30), AMSTERDAM, since, until)
    except Invalid as refused:
        assert refused.errors["herhaling"].endswith(".")
    else:
        assert found == sorted(set(found)) and len(found) <= recurrence.DATES_MAX
        assert all(since <= at <= until for at in found)


# ---- what the form says ------------------------------------------------------------------------------------------

SAID = [
    (Rule("weekly", weekdays=(1,)), "FREQ=WEEKLY;BYDAY=TU", "elke dinsdag", "every Tuesday"),
    (Rule("weekly", weekdays=(3, 1)), "FREQ=WEEKLY;BYDAY=TU,TH", "elke dinsdag en donderdag", "every Tuesday and Thursday"),
    (Rule("weekly", 2, (1,)), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "om de week op dinsdag", "every other week on Tuesday"),
    (Rule("weekly", 3, (1,)), "FREQ=WEEKLY;INTERVAL=3;BYDAY=TU", "elke 3 weken op dinsdag", "every 3 weeks on Tuesday"),
    (Rule("weekly", weekdays=(0, 1, 2, 3, 4)), "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "elke werkdag", "every weekday"),
    (Rule("weekly"), "FREQ=WEEKLY", "elke week", "every week"),
    (Rule("daily"), "FREQ=DAILY", "elke dag", "every day"),
    (Rule("daily", 2), "FREQ=DAILY;INTERVAL=2", "om de dag", "every other day"),
    (Rule("monthly", weekdays=(3,), nth=2), "FREQ=MONTHLY;BYDAY=2TH", "elke tweede donderdag van de maand", "every second Thursday of the month"),
    (Rule("monthly", weekdays=(4,), nth=-1, until=date(2031, 12, 31)), "FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20311231T225959Z", "elke laatste vrijdag van de maand, tot en met woensdag 31 december 2031", "every last Friday of the month, up to and including Wednesday 31 December 2031"),
    (Rule("monthly", 3, (3,), 2), "FREQ=MONTHLY;INTERVAL=3;BYDAY=2TH", "elke 3 maanden op de tweede donderdag", "every 3 months on the second Thursday"),
    (Rule("monthly", month_day=15, count=10), "FREQ=MONTHLY;BYMONTHDAY=15;COUNT=10", "elke 15e dag van de maand, 10 keer", "every day 15 of the month, 10 times"),
    (Rule("monthly", month_day=-1), "FREQ=MONTHLY;BYMONTHDAY=-1", "elke laatste dag van de maand", "every last day of the month"),
    (Rule("yearly"), "FREQ=YEARLY", "elk jaar", "every year"),
    (Rule("weekly", weekdays=(1,), until=date(2030, 6, 30)), "FREQ=WEEKLY;BYDAY=TU;UNTIL=20300630T215959Z", "elke dinsdag, tot en met zondag 30 juni 2030", "every Tuesday, up to and including Sunday 30 June 2030"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "rrule", "dutch", "english"), SAID, ids=[case[1] for case in SAID])
def test_a_rule_is_written_and_read_back_and_said(rule: Rule, rrule: str, dutch: str, english: str) -> None:
    assert rule.rrule() == rrule
    assert rule_of(rrule) == rule_of(rule_of(rrule).rrule())  # type: ignore[union-attr]
    assert rule_of(rrule).rrule() == rrule  # type: ignore[union-attr]
    assert words(rule) == dutch
    with language.speaking("en"):
        assert words(rule) == english


@pytest.mark.parametrize(
    "rrule",
    [
        "FREQ=MONTHLY;BYDAY=TU,WE,TH;BYSETPOS=3",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        "FREQ=MONTHLY;BYMONTHDAY=2,15",
        "FREQ=MONTHLY;BYDAY=-2MO",
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=TU,SU",
        "FREQ=DAILY;BYHOUR=9,10",
    ],
)
def test_a_rule_for_which_the_form_has_no_words_is_left_alone(rrule: str) -> None:
    assert rule_of(rrule) is None
    assert local(rrule, "2026-03-03T10:30", zone=AMSTERDAM, before=datetime(2027, 1, 1, tzinfo=UTC))


def test_a_series_is_ended_before_a_moment() -> None:
    at = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
    for rrule in ("FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TU;COUNT=30", "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270101"):
        assert local(recurrence.ended_before(rrule, at), "2026-03-03T10:30", zone=AMSTERDAM) == [
            "2026-03-03 10:30", "2026-03-10 10:30",
        ]  # fmt: skip


@given(
    st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=SU", "FREQ=MONTHLY;BYDAY=-1SU", "FREQ=WEEKLY;INTERVAL=2"]),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
@settings(max_examples=150, deadline=2000)
def test_the_clock_shows_the_same_time_at_every_date(rrule: str, at: time, start: date) -> None:
    zone = ZoneInfo(AMSTERDAM)
    since = datetime.combine(start, time(0), UTC) - timedelta(days=1)
    for found in expand(rrule, start, at, AMSTERDAM, since, since + timedelta(days=400)):
        shown = found.astimezone(zone)
        # Only in the night that skips an hour is it shown an hour later; when shown twice, it is the first time.
        skipped = shown.utcoffset() != (found - timedelta(hours=1)).astimezone(zone).utcoffset() and shown.hour == 3
        assert shown.time() == at or (skipped and at.hour == 2)
        assert shown.fold == 0
