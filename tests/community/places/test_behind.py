"""A person without a session is the same visitor as with one, and nobody once they stopped."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import update

from community import clock, db
from community.accounts.models import Person
from community.places.identity import behind
from tests.world import World


@pytest.mark.parametrize("key", ["ton", "nel", "moira", "otto", "rachid", "anouk", "ada"])
def test_without_a_session_one_has_the_same_homes_and_roles(context: Flask, world: World, key: str) -> None:
    signed_in = world.visitor(key)
    found = behind(world.people[key])
    assert found == replace(signed_in, token="", session_id=0, is_trusted=False, seen_at=None), (
        "a right by a secret address is the right of the person"
    )


def test_who_stopped_is_nobody(context: Flask, world: World) -> None:
    assert behind(world.people["ton"]) is not None
    with db.engine().begin() as connection:
        connection.execute(update(Person).where(Person.id == world.people["ton"]).values(left_at=clock.now()))
    assert behind(world.people["ton"]) is None
    assert behind(10**9) is None
