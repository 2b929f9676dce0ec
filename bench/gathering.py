"""What the calendar costs: a month with a hundred activities, beside the same floor as a page of posts; and signing up,
beside a reply."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from bench.activities import A_MONTH
from bench.load import Ask
from bench.pages import SHOWN, WARM_UP, WORKERS, Round
from bench.residents import CODINGS, Resident, form_token, longest, talks_of_building
from community import clock, db
from events.models import Occurrence, Registration

CALENDAR, SIGN_UP, REPLY = "calendar, a month of 100", "sign-up", "reply, by a form"


class CalendarRound(Round):
    """The month of the reader's building."""

    def run(self) -> None:
        """The floor first and last, as for the other pages."""
        long = longest(self.instance.app)
        pages = max(1, min(long.posts // 20, self.requests))
        floor = [self._floor(long, page) for page in range(1, pages + 1)]
        if len(_this_month(self.instance.app, self.reader.building_id)) < A_MONTH:
            raise SystemExit(f"There are no {A_MONTH} activities in this month: fill an installation anew.")
        month = [self._get(f"/agenda?maand={clock.today():%Y-%m}")]
        try:
            self.load.run(month, total=max(2 * WARM_UP, SHOWN), workers=WORKERS)
            self._measure("floor", floor)
            self._measure(CALENDAR, month)
            self._measure("floor", floor)
        finally:
            self.load.close()
        self._tell_beside()


class SignUpRound(Round):
    """Signing up by several people in their own buildings, each for another date every time."""

    beside = REPLY

    def run(self) -> None:
        """A reply first and last."""
        try:
            sign_ups = self._sign_ups()
            self._measure(REPLY, self._replies(status=303))
            self._measure(SIGN_UP, sign_ups)
            self._measure(REPLY, self._replies(status=303))
        finally:
            self.load.close()
        self._tell_beside()

    def _sign_ups(self) -> list[Ask]:
        app, asks = self.instance.app, []
        if not self.writers:
            raise SystemExit("Who signs up lives in other buildings than who reads: give --residents more.")
        each = -(-(self.requests + WARM_UP) // len(self.writers))
        for writer in self.writers:
            guard = form_token(self.origin, talks_of_building(app, writer.building_id)[0].path, writer)
            headers = {"Cookie": writer.cookie, "Accept-Encoding": CODINGS, "Accept-Language": "nl"}
            body = urlencode({"antwoord": "ja", "csrf_token": guard})
            dates = _upcoming(app, writer)[:each]
            if len(dates) < each:
                raise SystemExit(f"There are {len(dates)} dates to sign up for, not {each}: measure fewer requests.")
            asks.append([Ask("POST", f"/agenda/{number}/antwoord", headers, body, 303) for number in dates])
        return [ask for turn in zip(*asks, strict=True) for ask in turn]


def _this_month(app: Flask, building_id: int) -> list[int]:
    first = clock.today().replace(day=1)
    with app.app_context():
        asked = select(Occurrence.id, Occurrence.starts_at).where(Occurrence.building_id == building_id)
        there = db.connection().execute(asked).all()
    days = [(row.id, clock.local(row.starts_at).date()) for row in there]
    return [number for number, day in days if (day.year, day.month) == (first.year, first.month)]


def _upcoming(app: Flask, resident: Resident) -> list[int]:
    """The dates of their building that this person did not answer for; the last first, for those stay ahead."""
    mine = select(Registration.occurrence_id).where(Registration.person_id == resident.person_id)
    with app.app_context():
        asked = select(Occurrence.id).where(
            Occurrence.building_id == resident.building_id,
            Occurrence.starts_at > clock.now(),
            Occurrence.id.not_in(mine),
        )
        return list(db.session().scalars(asked.order_by(Occurrence.starts_at.desc(), Occurrence.id)))
