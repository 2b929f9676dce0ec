"""What holds for a person in every room: until when they may not write, whom they do not want to read, since when they
are here. Read with every request, so that it holds at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from community import clock, db
from community.moderation import queries
from community.moderation.models import Block, Decision
from tests.world import World

pytestmark = pytest.mark.usefixtures("context")


@db.action
def _decide(world: World, what: str, *, days: int | None, undone: bool = False) -> None:
    db.session().add(
        Decision(
            subject="person",
            subject_id=world.people["ton"],
            about_id=world.people["ton"],
            building_id=world.buildings["lindehof"],
            what=what,
            why="unkind",
            acting_as="moderator",
            reason="Rustig aan.",
            by_id=world.people["moira"],
            at=clock.now(),
            until=clock.today() + timedelta(days=days) if days is not None else None,
            undone_at=clock.now() if undone else None,
        )
    )


@db.action
def _block(world: World, blocker: str, *blocked: str) -> None:
    for key in blocked:
        db.session().add(Block(blocker_id=world.people[blocker], blocked_id=world.people[key], at=clock.now()))


def test_a_visitor_is_not_restrained_and_has_been_here_since_a_day(world: World) -> None:
    ton = world.visitor("ton")
    assert (ton.suspended_until, ton.blocked_ids) == (None, ())
    assert ton.joined_at is not None
    assert abs(clock.now() - timedelta(days=60) - ton.joined_at) < timedelta(minutes=5)


def test_a_suspension_holds_to_the_end_of_its_last_day(world: World) -> None:
    _decide(world, "suspend", days=0)
    assert world.visitor("ton").suspended_until == clock.today()
    _decide(world, "suspend", days=4)
    assert world.visitor("ton").suspended_until == clock.today() + timedelta(days=4)
    assert world.visitor("nel").suspended_until is None


@pytest.mark.parametrize(("what", "days", "undone"), [("suspend", -1, False), ("suspend", 5, True), ("warn", 5, False)])
def test_what_is_over_undone_or_only_a_warning_suspends_nobody(
    world: World, what: str, days: int, undone: bool
) -> None:
    _decide(world, what, days=days, undone=undone)
    assert world.visitor("ton").suspended_until is None


def test_who_is_blocked_is_known_of_the_blocker_alone(world: World) -> None:
    _block(world, "ton", "nel", "henk")
    _block(world, "piet", "nel")
    assert set(world.visitor("ton").blocked_ids) == {world.people["nel"], world.people["henk"]}
    assert world.visitor("nel").blocked_ids == ()
    assert queries.who_block(world.people["nel"]) == {world.people["ton"], world.people["piet"]}


def test_homes_and_roles_are_what_they_were_beside_many_blocks(world: World) -> None:
    before = world.visitor("nel")
    _block(world, "nel", "ton", "henk", "willemijn", "piet")
    after = world.visitor("nel")
    assert (after.homes, after.roles) == (before.homes, before.roles)
    assert len(after.blocked_ids) == 4
