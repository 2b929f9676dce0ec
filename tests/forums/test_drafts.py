"""What somebody is writing is kept: on the server, for every device of theirs, until it is placed or thrown away; and
nobody else's eyes ever see it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community import clock, db
from community.errors import Missing
from forums import actions, drafts
from forums.attached import Draft
from forums.models import Post
from tests.world import World

Browser = Callable[[str], FlaskClient]
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def topic(app: Flask, world: World) -> int:
    with app.app_context():
        return actions.start_topic(
            forum_id=world.forums["lindehof"], kind="question", title="Het hok", source="Vol.", token=None,
            by=world.visitor("ton"),
        )  # fmt: skip


def keep(browser: FlaskClient, key: str, text: str, **more: str) -> str:
    """As a script keeps; returns the stamp."""
    answer = browser.post(f"/concept/{key}", data={"tekst": text, **more}, headers=FETCH)
    assert answer.status_code == 200, answer.text
    return answer.headers["X-Draft"]


def how_many() -> int:
    return db.session().scalar(select(func.count()).select_from(Draft)) or 0


# ---- kept, and there again ----------------------------------------------------------------------------------------


def test_what_was_kept_stands_in_the_form_on_another_device(signed_in: Browser, topic: int) -> None:
    assert "U was hier nog mee bezig" not in signed_in("nel").get(f"/gesprekken/{topic}", follow_redirects=True).text
    keep(signed_in("nel"), f"topic-{topic}", "Ik was bijna <klaar>")
    tablet = signed_in("nel").get(f"/gesprekken/{topic}", follow_redirects=True).text
    assert ">Ik was bijna &lt;klaar&gt;</textarea>" in tablet
    assert "U was hier nog mee bezig. Bewaard: vandaag, " in tablet


def test_nobody_else_sees_it(signed_in: Browser, topic: int) -> None:
    keep(signed_in("nel"), f"topic-{topic}", "Alleen van mij")
    for who in ("ton", "rachid", "moira", "anouk", "ada"):
        browser = signed_in(who)
        for path in (f"/gesprekken/{topic}", "/mijn/concepten", "/gesprekken"):
            assert "Alleen van mij" not in browser.get(path, follow_redirects=True).text
    assert "Alleen van mij" in signed_in("nel").get("/mijn/concepten").text


def test_a_refused_form_is_kept_without_script(app: Flask, signed_in: Browser, topic: int) -> None:
    long = "a" * 5001
    answer = signed_in("nel").post(f"/gesprekken/{topic}/reactie", data={"tekst": long, "formulier": "f"})
    assert answer.status_code == 422
    assert long in signed_in("nel").get(f"/gesprekken/{topic}", follow_redirects=True).text
    new = signed_in("nel").post(
        "/gesprekken/nieuw", data={"titel": "", "tekst": "Zonder titel", "soort": "help", "aard": "lend"}
    )
    assert new.status_code == 422
    assert 'href="/gesprekken/nieuw?soort=help&amp;aard=lend"' in signed_in("nel").get("/gesprekken/nieuw").text
    assert "Zonder titel" in signed_in("nel").get("/gesprekken/nieuw?soort=help&aard=lend").text
    assert "2 berichten waar u mee bezig was" in signed_in("nel").get("/gesprekken").text


def test_placing_it_ends_it(app: Flask, signed_in: Browser, topic: int) -> None:
    nel = signed_in("nel")
    keep(nel, f"topic-{topic}", "Ik kom", formulier="f")
    nel.post(f"/gesprekken/{topic}/reactie", data={"tekst": "Ik kom ook", "formulier": "f"})
    keep(nel, "new-topic", "Wie leent?", titel="Boor", formulier="g")
    nel.post("/gesprekken/nieuw", data={"titel": "Boor", "tekst": "Wie leent?", "forum": "lindehof", "formulier": "g"})
    nel.post("/concept/edit-1-2", data={"tekst": "Anders"}, headers=FETCH)
    nel.post(f"/gesprekken/{topic}/2/wijzig", data={"tekst": "Heel anders"})
    with app.app_context():
        assert how_many() == 0


def test_when_placing_fails_it_is_still_kept(
    app: Flask, world: World, signed_in: Browser, topic: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(signed_in("nel"), f"topic-{topic}", "Ik kom", formulier="f")

    placed = drafts.placed

    def fail(*given: object) -> None:
        placed(*given)  # type: ignore[arg-type]
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(drafts, "placed", fail)
    with app.app_context(), pytest.raises(RuntimeError):
        actions.reply(topic_id=topic, source="Ik kom", token="f", by=world.visitor("nel"))
    with app.app_context():
        assert how_many() == 1
        assert db.session().scalar(select(func.count()).select_from(Post)) == 1


def test_the_last_word_of_a_script_comes_in_after_it_was_placed(app: Flask, signed_in: Browser, topic: int) -> None:
    nel = signed_in("nel")
    nel.post(f"/gesprekken/{topic}/reactie", data={"tekst": "Ik kom ook", "formulier": "f"})
    assert keep(nel, f"topic-{topic}", "Ik kom", formulier="f") == ""
    with app.app_context():
        assert how_many() == 0
    # Gone back to the form, and writing something else in it: that is kept, and placed as well.
    assert keep(nel, f"topic-{topic}", "En nog iets", formulier="f") != ""
    nel.post(f"/gesprekken/{topic}/reactie", data={"tekst": "En nog iets", "formulier": "f"})
    nel.post(f"/gesprekken/{topic}/reactie", data={"tekst": "Ik kom ook", "formulier": "f"})
    with app.app_context():
        said = db.session().scalars(select(Post.source).order_by(Post.number)).all()
        assert said == ["Vol.", "Ik kom ook", "En nog iets"]
        assert how_many() == 0


def test_emptying_the_field_is_throwing_it_away(app: Flask, signed_in: Browser, topic: int) -> None:
    nel = signed_in("nel")
    stamp = keep(nel, f"topic-{topic}", "Toch maar niet")
    assert keep(nel, f"topic-{topic}", "  ", stand=stamp) == ""
    with app.app_context():
        assert how_many() == 0


def test_thrown_away_can_be_put_back_for_a_day(app: Flask, signed_in: Browser, topic: int) -> None:
    nel, key = signed_in("nel"), f"topic-{topic}"
    keep(nel, key, "Weg ermee")
    assert nel.post(f"/concept/{key}/weg").headers["Location"] == f"/gesprekken/{topic}#reageer"
    html = nel.get(f"/gesprekken/{topic}", follow_redirects=True).text
    assert "Weg ermee" not in html and f'data-draft-done="{key}"' in html
    assert "Weg ermee" not in nel.get("/mijn/concepten").text
    nel.post(f"/concept/{key}/terug")
    assert "Weg ermee" in nel.get(f"/gesprekken/{topic}", follow_redirects=True).text
    nel.post(f"/concept/{key}/weg")
    with time_machine.travel(clock.now() + timedelta(hours=25)), app.app_context():
        drafts.forget()
        assert how_many() == 0


def test_what_was_kept_for_three_months_is_forgotten(app: Flask, signed_in: Browser, topic: int) -> None:
    keep(signed_in("nel"), f"topic-{topic}", "Lang geleden")
    with app.app_context():
        drafts.forget()
        assert how_many() == 1
        with time_machine.travel(clock.now() + timedelta(days=91)):
            drafts.forget()
        assert how_many() == 0


# ---- two devices ------------------------------------------------------------------------------------------------------


def test_the_newest_wins_and_the_other_text_stays_beside_it(signed_in: Browser, topic: int) -> None:
    tablet, phone, key = signed_in("nel"), signed_in("nel"), f"topic-{topic}"
    stamp = keep(tablet, key, "Op de tablet")
    html = phone.post(f"/concept/{key}", data={"tekst": "Op de telefoon"}, headers=FETCH).text
    assert "U schreef hier ook op een ander apparaat" in html and "Op de tablet" in html
    page = tablet.get(f"/gesprekken/{topic}", follow_redirects=True).text
    assert ">Op de telefoon</textarea>" in page and "Op de tablet" in page
    # The tablet goes on from what it knew: now the other one stands beside.
    html = tablet.post(f"/concept/{key}", data={"tekst": "Op de tablet, verder", "stand": stamp}, headers=FETCH).text
    assert "Op de telefoon" in html


def test_placing_one_leaves_what_was_written_on_the_other(signed_in: Browser, topic: int) -> None:
    tablet, phone, key = signed_in("nel"), signed_in("nel"), f"topic-{topic}"
    keep(tablet, key, "Op de tablet", formulier="t")
    keep(phone, key, "Op de telefoon", formulier="p")
    phone.post(f"/gesprekken/{topic}/reactie", data={"tekst": "Op de telefoon", "formulier": "p"})
    page = tablet.get(f"/gesprekken/{topic}", follow_redirects=True).text
    assert ">Op de tablet</textarea>" in page and "U schreef hier ook" not in page


def test_going_on_where_another_device_stopped_is_no_quarrel(signed_in: Browser, topic: int) -> None:
    key = f"topic-{topic}"
    stamp = keep(signed_in("nel"), key, "Op de tablet")
    html = signed_in("nel").post(f"/concept/{key}", data={"tekst": "Heel anders", "stand": stamp}, headers=FETCH).text
    assert "ander apparaat" not in html


def test_the_same_text_kept_from_many_devices_at_once_is_kept_once(app: Flask, world: World, topic: int) -> None:
    with app.app_context():
        nel = world.visitor("nel")
    ready = Barrier(12)

    def one(number: int) -> object:
        with app.app_context():
            ready.wait(10)
            return drafts.keep(key=f"topic-{topic}", fields={"tekst": f"Apparaat {number}"}, by=nel)

    with ThreadPoolExecutor(12) as crowd:
        assert all(crowd.map(one, range(12)))
    with app.app_context():
        assert how_many() == 1
        kept = drafts.find(nel.person_id, f"topic-{topic}")
        assert kept is not None and kept.text.startswith("Apparaat") and kept.other != kept.text


def test_keeping_while_placing_leaves_nothing_behind(app: Flask, world: World, topic: int) -> None:
    with app.app_context():
        nel = world.visitor("nel")
    for turn in range(6):
        ready, token = Barrier(3), f"f{turn}"
        text = f"Ik kom {turn}"

        def place(text: str = text, token: str = token, ready: Barrier = ready) -> object:
            with app.app_context():
                ready.wait(10)
                return actions.reply(topic_id=topic, source=text, token=token, by=nel)

        def keep_it(text: str = text, token: str = token, ready: Barrier = ready) -> object:
            with app.app_context():
                ready.wait(10)
                return drafts.keep(key=f"topic-{topic}", fields={"tekst": text, "formulier": token}, by=nel)

        with ThreadPoolExecutor(3) as crowd:
            for done in [crowd.submit(place), crowd.submit(keep_it), crowd.submit(keep_it)]:
                done.result(30)
        with app.app_context():
            assert how_many() == 0, turn


@pytest.mark.parametrize("kind", ["new topic", "edit"])
def test_keeping_while_beginning_or_changing_leaves_nothing_behind(
    app: Flask, world: World, topic: int, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The draft is looked up when nothing was placed yet, and written when it was, unless one waits for the other."""
    with app.app_context():
        ton = world.visitor("ton")
        post = db.session().scalars(select(Post.id).where(Post.topic_id == topic)).one()
    key = drafts.NEW_TOPIC if kind == "new topic" else drafts.edit_key(topic, 1)
    write = drafts._write

    def slowly(*args: Any) -> Any:
        time.sleep(0.3)  # long enough for the other to be done, if it does not wait
        return write(*args)

    monkeypatch.setattr(drafts, "_write", slowly)
    for turn in range(3):
        text, ready = f"Wie helpt er mee {turn}", Barrier(3)

        def place(text: str = text, ready: Barrier = ready) -> object:
            with app.app_context():
                ready.wait(10)
                time.sleep(0.1)
                if kind == "edit":
                    return actions.edit(post_id=post, source=text, by=ton)
                return actions.start_topic(
                    forum_id=world.forums["lindehof"], kind="help", title="Hulp", source=text, token=text, by=ton
                )

        def keep_it(text: str = text, ready: Barrier = ready) -> object:
            with app.app_context():
                ready.wait(10)
                return drafts.keep(key=key, fields={"tekst": text, "titel": "Hulp", "formulier": text}, by=ton)

        with ThreadPoolExecutor(3) as crowd:
            for done in [crowd.submit(place), crowd.submit(keep_it), crowd.submit(keep_it)]:
                done.result(30)
        with app.app_context():
            assert how_many() == 0, turn


