"""Calendars of elsewhere are read as they were meant, on our clock; what cannot be used says why, and the rest goes on."""

from __future__ import annotations

import time as machine
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from community import clock
from events import calendar_files, found
from events.calendar_files import FileRefused, read_file
from events.entries import read_calendar
from events.found import Found
from events.unwrapping import unwrap
from tests.events.calendars import END, at, clock_of, entry, from_till, ics, tuesday


def read(*entries: str, head: str = "") -> list[Found]:
    return read_calendar(ics(*entries, head=head), clock.now())


def one(*entries: str, head: str = "") -> Found:
    (only,) = read(*entries, head=head)
    return only


# ---- the file ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"", "leeg"),
        (b" \r\n\r\n", "leeg"),
        (b"PK\x03\x04....", "ZIP"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"<!DOCTYPE html><p>", "webpagina"),
        (b"\x89PNG\r\n", "geen agenda"),
        (b"naam;dag\r\nKoffie;dinsdag\r\n", "geen agenda"),
        (b"BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", "oud soort"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "geen enkele activiteit"),
        (b"BEGIN:VCALENDAR\r\nSUMMARY:caf\xc3\xa9 \xe9\r\n", "tekens"),
        (b"BEGIN:VCALENDAR\r\nSUMMARY:\x00\r\n", "tekens"),
        (b"x" * 5 * 2**20, "5 MB. Wij lezen hoogstens 2 MB"),
    ],
)
def test_another_kind_of_file_is_refused_in_words(raw: bytes, word: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_file(raw)
    assert word in refused.value.sentence


def test_too_many_entries_are_refused_in_words() -> None:
    raw = ics(*[entry(at(tuesday()), uid=str(n)) for n in range(calendar_files.MAX_ENTRIES + 1)])
    with pytest.raises(FileRefused) as refused:
        read_file(raw)
    assert "4000" in refused.value.sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_a_file_is_read_in_any_characters_and_with_any_endings(encoding: str, ending: str) -> None:
    text = ics(entry(at(tuesday()), title="Crêpes\\, thee\\; en “taart”")).decode().replace(END, ending)
    found = read_calendar(text.encode(encoding), clock.now())
    assert [one.title for one in found] == ["Crêpes, thee; en “taart”"]


def test_lines_go_on_where_they_were_broken_also_in_the_middle_of_a_letter() -> None:
    whole = ics(entry(at(tuesday()), title="Crêpes bakken"))
    broken = whole.replace("ê".encode(), b"\xc3\r\n \xaa").replace(b"bakken", b"bak\r\n ken")
    assert [one.title for one in read_calendar(broken, clock.now())] == ["Crêpes bakken"]


def test_a_line_of_a_hundred_thousand_letters_is_shortened_with_a_word_about_it() -> None:
    found = one(entry(at(tuesday()), f"DESCRIPTION:{'koffie ' * 15_000}", f"LOCATION:{'x' * 900}", title="T" * 9000))
    assert len(found.title) == 120 and found.title.endswith("…") and len(found.place) == 120
    assert 2900 < len(found.about) <= 3000
    assert {"De naam is te lang. Wij nemen het begin.", "De uitleg is te lang. Wij nemen het begin."} <= {*found.notes}


def test_a_file_that_is_cut_off_keeps_what_was_whole() -> None:
    raw = ics(entry(at(tuesday()), uid="a"), entry(at(tuesday()), uid="b", title="Soep"))
    found = read_calendar(raw[: raw.index(b"Soep") + 2], clock.now())
    assert not found[0].errors and "afgebroken" in found[1].errors[0]


def test_an_entry_that_is_wrong_does_not_take_the_others_along() -> None:
    found = read(
        entry(at(tuesday()), uid="a"),
        entry("DTSTART;X=\"open:20260101T100000", uid="b", title="Stuk"),
        entry(at(tuesday()), uid="c"),
    )  # fmt: skip
    assert [bool(one.errors) for one in found] == [False, True, False]
    assert found[1].line == 9 and "Regel 12" in found[1].errors[0]


def test_what_is_no_activity_is_not_read_and_an_alarm_changes_nothing() -> None:
    alarm = END.join(["BEGIN:VALARM", "SUMMARY:Piep", "DTSTART:19990101T000000", "END:VALARM"])
    todo = END.join(["BEGIN:VTODO", "SUMMARY:Melk kopen", "END:VTODO"])
    found = one(todo, entry(at(tuesday()), inner=alarm))
    assert found.title == "Koffie" and not found.errors


def test_names_and_addresses_of_who_was_invited_are_nowhere() -> None:
    found = one(entry(
        at(tuesday()),
        "ORGANIZER;CN=Nel van Dam:mailto:nel@geheim.example",
        "ATTENDEE;CN=Ton Visser;PARTSTAT=ACCEPTED:mailto:ton@geheim.example",
        "CONTACT:Bel Ton 06 12345678",
        "X-ALT-DESC;FMTTYPE=text/html:<p>Ton</p>",
        uid="ton@geheim.example",
    ))  # fmt: skip
    said = str(found)
    assert "Koffie" in said
    for name in ("Nel", "Ton", "geheim", "0612", "12345678"):
        assert name not in said


# ---- when --------------------------------------------------------------------------------------------------------------


def test_half_past_ten_is_half_past_ten_by_name_by_windows_by_its_own_rules_and_without_a_zone() -> None:
    own = END.join([
        "BEGIN:VTIMEZONE", "TZID:Onze tijd", "BEGIN:STANDARD", "DTSTART:16010101T030000", "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "END:STANDARD", "BEGIN:DAYLIGHT",
        "DTSTART:16010101T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "END:DAYLIGHT", "END:VTIMEZONE",
    ])  # fmt: skip
    zones = ("Europe/Amsterdam", "Europe/Berlin", "W. Europe Standard Time", "Onze tijd", "", "/x.net/20/Europe/Paris")
    for zone in zones:
        made = one(own, entry(*from_till(tuesday(), zone)))
        assert (made.starts, made.lasts, made.notes) == (clock_of(tuesday()), 90, ()), zone


def test_a_foreign_zone_is_put_on_our_clock_and_says_so() -> None:
    day = date(clock.today().year + 1, 7, 6)
    found = one(entry(at(day, 4, 30, zone="America/New_York"), "DURATION:PT1H30M"))
    assert (found.starts, found.lasts) == (clock_of(day), 90)
    assert found.notes == ("De tijd is van een andere tijdzone (America/New_York). 04.30 uur daar is hier 10.30 uur.",)


def test_a_zone_that_nobody_knows_leaves_the_time_as_it_stands_and_says_so() -> None:
    found = one(entry(*from_till(tuesday(), "Mars/Olympus")))
    assert found.starts == clock_of(tuesday()) and "Mars/Olympus" in found.notes[0]


def test_a_zone_that_would_take_for_ever_is_no_zone() -> None:
    bad = END.join(["BEGIN:VTIMEZONE", "TZID:Traag", "BEGIN:STANDARD", "DTSTART:16010101T000000", "TZOFFSETFROM:+0100",
                    "TZOFFSETTO:+0100", "RRULE:FREQ=SECONDLY", "END:STANDARD", "END:VTIMEZONE"])  # fmt: skip
    begun = machine.monotonic()
    found = one(bad, entry(*from_till(tuesday(), "Traag")))
    assert machine.monotonic() - begun < 2 and "Traag" in found.notes[0]


def test_a_series_in_world_time_keeps_the_hour_of_its_first_date() -> None:
    with time_machine.travel(datetime(2026, 12, 1, 9, tzinfo=UTC), tick=False):
        found = one(
            entry(at(date(2026, 12, 8), 9, zone="UTC"), "DURATION:PT1H", "RRULE:FREQ=WEEKLY;UNTIL=20270706T093000Z",
                  at(date(2027, 1, 5), 9, zone="UTC", name="EXDATE")),
            entry(at(date(2027, 7, 6), 9, zone="UTC", name="RECURRENCE-ID"), at(date(2027, 7, 6), 11, zone="UTC"),
                  title="Koffie met taart"),
        )  # fmt: skip
    assert found.starts == datetime(2026, 12, 8, 10, 30)
    assert found.rule == "FREQ=WEEKLY;UNTIL=20270706T083000Z"
    assert found.left_out == (datetime(2027, 1, 5, 10, 30),)
    assert found.changes[0].original == datetime(2027, 7, 6, 10, 30)
    assert found.changes[0].starts == datetime(2027, 7, 6, 12, 30)
    assert "wereldtijd" in found.notes[0]


def test_a_foreign_series_that_falls_on_another_day_here_is_refused_in_words() -> None:
    found = one(entry(at(tuesday(), 1, 0, zone="Asia/Tokyo"), "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=TU"))
    assert found.errors == ("In de andere tijdzone is het dan een andere dag. Zet deze activiteit er zelf in.",)
    plain = one(entry(at(tuesday(), 1, 0, zone="Asia/Tokyo"), "DURATION:PT1H", "RRULE:FREQ=WEEKLY"))
    assert plain.starts and plain.starts.date() == tuesday() - timedelta(days=1) and not plain.errors


def test_a_whole_day_has_no_time_of_its_own() -> None:
    day = tuesday()
    found = one(entry(f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"))
    assert found.is_all_day and found.starts == clock_of(day, 0, 0) and not found.errors
    assert one(entry(f"DTSTART;VALUE=DATE:{clock.today():%Y%m%d}")).skipped == "", "what is on today has not been"
    three = one(entry(f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + timedelta(days=3):%Y%m%d}"))
    assert three.errors == ("Een activiteit duurt hooguit een dag. Maak er meer activiteiten van.",)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ((), "Er staat niet bij wanneer deze activiteit is."),
        (("DTSTART:20270230T100000",), "Deze dag of tijd kunnen wij niet lezen: “20270230T100000”."),
        (("DTSTART:20270201T250000",), "Deze dag of tijd kunnen wij niet lezen: “20270201T250000”."),
        (("DTSTART:morgen",), "Deze dag of tijd kunnen wij niet lezen: “morgen”."),
        (("DTSTART:99990101T100000",), "Dit jaar klopt niet: 9999."),
        (("DTSTART:00010101T000000Z",), "Dit jaar klopt niet: 1."),
        (("DTSTART:20270201T100000", "DTEND:20270201T090000"), "Het einde is voor het begin."),
        (("DTSTART:20270201T100000", "DURATION:-PT1H"), "Het einde is voor het begin."),
        (("DTSTART:20270201T100000", "DURATION:lang"), "Wij kunnen niet lezen hoe lang het duurt."),
        (("DTSTART:20270201T100000", "DTEND:20270203T100000"),
         "Een activiteit duurt hooguit een dag. Maak er meer activiteiten van."),
        (("DTSTART:20270201T100000", "RRULE:FREQ=SECONDLY"),
         "Een activiteit komt hooguit elke dag terug, niet elk uur of elke minuut."),
        (("DTSTART:20270201T100000", "RRULE:FREQ=MINUTELY;INTERVAL=5"),
         "Een activiteit komt hooguit elke dag terug, niet elk uur of elke minuut."),
        (("DTSTART:20270201T100000", "RRULE:FREQ=HOURLY"),
         "Een activiteit komt hooguit elke dag terug, niet elk uur of elke minuut."),
        (("DTSTART:20270201T100000", "RRULE:FREQ=DAILY;COUNT=10000"),
         "Een reeks heeft hooguit 2.000 dagen. Kies minder keren, of geen einde."),
        (("DTSTART:20270201T100000", "RRULE:FREQ=WEEKLY", "RRULE:FREQ=DAILY"),
         "Deze herhaling kunnen wij niet overnemen. Zet deze activiteit er zelf in."),
        (("DTSTART:20270201T100000", "RRULE:FREQ=SOMS"),
         "Deze herhaling kennen we niet. Kies hoe vaak de activiteit terugkomt."),
        (("DTSTART:20270201T100000", "RDATE:gisteren"), "Deze dag of tijd kunnen wij niet lezen: “gisteren”."),
    ],
)  # fmt: skip
def test_what_cannot_be_used_says_why(lines: tuple[str, ...], sentence: str) -> None:
    with time_machine.travel(datetime(2026, 11, 1, 9, tzinfo=UTC), tick=False):
        assert one(entry(*lines)).errors == (sentence,)


def test_without_a_name_it_cannot_be_used() -> None:
    assert one(entry(at(tuesday()), title="")).errors == ("Er staat niet bij hoe deze activiteit heet.",)


def test_without_an_end_it_takes_two_hours_and_says_so() -> None:
    for lines in ((at(tuesday()),), (at(tuesday()), at(tuesday(), name="DTEND"))):
        found = one(entry(*lines))
        assert found.lasts == 120 and found.notes == ("Er staat geen eindtijd bij. Wij nemen 2 uur.",)


# ---- series ------------------------------------------------------------------------------------------------------------


def test_a_series_of_years_ago_goes_on_from_today_with_the_times_that_are_left() -> None:
    begun = tuesday() - timedelta(weeks=9)
    found = one(entry(*from_till(begun), "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=10"))
    assert found.starts is not None and found.starts >= clock.local(clock.now()).replace(tzinfo=None)
    assert (found.starts.date() - begun).days % 14 == 0
    passed = (found.starts.date() - begun).days // 14
    assert found.rule == f"FREQ=WEEKLY;INTERVAL=2;COUNT={10 - passed}"
    assert found.notes == ("De dagen die al zijn geweest, slaan wij over.",)


@pytest.mark.parametrize("rule", ["", "RRULE:FREQ=WEEKLY;COUNT=3", "RRULE:FREQ=DAILY;UNTIL=20200110T000000Z"])
def test_what_has_been_is_passed_over(rule: str) -> None:
    found = one(entry(*from_till(date(2020, 1, 7)), *filter(None, [rule])))
    assert (found.skipped, found.why, found.errors) == ("past", "Dit is al geweest.", ())


def test_exceptions_are_found_in_whatever_form_they_stand() -> None:
    day = tuesday()
    weeks = [day + timedelta(weeks=n) for n in range(6)]
    found = one(
        entry(
            *from_till(day), "RRULE:FREQ=WEEKLY",
            f"EXDATE;VALUE=DATE:{weeks[1]:%Y%m%d}",
            f"{at(weeks[2], name='EXDATE')},{weeks[3]:%Y%m%d}T103000",
            f"RDATE;TZID=Europe/Amsterdam;VALUE=PERIOD:{weeks[0] + timedelta(days=1):%Y%m%dT}103000/PT1H",
        ),
        entry(at(weeks[4], name="RECURRENCE-ID"), at(weeks[4], 14, 0), "LOCATION:Tuin", "DESCRIPTION:Buiten!"),
        entry(at(weeks[5], name="RECURRENCE-ID"), at(weeks[5]), "STATUS:CANCELLED"),
    )  # fmt: skip
    assert found.left_out == tuple(clock_of(one) for one in weeks[1:4])
    assert found.extra == (clock_of(day + timedelta(days=1)),)
    moved, off = found.changes
    assert (moved.starts, moved.lasts, moved.place, moved.note) == (clock_of(weeks[4], 14, 0), 90, "Tuin", "Buiten!")
    assert off.is_cancelled and off.original == clock_of(weeks[5])


def test_a_series_that_changes_half_way_is_refused_in_words() -> None:
    later = at(tuesday(3), name="RECURRENCE-ID").replace(";", ";RANGE=THISANDFUTURE;", 1)
    found = one(entry(*from_till(tuesday()), "RRULE:FREQ=WEEKLY"), entry(later, at(tuesday(3), 14, 0)))
    assert "verandert halverwege" in found.errors[0]


def test_a_date_of_a_series_that_is_not_in_the_file_stands_by_itself() -> None:
    found = read(entry(at(tuesday(), name="RECURRENCE-ID"), *from_till(tuesday())),
                 entry(at(tuesday(2), name="RECURRENCE-ID"), *from_till(tuesday(2))))  # fmt: skip
    assert [one.starts for one in found] == [clock_of(tuesday()), clock_of(tuesday(2))]
    assert found[0].mark != found[1].mark


def test_of_the_same_activity_twice_the_newest_counts() -> None:
    found = read(
        entry(*from_till(tuesday()), "SEQUENCE:2", title="Nieuw"),
        entry(*from_till(tuesday()), "SEQUENCE:1", title="Oud"),
    )
    assert [(one.title, one.skipped) for one in found] == [("Nieuw", ""), ("Oud", "double")]


def test_what_does_not_go_on_is_passed_over() -> None:
    assert one(entry(*from_till(tuesday()), "STATUS:CANCELLED")).skipped == "cancelled"
    assert one(entry(*from_till(tuesday())), head="METHOD:CANCEL").skipped == "cancelled"


def test_a_file_full_of_rules_that_never_come_is_given_up_in_time() -> None:
    never = [entry(*from_till(tuesday()), "RRULE:FREQ=MONTHLY;BYDAY=5MO;BYMONTHDAY=1", uid=str(n)) for n in range(40)]
    begun = machine.monotonic()
    found = read(*never, entry(*from_till(tuesday()), uid="goed"))
    assert machine.monotonic() - begun < 15
    assert all(one.errors for one in found) and "te veel moeilijke herhalingen" in found[-1].errors[0]


# ---- words -------------------------------------------------------------------------------------------------------------


def test_html_becomes_its_words() -> None:
    said = (
        "<html><head><style>p{}</style></head><p>Gezellig&nbsp;&amp; <b>warm</b></p><ul><li>thee</li><li>koek</li></ul>"
    )
    assert unwrap(said + "<script>alert(1)</script>") == "Gezellig & warm\n\nthee\nkoek"
    assert unwrap("2 < 3 en 4 > 3, <3 van ons") == "2 < 3 en 4 > 3, <3 van ons"


@given(st.text())
def test_any_text_is_unwrapped(said: str) -> None:
    assert isinstance(unwrap(said + "<br>"), str)


@given(st.lists(st.sampled_from([
    "BEGIN:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR", "BEGIN:VTIMEZONE", "TZID:x", "END:VTIMEZONE",
    "DTSTART;TZID=x:20270101T100000", "DTSTART:20270101", "RRULE:FREQ=WEEKLY;UNTIL=20270301", "SUMMARY:x", "UID:a",
    "RECURRENCE-ID:20270108T100000", "EXDATE:20270108,x", " verder", "rommel", "DTEND:20270101T110000Z", "STATUS:CANCELLED",
]), max_size=14))  # fmt: skip
def test_any_lines_are_read_or_refused_in_words(lines: list[str]) -> None:
    try:
        for made in read_calendar(END.join(["BEGIN:VCALENDAR", *lines]).encode(), clock.now()):
            assert found.found(found.kept(made)) == replace(made, line=made.line)
    except FileRefused as refused:
        assert refused.sentence
