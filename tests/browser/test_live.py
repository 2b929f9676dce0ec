"""Live, in real browsers: what one writes appears with the other, with one process and with several."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from community import clock, db
from community.accounts import access
from forums import actions
from forums.models import Post, Topic
from tests.browser.conftest import NewPage
from tests.browser.steps import listening
from tests.site import Site
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.several]


def a_topic(site: Site, people: World, by: str = "ton") -> int:
    with site.app.app_context():
        topic = actions.start_topic(
            forum_id=people.forums["lindehof"],
            kind="conversation",
            title="Koffie",
            source="Wie komt er?",
            token=None,
            by=people.visitor(by),
        )
    return topic


def test_a_reply_a_thanks_and_a_change_appear_without_reload(site: Site, people: World, new_page: NewPage) -> None:
    topic = a_topic(site, people)
    ton, nel = new_page("ton"), new_page("nel", phone=True)
    for page in (ton, nel):
        page.goto(f"/gesprekken/{topic}")
        listening(page)
    nel.get_by_label("Uw reactie").fill("Ik kom **zeker**.")
    nel.get_by_role("button", name="Plaats mijn reactie").click()
    expect(nel.locator("#p-2 .post-body strong")).to_have_text("zeker")
    expect(ton.locator("#p-2 .post-body")).to_contain_text("Ik kom")
    expect(ton.locator("#p-2")).to_have_count(1)
    expect(nel.locator("#p-2")).to_have_count(1)
    expect(nel.get_by_label("Uw reactie")).to_have_value("")
    ton.locator("#p-2").get_by_role("button", name="Dank u").click()
    expect(ton.locator("#p-2")).to_contain_text("U bedankt Nel")
    expect(nel.locator("#p-2")).to_contain_text("Ton bedankt")
    with site.app.app_context():
        from_ton = people.visitor("ton")
        post = db.connection().exec_driver_sql("SELECT id FROM post WHERE number = 1").scalar_one()
        actions.edit(post_id=post, source="Wie komt er morgen?", by=from_ton)
    nel.reload()
    expect(nel.locator("#p-1")).to_contain_text("morgen")
    expect(nel.locator("#p-1")).to_contain_text("veranderd")


def test_the_number_in_the_navigation_follows(site: Site, people: World, new_page: NewPage) -> None:
    topic = a_topic(site, people, by="henk")
    henk, nel = new_page("henk"), new_page("nel")
    henk.goto("/gesprekken")
    nel.goto(f"/gesprekken/{topic}")
    listening(henk, watches=False)
    expect(henk.locator("[data-unread] .dot")).to_have_count(0)
    nel.get_by_label("Uw reactie").fill("Ik!")
    nel.get_by_role("button", name="Plaats mijn reactie").click()
    expect(henk.locator("[data-unread] .dot")).to_contain_text("1")


def test_what_was_missed_while_the_line_was_down_appears_once_and_in_order(
    site: Site, people: World, new_page: NewPage
) -> None:
    topic = a_topic(site, people)
    nel, ton = new_page("nel"), new_page("ton")
    nel.goto(f"/gesprekken/{topic}")
    ton.goto(f"/gesprekken/{topic}")
    listening(nel)
    listening(ton)
    field = nel.get_by_label("Uw reactie")
    field.fill("Ik was net aan het typen")
    nel.context.set_offline(True)
    expect(nel.locator(".conn")).to_contain_text("verbinding is weg")
    for said in ("eerste", "tweede", "derde"):
        ton.get_by_label("Uw reactie").fill(said)
        ton.get_by_role("button", name="Plaats mijn reactie").click()
        expect(ton.locator(".thread li[id^=p-]").last).to_contain_text(said)
    nel.get_by_role("button", name="Plaats mijn reactie").click()
    expect(nel.locator("form[data-send] [data-line]")).to_contain_text("Uw tekst blijft hier staan")
    expect(field).to_have_value("Ik was net aan het typen")
    nel.context.set_offline(False)
    expect(nel.locator("#p-4")).to_contain_text("derde")
    numbers = nel.eval_on_selector_all(".thread li[id^=p-]", "all => all.map(li => li.id)")
    assert numbers == ["p-1", "p-2", "p-3", "p-4"]
    expect(field).to_have_value("Ik was net aan het typen")
    nel.get_by_role("button", name="Plaats mijn reactie").click()
    expect(nel.locator("#p-5")).to_contain_text("net aan het typen")
    expect(ton.locator("#p-5")).to_contain_text("net aan het typen")


def test_what_changed_while_the_line_was_down_appears_too(site: Site, people: World, new_page: NewPage) -> None:
    topic = a_topic(site, people)
    nel = new_page("nel")
    nel.goto(f"/gesprekken/{topic}")
    listening(nel)
    nel.context.set_offline(True)
    expect(nel.locator(".conn")).to_contain_text("verbinding is weg")
    with site.app.app_context():
        post = db.session().scalars(select(Post.id).where(Post.topic_id == topic)).one()
        actions.edit(post_id=post, source="Wie komt er overmorgen?", by=people.visitor("ton"))
        actions.thank(post_id=post, by=people.visitor("henk"))
    nel.context.set_offline(False)
    expect(nel.locator("#p-1")).to_contain_text("overmorgen")
    expect(nel.locator("#p-1")).to_contain_text("Henk bedankt")


def test_somebody_who_writes_is_seen_and_then_no_more(site: Site, people: World, new_page: NewPage) -> None:
    topic = a_topic(site, people)
    nel, ton = new_page("nel"), new_page("ton", phone=True)
    for page in (nel, ton):
        page.goto(f"/gesprekken/{topic}")
        listening(page)
    nel.get_by_label("Uw reactie").press_sequentially("Ik")
    expect(ton.locator("#wie-schrijft")).to_have_text("Nel schrijft nu iets …")
    expect(nel.locator("#wie-schrijft")).to_have_text("")
    nel.get_by_role("button", name="Plaats mijn reactie").click()
    expect(ton.locator("#p-2")).to_contain_text("Ik")
    expect(ton.locator("#wie-schrijft")).to_have_text("")
    nel.get_by_label("Uw reactie").press_sequentially("En nog iets")
    expect(ton.locator("#wie-schrijft")).to_have_text("Nel schrijft nu iets …")
    nel.close()
    expect(ton.locator("#wie-schrijft")).to_have_text("", timeout=25_000)


def test_staff_that_comes_by_is_seen_and_a_neighbour_who_reads_is_not(
    site: Site, people: World, new_page: NewPage
) -> None:
    topic = a_topic(site, people)
    ton, nel, rachid = new_page("ton"), new_page("nel"), new_page("rachid")
    for page in (ton, nel):
        page.goto(f"/gesprekken/{topic}")
        listening(page)
    expect(ton.locator("#wie-is-er")).to_have_text("")
    rachid.goto(f"/gesprekken/{topic}")
    expect(ton.locator("#wie-is-er")).to_have_text("Rachid is er nu.")
    assert "Nel" not in ton.locator("#wie-is-er").inner_text()


def test_a_topic_that_is_hidden_goes_from_an_open_page_and_what_was_typed_stays(
    site: Site, people: World, new_page: NewPage
) -> None:
    topic = a_topic(site, people)
    nel = new_page("nel")
    nel.goto(f"/gesprekken/{topic}")
    listening(nel)
    nel.get_by_label("Uw reactie").fill("Half af")
    with site.app.app_context():
        _hide(topic)
    expect(nel.locator(".conn")).to_have_text("Dit gesprek is hier niet meer.", timeout=5000)
    expect(nel.locator(".thread li")).to_have_count(0)
    expect(nel.get_by_label("Uw reactie")).to_have_value("Half af")


@db.action
def _hide(topic: int) -> None:
    db.session().execute(update(Topic).where(Topic.id == topic).values(hidden_at=clock.now()))
    access.rooms_changed(f"topic:{topic}")


def test_a_list_says_that_there_is_something_new_and_does_not_move(
    site: Site, people: World, new_page: NewPage
) -> None:
    first = a_topic(site, people)
    nel, rachid, bas = new_page("nel"), new_page("rachid"), new_page("bas")
    for page in (nel, rachid, bas):
        page.goto("/gesprekken")
        listening(page)
    before = nel.locator(".rows").last.inner_text()
    henk = new_page("henk")
    henk.goto(f"/gesprekken/{first}")
    henk.get_by_label("Uw reactie").fill("Ik!")
    henk.get_by_role("button", name="Plaats mijn reactie").click()
    for page in (nel, rachid):
        expect(page.locator("[data-fresh]")).to_be_visible()
    assert nel.locator(".rows").last.inner_text() == before
    expect(bas.locator("[data-fresh]")).to_be_hidden()
    nel.get_by_role("link", name="Bekijk ze.").click()
    expect(nel.locator(".rows").last).to_contain_text("Henk gaf antwoord")


def test_a_draft_survives_a_reload_of_the_page(site: Site, people: World, new_page: NewPage) -> None:
    topic = a_topic(site, people)
    nel = new_page("nel")
    nel.goto(f"/gesprekken/{topic}")
    nel.get_by_label("Uw reactie").fill("Half af")
    time.sleep(0.6)
    nel.reload()
    expect(nel.get_by_label("Uw reactie")).to_have_value("Half af")


def test_an_open_page_goes_quiet_within_five_seconds_of_moving_out(
    site: Site, people: World, new_page: NewPage
) -> None:
    topic = a_topic(site, people)
    nel = new_page("nel")
    nel.goto(f"/gesprekken/{topic}")
    listening(nel)
    with site.app.app_context():
        people.move_out("nel")  # the last story of this module: from here on she lives elsewhere
    gone = clock.now()
    expect(nel.locator(".conn")).to_contain_text("niet meer bijgewerkt", timeout=5000)
    assert (clock.now() - gone).total_seconds() < 5
    with site.app.app_context():
        actions.reply(topic_id=topic, source="GEHEIM NA VERHUIZING", token=None, by=people.visitor("ton"))
    time.sleep(1)
    assert "GEHEIM NA VERHUIZING" not in nel.content()
