"""A date goes on after all, is moved or added, and its room went to somebody else or is gone: one is asked where."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community import clock, db
from events import bookings, changing
from events.models import Occurrence
from tests.events.planned import TUESDAYS, a_room, coffee, come, dates_of, mails, party, put, taken_away
from tests.world import World

Browser = Callable[[str], FlaskClient]


def a_date_whose_room_went(app: Flask, world: World) -> tuple[int, int]:
    """(a date that was not to go on and whose room Ton has now, another room)."""
    with app.app_context():
        room, other = a_room(world), a_room(world, "Bibliotheek")
        row = dates_of(put(world, rule=TUESDAYS, room_id=room))[0]
        come(world, row, "moira")
        changing.skip_date(row.id, "Nel is ziek.", by=world.visitor("nel"))
        party(world, room, row)
        return row.id, other


def it(app: Flask, number: int) -> tuple[bool, int | None, str]:
    """(whether it goes on, its room, its place)"""
    with app.app_context():
        row = db.session().get_one(Occurrence, number, populate_existing=True)
        return row.cancelled_at is None, row.room_id, row.place


def test_who_restores_a_date_whose_room_went_is_asked_where(app: Flask, world: World, signed_in: Browser) -> None:
    number, other = a_date_whose_room_went(app, world)
    nel = signed_in("nel")
    answer = nel.post(f"/agenda/{number}/herstel")
    assert answer.status_code == 422
    assert "al bezet: Feest (Ton)" in answer.text and "Kies waar u het doet." in answer.text
    assert f'value="{other}"' in answer.text and "Grote zaal</b>" not in answer.text, "only what is free then"
    assert not it(app, number)[0]
    answer = nel.post(f"/agenda/{number}/herstel", data={"zaal": str(other)})
    assert answer.status_code == 303 and it(app, number) == (True, other, "")
    with app.app_context():
        letter = mails()[-1]
        assert letter.to_address == "moira@example.nl"
        assert "Deze activiteit gaat toch door. De plek is nu: Bibliotheek." in letter.text


@pytest.mark.parametrize("place", ["de tuin", ""])
def test_it_goes_on_without_a_room_too(app: Flask, world: World, signed_in: Browser, place: str) -> None:
    number, _other = a_date_whose_room_went(app, world)
    answer = signed_in("nel").post(f"/agenda/{number}/herstel", data={"zaal": "anders", "plek": place})
    assert answer.status_code == 303 and it(app, number) == (True, None, place)
    page = signed_in("henk").get(f"/agenda/{number}", follow_redirects=True).text
    assert (place or "De plek volgt nog") in page


def test_a_room_that_was_taken_while_one_chose_is_said_and_what_was_typed_stays(
    app: Flask, world: World, signed_in: Browser
) -> None:
    number, other = a_date_whose_room_went(app, world)
    with app.app_context():
        party(world, other, db.session().get_one(Occurrence, number), by="henk")
    typed = {"zaal": str(other), "plek": "of anders de tuin"}
    answer = signed_in("nel").post(f"/agenda/{number}/herstel", data=typed)
    assert answer.status_code == 422 and "al bezet: Feest (Henk)" in answer.text
    assert 'value="of anders de tuin"' in answer.text
    too_long = signed_in("nel").post(f"/agenda/{number}/herstel", data={"zaal": "anders", "plek": "x" * 121})
    assert too_long.status_code == 422 and "Dit is te lang." in too_long.text and "x" * 121 in too_long.text
    for nonsense in ("99999", "²", "9" * 30):
        answer = signed_in("nel").post(f"/agenda/{number}/herstel", data={"zaal": nonsense})
        assert answer.status_code == 422 and "Waar gaat het dan door?" in answer.text


def test_a_room_that_is_gone_is_said_too(app: Flask, world: World, signed_in: Browser) -> None:
    with app.app_context():
        room = a_room(world)
        row = dates_of(put(world, rule=TUESDAYS, room_id=room))[0]
        changing.skip_date(row.id, "", by=world.visitor("nel"))
        taken_away(room)
    answer = signed_in("nel").post(f"/agenda/{row.id}/herstel")
    assert answer.status_code == 422 and "Deze zaal is er niet meer. Kies een andere plek." in answer.text
    assert signed_in("nel").post(f"/agenda/{row.id}/herstel", data={"zaal": "anders"}).status_code == 303
    assert it(app, row.id) == (True, None, "")


def test_a_date_is_moved_or_added_all_the_same_where_the_room_is_taken(
    app: Flask, world: World, signed_in: Browser
) -> None:
    with app.app_context():
        room = a_room(world)
        row = dates_of(put(world, rule=TUESDAYS, room_id=room))[0]
        there = row.starts_at + timedelta(days=1)
        bookings.book(room, there, there + timedelta(hours=2), purpose="Feest", by=world.visitor("ton"))
    when = {"dag": f"{clock.local(there):%d-%m-%Y}", "tijd": "10.30"}
    for deed in ("verzet", "erbij"):
        answer = signed_in("nel").post(f"/agenda/{row.id}/{deed}", data=when)
        assert answer.status_code == 422 and "al bezet: Feest (Ton)" in answer.text and 'name="bezet"' in answer.text
        answer = signed_in("nel").post(f"/agenda/{row.id}/{deed}", data={**when, "bezet": "toch", "ergens": "de tuin"})
        assert answer.status_code == 303, deed
        made = int(answer.headers["Location"].rsplit("/", 1)[-1])
        assert it(app, made) == (True, None, "de tuin")
        if deed == "verzet":
            with app.app_context():
                back = coffee(world).start_at
                assert clock.local(db.session().get_one(Occurrence, made).starts_at).time() == back
                changing.skip_date(made, "", by=world.visitor("nel"))
