"""What a file would change for people: who moves in, who moves out, of whom something is different. A person is known
by the association's number for them; without one, by their name at that dwelling and nowhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from community.admin.changes import (
    ChangedPerson,
    CurrentDwelling,
    CurrentResident,
    FieldChange,
    MovedIn,
    MovedOut,
    Reason,
    Snapshot,
)
from community.admin.columns import Field
from community.admin.rows import PROGRESS_STEP, ResidentRow, Rows, fold_name


@dataclass(slots=True)
class Moves:
    """What happens to residents."""

    moved_in: list[MovedIn] = field(default_factory=list)
    moved_out: list[MovedOut] = field(default_factory=list)
    changed_persons: list[ChangedPerson] = field(default_factory=list)
    unknown_dwellings: list[str] = field(default_factory=list)
    past: int = 0
    unchanged: int = 0


def plan_residents(
    snapshot: Snapshot,
    rows: Rows,
    known: Mapping[str, CurrentDwelling],
    new: frozenset[str],
    today: date,
    on_progress: Callable[[int], None],
) -> Moves:
    """Hold the residents of a file against the present ones, dwelling by dwelling, for the dwellings it lists.

    `known` and `new` are the dwellings as they will be after this import, by number.
    """
    planning = _Planning(rows, today, Moves(), _lives_at(snapshot), _given_out(snapshot))
    at: defaultdict[str, list[ResidentRow]] = defaultdict(list)
    for resident in rows.residents:
        at[resident.dwelling].append(resident)
    for done, (number, line) in enumerate(rows.listed.items()):
        if done % PROGRESS_STEP == 0:
            on_progress(done)
        dwelling = known.get(number)
        if dwelling is None and number not in new:
            planning.moves.unknown_dwellings.append(number)
        else:
            planning.take(number, line, staying(dwelling, today) if dwelling else [], at[number])
    return planning.moves


def staying(dwelling: CurrentDwelling, today: date) -> list[CurrentResident]:
    """Who lives at a dwelling or is still to come, in a fixed order."""
    current = [one for one in dwelling.residents if one.until is None or one.until > today]
    return sorted(current, key=lambda one: (fold_name(one.name), one.id))


def leave(dwelling: str, line: int, resident: CurrentResident, on: date, reason: Reason) -> Iterable[MovedOut]:
    """The end of a stay; nothing when it ends by itself no later. Who was still to come has never been there."""
    on = max(on, resident.since or on)
    if resident.until is None or resident.until > on:
        yield MovedOut(line, dwelling, resident, on, reason)


def _lives_at(snapshot: Snapshot) -> Mapping[str, tuple[str, ...]]:
    """Person number -> the dwellings where that person lives now."""
    at: defaultdict[str, list[str]] = defaultdict(list)
    for dwelling in snapshot.dwellings:
        for resident in dwelling.residents:
            if resident.person_id:
                at[resident.person_id].append(dwelling.external_id)
    return {number: tuple(sorted(dwellings)) for number, dwellings in at.items()}


def _given_out(snapshot: Snapshot) -> frozenset[str]:
    present = {one.person_id for dwelling in snapshot.dwellings for one in dwelling.residents if one.person_id}
    return snapshot.person_ids | present


@dataclass(slots=True)
class _Planning:
    """One file held against the present residents."""

    rows: Rows
    today: date
    moves: Moves
    lives_at: Mapping[str, tuple[str, ...]]
    given_out: frozenset[str]

    def take(self, number: str, line: int, current: list[CurrentResident], listed: list[ResidentRow]) -> None:
        """Plan one dwelling: `current` live there, `listed` stand in the file (nobody: it is vacant)."""
        matched = self._match(current, listed)
        stays: list[ResidentRow] = []
        left: list[MovedOut] = []
        for row in listed:
            resident = matched.get(row)
            has_ended = row.until is not None and row.until <= self.today
            if resident is None and has_ended:
                self.moves.past += 1
            elif resident is None:
                comes_from = tuple(one for one in self.lives_at.get(row.person_id or "", ()) if one != number)
                self.moves.moved_in.append(MovedIn(row, row.since or self.today, comes_from))
                stays.append(row)
            elif has_ended:
                left += leave(number, row.line, resident, row.until or self.today, Reason.END_DATE)
            else:
                self._compare(number, row, resident)
                stays.append(row)
        if number not in self.rows.unreadable:
            unnamed = [one for one in current if one not in set(matched.values())]
            for resident in unnamed:
                if resident.is_listed or not listed:
                    reason = Reason.NOT_IN_FILE if listed else Reason.VACANT
                    left += leave(number, 0 if listed else line, resident, self.today, reason)
            if listed:
                left += self._follow(number, [one for one in unnamed if not one.is_listed], matched, stays, left)
        self.moves.moved_out += left

    def _match(
        self, current: Sequence[CurrentResident], listed: Sequence[ResidentRow]
    ) -> dict[ResidentRow, CurrentResident]:
        """Which row is about whom: by number first, then by name."""
        by_number = {one.person_id: one for one in current if one.person_id}
        matched = {row: by_number[row.person_id] for row in listed if row.person_id in by_number}
        free = [one for one in current if one not in set(matched.values())]
        for row in listed:
            if row in matched:
                continue
            resident = next((one for one in free if self._is_same(row, one)), None)
            if resident:
                matched[row] = resident
                free.remove(resident)
        return matched

    def _is_same(self, row: ResidentRow, resident: CurrentResident) -> bool:
        """Whether a name without a shared number is the same person. Two numbers are two people, say father and son,
        unless both moved in on one day: then the numbers were renewed. A number of somebody else stays theirs."""
        if fold_name(row.name) != fold_name(resident.name):
            return False
        if row.person_id is None:
            return True
        if row.person_id in self.given_out:
            return False
        return resident.person_id is None or (row.since is not None and row.since == resident.since)

    def _compare(self, dwelling: str, row: ResidentRow, resident: CurrentResident) -> None:
        changes = tuple(self._changes(row, resident))
        if changes:
            self.moves.changed_persons.append(ChangedPerson(row.line, dwelling, resident, changes))
        else:
            self.moves.unchanged += 1

    def _changes(self, row: ResidentRow, resident: CurrentResident) -> Iterable[FieldChange]:
        """What differs. An empty cell says nothing, except that an empty end date says that there is no end."""
        if not resident.is_listed:
            yield FieldChange("is_listed", False, True)
        if row.person_id and row.person_id != resident.person_id:
            yield FieldChange("person_id", resident.person_id, row.person_id)
        if row.name != resident.name:
            yield FieldChange("name", resident.name, row.name)
        if not resident.has_joined:
            if row.salutation and row.salutation != resident.salutation:
                yield FieldChange("salutation", resident.salutation, row.salutation)
            if row.email and row.email != resident.email:
                yield FieldChange("email", resident.email, row.email)
        if row.since and row.since != resident.since:
            yield FieldChange("since", resident.since, row.since)
        if Field.UNTIL in self.rows.fields and row.until != resident.until:
            yield FieldChange("until", resident.until, row.until)

    def _follow(
        self,
        dwelling: str,
        followers: Sequence[CurrentResident],
        matched: Mapping[ResidentRow, CurrentResident],
        stays: Sequence[ResidentRow],
        left: Sequence[MovedOut],
    ) -> Iterable[MovedOut]:
        """Whoever never stood in a file goes with the household: out when it left, with its end date when it has one,
        and without when that is taken back."""
        known = [matched[row] for row in stays if row in matched]
        if left and not known:
            gone_on = max(one.on for one in left)
            return [one for who in followers for one in leave(dwelling, 0, who, gone_on, Reason.HOUSEHOLD_LEFT)]
        if not stays or Field.UNTIL not in self.rows.fields:
            return []
        was = _household_end(resident.until for resident in known)
        end = _household_end(row.until for row in stays)
        for who in followers:
            goes_later = end is not None and (who.until is None or who.until > end)
            went_along = was is not None and who.until == was != end
            if goes_later or went_along:
                change = FieldChange("until", who.until, end)
                self.moves.changed_persons.append(ChangedPerson(stays[0].line, dwelling, who, (change,)))
        return []


def _household_end(days: Iterable[date | None]) -> date | None:
    """The day on which the last one leaves; None when somebody stays, or nobody is there."""
    known = list(days)
    return max((day for day in known if day), default=None) if all(known) else None
