"""The line, or the server, is gone while somebody types: nothing is lost, what was missed appears once and in order,
and what was sent twice stands there once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from forums import actions
from tests.browser import steps
from tests.browser.conftest import NewPage
from tests.site import Site
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.several]

# Browsers come back spread over half a minute, and a server takes a while to start on a busy machine.
BACK_MS = 90_000


def say(site: Site, people: World, topic: int, *said: str) -> None:
    """Ton writes while the server is not there; as if by another way in."""
    with site.app.app_context():
        for source in said:
            actions.reply(topic_id=topic, source=source, token=None, by=people.visitor("ton"))


def assert_all_are_there(page: Page, *said: str) -> None:
    """These are the replies, once each and in this order."""
    expect(page.locator(f"#p-{len(said) + 1}")).to_contain_text(said[-1], timeout=BACK_MS)
    assert page.locator(".thread li[id^=p-] .post-body").all_inner_texts()[1:] == list(said)
    assert steps.numbers(page) == [f"p-{number}" for number in range(1, len(said) + 2)]


@pytest.mark.timeout(300)
def test_the_server_is_stopped_while_somebody_types(site: Site, people: World, new_page: NewPage) -> None:
    topic = steps.a_topic(site, people, "Wie komt er?")
    nel, henk = new_page("nel"), new_page("henk", phone=True)
    for page in (nel, henk):
        page.goto(f"/gesprekken/{topic}")
        steps.listening(page)
    nel.get_by_role("textbox", name="Uw reactie").fill("Ik was net aan het typen")
    henk.get_by_role("textbox", name="Uw reactie").fill("Ik ook")
    henk.wait_for_timeout(600)
    site.stop()
    expect(nel.locator(".conn")).to_contain_text("verbinding is weg")
    nel.get_by_role("button", name="Plaats mijn reactie").click()
    expect(nel.locator("form[data-send] [data-line]")).to_contain_text("Uw tekst blijft hier staan")
    say(site, people, topic, "eerste", "tweede", "derde")
    henk.close()
    site.start()
    assert_all_are_there(nel, "eerste", "tweede", "derde")
    expect(nel.get_by_role("textbox", name="Uw reactie")).to_have_value("Ik was net aan het typen")
    nel.get_by_role("button", name="Plaats mijn reactie").click()
    assert_all_are_there(nel, "eerste", "tweede", "derde", "Ik was net aan het typen")
    expect(nel.get_by_role("textbox", name="Uw reactie")).to_have_value("")

    again = henk.context.new_page()
    again.goto(f"/gesprekken/{topic}")
    expect(again.get_by_role("textbox", name="Uw reactie")).to_have_value("Ik ook")


def test_an_answer_that_got_lost_on_the_way_is_no_second_post(site: Site, people: World, new_page: NewPage) -> None:
    topic = steps.a_topic(site, people, "Wie komt er?")
    nel = new_page("nel")
    nel.goto(f"/gesprekken/{topic}")
    steps.listening(nel)

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.abort()

    nel.route("**/reactie", lose_the_answer, times=1)
    steps.reply(nel, "Ik kom")
    expect(nel.locator("form[data-send] [data-line]")).to_contain_text("Uw tekst blijft hier staan")
    expect(nel.get_by_role("textbox", name="Uw reactie")).to_have_value("Ik kom")
    nel.get_by_role("button", name="Plaats mijn reactie").click()
    expect(nel.get_by_role("textbox", name="Uw reactie")).to_have_value("")
    assert_all_are_there(nel, "Ik kom")
    nel.reload()
    assert_all_are_there(nel, "Ik kom")


def test_somebody_who_presses_twice_says_it_once(site: Site, people: World, new_page: NewPage) -> None:
    topic = steps.a_topic(site, people, "Wie komt er?")
    nel = new_page("nel")
    nel.goto(f"/gesprekken/{topic}")
    nel.get_by_role("textbox", name="Uw reactie").fill("Ik kom")
    nel.get_by_role("button", name="Plaats mijn reactie").dblclick()
    assert_all_are_there(nel, "Ik kom")
    nel.wait_for_timeout(500)
    nel.reload()
    assert_all_are_there(nel, "Ik kom")
