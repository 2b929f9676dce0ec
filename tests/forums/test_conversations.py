"""Talking, through the front door: reading, replying, changing, thanking, and who sees nothing of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community import clock, db
from community.journal import JournalEntry
from forums import actions, taking_part
from forums.models import Forum, Post, Reaction, Topic, TopicReader
from tests.world import World

Browser = Callable[[str], FlaskClient]


@pytest.fixture
def topic(app: Flask, world: World) -> int:
    """Ton's conversation in the Lindehof, with an answer by the caretaker."""
    with app.app_context():
        topic = actions.start_topic(
            forum_id=world.forums["lindehof"],
            kind="question",
            title="Het fietsenhok staat vol",
            source="Ik krijg mijn fiets er **bijna niet** meer uit.",
            token="eerste",
            by=world.visitor("ton"),
        )
        actions.reply(topic_id=topic, source="Ik hang briefjes op.", token=None, by=world.visitor("rachid"))
        return topic


def page(browser: FlaskClient, path: str, status: int = 200) -> str:
    answer = browser.get(path, follow_redirects=True)
    assert answer.status_code == status, answer.text[:500]
    return answer.text


def numbers(html: str) -> list[int]:
    return [int(found) for found in re.findall(r'<li id="p-(\d+)"', html)]


def test_a_neighbour_reads_a_conversation(signed_in: Browser, topic: int) -> None:
    html = page(signed_in("nel"), f"/gesprekken/{topic}")
    assert numbers(html) == [1, 2]
    assert "<strong>bijna niet</strong>" in html
    assert 'class="body post-body"' in html


def test_the_caretaker_speaks_under_his_own_name_with_a_badge_from_the_server(signed_in: Browser, topic: int) -> None:
    html = page(signed_in("nel"), f"/gesprekken/{topic}")
    post = html.split('id="p-2"')[1].split("</li>")[0]
    assert 'class="post staff"' in post
    assert "Rachid Amrani" in post
    assert "huismeester" in post
    assert "huismeester" not in html.split('id="p-1"')[1].split("</li>")[0]


def test_the_line_above_the_text_box_names_who_will_read(signed_in: Browser, topic: int) -> None:
    html = page(signed_in("ton"), f"/gesprekken/{topic}")
    assert "Uw buren in de Lindehof en Rachid, Marjan en Anouk van Zuiderlicht kunnen dit lezen." in html


@pytest.mark.parametrize("who", ["indra", "bas", "bram", "otto", "ada"])
@pytest.mark.parametrize("path", ["", "/1", "/nieuw", "/1/dank", "/1/wijzig"])
def test_somebody_of_another_building_finds_nothing(signed_in: Browser, topic: int, who: str, path: str) -> None:
    assert signed_in("nel").get(f"/gesprekken/{topic}{path}", follow_redirects=True).status_code in {200, 403}
    foreign = signed_in(who).get(f"/gesprekken/{topic}{path}")
    absent = signed_in(who).get(f"/gesprekken/{topic + 9999}{path}")
    assert foreign.status_code == absent.status_code == 404
    assert (
        foreign.text.replace(str(topic), "") == absent.text.replace(str(topic + 9999), "").replace(str(topic), "")
        or "fietsenhok" not in foreign.text
    )


@pytest.mark.parametrize("path", ["reactie", "1/dank", "1/weghalen", "1/terugzetten", "1/wijzig", "gelezen", "volgen"])
def test_somebody_of_another_building_changes_nothing(app: Flask, signed_in: Browser, topic: int, path: str) -> None:
    answer = signed_in("indra").post(f"/gesprekken/{topic}/{path}", data={"tekst": "Hallo", "nummer": "1"})
    assert answer.status_code == 404
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(Post)) == 2
        assert not db.session().scalars(select(Reaction)).all()


def test_a_stranger_is_asked_to_sign_in(client: FlaskClient, topic: int) -> None:
    answer = client.get(f"/gesprekken/{topic}")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/inloggen")


def test_a_reply_appears_with_the_next_number(app: Flask, signed_in: Browser, topic: int) -> None:
    answer = signed_in("nel").post(f"/gesprekken/{topic}/reactie", data={"tekst": "Goed idee."})
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith("#p-3")
    assert numbers(page(signed_in("ton"), f"/gesprekken/{topic}")) == [1, 2, 3]
    with app.app_context():
        written = db.session().scalars(select(JournalEntry).where(JournalEntry.kind == "post.written")).all()
        assert [entry.facts["number"] for entry in written] == [1, 2, 3]
        assert not any("idee" in str(entry.facts) for entry in written)


