"""Makes the fonts for paper: the site's own two families as .ttf files, because the maker of our PDFs does
not read .woff2. It takes them from node_modules/ when the site is built; without it letters are printed in
the fonts that the machine and the PDF maker have."""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.ttLib import TTFont

HERE = Path(__file__).parent.parent
SOURCE = HERE / "node_modules" / "@fontsource-variable"
TARGET = HERE / "static" / "dist" / "paper-fonts"

FAMILIES = {
    "atkinson-hyperlegible-next": "Atkinson Hyperlegible Next",
    "bricolage-grotesque": "Bricolage Grotesque",
}
# The second file holds the letters of names such as Şahin and Dvořák. Of two fonts with one family name only
# the first would be used, so the second gets a name of its own; templates/paper/ asks for both.
SUBSETS = {"latin": "", "latin-ext": " Ext"}

# Entries of the OpenType `name` table that hold the family: plain, typographic, and the one of WWS.
_FAMILY_NAMES = (1, 16, 21)


def convert(source: Path, target: Path, family: str) -> None:
    """Write the font of `source` (.woff2) as .ttf to `target`, with `family` as its family name."""
    font = TTFont(source)
    font.flavor = None
    names = font["name"]
    for number in _FAMILY_NAMES[1:]:
        names.removeNames(nameID=number)
    names.setName(family, _FAMILY_NAMES[0], 3, 1, 0x409)
    font.save(target)


def make(source: Path = SOURCE, target: Path = TARGET) -> list[Path]:
    """Make all paper fonts and return their paths.

    Raises:
        FileNotFoundError: the npm packages of the fonts are not installed.
    """
    target.mkdir(parents=True, exist_ok=True)
    made = []
    for package, family in FAMILIES.items():
        for subset, suffix in SUBSETS.items():
            woff2 = source / package / "files" / f"{package}-{subset}-wght-normal.woff2"
            ttf = target / f"{package}-{subset}.ttf"
            convert(woff2, ttf, family + suffix)
            made.append(ttf)
    return made


if __name__ == "__main__":
    try:
        made = make()
    except FileNotFoundError as absent:
        sys.exit(f"paper fonts: {absent.filename} is not there; run `npm ci --ignore-scripts` first")
    print(f"paper fonts: {len(made)} files in {TARGET.relative_to(HERE)}")
