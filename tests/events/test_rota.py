"""The helpers' rota: a turn is one person's, reserves move up in order, and a turn handed over is never nobody's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community import clock, db
from community.errors import Missing, Refused
from events import changing, registering, rota
from events.arranged import DutyTaker
from events.models import Occurrence
from tests.authorisation.things_rooms import a_duty
from tests.events.gatherings import a_date, crowd, mails
from tests.forums.test_races import at_once
from tests.world import World

Found = tuple[int, int]


def a_turn(world: World, needed: int = 1) -> Found:
    """(date, duty)"""
    date = a_date(world)
    return date, a_duty(db.session().get_one(Occurrence, date).event_id, needed=needed)


def standing(world: World, date: int) -> tuple[list[str], list[str]]:
    duty = rota.for_date(world.visitor("ton"), db.session().get_one(Occurrence, date))[0]
    return [one.name for one in duty.takers], [one.name for one in duty.reserves]


def taker(world: World, key: str) -> int:
    return db.session().scalars(select(DutyTaker.id).where(DutyTaker.person_id == world.people[key])).one()


def test_who_is_first_has_the_turn_and_reserves_move_up_in_order(context: Flask, world: World) -> None:
    date, duty = a_turn(world)
    assert rota.take(date, duty, by=world.visitor("nel")) and rota.take(date, duty, by=world.visitor("nel"))
    for key in ("henk", "moira"):
        assert not rota.take(date, duty, by=world.visitor(key))
    assert standing(world, date) == (["Nel"], ["Henk", "Moira"])
    for _twice in range(2):
        rota.leave(date, duty, by=world.visitor("nel"))
    assert standing(world, date) == (["Henk"], ["Moira"])
    rota.leave(date, duty, by=world.visitor("moira"))
    rota.leave(date, duty, by=world.visitor("henk"))
    assert standing(world, date) == ([], [])


def test_a_turn_is_handed_over_to_who_wants_it(context: Flask, world: World) -> None:
    date, duty = a_turn(world)
    rota.take(date, duty, by=world.visitor("nel"))
    rota.take(date, duty, by=world.visitor("henk"))
    with pytest.raises(Refused):
        rota.take_over(date, duty, taker(world, "nel"), by=world.visitor("moira"))
    with pytest.raises(Refused):
        rota.seek(date, duty, wants=True, by=world.visitor("henk"))
    rota.seek(date, duty, wants=True, by=world.visitor("nel"))
    assert standing(world, date) == (["Nel"], ["Henk"]), "until somebody takes it, it is hers"
    rota.take_over(date, duty, taker(world, "nel"), by=world.visitor("henk"))
    assert standing(world, date) == (["Henk"], [])
    rota.seek(date, duty, wants=True, by=world.visitor("henk"))
    rota.seek(date, duty, wants=False, by=world.visitor("henk"))
    with pytest.raises(Refused):
        rota.take_over(date, duty, taker(world, "henk"), by=world.visitor("nel"))
    with pytest.raises(Missing):
        rota.take_over(date, duty, taker(world, "henk") + 999, by=world.visitor("nel"))


def test_what_is_of_elsewhere_of_another_activity_or_past_is_not_taken(context: Flask, world: World) -> None:
    date, duty = a_turn(world)
    other, _another = a_turn(world)
    for key, where in (("bas", date), ("indra", date), ("nel", other), ("nel", 10**9)):
        with pytest.raises(Missing):
            rota.take(where, duty, by=world.visitor(key))
    with time_machine.travel(clock.now() + timedelta(days=8), tick=False), pytest.raises(Refused):
        rota.take(date, duty, by=world.visitor("nel"))
    assert db.session().scalars(select(DutyTaker)).all() == []


def test_sixteen_want_the_last_turn_at_once_and_one_has_it(app: Flask, world: World) -> None:
    with app.app_context():
        date, duty = a_turn(world, needed=2)
        people = [world.visitor(key) for key in crowd(world, 16)]

    def wants(number: int) -> Callable[[], object]:
        return lambda: rota.take(date, duty, by=people[number])

    assert sorted(map(bool, at_once(app, [wants(number) for number in range(16)]))) == [False] * 14 + [True] * 2
    with app.app_context():
        takers, reserves = standing(world, date)
        assert (len(takers), len(reserves)) == (2, 14)


def test_two_take_one_turn_over_at_once_and_one_has_it(app: Flask, world: World) -> None:
    with app.app_context():
        date, duty = a_turn(world)
        people = [world.visitor(key) for key in crowd(world, 8)]
        rota.take(date, duty, by=world.visitor("nel"))
        rota.seek(date, duty, wants=True, by=world.visitor("nel"))
        turn = taker(world, "nel")

    def wants(number: int) -> Callable[[], object]:
        def take_over() -> object:
            try:
                rota.take_over(date, duty, turn, by=people[number])
            except Refused:
                return "refused"
            return "has it"

        return take_over

    assert sorted(map(str, at_once(app, [wants(number) for number in range(8)]))) == ["has it"] + ["refused"] * 7


def test_the_activity_page_has_the_rota_and_the_list(
    signed_in: Callable[[str], FlaskClient], world: World, app: Flask
) -> None:
    with app.app_context():
        date, duty = a_turn(world)
    henk, nel = signed_in("henk"), signed_in("nel")
    page = henk.get(f"/agenda/{date}", follow_redirects=True).text
    assert "Dit doe ik" in page and f"/agenda/{date}/lijst" not in page
    assert f"/agenda/{date}/lijst" in nel.get(f"/agenda/{date}", follow_redirects=True).text
    assert henk.post(f"/agenda/{date}/taken/{duty}").status_code == 303
    assert "Ik ben reserve" in nel.get(f"/agenda/{date}", follow_redirects=True).text
    assert henk.post(f"/agenda/{date}/taken/{duty}", data={"doe": "zoek"}).status_code == 303
    page = nel.get(f"/agenda/{date}", follow_redirects=True).text
    assert "Henk zoekt een vervanger" in page
    turn = page.split("/over/")[1].split('"')[0]
    assert nel.post(f"/agenda/{date}/taken/{duty}/over/{turn}").status_code == 303
    sheet = henk.get(f"/agenda/{date}/rooster").text
    assert "koffie zetten" in sheet and "Nel" in sheet


def told(date: int) -> list[tuple[str, str]]:
    """(address, subject without the day) of the letters about turns."""
    return [(mail.to_address, mail.subject.rpartition(",")[0]) for mail in mails()]


def test_a_reserve_who_gets_the_turn_hears_it_by_mail(context: Flask, world: World) -> None:
    date, duty = a_turn(world)
    for key in ("nel", "moira", "henk"):
        rota.take(date, duty, by=world.visitor(key))
    assert mails() == []
    rota.leave(date, duty, by=world.visitor("moira"))
    assert mails() == [], "a reserve who stops leaves nobody's turn"
    rota.take(date, duty, by=world.visitor("moira"))
    rota.leave(date, duty, by=world.visitor("nel"))
    assert mails() == [], "Henk was first, and has no mailbox"
    rota.leave(date, duty, by=world.visitor("henk"))
    assert told(date) == [("moira@example.nl", "U bent aan de beurt: koffie zetten bij Koffie in de hal")]
    assert f"/agenda/{date}#taken" in mails()[0].text


def test_the_host_hears_that_nobody_does_it_any_more(context: Flask, world: World) -> None:
    date, duty = a_turn(world)
    rota.take(date, duty, by=world.visitor("nel"))
    rota.leave(date, duty, by=world.visitor("nel"))
    assert told(date) == [("ton@example.nl", "Er is weer hulp nodig: koffie zetten bij Koffie in de hal")]
    rota.take(date, duty, by=world.visitor("ton"))
    rota.leave(date, duty, by=world.visitor("ton"))
    assert len(mails()) == 1, "who is host and leaves it knows"


def test_reserves_are_asked_by_who_looks_for_somebody_and_hear_it_once(context: Flask, world: World) -> None:
    date, duty = a_turn(world)
    for key in ("nel", "moira", "henk"):
        rota.take(date, duty, by=world.visitor(key))
    for _twice in range(2):
        rota.seek(date, duty, wants=True, by=world.visitor("nel"))
    assert told(date) == [("moira@example.nl", "Kunt u helpen? koffie zetten bij Koffie in de hal")]
    assert "Nel zoekt een vervanger voor: koffie zetten." in mails()[0].text
    rota.take_over(date, duty, taker(world, "nel"), by=world.visitor("moira"))
    assert told(date)[1:] == [("nel@example.nl", "Moira neemt uw beurt over: Koffie in de hal")]


def test_who_helps_hears_what_changes_and_that_it_does_not_go_on(context: Flask, world: World) -> None:
    date, duty = a_turn(world)
    for key in ("nel", "moira"):
        rota.take(date, duty, by=world.visitor(key))
    registering.answer(date, coming=True, by=world.visitor("moira"))
    row = db.session().get_one(Occurrence, date)
    later = row.starts_at + timedelta(days=1)
    changing.move_date(date, later, later + timedelta(hours=2), keeps_signups=False, by=world.visitor("ton"))
    letters = {mail.to_address: mail.text for mail in mails()}
    assert set(letters) == {"nel@example.nl", "moira@example.nl"}
    assert "waar u helpt" in letters["nel@example.nl"] and "Het is niet op" in letters["nel@example.nl"]
    assert "Meld u dan opnieuw aan" in letters["moira@example.nl"]
    assert "Meld u dan opnieuw aan" not in letters["nel@example.nl"], "she had not signed up"
    assert "/agenda/antwoord/" not in letters["nel@example.nl"]
    changing.skip_date(date, "De lift is stuk.", by=world.visitor("ton"))
    off = [mail for mail in mails() if "Gaat niet door" in mail.subject]
    assert {mail.to_address for mail in off} == {"nel@example.nl", "moira@example.nl"}
    assert all("De lift is stuk." in mail.text for mail in off)


def test_who_signs_off_and_has_a_turn_is_told_that_they_still_have_it(
    app: Flask, world: World, signed_in: Callable[[str], FlaskClient]
) -> None:
    with app.app_context():
        date, duty = a_turn(world)
        rota.take(date, duty, by=world.visitor("nel"))
        for key in ("nel", "moira"):
            registering.answer(date, coming=True, by=world.visitor(key))
    page = signed_in("nel").post(f"/agenda/{date}/antwoord", data={"antwoord": "nee"}, follow_redirects=True).text
    assert "U staat nog wel op het rooster: koffie zetten." in page
    page = signed_in("moira").post(f"/agenda/{date}/antwoord", data={"antwoord": "nee"}, follow_redirects=True).text
    assert "U staat nog wel op het rooster" not in page
