"""An activity whose host is gone says so on its page, and who organises there chooses another."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from events import changing
from tests.events.planned import TUESDAYS, coffee, dates_of, put
from tests.world import World

Browser = Callable[[str], FlaskClient]
NOBODY, CHOOSE = "Hier is nu niemand voor", "Kies wie het overneemt"


def test_the_page_says_that_nobody_is_host_until_somebody_is(app: Flask, world: World, signed_in: Browser) -> None:
    with app.app_context():
        key = put(world, by="ton", rule=TUESDAYS)
        date = dates_of(key)[0].id

    def page(who: str) -> str:
        return signed_in(who).get(f"/agenda/{date}", follow_redirects=True).text

    assert NOBODY not in page("nel")
    with app.app_context():
        world.move_out("ton")
    assert NOBODY in page("nel") and CHOOSE in page("nel")
    assert f"/agenda/{date}/wijzig?wat=alles#wie" in page("nel")
    assert NOBODY in page("henk") and CHOOSE not in page("henk")
    with app.app_context():
        changing.change_series(key, coffee(world, rule=TUESDAYS), by=world.visitor("nel"))
    assert NOBODY not in page("nel") and NOBODY not in page("henk")
