"""Everything that a resident does, in a browser that runs no script: an old tablet, a library, a strict setting."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import NewPage
from tests.site import Site
from tests.world import World

pytestmark = pytest.mark.browser


def fault(page: Page) -> str:
    """The sentence of the error on the page; its title says it too."""
    expect(page).to_have_title(re.compile("^Fout:"))
    return page.locator(".errsum li, .errsum p").first.inner_text()


def test_joining_and_the_welcome(site: Site, people: World, new_page: NewPage) -> None:
    greet = steps.a_newcomer(site, people, "Greet Mol", "lindehof", 6)
    page = new_page(None, script=False)
    page.goto("/inloggen")
    page.get_by_role("button", name="Ga verder").click()
    assert "Typ de twee woorden en het getal over" in fault(page)
    page.get_by_label("Welke code staat er in uw brief?").fill("tulp fiets 482")
    page.get_by_label("Nee, anderen gebruiken hem ook").check()
    page.get_by_role("button", name="Ga verder").click()
    expect(page.locator(".err")).to_have_text("Het getal heeft 4 cijfers. U typte er 3.")
    expect(page.get_by_label("Welke code staat er in uw brief?")).to_have_value("tulp fiets 482")
    expect(page.get_by_label("Nee, anderen gebruiken hem ook")).to_be_checked()
    steps.join(page, greet.code, greet.name)
    page.get_by_label("Uw hele naam").fill(" ")
    page.get_by_label("Zo noemen uw buren u").fill("Greetje")
    page.get_by_role("button", name="Ga verder").click()
    assert fault(page) == "Typ hier uw naam."
    expect(page.get_by_label("Zo noemen uw buren u")).to_have_value("Greetje")
    page.get_by_label("Uw hele naam").fill("Greet Mol")
    steps.go_through_the_welcome(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Greetje")


def test_a_conversation_from_beginning_to_end(site: Site, people: World, new_page: NewPage) -> None:
    nel = new_page("nel", script=False)
    nel.goto("/gesprekken/nieuw")
    nel.get_by_role("link", name="Vertel iets").click()
    nel.get_by_label("Titel").fill("De tuin")
    nel.get_by_role("button", name="Plaats mijn bericht").click()
    assert fault(nel)
    expect(nel.get_by_label("Titel")).to_have_value("De tuin")
    nel.get_by_label("Uw bericht").fill("Wie helpt er mee?\n\n- harken\n- **snoeien**")
    nel.get_by_role("button", name="Plaats mijn bericht").click()
    expect(nel.get_by_role("heading", name="De tuin")).to_be_visible()
    expect(nel.locator("#p-1 li")).to_have_count(2)

    nel.get_by_role("button", name="Plaats mijn reactie").click()
    assert fault(nel) == "U schreef nog niets."
    much = "Nog een woord. " * 400
    nel.get_by_role("textbox", name="Uw reactie").fill(much)
    nel.get_by_role("button", name="Plaats mijn reactie").click()
    assert "te lang" in fault(nel) or "te veel" in fault(nel)
    expect(nel.get_by_role("textbox", name="Uw reactie")).to_have_value(much)
    steps.reply(nel, "Zaterdag om tien uur")
    expect(nel.locator(".toast")).to_contain_text("Uw reactie staat erop.")
    expect(nel.locator("#p-2")).to_contain_text("Zaterdag om tien uur")

    nel.locator("#p-2").get_by_role("link", name="Verander").click()
    expect(nel.get_by_role("textbox", name="Uw reactie")).to_have_value("Zaterdag om tien uur")
    nel.get_by_role("textbox", name="Uw reactie").fill("")
    nel.get_by_role("button", name="Bewaar").click()
    assert fault(nel) == "U schreef nog niets."
    nel.get_by_role("textbox", name="Uw reactie").fill("Zaterdag om elf uur")
    nel.get_by_role("button", name="Bewaar").click()
    expect(nel.locator("#p-2")).to_contain_text("elf uur")
    expect(nel.locator("#p-2")).to_contain_text("veranderd")

    nel.locator("#p-2").get_by_role("button", name="Haal weg").click()
    expect(nel.locator("#p-2")).to_contain_text("U haalde deze reactie weg.")
    nel.locator(".toast").get_by_role("button", name="Maak ongedaan").click()
    expect(nel.locator("#p-2")).to_contain_text("elf uur")
    nel.locator("#p-2").get_by_role("button", name="Haal weg").click()
    nel.locator("#p-2").get_by_role("button", name="Zet terug").click()
    expect(nel.locator("#p-2")).to_contain_text("elf uur")


def test_what_was_placed_is_taken_back_from_the_message_itself(site: Site, people: World, new_page: NewPage) -> None:
    topic = steps.a_topic(site, people, "Dag buren")
    nel = new_page("nel", script=False)
    nel.goto(f"/gesprekken/{topic}")
    steps.reply(nel, "Te vlug")
    nel.locator(".toast").get_by_role("button", name="Maak ongedaan").click()
    expect(nel.locator("#p-2")).to_contain_text("U haalde deze reactie weg.")
    ton = new_page("ton", script=False)
    ton.goto(f"/gesprekken/{topic}")
    expect(ton.locator("#p-2")).to_contain_text("Nel haalde deze reactie weg.")
    assert "Te vlug" not in ton.content()


def test_who_presses_twice_says_it_once(site: Site, people: World, new_page: NewPage) -> None:
    topic = steps.a_topic(site, people, "Dag buren")
    nel = new_page("nel", script=False)
    nel.goto(f"/gesprekken/{topic}")
    nel.get_by_role("textbox", name="Uw reactie").fill("Eén keer")
    nel.get_by_role("button", name="Plaats mijn reactie").dblclick()
    expect(nel.locator("#p-2")).to_contain_text("Eén keer")
    nel.goto(f"/gesprekken/{topic}")
    assert steps.numbers(nel) == ["p-1", "p-2"]


def test_thanks_are_given_and_taken_back(site: Site, people: World, new_page: NewPage) -> None:
    topic = steps.a_topic(site, people, "Ik heb taart over")
    nel = new_page("nel", script=False)
    nel.goto(f"/gesprekken/{topic}")
    nel.locator("#p-1").get_by_role("button", name="Dank u").click()
    expect(nel.locator("#p-1").get_by_role("button", name="U bedankt Ton")).to_be_visible()
    nel.locator("#p-1").get_by_role("button", name="U bedankt Ton").click()
    expect(nel.locator("#p-1").get_by_role("button", name="Dank u")).to_be_visible()


def test_a_conversation_is_marked_as_read(site: Site, people: World, new_page: NewPage) -> None:
    steps.a_topic(site, people, "Eerste", title="Gelezen of niet")
    moira = new_page("moira", script=False)
    moira.goto("/gesprekken")
    line = moira.get_by_role("link", name="Gelezen of niet")
    expect(line).to_contain_text("nieuw")
    line.click()
    moira.get_by_role("button", name="Dit heb ik gelezen").click()
    expect(moira.get_by_role("link", name="Gelezen of niet")).not_to_contain_text("nieuw")


def test_following_and_signing_out(site: Site, people: World, new_page: NewPage) -> None:
    topic = steps.a_topic(site, people, "Eerste")
    nel = new_page("nel", script=False)
    nel.goto(f"/gesprekken/{topic}")
    nel.get_by_role("button", name="Volg dit gesprek").click()
    expect(nel.get_by_role("button", name="Stop met volgen")).to_be_visible()
    nel.get_by_role("link", name="Mijn Trefpunt").click()
    nel.get_by_role("button", name="Log uit").click()
    expect(nel.get_by_role("heading", name="U bent uitgelogd")).to_be_visible()
    nel.goto(f"/gesprekken/{topic}")
    expect(nel.get_by_label("Welke code staat er in uw brief?")).to_be_visible()
    nel.go_back()
    assert "Eerste" not in nel.content()
