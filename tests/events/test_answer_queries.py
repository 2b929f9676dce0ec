"""The lists of who organises cost as many queries for forty lines as for one, and a cancellation as many for forty
readers as for two."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community import db
from events import registering, telling
from tests.events.gatherings import a_date, crowd
from tests.test_queries_constant import cost, counted
from tests.world import World

MANY = 40


@pytest.mark.parametrize("page", ["wachtlijst", "bellen", "antwoord"])
def test_forty_lines_cost_as_many_queries_as_one(
    app: Flask, world: World, signed_in: Callable[[str], FlaskClient], page: str
) -> None:
    with app.app_context():
        date, ton = a_date(world, capacity=1), world.visitor("ton")
        registering.answer(date, coming=True, by=ton)
        henk = registering.answer(date, coming=True, by=ton, for_person=world.people["henk"])
    few = cost(app, signed_in("ton"), f"/agenda/{date}/{page}")
    with app.app_context():
        for number in range(MANY):
            registering.answer(date, coming=True, by=ton, for_name=f"Naam {number}", way="paper", token=str(number))
            _tell(henk.id, world)
    many = cost(app, signed_in("ton"), f"/agenda/{date}/{page}")
    assert len(many) <= len(few), sorted(set(many) - set(few))


@db.action
def _tell(registration_id: int, world: World) -> None:
    telling.promoted([registration_id])


def test_cancelling_asks_as_much_for_forty_as_for_two(app: Flask, world: World) -> None:
    @db.action
    def cancel(date: int) -> None:
        telling.cancelled([date], "De lift is stuk.", by=None)

    costs = []
    with app.app_context():
        keys = crowd(world, MANY)
        for some in (keys[:2], keys):
            date = a_date(world)
            for key in some:
                registering.answer(date, coming=True, by=world.visitor(key))
            with counted(app) as found:
                cancel(date)
            costs.append([one for one in found if one.lstrip().startswith("SELECT")])
    assert len(costs[1]) <= len(costs[0]), costs[1]
