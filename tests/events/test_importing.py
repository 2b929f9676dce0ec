"""A calendar from elsewhere comes in: looked at first, all of it at one press, once however often it is read, without
anybody's name; and it can be taken back while nobody had to do with it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from community import clock, db
from community.errors import Missing, Refused
from community.journal import JournalEntry
from community.places.models import Building
from events import changing, feeds, importable, importing, offering, planning, rolling, seeing, series
from events.arranged import Booking, CalendarImport, ImportedEvent
from events.entries import read_calendar
from events.models import Event, Occurrence
from events.recurrence import Rule
from tests.events.calendars import at, clock_of, entry, from_till, ics, tuesday
from tests.events.planned import TUESDAYS, a_room, come, dates_of, put
from tests.test_queries_constant import cost
from tests.world import World

Browser = Callable[[str], FlaskClient]
START = "/agenda/importeren"


def building(world: World, key: str = "lindehof") -> Building:
    found = db.session().get(Building, world.buildings[key])
    assert found is not None
    return found


def bring(world: World, raw: bytes, who: str = "nel", where: str = "lindehof") -> int:
    every = read_calendar(raw, clock.now())
    return importing.bring(every, "agenda.ics", building(world, where), by=world.visitor(who))


def carry_out(world: World, raw: bytes, who: str = "nel", where: str = "lindehof", **fields: str) -> int:
    """Bring a file and put in what can be; returns the number of the import."""
    key = bring(world, raw, who, where)
    importing.choose(key, fields, building(world, where), by=world.visitor(who))
    importing.carry_out(key, by=world.visitor(who))
    return key


def result(key: int) -> dict[str, Any]:
    return dict(db.session().get_one(CalendarImport, key, populate_existing=True).result)


def events_of(key: int) -> list[Event]:
    asked = select(Event).join(ImportedEvent, ImportedEvent.event_id == Event.id)
    return list(db.session().scalars(asked.where(ImportedEvent.import_id == key).order_by(Event.id)))


def count(table: Any) -> int:
    return db.session().scalar(select(func.count()).select_from(table)) or 0


def listed(where: Building, since: datetime) -> list[tuple[datetime, datetime, str]]:
    """What the calendar of a building says from then on."""
    asked = select(Occurrence).where(
        seeing.of_building(where.id, where.neighbourhood_id),
        Occurrence.cancelled_at.is_(None),
        Occurrence.starts_at > since,
        Occurrence.starts_at < series.end_of(clock.today() + series.AT_LEAST, clock.ZONE.key),
    )
    return sorted((one.starts_at, one.ends_at, one.title) for one in db.session().scalars(asked))


# ---- what comes of it --------------------------------------------------------------------------------------------------


def test_the_calendar_of_a_building_brought_to_an_empty_one_has_the_same_dates(context: Flask, world: World) -> None:
    coffee = put(world, title="Koffie", rule=TUESDAYS, skips_holidays=True)
    put(world, title="Eten; met soep, brood", rule=Rule("monthly", weekdays=(3,), nth=2), start_at=time(17, 30))
    put(world, title="Kerstdiner", start_on=clock.today() + timedelta(days=40), source="Neem *iets* mee.")
    rows, by = dates_of(coffee), world.visitor("nel")
    changing.move_date(rows[2].id, rows[2].starts_at + timedelta(days=1), rows[2].ends_at + timedelta(days=1),
                       keeps_signups=True, by=by)  # fmt: skip
    changing.skip_date(rows[4].id, "De lerares is ziek.", by=by)
    changing.add_date(coffee, rows[5].starts_at.date() + timedelta(days=2), time(15), by=by)
    raw = feeds.of_building(by, building(world))
    key = carry_out(world, raw, who="bram", where="baken")
    assert result(key)["activities"] == 3 and result(key)["wrong"] == 0
    ours, theirs = (listed(building(world, where), clock.now()) for where in ("lindehof", "baken"))
    assert len(ours) > 70 and theirs == ours
    # Nobody's name came along; where it was is said, as it is not here.
    assert {one.host_id for one in events_of(key)} == {world.people["bram"]}
    assert {one.place for one in events_of(key)} == {"de hal, Lindehof"}
    # And at home everything is there already.
    home = carry_out(world, raw)
    assert result(home)["activities"] == 0 and result(home)["there"] == 3


def test_what_was_chosen_holds_for_all_of_them(context: Flask, world: World) -> None:
    day = tuesday()
    raw = ics(
        entry(*from_till(day), "CATEGORIES:Eten", uid="a", title="Iets"),
        entry(f"DTSTART;VALUE=DATE:{day:%Y%m%d}", uid="b", title="Koffie"),
    )
    first, second = events_of(carry_out(world, raw, tijd="half tien", tot="11.00", voor="1", wie=""))
    assert (first.kind, second.kind) == ("meal", "coffee") and first.seen_by == second.seen_by == 1
    assert (second.start_at, second.lasts) == (time(9, 30), 90) and first.start_at == time(10, 30)


def test_a_series_has_its_exceptions_as_dates(context: Flask, world: World) -> None:
    weeks = [tuesday() + timedelta(weeks=n) for n in range(5)]
    raw = ics(
        entry(*from_till(weeks[0]), "RRULE:FREQ=WEEKLY;COUNT=5", "DESCRIPTION:Gezellig", "LOCATION:Hal",
              at(weeks[1], name="EXDATE"), at(weeks[0] + timedelta(days=2), name="RDATE")),
        entry(at(weeks[2], name="RECURRENCE-ID"), at(weeks[2], 14, 0), "LOCATION:Tuin", "DESCRIPTION:Buiten\\n\\nGezellig"),
        entry(at(weeks[3], name="RECURRENCE-ID"), at(weeks[3]), "STATUS:CANCELLED"),
    )  # fmt: skip
    (event,) = events_of(carry_out(world, raw))
    told = [(clock.local(row.starts_at).replace(tzinfo=None), row.place, row.note, row.cancelled_at is None, row.is_extra)
            for row in dates_of(event.id)]  # fmt: skip
    assert told == [
        (clock_of(weeks[0]), "Hal", "", True, False),
        (clock_of(weeks[0] + timedelta(days=2)), "Hal", "", True, True),
        (clock_of(weeks[2], 14, 0), "Tuin", "Buiten", True, False),
        (clock_of(weeks[3]), "Hal", "", False, False),
        (clock_of(weeks[4]), "Hal", "", True, False),
    ]


def test_a_day_off_in_years_stays_off_when_the_worker_gets_there(context: Flask, world: World) -> None:
    far = tuesday() + timedelta(weeks=75)
    raw = ics(entry(*from_till(tuesday()), "RRULE:FREQ=WEEKLY", at(far, name="EXDATE")))
    (event,) = events_of(carry_out(world, raw))
    _roll_to(event.id, far - timedelta(days=500))
    days = {clock.local(row.starts_at).date(): row.cancelled_at for row in dates_of(event.id)}
    assert days[far] is not None and days[far - timedelta(weeks=1)] is None


@db.action
def _roll_to(event_id: int, _day: Any) -> None:
    """Let the dates of a series be made to beyond that day."""
    event = db.lock(Event, event_id)
    assert event is not None
    first = event.rolled_until
    assert first is not None
    event.rolled_until = first + timedelta(days=90)
    there = {row.original_at for row in dates_of(event_id)}
    for moment in series.moments(
        event, series.end_of(first, event.zone), series.end_of(event.rolled_until, event.zone)
    ):
        if moment not in there:
            series.new_date(event, moment)


def test_a_place_that_is_a_room_here_books_it_and_a_clash_says_so(context: Flask, world: World) -> None:
    room = a_room(world)
    put(world, title="Yoga", room_id=room, start_on=tuesday())
    raw = ics(
        entry(*from_till(tuesday()), "RRULE:FREQ=WEEKLY;COUNT=3", r"LOCATION:grote zaal\, begane grond\, Lindehof")
    )
    key = bring(world, raw)
    held = db.session().get_one(CalendarImport, key)
    offer = offering.of_building(world.visitor("nel"), building(world))
    choices = importable.read_choices({}, offer, world.visitor("nel"))
    (line,) = importable.look(importing.activities(held), choices, offer).lines["ready"]
    assert line.where == "Grote zaal" and "Grote zaal is dan al bezet" in line.notes[0]
    importing.carry_out(key, by=world.visitor("nel"))
    (event,) = events_of(key)
    assert [row.room_id for row in dates_of(event.id)] == [None, room, room] and result(key)["homeless"] == 1
    assert count(Booking) == 3


def test_the_name_of_the_building_itself_is_no_part_of_the_place(context: Flask, world: World) -> None:
    (event,) = events_of(carry_out(world, ics(entry(*from_till(tuesday()), r"LOCATION:de hal\, Lindehof"))))
    assert event.place == "de hal"


def test_html_in_a_description_is_no_html_on_the_page(app: Flask, signed_in: Browser, world: World) -> None:
    raw = ics(entry(*from_till(tuesday()), "DESCRIPTION:<p onclick=alert(1)>Hoi</p><script>x()</script><img src=x>"))
    with app.app_context():
        (event,) = events_of(carry_out(world, raw))
        (row,) = dates_of(event.id)
        assert event.source == "Hoi"
    assert "onclick" not in signed_in("ton").get(f"/agenda/{row.id}").text


# ---- once ----------------------------------------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing_whoever_brings_it(context: Flask, world: World) -> None:
    raw = ics(entry(*from_till(tuesday()), uid="a"), entry(*from_till(tuesday(2)), uid="", title="Zonder nummer"))
    first = carry_out(world, raw)
    before = count(Event), count(Occurrence)
    importing.carry_out(first, by=world.visitor("nel"))
    again = carry_out(world, raw, who="rachid")
    assert (count(Event), count(Occurrence)) == before == (2, 2)
    assert (result(again)["activities"], result(again)["there"]) == (0, 2)
    # Of another building it is another activity.
    assert result(carry_out(world, raw, who="bram", where="baken"))["activities"] == 2


def test_what_a_building_next_door_has_is_not_told(context: Flask, world: World) -> None:
    """Whether a UID is known elsewhere is nobody's business."""
    put(world)
    uid = db.session().scalars(select(Event.uid)).one()
    raw = ics(entry(*from_till(tuesday()), uid=uid))
    assert result(carry_out(world, raw, who="bram", where="baken"))["there"] == 0
    assert result(carry_out(world, raw))["there"] == 1


