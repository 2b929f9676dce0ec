"""The helpers' rota: a turn is one person's, reserves move up in order, and a turn handed over is never nobody's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community import clock, db
from community.errors import Missing, Refused
from events import rota
from events.arranged import DutyTaker
from events.models import Occurrence
from tests.authorisation.things_rooms import a_duty
from tests.events.gatherings import a_date, crowd
from tests.forums.test_races import at_once
from tests.world import World

Found = tuple[int, int]


def a_turn(world: World, needed: int = 1) -> Found:
    """(date, duty)"""
    date = a_date(world)
    return date, a_duty(db.session().get_one(Occurrence, date).event_id, needed=needed)


def standing(world: World, date: int) -> tuple[list[str], list[str]]:
    duty = rota.for_date(world.visitor("ton"), db.session().get_one(Occurrence, date))[0]
    return [one.name for one in duty.takers], [one.name for one in duty.reserves]


def taker(world: World, key: str) -> int:
    return db.session().scalars(select(DutyTaker.id).where(DutyTaker.person_id == world.people[key])).one()


def test_who_is_first_has_the_turn_and_reserves_move_up_in_order(context: Flask, world: World) -> None:
    date, duty = a_turn(world)
    assert rota.take(date, duty, by=world.visitor("nel")) and rota.take(date, duty, by=world.visitor("nel"))
    for key in ("henk", "moira"):
        assert not rota.take(date, duty, by=world.visitor(key))
    assert standing(world, date) == (["Nel"], ["Henk", "Moira"])
    for _twice in range(2):
        rota.leave(date, duty, by=world.visitor("nel"))
    assert standing(world, date) == (["Henk"], ["Moira"])
    rota.leave(date, duty, by=world.visitor("moira"))
    rota.leave(date, duty, by=world.visitor("henk"))
    assert standing(world, date) == ([], [])


def test_a_turn_is_handed_over_to_who_wants_it(context: Flask, world: World) -> None:
    date, duty = a_turn(world)
    rota.take(date, duty, by=world.visitor("nel"))
    rota.take(date, duty, by=world.visitor("henk"))
    with pytest.raises(Refused):
        rota.take_over(date, duty, taker(world, "nel"), by=world.visitor("moira"))
    with pytest.raises(Refused):
        rota.seek(date, duty, wants=True, by=world.visitor("henk"))
    rota.seek(date, duty, wants=True, by=world.visitor("nel"))
    assert standing(world, date) == (["Nel"], ["Henk"]), "until somebody takes it, it is hers"
    rota.take_over(date, duty, taker(world, "nel"), by=world.visitor("henk"))
    assert standing(world, date) == (["Henk"], [])
    rota.seek(date, duty, wants=True, by=world.visitor("henk"))
    rota.seek(date, duty, wants=False, by=world.visitor("henk"))
    with pytest.raises(Refused):
        rota.take_over(date, duty, taker(world, "henk"), by=world.visitor("nel"))
    with pytest.raises(Missing):
        rota.take_over(date, duty, taker(world, "henk") + 999, by=world.visitor("nel"))


def test_what_is_of_elsewhere_of_another_activity_or_past_is_not_taken(context: Flask, world: World) -> None:
    date, duty = a_turn(world)
    other, _another = a_turn(world)
    for key, where in (("bas", date), ("indra", date), ("nel", other), ("nel", 10**9)):
        with pytest.raises(Missing):
            rota.take(where, duty, by=world.visitor(key))
    with time_machine.travel(clock.now() + timedelta(days=8), tick=False), pytest.raises(Refused):
        rota.take(date, duty, by=world.visitor("nel"))
    assert db.session().scalars(select(DutyTaker)).all() == []


def test_sixteen_want_the_last_turn_at_once_and_one_has_it(app: Flask, world: World) -> None:
    with app.app_context():
        date, duty = a_turn(world, needed=2)
        people = [world.visitor(key) for key in crowd(world, 16)]

    def wants(number: int) -> Callable[[], object]:
        return lambda: rota.take(date, duty, by=people[number])

    assert sorted(map(bool, at_once(app, [wants(number) for number in range(16)]))) == [False] * 14 + [True] * 2
    with app.app_context():
        takers, reserves = standing(world, date)
        assert (len(takers), len(reserves)) == (2, 14)


def test_two_take_one_turn_over_at_once_and_one_has_it(app: Flask, world: World) -> None:
    with app.app_context():
        date, duty = a_turn(world)
        people = [world.visitor(key) for key in crowd(world, 8)]
        rota.take(date, duty, by=world.visitor("nel"))
        rota.seek(date, duty, wants=True, by=world.visitor("nel"))
        turn = taker(world, "nel")

    def wants(number: int) -> Callable[[], object]:
        def take_over() -> object:
            try:
                rota.take_over(date, duty, turn, by=people[number])
            except Refused:
                return "refused"
            return "has it"

        return take_over

    assert sorted(map(str, at_once(app, [wants(number) for number in range(8)]))) == ["has it"] + ["refused"] * 7


def test_the_activity_page_has_the_rota_and_the_list(
    signed_in: Callable[[str], FlaskClient], world: World, app: Flask
) -> None:
    with app.app_context():
        date, duty = a_turn(world)
    henk, nel = signed_in("henk"), signed_in("nel")
    page = henk.get(f"/agenda/{date}", follow_redirects=True).text
    assert "Dit doe ik" in page and f"/agenda/{date}/lijst" not in page
    assert f"/agenda/{date}/lijst" in nel.get(f"/agenda/{date}", follow_redirects=True).text
    assert henk.post(f"/agenda/{date}/taken/{duty}").status_code == 303
    assert "Ik ben reserve" in nel.get(f"/agenda/{date}", follow_redirects=True).text
    assert henk.post(f"/agenda/{date}/taken/{duty}", data={"doe": "zoek"}).status_code == 303
    page = nel.get(f"/agenda/{date}", follow_redirects=True).text
    assert "Henk zoekt een vervanger" in page
    turn = page.split("/over/")[1].split('"')[0]
    assert nel.post(f"/agenda/{date}/taken/{duty}/over/{turn}").status_code == 303
    sheet = henk.get(f"/agenda/{date}/rooster").text
    assert "koffie zetten" in sheet and "Nel" in sheet
