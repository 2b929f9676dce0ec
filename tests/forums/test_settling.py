"""A question to the association: taken up with a promise, handed over, answered; how a conversation ends, closes and
opens again; and that who asked hears of each step."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community import clock, db
from community.errors import Invalid, Refused
from community.journal import JournalEntry
from community.mail import OutgoingMail
from forums import actions, moving, promises, settling
from forums.models import CARETAKER, EVERYONE, Topic, TopicReader
from tests.world import World

Browser = Callable[[str], FlaskClient]
FRIDAY = "over 3 dagen"


def ask(
    app: Flask, world: World, kind: str = "question", aspect: str | None = "association", audience: int = EVERYONE
) -> int:
    with app.app_context():
        return actions.start_topic(
            forum_id=world.forums["lindehof"],
            kind=kind,
            aspect=aspect,
            audience=audience,
            title="Wanneer rijdt de lift weer?",
            source="De lift staat al een week stil.",
            token=None,
            by=world.visitor("ton"),
        )


@pytest.fixture
def question(app: Flask, world: World) -> int:
    """Ton asked the association something."""
    return ask(app, world)


def held(app: Flask, topic: int) -> Topic:
    with app.app_context():
        found = db.session().get(Topic, topic)
        assert found is not None
        return found


def mails(app: Flask) -> list[OutgoingMail]:
    with app.app_context():
        return list(db.session().scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def reader(app: Flask, world: World, topic: int, key: str) -> TopicReader | None:
    with app.app_context():
        return db.session().get(TopicReader, (topic, world.people[key]))


def head(browser: FlaskClient, topic: int) -> str:
    answer = browser.get(f"/gesprekken/{topic}/kop")
    assert answer.status_code == 200
    return answer.text


# ---- from no answer to outcome -----------------------------------------------------------------------------------------


def test_a_question_goes_from_no_answer_to_outcome(app: Flask, world: World, signed_in: Browser, question: int) -> None:
    ton, rachid = signed_in("ton"), signed_in("rachid")
    assert "Nog geen antwoord" in head(ton, question) and "Ik pak dit op" not in head(ton, question)
    assert "Ik pak dit op" in head(rachid, question)
    assert rachid.post(f"/gesprekken/{question}/oppakken", data={"dag": FRIDAY}).status_code == 303
    promised = clock.today() + timedelta(days=3)
    assert held(app, question).promised_on == promised
    assert "Rachid zoekt het uit" in head(ton, question) and "U hoort het uiterlijk" in head(ton, question)
    assert "Rachid zoekt het uit" in ton.get("/gesprekken").text
    row = reader(app, world, question, "ton")
    assert row is not None and row.is_behind, "who asked hears of it"
    assert rachid.post(f"/gesprekken/{question}/beantwoord").status_code == 303
    assert "Beantwoord" in head(ton, question)
    typed = {"tekst": "- De monteur komt **maandag**.\n- Rachid laat het weten."}
    assert rachid.post(f"/gesprekken/{question}/afronden", data=typed).status_code == 303
    html = head(signed_in("nel"), question)
    assert "Wat is er afgesproken?" in html and "<strong>maandag</strong>" in html
    assert "Geschreven door Rachid" in html and "huismeester" in html
    topic = held(app, question)
    assert (topic.status, topic.ended_as, topic.closed_at) == ("answered", "agreed", None)
    assert [mail.subject for mail in mails(app)] == [
        "Rachid zoekt uw vraag uit", "Rachid gaf antwoord op uw vraag", "Dit is er afgesproken over uw vraag",
    ]  # fmt: skip
    assert all(mail.to_address == "ton@example.nl" for mail in mails(app))
    with app.app_context():
        kinds = (
            db.session()
            .scalars(select(JournalEntry.kind).where(JournalEntry.kind.startswith("topic.")).order_by(JournalEntry.id))
            .all()
        )
    assert kinds == ["topic.started", "topic.taken", "topic.answered", "topic.agreed"]


def test_followers_hear_the_outcome_as_the_last_thing(app: Flask, world: World, question: int) -> None:
    with app.app_context():
        actions.reply(topic_id=question, source="Ik loop trap.", token=None, by=world.visitor("nel"))
        settling.agree(topic_id=question, source="Maandag komt de monteur.", by=world.visitor("rachid"))
        assert world.visitor("nel").unread == 1
    for key in ("ton", "nel"):
        row = reader(app, world, question, key)
        assert row is not None and row.is_behind and not row.is_following, key


def test_an_answer_is_ticked_while_replying(app: Flask, signed_in: Browser, question: int) -> None:
    rachid = signed_in("rachid")
    assert 'name="antwoord"' in rachid.get(f"/gesprekken/{question}", follow_redirects=True).text
    assert 'name="antwoord"' not in signed_in("nel").get(f"/gesprekken/{question}", follow_redirects=True).text
    typed = {"tekst": "Vanmiddag rijdt hij weer.", "antwoord": "ja", "formulier": "x"}
    assert rachid.post(f"/gesprekken/{question}/reactie", data=typed).status_code == 303
    topic = held(app, question)
    assert (topic.status, topic.last_number) == ("answered", 2)
    (mail,) = mails(app)
    assert "Vanmiddag rijdt hij weer." in mail.text and "Vanmiddag rijdt hij weer." in mail.html


def test_a_reply_and_the_answer_that_it_is_are_one_deed(
    app: Flask, world: World, question: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*_: object, **__: object) -> None:
        raise RuntimeError("the power went out")

    said = {"topic_id": question, "source": "Vanmiddag rijdt hij weer.", "token": "x"}
    with app.app_context():
        with monkeypatch.context() as patched:
            patched.setattr(settling.telling, "asker", fall)
            with pytest.raises(RuntimeError):
                settling.reply_with_answer(**said, by=world.visitor("rachid"))
        topic = held(app, question)
        assert (topic.status, topic.last_number) == ("open", 1), "neither, when one of them fails"
        for _ in range(2):
            assert settling.reply_with_answer(**said, by=world.visitor("rachid")) == 2
    topic = held(app, question)
    assert (topic.status, topic.last_number) == ("answered", 2)
    assert len(mails(app)) == 1


def test_who_does_not_work_here_says_nothing_with_an_answer_of_their_own(
    app: Flask, signed_in: Browser, question: int
) -> None:
    typed = {"tekst": "Ik weet het.", "antwoord": "ja", "formulier": "x"}
    assert signed_in("nel").post(f"/gesprekken/{question}/reactie", data=typed).status_code == 403
    topic = held(app, question)
    assert (topic.status, topic.last_number) == ("open", 1)
    del typed["antwoord"]
    assert signed_in("nel").post(f"/gesprekken/{question}/reactie", data=typed).status_code == 303


def test_an_answer_to_what_was_joined_at_that_moment_is_said_where_it_went(
    app: Flask, world: World, question: int
) -> None:
    other = ask(app, world)
    with app.app_context():
        moving.merge(topic_id=question, into=other, source="Hier verder.", by=world.visitor("rachid"))
        number = settling.reply_with_answer(topic_id=question, source="Morgen.", token="x", by=world.visitor("rachid"))
    assert number == 4 and held(app, other).status == "answered"


def test_only_who_works_here_takes_up_a_question(app: Flask, signed_in: Browser, question: int) -> None:
    for key, status in {"nel": 403, "moira": 403, "ton": 403, "bram": 404, "indra": 404, "marjan": 303}.items():
        answer = signed_in(key).post(f"/gesprekken/{question}/oppakken", data={"dag": FRIDAY})
        assert answer.status_code == status, key
        assert (held(app, question).status == "taken") is (status == 303), key


def test_the_second_colleague_is_told_who_was_first(app: Flask, signed_in: Browser, question: int) -> None:
    assert signed_in("marjan").post(f"/gesprekken/{question}/oppakken", data={"dag": "morgen"}).status_code == 303
    second = signed_in("rachid").post(f"/gesprekken/{question}/oppakken", data={"dag": FRIDAY})
    assert second.status_code == 403
    assert "Marjan heeft deze vraag al opgepakt" in second.text and "morgen" in second.text
    assert held(app, question).promised_on == clock.today() + timedelta(days=1)


def test_a_promise_can_be_made_again_handed_over_and_let_go(
    app: Flask, world: World, signed_in: Browser, question: int
) -> None:
    rachid = signed_in("rachid")
    rachid.post(f"/gesprekken/{question}/oppakken", data={"dag": "morgen"})
    assert rachid.post(f"/gesprekken/{question}/oppakken", data={"dag": "over 5 dagen"}).status_code == 303
    assert held(app, question).promised_on == clock.today() + timedelta(days=5)
    page = rachid.get(f"/gesprekken/{question}/overdragen").text
    assert "Marjan" in page and "Bram" not in page
    wrong = rachid.post(f"/gesprekken/{question}/overdragen", data={"aan": str(world.people["bram"])})
    assert wrong.status_code == 422 and held(app, question).owner_id == world.people["rachid"]
    right = rachid.post(f"/gesprekken/{question}/overdragen", data={"aan": str(world.people["marjan"])})
    assert right.status_code == 303 and held(app, question).owner_id == world.people["marjan"]
    row = reader(app, world, question, "marjan")
    assert row is not None and row.is_behind and row.is_following, "a colleague hears of what they were given"
    assert rachid.post(f"/gesprekken/{question}/loslaten").status_code == 403
    assert signed_in("marjan").post(f"/gesprekken/{question}/loslaten").status_code == 303
    topic = held(app, question)
    assert (topic.status, topic.owner_id, topic.promised_on) == ("open", None, None)
    assert "Marjan zoekt uw vraag verder uit" in [mail.subject for mail in mails(app)]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Vul een dag in"),
        ("gisteren", "Die dag is voorbij"),
        ("over 80 dagen", "te ver weg"),
        ("1-1-2001", "Die dag is voorbij"),
        ("30 februari", "bestaat niet"),
        ("ooit een keer", "Schrijf de dag zoals"),
        ("9" * 4000, "Schrijf de dag zoals"),
    ],
)
def test_a_day_that_cannot_be_promised(
    app: Flask, signed_in: Browser, question: int, typed: str, sentence: str
) -> None:
    answer = signed_in("rachid").post(f"/gesprekken/{question}/oppakken", data={"dag": typed})
    assert answer.status_code == 422 and sentence in answer.text
    assert f'value="{typed}"' in answer.text, "what was typed stays"
    assert held(app, question).status == "open" and mails(app) == []


# ---- days --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("vandaag", (2026, 3, 13)),
        ("morgen", (2026, 3, 14)),
        ("vrijdag", (2026, 3, 20)),
        ("Maandag", (2026, 3, 16)),
        ("friday", (2026, 3, 20)),
        ("over 3 dagen", (2026, 3, 16)),
        ("over 2 weken", (2026, 3, 27)),
        ("volgende week", (2026, 3, 16)),
        ("volgende week woensdag", (2026, 3, 18)),
        ("27 maart", (2026, 3, 27)),
        ("vrijdag 27 maart", (2026, 3, 27)),
        ("27-3", (2026, 3, 27)),
        ("27/3/2026", (2026, 3, 27)),
        ("2026-03-27", (2026, 3, 27)),
    ],
)
@time_machine.travel(datetime(2026, 3, 13, 11, tzinfo=UTC), tick=False)
def test_days_as_people_type_them(context: Flask, typed: str, day: tuple[int, int, int]) -> None:
    assert promises.read(typed, "dag") == date(*day)


@time_machine.travel(datetime(2026, 12, 28, 11, tzinfo=UTC), tick=False)
def test_a_day_without_a_year_is_the_one_that_comes(context: Flask) -> None:
    assert promises.read("5 januari", "dag") == date(2027, 1, 5)
    with pytest.raises(Invalid):
        promises.read("5-1-2026", "dag")


def test_working_days() -> None:
    friday = date(2026, 3, 13)
    assert promises.working_days(friday, friday) == 0
    assert promises.working_days(friday, friday + timedelta(days=3)) == 1
    assert promises.working_days(friday, friday + timedelta(days=7)) == 5
    assert promises.working_days(friday - timedelta(days=5), friday) == 5


# ---- mail ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hour", "leaves"), [(7, (13, time(9))), (12, (13, time(12))), (19, (13, time(19))), (21, (14, time(9)))]
)
def test_no_mail_rings_in_the_night(
    app: Flask, world: World, question: int, hour: int, leaves: tuple[int, time]
) -> None:
    at = datetime(2030, 3, 13, hour, tzinfo=clock.ZONE)
    with time_machine.travel(at, tick=False), app.app_context():
        settling.take(topic_id=question, promised_on=clock.today(), by=world.visitor("rachid"))
    (mail,) = mails(app)
    assert mail.next_try_at is not None
    here = clock.local(mail.next_try_at)
    assert (here.day, here.time()) == leaves


def test_who_keeps_a_question_quiet_gets_no_mail(app: Flask, world: World, signed_in: Browser, question: int) -> None:
    signed_in("ton").post(f"/gesprekken/{question}/stil")
    with app.app_context():
        settling.take(topic_id=question, promised_on=clock.today(), by=world.visitor("rachid"))
    assert mails(app) == []
    row = reader(app, world, question, "ton")
    assert row is not None and not row.is_behind


def test_who_moved_out_gets_no_mail(app: Flask, world: World, question: int) -> None:
    with app.app_context():
        world.move_out("ton")
        settling.take(topic_id=question, promised_on=clock.today(), by=world.visitor("rachid"))
    assert held(app, question).status == "taken"
    assert mails(app) == []


def test_what_is_private_stays_out_of_a_mailbox_of_two(app: Flask, world: World) -> None:
    with app.app_context():
        topic = actions.start_topic(
            forum_id=world.forums["lindehof"], kind="question", aspect="association", audience=CARETAKER,
            title="Geheim", source="Alleen voor Rachid.", token=None, by=world.visitor("willemijn"),
        )  # fmt: skip
        settling.take(topic_id=topic, promised_on=clock.today(), by=world.visitor("rachid"))
    (mail,) = mails(app)
    assert mail.to_address == "koster@example.nl" and "Geheim" not in mail.text + mail.html
    alone = ask(app, world, audience=CARETAKER)
    with app.app_context():
        settling.take(topic_id=alone, promised_on=clock.today(), by=world.visitor("rachid"))
    assert "Wanneer rijdt de lift weer?" in mails(app)[1].text, "a negative that could have failed"


# ---- the ends of other conversations ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "aspect", "ended_as", "word"),
    [
        ("lost_found", "lost", "found", "Gevonden"),
        ("help", "ask", "helped", "Geholpen"),
        ("question", "neighbours", "answered", "Beantwoord"),
        ("question", "association", "answered", "Beantwoord"),
        ("conversation", None, "agreed", "Wat is er afgesproken?"),
    ],
)
def test_who_began_it_says_how_it_ended_and_can_take_that_back(
    app: Flask, world: World, signed_in: Browser, kind: str, aspect: str | None, ended_as: str, word: str
) -> None:
    topic, ton = ask(app, world, kind, aspect), signed_in("ton")
    form = ton.get(f"/gesprekken/{topic}/afronden").text
    assert word in form
    prefilled = re.search(r"<textarea[^>]*>([^<]*)</textarea>", form)
    assert prefilled is not None and bool(prefilled[1]) is (ended_as != "agreed")
    assert ton.post(f"/gesprekken/{topic}/afronden", data={"tekst": "Klaar."}).status_code == 303
    assert held(app, topic).ended_as == ended_as
    assert word in head(signed_in("nel"), topic)
    assert ton.post(f"/gesprekken/{topic}/reactie", data={"tekst": "Nog iets."}).status_code == 303, "it stays open"
    assert ton.post(f"/gesprekken/{topic}/toch-niet").status_code == 303
    after = held(app, topic)
    assert (after.ended_as, after.outcome, after.outcome_html, after.outcome_at) == (None, None, None, None)
    assert after.status == ("open" if aspect == "association" else None)


def test_only_who_has_a_part_in_it_says_how_it_ended(app: Flask, world: World, signed_in: Browser) -> None:
    for key, status in {"henk": 403, "indra": 404, "nel": 303, "moira": 303, "rachid": 303, "ton": 303}.items():
        topic = ask(app, world, "lost_found", "lost")
        answer = signed_in(key).post(f"/gesprekken/{topic}/afronden", data={"tekst": "Gevonden!"})
        assert answer.status_code == status, key
        assert (held(app, topic).outcome is not None) is (status == 303), key


def test_an_empty_outcome_is_none(app: Flask, signed_in: Browser, question: int) -> None:
    answer = signed_in("rachid").post(f"/gesprekken/{question}/afronden", data={"tekst": " \n"})
    assert answer.status_code == 422 and "U schreef nog niets." in answer.text
    assert held(app, question).outcome is None


# ---- closing -------------------------------------------------------------------------------------------------------------------


def test_a_conversation_is_closed_only_with_an_outcome(app: Flask, signed_in: Browser, question: int) -> None:
    ton = signed_in("ton")
    refused = ton.post(f"/gesprekken/{question}/sluiten")
    assert refused.status_code == 403 and "Schrijf eerst op hoe het afliep." in refused.text
    assert held(app, question).closed_at is None
    ton.post(f"/gesprekken/{question}/afronden", data={"tekst": "Opgelost.", "sluiten": "ja"})
    assert held(app, question).closed_at is not None
    late = signed_in("nel").post(f"/gesprekken/{question}/reactie", data={"tekst": "Wacht, ik ook"})
    assert late.status_code == 403 and "Wacht, ik ook" in late.text, "what was typed is given back"
    page = signed_in("nel").get(f"/gesprekken/{question}", follow_redirects=True).text
    assert 'name="tekst"' not in page and "Dit gesprek is gesloten." in page


def test_only_who_looks_after_the_building_opens_it_again(app: Flask, signed_in: Browser, question: int) -> None:
    signed_in("moira").post(f"/gesprekken/{question}/afronden", data={"tekst": "Klaar zo.", "sluiten": "ja"})
    for key, status in {"ton": 403, "henk": 403, "moira": 303}.items():
        assert signed_in(key).post(f"/gesprekken/{question}/heropenen").status_code == status, key
        assert (held(app, question).closed_at is None) is (status == 303), key
    assert held(app, question).outcome == "Klaar zo."


def test_a_neighbour_closes_nothing(app: Flask, signed_in: Browser, question: int) -> None:
    assert signed_in("henk").post(f"/gesprekken/{question}/sluiten").status_code == 403
    assert (
        signed_in("nel").post(f"/gesprekken/{question}/afronden", data={"tekst": "Ja.", "sluiten": "ja"}).status_code
        == 403
    )
    assert held(app, question).outcome is None, "refused as a whole"


def test_what_fails_leaves_no_trace(app: Flask, world: World, question: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(settling.telling, "asker", broken)
    with app.app_context(), pytest.raises(OSError):
        settling.take(topic_id=question, promised_on=clock.today(), by=world.visitor("rachid"))
    topic = held(app, question)
    assert (topic.status, topic.owner_id, topic.version) == ("open", None, 2)
    with app.app_context():
        assert db.session().scalar(select(JournalEntry.id).where(JournalEntry.kind == "topic.taken")) is None


def test_doing_it_twice_is_doing_it_once(app: Flask, world: World, question: int) -> None:
    with app.app_context():
        rachid = world.visitor("rachid")
        for _twice in range(2):
            settling.take(topic_id=question, promised_on=clock.today(), by=rachid)
            settling.answer(topic_id=question, by=rachid) if _twice else None
        settling.answer(topic_id=question, by=rachid)
        with pytest.raises(Refused):
            settling.take(topic_id=question, promised_on=clock.today(), by=rachid)
    assert [mail.subject for mail in mails(app)] == ["Rachid zoekt uw vraag uit", "Rachid gaf antwoord op uw vraag"]
