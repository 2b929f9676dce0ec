"""A photo from a telephone: brought with how far it is, placed upright without where it was taken, taken along when the
page is left, sent again when the line breaks; and all of it without a script."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, Route, expect

from tests.browser import steps
from tests.browser.conftest import NewPage
from tests.documents import pdf
from tests.pictures import GPS, GREEN, RED, ROTATED, photo
from tests.site import Site
from tests.world import World

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def telephone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of 12 million points, held upright (so the camera lay on its side), with a place and a maker in it."""
    picture = Image.effect_noise((4000, 3000), 60).convert("RGB")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 4000, 1500), fill=RED)
    draw.rectangle((0, 1500, 3000, 3000), fill=GREEN)
    notes = Image.Exif()
    notes[ROTATED] = 6
    notes[0x010F] = "Telefoonmaker"
    notes[GPS] = {1: "N", 2: (51.0, 55.0, 12.0), 3: "E", 4: (4.0, 28.0, 45.0)}
    path = tmp_path_factory.mktemp("telephone") / "IMG_2041.jpg"
    picture.save(path, "JPEG", quality=92, exif=notes.tobytes())
    assert path.stat().st_size > 1_000_000
    return path


def choose(page: Page, *files: Path) -> None:
    page.locator("#bestand").set_input_files([str(file) for file in files])


def small(tmp_path: Path, name: str, **more: object) -> Path:
    path = tmp_path / name
    path.write_bytes(photo(size=(320, 240), **more))
    return path


def test_a_photo_of_a_telephone_arrives_upright_without_where_it_was_taken(
    site: Site, people: World, new_page: NewPage, telephone: Path
) -> None:
    topic = steps.a_topic(site, people, "Wat bloeit er?", title="De tuin")
    ton = new_page("ton")
    ton.goto(f"/gesprekken/{topic}")
    steps.listening(ton)
    nel = new_page("nel", phone=True)
    nel.goto(f"/gesprekken/{topic}")
    nel.get_by_role("textbox", name="Uw reactie").fill("De tulpen")
    choose(nel, telephone)
    expect(nel.get_by_text("Het staat erbij.")).to_be_visible()
    nel.get_by_label("Wat staat er op de foto?").fill("Rode tulpen bij de voordeur")
    nel.get_by_role("button", name="Plaats mijn reactie").click()

    mine = nel.locator("#p-2 img[width='1200']")
    expect(mine).to_be_visible()
    expect(nel.locator(".brought")).to_have_count(0)
    seen = ton.get_by_role("img", name="Rode tulpen bij de voordeur")
    expect(seen).to_be_visible()
    assert (seen.get_attribute("width"), seen.get_attribute("height")) == ("1200", "1600"), "standing, as it was held"
    assert "Telefoonmaker" not in ton.content()

    seen.click()
    expect(ton.get_by_role("heading", name="Foto van Nel")).to_be_visible()
    large = ton.get_by_role("img", name="Rode tulpen bij de voordeur")
    address = large.get_attribute("src")
    assert address
    for accept, form in (("image/avif,*/*", "AVIF"), ("image/webp,*/*", "WEBP"), ("*/*", "JPEG")):
        content = ton.request.get(address, headers={"Accept": accept}).body()
        picture = Image.open(io.BytesIO(content))
        assert (picture.format, picture.size) == (form, (1200, 1600))
        assert dict(picture.getexif()) == {} and picture.getexif().get_ifd(GPS) == {}
        assert b"Telefoonmaker" not in content
        upright = picture.convert("RGB")
        right, left = upright.getpixel((1100, 200)), upright.getpixel((100, 200))
        assert isinstance(right, tuple) and isinstance(left, tuple)
        assert right[0] > 180 > right[1] and left[1] > 120 > left[0], "turned a quarter: what was above is at the right"
    ton.get_by_role("link", name="Terug naar het bericht").click()
    expect(ton.locator("#p-2")).to_be_visible()


def test_it_says_how_far_it_is_and_places_when_all_is_there(
    site: Site, people: World, new_page: NewPage, telephone: Path, tmp_path: Path
) -> None:
    topic = steps.a_topic(site, people, "Wat bloeit er?")
    nel = new_page("nel", phone=True)
    nel.goto(f"/gesprekken/{topic}")
    line = nel.context.new_cdp_session(nel)
    line.send("Network.enable")
    nel.locator("#bestand").focus()
    expect(nel.locator('script[src*="writing."]')).to_be_attached()
    nel.wait_for_load_state("networkidle")
    speed = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 400_000}
    line.send("Network.emulateNetworkConditions", speed)
    nel.evaluate(
        """() => {
          window.said = [];
          const box = document.querySelector('[data-progress] span');
          new MutationObserver(() => window.said.push(box.textContent)).observe(box, {childList: true});
        }"""
    )
    choose(nel, telephone, small(tmp_path, "b.jpg"))
    expect(nel.get_by_role("progressbar")).to_be_visible()
    # Pressed too early: it waits for what is on its way.
    nel.get_by_role("button", name="Plaats mijn reactie").click()
    expect(nel.get_by_text("Nog even. Zodra alles binnen is, plaatsen wij uw bericht.")).to_be_visible()
    expect(nel.locator("#p-2 .photos li")).to_have_count(2, timeout=30_000)
    said = nel.evaluate("window.said")
    assert any(re.fullmatch(r"Foto 1 van 2, [1-9]\d? %", one) for one in said), said
    assert "Foto 2 van 2 wordt klaargemaakt" in said
    expect(nel.locator(".brought")).to_have_count(0)