def test_two_people_with_the_same_file_at_the_same_moment_put_it_in_once(app: Flask, world: World) -> None:
    raw = ics(*[entry(*from_till(tuesday()), uid=str(n)) for n in range(3)])
    with app.app_context():
        keys = [(bring(world, raw, who), world.visitor(who)) for who in ("nel", "rachid")]
    failed: list[Exception] = []

    def press(key: int, visitor: Any) -> None:
        with app.app_context():
            try:
                importing.carry_out(key, by=visitor)
            except Exception as error:
                failed.append(error)

    threads = [threading.Thread(target=press, args=one) for one in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with app.app_context():
        assert count(Event) == 3
        assert sorted(result(key)["activities"] for key, _who in keys) == [0, 3]


def test_all_of_it_comes_or_nothing(context: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = ics(*[entry(*from_till(tuesday()), uid=str(n), title=f"Koffie {n}") for n in range(3)])
    key, plan, done = bring(world, raw), planning.plan, []

    def breaks(*args: Any, **kwargs: Any) -> int:
        done.append(1)
        if len(done) == 3:
            raise RuntimeError("the light went out")
        return plan(*args, **kwargs)

    monkeypatch.setattr(planning, "plan", breaks)
    with pytest.raises(RuntimeError):
        importing.carry_out(key, by=world.visitor("nel"))
    assert len(done) == 3
    assert (count(Event), count(Occurrence), count(ImportedEvent)) == (0, 0, 0)
    monkeypatch.undo()
    importing.carry_out(key, by=world.visitor("nel"))
    assert count(Event) == 3


def test_more_than_fits_comes_when_the_file_is_read_again(
    context: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importable, "ACTIVITIES_MAX", 2)
    raw = ics(*[entry(*from_till(tuesday()), uid=str(n)) for n in range(5)])
    told = [(found["activities"], found["later"]) for found in (result(carry_out(world, raw)) for _time in range(3))]
    assert told == [(2, 3), (2, 1), (1, 0)] and count(Event) == 5


def test_it_stands_in_the_journal_without_words(context: Flask, world: World) -> None:
    key = carry_out(world, ics(entry(*from_till(tuesday()), title="Geheim"), entry("DTSTART:x", uid="b")))
    line = db.session().scalars(select(JournalEntry).where(JournalEntry.kind == "event.imported")).one()
    assert (line.subject_id, line.by_id, line.building_id) == (key, world.people["nel"], world.buildings["lindehof"])
    assert line.facts == {"activities": 1, "dates": 1, "wrong": 1, "there": 0}


# ---- undoing -------------------------------------------------------------------------------------------------------------


def test_it_is_undone_without_a_trace_and_can_come_again(context: Flask, world: World) -> None:
    a_room(world)
    raw = ics(
        entry(*from_till(tuesday()), "RRULE:FREQ=WEEKLY", "LOCATION:Grote zaal"), entry(*from_till(tuesday()), uid="b")
    )
    put(world)
    before = count(Event), count(Occurrence), count(Booking)
    key = carry_out(world, raw)
    assert importing.undo(key, by=world.visitor("rachid")) == (2, [])
    assert (count(Event), count(Occurrence), count(Booking)) == before and count(ImportedEvent) == 0
    assert importing.undo(key, by=world.visitor("nel")) == (0, [])
    assert result(carry_out(world, raw))["activities"] == 2


def test_what_neighbours_signed_up_for_stays(context: Flask, world: World) -> None:
    raw = ics(
        entry(*from_till(tuesday()), uid="a", title="Koffie"), entry(*from_till(tuesday()), uid="b", title="Soep")
    )
    key = carry_out(world, raw)
    coffee = next(one for one in events_of(key) if one.title == "Koffie")
    come(world, dates_of(coffee.id)[0], "ton")
    assert importing.undo(key, by=world.visitor("nel")) == (1, ["Koffie"])
    assert [one.title for one in events_of(key)] == ["Koffie"]
    assert result(carry_out(world, raw))["there"] == 1


def test_what_was_changed_from_some_date_on_stays(context: Flask, world: World) -> None:
    key = carry_out(world, ics(entry(*from_till(tuesday()), "RRULE:FREQ=WEEKLY")))
    (event,) = events_of(key)
    rows = dates_of(event.id)
    offer = planning.Plan(
        event.title, tuesday(4), time(15), 60, event.host_id, event.building_id, rule="FREQ=WEEKLY", place="Tuin"
    )
    changing.change_following(rows[3].id, offer, by=world.visitor("nel"))
    assert importing.undo(key, by=world.visitor("nel")).stayed == ["Koffie"]


def test_after_a_month_it_stays(context: Flask, world: World) -> None:
    key = carry_out(world, ics(entry(*from_till(tuesday()))))
    _long_ago(key)
    with pytest.raises(Missing):
        importing.undo(key, by=world.visitor("nel"))


@db.action
def _long_ago(key: int) -> None:
    db.session().execute(
        update(CalendarImport).where(CalendarImport.id == key).values(done_at=clock.now() - timedelta(days=31))
    )


# ---- who -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "may"), [("nel", True), ("rachid", True), ("anouk", True), ("ton", False), ("bram", False)]
)
def test_a_whole_calendar_is_for_the_committee_and_who_works_there(
    context: Flask, world: World, who: str, may: bool
) -> None:
    raw = ics(entry(*from_till(tuesday())))
    if may:
        assert result(carry_out(world, raw, who=who))["activities"] == 1
    else:
        with pytest.raises(Refused):
            bring(world, raw, who)
        key = carry_out(world, raw)
        with pytest.raises(Refused):
            importing.undo(key, by=world.visitor(who))
        assert count(Event) == 1


def test_what_waits_is_of_who_brought_it_and_goes_after_a_day(context: Flask, world: World) -> None:
    key = bring(world, ics(entry(*from_till(tuesday()))))
    for do in (importing.carry_out, importing.throw_away):
        with pytest.raises(Missing):
            do(key, by=world.visitor("rachid"))
    importing.forget()
    assert count(CalendarImport) == 1
    _brought_long_ago(key)
    importing.forget()
    assert count(CalendarImport) == 0


@db.action
def _brought_long_ago(key: int) -> None:
    late = clock.now() - timedelta(hours=25)
    db.session().execute(update(CalendarImport).where(CalendarImport.id == key).values(created_at=late))


# ---- the pages -----------------------------------------------------------------------------------------------------------


def send(browser: FlaskClient, raw: bytes, name: str = "agenda.ics", **fields: str) -> TestResponse:
    return browser.post(START, data={**fields, "bestand": (BytesIO(raw), name)}, content_type="multipart/form-data")


def test_somebody_brings_a_calendar_looks_and_presses(app: Flask, signed_in: Browser, world: World) -> None:
    nel = signed_in("nel")
    assert "Een agenda overnemen" in nel.get("/agenda/nieuw").text
    day = tuesday()
    raw = ics(
        entry(*from_till(day), "RRULE:FREQ=WEEKLY;BYDAY=TU", "DESCRIPTION:Met gebak", "LOCATION:Hal", uid="a"),
        entry(*from_till(day), "RRULE:FREQ=SECONDLY", uid="b", title="Seconden"),
        entry(*from_till(day - timedelta(weeks=500)), uid="c", title="Lang geleden"),
        entry(*from_till(day), uid="d", title="Privé"),
    )
    sent = send(nel, raw)
    assert sent.status_code == 303
    page = nel.get(sent.location).text
    for said in ("Klopt het?", "agenda.ics", "elke dinsdag", "Met gebak", "Zet 2 activiteiten in de agenda", "Seconden",
                 "niet elk uur of elke minuut", "1 activiteit is al geweest", "Lang geleden"):  # fmt: skip
        assert said in page, said
    # Without the fourth one; looked at once more.
    again = nel.post(sent.location, data={"niet": "3", "voor": "1", "bekijk": "ja"})
    assert again.status_code == 303 and "Zet 1 activiteit in de agenda" in nel.get(sent.location).text
    assert nel.post(sent.location, data={"niet": "3", "voor": "1"}).status_code == 303
    done = nel.get(sent.location).text
    assert "Het staat in de agenda" in done and "1 activiteit kon er niet bij." in done and "Privé" not in done
    assert nel.post(sent.location, data={}).status_code == 303
    with app.app_context():
        assert [(one.title, one.seen_by) for one in db.session().scalars(select(Event))] == [("Koffie", 1)]
    assert sent.location in nel.get(START).text
    assert "staat er al" in nel.get(send(nel, raw).location).text
    assert nel.post(f"{sent.location}/terug").status_code == 303
    undone = nel.get(sent.location).text
    assert "Het is teruggedraaid" in undone and "1 activiteit is weer weg." in undone


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"PK\x03\x04 zip", "ingepakt bestand"),
        (b"%PDF-1.4", "PDF"),
        (b"x" * 5 * 2**20, "Wij lezen hoogstens 2 MB"),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR", "geen enkele activiteit"),
    ],
)
def test_a_file_that_is_no_calendar_comes_back_with_a_sentence(
    signed_in: Browser, world: World, raw: bytes, said: str
) -> None:
    answer = send(signed_in("nel"), raw, "../map/Onze agenda.ics")
    assert answer.status_code == 422 and said in answer.text and "Onze agenda.ics" in answer.text
    assert "../map" not in answer.text


