"""Coming in with a letter: who may, who may not, and that looking at a QR code signs nobody in."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community import clock, db
from community.accounts import actions
from community.accounts.actions import Letter
from community.accounts.models import Invitation, InvitationUse, LoginSession, Person
from community.errors import Invalid, Missing, Refused
from community.journal import JournalEntry
from community.places.models import Household, Membership
from tests.world import World

PrintLetter = Callable[..., Letter]
WRONG = "Kijk of de twee woorden en het getal hetzelfde zijn als in uw brief."
USED = "Met deze code is al iemand ingelogd. Was u dat niet? Bel 010 - 123 45 67."
OLD = "Deze code is te oud. Bel 010 - 123 45 67, dan krijgt u een nieuwe brief."
REPLACED = "Deze code geldt niet meer."


def count(what: type) -> int:
    return db.session().scalar(select(func.count()).select_from(what)) or 0


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/mijn").status_code == 200


def join(world: World, letter: Letter, person: int | None, *, name: str = "", form: str = "a") -> tuple[int, str]:
    invitation = db.session().scalars(select(Invitation).order_by(Invitation.id.desc())).first()
    assert invitation
    return actions.join(invitation.id, person, name=name, form=form, trusted=True, device="iPad · Safari")


# ---- through the pages -------------------------------------------------------------------------------------------


def test_a_resident_comes_in_with_the_code_and_their_name(
    client: FlaskClient, world: World, letter: PrintLetter
) -> None:
    code = letter("lindehof", 1).code
    assert not is_signed_in(client)
    answer = client.post("/inloggen", data={"code": code.replace(" ", "").upper()})
    assert answer.status_code == 303
    assert answer.location == "/inloggen/wie"
    assert not is_signed_in(client)  # the code alone is not enough: it asks who
    page = client.get("/inloggen/wie").text
    assert "Lindehofstraat 1" in page
    assert "Ton Visser" in page
    assert "Nel van Dam" not in page
    answer = client.post("/inloggen/wie", data={"wie": world.people["ton"]})
    assert answer.location == "/vandaag"
    assert is_signed_in(client)


def test_who_is_not_listed_says_their_name_and_lives_there_from_today(
    client: FlaskClient, app: Flask, world: World, letter: PrintLetter
) -> None:
    client.post("/inloggen", data={"code": letter("lindehof", 1).code})
    assert client.post("/inloggen/wie", data={"wie": "nieuw"}).location == "/inloggen/naam"
    answer = client.post("/inloggen/naam", data={"naam": "  Rie   O'Hara ", "mail": ""})
    assert answer.location == "/welkom/1"
    with app.app_context():
        person = db.session().scalars(select(Person).where(Person.name == "Rie O'Hara")).one()
        assert (person.short_name, person.joined_at is not None) == ("Rie", True)
        home = db.session().scalars(select(Membership).where(Membership.person_id == person.id)).one()
        assert (home.household_id, home.since) == (world.households["lindehof", 1], clock.today())


def test_an_empty_household_is_asked_for_a_name_at_once(client: FlaskClient, letter: PrintLetter) -> None:
    client.post("/inloggen", data={"code": letter("meidoorn", 7).code})
    assert client.get("/inloggen/wie").location == "/inloggen/naam"
    answer = client.post("/inloggen/naam", data={"naam": " "})
    assert answer.status_code == 422
    assert "Typ hier uw naam." in answer.text
    assert not is_signed_in(client)


def test_an_address_given_while_joining_is_confirmed_by_a_code(
    client: FlaskClient, app: Flask, letter: PrintLetter, mails: Callable[[], list]
) -> None:
    client.post("/inloggen", data={"code": letter("meidoorn", 7).code})
    answer = client.post("/inloggen/naam", data={"naam": "Nieuwe Buur", "mail": " Buur@Example.NL "})
    assert answer.location == "/mijn/mail/code"
    (mail,) = mails()
    assert mail.to == "buur@example.nl"
    with app.app_context():
        assert db.session().scalars(select(Person.mailbox_id).where(Person.name == "Nieuwe Buur")).one() is None
    assert client.post("/mijn/mail/code", data={"code": mail.code}).location == "/welkom/1"
    with app.app_context():
        assert db.session().scalars(select(Person.mailbox_id).where(Person.name == "Nieuwe Buur")).one() is not None


def test_a_wrong_name_or_address_keeps_both_as_they_were_typed(client: FlaskClient, letter: PrintLetter) -> None:
    client.post("/inloggen", data={"code": letter("meidoorn", 7).code})
    answer = client.post("/inloggen/naam", data={"naam": "123", "mail": "buur at example"})
    assert answer.status_code == 422
    assert "Typ een naam met minstens één letter." in answer.text
    assert "Dit is nog geen heel e-mailadres." in answer.text
    assert 'value="123"' in answer.text
    assert 'value="buur at example"' in answer.text
    assert not is_signed_in(client)


@pytest.mark.parametrize("code", ["tulp fiets 4826", "onzin onzin 1234", "482", "' OR 1=1 --", "x" * 5000])
def test_a_wrong_code_and_a_code_that_does_not_exist_are_answered_alike(
    client: FlaskClient, letter: PrintLetter, code: str
) -> None:
    letter("lindehof", 1)
    answer = client.post("/inloggen", data={"code": code})
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert "<title>Fout: inloggen" in answer.text
    assert client.get("/inloggen/wie").location == "/inloggen"


def test_what_was_typed_stands_there_again_with_what_is_wrong(client: FlaskClient, world: World) -> None:
    answer = client.post("/inloggen", data={"code": "brug tuin 482", "eigen": "nee"})
    assert 'value="brug tuin 482"' in answer.text
    assert "Het getal heeft 4 cijfers. U typte er 3." in answer.text
    assert 'value="nee" checked' in answer.text


def test_a_used_code_says_so_to_who_has_it(app: Flask, world: World, letter: PrintLetter, client: FlaskClient) -> None:
    code = letter("lindehof", 1).code
    client.post("/inloggen", data={"code": code})
    client.post("/inloggen/wie", data={"wie": world.people["ton"]})
    second = app.test_client()
    answer = second.post("/inloggen", data={"code": code})
    assert answer.status_code == 422
    assert USED in answer.text
    assert second.get("/inloggen/wie").location == "/inloggen"


def test_an_old_code_says_so(client: FlaskClient, letter: PrintLetter) -> None:
    code = letter("lindehof", 1).code
    with time_machine.travel(clock.now() + timedelta(days=89, hours=23), tick=False):
        assert client.post("/inloggen", data={"code": code}).status_code == 303
    with time_machine.travel(clock.now() + timedelta(days=90, minutes=1), tick=False):
        answer = client.post("/inloggen", data={"code": code})
    assert answer.status_code == 422
    assert OLD in answer.text


def test_the_code_of_a_household_that_moved_out_is_too_old(
    app: Flask, client: FlaskClient, world: World, letter: PrintLetter
) -> None:
    code = letter("lindehof", 1).code
    with app.app_context():
        _end_household(world.households["lindehof", 1])
    assert OLD in client.post("/inloggen", data={"code": code}).text


def test_a_new_letter_cancels_the_one_before(client: FlaskClient, letter: PrintLetter) -> None:
    first, second = letter("lindehof", 1), letter("lindehof", 1)
    answer = client.post("/inloggen", data={"code": first.code})
    assert answer.status_code == 422
    assert REPLACED in answer.text
    assert client.post("/inloggen", data={"code": second.code}).status_code == 303


def test_the_letter_of_another_building_asks_for_that_address_and_offers_nobody_of_here(
    client: FlaskClient, world: World, letter: PrintLetter
) -> None:
    client.post("/inloggen", data={"code": letter("baken", 1).code})
    page = client.get("/inloggen/wie").text
    assert "Deze brief is voor Bakenstraat 1." in page
    assert "Ton Visser" not in page
    answer = client.post("/inloggen/wie", data={"wie": world.people["ton"]})
    assert answer.status_code == 422
    assert "Kies wie u bent." in answer.text
    assert not is_signed_in(client)
    assert "Dan is dit niet uw brief" in client.get("/inloggen/ander-adres").text
    assert client.get("/inloggen/wie").location == "/inloggen"


def test_a_couple_comes_in_with_one_letter_and_a_third_does_not(app: Flask, world: World, letter: PrintLetter) -> None:
    code = letter("lindehof", 3, seats=2).code
    for key in ("willemijn", "piet"):
        browser = app.test_client()
        browser.post("/inloggen", data={"code": code})
        page = browser.get("/inloggen/wie").text
        assert ("<bdi>Willemijn Koster</bdi>" in page) == (
            key == "willemijn"
        )  # who came in before is not offered again
        assert browser.post("/inloggen/wie", data={"wie": world.people[key]}).status_code == 303
        assert is_signed_in(browser)
    assert USED in app.test_client().post("/inloggen", data={"code": code}).text


def test_who_comes_again_with_a_letter_that_has_a_seat_left_is_told_not_to_become_somebody_new(
    app: Flask, world: World, letter: PrintLetter
) -> None:
    code = letter("lindehof", 1, seats=2).code
    browser = app.test_client()
    browser.post("/inloggen", data={"code": code})
    assert "is al binnen met deze brief" not in browser.get("/inloggen/wie").text
    browser.post("/inloggen/wie", data={"wie": world.people["ton"]})
    again = app.test_client()
    again.post("/inloggen", data={"code": code})
    page = again.get("/inloggen/wie", follow_redirects=True).text
    assert "Ton Visser is al binnen met deze brief." in page
    assert "Log in met een code per mail" in page


def test_a_reprinted_letter_lets_somebody_in_who_joined_before(
    joined: Callable[..., FlaskClient], client: FlaskClient, world: World, app: Flask, letter: PrintLetter
) -> None:
    joined("ton", "lindehof", 1)
    client.post("/inloggen", data={"code": letter("lindehof", 1).code})
    client.post("/inloggen/wie", data={"wie": world.people["ton"]})
    assert is_signed_in(client)
    with app.app_context():
        assert db.session().scalar(select(func.count()).where(LoginSession.person_id == world.people["ton"])) == 2


def test_the_choice_who_one_is_must_be_made_within_half_an_hour(
    client: FlaskClient, world: World, letter: PrintLetter
) -> None:
    client.post("/inloggen", data={"code": letter("lindehof", 1).code})
    with time_machine.travel(clock.now() + timedelta(minutes=31), tick=False):
        assert client.post("/inloggen/wie", data={"wie": world.people["ton"]}).location == "/inloggen"
        assert not is_signed_in(client)


def test_a_letter_that_is_cancelled_while_somebody_chooses_lets_nobody_in(
    client: FlaskClient, world: World, letter: PrintLetter, app: Flask
) -> None:
    client.post("/inloggen", data={"code": letter("lindehof", 1).code})
    letter("lindehof", 1)
    answer = client.post("/inloggen/wie", data={"wie": world.people["ton"]})
    assert answer.status_code == 410
    assert REPLACED in answer.text
    assert not is_signed_in(client)


def test_a_form_pressed_twice_takes_one_seat(app: Flask, world: World, letter: PrintLetter) -> None:
    browser = app.test_client()
    browser.post("/inloggen", data={"code": letter("meidoorn", 7, seats=2).code})
    before = browser.get_cookie("trefpunt")
    assert before
    for _ in range(2):  # the second press carries the cookie of before the first answer
        browser.set_cookie("trefpunt", before.value)
        assert browser.post("/inloggen/naam", data={"naam": "Nieuwe Buur"}).status_code == 303
        assert is_signed_in(browser)
    with app.app_context():
        assert db.session().scalar(select(func.count()).where(Person.name == "Nieuwe Buur")) == 1
        assert db.session().scalars(select(Invitation.used)).one() == 1


# ---- the QR code -------------------------------------------------------------------------------------------------


def test_opening_the_qr_code_never_signs_anybody_in(
    app: Flask, client: FlaskClient, world: World, letter: PrintLetter
) -> None:
    token = letter("lindehof", 1).token
    for _ in range(3):
        page = client.get(f"/c/{token}")
        assert page.status_code == 200
        assert "Woont u op Lindehofstraat 1?" in page.text
        assert "Ton" not in page.text
        assert not is_signed_in(client)
    assert client.get("/inloggen/wie").location == "/inloggen"
    with app.app_context():
        assert count(LoginSession) == 0
        assert db.session().scalars(select(Invitation.used)).one() == 0
    assert client.post(f"/c/{token}").location == "/inloggen/wie"
    assert not is_signed_in(client)
    client.post("/inloggen/wie", data={"wie": world.people["ton"]})
    assert is_signed_in(client)


def test_every_qr_code_that_opens_nothing_has_its_own_sentence_and_the_telephone(
    app: Flask, world: World, letter: PrintLetter
) -> None:
    browser = app.test_client()
    used, replaced = letter("lindehof", 1), letter("lindehof", 2)
    letter("lindehof", 2)
    old, moved = letter("lindehof", 4), letter("lindehof", 5)
    browser.post(f"/c/{used.token}")
    browser.post("/inloggen/wie", data={"wie": world.people["ton"]})
    with app.app_context():
        _end_household(world.households["lindehof", 5])
        _make_old(world.households["lindehof", 4])
    cases = (
        (used.token, 410, USED),
        (replaced.token, 410, REPLACED),
        (old.token, 410, OLD),
        (moved.token, 410, OLD),
        ("bestaat-niet", 404, "Scan de code op uw brief nog eens."),
    )
    for token, status, sentence in cases:
        for ask in (app.test_client().get, app.test_client().post):
            answer = ask(f"/c/{token}")
            assert answer.status_code == status
            assert sentence in re.sub(r"<[^>]+>", "", answer.text)  # the number in it is a link
            assert "010 - 123 45 67" in answer.text


# ---- the actions -------------------------------------------------------------------------------------------------


def test_a_letter_is_kept_as_hashes_and_told_to_the_journal(context: Flask, world: World) -> None:
    made = actions.invite(world.households["lindehof", 1], 2, by=world.people["ada"])
    row = db.session().scalars(select(Invitation)).one()
    assert (row.seats, row.used) == (2, 0)
    for secret in (made.code, made.token, *made.code.split()):
        assert secret not in f"{row.code_hash} {row.token_hash}"
    entry = db.session().scalars(select(JournalEntry).where(JournalEntry.kind == "accounts.invite")).one()
    assert (entry.by_id, entry.building_id) == (world.people["ada"], world.buildings["lindehof"])
    assert entry.facts == {"seats": 2}


def test_a_new_letter_leaves_used_and_old_ones_as_they_are(context: Flask, world: World) -> None:
    household = world.households["lindehof", 1]
    used = actions.invite(household, 1, by=None)
    join(world, used, world.people["ton"])
    old = actions.invite(household, 1, by=None)
    _make_old(household)
    actions.invite(household, 1, by=None)
    rows = db.session().scalars(select(Invitation).order_by(Invitation.id)).all()
    assert old
    assert [row.cancelled_at is None for row in rows] == [True, True, True]
    actions.invite(household, 1, by=None)
    db.session().expire_all()
    rows = db.session().scalars(select(Invitation).order_by(Invitation.id)).all()
    assert [row.cancelled_at is None for row in rows] == [True, True, False, True]


@pytest.mark.parametrize("who", ["nel", "otto", "bas"])
def test_nobody_joins_as_somebody_who_does_not_live_there(context: Flask, world: World, who: str) -> None:
    made = actions.invite(world.households["lindehof", 1], 2, by=None)
    with pytest.raises(Missing):
        join(world, made, world.people[who])
    assert count(LoginSession) == 0
    assert count(InvitationUse) == 0


def test_joining_that_is_refused_leaves_no_trace(context: Flask, world: World) -> None:
    made = actions.invite(world.households["lindehof", 1], 1, by=None)
    people = count(Person)
    with pytest.raises(Invalid):
        join(world, made, None, name="🌷")
    join(world, made, world.people["ton"])
    with pytest.raises(Refused):
        join(world, made, None, name="Indringer", form="b")
    assert (count(Person), count(LoginSession), count(InvitationUse)) == (people, 1, 1)


def test_one_seat_is_taken_once_however_many_press_at_the_same_moment(context: Flask, world: World) -> None:
    made = actions.invite(world.households["meidoorn", 7], 1, by=None)
    assert made
    invitation = db.session().scalars(select(Invitation.id)).one()
    db.session().close()
    start, answers = threading.Barrier(8), []

    def press(number: int) -> None:
        with context.app_context():
            start.wait()
            try:
                actions.join(invitation, None, name=f"Buur {number}", form=str(number), trusted=True, device="")
                answers.append("in")
            except Refused:
                answers.append("refused")

    threads = [threading.Thread(target=press, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["in"] + ["refused"] * 7
    assert count(LoginSession) == 1


@db.action
def _end_household(household_id: int) -> None:
    household = db.session().get(Household, household_id)
    assert household
    household.until = clock.today()


@db.action
def _make_old(household_id: int) -> None:
    for row in db.session().scalars(select(Invitation).where(Invitation.household_id == household_id)):
        row.expires_at = clock.now() - timedelta(seconds=1)
