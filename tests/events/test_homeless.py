"""A date that cannot have its room: the host hears it, sees who has it, and chooses another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community import clock
from events import bookings, changing, leaving, rolling
from events.models import Occurrence
from tests.events.planned import TUESDAYS, a_room, dates_of, mails, party, put, taken_away
from tests.events.real_forms import form_of
from tests.world import World

Browser = Callable[[str], FlaskClient]


def rolled_into_a_party(world: World, monkeypatch: pytest.MonkeyPatch, by: str = "nel") -> Occurrence:
    """A series of which one new date found Ton's party in its room; that date."""
    rolling.current_app.extensions["not rolled"].clear()
    room = a_room(world)
    key = put(world, by=by, rule=TUESDAYS, room_id=room)
    last = dates_of(key)[-1].starts_at + timedelta(days=7)
    bookings.book(room, last - timedelta(hours=2), last + timedelta(hours=3), purpose="Feest", by=world.visitor("ton"))
    later = clock.now() + timedelta(days=60)
    monkeypatch.setattr(clock, "now", lambda: later)
    rolling.roll_forward()
    return next(row for row in dates_of(key) if row.room_id is None)


def test_the_host_hears_which_new_dates_have_no_room_and_who_has_it(
    context: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    homeless = rolled_into_a_party(world, monkeypatch)
    (letter,) = mails()
    assert letter.to_address == "nel@example.nl"
    assert letter.subject == "Nog geen zaal: Koffie in de hal, 1 dag"
    for said in ("al bezet: Feest (Ton)", f"/agenda/{homeless.id}"):
        assert said in letter.text and said in letter.html
    rolling.roll_forward()
    assert len(mails()) == 1


def test_where_the_host_is_gone_the_committee_hears_it(
    context: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = a_room(world)
    put(world, by="ton", rule=TUESDAYS, room_id=room)
    world.move_out("ton")
    leaving.init_app(context)
    taken_away(room)
    later = clock.now() + timedelta(days=60)
    monkeypatch.setattr(clock, "now", lambda: later)
    rolling.current_app.extensions["not rolled"].clear()
    rolling.roll_forward()
    (letter,) = mails()
    assert letter.to_address == "nel@example.nl" and "De zaal is er niet meer." in letter.text


def test_a_series_that_has_its_room_brings_no_letter(
    context: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(world, rule=TUESDAYS, room_id=a_room(world))
    later = clock.now() + timedelta(days=60)
    monkeypatch.setattr(clock, "now", lambda: later)
    rolling.current_app.extensions["not rolled"].clear()
    assert rolling.roll_forward() == 1
    assert mails() == []


def test_the_page_says_who_has_the_room_and_the_host_chooses_another(
    app: Flask, world: World, signed_in: Browser
) -> None:
    with app.app_context():
        room, other = a_room(world), a_room(world, "Bibliotheek")
        rows = dates_of(put(world, rule=TUESDAYS, room_id=room))
        number = rows[0].id
        changing.skip_date(number, "", by=world.visitor("nel"))
        party(world, room, rows[0])
        changing.restore_date(number, despite_clashes=True, by=world.visitor("nel"))
    page = signed_in("nel").get(f"/agenda/{number}", follow_redirects=True).text
    assert "Deze dag heeft nog geen plek" in page and "al bezet: Feest (Ton)" in page
    assert f"/agenda/{number}/wijzig?wat=datum#zaal" in page and f"/agenda/{number}/afzeggen" in page
    assert "Deze dag heeft nog geen plek" not in signed_in("henk").get(f"/agenda/{number}", follow_redirects=True).text
    address = f"/agenda/{number}/wijzig"
    typed = form_of(signed_in("nel").get(f"{address}?wat=datum").text, address)
    assert typed["opmerking"] == "De zaal is dan bezet. De plek volgt nog."
    answer = signed_in("nel").post(address, data={**typed, "zaal": str(other)})
    assert answer.status_code == 303
    page = signed_in("henk").get(f"/agenda/{number}", follow_redirects=True).text
    assert "Bibliotheek" in page and "De plek volgt nog" not in page
