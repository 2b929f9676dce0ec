"""Giving and ending roles, and what an employee shows: they work, are refused in words, and a refusal leaves no
trace."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from community import clock, db
from community.accounts.access import losses
from community.accounts.models import Mailbox, Person
from community.errors import Invalid, Missing, Refused
from community.journal import JournalEntry
from community.places import actions
from community.places.hours import Slot
from community.places.models import RESIDENT_KINDS, STAFF_KINDS, Building, Employee, OfficeHours, Role
from community.places.queries import frame_of, staff_of
from tests.world import World

TABLES = (Role, Employee, OfficeHours, Person, Mailbox, JournalEntry)


def trace() -> list[int]:
    return [db.session().scalar(select(func.count()).select_from(model)) or 0 for model in TABLES]


def refuses(act: Callable[[], Any], error: type[Exception], sentence: str | None = None) -> None:
    before = trace()
    with pytest.raises(error, match=sentence):
        act()
    assert trace() == before


def roles(world: World, key: str) -> list[str]:
    return sorted(role.kind for role in world.visitor(key).roles)


def test_a_role_is_given_and_stands_in_the_journal(context: Flask, world: World) -> None:
    ada = world.visitor("ada")
    lindehof = world.buildings["lindehof"]
    role = actions.grant_role(world.people["ton"], "ambassadeur", building_id=lindehof, by=ada)
    assert roles(world, "ton") == ["ambassadeur"]
    assert (role.granted_by_id, role.since, role.until) == (ada.person_id, clock.today(), None)
    entry = db.session().scalars(select(JournalEntry).order_by(JournalEntry.id.desc()).limit(1)).one()
    assert (entry.kind, entry.subject_id, entry.building_id) == ("places.role_granted", role.id, lindehof)
    assert entry.facts["person"] == world.people["ton"] and entry.facts["role"] == "ambassadeur"


@pytest.mark.parametrize("kind", STAFF_KINDS)
def test_an_employee_works_for_a_building_a_neighbourhood_or_all(context: Flask, world: World, kind: str) -> None:
    west = 1
    for place in ({"building_id": world.buildings["baken"]}, {"neighbourhood_id": west}, {}):
        actions.grant_role(world.people["otto"], kind, **place, by=None)
    visitor = world.visitor("otto")
    assert visitor.works_everywhere and len(visitor.staff_roles) == 3


def test_a_role_that_begins_tomorrow_is_none_today(context: Flask, world: World) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    lindehof = world.buildings["lindehof"]
    actions.grant_role(world.people["ton"], "moderator", building_id=lindehof, since=tomorrow, by=None)
    assert roles(world, "ton") == []
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1)):
        assert roles(world, "ton") == ["moderator"]


@pytest.mark.parametrize("kind", RESIDENT_KINDS)
def test_a_residents_task_is_for_who_lives_there(context: Flask, world: World, kind: str) -> None:
    title = "tuincommissie" if kind.startswith("commissie") else None
    baken, lindehof = world.buildings["baken"], world.buildings["lindehof"]
    for wrong in (baken,):
        refuses(
            lambda wrong=wrong: actions.grant_role(world.people["ton"], kind, building_id=wrong, title=title, by=None),
            Invalid,
            "woont daar niet",
        )
    refuses(lambda: actions.grant_role(world.people["otto"], kind, building_id=lindehof, title=title, by=None), Invalid)
    actions.grant_role(world.people["ton"], kind, building_id=lindehof, title=title, by=None)
    assert roles(world, "ton") == [kind]


def test_the_platform_of_all_tenants_takes_any_tenant(context: Flask, world: World) -> None:
    actions.grant_role(world.people["bas"], "commissievoorzitter", title="huurdersplatform", by=None)
    assert roles(world, "bas") == ["commissievoorzitter"]


def test_a_committee_has_one_chair_at_a_time(context: Flask, world: World) -> None:
    lindehof, today = world.buildings["lindehof"], clock.today()

    def chair(key: str, title: str = "bewonerscommissie", **period: Any) -> Role:
        return actions.grant_role(
            world.people[key], "commissievoorzitter", building_id=lindehof, title=title, by=None, **period
        )

    refuses(lambda: chair("ton"), Invalid, "Nel van Dam is al voorzitter")
    refuses(lambda: chair("ton", "Bewonerscommissie "), Invalid, "Nel van Dam is al voorzitter")
    assert chair("ton", "tuincommissie").id
    nels = db.session().scalars(select(Role).where(Role.person_id == world.people["nel"])).one()
    actions.end_role(nels.id, until=today + timedelta(days=10), by=None)
    refuses(lambda: chair("henk", since=today, until=today + timedelta(days=11)), Invalid)
    assert chair("henk", since=today + timedelta(days=10)).id
    # Nel cannot have her chair back while Henk has it.
    refuses(lambda: actions.keep_role(nels.id, by=None), Invalid, "Henk de Boer is al voorzitter")


def test_nobody_has_the_same_role_twice(context: Flask, world: World) -> None:
    lindehof = world.buildings["lindehof"]
    refuses(
        lambda: actions.grant_role(world.people["rachid"], "huismeester", building_id=lindehof, by=None),
        Invalid,
        "heeft deze rol al",
    )
    assert actions.grant_role(world.people["rachid"], "huismeester", building_id=world.buildings["baken"], by=None).id


def test_what_cannot_be_a_role_is_refused(context: Flask, world: World) -> None:
    lindehof, ton, today = world.buildings["lindehof"], world.people["ton"], clock.today()
    grant = actions.grant_role
    refuses(lambda: grant(99, "moderator", building_id=lindehof, by=None), Missing)
    refuses(lambda: grant(ton, "moderator", building_id=99, by=None), Missing)
    refuses(lambda: grant(ton, "commissielid", building_id=lindehof, by=None), Invalid, "Welke commissie")
    refuses(lambda: grant(ton, "beheerder", building_id=lindehof, by=None), Invalid, "voor alle gebouwen")
    refuses(
        lambda: grant(ton, "moderator", building_id=lindehof, since=today, until=today, by=None),
        Invalid,
        "na de eerste",
    )


def test_only_an_administrator_gives_and_ends_roles(context: Flask, world: World) -> None:
    held = db.session().scalars(select(Role).where(Role.person_id == world.people["moira"])).one()
    lindehof, otto, rachid = world.buildings["lindehof"], world.people["otto"], world.people["rachid"]
    for key in ("ton", "nel", "moira", "rachid", "anouk"):
        by = world.visitor(key)
        for act in (
            lambda by=by: actions.grant_role(otto, "beheerder", by=by),
            lambda by=by: actions.end_role(held.id, by=by),
            lambda by=by: actions.keep_role(held.id, by=by),
            lambda by=by: actions.add_employee("Wie", "wie@example.nl", phone="", by=by),
            lambda by=by: actions.employ("Wie", "wie@example.nl", "directeur", phone="", by=by),
            lambda by=by: actions.set_employee(rachid, phone="112", about=None, by=by),
            lambda by=by: actions.change_employee(rachid, phone="112", about=None, hours={lindehof: []}, by=by),
            lambda by=by: actions.set_hours(rachid, lindehof, [], by=by),
            lambda by=by: actions.look_up(3, building_id=lindehof, by=by),
        ):
            refuses(act, Refused, "beheerder")
    actions.end_role(held.id, by=world.visitor("ada"))
    assert roles(world, "moira") == []


def test_an_ended_role_is_gone_at_once_and_can_be_taken_back(context: Flask, world: World) -> None:
    held = db.session().scalars(select(Role).where(Role.person_id == world.people["rachid"])).one()
    counted = losses()
    actions.end_role(held.id, by=None)
    assert not world.visitor("rachid").is_staff and losses() == counted + 1
    refuses(lambda: actions.end_role(held.id, by=None), Refused, "al beëindigd")
    actions.keep_role(held.id, by=None)
    assert world.visitor("rachid").is_staff
    refuses(lambda: actions.keep_role(held.id, by=None), Refused, "niet meer ongedaan")


def test_taking_back_gives_the_end_that_was_agreed_before(context: Flask, world: World) -> None:
    held = db.session().scalars(select(Role).where(Role.person_id == world.people["moira"])).one()
    agreed = clock.today() + timedelta(days=100)
    actions.end_role(held.id, until=agreed, by=None)
    actions.end_role(held.id, by=None)
    actions.keep_role(held.id, by=None)
    assert db.session().get_one(Role, held.id).until == agreed


def test_taking_back_is_possible_for_a_day(context: Flask, world: World) -> None:
    held = db.session().scalars(select(Role).where(Role.person_id == world.people["moira"])).one()
    actions.end_role(held.id, by=None)
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        refuses(lambda: actions.keep_role(held.id, by=None), Refused, "niet meer ongedaan")
    with time_machine.travel(clock.now() + timedelta(hours=23)):
        actions.keep_role(held.id, by=None)


def test_a_task_that_ended_with_a_move_is_not_taken_back(context: Flask, world: World) -> None:
    held = db.session().scalars(select(Role).where(Role.person_id == world.people["moira"])).one()
    actions.move_out(world.people["moira"], world.households["lindehof", 5], clock.today(), by=None)
    refuses(lambda: actions.keep_role(held.id, by=None), Refused, "niet meer ongedaan")


def test_a_role_cannot_end_before_it_began(context: Flask, world: World) -> None:
    held = db.session().scalars(select(Role).where(Role.person_id == world.people["moira"])).one()
    refuses(lambda: actions.end_role(held.id, until=held.since - timedelta(days=1), by=None), Invalid, "eerste dag")
    refuses(lambda: actions.end_role(99, by=None), Missing)


def test_somebody_always_looks_after_the_machine(context: Flask, world: World) -> None:
    held = db.session().scalars(select(Role).where(Role.kind == "beheerder")).one()
    refuses(lambda: actions.end_role(held.id, by=world.visitor("ada")), Refused, "altijd iemand beheerder")
    actions.grant_role(world.people["anouk"], "beheerder", by=world.visitor("ada"))
    actions.end_role(held.id, by=world.visitor("ada"))
    assert world.visitor("anouk").is_administrator and not world.visitor("ada").is_administrator


def test_two_administrators_who_make_two_chairs_at_once_make_one(app: Flask, world: World) -> None:
    begin, made = threading.Barrier(2), []

    def appoint(key: str) -> None:
        with app.app_context():
            begin.wait()
            try:
                actions.grant_role(
                    world.people[key],
                    "commissievoorzitter",
                    building_id=world.buildings["lindehof"],
                    title="tuincommissie",
                    by=None,
                )
                made.append(key)
            except Invalid:
                pass

    threads = [threading.Thread(target=appoint, args=(key,)) for key in ("ton", "henk")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    with app.app_context():
        chairs = select(func.count()).select_from(Role).where(Role.title == "tuincommissie")
        assert db.session().scalar(chairs) == 1


# ---- employees -------------------------------------------------------------------------------------------------


def test_a_new_employee_is_known_by_mail_and_works_at_once(context: Flask, world: World) -> None:
    lindehof = world.buildings["lindehof"]
    number = actions.employ(
        "Sanne de Vries", "sanne@zuiderlicht.example", "huismeester", phone="010 - 1", building_id=lindehof, by=None
    )
    person = db.session().get_one(Person, number)
    assert (person.short_name, person.folded_name, person.joined_at) == ("Sanne", "sanne de vries", None)
    again = actions.add_employee("Sanne  de Vries", "sanne@zuiderlicht.example", phone="010 - 2", by=None)
    assert again.id == number
    assert db.session().get_one(Employee, number).phone == "010 - 2"


def test_two_employees_may_share_a_mailbox(context: Flask, world: World) -> None:
    first = actions.add_employee("Sanne", "balie@zuiderlicht.example", phone="", by=None)
    second = actions.add_employee("Youssef", "balie@zuiderlicht.example", phone="", by=None)
    assert first.id != second.id and first.mailbox_id == second.mailbox_id


def test_an_employee_whose_function_cannot_be_is_not_made(context: Flask, world: World) -> None:
    refuses(lambda: actions.employ("Sanne", "s@example.nl", "directeur", phone="", building_id=99, by=None), Missing)
    refuses(lambda: actions.employ(" ", "s@example.nl", "directeur", phone="", by=None), Invalid)


def test_changing_an_employee_changes_what_stands_around_every_page(context: Flask, world: World) -> None:
    lindehof, rachid = world.buildings["lindehof"], world.people["rachid"]
    with time_machine.travel("2026-03-12T09:00:00Z"):
        assert frame_of(lindehof).call_number == "010 - 111 22 33"
        slots = [Slot(3, time(13), time(16), "Hal"), Slot(1, time(9), time(10))]
        actions.change_employee(rachid, phone="010 - 999", about="Dag!", hours={lindehof: slots}, by=None)
        assert frame_of(lindehof).call_number == "010 - 999"
        from_staff = next(one for one in staff_of(db.session().get(Building, lindehof)) if one.person_id == rachid)
        assert [(slot.weekday, slot.place) for slot in from_staff.hours] == [(1, ""), (3, "Hal")]
        assert from_staff.presence is not None and from_staff.presence.starts.hour == 13
        assert from_staff.about == "Dag!"
