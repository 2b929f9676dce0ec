"""Who hears what becomes of a date: everybody who comes or waits, once; who has no mail stands on the call list."""

from __future__ import annotations

from datetime import datetime, timedelta

import time_machine
from flask import Flask
from sqlalchemy import select

from community import clock, db
from community.visitor import Visitor
from events import registering, reminders, telling
from events.arranged import Call
from events.models import Occurrence
from events.registering import Company
from tests.events.gatherings import a_date, date_of, mails
from tests.world import World

NOON = datetime(2026, 3, 10, 12, tzinfo=clock.ZONE)
NIGHT = datetime(2026, 3, 10, 23, tzinfo=clock.ZONE)


@db.action
def cancel(ids: list[int], why: str, by: Visitor) -> None:
    telling.cancelled(ids, why, by=by)


@db.action
def change(ids: list[int], by: Visitor) -> None:
    telling.changed(ids, lambda date: f"Het is nu in zaal {date.id}.", by=by)


def answers(world: World, date: int) -> None:
    """Nel comes with Henk, who has no mail; Willemijn waits with Piet; a name from paper waits; Moira said no."""
    registering.answer(date, coming=True, guests=[Company(world.people["henk"])], by=world.visitor("nel"))
    registering.answer(date, coming=True, guests=[Company(world.people["piet"])], by=world.visitor("willemijn"))
    registering.answer(date, coming=True, by=world.visitor("ton"), for_name="Mevrouw Jansen", way="paper")
    registering.answer(date, coming=False, by=world.visitor("moira"))


def calls(why: str) -> list[str]:
    return sorted(db.session().scalars(select(Call.name).where(Call.why == why)))


def test_cancelling_reaches_who_comes_and_who_waits_with_the_reason(context: Flask, world: World) -> None:
    date = a_date(world, capacity=2)
    answers(world, date)
    before = len(mails())
    cancel([date], "De lift is stuk.", world.visitor("ton"))
    told = mails()[before:]
    assert sorted(mail.to_address for mail in told) == ["koster@example.nl", "nel@example.nl"]
    assert all("De lift is stuk." in mail.text and "Gaat niet door" in mail.subject for mail in told)
    assert all("/agenda/antwoord/" not in mail.text for mail in told)
    assert calls("cancelled") == ["Henk de Boer", "Mevrouw Jansen"]


def test_a_whole_series_is_one_letter_and_one_call(context: Flask, world: World) -> None:
    first = a_date(world)
    week = timedelta(days=7)
    series = date_of(first).event_id
    dates = [first, *(a_date(world, event_id=series, starts=clock.now() + n * week) for n in range(2, 30))]
    for key in ("nel", "henk"):
        for date in dates:
            registering.answer(date, coming=True, by=world.visitor(key))
    cancel(dates, "Wij stoppen.", world.visitor("ton"))
    assert [mail.to_address for mail in mails()] == ["nel@example.nl"]
    assert "29 keer" in mails()[0].subject and "En nog 17 andere dagen." in mails()[0].text
    call = db.session().scalars(select(Call)).one()
    assert call.name == "Henk de Boer" and "En nog 28 andere dagen." in call.sentence


def test_a_change_is_said_in_words_and_can_be_answered_by_each_reader(context: Flask, world: World) -> None:
    date = a_date(world, capacity=2)
    answers(world, date)
    before = len(mails())
    change([date], world.visitor("ton"))
    told = {mail.to_address: mail for mail in mails()[before:]}
    assert set(told) == {"koster@example.nl", "nel@example.nl"}
    assert f"Het is nu in zaal {date}." in told["nel@example.nl"].text
    assert told["koster@example.nl"].text.count("/agenda/antwoord/") == 2
    assert "Antwoord van Piet" in told["koster@example.nl"].text
    assert calls("changed") == ["Henk de Boer", "Mevrouw Jansen"]


def test_who_does_it_is_not_told_what_they_know(context: Flask, world: World) -> None:
    date = a_date(world)
    registering.answer(date, coming=True, by=world.visitor("ton"))
    cancel([date], "Ik ben ziek.", world.visitor("ton"))
    assert mails() == [] and calls("cancelled") == []
    cancel([date], "Ton is ziek.", world.visitor("nel"))
    assert [mail.to_address for mail in mails()] == ["ton@example.nl"]


def test_what_can_wait_leaves_in_the_morning_and_what_cannot_at_once(app: Flask) -> None:
    with time_machine.travel(NIGHT, tick=False), app.app_context():
        world = World.build()
        far = a_date(world, starts=clock.now() + timedelta(days=5))
        registering.answer(far, coming=True, by=world.visitor("ton"), for_person=world.people["nel"])
        cancel([far], "Dicht.", world.visitor("ton"))
        soon = a_date(world, starts=clock.now() + timedelta(hours=11))
        registering.answer(soon, coming=True, by=world.visitor("ton"), for_person=world.people["moira"])
        leaves = [mail.next_try_at for mail in mails()]
        morning = datetime(2026, 3, 11, 9, tzinfo=clock.ZONE)
        assert leaves == [morning, clock.now(), clock.now()]


def test_who_comes_is_reminded_the_day_before_once_and_never_after_the_start(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as journey, app.app_context():
        world = World.build()
        start = datetime(2026, 3, 12, 10, 30, tzinfo=clock.ZONE)
        at_ten = datetime(2026, 3, 11, 10, tzinfo=clock.ZONE)
        date = a_date(world, starts=start, remind_at=at_ten, capacity=2)
        late = a_date(world, starts=start, remind_at=at_ten)
        answers(world, date)
        registering.answer(late, coming=True, by=world.visitor("nel"))
        before = len(mails())
        assert reminders.remind_due() == 0
        journey.move_to(at_ten)
        reminders.remind(date)
        reminders.remind(date)
        told = mails()[before:]
        assert [mail.to_address for mail in told] == ["nel@example.nl"]  # not who waits
        assert told[0].subject == "Morgen: Koffie in de hal, donderdag 12 maart"
        assert calls("changed") == []
        # A worker that was away until it had begun reminds nobody, and forgets it.
        journey.move_to(start + timedelta(minutes=1))
        assert reminders.remind_due() == 1
        assert len(mails()) == before + 1
        assert reminders.remind_due() == 0


def test_a_cancelled_date_reminds_nobody(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False), app.app_context():
        world = World.build()
        date = a_date(world, remind_at=clock.now())
        registering.answer(date, coming=True, by=world.visitor("nel"))
        _off(date)
        assert reminders.remind_due() == 1
        assert mails() == []


@db.action
def _off(occurrence_id: int) -> None:
    date = db.lock(Occurrence, occurrence_id)
    assert date is not None
    date.cancelled_at = clock.now()
