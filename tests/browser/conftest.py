"""A real browser before the real site. Stories marked `several` also run with several processes. To open a site takes
seconds, so the stories of a module share one: each makes what it needs, and leaves nothing for another to stumble over.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, WebSocket, expect, sync_playwright

from tests.browser.demonstration import Demonstration
from tests.site import Site, a_site
from tests.world import World

CHROMIUM = os.environ.get("TREFPUNT_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
# Longer than a busy machine needs for a page; what a story expects appears sooner or not at all.
WAIT_MS = 15_000
expect.set_options(timeout=WAIT_MS)

NewPage = Callable[..., Page]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A story runs on one process with SQLite; marked `several` it runs on several with PostgreSQL and Redis too."""
    if "kind" in metafunc.fixturenames:
        kinds = ["alone", "several"] if metafunc.definition.get_closest_marker("several") else ["alone"]
        metafunc.parametrize("kind", kinds, scope="module")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all stories."""
    with sync_playwright() as playwright:
        if not Path(CHROMIUM).exists():
            message = f"NOT TESTED IN A BROWSER: no Chromium at {CHROMIUM}"
            pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="module")
def empty_site(kind: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    """A running site with nothing in it."""
    module = Path(request.node.name).stem
    name = re.sub(r"\W+", "_", f"{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{module}")[:40].lower()
    try:
        with a_site(kind, tmp_path_factory.mktemp(module), name) as site:
            site.start()
            yield site
    except RuntimeError as missing:
        if "NOT TESTED" not in str(missing) or os.environ.get("CI"):
            raise
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def demo(kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """The demonstration, running."""
    with a_site(kind, tmp_path_factory.mktemp("demo"), "demo", TREFPUNT_DEMO="1") as site:
        made = Demonstration(site)
        with site.app.app_context():
            made.prepare()
        site.start()
        yield made


@pytest.fixture(scope="module")
def site(empty_site: Site) -> Site:
    """A running site with the small world of tests/world.py in it."""
    with empty_site.app.app_context():
        empty_site.world = World.build()  # type: ignore[attr-defined]
    return empty_site


@pytest.fixture(scope="module")
def people(site: Site) -> World:
    """Who lives and works there."""
    return site.world  # type: ignore[attr-defined,no-any-return]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """When a story fails, say what stood on each page."""
    report = yield
    if report.when == "call" and report.failed:
        for page in getattr(item, "pages", []):
            with suppress(Error):  # closed, or on its way to another page
                report.sections.append((f"on the page {page.url}", page.inner_text("body", timeout=1000)))
    return report


@pytest.fixture
def new_page(browser: Browser, empty_site: Site, request: pytest.FixtureRequest) -> Iterator[NewPage]:
    """`new_page("nel", phone=True)`: a browser of its own in which a person of the small world is signed in (None: a
    stranger)."""
    contexts: list[BrowserContext] = []
    request.node.pages = []

    def open_page(who: str | None, *, phone: bool = False, script: bool = True) -> Page:
        context = browser.new_context(
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]
            locale="nl-NL",
            java_script_enabled=script,
            base_url=empty_site.url,
        )
        context.set_default_timeout(WAIT_MS)
        contexts.append(context)
        if who is not None:
            world = empty_site.world  # type: ignore[attr-defined]
            context.add_cookies([{"name": "trefpunt", "value": cookie(empty_site, world, who), "url": empty_site.url}])
        page = context.new_page()
        request.node.pages.append(page)
        page.heard = []  # type: ignore[attr-defined]
        page.on("websocket", lambda socket: hear(page, socket))
        page.errors = []  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.errors.append(str(error)))  # type: ignore[attr-defined]
        page.on(
            "console",
            lambda said: (
                page.errors.append(said.text)  # type: ignore[attr-defined]
                if said.type == "error" and "WebSocket" not in said.text and "Failed to load resource" not in said.text
                else None
            ),
        )
        return page

    yield open_page
    for context in contexts:
        for page in context.pages:
            assert getattr(page, "errors", []) == []
        context.close()


def hear(page: Page, socket: WebSocket) -> None:
    """Note what the server says over the socket of a page: the one it has now."""
    page.heard = []  # type: ignore[attr-defined]
    socket.on("framereceived", lambda said: page.heard.append(str(said)))  # type: ignore[attr-defined]


def cookie(site: Site, people: World, who: str) -> str:
    """The cookie of a device on which somebody is signed in."""
    with site.app.app_context():
        token = people.open_session(who)
    signer = site.app.session_interface.get_signing_serializer(site.app)  # type: ignore[attr-defined]
    return str(signer.dumps({"_user_id": token, "_fresh": True}))
