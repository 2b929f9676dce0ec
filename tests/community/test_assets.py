"""Built parts are found by name, once; what is not built says how to build it; what is built stays small."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from community import assets
from tools import build_static, web_fonts

KB = 1024


@pytest.fixture
def dist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A build of two parts and two icons more than every page has."""
    drawings = {name: f'<path d="{name}"/>' for name in (*assets.EVERY_PAGE, "heart", "flag")}
    (tmp_path / "manifest.json").write_text(json.dumps({"app.css": "app.AAAA.css", "app.js": "app.BBBB.js"}))
    (tmp_path / "icons.json").write_text(json.dumps(drawings))
    monkeypatch.setattr(assets, "DIST", tmp_path)
    assets.forget()
    yield tmp_path
    assets.forget()


def size(name: str) -> int:
    """Bytes that travel to a browser for a part of the real build."""
    path = assets.DIST / Path(assets.asset(name)).name
    small = path.with_name(path.name + ".br")
    return (small if small.exists() else path).stat().st_size


def test_a_part_has_the_hash_of_its_content_in_its_address(dist: Path) -> None:
    assert assets.asset("app.css") == "/static/dist/app.AAAA.css"


def test_the_build_is_read_once(dist: Path) -> None:
    assets.asset("app.css")
    assets.icon("heart")
    for file in dist.iterdir():
        file.unlink()
    assert assets.asset("app.js") and assets.sprite(("heart",))


def test_without_a_build_it_says_what_to_run(dist: Path) -> None:
    (dist / "manifest.json").unlink()
    with pytest.raises(assets.NotBuilt, match="make build"):
        assets.asset("app.css")


@pytest.mark.parametrize("look", [lambda: assets.asset("no.css"), lambda: assets.icon("no")])
def test_an_unknown_part_or_icon_is_named(dist: Path, look: object) -> None:
    assert callable(look)
    with pytest.raises(assets.NotBuilt, match="no"):
        look()


def test_an_icon_points_to_its_drawing_and_is_silent(dist: Path) -> None:
    drawn = assets.icon("heart")
    assert '<use href="#i-heart"/>' in drawn and 'aria-hidden="true"' in drawn


def test_the_sprite_has_the_icons_of_the_frame_and_of_the_page_once(dist: Path) -> None:
    drawn = assets.sprite(["heart", "sun", "heart"])
    assert re.findall('id="i-([a-z-]+)"', drawn) == [*assets.EVERY_PAGE, "heart"]
    assert "i-flag" not in drawn


def test_every_icon_on_the_list_is_built_and_named_once() -> None:
    names = build_static.icon_names()
    assert len(names) == len(set(names))
    assert set(assets.EVERY_PAGE) <= set(names)
    assert all(name in assets.sprite(names) for name in names)


def test_the_style_sheet_stays_under_forty_kilobytes_and_fetches_nothing_foreign() -> None:
    style = (assets.DIST / Path(assets.asset("app.css")).name).read_text()
    assert len(style.encode()) <= 40 * KB
    assert set(re.findall(r"url\(\"?(?:\./)?([a-z-]+)", style)) == set(web_fonts_by_name())


def test_the_style_sheet_keeps_to_what_old_browsers_read() -> None:
    style = (assets.DIST / Path(assets.asset("app.css")).name).read_text()
    assert "prefers-color-scheme" in style
    for modern in (":has(", "oklch(", "@container", "@layer", "&:"):
        assert modern not in style


def test_the_scripts_stay_small() -> None:
    script = assets.DIST / Path(assets.asset("app.js")).name
    assert script.stat().st_size <= 15 * KB
    assert size("live.js") <= 15 * KB


def test_the_two_fonts_of_a_first_visit_stay_under_thirty_kilobytes() -> None:
    assert size("text.woff2") + size("head.woff2") <= 30 * KB


def test_a_first_visit_leaves_room_for_a_page_of_ten_kilobytes_in_sixty() -> None:
    first = ("app.css", "app.js", "live.js", "text.woff2", "head.woff2")
    assert sum(map(size, first)) <= (60 - 10) * KB


def test_every_text_is_there_compressed_as_well() -> None:
    for name in ("app.css", "app.js", "live.js", "icon.svg"):
        path = assets.DIST / Path(assets.asset(name)).name
        assert all(path.with_name(path.name + ending).exists() for ending in (".br", ".gz"))


def test_no_two_fonts_claim_the_same_letter() -> None:
    faces = (web_fonts.TARGET / "fonts.css").read_text()
    for family in ("text", "head"):
        claimed: set[int] = set()
        for spans in re.findall(rf'url\("{family}[a-z-]*\.woff2"\).*?unicode-range: ([^;]+);', faces):
            letters = set()
            for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", spans):
                letters |= set(range(int(first, 16), int(last or first, 16) + 1))
            assert not letters & claimed
            claimed |= letters
        assert set(map(ord, "Dvořák Şahin Yılmaz Müller Nuñez 0123 €")) <= claimed


def web_fonts_by_name() -> list[str]:
    """The six files of letters: two families, each in three parts."""
    return [family + part for family in ("text", "head") for part in ("", "-latin", "-ext")]
