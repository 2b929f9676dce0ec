"""What somebody hears of: what they follow, what they keep quiet, kinds they chose, all of it read; and of nothing that
they may not read any more."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from community import clock, db
from community.errors import Missing
from community.moderation.models import Block
from community.places import identity
from forums import actions, following, lists, queries, rules, wishes
from forums.attached import KindWish
from forums.models import CARETAKER, EVERYONE, NEIGHBOURS, Topic, TopicReader
from tests.forums.test_behind import wrong
from tests.world import World


def unread(world: World, key: str) -> int:
    visitor = identity.identify(world.open_session(key))
    assert visitor is not None
    return visitor.unread


def start(world: World, key: str = "ton", forum: str = "lindehof", kind: str = "help", audience: int = EVERYONE) -> int:
    return actions.start_topic(
        forum_id=world.forums[forum], kind=kind, title="Boor", source="Wie leent?", token=None,
        by=world.visitor(key), audience=audience,
    )  # fmt: skip


def reply(world: World, topic: int, key: str) -> int:
    return actions.reply(topic_id=topic, source="Ja.", token=None, by=world.visitor(key))


def is_new(world: World, topic: int, key: str) -> bool:
    """Whether somebody's list marks a topic as new."""
    visitor = world.visitor(key)
    rows = lists.topic_lines(visitor, queries.forum_rows(visitor))
    return next(lists.is_unread(row, visitor) for row in rows if row.id == topic)


def row(world: World, topic: int, key: str) -> TopicReader | None:
    return db.session().scalar(
        select(TopicReader)
        .where(TopicReader.topic_id == topic, TopicReader.person_id == world.people[key])
        .execution_options(populate_existing=True)
    )


# ---- quiet ---------------------------------------------------------------------------------------------------------


def test_a_quiet_conversation_is_never_new_and_stays_where_it_is(context: Flask, world: World) -> None:
    topic = start(world)
    following.follow(topic_id=topic, follows=True, by=world.visitor("nel"))
    reply(world, topic, "henk")
    assert unread(world, "nel") == 1 and is_new(world, topic, "nel")
    following.mute(topic_id=topic, mutes=True, by=world.visitor("nel"))
    reply(world, topic, "henk")
    assert unread(world, "nel") == 0 and not is_new(world, topic, "nel")
    assert queries.topic_head(world.visitor("nel"), topic) is not None
    reply(world, topic, "nel")
    reply(world, topic, "henk")
    assert unread(world, "nel") == 0 and not is_new(world, topic, "nel"), "saying something does not end the quiet"
    following.mute(topic_id=topic, mutes=False, by=world.visitor("nel"))
    assert is_new(world, topic, "nel")
    following.follow(topic_id=topic, follows=True, by=world.visitor("nel"))
    assert unread(world, "nel") == 1


def test_a_foreign_conversation_can_be_neither_followed_nor_kept_quiet(context: Flask, world: World) -> None:
    topic = start(world)
    for key in ("bas", "indra", "bram"):
        with pytest.raises(Missing):
            following.follow(topic_id=topic, follows=True, by=world.visitor(key))
        with pytest.raises(Missing):
            following.mute(topic_id=topic, mutes=True, by=world.visitor(key))
        assert row(world, topic, key) is None


# ---- what ends it --------------------------------------------------------------------------------------------------


def test_the_outcome_is_the_last_that_followers_hear(context: Flask, world: World) -> None:
    topic = start(world)
    following.follow(topic_id=topic, follows=True, by=world.visitor("henk"))
    reply(world, topic, "nel")
    following.read(topic_id=topic, number=2, by=world.visitor("ton"))
    following.stop(topic, by=world.visitor("nel"))
    assert [unread(world, key) for key in ("ton", "henk", "nel", "willemijn")] == [1, 1, 0, 0]
    assert is_new(world, topic, "ton")
    following.read(topic_id=topic, number=2, by=world.visitor("ton"))
    assert unread(world, "ton") == 0
    reply(world, topic, "nel")
    assert unread(world, "ton") == 0
    following.follow(topic_id=topic, follows=True, by=world.visitor("ton"))
    assert unread(world, "ton") == 1


def test_who_kept_it_quiet_does_not_hear_the_outcome(context: Flask, world: World) -> None:
    topic = start(world)
    following.mute(topic_id=topic, mutes=True, by=world.visitor("ton"))
    following.stop(topic)
    assert unread(world, "ton") == 0


# ---- rights that end -----------------------------------------------------------------------------------------------


@db.action
def change(topic: int, **values: object) -> None:
    db.session().execute(update(Topic).where(Topic.id == topic).values(values))


