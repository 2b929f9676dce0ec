"""Calendars for telephones: read back by another program they say what the site says, and nobody's name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import icalendar
import pytest
import recurring_ical_events
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from community import clock, db
from community.places.models import Building
from events import changing, feeds, registering, rolling, seeing
from events.models import Occurrence
from events.recurrence import Rule
from tests.events.planned import TUESDAYS, dates_of, put
from tests.world import World

Browser = Callable[[str], FlaskClient]
YEARS = timedelta(days=730)


def told(content: bytes, since: datetime, until: datetime) -> list[tuple[datetime, datetime, str]]:
    """What another program reads in a calendar: begin, end and title of what goes on."""
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(content)).between(since, until)
    return sorted(
        (one["DTSTART"].dt.astimezone(UTC), one["DTEND"].dt.astimezone(UTC), str(one["SUMMARY"]))
        for one in found
        if one.get("STATUS") != "CANCELLED"
    )


def listed(world: World, who: str) -> list[tuple[datetime, datetime, str]]:
    """What the site says, as far as dates exist."""
    asked = seeing.visible_occurrences(world.visitor(who)).where(Occurrence.cancelled_at.is_(None))
    return sorted((one.starts_at, one.ends_at, one.title) for one in db.session().scalars(asked))


def lindehof(world: World, who: str = "ton") -> bytes:
    building = db.session().get(Building, world.buildings["lindehof"])
    assert building is not None
    return feeds.of_building(world.visitor(who), building)


@db.action
def alter(key: int, **values: Any) -> None:
    db.session().execute(update(Occurrence).where(Occurrence.id == key).values(**values))


def test_a_year_of_activities_is_read_back_as_the_site_lists_it(context: Flask, world: World) -> None:
    coffee = put(world, title="Koffie", rule=TUESDAYS, skips_holidays=True)
    put(
        world,
        title="Samen eten; met soep, brood",
        rule=Rule("monthly", weekdays=(3,), nth=2),
        start_at=time(17, 30),
    )
    put(world, title="Kerstdiner", start_on=clock.today() + timedelta(days=40))
    rows = dates_of(coffee)
    alter(
        rows[2].id,
        starts_at=rows[2].starts_at + timedelta(days=1),
        ends_at=rows[2].ends_at + timedelta(days=1),
        sequence=1,
    )
    alter(rows[4].id, cancelled_at=clock.now(), cancelled_why="De lerares is ziek.", sequence=1)
    alter(rows[6].id, title="Koffie met taart", note="Nel is jarig.", is_changed=True, sequence=1)
    content = lindehof(world)
    until = max(row.starts_at for row in rows) + timedelta(minutes=1)
    site = [one for one in listed(world, "ton") if one[0] < until]
    assert len(site) > 70
    assert told(content, clock.now(), until) == site
    # Cancelled is said, not hidden; the date that was moved is the same one.
    assert content.count(b"STATUS:CANCELLED") == 1 and b"De lerares is ziek." in content.replace(b"\r\n ", b"")
    assert content.count(b"RECURRENCE-ID;TZID=Europe/Amsterdam") == 3


def test_two_years_of_dates_are_read_back_as_the_site_lists_them(context: Flask, world: World) -> None:
    """Planned in January, rolled forward in October: then there are two years of dates, with what became of them."""
    begin, until = datetime(2026, 1, 6, tzinfo=UTC), datetime(2027, 12, 28, tzinfo=UTC)
    with time_machine.travel(datetime(2026, 1, 5, 9, tzinfo=UTC), tick=False):
        coffee = put(world, title="Koffie", start_on=date(2026, 1, 6), rule=TUESDAYS, skips_holidays=True)
        monthly = Rule("monthly", weekdays=(3,), nth=2)
        put(world, title="Samen eten", start_on=date(2026, 1, 8), rule=monthly, start_at=time(17, 30))
    with time_machine.travel(datetime(2026, 10, 5, 9, tzinfo=UTC), tick=False):
        assert rolling.roll_forward() == 2
        rows = dates_of(coffee)
        for number, days in ((20, 1), (60, 2), (90, -1)):
            moved = timedelta(days=days)
            row = rows[number]
            alter(row.id, starts_at=row.starts_at + moved, ends_at=row.ends_at + moved, sequence=1)
        for number in (10, 51, 80):
            alter(rows[number].id, cancelled_at=clock.now(), cancelled_why="De hal wordt geverfd.", sequence=1)
        site = [one for one in listed(world, "ton") if begin <= one[0] < until]
        assert len(site) > 115
        assert told(lindehof(world), begin, until) == site


def test_two_years_of_a_series_keep_their_hour_and_their_days_off(context: Flask, world: World) -> None:
    with time_machine.travel(datetime(2026, 1, 5, 9, tzinfo=UTC), tick=False):
        put(world, start_on=date(2026, 1, 6), rule=TUESDAYS, skips_holidays=True)
        found = told(lindehof(world), clock.now(), clock.now() + YEARS)
    hours = {clock.local(begin).time() for begin, _end, _title in found}
    days = {clock.local(begin).date() for begin, _end, _title in found}
    assert hours == {time(10, 30)}
    assert date(2027, 4, 27) not in days, "Koningsdag 2027 is a Tuesday"
    assert {date(2026, 3, 24), date(2026, 3, 31), date(2026, 10, 27), date(2027, 10, 26)} <= days
    assert len(found) == 104 - 1, "every Tuesday of two years, but for that one"


def test_an_activity_with_more_dates_and_no_rule_is_one_entry_with_its_dates(context: Flask, world: World) -> None:
    key = put(world, title="Uitje")
    (row,) = dates_of(key)
    by = world.visitor("nel")
    later = clock.local(row.starts_at).date() + timedelta(days=9)
    second = changing.add_date(key, later, time(14), by=by)
    changing.add_date(key, later + timedelta(days=1), time(9), by=by)
    alter(second, title="Uitje met de boot", is_changed=True, sequence=1)
    content = lindehof(world)
    assert told(content, clock.now(), clock.now() + YEARS) == listed(world, "ton")
    names = [
        (str(one["UID"]), one.get("RECURRENCE-ID")) for one in icalendar.Calendar.from_ical(content).walk("VEVENT")
    ]
    assert len({name for name, moment in names if moment is None}) == 1 and len(names) == 2


def test_the_zone_is_written_by_rule_and_the_calendar_has_its_own_properties(context: Flask, world: World) -> None:
    put(world, rule=TUESDAYS)
    read = icalendar.Calendar.from_ical(lindehof(world))
    zone = next(iter(read.walk("VTIMEZONE")))
    assert {str(part["RRULE"].to_ical(), "ascii") for part in zone.subcomponents} == {
        "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    }
    assert str(read["NAME"]) == str(read["X-WR-CALNAME"]) == "Lindehof"
    assert read["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    for day, hours in ((datetime(2026, 3, 29, 1, 30), 1), (datetime(2026, 7, 1), 2), (datetime(2026, 12, 1), 1)):
        assert zone.to_tz().utcoffset(day) == timedelta(hours=hours)


def test_no_name_of_anybody_is_in_a_calendar(context: Flask, world: World) -> None:
    key = put(world, by="nel", source="Koffie en thee.", rule=TUESDAYS)
    registering.answer(dates_of(key)[0].id, coming=True, remark="Ik kom met mijn rollator", by=world.visitor("ton"))
    for content in (lindehof(world), feeds.mine(world.visitor("ton"))):
        unfolded = content.replace(b"\r\n ", b"")
        assert b"SUMMARY:Koffie in de hal" in unfolded
        for name in (b"Nel", b"Ton", b"Visser", b"rollator", b"ATTENDEE", b"ORGANIZER", b"example.nl"):
            assert name not in unfolded, name


def test_ones_own_calendar_holds_where_one_comes_and_nothing_else(context: Flask, world: World) -> None:
    first, second, third = dates_of(put(world, rule=TUESDAYS, capacity=1))[:3]
    registering.answer(first.id, coming=True, by=world.visitor("ton"))
    registering.answer(second.id, coming=True, by=world.visitor("henk"))
    registering.answer(second.id, coming=True, by=world.visitor("ton"))
    registering.answer(third.id, coming=False, by=world.visitor("ton"))
    read = icalendar.Calendar.from_ical(feeds.mine(world.visitor("ton")))
    assert [(one["DTSTART"].dt, str(one["STATUS"])) for one in read.walk("VEVENT")] == [
        (first.starts_at, "CONFIRMED"),
        (second.starts_at, "TENTATIVE"),
    ]


def test_a_calendar_holds_what_its_person_sees_and_no_more(context: Flask, world: World) -> None:
    put(world, title="Van de Lindehof")
    assert b"Van de Lindehof" in lindehof(world, "ton")
    assert b"Van de Lindehof" not in lindehof(world, "bas")


def address(browser: FlaskClient) -> str:
    """The secret part, as the page shows it."""
    page = browser.get("/agenda/abonneren").text
    return page.split("/agenda/feed/", 1)[1].split("/", 1)[0]


def test_the_secret_opens_ones_calendars_without_signing_in_until_it_is_renewed(
    app: Flask, client: FlaskClient, signed_in: Browser, world: World
) -> None:
    with app.app_context():
        put(world)
    ton = signed_in("ton")
    assert "/agenda/feed/" not in ton.get("/agenda/abonneren").text
    assert ton.post("/agenda/abonneren").status_code == 303
    first = address(ton)
    found = client.get(f"/agenda/feed/{first}/lindehof.ics")
    assert found.status_code == 200 and found.content_type.startswith("text/calendar") and "Koffie" in found.text
    assert client.get(f"/agenda/feed/{first}/mijn.ics").status_code == 200
    assert client.get(f"/agenda/feed/{first}/baken.ics").status_code == 404
    again = client.get(f"/agenda/feed/{first}/lindehof.ics", headers={"If-None-Match": found.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""
    ton.post("/agenda/abonneren")
    second = address(ton)
    assert second != first
    assert client.get(f"/agenda/feed/{first}/lindehof.ics").status_code == 404
    assert client.get(f"/agenda/feed/{second}/lindehof.ics").status_code == 200
    ton.post("/agenda/abonneren/stop")
    assert client.get(f"/agenda/feed/{second}/lindehof.ics").status_code == 404
    ton.post("/agenda/abonneren")
    assert client.get(f"/agenda/feed/{second}/lindehof.ics").status_code == 404
    assert client.get(f"/agenda/feed/{address(ton)}/lindehof.ics").status_code == 200


@pytest.mark.parametrize("wrong", ["x", "WzEsMV0.abc", "é", "a" * 500])
def test_a_made_up_secret_opens_nothing(app: Flask, client: FlaskClient, world: World, wrong: str) -> None:
    assert client.get(f"/agenda/feed/{wrong}/mijn.ics").status_code == 404


def test_who_moved_out_has_no_calendar_any_more(
    app: Flask, client: FlaskClient, signed_in: Browser, world: World
) -> None:
    ton = signed_in("ton")
    ton.post("/agenda/abonneren")
    secret = address(ton)
    assert client.get(f"/agenda/feed/{secret}/mijn.ics").status_code == 200
    with app.app_context():
        world.move_out("ton")
    assert client.get(f"/agenda/feed/{secret}/mijn.ics").status_code == 404


def test_an_activity_is_a_file_with_all_its_dates(app: Flask, signed_in: Browser, world: World) -> None:
    with app.app_context():
        rows = dates_of(put(world, rule=TUESDAYS))
    answer = signed_in("ton").get(f"/agenda/{rows[3].id}/agenda.ics")
    assert answer.status_code == 200 and 'filename="koffie-in-de-hal.ics"' in answer.headers["Content-Disposition"]
    assert len(told(answer.data, rows[0].starts_at, rows[9].ends_at)) == 10
    assert signed_in("bas").get(f"/agenda/{rows[3].id}/agenda.ics").status_code == 404
