"""A private message: Ton writes to the caretaker alone, who answers. Nobody else finds it, sees it counted or hears of it
while it happens, on any page; not even the director, nor the neighbour who has the list of conversations open."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from community import db
from community.mail import OutgoingMail
from tests.browser import steps
from tests.browser.conftest import NewPage
from tests.site import Site
from tests.world import World

pytestmark = [pytest.mark.browser, pytest.mark.several]

TITLE = "Mijn sleutel is zoek"
TEXT = "Ik sliep vannacht bij mijn zus. Wilt u het niet doorvertellen?"
ANSWER = "Ik kom vanmiddag langs met een reservesleutel."
SECRETS = (TITLE, TEXT, ANSWER, "mijn-sleutel")
OUTSIDE = ("nel", "moira", "marjan", "anouk", "indra")
OPENED = ("/vandaag", "/gesprekken")
FETCHED = (
    "/gesprekken?forum=lindehof", "/gebouwen/lindehof", "/buren", "/ongelezen", "/agenda", "/zoeken?q=sleutel",
    "/zoeken?q=reservesleutel", "/gesprekken/lijkt-op?titel=Mijn+sleutel+is", "/werk/vragen", "/werk", "/werk/meldingen",
    "/mijn/concepten",
)  # fmt: skip
# What hangs on a conversation: each is as absent as the conversation itself.
UNDER = ("", "/1", "/nieuw", "/print", "/kop", "/wie", "/wie-is-er", "/1/dank", "/1/eerder", "/1/wijzig", "/afronden")


def quiet(page: Page) -> None:
    """What was written privately is nowhere on the page that is open."""
    body = page.content()
    for secret in SECRETS:
        assert secret not in body, (page.url, secret)


@pytest.mark.timeout(240)
def test_a_private_message_to_the_caretaker_stays_private(site: Site, people: World, new_page: NewPage) -> None:
    steps.a_topic(site, people, "Wie komt er koffiedrinken?")
    others = {key: new_page(key) for key in OUTSIDE}
    for page in others.values():
        page.goto("/gesprekken")
    before = {key: page.locator("main").inner_text() for key, page in others.items()}

    ton = new_page("ton", phone=True)
    ton.goto("/gesprekken/nieuw?soort=conversation")
    ton.get_by_role("radio", name=re.compile("^Alleen de huismeester")).check()
    expect(ton.get_by_text("Alleen u en Rachid kunnen dit lezen.")).to_be_visible()
    ton.get_by_label("Titel").fill(TITLE)
    ton.get_by_label("Uw bericht").fill(TEXT)
    ton.get_by_role("button", name="Plaats mijn bericht").click()
    expect(ton.get_by_role("heading", name=TITLE, level=1)).to_be_visible()
    expect(ton.locator("main").get_by_text("privé").first).to_be_visible()
    number = steps.topic_number(ton)
    steps.listening(ton)

    rachid = new_page("rachid")
    rachid.goto("/gesprekken")
    rachid.get_by_role("link", name=re.compile(TITLE)).click()
    expect(rachid.get_by_text("Alleen Ton en Rachid kunnen dit lezen.")).to_be_visible()
    steps.reply(rachid, ANSWER)
    expect(ton.locator(".post-body", has_text=ANSWER)).to_be_visible()

    for key, page in others.items():
        assert not [said for said in page.heard if f'"topic":{number}' in said], (key, "heard of it")  # type: ignore[attr-defined]
        quiet(page)
        assert page.locator("main").inner_text() == before[key], key
        for path in OPENED:
            page.goto(path)
            quiet(page)
        for path in FETCHED:
            assert not [secret for secret in SECRETS if secret in page.request.get(path).text()], (key, path)
        for path in (f"/g/{number}", *(f"/gesprekken/{number}{below}" for below in UNDER)):
            answer = page.request.get(path)
            assert answer.status == 404, (key, path)
            assert not [secret for secret in SECRETS if secret in answer.text()], (key, path)
    # Nobody else has a letter of it; and what Ton's letter says stands on Trefpunt alone.
    with site.app.app_context():
        letters = db.session().scalars(select(OutgoingMail)).all()
    assert {letter.to_address for letter in letters} <= {"ton@example.nl", "rachid@zuiderlicht.example"}
    assert not [letter for letter in letters if TEXT in letter.text or ANSWER in letter.text]
    # The two of them do find it: the search above looked for the right words.
    for page in (ton, rachid):
        page.goto("/zoeken?q=sleutel")
        expect(page.get_by_role("link", name=TITLE)).to_have_count(2)
