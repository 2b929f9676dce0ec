"""The chair of the activity committee puts a weekly coffee and a dinner with twenty places in the calendar. Neighbours
find both and come; in the week of Christmas there is no coffee, once it is at another time, and from some day on all of
it is otherwise. Told three times: with a mouse, by keyboard alone, and in a browser without script."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from community import clock, dates, db
from community.places.models import Membership
from tests.browser import steps
from tests.browser.conftest import NewPage
from tests.browser.hands import WAYS, Hands, hands
from tests.site import Site
from tests.world import LONG_AGO, World

pytestmark = pytest.mark.browser

# Each telling has a building of its own: nobody finds the coffee of another.
HOUSE = dict(zip(WAYS, ("lindehof", "meidoorn", "baken"), strict=True))
COFFEE, DINNER, MUSIC = "Koffie in de hal", "Samen eten", "Koffie met muziek"
REASON = "Met kerst drinken wij thuis koffie."
TUESDAY = 1


@db.action
def move_in(people: World, house: str) -> dict[str, str]:
    """Gerda, the chair; Ton, who has mail; and Henk, who has none. Returns their keys in the small world."""
    keys = {}
    for number, (first, last, address) in enumerate(
        (("Gerda", "Bakker", f"gerda@{house}.example"), ("Ton", "Vis", f"ton@{house}.example"), ("Henk", "Mol", None)),
        5,
    ):
        key = keys[first] = f"{first}-{house}"
        people._person(key, f"{first} {last}", address)
        household = people.households[house, number]
        db.session().add(Membership(person_id=people.people[key], household_id=household, since=LONG_AGO))
    people.give_role(keys["Gerda"], "commissievoorzitter", house, "activiteitencommissie")
    return keys


def first_tuesday() -> date:
    """The Tuesday that "elke dinsdag" begins with."""
    today = clock.today()
    return today + timedelta(days=(TUESDAY - today.weekday() - 1) % 7 + 1)


def christmas_tuesday() -> date:
    """The Tuesday in the week of Christmas: of this year, or of the next when that is too near."""
    for year in (clock.today().year, clock.today().year + 1):
        christmas = date(year, 12, 25)
        tuesday = christmas + timedelta(days=TUESDAY - christmas.weekday())
        if tuesday > first_tuesday() + timedelta(weeks=3):
            return tuesday
    raise AssertionError("Christmas comes every year")


def fill(gerda: Hands, **asked: str) -> None:
    """The first half of the form of an activity."""
    for label, typed in asked.items():
        gerda.write(LABELS[label], typed)


LABELS = {"title": "Wat gaat u doen?", "day": "Welke dag?", "at": "Hoe laat?", "where": "Waar?"}


def plan_the_coffee(gerda: Hands) -> None:
    """Look at it first, go back for a slip of the pen, and put it in the calendar."""
    page = gerda.page
    page.goto("/agenda")
    gerda.go("Zelf iets organiseren")
    fill(gerda, title="Kofie in de hal", day="elke dinsdag", at="half elf", where="bij de ramen")
    gerda.go("Bekijk het eerst")
    expect(page.get_by_role("heading", name="Klopt het?")).to_be_visible()
    expect(page.locator("ul.lines")).to_contain_text(f"{dates.full(first_tuesday())}, 10.30 tot 12.30 uur")
    expect(page.locator("ul.lines")).to_contain_text("elke dinsdag")
    expect(page.get_by_text("En zo door, tot u stopt.")).to_be_visible()
    gerda.go("Verander iets")
    expect(page.get_by_label("Wat gaat u doen?")).to_have_value("Kofie in de hal")
    expect(page.get_by_label("Hoe laat?", exact=True)).to_have_value("half elf")
    expect(page.get_by_label("Hoe vaak?")).to_have_value("week")
    gerda.write("Wat gaat u doen?", COFFEE)
    gerda.go("Bekijk het eerst")
    expect(page.get_by_text(COFFEE, exact=True)).to_be_visible()
    gerda.go("Zet in de agenda")
    expect(page.locator(".toast")).to_contain_text("Het staat in de agenda.")
    expect(page.get_by_role("heading", name=COFFEE, level=1)).to_be_visible()


def plan_the_dinner(gerda: Hands) -> None:
    """Twenty places, and six euro."""
    page = gerda.page
    page.goto("/agenda/nieuw")
    fill(gerda, title=DINNER, day="morgen", at="18.00 tot 20.00", where="bij de keuken")
    gerda.unfold("Meer:")
    gerda.write("Hoeveel plaatsen zijn er?", "twintig")
    gerda.write("Wat kost het per persoon?", "€ 6")
    gerda.go("Bekijk het eerst")
    for said in ("18.00 tot 20.00 uur", "Er zijn 20 plaatsen", "€ 6,00 per persoon"):
        expect(page.locator("ul.lines")).to_contain_text(said)
    gerda.go("Zet in de agenda")
    expect(page.locator("#activiteit")).to_contain_text("Er zijn 20 plaatsen")


def card(page: Page, title: str) -> Locator:
    """The first card of this name in the list."""
    return page.locator("article.event", has_text=title).first


def day_in_month(page: Page, day: date) -> Locator:
    """The link of a day in the month."""
    return page.locator("table.month").get_by_role("link", name=re.compile(rf"^{day.day} "))


def open_month(page: Page, day: date) -> None:
    page.goto(f"/agenda?maand={day:%Y-%m}&vanaf={day}")


def find_both(page: Page) -> None:
    """On Today, in the list, and in the month."""
    tomorrow = clock.today() + timedelta(days=1)
    page.goto("/vandaag")
    for title in (COFFEE, DINNER):
        expect(page.get_by_role("region", name="De komende dagen").get_by_role("link", name=title)).to_be_visible()
    page.goto("/agenda")
    for title in (COFFEE, DINNER):
        expect(card(page, title)).to_be_visible()
    for title, day in ((COFFEE, first_tuesday()), (DINNER, tomorrow)):
        open_month(page, day)
        expect(day_in_month(page, day)).to_contain_text(title)
        expect(card(page, title)).to_be_visible()


def come_to_both(ton: Hands) -> None:
    """To the dinner from its own page; to the coffee from the list, and then on all days."""
    page = ton.page
    page.goto("/agenda")
    ton.go(DINNER)
    ton.go("Ik kom: ")
    expect(page.locator("#activiteit")).to_contain_text("U komt")
    expect(page.locator("#activiteit")).to_contain_text("1 van de 20 plaatsen bezet")
    page.goto("/agenda")
    ton.go(f"Ik kom: {COFFEE}")
    expect(card(page, COFFEE)).to_contain_text("U komt")
    ton.go(f"Neemt u iemand mee? Vul het hier in: {COFFEE}")
    ton.go("Ik wil op alle dagen komen")
    ton.go("Ik kom op alle dagen")
    expect(page.locator(".toast")).to_contain_text(re.compile(r"U komt op \d\d dagen"))


def skip_christmas(gerda: Hands) -> None:
    """No coffee in the week of Christmas. The reason is asked; who has no mail is called."""
    page = gerda.page
    open_month(page, christmas_tuesday())
    gerda.go(COFFEE)
    gerda.go("Deze dag gaat niet door")
    expect(page.get_by_text("2 buren gaven zich op en krijgen bericht.")).to_be_visible()
    gerda.go("Het gaat niet door")
    expect(page.locator(".errsum")).to_contain_text("Schrijf waarom het niet doorgaat.")
    gerda.write("Waarom gaat het niet door?", REASON)
    gerda.go("Het gaat niet door")
    expect(page.locator("#activiteit")).to_contain_text(REASON)
    gerda.go("Bekijk wie u moet bellen")
    expect(page.locator("main")).to_contain_text(REASON)
    gerda.go("Dit weet mijn buur nu: Henk Mol")
    expect(page.get_by_text("U hoeft niemand te bellen.")).to_be_visible()


def change_one(gerda: Hands) -> None:
    """The first coffee is half an hour later; whoever comes, still comes."""
    page = gerda.page
    open_month(page, first_tuesday())
    gerda.go(COFFEE)
    gerda.go("Verander iets")
    gerda.go("Alleen deze dag")
    expect(page.get_by_role("group", name="1 buur gaf zich op")).to_be_visible()
    gerda.write("Hoe laat?", "elf uur")
    gerda.write("Wat is er deze keer anders?", "Met taart")
    gerda.choose("Hun opgave blijft staan.")
    gerda.go("Bewaar")
    expect(page.locator(".toast")).to_contain_text("Wie zich opgaf, krijgt bericht.")
    expect(page.locator("#activiteit")).to_contain_text("11.00 tot 12.30 uur")


def change_following(gerda: Hands, since: date) -> None:
    """From some day on it has another name and another time; whoever comes, signs up again."""
    page = gerda.page
    open_month(page, since)
    gerda.go(COFFEE)
    gerda.go("Verander iets")
    gerda.go("Deze dag en alle dagen daarna")
    expect(page.get_by_role("group", name=re.compile("gaven? zich op$"))).to_be_visible()
    gerda.write("Wat gaat u doen?", MUSIC)
    gerda.write("Hoe laat?", "half drie")
    gerda.write("Tot hoe laat?", "vier uur")
    gerda.choose("Zij geven zich opnieuw op.")
    gerda.go("Bewaar")
    expect(page.get_by_role("heading", name=MUSIC, level=1)).to_be_visible()
    expect(page.locator("#activiteit")).to_contain_text("14.30 tot 16.00 uur")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("way", WAYS)
def test_the_chair_plans_a_weekly_coffee_and_a_dinner(site: Site, people: World, new_page: NewPage, way: str) -> None:
    with site.app.app_context():
        key = move_in(people, HOUSE[way])
    address = f"ton@{HOUSE[way]}.example"
    first, christmas = first_tuesday(), christmas_tuesday()
    second, third = first + timedelta(weeks=1), first + timedelta(weeks=2)
    gerda, ton, henk = (hands(new_page, key[who], way) for who in ("Gerda", "Ton", "Henk"))

    plan_the_coffee(gerda)
    plan_the_dinner(gerda)
    find_both(ton.page)
    come_to_both(ton)
    open_month(henk.page, christmas)
    henk.go(f"Ik kom: {COFFEE}")
    expect(card(henk.page, COFFEE)).to_contain_text("U komt")

    skip_christmas(gerda)
    told = steps.next_mail(site, address)
    assert told.subject.startswith(f"Gaat niet door: {COFFEE}") and REASON in told.text
    open_month(henk.page, christmas)
    expect(card(henk.page, COFFEE)).to_contain_text(REASON)
    expect(day_in_month(henk.page, christmas)).to_contain_text("gaat niet door")

    change_one(gerda)
    told = steps.next_mail(site, address, 1)
    assert told.subject.startswith(f"Er verandert iets: {COFFEE}") and "11.00" in told.text
    open_month(ton.page, first)
    expect(card(ton.page, COFFEE)).to_contain_text("Met taart")
    expect(card(ton.page, COFFEE)).to_contain_text("U komt")

    change_following(gerda, third)
    told = steps.next_mail(site, address, 2)
    assert MUSIC in told.subject and "opnieuw" in told.text
    open_month(ton.page, second)
    expect(card(ton.page, COFFEE)).to_contain_text("U komt")
    open_month(ton.page, third)
    expect(card(ton.page, MUSIC)).to_contain_text("U staat niet meer op de lijst")
    ton.go(f"Ik kom: {MUSIC}")
    expect(card(ton.page, MUSIC)).to_contain_text("U komt")
