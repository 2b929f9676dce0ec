"""Making an activity: the form forgives, "Klopt het?" shows what neighbours will read, and what was typed is never lost."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from community import clock, db
from events import bookings, drafts, forms, offering
from events.arranged import EventDraft, Room
from events.models import Event, Occurrence
from tests.pictures import photo
from tests.world import World

Browser = Callable[[str], FlaskClient]
FETCH = {"X-Requested-With": "fetch"}
# A Monday.
NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
COFFEE = {"titel": "Koffie in de hal", "dag": "donderdag", "tijd": "half elf", "tot": "12 uur", "zaal": "anders",
          "plek": "in de hal", "voor": "0", "gebouw": "lindehof", "formulier": "een-keer"}  # fmt: skip


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def hall(app: Flask, world: World) -> int:
    """A room in the Lindehof."""

    @db.action
    def make() -> int:
        room = Room(building_id=world.buildings["lindehof"], name="Grote zaal", floor="begane grond", seats=40)
        db.session().add(room)
        db.session().flush()
        return room.id

    with app.app_context():
        return make()


def send(browser: FlaskClient, **more: str) -> TestResponse:
    """Fill in the form and press "Bekijk het eerst"."""
    return browser.post("/agenda/nieuw", data={**COFFEE, **more})


def place(browser: FlaskClient, **more: Any) -> TestResponse:
    """Say that it is right."""
    return browser.post("/agenda/nieuw/klopt", data={"formulier": "een-keer", **more})


def events() -> list[Event]:
    return list(db.session().scalars(select(Event)))


def dates() -> list[Occurrence]:
    return list(db.session().scalars(select(Occurrence).order_by(Occurrence.starts_at)))


# ---- from the form to the calendar -----------------------------------------------------------------------------------


def test_what_was_typed_is_shown_as_neighbours_will_read_it_and_then_stands_in_the_calendar(
    app: Flask, signed_in: Browser
) -> None:
    nel = signed_in("nel")
    answer = send(nel, kosten="2,50", plaatsen="twintig")
    assert answer.status_code == 303 and answer.location == "/agenda/nieuw/klopt"
    shown = nel.get(answer.location).text
    for words in (
        "Koffie in de hal",
        "donderdag 12 maart",
        "10.30 tot 12.00 uur",
        "in de hal",
        "€\u00a02,50",
        "20 plaatsen",
    ):
        assert words in shown
    assert 'href="/agenda/nieuw#dag"' in shown
    with app.app_context():
        assert not events()
    placed = place(nel)
    assert placed.status_code == 303
    with app.app_context():
        (event,) = events()
        (row,) = dates()
        assert placed.location == f"/agenda/{row.id}"
        assert (event.title, event.start_on, event.start_at) == ("Koffie in de hal", date(2026, 3, 12), time(10, 30))
        assert (event.lasts, event.cents, event.capacity, event.kind) == (90, 250, 20, "coffee")
        assert db.session().scalar(select(EventDraft)) is None


def test_pressed_twice_it_stands_there_once(app: Flask, signed_in: Browser) -> None:
    nel = signed_in("nel")
    send(nel)
    first, second = place(nel), place(nel)
    assert first.location == second.location
    with app.app_context():
        assert len(events()) == 1


def test_nothing_to_look_at_leads_back_to_the_form(signed_in: Browser) -> None:
    nel = signed_in("nel")
    assert nel.get("/agenda/nieuw/klopt").location == "/agenda/nieuw"
    assert place(nel).location == "/agenda/nieuw"


def test_a_series_shows_its_first_dates_and_how_many_more(app: Flask, signed_in: Browser) -> None:
    nel = signed_in("nel")
    send(nel, herhaling="week", keren="14", feestdagen="ja")
    shown = nel.get("/agenda/nieuw/klopt").text
    assert "elke donderdag, 14 keer, niet op feestdagen" in shown
    # Ascension Day is a Thursday of 2026: the series is a date short.
    assert "En nog 3 keer." in shown and shown.count('name="niet"') == 10
    place(nel)
    with app.app_context():
        days = [clock.local(row.starts_at).date() for row in dates()]
        assert len(days) == 13 and date(2026, 5, 14) not in days


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"herhaling": "maand"}, "elke tweede donderdag van de maand"),
        ({"herhaling": "maand-laatste"}, "elke laatste donderdag van de maand"),
        ({"herhaling": "week", "dagen": "1"}, "elke dinsdag en donderdag"),
        ({"herhaling": "twee-weken"}, "om de week op donderdag"),
        ({"herhaling": "week", "einde": "30 april"}, "tot en met donderdag 30 april"),
        ({"herhaling": "werkdag"}, "elke werkdag"),
        ({"dag": "elke dinsdag"}, "elke dinsdag"),
        ({"dag": "elke dinsdag", "herhaling": "twee-weken"}, "om de week op dinsdag"),
    ],
)
def test_how_often_is_said_in_words(signed_in: Browser, asked: dict[str, str], words: str) -> None:
    nel = signed_in("nel")
    assert send(nel, **asked).status_code == 303
    assert words in nel.get("/agenda/nieuw/klopt").text


def test_something_small_is_asked_with_three_places(app: Flask, signed_in: Browser) -> None:
    henk = signed_in("henk")
    page = henk.get("/agenda/wie-gaat-er-mee").text
    assert 'name="plaatsen"' in page and 'value="3"' in page and "herhaling" not in page
    answer = henk.post("/agenda/nieuw", data={"klein": "ja", "titel": "Wandelen", "dag": "morgen", "tijd": "half drie",
        "zaal": "anders", "plek": "bij de voordeur", "plaatsen": "3", "formulier": "f", "gebouw": "lindehof"})  # fmt: skip
    assert answer.status_code == 303
    assert 'href="/agenda/wie-gaat-er-mee#dag"' in henk.get(answer.location).text
    place(henk, formulier="f")
    with app.app_context():
        (event,) = events()
        assert (event.kind, event.capacity) == ("small", 3)


# ---- what cannot be --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"titel": " "}, "Wat gaat u doen?"),
        ({"titel": "x" * 121}, "Deze naam is te lang"),
        ({"dag": "30 februari"}, "30 februari bestaat niet"),
        ({"dag": "1 januari"}, "Bedoelt u 2027?"),
        ({"dag": "ooit"}, "kennen wij niet"),
        ({"tijd": "25:00"}, "‘25:00’ bestaat niet"),
        ({"tijd": "14.30", "tot": "13.00"}, "Het einde komt na het begin"),
        ({"plek": ""}, "Waar is het?"),
        ({"zaal": "99999"}, "Deze zaal is er niet meer"),
        ({"plaatsen": "veel"}, "Schrijf hier een getal"),
        ({"plaatsen": "4", "minimum": "8"}, "Er moeten minstens 8 mensen komen"),
        ({"kosten": "duur"}, "Schrijf wat het kost"),
        ({"loten": "ja"}, "Loten kan als"),
        ({"herhaling": "week", "einde": "morgen"}, "ligt voor de eerste"),
        ({"herhaling": "week", "keren": "10000"}, "heel veel keren"),
        ({"herhaling": "week", "keren": "4", "einde": "1 juli"}, "Niet allebei"),
        ({"tekst": "x" * 3001}, "1 letters te lang"),
        ({"taken": "\n".join(str(n) for n in range(13))}, "per regel één taak"),
    ],
)
def test_each_wrong_thing_gets_a_sentence_and_nothing_typed_is_lost(
    app: Flask, signed_in: Browser, typed: dict[str, str], sentence: str
) -> None:
    nel = signed_in("nel")
    answer = send(nel, meenemen="een bord", **typed)
    assert answer.status_code == 422
    assert sentence in answer.text and "<title>Fout:" in answer.text
    assert 'value="een bord"' in answer.text and '<details class="more" open>' in answer.text
    for name, value in typed.items():
        if name not in ("zaal", "loten", "herhaling", "titel"):
            assert value in answer.text
    with app.app_context():
        assert not events()
    # Kept without script: it is there when one comes back.
    assert 'value="een bord"' in nel.get("/agenda/nieuw").text


def test_a_guess_is_taken_over_with_one_button(signed_in: Browser) -> None:
    nel = signed_in("nel")
    refused = send(nel, dag="30 februari").text
    assert 'value="dag=28-2-2027"' in refused and 'value="dag=1-3-2027"' in refused
    answer = send(nel, dag="30 februari", neem="dag=1-3-2027")
    assert answer.status_code == 303
    assert "maandag 1 maart 2027" in nel.get(answer.location).text


def test_half_past_eight_in_the_morning_is_asked(app: Flask, signed_in: Browser) -> None:
    nel = signed_in("nel")
    send(nel, tijd="half negen", tot="")
    shown = nel.get("/agenda/nieuw/klopt").text
    assert "8.30 tot 10.30 uur (’s ochtends)" in shown and 'value="tijd=20.30"' in shown
    assert place(nel, neem="tijd=20.30").location == "/agenda/nieuw/klopt"
    shown = nel.get("/agenda/nieuw/klopt").text
    assert "20.30 tot 22.30 uur" in shown and "Bedoelt u" not in shown


def test_next_thursday_is_said_of_two_days_and_asked(signed_in: Browser) -> None:
    nel = signed_in("nel")
    send(nel, dag="volgende donderdag")
    shown = nel.get("/agenda/nieuw/klopt").text
    assert "donderdag 19 maart" in shown and 'value="dag=12-3-2026"' in shown


# ---- rooms -----------------------------------------------------------------------------------------------------------


def test_who_has_the_room_is_shown_and_one_chooses(app: Flask, world: World, signed_in: Browser, hall: int) -> None:
    with app.app_context():
        begins = datetime(2026, 3, 12, 8, 0, tzinfo=UTC)
        bookings.book(hall, begins, begins + timedelta(hours=3), purpose="Verjaardag", by=world.visitor("ton"))
    nel = signed_in("nel")
    assert send(nel, zaal=str(hall), plek="").status_code == 303
    shown = nel.get("/agenda/nieuw/klopt").text
    assert "De zaal is dan al bezet" in shown and "Verjaardag" in shown and "Ton" in shown
    refused = place(nel)
    assert refused.status_code == 422 and "Verjaardag" in refused.text
    with app.app_context():
        assert not events()
    assert place(nel, bezet="toch", ergens="in de tuin").status_code == 303
    with app.app_context():
        (row,) = dates()
        assert (row.room_id, row.place) == (None, "in de tuin")


def test_a_free_room_is_booked(app: Flask, signed_in: Browser, hall: int) -> None:
    nel = signed_in("nel")
    send(nel, zaal=str(hall))
    shown = nel.get("/agenda/nieuw/klopt").text
    assert "Grote zaal, begane grond" in shown and "al bezet" not in shown
    place(nel)
    with app.app_context():
        (row,) = dates()
        assert bookings.clash_of(hall, row.starts_at, row.ends_at) is not None


# ---- what waits ------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_for_another_device_and_thrown_away_when_asked(app: Flask, signed_in: Browser) -> None:
    nel = signed_in("nel")
    answer = nel.post("/agenda/nieuw/bewaar", data={"titel": "Bin", "kosten": "€ 2"}, headers=FETCH)
    assert answer.status_code == 200 and answer.headers["X-Draft"] and "Bewaard" in answer.text
    tablet = signed_in("nel")
    shown = tablet.get("/agenda/nieuw").text
    assert 'value="Bin"' in shown and "U was hier nog mee bezig" in shown and 'value="€ 2"' in shown
    assert 'value="Bin"' not in signed_in("ton").get("/agenda/nieuw").text
    tablet.post("/agenda/nieuw/weg")
    assert 'value="Bin"' not in tablet.get("/agenda/nieuw").text
    tablet.post("/agenda/nieuw/terug")
    assert 'value="Bin"' in tablet.get("/agenda/nieuw").text
    with app.app_context(), time_machine.travel(NOW + timedelta(days=31)):
        drafts.forget()
        assert db.session().scalar(select(EventDraft)) is None


def test_a_last_word_of_the_script_does_not_bring_back_what_was_planned(app: Flask, signed_in: Browser) -> None:
    nel = signed_in("nel")
    send(nel)
    place(nel)
    answer = nel.post("/agenda/nieuw/bewaar", data=COFFEE, headers=FETCH)
    assert answer.status_code == 200 and not answer.headers["X-Draft"]
    with app.app_context():
        assert db.session().scalar(select(EventDraft)) is None


def test_a_copy_has_everything_but_the_day(app: Flask, signed_in: Browser) -> None:
    nel = signed_in("nel")
    send(nel, kosten="6", taken="koffie zetten 2", herhaling="week", dagen="1")
    number = place(nel).location.rsplit("/", 1)[1]
    shown = nel.get(f"/agenda/nieuw?kopie={number}").text
    assert 'value="Koffie in de hal"' in shown and 'value="€ 6"' in shown and "koffie zetten 2" in shown
    assert 'id="dag" name="dag" type="text" value=""' in shown
    assert '<option value="week" selected>' in shown
    # Of another building it is no copy, but the empty form.
    assert "Koffie in de hal" not in signed_in("bas").get(f"/agenda/nieuw?kopie={number}").text.replace(
        "‘Koffie in de hal’", ""
    )


# ---- the photo -------------------------------------------------------------------------------------------------------


def bring(browser: FlaskClient, raw: bytes, name: str = "taart.jpg", **more: str) -> TestResponse:
    return browser.post("/agenda/nieuw", data={**COFFEE, "bestand": (io.BytesIO(raw), name), **more})


def test_a_photo_hangs_on_what_is_written_and_then_on_the_activity(app: Flask, signed_in: Browser) -> None:
    nel = signed_in("nel")
    assert bring(nel, photo(), alt="Een taart").status_code == 303
    assert nel.get("/agenda/nieuw/foto-640").status_code == 200
    assert signed_in("ton").get("/agenda/nieuw/foto-640").status_code == 404
    assert "sandbox" in nel.get("/agenda/nieuw/foto-640").headers["Content-Security-Policy"]
    place(nel)
    with app.app_context():
        (event,) = events()
        assert event.photo_alt == "Een taart"
        assert event.photo and event.photo in drafts.photos("0", "g")


def test_what_is_no_photo_is_refused_in_words_and_the_rest_is_kept(signed_in: Browser) -> None:
    nel = signed_in("nel")
    answer = bring(nel, b"geen foto", kosten="€ 3")
    assert answer.status_code == 422 and 'href="#bestand"' in answer.text and 'value="€ 3"' in answer.text


def test_a_photo_is_taken_off_again(signed_in: Browser) -> None:
    nel = signed_in("nel")
    bring(nel, photo())
    assert 'src="/agenda/nieuw/foto-640"' in nel.get("/agenda/nieuw").text
    answer = nel.post("/agenda/nieuw", data={**COFFEE, "foto": "weg"})
    assert answer.status_code == 200 and "foto-640" not in answer.text


# ---- who may ---------------------------------------------------------------------------------------------------------


def test_a_resident_plans_for_their_own_building_and_the_committee_for_strangers_too(
    app: Flask, signed_in: Browser
) -> None:
    henk = signed_in("henk")
    assert "openbaar" not in henk.get("/agenda/nieuw").text
    send(henk, gebouw="baken", openbaar="ja", voor="2", wie="1")
    place(henk)
    with app.app_context():
        (event,) = events()
        assert (event.is_public, event.seen_by) == (False, 0)
        assert event.host_id == event.created_by_id
    nel = signed_in("nel")
    assert "openbaar" in nel.get("/agenda/nieuw").text
    send(nel, openbaar="ja", voor="2", formulier="twee")
    place(nel, formulier="twee")
    with app.app_context():
        assert [(one.is_public, one.seen_by) for one in events()][1:] == [(True, 2)]


def test_what_is_written_of_an_activity_is_read_back_as_the_same_plan(
    app: Flask, world: World, signed_in: Browser
) -> None:
    nel = signed_in("nel")
    send(nel, herhaling="maand", kosten="gratis", plaatsen="12", minimum="4", opgeven="1440", loten="ja", gasten="1",
         taken="koffie zetten 2\nafwassen", meenemen="een bord", tekst="Gezellig.\n\nKom ook.", vakantie="midden")  # fmt: skip
    place(nel)
    with app.app_context():
        (event,) = events()
        visitor = world.visitor("nel")
        offer = offering.offer(visitor, "lindehof")
        assert offer is not None
        from events.views_planning import duties_of

        again = forms.read(
            forms.written(event, duties_of(event.id), "lindehof"), offer, person_id=visitor.person_id, event=event
        ).plan
        for name in ("title", "start_on", "start_at", "lasts", "cents", "capacity", "minimum", "closes_before", "by_draw",
                     "guests_max", "bring", "source", "place", "kind", "skips_school_holidays", "rrule"):  # fmt: skip
            assert getattr(again, name) == getattr(event, name), name
        assert again.duties == (("koffie zetten", 2), ("afwassen", 1))
