"""The host types six names from the paper in the hall into the list, and prints it: with a mouse, by keyboard alone, and
in a browser without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.keyboard import Keyboard
from tests.events.gatherings import a_date
from tests.site import Site
from tests.world import World

pytestmark = pytest.mark.browser

NAMES = ("Jan de Boer", "Mevrouw Özdemir", "Truus van Vliet", "Henk de Boer", "Fatima", "Kees")
TYPED = "\n".join(NAMES[:5]) + "\nKees + 1"


def check(page: Page) -> None:
    """All six are on the list, and on the sheet with empty lines."""
    expect(page.locator(".toast")).to_contain_text("6 namen staan op de lijst")
    expect(page.get_by_role("heading", name="Er komen 7 mensen")).to_be_visible()
    for name in NAMES:
        expect(page.locator("ol.rows")).to_contain_text(name)
    expect(page.locator("ol.rows")).to_contain_text("Van papier, opgeschreven door Ton")


def check_sheet(page: Page) -> None:
    expect(page.locator(".sheet tbody th")).to_have_text([*NAMES[:5], "Kees met iemand"])
    expect(page.locator(".sheet .blank")).to_have_count(8)
    page.emulate_media(media="print")
    expect(page.locator(".sheet")).to_be_visible()
    expect(page.locator(".nav")).to_be_hidden()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_six_names_from_paper_and_the_sheet(site: Site, people: World, new_page: NewPage, script: bool) -> None:
    with site.app.app_context():
        date = a_date(people, title="Soep in de hal")
    page = new_page("ton", script=script)
    page.goto(f"/agenda/{date}")
    page.get_by_role("link", name="Bekijk de lijst van wie er komt").click()
    expect(page.get_by_text("Nog niemand. Hang de poster op.")).to_be_visible()
    page.get_by_role("button", name="Zet op de lijst").click()
    expect(page.locator(".errsum")).to_contain_text("Schrijf wie erbij komt")
    page.get_by_label("Wie komt er?").fill(TYPED)
    page.get_by_role("button", name="Zet op de lijst").click()
    check(page)
    page.get_by_role("link", name="Print de lijst").click()
    check_sheet(page)


def test_the_same_by_keyboard_alone(site: Site, people: World, new_page: NewPage) -> None:
    with site.app.app_context():
        date = a_date(people, title="Soep in de hal")
    page = new_page("ton")
    page.goto(f"/agenda/{date}/lijst")
    hands = Keyboard(page)
    hands.tab_to("Wie komt er?")
    hands.type(TYPED)
    hands.tab_to("Zet op de lijst")
    hands.press("Enter")
    check(page)
    hands.tab_to("Print de lijst")
    hands.press("Enter")
    check_sheet(page)
