"""Whatever organisers and neighbours do one after another, the calendar stays whole: each date of a rule is there once,
what is there besides is marked so, the counts are those of the list, and the room is booked where the date is."""

from __future__ import annotations

from dataclasses import replace
from datetime import time, timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from community import clock, db
from community.errors import Invalid, Refused
from events import changing, registering, series
from events.arranged import Booking
from events.models import Event, Occurrence, Registration
from events.recurrence import Rule
from tests.events.planned import a_room, coffee, next_tuesday, plan_of, put
from tests.world import World

pytestmark = pytest.mark.usefixtures("context")

RULES = (
    Rule("weekly", weekdays=(1,)),
    Rule("weekly", weekdays=(1, 3)),
    Rule("weekly", 2, (2,)),
    Rule("monthly", weekdays=(1,), nth=-1),
    Rule("weekly", weekdays=(1,), count=8),
    None,
)


def all_dates() -> list[Occurrence]:
    asked = select(Occurrence).order_by(Occurrence.starts_at).execution_options(populate_existing=True)
    return list(db.session().scalars(asked))


def whole() -> None:
    """Fails where the calendar is not."""
    rows = all_dates()
    for event in db.session().scalars(select(Event).execution_options(populate_existing=True)):
        own = [row for row in rows if row.event_id == event.id]
        assert len({row.original_at for row in own}) == len(own)
        if event.cancelled_at is not None or event.rolled_until is None:
            continue
        until = series.end_of(event.rolled_until, event.zone)
        by_rule = set(series.moments(event, clock.now(), until))
        follow = {row.original_at for row in own if not row.is_extra and row.original_at > clock.now()}
        assert follow == by_rule, "what follows the rule is what the rule gives, no more and no less"
        assert not by_rule & {row.original_at for row in own if row.is_extra}
        for row in own:
            if not row.is_changed and not row.is_extra:
                assert row.starts_at == row.original_at
                assert row.ends_at - row.starts_at == timedelta(minutes=event.lasts)
    seats = select(Registration.occurrence_id, Registration.state, func.sum(Registration.seats))
    counted = {(key, state): n for key, state, n in db.connection().execute(
        seats.group_by(Registration.occurrence_id, Registration.state)
    )}  # fmt: skip
    for row in rows:
        assert row.coming == counted.get((row.id, "confirmed"), 0)
        assert row.waiting == counted.get((row.id, "waiting"), 0)
        assert row.capacity is None or row.coming <= row.capacity
    held = select(Booking.occurrence_id, Booking.room_id, Booking.starts_at, Booking.ends_at)
    booked = {tuple(row) for row in db.connection().execute(held.where(Booking.cancelled_at.is_(None)))}
    assert booked == {
        (row.id, row.room_id, row.starts_at, row.ends_at)
        for row in rows
        if row.room_id is not None and row.cancelled_at is None
    }


@pytest.mark.parametrize("seed", range(4))
def test_the_calendar_stays_whole_whatever_people_do(world: World, seed: int) -> None:
    chance = Random(seed)
    rooms = [a_room(world, "Klein"), a_room(world, "Groot"), None]
    nel = world.visitor("nel")
    neighbours = [world.visitor(key) for key in ("ton", "henk", "willemijn", "piet")]
    key = put(world, rule=RULES[0], room_id=rooms[0], capacity=3)
    put(world, rule=RULES[2], room_id=rooms[1], start_on=next_tuesday() + timedelta(days=1))
    whole()
    done = 0
    for _step in range(25):
        row = chance.choice(all_dates()[:12])
        here = clock.local(row.starts_at)
        plan = replace(
            coffee(world, title=chance.choice(("Koffie", "Thee")), capacity=chance.choice((2, 3, None))),
            rule=chance.choice(RULES),
            room_id=chance.choice(rooms),
            start_at=time(chance.choice((10, 11, 14)), 30),
            start_on=max(here.date(), next_tuesday()),
        )
        how = {"keeps_signups": chance.random() < 0.7, "despite_clashes": chance.random() < 0.7}
        deeds = (
            lambda row=row: registering.answer(row.id, coming=chance.random() < 0.8, by=chance.choice(neighbours)),
            lambda row=row: registering.answer(row.id, coming=True, by=chance.choice(neighbours)),
            lambda row=row: changing.skip_date(row.id, "Ziek", by=nel),
            lambda row=row: changing.restore_date(row.id, despite_clashes=True, by=nel),
            lambda row=row, how=how: changing.move_date(
                row.id, row.starts_at + timedelta(days=1), row.ends_at + timedelta(days=1, hours=1),
                keeps_signups=how["keeps_signups"], by=nel,
            ),
            lambda row=row: changing.change_date(row.id, plan_of(row, room_id=None, place="de tuin", capacity=4), by=nel),
            lambda row=row, here=here: changing.add_date(
                row.event_id, here.date() + timedelta(days=3), time(chance.choice((10, 20)), 30),
                despite_clashes=True, by=nel,
            ),
            lambda row=row, plan=plan, how=how: changing.change_series(row.event_id, plan, **how, by=nel),
            lambda row=row, plan=plan, how=how: changing.change_following(row.id, plan, **how, by=nel),
        )  # fmt: skip
        try:
            chance.choice(deeds)()  # type: ignore[no-untyped-call]
            done += 1
        except (Invalid, Refused):
            pass
        whole()
    assert done >= 8
    changing.cancel_event(key, "Genoeg", by=nel)
    whole()
