"""A calendar costs as many queries for forty activities with sign-ups as for one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from events import registering
from tests.events.planned import dates_of, next_tuesday, put
from tests.test_queries_constant import another_resident, cost
from tests.world import World

MANY = 12
PAGES = ("/agenda", "/agenda?maand={month}", "/agenda?week={day}", "/agenda/print?maand={month}", "/vandaag",
         "/gebouwen/lindehof", "/zoeken?q=koffie", "/agenda/{date}-koffie-in-de-hal")  # fmt: skip


def another_activity(world: World, number: int) -> int:
    """Coffee on the same day, to which somebody new comes."""
    another_resident(world, number)
    date = dates_of(put(world, title="Koffie in de hal"))[0].id
    registering.answer(date, coming=True, by=world.visitor(f"buur{number}"))
    return date


@pytest.mark.parametrize("path", PAGES)
def test_it_costs_the_same(app: Flask, world: World, signed_in: Callable[[str], FlaskClient], path: str) -> None:
    with app.app_context():
        date = another_activity(world, 1)
        another_activity(world, 2)
    browser = signed_in("ton")
    day = next_tuesday()
    address = path.format(month=f"{day:%Y-%m}", day=day.isoformat(), date=date)
    few = cost(app, browser, address)
    with app.app_context():
        for number in range(3, MANY):
            another_activity(world, number)
            registering.answer(date, coming=True, by=world.visitor(f"buur{number}"))
    many = cost(app, browser, address)
    assert len(many) <= len(few), "\n".join(many)