def test_what_one_may_no_longer_read_is_not_counted(context: Flask, world: World) -> None:
    topics = [start(world, forum=forum) for forum in ("lindehof", "lindehof", "buurt-west")]
    for topic in topics:
        following.follow(topic_id=topic, follows=True, by=world.visitor("nel"))
        reply(world, topic, "henk")
    assert unread(world, "nel") == 3
    change(topics[0], hidden_at=clock.now())
    assert unread(world, "nel") == 2
    change(topics[1], forum_id=world.forums["baken"])
    assert unread(world, "nel") == 1
    change(topics[2], merged_into_id=topics[1])
    assert unread(world, "nel") == 0
    change(topics[0], hidden_at=None)
    assert unread(world, "nel") == 1


def test_who_moves_out_hears_nothing_more(context: Flask, world: World) -> None:
    topic = start(world)
    following.follow(topic_id=topic, follows=True, by=world.visitor("nel"))
    world.move_out("nel")
    reply(world, topic, "henk")
    held = row(world, topic, "nel")
    assert held is not None and not held.is_behind
    assert unread(world, "ton") == 1, "or nobody was told, and this proves nothing"


def test_staff_that_may_no_longer_read_along_hears_nothing_more(context: Flask, world: World) -> None:
    topic = start(world)
    following.follow(topic_id=topic, follows=True, by=world.visitor("marjan"))
    reply(world, topic, "henk")
    assert unread(world, "marjan") == 1
    rules.set_staff_reading(forum_id=world.forums["lindehof"], rule="none", by=world.visitor("nel"))
    assert unread(world, "marjan") == 0
    assert unread(world, "ton") == 1


def test_the_number_costs_one_query_however_many_forums(context: Flask, world: World) -> None:
    """It is a part of the one that finds out who is asking."""
    statements: list[str] = []
    for slug in ("lindehof", "buurt-west", "zuiderlicht"):
        following.follow(topic_id=start(world, forum=slug), follows=True, by=world.visitor("nel"))
    token = world.open_session("nel")
    connection = db.connection()
    real = connection.execute

    def counting(statement: object, *more: object) -> object:
        statements.append(str(statement))
        return real(statement, *more)  # type: ignore[call-overload]

    connection.execute = counting  # type: ignore[method-assign]
    try:
        assert identity.identify(token) is not None
    finally:
        del connection.execute
    assert len(statements) == 1


# ---- kinds ---------------------------------------------------------------------------------------------------------


def want(world: World, key: str, wants: str | None, kind: str = "help", forum: str = "lindehof") -> None:
    wishes.choose({(world.forums[forum], kind): wants}, by=world.visitor(key))


def test_a_new_topic_of_a_kind_that_one_follows_counts_until_it_is_read(context: Flask, world: World) -> None:
    for key in ("nel", "rachid", "ton"):
        want(world, key, "follow")
    topic = start(world)
    assert [unread(world, key) for key in ("nel", "rachid", "ton", "henk")] == [1, 1, 0, 0]
    start(world, kind="joys")
    assert unread(world, "nel") == 1
    following.read(topic_id=topic, number=1, by=world.visitor("nel"))
    assert unread(world, "nel") == 0
    reply(world, topic, "ton")
    assert unread(world, "nel") == 0, "the answers are for who follows the conversation"
    want(world, "nel", None)
    start(world)
    assert unread(world, "nel") == 0
    assert wrong() == [] or all(person != world.people["ton"] for _topic, person in wrong())


def test_only_who_may_read_it_is_told_of_a_new_topic(context: Flask, world: World) -> None:
    for key in ("nel", "rachid", "marjan", "anouk"):
        want(world, key, "follow")
    keys = ("nel", "rachid", "marjan", "anouk")
    start(world, audience=NEIGHBOURS)
    assert [unread(world, key) for key in keys] == [1, 0, 0, 0]
    start(world, audience=CARETAKER)
    assert [unread(world, key) for key in keys] == [1, 1, 0, 0]
    world.move_out("nel")
    topic = start(world)
    assert row(world, topic, "nel") is None
    assert [unread(world, key) for key in keys[1:]] == [2, 1, 1]


def test_a_blocked_neighbour_makes_no_news(context: Flask, world: World) -> None:
    want(world, "nel", "follow")
    _block(world, "nel", "ton")
    topic = start(world)
    assert row(world, topic, "nel") is None
    other = start(world, key="henk")
    following.follow(topic_id=other, follows=True, by=world.visitor("nel"))
    following.read(topic_id=other, number=1, by=world.visitor("nel"))
    reply(world, other, "ton")
    assert unread(world, "nel") == 0
    reply(world, other, "henk")
    assert unread(world, "nel") == 1


@db.action
def _block(world: World, blocker: str, blocked: str) -> None:
    db.session().add(Block(blocker_id=world.people[blocker], blocked_id=world.people[blocked], at=clock.now()))


