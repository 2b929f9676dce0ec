"""Carrying out an import on a real database: what is there afterwards, that it is all or nothing, and that the same
file twice changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from community import clock, db, dialect
from community.accounts.access import losses
from community.accounts.models import Invitation, Mailbox, Person
from community.admin import applying
from community.admin.applying import StateChanged, apply
from community.admin.changes import Plan
from community.admin.importing import Preview, preview
from community.admin.snapshot import take_snapshot
from community.errors import Refused
from community.journal import JournalEntry
from community.places import actions
from community.places.models import Building, Dwelling, Entrance, Household, Membership, Neighbourhood, Role
from forums.models import Forum
from tests.community.admin.files import DWELLING_HEADER, HEADER, RESIDENT_HEADER, csv_of, row
from tests.world import World

Rows = Iterable[Sequence[str]]
Model = TypeVar("Model", bound=db.Base)


def seen(rows: Rows, header: Sequence[str] = HEADER) -> Preview:
    return preview(csv_of(rows, header), "bestand.csv", take_snapshot(), clock.today())


def read_in(rows: Rows, header: Sequence[str] = HEADER, by: int | None = None) -> Plan:
    shown = seen(rows, header)
    assert not shown.errors
    assert shown.rows and shown.plan
    done = apply(shown.rows, shown.plan.fingerprint, by=by)
    db.session().expunge_all()
    return done


def residents(vhe: str) -> set[str]:
    """The names of who lives behind a door today."""
    today = clock.today()
    found = db.session().scalars(
        select(Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .join(Household, Household.id == Membership.household_id)
        .join(Dwelling, Dwelling.id == Household.dwelling_id)
        .where(Dwelling.external_id == vhe, Dwelling.ended_on.is_(None))
        .where((Membership.until.is_(None)) | (Membership.until > today))
        .where((Household.until.is_(None)) | (Household.until > today))
    )
    return set(found)


def one(model: type[Model], **wanted: object) -> Model:
    return db.session().scalars(select(model).filter_by(**wanted)).one()


def counts() -> dict[str, int]:
    tables = (Neighbourhood, Building, Entrance, Dwelling, Household, Membership, Person, Mailbox, JournalEntry, Forum)
    return {model.__tablename__: db.session().scalar(select(func.count()).select_from(model)) or 0 for model in tables}


def invitation(household: int) -> None:
    """A letter that lies on the mat."""

    @db.action
    def keep() -> None:
        db.session().add(
            Invitation(
                household_id=household,
                code_hash=f"code {household}",
                token_hash=f"token {household}",
                created_at=clock.now(),
                expires_at=clock.now() + timedelta(days=90),
            )
        )

    keep()


@db.action
def joined(listed: str, **values: object) -> None:
    db.session().execute(update(Person).where(Person.name == listed).values(joined_at=clock.now(), **values))


def test_a_first_file_opens_places_and_lets_people_in(context: Flask) -> None:
    read_in(
        [
            row(1, "P.J. de Vries", person="H1", title="De heer", email="Vries@Example.nl"),
            row(1, "A. Smit", person="H2", title="Mevrouw", email="vries@example.nl"),
            row(2, "Şahin Öz", person="H3"),
            row(3),
        ]
    )
    building = one(Building, name="Zonneweide")
    assert (building.slug, building.with_article) == ("zonneweide", "de Zonneweide")
    assert one(Forum, building_id=building.id), "the building has its forum"
    dwelling = one(Dwelling, external_id="Z1")
    assert (dwelling.street, dwelling.number, dwelling.floor) == ("Zonstraat", 1, 1)
    assert dwelling.entrance_id == one(Entrance, name="A").id
    assert residents("Z1") == {"P.J. de Vries", "A. Smit"}
    assert residents("Z2") == {"Şahin Öz"}
    assert residents("Z3") == set()
    vries, smit = one(Person, external_id="H1"), one(Person, external_id="H2")
    assert vries.mailbox_id == smit.mailbox_id, "two persons may share one mailbox"
    assert vries.joined_at is None
    assert (vries.greeting, vries.short_name) == ("meneer De Vries", "P.J. de Vries")
    assert one(Person, external_id="H3").folded_name == "sahin oz"
    stay = one(Membership, person_id=vries.id)
    assert (stay.since, stay.until) == (date(2019, 2, 1), None)
    assert counts()["household"] == 2, "an empty dwelling has no household"


def test_the_same_file_twice_changes_nothing(context: Flask) -> None:
    rows = [
        row(1, "P.J. de Vries", person="H1", email="vries@example.nl", until="31-12-2099"),
        row(2, "Ann Smit", title="Mevr."),
        row(3),
        row(4, "Bo", since="1-1-2098"),
    ]
    assert not read_in(rows).is_empty
    before = counts()
    assert read_in(rows).is_empty
    assert counts() == before
    assert not read_in([*rows, row(5, "Cor")]).is_empty, "else this test would prove nothing"


def test_a_file_of_dwellings_gives_each_new_door_a_household_for_its_letter(context: Flask) -> None:
    dwellings = [row(number)[:10] for number in (1, 2)]
    read_in(dwellings, DWELLING_HEADER)
    assert counts()["household"] == 2
    assert read_in(dwellings, DWELLING_HEADER).is_empty
    read_in([("Z1", "H1", "", "Ton Visser", "", "1-5-2015", "")], RESIDENT_HEADER)
    assert residents("Z1") == {"Ton Visser"}
    assert counts()["household"] == 2, "the first residents move into the household that was waiting"
    assert one(Household, dwelling_id=one(Dwelling, external_id="Z1").id).since == date(2015, 5, 1)


def test_who_is_no_longer_in_the_file_loses_access_that_day(context: Flask) -> None:
    read_in([row(1, "Ton", person="H1"), row(1, "Nel", person="H2"), row(2, "Henk", person="H3")])
    household = one(Membership, person_id=one(Person, name="Ton").id).household_id
    invitation(household)
    lost = losses()
    read_in([row(1, "Nel", person="H2"), row(2, "Henk", person="H3")], by=one(Person, name="Henk").id)
    assert residents("Z1") == {"Nel"}
    gone = one(Membership, person_id=one(Person, name="Ton").id)
    assert gone.until == clock.today()
    assert losses() == lost + 1, "open sockets are looked at"
    assert one(Household, id=household).until is None, "Nel stays"
    assert one(Invitation, household_id=household).cancelled_at, "Ton may still have the letter"
    entry = db.session().scalars(select(JournalEntry).where(JournalEntry.kind == "places.moved_out")).one()
    assert (entry.subject_id, entry.by_id) == (gone.person_id, one(Person, name="Henk").id)
    assert entry.facts == {"household": household, "reason": "not_in_file"}


def test_who_leaves_no_longer_has_a_task_there(context: Flask) -> None:
    read_in([row(1, "Ton Visser", person="T1"), row(2, "Nel van Dam", person="T2")])
    building = db.session().scalars(select(Building)).one()
    for person in db.session().scalars(select(Person)).all():
        actions.grant_role(person.id, "moderator", building_id=building.id, by=None)
    read_in([row(1, "Ton Visser", person="T1"), row(2, "Wim Anders", person="T3")])
    today = clock.today()
    held = select(Person.name).join(Role, Role.person_id == Person.id)
    assert db.session().scalars(held.where(Role.until.is_(None))).all() == ["Ton Visser"]
    assert db.session().scalars(held.where(Role.until <= today)).all() == ["Nel van Dam"]


def test_a_new_household_moves_in_when_the_old_one_has_gone(context: Flask) -> None:
    read_in([row(1, "Ton", person="H1")])
    read_in([row(1, "Bea", person="H2"), row(1, "Bas", person="H3")])
    assert residents("Z1") == {"Bea", "Bas"}
    households = list(db.session().scalars(select(Household).order_by(Household.id)))
    assert [household.until for household in households] == [clock.today(), None]


def test_who_comes_later_finds_the_household_that_is_there_by_then(context: Flask) -> None:
    leaves = clock.today() + timedelta(days=30)
    written = f"{leaves:%d-%m-%Y}"
    read_in([row(1, "Ton", person="H1", until=written), row(1, "Bea", person="H2", since=written)])
    households = list(db.session().scalars(select(Household).order_by(Household.since)))
    assert [(household.since, household.until) for household in households] == [
        (date(2019, 2, 1), leaves),
        (leaves, None),
    ]
    assert residents("Z1") == {"Ton", "Bea"}
    read_in([row(1, "Ton", person="H1"), row(1, "Bea", person="H2", since=written)])
    assert one(Household, since=date(2019, 2, 1)).until is None, "Ton stays after all"


def test_a_person_who_moves_within_the_association_stays_the_same_person(context: Flask) -> None:
    read_in([row(1, "Ton", person="H1"), row(2)])
    joined("Ton")
    before = one(Person, external_id="H1").id
    read_in([row(1), row(2, "Ton", person="H1", since="1-1-2026")])
    assert residents("Z2") == {"Ton"} and residents("Z1") == set()
    assert one(Person, external_id="H1").id == before
    assert counts()["person"] == 1


def test_who_comes_back_after_years_is_the_same_person(context: Flask) -> None:
    read_in([row(1, "Ton", person="H1")])
    read_in([row(1)])
    read_in([row(1, "Ton", person="H1", email="ton@example.nl")])
    assert residents("Z1") == {"Ton"}
    assert counts()["person"] == 1
    assert one(Person, external_id="H1").mailbox_id == one(Mailbox, address="ton@example.nl").id


def test_a_split_dwelling_ends_with_its_household_and_its_letter(context: Flask) -> None:
    read_in([row(1, "Ton", person="H1"), row(2, "Nel", person="H2")])
    joined("Ton")
    household = one(Membership, person_id=one(Person, name="Ton").id).household_id
    invitation(household)
    done = read_in(
        [
            row(1, "Ton", person="H1", vhe="Z1A", addition="A"),
            row(1, "Bea", person="H3", vhe="Z1B", addition="B"),
            row(2, "Nel", person="H2"),
        ]
    )
    assert len(done.split) == 1
    assert one(Dwelling, external_id="Z1").ended_on == clock.today()
    assert one(Household, id=household).until == clock.today()
    assert one(Invitation, household_id=household).cancelled_at
    assert residents("Z1A") == {"Ton"} and residents("Z1B") == {"Bea"} and residents("Z1") == set()
    assert counts()["person"] == 3, "Ton has kept his account"


def test_merged_dwellings_end_and_the_new_one_has_their_people(context: Flask) -> None:
    read_in([row(1, "Ton", person="H1", addition="A", vhe="ZA"), row(1, "Nel", person="H2", addition="B", vhe="ZB")])
    done = read_in([row(1, "Ton", person="H1", vhe="ZAB"), row(1, "Nel", person="H2", vhe="ZAB")])
    assert len(done.merged) == 1
    assert residents("ZAB") == {"Ton", "Nel"}
    assert residents("ZA") == residents("ZB") == set()
    assert counts()["household"] == 3 and counts()["person"] == 2


def test_what_a_file_says_otherwise_is_changed(context: Flask) -> None:
    read_in([row(1, "P. Visser", person="H1", email="oud@example.nl"), row(2, "Nel", person="H2")])
    done = read_in(
        [
            row(1, "P. Visser-Bos", person="H1", email="nieuw@example.nl", title="Mevr.", postcode="3045 XX"),
            row(2, "Nel", person="H2", building="De Hoogte", since="1-3-2020"),
        ]
    )
    assert len(done.changed_dwellings) == 2 and len(done.changed_persons) == 2
    person = one(Person, external_id="H1")
    assert (person.name, person.greeting) == ("P. Visser-Bos", "mevrouw Visser-Bos")
    assert person.mailbox_id == one(Mailbox, address="nieuw@example.nl").id
    assert one(Dwelling, external_id="Z1").postcode == "3045 XX"
    moved = one(Dwelling, external_id="Z2")
    assert moved.building_id == one(Building, name="De Hoogte").id
    assert one(Building, name="De Hoogte").with_article == "de Hoogte"
    assert one(Membership, person_id=one(Person, external_id="H2").id).since == date(2020, 3, 1)


def test_who_has_joined_keeps_the_name_and_address_they_chose(context: Flask) -> None:
    read_in([row(1, "P. Visser", person="H1", email="oud@example.nl")])
    joined("P. Visser", name="Petra", short_name="Petra")
    assert seen([row(1, "P. Visser", person="H1", email="nieuw@example.nl")]).plan.is_empty  # type: ignore[union-attr]
    read_in([row(1, "P. Visser-Bos", person="H1", email="nieuw@example.nl")])
    person = one(Person, external_id="H1")
    assert person.name == "Petra"
    assert person.mailbox_id == one(Mailbox, address="oud@example.nl").id
    assert read_in([row(1, "P. Visser-Bos", person="H1", email="nieuw@example.nl")]).is_empty


def test_two_dwellings_may_exchange_their_numbers(context: Flask) -> None:
    read_in([row(1, vhe="A"), row(2, vhe="B"), row(3, vhe="C")])
    read_in([row(1, vhe="B"), row(2, vhe="A"), row(3, vhe="C")])
    assert one(Dwelling, external_id="B").number == 1
    read_in([row(1, vhe="N1"), row(2, vhe="N2"), row(3, vhe="C")])
    assert one(Dwelling, external_id="N2").number == 2
    assert counts()["dwelling"] == 3


def test_a_building_with_another_name_in_another_neighbourhood_keeps_its_forum(context: Flask) -> None:
    read_in([row(1, "Ton", person="H1"), row(2)])
    forum = one(Forum, building_id=one(Building, name="Zonneweide").id).id
    elsewhere = [
        (line[0], "Noord", *line[2:])
        for line in (row(1, "Ton", person="H1", building="De Weide"), row(2, building="De Weide"))
    ]
    done = read_in(elsewhere)
    assert len(done.changed_buildings) == 1 and not done.new_buildings
    building = one(Building, name="De Weide")
    assert building.with_article == "de Weide"
    kept = one(Forum, building_id=building.id)
    assert (kept.id, kept.name) == (forum, "De Weide")
    assert kept.neighbourhood_id == building.neighbourhood_id == one(Neighbourhood, name="Noord").id
    assert one(Forum, neighbourhood_id=building.neighbourhood_id, kind="neighbourhood").name == "Noord"


def test_an_ended_dwelling_can_come_back(context: Flask) -> None:
    read_in([row(1, "Ton", person="H1"), row(2)])
    read_in([row(1, vhe="Z1A", addition="A"), row(1, vhe="Z1B", addition="B"), row(2)])
    assert one(Dwelling, external_id="Z1").ended_on
    read_in([row(1, "Bea", person="H9"), row(2)])
    assert one(Dwelling, external_id="Z1").ended_on is None
    assert residents("Z1") == {"Bea"}


def test_a_partner_who_joined_with_the_letter_is_left_alone(world: World, context: Flask) -> None:
    # In the world nobody stood in a file; the file knows Willemijn but not Piet.
    lines = [
        (
            "lindehof-3", "West", "Lindehof", "portiek A", "Lindehofstraat", "3", "", "3023 AB", "Rotterdam", "1",
            "H3", "", "Willemijn Koster", "", "1-1-2020", "",
        )
    ]  # fmt: skip
    done = read_in(lines)
    assert residents("lindehof-3") == {"Willemijn Koster", "Piet Koster"}
    assert [one.resident.name for one in done.changed_persons] == ["Willemijn Koster"]
    assert read_in(lines).is_empty


def test_one_line_in_the_journal_tells_of_the_import_without_names(world: World, context: Flask) -> None:
    shown = seen([row(1, "Ton Geheim", person="H1")])
    assert shown.rows and shown.plan
    apply(shown.rows, shown.plan.fingerprint, by=world.people["ada"], file={"kind": "combined"})
    entry = db.session().scalars(select(JournalEntry).where(JournalEntry.kind == "admin.imported")).one()
    assert entry.by_id == world.people["ada"]
    assert entry.facts["file"] == {"kind": "combined"}
    assert entry.facts["counts"]["moved_in"] == 1
    assert not any("Geheim" in str(facts) for facts in db.session().scalars(select(JournalEntry.facts)))


def test_a_plan_that_is_no_longer_what_was_shown_is_refused(context: Flask) -> None:
    read_in([row(1, "Ton", person="H1")])
    shown = seen([row(1, "Bea", person="H2")])
    read_in([row(1, "Cor", person="H3")])
    before = counts()
    assert shown.rows and shown.plan
    with pytest.raises(StateChanged):
        apply(shown.rows, shown.plan.fingerprint, by=None)
    assert counts() == before and residents("Z1") == {"Cor"}


def test_a_file_with_an_error_is_never_carried_out(context: Flask) -> None:
    shown = seen([row(1, "Ton"), row(2, "Nel", postcode="onzin")])
    assert shown.rows and shown.plan and shown.errors
    with pytest.raises(Refused):
        apply(shown.rows, shown.plan.fingerprint, by=None)
    assert counts()["dwelling"] == 0


def test_a_failure_halfway_leaves_nothing(context: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = seen([row(1, "Ton", person="H1")])
    assert shown.rows and shown.plan
    before = counts()

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(applying.journal, "record", broken)
    with pytest.raises(RuntimeError):
        apply(shown.rows, shown.plan.fingerprint, by=None)
    db.session().expunge_all()
    assert counts() == before
    monkeypatch.undo()
    apply(shown.rows, shown.plan.fingerprint, by=None)
    assert counts()["dwelling"] == 1, "nothing else stood in its way"


def test_buildings_of_one_name_in_an_address_get_addresses_of_their_own(world: World, context: Flask) -> None:
    read_in(
        [
            row(1, vhe="1", building="De Linde!"),
            row(2, vhe="2", building="De Linde?"),
            row(3, vhe="3", building="Zuiderlicht"),
            row(4, vhe="4", building="漢字"),
        ]
    )
    slugs = set(db.session().scalars(select(Building.slug)))
    assert {"de-linde", "de-linde-2", "zuiderlicht-2", "gebouw"} <= slugs
    assert db.session().scalar(select(func.count()).select_from(Forum)) == len(slugs) + 3 + 1, "each has its forum"


def test_keys_that_were_reserved_do_not_stand_in_the_way_of_the_next(context: Flask) -> None:
    read_in([row(1, "Ton", person="H1")])

    @db.action
    def by_hand() -> int:
        person = Person(name="Nel", short_name="Nel", folded_name="nel", created_at=clock.now())
        db.session().add(person)
        db.session().flush()
        keys = dialect.reserve_keys(db.connection(), Person.__table__, 2)  # type: ignore[arg-type]
        assert len(set(keys) | {person.id}) == 3
        return person.id

    assert by_hand()


def test_two_administrators_at_once_carry_it_out_once(app: Flask) -> None:
    with app.app_context():
        shown = seen([row(number, f"Naam {number}a", person=f"H{number}") for number in range(1, 101)])
    assert shown.rows and shown.plan
    rows, fingerprint = shown.rows, shown.plan.fingerprint
    start = threading.Barrier(4)
    outcomes: list[str] = []

    def press() -> None:
        with app.app_context():
            start.wait()
            try:
                apply(rows, fingerprint, by=None)
                outcomes.append("done")
            except StateChanged:
                outcomes.append("changed")

    threads = [threading.Thread(target=press) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["changed", "changed", "changed", "done"]
    with app.app_context():
        assert counts()["dwelling"] == counts()["person"] == 100
