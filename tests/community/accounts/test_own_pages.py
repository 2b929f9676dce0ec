"""*Mijn*: what one changes about oneself, that it stays when it is refused, and that others cannot reach it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community import db, files
from community.accounts import names, profile
from community.accounts.models import Mailbox, Person
from community.journal import JournalEntry
from tests.pictures import photo
from tests.world import World

SignedIn = Callable[[str], FlaskClient]
PAGES = ("naam", "foto", "buren", "letters", "taal", "mail", "mail/code", "wachtwoord", "apparaten", "stoppen")


def person(app: Flask, key: int) -> Person:
    with app.app_context():
        return db.session().scalars(select(Person).where(Person.id == key)).one()


def address(app: Flask, key: int) -> str | None:
    with app.app_context():
        return db.session().scalar(select(Mailbox.address).join(Person).where(Person.id == key))


def test_every_page_opens_for_oneself_and_for_no_stranger(client: FlaskClient, signed_in: SignedIn) -> None:
    browser = signed_in("ton")
    for path in ("/mijn", *(f"/mijn/{page}" for page in PAGES)):
        assert browser.get(path).status_code == 200
        assert client.get(path).location == f"/inloggen?verder={path}"


def test_every_page_has_the_telephone_and_one_title(signed_in: SignedIn) -> None:
    browser = signed_in("ton")
    for path in ("/mijn", *(f"/mijn/{page}" for page in PAGES), *(f"/welkom/{step}" for step in range(1, 5))):
        page = browser.get(path).text
        assert page.count("<h1") == 1
        assert 'href="tel:+31101234567"' in page


# ---- name --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ton Visser", "Ton Visser"),
        ("  Ton \t  Visser\n", "Ton Visser"),
        ("O'Brien-d’Hondt", "O'Brien-d’Hondt"),
        ("Ton 🌷 Visser", "Ton 🌷 Visser"),
        ("Şahin Yıldız", "Şahin Yıldız"),
        ("محمد علي", "محمد علي"),
        ("李明", "李明"),
        ("Дмитрий", "Дмитрий"),
        ("\u202eTon\u202c Visser\u200b", "Ton Visser"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("X", "X"),
        ("a" * 120, "a" * 120),
    ],
)
def test_any_name_with_a_letter_is_kept_and_shown_as_a_name(
    app: Flask, signed_in: SignedIn, world: World, typed: str, kept: str
) -> None:
    browser, before = signed_in("ton"), person(app, world.people["ton"])
    answer = browser.post("/mijn/naam", data={"naam": typed, "roepnaam": "Ton", "groet": "kort"})
    assert answer.status_code == 303
    after = person(app, world.people["ton"])
    assert after.name == kept
    assert after.face_version >= before.face_version + (kept != before.name)
    page = browser.get("/mijn").text
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Typ hier uw naam."),
        ("   ", "Typ hier uw naam."),
        ("123 🌷", "Typ een naam met minstens één letter."),
        ("a" * 200, "Deze naam is te lang: 200 tekens. Er passen er 120."),
    ],
)
def test_a_name_that_will_not_do_is_said_and_kept_as_it_was_typed(
    app: Flask, signed_in: SignedIn, world: World, typed: str, sentence: str
) -> None:
    answer = signed_in("ton").post("/mijn/naam", data={"naam": typed, "roepnaam": "Tonnie", "groet": "meneer"})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{typed}"' in answer.text
    assert 'value="Tonnie"' in answer.text
    assert person(app, world.people["ton"]).name == "Ton Visser"


@pytest.mark.parametrize(
    ("form", "greeting"),
    [
        ({"groet": "kort"}, None),
        ({"groet": "meneer"}, "meneer Visser"),
        ({"groet": "mevrouw"}, "mevrouw Visser"),
        ({"groet": "anders", "groet_anders": " opa  Ton "}, "opa Ton"),
        ({}, None),
        ({"groet": "onzin"}, None),
    ],
)
def test_one_chooses_how_one_is_greeted(
    app: Flask, signed_in: SignedIn, world: World, form: Mapping[str, str], greeting: str | None
) -> None:
    browser = signed_in("ton")
    browser.post("/mijn/naam", data={"naam": "Ton Visser", "roepnaam": "Ton", **form})
    assert person(app, world.people["ton"]).greeting == greeting
    chosen = re.findall(r'name="groet" value="(\w+)" checked', browser.get("/mijn/naam").text)
    assert chosen == [form.get("groet", "kort") if form.get("groet") != "onzin" else "kort"]


def test_a_greeting_of_ones_own_must_be_there(signed_in: SignedIn) -> None:
    answer = signed_in("ton").post("/mijn/naam", data={"naam": "Ton Visser", "groet": "anders", "groet_anders": "!"})
    assert (answer.status_code, 'value="anders" checked' in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("name", "short", "last"),
    [
        ("Ton Visser", "Ton", "Visser"),
        ("Nel van Dam", "Nel", "Van Dam"),
        ("P.J. van den Berg", "P.J. van den Berg", "Van den Berg"),
        ("Maria in 't Veld", "Maria", "In 't Veld"),
        ("Madonna", "Madonna", ""),
        ("Anna-Lena de Groot-Visser", "Anna-Lena", "De Groot-Visser"),
        ("Willemijn Koster", "Willemijn", "Koster"),
        ("🌷 Rie O'Hara 🌷", "Rie", "O'Hara"),
    ],
)
def test_the_first_suggestions_fit_dutch_names(name: str, short: str, last: str) -> None:
    assert (names.short(name), names.surname(name)) == (short, last)


# ---- photo -------------------------------------------------------------------------------------------------------


def bring(browser: FlaskClient, raw: bytes, name: str = "ik.jpg", path: str = "/mijn/foto") -> Any:
    return browser.post(path, data={"foto": (BytesIO(raw), name)})


def test_a_photo_is_shown_to_members_and_to_nobody_else(
    app: Flask, client: FlaskClient, signed_in: SignedIn, world: World
) -> None:
    browser, neighbour, moved_out = signed_in("ton"), signed_in("nel"), signed_in("otto")
    before = person(app, world.people["ton"]).face_version
    assert bring(browser, photo()).location == "/mijn"
    ton = person(app, world.people["ton"])
    assert ton.face_version == before + 1
    address = f"/foto/{ton.photo}-96"
    assert address in browser.get("/mijn").text.replace("-256", "-96")
    for reader in (browser, neighbour):
        answer = reader.get(address)
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"].startswith("private")
    assert neighbour.get(address, headers={"Accept": "image/webp,*/*"}).mimetype == "image/webp"
    assert moved_out.get(address).status_code == 404
    assert client.get(address).status_code == 303
    for wrong in (f"/foto/{ton.photo}-97", f"/foto/{'0' * 32}-96", "/foto/..%2f..%2fsecret-key-96"):
        assert browser.get(wrong).status_code == 404


def test_who_moved_out_still_sees_their_own_photo(app: Flask, signed_in: SignedIn, world: World) -> None:
    browser = signed_in("otto")
    bring(browser, photo())
    otto = person(app, world.people["otto"])
    assert browser.get(f"/foto/{otto.photo}-256").status_code == 200


def test_a_photo_that_is_replaced_or_removed_is_gone(app: Flask, signed_in: SignedIn, world: World) -> None:
    browser = signed_in("ton")
    bring(browser, photo())
    first = person(app, world.people["ton"]).photo
    bring(browser, photo(turned=3))
    second = person(app, world.people["ton"]).photo
    assert first != second
    assert browser.post("/mijn/foto/weg").location == "/mijn"
    assert person(app, world.people["ton"]).photo is None
    for name in (first, second):
        assert name is not None
        assert browser.get(f"/foto/{name}-256").status_code == 404
        with app.app_context():
            assert files.path_of(name, 256) is None


def test_a_photo_that_two_people_have_stays_while_one_has_it(app: Flask, signed_in: SignedIn, world: World) -> None:
    one, other = signed_in("willemijn"), signed_in("piet")
    for browser in (one, other):
        bring(browser, photo())
    name = person(app, world.people["piet"]).photo
    one.post("/mijn/foto/weg")
    assert other.get(f"/foto/{name}-256").status_code == 200


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"geen foto", "Dit is geen foto die wij kunnen lezen."),
        (photo() + b"\0" * files.BYTES_MAX, "Deze foto is te groot. Hij mag 20 MB zijn."),
    ],
)
def test_a_photo_that_cannot_be_used_leaves_the_one_before(
    app: Flask, signed_in: SignedIn, world: World, raw: bytes, sentence: str
) -> None:
    browser = signed_in("ton")
    bring(browser, photo())
    before = person(app, world.people["ton"]).photo
    answer = bring(browser, raw)
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert person(app, world.people["ton"]).photo == before
    assert "Kies eerst een foto." in browser.post("/mijn/foto", data={}).text


# ---- letters, language, neighbours -------------------------------------------------------------------------------


def test_letters_and_light_are_seen_at_once(app: Flask, signed_in: SignedIn, world: World) -> None:
    browser = signed_in("ton")
    assert "data-size" not in browser.get("/mijn").text
    answer = browser.post("/mijn/letters", data={"letters": "grootst", "kleur": "donker"}, follow_redirects=True)
    assert 'data-size="grootst" data-theme="dark"' in answer.text
    assert "Dit is bewaard." in answer.text
    browser.post("/mijn/letters", data={"letters": "reusachtig", "kleur": "paars"})  # nobody's form: stays as it was
    assert 'data-size="grootst" data-theme="dark"' in browser.get("/mijn").text


def test_the_language_is_kept_with_the_person(app: Flask, signed_in: SignedIn, world: World) -> None:
    browser = signed_in("ton")
    assert browser.post("/mijn/taal", data={"taal": "en"}).location == "/mijn"
    assert person(app, world.people["ton"]).language == "en"
    assert '<html lang="en"' in browser.get("/mijn").text
    assert browser.post("/mijn/taal", data={"taal": "klingon"}).status_code == 404
    assert browser.post("/taal/nl").status_code == 303
    assert person(app, world.people["ton"]).language == "nl"


def test_one_is_shown_to_neighbours_only_after_saying_so(app: Flask, signed_in: SignedIn, world: World) -> None:
    browser = signed_in("ton")
    assert person(app, world.people["ton"]).is_shown is False
    browser.post("/mijn/buren", data={"interesses": " tuin,  kaarten ", "over": "Hoi\r\n\r\nTot ziens ", "tonen": "ja"})
    ton = person(app, world.people["ton"])
    assert (ton.is_shown, ton.interests, ton.about) == (True, "tuin, kaarten", "Hoi\n\nTot ziens")
    browser.post("/mijn/buren", data={"interesses": "", "over": ""})
    ton = person(app, world.people["ton"])
    assert (ton.is_shown, ton.interests, ton.about) == (False, None, None)


def test_too_much_about_oneself_is_counted_and_kept(app: Flask, signed_in: SignedIn, world: World) -> None:
    answer = signed_in("ton").post("/mijn/buren", data={"interesses": "i" * 301, "over": "o" * 1001, "tonen": "ja"})
    assert answer.status_code == 422
    assert "Dit zijn 301 tekens. Er passen er 300." in answer.text
    assert "Dit zijn 1001 tekens. Er passen er 1000." in answer.text
    assert "o" * 1001 in answer.text
    assert 'value="ja" checked' in answer.text
    assert person(app, world.people["ton"]).is_shown is False


# ---- e-mail address ----------------------------------------------------------------------------------------------


def test_a_new_address_counts_once_its_code_was_typed(
    app: Flask, signed_in: SignedIn, world: World, mails: Callable[[], list]
) -> None:
    browser = signed_in("ton")
    assert browser.post("/mijn/mail", data={"mail": "Nieuw@example.nl"}).location == "/mijn/mail/code"
    assert address(app, world.people["ton"]) == "ton@example.nl"
    (mail,) = mails()
    assert mail.to == "nieuw@example.nl"
    wrong = browser.post("/mijn/mail/code", data={"code": "000000"})
    assert (wrong.status_code, "Deze code klopt nog niet." in wrong.text) == (422, True)
    assert address(app, world.people["ton"]) == "ton@example.nl"
    assert browser.post("/mijn/mail/code", data={"code": mail.code}).location == "/mijn"
    assert address(app, world.people["ton"]) == "nieuw@example.nl"
    told = mails()[-1]
    assert (told.to, "nieuw@example.nl" in told.text) == ("ton@example.nl", True)
    with app.app_context():
        facts = db.session().scalars(select(JournalEntry.facts).where(JournalEntry.kind == "accounts.change_address"))
        assert [dict(fact) for fact in facts] == [{}]  # no address in the journal


def test_the_link_confirms_on_another_device_without_signing_in_there(
    app: Flask, client: FlaskClient, signed_in: SignedIn, world: World, mails: Callable[[], list]
) -> None:
    signed_in("henk").post("/mijn/mail", data={"mail": "henk@example.nl"})
    link = mails()[0].link
    assert "Is dit uw e-mailadres?" in client.get(link).text
    assert address(app, world.people["henk"]) is None
    assert client.post(link).location == "/inloggen/bevestigd"
    assert address(app, world.people["henk"]) == "henk@example.nl"
    assert client.get("/mijn").status_code == 303


def test_the_code_of_one_person_confirms_nothing_for_another(
    app: Flask, signed_in: SignedIn, world: World, mails: Callable[[], list]
) -> None:
    signed_in("ton").post("/mijn/mail", data={"mail": "nieuw@example.nl"})
    other = signed_in("nel")
    other.post("/mijn/mail", data={"mail": "anders@example.nl"})
    assert other.post("/mijn/mail/code", data={"code": mails()[0].code}).status_code == 422
    assert address(app, world.people["nel"]) == "nel@example.nl"


def test_a_partner_may_share_the_mailbox(
    app: Flask, signed_in: SignedIn, world: World, mails: Callable[[], list]
) -> None:
    browser = signed_in("henk")
    browser.post("/mijn/mail", data={"mail": "ton@example.nl"})
    browser.post("/mijn/mail/code", data={"code": mails()[0].code})
    assert address(app, world.people["henk"]) == address(app, world.people["ton"]) == "ton@example.nl"


def test_the_same_address_or_none_is_said(signed_in: SignedIn) -> None:
    browser = signed_in("ton")
    assert "Dit adres hebben wij al." in browser.post("/mijn/mail", data={"mail": "ton@example.nl"}).text
    assert browser.post("/mijn/mail", data={"mail": "ton"}).status_code == 422


def test_giving_up_the_address_gives_up_the_password_with_it(app: Flask, signed_in: SignedIn, world: World) -> None:
    with app.app_context():
        profile.keep_password("$argon2id$", by=world.people["ton"])
    assert signed_in("ton").post("/mijn/mail/weg").location == "/mijn"
    ton = person(app, world.people["ton"])
    assert (ton.mailbox_id, ton.password_hash) == (None, None)


def test_one_person_confirms_ten_addresses_an_hour(signed_in: SignedIn) -> None:
    browser = signed_in("ton")
    statuses = [browser.post("/mijn/mail", data={"mail": f"ton{n}@example.nl"}).status_code for n in range(11)]
    assert statuses == [303] * 10 + [429]
