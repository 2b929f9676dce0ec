"""How much somebody may place in how much time: little in the first week, and then more than anybody says."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from community import clock, db
from community.accounts.models import Person
from community.errors import Refused, TooFast
from forums import actions, pace
from forums.models import Post
from tests.world import World

pytestmark = pytest.mark.usefixtures("context")


@db.action
def _joined(world: World, key: str, days: float) -> None:
    joined = clock.now() - timedelta(days=days)
    db.session().execute(update(Person).where(Person.id == world.people[key]).values(joined_at=joined))


def _topic(world: World, by: str = "ton", number: int = 0) -> int:
    return actions.start_topic(
        forum_id=world.forums["lindehof"],
        kind="conversation",
        title=f"Gesprek {number}",
        source="Dag buren",
        token=None,
        by=world.visitor(by),
    )


def _count(world: World, key: str) -> int:
    return db.connection().execute(select(func.count()).where(Post.author_id == world.people[key])).scalar_one()


@pytest.fixture
def topic(world: World) -> int:
    return _topic(world, "nel")


def test_who_is_new_places_ten_messages_a_day(world: World, topic: int, monkeypatch: pytest.MonkeyPatch) -> None:
    _joined(world, "ton", 1)
    for number in range(pace.NEW_POSTS):
        actions.reply(topic_id=topic, source=f"Bericht {number}", token=None, by=world.visitor("ton"))
    with pytest.raises(TooFast, match=r"10 berichten per dag.*morgen") as refusal:
        actions.reply(topic_id=topic, source="Te veel", token=None, by=world.visitor("ton"))
    assert 80_000 < refusal.value.wait <= 86_400
    assert _count(world, "ton") == pace.NEW_POSTS
    later = clock.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    actions.reply(topic_id=topic, source="Morgen", token=None, by=world.visitor("ton"))


def test_who_is_new_begins_three_conversations_a_day(world: World) -> None:
    _joined(world, "ton", 1)
    for number in range(pace.NEW_TOPICS):
        _topic(world, number=number)
    with pytest.raises(TooFast, match="3 gesprekken per dag"):
        _topic(world, number=9)
    assert _count(world, "ton") == pace.NEW_TOPICS


@pytest.mark.parametrize(("key", "days"), [("ton", 8), ("rachid", 0)])
def test_who_is_known_says_more(world: World, topic: int, key: str, days: float) -> None:
    _joined(world, key, days)
    for number in range(pace.NEW_POSTS + 1):
        actions.reply(topic_id=topic, source=f"Bericht {number}", token=None, by=world.visitor(key))


def test_everybody_stops_at_some_number_an_hour(app: Flask, world: World, topic: int) -> None:
    app.config["POSTS_PER_HOUR"] = 5
    try:
        for number in range(5):
            actions.reply(topic_id=topic, source=f"Bericht {number}", token="vijf", by=world.visitor("ton"))
        with pytest.raises(TooFast, match="5 berichten per uur"):
            actions.reply(topic_id=topic, source="Te veel", token=None, by=world.visitor("ton"))
        # The same form again is no new message.
        assert actions.reply(topic_id=topic, source="Bericht 0", token="vijf", by=world.visitor("ton")) == 2
        assert _count(world, "ton") == 5
    finally:
        app.config["POSTS_PER_HOUR"] = 100_000


def test_links_of_somebody_new_are_few(world: World, topic: int) -> None:
    _joined(world, "ton", 1)
    links = "https://a.example http://b.example www.c.example"
    number = actions.reply(topic_id=topic, source=links, token=None, by=world.visitor("ton"))
    with pytest.raises(Refused, match="3 links"):
        actions.reply(topic_id=topic, source=f"{links} https://d.example", token=None, by=world.visitor("ton"))
    post = db.session().scalars(select(Post.id).where(Post.topic_id == topic, Post.number == number)).one()
    with pytest.raises(Refused, match="3 links"):
        actions.edit(post_id=post, source=f"{links} https://d.example", by=world.visitor("ton"))
    actions.reply(topic_id=topic, source=f"{links} https://d.example", token=None, by=world.visitor("nel"))


def test_files_of_somebody_new_are_few(world: World) -> None:
    _joined(world, "ton", 1)
    pace.check_words(world.visitor("ton"), "Kijk", pace.NEW_FILES)
    with pytest.raises(Refused, match="3 bestanden"):
        pace.check_words(world.visitor("ton"), "Kijk", pace.NEW_FILES + 1)


def test_of_twenty_at_once_ten_are_placed(app: Flask, world: World, topic: int) -> None:
    _joined(world, "ton", 1)
    by = world.visitor("ton")
    refused: list[TooFast] = []
    go = threading.Barrier(20)

    def place(number: int) -> None:
        with app.app_context():
            go.wait()
            try:
                actions.reply(topic_id=topic, source=f"Bericht {number}", token=None, by=by)
            except TooFast as refusal:
                refused.append(refusal)

    threads = [threading.Thread(target=place, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (_count(world, "ton"), len(refused)) == (pace.NEW_POSTS, 20 - pace.NEW_POSTS)
