"""How a series reads on the page of one of its dates: its rule in words, and which days are otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from community import clock, db
from events import changing, repeating
from events.models import Event, Occurrence
from tests.events.gatherings import a_date
from tests.world import World

SignedIn = Callable[[str], FlaskClient]
# Tuesday 1 December 2026, half past ten in Amsterdam.
FIRST = datetime.fromisoformat("2026-12-01T09:30:00+00:00")
BEFORE = datetime.fromisoformat("2026-11-22T11:00:00+00:00")


def a_series(world: World, rrule: str = "FREQ=WEEKLY;BYDAY=TU", many: int = 6, **event: object) -> list[int]:
    """The first dates of a series on Tuesdays."""
    first = a_date(world, starts=FIRST, rrule=rrule, **event)  # type: ignore[arg-type]
    row = db.session().get(Occurrence, first)
    assert row is not None
    event_id = row.event_id
    _at_half_past_ten(event_id)
    return [first] + [a_date(world, event_id=event_id, starts=FIRST + timedelta(weeks=week)) for week in range(1, many)]


@db.action
def _at_half_past_ten(event_id: int) -> None:
    db.session().execute(update(Event).where(Event.id == event_id).values(start_at=clock.local(FIRST).time()))


@pytest.mark.parametrize(
    ("rrule", "more", "said"),
    [
        ("FREQ=WEEKLY;BYDAY=TU", {}, "Elke dinsdag om 10.30 uur."),
        ("FREQ=WEEKLY", {}, "Elke dinsdag om 10.30 uur."),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", {}, "Om de week op dinsdag om 10.30 uur."),
        ("FREQ=MONTHLY;BYDAY=1TU", {}, "Elke eerste dinsdag van de maand om 10.30 uur."),
        ("FREQ=MONTHLY", {}, "Elke 1e dag van de maand om 10.30 uur."),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=6", {}, "Elke dinsdag om 10.30 uur, 6 keer."),
        ("FREQ=WEEKLY;BYDAY=TU", {"skips_holidays": True}, "Elke dinsdag om 10.30 uur, niet op feestdagen."),
        ("FREQ=YEARLY;BYYEARDAY=335", {}, "Dit komt vaker terug."),
    ],
)
def test_a_rule_is_said_as_a_neighbour_says_it(
    app: Flask, world: World, signed_in: SignedIn, rrule: str, more: dict[str, object], said: str
) -> None:
    with app.app_context():
        date = a_series(world, rrule, 1, **more)[0]
    with time_machine.travel(BEFORE, tick=False):
        assert said in signed_in("nel").get(f"/agenda/{date}", follow_redirects=True).text


def test_a_single_activity_says_nothing_of_coming_back(app: Flask, world: World, signed_in: SignedIn) -> None:
    with app.app_context():
        date = a_date(world)
    assert "Elke " not in signed_in("nel").get(f"/agenda/{date}", follow_redirects=True).text


def test_days_that_are_off_moved_or_extra_are_named(app: Flask, world: World, signed_in: SignedIn) -> None:
    with app.app_context(), time_machine.travel(BEFORE, tick=False):
        dates, ton = a_series(world), world.visitor("ton")
        changing.skip_date(dates[4], "Kerstvakantie", by=ton)
        moved = FIRST + timedelta(weeks=1, days=2)
        changing.move_date(dates[1], moved, moved + timedelta(hours=2), keeps_signups=True, by=ton)
        later = FIRST + timedelta(weeks=2, hours=3, minutes=30)
        changing.move_date(dates[2], later, later + timedelta(hours=2), keeps_signups=True, by=ton)
        page = signed_in("nel").get(f"/agenda/{dates[0]}", follow_redirects=True).text
    assert "Niet op dinsdag 29 december." in page
    assert "Niet op dinsdag 8 december, wel op donderdag 10 december, 10.30 uur." in page
    assert "Op dinsdag 15 december om 14.00 uur." in page
    assert "22 december." not in page, "that one is as the rule says"


def test_a_series_that_stopped_names_no_days(app: Flask, world: World, signed_in: SignedIn) -> None:
    with app.app_context(), time_machine.travel(BEFORE, tick=False):
        dates, ton = a_series(world), world.visitor("ton")
        row = db.session().get(Occurrence, dates[0])
        assert row is not None
        changing.cancel_event(row.event_id, "Wij stoppen", by=ton)
        page = signed_in("nel").get(f"/agenda/{dates[0]}", follow_redirects=True).text
    assert "Elke dinsdag om 10.30 uur." in page and "Niet op" not in page


def test_many_days_that_are_off_are_a_few_and_more(context: Flask) -> None:
    class Off:
        cancelled_at, is_extra = BEFORE, False

        def __init__(self, week: int) -> None:
            self.original_at = self.starts_at = FIRST + timedelta(weeks=week)

    with time_machine.travel(BEFORE, tick=False):
        (said,) = repeating.otherwise([Off(week) for week in range(9)])
    assert said.startswith("Niet op dinsdag 1 december, ") and said.endswith(" en nog een paar dagen.")


def test_a_stranger_reads_the_rule_of_what_is_public_alone(app: Flask, world: World) -> None:
    with app.app_context():
        shown = a_series(world, many=2, is_public=True)[0]
        hidden = a_series(world, many=2)[0]
    with time_machine.travel(BEFORE, tick=False):
        nobody = app.test_client()
        assert "Elke dinsdag om 10.30 uur." in nobody.get(f"/agenda/{shown}", follow_redirects=True).text
        assert "Elke dinsdag" not in nobody.get(f"/agenda/{hidden}", follow_redirects=True).text


def test_days_far_ahead_are_not_named(app: Flask, world: World, signed_in: SignedIn) -> None:
    with app.app_context(), time_machine.travel(BEFORE, tick=False):
        dates, ton = a_series(world, many=20), world.visitor("ton")
        changing.skip_date(dates[2], "Feest", by=ton)
        changing.skip_date(dates[19], "Vakantie", by=ton)
        page = signed_in("nel").get(f"/agenda/{dates[0]}", follow_redirects=True).text
    assert "Niet op dinsdag 15 december." in page, "and not in April"
