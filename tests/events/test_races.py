"""Many at once, with real threads on both databases: never a seat too many or too few, nobody comes and waits at once,
and the order of arrival is kept."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from community.errors import Invalid
from community.visitor import Visitor
from events import registering
from events.registering import Company
from tests.events.gatherings import a_date, check_counts, crowd, date_of, units
from tests.world import World

CROWD = 16
ROUNDS = 50
Deed = Callable[[], object]


def at_once(app: Flask, deeds: list[Deed]) -> list[object]:
    """Do all of it at the same moment, each in a thread and a context of its own."""
    ready = Barrier(len(deeds))

    def run(deed: Deed) -> object:
        with app.app_context():
            ready.wait()
            return deed()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(run, deeds))


def people(app: Flask, world: World, count: int = CROWD) -> list[Visitor]:
    with app.app_context():
        return [world.visitor(key) for key in crowd(world, count)]


def made(app: Flask, world: World, capacity: int) -> int:
    with app.app_context():
        return a_date(world, capacity=capacity)


def comes(date: int, visitor: Visitor, company: int = 0) -> Deed:
    return lambda: registering.answer(date, coming=True, guests=[Company()] * company, by=visitor).id


def leaves(date: int, visitor: Visitor) -> Deed:
    return lambda: registering.answer(date, coming=False, by=visitor).id


def in_order_of_arrival(date: int) -> None:
    """Nobody who waits was passed by somebody of their own size or larger who came later."""
    everybody = units(date)
    for unit in (one for one in everybody if one.state == "waiting"):
        later = [one for one in everybody if one.state == "confirmed" and one.number > unit.number]
        assert all(one.seats < unit.seats for one in later)
    numbers = [unit.number for unit in everybody if unit.state in {"confirmed", "waiting"}]
    assert len(set(numbers)) == len(numbers)


def test_the_last_place_is_given_once_in_every_one_of_fifty_rounds(app: Flask, world: World) -> None:
    everybody = people(app, world)
    for _round in range(ROUNDS):
        date = made(app, world, capacity=1)
        at_once(app, [comes(date, visitor) for visitor in everybody])
        with app.app_context():
            first, *rest = units(date)
            assert first.state == "confirmed" and first.number == 1
            assert [unit.state for unit in rest] == ["waiting"] * (CROWD - 1)
            assert [unit.number for unit in rest] == list(range(2, CROWD + 1))
            assert (date_of(date).coming, date_of(date).waiting) == (1, CROWD - 1)


def test_leaving_and_joining_at_once_leaves_no_seat_empty_and_gives_none_twice(app: Flask, world: World) -> None:
    everybody = people(app, world)
    for _round in range(6):
        date = made(app, world, capacity=5)
        with app.app_context():
            for visitor in everybody[:8]:
                registering.answer(date, coming=True, by=visitor)
        # Five come and three wait; four of those who come leave while eight others join.
        deeds = [leaves(date, visitor) for visitor in everybody[:4]]
        at_once(app, deeds + [comes(date, visitor) for visitor in everybody[8:]])
        with app.app_context():
            check_counts(date)
            in_order_of_arrival(date)
            assert date_of(date).coming == 5
            # Those who waited came before any of the eight.
            early = {visitor.person_id for visitor in everybody[4:8]}
            assert early <= {unit.person_id for unit in units(date, "confirmed")}


def test_a_couple_at_the_edge_gets_two_seats_or_none(app: Flask, world: World) -> None:
    everybody = people(app, world)
    for turn in range(6):
        date = made(app, world, capacity=3)
        at_once(app, [comes(date, visitor, company=number % 3) for number, visitor in enumerate(everybody)])
        with app.app_context():
            check_counts(date)
            in_order_of_arrival(date)
        seats = [visitor for visitor in everybody if turn % 2 == 0 or visitor.person_id % 2]
        at_once(app, [leaves(date, visitor) for visitor in seats[:8]])
        with app.app_context():
            check_counts(date)
            in_order_of_arrival(date)


def test_one_button_pressed_sixteen_times_at_once_is_one_answer(app: Flask, world: World) -> None:
    date, (nel, *_others) = made(app, world, capacity=4), people(app, world, 2)
    assert len(set(at_once(app, [comes(date, nel, company=1)] * CROWD))) == 1
    with app.app_context():
        assert [(unit.seats, unit.number) for unit in units(date)] == [(2, 1)]
        check_counts(date)


def test_one_paper_form_sent_sixteen_times_at_once_is_one_name(app: Flask, world: World) -> None:
    date, (ton, *_others) = made(app, world, capacity=4), people(app, world, 2)

    def write_down() -> object:
        return registering.answer(date, coming=True, by=ton, for_name="Jansen", way="paper", token="een").id

    assert len(set(at_once(app, [write_down] * CROWD))) == 1
    with app.app_context():
        assert date_of(date).coming == 1
        check_counts(date)


def test_a_neighbour_whom_two_bring_along_at_once_stands_on_one_list(app: Flask, world: World) -> None:
    first, second, shared = people(app, world, 3)
    for _round in range(6):
        date = made(app, world, capacity=4)

        def bring(visitor: Visitor, date: int = date) -> Deed:
            def deed() -> object:
                try:
                    return registering.answer(
                        date, coming=True, guests=[Company(shared.person_id)], by=visitor
                    ).seats  # fmt: skip
                except Invalid:
                    return None

            return deed

        said = at_once(app, [bring(first), bring(second), comes(date, shared)])
        with app.app_context():
            check_counts(date)
            everybody = [unit.person_id for unit in units(date)]
            assert date_of(date).coming == (2 if shared.person_id not in everybody else 1), said


def test_a_storm_of_everything_keeps_every_promise(app: Flask, world: World) -> None:
    everybody = people(app, world)
    chance = random.Random(20260101)
    date = made(app, world, capacity=7)
    for _round in range(12):
        deeds = [
            leaves(date, visitor) if chance.random() < 0.4 else comes(date, visitor, chance.randrange(4))
            for visitor in everybody
        ]
        at_once(app, [_forgiving(deed) for deed in deeds])
        with app.app_context():
            check_counts(date)


def _forgiving(deed: Deed) -> Deed:
    """More company than there are seats is refused: that is an answer too."""

    def run() -> object:
        try:
            return deed()
        except Invalid:
            return None

    return run
