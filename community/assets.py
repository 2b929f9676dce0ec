"""Where the built parts of the front end are: addresses with the hash of their content in them, and icons.
Everything is read once from static/dist, which `make build` makes; a look then costs a dictionary lookup."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

DIST = Path(__file__).parent.parent / "static" / "dist"
URL = "/static/dist/"

# What the frame of every page shows: the five places and the telephone.
EVERY_PAGE = ("sun", "calendar", "messages-square", "users", "circle-question-mark", "phone")


class NotBuilt(RuntimeError):
    """A built part is not there; the message says which, and how to make it."""


@lru_cache
def _built(name: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((DIST / name).read_text())
    except FileNotFoundError:
        raise NotBuilt(f"static/dist/{name} is not there: run `make build`") from None
    return found


@lru_cache
def asset(name: str) -> str:
    """The address of a built part ("app.css" -> "/static/dist/app.3X5K.css"). Its content never changes.

    Raises:
        NotBuilt: there is no such part, or nothing was built.
    """
    try:
        return URL + str(_built("manifest.json")[name])
    except KeyError:
        raise NotBuilt(f"{name} is not in static/dist/manifest.json: run `make build`") from None


@lru_cache
def inlined(name: str) -> str:
    """A built picture as an address that holds the picture itself: not worth a request of its own.

    Raises:
        NotBuilt: there is no such part, or nothing was built.
    """
    return "data:image/svg+xml," + quote((DIST / asset(name).removeprefix(URL)).read_text(), safe="/: =")


def _drawing(name: str) -> str:
    try:
        return str(_built("icons.json")[name])
    except KeyError:
        raise NotBuilt(f"no icon {name!r}: name it in static/icons.txt and run `make build`") from None


@lru_cache
def icon(name: str) -> Markup:
    """An icon, to stand beside its word. The page must have the icon in its `sprite`.

    Raises:
        NotBuilt: static/icons.txt does not name it, or nothing was built.
    """
    _drawing(name)
    drawn = f'<svg class="i" aria-hidden="true"><use href="#i-{name}"/></svg>'
    return Markup(drawn)


def sprite(names: Iterable[str] = ()) -> Markup:
    """The drawings of the icons that a page uses, once per page, beside those of its frame.

    `names` are the icons of the page itself and of the fragments that may arrive in it later.
    """
    return _sprite(tuple(names))


@lru_cache
def _sprite(names: tuple[str, ...]) -> Markup:
    symbols = "".join(
        f'<symbol id="i-{name}" viewBox="0 0 24 24">{_drawing(name)}</symbol>'
        for name in dict.fromkeys(EVERY_PAGE + names)
    )
    drawn = f'<svg class="sprite" aria-hidden="true">{symbols}</svg>'
    return Markup(drawn)


def forget() -> None:
    """Read static/dist again at the next look; for tests, and for who builds while the server runs."""
    for remembered in (_built, asset, inlined, icon, _sprite):
        remembered.cache_clear()
