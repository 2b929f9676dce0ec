"""A code and a link in one mail: on which device they work, how long, how often; and that an address nobody has is
answered the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from community import clock, db, mail
from community.accounts import actions, mail_codes
from community.accounts.models import LoginSession, Mailbox, MailCode, Person
from tests.world import World

Mails = Callable[[], list]
WRONG = "Deze code klopt nog niet. Kijk nog eens in de mail, of vraag een nieuwe."


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/mijn").status_code == 200


def ask(browser: FlaskClient, address: str = "ton@example.nl", **more: str) -> None:
    answer = browser.post("/inloggen/mail", data={"mail": address, **more})
    assert (answer.status_code, answer.location) == (303, "/inloggen/code")


def seen(text: str) -> str:
    """A page without what is different on every page."""
    return re.sub(r'name="csrf_token" value="[^"]*"|name="csrf" content="[^"]*"', "", text)


def test_one_mail_holds_a_code_and_a_link_and_says_what_opens(client: FlaskClient, world: World, mails: Mails) -> None:
    ask(client, " TON@example.nl. ")
    (mail,) = mails()
    assert mail.to == "ton@example.nl"
    assert mail.code in mail.subject
    assert mail.code in mail.html
    assert f'href="http://localhost{mail.link}"' in mail.html
    assert "Daar drukt u nog één keer om in te loggen." in mail.text
    assert "Ton" in mail.text
    assert "010 - 123 45 67" in mail.text
    assert mail.html.count('class="btn"') == 1


@pytest.mark.parametrize("typed", ["{code}", "{glued}", " {glued} ", "{dashed}", "code: {glued}"])
def test_the_code_signs_in_on_the_device_that_asked_for_it(
    client: FlaskClient, world: World, mails: Mails, typed: str
) -> None:
    ask(client)
    code = mails()[0].code
    given = typed.format(code=code, glued=code.replace(" ", ""), dashed=code.replace(" ", "-"))
    assert client.post("/inloggen/code", data={"code": given}).location == "/vandaag"
    assert is_signed_in(client)


def test_the_code_does_not_work_on_another_device(app: Flask, client: FlaskClient, world: World, mails: Mails) -> None:
    ask(client)
    other = app.test_client()
    assert other.post("/inloggen/code", data={"code": mails()[0].code}).location == "/inloggen/mail"
    ask(other, "nobody@example.nl")
    answer = other.post("/inloggen/code", data={"code": mails()[0].code})
    assert (answer.status_code, WRONG in answer.text) == (422, True)
    assert not is_signed_in(other)
    client.post("/inloggen/code", data={"code": mails()[0].code})
    assert is_signed_in(client)


def test_opening_the_link_signs_nobody_in_and_its_button_does_on_any_device(
    app: Flask, client: FlaskClient, world: World, mails: Mails
) -> None:
    ask(client)
    link, other = mails()[0].link, app.test_client()
    for _ in range(3):
        page = other.get(link)
        assert (page.status_code, "U logt in als Ton Visser." in page.text) == (200, True)
        assert not is_signed_in(other)
    other.post(link, data={"eigen": "nee"})
    assert is_signed_in(other)
    assert not is_signed_in(client)
    with app.app_context():
        assert [row.is_trusted for row in db.session().scalars(select(LoginSession))] == [False]


def test_code_and_link_work_once_between_them(app: Flask, client: FlaskClient, world: World, mails: Mails) -> None:
    ask(client)
    mail = mails()[0]
    client.post("/inloggen/code", data={"code": mail.code})
    other = app.test_client()
    answer = other.post(mail.link)
    assert (answer.status_code, "Deze link werkt niet meer" in answer.text) == (410, True)
    assert other.get(mail.link).status_code == 410
    assert not is_signed_in(other)


def test_a_code_pressed_twice_on_its_device_signs_in_both_times(
    client: FlaskClient, world: World, mails: Mails
) -> None:
    ask(client)
    before = client.get_cookie("trefpunt")
    assert before
    for _ in range(2):
        client.set_cookie("trefpunt", before.value)
        client.post("/inloggen/code", data={"code": mails()[0].code})
        assert is_signed_in(client)


@pytest.mark.parametrize(("minutes", "lets_in"), [(29, True), (31, False)])
def test_a_code_lasts_thirty_minutes(
    client: FlaskClient, world: World, mails: Mails, minutes: int, lets_in: bool
) -> None:
    ask(client)
    mail = mails()[0]
    with time_machine.travel(clock.now() + timedelta(minutes=minutes), tick=False):
        opened = client.get(mail.link)
        assert (opened.status_code, "Stuur mij een nieuwe mail" in opened.text) == (
            (200, False) if lets_in else (410, True)
        )
        client.post("/inloggen/code", data={"code": mail.code})
        client.post(mail.link)
        assert is_signed_in(client) == lets_in


def test_a_late_link_can_be_renewed_by_a_button(client: FlaskClient, world: World, mails: Mails) -> None:
    ask(client)
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        answer = client.post(f"{mails()[0].link}/nieuw")
        assert answer.location == "/inloggen/verstuurd"
        assert "Wij hebben u een nieuwe mail gestuurd." in client.get(answer.location).text
        client.post(mails()[1].link)
        assert is_signed_in(client)


def test_a_link_that_never_was_offers_a_mail(client: FlaskClient, world: World, mails: Mails) -> None:
    assert client.get("/m/bestaat-niet").status_code == 404
    assert client.post("/m/bestaat-niet").status_code == 404
    client.post("/m/bestaat-niet/nieuw")
    assert mails() == []


def test_an_earlier_code_stays_valid_in_its_own_time(client: FlaskClient, world: World, mails: Mails) -> None:
    ask(client)
    ask(client)
    ask(client)
    first, second, third = (mail.code for mail in mails())
    assert len({first, second, third}) == 3
    client.post("/inloggen/code", data={"code": first})
    assert is_signed_in(client)


def test_five_wrong_codes_end_the_code_but_not_the_link(
    app: Flask, client: FlaskClient, world: World, mails: Mails
) -> None:
    ask(client)
    mail = mails()[0]
    wrong = f"{(int(mail.code.replace(' ', '')) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert client.post("/inloggen/code", data={"code": wrong}).status_code == 422
    app.extensions["throttle"].storage.reset()
    assert client.post("/inloggen/code", data={"code": mail.code}).status_code == 422
    assert not is_signed_in(client)
    client.post(mail.link)
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Typ hier de 6 cijfers uit de mail."),
        ("12345", "De code heeft 6 cijfers. U typte er 5."),
        ("appel", "De code heeft 6 cijfers. U typte er 0."),
    ],
)
def test_a_code_that_cannot_be_one_says_why(client: FlaskClient, world: World, typed: str, sentence: str) -> None:
    ask(client)
    answer = client.post("/inloggen/code", data={"code": typed})
    assert (answer.status_code, sentence in answer.text) == (422, True)


# ---- nobody learns who is here -----------------------------------------------------------------------------------


def test_an_unknown_address_gets_the_same_answers(app: Flask, world: World, mails: Mails) -> None:
    known, unknown = app.test_client(), app.test_client()
    answers = []
    for browser, address in ((known, "ton@example.nl"), (unknown, "abc@example.nl")):
        asked = browser.post("/inloggen/mail", data={"mail": address})
        page = browser.get("/inloggen/code")
        wrong = browser.post("/inloggen/code", data={"code": "000000"})
        facts = (asked.status_code, asked.location, page.status_code, wrong.status_code)
        answers.append((facts, seen(page.text).replace(address, "-"), seen(wrong.text).replace(address, "-")))
    assert answers[0] == answers[1]
    assert [mail.to for mail in mails()] == ["ton@example.nl"]
    with app.app_context():  # no address of a stranger is kept
        assert db.session().scalar(select(Mailbox).where(Mailbox.address == "abc@example.nl")) is None
        assert db.session().scalar(select(func.count()).select_from(MailCode)) == 2


def test_for_an_unknown_address_the_same_work_is_done_but_for_the_last_step(
    context: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    written = mail.put
    monkeypatch.setattr(mail, "put", lambda *args, **more: done.append("a mail is written") or written(*args, **more))

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        done.append(statement)

    def work_for(address: str) -> list[str]:
        done.clear()
        mail_codes.ask_to_sign_in(address, "device")
        return list(done)

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        work_for("xyz@example.nl")  # the frame of a page is read once in ten seconds, by whoever comes first
        known, unknown = work_for("ton@example.nl"), work_for("abc@example.nl")
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)
    assert "a mail is written" in unknown
    assert [step for step in known if step not in unknown] == [known[-1]]
    assert "INSERT INTO outgoing_mail" in known[-1]
    assert len(unknown) == len(known) - 1


def test_somebody_who_stopped_long_ago_is_as_unknown_as_anybody(
    client: FlaskClient, world: World, mails: Mails, app: Flask
) -> None:
    with app.app_context():
        actions.stop(by=world.people["ton"])
    with time_machine.travel(clock.now() + timedelta(days=15), tick=False):
        ask(client)
    assert mails() == []


def test_a_mailbox_gets_five_mails_an_hour_and_the_sixth_looks_the_same(app: Flask, world: World, mails: Mails) -> None:
    for _ in range(7):
        ask(app.test_client())
    assert len(mails()) == 5
    ask(app.test_client(), "nel@example.nl")  # others are unaffected
    assert len(mails()) == 6
    with time_machine.travel(clock.now() + timedelta(minutes=61), tick=False):
        ask(app.test_client())
    assert len(mails()) == 7


def test_one_address_on_the_internet_asks_for_ten_mails_a_minute(app: Flask, world: World) -> None:
    for number in range(10):
        ask(app.test_client(), f"abc{number}@example.nl")
    answer = app.test_client().post("/inloggen/mail", data={"mail": "ton@example.nl"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert 'value="ton@example.nl"' in answer.text
    elsewhere = app.test_client().post(
        "/inloggen/mail", data={"mail": "ton@example.nl"}, environ_base={"REMOTE_ADDR": "10.1.2.3"}
    )
    assert elsewhere.status_code == 303


@pytest.mark.parametrize(
    "typed",
    ["", "ton", "ton@", "@example.nl", "ton@example", "a@b@c..nl", "x" * 300 + "@example.nl", "ton@exa mple..nl"],
)
def test_what_is_no_address_is_said_and_kept(client: FlaskClient, world: World, typed: str) -> None:
    answer = client.post("/inloggen/mail", data={"mail": typed, "eigen": "nee"})
    assert answer.status_code == 422
    assert "<title>Fout: inloggen" in answer.text
    assert f'value="{typed}"' in answer.text
    assert 'value="nee" checked' in answer.text


@pytest.mark.parametrize(
    "typed", ["ton@example.nl", "mailto:ton@example.nl", "Ton @ Example . nl", "<ton@example.nl>", "ton@example,nl"]
)
def test_an_address_may_be_typed_in_many_ways(client: FlaskClient, world: World, mails: Mails, typed: str) -> None:
    ask(client, typed)
    assert [mail.to for mail in mails()] == ["ton@example.nl"]


# ---- a shared mailbox --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["code", "link"])
def test_a_couple_with_one_mailbox_is_asked_who_of_the_two_it_is(
    client: FlaskClient, world: World, mails: Mails, way: str, app: Flask
) -> None:
    ask(client, "koster@example.nl")
    (mail,) = mails()
    assert "Willemijn en Piet" in mail.text
    path, form = ("/inloggen/code", {"code": mail.code}) if way == "code" else (mail.link, {})
    answer = client.post(path, data=form)
    assert answer.location == "/inloggen/wie"
    assert not is_signed_in(client)
    page = client.get("/inloggen/wie").text
    assert "Willemijn Koster" in page
    assert "Piet Koster" in page
    assert "Ik sta er niet bij" not in page
    refused = client.post("/inloggen/wie", data={"wie": world.people["ton"]})
    assert (refused.status_code, "Kies wie u bent." in refused.text) == (422, True)
    assert client.post("/inloggen/wie", data={"wie": "nieuw"}).status_code == 422
    assert not is_signed_in(client)
    client.post("/inloggen/wie", data={"wie": world.people["piet"]})
    assert "Piet Koster" in client.get("/mijn").text


def test_a_name_cannot_write_in_the_mail(app: Flask, client: FlaskClient, world: World, mails: Mails) -> None:
    with app.app_context():
        _call(world.people["ton"], "Ton <b>O'B & Zn</b>\nBcc: x")
    ask(client)
    (mail,) = mails()
    assert "<b>O" not in mail.html
    assert "&lt;b&gt;O" in mail.html
    assert "Ton <b>O'B & Zn</b>" in mail.text  # plain text is plain


def test_the_mail_is_in_the_language_of_its_reader(app: Flask, client: FlaskClient, world: World, mails: Mails) -> None:
    with app.app_context():
        _speak(world.people["ton"], "en")
    ask(client)
    assert '<html lang="en">' in mails()[0].html


@db.action
def _call(person_id: int, name: str) -> None:
    person = db.session().get(Person, person_id)
    assert person
    person.greeting = name


@db.action
def _speak(person_id: int, language: str) -> None:
    person = db.session().get(Person, person_id)
    assert person
    person.language = language
