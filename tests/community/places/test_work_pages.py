"""The pages of work: where employees and administrators begin, giving and ending roles, changing employees."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community import clock, db
from community.accounts.models import Mailbox, Person
from community.journal import JournalEntry
from community.places import actions, work
from community.places.models import Employee, OfficeHours, Role
from tests.world import World

Browser = Callable[[str], FlaskClient]
ADMIN_PAGES = ("/werk/rollen", "/werk/medewerkers", "/werk/medewerkers/nieuw")


def form(**fields: str) -> dict[str, str]:
    return {"plek": "lindehof", "rol": "moderator", "commissie": "", "vanaf": "", "tot": "", **fields}


def kinds_of(app: Flask, world: World, key: str) -> list[str]:
    with app.app_context():
        return sorted(role.kind for role in world.visitor(key).roles)


def held(app: Flask, world: World, key: str) -> int:
    with app.app_context():
        return db.session().scalars(select(Role.id).where(Role.person_id == world.people[key])).one()


def test_work_is_for_employees_and_administrators(signed_in: Browser, client: FlaskClient, world: World) -> None:
    for key in ("rachid", "anouk", "ada"):
        assert signed_in(key).get("/werk").status_code == 200
    for key in ("nel", "moira", "otto"):
        assert signed_in(key).get("/werk").status_code == 404
    assert client.get("/werk").status_code in {302, 303}


@pytest.mark.parametrize("path", ADMIN_PAGES)
def test_roles_and_employees_are_for_administrators(signed_in: Browser, client: FlaskClient, path: str) -> None:
    assert signed_in("ada").get(path).status_code == 200
    for key in ("rachid", "anouk", "nel", "otto"):
        assert signed_in(key).get(path).status_code == 404
        assert signed_in(key).post(path, data=form(wie="Ton")).status_code in {404, 405}
    assert client.get(path).status_code in {302, 303}


def test_each_sees_the_cards_whose_page_is_theirs(signed_in: Browser) -> None:
    caretaker, administrator = signed_in("rachid").get("/werk").text, signed_in("ada").get("/werk").text
    assert '<a href="/gebouwen">' in caretaker and "/werk/rollen" not in caretaker
    assert '<a href="/werk/rollen">' in administrator and '<a href="/werk/medewerkers">' in administrator
    assert '<a href="/gebouwen">' not in administrator


def test_a_card_leads_to_a_page_that_opens(signed_in: Browser) -> None:
    for key in ("rachid", "anouk", "ada"):
        browser = signed_in(key)
        cards = re.findall(r'<h2 class="mt-3"><a href="([^"]+)">', browser.get("/werk").text)
        assert cards
        for href in cards:
            assert browser.get(href, follow_redirects=True).status_code == 200, (key, href)


def test_an_employee_sees_own_buildings_with_hours_and_homes(signed_in: Browser) -> None:
    html = signed_in("rachid").get("/werk").text
    assert "Lindehof" in html and "5 van de 8 woningen doen mee" in html and "Rachid Amrani" in html
    assert "Baken" not in html and "Meidoorn" not in html
    everywhere = signed_in("anouk").get("/werk").text
    assert "Baken" in everywhere and "Bram Bos" in everywhere and "Nog geen huismeester." in everywhere


def test_an_administrator_sees_all_buildings_but_not_inside(signed_in: Browser) -> None:
    html = signed_in("ada").get("/werk").text
    assert all(place in html for place in ("Lindehof", "Meidoorn", "Baken"))
    assert "/vandaag?gebouw=" not in html and "/werk/rollen?plek=baken" in html


# ---- giving a role ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["Ton Visser", "ton", "TON@example.nl", "huurder-7"])
def test_a_role_is_given_by_name_mail_or_tenant_number(signed_in: Browser, app: Flask, world: World, who: str) -> None:
    with app.app_context():
        number(world, "ton", "huurder-7")
    answer = signed_in("ada").post("/werk/rollen", data=form(wie=who))
    assert (answer.status_code, answer.location) == (303, "/werk/rollen?plek=lindehof")
    assert kinds_of(app, world, "ton") == ["moderator"]
    html = signed_in("ada").get("/werk/rollen?plek=lindehof").text
    assert "Ton Visser" in html and "gegeven door Ada Beheer" in html


@db.action
def number(world: World, key: str, external_id: str) -> None:
    db.session().get_one(Person, world.people[key]).external_id = external_id


def test_two_people_with_one_address_are_chosen_between(signed_in: Browser, app: Flask, world: World) -> None:
    browser = signed_in("ada")
    asked = browser.post("/werk/rollen", data=form(wie="koster@example.nl"))
    assert asked.status_code == 422
    assert "Willemijn Koster" in asked.text and "Piet Koster" in asked.text and "Kies wie u bedoelt" in asked.text
    assert kinds_of(app, world, "piet") == kinds_of(app, world, "willemijn") == []
    with app.app_context():
        entry = db.session().scalars(select(JournalEntry).where(JournalEntry.kind == "places.people_looked_up")).one()
        assert (entry.by_id, entry.facts) == (world.people["ada"], {"shown": 2})
    chosen = form(wie="koster@example.nl", persoon=str(world.people["piet"]))
    wrong = browser.post("/werk/rollen", data={**chosen, "vanaf": "30 februari"})
    assert wrong.status_code == 422 and f'value="{world.people["piet"]}" checked' in wrong.text
    assert browser.post("/werk/rollen", data=chosen).status_code == 303
    assert kinds_of(app, world, "piet") == ["moderator"]


def test_names_are_looked_up_among_the_residents_of_the_building_and_employees(
    signed_in: Browser, app: Flask, world: World
) -> None:
    browser = signed_in("ada")
    for who in ("Indra", "Bas", "Otto", "niemand", "%", "x"):
        answer = browser.post("/werk/rollen", data=form(wie=who))
        assert answer.status_code == 422 and "Wij vinden niemand" in answer.text, who
        assert f'value="{who}"' in answer.text
    assert browser.post("/werk/rollen", data=form(wie="Bram", rol="huismeester")).status_code == 303
    assert browser.post("/werk/rollen", data=form(wie="Indra", plek="meidoorn")).status_code == 303
    # For all buildings together only employees are known by name.
    assert browser.post("/werk/rollen", data=form(wie="Ton", plek="alle", rol="beheerder")).status_code == 422
    assert browser.post("/werk/rollen", data=form(wie="Anouk", plek="alle", rol="beheerder")).status_code == 303
    assert kinds_of(app, world, "anouk") == ["beheerder", "directeur"]


def test_what_is_wrong_is_said_and_everything_typed_stays(signed_in: Browser, app: Flask, world: World) -> None:
    typed = form(wie="Ton", rol="commissielid", vanaf="30 februari", tot="gisteren", commissie="")
    answer = signed_in("ada").post("/werk/rollen", data=typed)
    assert answer.status_code == 422 and "<title>Fout:" in answer.text
    for sentence in ("30 februari bestaat niet", "Welke commissie is het"):
        assert sentence in answer.text
    assert 'value="30 februari"' in answer.text and 'value="Ton"' in answer.text
    assert re.search(r'value="commissielid" selected', answer.text)
    assert kinds_of(app, world, "ton") == []


def test_a_second_chair_is_refused_in_words(signed_in: Browser, app: Flask, world: World) -> None:
    typed = form(wie="Ton", rol="commissievoorzitter", commissie="Bewonerscommissie")
    answer = signed_in("ada").post("/werk/rollen", data=typed)
    assert answer.status_code == 422 and "Nel van Dam is al voorzitter van deze commissie" in answer.text
    assert kinds_of(app, world, "ton") == []


def test_a_task_for_somebody_who_lives_elsewhere_is_refused_in_words(signed_in: Browser, world: World) -> None:
    answer = signed_in("ada").post("/werk/rollen", data=form(wie="indra@example.nl"))
    assert answer.status_code == 422 and "Indra Soekhoe woont daar niet" in answer.text


def test_a_wrong_place_is_all_buildings(signed_in: Browser) -> None:
    for plek in ("", "bestaat-niet", "'", "\x00"):
        html = signed_in("ada").get("/werk/rollen", query_string={"plek": plek}).text
        assert '<option value="alle" selected>' in html and "Anouk Verhulst" in html


def test_more_buildings_than_one_chooses_from_are_named(
    signed_in: Browser, app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "PLACES", 2)
    browser = signed_in("ada")
    html = browser.get("/werk/rollen", query_string={"plek": " LINDEHOF"}).text
    assert '<option value="lindehof"' not in html and "Rachid Amrani" in html
    assert '<input class="field" id="plek" name="plek" value="lindehof"' in html
    assert "Buurt West" in browser.get("/werk/rollen?plek=buurt-west").text
    assert 'id="gebouw" name="gebouw" value=""' in browser.get("/werk/medewerkers/nieuw").text
    typed = {"naam": "Sanne", "mail": "sanne@example.nl", "rol": "huismeester", "gebouw": "Meidoorn"}
    assert browser.post("/werk/medewerkers/nieuw", data=typed).status_code == 303
    assert "Sanne" in signed_in("indra").get("/buren").text


def test_names_too_many_to_choose_from_are_not_shown(signed_in: Browser, app: Flask, world: World) -> None:
    with app.app_context():
        namesakes(world, 20)
    answer = signed_in("ada").post("/werk/rollen", data=form(wie="Jansen"))
    assert answer.status_code == 422 and "te veel mensen" in answer.text and "Jansen 3" not in answer.text


@db.action
def namesakes(world: World, count: int) -> None:
    for n in range(count):
        made = actions.add_employee(f"Jansen {n}", f"jansen{n}@example.nl", phone="", by=None)
        actions.move_in(made.id, world.households["lindehof", 6], clock.today(), by=None)


# ---- ending a role ---------------------------------------------------------------------------------------------


def test_an_ended_role_is_taken_back_by_one_press(signed_in: Browser, app: Flask, world: World) -> None:
    browser, role = signed_in("ada"), held(app, world, "moira")
    answer = browser.post(f"/werk/rollen/{role}/beeindig", data={"plek": "lindehof", "tot": "vandaag"})
    assert answer.location == "/werk/rollen?plek=lindehof"
    assert kinds_of(app, world, "moira") == []
    html = browser.get(answer.location).text
    undo = re.search(r'action="(/werk/rollen/\d+/toch-niet[^"]*)"', html)
    assert undo and "De rol is beëindigd." in html
    assert browser.post(undo[1].replace("&amp;", "&")).location == "/werk/rollen?plek=lindehof"
    assert kinds_of(app, world, "moira") == ["moderator"]


def test_a_role_ends_on_the_day_that_was_typed(signed_in: Browser, app: Flask, world: World) -> None:
    browser, role = signed_in("ada"), held(app, world, "moira")
    browser.post(f"/werk/rollen/{role}/beeindig", data={"plek": "lindehof", "tot": "1 januari 2099"})
    assert kinds_of(app, world, "moira") == ["moderator"]
    assert "tot donderdag 1 januari 2099" in browser.get("/werk/rollen?plek=lindehof").text


def test_a_day_that_cannot_be_is_refused_beside_its_role(signed_in: Browser, app: Flask, world: World) -> None:
    browser, role = signed_in("ada"), held(app, world, "moira")
    for typed, sentence in (
        ("30-2-2026", "bestaat niet"),
        ("1-1-2019", "voor de eerste dag"),
        ("ooit", "Schrijf de dag"),
    ):
        answer = browser.post(f"/werk/rollen/{role}/beeindig", data={"plek": "lindehof", "tot": typed})
        assert answer.status_code == 422 and sentence in answer.text
        assert f'id="tot-{role}" name="tot" value="{typed}"' in answer.text
    assert kinds_of(app, world, "moira") == ["moderator"]


def test_a_role_that_is_not_there_is_absent(signed_in: Browser, app: Flask, world: World) -> None:
    browser = signed_in("ada")
    for number_ in ("99", "9" * 30, "x"):
        assert browser.post(f"/werk/rollen/{number_}/beeindig", data={}).status_code == 404
        assert browser.post(f"/werk/rollen/{number_}/toch-niet").status_code == 404
    role = held(app, world, "moira")
    for key in ("moira", "rachid"):
        assert signed_in(key).post(f"/werk/rollen/{role}/beeindig", data={}).status_code == 404
    assert kinds_of(app, world, "moira") == ["moderator"]


def test_the_last_administrator_cannot_leave(signed_in: Browser, app: Flask, world: World) -> None:
    answer = signed_in("ada").post(f"/werk/rollen/{held(app, world, 'ada')}/beeindig", data={"plek": "alle"})
    assert answer.status_code == 403 and "Er moet altijd iemand beheerder zijn" in answer.text


# ---- employees -------------------------------------------------------------------------------------------------


def test_the_list_of_employees_says_what_they_do_and_where(signed_in: Browser, world: World) -> None:
    html = " ".join(signed_in("ada").get("/werk/medewerkers").text.split())
    assert "huismeester Lindehof" in html and "Anouk Verhulst" in html and "beheerder" in html
    assert "Nel van Dam" not in html


def test_a_new_employee_comes_with_a_function(signed_in: Browser, app: Flask, world: World) -> None:
    typed = {
        "naam": "Sanne de Vries",
        "mail": "Sanne@Zuiderlicht.nl",
        "telefoon": "010 - 1 23 45",
        "rol": "huismeester",
    }
    answer = signed_in("ada").post("/werk/medewerkers/nieuw", data={**typed, "gebouw": "meidoorn"})
    assert answer.status_code == 303
    assert "Sanne de Vries" in signed_in("ada").get(answer.location).text
    with app.app_context():
        found = db.session().scalars(select(Mailbox).where(Mailbox.address == "sanne@zuiderlicht.nl")).all()
        assert len(found) == 1
    assert "Sanne de Vries" in signed_in("indra").get("/buren").text


def test_a_new_employee_with_errors_is_not_made(signed_in: Browser, app: Flask, world: World) -> None:
    typed = {"naam": "", "mail": "sanne", "telefoon": "bel", "rol": "", "gebouw": "meidoorn"}
    answer = signed_in("ada").post("/werk/medewerkers/nieuw", data=typed)
    assert answer.status_code == 422
    for sentence in (
        "Vul een naam in",
        "mailadres klopt nog niet",
        "telefoonnummer klopt nog niet",
        "Kies een functie",
    ):
        assert sentence in answer.text
    assert 'value="sanne"' in answer.text and re.search(r'value="meidoorn" selected', answer.text)


def test_the_same_new_employee_twice_is_told_so(signed_in: Browser, app: Flask, world: World) -> None:
    typed = {"naam": "Sanne de Vries", "mail": "sanne@zuiderlicht.nl", "rol": "directeur", "gebouw": "alle"}
    browser = signed_in("ada")
    assert browser.post("/werk/medewerkers/nieuw", data=typed).status_code == 303
    again = browser.post("/werk/medewerkers/nieuw", data=typed)
    assert again.status_code == 422 and "heeft deze rol al" in again.text
    with app.app_context():
        named = select(func.count()).select_from(Person).where(Person.name == "Sanne de Vries")
        assert db.session().scalar(named) == 1


def test_an_employees_particulars_are_changed(signed_in: Browser, app: Flask, world: World) -> None:
    rachid, lindehof = world.people["rachid"], world.buildings["lindehof"]
    browser = signed_in("ada")
    before = browser.get(f"/werk/medewerkers/{rachid}").text
    assert "maandag 9.00 tot 12.30, Kantoor naast de voordeur" in before
    typed = {"telefoon": "06 - 12345678", "over": "Dag allemaal.", f"uren-{lindehof}": "vr 13.00-15.00 Hal"}
    assert browser.post(f"/werk/medewerkers/{rachid}", data=typed).status_code == 303
    html = " ".join(signed_in("nel").get(f"/buren/{rachid}").text.split())
    assert "tel:+31612345678" in html and "Dag allemaal." in html and "13.00 tot 15.00 uur" in html
    assert "12.30" not in html


def test_wrong_hours_change_nothing_and_stay_typed(signed_in: Browser, app: Flask, world: World) -> None:
    rachid, lindehof = world.people["rachid"], world.buildings["lindehof"]
    typed = {"telefoon": "06 - 12345678", "over": "Dag", f"uren-{lindehof}": "maandag altijd <b>"}
    answer = signed_in("ada").post(f"/werk/medewerkers/{rachid}", data=typed)
    assert answer.status_code == 422 and "Deze regel begrijpen wij niet" in answer.text
    assert "maandag altijd &lt;b&gt;</textarea>" in answer.text and "<b>" not in answer.text.split("<form class")[1]
    with app.app_context():
        assert db.session().get_one(Employee, rachid).phone == "010 - 111 22 33"
        assert db.session().scalar(select(func.count()).select_from(OfficeHours)) == 7


def test_hours_in_one_more_building_can_be_added(signed_in: Browser, app: Flask, world: World) -> None:
    anouk, baken = world.people["anouk"], world.buildings["baken"]
    browser = signed_in("ada")
    assert f"uren-{baken}" not in browser.get(f"/werk/medewerkers/{anouk}").text
    assert f"uren-{baken}" in browser.get(f"/werk/medewerkers/{anouk}?ook=baken").text
    typed: dict[str, Any] = {"telefoon": "", "over": "", f"uren-{baken}": "di 9-10"}
    assert browser.post(f"/werk/medewerkers/{anouk}?ook=baken", data=typed).status_code == 303
    assert f"uren-{baken}" in browser.get(f"/werk/medewerkers/{anouk}").text
    assert browser.get(f"/werk/medewerkers/{anouk}?ook=%00").status_code == 200


def test_only_an_employee_has_such_a_page(signed_in: Browser, app: Flask, world: World) -> None:
    browser = signed_in("ada")
    for who in (world.people["nel"], world.people["otto"], 99999, 10**30):
        assert browser.get(f"/werk/medewerkers/{who}").status_code == 404
        assert browser.post(f"/werk/medewerkers/{who}", data={}).status_code == 404
    assert browser.get(f"/werk/medewerkers/{world.people['rachid']}").status_code == 200
    with app.app_context():
        actions.end_role(world.visitor("rachid").roles[0].id, until=clock.today() + timedelta(days=1), by=None)
    assert browser.get(f"/werk/medewerkers/{world.people['rachid']}").status_code == 200
