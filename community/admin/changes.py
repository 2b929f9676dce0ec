"""What an import compares and what it would change: the present state as plain values (`Snapshot`), one class per sort
of change, and the `Plan` that holds them. The database makes the first and carries out the last."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum

from community.admin.csv_reading import LineError
from community.admin.rows import DwellingRow, ResidentRow

# The present state ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CurrentResident:
    """Somebody who lives somewhere now, or will. `id` is whatever the database knows the membership by.

    `name` is the name as the last file gave it (people may call themselves otherwise on Trefpunt); for somebody who
    never stood in a file, their own. `is_listed` tells whether they stood in a file: a partner who joined with the
    letter's code did not, and a file that does not name them says nothing about them. Of somebody who `has_joined` the
    address and salutation are their own, and a file no longer changes them.
    """

    id: int
    name: str
    person_id: str | None = None
    email: str | None = None
    salutation: str | None = None
    since: date | None = None
    until: date | None = None
    is_listed: bool = True
    has_joined: bool = False


@dataclass(frozen=True, slots=True)
class CurrentDwelling:
    """A dwelling as it is known now, with everybody whose stay has not ended (also who is still to come)."""

    id: int
    external_id: str
    building: str
    street: str
    number: int
    addition: str
    postcode: str
    city: str
    floor: int | None = None
    entrance: str | None = None
    ended_on: date | None = None
    residents: tuple[CurrentResident, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The present state, in any order. `buildings` maps the name of every building, also an empty one, to that of its
    neighbourhood; `entrances` are pairs of building and entrance; ended dwellings are among the dwellings;
    `person_ids` are all numbers of persons given out, also of people who left: a number is never given twice."""

    dwellings: tuple[CurrentDwelling, ...] = ()
    buildings: Mapping[str, str] = field(default_factory=dict)
    neighbourhoods: frozenset[str] = frozenset()
    entrances: frozenset[tuple[str, str]] = frozenset()
    person_ids: frozenset[str] = frozenset()


# What would change ------------------------------------------------------------------------------------------


class Reason(StrEnum):
    """Why somebody moves out."""

    END_DATE = "end_date"  # the file gives a day that has come
    NOT_IN_FILE = "not_in_file"  # their dwelling is in the file, they are not
    VACANT = "vacant"  # the file says that nobody lives there
    HOUSEHOLD_LEFT = "household_left"  # never in a file, and everybody of the household who was has gone
    SPLIT = "split"  # the dwelling became several
    MERGED = "merged"  # the dwelling became part of another


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of one thing, old and new. `field` is the attribute's name: "postcode", "external_id", "until"."""

    field: str
    old: str | int | date | bool | None
    new: str | int | date | bool | None


@dataclass(frozen=True, slots=True)
class NewNeighbourhood:
    """A neighbourhood that is not there yet."""

    name: str


@dataclass(frozen=True, slots=True)
class NewBuilding:
    """A building that is not there yet; where the file names no neighbourhood, that is the town."""

    name: str
    neighbourhood: str


@dataclass(frozen=True, slots=True)
class ChangedBuilding:
    """A building that gets another name, or lies in another neighbourhood; its forum stays its own."""

    name: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class NewEntrance:
    """An entrance that its building has not yet."""

    building: str
    name: str


@dataclass(frozen=True, slots=True)
class NewDwelling:
    """A dwelling that is not there yet, or (`reopens`: the id of the old one) was ended and is back."""

    row: DwellingRow
    reopens: int | None = None


@dataclass(frozen=True, slots=True)
class ChangedDwelling:
    """A dwelling of which something is different now. `external_id` is the one it had until now."""

    line: int
    id: int
    external_id: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """One dwelling that became several: `old` ends, the new ones (numbers) are among the new dwellings."""

    line: int
    old: CurrentDwelling
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """Several dwellings that became one: `old` end; `new` is the number of the one that holds them, which is among the
    new dwellings or the changed ones."""

    line: int
    old: tuple[CurrentDwelling, ...]
    new: str


@dataclass(frozen=True, slots=True)
class MovedIn:
    """Somebody who is new at a dwelling. `comes_from` are the dwellings where the same person number lives now: then
    it is the same person, not a new one."""

    row: ResidentRow
    since: date
    comes_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MovedOut:
    """Somebody whose stay ends `on` a day: the first day without access. `line` is 0 when no line says so."""

    line: int
    dwelling: str
    resident: CurrentResident
    on: date
    reason: Reason


@dataclass(frozen=True, slots=True)
class ChangedPerson:
    """A resident of whom the file says something else than before."""

    line: int
    dwelling: str
    resident: CurrentResident
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that one file would change, per sort, in an order that depends on the file and the state alone.

    To be carried out in the order of the fields, all or nothing. What follows `moved_in` changes nothing: dwellings
    `not_in_file` stay as they are, `notes` are for the administrator to read (line 0: about the whole file), and
    residents at `unknown_dwellings` or whose stay is `past` are left out. When `many_leave`, the file is wrong more
    often than right: carry it out only when somebody has looked.
    """

    new_neighbourhoods: tuple[NewNeighbourhood, ...] = ()
    new_buildings: tuple[NewBuilding, ...] = ()
    changed_buildings: tuple[ChangedBuilding, ...] = ()
    new_entrances: tuple[NewEntrance, ...] = ()
    moved_out: tuple[MovedOut, ...] = ()
    split: tuple[Split, ...] = ()
    merged: tuple[Merged, ...] = ()
    changed_dwellings: tuple[ChangedDwelling, ...] = ()
    new_dwellings: tuple[NewDwelling, ...] = ()
    changed_persons: tuple[ChangedPerson, ...] = ()
    moved_in: tuple[MovedIn, ...] = ()

    not_in_file: tuple[str, ...] = ()
    unknown_dwellings: tuple[str, ...] = ()
    past: int = 0
    unchanged_dwellings: int = 0
    unchanged_residents: int = 0
    notes: tuple[LineError, ...] = ()
    many_leave: bool = False

    @property
    def ended_dwellings(self) -> tuple[CurrentDwelling, ...]:
        """The dwellings that end today because they were split or merged."""
        return (*(one.old for one in self.split), *(old for one in self.merged for old in one.old))

    def counts(self) -> dict[str, int]:
        """How many changes of each sort, in the order in which they are carried out."""
        return {name: len(getattr(self, name)) for name in _CHANGES}

    @property
    def is_empty(self) -> bool:
        """Whether carrying it out would change nothing at all."""
        return not any(self.counts().values())

    @property
    def fingerprint(self) -> str:
        """The same for two plans that would do the same: what was shown is what is carried out, or neither."""
        return hashlib.sha256(repr([getattr(self, name) for name in _CHANGES]).encode()).hexdigest()


_CHANGES = tuple(one.name for one in fields(Plan))[:11]
