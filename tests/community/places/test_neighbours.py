"""Who sees whom under Buren: neighbours who chose it, who has a task, who works there; everybody else is absent, and
all absences look the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from community import clock, db
from community.accounts.models import Person
from community.places import actions, hours, neighbours
from community.places.models import Building, Employee, Membership
from community.text import fold
from tests.world import World

Browser = Callable[[str], FlaskClient]


@db.action
def tell(world: World, key: str, **values: Any) -> None:
    """Somebody chooses to be shown, or changes what they tell."""
    db.session().execute(update(Person).where(Person.id == world.people[key]).values(**values))


@pytest.fixture
def shown(app: Flask, world: World) -> World:
    """Ton, Indra (next building) and Bas (elsewhere) chose to be shown; Henk told something but did not choose."""
    with app.app_context():
        for key in ("ton", "indra", "bas"):
            tell(world, key, is_shown=True, interests="klaverjassen", about=f"Dag, ik ben {key}.")
        tell(world, "henk", interests="postduiven", about="Ik hou van rust.")
    return world


def names_on(html: str) -> set[str]:
    return set(re.findall(r'class="name"[^>]*>([^<]+)<', html))


def plain(html: str) -> str:
    """A page without what differs at every request."""
    return re.sub(r'name="csrf_token" value="[^"]*"|content="[^"]*"|value="/buren/\d+"', "", html)


# ---- the list --------------------------------------------------------------------------------------------------


def test_a_resident_sees_staff_people_with_a_task_and_neighbours_who_chose_it(signed_in: Browser, shown: World) -> None:
    html = signed_in("willemijn").get("/buren").text
    staff = {"Rachid Amrani", "Marjan de Wit", "Anouk Verhulst"}
    assert names_on(html) == staff | {"Nel van Dam", "Moira Moderator", "Ton Visser"}
    assert "klaverjassen" in html and "portiek A" in html and "Bewonerscommissie" in html
    assert "postduiven" not in html and "Ada Beheer" not in html


def test_each_building_has_its_own_neighbours(signed_in: Browser, shown: World) -> None:
    assert {"Indra Soekhoe"} == names_on(signed_in("indra").get("/buren").text) - {"Anouk Verhulst"}
    assert "Ton Visser" not in names_on(signed_in("bas").get("/buren").text)


def test_an_asked_building_that_is_not_ones_own_is_ones_own_building(signed_in: Browser, shown: World) -> None:
    own = signed_in("willemijn").get("/buren").text
    for slug in ("baken", "meidoorn", "bestaat-niet", "%00", "'"):
        answer = signed_in("willemijn").get(f"/buren?gebouw={slug}")
        assert answer.status_code == 200
        assert names_on(answer.text) == names_on(own)


def test_who_stops_being_shown_or_leaves_or_moves_is_gone(signed_in: Browser, app: Flask, shown: World) -> None:
    browser = signed_in("willemijn")
    for change in (
        lambda: tell(shown, "ton", is_shown=False),
        lambda: tell(shown, "ton", is_shown=True, left_at=clock.now()),
        lambda: (
            tell(shown, "ton", left_at=None),
            actions.move_out(shown.people["ton"], shown.households["lindehof", 1], clock.today(), by=None),
        ),
    ):
        with app.app_context():
            tell(shown, "ton", is_shown=True, left_at=None)
        assert "Ton Visser" in browser.get("/buren").text
        with app.app_context():
            change()
        assert "Ton Visser" not in browser.get("/buren").text
        assert browser.get(f"/buren/{shown.people['ton']}").status_code == 404


def test_a_resident_is_asked_to_introduce_themselves(signed_in: Browser, shown: World) -> None:
    assert "Stel uzelf voor" in signed_in("willemijn").get("/buren").text
    mine = signed_in("ton").get("/buren").text
    assert "Stel uzelf voor" not in mine and "Verander wat buren zien" in mine
    assert "Stel uzelf voor" not in signed_in("rachid").get("/buren").text


def test_nobody_shown_yet_is_said_in_words(signed_in: Browser, world: World) -> None:
    html = signed_in("willemijn").get("/buren").text
    assert "Nog niemand stelde zich voor" in html and 'name="q"' not in html


# ---- searching -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["ton", "TON visser", "Vissser", "fisser", "Tòn", "klaverjasen", " visser  ton "])
def test_a_resident_finds_a_neighbour_in_spite_of_spelling(signed_in: Browser, shown: World, asked: str) -> None:
    html = signed_in("willemijn").get("/buren", query_string={"q": asked}).text
    assert names_on(html) == {"Ton Visser"}, asked


@pytest.mark.parametrize("asked", ["Henk", "postduiven", "Indra", "Bas", "Rachid", "zzzz", "%", "_", "\x00"])
def test_nobody_is_found_who_is_not_shown_here(signed_in: Browser, shown: World, asked: str) -> None:
    html = signed_in("willemijn").get("/buren", query_string={"q": asked}).text
    if asked == "\x00":  # nothing is left of it, so nothing was asked
        assert "Ton Visser" in html
    else:
        assert names_on(html) == set() and "Niemand gevonden" in html


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Willemijn Koster", "willemein"),
        ("Cees Schouten", "kees schauten"),
        ("Mehmet Yılmaz", "yilmaz"),
        ("José Çelik", "jose celik"),
        ("Corrie 't Hart", "hart"),
        ("Theo Philipsen", "teo filipsen"),
        ("李小龙", "小龙"),
    ],
)
def test_names_that_sound_alike_meet(name: str, asked: str) -> None:
    one = neighbours.Neighbour(1, name, name, fold(name), None, None, None)
    other = neighbours.Neighbour(2, "Bart Bos", "Bart", "bart bos", None, None, None)
    assert neighbours.matching(asked, [one, other]) == [one]


def test_staff_never_search_people(signed_in: Browser, shown: World) -> None:
    for key in ("rachid", "marjan", "anouk"):
        query = {"q": "zzzz", "gebouw": "lindehof"}
        assert "Niemand gevonden" in signed_in("willemijn").get("/buren", query_string=query).text
        html = signed_in(key).get("/buren", query_string=query).text
        assert 'name="q"' not in html and "gevonden" not in html
        assert "Ton Visser" in html  # the list is as it is without a question


def test_an_employee_who_lives_there_does_not_search_either(signed_in: Browser, app: Flask, shown: World) -> None:
    with app.app_context():
        actions.move_in(shown.people["rachid"], shown.households["lindehof", 7], clock.today(), by=None)
    assert 'name="q"' not in signed_in("rachid").get("/buren").text
    with app.app_context():
        actions.grant_role(shown.people["willemijn"], "beheerder", by=None)
    assert 'name="q"' not in signed_in("willemijn").get("/buren").text


# ---- one person ------------------------------------------------------------------------------------------------


def test_a_neighbour_who_chose_it_has_a_page(signed_in: Browser, shown: World) -> None:
    html = signed_in("willemijn").get(f"/buren/{shown.people['ton']}").text
    assert "Ton Visser" in html and "klaverjassen" in html and "Dag, ik ben ton." in html and "portiek A" in html
    assert "ton@example.nl" not in html and "Lindehofstraat" not in html


def test_who_has_a_task_has_a_page_with_the_task_alone(signed_in: Browser, app: Flask, shown: World) -> None:
    with app.app_context():
        tell(shown, "nel", interests="tuinieren", about="Alleen voor mij.")
    html = signed_in("willemijn").get(f"/buren/{shown.people['nel']}").text
    assert re.search(r"voorzitter · bewonerscommissie, Lindehof, sinds januari 2020", html)
    assert "tuinieren" not in html and "Alleen voor mij" not in html and "portiek A" not in html


def test_an_employee_shows_function_telephone_and_hours(signed_in: Browser, app: Flask, shown: World) -> None:
    with app.app_context():
        actions.set_employee(shown.people["rachid"], phone="010 - 111 22 33", about="Kom gerust langs.", by=None)
    html = signed_in("willemijn").get(f"/buren/{shown.people['rachid']}").text
    assert "huismeester" in html and "tel:+31101112233" in html and "Kom gerust langs." in html
    assert html.count("9.00 tot 12.30 uur") == 7 and "Kantoor naast de voordeur" in html


def test_only_hours_of_buildings_one_may_see_are_shown(signed_in: Browser, app: Flask, shown: World) -> None:
    with app.app_context():
        baken = shown.buildings["baken"]
        actions.grant_role(shown.people["rachid"], "huismeester", building_id=baken, by=None)
        actions.set_hours(shown.people["rachid"], baken, hours.read("maandag 14.00 tot 15.00"), by=None)
    rachid = f"/buren/{shown.people['rachid']}"
    assert "Baken" not in signed_in("willemijn").get(rachid).text
    in_the_baken = signed_in("bas").get(rachid).text
    assert "Baken" in in_the_baken and "Lindehof" not in in_the_baken
    both = signed_in("anouk").get(rachid).text
    assert "Baken" in both and "Lindehof" in both


def test_all_absences_look_the_same(signed_in: Browser, app: Flask, shown: World) -> None:
    browser = signed_in("willemijn")
    people = shown.people
    never = plain(browser.get("/buren/999999").text)
    assert "woont hier niet meer of doet niet mee" in never
    for key in ("henk", "indra", "bas", "otto", "bram", "ada", "piet"):
        answer = browser.get(f"/buren/{people[key]}")
        assert answer.status_code == 404, key
        assert plain(answer.text) == never, key
    # Each of them could have been seen: by a neighbour, in their own building, or with a task.
    with app.app_context():
        tell(shown, "henk", is_shown=True)
    assert browser.get(f"/buren/{people['henk']}").status_code == 200
    assert signed_in("bas").get(f"/buren/{people['bram']}").status_code == 200


def test_an_address_that_no_person_can_have_is_absent(signed_in: Browser, world: World) -> None:
    for address in ("0", "99999999999999999999999", "-1", "abc", "1e9"):
        assert signed_in("willemijn").get(f"/buren/{address}").status_code == 404, address


def test_ones_own_page_is_always_there(signed_in: Browser, shown: World) -> None:
    henk = signed_in("henk").get(f"/buren/{shown.people['henk']}")
    assert henk.status_code == 200 and "Alleen u ziet deze pagina" in henk.text and "postduiven" in henk.text
    assert "Zo zien uw buren u" in signed_in("ton").get(f"/buren/{shown.people['ton']}").text


def test_staff_see_a_neighbour_of_their_building_and_no_other(signed_in: Browser, shown: World) -> None:
    rachid = signed_in("rachid")
    assert rachid.get(f"/buren/{shown.people['ton']}").status_code == 200
    assert rachid.get(f"/buren/{shown.people['bas']}").status_code == 404
    assert rachid.get(f"/buren/{shown.people['henk']}").status_code == 404
    assert signed_in("anouk").get(f"/buren/{shown.people['bas']}").status_code == 200


def test_an_ended_role_ends_the_page(signed_in: Browser, app: Flask, shown: World) -> None:
    browser, moira = signed_in("willemijn"), f"/buren/{shown.people['moira']}"
    assert browser.get(moira).status_code == 200
    with app.app_context():
        held = shown.visitor("moira").roles[0].id
        actions.end_role(held, by=None)
    assert browser.get(moira).status_code == 404


def test_names_are_shown_as_text_and_nothing_else(signed_in: Browser, app: Flask, shown: World) -> None:
    with app.app_context():
        tell(shown, "ton", name="<b>Ton</b> “O'Neill”", interests='"><script>1</script>', about="👵🏽 &amp;")
    for path in ("/buren", f"/buren/{shown.people['ton']}"):
        html = signed_in("willemijn").get(path).text
        assert "&lt;b&gt;Ton&lt;/b&gt;" in html and "<b>Ton" not in html and "<script>1" not in html


def test_a_neighbourhoods_committee_is_seen_in_its_buildings(signed_in: Browser, app: Flask, shown: World) -> None:
    with app.app_context():
        west = db.session().get_one(Building, shown.buildings["lindehof"]).neighbourhood_id
        actions.grant_role(shown.people["willemijn"], "commissielid", neighbourhood_id=west, title="buurtraad", by=None)
    willemijn = f"/buren/{shown.people['willemijn']}"
    assert "buurtraad" in signed_in("indra").get(willemijn).text.lower()
    assert "Buurtraad" in signed_in("indra").get("/buren").text
    assert signed_in("bas").get(willemijn).status_code == 404


def test_many_neighbours_come_in_pages_of_24(signed_in: Browser, app: Flask, shown: World) -> None:
    with app.app_context():
        crowd(shown, 30)
    first, second = (signed_in("willemijn").get(f"/buren?pagina={n}").text for n in (1, 2))
    shown_names = [name for name in names_on(first) if name.startswith("Buur")]
    assert len(shown_names) == 24 and 'aria-current="page"' in first
    assert len(names_on(second)) == 7  # 30 and Ton
    assert names_on(signed_in("willemijn").get("/buren?pagina=99").text) == names_on(second)
    assert names_on(signed_in("willemijn").get("/buren?pagina=x").text) == names_on(first)
    found = signed_in("willemijn").get("/buren?q=buur&pagina=2").text
    assert len(names_on(found)) == 6 and "/buren?q=buur&amp;pagina=1" in found


@db.action
def crowd(world: World, count: int) -> None:
    """So many more neighbours in the Lindehof who chose to be shown."""
    for number in range(count):
        name = f"Buur {number:02}"
        person = Person(
            name=name, short_name=name, folded_name=fold(name), created_at=clock.now(), joined_at=clock.now(),
            is_shown=True, welcome_step=4,
        )  # fmt: skip
        db.session().add(person)
        db.session().flush()
        household = world.households["lindehof", 1 + number % 8]
        db.session().add(Membership(person_id=person.id, household_id=household, since=clock.today()))


def test_a_member_of_staff_without_a_telephone_is_still_shown(signed_in: Browser, app: Flask, shown: World) -> None:
    with app.app_context():
        forget_telephones()
    html = signed_in("willemijn").get("/buren").text
    assert "Rachid Amrani" in html and "tel:+31101112233" not in html


@db.action
def forget_telephones() -> None:
    db.session().execute(update(Employee).values(phone=""))
