"""The façade: the one illustration of the site, drawn for each building. A window is lit for every neighbour
who takes part in something this week. Which window is chance (from a fixed seed), so that no window ever
stands for a home. It is decoration: the number always stands in the text as well."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

from markupsafe import Markup

# Sizes are in the drawing's own units, 640 wide and 260 high on most screens.
HEIGHT, WIDTH_MIN = 260, 640
GROUND = 234
GAP = 16

DEFAULT_MIX = ("gables", "tower", "gallery", "terrace")


@dataclass(frozen=True, slots=True)
class Window:
    """One window: its upper left corner and its size."""

    x: int
    y: int
    w: int = 17
    h: int = 22


@dataclass
class Block:
    """One building of the drawing: paths by colour (walls first, then what is on them) and its windows."""

    width: int
    walls: list[tuple[str, str]] = field(default_factory=list)
    details: list[tuple[str, str]] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)


def _box(x: int, y: int, w: int, h: int, r: int = 3) -> str:
    """A rectangle with its upper corners rounded."""
    return f"M{x + r} {y}h{w - 2 * r}q{r} 0 {r} {r}v{h - r}h-{w}v-{h - r}q0-{r} {r}-{r}z"


def _grid(x: int, y: int, columns: int, rows: int, step: int) -> list[Window]:
    return [Window(x + step * column, y + 30 * row) for row in range(rows) for column in range(columns)]


def _tower(x: int) -> Block:
    windows = [w for w in _grid(x + 13, 58, 4, 6, 25) if not (w.y == 208 and x + 30 < w.x < x + 70)]
    return Block(
        118,
        [("wall", _box(x, 44, 118, 190)), ("wall-3", _box(x + 16, 32, 38, 12, 2))],
        [("dark", _box(x + 42, 204, 16, 30, 2) + _box(x + 60, 204, 16, 30, 2))],
        windows,
    )


def _gallery(x: int) -> Block:
    floors = "".join(f"M{x} {y}h262v3h-262z" for y in (142, 172, 202))
    return Block(
        262,
        [("wall-2", _box(x, 106, 262, 128)), ("dark", _box(x + 18, 96, 52, 10, 2))],
        [("wall-3", floors), ("door", _box(x + 119, 202, 24, 32)), ("dark", f"M{x + 137} 217h3v3h-3z")],
        [w for w in _grid(x + 13, 118, 9, 4, 27) if (w.x, w.y) != (x + 121, 208)],
    )


def _houses(x: int, roof: str, rows: tuple[int, int], *walls: str) -> Block:
    """Narrow houses, one for each colour in `walls`: two windows above, a door and a window below."""
    block = Block(46 * len(walls) - 2)
    for number, wall in enumerate(walls):
        left = x + 46 * number
        block.walls.append((wall, f"M{left} {GROUND}{roof}z"))
        block.details.append(("dark" if wall == "wall-3" else "door", _box(left + 6, 205, 14, 29, 2)))
        places = (left + 7, rows[0]), (left + 24, rows[0]), (left + 24, rows[1])
        block.windows += [Window(*place, 13, 18) for place in places]
    return block


def _gables(x: int) -> Block:
    return _houses(x, "v-70h10v-12h8v-10h8v10h8v12h10v70", (176, 206), "wall-2", "wall-3")


def _terrace(x: int) -> Block:
    return _houses(x, "v-62l22-24l22 24v62", (180, 208), "wall-3", "wall", "wall-3")


def _court(x: int) -> Block:
    """A low building round a garden: a long roof, and a gate to look through."""
    windows = [Window(x + 15 + 25 * column, y, 14, 18) for y in (170, 203) for column in range(8)]
    return Block(
        218,
        [("wall", _box(x, 160, 218, 74, 2)), ("wall-2", f"M{x - 5} 160l16-26h196l16 26z")],
        [
            ("dark", f"M{x + 89} {GROUND}v-24a20 20 0 0 1 40 0v24z"),
            ("leaf", f"M{x + 97} {GROUND}a12 14 0 0 1 24 0z"),
        ],
        [w for w in windows if w.y == 170 or not x + 76 < w.x < x + 128],
    )


BLOCKS: dict[str, Callable[[int], Block]] = {
    "gables": _gables,
    "tower": _tower,
    "gallery": _gallery,
    "terrace": _terrace,
    "court": _court,
}


def windows(mix: Sequence[str] = DEFAULT_MIX) -> int:
    """How many windows the drawing of this mix has: no more can be lit."""
    return sum(len(BLOCKS[kind](0).windows) for kind in mix)


def draw(seed: str, lit: int, mix: Sequence[str] = DEFAULT_MIX) -> Markup:
    """The façade as an <svg>, with `lit` windows lit, or all when there are fewer.

    Args:
        seed: the building and the week ("lindehof/2026-12"). With the same seed one more neighbour lights one
            more window and puts out none.
        mix: which blocks stand beside each other, from left to right: names in `BLOCKS`.
    """
    return _draw(seed, lit, tuple(mix), True)


def empty(mix: Sequence[str] = DEFAULT_MIX) -> Markup:
    """The façade of a place where nothing happens yet: no light, nobody on the bench."""
    return _draw("", 0, tuple(mix), False)


@lru_cache
def small_house() -> Markup:
    """The house that closes a page on which everything was read."""
    return Markup(
        '<svg viewBox="0 0 120 56" aria-hidden="true">'
        '<rect x="34" y="6" width="52" height="44" rx="3" fill="var(--g-wall-2)"/>'
        '<path fill="var(--g-lit)" d="M42 13h9v12h-9zM69 13h9v12h-9zM42 31h9v12h-9z"/>'
        '<path fill="var(--g-dark)" d="M55 13h9v12h-9zM69 31h9v12h-9z"/>'
        '<path fill="var(--g-door)" d="M55 32h10v18h-10z"/>'
        '<circle cx="22" cy="36" r="10" fill="var(--g-leaf)"/>'
        '<circle cx="98" cy="38" r="8" fill="var(--g-leaf-2)"/>'
        '<g stroke-width="3" stroke-linecap="round"><path d="M22 50V38M98 50V42" stroke="var(--g-dark)"/>'
        '<path d="M6 50h108" stroke="var(--c-line)"/></g></svg>'
    )


@lru_cache(maxsize=512)
def _draw(seed: str, lit: int, mix: tuple[str, ...], peopled: bool) -> Markup:
    total = sum(BLOCKS[kind](0).width + GAP for kind in mix) - GAP
    width = max(WIDTH_MIN, total + 8)
    x = (width - total) // 2
    blocks, ends = [], []
    for kind in mix:
        blocks.append(BLOCKS[kind](x))
        x += blocks[-1].width
        ends.append(x)
        x += GAP
    drawing = [
        _fills([part for block in blocks for part in block.walls]),
        *(_fills(block.details) for block in blocks),
        _panes(seed, lit, [w for block in blocks for w in block.windows]),
        _trees([end + GAP // 2 for end in ends[:-1]] or [ends[-1] + GAP]),
        f'<path d="M-3000 {GROUND}h6600v400h-6600z" fill="var(--g-ground)"/>',
    ]
    if peopled:
        towers = [end for end, kind in zip(ends, mix, strict=True) if kind == "tower"]
        drawing.insert(0, _sun(width, towers))
        widest = max(range(len(blocks)), key=lambda number: blocks[number].width)
        drawing.append(_bench(ends[widest] - 62))
    svg = (
        f'<svg class="gevel" viewBox="0 0 {width} {HEIGHT}" preserveAspectRatio="xMaxYMax"'
        f' aria-hidden="true">{"".join(drawing)}</svg>'
    )
    return Markup(svg)


def _fills(parts: list[tuple[str, str]]) -> str:
    """Paths of one colour become one path, where that colour comes first."""
    colours: dict[str, str] = {}
    for colour, path in parts:
        colours[colour] = colours.get(colour, "") + path
    return "".join(f'<path fill="var(--g-{colour})" d="{path}"/>' for colour, path in colours.items())


def _panes(seed: str, lit: int, all_windows: list[Window]) -> str:
    """The windows: the first `lit` of them in shuffled order have light, and some of those show somebody's
    life."""
    chances = [blake2b(f"{seed}/{n}".encode(), digest_size=8).digest() for n in range(len(all_windows))]
    order = sorted(range(len(all_windows)), key=chances.__getitem__)
    lit = max(0, lit)
    night = [all_windows[n] for n in sorted(order[lit:])]
    light = [all_windows[n] for n in sorted(order[:lit])]
    lives = [chances[n][-1] % 4 for n in sorted(order[:lit])]
    return "".join(
        [
            _stroked("dark", 4, map(_pane, night), ' opacity=".55"'),
            _stroked("lit", 4, map(_pane, light)),
            _fills([("lit-2", _curtains(w)) for w, life in zip(light, lives, strict=True) if life == 0]),
            _fills([("wall-2", _somebody(w)) for w, life in zip(light, lives, strict=True) if life == 1]),
            _stroked("leaf-2", 1.2, (_plant(w) for w, life in zip(light, lives, strict=True) if life == 2)),
        ]
    )


def _stroked(colour: str, line: float, paths: Iterable[str], more: str = "") -> str:
    """Paths filled and outlined in one colour; the round joints of the line round their corners."""
    drawn = "".join(paths)
    ink = f'fill="var(--g-{colour})" stroke="var(--g-{colour})" stroke-width="{line}" stroke-linejoin="round"'
    return f'<path {ink}{more} d="{drawn}"/>' if drawn else ""


def _pane(w: Window) -> str:
    """A window, 2 smaller all round for its line of 4: fewer words than a <rect> with round corners."""
    return f"M{w.x + 2} {w.y + 2}h{w.w - 4}v{w.h - 4}h-{w.w - 4}z"


def _curtains(w: Window) -> str:
    return f"M{w.x} {w.y + 1}q6 {w.h // 2} 0 {w.h - 2}zm{w.w} 0q-6 {w.h // 2} 0 {w.h - 2}z"


def _somebody(w: Window) -> str:
    middle, sill = w.x + w.w // 2, w.y + w.h
    return f"M{middle} {sill - 14}a3 3 0 1 0 .1 0zm-5 14a5 7 0 0 1 10 0z"


def _plant(w: Window) -> str:
    return f"M{w.x + w.w // 2} {w.y + w.h}v-5q-5-1-4-6 5 0 4 6 0-6 4-6 1 5-4 6"


def _trees(places: list[int]) -> str:
    stems, crowns = "", []
    for number, x in enumerate(places):
        radius, leaf = ((11, "leaf-2"), (15, "leaf"), (19, "leaf-2"))[number % 3]
        stems += f"M{x} {GROUND}v-{radius + 12}"
        crowns.append(f'<circle cx="{x}" cy="{GROUND - radius - 12}" r="{radius}" fill="var(--g-{leaf})"/>')
    stem = f'<path d="{stems}" stroke="var(--g-dark)" stroke-width="4" stroke-linecap="round"/>'
    return stem + "".join(crowns)


def _sun(width: int, towers: list[int]) -> str:
    """Right, or further left when a tower stands there. At night the same disc is the moon."""
    places = (width - 92, width // 2, 92)
    free = [x for x in places if not any(end - 160 < x < end + 42 for end in towers)]
    return f'<circle cx="{(free or places)[0]}" cy="58" r="30" fill="var(--g-sun)"/>'


def _bench(x: int) -> str:
    """A bench with two people, seen from behind."""
    return (
        f'<path fill="none" stroke="var(--g-dark)" stroke-width="3.4" stroke-linecap="round" '
        f'd="M{x + 6} 236v10M{x + 40} 236v10M{x} 236h46M{x + 2} 225h42"/>'
        f'<g fill="var(--g-door)"><circle cx="{x + 14}" cy="212" r="5.4"/>'
        f'<path d="M{x + 6} 235v-8a8 8 0 0 1 16 0v8z"/></g>'
        f'<g fill="var(--g-lit)"><circle cx="{x + 32}" cy="210" r="5.4"/>'
        f'<path d="M{x + 24} 235v-10a8 8 0 0 1 16 0v10z"/></g>'
    )
