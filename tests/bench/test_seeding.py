"""What `bench-seed` adds of the calendar: as many dates as asked, with counts that are those of the rows."""

from __future__ import annotations

from collections import Counter

import pytest
from click import BadParameter
from flask import Flask
from sqlalchemy import func, select

from bench.activities import A_MONTH
from bench.seeding import Amounts, seed
from community import clock, db
from community.places.models import Building
from events.models import Event, Occurrence, Registration


def test_every_building_has_a_hundred_dates_this_month_and_the_rest_follows(app: Flask) -> None:
    with app.app_context():
        seed(Amounts(2, 12, 0, 0, 250))
        rows = list(db.session().scalars(select(Occurrence)))
        today = clock.today()
        months = Counter(
            (row.building_id, (day.year, day.month)) for row in rows for day in [clock.local(row.starts_at).date()]
        )
        first, second = db.session().scalars(select(Building.id).order_by(Building.id))
        assert months[first, (today.year, today.month)] == months[second, (today.year, today.month)] == A_MONTH
        assert len(rows) == db.session().scalar(select(func.count()).select_from(Event)) == 250
        coming = Counter(db.session().scalars(select(Registration.occurrence_id)))
        assert all(row.coming == row.arrivals == coming[row.id] > 0 for row in rows)
        assert max(row.starts_at for row in rows) > clock.now()


def test_a_second_filling_comes_after_the_first(app: Flask) -> None:
    with app.app_context():
        seed(Amounts(1, 6, 0, 0, 10))
        seed(Amounts(0, 0, 0, 0, 15))
        assert db.session().scalar(select(func.count()).select_from(Occurrence)) == 25


def test_activities_need_somebody_who_comes(app: Flask) -> None:
    with app.app_context(), pytest.raises(BadParameter):
        seed(Amounts(0, 0, 0, 0, 5))
