"""Reading a long conversation: to what is new, to a day, on paper; and what stood there before, for who may know."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community import clock, db
from forums import actions, earlier, following, policy
from forums.attached import EarlierText
from forums.models import Post
from tests.world import World

Browser = Callable[[str], FlaskClient]
START = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def topic(app: Flask, world: World) -> int:
    """A conversation of sixty posts, one a day."""
    with app.app_context():
        with time_machine.travel(START, tick=False):
            topic = actions.start_topic(
                forum_id=world.forums["lindehof"], kind="conversation", title="Lang", source="Nummer 1", token=None,
                by=world.visitor("ton"),
            )  # fmt: skip
        for number in range(2, 61):
            with time_machine.travel(START + timedelta(days=number - 1), tick=False):
                actions.reply(topic_id=topic, source=f"Nummer {number}", token=None, by=world.visitor("nel"))
    return topic


@pytest.mark.parametrize(
    ("typed", "number"),
    [("2026-03-02", 1), ("3-3-2026", 2), ("1 april 2026", 31), ("1-1-2020", 1), ("31-12-2027", 60)],
)
def test_a_day_leads_to_its_first_post(signed_in: Browser, topic: int, typed: str, number: int) -> None:
    answer = signed_in("henk").get(f"/gesprekken/{topic}", query_string={"dag": typed})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"?pagina={-(-number // 20)}#p-{number}")


@pytest.mark.parametrize("typed", ["straks", "30 februari", "99-99-99", "\u202e", "9" * 500])
def test_what_is_no_day_is_said_and_the_page_is_there(signed_in: Browser, topic: int, typed: str) -> None:
    answer = signed_in("henk").get(f"/gesprekken/{topic}", query_string={"dag": typed})
    assert answer.status_code == 200 and 'id="fout-dag"' in answer.text


def test_a_long_conversation_has_ways_through_it(app: Flask, world: World, signed_in: Browser, topic: int) -> None:
    henk = signed_in("henk")
    first = henk.get(f"/gesprekken/{topic}?pagina=1").text
    assert "Naar het laatste" in first and "?pagina=3#p-60" in first and "Naar het eerste nieuwe" not in first
    with app.app_context():
        following.read(topic_id=topic, number=25, by=world.visitor("henk"))
    first = henk.get(f"/gesprekken/{topic}?pagina=1").text
    assert "?pagina=2#nieuw" in first and "Naar het eerste nieuwe" in first
    assert "Naar het laatste" not in henk.get(f"/gesprekken/{topic}?pagina=3").text
    # Where one left off is where it opens.
    assert 'id="p-26"' in henk.get(f"/gesprekken/{topic}", follow_redirects=True).text


def test_a_conversation_on_paper_has_all_posts_in_order(signed_in: Browser, topic: int) -> None:
    henk = signed_in("henk")
    html = henk.get(f"/gesprekken/{topic}/print").text
    for part, numbers in ((html, range(1, 41)), (henk.get(f"/gesprekken/{topic}/print?deel=2").text, range(41, 61))):
        places = [part.index(f'<p dir="auto">Nummer {number}</p>') for number in numbers]
        assert places == sorted(places)
    assert "Nummer 41<" not in html and "Deel 1 van 2" in html
    assert "Dank u" not in html and "<form" not in html.partition('<ol class="thread">')[2].partition("</ol>")[0]
    assert f"/g/{topic}" in html and "Geprint: vandaag" in html
    assert signed_in("bas").get(f"/gesprekken/{topic}/print").status_code == 404


def test_on_paper_stands_only_what_the_printer_sees(app: Flask, world: World, signed_in: Browser, topic: int) -> None:
    with app.app_context():
        gone = db.session().scalars(select(Post.id).where(Post.number == 7)).one()
        actions.withdraw(post_id=gone, by=world.visitor("nel"))
    html = signed_in("henk").get(f"/gesprekken/{topic}/print").text
    assert "Nummer 8<" in html and "Nummer 7<" not in html


# ---- what stood there before --------------------------------------------------------------------------------------


def change(app: Flask, world: World, topic: int, said: str) -> int:
    with app.app_context():
        post = db.session().scalars(select(Post.id).where(Post.topic_id == topic, Post.number == 60)).one()
        actions.edit(post_id=post, source=said, by=world.visitor("nel"))
    return post


@pytest.fixture
def changed(app: Flask, world: World, topic: int) -> int:
    with time_machine.travel(START + timedelta(days=60)):
        return change(app, world, topic, "Heel anders")


def test_who_looks_after_the_conversations_reads_what_was_changed(signed_in: Browser, topic: int, changed: int) -> None:
    with time_machine.travel(START + timedelta(days=61)):
        for who in ("moira", "rachid", "anouk"):
            html = signed_in(who).get(f"/gesprekken/{topic}/60/eerder").text
            assert "Nummer 60" in html and "Heel anders" in html
        for who in ("henk", "nel", "ton", "bas", "bram", "ada"):
            assert signed_in(who).get(f"/gesprekken/{topic}/60/eerder").status_code == 404, who


def test_the_way_there_stands_where_they_see_that_it_was_changed(
    app: Flask, world: World, signed_in: Browser, topic: int, changed: int
) -> None:
    link = f'href="/gesprekken/{topic}/60/eerder"'
    paths = (f"/gesprekken/{topic}?pagina=3", f"/gesprekken/{topic}/nieuw?nummer=60")
    with time_machine.travel(START + timedelta(days=61)):
        for path in paths:
            # In turn, so that what is kept for the one is shown to the other.
            for who in ("henk", "moira", "nel", "rachid", "ton", "anouk"):
                html = signed_in(who).get(path, follow_redirects=True).text
                assert "veranderd" in html and "\x02" not in html, (who, path)
                assert (link in html) is (who in {"moira", "rachid", "anouk"}), (who, path)
        assert signed_in("moira").get(paths[0], follow_redirects=True).text.count("/eerder") == 1


def test_an_earlier_text_is_forgotten(app: Flask, signed_in: Browser, topic: int, changed: int) -> None:
    def how_many() -> int:
        return db.session().scalar(select(func.count()).select_from(EarlierText)) or 0

    with app.app_context():
        with time_machine.travel(START + timedelta(days=60) + earlier.KEPT - timedelta(hours=2)):
            earlier.forget()
            assert how_many() == 1
        with time_machine.travel(START + timedelta(days=60) + earlier.KEPT + timedelta(hours=2)):
            assert "Nummer 60" not in signed_in("moira").get(f"/gesprekken/{topic}/60/eerder").text
            earlier.forget()
            assert how_many() == 0


def test_with_a_withdrawn_text_the_earlier_ones_are_forgotten(
    app: Flask, world: World, signed_in: Browser, topic: int, changed: int
) -> None:
    with app.app_context(), time_machine.travel(START + timedelta(days=61)) as moment:
        actions.withdraw(post_id=changed, by=world.visitor("nel"))
        html = signed_in("moira").get(f"/gesprekken/{topic}/60/eerder").text
        assert "Heel anders" not in html and "Nummer 60" in html
        moment.shift(policy.UNDO + timedelta(hours=2))
        actions.forget_withdrawn()
        assert db.session().scalar(select(func.count()).select_from(EarlierText)) == 0


def test_a_change_that_changes_nothing_leaves_no_earlier_text(app: Flask, world: World, topic: int) -> None:
    with time_machine.travel(START + timedelta(days=60)):
        change(app, world, topic, "Nummer 60")
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(EarlierText)) == 0
    assert clock.now() > START
