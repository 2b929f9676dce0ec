"""The first conversation, from an empty installation: an administrator reads in the buildings and prints letters, and
residents of one building talk with each other and with their caretaker. Nobody of another building sees any of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
import socketio
from playwright.sync_api import FilePayload, Page, expect

from community import clock, db
from community.accounts.models import Mailbox, Person
from community.places.models import Association, Role
from community.text import fold
from tests.browser import steps
from tests.browser.conftest import NewPage
from tests.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.several]

# Long work begins with a process of its own, which takes a busy machine a while.
LONG_WORK_MS = 60_000

# As such a system writes it: semicolons, Windows-1252, a column with a name of its own, one that is none of our business.
EXPORT = """\
VHE-nummer;Wijk;Pand;Straatnaam;Huisnr;Postcode;Plaats;Huurdernummer;Aanhef;Voornaam;Tussenvoegsel;Achternaam;Netto huur
1001;Lindenoord;Lindehof;Lindestraat;1;3023 AB;Rotterdam;501;De heer;Ton;;Visser;612,40
1002;Lindenoord;Lindehof;Lindestraat;2;3023 AB;Rotterdam;502;Mevrouw;Nel;van;Dam;612,40
1003;Lindenoord;Lindehof;Lindestraat;3;3023 AB;Rotterdam;503;Mevrouw;Andrée;;Çelik;598,00
2001;Lindenoord;Meidoorn;Meidoornweg;1;3023 AC;Rotterdam;504;Mevrouw;Indra;;Soekhoe;601,10
"""
FILE: FilePayload = {"name": "export woningen.csv", "mimeType": "text/csv", "buffer": EXPORT.encode("windows-1252")}
# What the form asks for, and what stands behind the names of the columns above.
COLUMNS = {
    "Gebouw": "Pand (zoals Lindehof)",
    "Straat": "Straatnaam (zoals Lindestraat)",
    "Huisnummer": "Huisnr (zoals 1)",
    "Postcode": "Postcode (zoals 3023 AB)",
    "Plaats": "Plaats (zoals Rotterdam)",
    "Wijk": "Wijk (zoals Lindenoord)",
}

TITLE = "Koffie in de hal"
QUESTION = "Wie komt er morgen koffiedrinken?"
HOUR = "Om tien uur staat de koffie klaar."
ANSWER = "Ik zet de verwarming vast aan."


@db.action
def install() -> None:
    """What an installation begins with: the association, and somebody who looks after it."""
    mailbox = Mailbox(address="ada@zuiderlicht.example", created_at=clock.now())
    db.session().add_all(
        [
            Association(
                name="Zuiderlicht",
                phone="010 - 123 45 67",
                phone_hours="werkdagen 8.30 tot 17.00 uur",
                emergency_phone="010 - 765 43 21",
            ),
            mailbox,
        ]
    )
    db.session().flush()
    ada = Person(
        name="Ada Beheer",
        short_name="Ada",
        folded_name=fold("Ada Beheer"),
        mailbox_id=mailbox.id,
        created_at=clock.now(),
    )
    db.session().add(ada)
    db.session().flush()
    db.session().add(Role(person_id=ada.id, kind="beheerder", since=clock.today(), granted_at=clock.now()))


@pytest.mark.timeout(240)
def test_a_building_gets_in_and_its_residents_talk(empty_site: Site, new_page: NewPage) -> None:
    with empty_site.app.app_context():
        install()
    ada = new_page(None)
    steps.sign_in_by_mail(ada, empty_site, "ada@zuiderlicht.example")
    read_in(ada)
    appoint_the_caretaker(ada)
    lindehof, meidoorn = print_letters(ada, "Lindehof", 3), print_letters(ada, "Meidoorn", 1)
    assert "Andrée Çelik" in " ".join(letter.text for letter in steps.letters(lindehof))
    assert "Rachid Amrani" in steps.letter_for(lindehof, "Ton Visser").text

    ton, nel, indra = new_page(None), new_page(None, phone=True), new_page(None)
    first, second, number = steps.letter_for(lindehof, "Ton Visser").code.split()
    steps.join(ton, f"{number} {second.upper()}-{first}", "Ton Visser")
    steps.go_through_the_welcome(ton)
    topic = steps.start_topic(ton, "Lindehof", TITLE, QUESTION)

    steps.join(nel, steps.letter_for(lindehof, "Nel van Dam").code, "Nel van Dam")
    steps.go_through_the_welcome(nel)
    nel.get_by_role("navigation", name="Hoofdmenu").get_by_role("link", name="Gesprekken").click()
    nel.get_by_role("link", name=TITLE).click()
    steps.listening(nel)
    steps.listening(ton)
    steps.reply(ton, HOUR)
    expect(nel.locator("#p-2 .post-body")).to_have_text(HOUR)
    nel.locator("#p-2").get_by_role("button", name="Dank u").click()
    expect(ton.locator("#p-2")).to_contain_text("Nel bedankt")

    steps.join(indra, steps.letter_for(meidoorn, "Indra Soekhoe").code, "Indra Soekhoe")
    steps.go_through_the_welcome(indra)
    rachid = new_page(None)
    steps.sign_in_by_mail(rachid, empty_site, "rachid@zuiderlicht.example")
    rachid.goto(f"/gesprekken/{topic}")
    with listener(ton, topic) as at_home, listener(indra, topic) as elsewhere:
        steps.reply(rachid, ANSWER)
        for page in (ton, nel):
            expect(page.locator("#p-3 .post.staff")).to_contain_text(ANSWER)
            expect(page.locator("#p-3 .badge.staff")).to_have_text("huismeester")
        ton.wait_for_timeout(500)
    assert at_home.may_watch and (topic, 3) in at_home.heard
    assert not elsewhere.may_watch and elsewhere.heard == []

    everywhere = addresses(ton, topic)
    assert where_it_shows(ton, everywhere) == everywhere
    assert where_it_shows(indra, everywhere) == set()
    assert_foreign_is_as_absent(indra, topic)


# ---- what the administrator does -----------------------------------------------------------------------------------


def read_in(ada: Page) -> None:
    """Choose the file, say what its columns are, look, carry out."""
    ada.goto("/werk")
    ada.get_by_role("link", name="Inlezen").click()
    ada.get_by_label("Uw bestand").set_input_files(FILE)
    ada.get_by_label("Ik wil eerst zelf kiezen welke kolom wat is").check()
    ada.get_by_role("button", name="Bekijk wat er verandert").click()
    expect(ada.get_by_role("heading", name="Welke kolom is wat?")).to_be_visible(timeout=LONG_WORK_MS)
    expect(ada.locator("main")).to_contain_text("Netto huur")
    ada.get_by_label("Woningen met hun bewoners").check()
    for asked, column in COLUMNS.items():
        ada.get_by_label(asked).select_option(column)
    ada.get_by_role("button", name="Bekijk wat er verandert").click()
    expect(ada.get_by_role("heading", name="Dit verandert er")).to_be_visible(timeout=LONG_WORK_MS)
    expect(ada.get_by_role("link", name="Nieuwe woningen 4")).to_be_visible()
    expect(ada.get_by_role("link", name="Ingetrokken 4")).to_be_visible()
    ada.get_by_role("button", name="Voer door").click()
    expect(ada.get_by_role("heading", name="Het is doorgevoerd")).to_be_visible(timeout=LONG_WORK_MS)


def appoint_the_caretaker(ada: Page) -> None:
    """Rachid works for the Lindehof; he gets no letter, so he will sign in by mail."""
    ada.goto("/werk/medewerkers")
    ada.get_by_role("link", name="Nieuwe medewerker").click()
    ada.get_by_label("Naam").fill("Rachid Amrani")
    ada.get_by_label("Mailadres").fill("rachid@zuiderlicht.example")
    ada.get_by_label("Telefoonnummer").fill("06 - 12 34 56 78")
    ada.get_by_label("Functie").select_option("huismeester")
    ada.get_by_label("Waar?").select_option("Lindehof")
    ada.get_by_role("button", name="Voeg toe").click()
    expect(ada.get_by_role("heading", name="Rachid Amrani")).to_be_visible()


def print_letters(ada: Page, building: str, count: int) -> bytes:
    """The PDF with a letter for every household of a building."""
    ada.goto("/werk/brieven")
    ada.get_by_role("link", name=building).click()
    ada.get_by_label("Alle huishoudens").check()
    ada.get_by_role("button", name="Print brieven").click()
    expect(ada.get_by_role("heading", name="De brieven zijn klaar")).to_be_visible(timeout=LONG_WORK_MS)
    with ada.expect_download() as download:
        ada.get_by_role("link", name="Download de brieven").click()
    pdf = download.value.path().read_bytes()
    assert len(steps.letters(pdf)) == count
    return pdf


# ---- what a stranger sees ------------------------------------------------------------------------------------------

SECRETS = (TITLE, QUESTION, HOUR, ANSWER, "Visser", "van Dam")


def addresses(resident: Page, topic: int) -> set[str]:
    """Every address at which this conversation, or who takes part in it, shows to who lives there."""
    resident_id = resident.locator("script[data-person]").get_attribute("data-person")
    return {
        "/vandaag",
        "/gesprekken",
        "/gesprekken?forum=lindehof",
        f"/gesprekken/{topic}",
        f"/gesprekken/{topic}?pagina=1",
        f"/gesprekken/{topic}/1",
        f"/gesprekken/{topic}/2/dank",
        f"/gesprekken/{topic}/nieuw?na=0",
        f"/gesprekken/{topic}/nieuw?nummer=2",
        f"/g/{topic}",
        "/buren",
        "/buren?q=klaverjassen",
        "/buren?gebouw=lindehof",
        f"/buren/{resident_id}",
        "/gebouwen/lindehof",
    }


def where_it_shows(page: Page, asked: set[str]) -> set[str]:
    """Those of the addresses whose answer to this person holds any of the secrets."""
    return {address for address in asked if any(secret in page.request.get(address).text() for secret in SECRETS)}


def assert_foreign_is_as_absent(page: Page, topic: int) -> None:
    """A conversation of somebody else and one that never was give the same page."""
    said = []
    for number in (topic, topic + 1000):
        answer = page.goto(f"/gesprekken/{number}")
        assert answer is not None
        said.append((answer.status, page.title(), page.locator("main").inner_text()))
    assert said[0] == said[1]
    assert said[0][0] == 404 and "Deze pagina is er niet" in said[0][2]


@dataclass
class Listener:
    """A socket of our own making with somebody's cookie: whether it may watch, and the replies it heard of."""

    may_watch: bool = False
    heard: list[tuple[int, int]] = field(default_factory=list)


@contextmanager
def listener(page: Page, topic: int) -> Iterator[Listener]:
    """Listen with the cookie of this browser, asking for the conversation."""
    made = Listener()
    socket = socketio.Client(reconnection=False)
    socket.on("hint", lambda hint: made.heard.append((hint.get("topic"), hint.get("number"))))
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    origin = page.url.split("/", 3)
    socket.connect(f"{origin[0]}//{origin[2]}", headers={"Cookie": cookies}, transports=["websocket"])
    made.may_watch = socket.call("watch", {"what": f"topic:{topic}"})["ok"]
    try:
        yield made
    finally:
        socket.disconnect()
