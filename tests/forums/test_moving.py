"""Put at the top, moved to where it belongs, joined with another: who may, who still reads it, and that no word is lost
and every old address leads to the same post."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community import clock, db
from community.errors import Missing, Refused
from forums import actions, following, moving, settling
from forums.models import CARETAKER, EVERYONE, NEIGHBOURS, Forum, Post, Speaker, Topic, TopicReader
from tests.forums.test_races import at_once
from tests.world import World

Browser = Callable[[str], FlaskClient]


def begin(
    world: World, title: str, by: str = "ton", forum: str = "lindehof", audience: int = EVERYONE, kind: str = "help"
) -> int:
    return actions.start_topic(
        forum_id=world.forums[forum], kind=kind, aspect="ask" if kind == "help" else "association", audience=audience,
        title=title, source=f"Wat {by} schreef over {title}.", token=None, by=world.visitor(by),
    )  # fmt: skip


def said(topic: int) -> list[tuple[int, str]]:
    found = select(Post.number, Post.source).where(Post.topic_id == topic).order_by(Post.number)
    return [(row[0], row[1]) for row in db.session().execute(found)]


def counts(world: World, forum: str) -> tuple[int, int]:
    row = db.session().execute(select(Forum.topics, Forum.open_topics).where(Forum.id == world.forums[forum])).one()
    return row[0], row[1]


# ---- at the top ------------------------------------------------------------------------------------------------------


def test_it_stands_at_the_top_until_a_day(app: Flask, world: World, signed_in: Browser) -> None:
    with app.app_context():
        topic = begin(world, "Belangrijk")
    assert "Bovenaan" not in signed_in("henk").get("/gesprekken").text
    for key, status in {"henk": 403, "ton": 403, "indra": 404, "nel": 303, "moira": 303, "rachid": 303}.items():
        assert signed_in(key).post(f"/gesprekken/{topic}/bovenaan", data={"dag": "over 3 dagen"}).status_code == status
    assert "Bovenaan" in signed_in("henk").get("/gesprekken").text
    assert signed_in("nel").post(f"/gesprekken/{topic}/bovenaan", data={"niet": "1"}).status_code == 303
    assert "Bovenaan" not in signed_in("henk").get("/gesprekken").text


@pytest.mark.parametrize("typed", ["gisteren", "over 31 dagen", "", "onzin"])
def test_a_day_at_the_top_is_near(app: Flask, world: World, signed_in: Browser, typed: str) -> None:
    with app.app_context():
        topic = begin(world, "Belangrijk")
    answer = signed_in("nel").post(f"/gesprekken/{topic}/bovenaan", data={"dag": typed})
    assert answer.status_code == 422 and f'value="{typed}"' in answer.text


# ---- moved -------------------------------------------------------------------------------------------------------------


def test_a_conversation_moves_with_its_words_and_who_may_not_read_it_lets_go(
    app: Flask, world: World, signed_in: Browser
) -> None:
    with app.app_context():
        topic = begin(world, "De speeltuin", by="indra", forum="buurt-west")
        actions.reply(topic_id=topic, source="Ik ook.", token=None, by=world.visitor("nel"))
        assert world.visitor("indra").unread == 1
        moving.move(topic_id=topic, forum_id=world.forums["lindehof"], by=world.visitor("anouk"))
        assert counts(world, "buurt-west") == (0, 0) and counts(world, "lindehof") == (1, 1)
        assert world.visitor("indra").unread == 0
        assert db.session().get(TopicReader, (topic, world.people["indra"])) is None
        kept = db.session().get(TopicReader, (topic, world.people["nel"]))
        assert kept is not None and kept.is_following
    assert signed_in("nel").get(f"/gesprekken/{topic}", follow_redirects=True).status_code == 200
    assert signed_in("indra").get(f"/gesprekken/{topic}").status_code == 404


def test_the_page_offers_where_one_may_write_and_says_who_reads_there(
    app: Flask, world: World, signed_in: Browser
) -> None:
    with app.app_context():
        topic = begin(world, "De speeltuin")
    moira = signed_in("moira")
    page = moira.get(f"/gesprekken/{topic}/verplaatsen").text
    assert 'value="buurt-west"' in page and 'value="zuiderlicht"' in page and 'value="baken"' not in page
    assert moira.post(f"/gesprekken/{topic}/verplaatsen", data={"forum": "baken"}).status_code == 422
    assert moira.post(f"/gesprekken/{topic}/verplaatsen", data={"forum": "buurt-west"}).status_code == 303
    with app.app_context():
        assert counts(world, "buurt-west") == (1, 1) and counts(world, "lindehof") == (0, 0)


@pytest.mark.parametrize(("audience", "by"), [(CARETAKER, "rachid"), (NEIGHBOURS, "moira")])
def test_what_was_written_for_some_stays_where_it_is(app: Flask, world: World, audience: int, by: str) -> None:
    with app.app_context():
        topic, other = begin(world, "Voor hen", audience=audience), begin(world, "Voor allen")
        with pytest.raises(Refused):
            moving.move(topic_id=topic, forum_id=world.forums["zuiderlicht"], by=world.visitor(by))
        moving.move(topic_id=other, forum_id=world.forums["zuiderlicht"], by=world.visitor(by))  # it could have failed


@db.action
def let_staff_read(world: World, forum: str, rule: str) -> None:
    db.session().get_one(Forum, world.forums[forum]).staff_reading = rule


def test_nothing_moves_from_where_staff_does_not_read_to_where_they_do(app: Flask, world: World) -> None:
    with app.app_context():
        topic = begin(world, "Onder ons")
        let_staff_read(world, "lindehof", "none")
        with pytest.raises(Refused):
            moving.move(topic_id=topic, forum_id=world.forums["buurt-west"], by=world.visitor("moira"))
        assert counts(world, "lindehof") == (1, 1)


# ---- joined ------------------------------------------------------------------------------------------------------------


def two(world: World) -> tuple[int, int]:
    """Ton's with an answer by Nel, and Henk's with answers by Nel and Ton."""
    stays, goes = begin(world, "De lift"), begin(world, "Lift kapot", by="henk")
    actions.reply(topic_id=stays, source="Nel hier.", token=None, by=world.visitor("nel"))
    actions.reply(topic_id=goes, source="Nel daar.", token=None, by=world.visitor("nel"))
    actions.reply(topic_id=goes, source="Ton daar.", token=None, by=world.visitor("ton"))
    return stays, goes


def test_no_word_is_lost_and_no_number_skipped(app: Flask, world: World, signed_in: Browser) -> None:
    with app.app_context():
        stays, goes = two(world)
        following.follow(topic_id=goes, follows=True, by=world.visitor("willemijn"))
        moving.merge(topic_id=goes, into=stays, source="Ging over hetzelfde.", by=world.visitor("moira"))
        assert said(goes) == []
        assert said(stays) == [
            (1, "Wat ton schreef over De lift."), (2, "Nel hier."), (3, "Ging over hetzelfde."),
            (4, "Wat henk schreef over Lift kapot."), (5, "Nel daar."), (6, "Ton daar."),
        ]  # fmt: skip
        topic = db.session().get_one(Topic, stays)
        assert (topic.last_number, topic.speakers) == (6, 4)
        speakers = select(Speaker.person_id, Speaker.last_number).where(Speaker.topic_id == stays)
        last = dict(db.session().execute(speakers).all())
        assert last == {world.people[key]: n for key, n in {"ton": 6, "nel": 5, "moira": 3, "henk": 4}.items()}
        assert counts(world, "lindehof") == (1, 1)
        assert db.session().scalar(select(func.count()).where(TopicReader.topic_id == goes)) == 0
        for key in ("henk", "willemijn", "nel"):
            row = db.session().get(TopicReader, (stays, world.people[key]))
            assert row is not None and row.is_following and row.is_behind, key
    nel = signed_in("nel")
    assert nel.get(f"/gesprekken/{goes}").headers["Location"].startswith(f"/gesprekken/{stays}-de-lift")
    assert nel.get(f"/gesprekken/{goes}/2").headers["Location"].endswith("#p-5")
    assert nel.get(f"/g/{goes}").headers["Location"].startswith(f"/gesprekken/{stays}-")
    assert nel.get(f"/gesprekken/{goes}/kop").status_code == 404
    assert nel.get(f"/gesprekken/{goes}/nieuw?na=1").status_code == 404
    assert signed_in("indra").get(f"/gesprekken/{goes}").status_code == 404
    assert signed_in("indra").get(f"/gesprekken/{goes}/2").status_code == 404
    assert nel.post(f"/gesprekken/{goes}/4/dank").status_code in {303, 404}
    late = nel.post(f"/gesprekken/{goes}/reactie", data={"tekst": "Nog iets.", "formulier": "laat"})
    assert late.status_code == 303
    with app.app_context():
        assert said(stays)[-1] == (7, "Nog iets.")
    page = nel.get(f"/gesprekken/{stays}?pagina=1", follow_redirects=True).text
    assert f"/gesprekken/{stays}/5" in page and f"/gesprekken/{goes}/2" not in page


def test_joined_twice_in_a_row_the_first_address_still_leads_there(
    app: Flask, world: World, signed_in: Browser
) -> None:
    with app.app_context():
        stays, goes = two(world)
        last = begin(world, "Alles over de lift")
        moira = world.visitor("moira")
        moving.merge(topic_id=goes, into=stays, source="Eerst dit.", by=moira)
        moving.merge(topic_id=stays, into=last, source="Dan dat.", by=moira)
        assert said(last)[6] == (7, "Nel daar.") or said(last)[6][1] == "Nel daar."
    assert signed_in("nel").get(f"/gesprekken/{goes}/2").headers["Location"].endswith("#p-7")


@pytest.mark.parametrize("audience", [CARETAKER, NEIGHBOURS])
def test_only_what_the_same_people_read_is_joined(app: Flask, world: World, audience: int) -> None:
    with app.app_context():
        one, other = begin(world, "Voor allen"), begin(world, "Voor sommigen", audience=audience)
        elsewhere = begin(world, "Ergens anders", forum="buurt-west")
        moira = world.visitor("moira")
        for pair in ((one, other), (other, one), (one, elsewhere), (one, one)):
            with pytest.raises((Refused, Missing)):
                moving.merge(topic_id=pair[0], into=pair[1], source="Samen.", by=moira)
        assert [len(said(topic)) for topic in (one, other, elsewhere)] == [1, 1, 1]


def test_a_join_that_fails_leaves_no_trace(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with app.app_context():
        stays, goes = two(world)
        monkeypatch.setattr(moving.indexing, "renew_topic", lambda _topic: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            moving.merge(topic_id=goes, into=stays, source="Samen.", by=world.visitor("moira"))
    with app.app_context():
        assert (len(said(stays)), len(said(goes))) == (2, 3)


# ---- at the same moment ---------------------------------------------------------------------------------------------------


def test_two_colleagues_take_a_question_at_once_and_one_is_told(app: Flask, world: World) -> None:
    with app.app_context():
        topic = begin(world, "Wie pakt dit?", kind="question")
        both = [world.visitor("rachid"), world.visitor("marjan")] * 4

    def take(index: int) -> Callable[[], object]:
        def deed() -> object:
            try:
                settling.take(topic_id=topic, promised_on=clock.today() + timedelta(days=index), by=both[index])
            except Refused as refusal:
                return refusal.sentence
            return both[index].short_name

        return deed

    answers = at_once(app, [take(index) for index in range(len(both))])
    with app.app_context():
        owner = db.session().get_one(Topic, topic).owner_id
    won = "Rachid" if owner == world.people["rachid"] else "Marjan"
    assert answers.count(won) == 4
    assert all(f"{won} heeft deze vraag al opgepakt" in str(said) for said in answers if said != won)


def crowd_replies(app: Flask, world: World, topic: int, deed: Callable[[], object]) -> list[object]:
    """Twelve reply while something happens to the topic; what each was told."""
    with app.app_context():
        people = [world.visitor(key) for key in ("nel", "henk", "willemijn")] * 4

    def reply(index: int) -> Callable[[], object]:
        def say() -> object:
            try:
                return actions.reply(topic_id=topic, source=f"Ik ben {index}", token=f"f{index}", by=people[index])
            except (Refused, Missing) as refusal:
                return refusal

        return say

    done = threading.Event()

    def happens() -> object:
        try:
            return deed()
        finally:
            done.set()

    return at_once(app, [*(reply(index) for index in range(12)), happens])[:-1]


def test_closed_while_people_reply_nobody_comes_after_it(app: Flask, world: World) -> None:
    with app.app_context():
        topic, moira = begin(world, "Dicht"), world.visitor("moira")
    told = crowd_replies(
        app, world, topic, lambda: settling.agree(topic_id=topic, source="Klaar.", closes=True, by=moira)
    )
    with app.app_context():
        found = db.session().get_one(Topic, topic)
        assert found.closed_at is not None
        placed = [number for number in told if isinstance(number, int)]
        assert sorted(placed) == list(range(2, found.last_number + 1))
        assert len(said(topic)) == found.last_number
        assert all(isinstance(refusal, Refused) for refusal in told if not isinstance(refusal, int))


def test_moved_while_people_reply_no_reply_is_lost(app: Flask, world: World) -> None:
    with app.app_context():
        topic, moira = begin(world, "Verhuist"), world.visitor("moira")
    told = crowd_replies(
        app, world, topic, lambda: moving.move(topic_id=topic, forum_id=world.forums["buurt-west"], by=moira)
    )
    assert sorted(told) == list(range(2, 14))  # type: ignore[type-var]
    with app.app_context():
        assert len(said(topic)) == 13
        assert counts(world, "buurt-west") == (1, 1)


def test_joined_while_people_reply_every_reply_arrives(app: Flask, world: World) -> None:
    with app.app_context():
        goes, stays, moira = begin(world, "Dubbel"), begin(world, "Enkel"), world.visitor("moira")
    told = crowd_replies(app, world, goes, lambda: moving.merge(topic_id=goes, into=stays, source="Samen.", by=moira))
    assert all(isinstance(number, int) for number in told), told
    with app.app_context():
        assert said(goes) == []
        assert [number for number, _text in said(stays)] == list(range(1, 16))
        assert {f"Ik ben {index}" for index in range(12)} <= {text for _number, text in said(stays)}


def test_joined_both_ways_at_once_happens_once(app: Flask, world: World) -> None:
    with app.app_context():
        one, other, moira = begin(world, "Een"), begin(world, "Twee"), world.visitor("moira")

    def join(goes: int, stays: int) -> Callable[[], object]:
        def deed() -> object:
            try:
                moving.merge(topic_id=goes, into=stays, source="Samen.", by=moira)
            except (Missing, Refused):
                return "absent"
            return "joined"

        return deed

    assert sorted(str(said) for said in at_once(app, [join(one, other), join(other, one)])) == ["absent", "joined"]
    with app.app_context():
        assert sorted([len(said(one)), len(said(other))]) == [0, 3]
