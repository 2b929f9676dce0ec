"""Changing what is in the calendar: one date, the series, one and those that follow; what becomes of who signed up,
of the rooms, and of what calendars elsewhere know."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from community import clock, db
from community.errors import Invalid, Missing, Refused
from events import bookings, changing, planning, registering
from events.arranged import Booking, Call, Duty
from events.models import Guest
from events.recurrence import Rule
from events.series import RoomTaken, day_of
from tests.events.planned import (
    SIX,
    TUESDAYS,
    a_room,
    at,
    coffee,
    come,
    dates_of,
    fresh,
    kinds,
    mails,
    next_tuesday,
    plan_of,
    put,
    states,
    the_event,
)
from tests.world import World

pytestmark = pytest.mark.usefixtures("context")


# ---- one date --------------------------------------------------------------------------------------------------------


def test_a_moved_date_keeps_who_signed_up_and_tells_them(world: World) -> None:
    row = dates_of(put(world, rule=SIX))[2]
    come(world, row, "ton", "henk")
    later = row.starts_at + timedelta(days=1, hours=2)
    changing.move_date(row.id, later, later + timedelta(hours=1), keeps_signups=True, by=world.visitor("nel"))
    moved = fresh(row)
    assert (moved.starts_at, moved.original_at, moved.is_changed) == (later, row.original_at, True)
    assert moved.coming == 2 and set(states(row.id).values()) == {"confirmed"}
    assert moved.sequence == 1 and the_event(row.event_id).sequence == 0
    assert moved.remind_at is not None and day_of(moved.remind_at, "Europe/Amsterdam") == clock.local(
        later
    ).date() - timedelta(days=1)
    (mail,) = [one for one in mails() if "verandert" in one.subject]
    assert "Het is niet op dinsdag" in mail.text and "maar op woensdag" in mail.text
    assert "geldt niet meer" not in mail.text
    (call,) = db.session().scalars(select(Call)).all()
    assert call.person_id == world.people["henk"]
    assert "occurrence.moved" in kinds()


def test_a_moved_date_can_ask_everybody_to_sign_up_again(world: World) -> None:
    row = dates_of(put(world, rule=SIX, capacity=2))[1]
    come(world, row, "ton", guests=[registering.Company(None, "Een vriendin")])
    come(world, row, "willemijn")  # waits
    changing.move_date(
        row.id,
        row.starts_at + timedelta(days=2),
        row.ends_at + timedelta(days=2),
        keeps_signups=False,
        by=world.visitor("nel"),
    )
    moved = fresh(row)
    assert (moved.coming, moved.waiting) == (0, 0)
    assert set(states(row.id).values()) == {"withdrawn"}
    assert db.session().scalar(select(func.count()).select_from(Guest)) == 0
    assert all("Uw aanmelding geldt niet meer" in one.text for one in mails() if "verandert" in one.subject)
    come(world, row, "willemijn")
    assert fresh(row).coming == 1


def test_changing_one_date_leaves_the_others(world: World) -> None:
    rows = dates_of(put(world, rule=SIX))
    come(world, rows[1], "ton")
    changing.change_date(
        rows[1].id,
        plan_of(rows[1], title="Kerstkoffie", place="de tuin", cents=500, note="Met taart"),
        by=world.visitor("nel"),
    )
    changed = fresh(rows[1])
    assert (changed.title, changed.place, changed.cents, changed.note) == ("Kerstkoffie", "de tuin", 500, "Met taart")
    assert changed.is_changed and changed.coming == 1
    assert [row.title for row in dates_of(rows[0].event_id)].count("Koffie in de hal") == 5
    (mail,) = [one for one in mails() if "verandert" in one.subject]
    assert "De plek is nu: de tuin." in mail.text and "Het kost nu € 5 per persoon." in mail.text


def test_the_same_change_twice_is_told_once(world: World) -> None:
    row = dates_of(put(world))[0]
    come(world, row, "ton")
    plan = plan_of(row, place="de tuin")
    changing.change_date(row.id, plan, by=world.visitor("nel"))
    told = len(mails())
    changing.change_date(row.id, plan, by=world.visitor("nel"))
    assert len(mails()) == told and fresh(row).sequence == 1


def test_fewer_places_than_people_who_come_is_a_sentence(world: World) -> None:
    row = dates_of(put(world, capacity=5))[0]
    come(world, row, "ton", "willemijn", "piet")
    with pytest.raises(Invalid) as refused:
        changing.change_date(row.id, plan_of(row, capacity=2), by=world.visitor("nel"))
    assert "3 mensen" in refused.value.errors["plaatsen"]
    assert fresh(row).capacity == 5


def test_more_places_move_up_who_waits(world: World) -> None:
    row = dates_of(put(world, capacity=1))[0]
    come(world, row, "ton", "willemijn", "piet")
    assert (fresh(row).coming, fresh(row).waiting) == (1, 2)
    changing.change_date(row.id, plan_of(row, capacity=2), by=world.visitor("nel"))
    assert (fresh(row).coming, fresh(row).waiting) == (2, 1)
    changing.change_series(row.event_id, coffee(world, capacity=9), by=world.visitor("nel"))
    # A date that was changed by itself goes its own way.
    assert (fresh(row).coming, fresh(row).waiting) == (2, 1)


BAD_DATES: list[tuple[dict[str, Any], str]] = [
    ({"lasts": -60}, "tot"),
    ({"title": ""}, "titel"),
    ({"capacity": 0}, "plaatsen"),
    ({"room_id": 98765}, "zaal"),
    ({"host_id": 98765}, "wie"),
    ({"start_on": next_tuesday(-3)}, "dag"),
]


@pytest.mark.parametrize(("typed", "field"), BAD_DATES, ids=[case[1] for case in BAD_DATES])
def test_a_date_that_cannot_be_leaves_no_trace(world: World, typed: dict[str, Any], field: str) -> None:
    row = dates_of(put(world))[0]
    with pytest.raises(Invalid) as refused:
        changing.change_date(row.id, plan_of(row, **typed), by=world.visitor("nel"))
    assert list(refused.value.errors) == [field]
    assert not fresh(row).is_changed


def test_a_date_that_is_skipped_tells_who_signed_up_why(world: World) -> None:
    rows = dates_of(put(world, rule=SIX, room_id=a_room(world)))
    come(world, rows[1], "ton", "henk")
    with pytest.raises(Invalid) as refused:
        changing.skip_date(rows[1].id, "  ", by=world.visitor("nel"))
    assert "Schrijf waarom" in refused.value.errors["reden"]
    for _twice in range(2):
        changing.skip_date(rows[1].id, "Gerda is ziek.", by=world.visitor("nel"))
    row = fresh(rows[1])
    assert row.cancelled_at is not None and row.cancelled_why == "Gerda is ziek." and row.remind_at is None
    assert row.sequence == 1
    (mail,) = [one for one in mails() if "Gaat niet door" in one.subject]
    assert "Gerda is ziek." in mail.text
    assert [call.why for call in db.session().scalars(select(Call))] == ["cancelled"]
    assert bookings.clash_of(row.room_id or 0, row.starts_at, row.ends_at) is None
    assert kinds().count("occurrence.cancelled") == 1


def test_a_skipped_date_is_put_back_with_who_had_signed_up(world: World) -> None:
    room = a_room(world)
    row = dates_of(put(world, rule=SIX, room_id=room))[1]
    come(world, row, "ton")
    changing.skip_date(row.id, "Ziek", by=world.visitor("nel"))
    changing.restore_date(row.id, by=world.visitor("nel"))
    back = fresh(row)
    assert back.cancelled_at is None and back.coming == 1 and back.remind_at is not None
    assert bookings.clash_of(room, row.starts_at, row.ends_at) is not None
    assert any("gaat toch door" in one.text for one in mails())
    changing.skip_date(row.id, "Toch ziek", by=world.visitor("nel"))
    bookings.book(room, row.starts_at, row.ends_at, purpose="Feest", by=world.visitor("ton"))
    with pytest.raises(RoomTaken):
        changing.restore_date(row.id, by=world.visitor("nel"))
    changing.restore_date(row.id, despite_clashes=True, by=world.visitor("nel"))
    assert (fresh(row).room_id, fresh(row).note) == (None, "De zaal is dan bezet. De plek volgt nog.")


def test_a_date_that_is_over_or_cancelled_is_not_changed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, *_rest = dates_of(put(world, rule=SIX))
    changing.skip_date(second.id, "", by=world.visitor("nel"))
    with pytest.raises(Refused, match="gaat niet door"):
        changing.change_date(second.id, plan_of(second, title="Thee"), by=world.visitor("nel"))
    later = first.starts_at + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    for deed in (
        lambda: changing.change_date(first.id, plan_of(first, title="Thee"), by=world.visitor("nel")),
        lambda: changing.skip_date(first.id, "", by=world.visitor("nel")),
        lambda: changing.move_date(
            first.id,
            later + timedelta(days=1),
            later + timedelta(days=1, hours=1),
            keeps_signups=True,
            by=world.visitor("nel"),
        ),
        lambda: changing.change_following(first.id, coffee(world, rule=TUESDAYS), by=world.visitor("nel")),
    ):
        with pytest.raises(Refused, match="begonnen of geweest"):
            deed()


def test_an_extra_date_is_beside_the_rule_and_twice_is_once(world: World) -> None:
    key = put(world, rule=SIX, room_id=a_room(world))
    day = next_tuesday() + timedelta(days=2)
    made = changing.add_date(key, day, time(14), by=world.visitor("nel"))
    assert changing.add_date(key, day, time(14), by=world.visitor("nel")) == made
    row = next(row for row in dates_of(key) if row.id == made)
    assert row.is_extra and at(row) == "Thu 14:00" and row.room_id is not None
    assert len(dates_of(key)) == 7
    assert the_event(key).sequence == 1
    changing.skip_date(made, "", by=world.visitor("nel"))
    assert changing.add_date(key, day, time(14), by=world.visitor("nel")) == made
    assert fresh(row).cancelled_at is None
    with pytest.raises(Invalid):
        changing.add_date(key, clock.today() - timedelta(days=1), time(14), by=world.visitor("nel"))


# ---- the series ------------------------------------------------------------------------------------------------------


def test_another_time_keeps_the_dates_and_who_signed_up(world: World) -> None:
    room = a_room(world)
    key = put(world, rule=SIX, room_id=room)
    rows = dates_of(key)
    come(world, rows[0], "ton")
    come(world, rows[3], "ton")
    changing.change_date(rows[4].id, plan_of(rows[4], title="Kerstkoffie"), by=world.visitor("nel"))
    changing.change_series(key, coffee(world, rule=SIX, room_id=room, start_at=time(11)), by=world.visitor("nel"))
    after = dates_of(key)
    assert [row.id for row in after] == [row.id for row in rows]
    assert [at(row) for row in after] == ["Tue 11:00"] * 4 + ["Tue 10:30"] + ["Tue 11:00"]
    assert [row.coming for row in after] == [1, 0, 0, 1, 0, 0]
    assert {row.original_at for row in after} == {
        row.starts_at if row.id != rows[4].id else row.starts_at + timedelta(minutes=30) for row in after
    }
    assert not any(row.is_extra for row in after)
    (mail,) = [one for one in mails() if "verandert" in one.subject]  # one for both dates
    assert "Het begint niet om 10.30 uur, maar om 11.00 uur." in mail.text
    assert the_event(key).sequence == 1 and [row.sequence for row in after] == [1, 1, 1, 1, 1, 1]
    booked = db.session().scalars(select(Booking.starts_at).where(Booking.cancelled_at.is_(None))).all()
    assert sorted(booked) == sorted(row.starts_at for row in after)


def test_a_date_that_the_rule_no_longer_has_does_not_go_on(world: World) -> None:
    key = put(world, rule=SIX)
    rows = dates_of(key)
    come(world, rows[1], "ton")
    changing.skip_date(rows[2].id, "", by=world.visitor("nel"))
    every_other = Rule("weekly", 2, (1,), count=3)
    changing.change_series(key, coffee(world, rule=every_other), by=world.visitor("nel"))
    after = {row.id: row for row in dates_of(key)}
    # Kept: by the rule. Ton's: is told. Nobody's: as if it never was.
    assert set(after) == {rows[0].id, rows[1].id, rows[2].id, rows[4].id}
    gone = after[rows[1].id]
    assert (
        gone.cancelled_at is not None
        and gone.is_extra
        and gone.cancelled_why == "De dagen van deze reeks zijn veranderd."
    )
    assert after[rows[2].id].cancelled_at is not None and not after[rows[2].id].is_extra
    assert [one.subject for one in mails() if "Gaat niet door" in one.subject]


def test_fewer_places_in_a_series_than_people_on_a_date_names_that_date(world: World) -> None:
    key = put(world, rule=SIX, capacity=10)
    row = dates_of(key)[3]
    come(world, row, "ton", "willemijn", "piet")
    with pytest.raises(Invalid) as refused:
        changing.change_series(key, coffee(world, rule=SIX, capacity=2, title="Thee"), by=world.visitor("nel"))
    sentence = refused.value.errors["plaatsen"]
    assert f"{clock.local(row.starts_at).day} " in sentence and "3 mensen" in sentence
    assert the_event(key).title == "Koffie in de hal" and {one.capacity for one in dates_of(key)} == {10}


def test_another_title_changes_all_dates_and_costs_nobody_their_place(world: World) -> None:
    key = put(world, rule=SIX)
    come(world, dates_of(key)[2], "ton")
    changing.change_series(key, coffee(world, rule=SIX, title="Thee", source="Ook **koek**"), by=world.visitor("nel"))
    assert {row.title for row in dates_of(key)} == {"Thee"}
    assert "<strong>koek" in the_event(key).html and the_event(key).slug == "thee"
    assert sum(row.coming for row in dates_of(key)) == 1


def test_a_single_activity_is_moved_with_who_signed_up(world: World) -> None:
    key = put(world)
    (row,) = dates_of(key)
    come(world, row, "ton")
    changing.change_series(
        key, coffee(world, start_on=next_tuesday() + timedelta(days=3), start_at=time(15)), by=world.visitor("nel")
    )
    (moved,) = dates_of(key)
    assert (moved.id, at(moved), moved.coming) == (row.id, "Fri 15:00", 1)
    changing.change_series(key, coffee(world, start_at=time(9)), keeps_signups=False, by=world.visitor("nel"))
    assert (dates_of(key)[0].coming, set(states(row.id).values())) == (0, {"withdrawn"})


def test_a_single_activity_becomes_a_series(world: World) -> None:
    key = put(world)
    (row,) = dates_of(key)
    come(world, row, "ton")
    changing.change_series(key, coffee(world, rule=SIX), by=world.visitor("nel"))
    assert len(dates_of(key)) == 6 and dates_of(key)[0].id == row.id and dates_of(key)[0].coming == 1


def test_what_has_been_stays_as_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key = put(world, rule=SIX)
    rows = dates_of(key)
    plan = coffee(world, rule=SIX, start_at=time(14), title="Thee")
    later = rows[1].starts_at + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    changing.change_series(key, plan, by=world.visitor("nel"))
    after = dates_of(key)
    assert [(at(row), row.title) for row in after[:2]] == [("Tue 10:30", "Koffie in de hal")] * 2
    assert [(at(row), row.title) for row in after[2:]] == [("Tue 14:00", "Thee")] * 4
    # Calendars elsewhere keep what was, though the rule would not give it now.
    assert [row.is_extra for row in after] == [True, True, False, False, False, False]


def test_an_extra_date_of_a_single_activity_stays_one_when_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = put(world)
    changing.add_date(key, next_tuesday() + timedelta(days=1), time(14), by=world.visitor("nel"))
    later = dates_of(key)[1].ends_at
    monkeypatch.setattr(clock, "now", lambda: later)
    changing.change_series(key, coffee(world, title="Thee", start_on=the_event(key).start_on), by=world.visitor("nel"))
    assert [row.is_extra for row in dates_of(key)] == [False, True]


def test_a_series_takes_another_room_on_all_dates_or_says_which_are_taken(world: World) -> None:
    small, big = a_room(world, "Klein"), a_room(world, "Groot")
    key = put(world, rule=SIX, room_id=small)
    put(world, "rachid", title="Spreekuur", room_id=big, start_on=next_tuesday(3))
    with pytest.raises(RoomTaken):
        changing.change_series(key, coffee(world, rule=SIX, room_id=big), by=world.visitor("nel"))
    assert {row.room_id for row in dates_of(key)} == {small}
    changing.change_series(
        key, coffee(world, rule=SIX, room_id=big), despite_clashes=True, instead="de hal", by=world.visitor("nel")
    )
    assert [row.room_id for row in dates_of(key)] == [big, big, None, big, big, big]
    assert dates_of(key)[2].place == "de hal"
    held = select(func.count()).where(Booking.room_id == small, Booking.cancelled_at.is_(None))
    assert db.session().scalar(held) == 0


def test_the_rota_follows_the_series(world: World) -> None:
    key = put(world, rule=SIX, duties=(("opent", 1), ("zet koffie", 2)))
    changing.change_series(
        key, coffee(world, rule=SIX, duties=(("zet koffie", 3), ("ruimt op", 1))), by=world.visitor("nel")
    )
    standing = (
        db.session()
        .execute(select(Duty.title, Duty.needed).where(Duty.ended_at.is_(None)).order_by(Duty.position))
        .all()
    )
    assert [tuple(row) for row in standing] == [("zet koffie", 3), ("ruimt op", 1)]


def test_cancelling_all_of_it_reaches_everybody_once(world: World) -> None:
    key = put(world, rule=SIX)
    rows = dates_of(key)
    come(world, rows[0], "ton")
    come(world, rows[5], "ton", "henk")
    with pytest.raises(Invalid):
        changing.cancel_event(key, "", by=world.visitor("nel"))
    for _twice in range(2):
        changing.cancel_event(key, "De zaal wordt verbouwd.", by=world.visitor("nel"))
    assert all(row.cancelled_at for row in dates_of(key)) and the_event(key).cancelled_at is not None
    assert len([one for one in mails() if "Gaat niet door" in one.subject]) == 1
    assert kinds().count("event.cancelled") == 1
    for deed in (
        lambda: changing.restore_date(rows[0].id, by=world.visitor("nel")),
        lambda: changing.add_date(key, next_tuesday(9), time(10), by=world.visitor("nel")),
        lambda: changing.change_series(key, coffee(world, rule=SIX), by=world.visitor("nel")),
    ):
        with pytest.raises(Refused, match="hele activiteit"):
            deed()


# ---- who may ---------------------------------------------------------------------------------------------------------

DEEDS = {
    "change_date": lambda world, row, by: changing.change_date(row.id, plan_of(row, title="Thee"), by=by),
    "move_date": lambda world, row, by: changing.move_date(row.id, row.starts_at + timedelta(hours=1), row.ends_at + timedelta(hours=1), keeps_signups=True, by=by),
    "skip_date": lambda world, row, by: changing.skip_date(row.id, "Ziek", by=by),
    "add_date": lambda world, row, by: changing.add_date(row.event_id, next_tuesday(3), time(15), by=by),
    "change_series": lambda world, row, by: changing.change_series(row.event_id, coffee(world, "ton", rule=SIX, title="Thee"), by=by),
    "change_following": lambda world, row, by: changing.change_following(row.id, coffee(world, "ton", rule=SIX, title="Thee"), by=by),
    "cancel_event": lambda world, row, by: changing.cancel_event(row.event_id, "Ziek", by=by),
}  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize(
    ("who", "error"),
    [("ton", None), ("nel", None), ("rachid", None), ("anouk", None), ("henk", Refused), ("moira", Refused), ("indra", Missing), ("bas", Missing), ("bram", Missing), ("otto", Missing)],
)  # fmt: skip
def test_who_may_change_what_ton_planned(world: World, deed: str, who: str, error: type[Exception] | None) -> None:
    key = put(world, "ton", rule=SIX)
    row, by = dates_of(key)[1], world.visitor(who)
    if error is None:
        DEEDS[deed](world, row, by)
        return
    journal = len(kinds())
    with pytest.raises(error):
        DEEDS[deed](world, row, by)
    assert len(kinds()) == journal and {one.title for one in dates_of(key)} == {"Koffie in de hal"}
    assert not any(one.cancelled_at for one in dates_of(key)) and len(dates_of(key)) == 6


def test_who_hosts_one_date_changes_that_one_alone(world: World) -> None:
    key = put(world, rule=SIX)
    first, second, *_rest = dates_of(key)
    changing.change_date(first.id, plan_of(first, host_id=world.people["henk"]), by=world.visitor("nel"))
    changing.change_date(first.id, plan_of(fresh(first), title="Koffie bij Henk"), by=world.visitor("henk"))
    assert fresh(first).title == "Koffie bij Henk"
    with pytest.raises(Refused):
        changing.change_date(second.id, plan_of(second, title="Koffie bij Henk"), by=world.visitor("henk"))


def test_planning_tells_nobody(world: World) -> None:
    planning.plan(coffee(world, rule=SIX), token=None, by=world.visitor("nel"))
    assert mails() == []
