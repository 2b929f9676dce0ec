"""The first conversation by keyboard alone: joining, the welcome, a conversation, a reply and thanks."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import NewPage
from tests.browser.keyboard import Keyboard
from tests.site import Site
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.mark.timeout(240)
def test_from_the_letter_to_thanks_without_a_mouse(site: Site, people: World, new_page: NewPage) -> None:
    greet = steps.a_newcomer(site, people, "Greet Mol", "lindehof", 6)
    topic = steps.a_topic(site, people, "Er is taart over", title="Taart in de hal")
    page = new_page(None)
    keys = Keyboard(page)

    page.goto("/")
    keys.press("Tab")
    assert keys.focused() == "Naar de inhoud"
    keys.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inhoud"
    keys.go("Ik heb een brief met een code")
    keys.tab_to("Welke code staat er in uw brief?")
    keys.type("tulp fiets")
    with page.expect_navigation():
        keys.press("Enter")
    assert keys.focused().startswith("Deze code klopt nog niet")
    keys.press("Tab", "Enter")
    assert keys.focused() == "Welke code staat er in uw brief?"
    keys.press("Control+A")
    keys.type(greet.code)
    keys.go("Ga verder")
    keys.tab_to("Greet Mol")
    keys.press("Space")
    keys.go("Ga verder")

    expect(page.get_by_role("heading", name="Hoe mogen wij u noemen?")).to_be_visible()
    keys.go("Ga verder")
    keys.go("Sla deze vraag over", "Space")
    keys.tab_to("Wat doet u graag?")
    keys.type("puzzelen")
    keys.tab_to("Nee, liever niet")
    keys.press("ArrowUp")
    assert keys.focused() == "Ja, mijn buren mogen mij vinden"
    keys.go("Ga verder")
    keys.tab_to("Gewoon")
    keys.press("ArrowDown")
    keys.go("Ga verder")
    assert page.url.endswith("/vandaag")
    assert page.locator("html").get_attribute("data-size") == "groot"

    keys.go("Gesprekken")
    keys.go("Begin een gesprek")
    keys.go("Gesprek Vertel")
    keys.tab_to("Mijn buren in Lindehof")
    keys.tab_to("Titel")
    keys.type("Puzzels ruilen")
    keys.tab_to("Vet")
    keys.press("Enter")
    keys.type("duizend")
    keys.press("End")
    keys.type(" stukjes")
    keys.go("Plaats mijn bericht")
    expect(page.get_by_role("heading", name="Puzzels ruilen")).to_be_visible()
    expect(page.locator("#p-1 .post-body strong")).to_have_text("duizend")

    keys.go("Alle gesprekken")
    keys.go("Taart in de hal")
    assert steps.topic_number(page) == topic
    keys.tab_to("Dank u")
    keys.press("Space")
    expect(page.locator("#p-1")).to_contain_text("U bedankt Ton")
    assert keys.focused().startswith("U bedankt Ton")
    keys.tab_to("Uw reactie")
    keys.type("Ik neem een stuk")
    keys.press("Control+A", "Control+B", "End")
    keys.tab_to("Plaats mijn reactie")
    keys.press("Enter")
    expect(page.locator("#p-2 .post-body strong")).to_have_text("Ik neem een stuk")
    assert keys.focused() == "Plaats mijn reactie"

    keys.go("Mijn Trefpunt")
    keys.go("Log uit")
    expect(page.get_by_role("heading", name="U bent uitgelogd")).to_be_visible()
