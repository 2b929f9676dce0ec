"""Who follows a conversation is told by a mark that there is something new. It is written with each reply and each
reading; whatever happens, it says what counting would say."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from sqlalchemy import and_, select

from community import db
from community.places import identity
from forums import actions, following
from forums.models import Topic, TopicReader
from tests.world import World


def wrong() -> list[tuple[int, int]]:
    """(topic, person) of the marks that differ from what they should be."""
    really = and_(TopicReader.is_following, TopicReader.last_read < Topic.last_number)
    marked = and_(TopicReader.is_following, TopicReader.is_behind)
    found = db.connection().execute(
        select(TopicReader.topic_id, TopicReader.person_id, really, marked).join(
            Topic, Topic.id == TopicReader.topic_id
        )
    )
    return [(topic, person) for topic, person, is_so, is_said in found if bool(is_so) != bool(is_said)]


def unread(world: World, key: str) -> int:
    visitor = identity.identify(world.open_session(key))
    assert visitor is not None
    return visitor.unread


@pytest.fixture
def topic(context: Flask, world: World) -> int:
    return actions.start_topic(
        forum_id=world.forums["lindehof"],
        kind="question",
        title="Het hok",
        source="Vol.",
        token=None,
        by=world.visitor("ton"),
    )


def reply(world: World, topic: int, key: str) -> int:
    return actions.reply(topic_id=topic, source="Ja.", token=None, by=world.visitor(key))


def test_a_reply_leaves_followers_behind_until_they_read_it(context: Flask, world: World, topic: int) -> None:
    assert unread(world, "ton") == 0
    reply(world, topic, "nel")
    assert (unread(world, "ton"), unread(world, "nel")) == (1, 0)
    following.read(topic_id=topic, number=1, by=world.visitor("ton"))
    assert unread(world, "ton") == 1
    following.read(topic_id=topic, number=2, by=world.visitor("ton"))
    assert unread(world, "ton") == 0
    assert wrong() == []


def test_an_own_reply_does_not_hide_what_others_wrote_in_between(context: Flask, world: World, topic: int) -> None:
    reply(world, topic, "nel")
    reply(world, topic, "ton")
    assert unread(world, "ton") == 1
    following.read(topic_id=topic, number=3, by=world.visitor("ton"))
    reply(world, topic, "ton")
    assert unread(world, "ton") == 0
    assert wrong() == []


def test_following_again_counts_what_came_meanwhile(context: Flask, world: World, topic: int) -> None:
    following.follow(topic_id=topic, follows=False, by=world.visitor("ton"))
    reply(world, topic, "nel")
    assert unread(world, "ton") == 0
    following.follow(topic_id=topic, follows=True, by=world.visitor("ton"))
    assert unread(world, "ton") == 1
    following.follow(topic_id=topic, follows=True, by=world.visitor("henk"))
    assert unread(world, "henk") == 0
    reply(world, topic, "nel")
    assert unread(world, "henk") == 1
    assert wrong() == []


def test_who_only_read_it_is_not_told(context: Flask, world: World, topic: int) -> None:
    following.read(topic_id=topic, number=1, by=world.visitor("henk"))
    reply(world, topic, "nel")
    assert unread(world, "henk") == 0
    assert wrong() == []


def test_reading_and_replying_at_the_same_time_loses_no_mark(app: Flask, world: World) -> None:
    with app.app_context():
        by = {key: world.visitor(key) for key in ("ton", "nel", "henk")}
        started = actions.start_topic(
            forum_id=world.forums["lindehof"], kind="question", title="Het hok", source="Vol.", token=None, by=by["ton"]
        )
        for key in ("nel", "henk"):
            following.follow(topic_id=started, follows=True, by=by[key])
    ready, failures = threading.Barrier(4), []

    def do(key: str, reads: bool) -> None:
        try:
            ready.wait(10)
            for _ in range(12):
                with app.app_context():
                    if reads:
                        following.read(topic_id=started, number=10_000, by=by[key])
                    else:
                        actions.reply(topic_id=started, source="Ja.", token=None, by=by[key])
        except BaseException as error:
            failures.append(error)

    jobs = [("ton", False), ("nel", False), ("nel", True), ("henk", True)]
    threads = [threading.Thread(target=do, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with app.app_context():
        assert wrong() == []
        following.read(topic_id=started, number=10_000, by=by["henk"])
        assert wrong() == []
