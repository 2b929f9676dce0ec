"""What people do in more than one story, as they do it: with what they see on the page and in their hands."""

from __future__ import annotations

import email
import email.policy
import io
import re
import time
from dataclasses import dataclass

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from community import clock, db
from community.accounts import actions as accounts
from community.accounts.models import Person
from community.places.models import Membership
from forums import actions as forums
from tests.browser.conftest import WAIT_MS
from tests.site import Site
from tests.world import World

CODE = re.compile(r"\b([a-z]{4,8} [a-z]{4,8} \d{4})\b")


@dataclass(frozen=True)
class Letter:
    """What stands on one sheet of a stack of letters."""

    text: str

    @property
    def code(self) -> str:
        """The code, as somebody reads it from the paper."""
        found = CODE.search(self.text)
        assert found, self.text
        return found[1]


def letters(pdf: bytes) -> list[Letter]:
    """The sheets of a stack, in order."""
    return [Letter(re.sub(r"\s+", " ", page.extract_text())) for page in PdfReader(io.BytesIO(pdf)).pages]


def letter_for(pdf: bytes, name: str) -> Letter:
    """The one letter with this name on it."""
    (found,) = [letter for letter in letters(pdf) if name in letter.text]
    return found


@dataclass(frozen=True)
class Mail:
    """A mail that arrived."""

    subject: str
    text: str

    @property
    def code(self) -> str:
        """The six digits, as they are written in it."""
        found = re.search(r"\d{3} \d{3}", self.text)
        assert found, self.text
        return found[0]

    @property
    def link(self) -> str:
        """The address that signs in."""
        found = re.search(r"http\S+/m/\S+", self.text)
        assert found, self.text
        return found[0]


def mails(site: Site, address: str) -> list[Mail]:
    """What arrived at an address so far."""
    found = []
    for envelope in list(site.post.mails):
        if envelope.rcpt_tos == [address]:
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            body = message.get_body(("plain",))
            assert body is not None
            found.append(Mail(str(message["Subject"]), str(body.get_content())))
    return found


def next_mail(site: Site, address: str, after: int = 0) -> Mail:
    """The mail that arrives at an address where so many had arrived before; waits for it."""
    until = time.monotonic() + WAIT_MS / 1000
    while time.monotonic() < until:
        if len(arrived := mails(site, address)) > after:
            return arrived[after]
        time.sleep(0.1)
    raise AssertionError(f"no mail for {address}; there were {[one.rcpt_tos for one in site.post.mails]}")


def sign_in_by_mail(page: Page, site: Site, address: str) -> None:
    """Ask for a code by mail, read it there, and type it over."""
    before = len(mails(site, address))
    page.goto("/inloggen/mail")
    page.get_by_label("Wat is uw e-mailadres?").fill(address)
    page.get_by_role("button", name="Mail mij een code").click()
    page.get_by_label("Welke code staat er in de mail?").fill(next_mail(site, address, before).code)
    page.get_by_role("button", name="Log in").click()


def join(page: Page, code: str, name: str) -> None:
    """Join with the code of a letter, as the person of this name who stands on it; up to the first welcome page."""
    page.goto("/")
    page.get_by_role("link", name="Ik heb een brief met een code").click()
    page.get_by_label("Welke code staat er in uw brief?").fill(code)
    page.get_by_role("button", name="Ga verder").click()
    page.get_by_label(name).check()
    page.get_by_role("button", name="Ga verder").click()
    expect(page.get_by_role("heading", name="Hoe mogen wij u noemen?")).to_be_visible()


def go_through_the_welcome(page: Page) -> None:
    """Four questions: the name is right, no photo, something about oneself, letters as they are."""
    page.get_by_role("button", name="Ga verder").click()
    expect(page.get_by_role("heading", name="Wilt u een foto bij uw naam?")).to_be_visible()
    page.get_by_role("button", name="Sla deze vraag over").click()
    page.get_by_label("Wat doet u graag?").fill("klaverjassen")
    page.get_by_label("Ja, mijn buren mogen mij vinden").check()
    page.get_by_role("button", name="Ga verder").click()
    expect(page.get_by_role("heading", name="Hoe groot wilt u de letters?")).to_be_visible()
    page.get_by_role("button", name="Ga verder").click()
    page.wait_for_url("**/vandaag")


def start_topic(page: Page, forum: str, title: str, text: str) -> int:
    """Begin a conversation; returns its number."""
    page.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name="Gesprekken").click()
    page.get_by_role("link", name="Begin een gesprek").first.click()
    page.get_by_role("link", name="Vertel iets").click()
    page.get_by_role("radio", name=re.compile(rf"^(Mijn buren in )?{forum}\b")).check()
    page.get_by_label("Titel").fill(title)
    page.get_by_label("Uw bericht").fill(text)
    page.get_by_role("button", name="Plaats mijn bericht").click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    return topic_number(page)


def topic_number(page: Page) -> int:
    """The number of the conversation that is open."""
    found = re.search(r"/gesprekken/(\d+)", page.url)
    assert found, page.url
    return int(found[1])


def reply(page: Page, text: str) -> None:
    """Say something in the conversation that is open."""
    page.get_by_role("textbox", name="Uw reactie").fill(text)
    page.get_by_role("button", name="Plaats mijn reactie").click()


def listening(page: Page, *, watches: bool = True) -> None:
    """Wait until the page listens for what is new: the server answered the question to watch (Socket.IO's ACK, "43"),
    or, on a page that watches nothing, let it in ("40")."""
    until = time.monotonic() + WAIT_MS / 1000
    while not any(said.startswith("43" if watches else "40") for said in page.heard):  # type: ignore[attr-defined]
        assert time.monotonic() < until, f"{page.url} does not listen"
        page.wait_for_timeout(50)


# ---- for who has no letter yet -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Newcomer:
    """Somebody who lives here and has not been here yet, and what stands on their letter."""

    person_id: int
    name: str
    code: str
    token: str


def a_newcomer(
    site: Site, people: World, name: str, building: str, number: int, address: str | None = None
) -> Newcomer:
    """Somebody moves into a dwelling of the small world, and gets a letter."""
    with site.app.app_context():
        person_id, household = _move_in(people, name, building, number, address)
        letter = accounts.invite(household, 1, by=None)
    return Newcomer(person_id, name, letter.code, letter.token)


@db.action
def _move_in(people: World, name: str, building: str, number: int, address: str | None) -> tuple[int, int]:
    people._person(name, name, address)
    person = db.session().get(Person, people.people[name])
    assert person is not None
    person.joined_at, person.welcome_step = None, 0
    household = people.households[building, number]
    db.session().add(Membership(person_id=person.id, household_id=household, since=clock.today()))
    return person.id, household


def a_topic(
    site: Site, people: World, *said: str, title: str = "Koffie", by: str = "ton", forum: str = "lindehof"
) -> int:
    """A conversation with these posts, all by one person; returns its number."""
    with site.app.app_context():
        writer = people.visitor(by)
        topic = forums.start_topic(
            forum_id=people.forums[forum], kind="conversation", title=title, source=said[0], token=None, by=writer
        )
        for source in said[1:]:
            forums.reply(topic_id=topic, source=source, token=None, by=writer)
    return topic


def numbers(page: Page) -> list[str]:
    """The posts that stand on the page, in order."""
    found: list[str] = page.eval_on_selector_all(".thread li[id^=p-]", "all => all.map(li => li.id)")
    return found
