"""The session ends while somebody types. What they send is kept, and given back once they have signed in again: to them
and to nobody else; and it is placed once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from community.accounts import actions as accounts
from tests.browser import steps
from tests.browser.conftest import NewPage
from tests.site import Site
from tests.world import World

pytestmark = pytest.mark.browser

TEXT = "Ik was een heel verhaal aan het typen.\n\nMet **twee** alinea's."


def write_while_it_ends(site: Site, people: World, page: Page, topic: int) -> None:
    """The session ends elsewhere, in the middle of writing."""
    page.goto(f"/gesprekken/{topic}")
    page.get_by_role("textbox", name="Uw reactie").fill(TEXT)
    page.wait_for_timeout(500)
    with site.app.app_context():
        accounts.end_all_sessions(people.people["nel"])
    page.get_by_role("button", name="Plaats mijn reactie").click()
    expect(page.locator(".toast")).to_have_text("U was even weg. Log opnieuw in. Wat u schreef, hebben wij bewaard.")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_what_was_typed_is_given_back_and_placed_once(
    site: Site, people: World, new_page: NewPage, script: bool
) -> None:
    topic = steps.a_topic(site, people, "Vertel eens")
    nel = new_page("nel", script=script)
    write_while_it_ends(site, people, nel, topic)
    steps.sign_in_by_mail(nel, site, "nel@example.nl")
    expect(nel.get_by_role("heading", name="Dit hebben wij bewaard")).to_be_visible()
    expect(nel.get_by_label("Wat u schreef")).to_have_value(TEXT)
    nel.get_by_role("button", name="Verstuur het nu").click()
    expect(nel.locator("#p-2 .post-body strong")).to_have_text("twee")
    assert steps.numbers(nel) == ["p-1", "p-2"]
    # Nothing of it waits to be placed a second time.
    expect(nel.get_by_role("textbox", name="Uw reactie")).to_have_value("")
    nel.goto("/bewaard")
    expect(nel).to_have_url(f"{site.url}/vandaag")


def test_it_can_be_thrown_away(site: Site, people: World, new_page: NewPage) -> None:
    topic = steps.a_topic(site, people, "Vertel eens")
    nel = new_page("nel", script=False)
    write_while_it_ends(site, people, nel, topic)
    steps.sign_in_by_mail(nel, site, "nel@example.nl")
    nel.get_by_role("button", name="Nee, gooi het weg").click()
    nel.goto(f"/gesprekken/{topic}")
    assert steps.numbers(nel) == ["p-1"]


def test_who_signs_in_after_somebody_else_does_not_get_their_text(site: Site, people: World, new_page: NewPage) -> None:
    topic = steps.a_topic(site, people, "Vertel eens")
    tablet = new_page("nel")
    write_while_it_ends(site, people, tablet, topic)
    steps.sign_in_by_mail(tablet, site, "moira@example.nl")
    expect(tablet).to_have_url(f"{site.url}/vandaag")
    tablet.goto("/bewaard")
    assert "heel verhaal" not in tablet.content()
    tablet.goto(f"/gesprekken/{topic}")
    expect(tablet.get_by_role("textbox", name="Uw reactie")).to_have_value("")
