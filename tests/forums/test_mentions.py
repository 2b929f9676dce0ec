"""Calling a neighbour by name. Whom one cannot see cannot be called, and is as who is not there; who does not want to
read the writer hears nothing; who is called finds it under Gesprekken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from community import clock, db, text
from community.accounts.models import Person
from community.moderation.models import Block
from community.places import identity
from forums import actions, following, mentions
from forums.attached import Mention
from forums.models import CARETAKER, NEIGHBOURS, Post
from tests.world import World

Browser = Callable[[str], FlaskClient]


@pytest.fixture
def topic(context: Flask, world: World) -> int:
    """Ton's conversation, in which Nel talks. Willemijn chose to be shown, Henk and Piet did not."""
    shown(world, "willemijn", "indra", "bas")
    topic = start(world)
    actions.reply(topic_id=topic, source="Ja", token=None, by=world.visitor("nel"))
    return topic


def start(world: World, forum: str = "lindehof", audience: int = 0, by: str = "ton") -> int:
    return actions.start_topic(
        forum_id=world.forums[forum], kind="help", title="Hok", source="Vol.", token=None, by=world.visitor(by),
        audience=audience,
    )  # fmt: skip


@db.action
def shown(world: World, *keys: str) -> None:
    ids = [world.people[key] for key in keys]
    db.session().execute(update(Person).where(Person.id.in_(ids)).values(is_shown=True))


def say(world: World, topic: int, source: str, by: str = "ton") -> str:
    number = actions.reply(topic_id=topic, source=source, token=None, by=world.visitor(by))
    return db.session().scalars(select(Post.html).where(Post.topic_id == topic, Post.number == number)).one()


def called(world: World) -> set[str]:
    names = {value: key for key, value in world.people.items()}
    return {names[person] for person in db.session().scalars(select(Mention.person_id))}


def unread(world: World, key: str) -> int:
    visitor = identity.identify(world.open_session(key))
    assert visitor is not None
    return visitor.unread


def test_who_is_called_is_told_and_stands_out(world: World, topic: int) -> None:
    html = say(world, topic, "Wat vindt @Willemijn ervan? En @Rachid Amrani?")
    assert "<strong>@Willemijn</strong>" in html and "<strong>@Rachid Amrani</strong>" in html
    assert called(world) == {"willemijn", "rachid"}
    assert unread(world, "willemijn") == 1 and unread(world, "rachid") == 1


@pytest.mark.parametrize(
    "name", ["@Henk", "@Piet Koster", "@Bas", "@Otto", "@Bestaat Niet", "ton@Willemijn.nl", "@", "@ Nel"]
)
def test_whom_one_cannot_see_is_as_who_is_not_there(world: World, topic: int, name: str) -> None:
    assert "<strong>" not in say(world, topic, f"Wat vindt {name} ervan?")
    assert called(world) == set()


def test_a_name_of_two_people_is_nobodys(world: World, topic: int) -> None:
    world_add = db.session()
    with_name = select(Person).where(Person.id == world.people["willemijn"])

    @db.action
    def rename() -> None:
        world_add.scalars(with_name).one().short_name = "Nel"

    rename()
    assert "<strong>" not in say(world, topic, "Dag @Nel")
    assert "<strong>@Nel van Dam</strong>" in say(world, topic, "Dag @Nel van Dam, hoe gaat het?")
    assert called(world) == {"nel"}


def test_who_does_not_read_the_writer_hears_nothing_and_the_writer_does_not_notice(world: World, topic: int) -> None:
    @db.action
    def block() -> None:
        ids = {"blocker_id": world.people["willemijn"], "blocked_id": world.people["ton"]}
        db.session().add(Block(**ids, at=clock.now()))

    block()
    assert "<strong>@Willemijn</strong>" in say(world, topic, "Dag @Willemijn")
    assert called(world) == set() and unread(world, "willemijn") == 0


def test_in_a_private_conversation_only_who_reads_it_can_be_called(world: World, topic: int) -> None:
    private = start(world, audience=CARETAKER)
    assert "<strong>" not in say(world, private, "Dag @Willemijn en @Marjan")
    assert "<strong>@Rachid</strong>" in say(world, private, "Dag @Rachid")
    neighbours = start(world, audience=NEIGHBOURS)
    assert "<strong>" not in say(world, neighbours, "Dag @Rachid")
    assert "<strong>@Willemijn</strong>" in say(world, neighbours, "Dag @Willemijn")


def test_who_works_here_does_not_search_neighbours(world: World, topic: int) -> None:
    found = mentions.offered(world.visitor("rachid"), topic, "")
    assert {row.short_name for row in found} == {"Ton", "Nel", "Marjan", "Anouk"}
    assert "<strong>" not in say(world, topic, "Dag @Willemijn", by="rachid")


def test_changing_the_text_changes_who_is_called(world: World, topic: int) -> None:
    say(world, topic, "Dag @Willemijn")
    post = db.session().scalars(select(Post.id).where(Post.number == 3)).one()
    actions.edit(post_id=post, source="Dag @Nel", by=world.visitor("ton"))
    assert called(world) == {"nel"}


def test_who_keeps_it_quiet_is_not_called_out_of_that(world: World, topic: int) -> None:
    following.mute(topic_id=topic, mutes=True, by=world.visitor("willemijn"))
    say(world, topic, "Dag @Willemijn")
    assert unread(world, "willemijn") == 0


@pytest.mark.parametrize(("typed", "found"), [("", 5), ("wil", 1), ("Dam", 1), ("%", 0), ("h", 0), ("x" * 5000, 0)])
def test_the_list_offers_whom_one_may_call(signed_in: Browser, topic: int, typed: str, found: int) -> None:
    answer = signed_in("ton").get(f"/gesprekken/{topic}/wie", query_string={"q": typed})
    assert answer.status_code == 200 and answer.text.count('role="option"') == found, answer.text


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("Dag @Nel", '<p dir="auto">Dag <strong>@Nel</strong></p>'),
        ("**Dag @Nel**", '<p dir="auto"><strong>Dag @Nel</strong></p>'),
        ("Dag @Nelleke", '<p dir="auto">Dag @Nelleke</p>'),
        ("- @Nel", '<ul dir="auto"><li><strong>@Nel</strong></li></ul>'),
        ("Nel", '<p dir="auto">Nel</p>'),
    ],
)
def test_a_name_stands_out_where_it_is_called(source: str, html: str) -> None:
    assert text.render(source, ["Nel"]) == html == text.clean(html)


def test_the_form_to_change_a_post_offers_the_same_people(signed_in: Browser, topic: int) -> None:
    page = signed_in("ton").get(f"/gesprekken/{topic}/1/wijzig").text
    assert f'data-whom="/gesprekken/{topic}/wie"' in page and "data-helped=" in page
    assert "Nel" in signed_in("ton").get(f"/gesprekken/{topic}/wie?q=ne").text
