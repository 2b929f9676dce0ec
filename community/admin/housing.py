"""What a file would change in buildings and dwellings: what is new, what is described otherwise, what was rebuilt. A
building is known by its name, a dwelling by the association's number for it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from community.admin.changes import (
    ChangedBuilding,
    ChangedDwelling,
    CurrentDwelling,
    FieldChange,
    Merged,
    NewBuilding,
    NewDwelling,
    NewEntrance,
    NewNeighbourhood,
    Snapshot,
    Split,
)
from community.admin.columns import LABELS, Field
from community.admin.csv_reading import LineError
from community.admin.rebuilding import Door, Rebuilding, door_of, find_rebuilding, fold_addition
from community.admin.rows import PROGRESS_STEP, DwellingRow, Rows, fold_text
from community.language import gettext as _

_DIGITS = re.compile(r"([0-9]+)")


@dataclass(slots=True)
class Housing:
    """What happens to buildings and dwellings. `known` finds a dwelling of the present state by the number that it has
    after this import; `new` are the numbers of those that only now come to be."""

    known: dict[str, CurrentDwelling]
    new: frozenset[str] = frozenset()
    new_neighbourhoods: list[NewNeighbourhood] = field(default_factory=list)
    new_buildings: list[NewBuilding] = field(default_factory=list)
    changed_buildings: list[ChangedBuilding] = field(default_factory=list)
    new_entrances: list[NewEntrance] = field(default_factory=list)
    split: list[Split] = field(default_factory=list)
    merged: list[Merged] = field(default_factory=list)
    changed_dwellings: list[ChangedDwelling] = field(default_factory=list)
    new_dwellings: list[NewDwelling] = field(default_factory=list)
    not_in_file: list[str] = field(default_factory=list)
    unchanged: int = 0
    notes: list[LineError] = field(default_factory=list)


def plan_dwellings(snapshot: Snapshot, rows: Rows, on_progress: Callable[[int], None]) -> Housing:
    """Hold the dwellings of a file against the present ones; a file of residents alone changes none."""
    active = {one.external_id: one for one in snapshot.dwellings if one.ended_on is None}
    if not rows.has_dwellings:
        return Housing(known=active)
    ended = {one.external_id: one.id for one in snapshot.dwellings if one.ended_on is not None}
    mentioned = {row.external_id for row in rows.dwellings} | rows.unreadable
    missing = sorted((one for number, one in active.items() if number not in mentioned), key=_reading_order)
    new = [row for row in rows.dwellings if row.external_id not in active]
    same = [(active[row.external_id], row) for row in rows.dwellings if row.external_id in active]
    rebuilt = find_rebuilding(
        missing,
        new,
        [(old, row) for old, row in same if door_of(old) != door_of(row)],
        frozenset(row.external_id for row in new if row.external_id in ended),
    )
    housing = Housing(known=active | rebuilt.renumbered)
    _take_rebuilding(housing, rebuilt, missing)
    names = _plan_buildings(snapshot, rows, housing)
    for done, row in enumerate(rows.dwellings):
        if done % PROGRESS_STEP == 0:
            on_progress(done)
        old = housing.known.get(row.external_id)
        if old is None:
            housing.new_dwellings.append(NewDwelling(names.spelled(row), ended.get(row.external_id)))
            continue
        changes = tuple(_changes(old, names.spelled(row), rows.fields, names.renamed))
        if changes:
            housing.changed_dwellings.append(ChangedDwelling(row.line, old.id, old.external_id, changes))
        else:
            housing.unchanged += 1
    housing.new = frozenset(one.row.external_id for one in housing.new_dwellings)
    _note_shared_addresses(housing, rows.dwellings)
    return housing


def _take_rebuilding(housing: Housing, rebuilt: Rebuilding, missing: Iterable[CurrentDwelling]) -> None:
    for old, parts in rebuilt.split:
        housing.split.append(Split(parts[0].line, old, tuple(row.external_id for row in parts)))
    for olds, row in rebuilt.merged:
        housing.merged.append(Merged(row.line, tuple(olds), row.external_id))
    gone = {old.external_id for old, _parts in rebuilt.split}
    gone |= {old.external_id for olds, _row in rebuilt.merged for old in olds}
    gone |= {old.external_id for old in rebuilt.renumbered.values()}
    housing.not_in_file = [one.external_id for one in missing if one.external_id not in gone]
    for number in gone:
        del housing.known[number]


def _reading_order(dwelling: CurrentDwelling) -> tuple[object, ...]:
    """As one walks along the doors; the number at the end decides between equals."""
    parts = enumerate(_DIGITS.split(dwelling.addition))  # words at even places, digits at odd ones
    addition = [int(part) if place % 2 else part for place, part in parts]
    where = fold_text(dwelling.building), fold_text(dwelling.street)
    return *where, dwelling.number, addition, dwelling.external_id


# Buildings --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Names:
    """How this import spells the names of buildings and entrances, by their folded form; `renamed` leads from the old
    folded name of a building to its new one."""

    buildings: dict[str, str]
    entrances: dict[tuple[str, str], str]
    renamed: dict[str, str]

    def spelled(self, row: DwellingRow) -> DwellingRow:
        building = self.buildings[fold_text(row.building)]
        entrance = row.entrance and self.entrances[fold_text(row.building), fold_text(row.entrance)]
        if (building, entrance) == (row.building, row.entrance):
            return row
        return replace(row, building=building, entrance=entrance)


def _plan_buildings(snapshot: Snapshot, rows: Rows, housing: Housing) -> _Names:
    existing = {fold_text(name): name for name in snapshot.buildings}
    members: dict[str, list[DwellingRow]] = {}
    for row in rows.dwellings:
        members.setdefault(fold_text(row.building), []).append(row)
    renamed = _renamed(existing, members, rows, housing)
    came_from = {new: old for old, new in renamed.items()}
    neighbourhoods = {fold_text(name): name for name in snapshot.neighbourhoods}
    names = _Names(dict(existing), {}, renamed)
    for key, group in members.items():
        now = existing.get(key) or existing.get(came_from.get(key, ""))
        name = existing.get(key) or _most_common(row.building for row in group)
        names.buildings[key] = name
        neighbourhood = _neighbourhood(group, snapshot.buildings[now] if now else None, neighbourhoods, housing)
        if now is None:
            housing.new_buildings.append(NewBuilding(name, neighbourhood))
            continue
        changes = [FieldChange("name", now, name)] if now != name else []
        if snapshot.buildings[now] != neighbourhood:
            changes.append(FieldChange("neighbourhood", snapshot.buildings[now], neighbourhood))
        if changes:
            housing.changed_buildings.append(ChangedBuilding(now, tuple(changes)))
    for building, entrance in sorted(snapshot.entrances):
        key = fold_text(building)
        names.entrances[renamed.get(key, key), fold_text(entrance)] = entrance
    for row in rows.dwellings:
        if row.entrance and (place := (fold_text(row.building), fold_text(row.entrance))) not in names.entrances:
            names.entrances[place] = row.entrance
            housing.new_entrances.append(NewEntrance(names.buildings[place[0]], row.entrance))
    return names


def _renamed(
    existing: Mapping[str, str], members: Mapping[str, list[DwellingRow]], rows: Rows, housing: Housing
) -> dict[str, str]:
    """Old folded name -> new one, for buildings of which every dwelling is now in one new building that holds no
    dwelling of another. Without this the conversations would stay behind in an empty building."""
    went: defaultdict[str, set[str]] = defaultdict(set)
    came: defaultdict[str, set[str]] = defaultdict(set)
    for key, group in members.items():
        for row in group:
            old = housing.known.get(row.external_id)
            if old:
                went[fold_text(old.building)].add(key)
                came[key].add(fold_text(old.building))
    stays = {fold_text(housing.known[number].building) for number in housing.not_in_file}
    stays |= {fold_text(housing.known[number].building) for number in rows.unreadable if number in housing.known}
    return {
        old: new
        for old, news in went.items()
        for new in news
        if len(news) == 1 and new not in existing and old not in members and old not in stays and came[new] == {old}
    }


def _neighbourhood(group: list[DwellingRow], present: str | None, spelled: dict[str, str], housing: Housing) -> str:
    """The neighbourhood of a building: the present one where the file agrees or is silent, else the one most rows
    name, else the town. A new one is planned on the way."""
    said = [row for row in group if row.neighbourhood]
    keys = {fold_text(row.neighbourhood or "") for row in said}
    if len(keys) > 1:
        first = said[0]
        other = next(row for row in said if fold_text(row.neighbourhood or "") != fold_text(first.neighbourhood or ""))
        sentence = _(
            "Gebouw %(building)s ligt op regel %(line)s in een andere wijk. Een gebouw ligt bij ons in één wijk.",
            building=other.building,
            line=first.line,
        )
        housing.notes.append(
            LineError(other.line, str(LABELS[Field.NEIGHBOURHOOD]), other.neighbourhood or "", sentence)
        )
    if present is not None and (not keys or fold_text(present) in keys):
        return present
    chosen = _most_common([row.neighbourhood or "" for row in said] or [row.city for row in group])
    key = fold_text(chosen)
    if key not in spelled:
        spelled[key] = chosen
        housing.new_neighbourhoods.append(NewNeighbourhood(chosen))
    return spelled[key]


def _most_common(names: Iterable[str]) -> str:
    """The spelling used most; of equals the first in the alphabet, so that the order of the file does not matter."""
    return min(Counter(names).items(), key=lambda counted: (-counted[1], counted[0]))[0]


# Dwellings --------------------------------------------------------------------------------------------------


def _changes(
    old: CurrentDwelling, row: DwellingRow, known: frozenset[Field], renamed: Mapping[str, str]
) -> Iterable[FieldChange]:
    """What differs. An empty cell says nothing, except that an empty addition says that there is none."""
    if old.external_id != row.external_id:
        yield FieldChange("external_id", old.external_id, row.external_id)
    was = fold_text(old.building)
    moved = renamed.get(was, was) != fold_text(row.building)
    if moved:
        yield FieldChange("building", old.building, row.building)
    # An entrance belongs to a building, so in another building it is another entrance, whatever its name.
    is_renamed = row.entrance and fold_text(row.entrance) != fold_text(old.entrance or "")
    if is_renamed or (moved and (old.entrance or row.entrance)):
        yield FieldChange("entrance", old.entrance, row.entrance)
    for name in ("street", "number"):
        if getattr(old, name) != getattr(row, name):
            yield FieldChange(name, getattr(old, name), getattr(row, name))
    says_addition = row.addition or known & {Field.ADDITION, Field.HOUSE_LETTER}
    if says_addition and fold_addition(old.addition) != fold_addition(row.addition):
        yield FieldChange("addition", old.addition, row.addition)
    for name in ("postcode", "city"):
        if getattr(old, name) != getattr(row, name):
            yield FieldChange(name, getattr(old, name), getattr(row, name))
    if row.floor is not None and row.floor != old.floor:
        yield FieldChange("floor", old.floor, row.floor)


def _note_shared_addresses(housing: Housing, dwellings: Iterable[DwellingRow]) -> None:
    """Rooms and parking places share an address with a dwelling; each would get a letter of its own."""
    first_at: dict[tuple[Door, str], DwellingRow] = {}
    for row in dwellings:
        first = first_at.setdefault((door_of(row), row.postcode), row)
        if first is not row:
            address = f"{row.street} {row.number} {row.addition}".strip()
            sentence = _("Dit adres staat ook op regel %(line)s. Elk krijgt een eigen brief.", line=first.line)
            housing.notes.append(LineError(row.line, str(LABELS[Field.STREET]), address, sentence))
