"""Who reads a topic is asked in two ways: by a visitor's own query, and for everybody at once. They say the same."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select, update

from community import clock, db
from community.accounts.models import Person
from community.places.identity import identify
from forums import actions, queries
from forums.models import CARETAKER, EVERYONE, NEIGHBOURS, Forum, Topic
from forums.readers import may_read
from tests.authorisation.house import House
from tests.authorisation.people import PEOPLE
from tests.world import World


def readers(topic: int) -> set[int]:
    """Who take part and may read a topic, asked at once."""
    asked = (
        select(Person.id)
        .select_from(Person)
        .join(Topic, Topic.id == topic)
        .join(Forum, Forum.id == Topic.forum_id)
        .where(Person.left_at.is_(None), may_read(Person.id))
    )
    return set(db.connection().execute(asked, {"today": clock.today()}).scalars())


def by_themselves(world: World, topic: int, keys: set[str]) -> set[int]:
    """The same, asked of each."""
    found = set()
    for key in keys:
        visitor = identify(world.open_session(key))
        if visitor is not None and queries.topic_head(visitor, topic) is not None:
            found.add(world.people[key])
    return found


@pytest.mark.parametrize("rule", ["all", "marked", "none"])
def test_everybody_at_once_is_everybody_by_themselves(house: House, rule: str) -> None:
    world = house.world
    keys = {key for key in PEOPLE.values() if key is not None} | {"willemijn", "piet", "marjan"}
    with house.app.app_context():
        by = {"lindehof": "ton", "buurt-west": "indra", "zuiderlicht": "bas", "baken": "bas"}
        topics = [
            actions.start_topic(
                forum_id=world.forums[slug], kind="help", title="Nr", source="x", token=None, by=world.visitor(key),
                audience=audience,
            )
            for slug, key in by.items()
            for audience in (EVERYONE, NEIGHBOURS, CARETAKER)
        ]  # fmt: skip
        _rule(rule)
        counts = set()
        for topic in topics:
            found = readers(topic)
            assert found == by_themselves(world, topic, keys), topic
            counts.add(len(found))
        assert len(counts) > 3, "or all of them are read by the same people, and this proves little"


@db.action
def _rule(rule: str) -> None:
    db.session().execute(update(Forum).where(Forum.kind == "building").values(staff_reading=rule))


@pytest.mark.parametrize("gone", ["hidden_at", "merged_into_id"])
def test_what_is_hidden_or_merged_is_read_by_nobody(context: Flask, world: World, gone: str) -> None:
    topic, other = (
        actions.start_topic(
            forum_id=world.forums["lindehof"], kind="help", title="Nr", source="x", token=None, by=world.visitor("ton")
        )
        for _ in range(2)
    )
    assert world.people["nel"] in readers(topic)
    _gone(topic, gone, clock.now() if gone == "hidden_at" else other)
    assert readers(topic) == set()


@db.action
def _gone(topic: int, name: str, value: object) -> None:
    db.session().execute(update(Topic).where(Topic.id == topic).values({name: value}))
