"""The first page, Today, buildings and help: who sees what, and that a page never fails as a whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy import delete, event, update

from community import clock, db
from community.accounts.models import Person
from community.places import actions, hours
from community.places.models import Building, Membership, Role
from forums import actions as conversations
from tests.world import World

Browser = Callable[[str], FlaskClient]
MEMBERS = ("nel", "rachid", "anouk")
# A Thursday morning and evening in Rotterdam, while the world's people live there.
MORNING, EVENING = "2026-03-12T09:00:00Z", "2026-03-12T20:00:00Z"


def plain(html: str) -> str:
    """A page without what differs at every request."""
    return re.sub(r'name="csrf_token" value="[^"]*"|content="[^"]*"|value="/[^"]*"', "", html)


# ---- the first page --------------------------------------------------------------------------------------------


def test_a_stranger_reads_what_this_is_and_how_to_come_in(client: FlaskClient, world: World) -> None:
    html = client.get("/").text
    assert 'href="/inloggen"' in html and "Ik heb een brief met een code" in html
    assert 'href="/inloggen/mail"' in html and "Ik was hier al eerder" in html
    assert "tel:+31101234567" in html


def test_a_stranger_learns_no_building_and_no_name(client: FlaskClient, world: World) -> None:
    for path in ("/", "/hulp", "/hulp/verwachten", "/hulp/wat-ziet-zuiderlicht", "/hulp/hoe-werkt-het"):
        html = client.get(path).text
        for word in ("Lindehof", "Meidoorn", "Baken", "Rachid", "Anouk", "010 - 111 22 33"):
            assert word not in html, (path, word)


@pytest.mark.parametrize("key", MEMBERS)
def test_who_belongs_here_goes_to_today(signed_in: Browser, key: str) -> None:
    answer = signed_in(key).get("/")
    assert (answer.status_code, answer.location) == (303, "/vandaag")


def test_an_administrator_without_a_home_goes_to_work(signed_in: Browser) -> None:
    assert signed_in("ada").get("/").location == "/werk"


def test_who_moved_out_gets_a_decent_page(signed_in: Browser) -> None:
    answer = signed_in("otto").get("/")
    assert answer.status_code == 200
    assert "U woont hier niet meer" in answer.text and 'href="/mijn"' in answer.text
    assert 'href="/buren"' not in answer.text


def test_who_is_still_to_move_in_reads_when(signed_in: Browser, app: Flask, world: World) -> None:
    with app.app_context():
        day = clock.today() + timedelta(days=3)
        actions.move_in(world.people["otto"], world.households["meidoorn", 7], day, by=None)
    html = signed_in("otto").get("/").text
    assert "U woont hier nog niet" in html and "Vanaf" in html


# ---- today -----------------------------------------------------------------------------------------------------


def test_today_greets_by_the_hour_and_names_the_day(signed_in: Browser, app: Flask, world: World) -> None:
    with app.app_context():
        name(world, "willemijn", greeting="mevrouw Koster")
    with time_machine.travel(MORNING):
        html = signed_in("willemijn").get("/vandaag").text
        assert "Goedemorgen, <bdi>mevrouw Koster" in html and "donderdag 12 maart" in html and "Fijne dag!" in html
    with time_machine.travel(EVENING):
        html = signed_in("willemijn").get("/vandaag").text
        assert "Goedenavond, <bdi>mevrouw Koster" in html and "Fijne avond!" in html
        assert "Goedenavond, <bdi>Nel" in signed_in("nel").get("/vandaag").text


@db.action
def name(world: World, key: str, **values: Any) -> None:
    db.session().execute(update(Person).where(Person.id == world.people[key]).values(**values))


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        (
            "2026-03-12T09:00:00Z",
            'Vandaag in de Lindehof tot <b class="nowrap">12.30 uur</b>. Kantoor naast de voordeur.',
        ),
        ("2026-03-12T06:00:00Z", 'Vandaag in de Lindehof van <b class="nowrap">9.00 tot 12.30 uur</b>.'),
        ("2026-03-12T15:00:00Z", 'Morgen in de Lindehof van <b class="nowrap">9.00 tot 12.30 uur</b>.'),
    ],
)
def test_the_caretaker_is_named_with_telephone_and_hours(signed_in: Browser, moment: str, sentence: str) -> None:
    with time_machine.travel(moment):
        html = " ".join(signed_in("nel").get("/vandaag").text.split())
    assert sentence in html and "Rachid Amrani" in html and "huismeester" in html
    assert "tel:+31101112233" in html


def test_a_caretaker_who_comes_on_one_day_is_announced_a_week_ahead(
    signed_in: Browser, app: Flask, world: World
) -> None:
    with app.app_context():
        week = hours.read("donderdag 9.00 tot 10.00")
        actions.set_hours(world.people["rachid"], world.buildings["lindehof"], week, by=None)
    with time_machine.travel("2026-03-12T15:00:00Z"):
        assert "Donderdag 19 maart in de Lindehof" in " ".join(signed_in("nel").get("/vandaag").text.split())


def test_without_a_caretaker_one_can_still_call(signed_in: Browser, app: Flask, world: World) -> None:
    with app.app_context():
        end_all_staff()
    html = signed_in("nel").get("/vandaag").text
    assert "Rachid" not in html and "Bel Zuiderlicht" in html and "tel:+31101234567" in html


@db.action
def end_all_staff() -> None:
    db.session().execute(delete(Role).where(Role.kind != "beheerder"))


def test_as_many_windows_are_lit_as_neighbours_took_part(signed_in: Browser, app: Flask, world: World) -> None:
    browser = signed_in("nel")
    quiet = browser.get("/vandaag").text
    assert "nog stil in de Lindehof" in quiet
    with app.app_context():
        conversations.start_topic(
            forum_id=world.forums["lindehof"], kind="conversation", title="Dag", source="Dag!", token=None,
            by=world.visitor("ton"),
        )  # fmt: skip
    assert ">1 buur</b> mee in de Lindehof" in browser.get("/vandaag").text
    with app.app_context():
        topic = conversations.start_topic(
            forum_id=world.forums["lindehof"], kind="conversation", title="Nog een", source="Dag!", token=None,
            by=world.visitor("henk"),
        )  # fmt: skip
        assert topic
    assert ">2 buren</b> mee in de Lindehof" in browser.get("/vandaag").text


def test_a_part_that_fails_is_left_out_and_the_page_goes_on(
    signed_in: Browser, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: Any) -> Markup:
        raise RuntimeError("down")

    def nothing(*_args: Any) -> None:
        return None

    def fine(_visitor: Any, building: Building) -> Markup:
        return Markup(f"<p>Goed nieuws uit {building.name}</p>")

    browser, kept = signed_in("nel"), app.extensions["took part"]
    for table, path in (("today panels", "/vandaag"), ("building panels", "/gebouwen/lindehof")):
        before = list(app.extensions[table])
        app.extensions[table][:] = [fail, nothing, fine]
        app.extensions["took part"] = fail
        try:
            answer = browser.get(path)
        finally:
            app.extensions[table][:] = before
            app.extensions["took part"] = kept
        assert answer.status_code == 200
        assert "Dit deel laden lukt nu niet" in answer.text and "Goed nieuws uit Lindehof" in answer.text
        assert "Rachid" in answer.text
    assert "down" in caplog.text


def test_today_ends(signed_in: Browser) -> None:
    html = signed_in("nel").get("/vandaag").text
    assert "Dat was alles voor vandaag" in html and "U bent helemaal bij." in html


def test_what_waits_is_said_at_the_end_of_the_day(signed_in: Browser, app: Flask, world: World) -> None:
    with app.app_context():
        topic = conversations.start_topic(
            forum_id=world.forums["lindehof"], kind="conversation", title="Dag", source="Dag!", token=None,
            by=world.visitor("nel"),
        )  # fmt: skip
        conversations.reply(topic_id=topic, source="Dag Nel!", token=None, by=world.visitor("ton"))
    html = signed_in("nel").get("/vandaag").text
    assert "Er wacht nog 1 nieuwe reactie op u." in html and "U bent helemaal bij" not in html


def test_staff_choose_among_their_own_buildings(signed_in: Browser, app: Flask, world: World) -> None:
    with app.app_context():
        actions.grant_role(world.people["rachid"], "huismeester", building_id=world.buildings["meidoorn"], by=None)
    browser = signed_in("rachid")
    html = browser.get("/vandaag").text
    assert "?gebouw=lindehof" in html and "?gebouw=meidoorn" in html and "?gebouw=baken" not in html
    assert "in de Meidoorn" in browser.get("/vandaag?gebouw=meidoorn").text
    # Another's building is as good as none.
    assert "in de Lindehof" in browser.get("/vandaag?gebouw=baken").text
    assert "/vandaag?gebouw=" not in signed_in("nel").get("/vandaag").text


def test_who_works_for_all_buildings_sees_each(signed_in: Browser) -> None:
    browser = signed_in("anouk")
    for slug, place in (("lindehof", "de Lindehof"), ("baken", "het Baken")):
        assert f"in {place}" in browser.get(f"/vandaag?gebouw={slug}").text


def test_without_any_building_there_is_a_page_in_words(signed_in: Browser, app: Flask, world: World) -> None:
    browser = signed_in("anouk")
    with app.app_context():
        pull_everything_down()
    for path in ("/vandaag", "/buren", "/gebouwen"):
        answer = browser.get(path)
        assert answer.status_code == 200 and "Er is nog geen gebouw" in answer.text, path
    assert browser.get("/hulp").status_code == 200
    assert browser.get("/werk").status_code == 200


@db.action
def pull_everything_down() -> None:
    for table in reversed(db.Base.metadata.sorted_tables):
        if table.name not in {
            "person",
            "mailbox",
            "login_session",
            "association",
            "access_change",
            "access_loss",
            "role",
            "employee",
        }:
            db.session().execute(table.delete())
        if table.name == "role":
            db.session().execute(table.delete().where(Role.building_id.is_not(None)))
        if table.name == "employee":
            db.session().execute(table.delete())


# ---- buildings -------------------------------------------------------------------------------------------------


def test_a_buildings_page_tells_what_neighbours_want_to_know(signed_in: Browser, world: World) -> None:
    html = signed_in("willemijn").get("/gebouwen/lindehof").text
    for word in (
        "Lindehofstraat 1 tot en met 8", "Rotterdam", "portiek A", "Rachid Amrani", "Marjan de Wit",
        "Anouk Verhulst", "Bewonerscommissie", "Nel van Dam", "Moira Moderator", "5 van de 8 woningen",
    ):  # fmt: skip
        assert word in html, word
    assert "Bram" not in html and "Ada" not in html


def test_a_foreign_building_is_as_absent_as_one_that_never_was(signed_in: Browser) -> None:
    for key, foreign in (("nel", ("meidoorn", "baken")), ("rachid", ("meidoorn", "baken")), ("bas", ("lindehof",))):
        browser = signed_in(key)
        never = browser.get("/gebouwen/bestaat-niet")
        assert never.status_code == 404
        for slug in (*foreign, "LINDEHOF", "%00", "..", "a" * 300):
            answer = browser.get(f"/gebouwen/{slug}")
            assert answer.status_code == 404
            assert plain(answer.text) == plain(never.text), slug
    assert signed_in("anouk").get("/gebouwen/baken").status_code == 200
    assert signed_in("bas").get("/gebouwen/baken").status_code == 200


def test_who_has_one_building_goes_straight_to_it(signed_in: Browser) -> None:
    assert signed_in("nel").get("/gebouwen").location == "/gebouwen/lindehof"


def test_who_has_several_buildings_sees_those_alone(signed_in: Browser, app: Flask, world: World) -> None:
    html = signed_in("anouk").get("/gebouwen").text
    assert all(f'href="/gebouwen/{slug}"' in html for slug in ("lindehof", "meidoorn", "baken"))
    with app.app_context():
        actions.grant_role(world.people["rachid"], "huismeester", building_id=world.buildings["meidoorn"], by=None)
    html = signed_in("rachid").get("/gebouwen").text
    assert 'href="/gebouwen/meidoorn"' in html and 'href="/gebouwen/baken"' not in html


def test_staff_of_a_neighbourhood_see_its_buildings(signed_in: Browser, app: Flask, world: World) -> None:
    with app.app_context():
        west = db.session().get_one(Building, world.buildings["lindehof"]).neighbourhood_id
        actions.grant_role(world.people["otto"], "woonconsulent", neighbourhood_id=west, by=None)
    browser = signed_in("otto")
    assert browser.get("/gebouwen/lindehof").status_code == browser.get("/gebouwen/meidoorn").status_code == 200
    assert browser.get("/gebouwen/baken").status_code == 404
    assert "Otto Oud" in signed_in("indra").get("/buren").text
    assert "Otto Oud" not in signed_in("bas").get("/buren").text


def test_members_pages_are_not_for_strangers_or_the_moved_out(client: FlaskClient, signed_in: Browser) -> None:
    otto, ada = signed_in("otto"), signed_in("ada")
    for path in ("/vandaag", "/gebouwen", "/gebouwen/lindehof", "/buren", "/buren/1"):
        assert client.get(path).status_code in {302, 303, 401}, path
        assert otto.get(path).status_code == 404, path
        assert ada.get(path).status_code == 404, path


# ---- help ------------------------------------------------------------------------------------------------------


def test_help_names_whom_to_turn_to_in_ones_own_building(signed_in: Browser) -> None:
    html = signed_in("nel").get("/hulp").text
    assert "Rachid Amrani" in html and "Bram Bos" not in html and "tel:+31107654321" in html
    assert "Rachid Amrani" not in signed_in("otto").get("/hulp").text


def test_what_staff_see_says_by_name_who_reads(signed_in: Browser) -> None:
    html = signed_in("nel").get("/hulp/wat-ziet-zuiderlicht").text
    assert "Rachid Amrani (huismeester), Marjan de Wit (woonconsulent), Anouk Verhulst (directeur)" in html
    assert "Bram" not in html and "Wat wij niet doen" in html and "90 dagen" in html


def test_help_is_open_to_everybody(client: FlaskClient, signed_in: Browser) -> None:
    for path in ("/hulp", "/hulp/verwachten", "/hulp/wat-ziet-zuiderlicht", "/hulp/hoe-werkt-het"):
        for browser in (client, signed_in("otto"), signed_in("ada"), signed_in("rachid")):
            assert browser.get(path).status_code == 200, path


# ---- the five places -------------------------------------------------------------------------------------------


def test_the_places_stand_in_their_order(signed_in: Browser) -> None:
    html = signed_in("nel").get("/vandaag").text
    nav = html.split('<nav class="nav"')[1].split("</nav>")[0]
    assert re.findall(r'<a href="([^"]+)"', nav) == ["/vandaag", "/agenda", "/gesprekken", "/buren", "/hulp"]
    assert re.search(r'href="/vandaag" aria-current="page"', nav)


# ---- how much is asked -----------------------------------------------------------------------------------------


@db.action
def more_people(world: World, count: int) -> None:
    """So many more neighbours with a task, shown, in the Lindehof."""
    for number in range(count):
        label = f"Buur {number:03}"
        person = Person(
            name=label, short_name=label, folded_name=label.lower(), created_at=clock.now(), joined_at=clock.now(),
            is_shown=True, welcome_step=4,
        )  # fmt: skip
        db.session().add(person)
        db.session().flush()
        household = world.households["lindehof", 1 + number % 8]
        db.session().add(Membership(person_id=person.id, household_id=household, since=clock.today()))
        db.session().add(
            Role(
                person_id=person.id,
                kind="commissielid",
                title=f"commissie {number % 5}",
                building_id=world.buildings["lindehof"],
                since=clock.today(),
                granted_at=clock.now(),
            )
        )


@db.action
def more_buildings(count: int) -> None:
    for number in range(count):
        actions.open_building(1, f"Gebouw {number:03}", with_article=f"gebouw {number}", by=None)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("willemijn", "/vandaag"),
        ("willemijn", "/buren"),
        ("willemijn", "/buren?q=buur"),
        ("willemijn", "/gebouwen/lindehof"),
        ("anouk", "/gebouwen"),
        ("anouk", "/werk"),
        ("ada", "/werk"),
        ("ada", "/werk/rollen?plek=lindehof"),
        ("ada", "/werk/medewerkers"),
    ],
)
def test_more_rows_do_not_mean_more_questions_to_the_database(
    signed_in: Browser, app: Flask, world: World, key: str, path: str, request: pytest.FixtureRequest
) -> None:
    browser = signed_in(key)
    said: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(statement)

    def asked() -> int:
        said.clear()
        assert browser.get(path).status_code == 200
        return len(said)

    # On PostgreSQL the reader is the writer with another way to end a statement.
    reader, writer = app.extensions["engines"]
    engine = writer if reader.pool is writer.pool else reader
    event.listen(engine, "before_cursor_execute", hear)
    request.addfinalizer(lambda: event.remove(engine, "before_cursor_execute", hear))
    browser.get(path)  # what is kept a few seconds is kept now
    before = asked()
    with app.app_context():
        more_people(world, 60)
        more_buildings(20)
    browser.get(path)
    assert asked() == before and 0 < before <= 20
