"""Makes the fonts for the screen: small .woff2 files cut from the two families in node_modules/. The two main
files hold what Dutch and English need and come with every first visit; the others hold the remaining letters
of names (Şahin, Dvořák) and are fetched only by a page that has one: the style sheet made here says which
file has which."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

HERE = Path(__file__).parent.parent
SOURCE = HERE / "node_modules" / "@fontsource-variable"
TARGET = HERE / "static" / "dist" / "web-fonts"

TEXT = "atkinson-hyperlegible-next"
HEAD = "bricolage-grotesque"

DIGITS = "0123456789"
# Letters and marks of Dutch and English, and the capitals of common Turkish and German names.
MAIN = "".join(map(chr, range(0x20, 0x7F))) + "éëïöüáèêóíçÉÇÖÜ€–—‘’“”…·×½°•\u00a0"

# Lightest, default, heaviest: text stands between 400 (plain) and 720 (the page you are on). All cost 7 KB
# more.
TEXT_WEIGHTS = (400, 400, 720)
# One weight for all headings saves 11 KB, most of it kerning that varies by weight.
HEAD_WEIGHT = 720
# Bricolage's digits stand a little taller beside Atkinson's letters than its own digits do.
DIGIT_SCALE = 0.97
# A unicode-range may run over so many letters that no file has: shorter to say, and no script lies that
# close.
HOLE_MAX = 16


def _source(package: str, part: str) -> Path:
    return SOURCE / package / "files" / f"{package}-{part}-wght-normal.woff2"


def _cut(package: str, part: str, letters: Iterable[int], weights: Any) -> TTFont:
    """The font of one source file with only these letters, and the weight axis limited to `weights`."""
    # The time of building is no part of a font: the same letters give the same file, and so the same name.
    font = TTFont(_source(package, part), recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = ["kern", "ccmp", "locl", "mark"]
    options.hinting = False
    options.name_IDs = [0, 1, 2, 13, 14]
    options.notdef_outline = True
    options.drop_tables += ["STAT", "MVAR", "gasp", "prep"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=letters)
    cutter.subset(font)
    return instancer.instantiateVariableFont(font, {"wght": weights})


def _letters(package: str, part: str) -> set[int]:
    return set(TTFont(_source(package, part)).getBestCmap())


def graft_digits(text: TTFont, digits: TTFont, scale: float = DIGIT_SCALE) -> None:
    """Replace the digits of `text` by those of `digits`, outlines and weights alike.

    Atkinson draws its zero with a slash, and "010" must not read as "Ø1Ø" in a telephone number. Both fonts
    must have the same weight axis, with its default at the light end. `digits` is used up."""
    scale *= text["head"].unitsPerEm / digits["head"].unitsPerEm
    to, of = text.getBestCmap(), digits.getBestCmap()
    # Without HVAR a browser takes the widths from the outlines' own variations, which are copied along.
    del text["HVAR"]
    for digit in map(ord, DIGITS):
        glyph = digits["glyf"][of[digit]]
        glyph.coordinates.scale((scale, scale))
        glyph.coordinates.toInt()
        glyph.recalcBounds(digits["glyf"])
        text["glyf"][to[digit]] = glyph
        width, bearing = digits["hmtx"][of[digit]]
        text["hmtx"][to[digit]] = (round(width * scale), round(bearing * scale))
        for variation in digits["gvar"].variations[of[digit]]:
            variation.scaleDeltas(scale)
            variation.roundDeltas()
        text["gvar"].variations[to[digit]] = digits["gvar"].variations[of[digit]]


def _save(font: TTFont, name: str, family: str, target: Path) -> Path:
    for number in (1, 3, 4, 6, 16, 21):
        font["name"].removeNames(nameID=number)
    font["name"].setName(family, 1, 3, 1, 0x409)
    font.flavor = "woff2"
    path = target / f"{name}.woff2"
    font.save(path)
    return path


def ranges(letters: Iterable[int], others: Iterable[int]) -> str:
    """The letters as a CSS `unicode-range`. A small hole is closed when no other file has letters in it."""
    taken = set(others)
    spans: list[list[int]] = []
    for letter in sorted(letters):
        hole = range(spans[-1][1] + 1, letter) if spans else range(0)
        if spans and len(hole) <= HOLE_MAX and not taken.intersection(hole):
            spans[-1][1] = letter
        else:
            spans.append([letter, letter])
    return ",".join(f"U+{first:X}" + (f"-{last:X}" if last > first else "") for first, last in spans)


def _face(family: str, weights: str, name: str, span: str) -> str:
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weights}; font-display: swap;\n'
        f'  src: url("{name}.woff2") format("woff2"); unicode-range: {span}; }}\n'
    )


def make(target: Path = TARGET) -> Mapping[str, Path]:
    """Make the six files (text, text-latin, text-ext, head, head-latin, head-ext) and fonts.css, which tells
    the browser about them; return the paths of the fonts by name.

    Raises:
        FileNotFoundError: the npm packages of the fonts are not installed.
    """
    # fontTools warns for every table that it drops, which is what we ask it to do.
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    target.mkdir(parents=True, exist_ok=True)
    main = set(map(ord, MAIN))
    made = {}
    faces = []
    for package, short, family, weights in (
        (TEXT, "text", "Trefpunt Text", TEXT_WEIGHTS),
        (HEAD, "head", "Trefpunt Head", HEAD_WEIGHT),
    ):
        latin = _letters(package, "latin")
        parts = {
            short: ("latin", main & latin),
            f"{short}-latin": ("latin", latin - main),
            f"{short}-ext": ("latin-ext", _letters(package, "latin-ext") - latin - main),
        }
        for name, (part, letters) in parts.items():
            font = _cut(package, part, letters, weights)
            if name == "text":
                graft_digits(font, _cut(HEAD, "latin", map(ord, DIGITS), TEXT_WEIGHTS))
            made[name] = _save(font, name, family, target)
            others = {letter for _, each in parts.values() for letter in each} - letters
            # Headings have one weight: saying that it covers all keeps a browser from thickening it.
            covers = "400 720" if short == "text" else "100 900"
            faces.append(_face(family, covers, name, ranges(letters, others)))
    (target / "fonts.css").write_text("".join(faces))
    return made
