"""This and following; and changing while others sign up, with real threads."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from community import clock, db, live
from community.errors import Refused
from events import changing, registering
from events.arranged import Booking, Duty, DutyTaker
from events.models import NEIGHBOURHOOD, Event, Occurrence, Registration
from events.recurrence import Rule
from events.series import day_of
from tests.events.planned import (
    SIX,
    TUESDAYS,
    a_room,
    at,
    coffee,
    come,
    dates_of,
    fresh,
    mails,
    plan_of,
    put,
    the_event,
)
from tests.forums.test_races import at_once
from tests.world import World

pytestmark = pytest.mark.usefixtures("context")


# ---- this and following ----------------------------------------------------------------------------------------------


def test_this_and_following_leaves_what_was_before(world: World) -> None:
    room = a_room(world)
    key = put(world, rule=TUESDAYS, room_id=room, duties=(("opent", 1),))
    rows = dates_of(key)
    come(world, rows[1], "ton")
    come(world, rows[4], "ton")
    take = DutyTaker(
        duty_id=db.session().scalars(select(Duty.id)).one(),
        occurrence_id=rows[4].id,
        person_id=world.people["ton"],
        at=clock.now(),
    )
    db.action(lambda: db.session().add(take))()
    plan = coffee(
        world,
        rule=TUESDAYS,
        room_id=room,
        start_at=time(14),
        title="Thee",
        start_on=day_of(rows[3].starts_at, "Europe/Amsterdam"),
        duties=(("opent", 1),),
    )
    new = changing.change_following(rows[3].id, plan, by=world.visitor("nel"))
    before, after = dates_of(key), dates_of(new)
    assert new != key and the_event(new).follows_id == key and the_event(new).uid != the_event(key).uid
    assert [row.id for row in before] == [row.id for row in rows[:3]]
    assert [row.id for row in after][: len(rows) - 3] == [row.id for row in rows[3:]]
    assert {at(row) for row in before} == {"Tue 10:30"} and {at(row) for row in after} == {"Tue 14:00"}
    assert before[1].coming == 1 and after[1].coming == 1
    assert the_event(key).sequence == 1 and the_event(new).sequence == 0
    assert db.session().scalars(select(Duty.event_id).join(DutyTaker, DutyTaker.duty_id == Duty.id)).one() == new
    assert len([one for one in mails() if "verandert" in one.subject]) == 1
    booked = db.session().scalars(select(Booking.starts_at).where(Booking.cancelled_at.is_(None))).all()
    assert sorted(booked) == sorted(row.starts_at for row in [*before, *after])


def test_ten_times_stays_ten_times_in_all(world: World) -> None:
    key = put(world, rule=SIX)
    rows = dates_of(key)
    new = changing.change_following(rows[2].id, coffee(world, rule=SIX, title="Thee"), by=world.visitor("nel"))
    assert (len(dates_of(key)), len(dates_of(new))) == (2, 4)
    assert [row.title for row in dates_of(new)] == ["Thee"] * 4


def test_this_and_following_from_the_first_is_all_of_it(world: World) -> None:
    key = put(world, rule=SIX)
    assert (
        changing.change_following(dates_of(key)[0].id, coffee(world, rule=SIX, title="Thee"), by=world.visitor("nel"))
        == key
    )
    assert {row.title for row in dates_of(key)} == {"Thee"} and len(dates_of(key)) == 6


def test_following_on_another_weekday_tells_who_had_signed_up(world: World) -> None:
    key = put(world, rule=TUESDAYS)
    rows = dates_of(key)
    come(world, rows[3], "ton")
    thursdays = Rule("weekly", weekdays=(3,))
    new = changing.change_following(rows[2].id, coffee(world, rule=thursdays), by=world.visitor("nel"))
    assert {at(row) for row in dates_of(new) if row.cancelled_at is None} == {"Thu 10:30"}
    (gone,) = [row for row in dates_of(new) if row.cancelled_at is not None]
    assert gone.id == rows[3].id
    assert min(row.starts_at for row in dates_of(new)) > rows[2].starts_at


def test_a_form_of_a_following_series_sent_twice_ends_in_one_series(world: World) -> None:
    key = put(world, rule=TUESDAYS)
    row = dates_of(key)[3]
    plan = coffee(world, rule=TUESDAYS, title="Thee", start_on=day_of(row.starts_at, "Europe/Amsterdam"))
    new = changing.change_following(row.id, plan, by=world.visitor("nel"))
    assert changing.change_following(row.id, plan, by=world.visitor("nel")) == new
    assert db.session().scalar(select(func.count()).select_from(Event)) == 2


# ---- all at once -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keeps_signups", [True, False])
def test_moving_and_signing_up_at_once_leave_the_counts_right(app: Flask, world: World, keeps_signups: bool) -> None:
    row = dates_of(put(world, rule=SIX, capacity=3))[1]
    crowd = [world.visitor(key) for key in ("ton", "willemijn", "piet", "henk", "moira", "marjan")]
    nel = world.visitor("nel")

    def move(hours: int) -> object:
        later = row.starts_at + timedelta(hours=hours)
        return changing.move_date(row.id, later, later + timedelta(hours=1), keeps_signups=keeps_signups, by=nel)

    def join(index: int) -> object:
        return registering.answer(row.id, coming=True, by=crowd[index])

    deeds: list[Any] = [lambda index=index: join(index) for index in range(6)]
    deeds += [lambda hours=hours: move(hours) for hours in (1, 2, 3)]
    at_once(app, deeds)
    stands = select(Registration.state, func.sum(Registration.seats)).where(Registration.occurrence_id == row.id)
    counted = {row[0]: row[1] for row in db.connection().execute(stands.group_by(Registration.state))}
    after = fresh(row)
    assert (after.coming, after.waiting) == (counted.get("confirmed", 0), counted.get("waiting", 0))
    assert after.coming <= 3 and sum(counted.values()) == 6
    if keeps_signups:
        assert (after.coming, after.waiting) == (3, 3)
    assert after.ends_at - after.starts_at == timedelta(hours=1)


def test_two_who_change_a_series_at_once_and_one_who_joins_do_not_wait_for_each_other_for_ever(
    app: Flask, world: World
) -> None:
    room = a_room(world)
    key = put(world, rule=SIX, room_id=room, capacity=10)
    rows = dates_of(key)
    nel, rachid, ton = (world.visitor(who) for who in ("nel", "rachid", "ton"))
    four, five = (coffee(world, rule=SIX, room_id=room, capacity=10, start_at=time(hour)) for hour in (16, 17))

    def join(row: Occurrence) -> object:
        try:
            return registering.answer(row.id, coming=True, by=ton)
        except Refused:  # the one that was skipped just before
            return None

    at_once(
        app,
        [
            lambda: changing.change_series(key, four, by=nel),
            lambda: changing.change_series(key, five, by=rachid),
            *[lambda row=row: join(row) for row in rows],  # type: ignore[misc]
            lambda: changing.skip_date(rows[5].id, "Ziek", by=nel),
        ],
    )
    after = dates_of(key)
    assert len(after) == 6 and len({at(row) for row in after if row.cancelled_at is None}) == 1
    booked = select(Booking.occurrence_id, Booking.starts_at).where(Booking.cancelled_at.is_(None))
    held = dict(db.connection().execute(booked).all())  # type: ignore[arg-type]
    assert {row.id: row.starts_at for row in after if row.cancelled_at is None} == held


def test_who_watches_a_date_or_a_calendar_hears_that_something_changed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[str, ...]] = []
    monkeypatch.setattr(live, "hint", lambda *rooms, **_ids: heard.append(rooms))
    key = put(world, rule=SIX)
    row = dates_of(key)[1]
    nel, lindehof, meidoorn = world.visitor("nel"), world.buildings["lindehof"], world.buildings["meidoorn"]
    assert f"calendar:{lindehof}" in heard[-1] and f"calendar:{meidoorn}" not in heard[-1]
    for deed in (
        lambda: changing.change_date(row.id, plan_of(row, note="Met taart"), by=nel),
        lambda: changing.skip_date(row.id, "", by=nel),
        lambda: changing.restore_date(row.id, by=nel),
        lambda: changing.change_series(key, coffee(world, rule=SIX, seen_by=NEIGHBOURHOOD), by=nel),
    ):
        heard.clear()
        deed()
        told = {room for rooms in heard for room in rooms}
        assert {f"occurrence:{row.id}", f"calendar:{lindehof}"} <= told
    assert f"calendar:{meidoorn}" in told  # the neighbourhood sees it now
