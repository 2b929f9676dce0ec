"""The pages: what readers see of what was hidden, edited or blocked, in every outlet; what moderators see of a report,
and that nobody sees who made it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from community import clock, db
from community.accounts.models import Person
from community.errors import Refused
from community.mail import OutgoingMail
from community.moderation import actions, queries
from forums import actions as forum_actions
from forums import decency
from forums.models import CARETAKER
from tests.community.moderation.deeds import HARSH, a_quarrel, decided, decisions, flags, post, post_of, reported
from tests.community.moderation.test_blocking import MARK, TITLE
from tests.world import World

SignedIn = Callable[[str], FlaskClient]
MARKED = "ezel-8841"


@pytest.fixture
def said(app: Flask, world: World) -> tuple[int, int]:
    """A topic that Ton began (with a mark in it), and a post by him in a topic of Nel (its id)."""
    with app.app_context():
        own = forum_actions.start_topic(
            forum_id=world.forums["lindehof"],
            kind="help",
            title=TITLE,
            source=MARK,
            token=None,
            by=world.visitor("ton"),
        )
        return own, a_quarrel(world, said=MARK)


@db.action
def _show(world: World, key: str) -> None:
    db.session().get_one(Person, world.people[key]).is_shown = True


def _outlets(world: World, own: int, other: int) -> list[str]:
    return [
        "/vandaag",
        "/gesprekken",
        "/gesprekken?forum=lindehof",
        "/gesprekken?soort=samen",
        "/gebouwen/lindehof",
        f"/gesprekken/{own}",
        f"/gesprekken/{own}/nieuw?na=0",
        f"/gesprekken/{other}",
        f"/gesprekken/{other}/nieuw?nummer=2",
        f"/zoeken?q={MARK}",
        f"/zoeken?q={TITLE}",
        "/buren",
        "/buren?q=Ton",
    ]


def _where(browser: FlaskClient, outlets: list[str], *words: str) -> set[str]:
    return {path for path in outlets if any(word in _shown(browser, path) for word in words)}


def _shown(browser: FlaskClient, path: str) -> str:
    """The page without what was typed into its own search box."""
    page = browser.get(path)
    assert page.status_code == 200, path
    return page.text.replace(f'value="{path.rpartition("=")[2]}"', "").partition("Niets gevonden")[0]


def test_no_outlet_shows_a_word_of_who_is_blocked(
    app: Flask, world: World, said: tuple[int, int], signed_in: SignedIn
) -> None:
    with app.app_context():
        _show(world, "ton")
        own, other = said[0], post(said[1]).topic_id
    outlets = _outlets(world, own, other)
    henk = signed_in("henk")
    before = _where(henk, outlets, MARK, "Ton Visser")
    assert {f"/gesprekken/{own}", f"/gesprekken/{other}", "/buren", f"/zoeken?q={MARK}"} <= before
    assert "/gesprekken" in _where(henk, outlets, TITLE)

    answer = henk.post(f"/melden/reactie/{said[1]}/niet-lezen")
    assert answer.status_code == 303
    assert _where(henk, outlets, MARK, "Ton Visser") == set()
    assert _where(henk, [path for path in outlets if str(own) not in path], TITLE) <= {f"/zoeken?q={TITLE}"}
    assert "U wilt deze buur niet lezen." in henk.get(f"/gesprekken/{other}").text
    # For everybody else, the one who is blocked too, nothing is different.
    assert _where(signed_in("nel"), outlets, MARK, "Ton Visser") == before
    assert "niet lezen" not in signed_in("ton").get(f"/gesprekken/{other}").text

    henk.post(f"/mijn/niet-lezen/{world.people['ton']}/weg")
    assert _where(henk, outlets, MARK, "Ton Visser") == before


def test_blocking_twice_is_once_and_is_no_business_of_the_other(app: Flask, world: World, signed_in: SignedIn) -> None:
    with app.app_context():
        for _ in range(2):
            actions.block(world.people["ton"], by=world.visitor("henk"))
        assert [row.id for row in queries.blocked_people(world.visitor("henk"))] == [world.people["ton"]]
    assert "Ton Visser" in signed_in("henk").get("/mijn/niet-lezen").text
    assert "Henk" not in signed_in("ton").get("/mijn/niet-lezen").text


# ---- what was hidden -------------------------------------------------------------------------------------------------


def _everywhere(topic: int, number: int) -> list[str]:
    return [
        "/vandaag",
        "/gesprekken",
        "/gebouwen/lindehof",
        f"/gesprekken/{topic}",
        f"/gesprekken/{topic}/nieuw?na=0",
        f"/gesprekken/{topic}/nieuw?nummer={number}",
        f"/zoeken?q={MARKED}",
    ]


def test_no_outlet_shows_a_word_of_what_was_hidden(app: Flask, world: World, signed_in: SignedIn) -> None:
    with app.app_context():
        key = a_quarrel(world)
        topic, number = post(key).topic_id, post(key).number
    everywhere = _everywhere(topic, number)
    browsers = {who: signed_in(who) for who in ("ton", "henk", "nel", "rachid", "anouk")}
    for browser in browsers.values():
        assert len(_where(browser, everywhere, MARKED)) >= 4
    with app.app_context():
        decision = decided(world, reported(world, key), why="unkind").id
    for who, browser in browsers.items():
        assert _where(browser, everywhere, MARKED) == set(), who
        page = browser.get(f"/gesprekken/{topic}").text
        assert "Deze reactie is weggehaald door Moira (moderator), omdat er iets kwetsends in stond." in page
        assert browser.get(f"/gesprekken/{topic}/{number}/wijzig").status_code == 403
        assert browser.get(f"/melden/reactie/{key}").status_code == 404
    with app.app_context():
        actions.undo(decision, by=world.visitor("moira"))
    for browser in browsers.values():
        assert len(_where(browser, everywhere, MARKED)) >= 4


def test_a_hidden_conversation_is_nowhere(app: Flask, world: World, signed_in: SignedIn) -> None:
    with app.app_context():
        key = a_quarrel(world)
        topic = post(key).topic_id
        decided(world, reported(world, post_of(topic, 1)), is_whole=True)
    for who in ("nel", "ton", "henk", "anouk"):
        browser = signed_in(who)
        assert "De was in de gang" not in browser.get("/gesprekken").text
        assert browser.get(f"/gesprekken/{topic}").status_code == 404
        assert _where(browser, [f"/zoeken?q={MARKED}"], MARKED) == set()
        assert browser.get(f"/gesprekken/{topic}/nieuw?na=0").status_code == 404


def test_what_was_taken_out_is_said_and_not_shown(app: Flask, world: World, signed_in: SignedIn) -> None:
    with app.app_context():
        key = a_quarrel(world, said="Hij woont op Lindestraat 12. Bel maar aan.")
        topic = post(key).topic_id
        decided(world, reported(world, key), "edit", why="private", text="Bel maar aan.")
    page = signed_in("henk").get(f"/gesprekken/{topic}").text
    assert "Bel maar aan." in page and "Lindestraat 12" not in page
    assert "Moira (moderator) haalde hier een stukje uit" in page


# ---- who reported it -------------------------------------------------------------------------------------------------

LINK = re.compile(r'(?:href|action)="(/[^"#]*)')


def _walk(browser: FlaskClient, begin: list[str], most: int = 400) -> Iterator[tuple[str, str]]:
    """Every page that one comes to by following links from here, the nearest first; a calendar has no end of months."""
    seen, waiting = set(begin), list(begin)
    while waiting and len(seen) < most:
        path = waiting.pop(0)
        answer = browser.get(path)
        if answer.mimetype != "text/html":
            continue
        yield path, answer.text
        for link in LINK.findall(answer.text.replace("&amp;", "&")):
            if link not in seen and not link.startswith(("/static", "/foto", "/uitloggen", "/agenda?")):
                seen.add(link)
                waiting.append(link)


def test_nobody_finds_out_who_reported(app: Flask, world: World, signed_in: SignedIn) -> None:
    """Zebedeus says nothing and is in no list; then he reports, it is decided, appealed and answered."""
    with app.app_context():
        _call(world, "henk", "Zebedeus")
        key = a_quarrel(world)
        flag = reported(world, key, by="henk", words="Dit raakt mij.")
        more = reported(world, a_quarrel(world), by="henk", words="Dit ook.")
        decision = decided(world, flag).id
        actions.appeal(decision, words="Een grapje.", by=world.visitor("ton"))
    begin = [
        "/vandaag", "/mijn", "/mijn/besluiten", f"/mijn/besluiten/{decision}", "/werk/meldingen", "/werk/meldingen/log",
        f"/werk/meldingen/{more}", f"/werk/meldingen/bezwaar/{decision}", f"/gesprekken/{_topic(app, key)}",
    ]  # fmt: skip
    seen: dict[str, int] = {}
    for who in ("ton", "moira", "marjan", "anouk", "nel", "rachid"):
        for path, text in _walk(signed_in(who), begin):
            assert "Zebedeus" not in text, (who, path)
            seen[who] = seen.get(who, 0) + ("Dit ook." in text or "Dit raakt mij." in text)
    assert seen["moira"] > 0 and seen["ton"] == seen["nel"] == seen["rachid"] == 0
    with app.app_context():
        for mail in db.session().scalars(select(OutgoingMail)):
            assert "Zebedeus" not in mail.text + mail.html and "raakt mij" not in mail.text


@db.action
def _call(world: World, key: str, name: str) -> None:
    values = {"name": name, "short_name": name, "folded_name": name.lower()}
    db.session().execute(update(Person).where(Person.id == world.people[key]).values(values))


def _topic(app: Flask, key: int) -> int:
    with app.app_context():
        return post(key).topic_id


# ---- mails -----------------------------------------------------------------------------------------------------------


def _mails(to: str) -> list[OutgoingMail]:
    return list(
        db.session().scalars(select(OutgoingMail).where(OutgoingMail.to_address == to).order_by(OutgoingMail.id))
    )


def test_the_person_concerned_is_mailed_each_step(app: Flask, world: World) -> None:
    with app.app_context():
        decision = decided(world, reported(world, a_quarrel(world)), reason="Dit kan pijn doen.")
        actions.appeal(decision.id, words="Een grapje.", by=world.visitor("ton"))
        actions.answer(decision.id, is_granted=True, words="Dat zie ik ook zo.", by=world.visitor("marjan"))
        first, second = _mails("ton@example.nl")
        assert "Moira (moderator) haalde uw reactie weg." in first.text
        assert "Dit kan pijn doen." in first.text and f"/mijn/besluiten/{decision.id}" in first.text
        assert "Dat zie ik ook zo." in second.text and "Marjan" in second.text
        everybody = db.session().scalars(select(OutgoingMail.to_address)).all()
        assert set(everybody) == {"ton@example.nl"}


def test_a_mailbox_that_two_people_read_hears_nothing_of_it(app: Flask, world: World) -> None:
    with app.app_context():
        key = a_quarrel(world, by="willemijn")
        decided(world, reported(world, key), reason="Dit kan pijn doen.")
        (mail,) = _mails("koster@example.nl")
        assert "Willemijn" in mail.text
        assert "pijn" not in mail.text + mail.html and "weg" not in mail.subject


def test_a_decision_that_fails_mails_nobody(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_kind: str, **_facts: object) -> None:
        raise RuntimeError("broken off")

    with app.app_context():
        key = a_quarrel(world)
        flag = reported(world, key)
        monkeypatch.setattr(actions.journal, "record", fails)
        with pytest.raises(RuntimeError):
            decided(world, flag)
        assert decisions() == [] and _mails("ton@example.nl") == []
        assert post(key).hidden_at is None and [one.decision_id for one in flags()] == [None]


def test_who_has_no_mailbox_reads_it_on_the_first_page(app: Flask, world: World, signed_in: SignedIn) -> None:
    with app.app_context():
        decision = decided(world, reported(world, a_quarrel(world, by="henk"), by="ton"), reason="Dit kan pijn doen.")
    henk = signed_in("henk")
    assert "Dit kan pijn doen." in henk.get("/vandaag").text
    assert f"/mijn/besluiten/{decision.id}" in henk.get("/mijn").text
    henk.post(f"/mijn/besluiten/{decision.id}/gelezen")
    assert "Dit kan pijn doen." not in henk.get("/vandaag").text


# ---- at the same moment ------------------------------------------------------------------------------------------------


def _at_once(app: Flask, *deeds: Callable[[], object]) -> list[object]:
    """What each of these gave or raised, all begun at the same moment."""
    found: list[object] = []
    go = threading.Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> None:
        with app.app_context():
            go.wait()
            try:
                found.append(deed())
            except Exception as error:
                found.append(error)

    threads = [threading.Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@db.action
def _second_moderator(world: World) -> None:
    world.give_role("willemijn", "moderator", "lindehof")


def test_of_two_moderators_at_once_one_decides_and_the_other_is_told(app: Flask, world: World) -> None:
    with app.app_context():
        _second_moderator(world)
        flag = reported(world, a_quarrel(world))
    found = _at_once(app, lambda: decided(world, flag, "hide"), lambda: decided(world, flag, "nothing", by="willemijn"))
    assert len([one for one in found if isinstance(one, Refused)]) == 1, found
    with app.app_context():
        assert len(decisions()) == 1


def test_a_report_sent_twice_at_once_is_one(app: Flask, world: World) -> None:
    with app.app_context():
        key, henk = a_quarrel(world), world.visitor("henk")

    def report() -> object:
        return actions.report("post", key, reason="unkind", by=henk)

    found = _at_once(app, report, report, report)
    assert sum(one is None for one in found) == 2, found
    with app.app_context():
        assert len(flags()) == 1


def test_hiding_and_withdrawing_at_once_both_happen(app: Flask, world: World) -> None:
    with app.app_context():
        key = a_quarrel(world)
        flag, ton = reported(world, key), world.visitor("ton")
    _at_once(app, lambda: decided(world, flag), lambda: forum_actions.withdraw(post_id=key, by=ton))
    with app.app_context():
        assert post(key).hidden_at is not None and post(key).withdrawn_at is not None


def test_closing_while_somebody_replies_leaves_no_reply_after_the_end(app: Flask, world: World) -> None:
    with app.app_context():
        key = a_quarrel(world)
        topic, flag = post(key).topic_id, reported(world, key)
        people = [world.visitor(who) for who in ("nel", "piet", "willemijn")]
    replies = [
        lambda by=by: forum_actions.reply(topic_id=topic, source="Nog iets", token=None, by=by)  # type: ignore[misc]
        for by in people
    ]
    found = _at_once(app, lambda: decided(world, flag, "close"), *replies)
    placed = sum(isinstance(one, int) for one in found)
    with app.app_context():
        assert (
            post(key).number + placed
            == db.session().execute(select(decency.Topic.last_number).where(decency.Topic.id == topic)).scalar_one()
        )
        with pytest.raises(Refused):
            forum_actions.reply(topic_id=topic, source="Te laat", token=None, by=people[0])


# ---- the pages of moderators -------------------------------------------------------------------------------------------


def test_a_moderator_sees_what_it_was_about_and_what_the_other_will_read(
    app: Flask, world: World, signed_in: SignedIn
) -> None:
    with app.app_context():
        key = a_quarrel(world)
        decided(
            world, reported(world, a_quarrel(world)), "warn", reason="Eerder al.", until=clock.today() + timedelta(90)
        )
        forum_actions.edit(post_id=key, source=HARSH + " Echt waar.", by=world.visitor("ton"))
        flag = reported(world, key, words="Dit raakt mij.")
    moira = signed_in("moira")
    assert f"/werk/meldingen/{flag}" in moira.get("/werk/meldingen").text
    page = moira.get(f"/werk/meldingen/{flag}").text
    for words in ("Echt waar.", "Dit raakt mij.", "1 buur meldde dit", "Wie hangt er was in de gang?", "Eerder al."):
        assert words in page, words
    typed = {"besluit": "pauze", "waarom": "onaardig", "reden": "Even afkoelen.", "tot": clock.today().isoformat()}
    preview = moira.post(f"/werk/meldingen/{flag}", data=typed)
    assert preview.status_code == 200 and "Klopt dit?" in preview.text and "maar niet schrijven" in preview.text
    with app.app_context():
        assert len(decisions()) == 1
    answer = moira.post(f"/werk/meldingen/{flag}", data=typed | {"klaar": "ja"})
    assert answer.headers["Location"] == "/werk/meldingen"
    assert "Even afkoelen." in moira.get("/werk/meldingen/log").text
    late = moira.post(f"/werk/meldingen/{flag}", data=typed | {"klaar": "ja"})
    assert late.status_code == 403 and "Moira besliste hier al over" in late.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Kies wat u besluit."),
        ({"besluit": "weg"}, "Schrijf waarom u dit besluit."),
        ({"besluit": "weg", "reden": "a" * 1001}, "1 letter te lang"),
        ({"besluit": "pauze", "reden": "Ja", "tot": "31-2-2026"}, "bestaat niet"),
        ({"besluit": "pauze", "reden": "Ja", "tot": "1-1-2099"}, "Kies een dag tussen vandaag"),
        ({"besluit": "deel", "reden": "Ja", "tekst": HARSH}, "De tekst is nog dezelfde"),
        ({"besluit": "deel", "reden": "Ja", "tekst": " "}, "Er blijft niets over"),
    ],
)
def test_a_decision_that_lacks_something_comes_back_with_what_was_typed(
    app: Flask, world: World, signed_in: SignedIn, typed: dict[str, str], said: str
) -> None:
    with app.app_context():
        flag = reported(world, a_quarrel(world))
    answer = signed_in("moira").post(f"/werk/meldingen/{flag}", data={"waarom": "onaardig", **typed, "klaar": "ja"})
    assert answer.status_code == 422
    assert said in answer.text and typed.get("reden", "") in answer.text
    with app.app_context():
        assert decisions() == []


def test_who_reports_twice_hears_who_looks_and_later_what_came_of_it(
    app: Flask, world: World, signed_in: SignedIn
) -> None:
    with app.app_context():
        key = a_quarrel(world)
    henk = signed_in("henk")
    typed = {"waarom": "onaardig", "woorden": "Dit raakt mij."}
    assert "Moira kijkt ernaar" in henk.get(f"/melden/reactie/{key}").text
    first = henk.post(f"/melden/reactie/{key}", data=typed, follow_redirects=True)
    assert "Dank u wel. Moira kijkt er binnen 2 werkdagen naar." in first.text
    again = henk.post(f"/melden/reactie/{key}", data=typed, follow_redirects=True)
    assert "U meldde dit al. Moira kijkt ernaar." in again.text
    with app.app_context():
        decided(world, flags()[0].id, "nothing", reason="Het is een grapje.")
    assert "Het is een grapje." in henk.get(f"/melden/reactie/{key}").text


def test_what_is_private_stays_with_the_two_and_the_association(app: Flask, world: World, signed_in: SignedIn) -> None:
    with app.app_context():
        key = a_quarrel(world, audience=CARETAKER)
        flag = reported(world, key, by="rachid")
    assert signed_in("moira").get(f"/werk/meldingen/{flag}").status_code == 404
    assert HARSH in signed_in("marjan").get(f"/werk/meldingen/{flag}").text
    with app.app_context():
        decided(world, flag, by="marjan", reason="Dit kan niet.")
    assert "Dit kan niet." not in signed_in("moira").get("/werk/meldingen/log").text
    assert "Dit kan niet." in signed_in("anouk").get("/werk/meldingen/log").text
