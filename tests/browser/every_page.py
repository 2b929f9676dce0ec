"""Every page that there is, and for whom it is: what the tests that look at all of them go by. Some pages have no
address of their own; steps lead to those."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page
from sqlalchemy import select

from community import db
from community.accounts import actions as accounts
from community.mail import OutgoingMail
from demo.sign_ins import PASSWORD
from tests.browser.demonstration import (
    ADMINISTRATOR,
    CARETAKER,
    CHAIR,
    CONSULTANT,
    DECIDED_ABOUT,
    MODERATOR,
    MOVED_OUT,
    OTHER_MODERATOR,
    RESIDENT,
    Demonstration,
)
from tests.browser.no_pages import NO_PAGES
from tests.documents import pdf
from tests.events.calendars import sample
from tests.pictures import photo

STRANGER = "stranger"

Step = Callable[[Page, Demonstration], None]


@dataclass(frozen=True)
class Visit:
    """Somebody looks at the page at an address, or at the one that a few steps lead to from there."""

    who: str
    address: str
    steps: Step | None = None
    # The endpoint of the page where the steps end.
    leads_to: str | None = None

    def __str__(self) -> str:
        return f"{self.who} {self.address}{' ' + self.steps.__name__ if self.steps else ''}"


assert NO_PAGES  # who looks at every page knows it from here


# ---- what leads to a page that has no address of its own -------------------------------------------------------------


def wrong(page: Page, _demo: Demonstration) -> None:
    """Press the main button with nothing, or nonsense, in the fields."""
    for name in ("naam", "titel", "tekst", "telefoon", "wie", "rol", "mail"):
        for typed in page.locator(
            f"main form[method=post] :is(input:not([type=hidden],[type=radio]),textarea)[name={name}]"
        ).all():
            typed.fill("@" if name in ("mail", "telefoon") else "")
    page.locator("main form[method=post] .btns .btn").first.click()
    page.locator(".errsum").wait_for()


def hinted(page: Page, _demo: Demonstration) -> None:
    """Send something that the writer may want to look at once more, to a neighbour called by name."""
    field = page.get_by_role("textbox", name="Uw reactie")
    field.fill("Wat een idioot. Bel 06 12345678 ")
    page.get_by_role("button", name="Plaats mijn reactie").click()
    page.locator(".composer .notice").wait_for()
    field.press_sequentially("@")
    page.get_by_role("option").first.wait_for()


def wrong_code(page: Page, _demo: Demonstration) -> None:
    """A code that is on no letter."""
    page.get_by_label("Welke code staat er in uw brief?").fill("tulp fiets 12")
    page.get_by_role("button", name="Ga verder").click()
    page.locator(".errsum").wait_for()


def too_often(page: Page, demo: Demonstration) -> None:
    """Six wrong codes."""
    for _time in range(6):
        wrong_code(page, demo)


def too_long(page: Page, _demo: Demonstration) -> None:
    """More than fits."""
    page.get_by_label("Uw reactie").fill("Nog een woord. " * 400)
    page.get_by_role("button", name="Plaats mijn reactie").click()
    page.locator(".errsum").wait_for()


def placed(page: Page, _demo: Demonstration) -> None:
    """A reply without script: the next page says that it worked, and takes it back on request."""
    page.evaluate("document.querySelector('form[data-send]').removeAttribute('data-send')")
    page.get_by_label("Uw reactie").fill("Ik kom ook.")
    page.get_by_role("button", name="Plaats mijn reactie").click()
    page.locator(".toast").wait_for()


def with_files(page: Page, _demo: Demonstration) -> None:
    """A photo and a document beside the reply, and one that is neither."""
    files = [
        {"name": "IMG_2041.jpg", "mimeType": "image/jpeg", "buffer": photo(size=(900, 600))},
        {"name": "Notulen-" * 12 + ".pdf", "mimeType": "application/pdf", "buffer": pdf()},
        {"name": "plaatje.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"},
    ]
    page.locator("#bestand").set_input_files(files)  # type: ignore[arg-type]
    page.locator(".brought.failed").wait_for()
    page.locator("[data-progress]").wait_for(state="hidden")


def with_calendar(page: Page, _demo: Demonstration) -> None:
    """A calendar with something of everything: what can be put in, what cannot be, and what has been."""
    page.locator("#bestand").set_input_files([{"name": "agenda.ics", "mimeType": "text/calendar", "buffer": sample()}])
    page.get_by_role("button", name="Bekijk wat erin staat").click()
    page.get_by_role("heading", name="Klopt het?").wait_for()


def with_calendar_put_in(page: Page, demo: Demonstration) -> None:
    """And then put in."""
    with_calendar(page, demo)
    page.get_by_role("button", name="in de agenda").click()
    page.get_by_role("heading", name="Toch niet goed?").wait_for()


def show_letter(page: Page, demo: Demonstration) -> None:
    """The code of a letter to a household of two."""
    page.get_by_label("Welke code staat er in uw brief?").fill(demo.things["code"])
    page.get_by_role("button", name="Ga verder").click()
    page.get_by_role("heading", name="Wie bent u?").wait_for()


def show_letter_and_choose_nobody(page: Page, demo: Demonstration) -> None:
    """And then no answer."""
    show_letter(page, demo)
    page.get_by_role("button", name="Ga verder").click()
    page.locator(".errsum").wait_for()


def somebody_new(page: Page, demo: Demonstration) -> None:
    """Somebody who does not stand on the letter."""
    show_letter(page, demo)
    page.get_by_label("Ik sta er niet bij").check()
    page.get_by_role("button", name="Ga verder").click()
    page.get_by_role("heading", name="Hoe heet u?").wait_for()


def somebody_new_without_a_name(page: Page, demo: Demonstration) -> None:
    """And then no name."""
    somebody_new(page, demo)
    wrong(page, demo)


def not_that_address(page: Page, demo: Demonstration) -> None:
    """Somebody with the letter of somebody else."""
    show_letter(page, demo)
    page.get_by_role("link", name="Ik woon niet op dit adres").click()
    page.wait_for_load_state()


def ask_for_a_mail(page: Page, _demo: Demonstration) -> None:
    """A code by mail."""
    page.get_by_label("Wat is uw e-mailadres?").fill("gerda@demo.example")
    page.get_by_role("button", name="Mail mij een code").click()
    page.get_by_label("Welke code staat er in de mail?").wait_for()


def mistype_the_code(page: Page, demo: Demonstration) -> None:
    """Five digits."""
    ask_for_a_mail(page, demo)
    page.get_by_label("Welke code staat er in de mail?").fill("12345")
    page.get_by_role("button", name="Log in").click()
    page.locator(".errsum").wait_for()


def open_the_link(page: Page, demo: Demonstration) -> None:
    """The link of the mail."""
    ask_for_a_mail(page, demo)
    with demo.site.app.app_context():
        text = db.session().scalars(select(OutgoingMail.text).order_by(OutgoingMail.id.desc())).first()
    assert text is not None
    page.goto(next(word for word in text.split() if "/m/" in word))


def come_back(page: Page, _demo: Demonstration) -> None:
    """Somebody who stopped signs in."""
    page.get_by_label("Uw e-mailadres").fill("indra@demo.example")
    page.get_by_label("Uw wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/inloggen/terug")


def write_while_signed_out(page: Page, demo: Demonstration) -> None:
    """The session ends while somebody writes; what they sent is kept."""
    page.get_by_label("Uw reactie").fill("Dit schreef ik.\nTwee regels.")
    with demo.site.app.app_context():
        accounts.end_all_sessions(demo.people[CONSULTANT])
    page.get_by_role("button", name="Plaats mijn reactie").click()
    page.wait_for_url("**/inloggen")


def find_it_again(page: Page, demo: Demonstration) -> None:
    """And is given back."""
    write_while_signed_out(page, demo)
    page.goto("/inloggen/wachtwoord")
    page.get_by_label("Uw e-mailadres").fill("marjan@demo.example")
    page.get_by_label("Uw wachtwoord").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/bewaard")


def choose_no_street(page: Page, _demo: Demonstration) -> None:
    """Columns of a file that do not make a dwelling."""
    page.get_by_label("Woningen met hun bewoners").check()
    page.get_by_label("Straat").select_option("Niet gebruiken")
    page.get_by_role("button", name="Bekijk wat er verandert").click()
    page.locator(".errsum").wait_for()


def old_form(page: Page, _demo: Demonstration) -> None:
    """A page that was open before somebody signed in again elsewhere."""
    page.evaluate("document.querySelector('form[data-send]').removeAttribute('data-send')")
    page.evaluate("document.querySelector('form[action$=reactie] [name=csrf_token]').value = 'old'")
    page.get_by_label("Uw reactie").fill("Dit schreef ik gisteren al.\nTwee regels.")
    page.get_by_role("button", name="Plaats mijn reactie").click()
    page.get_by_role("heading", name="Nog één keer").wait_for()


def planned(page: Page, _demo: Demonstration) -> None:
    """Something new, looked at before it stands in the calendar."""
    page.locator("[name=titel]").fill("Pannenkoeken bakken")
    page.locator("[name=dag]").fill("overmorgen")
    page.locator("[name=tijd]").fill("half drie")
    page.get_by_role("radio", name="Ergens anders").check()
    page.locator("[name=plek]").fill("bij de fontein")
    page.get_by_role("button", name="Bekijk het eerst").click()
    page.get_by_role("button", name="Zet in de agenda").wait_for()


def with_calendars(page: Page, _demo: Demonstration) -> None:
    """The addresses of one's own calendars."""
    page.get_by_role("button", name="Maak mijn adres").click()
    page.get_by_role("button", name="Maak nieuwe adressen").wait_for()


