"""Before something is placed a writer may be asked, once and kindly, whether it is meant so. What is said of nobody, an
illness, a bus number and the caretaker's telephone are no reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from community import db
from forums import actions, wording
from forums.attached import Draft
from forums.models import Post, Topic
from tests.world import World

Browser = Callable[[str], FlaskClient]
OFFICE = ("010 - 123 45 67",)

SENTENCES: tuple[tuple[str, str], ...] = (
    # said to or of somebody
    ("Wat een idioot ben jij.", "harsh"),
    ("Jullie zijn echt een stelletje sukkels.", "harsh"),
    ("Jij bent gewoon een eikel.", "harsh"),
    ("Die klootzak heeft mijn fiets verzet.", "harsh"),
    ("Hou je bek eens.", "harsh"),
    ("Rot toch op met je fiets", "harsh"),
    ("Krijg de tering", "harsh"),
    ("Het zijn gewoon tokkies op de derde.", "harsh"),
    ("Zo'n **trut** ook", "harsh"),
    ("Wat een hufter.", "harsh"),
    ("kankerlijer", "harsh"),
    ("You are so stupid", "harsh"),
    ("Shut up about the bins.", "harsh"),
    ("What an idiot.", "harsh"),
    ("You're a loser", "harsh"),
    ("IK WIL NU EINDELIJK DAT IEMAND DIE LIFT MAAKT", "harsh"),
    ("Ze is gestoord", "harsh"),
    # said of nobody
    ("Dat is idioot duur voor een boor.", ""),
    ("Er liggen weer eikels in de tuin.", ""),
    ("Mijn man heeft kanker. Wie wil er koken?", ""),
    ("Wat een mooie dag.", ""),
    ("Wat een prachtig idee, zeg!", ""),
    ("U bent echt een schat.", ""),
    ("De varkens op de kinderboerderij zijn los.", ""),
    ("Jullie zijn gek, maar wel leuk gek.", ""),
    ("De NS rijdt niet, en de RET en de GVB ook niet.", ""),
    ("VVE, HDMI, USB, ATM", ""),
    ("Ik ben het er helemaal niet mee eens!", ""),
    ("De lift is alweer kapot, ik ben er klaar mee.", ""),
    ("Ik hoor de buren schelden, wie kan mij helpen?", ""),
    ("We were so stupidly happy", ""),
    ("Is het een teef of een reu?", ""),
    # telephone numbers
    ("Bel mij op 06 - 12 34 56 78.", "phone"),
    ("Mijn nummer is 0612345678", "phone"),
    ("Bel Jan: 010 - 765 43 21", "phone"),
    ("+31 6 12345678", "phone"),
    ("Bel Zuiderlicht: 010 - 123 45 67", ""),
    ("Bel bij brand 112.", ""),
    ("Bel 0900 - 8844 voor de politie.", ""),
    ("Het kost 1.234,56 euro.", ""),
    ("Op 12-03-2026 om 10.30 uur", ""),
    # house numbers
    ("Het pakje ligt op nummer 42.", "house"),
    ("Hij woont op 42.", "house"),
    ("De mevrouw van nr. 12 heeft een hond.", "house"),
    ("Lindehofstraat 14", "house"),
    ("Kom naar de Dorpsstraat 3a.", "house"),
    ("Appartement 12 heeft lekkage", "house"),
    ("She lives at number 14", "house"),
    ("Bus nummer 44 rijdt niet.", ""),
    ("Wij staan op nummer 1 van de lijst.", ""),
    ("Wij staan op nummer 1 in de top drie.", ""),
    ("Om 12 uur in de hal.", ""),
    ("In de Kerkstraat 2 keer gevallen", ""),
    ("De weg 12 maart afgesloten", ""),
    ("Neem appartement of flat, het maakt niet uit", ""),
    ("Ik woon hier 40 jaar.", ""),
    ("Er zijn 84 woningen.", ""),
    # by name, with an accusation
    ("Volgens mij is Henk een dief.", "accused"),
    ("Meneer de Boer: mevrouw Jansen steelt de krant.", "accused"),
    ("Piet heeft mijn fiets gestolen.", "accused"),
    ("De zoon van Fatima dealt in de kelder.", "accused"),
    ("Buurman Ali liegt.", "accused"),
    ("I think Peter stole my bike", "accused"),
    ("Gisteren is mijn fiets gestolen.", ""),
    ("Iemand heeft mijn fiets gestolen.", ""),
    ("Wie heeft mijn fiets gestolen?", ""),
    ("Bij Nel is de fiets gestolen.", ""),
    ("Henk is geen dief.", ""),
    ("De dief liep door de hal.", ""),
    ("Nel geeft klaverjasles, Henk ook.", ""),
    ("Er is een inbreker gezien. Nel belde de politie.", ""),
    ("Is Zuiderlicht hier al geweest?", ""),
    ("Als Nel komt, neemt ze taart mee.", ""),
    ("", ""),
)


@pytest.mark.parametrize(("said", "expected"), SENTENCES, ids=[said[:40] or "nothing" for said, _ in SENTENCES])
def test_a_sentence_gives_cause_for_this_hint(said: str, expected: str) -> None:
    assert wording.hints(said, OFFICE) == ((expected,) if expected else ())


def test_there_are_enough_sentences() -> None:
    assert len(SENTENCES) >= 60


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=300))
def test_whatever_is_typed_it_says_something(source: str) -> None:
    assert set(wording.hints(source)) <= set(wording.KINDS)


@pytest.mark.parametrize("piece", ["jij bent ", "A", "Aa ", "nummer ", "1", "x" * 50 + "straat ", "heeft ", "hou je "])
def test_a_long_text_is_read_quickly(piece: str) -> None:
    wording.hints((piece * 5000)[:5000])


# ---- through the front door ---------------------------------------------------------------------------------------

KIND = "Klinkt dit zoals u het bedoelt? U kunt uw reactie nog aanpassen, of zo plaatsen."


@pytest.fixture
def topic(app: Flask, world: World) -> int:
    with app.app_context():
        return actions.start_topic(
            forum_id=world.forums["lindehof"], kind="help", title="Hok", source="Vol.", token=None,
            by=world.visitor("ton"),
        )  # fmt: skip


def posts() -> int:
    return db.session().scalar(select(func.count()).select_from(Post)) or 0


@pytest.mark.parametrize("headers", [{}, {"X-Requested-With": "fetch"}], ids=["no script", "script"])
def test_the_reminder_comes_once_and_then_it_is_placed(
    app: Flask, signed_in: Browser, topic: int, headers: dict[str, str]
) -> None:
    nel, path = signed_in("nel"), f"/gesprekken/{topic}/reactie"
    first = nel.post(path, data={"tekst": "Wat een idioot!", "formulier": "f"}, headers=headers)
    assert first.status_code == 422 and KIND in first.text and "Wat een idioot!" in first.text
    assert '<input type="hidden" name="zo" value="1">' in first.text and "Plaats zo" in first.text
    with app.app_context():
        assert posts() == 1
        # What waits is the text alone: nothing says that there was a hint.
        assert "zo" not in db.session().scalars(select(Draft)).one().fields
    second = nel.post(path, data={"tekst": "Wat een IDIOOT!", "formulier": "f", "zo": "1"}, headers=headers)
    assert second.status_code == (201 if headers else 303)
    with app.app_context():
        assert posts() == 2


def test_nobody_else_hears_of_it(signed_in: Browser, topic: int) -> None:
    nel = signed_in("nel")
    nel.post(f"/gesprekken/{topic}/reactie", data={"tekst": "Wat een idioot!"})
    nel.post(f"/gesprekken/{topic}/reactie", data={"tekst": "Wat een idioot!", "zo": "1"})
    for who in ("nel", "henk", "moira"):
        assert KIND not in signed_in(who).get(f"/gesprekken/{topic}", follow_redirects=True).text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Bel mij op 06 12345678", "Er staat een telefoonnummer in."),
        ("Hij woont op 42.", "Er staat een huisnummer in."),
        ("Piet heeft mijn fiets gestolen.", "Er staat een naam in, met een beschuldiging."),
    ],
)
def test_a_private_thing_gets_a_private_hint(
    app: Flask, signed_in: Browser, topic: int, said: str, sentence: str
) -> None:
    answer = signed_in("nel").post(f"/gesprekken/{topic}/reactie", data={"tekst": said})
    assert answer.status_code == 422 and sentence in answer.text and KIND not in answer.text
    new = {"titel": "Zoiets", "tekst": said, "forum": "lindehof", "soort": "conversation"}
    answer = signed_in("nel").post("/gesprekken/nieuw", data=new)
    assert answer.status_code == 422 and sentence in answer.text
    with app.app_context():
        assert posts() == 1
    assert signed_in("nel").post("/gesprekken/nieuw", data=new | {"zo": "1"}).status_code == 303


def test_the_number_of_the_association_is_no_secret(signed_in: Browser, topic: int) -> None:
    said = {"tekst": "Bel 010 - 123 45 67 of 010 - 111 22 33."}
    assert signed_in("nel").post(f"/gesprekken/{topic}/reactie", data=said).status_code == 303


def source_of(topic: int) -> str:
    return db.session().scalars(select(Post.source).where(Post.topic_id == topic, Post.number == 1)).one()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("Wat een idioot!", KIND.replace("uw reactie", "uw bericht")),
        ("Bel mij op 06 12345678", "Er staat een telefoonnummer in."),
        ("Hij woont op 42.", "Er staat een huisnummer in."),
        ("Piet heeft mijn fiets gestolen.", "Er staat een naam in, met een beschuldiging."),
    ],
)
def test_who_changes_a_post_gets_the_same_word_once(
    app: Flask, signed_in: Browser, topic: int, said: str, sentence: str
) -> None:
    ton, path = signed_in("ton"), f"/gesprekken/{topic}/1/wijzig"
    first = ton.post(path, data={"tekst": said})
    assert first.status_code == 422 and sentence in first.text and f">{said}</textarea>" in first.text
    assert '<input type="hidden" name="zo" value="1">' in first.text and "Bewaar zo" in first.text
    with app.app_context():
        assert source_of(topic) == "Vol."
    assert f">{said}</textarea>" in signed_in("ton").get(path).text, "it waits on every device"
    # An empty text is refused, and the word is not said again after that.
    assert sentence not in ton.post(path, data={"tekst": "", "zo": "1"}).text
    assert ton.post(path, data={"tekst": said, "zo": "1"}).status_code == 303
    with app.app_context():
        assert source_of(topic) == said


def test_what_a_post_said_already_is_no_news_when_it_is_changed(app: Flask, signed_in: Browser, topic: int) -> None:
    ton, path = signed_in("ton"), f"/gesprekken/{topic}/1/wijzig"
    assert ton.post(path, data={"tekst": "Bel 06 12345678", "zo": "1"}).status_code == 303
    assert ton.post(path, data={"tekst": "Bel mij op 06 12345678"}).status_code == 303
    more = ton.post(path, data={"tekst": "Bel mij op 06 12345678, ik woon op 42."})
    assert more.status_code == 422 and "huisnummer" in more.text and "telefoonnummer" not in more.text


# ---- what is like it ------------------------------------------------------------------------------------------------


def test_before_a_new_conversation_those_like_it_are_shown_once(app: Flask, world: World, signed_in: Browser) -> None:
    with app.app_context():
        for title in ("Fietsenhok staat vol", "De lift van het Baken"):
            forum = "baken" if "Baken" in title else "lindehof"
            actions.start_topic(
                forum_id=world.forums[forum], kind="help", title=title, source="x", token=None,
                by=world.visitor("bas" if forum == "baken" else "ton"),
            )  # fmt: skip
    nel = signed_in("nel")
    typed = {
        "titel": "Het fietsenhok zit vol", "tekst": "Alweer", "forum": "lindehof", "soort": "conversation",
        "formulier": "f",
    }  # fmt: skip
    shown = nel.post("/gesprekken/nieuw", data=typed)
    assert shown.status_code == 422 and "Fietsenhok staat vol" in shown.text and "Alweer" in shown.text
    assert '<input type="hidden" name="toch" value="1">' in shown.text and 'name="formulier" value="f"' in shown.text
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(Topic)) == 2
    assert nel.post("/gesprekken/nieuw", data=typed | {"toch": "1"}).status_code == 303
    # What one may not read is not like anything.
    elsewhere = nel.post("/gesprekken/nieuw", data=typed | {"titel": "De lift van het Baken", "formulier": "g"})
    assert elsewhere.status_code == 303
    assert "Fietsenhok" in nel.get("/gesprekken/lijkt-op?titel=fietsenhok+vol").text
    assert "Baken" not in signed_in("ton").get("/gesprekken/lijkt-op?titel=zomaar").text
