"""Searching the conversations: what is found, by whom, and what is not; the same on each database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from community import clock, db, reindexing, search
from community.accounts.models import Person
from community.moderation.models import Block
from community.search import Asked, Line
from community.spelling import Spelling
from forums import actions, finding, indexing
from forums.models import CARETAKER, NEIGHBOURS, Post, Topic
from tests.world import World

pytestmark = pytest.mark.usefixtures("context")


def begin(world: World, title: str, source: str, by: str = "nel", forum: str = "lindehof", **more: int) -> int:
    return actions.start_topic(
        forum_id=world.forums[forum], kind="conversation", title=title, source=source, token=None,
        by=world.visitor(by), **more,
    )  # fmt: skip


def say(world: World, topic: int, source: str, by: str = "henk") -> int:
    number = actions.reply(topic_id=topic, source=source, token=None, by=world.visitor(by))
    return db.session().scalars(select(Post.id).where(Post.topic_id == topic, Post.number == number)).one()


def find(world: World, query: str, who: str = "ton", most: int = 20, **more: object) -> list[Line]:
    visitor, asked = world.visitor(who), search.read(query, **more)  # type: ignore[arg-type]
    return [*finding.topics(visitor, asked, 0, most), *finding.posts(visitor, asked, 0, most)]


def titles(found: list[Line]) -> list[str]:
    return [line.title for line in found]


def test_a_topic_is_found_by_its_title_its_text_and_their_families(world: World) -> None:
    begin(world, "De fietsenstalling", "Er staan oude fietsen van kinderen in het café.")
    for query in ("fietsenstalling", "FIETSENSTALLING", "stalling", "fiets", "kind", "cafe's", "oude kinderen", "de"):
        assert titles(find(world, query)) == ["De fietsenstalling"], query
    for query in ("lift", "fiets lift", "stad"):
        assert find(world, query) == [], query


def test_a_reply_is_found_with_a_way_to_it(world: World) -> None:
    topic = begin(world, "De tuin", "Wie helpt mee?")
    say(world, topic, "Ik neem de **schoffels** mee.")
    (found,) = find(world, "schoffel")
    assert (found.href, found.title, found.plain) == (f"/gesprekken/{topic}/2", "De tuin", "Ik neem de schoffels mee.")


def test_the_newest_stands_first(world: World) -> None:
    for number in range(5):
        begin(world, f"Lift {number}", "Dag")
    assert titles(find(world, "lift")) == [f"Lift {number}" for number in (4, 3, 2, 1, 0)]
    assert titles(find(world, "lift", most=2)) == ["Lift 4", "Lift 3"]


def test_within_quotes_words_stand_behind_one_another(world: World) -> None:
    begin(world, "Zaal", "Wij drinken koffie in de grote zaal.")
    assert find(world, '"koffie in de grote zaal"') and find(world, "“de grote zalen”") and find(world, '"koffie')
    assert not find(world, '"zaal grote"') and not find(world, '"koffie zaal"')
    # Not from a title into the text under it, and not from the end of a text into its marks.
    assert not find(world, '"zaal wij"') and find(world, "zaal wij")


def test_parts_of_compounds_are_no_phrase(world: World) -> None:
    begin(world, "Hok", "Het fietsenhok zit vol.")
    assert find(world, "fiets hok") and not find(world, '"fiets hok"')


def test_by_person(world: World) -> None:
    topic = begin(world, "Lift", "De lift is stuk", by="nel")
    say(world, topic, "De lift doet het weer", by="henk")
    assert [line.href for line in find(world, "lift", writer="Henk")] == [f"/gesprekken/{topic}/2"]
    assert [line.href for line in find(world, "lift", writer="de boer")] == [f"/gesprekken/{topic}/2"]
    assert [line.href for line in find(world, "lift", writer="BÓER")] == [f"/gesprekken/{topic}/2"]
    assert len(find(world, "", writer="nel")) == 1
    assert find(world, "lift", writer="Ton") == []


def test_staff_search_colleagues_and_no_residents(world: World) -> None:
    topic = begin(world, "Lift", "De lift is stuk", by="nel")
    say(world, topic, "De lift wordt gemaakt", by="rachid")
    assert len(find(world, "lift", who="marjan")) == 2
    assert find(world, "lift", who="marjan", writer="nel") == []
    assert len(find(world, "lift", who="marjan", writer="rachid")) == 1
    assert find(world, "lift", who="ton", writer="nel"), "a resident may"


def test_by_period(world: World) -> None:
    begin(world, "Lift", "Vandaag")
    now = clock.now()
    assert find(world, "lift", since=now - timedelta(hours=1))
    assert not find(world, "lift", since=now + timedelta(hours=1))
    assert not find(world, "lift", until=now - timedelta(hours=1))


def test_nobody_finds_what_they_may_not_read(world: World) -> None:
    begin(world, "Merkwoord", "Van de Lindehof")
    begin(world, "Merkwoord", "Voor de buren", audience=NEIGHBOURS)
    begin(world, "Merkwoord", "Voor de huismeester", audience=CARETAKER)
    texts = {
        who: {line.plain for line in find(world, "merkwoord", who=who)}
        for who in ("nel", "ton", "rachid", "marjan", "bas", "indra", "bram", "anouk")
    }
    both, all_three = {"Van de Lindehof", "Voor de buren"}, {"Van de Lindehof", "Voor de buren", "Voor de huismeester"}
    assert texts == {
        "nel": all_three, "ton": both, "rachid": {"Van de Lindehof", "Voor de huismeester"},
        "marjan": {"Van de Lindehof"}, "anouk": {"Van de Lindehof"}, "bas": set(), "indra": set(), "bram": set(),
    }  # fmt: skip


def test_who_moved_out_finds_nothing(world: World) -> None:
    begin(world, "Merkwoord", "Dag")
    assert find(world, "merkwoord", who="ton")
    world.move_out("ton")
    assert find(world, "merkwoord", who="ton") == []


@pytest.mark.parametrize("first", [True, False])
def test_what_is_withdrawn_is_gone_at_once_and_comes_back(world: World, first: bool) -> None:
    topic = begin(world, "Titel", "Merkwoord" if first else "Dag", by="nel")
    post = db.session().scalars(select(Post.id).where(Post.topic_id == topic)).one()
    if not first:
        post = say(world, topic, "Merkwoord", by="nel")
    assert find(world, "merkwoord")
    actions.withdraw(post_id=post, by=world.visitor("nel"))
    assert find(world, "merkwoord") == []
    assert not stands("merkwoord")
    actions.restore(post_id=post, by=world.visitor("nel"))
    assert find(world, "merkwoord")


def stands(word: str) -> bool:
    """Whether a word stands anywhere in what searching keeps."""
    kept = [*db.session().scalars(select(search.Entry.words)), *db.session().scalars(select(Spelling.word))]
    return any(word in one.split() for one in kept)


def test_an_edited_text_is_found_by_what_it_says_now(world: World) -> None:
    topic = begin(world, "Titel", "Merkwoord")
    post = db.session().scalars(select(Post.id).where(Post.topic_id == topic)).one()
    actions.edit(post_id=post, source="Anders", by=world.visitor("nel"))
    assert find(world, "merkwoord") == [] and not stands("merkwoord")
    assert find(world, "anders")


@pytest.mark.parametrize("what", ["post", "topic", "merged"])
def test_what_is_hidden_is_gone_even_when_the_index_was_not_told(world: World, what: str) -> None:
    topic = begin(world, "Titel", "Dag")
    other = begin(world, "Anders", "Dag")
    post = say(world, topic, "Merkwoord")
    assert find(world, "merkwoord")

    @db.action
    def hide() -> None:
        if what == "post":
            db.session().execute(update(Post).where(Post.id == post).values(hidden_at=clock.now()))
        else:
            values = {"hidden_at": clock.now()} if what == "topic" else {"merged_into_id": other}
            db.session().execute(update(Topic).where(Topic.id == topic).values(values))

    hide()
    assert find(world, "merkwoord") == []


def test_a_hidden_post_leaves_the_index(world: World) -> None:
    topic = begin(world, "Titel", "Dag")
    post = say(world, topic, "Merkwoord")

    @db.action
    def hide() -> None:
        db.session().execute(update(Post).where(Post.id == post).values(hidden_at=clock.now()))
        indexing.renew([post])

    hide()
    assert not stands("merkwoord")


def test_a_topic_that_moved_is_found_where_it_stands(world: World) -> None:
    topic = begin(world, "Merkwoord", "Dag", forum="zuiderlicht")
    say(world, topic, "Merkwoord terug", by="bas")
    assert len(find(world, "merkwoord", who="bas")) == 2

    @db.action
    def move() -> None:
        db.session().execute(update(Topic).where(Topic.id == topic).values(forum_id=world.forums["lindehof"]))
        indexing.renew_topic(topic)

    move()
    assert find(world, "merkwoord", who="bas") == []
    assert len(find(world, "merkwoord", who="ton")) == 2


def test_a_neighbour_one_does_not_want_to_read_gives_no_hits(world: World) -> None:
    topic = begin(world, "Merkwoord", "Dag", by="nel")
    say(world, topic, "Merkwoord", by="henk")
    assert len(find(world, "merkwoord")) == 2

    @db.action
    def block() -> None:
        db.session().add(Block(blocker_id=world.people["ton"], blocked_id=world.people["henk"], at=clock.now()))

    block()
    assert [line.href for line in find(world, "merkwoord")] == [f"/gesprekken/{topic}-merkwoord"]


def test_who_is_called_otherwise_or_stopped_is_not_found_by_the_old_name(world: World) -> None:
    begin(world, "Lift", "Dag", by="henk")
    assert find(world, "lift", writer="henk")

    @db.action
    def stop() -> None:
        db.session().execute(update(Person).where(Person.id == world.people["henk"]).values(left_at=clock.now()))
        indexing.renew_writer(world.people["henk"])

    stop()
    assert find(world, "lift", writer="henk") == []
    (line,) = find(world, "lift")
    assert "Henk" not in line.about and line.face.photo is None


def test_a_failed_reply_leaves_nothing_to_find(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    topic = begin(world, "Titel", "Dag")

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(actions.live, "hint", fail)
    with pytest.raises(RuntimeError):
        say(world, topic, "Merkwoord")
    monkeypatch.undo()
    assert not stands("merkwoord") and find(world, "merkwoord") == []
    say(world, topic, "Merkwoord")
    assert stands("merkwoord"), "that it was seen once does not mean that it is there"


# ---- what was perhaps meant ---------------------------------------------------------------------------------------


def meant(world: World, query: str, who: str = "ton") -> str | None:
    visitor = world.visitor(who)

    def first(asked: Asked) -> Line | None:
        found = [*finding.topics(visitor, asked, 0, 1), *finding.posts(visitor, asked, 0, 1)]
        return found[0] if found else None

    return search.suggestion(search.read(query), first)


def test_a_misspelt_word_is_put_right(world: World) -> None:
    begin(world, "Het fietsenhok", "De verwarming en de brievenbus")
    for typed, right in (
        ("fitsenhok", "fietsenhok"),
        ("fietsenohk", "fietsenhok"),
        ("verwaming", "verwarming"),
        ("briefenbus", "brievenbus"),
    ):
        assert find(world, typed) == [] and meant(world, typed) == right, typed
    assert meant(world, "verwaming in het fietsenhok") == "verwarming in het fietsenhok"
    assert meant(world, "xyzzyqw") is None and meant(world, "") is None


def test_no_word_is_suggested_that_one_may_not_read(world: World) -> None:
    begin(world, "Dag", "Kanariepiet", audience=CARETAKER)
    begin(world, "Dag", "Bakenhuisje", by="bas", forum="baken")
    assert meant(world, "kanariepit", "nel") == "kanariepiet", "who may read it is helped"
    for who in ("ton", "marjan", "bas", "indra"):
        assert meant(world, "kanariepit", who) is None, who
    assert meant(world, "bakenhuisj", "ton") is None and meant(world, "bakenhuijse", "bas") == "bakenhuisje"


def test_a_suggestion_has_the_form_that_one_can_read(world: World) -> None:
    """The stem meets, but the form of the private text is not given away."""
    begin(world, "Dag", "Sleutelbossen", audience=CARETAKER)
    begin(world, "Dag", "Een sleutelbos")
    assert meant(world, "sleutlbossen", "ton") in (None, "sleutelbos")


def test_a_word_that_is_gone_is_not_suggested(world: World) -> None:
    topic = begin(world, "Dag", "Dag")
    post = say(world, topic, "Kanariepiet", by="nel")
    assert meant(world, "kanariepit") == "kanariepiet"
    actions.withdraw(post_id=post, by=world.visitor("nel"))
    assert meant(world, "kanariepit") is None


# ---- whatever is typed --------------------------------------------------------------------------------------------

HOSTILE = (
    "", " ", '"', '""', "'", "*", "a*", "AND", "OR OR", "NOT lift", "NEAR(a b)", "lift AND", "(lift", "lift)", "-lift",
    "^lift", "words:lift", "lift:A", "a & b", "a | !b", "a <-> b", "lift:*", "%", "_", "\\", "\0", "🧓🏽", "½", "ﬁets", "١٢",
    "'; DROP TABLE post; --", "{words} : lift", "+lift", "lift\nlift", "é" * 500, "a" * 5000, "k0topic", "f1", "n0nel", "t0lift",
)  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_operators_are_words(world: World, query: str) -> None:
    begin(world, "De lift", "Dag")
    for line in find(world, query) + find(world, "lift", writer=query):
        assert line.title == "De lift"
    meant(world, query)


def test_marks_of_ours_cannot_be_typed(world: World) -> None:
    begin(world, "De lift", "Dag")
    forum = world.forums["lindehof"]
    for query in ("k0topic", f"f{forum}", "n0nel", "t0lift", "k0"):
        assert find(world, query) == [], query


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# The door takes out what no database can keep (`community/incoming.py`).
@given(source=st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=80))
def test_any_text_is_found_by_itself(app: Flask, world: World, source: str) -> None:
    topic = begin(world, "Titel", "Dag")
    say(world, topic, source)
    asked = search.read(source)
    if not asked.is_empty:
        assert topic in {int(line.href.split("/")[2]) for line in find(world, source, most=60)}


# ---- what was there before ----------------------------------------------------------------------------------------


def entries() -> list[tuple[object, ...]]:
    found = select(search.Entry.kind, search.Entry.subject_id, search.Entry.words, search.Entry.marks)
    return [tuple(row) for row in db.connection().execute(found.order_by(search.Entry.id))]


def test_what_was_there_before_the_index_is_gone_through_bit_by_bit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "BATCH", 3)
    topic = begin(world, "Titel", "Dag")
    for number in range(7):
        say(world, topic, f"Merkwoord {number}")
    before = entries()
    spelled = db.session().scalar(select(func.count()).select_from(Spelling))
    reindexing.begin_anew()
    assert entries() == [] and find(world, "merkwoord") == []
    reindexing.catch_up()
    assert len(find(world, "merkwoord")) == 3, "the newest first"
    say(world, topic, "Merkwoord meanwhile")
    for _round in range(5):
        reindexing.catch_up()
    assert entries()[:-1] == before
    assert (db.session().scalar(select(func.count()).select_from(Spelling)) or 0) >= (spelled or 0)
    assert [line.plain[-1] for line in find(world, "merkwoord")[1:]] == list("6543210")


def test_filling_at_one_go_gives_the_same(world: World) -> None:
    topic = begin(world, "Titel", "Dag")
    say(world, topic, "Merkwoord")
    before = entries()
    reindexing.begin_anew()
    fill: Callable[[], None] = db.action(reindexing.fill)
    fill()
    assert entries() == before and meant(world, "merkwoort") == "merkwoord"
