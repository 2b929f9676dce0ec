"""A dinner is full. A couple waits for it together, and behind them somebody alone; when another couple leaves, the two
move up together, on the page that they have open, and hear it by mail. Who is alone does not slip into one of the two
places. Told three times: with a mouse, by keyboard alone, and in a browser without script."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from community import clock
from events import registering
from events.registering import Company
from tests.browser import steps
from tests.browser.conftest import NewPage
from tests.browser.hands import NO_SCRIPT, WAYS, Hands, hands
from tests.events.gatherings import a_date, check_counts, date_of
from tests.site import Site
from tests.world import World

pytestmark = pytest.mark.browser


def full_dinner(people: World) -> int:
    """Four places, taken by Ton with Indra's sister and by Nel with hers. It is so soon that no letter about it waits for
    the morning."""
    date = a_date(people, title="Samen eten", capacity=4, starts=clock.now() + timedelta(hours=20), host="moira")
    for who in ("ton", "nel"):
        registering.answer(
            date, coming=True, guests=[Company(name=f"De zus van {who.title()}")], by=people.visitor(who)
        )
    return date


def wait_together(willemijn: Hands, date: int) -> None:
    """Willemijn writes down Piet, with whom she lives, and both stand on the list."""
    page = willemijn.page
    page.goto(f"/agenda/{date}")
    expect(page.locator("#activiteit")).to_contain_text("Alle 4 plaatsen zijn bezet.")
    willemijn.go("Komt u niet alleen?")
    expect(page.locator("main")).to_contain_text("U staat dan op plaats 1.")
    willemijn.pick("Hoeveel mensen neemt u mee?", "1")
    willemijn.unfold("Wie komt er mee?")
    willemijn.write("Naam 1", "Piet Koster")
    willemijn.go("Zet mij op de lijst")
    expect(page.locator(".toast")).to_contain_text("U staat op de wachtlijst, op plaats 1.")


def seen_again(hands_of: Hands, way: str) -> None:
    """Without a script a page shows what is new when it is opened again."""
    if way == NO_SCRIPT:
        hands_of.page.reload()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("way", WAYS)
def test_a_couple_waits_and_moves_up_together(site: Site, people: World, new_page: NewPage, way: str) -> None:
    with site.app.app_context():
        date = full_dinner(people)
    before = len(steps.mails(site, "koster@example.nl"))
    willemijn, piet, henk, ton = (hands(new_page, who, way) for who in ("willemijn", "piet", "henk", "ton"))
    wait_together(willemijn, date)
    henk.page.goto(f"/agenda/{date}")
    expect(henk.page.locator("#activiteit")).to_contain_text("U staat dan op plaats 2. Wie samen komt, telt als één.")
    henk.go("Zet mij op de wachtlijst")
    expect(henk.page.locator("#activiteit")).to_contain_text("U staat op de wachtlijst, op plaats 2.")
    told = steps.next_mail(site, "koster@example.nl", before)
    assert "Willemijn heeft u hiervoor aangemeld." in told.text and "U staat op de wachtlijst." in told.text
    piet.page.goto(f"/agenda/{date}")
    expect(piet.page.locator("#activiteit")).to_contain_text("Een buur zette u mee op de wachtlijst")
    if way != NO_SCRIPT:
        for one in (willemijn, piet, henk):
            steps.listening(one.page)

    ton.page.goto(f"/agenda/{date}")
    ton.go("Toch niet")
    expect(ton.page.locator("#activiteit")).to_contain_text("U staat niet meer op de lijst")

    for one in (willemijn, piet, henk):
        seen_again(one, way)
    expect(willemijn.page.locator("#activiteit")).to_contain_text("U komt, met 1")
    expect(piet.page.locator("#activiteit")).to_contain_text("U komt mee")
    expect(henk.page.locator("#activiteit")).to_contain_text("U staat op de wachtlijst, op plaats 1.")
    expect(henk.page.locator("#activiteit")).to_contain_text("Alle 4 plaatsen zijn bezet")
    told = steps.next_mail(site, "koster@example.nl", before + 1)
    assert (
        told.subject.startswith("Er is plaats voor u: Samen eten") and "Willemijn" in told.text and "Piet" in told.text
    )
    with site.app.app_context():
        check_counts(date)
        assert (date_of(date).coming, date_of(date).waiting) == (4, 1)
    assert len(steps.mails(site, "koster@example.nl")) == before + 2, "one letter for the two of them"

    # The next single place is for who waited alone.
    nel = hands(new_page, "nel", way)
    nel.page.goto(f"/agenda/{date}")
    nel.go("Toch niet")
    seen_again(henk, way)
    expect(henk.page.locator("#activiteit")).to_contain_text("U komt")
