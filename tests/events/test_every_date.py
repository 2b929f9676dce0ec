"""An answer for all dates says beforehand what it will bring on each, and does that."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community import clock, db
from community.places.models import Role
from events import every_date, registering
from events.every_date import Outcome, Prospect
from events.models import Occurrence
from events.registering import Company
from tests.events.gatherings import a_date, date_of, units
from tests.events.planned import come
from tests.world import World

Browser = Callable[[str], FlaskClient]
GROUPS = ("free", "full", "draw", "late", "coming", "in_line", "along")


def a_series(world: World) -> dict[str, int]:
    """A date of each kind for Nel, and one that was, one that is off."""
    now, made = clock.now(), {}
    made["free"] = a_date(world, capacity=2, starts=now + timedelta(days=10))
    series = date_of(made["free"]).event_id

    def another(days: int, **more: object) -> int:
        return a_date(world, event_id=series, starts=now + timedelta(days=days), **more)  # type: ignore[arg-type]

    made["full"] = another(11, capacity=1)
    made["draw"] = another(12, capacity=1, draw_at=now + timedelta(days=11))
    made["late"] = another(13, closes=now - timedelta(minutes=1))
    made["coming"] = another(14)
    made["in_line"] = another(15, capacity=1)
    made["along"] = another(16)
    made["off"] = another(17)
    come(world, made["full"], "henk")
    come(world, made["coming"], "nel")
    come(world, made["in_line"], "henk", "nel")
    registering.answer(made["along"], coming=True, guests=[Company(world.people["nel"])], by=world.visitor("moira"))
    _off(made["off"])
    return made


@db.action
def _off(date: int) -> None:
    db.session().get_one(Occurrence, date).cancelled_at = clock.now()


@pytest.fixture
def nobody_organises(app: Flask, world: World) -> None:
    """Nel is in the committee, for whom it is never too late: here she is not."""

    @db.action
    def end() -> None:
        for role in db.session().scalars(select(Role).where(Role.person_id == world.people["nel"])):
            role.until = role.since

    with app.app_context():
        end()


def seen(found: Prospect) -> dict[str, list[int]]:
    return {name: [row.id for row in getattr(found, name)] for name in GROUPS}


def stands(world: World, date: int) -> str | None:
    return next((unit.state for unit in units(date) if unit.person_id == world.people["nel"]), None)


def test_each_date_is_told_beforehand_and_becomes_that(context: Flask, world: World, nobody_organises: None) -> None:
    made = a_series(world)
    series = date_of(made["free"]).event_id
    nel = world.visitor("nel")
    found = every_date.prospect(nel, series)
    assert seen(found) == {name: [made[name]] for name in GROUPS}
    assert (found.joins, found.leaves) == (3, 3)
    assert every_date.answer_all(series, coming=True, by=nel) == Outcome(coming=3, waiting=3, left=0, refused=1)
    assert {name: stands(world, made[name]) for name in ("free", "full", "draw", "late", "off")} == {
        "free": "confirmed", "full": "waiting", "draw": "waiting", "late": None, "off": None,
    }  # fmt: skip
    after = every_date.prospect(nel, series)
    assert (after.joins, len(after.late), after.leaves) == (0, 1, 6)


def test_no_to_all_leaves_what_was_told_also_where_one_came_along(
    context: Flask, world: World, nobody_organises: None
) -> None:
    made = a_series(world)
    series, nel = date_of(made["free"]).event_id, world.visitor("nel")
    assert every_date.answer_all(series, coming=False, by=nel) == Outcome(left=3)
    assert every_date.prospect(nel, series).leaves == 0
    assert stands(world, made["free"]) is None, "where she had said nothing, nothing is said"
    assert [unit.seats for unit in units(made["along"])] == [1]


def test_the_page_tells_it_in_words(app: Flask, world: World, signed_in: Browser, nobody_organises: None) -> None:
    with app.app_context():
        made = a_series(world)
    page = signed_in("nel").get(f"/agenda/{made['free']}/alle-dagen").text
    for said in (
        "Op 1 dag is er plaats. Daar komt u.", "1 dag is vol. Daar komt u op de wachtlijst.",
        "Op 1 dag doet u mee met de loting.", "Op 1 dag kan aanmelden niet meer.",
        "Op 3 dagen stond u al op de lijst. Dat blijft zo.", "U meldt zich af voor 1 dag.",
        "U gaat van de wachtlijst van 1 dag.", "Op 1 dag gaat u niet meer met een buur mee.",
    ):  # fmt: skip
        assert said in page, said
    page = signed_in("piet").get(f"/agenda/{made['free']}/alle-dagen").text
    assert "U staat op geen enkele dag op de lijst. U hoeft niets te doen." in page and 'value="nee"' not in page


def test_a_press_without_an_answer_and_a_no_that_changes_nothing_are_told(
    app: Flask, world: World, signed_in: Browser
) -> None:
    with app.app_context():
        made = a_series(world)
    piet, address = signed_in("piet"), f"/agenda/{made['free']}/alle-dagen"
    answer = piet.post(address, data={"antwoord": "misschien"})
    assert answer.status_code == 422 and "Kies: ik kom, of ik kom niet." in answer.text
    page = piet.post(address, data={"antwoord": "nee"}, follow_redirects=True).text
    assert "U stond op geen enkele dag op de lijst. Er is niets veranderd." in page