def test_the_same_form_sent_twice_makes_one_post(app: Flask, signed_in: Browser, topic: int) -> None:
    browser = signed_in("nel")
    first = browser.post(f"/gesprekken/{topic}/reactie", data={"tekst": "Eén keer", "formulier": "abc"})
    again = browser.post(f"/gesprekken/{topic}/reactie", data={"tekst": "Eén keer", "formulier": "abc"})
    assert first.headers["Location"] == again.headers["Location"]
    assert numbers(page(browser, f"/gesprekken/{topic}")) == [1, 2, 3]
    browser.post(f"/gesprekken/{topic}/reactie", data={"tekst": "Eén keer", "formulier": "def"})
    assert numbers(page(browser, f"/gesprekken/{topic}")) == [1, 2, 3, 4]


def test_a_new_conversation_sent_twice_is_one(app: Flask, signed_in: Browser, world: World) -> None:
    browser = signed_in("nel")
    fields = {"forum": "lindehof", "titel": "Klaverjassen", "tekst": "Wie doet er mee?", "formulier": "xyz"}
    first = browser.post("/gesprekken/nieuw", data=fields)
    again = browser.post("/gesprekken/nieuw", data=fields)
    assert first.status_code == again.status_code == 303
    assert first.headers["Location"] == again.headers["Location"]
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(Topic)) == 1
        assert db.session().scalar(select(Forum.topics).where(Forum.slug == "lindehof")) == 1


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\n\n", "- "])
def test_an_empty_reply_is_refused_and_gives_back_what_was_typed(signed_in: Browser, topic: int, typed: str) -> None:
    answer = signed_in("nel").post(f"/gesprekken/{topic}/reactie", data={"tekst": typed})
    assert answer.status_code == 422
    assert "U schreef nog niets." in answer.text
    assert "<title>Fout: " in answer.text


def test_a_text_that_is_too_long_says_how_much_and_keeps_all(signed_in: Browser, topic: int) -> None:
    typed = "lang " * 1001 + "slot"
    answer = signed_in("nel").post(f"/gesprekken/{topic}/reactie", data={"tekst": typed})
    assert answer.status_code == 422
    assert "9 letters te lang" in answer.text
    assert typed in answer.text


def test_a_conversation_without_a_title_keeps_the_text(signed_in: Browser, world: World) -> None:
    answer = signed_in("nel").post(
        "/gesprekken/nieuw", data={"forum": "lindehof", "tekst": "Mijn verhaal", "titel": " "}
    )
    assert answer.status_code == 422
    assert "Mijn verhaal" in answer.text
    assert "Geef uw gesprek een titel" in answer.text


def test_nobody_begins_a_conversation_in_a_foreign_forum(app: Flask, signed_in: Browser, world: World) -> None:
    answer = signed_in("nel").post("/gesprekken/nieuw", data={"forum": "baken", "titel": "Hoi", "tekst": "Hoi"})
    assert answer.status_code == 422
    with app.app_context():
        assert not db.session().scalars(select(Topic)).all()


def test_only_the_writer_changes_a_post_and_it_is_marked(signed_in: Browser, topic: int) -> None:
    refused = signed_in("nel").post(f"/gesprekken/{topic}/1/wijzig", data={"tekst": "Iets anders"})
    assert refused.status_code == 403
    assert "Alleen de schrijver" in refused.text
    signed_in("ton").post(f"/gesprekken/{topic}/1/wijzig", data={"tekst": "Ik krijg mijn fiets er weer uit."})
    html = page(signed_in("nel"), f"/gesprekken/{topic}")
    assert "weer uit" in html
    assert "bijna niet" not in html
    assert "veranderd" in html


def test_a_withdrawn_post_is_gone_for_everybody_and_can_come_back_for_a_day(
    app: Flask, signed_in: Browser, topic: int
) -> None:
    ton, nel = signed_in("ton"), signed_in("nel")
    assert ton.post(f"/gesprekken/{topic}/1/weghalen").status_code == 303
    for browser in (ton, nel):
        html = page(browser, f"/gesprekken/{topic}")
        assert "bijna niet" not in html
        assert numbers(html) == [1, 2]
    assert "Zet terug" in page(ton, f"/gesprekken/{topic}")
    assert "Zet terug" not in page(nel, f"/gesprekken/{topic}")
    assert nel.post(f"/gesprekken/{topic}/1/terugzetten").status_code == 403
    assert ton.post(f"/gesprekken/{topic}/1/terugzetten").status_code == 303
    assert "bijna niet" in page(nel, f"/gesprekken/{topic}")
    ton.post(f"/gesprekken/{topic}/1/weghalen")
    with time_machine.travel(clock.now() + timedelta(hours=26), tick=True):
        assert ton.post(f"/gesprekken/{topic}/1/terugzetten").status_code == 403
        with app.app_context():
            actions.forget_withdrawn()
            assert db.session().scalars(select(Post.source).where(Post.number == 1)).one() == ""


