"""`/werk/brieven`: which letters, what stands on them, that a new one ends the old one, and for whom the PDF is."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from community import clock, db, jobs, paper
from community.accounts import codes
from community.accounts.models import Invitation, Person
from community.accounts.queries import invitation_with_code, invitation_with_token
from community.admin import actions, inviting, letters
from community.admin.households import HouseholdLine, with_house_number
from community.jobs import Job
from community.journal import JournalEntry
from community.places.models import Association, Household, Membership, Role
from tests.world import World

Browser = Callable[[str], FlaskClient]
START = "/werk/brieven"
LINDEHOF = f"{START}/gebouw/lindehof"
CODE = re.compile(r"[a-z]+ [a-z]+ \d{4}")


@pytest.fixture
def ada(signed_in: Browser) -> FlaskClient:
    """The browser of the administrator."""
    return signed_in("ada")


def work(app: Flask) -> None:
    with app.app_context():
        while waiting := db.session().scalar(select(Job.id).where(Job.state == "waiting").order_by(Job.id)):
            jobs.run(waiting)


def print_for(app: Flask, client: FlaskClient, choice: str, building: str = LINDEHOF, form: str = "") -> str:
    """Have letters printed; the address of the stack."""
    sent = client.post(building, data={"keuze": choice, "formulier": form})
    assert sent.status_code == 303, sent.text
    work(app)
    return sent.location


def sheets(client: FlaskClient, stack: str) -> list[str]:
    """The text of each letter."""
    answer = client.get(f"{stack}/pdf")
    assert answer.status_code == 200
    return [page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages]


def codes_on(sheets: list[str]) -> list[str]:
    found = [CODE.search(sheet) for sheet in sheets]
    return [match[0] for match in found if match]


def open_letters(app: Flask) -> int:
    with app.app_context():
        wanted = select(func.count()).select_from(Invitation).where(Invitation.cancelled_at.is_(None))
        return db.session().scalar(wanted) or 0


@db.action
def change(model: type[db.Base], where: object, **values: object) -> None:
    db.session().execute(update(model).where(where).values(**values))  # type: ignore[arg-type]


# ---- choosing --------------------------------------------------------------------------------------------------


def test_the_list_tells_how_many_take_part_and_when_letters_were_made(app: Flask, ada: FlaskClient) -> None:
    page = ada.get(START).text
    assert "8 huishoudens · 5 doen mee" in page and page.count("Nog geen brieven gemaakt") == 3
    print_for(app, ada, "nog-niet")
    page = ada.get(START).text
    assert "Laatste brieven: vandaag" in page and "3 codes werken nog" in page
    assert page.count("Nog geen brieven gemaakt") == 2


def test_letters_for_who_has_not_joined_for_all_and_for_who_has_none(app: Flask, ada: FlaskClient) -> None:
    assert len(sheets(ada, print_for(app, ada, "zonder"))) == 3
    page = ada.get(LINDEHOF).text
    assert "geen brief heeft: 0 brieven" in page and "3 oude codes stoppen" in page
    assert "Een nieuwe brief maakt de oude code ongeldig." in page
    assert "3 huishoudens hebben nog een brief met een geldige code." in page
    empty = ada.post(LINDEHOF, data={"keuze": "zonder"})
    assert empty.status_code == 422 and "In deze keuze zit geen huishouden" in empty.text
    assert len(sheets(ada, print_for(app, ada, "nog-niet"))) == 3
    assert len(sheets(ada, print_for(app, ada, "alle"))) == 8


def test_one_household_is_found_by_its_house_number(app: Flask, ada: FlaskClient, world: World) -> None:
    page = ada.get(f"{LINDEHOF}?huis=3").text
    found = re.search(r'value="(huis-\d+)" checked', page)
    assert found and "Lindehofstraat 3 (doet al mee): 1 brief" in page
    assert "Koster" not in page, "staff do not search people"
    (sheet,) = sheets(ada, print_for(app, ada, found[1]))
    assert "Lindehofstraat 3" in sheet and "Willemijn Koster" in sheet and "Piet Koster" in sheet
    assert "Wij vinden geen huishouden op “99”" in ada.get(f"{LINDEHOF}?huis=99").text
    assert ada.get(f"{LINDEHOF}?huis=%00%27").status_code == 200


def test_a_household_of_another_building_is_not_printed(app: Flask, ada: FlaskClient, world: World) -> None:
    other = world.households["baken", 1]
    assert ada.post(LINDEHOF, data={"keuze": f"huis-{other}"}).status_code == 422
    assert ada.post(f"{START}/gebouw/baken", data={"keuze": f"huis-{other}"}).status_code == 303


@pytest.mark.parametrize("choice", ["", "onzin", "huis-", "huis-x", "huis-0"])
def test_a_choice_that_is_none_is_refused_in_words(ada: FlaskClient, choice: str) -> None:
    assert ada.post(LINDEHOF, data={"keuze": choice}).status_code == 422


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("42", ["", "A", "B 1"]),
        ("42a", ["A"]),
        ("42 - A", ["A"]),
        ("042b1", ["B 1"]),
        ("4", []),
        ("42 c", []),
        ("x", []),
    ],
)
def test_house_numbers_are_read_as_people_type_them(typed: str, found: list[str]) -> None:
    lines = [
        HouseholdLine(place, "Laan", 42, addition, "3023 AB", "Rotterdam", False, False)
        for place, addition in enumerate(["", "A", "B 1"])
    ]
    assert [line.addition for line in with_house_number(lines, typed)] == found


# ---- what stands on a letter -------------------------------------------------------------------------------------


def test_a_letter_has_the_address_the_code_the_caretaker_and_his_telephone(app: Flask, ada: FlaskClient) -> None:
    sheet = sheets(ada, print_for(app, ada, "alle"))[0]
    for words in (
        "Ton Visser",
        "Lindehofstraat 1",
        "3023 AB  ROTTERDAM",
        "de Lindehof",
        "Zuiderlicht",
        "Rachid Amrani",
        "huismeester",
        "010 - 111 22 33",
        "localhost/inloggen",
    ):
        assert words in sheet, words
    last = clock.today() + timedelta(days=app.config["INVITATION_DAYS"])
    assert f"De code werkt tot en met {letters.written(last)}." in " ".join(sheet.split())


def test_a_household_without_known_people_is_addressed_as_residents(app: Flask, ada: FlaskClient) -> None:
    sheet = sheets(ada, print_for(app, ada, "alle"))[6]
    assert "Lindehofstraat 7" in sheet and "Aan de bewoners van" in sheet and "Beste bewoner," in sheet


def test_names_with_everything_in_them_fit_on_a_letter(app: Flask, ada: FlaskClient, world: World) -> None:
    with app.app_context():
        change(Person, Person.id == world.people["ton"], name="🙂 #set page(x) *_$`\\ ‮evil O'Brien-Şahin " + "W" * 60)
        change(Person, Person.id == world.people["nel"], greeting="mevrouw Van Dam")
    made = sheets(ada, print_for(app, ada, "alle"))
    assert len(made) == 8
    assert "#set page(x)" in made[0] and "Beste mevrouw Van Dam," in made[1]


def test_a_building_without_a_caretaker_is_signed_by_who_works_there(
    app: Flask, ada: FlaskClient, world: World
) -> None:
    (sheet, *_rest) = sheets(ada, print_for(app, ada, "alle", f"{START}/gebouw/meidoorn"))
    assert "Anouk Verhulst" in sheet and "directeur" in sheet
    with app.app_context():
        change(Role, Role.kind.in_(("directeur", "huismeester", "woonconsulent")), until=clock.today())
    (sheet, *_rest) = sheets(ada, print_for(app, ada, "alle", f"{START}/gebouw/meidoorn"))
    assert "010 - 123 45 67" in sheet and "verhuurder" in sheet


def test_without_an_association_there_are_no_letters_and_it_says_why(app: Flask, ada: FlaskClient) -> None:
    @db.action
    def forget() -> None:
        db.session().execute(Association.__table__.delete())  # type: ignore[attr-defined]

    with app.app_context():
        forget()
    refused = ada.post(LINDEHOF, data={"keuze": "alle"})
    assert refused.status_code == 422 and "weet de naam" in refused.text


@pytest.mark.parametrize(
    ("names", "lines"),
    [
        ([], ["Aan de bewoners van"]),
        (["Ton"], ["Ton"]),
        (["Ton", "Nel"], ["Ton", "Nel"]),
        (["Ton", "Nel", "Kim"], ["Ton en Nel", "en medebewoners"]),
    ],
)
def test_who_a_letter_is_for(names: list[str], lines: list[str]) -> None:
    assert letters.addressee(names) == lines


@pytest.mark.parametrize(
    ("greetings", "sentence"),
    [
        ([], ""),
        ([None], ""),
        (["mevrouw Koster"], "Beste mevrouw Koster,"),
        (["mevrouw Koster", "meneer Bos"], "Beste mevrouw Koster en meneer Bos,"),
        (["mevrouw Koster", None], "Beste bewoners,"),
        (["a", "b", "c"], "Beste bewoners,"),
    ],
)
def test_how_a_letter_begins(greetings: list[str | None], sentence: str) -> None:
    assert letters.salutation(greetings) == sentence


# ---- codes -------------------------------------------------------------------------------------------------------


def test_the_code_on_a_letter_opens_the_door_of_that_household(app: Flask, ada: FlaskClient, world: World) -> None:
    made = sheets(ada, print_for(app, ada, "alle"))
    printed = codes_on(made)
    assert len(set(printed)) == 8
    with app.app_context():
        for number, code in enumerate(printed, start=1):
            found = invitation_with_code(codes.normalise(code) or "")
            assert found is not None, code
            assert found.household_id == world.households["lindehof", number]
        seats = {row.household_id: row.seats for row in db.session().scalars(select(Invitation))}
    assert seats[world.households["lindehof", 3]] == 2, "Willemijn and Piet"
    assert seats[world.households["lindehof", 7]] == 1, "nobody we know, still one letter"


def test_only_hashes_are_kept_and_the_qr_code_holds_another_secret(
    app: Flask, ada: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[paper.Letter] = []
    real = paper.letters
    monkeypatch.setattr(paper, "letters", lambda batch, tell: seen.extend(batch) or real(batch, tell))
    print_for(app, ada, "alle")
    address = re.fullmatch(r"http://localhost/c/([\w-]{20,})", seen[0].qr_url)
    assert address
    with app.app_context():
        found = invitation_with_token(address[1])
        assert found is not None and found.household_id == world.households["lindehof", 1]
        kept = [(row.code_hash, row.token_hash) for row in db.session().scalars(select(Invitation))]
    assert not any(seen[0].code in part or address[1] in part for pair in kept for part in pair)


def test_a_new_letter_ends_the_old_one_and_no_other(app: Flask, ada: FlaskClient, world: World) -> None:
    first = codes_on(sheets(ada, print_for(app, ada, "alle")))
    assert open_letters(app) == 8
    household = world.households["lindehof", 1]
    (second,) = codes_on(sheets(ada, print_for(app, ada, f"huis-{household}")))
    assert second != first[0] and open_letters(app) == 8
    with app.app_context():
        open_ones = select(Invitation.household_id).where(Invitation.cancelled_at.is_(None))
        assert sorted(db.session().scalars(open_ones)) == sorted(
            world.households["lindehof", number] for number in range(1, 9)
        )


def test_a_letter_works_until_the_end_of_its_last_day(app: Flask, ada: FlaskClient) -> None:
    print_for(app, ada, "alle")
    with app.app_context():
        expires = db.session().scalars(select(Invitation.expires_at)).first()
        last = clock.today() + timedelta(days=app.config["INVITATION_DAYS"])
    assert expires == datetime.combine(last + timedelta(days=1), time.min, clock.ZONE)


def test_the_same_form_twice_makes_one_stack(app: Flask, ada: FlaskClient) -> None:
    first = print_for(app, ada, "alle", form="a-form")
    assert print_for(app, ada, "alle", form="a-form") == first
    assert open_letters(app) == 8
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(Invitation)) == 8
    assert print_for(app, ada, "alle", form="another") != first


def test_each_letter_leaves_a_line_in_the_journal_without_its_code(app: Flask, ada: FlaskClient, world: World) -> None:
    print_for(app, ada, "alle")
    with app.app_context():
        entries = db.session().scalars(select(JournalEntry).where(JournalEntry.kind == "accounts.invite")).all()
    assert len(entries) == 8
    assert {entry.by_id for entry in entries} == {world.people["ada"]}
    assert {entry.building_id for entry in entries} == {world.buildings["lindehof"]}
    assert all(set(entry.facts) == {"seats"} for entry in entries)


def test_a_pdf_that_cannot_be_made_cancels_nothing(
    app: Flask, ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    print_for(app, ada, "alle")
    with app.app_context():
        before = set(db.session().scalars(select(Invitation.id).where(Invitation.cancelled_at.is_(None))))

    def broken(*_args: object) -> bytes:
        raise paper.PaperError("Dit kan niet op papier.")

    monkeypatch.setattr(paper, "letters", broken)
    stack = print_for(app, ada, "alle")
    page = ada.get(stack)
    assert "Het is niet gelukt" in page.text and "Dit kan niet op papier." in page.text
    assert ada.get(f"{stack}/pdf").status_code == 404
    with app.app_context():
        assert set(db.session().scalars(select(Invitation.id).where(Invitation.cancelled_at.is_(None)))) == before


def test_codes_that_somebody_has_are_not_drawn_again(
    app: Flask, context: Flask, monkeypatch: pytest.MonkeyPatch, world: World
) -> None:
    drawn = iter(["boom hut 1234", "boom hut 1234", "kat lamp 5678", "boom hut 1234", "zee vis 9012"])
    monkeypatch.setattr(inviting.codes, "make_code", lambda: next(drawn))

    @db.action
    def keep(secret: object) -> None:
        where = world.households["lindehof", 1]
        inviting.keep(
            {where: (secret, 1)}, until=clock.today(), buildings={where: world.buildings["lindehof"]}, by=None
        )  # type: ignore[dict-item]

    (first,) = inviting.draw(1)
    assert first.code == "boom hut 1234"
    keep(first)
    assert [secret.code for secret in inviting.draw(2)] == ["kat lamp 5678", "zee vis 9012"]


def test_more_letters_than_fit_in_a_stack_wait_for_the_next(
    app: Flask, ada: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "MOST", 5)
    stack = print_for(app, ada, "zonder")
    assert len(sheets(ada, stack)) == 3
    stack = print_for(app, ada, "alle")
    assert len(sheets(ada, stack)) == 5
    assert "3 huishoudens pasten niet meer in deze stapel" in ada.get(stack).text


def test_ended_households_and_dwellings_get_no_letter(app: Flask, ada: FlaskClient, world: World) -> None:
    with app.app_context():
        change(Household, Household.id == world.households["lindehof", 8], until=clock.today())
        change(Membership, Membership.person_id == world.people["ton"], until=clock.today())
    made = sheets(ada, print_for(app, ada, "alle"))
    assert len(made) == 7
    assert "Ton Visser" not in made[0] and "Aan de bewoners van" in made[0]


# ---- for whom ----------------------------------------------------------------------------------------------------


def headers(answer: TestResponse) -> tuple[str, str]:
    return answer.headers["Content-Type"], answer.headers["Cache-Control"]


def test_the_pdf_is_for_who_asked_and_for_an_administrator(app: Flask, signed_in: Browser, world: World) -> None:
    rachid = signed_in("rachid")
    stack = print_for(app, rachid, "alle")
    assert headers(rachid.get(f"{stack}/pdf")) == ("application/pdf", "no-store")
    assert rachid.get(f"{stack}/pdf").data.startswith(b"%PDF")
    assert signed_in("ada").get(f"{stack}/pdf").status_code == 200
    for other in ("marjan", "bram", "anouk", "ton", "moira"):
        for page in (stack, f"{stack}/stand", f"{stack}/pdf"):
            assert signed_in(other).get(page).status_code == 404, (other, page)


def test_an_employee_prints_only_where_they_work(app: Flask, signed_in: Browser) -> None:
    rachid, bram, anouk = signed_in("rachid"), signed_in("bram"), signed_in("anouk")
    assert "Lindehof" in rachid.get(START).text and "Baken" not in rachid.get(START).text
    assert rachid.get(LINDEHOF).status_code == 200
    assert bram.get(LINDEHOF).status_code == 404
    assert bram.post(LINDEHOF, data={"keuze": "alle"}).status_code == 404
    assert bram.get(f"{START}/gebouw/baken").status_code == 200
    assert anouk.get(LINDEHOF).status_code == 200, "the director works everywhere"
    assert rachid.get(f"{START}/gebouw/onzin").status_code == 404


@pytest.mark.parametrize("who", ["ton", "nel", "moira"])
def test_residents_print_no_letters(signed_in: Browser, who: str) -> None:
    resident = signed_in(who)
    for page in (START, LINDEHOF, f"{START}/1", f"{START}/1/pdf"):
        assert resident.get(page).status_code == 404
    assert resident.post(LINDEHOF, data={"keuze": "alle"}).status_code == 404


def test_letters_are_gone_after_a_day(app: Flask, ada: FlaskClient) -> None:
    stack = print_for(app, ada, "alle")
    with app.app_context():
        change(Job, Job.id > 0, created_at=clock.now() - timedelta(hours=25))
        jobs._forget_old_jobs()
    assert ada.get(f"{stack}/pdf").status_code == 404
    assert open_letters(app) == 8, "the codes still work"


def test_a_job_that_is_no_stack_is_nowhere(app: Flask, ada: FlaskClient, world: World) -> None:
    with app.app_context():
        other = actions.look(b"a;b\r\n1;2\r\n", "x.csv", by=world.people["ada"])
    for page in (f"{START}/{other}", f"{START}/{other}/pdf", f"{START}/{other}/stand", f"{START}/999/pdf"):
        assert ada.get(page).status_code == 404


def test_a_waiting_stack_shows_how_far_it_is(app: Flask, ada: FlaskClient) -> None:
    sent = ada.post(LINDEHOF, data={"keuze": "alle"})
    page = ada.get(sent.location)
    assert f'data-progress-url="{sent.location}/stand"' in page.text and "Wij maken de brieven" in page.text
    assert ada.get(f"{sent.location}/pdf").status_code == 404
    assert "<progress" in ada.get(f"{sent.location}/stand").text
    work(app)
    assert ada.get(f"{sent.location}/stand").status_code == 303
    assert "De brieven zijn klaar" in ada.get(sent.location).text