def test_when_the_line_breaks_it_is_told_and_sent_again(
    site: Site, people: World, new_page: NewPage, tmp_path: Path
) -> None:
    topic = steps.a_topic(site, people, "Wat bloeit er?")
    nel = new_page("nel", phone=True)
    nel.goto(f"/gesprekken/{topic}")

    def broken(route: Route) -> None:
        route.abort("connectionreset")

    nel.route("**/bestand", broken)
    choose(nel, small(tmp_path, "tulp.jpg"))
    expect(nel.get_by_role("alert")).to_contain_text("tulp.jpg kwam niet aan. De verbinding viel weg.")
    nel.unroute("**/bestand", broken)
    nel.get_by_role("button", name="Probeer opnieuw").click()
    expect(nel.locator("[data-brought]")).to_have_count(1)
    expect(nel.get_by_role("alert")).to_have_count(0)
    nel.get_by_role("button", name="Plaats mijn reactie").click()
    expect(nel.locator("#p-2 .photos li")).to_have_count(1)


def test_what_is_no_photo_is_told_and_the_rest_stays(
    site: Site, people: World, new_page: NewPage, tmp_path: Path
) -> None:
    topic = steps.a_topic(site, people, "Wat bloeit er?")
    nel = new_page("nel")
    nel.goto(f"/gesprekken/{topic}")
    wrong, paper = tmp_path / "plaatje.jpg", tmp_path / "rooster.pdf"
    wrong.write_bytes(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    paper.write_bytes(pdf())
    choose(nel, wrong, paper, small(tmp_path, "goed.jpg"))
    expect(nel.locator("[data-brought]")).to_have_count(2)
    expect(nel.get_by_role("alert")).to_contain_text("plaatje.jpg: Dit is geen foto of PDF die wij kunnen lezen.")
    nel.get_by_role("button", name="Laat maar").click()
    nel.get_by_role("button", name="Haal deze foto weg").click()
    expect(nel.locator("[data-brought]")).to_have_count(1)
    nel.get_by_role("button", name="Plaats mijn reactie").click()
    row = nel.locator("#p-2").get_by_role("link", name="rooster.pdf")
    expect(row).to_be_visible()
    with nel.expect_download() as download:
        row.click()
    assert download.value.suggested_filename == "rooster.pdf"
    assert Path(download.value.path()).read_bytes() == pdf()


def test_photos_wait_for_who_leaves_the_page(site: Site, people: World, new_page: NewPage, tmp_path: Path) -> None:
    topic = steps.a_topic(site, people, "Wat bloeit er?")
    nel = new_page("nel", phone=True)
    nel.goto(f"/gesprekken/{topic}")
    choose(nel, small(tmp_path, "tulp.jpg"))
    expect(nel.locator("[data-brought]")).to_have_count(1)
    nel.goto("/gesprekken")
    nel.goto(f"/gesprekken/{topic}")
    expect(nel.locator("[data-brought]")).to_have_count(1)
    # Too long: refused, with the photo still there.
    nel.get_by_role("textbox", name="Uw reactie").fill("x" * 5001)
    nel.get_by_role("button", name="Plaats mijn reactie").click()
    expect(nel.get_by_role("alert").first).to_contain_text("te lang")
    expect(nel.locator("[data-brought]")).to_have_count(1)
    nel.get_by_role("textbox", name="Uw reactie").fill("")
    nel.get_by_role("button", name="Plaats mijn reactie").click()
    expect(nel.locator("#p-2 .photos li")).to_have_count(1)
    nel.goto(f"/gesprekken/{topic}")
    expect(nel.locator("#p-2")).to_be_visible()
    expect(nel.locator("[data-brought]")).to_have_count(0)


def test_without_a_script_photos_are_added_described_and_taken_away(
    site: Site, people: World, new_page: NewPage, tmp_path: Path
) -> None:
    topic = steps.a_topic(site, people, "Wat bloeit er?")
    nel = new_page("nel", script=False)
    nel.goto(f"/gesprekken/{topic}")
    nel.get_by_role("textbox", name="Uw reactie").fill("Kijk")
    nel.get_by_label("Foto of PDF erbij").set_input_files(
        [str(small(tmp_path, "a.jpg")), str(small(tmp_path, "b.jpg", turned=3))]
    )
    nel.get_by_role("button", name="Zet erbij").click()
    expect(nel.get_by_role("textbox", name="Uw reactie")).to_have_value("Kijk")
    expect(nel.locator(".brought")).to_have_count(2)
    nel.get_by_label("Wat staat er op de foto?").last.fill("Een tulp")
    nel.get_by_role("button", name="Haal deze foto weg").first.click()
    expect(nel.locator(".brought")).to_have_count(1)
    nel.get_by_role("button", name="Plaats mijn reactie").click()
    expect(nel.locator("#p-2").get_by_role("img", name="Een tulp")).to_be_visible()

    nel.locator("#p-2").get_by_role("link", name="Verander").click()
    nel.get_by_label("Wat staat er op de foto?").fill("Een rode tulp")
    nel.get_by_role("button", name="Bewaar").click()
    expect(nel.locator("#p-2").get_by_role("img", name="Een rode tulp")).to_be_visible()
    nel.locator("#p-2").get_by_role("link", name="Verander").click()
    nel.get_by_label("Haal deze foto weg").check()
    nel.get_by_role("button", name="Bewaar").click()
    expect(nel.locator("#p-2")).to_contain_text("Kijk")
    expect(nel.locator("#p-2 .photos")).to_have_count(0)
