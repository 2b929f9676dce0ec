"""What somebody reads who placed too much, and what is left of what they typed."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from tests.forums.test_pace import _joined, _topic
from tests.world import World

SignedIn = Callable[[str], FlaskClient]


def test_a_refusal_keeps_what_was_typed(app: Flask, world: World, signed_in: SignedIn) -> None:
    with app.app_context():
        _joined(world, "ton", 1)
        topic = _topic(world, "nel")
    answer = signed_in("ton").post(
        f"/gesprekken/{topic}/reactie", data={"tekst": "https://a.nl " * 4 + "Mijn lange verhaal", "formulier": "x"}
    )
    assert answer.status_code == 403
    assert "3 links" in answer.text and "Mijn lange verhaal" in answer.text
