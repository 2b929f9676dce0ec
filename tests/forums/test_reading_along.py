"""Who reads along: the rule of a building, the choice of a writer, and the sentence that says it by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community import db
from community.errors import Missing, Refused
from community.journal import JournalEntry
from forums import actions, audience, lists, queries, rules
from forums.models import CARETAKER, EVERYONE, NEIGHBOURS, Forum
from tests.world import World


def begin(world: World, forum: str, key: str, readers: int, title: str = "De lift") -> int:
    return actions.start_topic(
        forum_id=world.forums[forum],
        kind="conversation",
        audience=readers,
        title=title,
        source="Hij staat stil.",
        token=None,
        by=world.visitor(key),
    )


def titles(world: World, key: str) -> set[str]:
    visitor = world.visitor(key)
    return {row.title for row in lists.topic_lines(visitor, queries.forum_rows(visitor))}


@pytest.mark.parametrize(
    ("readers", "who"),
    [
        (EVERYONE, {"ton", "nel", "rachid", "marjan", "anouk"}),
        (NEIGHBOURS, {"ton", "nel"}),
        (CARETAKER, {"ton", "rachid"}),
    ],
)
def test_a_message_is_read_by_whom_it_is_for(context: Flask, world: World, readers: int, who: set[str]) -> None:
    topic = begin(world, "lindehof", "ton", readers)
    for key in ("ton", "nel", "rachid", "marjan", "anouk", "indra", "bas", "bram", "otto", "ada"):
        visitor = world.visitor(key)
        assert (queries.topic_head(visitor, topic) is not None) == (key in who), key
        assert (queries.standing(visitor, topic) is not None) == (key in who), key
        assert ("De lift" in titles(world, key)) == (key in who), key
        count = lists.count_topics(visitor, queries.forum_rows(visitor))
        assert count == (1 if key in who else 0), key


@pytest.mark.parametrize(
    ("rule", "staff_reads"),
    [("all", {EVERYONE}), ("marked", {EVERYONE}), ("none", set())],
)
def test_the_rule_of_a_building_holds_also_for_what_was_there(
    context: Flask, world: World, rule: str, staff_reads: set[int]
) -> None:
    topics = {readers: begin(world, "lindehof", "ton", readers) for readers in (EVERYONE, NEIGHBOURS)}
    private = begin(world, "lindehof", "ton", CARETAKER)
    rules.set_staff_reading(forum_id=world.forums["lindehof"], rule=rule, by=world.visitor("nel"))
    for readers, topic in topics.items():
        for key in ("rachid", "anouk"):
            assert (queries.topic_head(world.visitor(key), topic) is not None) == (readers in staff_reads), key
        assert queries.topic_head(world.visitor("henk"), topic) is not None
    assert queries.topic_head(world.visitor("rachid"), private) is not None, "he was written to"
    assert queries.topic_head(world.visitor("anouk"), private) is None


def test_only_the_chair_or_an_administrator_decides_and_all_can_see_who_did(context: Flask, world: World) -> None:
    forum = world.forums["lindehof"]
    for key in ("ton", "moira", "rachid", "anouk", "indra"):
        with pytest.raises(Refused):
            rules.set_staff_reading(forum_id=forum, rule="none", by=world.visitor(key))
    assert db.session().scalar(select(Forum.staff_reading).where(Forum.id == forum)) == "all"
    assert rules.last_decided(forum) is None
    rules.set_staff_reading(forum_id=forum, rule="none", by=world.visitor("nel"))
    decided = rules.last_decided(forum)
    assert decided is not None
    assert decided.name == "Nel"
    rules.set_staff_reading(forum_id=forum, rule="none", by=world.visitor("nel"))
    written = select(JournalEntry).where(JournalEntry.kind == "forum.staff_reading")
    assert len(db.session().scalars(written).all()) == 1, "the same choice again is no deed"


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("all", ["lindehof", "lindehof+buren", "lindehof+huismeester"]),
        ("marked", ["lindehof+buren", "lindehof", "lindehof+huismeester"]),
        ("none", ["lindehof+buren", "lindehof+huismeester"]),
    ],
)
def test_a_writer_chooses_from_what_the_rule_leaves(context: Flask, world: World, rule: str, values: list[str]) -> None:
    rules.set_staff_reading(forum_id=world.forums["lindehof"], rule=rule, by=world.visitor("nel"))
    ton, rachid = world.visitor("ton"), world.visitor("rachid")
    offered = [choice.value for choice in audience.choices(ton, queries.forum_rows(ton))]
    assert offered == [*values, "buurt-west", "zuiderlicht"]
    rows = queries.forum_rows(ton)
    assert (audience.chosen("lindehof+niemand", rows, ton)) is None
    assert (audience.chosen("baken", rows, ton)) is None
    works = [choice.value for choice in audience.choices(rachid, queries.forum_rows(rachid))]
    assert works == (["buurt-west", "zuiderlicht"] if rule == "none" else ["lindehof", "buurt-west", "zuiderlicht"])


def test_nobody_writes_for_an_audience_they_do_not_belong_to(context: Flask, world: World) -> None:
    for key, readers in (("rachid", NEIGHBOURS), ("anouk", CARETAKER), ("anouk", NEIGHBOURS)):
        with pytest.raises(Refused):
            begin(world, "lindehof", key, readers)
    with pytest.raises(Missing):
        begin(world, "lindehof", "bas", EVERYONE)
    with pytest.raises(Refused):
        begin(world, "zuiderlicht", "anouk", CARETAKER)


def test_the_sentence_names_who_reads(context: Flask, world: World) -> None:
    ton, rachid = world.visitor("ton"), world.visitor("rachid")
    said = {c.value: c.sentence for c in audience.choices(ton, queries.forum_rows(ton))}
    for name in ("Rachid", "Marjan", "Anouk"):
        assert name in said["lindehof"]
        assert name not in said["lindehof+buren"]
    assert said["lindehof+buren"].endswith("Niemand van Zuiderlicht leest mee.")
    assert said["lindehof+huismeester"] == "Alleen u en Rachid kunnen dit lezen."
    head = queries.topic_head(rachid, begin(world, "lindehof", "ton", CARETAKER))
    assert head is not None
    assert audience.of_topic(head, rachid) == "Alleen Ton en Rachid kunnen dit lezen."


def test_a_private_message_goes_along_with_its_writer_only(context: Flask, world: World) -> None:
    """Who moves out reads it no longer; who takes over as caretaker does."""
    topic = begin(world, "lindehof", "ton", CARETAKER)
    world.move_out("ton")
    assert queries.topic_head(world.visitor("ton"), topic) is None
    db.action(lambda: world.give_role("bram", "huismeester", "lindehof"))()
    assert queries.topic_head(world.visitor("bram"), topic) is not None


def test_the_form_of_a_chair_keeps_the_choice(signed_in: Callable[[str], FlaskClient], world: World) -> None:
    nel = signed_in("nel")
    page = nel.get("/gesprekken/meelezen/lindehof").text
    assert "Medewerkers lezen mee" in page
    assert nel.post("/gesprekken/meelezen/lindehof", data={"regel": "iets"}).status_code == 422
    assert nel.post("/gesprekken/meelezen/lindehof", data={"regel": "none"}).status_code == 303
    page = signed_in("ton").get("/gesprekken/meelezen/lindehof").text
    assert "Alleen bewoners lezen" in page
    assert "Nel koos dit op" in page
    assert 'name="regel"' not in page, "it is not for Ton to choose"
