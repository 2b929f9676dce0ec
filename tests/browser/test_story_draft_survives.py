"""Somebody writes a long reply, and the browser dies. The reply is there on the tablet; and what they are asked before
it is placed, whom they call, and what they go back to work as they do without script."""

from __future__ import annotations

import os
import signal

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import steps
from tests.browser.conftest import ARGUMENTS, CHROMIUM, NewPage, cookie
from tests.site import Site
from tests.world import World

pytestmark = pytest.mark.browser

TEXT = "Ik was een heel verhaal aan het typen over het fietsenhok."
TABLET = {"width": 820, "height": 1180}


def test_a_draft_survives_a_crash_of_the_browser_and_appears_on_the_tablet(
    site: Site, people: World, browser: Browser, new_page: NewPage
) -> None:
    topic = steps.a_topic(site, people, "Vertel eens")
    dying = browser.browser_type.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    context = dying.new_context(base_url=site.url, locale="nl-NL")
    context.add_cookies([{"name": "trefpunt", "value": cookie(site, people, "nel"), "url": site.url}])
    laptop = context.new_page()
    laptop.goto(f"/gesprekken/{topic}")
    with laptop.expect_response(f"**/concept/topic-{topic}"):
        laptop.get_by_role("textbox", name="Uw reactie").press_sequentially(TEXT, delay=2)
    expect(laptop.locator("[data-kept]")).to_contain_text("Bewaard: vandaag")
    told = dying.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    (main,) = [process["id"] for process in told if process["type"] == "browser"]
    os.kill(main, signal.SIGKILL)

    tablet = new_page("nel")
    tablet.set_viewport_size(TABLET)  # type: ignore[arg-type]
    tablet.goto("/gesprekken")
    tablet.get_by_role("link", name="1 bericht waar u mee bezig was").click()
    expect(tablet.get_by_text(TEXT)).to_be_visible()
    tablet.get_by_role("link", name="Ga verder").click()
    field = tablet.get_by_role("textbox", name="Uw reactie")
    expect(field).to_have_value(TEXT)
    expect(tablet.locator(".composer")).to_contain_text("U was hier nog mee bezig. Bewaard: vandaag")
    tablet.get_by_role("button", name="Plaats mijn reactie").click()
    expect(tablet.locator("#p-2 .post-body")).to_have_text(TEXT)
    expect(field).to_have_value("")
    tablet.goto("/mijn/concepten")
    expect(tablet.get_by_text("Er ligt niets te wachten.")).to_be_visible()


def test_it_survives_signing_out(site: Site, people: World, new_page: NewPage) -> None:
    topic = steps.a_topic(site, people, "Vertel eens")
    nel = new_page("nel")
    nel.goto(f"/gesprekken/{topic}")
    with nel.expect_response(f"**/concept/topic-{topic}"):
        nel.get_by_role("textbox", name="Uw reactie").fill(TEXT)
    nel.context.clear_cookies()
    nel.evaluate("localStorage.clear()")
    again = new_page("nel", script=False)
    again.goto(f"/gesprekken/{topic}")
    expect(again.get_by_role("textbox", name="Uw reactie")).to_have_value(TEXT)
    again.get_by_role("button", name="Gooi weg").click()
    expect(again.locator(".toast")).to_contain_text("Wat u schreef, is weggegooid.")
    expect(again.get_by_role("textbox", name="Uw reactie")).to_have_value("")
    again.get_by_role("button", name="Maak ongedaan").click()
    expect(again.get_by_role("textbox", name="Uw reactie")).to_have_value(TEXT)


def test_thrown_away_with_script_it_does_not_come_back(site: Site, people: World, new_page: NewPage) -> None:
    topic = steps.a_topic(site, people, "Vertel eens")
    nel = new_page("nel")
    nel.goto(f"/gesprekken/{topic}")
    with nel.expect_response(f"**/concept/topic-{topic}"):
        nel.get_by_role("textbox", name="Uw reactie").fill(TEXT)
    nel.reload()
    expect(nel.get_by_role("textbox", name="Uw reactie")).to_have_value(TEXT)
    nel.get_by_role("button", name="Gooi weg").click()
    expect(nel.locator(".toast")).to_contain_text("Wat u schreef, is weggegooid.")
    nel.wait_for_timeout(500)
    nel.reload()
    expect(nel.get_by_role("textbox", name="Uw reactie")).to_have_value("")


def test_a_kind_reminder_once_a_name_and_a_quote(site: Site, people: World, new_page: NewPage) -> None:
    topic = steps.a_topic(site, people, "Vertel eens", "Mijn geranium bloeit")
    nel = new_page("nel")
    nel.goto(f"/gesprekken/{topic}")
    nel.locator("#p-2").get_by_role("link", name="Citeer").click()
    expect(nel.locator(".composer .cited")).to_contain_text("Mijn geranium bloeit")
    field = nel.get_by_role("textbox", name="Uw reactie")
    field.focus()
    # What helps with writing is fetched when somebody begins.
    expect(field).to_have_attribute("aria-autocomplete", "list")
    field.press_sequentially("Wat een idioot, @To")
    expect(nel.get_by_role("option", name="Ton Visser")).to_be_visible()
    field.press("Enter")
    expect(field).to_have_value("Wat een idioot, @Ton Visser ")
    nel.get_by_role("button", name="Plaats mijn reactie").click()
    expect(nel.locator(".composer .notice")).to_contain_text("Klinkt dit zoals u het bedoelt?")
    expect(field).to_have_value("Wat een idioot, @Ton Visser ")
    expect(nel.locator(".composer .cited")).to_contain_text("Mijn geranium bloeit")
    nel.get_by_role("button", name="Plaats zo").click()
    expect(nel.locator("#p-3 .post-body strong")).to_have_text("@Ton Visser")
    expect(nel.locator("#p-3 .cited")).to_contain_text("Mijn geranium bloeit")
    expect(nel.locator(".composer .notice, .composer .cited")).to_have_count(0)
    expect(nel.get_by_role("button", name="Plaats mijn reactie")).to_be_visible()
