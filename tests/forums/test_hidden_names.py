"""Who stopped is nowhere by name any more, and who is called otherwise is called so everywhere: in conversations, lists,
beside them, and under what they thanked for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from community import clock
from community.accounts import actions as account_actions
from community.accounts import profile
from forums import actions
from forums.showing import ASIDE_S
from tests.world import World

Browser = Callable[[str], FlaskClient]


@pytest.fixture
def topic(app: Flask, world: World) -> int:
    """Willemijn began, Nel had the last word, and Nel, Willemijn and Henk thanked Ton."""
    with app.app_context():
        topic = actions.start_topic(
            forum_id=world.forums["lindehof"], kind="help", title="Ladder", source="Wie leent er een?", token=None,
            by=world.visitor("willemijn"),
        )  # fmt: skip
        actions.reply(topic_id=topic, source="Ik", token=None, by=world.visitor("ton"))
        actions.reply(topic_id=topic, source="Fijn", token=None, by=world.visitor("nel"))
        for key in ("nel", "willemijn", "henk"):
            actions.thank(post_id=2, by=world.visitor(key))
    return topic


def pages(browser: FlaskClient, topic: int) -> str:
    """Everything that shows who wrote, the last thing kept beside it included."""
    paths = (
        "/gesprekken",
        f"/gesprekken/{topic}?pagina=1",
        f"/gesprekken/{topic}/2/dank",
        "/vandaag",
        f"/gesprekken/{topic}/nieuw",
    )
    return "\n".join(browser.get(path).text.split("<main")[-1] for path in paths)


def test_who_stopped_is_nowhere_by_name(app: Flask, signed_in: Browser, world: World, topic: int) -> None:
    henk = signed_in("henk")
    shown = pages(henk, topic)
    assert "Nel van Dam" in shown and "Nel" in shown and "Willemijn" in shown
    with app.app_context():
        account_actions.stop(by=world.people["nel"])
        account_actions.stop(by=world.people["willemijn"])
    with time_machine.travel(clock.now(), tick=True):
        app.extensions["kept html"].asides.clear()  # as after ASIDE_S
        left = pages(henk, topic)
    assert "Nel" not in left
    assert "Willemijn" not in left
    assert "oud-bewoner gaf antwoord" in left


def test_who_comes_back_is_there_again(app: Flask, signed_in: Browser, world: World, topic: int) -> None:
    with app.app_context():
        account_actions.stop(by=world.people["nel"])
        account_actions.come_back(world.people["nel"])
    shown = pages(signed_in("ton"), topic)
    assert "Nel gaf antwoord" in shown
    assert "Nel, Willemijn en Henk bedanken" in shown


def test_another_name_stands_under_what_was_thanked_for(
    app: Flask, signed_in: Browser, world: World, topic: int
) -> None:
    ton = signed_in("ton")
    assert "Nel, Willemijn en Henk bedanken" in pages(ton, topic)
    with app.app_context():
        profile.call("Petronella van Dam", "Petra", None, by=world.people["nel"])
    assert "Petra, Willemijn en Henk bedanken" in pages(ton, topic)


def test_what_is_kept_beside_a_conversation_is_made_anew_now_and_then() -> None:
    assert 0 < ASIDE_S <= 10


def test_the_form_of_another_conversation_is_said_here_too(
    app: Flask, signed_in: Browser, world: World, topic: int
) -> None:
    ton = signed_in("ton")
    with app.app_context():
        other = actions.start_topic(
            forum_id=world.forums["lindehof"],
            kind="help",
            title="Boor",
            source="Wie?",
            token="zelfde",
            by=world.visitor("ton"),
        )
    for _ in range(2):
        sent = ton.post(f"/gesprekken/{topic}/reactie", data={"tekst": "Hier ook", "formulier": "zelfde"})
        assert sent.status_code == 303
    assert ton.get(f"/gesprekken/{topic}?pagina=1").text.count("Hier ook") >= 1
    assert ton.get(f"/gesprekken/{other}").status_code == 200
