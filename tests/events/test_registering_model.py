"""Coming, leaving, bringing others, another number of places and another order, in any order that chance thinks of,
against a plain list that says the same in a few lines."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community import db
from community.errors import Invalid
from events import registering, waiting
from events.models import Occurrence
from events.registering import Company
from tests.events.gatherings import a_date, check_counts, crowd, units
from tests.world import World

PEOPLE = 6
_WHO = st.integers(0, PEOPLE - 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("come"), _WHO, st.integers(0, 3)),
        st.tuples(st.just("leave"), _WHO, st.just(0)),
        st.tuples(st.just("places"), st.integers(1, 10), st.just(0)),
        st.tuples(st.just("order"), _WHO, st.integers(1, PEOPLE)),
    ),
    min_size=1,
    max_size=25,
)


@dataclass
class Plain:
    """The same in words: who comes with how many seats, and a line of who waits."""

    places: int
    comes: dict[int, int]
    line: list[tuple[int, int]]

    @property
    def free(self) -> int:
        return self.places - sum(self.comes.values())

    def up(self) -> None:
        for who, seats in list(self.line):
            if seats <= self.free:
                self.comes[who] = seats
                self.line.remove((who, seats))

    def come(self, who: int, seats: int) -> bool:
        """False where it is refused."""
        at = next((index for index, (one, _seats) in enumerate(self.line) if one == who), None)
        if seats > self.places and not (self.comes.get(who) == seats or (at is not None and self.line[at][1] == seats)):
            return False
        if who in self.comes:
            if seats - self.comes[who] > self.free:
                return False
            self.comes[who] = seats
        elif at is not None:
            self.line[at] = (who, seats)
        else:
            self.line.append((who, seats))
        self.up()
        return True

    def leave(self, who: int) -> None:
        self.comes.pop(who, None)
        self.line = [one for one in self.line if one[0] != who]
        self.up()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(places=st.integers(1, 8), steps=STEPS)
def _agree(app: Flask, world: World, places: int, steps: list[tuple[str, int, int]]) -> None:
    with app.app_context():
        visitors = [world.visitor(key) for key in crowd(world, PEOPLE)]
        ton = world.visitor("ton")
        date, plain = a_date(world, capacity=places), Plain(places, {}, [])
        number = {visitor.person_id: index for index, visitor in enumerate(visitors)}

        @db.action
        def change(capacity: int) -> None:
            held = db.lock(Occurrence, date)
            assert held is not None
            registering.capacity_changed(held, capacity, by=ton)

        for kind, which, many in steps:
            if kind == "come":
                try:
                    registering.answer(date, coming=True, guests=[Company()] * many, by=visitors[which])
                    was_done = True
                except Invalid:
                    was_done = False
                assert was_done == plain.come(which, 1 + many)
            elif kind == "leave":
                registering.answer(date, coming=False, by=visitors[which])
                plain.leave(which)
            elif kind == "places":
                if which < sum(plain.comes.values()):
                    with pytest.raises(Invalid):
                        change(which)
                else:
                    change(which)
                    plain.places = which
                    plain.up()
            elif 0 < many <= len(plain.line):
                one = plain.line[which % len(plain.line)]
                unit = next(unit for unit in units(date, "waiting") if number[unit.person_id or 0] == one[0])
                waiting.reorder(unit.id, many, "omdat", by=ton)
                plain.line.remove(one)
                plain.line.insert(many - 1, one)
            check_counts(date)
            line = [(number[unit.person_id or 0], unit.seats) for unit in units(date, "waiting")]
            comes = {number[unit.person_id or 0]: unit.seats for unit in units(date, "confirmed")}
            assert (comes, line) == (plain.comes, plain.line)


def test_whatever_people_do_one_after_another_the_list_is_what_a_plain_list_says(app: Flask, world: World) -> None:
    _agree(app, world)
