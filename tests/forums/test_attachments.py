"""Photos and documents with a message: brought before it, placed with it, seen by who may read it, gone with it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from community import clock, db, files
from community.moderation.models import Block
from forums import actions, attachments
from forums.attached import Attachment
from forums.models import Post, Topic
from tests.documents import pdf
from tests.pictures import GREEN, RED, photo
from tests.test_queries_constant import counted as counted_queries
from tests.world import World

Browser = Callable[[str], FlaskClient]
FORM = "een-formulier"
SMALL = {"size": (80, 60)}


@pytest.fixture
def topic(app: Flask, world: World) -> int:
    """Ton's conversation in the Lindehof."""
    with app.app_context():
        return actions.start_topic(
            forum_id=world.forums["lindehof"], kind="conversation", title="De tuin", source="Wat bloeit er?",
            token=None, by=world.visitor("ton"),
        )  # fmt: skip


def upload(browser: FlaskClient, raw: bytes, name: str = "IMG_1.jpg", form: str = FORM) -> TestResponse:
    return browser.post(
        "/bestand",
        data={"formulier": form, "bestand": (io.BytesIO(raw), name)},
        headers={"X-Requested-With": "fetch"},
    )


def number_of(answer: TestResponse) -> int:
    assert answer.status_code == 201, answer.text
    found = re.search(r'id="bestand-(\d+)"', answer.text)
    assert found, answer.text
    return int(found[1])


def placed(browser: FlaskClient, topic: int, *pictures: bytes, text: str = "Kijk eens", form: str = FORM) -> list[int]:
    """Reply with these photos; their numbers."""
    numbers = [number_of(upload(browser, raw, form=form)) for raw in pictures]
    answer = browser.post(
        f"/gesprekken/{topic}/reactie", data={"formulier": form, "tekst": text, "bestanden": [str(n) for n in numbers]}
    )
    assert answer.status_code == 303, answer.text
    return numbers


def rows() -> list[tuple[int | None, str | None]]:
    held = db.connection().execute(select(Attachment.post_id, Attachment.form).order_by(Attachment.id))
    return [(row.post_id, row.form) for row in held]


def counted() -> int:
    return db.connection().execute(select(func.count()).select_from(Attachment)).scalar_one()


def store_of(number: int) -> str:
    return db.connection().execute(select(Attachment.store).where(Attachment.id == number)).scalar_one()


# ---- bringing and placing ------------------------------------------------------------------------------------------


def test_a_photo_is_brought_first_and_placed_with_the_message(
    app: Flask, signed_in: Browser, world: World, topic: int
) -> None:
    nel = signed_in("nel")
    number = number_of(upload(nel, photo(turned=6)))
    with app.app_context():
        assert rows() == [(None, FORM)]
    answer = nel.post(
        f"/gesprekken/{topic}/reactie",
        data={"formulier": FORM, "tekst": "Kijk", "bestanden": str(number), f"alt-{number}": " Een  rode\ntulp "},
    )
    assert answer.status_code == 303
    with app.app_context():
        post = db.session().scalars(select(Post).where(Post.number == 2)).one()
        assert rows() == [(post.id, None)] and post.files == 1
    html = signed_in("ton").get(answer.headers["Location"]).text
    assert f'href="/bestand/{number}/foto"' in html and 'alt="Een rode tulp"' in html
    assert 'width="600" height="800"' in html, "room is kept for the upright photo"
    seen = signed_in("ton").get(f"/bestand/{number}-1600")
    picture = Image.open(io.BytesIO(seen.data))
    assert picture.size == (600, 800) and dict(picture.getexif()) == {} and b"Telefoonmaker" not in seen.data
    left, right = picture.getpixel((20, 400)), picture.getpixel((580, 400))
    assert isinstance(left, tuple) and isinstance(right, tuple)
    assert abs(left[1] - GREEN[1]) < 30 and abs(right[0] - RED[0]) < 30, "held upright: what was above is at the right"


