"""A quarrel is reported, hidden, explained and appealed: who reports hears who looks, the moderator sees what the writer
will read, the writer reads why and does not agree, and somebody else looks again. Nobody hears who reported it."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.conftest import NewPage
from tests.site import Site
from tests.world import World

pytestmark = [pytest.mark.browser]

HARSH = "Wat een ezel-3317 ben jij, Henk."
REASON = "Dit doet Henk pijn. Wilt u het vriendelijker zeggen?"


def test_a_quarrel_is_reported_hidden_explained_and_appealed(site: Site, people: World, new_page: NewPage) -> None:
    topic = steps.a_topic(site, people, "Wie stofzuigt de gang?", HARSH, title="De gang")

    henk = new_page("henk")
    henk.goto(f"/gesprekken/{topic}")
    steps.listening(henk)
    report = henk.locator("#p-2").get_by_role("link", name="Melden")
    report.click()
    expect(henk.get_by_role("heading", name="Wat is er niet goed?")).to_be_visible()
    expect(henk.locator("main")).to_contain_text("Moira kijkt ernaar, binnen 2 werkdagen.")
    henk.get_by_role("button", name="Meld", exact=True).click()
    expect(henk.get_by_role("alert")).to_contain_text("Kies wat er niet goed is.")
    henk.get_by_label("Het is onaardig of kwetsend").check()
    henk.get_by_label("Wilt u er iets bij zeggen?").fill("Dit raakt mij.")
    henk.get_by_role("button", name="Meld", exact=True).click()
    expect(henk.locator(".toast")).to_contain_text("Dank u wel. Moira kijkt er binnen 2 werkdagen naar.")
    steps.listening(henk)

    nel = new_page("nel")
    nel.goto(f"/gesprekken/{topic}")
    expect(nel.locator("#p-2")).to_contain_text(HARSH)
    steps.listening(nel)

    moira = new_page("moira")
    moira.goto("/vandaag")
    moira.get_by_role("link", name="Bekijk de meldingen").click()
    moira.locator("main").get_by_role("link", name="De gang").click()
    expect(moira.locator("main")).to_contain_text("Dit raakt mij.")
    expect(moira.locator("main")).not_to_contain_text("Henk de Boer")
    moira.get_by_label("Haal de reactie weg").check()
    moira.get_by_role("textbox", name="Uw reden").fill(REASON)
    moira.get_by_role("button", name="Bekijk wat Ton leest").click()
    preview = moira.locator("#bekijk")
    expect(preview).to_contain_text("Moira (moderator) haalde uw reactie weg.")
    expect(preview).to_contain_text(REASON)
    moira.get_by_role("button", name="Ja, dit is mijn besluit").click()
    expect(moira.locator(".toast")).to_contain_text("Uw besluit staat.")

    # Who has the conversation open sees it go.
    gone = "Deze reactie is weggehaald door Moira (moderator), omdat er iets kwetsends in stond."
    for page in (nel, henk):
        expect(page.locator("#p-2")).to_contain_text(gone)
        expect(page.locator("#p-2")).not_to_contain_text(HARSH)

    mail = steps.next_mail(site, "ton@example.nl")
    assert REASON in mail.text and "Henk de Boer" not in mail.text
    ton = new_page("ton")
    ton.goto("/vandaag")
    expect(ton.locator("main")).to_contain_text(REASON)
    ton.get_by_role("link", name="Lees meer, of zeg dat u het er niet mee eens bent").click()
    expect(ton.get_by_role("heading", level=1)).to_have_text("Moira (moderator) haalde uw reactie weg.")
    expect(ton.locator("main")).to_contain_text("Marjan")
    ton.get_by_label("Waarom niet?").fill("Henk en ik plagen elkaar altijd zo.")
    ton.get_by_role("button", name="Ik ben het er niet mee eens").click()
    expect(ton.locator(".toast")).to_contain_text("Iemand anders kijkt er nog eens naar.")

    moira.goto("/werk/meldingen")
    expect(moira.locator("main")).not_to_contain_text("Iemand is het er niet mee eens")
    marjan = new_page("marjan")
    marjan.goto("/werk/meldingen")
    marjan.get_by_role("link", name="De gang").click()
    expect(marjan.locator("main")).to_contain_text("Henk en ik plagen elkaar altijd zo.")
    marjan.get_by_label("Ton heeft gelijk: draai het besluit terug").check()
    marjan.get_by_label("Uw reden").fill("Nu begrijp ik het.")
    marjan.get_by_role("button", name="Verstuur mijn antwoord").click()
    expect(marjan.locator(".toast")).to_contain_text("Uw antwoord is verstuurd.")

    for page in (nel, henk):
        expect(page.locator("#p-2")).to_contain_text(HARSH)
    answer = steps.next_mail(site, "ton@example.nl", 1)
    assert "Nu begrijp ik het." in answer.text and "Marjan" in answer.text
    ton.reload()
    expect(ton.locator("main")).to_contain_text("U kreeg gelijk")
