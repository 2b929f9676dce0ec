"""The façade says one number, in a small drawing that gives nobody away."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from community import facade

MIXES = [
    facade.DEFAULT_MIX,
    ("tower",),
    ("court", "gallery"),
    ("terrace", "court", "tower"),
    ("gallery", "tower", "terrace", "gables"),
]
SVG = "{http://www.w3.org/2000/svg}"


def panes(svg: str, colour: str) -> set[str]:
    """The corners of the windows of one colour: their paths have a line of 4."""
    found = re.search(rf'stroke="var\(--g-{colour}\)" stroke-width="4"[^>]* d="([^"]*)"', svg)
    return set(re.findall(r"M[^M]*", found[1])) if found else set()


@pytest.mark.parametrize("mix", MIXES, ids="-".join)
@pytest.mark.parametrize("lit", [0, 1, 12])
def test_as_many_windows_are_lit_as_neighbours_take_part(lit: int, mix: tuple[str, ...]) -> None:
    drawn = facade.draw("lindehof/2026-12", lit, mix)
    assert len(panes(drawn, "lit")) == lit
    assert len(panes(drawn, "dark")) == facade.windows(mix) - lit


def test_more_neighbours_than_windows_light_every_window() -> None:
    drawn = facade.draw("lindehof/2026-12", 400)
    assert len(panes(drawn, "lit")) == facade.windows()
    assert not panes(drawn, "dark")


def test_a_count_below_nothing_lights_nothing() -> None:
    assert facade.draw("lindehof/2026-12", -3) == facade.draw("lindehof/2026-12", 0)


def test_one_more_neighbour_lights_one_window_more_and_puts_none_out() -> None:
    for lit in range(facade.windows()):
        before = panes(facade.draw("lindehof/2026-12", lit), "lit")
        after = panes(facade.draw("lindehof/2026-12", lit + 1), "lit")
        assert before < after


def test_another_week_lights_other_windows() -> None:
    this = panes(facade.draw("lindehof/2026-12", 20), "lit")
    assert this == panes(facade.draw("lindehof/2026-12", 20), "lit")
    assert this != panes(facade.draw("lindehof/2026-13", 20), "lit")


@pytest.mark.parametrize("mix", MIXES, ids="-".join)
def test_no_window_stands_outside_the_drawing_or_in_a_door(mix: tuple[str, ...]) -> None:
    drawn = facade.draw("x", 0, mix)
    width = int(re.findall(r'viewBox="0 0 (\d+) ', drawn)[0])
    corners = [tuple(map(int, re.findall(r"\d+", pane)[:2])) for pane in panes(drawn, "dark")]
    assert len(set(corners)) == facade.windows(mix)
    assert all(0 < x < width - 15 and 30 < y < facade.GROUND - 15 for x, y in corners)


def test_the_empty_facade_has_no_light_no_sun_and_nobody() -> None:
    assert "--g-sun" in facade.draw("x", 0)
    assert not re.search("--g-(sun|lit)", facade.empty())


@pytest.mark.parametrize(
    "svg", [facade.draw("x", 31), facade.draw('"><script>', 3), facade.empty(), facade.small_house()]
)
def test_it_is_decoration_without_styles_or_raw_colours(svg: str) -> None:
    root = ElementTree.fromstring(svg)
    assert root.get("aria-hidden") == "true"
    for element in root.iter():
        assert "style" not in element.attrib and element.tag.removeprefix(SVG) != "script"
        for attribute in ("fill", "stroke"):
            assert re.fullmatch(r"none|var\(--[gc]-[a-z]+(-\d)?\)", element.get(attribute, "none"))


def test_the_fullest_facade_stays_under_six_kilobytes() -> None:
    assert max(len(facade.draw(f"b/{week}", 400)) for week in range(52)) <= 6144