def test_without_a_file_it_asks_for_one(signed_in: Browser, world: World) -> None:
    answer = signed_in("nel").post(START, data={})
    assert answer.status_code == 422 and "Kies eerst een bestand." in answer.text


def test_a_time_that_cannot_be_read_gives_back_what_was_typed_and_the_file(signed_in: Browser, world: World) -> None:
    nel = signed_in("nel")
    where = send(nel, ics(entry(f"DTSTART;VALUE=DATE:{tuesday():%Y%m%d}"))).location
    answer = nel.post(where, data={"tijd": "25:00", "tot": "12.00", "soort": "sport", "niet": "0"})
    assert answer.status_code == 422
    for said in ('value="25:00"', 'value="12.00"', 'value="sport" selected', 'value="0" checked'):
        assert said in answer.text, said
    assert 'value="25:00"' in nel.get(where).text and nel.post(f"{where}/weg").status_code == 303
    assert nel.get(where).status_code == 404


def test_another_building_is_looked_at_before_anything_is_put_in(app: Flask, signed_in: Browser, world: World) -> None:
    anouk = signed_in("anouk")
    where = send(anouk, ics(entry(*from_till(tuesday()))), gebouw="lindehof").location
    assert anouk.post(where, data={"gebouw": "baken"}).status_code == 303
    with app.app_context():
        assert count(Event) == 0
    assert "voor Baken" in anouk.get(where).text
    anouk.post(where, data={"gebouw": "baken"})
    with app.app_context():
        assert db.session().scalars(select(Event.building_id)).all() == [world.buildings["baken"]]


def test_the_rolling_of_what_was_brought_goes_on(context: Flask, world: World) -> None:
    carry_out(world, ics(entry(*from_till(tuesday()), "RRULE:FREQ=WEEKLY")))
    assert rolling.roll_forward() == 0, "its dates are there for fifteen months"


def test_a_file_of_forty_costs_as_many_queries_to_look_at_as_of_one(
    app: Flask, signed_in: Browser, world: World
) -> None:
    """Its page, and the page of what it made."""
    nel = signed_in("nel")
    looked, done = [], []
    with app.app_context():
        a_room(world)
    for many in (1, 40):
        series = [
            entry(*from_till(tuesday()), "RRULE:FREQ=WEEKLY", "LOCATION:Grote zaal", uid=f"{many}-{n}")
            for n in range(many)
        ]
        where = send(nel, ics(*series)).location
        looked.append(len(cost(app, nel, where)))
        assert nel.post(where, data={}).status_code == 303
        done.append(len(cost(app, nel, where)))
    assert looked[0] == looked[1] and done[0] == done[1], (looked, done)
