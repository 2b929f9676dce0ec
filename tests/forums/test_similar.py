"""Conversations about the same, before somebody begins a new one."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from community import clock, db, web
from forums import actions
from forums.models import CARETAKER, Topic
from forums.similar import similar_topics
from tests.world import World

pytestmark = pytest.mark.usefixtures("context")


def begin(world: World, title: str, by: str = "nel", forum: str = "lindehof", **more: int) -> int:
    return actions.start_topic(
        forum_id=world.forums[forum], kind="conversation", title=title, source="Dag allemaal", token=None,
        by=world.visitor(by), **more,
    )  # fmt: skip


def similar(world: World, title: str, who: str = "ton") -> list[str]:
    return [topic.title for topic in similar_topics(world.visitor(who), title)]


def test_most_words_in_common_come_first_then_the_newest(world: World) -> None:
    for title in ("De lift is stuk", "Lift maakt lawaai", "Sleutel gevonden in de lift", "Koffie", "Liften vernieuwd"):
        begin(world, title)
    assert similar(world, "Is de lift weer stuk?") == ["De lift is stuk"]
    assert similar(world, "Lift") == ["Liften vernieuwd", "Sleutel gevonden in de lift", "Lift maakt lawaai"]
    assert similar(world, "Wie vond mijn sleutels in de lift") == ["Sleutel gevonden in de lift"]


def test_nothing_is_alike_when_nothing_is_asked(world: World) -> None:
    begin(world, "De lift is stuk")
    for title in ("", "   ", "de het een", "🙂", "Iets heel anders", "allemaal"):
        assert similar(world, title) == [], title


def test_what_one_may_not_read_is_not_alike(world: World) -> None:
    begin(world, "Kapotte wasmachine", audience=CARETAKER)
    begin(world, "Kapotte wasmachine", by="bas", forum="baken")
    hidden = begin(world, "Kapotte wasmachine")
    assert len(similar(world, "wasmachine kapot", "nel")) == 2
    assert similar(world, "wasmachine kapot", "ton") == ["Kapotte wasmachine"]

    @db.action
    def hide() -> None:
        db.session().execute(update(Topic).where(Topic.id == hidden).values(hidden_at=clock.now()))

    hide()
    assert similar(world, "wasmachine kapot", "ton") == []


def test_the_fragment_names_them_with_a_way_to_them(world: World) -> None:
    topic = begin(world, "De <lift> is stuk")
    found = similar_topics(world.visitor("ton"), "lift stuk")
    piece = str(web.template("forums/_similar.html").module.similar(found))
    assert f'href="/gesprekken/{topic}-de-lift-is-stuk"' in piece and "De &lt;lift&gt; is stuk" in piece
    assert str(web.template("forums/_similar.html").module.similar([])).strip() == ""
