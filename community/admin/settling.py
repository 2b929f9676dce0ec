"""Carrying out what an import says about people: who moves in becomes a person in a household, who moves out loses
access that day, and a household ends when its last one has gone. Part of `applying`; nothing here commits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select, update

from community import clock, db, journal
from community.accounts.models import Invitation, Mailbox, Person
from community.admin import naming
from community.admin.bulk import insert_rows, update_rows
from community.admin.changes import ChangedPerson, MovedIn, MovedOut
from community.admin.rows import ResidentRow
from community.places.actions import end_tasks_without_home
from community.places.models import Dwelling, Household, Membership
from community.text import fold

# As many keys as one statement takes on every database.
_CHUNK = 500


# Moving out ---------------------------------------------------------------------------------------------------


def move_out(leaving: Sequence[MovedOut], *, by: int | None) -> set[int]:
    """End stays; returns whose. Letters that still lie somewhere no longer open the door of who stays behind."""
    update_rows(Membership, ({"id": one.resident.id, "until": one.on} for one in leaving))
    homes = _homes([one.resident.id for one in leaving])
    deeds = []
    for one in leaving:
        home = homes[one.resident.id]
        facts = {"household": home.household, "reason": one.reason.value}
        deeds.append({"subject": home.person, "building": home.building, "facts": facts})
    journal.record_all("places.moved_out", deeds, by=by)
    left = {home.household for home in homes.values()}
    _fit_households(left)
    _cancel_letters(left)
    return {home.person for home in homes.values()}


def end_tasks(people: Collection[int]) -> None:
    """Who no longer lives where they had a task as a resident, has it no longer."""
    for keys in _chunks(list(people)):
        end_tasks_without_home(keys, by=None)


@dataclass(frozen=True, slots=True)
class _Home:
    person: int
    household: int
    building: int


def _homes(memberships: Sequence[int]) -> dict[int, _Home]:
    found: dict[int, _Home] = {}
    for keys in _chunks(memberships):
        rows = db.session().execute(
            select(Membership.id, Membership.person_id, Membership.household_id, Dwelling.building_id)
            .join(Household, Household.id == Membership.household_id)
            .join(Dwelling, Dwelling.id == Household.dwelling_id)
            .where(Membership.id.in_(keys))
        )
        found |= {key: _Home(*home) for key, *home in rows}
    return found


def end_households(dwellings: Collection[int]) -> None:
    """Nobody lives behind these doors any more: they were split or merged."""
    today = clock.today()
    for keys in _chunks(dwellings):
        open_ones = db.session().execute(
            select(Household.id, Household.since).where(
                Household.dwelling_id.in_(keys), or_(Household.until.is_(None), Household.until > today)
            )
        )
        ending = dict(open_ones.all())
        update_rows(Household, ({"id": key, "until": max(since, today)} for key, since in ending.items()))
        _cancel_letters(ending)


def _fit_households(households: Collection[int]) -> None:
    """A household lasts from its first member's first day to its last member's last; without an end as long as one
    of them has none."""
    stays: defaultdict[int, list[tuple[date, date | None]]] = defaultdict(list)
    kept: dict[int, date] = {}
    for keys in _chunks(households):
        rows = db.session().execute(
            select(Household.id, Household.since, Membership.since, Membership.until)
            .join(Membership, Membership.household_id == Household.id)
            .where(Household.id.in_(keys))
        )
        for key, began, since, until in rows:
            kept[key] = began
            stays[key].append((since, until))
    update_rows(
        Household,
        (
            {
                "id": key,
                "since": min(kept[key], *(since for since, _until in members)),
                "until": _last_day(until for _since, until in members),
            }
            for key, members in stays.items()
        ),
    )


def _last_day(days: Iterable[date | None]) -> date | None:
    known = list(days)
    return None if None in known else max(day for day in known if day is not None)


def _cancel_letters(households: Collection[int]) -> None:
    for keys in _chunks(households):
        db.session().execute(
            update(Invitation)
            .where(Invitation.household_id.in_(keys), Invitation.cancelled_at.is_(None))
            .values(cancelled_at=clock.now())
        )


# People of whom something is different --------------------------------------------------------------------------


def change_persons(changed: Sequence[ChangedPerson]) -> None:
    """What a file says otherwise of somebody. Who has joined chooses their own name and address."""
    persons = {key: home.person for key, home in _homes([one.resident.id for one in changed]).items()}
    addresses = [str(change.new) for one in changed for change in one.changes if change.field == "email"]
    mailboxes = _mailboxes(addresses)
    memberships: list[dict[str, Any]] = []
    numbers: list[dict[str, Any]] = []
    faces: list[dict[str, Any]] = []
    for one in changed:
        new: dict[str, Any] = {change.field: change.new for change in one.changes}
        key, resident = one.resident.id, one.resident
        stay = {"id": key} | {name: new[name] for name in ("since", "until") if name in new}
        if "since" in new and "until" not in new and resident.until and new["since"] > resident.until:
            stay["since"] = resident.until
        name, salutation = new.get("name", resident.name), new.get("salutation", resident.salutation)
        if new.keys() & {"name", "is_listed"}:
            stay["listed_name"] = name
        if "salutation" in new:
            stay["listed_salutation"] = salutation
        memberships.append(stay)
        if "person_id" in new:
            numbers.append({"id": persons[key], "external_id": new["person_id"]})
        face: dict[str, Any] = {}
        if new.keys() & {"name", "salutation"}:
            face = _face(name, salutation)
        if "email" in new:
            face["mailbox_id"] = mailboxes[new["email"]]
        faces.append({"id": persons[key], **face})
    update_rows(Membership, memberships)
    update_rows(Person, numbers)
    update_rows(Person, faces, only=Person.joined_at.is_(None))
    _fit_households({home.household for home in _homes([one.resident.id for one in changed]).values()})


def _face(name: str, salutation: str | None) -> dict[str, Any]:
    return {
        "name": name,
        "short_name": naming.short_name(name),
        "greeting": naming.greeting(salutation, name),
        "folded_name": fold(name),
    }


def _mailboxes(addresses: Iterable[str]) -> dict[str, int]:
    """The key of each address; an address that is new gets a mailbox."""
    wanted = dict.fromkeys(addresses)
    found: dict[str, int] = {}
    for some in _chunks(list(wanted)):
        rows = db.session().execute(select(Mailbox.address, Mailbox.id).where(Mailbox.address.in_(some)))
        found |= dict(rows.all())
    new = [address for address in wanted if address not in found]
    made = insert_rows(Mailbox, [{"address": address, "created_at": clock.now()} for address in new])
    return found | dict(zip(new, made, strict=True))


# Moving in ------------------------------------------------------------------------------------------------------


def open_households(dwellings: Sequence[int]) -> None:
    """A new dwelling of which a file does not say who lives there still gets its letter: "aan de bewoners van"."""
    insert_rows(Household, [{"dwelling_id": key, "since": clock.today(), "until": None} for key in dwellings])


def move_in(coming: Sequence[MovedIn], *, by: int | None) -> None:
    """New residents: known persons by their number, else new ones; in the household behind that door where somebody
    of it stays, else in a new one."""
    if not coming:
        return
    persons = _persons([one.row for one in coming])
    dwellings = {
        number: (key, building)
        for number, key, building in db.session().execute(
            select(Dwelling.external_id, Dwelling.id, Dwelling.building_id).where(Dwelling.ended_on.is_(None))
        )
    }
    doors = _Doors()
    # In order of arrival, so that who comes later finds the household of who came first.
    arriving = sorted(coming, key=lambda one: one.since)
    households = doors.households([(dwellings[one.row.dwelling][0], one) for one in arriving])
    insert_rows(
        Membership,
        [
            {
                "person_id": persons[_identity(one.row)],
                "household_id": household,
                "since": one.since,
                "until": one.row.until,
                "listed_name": one.row.name,
                "listed_salutation": one.row.salutation,
            }
            for one, household in zip(arriving, households, strict=True)
        ],
    )
    deeds = [
        {
            "subject": persons[_identity(one.row)],
            "building": dwellings[one.row.dwelling][1],
            "facts": {"household": household},
        }
        for one, household in zip(arriving, households, strict=True)
    ]
    journal.record_all("places.moved_in", deeds, by=by)
    _fit_households(doors.joined)


def _identity(row: ResidentRow) -> tuple[str, ...]:
    """One person per number; without a number, one per name behind a door."""
    return (row.person_id,) if row.person_id else (row.dwelling, row.name, str(row.line))


def _persons(rows: Sequence[ResidentRow]) -> dict[tuple[str, ...], int]:
    mailboxes = _mailboxes(row.email for row in rows if row.email)
    numbered = {row.person_id for row in rows if row.person_id}
    found: dict[tuple[str, ...], int] = {}
    for some in _chunks(sorted(numbered)):
        known = db.session().execute(select(Person.external_id, Person.id).where(Person.external_id.in_(some)))
        found |= {(number,): key for number, key in known if number}
    back = {_identity(row): row for row in rows if _identity(row) in found}
    update_rows(
        Person,
        (
            {"id": found[who], **_face(row.name, row.salutation)}
            | ({"mailbox_id": mailboxes[row.email]} if row.email else {})
            for who, row in back.items()
        ),
        only=Person.joined_at.is_(None),
    )
    new = {_identity(row): row for row in rows if _identity(row) not in found}
    now = clock.now()
    made = insert_rows(Person, [_described(row, mailboxes, now) for row in new.values()])
    return found | dict(zip(new, made, strict=True))


def _described(row: ResidentRow, mailboxes: dict[str, int], now: datetime) -> dict[str, Any]:
    return {
        **_face(row.name, row.salutation),
        "external_id": row.person_id,
        "mailbox_id": mailboxes[row.email] if row.email else None,
        "created_at": now,
    }


@dataclass(slots=True)
class _Stay:
    """A household behind a door; without members it waits for its first."""

    key: int
    has_had_members: bool = False
    last_day: date | None = date.min

    def lasts_beyond(self, day: date) -> bool:
        return not self.has_had_members or self.last_day is None or self.last_day > day

    def take(self, until: date | None) -> None:
        self.has_had_members = True
        self.last_day = None if until is None or self.last_day is None else max(self.last_day, until)


@dataclass(slots=True)
class _Doors:
    """The open households of every dwelling; `joined` are those that somebody moved into."""

    at: defaultdict[int, list[_Stay]] = field(default_factory=lambda: defaultdict(list))
    joined: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        today = clock.today()
        rows = db.session().execute(
            select(Household.id, Household.dwelling_id, Membership.id, Membership.until)
            .outerjoin(Membership, Membership.household_id == Household.id)
            .where(or_(Household.until.is_(None), Household.until > today))
            .order_by(Household.id)
        )
        stays: dict[int, _Stay] = {}
        for key, dwelling, membership, until in rows:
            if key not in stays:
                stays[key] = _Stay(key)
                self.at[dwelling].append(stays[key])
            if membership is not None:
                stays[key].take(until)

    def households(self, arriving: Sequence[tuple[int, MovedIn]]) -> list[int]:
        """The household of each, in order; who finds none opens one."""
        today = clock.today()
        new: list[tuple[_Stay, dict[str, Any]]] = []
        chosen: list[_Stay] = []
        for dwelling, one in arriving:
            first_day = max(one.since, today)
            stay = next((stay for stay in self.at[dwelling] if stay.lasts_beyond(first_day)), None)
            if stay is None:
                stay = _Stay(0)  # its key comes when it is written
                self.at[dwelling].append(stay)
                new.append((stay, {"dwelling_id": dwelling, "since": one.since}))
            elif stay.key:
                self.joined.add(stay.key)
            stay.take(one.row.until)
            chosen.append(stay)
        keys = insert_rows(Household, [{**row, "until": stay.last_day} for stay, row in new])
        for (stay, _row), key in zip(new, keys, strict=True):
            stay.key = key
        return [stay.key for stay in chosen]


def _chunks(keys: Collection[Any]) -> Iterable[list[Any]]:
    listed = list(keys)
    for start in range(0, len(listed), _CHUNK):
        yield listed[start : start + _CHUNK]
