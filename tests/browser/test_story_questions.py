"""A lost cat is found; and a question about the lift goes from no answer to outcome, with a promise that is kept. The
one who asked looks at the page all the while, and loads it never again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from community import db
from community.mail import OutgoingMail
from tests.browser import steps
from tests.browser.conftest import NewPage
from tests.browser.steps import listening
from tests.site import Site
from tests.world import World

pytestmark = pytest.mark.browser


def test_a_lost_cat_is_found(site: Site, people: World, new_page: NewPage) -> None:
    ton, nel = new_page("ton", phone=True), new_page("nel")
    ton.goto("/gesprekken/nieuw")
    ton.get_by_role("link", name="Kwijt").click()
    ton.get_by_label("Wat bent u kwijt?").fill("Rode poes, heet Saar")
    ton.get_by_label("Waar en wanneer?").fill("Vanmorgen bij de fietsen. Wie ziet haar?")
    ton.get_by_role("button", name="Plaats mijn bericht").click()
    expect(ton.get_by_role("heading", name="Rode poes, heet Saar", level=1)).to_be_visible()
    topic = steps.topic_number(ton)
    listening(ton)
    nel.goto(f"/gesprekken/{topic}")
    listening(nel)
    steps.reply(nel, "Zij zit bij mij op de bank.")
    expect(ton.locator("#p-2")).to_contain_text("op de bank")
    ton.get_by_role("link", name="Het is gevonden").click()
    expect(ton.get_by_label("Hoe liep het af?")).to_have_value("Het is gevonden. Dank u wel voor het zoeken.")
    ton.get_by_role("button", name="Zet het erbij").click()
    expect(ton.locator("#kop .agreed")).to_contain_text("Gevonden")
    expect(nel.locator("#kop .agreed")).to_contain_text("Geschreven door Ton")
    nel.goto("/gesprekken")
    expect(nel.locator(".row", has_text="Rode poes")).to_contain_text("Gevonden")


def test_a_question_about_the_lift_gets_its_answer_on_the_promised_day(
    site: Site, people: World, new_page: NewPage
) -> None:
    ton, rachid = new_page("ton"), new_page("rachid", phone=True)
    ton.goto("/gesprekken/nieuw")
    ton.get_by_role("link", name="Vraag aan Zuiderlicht").click()
    ton.get_by_label("Wat is uw vraag?").fill("Wanneer komt er een bankje in de lift?")
    ton.get_by_label("Vertel er iets meer over").fill("Staan valt mij zwaar.")
    ton.get_by_role("button", name="Stel mijn vraag").click()
    expect(ton.locator("#kop")).to_contain_text("Nog geen antwoord")
    listening(ton)

    rachid.goto("/werk/vragen")
    rachid.get_by_role("link", name="Wanneer komt er een bankje in de lift?").click()
    rachid.get_by_label("Wanneer hoort de bewoner iets van u?").fill("gisteren")
    rachid.get_by_role("button", name="Ik pak dit op").click()
    expect(rachid.locator(".errsum")).to_contain_text("Die dag is voorbij.")
    rachid.get_by_label("Wanneer hoort de bewoner iets van u?").fill("vandaag")
    rachid.get_by_role("button", name="Beloof deze dag").click()
    expect(ton.locator("#kop")).to_contain_text("Rachid zoekt het uit")
    expect(ton.locator("#kop")).to_contain_text("U hoort het uiterlijk vandaag.")

    rachid.goto("/werk")
    expect(rachid.locator("#inhoud")).to_contain_text("U beloofde voor vandaag antwoord op 1 vraag.")
    rachid.get_by_role("link", name="Bekijk de vragen").click()
    rachid.get_by_role("link", name="Wanneer komt er een bankje in de lift?").click()
    rachid.get_by_role("checkbox", name="Met mijn reactie is de vraag beantwoord").check()
    steps.reply(rachid, "Het bankje is besteld.")
    expect(ton.locator("#kop")).to_contain_text("Beantwoord")
    rachid.get_by_role("link", name="Schrijf wat er is afgesproken").click()
    rachid.get_by_label("Hoe liep het af?").fill("Het bankje komt **maandag**.")
    rachid.get_by_role("checkbox", name="Sluit het gesprek").check()
    # Ton is just writing: what is typed stays on the page when the conversation closes.
    ton.get_by_role("textbox", name="Uw reactie").fill("Dank u wel, dat is")
    rachid.get_by_role("button", name="Zet het erbij").click()
    expect(ton.locator("#kop .agreed")).to_contain_text("Wat is er afgesproken?")
    expect(ton.locator("#kop .agreed strong")).to_have_text("maandag")
    expect(ton.locator("#gesloten")).to_contain_text("Wat u typte, blijft hier staan.")
    expect(ton.get_by_role("textbox", name="Uw reactie")).to_have_value("Dank u wel, dat is")
    # Each step is told by mail as well: when it happened, and to who asked alone. Some letters wait for the morning.
    with site.app.app_context():
        told = (
            db.session().execute(select(OutgoingMail.to_address, OutgoingMail.subject).order_by(OutgoingMail.id)).all()
        )
    assert [subject for address, subject in told if address == "ton@example.nl"] == [
        "Rachid zoekt uw vraag uit",
        "Rachid gaf antwoord op uw vraag",
        "Dit is er afgesproken over uw vraag",
    ]
    assert {address for address, _subject in told} == {"ton@example.nl"}
    rachid.goto("/werk/vragen")
    expect(rachid.get_by_role("link", name="Wanneer komt er een bankje in de lift?")).to_have_count(0)
