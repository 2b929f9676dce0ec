"""Rooms and what is arranged for who comes, for the table of routes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from community import clock, db
from community.places.models import Building
from events import lists, rooms, rota
from events.arranged import Duty, DutyTaker
from events.models import Occurrence
from events.rooms import RoomFields
from tests.events.gatherings import a_date
from tests.world import World


def rooms_there_are(world: World) -> dict[str, int]:
    """A room of the Lindehof with a booking of Ton's in it; and two activities of his, one of which has begun."""
    building = db.session().get(Building, world.buildings["lindehof"])
    assert building is not None
    made = RoomFields(
        name="Recreatiezaal", floor="begane grond", seats=40, is_step_free=True, has_lift=False, has_loop=True,
        has_toilet=True, key_with="Rachid", rules="", ahead_days=60, longest=240, opens_hour=8, closes_hour=23,
    )  # fmt: skip
    room = rooms.add(building, made, by=world.visitor("nel"))
    day = clock.today() + timedelta(days=2)
    booking = rooms.have(
        building, room.id, rooms.moment(day, 14 * 60), rooms.moment(day, 16 * 60), purpose="verjaardag", token=None,
        by=world.visitor("ton"),
    )  # fmt: skip
    listed = a_date(world, title="Soep")
    held = a_date(world, title="Dansen", starts=clock.now() - timedelta(hours=1))
    name = lists.write_down(listed, [("Jan van Papier", 1)], way="paper", token="een", by=world.visitor("ton"))[0]
    walk_in = lists.walk_in(held, "Loes", 2, token="binnen", by=world.visitor("ton"))
    lists.note_attendance(held, {}, by=world.visitor("ton"))
    event_id = db.session().get_one(Occurrence, listed).event_id
    duty = a_duty(event_id)
    rota.take(listed, duty, by=world.visitor("henk"))
    rota.seek(listed, duty, wants=True, by=world.visitor("henk"))
    taker = db.session().scalars(select(DutyTaker.id)).one()
    return {
        "duty": duty,
        "taker": taker,
        "room": room.id,
        "booking": booking,
        "listed": listed,
        "held": held,
        "listed_name": name.id,
        "walk_in": walk_in.id,
    }


@db.action
def a_duty(event_id: int, title: str = "koffie zetten", needed: int = 1) -> int:
    """Something to do at every date of an activity."""
    duty = Duty(event_id=event_id, title=title, needed=needed)
    db.session().add(duty)
    db.session().flush()
    return duty.id
