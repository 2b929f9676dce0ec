"""The host types six names from the paper in the hall into the list, and prints it; and when it does not go on, calls who
has no mail. Told three times: with a mouse, by keyboard alone, and in a browser without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from events import lists, registering
from tests.browser import steps
from tests.browser.conftest import NewPage
from tests.browser.hands import WAYS, hands
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


@pytest.mark.parametrize("way", WAYS)
def test_six_names_from_paper_and_the_sheet(site: Site, people: World, new_page: NewPage, way: str) -> None:
    with site.app.app_context():
        date = a_date(people, title="Soep in de hal")
    ton = hands(new_page, "ton", way)
    page = ton.page
    page.goto(f"/agenda/{date}")
    ton.go("Bekijk de lijst van wie er komt")
    expect(page.get_by_text("Nog niemand. Hang de poster op.")).to_be_visible()
    ton.go("Zet op de lijst")
    expect(page.locator(".errsum")).to_contain_text("Schrijf wie erbij komt")
    ton.write("Wie komt er?", TYPED)
    ton.go("Zet op de lijst")
    check(page)
    ton.go("Print de lijst")
    check_sheet(page)


@pytest.mark.parametrize("way", WAYS)
def test_who_has_no_mail_is_called_when_it_does_not_go_on(
    site: Site, people: World, new_page: NewPage, way: str
) -> None:
    with site.app.app_context():
        date = a_date(people, title="Soep in de hal")
        for who in ("nel", "henk"):
            registering.answer(date, coming=True, by=people.visitor(who))
        lists.write_down(date, [("Truus van Vliet", 1)], way="paper", token="een", by=people.visitor("ton"))
    before = len(steps.mails(site, "nel@example.nl"))
    ton = hands(new_page, "ton", way)
    page = ton.page
    page.goto(f"/agenda/{date}")
    ton.go("Deze dag gaat niet door")
    ton.write("Waarom gaat het niet door?", "De kok is ziek.")
    ton.go("Het gaat niet door")
    # Nel reads it; Henk has no mail, and Truus is a name from paper.
    assert "De kok is ziek." in steps.next_mail(site, "nel@example.nl", before).text
    expect(page.locator("#bellen")).to_contain_text("2 buren hebben geen e-mail.")
    ton.go("Bekijk wie u moet bellen")
    expect(page.locator("main li.card b")).to_have_text(["Henk de Boer", "Truus van Vliet"])
    expect(page.locator("main li.card").first).to_contain_text("gaat niet door. De kok is ziek.")
    ton.go("Dit weet mijn buur nu: Henk de Boer")
    page.goto(f"/agenda/{date}")
    expect(page.locator("#bellen")).to_contain_text("1 buur heeft geen e-mail.")
    ton.go("Bekijk wie u moet bellen")
    ton.go("Dit weet mijn buur nu: Truus van Vliet")
    expect(page.get_by_text("U hoeft niemand te bellen.")).to_be_visible()
    ton.unfold("2 buren weten het")
    ton.go("Toch niet: Truus van Vliet")
    expect(page.locator("main li.card b").first).to_have_text("Truus van Vliet")