def test_a_kind_that_is_quiet_is_not_marked_unless_one_follows_it(context: Flask, world: World) -> None:
    topic = start(world)
    assert is_new(world, topic, "nel")
    want(world, "nel", "mute")
    assert not is_new(world, topic, "nel") and is_new(world, topic, "henk")
    assert is_new(world, start(world, kind="joys"), "nel")
    following.follow(topic_id=topic, follows=True, by=world.visitor("nel"))
    reply(world, topic, "henk")
    assert is_new(world, topic, "nel")


def test_nothing_can_be_wanted_of_a_foreign_forum(context: Flask, world: World) -> None:
    with pytest.raises(Missing):
        wishes.choose(
            {(world.forums["baken"], "help"): "follow", (world.forums["lindehof"], "help"): "follow"},
            by=world.visitor("nel"),
        )
    assert wishes.of(world.visitor("nel")) == {}


def test_the_page_keeps_what_was_chosen(signed_in: Callable[[str], FlaskClient], world: World, app: Flask) -> None:
    nel, lindehof = signed_in("nel"), world.forums["lindehof"]
    said = {
        f"soort-{lindehof}-help": "volgen",
        f"soort-{lindehof}-joys": "stil",
        f"soort-{world.forums['baken']}-help": "volgen",
    }
    assert nel.post("/gesprekken/volgen", data=said).status_code == 303
    page = nel.get("/gesprekken/volgen").get_data(as_text=True)
    chosen = [
        piece.split('value="')[1].split('"')[0]
        for piece in page.split("<option ")
        if " selected" in piece.split(">")[0]
    ]
    assert chosen.count("volgen") == 1 and chosen.count("stil") == 1 and chosen.count("gewoon") == 19
    assert "Baken" not in page
    wrong_word = nel.post("/gesprekken/volgen", data={f"soort-{lindehof}-help": "schreeuwen"})
    assert wrong_word.status_code == 422
    with app.app_context():
        wanted = db.session().scalars(select(KindWish.wants).where(KindWish.person_id == world.people["nel"]))
        assert sorted(wanted) == ["follow", "mute"]


# ---- everything at once --------------------------------------------------------------------------------------------


def test_everything_is_read_at_once_and_for_oneself_alone(context: Flask, world: World) -> None:
    seen, unseen = start(world), start(world)
    for key in ("nel", "henk"):
        following.follow(topic_id=seen, follows=True, by=world.visitor(key))
    reply(world, seen, "ton")
    quiet = start(world)
    following.mute(topic_id=quiet, mutes=True, by=world.visitor("nel"))
    foreign = start(world, key="bas", forum="baken")
    assert unread(world, "nel") == 1 and is_new(world, unseen, "nel")
    following.read_all(by=world.visitor("nel"))
    assert unread(world, "nel") == 0
    assert not any(is_new(world, topic, "nel") for topic in (seen, unseen, quiet))
    assert row(world, foreign, "nel") is None
    held = row(world, seen, "nel")
    assert held is not None and held.is_following and held.last_read == 2
    assert unread(world, "henk") == 1 and is_new(world, unseen, "henk")
    reply(world, seen, "ton")
    assert unread(world, "nel") == 1
    assert wrong() == []


def test_the_button_says_what_it_does_and_does_it(
    signed_in: Callable[[str], FlaskClient], world: World, app: Flask
) -> None:
    with app.app_context():
        topic = start(world)
    nel = signed_in("nel")
    assert "badge new" in nel.get("/gesprekken").get_data(as_text=True)
    assert "Er gaat niets weg" in nel.get("/gesprekken/alles-gelezen").get_data(as_text=True)
    done = nel.post("/gesprekken/alles-gelezen", follow_redirects=True).get_data(as_text=True)
    assert "Alles staat op gelezen." in done and "badge new" not in done
    with app.app_context():
        assert row(world, topic, "nel") is not None


def test_reading_all_while_others_reply_loses_no_mark(app: Flask, world: World) -> None:
    with app.app_context():
        by = {key: world.visitor(key) for key in ("ton", "nel", "henk")}
        topics = [start(world) for _ in range(3)]
        for topic in topics:
            for key in ("nel", "henk"):
                following.follow(topic_id=topic, follows=True, by=by[key])
    ready, failures = threading.Barrier(5), []

    def do(deed: Callable[[int], object]) -> None:
        try:
            ready.wait(10)
            for turn in range(10):
                with app.app_context():
                    deed(topics[turn % 3])
        except BaseException as error:
            failures.append(error)

    def says(key: str) -> Callable[[int], object]:
        return lambda topic: actions.reply(topic_id=topic, source="Ja.", token=None, by=by[key])

    deeds: list[Callable[[int], object]] = [
        says("ton"),
        says("henk"),
        lambda _topic: following.read_all(by=by["nel"]),
        lambda topic: following.read(topic_id=topic, number=10_000, by=by["nel"]),
        lambda _topic: following.read_all(by=by["henk"]),
    ]
    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    with app.app_context():
        assert wrong() == []
        following.read_all(by=by["nel"])
        assert unread(world, "nel") == 0 and wrong() == []
