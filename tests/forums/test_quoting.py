"""A reply goes back to what somebody said. Its words are those of the post as it is now: nothing of what was changed,
withdrawn or hidden stays behind in a quote, and nobody reads in it whom they do not want to read."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community import clock, db
from community.accounts import actions as account_actions
from community.accounts import profile
from community.moderation.models import Block
from forums import actions, quoting
from forums.models import Post
from tests.world import World

Browser = Callable[[str], FlaskClient]


@pytest.fixture
def topic(app: Flask, world: World) -> int:
    """Nel said something about the geranium (2), and Ton goes back to it (3)."""
    with app.app_context():
        topic = actions.start_topic(
            forum_id=world.forums["lindehof"], kind="help", title="Balkon", source="Wie weet raad?", token=None,
            by=world.visitor("ton"),
        )  # fmt: skip
        actions.reply(topic_id=topic, source="Mijn geranium **bloeit**", token=None, by=world.visitor("nel"))
        actions.reply(topic_id=topic, source="Hoe dan?", token=None, by=world.visitor("ton"), quotes=2)
    return topic


def post(browser: FlaskClient, topic: int, number: int) -> str:
    return browser.get(f"/gesprekken/{topic}/nieuw?nummer={number}").text


def post_id(number: int) -> int:
    return db.session().scalars(select(Post.id).where(Post.number == number)).one()


def test_the_quote_stands_above_the_reply_and_leads_to_the_post(signed_in: Browser, topic: int) -> None:
    html = post(signed_in("henk"), topic, 3)
    card = html.split('class="cited"')[1].split("</a>")[0]
    assert "Nel" in card and "Mijn geranium bloeit" in card and f'href="/gesprekken/{topic}/2"' in card
    assert "Hoe dan?" in html


def test_somebody_quotes_through_the_form(signed_in: Browser, topic: int) -> None:
    henk = signed_in("henk")
    assert f'href="/gesprekken/{topic}?citaat=2#reageer"' in post(henk, topic, 2)
    form = henk.get(f"/gesprekken/{topic}?citaat=2", follow_redirects=True).text.split('id="reageer"')[1]
    assert '<input type="hidden" name="citaat" value="2">' in form and "Mijn geranium bloeit" in form
    # A refused form still goes back to it; so does what was kept.
    again = henk.post(f"/gesprekken/{topic}/reactie", data={"tekst": "", "citaat": "2"})
    assert again.status_code == 422 and 'name="citaat" value="2"' in again.text
    henk.post(f"/concept/topic-{topic}", data={"tekst": "Ik", "citaat": "2"}, headers={"X-Requested-With": "fetch"})
    kept = henk.get(f"/gesprekken/{topic}", follow_redirects=True).text
    assert 'name="citaat" value="2"' in kept
    henk.post(f"/gesprekken/{topic}/reactie", data={"tekst": "Ik ook", "citaat": "2"})
    assert "Mijn geranium bloeit" in post(henk, topic, 4)


@pytest.mark.parametrize("asked", ["0", "99", "-1", "x", "²", "9" * 30, "2; DROP"])
def test_what_cannot_be_quoted_is_no_quote(app: Flask, signed_in: Browser, topic: int, asked: str) -> None:
    henk = signed_in("henk")
    assert henk.get(f"/gesprekken/{topic}?citaat={asked}", follow_redirects=True).status_code == 200
    henk.post(f"/gesprekken/{topic}/reactie", data={"tekst": "Dag", "citaat": asked})
    with app.app_context():
        assert db.session().scalars(select(Post.quoted_id).where(Post.number == 4)).one() is None


def test_a_quote_follows_a_change_at_once(app: Flask, world: World, signed_in: Browser, topic: int) -> None:
    henk = signed_in("henk")
    assert "geranium" in post(henk, topic, 3)
    with app.app_context():
        actions.edit(post_id=post_id(2), source="Mijn begonia", by=world.visitor("nel"))
    assert "begonia" in post(henk, topic, 3) and "geranium" not in post(henk, topic, 3)
    with app.app_context():
        actions.withdraw(post_id=post_id(2), by=world.visitor("nel"))
    html = post(henk, topic, 3)
    assert "begonia" not in html and "Antwoord op een reactie die is weggehaald." in html
    assert "begonia" not in henk.get(f"/gesprekken/{topic}?citaat=2", follow_redirects=True).text
    with app.app_context():
        actions.restore(post_id=post_id(2), by=world.visitor("nel"))
    assert "begonia" in post(henk, topic, 3)


def test_a_hidden_post_is_nowhere_quoted(app: Flask, signed_in: Browser, topic: int) -> None:
    henk = signed_in("henk")
    assert "geranium" in post(henk, topic, 3)

    @db.action
    def hide() -> None:
        held = db.session().get_one(Post, post_id(2))
        held.hidden_at = clock.now()
        held.version += 1
        db.session().flush()
        quoting.renew(held.id)

    with app.app_context():
        hide()
    assert "geranium" not in post(henk, topic, 3)
    assert (
        "geranium" not in henk.get(f"/gesprekken/{topic}?citaat=2", follow_redirects=True).text.split('id="reageer"')[1]
    )


def test_whom_one_does_not_read_is_not_read_in_a_quote(
    app: Flask, world: World, signed_in: Browser, topic: int
) -> None:
    @db.action
    def block() -> None:
        db.session().add(Block(blocker_id=world.people["henk"], blocked_id=world.people["nel"], at=clock.now()))

    assert "geranium" in post(signed_in("henk"), topic, 3)
    with app.app_context():
        block()
    henk = signed_in("henk")
    assert "geranium" not in post(henk, topic, 3)
    assert "Antwoord op een buur die u niet wilt lezen." in post(henk, topic, 3)
    assert 'name="citaat"' not in henk.get(f"/gesprekken/{topic}?citaat=2", follow_redirects=True).text
    assert "geranium" in post(signed_in("moira"), topic, 3)


def test_a_name_in_a_quote_is_the_name_of_now(app: Flask, world: World, signed_in: Browser, topic: int) -> None:
    henk = signed_in("henk")
    assert "Nel</b>" in post(henk, topic, 3)
    with app.app_context():
        profile.call("Petronella van Dam", "Petra", None, by=world.people["nel"])
    assert "Petra</b>" in post(henk, topic, 3)
    with app.app_context():
        account_actions.stop(by=world.people["nel"])
    assert "oud-bewoner</b>" in post(henk, topic, 3)


def test_a_post_of_another_conversation_cannot_be_quoted(
    app: Flask, world: World, signed_in: Browser, topic: int
) -> None:
    with app.app_context():
        other = actions.start_topic(
            forum_id=world.forums["baken"], kind="help", title="Geheim", source="Alleen Baken", token=None,
            by=world.visitor("bas"),
        )  # fmt: skip
        secret = db.session().scalars(select(Post.id).where(Post.topic_id == other)).one()

        @db.action
        def cross() -> None:
            db.session().get_one(Post, post_id(3)).quoted_id = secret

        assert quoting.shown([secret], other)[secret].excerpt == "Alleen Baken"
        cross()
    assert "Alleen Baken" not in post(signed_in("henk"), topic, 3)


def test_withdrawing_while_others_quote_leaves_no_word_behind(
    app: Flask, world: World, signed_in: Browser, topic: int
) -> None:
    with app.app_context():
        nel, others = world.visitor("nel"), [world.visitor(key) for key in ("henk", "ton", "moira", "rachid")]
        target = post_id(2)
    ready = Barrier(5)

    def withdraw() -> object:
        with app.app_context():
            ready.wait(10)
            return actions.withdraw(post_id=target, by=nel)

    def quote(index: int) -> object:
        with app.app_context():
            ready.wait(10)
            return actions.reply(topic_id=topic, source="Ja", token=None, by=others[index], quotes=2)

    with ThreadPoolExecutor(5) as crowd:
        jobs = [crowd.submit(withdraw), *(crowd.submit(quote, index) for index in range(4))]
        for job in jobs:
            job.result(30)
    html = signed_in("piet").get(f"/gesprekken/{topic}?pagina=1").text
    assert "geranium" not in html.split("<main")[1]
