"""Reporting and deciding: who may decide about what, what each decision does, and that it can be taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from community import clock, db
from community.errors import Invalid, Missing, Refused
from community.moderation import actions, queries
from community.moderation.models import Decision
from community.moderation.policy import Matter, Moderating, role_for
from forums import actions as forum_actions
from forums import queries as forum_queries
from forums.attached import EarlierText
from forums.models import CARETAKER, EVERYONE, NEIGHBOURS, Forum, Topic
from tests.community.moderation.deeds import HARSH, a_quarrel, decided, decisions, flags, post, post_of, reported
from tests.world import World

pytestmark = pytest.mark.usefixtures("context")


# ---- who decides ---------------------------------------------------------------------------------------------------

# (what it is) x (who) -> in which role they decide
PEOPLE = ("ton", "henk", "nel", "moira", "rachid", "marjan", "bram", "anouk", "ada", "indra")
MATTERS: dict[str, dict[str, str]] = {
    "of the building": {"moira": "moderator"},
    "about the moderator": {"marjan": "woonconsulent", "anouk": "directeur"},
    "reported by the moderator": {"marjan": "woonconsulent", "anouk": "directeur"},
    "said in private": {"marjan": "woonconsulent", "anouk": "directeur"},
    "three days old": {"moira": "moderator", "marjan": "woonconsulent", "anouk": "directeur"},
    "of a building without moderators": {"anouk": "directeur"},
    "of the association": {"anouk": "directeur"},
}


def _matter(world: World, name: str) -> Matter:
    here, people = world.buildings, world.people
    parties = {
        "about the moderator": {people["moira"], people["henk"]},
        "reported by the moderator": {people["ton"], people["moira"]},
    }.get(name, {people["ton"], people["henk"]})
    building: int | None = here["lindehof"]
    if name == "of a building without moderators":
        building = here["baken"]
    if name == "of the association":
        building = None
    old = timedelta(days=3) if name == "three days old" else timedelta()
    return Matter(building, None, name == "said in private", frozenset(parties), clock.now() - old)


@pytest.mark.parametrize("name", MATTERS)
def test_who_decides_about_what(world: World, name: str) -> None:
    matter = _matter(world, name)
    known = queries.moderators([matter])
    found = {key: role.kind for key in PEOPLE if (role := role_for(world.visitor(key), matter, known))}
    assert found == MATTERS[name]


def test_a_second_moderator_keeps_the_association_out(world: World) -> None:
    matter = _matter(world, "about the moderator")
    second = Moderating(world.people["willemijn"], "Willemijn", matter.building_id, None)
    assert role_for(world.visitor("marjan"), matter, queries.moderators([matter])) is not None
    assert role_for(world.visitor("marjan"), matter, [*queries.moderators([matter]), second]) is None


def test_who_looks_is_named_to_the_one_who_reports(world: World) -> None:
    assert queries.who_looks(_matter(world, "of the building")) == ["Moira"]
    assert queries.who_looks(_matter(world, "said in private")) == ["Marjan", "Anouk"]
    assert queries.who_looks(_matter(world, "of a building without moderators")) == ["Anouk"]


def test_a_suspended_moderator_decides_nothing(world: World) -> None:
    matter = _matter(world, "of the building")
    assert role_for(world.visitor("moira"), matter, queries.moderators([matter]))
    about = reported(world, a_quarrel(world, by="moira"))
    decided(world, about, "suspend", by="marjan", until=clock.today() + timedelta(days=2))
    known = queries.moderators([matter])
    assert known == []
    assert role_for(world.visitor("moira"), matter, known) is None
    assert role_for(world.visitor("marjan"), matter, known) is not None


# ---- reporting -----------------------------------------------------------------------------------------------------


def test_a_report_waits_for_the_moderator_alone(world: World) -> None:
    key = a_quarrel(world)
    reported(world, key, words="Dit doet pijn.")
    reported(world, key, by="piet", reason="other")
    (case,) = queries.waiting(world.visitor("moira"))
    assert (case.subject, case.subject_id, case.about_id) == ("post", key, world.people["ton"])
    assert [(report.reason, report.words) for report in case.reports] == [("unkind", "Dit doet pijn."), ("other", "")]
    for key_ in ("ton", "henk", "nel", "rachid", "marjan", "anouk", "indra", "ada"):
        assert queries.waiting(world.visitor(key_)) == [], key_


def test_reporting_twice_is_once(world: World) -> None:
    key = a_quarrel(world)
    reported(world, key)
    assert actions.report("post", key, reason="other", by=world.visitor("henk")) is None
    assert len(flags()) == 1


@pytest.mark.parametrize("who", ["indra", "bas", "otto", "ada"])
def test_what_one_does_not_see_one_cannot_report(world: World, who: str) -> None:
    key = a_quarrel(world)
    with pytest.raises(Missing):
        actions.report("post", key, reason="unkind", by=world.visitor(who))
    assert flags() == []


def test_ones_own_words_are_withdrawn_and_not_reported(world: World) -> None:
    key = a_quarrel(world)
    with pytest.raises(Refused):
        actions.report("post", key, reason="unkind", by=world.visitor("ton"))
    forum_actions.withdraw(post_id=key, by=world.visitor("ton"))
    with pytest.raises(Missing):
        actions.report("post", key, reason="unkind", by=world.visitor("henk"))
    assert flags() == []


def test_a_person_can_be_reported_from_what_they_wrote(world: World) -> None:
    key = a_quarrel(world)
    actions.report("post", key, of_person=True, reason="unkind", by=world.visitor("henk"))
    (flag,) = flags()
    assert (flag.subject, flag.subject_id, flag.building_id) == (
        "person", world.people["ton"], world.buildings["lindehof"],
    )  # fmt: skip
    assert [case.subject for case in queries.waiting(world.visitor("moira"))] == ["person"]


def test_what_was_said_in_private_goes_to_the_association(world: World) -> None:
    key = a_quarrel(world, audience=CARETAKER)
    reported(world, key, by="rachid")
    assert queries.waiting(world.visitor("moira")) == []
    assert len(queries.waiting(world.visitor("marjan"))) == 1


# ---- decisions -----------------------------------------------------------------------------------------------------


def test_what_is_hidden_is_gone_and_comes_back(world: World) -> None:
    key = a_quarrel(world)
    before = post(key).version
    decision = decided(world, reported(world, key), "hide", why="unkind")
    hidden = post(key)
    assert (hidden.hidden_at is not None, hidden.hidden_by_id, hidden.hidden_as, hidden.hidden_why) == (
        True, world.people["moira"], "moderator", "unkind",
    )  # fmt: skip
    assert hidden.version > before
    assert [flag.decision_id for flag in flags()] == [decision.id]
    actions.undo(decision.id, by=world.visitor("moira"))
    back = post(key)
    assert (back.hidden_at, back.hidden_by_id, back.hidden_why, back.source) == (None, None, None, HARSH)
    assert decisions()[0].undone_by_id == world.people["moira"]
    actions.undo(decision.id, by=world.visitor("moira"))  # twice is once


@pytest.mark.parametrize(("audience", "counts"), [(EVERYONE, (0, 0)), (NEIGHBOURS, (0, 0))])
def test_a_whole_conversation_is_counted_no_more(world: World, audience: int, counts: tuple[int, int]) -> None:
    forum = world.forums["lindehof"]

    def counted() -> tuple[int, int]:
        return tuple(db.connection().execute(select(Forum.topics, Forum.open_topics).where(Forum.id == forum)).one())

    key = a_quarrel(world, audience=audience)
    there = counted()
    assert there[0] == 1
    topic = post(key).topic_id
    first = reported(world, post_of(topic, 1))
    decision = decided(world, first, "hide", is_whole=True)
    assert counted() == counts
    assert forum_queries.topic_head(world.visitor("nel"), topic) is None
    with pytest.raises(Missing):
        forum_actions.reply(topic_id=topic, source="Nog iets", token=None, by=world.visitor("nel"))
    actions.undo(decision.id, by=world.visitor("moira"))
    assert counted() == there
    assert forum_queries.topic_head(world.visitor("nel"), topic) is not None


def test_only_the_first_post_takes_the_conversation_with_it(world: World) -> None:
    key = a_quarrel(world)
    decided(world, reported(world, key), "hide", is_whole=True)
    assert forum_queries.topic_head(world.visitor("nel"), post(key).topic_id) is not None
    assert post(key).hidden_at is not None


def test_an_address_is_taken_out_and_kept_for_moderators(world: World) -> None:
    key = a_quarrel(world, said="Hij woont op Lindestraat 12, bel maar aan.")
    decision = decided(world, reported(world, key), "edit", why="private", text="Bel maar aan.")
    changed = post(key)
    assert (changed.source, "Lindestraat" in changed.html, changed.hidden_at) == ("Bel maar aan.", False, None)
    (kept,) = db.session().scalars(select(EarlierText))
    assert (kept.source, kept.by_id) == ("Hij woont op Lindestraat 12, bel maar aan.", world.people["moira"])
    actions.undo(decision.id, by=world.visitor("moira"))
    assert post(key).source == "Hij woont op Lindestraat 12, bel maar aan."


def test_a_closed_conversation_says_why_and_takes_no_more(world: World) -> None:
    key = a_quarrel(world)
    decision = decided(world, reported(world, key), "close", reason="Dit loopt te hoog op.")
    topic = db.session().get_one(Topic, post(key).topic_id, populate_existing=True)
    assert (topic.outcome, topic.outcome_by_id, topic.ended_as) == (
        "Dit loopt te hoog op.", world.people["moira"], "closed",
    )  # fmt: skip
    with pytest.raises(Refused):
        forum_actions.reply(topic_id=topic.id, source="Nog iets", token=None, by=world.visitor("nel"))
    actions.undo(decision.id, by=world.visitor("moira"))
    topic = db.session().get_one(Topic, topic.id, populate_existing=True)
    assert (topic.closed_at, topic.outcome) == (None, None)
    forum_actions.reply(topic_id=topic.id, source="Nog iets", token=None, by=world.visitor("nel"))


def test_who_is_suspended_reads_and_does_not_write(world: World) -> None:
    key = a_quarrel(world)
    decision = decided(world, reported(world, key), "suspend", until=clock.today())
    ton, topic = world.visitor("ton"), post(key).topic_id
    assert forum_queries.topic_head(ton, topic) is not None
    for deed in (
        lambda: forum_actions.reply(topic_id=topic, source="Wat?", token=None, by=ton),
        lambda: forum_actions.edit(post_id=key, source="Anders", by=ton),
        lambda: forum_actions.thank(post_id=post_of(topic, 1), by=ton),
    ):
        with pytest.raises(Refused):
            deed()
    forum_actions.withdraw(post_id=key, by=ton)  # taking back what one said is always possible
    actions.undo(decision.id, by=world.visitor("moira"))
    forum_actions.reply(topic_id=topic, source="Dank", token=None, by=world.visitor("ton"))


def test_a_warning_is_seen_while_it_holds(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key = a_quarrel(world)
    decided(world, reported(world, key), "warn", until=clock.today() + timedelta(days=90))
    assert [line.what for line in queries.still_valid(world.visitor("moira"), world.people["ton"])] == ["warn"]
    assert queries.still_valid(world.visitor("bram"), world.people["ton"]) == []
    now = clock.now() + timedelta(days=92)
    monkeypatch.setattr(clock, "now", lambda: now)
    assert queries.still_valid(world.visitor("moira"), world.people["ton"]) == []


def test_nothing_leaves_everything_as_it_was(world: World) -> None:
    key = a_quarrel(world)
    version = post(key).version
    decided(world, reported(world, key), "nothing")
    assert post(key).version == version
    assert queries.waiting(world.visitor("moira")) == []
    assert queries.own_decisions(world.visitor("ton")) == []


@pytest.mark.parametrize("who", ["ton", "henk", "nel", "rachid", "marjan", "indra", "ada"])
def test_who_has_no_say_decides_nothing_and_leaves_no_trace(world: World, who: str) -> None:
    key = a_quarrel(world)
    flag = reported(world, key)
    with pytest.raises(Missing):
        decided(world, flag, by=who)
    assert decisions() == []
    assert post(key).hidden_at is None
    decided(world, flag)  # and the moderator may


def test_a_decision_that_cannot_be_carried_out_leaves_no_trace(world: World) -> None:
    key = a_quarrel(world)
    flag = reported(world, key)
    forum_actions.withdraw(post_id=key, by=world.visitor("ton"))
    with pytest.raises(Invalid):
        decided(world, flag, "edit", text="Iets anders.")
    assert decisions() == []
    assert [one.decision_id for one in flags()] == [None]


def test_the_second_to_decide_is_told_who_was_first(world: World) -> None:
    key = a_quarrel(world)
    flag = reported(world, key)
    decided(world, flag)
    with pytest.raises(Refused, match="Moira"):
        decided(world, flag, "nothing", by="moira")
    assert [one.what for one in decisions()] == ["hide"]


def test_what_is_withdrawn_while_it_is_hidden_stays_withdrawn(world: World) -> None:
    key = a_quarrel(world)
    decision = decided(world, reported(world, key))
    forum_actions.withdraw(post_id=key, by=world.visitor("ton"))
    actions.undo(decision.id, by=world.visitor("moira"))
    assert (post(key).hidden_at, post(key).withdrawn_at is not None) == (None, True)


def test_what_is_hidden_cannot_be_changed_or_thanked_for(world: World) -> None:
    key = a_quarrel(world)
    decided(world, reported(world, key))
    with pytest.raises(Refused):
        forum_actions.edit(post_id=key, source="Iets liefs", by=world.visitor("ton"))
    with pytest.raises(Refused):
        forum_actions.thank(post_id=key, by=world.visitor("nel"))


# ---- appeals -------------------------------------------------------------------------------------------------------


def _hidden(world: World) -> tuple[int, Decision]:
    key = a_quarrel(world)
    return key, decided(world, reported(world, key))


def test_an_appeal_goes_to_somebody_else_and_undoes_what_was_decided(world: World) -> None:
    key, decision = _hidden(world)
    actions.appeal(decision.id, words="Het was een grapje.", by=world.visitor("ton"))
    assert queries.appeals_for(world.visitor("moira")) == []
    with pytest.raises(Missing):
        actions.answer(decision.id, is_granted=False, words="Nee.", by=world.visitor("moira"))
    assert [line[0].id for line in queries.appeals_for(world.visitor("marjan"))] == [decision.id]
    actions.answer(decision.id, is_granted=True, words="Dat zie ik ook zo.", by=world.visitor("marjan"))
    assert post(key).hidden_at is None
    appeal = queries.appeal_of(decision.id)
    assert appeal is not None
    assert (appeal.is_granted, appeal.answered_by_id) == (True, world.people["marjan"])
    with pytest.raises(Refused, match="Marjan"):
        actions.answer(decision.id, is_granted=False, words="Toch niet.", by=world.visitor("anouk"))


def test_an_appeal_that_is_not_granted_leaves_it_as_it_is(world: World) -> None:
    key, decision = _hidden(world)
    actions.appeal(decision.id, words="Het was een grapje.", by=world.visitor("ton"))
    actions.answer(decision.id, is_granted=False, words="Het deed pijn.", by=world.visitor("marjan"))
    assert post(key).hidden_at is not None
    assert decisions()[0].undone_at is None


@pytest.mark.parametrize("who", ["henk", "nel", "moira", "marjan"])
def test_only_the_person_concerned_appeals(world: World, who: str) -> None:
    _key, decision = _hidden(world)
    with pytest.raises(Missing):
        actions.appeal(decision.id, words="Ik vind dit niets.", by=world.visitor(who))
    assert queries.appeal_of(decision.id) is None


def test_one_appeals_once_and_in_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _key, decision = _hidden(world)
    actions.appeal(decision.id, words="Een.", by=world.visitor("ton"))
    with pytest.raises(Refused):
        actions.appeal(decision.id, words="Twee.", by=world.visitor("ton"))
    late = decided(world, reported(world, a_quarrel(world)))
    now = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: now)
    with pytest.raises(Refused):
        actions.appeal(late.id, words="Drie.", by=world.visitor("ton"))
