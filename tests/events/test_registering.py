"""Coming or not: what one answers, for oneself or for a neighbour, and what becomes of the seats."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from community import clock, db
from community.errors import Invalid, Missing, Refused
from community.journal import JournalEntry
from community.moderation.models import Block
from events import registering
from events.arranged import Call
from events.models import Guest, Occurrence
from events.registering import Company
from tests.events.gatherings import HOUR, a_date, check_counts, date_of, mails, units
from tests.world import World


def test_who_answers_comes_and_the_same_answer_twice_is_once(context: Flask, world: World) -> None:
    date, nel = a_date(world, capacity=2), world.visitor("nel")
    first = registering.answer(date, coming=True, by=nel)
    again = registering.answer(date, coming=True, by=nel)
    assert (first.id, first.state, again.id) == (again.id, "confirmed", first.id)
    assert date_of(date).coming == 1
    kinds = db.session().scalars(select(JournalEntry.kind).where(JournalEntry.kind.startswith("registration")))
    assert list(kinds) == ["registration.made"]
    check_counts(date)


def test_a_button_pressed_again_keeps_company_and_remark(context: Flask, world: World) -> None:
    date, nel = a_date(world), world.visitor("nel")
    registering.answer(date, coming=True, guests=[Company(name="Jo")], remark="graag vooraan", has_walker=True, by=nel)
    unit = registering.answer(date, coming=True, by=nel)
    assert (unit.seats, unit.remark, unit.has_walker) == (2, "graag vooraan", True)
    assert registering.answer(date, coming=True, guests=[], by=nel).seats == 1
    check_counts(date)


def test_who_does_not_come_can_still_come_and_stands_behind_who_came_first(context: Flask, world: World) -> None:
    date = a_date(world, capacity=1)
    assert registering.answer(date, coming=False, by=world.visitor("nel")).state == "declined"
    registering.answer(date, coming=True, by=world.visitor("henk"))
    assert registering.answer(date, coming=True, by=world.visitor("nel")).state == "waiting"
    assert registering.answer(date, coming=False, by=world.visitor("nel")).state == "withdrawn"
    registering.answer(date, coming=True, by=world.visitor("moira"))
    registering.answer(date, coming=True, by=world.visitor("nel"))
    waits = [unit.person_id for unit in units(date, "waiting")]
    assert waits == [world.people["moira"], world.people["nel"]]
    check_counts(date)


def test_a_couple_waits_and_moves_up_together(context: Flask, world: World) -> None:
    date = a_date(world, capacity=3)
    nel = registering.answer(date, coming=True, guests=[Company()], by=world.visitor("nel"))
    registering.answer(date, coming=True, by=world.visitor("henk"))
    couple = registering.answer(
        date, coming=True, guests=[Company(world.people["piet"])], by=world.visitor("willemijn")
    )
    assert couple.state == "waiting" and date_of(date).waiting == 2
    # One seat would come free: too few for the couple, who stay in front.
    registering.withdraw(registering.answer(date, coming=True, by=world.visitor("henk")).id, by=world.visitor("henk"))
    assert units(date, "waiting") == [couple]
    registering.withdraw(nel.id, by=world.visitor("nel"))
    assert units(date, "waiting") == [] and couple.state == "confirmed" and couple.promoted_at
    check_counts(date)
    # They share a mailbox: one letter to the two of them.
    letters = [mail for mail in mails() if mail.subject.startswith("Er is plaats")]
    assert [mail.to_address for mail in letters] == ["koster@example.nl"]
    assert "Willemijn en Piet" in letters[0].text
    assert letters[0].text.count("/agenda/antwoord/") == 2


def test_a_smaller_unit_takes_a_seat_that_is_too_small_for_who_is_in_front(context: Flask, world: World) -> None:
    date = a_date(world, capacity=2)
    first = registering.answer(date, coming=True, by=world.visitor("henk"))
    registering.answer(date, coming=True, by=world.visitor("moira"))
    registering.answer(date, coming=True, guests=[Company()], by=world.visitor("willemijn"))
    nel = registering.answer(date, coming=True, by=world.visitor("nel"))
    registering.withdraw(first.id, by=world.visitor("henk"))
    assert nel.state == "confirmed"
    assert [unit.person_id for unit in units(date, "waiting")] == [world.people["willemijn"]]
    check_counts(date)


def test_more_company_than_there_are_seats_is_refused_and_nothing_is_lost(context: Flask, world: World) -> None:
    date = a_date(world, capacity=2)
    registering.answer(date, coming=True, by=world.visitor("henk"))
    registering.answer(date, coming=True, by=world.visitor("nel"))
    with pytest.raises(Invalid, match="Uw eigen plaats houdt u"):
        registering.answer(date, coming=True, guests=[Company()], by=world.visitor("nel"))
    with pytest.raises(Invalid, match="maar 2 plaatsen"):
        registering.answer(date, coming=True, guests=[Company()] * 2, by=world.visitor("moira"))
    with pytest.raises(Invalid, match="3 mensen meenemen"):
        registering.answer(date, coming=True, guests=[Company()] * 4, by=world.visitor("moira"))
    assert date_of(date).coming == 2
    check_counts(date)


def test_a_neighbour_who_comes_along_is_told_by_whom_and_can_leave_by_themselves(context: Flask, world: World) -> None:
    date = a_date(world)
    registering.answer(
        date, coming=True, guests=[Company(world.people["moira"]), Company(world.people["henk"])],
        by=world.visitor("nel"),
    )  # fmt: skip
    assert [mail.to_address for mail in mails()] == ["moira@example.nl"]
    assert "Nel heeft u hiervoor aangemeld" in mails()[0].text
    call = db.session().scalars(select(Call)).one()
    assert (call.person_id, call.why) == (
        world.people["henk"],
        "signed_up",
    ) and "Nel heeft u aangemeld" in call.sentence
    # Coming already: nothing changes. Not coming: the seat goes back.
    assert registering.answer(date, coming=True, by=world.visitor("moira")).person_id == world.people["nel"]
    registering.answer(date, coming=False, by=world.visitor("moira"))
    assert date_of(date).coming == 2
    assert db.session().scalars(select(Guest.person_id)).all() == [world.people["henk"]]
    check_counts(date)


def test_nobody_stands_on_a_list_twice(context: Flask, world: World) -> None:
    date = a_date(world)
    registering.answer(date, coming=True, by=world.visitor("henk"))
    with pytest.raises(Invalid, match="Henk staat zelf al op de lijst"):
        registering.answer(date, coming=True, guests=[Company(world.people["henk"])], by=world.visitor("nel"))
    registering.answer(date, coming=True, guests=[Company(world.people["piet"])], by=world.visitor("willemijn"))
    with pytest.raises(Invalid, match="Piet staat zelf al"):
        registering.answer(date, coming=True, guests=[Company(world.people["piet"])], by=world.visitor("nel"))
    with pytest.raises(Invalid, match="kan niet met u mee"):
        registering.answer(date, coming=True, guests=[Company(world.people["nel"])], by=world.visitor("nel"))
    check_counts(date)


def test_who_phoned_is_written_down_with_who_did_it_and_how_and_is_told(context: Flask, world: World) -> None:
    date, ton = a_date(world), world.visitor("ton")
    henk = registering.answer(date, coming=True, by=ton, for_person=world.people["henk"], way="phone")
    assert (henk.person_id, henk.by_id, henk.way) == (world.people["henk"], world.people["ton"], "phone")
    nel = registering.answer(date, coming=True, by=ton, for_person=world.people["nel"], way="door")
    assert nel.by_id == world.people["ton"]
    assert [mail.to_address for mail in mails()] == ["nel@example.nl"]
    assert [call.person_id for call in db.session().scalars(select(Call))] == [world.people["henk"]]
    entry = db.session().scalars(select(JournalEntry).where(JournalEntry.kind == "registration.made")).first()
    assert entry is not None and entry.by_id == world.people["ton"]
    assert entry.facts["way"] == "phone" and entry.facts["to"] == world.people["henk"]
    # What they said themselves is not overruled.
    registering.answer(date, coming=True, guests=[Company(), Company()], by=world.visitor("moira"))
    assert registering.answer(date, coming=True, by=ton, for_person=world.people["moira"]).seats == 3
    check_counts(date)


def test_a_name_from_paper_is_written_down_once_per_form(context: Flask, world: World) -> None:
    date, ton = a_date(world, capacity=2), world.visitor("ton")
    first = registering.answer(date, coming=True, by=ton, for_name=" Mevrouw  Jansen ", way="paper", token="a")
    again = registering.answer(date, coming=True, by=ton, for_name="Mevrouw Jansen", way="paper", token="a")
    other = registering.answer(date, coming=True, by=ton, for_name="Mevrouw Jansen", way="paper", token="b")
    third = registering.answer(date, coming=True, by=ton, for_name="Meneer Smit", way="paper", token="c")
    assert first.id == again.id != other.id
    assert (first.name, first.person_id, third.state) == ("Mevrouw Jansen", None, "waiting")
    registering.withdraw(first.id, by=ton)
    assert units(date, "confirmed") == [other, third]
    call = db.session().scalars(select(Call).where(Call.why == "promoted")).one()
    assert call.name == "Meneer Smit" and call.registration_id == third.id
    check_counts(date)


def test_who_is_of_elsewhere_or_blocked_is_not_written_down(context: Flask, world: World) -> None:
    date = a_date(world)
    with pytest.raises(Missing):
        registering.answer(date, coming=True, by=world.visitor("bas"))
    with pytest.raises(Invalid, match="kunnen wij niet vinden"):
        registering.answer(date, coming=True, by=world.visitor("nel"), for_person=world.people["bas"])
    _block(world, "henk", "nel")
    with pytest.raises(Invalid, match="kunnen wij niet vinden"):
        registering.answer(date, coming=True, by=world.visitor("nel"), for_person=world.people["henk"])
    with pytest.raises(Invalid, match="kan niet met u mee"):
        registering.answer(date, coming=True, guests=[Company(world.people["henk"])], by=world.visitor("nel"))
    assert units(date) == []


@db.action
def _block(world: World, who: str, whom: str) -> None:
    db.session().add(Block(blocker_id=world.people[who], blocked_id=world.people[whom], at=clock.now()))


def test_only_oneself_who_wrote_down_and_who_organises_sign_somebody_off(context: Flask, world: World) -> None:
    date = a_date(world)
    unit = registering.answer(date, coming=True, by=world.visitor("moira"))
    for key in ("willemijn", "rachid"):
        with pytest.raises(Refused):
            registering.withdraw(unit.id, by=world.visitor(key))
        with pytest.raises(Refused):
            registering.answer(date, coming=False, by=world.visitor(key), for_person=world.people["moira"])
    with pytest.raises(Missing):
        registering.withdraw(unit.id, by=world.visitor("bas"))
    registering.withdraw(unit.id, by=world.visitor("nel"))  # of the committee
    assert units(date, "withdrawn") == [unit]
    assert "Nel heeft u hiervoor afgemeld" in mails()[-1].text and mails()[-1].to_address == "moira@example.nl"
    registering.withdraw(unit.id, by=world.visitor("nel"))
    assert len(mails()) == 1


def test_too_late_says_whom_to_call_and_the_host_still_writes_down(context: Flask, world: World) -> None:
    date = a_date(world, closes=clock.now() - HOUR)
    with pytest.raises(Refused, match="Bel Ton"):
        registering.answer(date, coming=True, by=world.visitor("moira"))
    assert registering.answer(date, coming=True, by=world.visitor("ton"), for_person=world.people["moira"]).id
    # Signing off is never too late until it begins.
    registering.answer(date, coming=False, by=world.visitor("moira"))
    assert date_of(date).coming == 0


def test_what_is_over_cancelled_or_without_signing_up_takes_no_answer(context: Flask, world: World) -> None:
    past = a_date(world, starts=clock.now() - HOUR)
    with pytest.raises(Refused, match="begonnen of geweest"):
        registering.answer(past, coming=True, by=world.visitor("nel"))
    free = a_date(world, needs_signup=False)
    with pytest.raises(Refused, match="hoeft niet"):
        registering.answer(free, coming=True, by=world.visitor("nel"))
    off = a_date(world)
    _cancel(off)
    with pytest.raises(Refused, match="gaat niet door"):
        registering.answer(off, coming=True, by=world.visitor("nel"))


@db.action
def _cancel(occurrence_id: int) -> None:
    date_of(occurrence_id).cancelled_at = clock.now() - timedelta(minutes=1)


def test_more_places_let_who_waits_in_and_fewer_send_nobody_away(context: Flask, world: World) -> None:
    date = a_date(world, capacity=1)
    for key in ("henk", "moira", "nel"):
        registering.answer(date, coming=True, by=world.visitor(key))
    ton = world.visitor("ton")

    @db.action
    def change(capacity: int | None) -> None:
        held = db.lock(Occurrence, date)
        assert held is not None
        registering.capacity_changed(held, capacity, by=ton)

    change(2)
    assert [unit.person_id for unit in units(date, "waiting")] == [world.people["nel"]]
    with pytest.raises(Invalid, match="Er komen al 2 mensen"):
        change(1)
    change(None)
    assert units(date, "waiting") == []
    check_counts(date)