def test_without_a_script_the_form_itself_takes_files_along(app: Flask, signed_in: Browser, topic: int) -> None:
    nel = signed_in("nel")
    answer = nel.post(
        f"/gesprekken/{topic}/reactie",
        data={
            "formulier": FORM,
            "tekst": "Twee",
            "bestand": [(io.BytesIO(photo(**SMALL)), "een.jpg"), (io.BytesIO(pdf()), "map/notulen.PDF")],
        },
    )
    assert answer.status_code == 303
    html = nel.get(answer.headers["Location"]).text
    assert html.count('<ul class="photos one"') == 1 and "notulen.pdf" in html and "PDF, 1 kB" in html
    with app.app_context():
        assert counted() == 2


def test_a_new_conversation_takes_its_photos_along(app: Flask, signed_in: Browser, world: World) -> None:
    nel = signed_in("nel")
    number = number_of(upload(nel, photo(**SMALL)))
    typed = {"forum": "lindehof", "titel": "Gevonden", "tekst": "", "formulier": FORM, "bestanden": str(number)}
    answer = nel.post("/gesprekken/nieuw", data=typed)
    assert answer.status_code == 303
    assert f"/bestand/{number}-640" in nel.get(answer.headers["Location"], follow_redirects=True).text


def test_a_photo_needs_no_words_and_no_words_need_a_photo(app: Flask, signed_in: Browser, topic: int) -> None:
    nel = signed_in("nel")
    assert nel.post(f"/gesprekken/{topic}/reactie", data={"formulier": FORM, "tekst": " "}).status_code == 422
    placed(nel, topic, photo(**SMALL), text="")
    with app.app_context():
        assert db.session().scalars(select(Post.files).where(Post.number == 2)).one() == 1
    lies = nel.post(f"/gesprekken/{topic}/reactie", data={"formulier": "leeg", "tekst": "", "bestanden": "1"})
    assert lies.status_code == 422 and "U schreef nog niets." in lies.text
    with app.app_context():
        assert db.session().scalars(select(Topic.last_number)).one() == 2


def test_a_refused_form_keeps_its_files_and_a_button_takes_one_away(app: Flask, signed_in: Browser, topic: int) -> None:
    nel, path = signed_in("nel"), f"/gesprekken/{topic}/reactie"
    sent = {"formulier": FORM, "tekst": "x" * 5001, "bestand": (io.BytesIO(photo(**SMALL)), "een.jpg")}
    refused = nel.post(path, data=sent)
    assert refused.status_code == 422 and "x" * 5001 in refused.text
    number = number_of_line(refused.text)
    assert f'value="{FORM}"' in refused.text, "the form is the same one"
    more = nel.post(
        path,
        data={"formulier": FORM, "tekst": "kort", "erbij": "1", "bestanden": number, f"alt-{number}": "Tulp",
              "bestand": (io.BytesIO(pdf()), "een.pdf")},
    )  # fmt: skip
    assert more.status_code == 200 and "kort" in more.text and "een.pdf" in more.text and "Tulp" in more.text
    less = nel.post(path, data={"formulier": FORM, "tekst": "kort", "bestanden": number, "bestand-weg": number})
    assert less.status_code == 200 and "een.pdf" in less.text and "Tulp" not in less.text
    with app.app_context():
        assert counted() == 1
        assert db.session().scalars(select(Topic.last_number)).one() == 1, "and nothing was placed by it"


def number_of_line(html: str) -> str:
    found = re.search(r'id="bestand-(\d+)"', html)
    assert found
    return found[1]


def test_one_wrong_file_is_told_by_name_and_the_others_are_kept(app: Flask, signed_in: Browser, topic: int) -> None:
    refused = signed_in("nel").post(
        f"/gesprekken/{topic}/reactie",
        data={
            "formulier": FORM,
            "tekst": "Kijk",
            "bestand": [(io.BytesIO(b"<svg onload=alert(1)>"), "a<b>.svg"), (io.BytesIO(photo(**SMALL)), "goed.jpg")],
        },
    )
    assert refused.status_code == 422 and "Kijk" in refused.text
    assert "a&lt;b&gt;.svg: Dit is geen foto of PDF die wij kunnen lezen." in refused.text
    with app.app_context():
        assert rows() == [(None, FORM)]


