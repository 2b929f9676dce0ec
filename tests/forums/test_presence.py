"""Who is busy in a conversation: a neighbour who is writing, somebody of the association who is there; told to who may
read it, and of no resident that they read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community import clock, db
from community.errors import Missing
from community.moderation.models import Block
from forums import actions, presence, queries
from forums.attached import Presence
from forums.models import NEIGHBOURS
from tests.world import World


@pytest.fixture
def topic(context: Flask, world: World) -> int:
    return start(world)


def start(world: World, **more: int) -> int:
    return actions.start_topic(
        forum_id=world.forums["lindehof"], kind="help", title="Boor", source="Wie?", token=None,
        by=world.visitor("ton"), **more,
    )  # fmt: skip


def seen(world: World, topic: int, key: str) -> presence.Busy:
    visitor = world.visitor(key)
    head = queries.topic_head(visitor, topic)
    assert head is not None
    return presence.busy(head, visitor)


def note(world: World, topic: int, key: str, *, writes: bool) -> None:
    presence.note(topic_id=topic, writes=writes, by=world.visitor(key))


def rows() -> int:
    return db.session().scalar(select(func.count()).select_from(Presence)) or 0


def test_who_writes_is_seen_by_others_for_a_quarter_of_a_minute(context: Flask, world: World, topic: int) -> None:
    with time_machine.travel(clock.now(), tick=False) as time:
        note(world, topic, "nel", writes=True)
        assert seen(world, topic, "ton").writing == ("Nel",)
        assert seen(world, topic, "rachid").writing == ("Nel",)
        assert seen(world, topic, "nel") == presence.NOBODY
        assert 0 < seen(world, topic, "ton").until <= presence.WRITING.total_seconds() + 1
        time.shift(presence.WRITING + timedelta(seconds=1))
        assert seen(world, topic, "ton") == presence.NOBODY


def test_who_stops_writing_is_no_longer_seen(context: Flask, world: World, topic: int) -> None:
    note(world, topic, "nel", writes=True)
    assert seen(world, topic, "ton").writing
    presence.rest(topic_id=topic, by=world.visitor("nel"))
    assert seen(world, topic, "ton") == presence.NOBODY


def test_of_a_resident_nobody_is_told_that_they_read(context: Flask, world: World, topic: int) -> None:
    for key in ("nel", "moira"):
        note(world, topic, key, writes=False)
    assert rows() == 0
    note(world, topic, "rachid", writes=False)
    assert rows() == 1
    assert seen(world, topic, "nel").here == ("Rachid",)
    assert seen(world, topic, "rachid").here == ()


def test_staff_is_there_for_a_minute_and_only_where_they_may_read(context: Flask, world: World, topic: int) -> None:
    note(world, topic, "marjan", writes=False)
    assert seen(world, topic, "nel").here == ("Marjan",)
    among_us = start(world, audience=NEIGHBOURS)
    with pytest.raises(Missing):
        note(world, among_us, "marjan", writes=False)
    assert rows() == 1
    _end_roles(world, "marjan")
    assert seen(world, topic, "nel").here == ()


@db.action
def _end_roles(world: World, key: str) -> None:
    from_ = "UPDATE role SET until = since WHERE person_id = "
    db.connection().exec_driver_sql(from_ + str(world.people[key]))


def test_a_stranger_to_the_building_can_say_nothing_and_see_nothing(context: Flask, world: World, topic: int) -> None:
    for key in ("bas", "indra", "bram", "otto"):
        with pytest.raises(Missing):
            note(world, topic, key, writes=True)
        with pytest.raises(Missing):
            presence.rest(topic_id=topic, by=world.visitor(key))
    assert rows() == 0


def test_a_blocked_neighbour_is_not_seen_writing(context: Flask, world: World, topic: int) -> None:
    _block(world)
    note(world, topic, "nel", writes=True)
    assert seen(world, topic, "ton") == presence.NOBODY
    assert seen(world, topic, "henk").writing == ("Nel",)


@db.action
def _block(world: World) -> None:
    db.session().add(Block(blocker_id=world.people["ton"], blocked_id=world.people["nel"], at=clock.now()))


def test_what_was_said_just_now_is_not_written_again(context: Flask, world: World, topic: int) -> None:
    visitor, started = world.visitor("nel"), clock.now()
    with time_machine.travel(started, tick=False) as time:
        presence.note(topic_id=topic, writes=True, by=visitor)
        first = db.session().scalars(select(Presence.writing_until)).one()
        time.shift(5)
        presence.note(topic_id=topic, writes=True, by=visitor)
        assert db.session().scalars(select(Presence.writing_until)).one() == first
        time.shift(5)
        presence.note(topic_id=topic, writes=True, by=visitor)
        assert db.session().scalars(select(Presence.writing_until)).one() == first + timedelta(seconds=10)


def test_a_crowd_is_named_and_counted(context: Flask, world: World, topic: int) -> None:
    for key in ("nel", "henk", "willemijn", "piet"):
        note(world, topic, key, writes=True)
    found = seen(world, topic, "ton")
    assert (found.writing, found.others) == (("Henk", "Nel"), 2)


def test_what_is_over_is_forgotten(context: Flask, world: World, topic: int) -> None:
    note(world, topic, "nel", writes=True)
    context.extensions.pop("presence tidied", None)
    presence.forget()
    assert rows() == 1
    with time_machine.travel(clock.now() + timedelta(minutes=2)):
        context.extensions.pop("presence tidied", None)
        presence.forget()
        assert rows() == 0


def test_the_page_and_the_fragment_say_it_in_words(
    signed_in: Callable[[str], FlaskClient], world: World, app: Flask
) -> None:
    with app.app_context():
        topic = start(world)
    nel, ton, rachid, bas = (signed_in(key) for key in ("nel", "ton", "rachid", "bas"))
    assert nel.post(f"/gesprekken/{topic}/bezig", data={"schrijft": "1"}).status_code == 204
    assert rachid.post(f"/gesprekken/{topic}/bezig", data={"hier": "1"}).status_code == 204
    for path in (f"/gesprekken/{topic}/wie-is-er", f"/gesprekken/{topic}"):
        page = ton.get(path, follow_redirects=True).get_data(as_text=True)
        assert "Nel schrijft nu iets" in page and "Rachid is er nu." in page
        assert bas.get(path).status_code == 404
    assert nel.post(f"/gesprekken/{topic}/bezig", data={"klaar": "1"}).status_code == 204
    assert "Nel schrijft" not in ton.get(f"/gesprekken/{topic}/wie-is-er").get_data(as_text=True)
