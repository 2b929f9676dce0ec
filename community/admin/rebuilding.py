"""Which dwellings that left the file live on in others that are new in it: under another number, split, or merged.
Judged by the address alone, and only where it leaves no doubt; the rest is left for people to decide."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from community.admin.changes import CurrentDwelling
from community.admin.rows import DwellingRow, fold_text

_SEPARATORS = re.compile(r"[\W_]+")
# "12-14" is two houses made one; "12-140" is flat 140. Houses that were joined differ no more than this.
_WIDEST_MERGER = 10

Whole = TypeVar("Whole", CurrentDwelling, DwellingRow)
Part = TypeVar("Part", CurrentDwelling, DwellingRow)


class Door(NamedTuple):
    """An address in a form that compares."""

    street: str
    city: str
    number: int
    addition: str


@dataclass(frozen=True, slots=True)
class Rebuilding:
    """What became of dwellings that are no longer in the file: `renumbered` by their new number, `split` into new
    rows, `merged` into the row that holds them."""

    renumbered: dict[str, CurrentDwelling]
    split: list[tuple[CurrentDwelling, list[DwellingRow]]]
    merged: list[tuple[list[CurrentDwelling], DwellingRow]]


def door_of(dwelling: CurrentDwelling | DwellingRow) -> Door:
    """The address of a dwelling in a form that compares."""
    street, city = fold_text(dwelling.street), fold_text(dwelling.city)
    return Door(street, city, dwelling.number, fold_addition(dwelling.addition))


def fold_addition(addition: str) -> str:
    """An addition without case and with one kind of separator: "A-2" is "a 2", but not "a2"."""
    return _SEPARATORS.sub("-", addition.casefold()).strip("-")


def holders(door: Door) -> Iterator[Door]:
    """The addresses that this one is a part of, itself included: 12-a2 is part of 12-a and of 12; the houses 12 and 14
    are part of 12-14."""
    street, city, number, addition = door
    for end in range(len(addition) + 1):
        # "1" does not hold "12": a number goes on where a letter or a separator would end it.
        if not (addition[end - 1 : end].isdigit() and addition[end : end + 1].isdigit()):
            yield Door(street, city, number, addition[:end])
    if not addition:
        for other in range(max(1, number - _WIDEST_MERGER), number + _WIDEST_MERGER + 1):
            if other != number:
                yield Door(street, city, min(number, other), str(max(number, other)))


def find_rebuilding(
    missing: Sequence[CurrentDwelling],
    new: Sequence[DwellingRow],
    readdressed: Iterable[tuple[CurrentDwelling, DwellingRow]],
    reopened: frozenset[str],
) -> Rebuilding:
    """Compare dwellings missing from the file with rows that are new in it.

    `readdressed` are known dwellings whose address changed: 12-A that is 12 now took in a missing 12-B. `reopened` are
    new rows with the number of an ended dwelling: they cannot be another one's new number.
    """
    renumbered = _at_one_door(missing, [row for row in new if row.external_id not in reopened])
    same = {old.external_id for old in renumbered.values()}
    left = {old.external_id: old for old in missing if old.external_id not in same}
    fresh = {row.external_id: row for row in new if row.external_id not in renumbered}

    split = []
    for old, rows in _held(left.values(), fresh.values()):
        parts = [row for row in rows if row.external_id in fresh]
        if len(parts) > 1:
            split.append((old, parts))
            del left[old.external_id]
            for row in parts:
                del fresh[row.external_id]

    survivors = {row.external_id: row for row in new if row.external_id in renumbered}
    survivors |= {row.external_id: row for old, row in readdressed if door_of(row) in holders(door_of(old))}
    merged = []
    for row, dwellings in _held([*fresh.values(), *survivors.values()], left.values()):
        olds = [old for old in dwellings if old.external_id in left]
        # A dwelling that was there before is one of the several itself.
        if len(olds) + (row.external_id in survivors) > 1:
            merged.append((olds, row))
            for old in olds:
                del left[old.external_id]
    return Rebuilding(
        renumbered,
        sorted(split, key=lambda one: one[1][0].line),
        sorted((one for one in merged if one[0]), key=lambda one: one[1].line),
    )


def _at_one_door(missing: Sequence[CurrentDwelling], new: Sequence[DwellingRow]) -> dict[str, CurrentDwelling]:
    """New number -> the dwelling at exactly that address."""
    olds = _alone(missing)
    return {row.external_id: olds[door] for door, row in _alone(new).items() if door in olds}


def _held(wholes: Iterable[Whole], parts: Iterable[Part]) -> list[tuple[Whole, list[Part]]]:
    """Every dwelling that holds others with those others; the most precise address first, so that 12-A comes before 12
    in taking 12-A1."""
    at = _alone(wholes)
    held: defaultdict[Door, list[Part]] = defaultdict(list)
    for part in parts:
        for door in holders(door_of(part)):
            if door in at:
                held[door].append(part)
    return [(at[door], held[door]) for door in sorted(held, key=lambda door: (-len(door.addition), door))]


def _alone(dwellings: Iterable[Whole]) -> dict[Door, Whole]:
    """The dwellings by address, without those that share one: rooms and parking places leave doubt."""
    at: defaultdict[Door, list[Whole]] = defaultdict(list)
    for dwelling in dwellings:
        at[door_of(dwelling)].append(dwelling)
    return {door: there[0] for door, there in at.items() if len(there) == 1}