def test_thanks_show_names_and_count_once(app: Flask, signed_in: Browser, topic: int) -> None:
    nel = signed_in("nel")
    nel.post(f"/gesprekken/{topic}/1/dank")
    nel.post(f"/gesprekken/{topic}/1/dank")
    signed_in("henk").post(f"/gesprekken/{topic}/1/dank")
    html = page(signed_in("willemijn"), f"/gesprekken/{topic}")
    assert "Nel en Henk bedanken" in html
    own = page(nel, f"/gesprekken/{topic}")
    assert "U bedankt Ton" in own
    assert "samen met Henk" in own and "Nel en Henk" not in own
    nel.post(f"/gesprekken/{topic}/1/dank", data={"niet": "1"})
    assert "Henk bedankt" in page(signed_in("willemijn"), f"/gesprekken/{topic}")
    assert signed_in("ton").post(f"/gesprekken/{topic}/1/dank").status_code == 403


def test_a_conversation_of_45_posts_has_three_pages(app: Flask, signed_in: Browser, world: World, topic: int) -> None:
    with app.app_context():
        nel = world.visitor("nel")
        for number in range(3, 46):
            actions.reply(topic_id=topic, source=f"Bericht {number}", token=None, by=nel)
    browser = signed_in("henk")
    assert numbers(page(browser, f"/gesprekken/{topic}")) == list(range(1, 21))
    assert numbers(page(browser, f"/gesprekken/{topic}?pagina=2")) == list(range(21, 41))
    assert numbers(page(browser, f"/gesprekken/{topic}?pagina=3")) == list(range(41, 46))
    assert numbers(page(browser, f"/gesprekken/{topic}?pagina=99")) == list(range(41, 46))
    assert numbers(page(browser, f"/gesprekken/{topic}?pagina=aap")) == list(range(1, 21))
    assert browser.get(f"/gesprekken/{topic}/25").headers["Location"].endswith("?pagina=2#p-25")
    assert numbers(browser.get(f"/gesprekken/{topic}/nieuw?na=20").text) == list(range(21, 41))
    assert numbers(browser.get(f"/gesprekken/{topic}/nieuw?nummer=7").text) == [7]


def test_reading_marks_what_is_new(app: Flask, signed_in: Browser, world: World, topic: int) -> None:
    nel = signed_in("nel")
    assert "nieuw sinds uw laatste bezoek" not in page(nel, f"/gesprekken/{topic}")
    assert "row unread" in page(nel, "/gesprekken")
    assert nel.post(f"/gesprekken/{topic}/gelezen", data={"nummer": "2"}).status_code == 303
    assert "row unread" not in page(nel, "/gesprekken")
    with app.app_context():
        actions.reply(topic_id=topic, source="Nog iets.", token=None, by=world.visitor("rachid"))
    html = page(nel, f"/gesprekken/{topic}")
    assert html.index("nieuw sinds uw laatste bezoek") > html.index('id="p-2"')
    assert "row unread" in page(nel, "/gesprekken")
    nel.post(f"/gesprekken/{topic}/gelezen", data={"nummer": "99999"})
    nel.post(f"/gesprekken/{topic}/gelezen", data={"nummer": "1"})
    with app.app_context():
        reader = db.session().get(TopicReader, (topic, world.people["nel"]))
        assert reader is not None and reader.last_read == 3


def test_a_page_that_is_looked_at_writes_nothing(app: Flask, signed_in: Browser, topic: int) -> None:
    browser = signed_in("nel")
    with app.app_context():
        before = db.session().scalar(select(func.count()).select_from(JournalEntry))
        readers = db.session().scalar(select(func.count()).select_from(TopicReader))
    page(browser, f"/gesprekken/{topic}")
    page(browser, "/gesprekken")
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(JournalEntry)) == before
        assert db.session().scalar(select(func.count()).select_from(TopicReader)) == readers


def test_the_number_in_the_navigation_counts_followed_conversations(
    app: Flask, signed_in: Browser, world: World, topic: int
) -> None:
    ton = signed_in("ton")
    assert '<span class="dot">1' in page(ton, "/gesprekken")
    ton.post(f"/gesprekken/{topic}/gelezen", data={"nummer": "2"})
    assert '<span class="dot">' not in page(ton, "/gesprekken")
    assert '<span class="dot">' not in page(signed_in("nel"), "/gesprekken")
    assert "dot" not in ton.get("/ongelezen").text


