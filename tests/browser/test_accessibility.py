"""Every page that there is, for whom it is, in a real browser: WCAG 2.2 AA and the rules of our own design, on a small
telephone, an ordinary one and a desk, light and dark, with ordinary, large and twice as large letters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext
from werkzeug.exceptions import HTTPException

from tests.browser import looking
from tests.browser.conftest import WAIT_MS
from tests.browser.demonstration import Demonstration
from tests.browser.every_page import NO_PAGES, STRANGER, VISITS, Visit

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def contexts(browser: Browser, demo: Demonstration) -> Iterator[dict[str, BrowserContext]]:
    """The browser of each person, opened when they first look at something."""
    made: dict[str, BrowserContext] = {}
    yield made
    for context in made.values():
        context.close()


def open_browser(browser: Browser, demo: Demonstration, who: str) -> BrowserContext:
    """A browser in which somebody is signed in."""
    context = browser.new_context(base_url=demo.site.url, locale="nl-NL", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(WAIT_MS)
    context.add_init_script(path=looking.AXE)
    if who != STRANGER:
        context.add_cookies([{"name": "trefpunt", "value": demo.cookie(who), "url": demo.site.url}])
    return context


@pytest.mark.parametrize("visit", VISITS, ids=str)
def test_nobody_is_troubled(
    visit: Visit, demo: Demonstration, browser: Browser, contexts: dict[str, BrowserContext]
) -> None:
    # Steps change what a browser remembers, so they have one of their own.
    context = open_browser(browser, demo, visit.who) if visit.steps else contexts.get(visit.who)
    if context is None:
        context = contexts[visit.who] = open_browser(browser, demo, visit.who)
    page = context.new_page()
    page.goto(demo.address(visit.address))
    if visit.steps:
        visit.steps(page, demo)
    troubles = looking.troubles(page)
    page.close()
    if visit.steps:
        context.close()
    assert troubles == []


def test_every_page_is_looked_at(demo: Demonstration) -> None:
    routes = demo.site.app.url_map.bind("localhost")
    seen = set()
    for visit in VISITS:
        try:
            seen.add(visit.leads_to or routes.match(demo.address(visit.address).split("?")[0], method="GET")[0])
        except HTTPException:
            continue
    pages = {rule.endpoint for rule in demo.site.app.url_map.iter_rules() if rule.methods and "GET" in rule.methods}
    assert pages - seen == set(NO_PAGES)


def test_the_judge_would_notice(demo: Demonstration, browser: Browser) -> None:
    context = open_browser(browser, demo, STRANGER)
    page = context.new_page()
    page.goto("/hulp")
    page.evaluate(
        """() => {
          const main = document.querySelector('main .wrap');
          main.insertAdjacentHTML('beforeend', '<h1>Nog een</h1><p id=small>klein</p><p><a class=x href="/">alleen</a></p>'
            + '<p id=wide>breed</p><p id=pale>bleek</p><img src="/static/dist/x.png"><div id=cut>afgesneden tekst</div>');
          document.getElementById('small').style.fontSize = '12px';
          document.getElementById('wide').style.width = '1400px';
          document.getElementById('pale').style.color = '#ccc';
          Object.assign(document.getElementById('cut').style, {width: '20px', height: '9px', overflow: 'hidden'});
        }"""
    )
    found = "\n".join(looking.troubles(page))
    context.close()
    for trouble in (
        "always: 2 h1",
        "320 light gewoon: sideways",
        "letters of 12px",
        "to press: ",
        "cut off: <div",
        "axe color-contrast: <p",
        "axe image-alt",
    ):
        assert trouble in found
