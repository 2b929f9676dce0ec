"""What the first view of a page costs somebody on a slow line: bytes over the line, requests, fonts that load, and
nobody else who is asked for anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.browser.demonstration import RESIDENT, Demonstration
from tests.browser.every_page import STRANGER, VISITS

pytestmark = pytest.mark.browser

# The promises of the first issue: bytes with their headers, as compressed on the way. Two things that
# come after the view are not counted: the websocket, and the word to the server that the page was read.
BYTES_MAX, REQUESTS_MAX = 60_000, 6
# A letter that Dutch does not have, in a name, brings one file of letters.
MORE_LETTERS = 10_500
HTML_MAX = 40_000


@dataclass
class Line:
    """What goes over the line of a browser."""

    addresses: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    sockets: list[str] = field(default_factory=list)

    def watch(self, devtools: CDPSession) -> None:
        devtools.on("Network.requestWillBeSent", self._asked)
        devtools.on("Network.loadingFinished", self._finished)
        devtools.on("Network.webSocketCreated", lambda told: self.sockets.append(told["url"]))
        devtools.send("Network.enable")

    def _asked(self, told: dict[str, Any]) -> None:
        if told["request"]["method"] == "GET":
            self.addresses[told["requestId"]] = told["request"]["url"]

    def _finished(self, told: dict[str, Any]) -> None:
        # With headers, as compressed on the way.
        if told["requestId"] in self.addresses:
            self.sizes[told["requestId"]] = int(told["encodedDataLength"])

    def table(self) -> str:
        rows = sorted(((self.sizes.get(key, 0), address) for key, address in self.addresses.items()), reverse=True)
        return "\n".join(f"{size:7} {address}" for size, address in rows)


@dataclass
class View:
    """A page that was opened for the first time on a device, and what the browser said about it."""

    page: Page
    line: Line = field(default_factory=Line)
    said: list[str] = field(default_factory=list)


def open_first(browser: Browser, demo: Demonstration, address: str) -> View:
    """A resident opens a page, with nothing kept from before."""
    context = browser.new_context(base_url=demo.site.url, locale="nl-NL", viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "trefpunt", "value": demo.cookie(RESIDENT), "url": demo.site.url}])
    view = View(context.new_page())
    view.page.on("console", lambda told: view.said.append(told.text) if told.type in ("error", "warning") else None)
    view.page.on("pageerror", lambda error: view.said.append(str(error)))
    view.line.watch(context.new_cdp_session(view.page))
    view.page.goto(demo.address(address), wait_until="networkidle")
    # Not `wait_for_function`: where it has to wait it evaluates words, and our own rules forbid a page to do so.
    view.page.evaluate("document.fonts.ready.then(() => true)")
    view.page.wait_for_timeout(1500)
    return view


@pytest.fixture(scope="module")
def first_view(browser: Browser, demo: Demonstration) -> Iterator[View]:
    """The first view of a topic page."""
    view = open_first(browser, demo, "/gesprekken/{twenty}?pagina=1")
    yield view
    view.page.context.close()


def test_the_page_is_one_of_twenty_posts(first_view: View) -> None:
    assert first_view.page.locator(".thread .post").count() == 20


def test_it_comes_in_six_requests_and_sixty_kilobytes(first_view: View) -> None:
    line = first_view.line
    print(line.table())
    assert len(line.addresses) <= REQUESTS_MAX, line.table()
    assert 20_000 < sum(line.sizes.values()) <= BYTES_MAX, line.table()
    assert len(line.sizes) == len(line.addresses)
    assert len(line.sockets) == 1


def test_a_name_with_other_letters_brings_one_file_more(browser: Browser, demo: Demonstration) -> None:
    view = open_first(browser, demo, "/gesprekken/{topic}?pagina=1")
    view.page.context.close()
    # Somebody of the association who comes or goes meanwhile is looked up; that is no part of a first view.
    files = [address for address in view.line.addresses.values() if not address.endswith("/wie-is-er")]
    assert len(files) == REQUESTS_MAX + 1, view.line.table()
    sizes = [view.line.sizes[key] for key, address in view.line.addresses.items() if address in files]
    assert sum(sizes) <= BYTES_MAX + MORE_LETTERS, view.line.table()


def test_nobody_else_is_asked_for_anything(first_view: View, demo: Demonstration) -> None:
    line, ours = first_view.line, urlsplit(demo.site.url).netloc
    assert {urlsplit(address).netloc for address in [*line.addresses.values(), *line.sockets]} == {ours}


def test_the_browser_has_nothing_to_complain_about(first_view: View) -> None:
    assert first_view.said == []
    # It would have complained: a script in the page itself is against the policy.
    first_view.page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))"
    )
    first_view.page.wait_for_timeout(100)
    assert any("Content Security Policy" in text for text in first_view.said)


def test_both_fonts_are_used(first_view: View) -> None:
    loaded = first_view.page.evaluate(
        "[...document.fonts].filter((font) => font.status === 'loaded').map((font) => font.family)"
    )
    assert {"Trefpunt Text", "Trefpunt Head"} <= {name.strip('"') for name in loaded}


def test_the_second_view_asks_for_the_page_alone(first_view: View, demo: Demonstration) -> None:
    again, page = Line(), first_view.page
    again.watch(page.context.new_cdp_session(page))
    page.goto(demo.address("/gesprekken/{twenty}?pagina=1"), wait_until="networkidle")
    assert len([size for size in again.sizes.values() if size > 0]) == 1, again.table()


def test_no_page_is_larger_than_forty_kilobytes(demo: Demonstration) -> None:
    large = []
    clients = {}
    for visit in VISITS:
        if visit.who not in clients:
            clients[visit.who] = demo.site.app.test_client()
            if visit.who != STRANGER:
                clients[visit.who].set_cookie("trefpunt", demo.cookie(visit.who))
        answer = clients[visit.who].get(demo.address(visit.address))
        if len(answer.data) > HTML_MAX:
            large.append(f"{len(answer.data)} {visit}")
    assert large == []