# ---- where one may not write --------------------------------------------------------------------------------------


def test_nothing_is_kept_where_somebody_may_not_read(app: Flask, world: World, signed_in: Browser, topic: int) -> None:
    places = (f"topic-{topic}", f"edit-{topic}-1", "topic-999", "edit-1-99", "iets", "topic-", "new-topic-1")
    for key in places:
        assert signed_in("bas").post(f"/concept/{key}", data={"tekst": "x"}, headers=FETCH).status_code == 404, key
    assert signed_in("otto").post("/concept/new-topic", data={"tekst": "x"}, headers=FETCH).status_code == 404
    # Of a neighbour's post nobody else keeps a change.
    assert signed_in("nel").post(f"/concept/edit-{topic}-1", data={"tekst": "x"}, headers=FETCH).status_code == 404
    with app.app_context():
        assert how_many() == 0
        with pytest.raises(Missing):
            drafts.keep(key=f"topic-{topic}", fields={"tekst": "x"}, by=world.visitor("bas"))
    assert keep(signed_in("ton"), f"edit-{topic}-1", "Leeg.") != ""


def test_who_moved_out_still_has_their_own_words(world: World, signed_in: Browser, app: Flask, topic: int) -> None:
    nel = signed_in("nel")
    keep(nel, f"topic-{topic}", "Mijn eigen woorden")
    with app.app_context():
        world.move_out("nel")
    html = nel.get("/mijn/concepten").text
    assert "Mijn eigen woorden" in html and "Het hok" not in html
    assert "Een gesprek waar u niet meer bij kunt" in html


