"""Opening places, moving in and moving out: they work, they are refused, and a refusal leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from community import clock, db
from community.accounts.access import losses
from community.accounts.models import Invitation, LoginSession
from community.errors import Invalid, Missing, Refused
from community.journal import JournalEntry
from community.places import actions
from community.places.identity import identify
from community.places.models import (
    Association,
    Building,
    Dwelling,
    Entrance,
    Household,
    Membership,
    Neighbourhood,
    Role,
)
from forums.models import Forum
from tests.world import World

TABLES = (Association, Neighbourhood, Building, Entrance, Dwelling, Household, Membership, Role, Forum, JournalEntry)
ADDRESS = {"street": "Nieuwstraat", "number": 7, "postcode": "3023 AB", "city": "Rotterdam"}


def trace() -> list[int]:
    """How many rows there are of everything that an action here could leave behind."""
    return [db.session().scalar(select(func.count()).select_from(model)) or 0 for model in TABLES]


def last_entry() -> JournalEntry:
    found = db.session().scalar(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1))
    assert found is not None
    return found


def membership(world: World, key: str) -> Membership:
    found = db.session().scalar(select(Membership).where(Membership.person_id == world.people[key]))
    assert found is not None
    return found


def neighbourhood(slug: str) -> int:
    found = db.session().scalar(select(Neighbourhood.id).where(Neighbourhood.slug == slug))
    assert found is not None
    return found


def test_a_new_building_gets_an_address_and_a_forum_and_a_line_in_the_journal(context: Flask, world: World) -> None:
    ada = world.visitor("ada")
    built = actions.open_building(neighbourhood("west"), "De Korenbloem", with_article="de Korenbloem", by=ada)
    assert built.slug == "de-korenbloem"
    assert db.session().scalar(select(Forum.id).where(Forum.building_id == built.id))
    entry = last_entry()
    assert (entry.kind, entry.by_id, entry.acting_as) == ("places.building_opened", ada.person_id, "beheerder")
    assert (entry.subject_id, entry.building_id) == (built.id, built.id)


def test_two_names_that_read_alike_in_an_address_get_a_number(context: Flask, world: World) -> None:
    first = actions.open_building(neighbourhood("west"), "Café", with_article="het Café", by=None)
    second = actions.open_building(neighbourhood("west"), "Cafe", with_article="het Cafe", by=None)
    assert (first.slug, second.slug) == ("cafe", "cafe-2")
    # The conversations of the association and of a neighbourhood have their addresses beside those of buildings.
    assert actions.open_building(neighbourhood("west"), "Zuiderlicht", with_article="x", by=None).slug != "zuiderlicht"
    assert actions.open_building(neighbourhood("west"), "Buurt West", with_article="x", by=None).slug != "buurt-west"


def test_a_new_neighbourhood_gets_a_forum(context: Flask, world: World) -> None:
    made = actions.open_neighbourhood("Noord", by=None)
    assert db.session().scalar(select(Forum.id).where(Forum.neighbourhood_id == made.id))
    assert last_entry().acting_as is None


def test_the_association_is_written_down_once(context: Flask, app: Flask) -> None:
    actions.set_association("Licht", phone="010", phone_hours="altijd", emergency_phone="112", by=None)
    actions.set_association("Zuiderlicht", phone="011", phone_hours="altijd", emergency_phone="112", by=None)
    rows = db.session().scalars(select(Association)).all()
    assert [(row.name, row.phone) for row in rows] == [("Zuiderlicht", "011")]


def test_a_home_is_opened_changed_and_ended(context: Flask, world: World) -> None:
    building = world.buildings["lindehof"]
    entrance = actions.add_entrance(building, "portiek Z", by=None)
    assert actions.add_entrance(building, " portiek  Z ", by=None).id == entrance.id
    home = actions.open_dwelling(building, "N-7", **ADDRESS, entrance_id=entrance.id, by=None)
    assert home.address == "Nieuwstraat 7"
    actions.change_dwelling(home.id, addition="B", floor=2, by=None)
    assert home.address == "Nieuwstraat 7 B"
    assert last_entry().facts == {"fields": ["addition", "floor"]}
    before = trace()
    actions.change_dwelling(home.id, addition="B", by=None)
    assert trace() == before
    actions.end_dwelling(home.id, clock.today(), by=None)
    assert home.ended_on == clock.today()


def test_ending_a_home_moves_everybody_out(context: Flask, world: World) -> None:
    koster = membership(world, "willemijn").household_id
    home = db.session().get_one(Household, koster)
    actions.end_dwelling(home.dwelling_id, clock.today(), by=None)
    assert not world.visitor("willemijn").belongs and not world.visitor("piet").belongs
    assert db.session().get_one(Household, koster).until == clock.today()


def test_new_people_come_to_live_where_others_left(context: Flask, world: World) -> None:
    ton = membership(world, "ton")
    dwelling = db.session().get_one(Household, ton.household_id).dwelling_id
    with pytest.raises(Refused, match="Lindehofstraat 1 woont op die dag nog"):
        actions.start_household(dwelling, clock.today(), by=None)
    actions.move_out(world.people["ton"], ton.household_id, clock.today(), by=None)
    household = actions.start_household(dwelling, clock.today(), by=None)
    came = actions.move_in(world.people["otto"], household.id, clock.today(), by=None)
    assert world.visitor("otto").home_building_ids == (world.buildings["lindehof"],)
    assert actions.move_in(world.people["otto"], household.id, clock.today(), by=None).id == came.id


def test_moving_out_ends_access_that_day_but_not_the_session(context: Flask, world: World) -> None:
    token = world.open_session("ton")
    before = identify(token)
    assert before is not None and before.belongs
    counted = losses()
    actions.move_out(world.people["ton"], membership(world, "ton").household_id, clock.today(), by=None)
    after = identify(token)
    assert after is not None and not after.belongs
    assert losses() == counted + 1
    ended = select(LoginSession).where(
        LoginSession.person_id == world.people["ton"], LoginSession.ended_at.is_not(None)
    )
    assert db.session().scalars(ended).all() == []
    entry = db.session().scalars(select(JournalEntry).where(JournalEntry.kind == "places.moved_out")).one()
    assert (entry.subject_id, entry.building_id) == (world.people["ton"], world.buildings["lindehof"])


def test_somebody_who_moves_out_next_week_still_belongs_today(context: Flask, world: World) -> None:
    next_week = clock.today() + timedelta(days=7)
    actions.move_out(world.people["ton"], membership(world, "ton").household_id, next_week, by=None)
    assert world.visitor("ton").belongs


def test_a_household_ends_with_its_last_member(context: Flask, world: World) -> None:
    household = membership(world, "willemijn").household_id
    today, later = clock.today(), clock.today() + timedelta(days=30)
    actions.move_out(world.people["piet"], household, later, by=None)
    assert db.session().get_one(Household, household).until is None
    actions.move_out(world.people["willemijn"], household, today, by=None)
    assert db.session().get_one(Household, household).until == later


def test_who_moves_out_leaves_no_letter_that_opens_the_door(context: Flask, world: World) -> None:
    household = membership(world, "willemijn").household_id
    other = membership(world, "ton").household_id

    @db.action
    def write_letters() -> None:
        for number, home in enumerate((household, other)):
            letter = {"code_hash": f"c{number}", "token_hash": f"t{number}", "created_at": clock.now()}
            db.session().add(Invitation(household_id=home, expires_at=clock.now() + timedelta(days=9), **letter))

    write_letters()
    actions.move_out(world.people["piet"], household, clock.today(), by=None)
    cancelled = db.session().scalars(select(Invitation.household_id).where(Invitation.cancelled_at.is_not(None))).all()
    assert cancelled == [household]


def test_tasks_of_a_resident_end_where_they_no_longer_live(context: Flask, world: World) -> None:
    assert world.visitor("nel").roles
    actions.move_out(world.people["nel"], membership(world, "nel").household_id, clock.today(), by=None)
    assert not world.visitor("nel").roles
    ended = db.session().scalars(select(JournalEntry).where(JournalEntry.kind == "places.role_ended")).one()
    assert ended.facts["moved"] is True


def test_a_task_lasts_as_long_as_somebody_has_another_home_there(context: Flask, world: World) -> None:
    household = db.session().scalars(select(Household).where(Household.id == world.households["lindehof", 7])).one()
    actions.move_in(world.people["nel"], household.id, clock.today(), by=None)
    actions.move_out(world.people["nel"], world.households["lindehof", 2], clock.today(), by=None)
    assert [role.kind for role in world.visitor("nel").roles] == ["commissievoorzitter"]


def test_an_employee_keeps_working_after_moving_out(context: Flask, world: World) -> None:
    actions.move_in(world.people["rachid"], world.households["lindehof", 7], clock.today(), by=None)
    actions.move_out(world.people["rachid"], world.households["lindehof", 7], clock.today(), by=None)
    assert world.visitor("rachid").is_staff


def refused(context: Flask, act: Callable[[], Any], error: type[Exception]) -> None:
    """The action raises, and everything is as it was."""
    before = trace()
    with pytest.raises(error):
        act()
    assert trace() == before


def test_only_an_administrator_does_these_things(context: Flask, world: World) -> None:
    lindehof, home = world.buildings["lindehof"], world.households["lindehof", 7]
    part, dwelling = neighbourhood("west"), db.session().get_one(Household, home).dwelling_id
    for key in ("ton", "rachid", "anouk", "moira"):
        by = world.visitor(key)
        for act in (
            lambda by=by: actions.set_association("X", phone="1", phone_hours="", emergency_phone="1", by=by),
            lambda by=by: actions.open_neighbourhood("Nieuw", by=by),
            lambda by=by: actions.open_building(part, "Nieuw", with_article="x", by=by),
            lambda by=by: actions.add_entrance(lindehof, "Nieuw", by=by),
            lambda by=by: actions.open_dwelling(lindehof, "N", **ADDRESS, by=by),
            lambda by=by: actions.change_dwelling(dwelling, floor=9, by=by),
            lambda by=by: actions.end_dwelling(dwelling, clock.today(), by=by),
            lambda by=by: actions.start_household(dwelling, clock.today(), by=by),
            lambda by=by: actions.move_in(world.people["otto"], home, clock.today(), by=by),
            lambda by=by: actions.move_out(world.people["ton"], 1, clock.today(), by=by),
        ):
            refused(context, act, Refused)
    # The same things are possible for who may.
    ada = world.visitor("ada")
    actions.change_dwelling(dwelling, floor=9, by=ada)
    actions.move_in(world.people["otto"], home, clock.today(), by=ada)


def test_what_cannot_be_is_refused_and_leaves_no_trace(context: Flask, world: World) -> None:
    lindehof, baken = world.buildings["lindehof"], world.buildings["baken"]
    household = membership(world, "ton").household_id
    dwelling = db.session().get_one(Household, household).dwelling_id
    elsewhere = actions.add_entrance(baken, "portiek Q", by=None).id
    today, people = clock.today(), world.people
    for act, error in (
        (lambda: actions.open_neighbourhood("West", by=None), Invalid),
        (lambda: actions.open_neighbourhood(" ", by=None), Invalid),
        (lambda: actions.open_building(neighbourhood("west"), "Lindehof", with_article="x", by=None), Invalid),
        (lambda: actions.open_building(99, "Nieuw", with_article="x", by=None), Missing),
        (lambda: actions.open_dwelling(lindehof, "lindehof-1", **ADDRESS, by=None), Invalid),
        (lambda: actions.open_dwelling(99, "N", **ADDRESS, by=None), Missing),
        (lambda: actions.open_dwelling(lindehof, "N", **ADDRESS, entrance_id=elsewhere, by=None), Missing),
        (lambda: actions.change_dwelling(dwelling, external_id="lindehof-2", by=None), Invalid),
        (lambda: actions.change_dwelling(99, floor=1, by=None), Missing),
        (lambda: actions.end_dwelling(99, today, by=None), Missing),
        (lambda: actions.start_household(99, today, by=None), Missing),
        (lambda: actions.move_in(people["ton"], 99, today, by=None), Missing),
        (lambda: actions.move_in(99, household, today, by=None), Missing),
        (lambda: actions.move_out(people["nel"], household, today, by=None), Missing),
        (lambda: actions.move_out(people["ton"], household, date(2019, 1, 1), by=None), Invalid),
    ):
        refused(context, act, error)


def test_nobody_comes_to_live_in_a_household_that_left_or_a_home_that_is_gone(context: Flask, world: World) -> None:
    household = membership(world, "ton").household_id
    dwelling = db.session().get_one(Household, household).dwelling_id
    actions.end_dwelling(dwelling, clock.today(), by=None)
    refused(context, lambda: actions.move_in(world.people["otto"], household, clock.today(), by=None), Refused)
    refused(context, lambda: actions.start_household(dwelling, clock.today(), by=None), Refused)


def test_a_step_of_a_room_above_that_fails_undoes_the_building(context: Flask, world: World, app: Flask) -> None:
    def fail() -> None:
        raise RuntimeError("no forum today")

    app.extensions["building opened"].append(fail)
    try:
        refused(
            context,
            lambda: actions.open_building(neighbourhood("west"), "Nieuw", with_article="x", by=None),
            RuntimeError,
        )
    finally:
        app.extensions["building opened"].remove(fail)


def test_a_moved_out_neighbour_sees_nothing_of_the_house(
    signed_in: Callable[[str], FlaskClient], app: Flask, world: World
) -> None:
    browser = signed_in("ton")
    assert browser.get("/vandaag").status_code == 200
    with app.app_context():
        actions.move_out(world.people["ton"], world.households["lindehof", 1], clock.today(), by=None)
    for path in ("/vandaag", "/buren", "/gebouwen", "/gebouwen/lindehof", f"/buren/{world.people['rachid']}"):
        assert browser.get(path).status_code == 404, path
    assert "U woont hier niet meer" in browser.get("/").text
