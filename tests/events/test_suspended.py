"""A suspension is about writing: who is suspended comes, waits, helps and signs off like anybody else, and leaves no
remark, asks no question and organises nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community import clock
from events import rota
from tests.authorisation.things_rooms import a_duty
from tests.community.moderation.deeds import a_quarrel, decided, reported
from tests.events.gatherings import a_date, date_of, units
from tests.events.planned import states
from tests.events.real_forms import form_of
from tests.world import World

Browser = Callable[[str], FlaskClient]
SENTENCE = "niets schrijven. Aanmelden kan wel: laat dit leeg."


@pytest.fixture
def date(app: Flask, world: World) -> int:
    """An activity of Nel's, and Ton is suspended for a week."""
    with app.app_context():
        decided(
            world, reported(world, a_quarrel(world)), what="suspend", until=clock.today() + timedelta(days=7)
        )  # fmt: skip
        return a_date(world, host="nel")


def test_who_is_suspended_signs_up_and_off(app: Flask, world: World, signed_in: Browser, date: int) -> None:
    ton, address = signed_in("ton"), f"/agenda/{date}/antwoord"
    typed = form_of(ton.get(address).text, address)
    assert ton.post(address, data={**typed, "met": "1", "antwoord": "ja"}).status_code == 303
    with app.app_context():
        assert states(date)[world.people["ton"]] == "confirmed" and date_of(date).coming == 2
    assert ton.post(address, data={"antwoord": "nee"}).status_code == 303
    with app.app_context():
        assert states(date)[world.people["ton"]] == "withdrawn"


def test_the_form_has_no_field_for_words_and_a_remark_is_refused_with_all_that_was_typed(
    app: Flask, world: World, signed_in: Browser, date: int
) -> None:
    address = f"/agenda/{date}/antwoord"
    page = signed_in("ton").get(address)
    assert page.status_code == 200 and 'id="opmerking"' not in page.text and 'name="opmerking"' in page.text
    assert 'id="opmerking"' in signed_in("henk").get(address).text
    typed = {"antwoord": "ja", "met": "1", "gast-1": "Jan de Vries", "opmerking": "Nel is een ezel."}
    answer = signed_in("ton").post(address, data=typed)
    assert answer.status_code == 422 and SENTENCE in answer.text
    assert "Nel is een ezel." in answer.text and "Jan de Vries" in answer.text
    with app.app_context():
        assert units(date) == []


def test_who_is_suspended_helps_and_says_that_they_cannot(
    app: Flask, world: World, signed_in: Browser, date: int
) -> None:
    with app.app_context():
        duty = a_duty(date_of(date).event_id)
    ton = signed_in("ton")
    assert "Dit doe ik" in ton.get(f"/agenda/{date}", follow_redirects=True).text
    assert ton.post(f"/agenda/{date}/taken/{duty}").status_code == 303
    with app.app_context():
        assert rota.turns_of(world.people["ton"], date) == ["koffie zetten"]
    assert ton.post(f"/agenda/{date}/taken/{duty}", data={"doe": "stop"}).status_code == 303
    with app.app_context():
        assert rota.turns_of(world.people["ton"], date) == []


def test_who_is_suspended_asks_nothing_and_organises_nothing(
    app: Flask, world: World, signed_in: Browser, date: int
) -> None:
    ton = signed_in("ton")
    page = ton.get(f"/agenda/{date}", follow_redirects=True).text
    assert f'action="/agenda/{date}/vraag"' not in page
    assert f'action="/agenda/{date}/vraag"' in signed_in("henk").get(f"/agenda/{date}", follow_redirects=True).text
    answer = ton.post(f"/agenda/{date}/vraag", data={"vraag": "Is er koek?"})
    assert answer.status_code == 403 and "Is er koek?" in answer.text
    answer = ton.get("/agenda/nieuw")
    assert answer.status_code == 403 and "niets organiseren" in answer.text
