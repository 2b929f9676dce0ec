"""What happens to the page that somebody has open: a single reply that is hidden goes from it, and a conversation that is
closed says so and gives back what was half written."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from community import db
from community.moderation import actions as moderation
from forums.models import Post
from tests.browser import steps
from tests.browser.conftest import NewPage
from tests.browser.steps import listening
from tests.site import Site
from tests.world import World

pytestmark = [pytest.mark.browser]

HARSH = "Wat een ezel-7711 ben jij."
HALF = "Ik wilde nog zeggen dat"


def reported(site: Site, people: World, topic: int, number: int) -> int:
    """Henk reports a reply; the number of his report."""
    with site.app.app_context():
        post = db.session().scalars(select(Post.id).where(Post.topic_id == topic, Post.number == number)).one()
        flag = moderation.report("post", post, reason="unkind", by=people.visitor("henk"))
        assert flag is not None
        return flag.id


def close(ton: Page, topic: int) -> None:
    """Ton, who began it, writes how it ended and closes it."""
    ton.goto(f"/gesprekken/{topic}")
    ton.get_by_role("link", name="Schrijf op hoe het afliep").click()
    ton.get_by_label("Hoe liep het af?").fill("Nel doet het.")
    ton.get_by_label("Sluit het gesprek").check()
    ton.get_by_role("button", name="Zet het erbij").click()
    expect(ton.locator(".toast")).to_contain_text("Het gesprek is gesloten.")


def test_one_hidden_reply_goes_from_the_open_page_of_somebody_else(
    site: Site, people: World, new_page: NewPage
) -> None:
    topic = steps.a_topic(site, people, "Wie stofzuigt?", HARSH, "Ik doe het wel.", title="De trap")
    nel = new_page("nel")
    nel.goto(f"/gesprekken/{topic}")
    listening(nel)
    expect(nel.locator("#p-2")).to_contain_text(HARSH)
    field = nel.get_by_role("textbox", name="Uw reactie")
    field.fill(HALF)
    moira = new_page("moira")
    moira.goto(f"/werk/meldingen/{reported(site, people, topic, 2)}")
    moira.get_by_label("Haal de reactie weg").check()
    moira.get_by_role("button", name="Bekijk wat Ton leest").click()
    moira.get_by_role("button", name="Ja, dit is mijn besluit").click()
    expect(nel.locator("#p-2")).to_contain_text("Deze reactie is weggehaald door Moira (moderator)")
    expect(nel.locator("#p-2 .acts")).to_have_count(0)
    assert HARSH not in nel.content()
    assert steps.numbers(nel) == ["p-1", "p-2", "p-3"], "the others stay where they were"
    expect(nel.locator("#p-3")).to_contain_text("Ik doe het wel.")
    expect(field).to_have_value(HALF)
    moira.goto("/werk/meldingen/log")
    moira.get_by_role("button", name="Draai terug").click()
    expect(nel.locator("#p-2")).to_contain_text(HARSH)


def test_closing_tells_who_is_writing_and_gives_the_text_back(site: Site, people: World, new_page: NewPage) -> None:
    topic = steps.a_topic(site, people, "Wie stofzuigt?", title="De gang")
    nel, henk = new_page("nel"), new_page("henk", phone=True)
    for page in (nel, henk):
        page.goto(f"/gesprekken/{topic}")
        listening(page)
    nel.get_by_role("textbox", name="Uw reactie").fill(HALF)
    close(new_page("ton"), topic)
    for page in (nel, henk):
        expect(page.locator("#gesloten")).to_contain_text("Dit gesprek is nu gesloten.")
    expect(henk.locator("section#reageer")).to_be_hidden()
    expect(nel.get_by_role("textbox", name="Uw reactie")).to_have_value(HALF)
    # Who tries all the same is told, and has the text on the page that follows, and on every later visit.
    nel.get_by_role("button", name="Plaats mijn reactie").click()
    for _ in range(2):
        expect(nel.locator("#reageer")).to_contain_text("Dit gesprek is gesloten. Begin gerust een nieuw gesprek.")
        expect(nel.get_by_role("heading", name="Dit schreef u nog")).to_be_visible()
        expect(nel.locator("p.typed")).to_have_text(HALF)
        nel.goto(f"/gesprekken/{topic}")
    with site.app.app_context():
        assert db.session().scalars(select(Post.number).where(Post.topic_id == topic)).all() == [1]
    nel.locator("main").get_by_role("button", name="Gooi weg").click()
    nel.goto(f"/gesprekken/{topic}")
    expect(nel.locator("p.typed")).to_have_count(0)


def test_without_a_script_the_text_is_given_back_too(site: Site, people: World, new_page: NewPage) -> None:
    topic = steps.a_topic(site, people, "Wie stofzuigt?", title="De hal")
    nel = new_page("nel", script=False)
    nel.goto(f"/gesprekken/{topic}")
    nel.get_by_role("textbox", name="Uw reactie").fill(HALF)
    close(new_page("ton"), topic)
    nel.get_by_role("button", name="Plaats mijn reactie").click()
    expect(nel.locator("#reageer")).to_contain_text("Dit gesprek is gesloten.")
    expect(nel.locator("p.typed")).to_have_text(HALF)
