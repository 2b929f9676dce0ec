"""Getting in, in every way that there is, with real mail: the code and the link, the QR of the letter, a tablet that
others use too, and somebody who no longer lives here."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from community import clock, db
from community.accounts.models import LoginSession
from tests.browser import steps
from tests.browser.conftest import NewPage
from tests.site import Site
from tests.world import World

pytestmark = pytest.mark.browser

# A mail that is sent at all is there by then: the worker looks twice a second.
NO_MAIL_S = 2.5


def is_signed_in(page: Page) -> bool:
    """Whether this browser gets to see Today."""
    page.goto("/vandaag")
    return page.url.endswith("/vandaag") and "inloggen" not in page.url


def ask_for_a_mail(page: Page, address: str) -> None:
    page.goto("/inloggen/mail")
    page.get_by_label("Wat is uw e-mailadres?").fill(address)
    page.get_by_role("button", name="Mail mij een code").click()
    page.get_by_label("Welke code staat er in de mail?").wait_for()


def test_the_code_of_a_mail(site: Site, people: World, new_page: NewPage) -> None:
    page = new_page(None)
    ask_for_a_mail(page, " Ton@Example.NL ")
    mail = steps.next_mail(site, "ton@example.nl")
    assert mail.code in mail.subject
    page.get_by_label("Welke code staat er in de mail?").fill("123456" if mail.code != "123 456" else "654321")
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".errsum")).to_contain_text("klopt nog niet")
    page.get_by_label("Welke code staat er in de mail?").fill(" - ".join(mail.code.replace(" ", "")))
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(f"{site.url}/vandaag")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ton")


def test_an_address_that_nobody_has_gets_the_same_answer_and_no_mail(
    site: Site, people: World, new_page: NewPage
) -> None:
    page = new_page(None)
    said = []
    for address in ("moira@example.nl", "nobody@example.nl"):
        ask_for_a_mail(page, address)
        said.append(page.locator("main").inner_text().replace(address, ""))
    assert said[0] == said[1]
    steps.next_mail(site, "moira@example.nl")
    time.sleep(NO_MAIL_S)
    assert steps.mails(site, "nobody@example.nl") == []


def test_the_link_of_a_mail_on_another_device(site: Site, people: World, new_page: NewPage) -> None:
    desk, phone = new_page(None), new_page(None, phone=True)
    before = len(steps.mails(site, "nel@example.nl"))
    ask_for_a_mail(desk, "nel@example.nl")
    link = steps.next_mail(site, "nel@example.nl", before).link
    phone.goto(link)
    expect(phone.locator("main")).to_contain_text("U logt in als Nel van Dam.")
    assert not is_signed_in(phone)  # to look at it is not to come in
    phone.goto(link)
    phone.get_by_role("button", name="Log in").click()
    expect(phone).to_have_url(f"{site.url}/vandaag")
    desk.goto(link)
    expect(desk.get_by_role("heading", level=1)).to_have_text("Deze link werkt niet meer")
    desk.get_by_role("button", name="Stuur mij een nieuwe mail").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text("Kijk in uw mail")
    desk.goto(steps.next_mail(site, "nel@example.nl", before + 1).link)
    desk.get_by_role("button", name="Log in").click()
    expect(desk).to_have_url(f"{site.url}/vandaag")


def test_a_couple_with_one_mailbox_says_who_of_the_two_it_is(site: Site, people: World, new_page: NewPage) -> None:
    page = new_page(None)
    steps.sign_in_by_mail(page, site, "koster@example.nl")
    expect(page.get_by_role("heading", level=1)).to_have_text("Wie bent u?")
    page.get_by_label("Piet Koster").check()
    page.get_by_role("button", name="Ga verder").click()
    expect(page).to_have_url(f"{site.url}/vandaag")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Piet")


def kept_after_closing(context: BrowserContext) -> list[str]:
    """The cookies that a browser still has when it was closed and opened again."""
    return [cookie["name"] for cookie in context.cookies() if cookie["expires"] != -1]


def expires_in(people: World, who: str) -> timedelta:
    """How long the newest session of somebody lasts."""
    newest = select(LoginSession.expires_at).where(LoginSession.person_id == people.people[who])
    until = db.session().scalars(newest.order_by(LoginSession.id.desc())).first()
    assert until is not None
    return until - clock.now()


def test_a_tablet_that_others_use_forgets_who_was_there(site: Site, people: World, new_page: NewPage) -> None:
    own, shared = new_page(None), new_page(None)
    for page, answer in ((own, "Ja."), (shared, "Nee, anderen gebruiken hem ook")):
        before = len(steps.mails(site, "indra@example.nl"))
        page.goto("/inloggen/mail")
        page.get_by_label("Wat is uw e-mailadres?").fill("indra@example.nl")
        page.get_by_label(answer).check()
        page.get_by_role("button", name="Mail mij een code").click()
        page.get_by_label("Welke code staat er in de mail?").fill(
            steps.next_mail(site, "indra@example.nl", before).code
        )
        page.get_by_role("button", name="Log in").click()
        expect(page).to_have_url(f"{site.url}/vandaag")
        with site.app.app_context():
            lasts = expires_in(people, "indra")
        if page is own:
            assert timedelta(days=399) < lasts <= timedelta(days=400)
            assert "trefpunt" in kept_after_closing(page.context)
        else:
            assert timedelta(minutes=119) < lasts <= timedelta(hours=2)
            assert "trefpunt" not in kept_after_closing(page.context)
            answer_of = page.request.get("/vandaag")
            assert answer_of.headers["cache-control"] == "no-store"


def test_a_qr_code_alone_signs_nobody_in(site: Site, people: World, new_page: NewPage) -> None:
    greet = steps.a_newcomer(site, people, "Greet Mol", "lindehof", 6)
    page = new_page(None, phone=True)
    page.goto(f"/c/{greet.token}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Woont u op Lindehofstraat 6?")
    assert not is_signed_in(page)
    page.goto(f"/c/{greet.token}")
    page.get_by_role("button", name="Ja, dat ben ik").click()
    page.get_by_label("Greet Mol").check()
    page.get_by_role("button", name="Ga verder").click()
    steps.go_through_the_welcome(page)
    assert is_signed_in(page)

    stranger = new_page(None)
    stranger.goto(f"/c/{greet.token}")
    expect(stranger.locator("main")).to_contain_text("010 - 123 45 67")
    assert "Lindehofstraat" not in stranger.content()
    stranger.goto("/inloggen")
    stranger.get_by_label("Welke code staat er in uw brief?").fill(greet.code)
    stranger.get_by_role("button", name="Ga verder").click()
    expect(stranger.locator(".errsum")).to_contain_text("Met deze code is al iemand ingelogd.")


def test_somebody_who_moved_out_comes_in_and_sees_only_what_is_theirs(
    site: Site, people: World, new_page: NewPage
) -> None:
    topic = steps.a_topic(site, people, "WAT BUREN ZEGGEN")
    page = new_page(None)
    steps.sign_in_by_mail(page, site, "otto@example.nl")
    expect(page).to_have_url(re.compile("/mijn$"))
    expect(page.get_by_role("navigation", name="Hoofdmenu")).to_have_count(0)
    for address in ("/vandaag", "/gesprekken", f"/gesprekken/{topic}", f"/g/{topic}", "/buren", "/gebouwen/lindehof"):
        answer = page.goto(address)
        assert answer is not None and answer.status == 404
        assert "WAT BUREN ZEGGEN" not in page.content()
    page.goto("/")
    expect(page.locator("main")).to_contain_text("010 - 123 45 67")


def test_a_password_for_who_wants_one(site: Site, people: World, new_page: NewPage) -> None:
    page = new_page("bas")
    page.goto("/mijn/wachtwoord")
    page.get_by_label("wachtwoord").first.fill("de kat zit op het dak")
    page.get_by_role("button", name="Bewaar").click()
    other = new_page(None)
    other.goto("/inloggen/wachtwoord")
    other.get_by_label("Uw e-mailadres").fill("bas@example.nl")
    other.get_by_label("Uw wachtwoord").fill("de kat zit op het bed")
    other.get_by_role("button", name="Log in").click()
    expect(other.locator(".errsum")).to_contain_text("horen niet bij elkaar")
    expect(other.get_by_label("Uw e-mailadres")).to_have_value("bas@example.nl")
    other.get_by_label("Uw wachtwoord").fill("de kat zit op het dak")
    other.get_by_role("button", name="Log in").click()
    expect(other).to_have_url(f"{site.url}/vandaag")
