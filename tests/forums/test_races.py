"""Many at once, with real threads: numbers without gaps or doubles, a form sent twice is one post."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask
from sqlalchemy import func, select

from community import db
from forums import actions
from forums.models import Forum, Post, Reaction, Speaker, Topic
from tests.world import World

CROWD = 16


def at_once(app: Flask, deeds: list[Callable[[], object]]) -> list[object]:
    """Do all of it at the same moment, each in a thread and a context of its own."""
    ready = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        with app.app_context():
            ready.wait()
            return deed()

    with ThreadPoolExecutor(len(deeds)) as crowd:
        return list(crowd.map(run, deeds))


def a_topic(app: Flask, world: World) -> int:
    with app.app_context():
        return actions.start_topic(
            forum_id=world.forums["lindehof"],
            kind="conversation",
            title="Druk",
            source="Wie praat er mee?",
            token=None,
            by=world.visitor("ton"),
        )


def test_sixteen_reply_at_once_and_get_the_numbers_2_to_17(app: Flask, world: World) -> None:
    topic = a_topic(app, world)
    with app.app_context():
        people = [world.visitor(key) for key in ("nel", "henk", "rachid", "willemijn")] * (CROWD // 4)

    def reply(index: int) -> Callable[[], object]:
        return lambda: actions.reply(topic_id=topic, source=f"Ik ben {index}", token=None, by=people[index])

    numbers = at_once(app, [reply(index) for index in range(CROWD)])
    assert sorted(numbers) == list(range(2, CROWD + 2))  # type: ignore[type-var]
    with app.app_context():
        stored = db.session().scalars(select(Post.number).where(Post.topic_id == topic).order_by(Post.number)).all()
        assert stored == list(range(1, CROWD + 2))
        held = db.session().get(Topic, topic)
        assert held is not None and held.last_number == CROWD + 1
        assert held.speakers == 5
        assert db.session().scalar(select(func.count()).select_from(Speaker)) == 5


def test_one_form_sent_sixteen_times_at_once_makes_one_post(app: Flask, world: World) -> None:
    topic = a_topic(app, world)
    with app.app_context():
        nel = world.visitor("nel")
    numbers = at_once(app, [lambda: actions.reply(topic_id=topic, source="Eén keer", token="zelfde", by=nel)] * CROWD)
    assert numbers == [2] * CROWD


def test_one_new_topic_sent_sixteen_times_at_once_is_one_topic(app: Flask, world: World) -> None:
    with app.app_context():
        nel = world.visitor("nel")

    def start() -> object:
        return actions.start_topic(
            forum_id=world.forums["lindehof"], kind="help", title="Boor", source="Wie leent?", token="t", by=nel
        )

    assert len(set(at_once(app, [start] * CROWD))) == 1
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(Topic)) == 1
        assert db.session().scalar(select(Forum.topics).where(Forum.slug == "lindehof")) == 1
        assert db.session().scalar(select(func.count()).select_from(Post)) == 1


def test_thanking_and_taking_back_at_once_leaves_the_count_right(app: Flask, world: World) -> None:
    topic = a_topic(app, world)
    with app.app_context():
        post = db.session().scalars(select(Post.id).where(Post.topic_id == topic)).one()
        crowd = [
            world.visitor(key) for key in ("nel", "henk", "willemijn", "piet", "moira", "rachid", "marjan", "anouk")
        ]

    def thank(index: int) -> Callable[[], object]:
        return lambda: actions.thank(post_id=post, by=crowd[index % 8], thanks=index < 8 or index % 2 == 0)

    at_once(app, [thank(index) for index in range(CROWD)])
    with app.app_context():
        rows = db.session().scalar(select(func.count()).select_from(Reaction))
        assert db.session().scalars(select(Post.thanks)).one() == rows