def test_of_more_places_than_anybody_writes_in_the_oldest_goes(app: Flask, world: World) -> None:
    with app.app_context():
        nel = world.visitor("nel")
        for number in range(drafts.MOST + 3):
            topic = actions.start_topic(
                forum_id=world.forums["lindehof"], kind="help", title=f"{number}", source="x", token=None, by=nel
            )
            drafts.keep(key=f"topic-{topic}", fields={"tekst": f"nummer {number}"}, by=nel)
        waiting = drafts.waiting(nel)
        assert len(waiting) == drafts.MOST
        assert waiting[0].kept.text == f"nummer {drafts.MOST + 2}" and waiting[-1].kept.text == "nummer 3"


def test_a_text_that_is_too_long_to_keep_is_refused_and_leaves_what_there_was(
    app: Flask, signed_in: Browser, topic: int
) -> None:
    nel = signed_in("nel")
    keep(nel, f"topic-{topic}", "Kort")
    answer = nel.post(f"/concept/topic-{topic}", data={"tekst": "a" * 20_001}, headers=FETCH)
    assert answer.status_code == 422
    with app.app_context():
        assert [row.fields["tekst"] for row in db.session().scalars(select(Draft))] == ["Kort"]


def test_without_script_it_can_be_kept_too(signed_in: Browser, topic: int) -> None:
    answer = signed_in("nel").post(f"/concept/topic-{topic}", data={"tekst": "Straks verder"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/mijn/concepten")
