"""What was agreed is found by its words from the moment that it stands above a conversation, and no longer than that; by
whoever may read the conversation; the same on each database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from community import clock, db, reindexing, search
from community.accounts.models import Person
from community.moderation.handles import Moderator
from community.moderation.models import Block
from community.search import Line
from community.spelling import Spelling
from forums import actions, decency, finding, indexing, moving, settling
from forums.models import CARETAKER, NEIGHBOURS, Post, Topic
from tests.world import World

pytestmark = pytest.mark.usefixtures("context")


def begin(world: World, title: str = "De lift", by: str = "nel", forum: str = "lindehof", **more: int) -> int:
    return actions.start_topic(
        forum_id=world.forums[forum], kind="conversation", title=title, source="Dag", token=None,
        by=world.visitor(by), **more,
    )  # fmt: skip


def agree(world: World, topic: int, source: str = "De **loodgieters** komen dinsdag.", by: str = "nel") -> None:
    settling.agree(topic_id=topic, source=source, by=world.visitor(by))


def find(world: World, query: str = "loodgieter", who: str = "ton", most: int = 20, **more: object) -> list[Line]:
    asked = search.read(query, **more)  # type: ignore[arg-type]
    return list(finding.outcomes(world.visitor(who), asked, 0, most))


def stands(word: str) -> bool:
    """Whether a word stands anywhere in what searching keeps."""
    kept = [*db.session().scalars(select(search.Entry.words)), *db.session().scalars(select(Spelling.word))]
    return any(word in one.split() for one in kept)


def moderator(world: World) -> Moderator:
    return Moderator(world.people["marjan"], "woonconsulent", "other")


def first_post(topic: int) -> int:
    return db.session().scalars(select(Post.id).where(Post.topic_id == topic, Post.number == 1)).one()


def test_what_was_agreed_is_found_with_a_way_to_it(world: World) -> None:
    topic = begin(world)
    assert find(world) == []
    agree(world, topic)
    (found,) = find(world)
    assert found.href == f"/gesprekken/{topic}-de-lift?pagina=1#h-afspraak"
    assert (found.title, found.plain) == ("De lift", "De loodgieters komen dinsdag.")
    assert found.about.startswith("Nel van Dam · vandaag") and found.tag == "Lindehof"


def test_it_is_found_by_what_it_says_now_and_not_when_it_was_taken_back(world: World) -> None:
    topic = begin(world)
    agree(world, topic)
    agree(world, topic, "De schilder komt woensdag.")
    assert find(world) == [] and not stands("loodgieter") and len(find(world, "schilder")) == 1
    settling.close(topic_id=topic, by=world.visitor("marjan"))
    settling.reopen(topic_id=topic, by=world.visitor("marjan"))
    assert len(find(world, "schilder")) == 1, "what was agreed stays"
    settling.take_back(topic_id=topic, by=world.visitor("nel"))
    assert find(world, "schilder") == [] and not stands("schilder")


def test_who_writes_it_better_writes_it_later(world: World) -> None:
    with time_machine.travel(clock.now() - timedelta(days=30)):
        topic = begin(world)
        agree(world, topic)
    assert find(world, since=clock.now() - timedelta(days=1)) == []
    agree(world, topic, "De loodgieters komen woensdag.")
    assert len(find(world, since=clock.now() - timedelta(days=1))) == 1
    assert find(world, until=clock.now() - timedelta(days=1)) == []


@pytest.mark.parametrize("what", ["hidden", "merged", "gone"])
def test_it_is_gone_even_when_the_index_was_not_told(world: World, what: str) -> None:
    topic, other = begin(world), begin(world, "De tuin")
    agree(world, topic)
    assert find(world)
    changed = {
        "hidden": {"hidden_at": clock.now()},
        "merged": {"merged_into_id": other},
        "gone": {"outcome": None},
    }[what]

    @db.action
    def change() -> None:
        db.session().execute(update(Topic).where(Topic.id == topic).values(changed))

    change()
    assert find(world) == []


def test_a_hidden_conversation_leaves_the_index_and_comes_back(world: World) -> None:
    topic = begin(world)
    agree(world, topic)
    hide: Callable[..., None] = db.action(decency.hide)
    restore: Callable[..., None] = db.action(decency.restore)
    hide(first_post(topic), True, moderator(world))
    assert find(world) == [] and not stands("loodgieter")
    restore(first_post(topic), True)
    assert len(find(world)) == 1


def test_why_a_moderator_closed_it_is_found_until_it_is_open_again(world: World) -> None:
    topic = begin(world)
    close: Callable[..., None] = db.action(decency.close)
    reopen: Callable[..., None] = db.action(decency.reopen)
    close(first_post(topic), "Er werd geschreeuwd.", moderator(world))
    assert len(find(world, "geschreeuwd")) == 1
    reopen(first_post(topic), "Er werd geschreeuwd.")
    assert find(world, "geschreeuwd") == [] and not stands("geschreeuw")


def test_it_moves_with_its_conversation(world: World) -> None:
    topic = begin(world, by="bas", forum="zuiderlicht")
    agree(world, topic, by="bas")
    assert find(world, who="bas")
    moving.move(topic_id=topic, forum_id=world.forums["lindehof"], by=world.visitor("marjan"))
    assert find(world, who="bas") == [] and len(find(world, who="ton")) == 1


def test_of_two_that_become_one_only_what_still_stands_is_found(world: World) -> None:
    old, new = begin(world), begin(world, "De lift weer")
    agree(world, old)
    agree(world, new, "De schilder komt.")
    moving.merge(topic_id=old, into=new, source="Samengevoegd", by=world.visitor("marjan"))
    assert find(world) == [] and not stands("loodgieter")
    assert len(find(world, "schilder")) == 1


def test_nobody_finds_what_they_may_not_read(world: World) -> None:
    for title, more in (("Allen", {}), ("Buren", {"audience": NEIGHBOURS}), ("Huismeester", {"audience": CARETAKER})):
        agree(world, begin(world, title, **more))
    titles = {
        who: {line.title for line in find(world, who=who)}
        for who in ("nel", "ton", "rachid", "marjan", "bas", "indra", "bram", "anouk")
    }
    assert titles == {
        "nel": {"Allen", "Buren", "Huismeester"}, "ton": {"Allen", "Buren"}, "rachid": {"Allen", "Huismeester"},
        "marjan": {"Allen"}, "anouk": {"Allen"}, "bas": set(), "indra": set(), "bram": set(),
    }  # fmt: skip


def test_by_who_wrote_it(world: World) -> None:
    topic = begin(world, by="nel")
    agree(world, topic, by="marjan")
    assert len(find(world, writer="Marjan")) == 1 and find(world, writer="Nel") == []
    assert len(find(world, who="rachid", writer="Marjan")) == 1, "among colleagues"
    own = begin(world, "De tuin", by="nel")
    agree(world, own, by="nel")
    assert len(find(world, writer="Nel")) == 1 and find(world, who="rachid", writer="Nel") == []


def test_a_neighbour_one_does_not_want_to_read_gives_no_hits(world: World) -> None:
    agree(world, begin(world))

    @db.action
    def block() -> None:
        db.session().add(Block(blocker_id=world.people["ton"], blocked_id=world.people["nel"], at=clock.now()))

    block()
    assert find(world, who="ton") == [] and len(find(world, who="henk")) == 1


def test_who_stopped_is_not_found_by_their_name(world: World) -> None:
    agree(world, begin(world))

    @db.action
    def stop() -> None:
        db.session().execute(update(Person).where(Person.id == world.people["nel"]).values(left_at=clock.now()))
        indexing.renew_writer(world.people["nel"])

    stop()
    assert find(world, writer="nel") == []
    (line,) = find(world)
    assert "Nel" not in line.about and line.face and line.face.photo is None


def test_what_failed_leaves_nothing_to_find(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = begin(world)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(settling.live, "hint", fail)
    with pytest.raises(RuntimeError):
        agree(world, topic)
    assert find(world) == [] and not stands("loodgieter")


def entries() -> list[tuple[object, ...]]:
    found = select(search.Entry.kind, search.Entry.subject_id, search.Entry.words, search.Entry.marks)
    return [tuple(row) for row in db.connection().execute(found.order_by(search.Entry.kind, search.Entry.subject_id))]


def test_outcomes_of_before_are_gone_through_by_the_worker(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reindexing, "BATCH", 2)
    for number in range(5):
        agree(world, begin(world, f"Gesprek {number}"), f"De loodgieters, {number}")
    begin(world, "Zonder")
    before = entries()
    reindexing.begin_anew()
    assert find(world) == []
    reindexing.catch_up()
    assert [line.title for line in find(world)] == ["Gesprek 4", "Gesprek 3"], "the newest first"
    for _round in range(4):
        reindexing.catch_up()
    assert entries() == before
    assert db.session().scalars(select(search.Unindexed)).all() == []


def test_filling_at_one_go_gives_the_same_in_the_order_of_time(world: World) -> None:
    start = clock.now() - timedelta(days=9)
    for day in range(3):
        with time_machine.travel(start + timedelta(days=day)):
            agree(world, begin(world, f"Gesprek {day}"), f"De loodgieters, {day}")
    before = entries()
    fill: Callable[[], None] = db.action(reindexing.fill)
    fill()
    assert entries() == before
    kept = db.session().execute(select(search.Entry.kind, search.Entry.id).order_by(search.Entry.id)).all()
    assert [kind for kind, _id in kept] == ["topic", "outcome"] * 3
    times = [search.written_at(key) for _kind, key in kept]
    assert all(abs(moment - _day(start, n // 2)) < timedelta(minutes=1) for n, moment in enumerate(times))


def _day(start: datetime, number: int) -> datetime:
    return start + timedelta(days=number)
