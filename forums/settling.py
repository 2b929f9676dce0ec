"""What becomes of a conversation: a question to the association is taken up with a promise, handed over, answered; how
it ended is written above it; it is closed and opened again. Each function is one deed in one transaction; who asked is
told at each step. The first of two colleagues wins, the second is told who it was."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from community import clock, dates, db, journal, live, text
from community.accounts.models import Person
from community.errors import Missing, Refused
from community.language import gettext as _
from community.visitor import Visitor
from forums import actions, indexing, kinds, policy_settling, queries, successors, telling
from forums.models import Topic


class Held:
    """A topic that is locked in the running action, with where it stands."""

    def __init__(self, topic: Topic, place: Any) -> None:
        self.topic = topic
        self.building_id: int | None = place.building_id
        self.neighbourhood_id: int | None = place.neighbourhood_id

    def __getattr__(self, name: str) -> Any:
        return getattr(self.topic, name)


def hold(topic_id: int, by: Visitor) -> Held:
    """The topic, locked; Missing when it is not there for this person."""
    place = queries.topic_to_write(by, topic_id)
    topic = db.lock(Topic, topic_id) if place else None
    if place is None or topic is None:
        raise Missing()
    return Held(topic, place)


def changed(held: Held, kind: str, *, by: Visitor, **facts: Any) -> None:
    """What a reader sees above the conversation is other than it was."""
    held.topic.version += 1
    db.session().flush()
    hat = by.hat_for(held.building_id, held.neighbourhood_id)
    journal.record(
        f"topic.{kind}", by=by.person_id, subject=held.topic.id, building=held.building_id,
        acting_as=hat.kind if hat else None, **facts,
    )  # fmt: skip
    live.hint(f"topic:{held.topic.id}", topic=held.topic.id, kind="head")


# ---- a question to the association -----------------------------------------------------------------------------------


@db.action
def take(*, topic_id: int, promised_on: date, by: Visitor) -> None:
    """Take up a question and promise when there will be an answer; who has it already promises another day.

    Raises:
        Refused: a colleague was first.
    """
    held = hold(topic_id, by)
    policy_settling.check_settle(by, held)
    topic = held.topic
    if topic.status == "answered":
        raise Refused(_("Deze vraag is al beantwoord."))
    if topic.status == "taken" and topic.owner_id != by.person_id:
        raise Refused(
            _(
                "%(name)s heeft deze vraag al opgepakt. Er is antwoord beloofd vóór %(day)s.",
                name=_name(topic.owner_id),
                day=dates.near(topic.promised_on) if topic.promised_on else "",
            )
        )
    is_again = topic.status == "taken"
    if is_again and topic.promised_on == promised_on:
        return
    topic.status, topic.owner_id, topic.promised_on = "taken", by.person_id, promised_on
    topic.taken_at = topic.taken_at if is_again else clock.now()
    changed(held, "promised" if is_again else "taken", by=by, promised_on=promised_on.isoformat())
    telling.follows(topic.id, by.person_id)
    telling.asker(held, "promised" if is_again else "taken", by=by)


def _name(person_id: int | None) -> str:
    found = db.connection().execute(select(Person.short_name).where(Person.id == person_id)).scalar()
    return found or _("Een collega")


@db.action
def hand_over(*, topic_id: int, to: int, by: Visitor) -> None:
    """Give a question to a colleague; `to` is one of who works here, as the page offered. The promise stands."""
    held = hold(topic_id, by)
    policy_settling.check_settle(by, held)
    topic = held.topic
    if topic.status != "taken":
        raise Refused(_("Deze vraag heeft nog niemand opgepakt."))
    if topic.owner_id == to:
        return
    topic.owner_id = to
    changed(held, "handed_over", by=by, to=to)
    telling.follows(topic.id, to)
    telling.person(topic.id, to)
    telling.asker(held, "handed over", by=by, owner=_name(to))


@db.action
def let_go(*, topic_id: int, by: Visitor) -> None:
    """Taken up by mistake: the question waits for somebody again. Only who has it can say so."""
    held = hold(topic_id, by)
    policy_settling.check_settle(by, held)
    topic = held.topic
    if topic.status != "taken" or topic.owner_id != by.person_id:
        raise Refused(_("Alleen wie de vraag heeft opgepakt, kan haar weer loslaten."))
    topic.status, topic.owner_id, topic.promised_on, topic.taken_at = "open", None, None, None
    changed(held, "let_go", by=by)
    telling.asker(held, "let go", by=by)


@db.action
def answer(*, topic_id: int, by: Visitor, is_answered: bool = True) -> None:
    """What was said is the answer; or after all it is not. Twice is once."""
    held = hold(topic_id, by)
    policy_settling.check_settle(by, held)
    topic = held.topic
    if (topic.status == "answered") is is_answered:
        return
    if is_answered:
        topic.status, topic.answered_at = "answered", clock.now()
        topic.owner_id = topic.owner_id or by.person_id
    else:
        _waits_again(topic)
    changed(held, "answered" if is_answered else "unanswered", by=by)
    telling.asker(held, "answered" if is_answered else "unanswered", by=by)


@db.action
def reply_with_answer(
    *, topic_id: int, source: str, token: str | None, by: Visitor, files: bool = False, quotes: int | None = None
) -> int:
    """Say what answers a question, as `actions.reply`, with which it is answered: both, or neither. Returns the number
    of the post."""
    number = actions.reply(topic_id=topic_id, source=source, token=token, files=files, quotes=quotes, by=by)
    went = successors.of(by, topic_id)  # joined with another at this very moment
    held = hold(went[0] if went else topic_id, by)
    if held.topic.status in {"open", "taken"}:
        answer(topic_id=held.topic.id, by=by)
    return number


def _waits_again(topic: Topic) -> None:
    topic.answered_at = None
    topic.status = "taken" if topic.taken_at else "open"
    if topic.status == "open":
        topic.owner_id = None


# ---- how it ended ----------------------------------------------------------------------------------------------------


def ending(topic: kinds.Kind, author_id: int, visitor: Visitor) -> str:
    """How a conversation ends when this visitor writes it down: what a question to the association led to was agreed,
    unless who asked says that it was answered."""
    if topic.aspect == "association" and author_id != visitor.person_id:
        return "agreed"
    return kinds.ENDS.get(topic.kind, "agreed")


@db.action
def agree(*, topic_id: int, source: str, closes: bool = False, by: Visitor) -> None:
    """Write above a conversation how it ended, or write it better. Who follows it hears this as the last thing."""
    held = hold(topic_id, by)
    policy_settling.check_end(by, held)
    if closes:
        policy_settling.check_close(by, held)
    topic, now, is_first = held.topic, clock.now(), held.topic.outcome is None
    if not is_first and topic.outcome == source and not closes:
        return
    if is_first or topic.outcome != source:
        hat = by.hat_for(held.building_id, held.neighbourhood_id)
        topic.outcome, topic.outcome_html = source, text.render(source)
        topic.outcome_by_id, topic.outcome_as, topic.outcome_at = by.person_id, hat.kind if hat else None, now
    if is_first:
        topic.ended_as = ending(topic, topic.author_id, by)
    if topic.status is not None and topic.status != "answered":
        topic.status, topic.answered_at = "answered", now
    if closes:
        topic.closed_at = now
    indexing.renew_outcomes([topic.id])
    changed(held, "agreed", by=by, ended_as=topic.ended_as, is_closed=closes)
    if is_first:
        telling.asker(held, "agreed", by=by)
        telling.stop(topic.id, by=by)


@db.action
def take_back(*, topic_id: int, by: Visitor) -> None:
    """After all it is not over: what was written above it goes."""
    held = hold(topic_id, by)
    policy_settling.check_end(by, held)
    topic = held.topic
    if topic.outcome is None:
        return
    was = topic.outcome
    topic.outcome = topic.outcome_html = topic.outcome_as = topic.ended_as = None
    topic.outcome_by_id = topic.outcome_at = None
    if topic.status is not None:
        _waits_again(topic)
    indexing.renew_outcomes([topic.id])
    changed(held, "taken_back", by=by, length=len(was))
    telling.follows(topic.id, topic.author_id)
    telling.asker(held, "taken back", by=by)


@db.action
def close(*, topic_id: int, by: Visitor) -> None:
    """Nobody can reply any more. Only with an outcome: else nobody knows why."""
    held = hold(topic_id, by)
    if held.topic.closed_at:
        return
    policy_settling.check_close(by, held)
    if held.topic.outcome is None:
        raise Refused(_("Schrijf eerst op hoe het afliep. Dan kan het gesprek dicht."))
    held.topic.closed_at = clock.now()
    changed(held, "closed", by=by)


@db.action
def reopen(*, topic_id: int, by: Visitor) -> None:
    """People can reply again; what was agreed stays."""
    held = hold(topic_id, by)
    if held.topic.closed_at is None:
        return
    policy_settling.check_reopen(by, held)
    held.topic.closed_at = None
    changed(held, "reopened", by=by)
