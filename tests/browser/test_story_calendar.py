"""The calendar in a browser: a month on one sheet whatever stands in it, and places that change while one looks."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from community import clock, db
from events import planning
from events.models import Occurrence
from events.planning import Plan
from tests.browser.demonstration import CHAIR, RESIDENT, WRITERS, Demonstration, visitor

pytestmark = pytest.mark.browser


def opened(browser: Browser, demo: Demonstration, path: str, who: str = RESIDENT) -> Page:
    context = browser.new_context(base_url=demo.site.url, locale="nl-NL", viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "trefpunt", "value": demo.cookie(who), "url": demo.site.url}])
    page = context.new_page()
    page.goto(demo.address(path))
    return page


def test_a_month_with_a_hundred_activities_is_one_sheet(browser: Browser, demo: Demonstration) -> None:
    day = clock.today() + timedelta(days=70)
    with demo.site.app.app_context():
        chair = visitor(demo.people[CHAIR])
        building = chair.home_building_ids[0]
        for number in range(100):
            planning.plan(
                Plan(
                    title=f"Activiteit met een heel lange naam, nummer {number}",
                    start_on=day.replace(day=1 + number % 9),
                    start_at=(clock.now() + timedelta(minutes=7 * number)).time().replace(microsecond=0),
                    lasts=60,
                    host_id=chair.person_id,
                    building_id=building,
                ),
                token=None,
                by=chair,
            )
    page = opened(browser, demo, f"/agenda/print?maand={day:%Y-%m}")
    assert "nummer" in page.locator(".sheet").inner_text()
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    page.goto(f"/agenda?maand={day:%Y-%m}")
    assert page.locator("table.month a.day").count() >= 9
    page.context.close()


def test_a_poster_is_one_sheet_whatever_stands_on_it(browser: Browser, demo: Demonstration) -> None:
    with demo.site.app.app_context():
        chair = visitor(demo.people[CHAIR])
        event = planning.plan(
            Plan(
                title=("Bewonersgeschiedenisvereniging " * 5)[:120],
                start_on=clock.today() + timedelta(days=40),
                start_at=clock.now().time().replace(hour=14, minute=0, second=0, microsecond=0),
                lasts=120,
                host_id=chair.person_id,
                building_id=chair.home_building_ids[0],
                place=("in de gezamenlijke ontmoetingsruimte " * 4)[:120],
                bring=("een bord, een beker en een vork " * 7)[:200],
                source="Wij vertellen over vroeger, met heel veel foto's uit de tijd dat dit er nog niet stond. " * 4,
                capacity=20,
                cents=1250,
            ),
            token=None,
            by=chair,
        )
        date = db.session().scalar(select(Occurrence.id).where(Occurrence.event_id == event))
    page = opened(browser, demo, f"/agenda/{date}/poster", CHAIR)
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True))) == 1
    page.set_viewport_size({"width": 794, "height": 1123})
    page.emulate_media(media="print")
    for part in (".join", ".pen"):
        box = page.locator(part).bounding_box()
        assert box is not None and box["y"] + box["height"] <= 1123, f"{part} is on the sheet"
    page.context.close()


def test_places_that_are_taken_show_without_a_reload(browser: Browser, demo: Demonstration) -> None:
    page = opened(browser, demo, "/agenda/{asked_date}")
    before = page.locator("#activiteit").get_attribute("data-version")
    other = opened(browser, demo, "/agenda/{asked_date}", WRITERS[4])
    other.locator("#activiteit form").get_by_role("button", name="Ik kom").first.click()
    expect(page.locator("#activiteit")).not_to_have_attribute("data-version", str(before), timeout=15_000)
    assert "komen" in page.locator("#activiteit").inner_text()
    page.context.close()
    other.context.close()
