"""The photos of a post that was reported: who decides about it sees them, small on the page of the report and large, also
when others no longer do; nobody else does, and nobody any longer when it is no business of theirs."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from community import db
from community.moderation import actions as moderation
from forums import actions, attachments
from forums.attached import Attachment
from forums.models import CARETAKER, EVERYONE, Post
from tests.community.moderation.deeds import decided, post_of, reported
from tests.documents import pdf
from tests.pictures import photo
from tests.world import World

Browser = Callable[[str], FlaskClient]
HERE = ("ton", "nel", "henk", "moira", "rachid", "marjan", "anouk")
ELSEWHERE = ("indra", "bas", "bram", "ada", "otto")


def with_a_photo(world: World, by: str = "ton", audience: int = EVERYONE) -> tuple[int, int, int]:
    """(post, photo, document): somebody says something with a photo and a document, and no word."""
    writer = world.visitor(by)
    topic = actions.start_topic(
        forum_id=world.forums["lindehof"], kind="conversation", title="De gang", source="Kijk dan.", token=None,
        audience=audience, by=writer,
    )  # fmt: skip
    for raw, name in ((photo(size=(80, 60)), "gang.jpg"), (pdf(), "brief.pdf")):
        attachments.bring(raw, name, "form", by=writer)
    number = actions.reply(topic_id=topic, source="", token="form", files=True, by=writer)
    key = post_of(topic, number)
    hanging = db.session().scalars(select(Attachment.id).where(Attachment.post_id == key).order_by(Attachment.id)).all()
    return key, hanging[0], hanging[1]


def who_sees(signed_in: Browser, picture: int) -> set[str]:
    found = set()
    for who in HERE + ELSEWHERE:
        browser = signed_in(who)
        answers = {browser.get(path).status_code for path in (f"/bestand/{picture}-640", f"/bestand/{picture}/foto")}
        assert answers in ({200}, {404}), who
        if answers == {200}:
            found.add(who)
    return found


def test_who_decides_sees_what_hangs_on_it_small(app: Flask, world: World, signed_in: Browser) -> None:
    with app.app_context():
        key, picture, document = with_a_photo(world)
        flag = reported(world, key)
    moira = signed_in("moira")
    page = moira.get(f"/werk/meldingen/{flag}").text
    assert f'src="/bestand/{picture}-640"' in page and f'href="/bestand/{picture}/foto"' in page
    assert f'href="/bestand/{document}"' in page and "brief.pdf" in page
    assert "Deze tekst is gewist" not in page
    image = Image.open(BytesIO(moira.get(f"/bestand/{picture}-640").data))
    assert image.size == (80, 60)


def test_also_when_it_is_hidden_since_and_nobody_else(app: Flask, world: World, signed_in: Browser) -> None:
    with app.app_context():
        key, picture, document = with_a_photo(world)
        flag = reported(world, key)
    assert who_sees(signed_in, picture) == set(HERE), "while it stands there it is like any other"
    with app.app_context():
        decision = decided(world, flag).id
    assert who_sees(signed_in, picture) == {"moira"}, "she may take it back"
    assert signed_in("moira").get(f"/bestand/{document}").status_code == 200
    assert signed_in("ton").get(f"/bestand/{document}").status_code == 404
    back = signed_in("moira").get(f"/bestand/{picture}/foto").text
    assert 'href="/werk/meldingen"' in back and "Terug naar het bericht" not in back
    with app.app_context():
        moderation.appeal(decision, words="Het is maar een gang.", by=world.visitor("ton"))
    assert who_sees(signed_in, picture) == {"moira", "marjan", "anouk"}, "who look again see what it was"
    assert f'src="/bestand/{picture}-640"' in signed_in("marjan").get(f"/werk/meldingen/bezwaar/{decision}").text
    with app.app_context():
        moderation.answer(decision, is_granted=True, words="Het mag.", by=world.visitor("marjan"))
    assert who_sees(signed_in, picture) == set(HERE)


def test_also_when_its_writer_withdrew_it_or_all_of_it_is_hidden(app: Flask, world: World, signed_in: Browser) -> None:
    with app.app_context():
        key, picture, _document = with_a_photo(world)
        flag = reported(world, key)
        actions.withdraw(post_id=key, by=world.visitor("ton"))
    assert who_sees(signed_in, picture) == {"moira"}
    assert f"/bestand/{picture}-640" in signed_in("moira").get(f"/werk/meldingen/{flag}").text
    with app.app_context():
        actions.restore(post_id=key, by=world.visitor("ton"))
        topic = db.session().scalars(select(Post.topic_id).where(Post.id == key)).one()
        decided(world, reported(world, post_of(topic, 1)), is_whole=True)
    assert who_sees(signed_in, picture) == {"moira"}, "its own report still waits"


def test_what_nobody_reported_is_no_business_of_a_moderator(app: Flask, world: World, signed_in: Browser) -> None:
    with app.app_context():
        key, picture, _document = with_a_photo(world)
        actions.withdraw(post_id=key, by=world.visitor("ton"))
    assert who_sees(signed_in, picture) == set()


def test_of_what_was_said_in_private_the_association_decides(app: Flask, world: World, signed_in: Browser) -> None:
    with app.app_context():
        key, picture, _document = with_a_photo(world, audience=CARETAKER)
    assert who_sees(signed_in, picture) == {"ton", "rachid"}
    with app.app_context():
        reported(world, key, by="rachid")
    assert who_sees(signed_in, picture) == {"ton", "rachid", "marjan", "anouk"}


@pytest.mark.parametrize("party", ["writer", "reporter"])
def test_a_moderator_who_stands_in_it_sees_no_more_than_a_neighbour(
    app: Flask, world: World, signed_in: Browser, party: str
) -> None:
    with app.app_context():
        key, picture, _document = with_a_photo(world, by="moira" if party == "writer" else "ton")
        flag = reported(world, key, by="henk" if party == "writer" else "moira")
        decided(world, flag, by="marjan")
    assert who_sees(signed_in, picture) == {"marjan", "anouk"}


def test_a_moderator_who_does_not_want_to_read_somebody_still_sees_what_is_theirs_to_decide(
    app: Flask, world: World, signed_in: Browser
) -> None:
    with app.app_context():
        key, picture, _document = with_a_photo(world)
        moderation.block(world.people["ton"], by=world.visitor("moira"))
    assert "moira" not in who_sees(signed_in, picture)
    with app.app_context():
        reported(world, key)
    assert "moira" in who_sees(signed_in, picture)


def test_the_page_of_a_report_leads_to_what_it_said_before(app: Flask, world: World, signed_in: Browser) -> None:
    with app.app_context():
        key, _picture, _document = with_a_photo(world)
        flag = reported(world, key)
        topic = db.session().scalars(select(Post.topic_id).where(Post.id == key)).one()
    assert "/eerder" not in signed_in("moira").get(f"/werk/meldingen/{flag}").text, "nothing was changed"
    with app.app_context():
        actions.edit(post_id=key, source="Toch een woord.", by=world.visitor("ton"))
        actions.edit(post_id=key, source="En nog een.", by=world.visitor("ton"))
    link = f"/gesprekken/{topic}/2/eerder"
    assert f'href="{link}"' in signed_in("moira").get(f"/werk/meldingen/{flag}").text
    assert "Toch een woord." in signed_in("moira").get(link).text