@pytest.mark.parametrize("is_topic", [False, True], ids=["reply", "new topic"])
def test_too_much_at_once_is_refused_and_the_text_is_still_there(
    app: Flask, signed_in: Browser, topic: int, is_topic: bool
) -> None:
    nel, most = signed_in("nel"), app.config["MAX_CONTENT_LENGTH"]
    number = number_of(upload(nel, photo(**SMALL)))
    typed = {"formulier": FORM, "tekst": "Kijk eens, <één> twee\r\ndrie", f"alt-{number}": "De poort"}
    if is_topic:
        path, typed = "/gesprekken/nieuw", {**typed, "titel": "De poort", "forum": "lindehof", "soort": "help"}
    else:
        path = f"/gesprekken/{topic}/reactie"
    large = [(io.BytesIO(b"x" * (most // 2)), f"IMG_{n}.jpg") for n in range(3)]
    answer = nel.post(path, data={**typed, "bestand": large})
    assert answer.status_code == 413
    assert "Kijk eens, &lt;één&gt; twee" in answer.text and "drie</textarea>" in answer.text
    assert "Samen mogen bestanden 25 MB zijn. Kies er minder tegelijk." in answer.text
    assert f'id="bestand-{number}"' in answer.text and "De poort" in answer.text, "what hung on it still does"
    with app.app_context():
        assert rows() == [(None, FORM)]
        assert db.session().scalar(select(func.count()).select_from(Post)) == 1
    key = "new-topic" if is_topic else f"topic-{topic}"
    assert "Kijk eens" in signed_in("nel").get("/mijn/concepten").text and key
    del typed[f"alt-{number}"]
    assert nel.post(path, data={**typed, "bestanden": str(number)}).status_code == 303


def test_too_much_at_once_for_another_door_is_refused_as_before(signed_in: Browser, app: Flask) -> None:
    large = (io.BytesIO(b"x" * (app.config["MAX_CONTENT_LENGTH"] + 1)), "groot.jpg")
    answer = signed_in("nel").post("/bestand", data={"formulier": FORM, "bestand": large})
    assert answer.status_code == 413 and "Dit is te groot" in answer.text


def test_what_was_left_in_a_form_is_found_back_by_its_writer_alone(signed_in: Browser, topic: int) -> None:
    nel = signed_in("nel")
    number = number_of(upload(nel, photo(**SMALL)))
    found = nel.get(f"/bestand?formulier={FORM}")
    assert found.status_code == 200 and f"bestand-{number}" in found.text
    assert signed_in("ton").get(f"/bestand?formulier={FORM}").text.strip() == ""
    assert nel.get(f"/bestand/{number}-640").status_code == 200
    assert signed_in("ton").get(f"/bestand/{number}-640").status_code == 404
    assert signed_in("ton").post(f"/bestand/{number}/weg").status_code == 404
    assert nel.post(f"/bestand/{number}/weg").status_code == 303
    assert nel.get(f"/bestand/{number}-640").status_code == 404
    assert nel.get(f"/bestand?formulier={FORM}").text.strip() == ""


@pytest.mark.parametrize("is_new", [False, True])
def test_a_text_that_waited_opens_with_its_photos_on_another_device(
    app: Flask, signed_in: Browser, topic: int, is_new: bool
) -> None:
    phone, tablet = signed_in("nel"), signed_in("nel")
    number = number_of(upload(phone, photo(**SMALL)))
    key, path = (
        ("new-topic", "/gesprekken/nieuw?soort=conversation") if is_new else (f"topic-{topic}", f"/gesprekken/{topic}")
    )
    assert phone.post(f"/concept/{key}", data={"tekst": "Kijk", "formulier": FORM}).status_code == 303
    html = tablet.get(path, follow_redirects=True).text
    assert f'id="bestand-{number}"' in html and f'name="formulier" value="{FORM}"' in html
    other = signed_in("ton").get(path, follow_redirects=True).text
    assert f"bestand-{number}" not in other and FORM not in other
    if is_new:
        typed = {"forum": "lindehof", "titel": "Tulp", "tekst": "Kijk", "formulier": FORM, "bestanden": str(number)}
        assert tablet.post("/gesprekken/nieuw", data=typed).status_code == 303
    else:
        placed(tablet, topic, text="Kijk")
    assert f"bestand-{number}" not in phone.get(path, follow_redirects=True).text
    assert FORM not in phone.get(path, follow_redirects=True).text, "a new form for what comes next"


def test_another_photo_in_a_form_that_was_gone_back_to_is_another_message(
    app: Flask, signed_in: Browser, topic: int
) -> None:
    nel = signed_in("nel")
    placed(nel, topic, photo(**SMALL), text="")
    placed(nel, topic, photo(size=(90, 60)), text="")
    with app.app_context():
        assert db.session().scalars(select(Post.files).order_by(Post.number)).all() == [0, 1, 1]


def test_nobody_places_or_takes_away_what_somebody_else_brought(app: Flask, signed_in: Browser, topic: int) -> None:
    number = number_of(upload(signed_in("nel"), photo(**SMALL)))
    answer = signed_in("ton").post(
        f"/gesprekken/{topic}/reactie",
        data={"formulier": FORM, "tekst": "Van mij", "bestanden": str(number), "bestand-weg": str(number)},
    )
    assert answer.status_code == 200, "shown again, nothing taken away"
    assert placed(signed_in("ton"), topic, text="Van mij") == []
    with app.app_context():
        assert rows() == [(None, FORM)]
        assert db.session().scalars(select(Post.files)).all() == [0, 0]


def test_what_was_placed_is_no_longer_taken_back_by_its_form(signed_in: Browser, topic: int) -> None:
    nel = signed_in("nel")
    (number,) = placed(nel, topic, photo(**SMALL))
    assert nel.post(f"/bestand/{number}/weg").status_code == 404
    assert nel.get(f"/bestand/{number}-640").status_code == 200


# ---- who sees it ---------------------------------------------------------------------------------------------------


def statuses(signed_in: Browser, number: int, *people: str) -> list[int]:
    return [signed_in(key).get(f"/bestand/{number}-640").status_code for key in people]


def test_who_may_read_the_message_sees_its_photo_and_nobody_else(
    app: Flask, signed_in: Browser, world: World, topic: int
) -> None:
    (number,) = placed(signed_in("nel"), topic, photo(**SMALL))
    assert statuses(signed_in, number, "nel", "ton", "rachid", "anouk") == [200] * 4
    assert statuses(signed_in, number, "indra", "bas", "bram", "ada", "otto") == [404] * 5
    assert app.test_client().get(f"/bestand/{number}-640").status_code == 303, "a stranger signs in first"


def test_among_neighbours_alone_staff_sees_no_photo_either(app: Flask, signed_in: Browser, world: World) -> None:
    with app.app_context():
        nel = world.visitor("nel")
        number = attachments.bring(photo(**SMALL), "x.jpg", FORM, by=nel)
        actions.start_topic(
            forum_id=world.forums["lindehof"], kind="conversation", title="Onder ons", source="", token=FORM,
            audience=2, files=True, by=nel,
        )  # fmt: skip
    assert statuses(signed_in, number, "nel", "ton") == [200] * 2
    assert statuses(signed_in, number, "rachid", "anouk") == [404] * 2


def test_a_photo_is_gone_with_its_withdrawn_message_and_back_with_it(
    app: Flask, signed_in: Browser, topic: int
) -> None:
    nel = signed_in("nel")
    (number,) = placed(nel, topic, photo(**SMALL))
    nel.post(f"/gesprekken/{topic}/2/weghalen")
    assert statuses(signed_in, number, "nel", "ton") == [404] * 2
    assert f"/bestand/{number}" not in nel.get(f"/gesprekken/{topic}", follow_redirects=True).text
    nel.post(f"/gesprekken/{topic}/2/terugzetten")
    assert statuses(signed_in, number, "nel", "ton") == [200] * 2
    assert f"/bestand/{number}" in nel.get(f"/gesprekken/{topic}", follow_redirects=True).text


def test_what_a_moderator_hid_shows_no_photo(app: Flask, signed_in: Browser, topic: int) -> None:
    (number,) = placed(signed_in("nel"), topic, photo(**SMALL))
    assert statuses(signed_in, number, "nel", "ton") == [200] * 2
    with app.app_context():
        hide()
    assert statuses(signed_in, number, "nel", "ton", "rachid") == [404] * 3


@db.action
def hide() -> None:
    db.connection().execute(update(Post).where(Post.number == 2).values(hidden_at=clock.now()))


def test_the_photos_of_a_message_are_looked_at_one_by_one(signed_in: Browser, topic: int) -> None:
    one, two = placed(signed_in("nel"), topic, photo(**SMALL), photo(size=(90, 60)))
    ton = signed_in("ton")
    html = ton.get(f"/bestand/{one}/foto").text
    assert "Foto van Nel" in html and f'src="/bestand/{one}-1600"' in html and f'href="/gesprekken/{topic}/2"' in html
    assert f'href="/bestand/{two}/foto"' in html and "Vorige foto" not in html
    assert f'href="/bestand/{one}/foto"' in ton.get(f"/bestand/{two}/foto").text
    loose = number_of(upload(ton, photo(**SMALL)))
    paper = number_of(upload(ton, pdf()))
    assert [ton.get(f"/bestand/{number}/foto").status_code for number in (loose, paper, 99)] == [404] * 3


def test_whom_somebody_does_not_want_to_read_they_do_not_see_either(
    app: Flask, signed_in: Browser, world: World, topic: int
) -> None:
    (number,) = placed(signed_in("nel"), topic, photo(**SMALL))
    assert statuses(signed_in, number, "ton", "henk") == [200] * 2
    with app.app_context():
        not_read(world.people["ton"], world.people["nel"])
    assert statuses(signed_in, number, "ton", "henk") == [404, 200]
    assert f"/bestand/{number}" not in signed_in("ton").get(f"/gesprekken/{topic}", follow_redirects=True).text


@db.action
def not_read(reader: int, writer: int) -> None:
    db.session().add(Block(blocker_id=reader, blocked_id=writer, at=clock.now()))


def test_who_moved_out_sees_it_no_longer(app: Flask, signed_in: Browser, world: World, topic: int) -> None:
    (number,) = placed(signed_in("nel"), topic, photo(**SMALL))
    henk = signed_in("henk")
    assert henk.get(f"/bestand/{number}-640").status_code == 200
    with app.app_context():
        world.move_out("henk")
    assert henk.get(f"/bestand/{number}-640").status_code == 404


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("image/avif,image/webp,*/*", "image/avif"),
        ("image/webp,*/*", "image/webp"),
        ("image/*;q=0.8", "image/jpeg"),
        ("", "image/jpeg"),
    ],
)
def test_a_browser_gets_the_best_form_it_reads_alone_in_a_sandbox(
    signed_in: Browser, topic: int, accept: str, kind: str
) -> None:
    nel = signed_in("nel")
    (number,) = placed(nel, topic, photo(**SMALL))
    answer = nel.get(f"/bestand/{number}-1600", headers={"Accept": accept})
    assert answer.content_type == kind and "Accept" in answer.vary
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "private, max-age=2592000, immutable"
    again = nel.get(f"/bestand/{number}-1600", headers={"Accept": accept, "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_document_is_a_download_with_its_name(signed_in: Browser, topic: int) -> None:
    nel = signed_in("nel")
    number = number_of(upload(nel, pdf(), "Notulen: X y é.pdf"))
    answer = nel.get(f"/bestand/{number}")
    assert answer.data == pdf() and answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    for path in (f"/bestand/{number}-640", f"/bestand/{number}-1", f"/bestand/{number + 1}"):
        assert nel.get(path).status_code == 404


def test_the_form_of_a_photo_is_told_by_its_content_not_its_name(signed_in: Browser, topic: int) -> None:
    nel = signed_in("nel")
    assert "<img" in upload(nel, photo("PNG", **SMALL), "brief.pdf").text
    assert "brief.pdf" in upload(nel, pdf(), "brief.jpg").text


def test_a_page_that_was_shown_before_asks_nothing_about_its_files(app: Flask, signed_in: Browser, topic: int) -> None:
    placed(signed_in("nel"), topic, photo(**SMALL), photo(size=(90, 60)))
    ton, path = signed_in("ton"), f"/gesprekken/{topic}?pagina=1"
    with counted_queries(app) as first:
        assert "/bestand/" in ton.get(path, follow_redirects=True).text
    with counted_queries(app) as again:
        assert "/bestand/" in ton.get(path, follow_redirects=True).text
    assert len([one for one in first if "FROM attachment" in one]) == 1
    assert [one for one in again if "attachment" in one] == []


def test_a_photo_adds_little_to_a_page(signed_in: Browser, topic: int) -> None:
    nel, path = signed_in("nel"), f"/gesprekken/{topic}?pagina=1"
    placed(nel, topic, text="Kijk")
    one_post = len(nel.get(path, follow_redirects=True).data)
    placed(nel, topic, text="Kijk", form="nog een")
    two_posts = len(nel.get(path, follow_redirects=True).data)
    placed(nel, topic, *[photo(**SMALL, quality=50 + shade) for shade in range(8)], text="Kijk", form="acht")
    html = nel.get(path, follow_redirects=True)
    assert html.text.count('<img src="/bestand/') == 8
    added = len(html.data) - two_posts - (two_posts - one_post)
    assert added <= 8 * 200, "eight photos, beside the post itself"


# ---- changed and forgotten -----------------------------------------------------------------------------------------


def test_a_photo_is_described_otherwise_and_taken_away_later(app: Flask, signed_in: Browser, topic: int) -> None:
    nel = signed_in("nel")
    one, two = placed(nel, topic, photo(**SMALL), photo(size=(90, 60)))
    with app.app_context():
        gone = store_of(two)
    form = nel.get(f"/gesprekken/{topic}/2/wijzig").text
    assert f'name="alt-{one}"' in form and f'name="bestand-weg" value="{two}"' in form
    signed_in("ton").get(f"/gesprekken/{topic}")  # so that it is kept as it was
    answer = nel.post(
        f"/gesprekken/{topic}/2/wijzig", data={"tekst": "Kijk eens", f"alt-{one}": "De tuin", "bestand-weg": str(two)}
    )
    assert answer.status_code == 303
    html = signed_in("ton").get(f"/gesprekken/{topic}", follow_redirects=True).text
    assert 'alt="De tuin"' in html and f"/bestand/{two}" not in html and "veranderd" in html
    with app.app_context():
        assert counted() == 1 and files.photo_path(gone, 640, "jpg") is None
        assert db.session().scalars(select(Post.files).where(Post.number == 2)).one() == 1


def test_something_is_left_of_a_message_that_is_changed(app: Flask, signed_in: Browser, topic: int) -> None:
    nel = signed_in("nel")
    (number,) = placed(nel, topic, photo(**SMALL))
    path = f"/gesprekken/{topic}/2/wijzig"
    refused = nel.post(path, data={"tekst": "", "bestand-weg": str(number), f"alt-{number}": "Tulp"})
    assert refused.status_code == 422 and "U schreef nog niets." in refused.text and "Tulp" in refused.text
    with app.app_context():
        assert counted() == 1 and files.photo_path(store_of(number), 640, "jpg"), "and nothing is lost by trying"
    assert nel.post(path, data={"tekst": ""}).status_code == 303
    assert signed_in("ton").post(path, data={"tekst": "", "bestand-weg": str(number)}).status_code == 403


def test_nobody_takes_a_photo_away_from_another_message(app: Flask, signed_in: Browser, topic: int) -> None:
    (number,) = placed(signed_in("nel"), topic, photo(**SMALL))
    ton = signed_in("ton")
    assert ton.post(f"/gesprekken/{topic}/1/wijzig", data={"tekst": "Anders", "bestand-weg": str(number),
                    f"alt-{number}": "Onzin"}).status_code == 303  # fmt: skip
    with app.app_context():
        assert counted() == 1
        assert db.session().scalars(select(Attachment.alt)).one() == ""


def test_a_day_after_it_was_withdrawn_the_files_are_forgotten_too(app: Flask, signed_in: Browser, topic: int) -> None:
    nel = signed_in("nel")
    (number,) = placed(nel, topic, photo(**SMALL), text="")
    with app.app_context():
        store = store_of(number)
    nel.post(f"/gesprekken/{topic}/2/weghalen")
    with app.app_context():
        actions.forget_withdrawn()
        assert counted() == 1, "the first day it can come back"
    with time_machine.travel(clock.now() + timedelta(hours=26), tick=True), app.app_context():
        actions.forget_withdrawn()
        assert counted() == 0 and files.photo_path(store, 640, "jpg") is None
        assert db.session().scalars(select(Post.files).where(Post.number == 2)).one() == 0