def test_the_paper_address_and_a_wrong_slug_lead_to_the_conversation(signed_in: Browser, topic: int) -> None:
    browser = signed_in("nel")
    assert browser.get(f"/g/{topic}").headers["Location"] == f"/gesprekken/{topic}-het-fietsenhok-staat-vol"
    wrong = browser.get(f"/gesprekken/{topic}-iets-anders?pagina=1")
    assert wrong.headers["Location"] == f"/gesprekken/{topic}-het-fietsenhok-staat-vol?pagina=1"
    assert signed_in("indra").get(f"/g/{topic}").status_code == 404


def test_who_moved_out_sees_nothing_from_that_moment(app: Flask, signed_in: Browser, world: World, topic: int) -> None:
    nel = signed_in("nel")
    assert nel.get(f"/gesprekken/{topic}").status_code == 200
    with app.app_context():
        world.move_out("nel")
    assert nel.get(f"/gesprekken/{topic}").status_code == 404
    assert nel.post(f"/gesprekken/{topic}/reactie", data={"tekst": "Nog even"}).status_code == 404


def test_everybody_meets_in_the_neighbourhood_and_in_the_association(
    app: Flask, signed_in: Browser, world: World
) -> None:
    for key, forum, sees, sees_not in (
        ("ton", "buurt-west", ["indra", "rachid", "anouk"], ["bas", "bram"]),
        ("ton", "zuiderlicht", ["indra", "bas", "bram", "anouk"], ["otto", "ada"]),
        ("anouk", "baken", ["bas", "bram"], ["ton", "rachid"]),
    ):
        with app.app_context():
            topic = actions.start_topic(
                forum_id=world.forums[forum], kind="conversation", title="Dag", source="Dag allen", token=None,
                by=world.visitor(key),
            )  # fmt: skip
        for other in sees:
            assert signed_in(other).get(f"/gesprekken/{topic}").status_code == 200, (forum, other)
        for other in sees_not:
            assert signed_in(other).get(f"/gesprekken/{topic}").status_code == 404, (forum, other)


def test_the_list_shows_the_latest_first_and_only_ones_own(
    app: Flask, signed_in: Browser, world: World, topic: int
) -> None:
    with app.app_context():
        for n in range(25):
            actions.start_topic(
                forum_id=world.forums["lindehof" if n % 2 else "buurt-west"], kind="conversation",
                title=f"Onderwerp {n}", source="Tekst", token=None, by=world.visitor("ton"),
            )  # fmt: skip
        actions.start_topic(
            forum_id=world.forums["baken"], kind="conversation", title="Alleen in het Baken", source="x", token=None,
            by=world.visitor("bas"),
        )  # fmt: skip
    titles = re.findall(r'<span class="t">([^<]+)</span>', page(signed_in("nel"), "/gesprekken"))
    assert titles == [f"Onderwerp {n}" for n in range(24, 4, -1)]
    second = re.findall(r'<span class="t">([^<]+)</span>', page(signed_in("nel"), "/gesprekken?pagina=2"))
    assert second == [f"Onderwerp {n}" for n in range(4, -1, -1)] + ["Het fietsenhok staat vol"]
    own = page(signed_in("nel"), "/gesprekken?forum=lindehof")
    assert "Onderwerp 23" in own and "Onderwerp 24" not in own
    assert "Alleen in het Baken" not in page(signed_in("nel"), "/gesprekken?forum=baken")
    assert "Alleen in het Baken" in page(signed_in("anouk"), "/gesprekken")


def test_an_action_that_fails_leaves_no_trace(
    app: Flask, world: World, topic: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("the journal is full")

    with app.app_context():
        nel = world.visitor("nel")
        monkeypatch.setattr("forums.actions.journal.record", breaks)
        with pytest.raises(RuntimeError):
            actions.reply(topic_id=topic, source="Dit komt er niet", token=None, by=nel)
    with app.app_context():
        held = db.session().get(Topic, topic)
        assert held is not None and held.last_number == 2
        assert db.session().scalar(select(func.count()).select_from(Post)) == 2


def test_took_part_counts_residents_once(app: Flask, world: World, topic: int) -> None:
    with app.app_context():
        since = clock.now() - timedelta(days=7)
        assert taking_part.took_part(world.buildings["lindehof"], since) == 1, "Ton; the caretaker does not live there"
        actions.thank(
            post_id=db.session().scalars(select(Post.id).where(Post.number == 1)).one(),
            by=world.visitor("nel"),
        )
        actions.reply(topic_id=topic, source="Nog eens", token=None, by=world.visitor("ton"))
        assert taking_part.took_part(world.buildings["lindehof"], since) == 2
        assert taking_part.took_part(world.buildings["baken"], since) == 0
