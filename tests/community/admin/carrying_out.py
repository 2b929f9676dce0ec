"""Carries out a plan on a snapshot, in memory: what the database has to do, in thirty lines of plain values. With it
the tests can ask of any plan whether it is complete: carried out, the same file must plan nothing any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count

from community.admin.changes import CurrentDwelling, CurrentResident, Plan, Snapshot
from community.admin.rows import DwellingRow

TODAY = date(2026, 11, 22)
DWELLINGS = "VHE;Gebouw;Wijk;Portiek;Straat;Huisnummer;Toevoeging;Postcode;Plaats;Verdieping\n"
COMBINED = "VHE;Gebouw;Straat;Huisnummer;Toevoeging;Postcode;Plaats;Huurdernr;Naam\n"


def carry_out(snapshot: Snapshot, plan: Plan, today: date) -> Snapshot:
    """The state after a plan, or an error where the plan contradicts the state."""
    state = _State(snapshot, today)
    state.carry_out(plan)
    return state.snapshot()


class _State:
    def __init__(self, snapshot: Snapshot, today: date) -> None:
        self.today = today
        self.dwellings = {one.id: one for one in snapshot.dwellings}
        self.buildings = dict(snapshot.buildings)
        self.neighbourhoods = set(snapshot.neighbourhoods)
        self.entrances = set(snapshot.entrances)
        self.person_ids = set(snapshot.person_ids)
        used = [0, *self.dwellings, *(one.id for dwelling in snapshot.dwellings for one in dwelling.residents)]
        self.fresh = count(max(used) + 1)

    def snapshot(self) -> Snapshot:
        for dwelling in self.dwellings.values():
            assert dwelling.building in self.buildings
            assert dwelling.entrance is None or (dwelling.building, dwelling.entrance) in self.entrances
        assert set(self.buildings.values()) <= self.neighbourhoods
        numbers = [one.external_id for one in self.dwellings.values()]
        assert len(numbers) == len(set(numbers))
        return Snapshot(
            tuple(self.dwellings.values()),
            self.buildings,
            frozenset(self.neighbourhoods),
            frozenset(self.entrances),
            frozenset(self.person_ids),
        )

    def by_number(self, external_id: str) -> CurrentDwelling:
        return next(one for one in self.dwellings.values() if one.external_id == external_id)

    def put(self, dwelling: CurrentDwelling, **changes: object) -> None:
        self.dwellings[dwelling.id] = replace(dwelling, **changes)  # type: ignore[arg-type]

    def put_resident(self, resident_id: int, **changes: object) -> None:
        for dwelling in list(self.dwellings.values()):
            if any(one.id == resident_id for one in dwelling.residents):
                changed = (replace(one, **changes) if one.id == resident_id else one for one in dwelling.residents)
                self.put(dwelling, residents=tuple(changed))
                return
        raise AssertionError(f"nobody has the id {resident_id}")

    def carry_out(self, plan: Plan) -> None:
        self.neighbourhoods |= {new.name for new in plan.new_neighbourhoods}
        for building in plan.new_buildings:
            assert building.name not in self.buildings
            self.buildings[building.name] = building.neighbourhood
        for change in plan.changed_buildings:
            self.change_building(change.name, {one.field: one.new for one in change.changes})
        self.entrances |= {(new.building, new.name) for new in plan.new_entrances}
        for left in plan.moved_out:
            assert left.resident.since is None or left.on >= left.resident.since
            self.put_resident(left.resident.id, until=left.on)
        for old in plan.ended_dwellings:
            self.put(self.dwellings[old.id], ended_on=self.today)
        for changed in plan.changed_dwellings:
            assert self.dwellings[changed.id].external_id == changed.external_id
            self.put(self.dwellings[changed.id], **{one.field: one.new for one in changed.changes})
        for new in plan.new_dwellings:
            self.add(new.row, new.reopens)
        for person in plan.changed_persons:
            changes = {one.field: one.new for one in person.changes}
            assert changes.get("person_id") not in self.person_ids
            self.put_resident(person.resident.id, **changes)
        for moved in plan.moved_in:
            row = moved.row
            resident = CurrentResident(
                next(self.fresh), row.name, row.person_id, row.email, row.salutation, moved.since, row.until
            )
            dwelling = self.by_number(row.dwelling)
            assert dwelling.ended_on is None
            self.put(dwelling, residents=(*dwelling.residents, resident))
        present = [one for dwelling in self.dwellings.values() for one in dwelling.residents]
        self.person_ids |= {one.person_id for one in present if one.person_id}

    def add(self, row: DwellingRow, reopens: int | None) -> None:
        dwelling = CurrentDwelling(
            reopens or next(self.fresh),
            row.external_id,
            row.building,
            row.street,
            row.number,
            row.addition,
            row.postcode,
            row.city,
            row.floor,
            row.entrance,
        )
        assert reopens is None or self.dwellings[reopens].ended_on
        self.dwellings[dwelling.id] = dwelling

    def change_building(self, name: str, changes: dict[str, object]) -> None:
        new = str(changes.get("name", name))
        neighbourhood = str(changes.get("neighbourhood", self.buildings[name]))
        del self.buildings[name]
        self.buildings[new] = neighbourhood
        for dwelling in [one for one in self.dwellings.values() if one.building == name]:
            self.put(dwelling, building=new)
        self.entrances = {(new if building == name else building, one) for building, one in self.entrances}


def with_partner(state: Snapshot, number: str, name: str, **more: object) -> Snapshot:
    """Somebody joined a household with the letter's code; no file knows them."""
    partner = CurrentResident(9000 + len(name), name, since=date(2026, 5, 1), is_listed=False, has_joined=True)
    partner = replace(partner, **more)  # type: ignore[arg-type]
    there = (replace(one, residents=(*one.residents, partner)) if one.external_id == number else one
             for one in state.dwellings)  # fmt: skip
    return replace(state, dwellings=tuple(there))
