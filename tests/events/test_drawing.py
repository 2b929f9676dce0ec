"""The draw: nobody has a seat before it, who missed out goes first, and anybody repeats it from the published seed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community import clock, db
from events import drawing, registering
from events.arranged import Call, Missed
from events.drawing import Lot
from events.registering import Company
from tests.events.gatherings import a_date, check_counts, crowd, date_of, mails, units
from tests.world import World

NOON = datetime(2026, 3, 10, 12, tzinfo=clock.ZONE)
LATER = NOON + timedelta(days=2)


def a_draw(world: World, *, capacity: int, event_id: int | None = None, days: int = 7) -> int:
    return a_date(
        world, capacity=capacity, event_id=event_id, starts=clock.now() + timedelta(days=days), draw_at=LATER,
        closes=LATER,
    )  # fmt: skip


def test_nobody_has_a_seat_before_the_draw_and_everybody_hears_after_it(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as journey, app.app_context():
        world = World.build()
        date = a_draw(world, capacity=3)
        registering.answer(date, coming=True, guests=[Company()], by=world.visitor("nel"))
        for key in ("moira", "willemijn", "henk"):
            assert registering.answer(date, coming=True, by=world.visitor(key)).state == "waiting"
        assert drawing.draw_due() == 0
        # Who leaves before it is not in it.
        registering.answer(date, coming=False, by=world.visitor("moira"))
        assert date_of(date).coming == 0
        journey.move_to(LATER)
        assert (drawing.draw_due(), drawing.draw_due()) == (1, 0)
        held = date_of(date)
        assert held.draw_seed and held.draw_at is None
        check_counts(date)
        told = {mail.to_address: mail.subject for mail in mails()}
        calls = db.session().scalars(select(Call.sentence)).all()
        assert set(told) == {"nel@example.nl", "koster@example.nl"} and len(calls) == 1
        for unit in units(date):
            if unit.person_id == world.people["nel"]:
                assert ("niet ingeloot" in told["nel@example.nl"]) is (unit.state == "waiting")


def test_the_draw_is_repeated_from_the_published_seed_with_nothing_but_a_hash(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as journey, app.app_context():
        world = World.build()
        date = a_draw(world, capacity=5)
        for number, key in enumerate(crowd(world, 9)):
            registering.answer(date, coming=True, guests=[Company()] * (number % 3), by=world.visitor(key))
        seats = {unit.number: unit.seats for unit in units(date)}
        journey.move_to(LATER)
        drawing.draw_due()
        seed = date_of(date).draw_seed
        order = sorted(seats, key=lambda number: hashlib.sha256(f"{seed}:{number}".encode()).hexdigest())
        free, lucky = 5, set()
        for number in order:
            if seats[number] <= free:
                lucky.add(number)
                free -= seats[number]
        everybody = units(date)
        assert {unit.number for unit in everybody if unit.state == "confirmed"} == lucky
        assert [unit.number for unit in everybody if unit.state == "waiting"] == [n for n in order if n not in lucky]
        published = drawing.held(date)
        assert published is not None and [lot[0] for lot in published["lots"]] == order
        check_counts(date)


def test_who_missed_out_goes_first_the_next_time(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as journey, app.app_context():
        world = World.build()
        first = a_draw(world, capacity=1)
        second = a_draw(world, capacity=1, event_id=date_of(first).event_id, days=14)
        for key in ("nel", "moira"):
            registering.answer(first, coming=True, by=world.visitor(key))
        journey.move_to(LATER)
        drawing.draw(first)
        missed = db.session().scalars(select(Missed.person_id)).one()
        assert missed == units(first, "waiting")[0].person_id
        journey.move_to(NOON)
        for key in ("nel", "moira", "henk", "ton", "willemijn"):
            registering.answer(second, coming=True, by=world.visitor(key))
        journey.move_to(LATER)
        drawing.draw(second)
        assert [unit.person_id for unit in units(second, "confirmed")] == [missed]
        assert missed not in db.session().scalars(select(Missed.person_id)).all()
        # Who comes after all did not miss out.
        registering.withdraw(units(second, "confirmed")[0].id, by=world.visitor("ton"))
        lucky = units(second, "confirmed")[0].person_id
        assert lucky not in db.session().scalars(select(Missed.person_id)).all()


def test_the_order_depends_on_the_seed_and_on_nothing_else() -> None:
    lots = [Lot(number, 1) for number in range(1, 40)]
    assert drawing.ranked("a", lots) == drawing.ranked("a", lots[::-1]) != drawing.ranked("b", lots)
    late = [*lots, Lot(99, 2, missed=1), Lot(98, 1, missed=2)]
    assert [lot.number for lot in drawing.ranked("a", late)][:2] == [98, 99]
    assert drawing.seated([Lot(1, 2), Lot(2, 2), Lot(3, 1)], 3) == {1, 3}


def test_the_page_publishes_rule_seed_and_outcome_without_a_name(
    app: Flask, world: World, signed_in: Callable[[str], FlaskClient]
) -> None:
    with app.app_context():
        date = a_date(world, capacity=1, draw_at=clock.now() + timedelta(seconds=1))
        registering.answer(date, coming=True, by=world.visitor("moira"))
        registering.answer(date, coming=True, by=world.visitor("willemijn"))
    nel = signed_in("nel")
    before = nel.get(f"/agenda/{date}/loting").text
    assert "Zo loten wij" in before and "De loting is op" in before
    with time_machine.travel(clock.now() + timedelta(minutes=1)), app.app_context():
        drawing.draw_due()
        seed = date_of(date).draw_seed
    after = nel.get(f"/agenda/{date}/loting").text
    assert str(seed) in after and drawing.draw_of(str(seed), 1)[:8] in after
    assert "Moira" not in after and "Willemijn" not in after
    assert "Uw nummer is 1." in signed_in("moira").get(f"/agenda/{date}/loting").text


def test_before_the_draw_nobody_reads_that_the_places_are_taken(
    app: Flask, world: World, signed_in: Callable[[str], FlaskClient]
) -> None:
    with app.app_context():
        date = a_date(
            world, capacity=1, starts=clock.now() + timedelta(days=7), draw_at=clock.now() + timedelta(days=2),
            closes=clock.now() + timedelta(days=2),
        )  # fmt: skip
        for key in ("moira", "henk"):
            registering.answer(date, coming=True, by=world.visitor(key))
    page = signed_in("nel").get(f"/agenda/{date}", follow_redirects=True).text
    assert "Er is 1 plaats · 2 doen mee met de loting" in page and "Doe mee met de loting" in page
    assert "Nog niemand heeft een plaats. 2 buren doen mee" in page
    assert "bezet" not in page and "U bent de eerste" not in page
