"""Who has which room when: never two at once, whoever comes at the same moment, and back to back is no clash."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from community import clock, db
from community.errors import Invalid
from events import bookings
from events.arranged import Booking, Room
from events.bookings import Clash, book, clash_of, rebook, release, rooms_of, slots
from events.models import Event, Occurrence
from tests.world import World

TEN = datetime(2031, 3, 12, 9, 0, tzinfo=UTC)  # ten o'clock in Amsterdam
HOUR = timedelta(hours=1)
CROWD, ROUNDS = 16, 50


@db.action
def a_room(world: World, name: str = "Recreatiezaal", building: str = "lindehof") -> int:
    room = Room(building_id=world.buildings[building], name=name)
    db.session().add(room)
    db.session().flush()
    return room.id


@db.action
def a_date(world: World, title: str = "Koffie", starts_at: datetime = TEN) -> int:
    day = clock.local(starts_at)
    held = Event(
        uid=f"{title}-{starts_at.isoformat()}@test",
        building_id=world.buildings["lindehof"],
        title=title,
        slug="koffie",
        host_id=world.people["henk"],
        created_by_id=world.people["henk"],
        start_on=day.date(),
        start_at=day.time(),
        lasts=60,
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    db.session().add(held)
    db.session().flush()
    date = Occurrence(
        event_id=held.id,
        original_at=starts_at,
        starts_at=starts_at,
        ends_at=starts_at + HOUR,
        building_id=held.building_id,
        seen_by=0,
        title=title,
        host_id=held.host_id,
        closes_at=starts_at,
    )
    db.session().add(date)
    db.session().flush()
    return date.id


def standing(room: int) -> int:
    asked = select(func.count()).select_from(Booking).where(Booking.room_id == room, Booking.cancelled_at.is_(None))
    return db.session().scalar(asked) or 0


def test_a_room_is_somebodys_and_who_comes_second_is_told_whose_and_until_when(context: Flask, world: World) -> None:
    room, nel, ton = a_room(world), world.visitor("nel"), world.visitor("ton")
    book(room, TEN, TEN + HOUR, purpose="verjaardag", by=nel)
    with pytest.raises(Clash) as refused:
        book(room, TEN + HOUR / 2, TEN + 2 * HOUR, by=ton)
    told = refused.value.errors["zaal"]
    for word in ("Recreatiezaal", "Nel", "verjaardag", "10.00 uur", "11.00 uur", "woensdag 12 maart 2031"):
        assert word in told, told
    assert standing(room) == 1


@pytest.mark.parametrize(
    ("since", "until", "clashes"),
    [(-60, 0, False), (60, 120, False), (-1, 1, True), (59, 90, True), (0, 60, True), (20, 40, True), (-60, 120, True)],
)
def test_back_to_back_is_no_clash_and_a_minute_too_many_is(
    context: Flask, world: World, since: int, until: int, clashes: bool
) -> None:
    room, nel = a_room(world), world.visitor("nel")
    book(room, TEN, TEN + HOUR, by=nel)
    start, end = TEN + timedelta(minutes=since), TEN + timedelta(minutes=until)
    assert (clash_of(room, start, end) is not None) == clashes
    if clashes:
        with pytest.raises(Clash):
            book(room, start, end, by=nel)
    else:
        book(room, start, end, by=nel)
    assert standing(room) == (1 if clashes else 2)


def test_another_room_at_the_same_time_is_free(context: Flask, world: World) -> None:
    nel = world.visitor("nel")
    for room in (a_room(world), a_room(world, "Keuken"), a_room(world, building="meidoorn")):
        book(room, TEN, TEN + HOUR, by=nel)
        assert standing(room) == 1


def test_numbers_of_two_rooms_never_meet() -> None:
    assert slots(1, TEN, TEN + HOUR)[1] - slots(1, TEN, TEN + HOUR)[0] == 60
    far = datetime(2224, 12, 31, 23, 0, tzinfo=UTC)
    assert slots(1, far, far + HOUR)[1] < slots(2, datetime(1970, 1, 1, tzinfo=UTC), TEN)[0]
    assert slots(2**35, far, far + HOUR)[1] < 2**63
    assert slots(1, TEN + timedelta(seconds=59), TEN + timedelta(minutes=5, seconds=1)) == (
        slots(1, TEN, TEN + timedelta(minutes=6))
    ), "a minute that has begun is taken whole"


@pytest.mark.parametrize(("since", "until"), [(0, 0), (60, 0), (0, 24 * 60 + 1)])
def test_a_time_that_is_none_is_refused_in_words(context: Flask, world: World, since: int, until: int) -> None:
    room = a_room(world)
    with pytest.raises(Invalid) as refused:
        book(room, TEN + timedelta(minutes=since), TEN + timedelta(minutes=until), by=world.visitor("nel"))
    assert refused.value.errors["zaal"]
    assert standing(room) == 0


def test_a_room_that_is_gone_or_never_was_cannot_be_had(context: Flask, world: World) -> None:
    room, nel = a_room(world), world.visitor("nel")
    db.action(lambda: setattr(db.lock(Room, room), "removed_at", clock.now()))()
    for gone in (room, room + 1):
        with pytest.raises(Invalid):
            book(gone, TEN, TEN + HOUR, by=nel)
    assert [kept.name for kept in rooms_of(world.buildings["lindehof"])] == []


def test_a_date_has_its_room_moves_with_it_gives_it_back_and_gets_it_again(context: Flask, world: World) -> None:
    room, other, nel = a_room(world), a_room(world, "Keuken"), world.visitor("nel")
    date = a_date(world)
    book(room, TEN, TEN + HOUR, occurrence_id=date, by=nel)
    taken = clash_of(room, TEN, TEN + HOUR)
    assert taken is not None and (taken.what, taken.who, taken.occurrence_id) == ("Koffie", "Henk", date)
    assert clash_of(room, TEN, TEN + HOUR, but=date) is None
    rebook(date, room, TEN + HOUR / 2, TEN + 2 * HOUR, by=nel)
    assert clash_of(room, TEN, TEN + HOUR / 2) is None
    rebook(date, other, TEN, TEN + HOUR, by=nel)
    assert (standing(room), standing(other)) == (0, 1)
    rebook(date, None, TEN, TEN + HOUR, by=nel)
    release(date)
    assert (standing(room), standing(other)) == (0, 0)
    book(room, TEN, TEN + HOUR, occurrence_id=date, by=world.people["henk"])
    assert standing(room) == 1
    assert len(bookings.between([room, other], TEN, TEN + HOUR)) == 1


def test_a_move_that_clashes_leaves_everything_as_it_was(context: Flask, world: World) -> None:
    room, nel, date = a_room(world), world.visitor("nel"), a_date(world)
    book(room, TEN, TEN + HOUR, occurrence_id=date, by=nel)
    book(room, TEN + 3 * HOUR, TEN + 4 * HOUR, by=nel)
    with pytest.raises(Clash):
        rebook(date, room, TEN + 3 * HOUR, TEN + 4 * HOUR, by=nel)
    kept = clash_of(room, TEN, TEN + HOUR)
    assert kept is not None and kept.occurrence_id == date


def test_the_database_itself_refuses_what_nobody_looked_at(
    context: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, nel = a_room(world), world.visitor("nel")
    book(room, TEN, TEN + HOUR, by=nel)
    monkeypatch.setattr(bookings, "clash_of", lambda *_, **__: None)
    with pytest.raises(Clash):
        book(room, TEN + HOUR / 2, TEN + 2 * HOUR, by=nel)

    assert standing(room) == 1

    @db.action
    def by_hand() -> None:
        first, after = slots(room, TEN, TEN + HOUR)
        db.session().add(
            Booking(
                room_id=room,
                starts_at=TEN,
                ends_at=TEN + HOUR,
                slot_from=first,
                slot_until=after,
                by_id=nel.person_id,
                created_at=clock.now(),
            )
        )

    with pytest.raises(IntegrityError, match="never_overlap"):
        by_hand()
    assert standing(room) == 1


def test_sixteen_want_one_room_at_once_and_exactly_one_has_it_fifty_times(app: Flask, world: World) -> None:
    with app.app_context():
        room, dates = a_room(world), [a_date(world, f"Koffie {number}") for number in range(CROWD)]
        nel = world.visitor("nel")
    ready = Barrier(CROWD)

    def one(number: int) -> list[str]:
        told = []
        for round_ in range(ROUNDS):
            # A minute apart, of an hour each: everybody overlaps with everybody, but not always in the same minutes.
            start = TEN + timedelta(days=round_, minutes=number)
            with app.app_context():
                ready.wait()
                try:
                    book(room, start, start + HOUR, occurrence_id=dates[number] if round_ == 0 else None, by=nel)
                    told.append("has it")
                except Clash as refused:
                    told.append("told who" if refused.taken else "told")
        return told

    with ThreadPoolExecutor(CROWD) as crowd:
        answers: list[Any] = list(crowd.map(one, range(CROWD)))
    for round_ in range(ROUNDS):
        of_round = sorted(told[round_] for told in answers)
        assert of_round == ["has it"] + ["told who"] * (CROWD - 1), round_
    with app.app_context():
        assert standing(room) == ROUNDS


def test_moving_to_each_others_place_at_once_never_overlaps(app: Flask, world: World) -> None:
    """Dates of two rooms change places while others book them: some are refused, none is in two places."""
    with app.app_context():
        rooms = [a_room(world), a_room(world, "Keuken")]
        dates = [a_date(world, f"Koffie {number}") for number in range(CROWD)]
        nel = world.visitor("nel")
    ready = Barrier(CROWD)

    def one(number: int) -> None:
        for round_ in range(ROUNDS // 5):
            with app.app_context():
                ready.wait()
                start = TEN + (number + round_) % 4 * HOUR / 2
                try:
                    rebook(dates[number], rooms[(number + round_) % 2], start, start + HOUR, by=nel)
                except Clash:
                    release(dates[number])

    with ThreadPoolExecutor(CROWD) as crowd:
        list(crowd.map(one, range(CROWD)))
    with app.app_context():
        for room in rooms:
            held = bookings.between([room], TEN - HOUR, TEN + 5 * HOUR)
            assert held, "somebody has it"
            assert all(one.ends_at <= next_.starts_at for one, next_ in pairwise(held))
