"""Who decides gets a mail that something waits: in the daytime, once a day at the most, of what waits when it leaves,
and without a word of what was said or of who reported it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete, select

from community import clock, db, mail
from community.accounts.models import Person
from community.mail import OutgoingMail
from community.moderation import actions
from community.places.models import Role
from forums import actions as forum_actions
from forums.models import CARETAKER
from tests.community.moderation.deeds import HARSH, a_quarrel, decided, flags, post, post_of, reported
from tests.world import World

pytestmark = pytest.mark.usefixtures("context")

MOIRA, MARJAN, ANOUK = "moira@example.nl", "marjan@zuiderlicht.example", "anouk@zuiderlicht.example"


def on_monday(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, 23, hour, minute, tzinfo=clock.ZONE)


def told(address: str) -> list[OutgoingMail]:
    """The mails about reports to an address, in the order in which they leave."""
    wanted = select(OutgoingMail).where(
        OutgoingMail.to_address == address, OutgoingMail.message_id.startswith("<reports-")
    )
    return list(
        db.session().scalars(wanted.order_by(OutgoingMail.next_try_at).execution_options(populate_existing=True))
    )


def leaves(found: OutgoingMail) -> datetime:
    assert found.next_try_at is not None
    return clock.local(found.next_try_at)


@db.action
def _sent(key: int) -> None:
    found = db.session().get_one(OutgoingMail, key)
    found.sent_at = clock.now()


@db.action
def _no_moderator() -> None:
    db.session().execute(delete(Role).where(Role.kind == "moderator"))


def another(world: World, key: int, said: str = "Nog eens: ezel.") -> int:
    """Ton says something harsh again in the same conversation."""
    number = forum_actions.reply(topic_id=post(key).topic_id, source=said, token=None, by=world.visitor("ton"))
    return post_of(post(key).topic_id, number)


def test_a_moderator_hears_by_day_that_something_waits_and_nothing_of_it(world: World) -> None:
    with time_machine.travel(on_monday(14), tick=False):
        reported(world, a_quarrel(world), words="Dit raakt mij-9090.")
        (found,) = told(MOIRA)
        assert leaves(found) == on_monday(14)
    assert found.subject == "Er wacht 1 melding op u"
    for said in (found.text, found.html):
        assert "Lindehof" in said and "1 melding" in said and "/werk/meldingen" in said
        for hidden in (HARSH, "ezel", "9090", "Henk", "Ton", "De was in de gang"):
            assert hidden not in said, hidden


@pytest.mark.parametrize(("hour", "morning"), [(22, 24), (3, 23)])
def test_at_night_it_waits_for_nine_o_clock(world: World, hour: int, morning: int) -> None:
    with time_machine.travel(on_monday(hour), tick=False):
        reported(world, a_quarrel(world))
        (found,) = told(MOIRA)
        assert leaves(found) == datetime(2026, 11, morning, 9, tzinfo=clock.ZONE)


def test_one_mail_a_day_says_all_that_waits(world: World) -> None:
    with time_machine.travel(on_monday(14), tick=False) as traveller:
        key = a_quarrel(world)
        reported(world, key)
        (first,) = told(MOIRA)
        _sent(first.id)
        traveller.move_to(on_monday(15))
        reported(world, another(world, key))
        traveller.move_to(on_monday(16))
        reported(world, another(world, key))
        first, second = told(MOIRA)
    assert first.subject == "Er wacht 1 melding op u", "what has left is left as it is"
    assert second.subject == "Er wachten 3 meldingen op u" and "3 meldingen" in second.text
    assert leaves(second) == datetime(2026, 11, 24, 9, tzinfo=clock.ZONE)


def test_who_reports_the_same_again_brings_no_second_mail(world: World) -> None:
    with time_machine.travel(on_monday(14), tick=False):
        key = a_quarrel(world)
        reported(world, key, by="henk")
        reported(world, key, by="nel")
        assert len(told(MOIRA)) == 1


def test_what_is_decided_before_the_morning_is_not_mailed(world: World) -> None:
    with time_machine.travel(on_monday(22), tick=False):
        key = a_quarrel(world)
        made = [reported(world, key), reported(world, another(world, key))]
        assert [found.subject for found in told(MOIRA)] == ["Er wachten 2 meldingen op u"]
        decided(world, made[0])
        assert [found.subject for found in told(MOIRA)] == ["Er wacht 1 melding op u"]
        decided(world, made[1])
        assert told(MOIRA) == []
        assert told(MARJAN) == [], "nor does the association hear of it later"


def test_the_nearest_of_the_association_hears_where_there_is_no_moderator(world: World) -> None:
    _no_moderator()
    with time_machine.travel(on_monday(14), tick=False):
        reported(world, a_quarrel(world))
        assert [leaves(found) for found in told(MARJAN)] == [on_monday(14)]
        assert told(ANOUK) == [], "who is of all buildings sees it when she looks"
        reported(world, a_quarrel(world, by="bas", forum="zuiderlicht"), by="indra")
        assert len(told(ANOUK)) == 1, "of the association there is nobody nearer"


def test_what_a_caretaker_or_a_private_message_is_about_goes_to_the_association_at_once(world: World) -> None:
    with time_machine.travel(on_monday(14), tick=False):
        topic = post(a_quarrel(world, by="ton", audience=CARETAKER)).topic_id
        reported(world, post_of(topic, 1), by="rachid")
        assert told(MOIRA) == [] and len(told(MARJAN)) == 1


def test_the_association_hears_after_two_days_of_what_nobody_came_to(world: World) -> None:
    with time_machine.travel(on_monday(14), tick=False):
        reported(world, a_quarrel(world))
        (found,) = told(MARJAN)
        assert leaves(found) == datetime(2026, 11, 26, 9, tzinfo=clock.ZONE)
        assert leaves(found) - on_monday(14) > timedelta(days=2)


def test_nobody_is_told_of_what_they_stand_in_themselves(world: World) -> None:
    with time_machine.travel(on_monday(14), tick=False):
        reported(world, a_quarrel(world, by="moira"))
        assert told(MOIRA) == [] and len(told(MARJAN)) == 1
        reported(world, a_quarrel(world, by="ton"), by="moira")
        assert told(MOIRA) == []


def test_when_the_only_moderator_reports_it_too_the_association_hears(world: World) -> None:
    with time_machine.travel(on_monday(22), tick=False):
        key = a_quarrel(world)
        reported(world, key, by="henk")
        assert len(told(MOIRA)) == 1
        reported(world, key, by="moira")
        assert leaves(told(MARJAN)[0]) == datetime(2026, 11, 24, 9, tzinfo=clock.ZONE)


@db.action
def _share_a_mailbox(world: World) -> None:
    db.session().get_one(Person, world.people["henk"]).mailbox_id = (
        db.session().get_one(Person, world.people["moira"]).mailbox_id
    )


def test_a_mailbox_of_two_hears_only_that_there_is_something(world: World) -> None:
    _share_a_mailbox(world)
    with time_machine.travel(on_monday(14), tick=False):
        reported(world, a_quarrel(world))
        (found,) = told(MOIRA)
    assert found.subject == "Er is een bericht voor u op Trefpunt"
    assert "melding" not in found.text.replace("/werk/meldingen", "")


def test_a_report_that_fails_leaves_no_mail(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key = a_quarrel(world)

    def fall(*_: object, **__: object) -> None:
        raise RuntimeError("the power went out")

    monkeypatch.setattr(mail, "put_or_rewrite", fall)
    with pytest.raises(RuntimeError):
        actions.report("post", key, reason="unkind", by=world.visitor("henk"))
    assert told(MOIRA) == [] and flags() == []


# ---- somebody asks to look again -------------------------------------------------------------------------------------

WORDS = "Ik bedoelde het niet zo, echt-7712."


def appealed(world: World, by: str = "moira") -> int:
    """Ton asks to look again at what `by` decided, long after the mails about that; the number of the decision."""
    key = decided(world, reported(world, a_quarrel(world)), by=by).id
    _nothing_lies_there()
    actions.appeal(key, words=WORDS, by=world.visitor("ton"))
    return key


@db.action
def _nothing_lies_there() -> None:
    db.session().execute(delete(OutgoingMail))


@db.action
def another_moderator(world: World) -> None:
    """Nel, and Willemijn, who shares a mailbox with Piet."""
    for key in ("willemijn", "nel"):
        world.give_role(key, "moderator", "lindehof")


def test_an_appeal_is_told_to_who_may_answer_it_and_not_to_who_decided(world: World) -> None:
    another_moderator(world)
    with time_machine.travel(on_monday(14), tick=False):
        appealed(world)
        nel, koster = told("nel@example.nl"), told("koster@example.nl")
        assert [one.subject for one in nel] == ["Wilt u nog eens naar een besluit kijken?"]
        assert [one.subject for one in koster] == ["Er is een bericht voor u op Trefpunt"], "Piet reads it too"
        assert told(MOIRA) == [], "she decided; the report is no longer open either"
        assert leaves(nel[0]) == on_monday(14)
    for said in (nel[0].text, nel[0].html):
        assert "1 besluit om nog eens naar te kijken" in said and "Lindehof" in said and "/werk/meldingen" in said
        for hidden in (WORDS, "7712", HARSH, "ezel", "Henk", "Ton", "Moira", "kwetsend", "0 meldingen"):
            assert hidden not in said, hidden


def test_without_another_moderator_the_nearest_of_the_association_hears_it(world: World) -> None:
    with time_machine.travel(on_monday(14), tick=False):
        appealed(world)
        assert [one.subject for one in told(MARJAN)] == ["Wilt u nog eens naar een besluit kijken?"]
        assert told(ANOUK) == [] and told(MOIRA) == []


def test_reports_and_appeals_are_one_mail_a_day(world: World) -> None:
    another_moderator(world)
    with time_machine.travel(on_monday(22), tick=False):
        key = a_quarrel(world)
        decision = decided(world, reported(world, key), by="moira").id
        reported(world, another(world, key))
        actions.appeal(decision, words=WORDS, by=world.visitor("ton"))
        (found,) = told("nel@example.nl")
        assert found.subject == "Er wachten 2 dingen op u"
        assert "1 melding, 1 besluit om nog eens naar te kijken" in found.text
        assert [one.subject for one in told(MOIRA)] == ["Er wacht 1 melding op u"]


def test_an_appeal_that_is_answered_before_the_morning_is_not_mailed_and_the_one_who_asked_is(world: World) -> None:
    another_moderator(world)
    with time_machine.travel(on_monday(22), tick=False):
        key = appealed(world)
        assert told("nel@example.nl") != []
        actions.answer(key, is_granted=False, words="Het blijft zo.", by=world.visitor("nel"))
        assert told("nel@example.nl") == [] and told("koster@example.nl") == []
        letters = db.session().scalars(select(OutgoingMail).where(OutgoingMail.to_address == "ton@example.nl")).all()
        assert letters[-1].subject == "Er is nog eens naar het besluit gekeken"
        assert "Henk" not in letters[-1].text, "who reported is nowhere"


def test_a_decision_that_is_taken_back_waits_for_nobody_any_more(world: World) -> None:
    another_moderator(world)
    with time_machine.travel(on_monday(22), tick=False):
        key = appealed(world)
        actions.undo(key, by=world.visitor("moira"))
        assert told("nel@example.nl") == []


def test_after_two_days_the_association_hears_of_an_appeal_too(world: World) -> None:
    another_moderator(world)
    with time_machine.travel(on_monday(14), tick=False):
        appealed(world)
        (late,) = told(MARJAN)
        assert leaves(late) == datetime(2026, 11, 26, 9, tzinfo=clock.ZONE)
