"""A neighbour one does not want to read is not read anywhere, does not know it, and comes back when one wants."""

from __future__ import annotations

import pytest

from community.errors import Refused
from community.moderation import actions, queries
from forums import actions as forum_actions
from forums import lists
from forums import queries as forum_queries
from tests.community.moderation.deeds import a_quarrel, post
from tests.world import World

pytestmark = pytest.mark.usefixtures("context")
MARK, TITLE = "zwijnenstal-5521", "Kattenbakkenkwestie"


@pytest.fixture
def said(world: World) -> tuple[int, int]:
    """A topic that Ton began (with its mark), and a post by him in a topic of Nel."""
    own = forum_actions.start_topic(
        forum_id=world.forums["lindehof"], kind="help", title=TITLE, source=MARK, token=None, by=world.visitor("ton")
    )
    return own, a_quarrel(world, said=MARK)


def test_nothing_is_new_of_who_is_blocked(world: World, said: tuple[int, int]) -> None:
    topic = post(said[1]).topic_id
    forum_actions.reply(topic_id=topic, source="Dag", token=None, by=world.visitor("henk"))
    actions.block(world.people["ton"], by=world.visitor("henk"))
    forum_actions.reply(topic_id=topic, source="Bah", token=None, by=world.visitor("ton"))
    assert world.visitor("henk").unread == 0
    henk = world.visitor("henk")
    (row,) = lists.topic_lines(henk, forum_queries.forum_rows(henk))
    assert row.id == topic and not lists.is_unread(row, henk)
    forum_actions.reply(topic_id=topic, source="Dag", token=None, by=world.visitor("nel"))
    assert world.visitor("henk").unread == 1


def test_the_pages_of_a_list_are_counted_without_them(world: World, said: tuple[int, int]) -> None:
    henk = world.visitor("henk")
    assert lists.count_topics(henk, forum_queries.forum_rows(henk)) == 2
    actions.block(world.people["ton"], by=henk)
    henk = world.visitor("henk")
    assert lists.count_topics(henk, forum_queries.forum_rows(henk)) == 1


def test_who_works_here_is_read_by_all_and_reads_all(world: World) -> None:
    with pytest.raises(Refused):
        actions.block(world.people["rachid"], by=world.visitor("henk"))
    with pytest.raises(Refused):
        actions.block(world.people["henk"], by=world.visitor("rachid"))
    with pytest.raises(Refused):
        actions.block(world.people["henk"], by=world.visitor("henk"))
    assert queries.who_block(world.people["rachid"]) == frozenset()