# ---- every page --------------------------------------------------------------------------------------------------

ORGANISING = (
    "", "/wijzig", "/wijzig?wat=datum", "/verzet", "/erbij", "/afzeggen", "/stop", "/wachtlijst", "/bellen",
)  # fmt: skip
VISITS = [
    *(
        Visit(STRANGER, address)
        for address in (
            "/",
            "/inloggen",
            "/inloggen?verder=/vandaag",
            "/inloggen/mail",
            "/inloggen/wachtwoord",
            "/inloggen/verstuurd",
            "/inloggen/bevestigd",
            "/uitgelogd",
            "/gestopt",
            "/c/{letter}",
            "/c/never-was",
            "/m/never-was",
            "/hulp",
            "/hulp/hoe-werkt-het",
            "/hulp/verwachten",
            "/hulp/wat-ziet-zuiderlicht",
            "/werk/post",
            "/nergens",
        )
    ),
    Visit(CHAIR, "/agenda/abonneren", with_calendars),
    Visit(CHAIR, "/agenda/nieuw"),
    Visit(CHAIR, "/agenda/importeren"),
    Visit(CHAIR, "/agenda/importeren", with_calendar, "events.brought_calendar"),
    Visit(CHAIR, "/agenda/importeren", with_calendar_put_in, "events.brought_calendar"),
    Visit(CHAIR, "/agenda/nieuw", planned, "events.check_new"),
    *(Visit(CHAIR, "/agenda/{full_date}" + more) for more in ORGANISING),
    Visit(CHAIR, "/agenda/{off_date}"),
    Visit(RESIDENT, "/agenda/wie-gaat-er-mee"),
    Visit(STRANGER, "/inloggen", wrong_code),
    Visit(STRANGER, "/inloggen", too_often),
    Visit(STRANGER, "/inloggen", show_letter, "accounts.who"),
    Visit(STRANGER, "/inloggen", show_letter_and_choose_nobody),
    Visit(STRANGER, "/inloggen", somebody_new, "accounts.newcomer"),
    Visit(STRANGER, "/inloggen", somebody_new_without_a_name),
    Visit(STRANGER, "/inloggen", not_that_address),
    Visit(STRANGER, "/inloggen/mail", wrong),
    Visit(STRANGER, "/inloggen/mail", ask_for_a_mail, "accounts_mail.typed_code"),
    Visit(STRANGER, "/inloggen/mail", mistype_the_code),
    Visit(STRANGER, "/inloggen/mail", open_the_link, "accounts_mail.mailed_link"),
    Visit(STRANGER, "/inloggen/wachtwoord", wrong),
    Visit(STRANGER, "/inloggen/wachtwoord", come_back, "accounts.back"),
    *(
        Visit(RESIDENT, address)
        for address in (
            "/vandaag",
            "/gesprekken",
            "/gesprekken?pagina=2",
            "/gesprekken?forum=zuiderlicht",
            "/gesprekken/nieuw",
            "/gesprekken/nieuw?soort=lost_found&aard=lost",
            "/gesprekken/nieuw?soort=safety",
            "/gesprekken/{topic}?pagina=1",
            "/gesprekken/{topic}?pagina=2",
            "/gesprekken/{hostile}",
            "/gesprekken/{topic}/{own}/wijzig",
            "/gesprekken/{topic}/{pictured}/wijzig",
            "/bestand/{photo}/foto",
            "/gesprekken/{topic}/1/wijzig",
            "/gesprekken/{topic}/1/dank",
            "/gesprekken/{topic}?citaat=1&dag=straks",
            "/gesprekken/{topic}/print",
            "/gesprekken/{answered}",
            "/gesprekken/volgen",
            "/agenda/abonneren",
            "/gesprekken/alles-gelezen",
            "/gesprekken/meelezen/{building}",
            "/gesprekken/{twenty}/afronden",
            "/melden/reactie/{said}",
            "/zoeken",
            "/zoeken?q=fiets",
            "/zoeken?q=fitsenhok",
            "/mijn/concepten",
            "/mijn/niet-lezen",
            "/mijn/besluiten",
            "/buren",
            "/buren?pagina=2",
            "/buren?q=klaverjasen",
            "/buren?q=xyzzy",
            "/buren/{person}",
            "/buren/{resident}",
            "/buren/{caretaker}",
            "/buren/999999",
            "/gebouwen/{building}",
            "/gebouwen/{building}/zalen",
            "/gebouwen/{building}/zalen/{room}",
            "/agenda/{full_date}",
            "/agenda/{full_date}/antwoord",
            "/agenda/{open_date}/antwoord",
            "/agenda/{full_date}/alle-dagen",
            "/agenda/{full_date}/namens",
            "/agenda/{drawn_date}/loting",
            "/hulp",
            "/hulp/hoe-werkt-het",
            "/hulp/verwachten",
            "/hulp/wat-ziet-zuiderlicht",
            "/mijn",
            "/mijn/naam",
            "/mijn/foto",
            "/mijn/buren",
            "/mijn/letters",
            "/mijn/taal",
            "/mijn/mail",
            "/mijn/mail/code",
            "/mijn/wachtwoord",
            "/mijn/apparaten",
            "/mijn/stoppen",
            "/welkom/1",
            "/welkom/2",
            "/welkom/3",
            "/welkom/4",
            "/nergens",
        )
    ),
    *(
        Visit(RESIDENT, address)
        for address in (
            "/agenda",
            "/agenda?maand=2031-08&van=wijk&soort=meal&vrij=ja",
            "/agenda?maand=0",
            "/agenda?week=",
            "/agenda/print",
            "/agenda/{date}",
            "/agenda/{asked_date}",
            "/agenda/{off_date}",
        )
    ),
    Visit(CHAIR, "/agenda/{date}/poster"),
    Visit(CHAIR, "/agenda/{off_date}/poster?dag=ja"),
    Visit(STRANGER, "/agenda/{date}/poster"),
    Visit(CONSULTANT, "/agenda/{date}"),
    Visit(STRANGER, "/agenda/{date}"),
    Visit(STRANGER, "/gebouwen/{building}/openbaar"),
    Visit(RESIDENT, "/gesprekken/{topic}?pagina=2", placed),
    Visit(RESIDENT, "/gesprekken/{topic}?pagina=2", too_long),
    Visit(RESIDENT, "/gesprekken/{topic}?pagina=2", hinted),
    Visit(RESIDENT, "/gesprekken/{topic}?pagina=2", with_files),
    Visit(RESIDENT, "/gesprekken/{topic}?pagina=2", old_form),
    Visit(RESIDENT, "/gesprekken/nieuw?soort=question&aard=association", wrong),
    Visit(RESIDENT, "/gesprekken/{topic}/{own}/wijzig", wrong),
    Visit(RESIDENT, "/mijn/naam", wrong),
    Visit(RESIDENT, "/welkom/1", wrong),
    Visit(RESIDENT, "/mijn/mail", wrong),
    Visit(CHAIR, "/vandaag"),
    Visit(STRANGER, "/agenda/antwoord/{answer_link}"),
    Visit(RESIDENT, "/agenda/{open_date}/namens", wrong),
    Visit(CHAIR, "/gebouwen/{building}/zalen/nieuw"),
    Visit(CHAIR, "/agenda/{listed}/lijst"),
    Visit(CHAIR, "/agenda/{listed}/lijst/print"),
    Visit(CHAIR, "/agenda/{listed}/rooster"),
    Visit(CHAIR, "/gebouwen/{building}/zalen/{room}/wijzig"),
    Visit(CHAIR, "/gebouwen/{building}/zalen/{room}/weg"),
    Visit(CHAIR, "/gesprekken/meelezen/{building}"),
    Visit(DECIDED_ABOUT, "/mijn/besluiten/{decision}"),
    Visit(MODERATOR, "/werk/meldingen"),
    Visit(MODERATOR, "/werk/meldingen/{flag}"),
    Visit(MODERATOR, "/werk/meldingen/log"),
    Visit(OTHER_MODERATOR, "/werk/meldingen/bezwaar/{decision}"),
    Visit(CONSULTANT, "/gesprekken/{topic}?pagina=2", write_while_signed_out),
    Visit(CONSULTANT, "/gesprekken/{topic}?pagina=2", find_it_again, "accounts.kept_form"),
    Visit(MOVED_OUT, "/"),
    Visit(MOVED_OUT, "/mijn"),
    *(
        Visit(CARETAKER, address)
        for address in (
            "/vandaag",
            "/vandaag?gebouw=meidoorn",
            "/gebouwen",
            "/gesprekken",
            "/gesprekken/nieuw",
            "/gesprekken/{asked}",
            "/gesprekken/{asked}/oppakken",
            "/gesprekken/{taken}/overdragen",
            "/gesprekken/{asked}/bovenaan",
            "/gesprekken/{asked}/verplaatsen",
            "/gesprekken/{asked}/samenvoegen",
            "/werk/vragen",
            "/gesprekken/{topic}/{own}/eerder",
            "/buren",
            "/werk",
            "/werk/brieven",
            "/werk/brieven/gebouw/{building}",
            "/werk/brieven/gebouw/{building}?huis=42",
            "/werk/brieven/{stack}",
            "/mijn",
        )
    ),
    *(
        Visit(ADMINISTRATOR, address)
        for address in (
            "/werk",
            "/werk/rollen",
            "/werk/rollen?plek={building}",
            "/werk/medewerkers",
            "/werk/medewerkers/nieuw",
            "/werk/medewerkers/{caretaker}",
            "/werk/import",
            "/werk/import/{ready}",
            "/werk/import/{ready}/woningen",
            "/werk/import/{ready}/ingetrokken",
            "/werk/import/{wrong}",
            "/werk/import/{wrong}/fouten",
            "/werk/import/{undecided}/kolommen",
            "/werk/import/{running}",
            "/werk/import/{failed}",
            "/werk/import/{applied}",
            "/werk/brieven",
            "/werk/brieven/gebouw/{building}",
            "/werk/brieven/{stack}",
            "/werk/post",
            "/mijn",
        )
    ),
    Visit(ADMINISTRATOR, "/werk/import", wrong),
    Visit(ADMINISTRATOR, "/werk/import/{undecided}/kolommen", choose_no_street),
    Visit(ADMINISTRATOR, "/werk/rollen?plek={building}", wrong),
    Visit(ADMINISTRATOR, "/werk/medewerkers/nieuw", wrong),
    Visit(ADMINISTRATOR, "/werk/medewerkers/{caretaker}", wrong),
]
