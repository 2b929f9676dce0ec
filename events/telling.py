"""Who hears what becomes of a date they answered for: everybody who comes or waits, with their neighbours who come
along. By mail who has a mailbox, in the transaction of the deed; who has none stands on the call list of the host
until somebody has called. One letter tells all dates at once, and two who share a mailbox get one between them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, literal, select

from community import clock, db, language, mail
from community.accounts.models import Mailbox, Person
from community.visitor import Visitor
from events import notifications
from events.arranged import Call, DutyTaker, Room
from events.models import Guest, Occurrence, Registration
from events.notifications import Told

# Sentences of a date differ by language, so they are asked for when a letter is written.
SentenceOf = Callable[[Occurrence], str]
_STANDING = ("confirmed", "waiting")
# What is in an hour or a day cannot wait for the morning.
SOON = timedelta(hours=24)
# So many ids fit in one question on either database.
_MANY = 500


@dataclass
class Hearer:
    """Somebody who hears, of which dates: a person, or a name from paper. The registration is of the first date; 0 for
    who helps there without having signed up."""

    person_id: int | None
    name: str
    registration_id: int
    of: dict[int, str] = field(default_factory=dict)  # the date, and how they stand there


def cancelled(occurrence_ids: Collection[int], why: str, *, by: Visitor | None) -> None:
    """These dates do not go on: tell everybody who comes, waits or helps, with the reason."""
    _tell("cancelled", _hearers(occurrence_ids, by), occurrence_ids, why=why, by=by)
    _tell("cancelled", _helpers(occurrence_ids, by), occurrence_ids, why=why, by=by)


def changed(
    occurrence_ids: Collection[int],
    sentence_of: SentenceOf,
    *,
    by: Visitor | None,
    to_helpers: SentenceOf | None = None,
) -> None:
    """Something is different about these dates: tell everybody who comes, waits or helps. `sentence_of(occurrence)`
    says what, called in the language of each reader; `to_helpers` where they are told something else."""
    _tell("changed", _hearers(occurrence_ids, by), occurrence_ids, sentence_of=sentence_of, by=by)
    _tell("changed", _helpers(occurrence_ids, by), occurrence_ids, sentence_of=to_helpers or sentence_of, by=by)


def promoted(registration_ids: Collection[int]) -> None:
    """There is a place for who waited. They hear it even when they made the place themselves."""
    _tell_registrations("promoted", registration_ids, None)


def drawn(registration_ids: Collection[int]) -> None:
    """What the draw brought to each."""
    _tell_registrations("drawn", registration_ids, None)


def signed_up_for(registration_id: int, *, by: Visitor, guest_ids: Collection[int] | None = None) -> None:
    """Somebody was written down by another (PRODUCT, rule 7): they hear by whom. With `guest_ids` the neighbours who
    were written down as coming along."""
    _tell_registrations("signed_up", [registration_id], by, guest_ids)


def signed_off(registration_id: int, *, by: Visitor) -> None:
    """Somebody was signed off by another: they hear by whom."""
    _tell_registrations("signed_off", [registration_id], by)


def no_longer_for(person_id: int, left: Mapping[int, tuple[int, str]]) -> None:
    """Somebody may not see these dates any more and stands on their lists no longer: (registration, how they stood) by
    date."""
    first, _state = next(iter(left.values()))
    hearer = Hearer(person_id, "", first, {key: state for key, (_unit, state) in left.items()})
    _tell("left", [hearer], list(left))


def reminded(occurrence_id: int) -> None:
    """It is tomorrow. Who comes hears it by mail; nobody is called for this."""
    found = _hearers([occurrence_id], None, ("confirmed",))
    _tell("reminded", found, [occurrence_id], calls=False)


# ---- who hears -------------------------------------------------------------------------------------------------------


def _hearers(
    occurrence_ids: Collection[int],
    by: Visitor | None,
    states: Sequence[str] = _STANDING,
) -> list[Hearer]:
    """Everybody who stands on the lists of these dates, but for who does it; each once, with all their dates."""
    db.session().flush()
    ids = sorted(set(occurrence_ids))
    rows: list[Any] = []
    for start in range(0, len(ids), _MANY):
        some = ids[start : start + _MANY]
        rows += db.connection().execute(
            select(
                Registration.occurrence_id, Registration.id, Registration.person_id, Registration.name,
                Registration.state,
            ).where(Registration.occurrence_id.in_(some), Registration.state.in_(states))
        )  # fmt: skip
        rows += db.connection().execute(
            select(Registration.occurrence_id, Registration.id, Guest.person_id, Guest.name, Registration.state)
            .join(Registration, Registration.id == Guest.registration_id)
            .where(
                Registration.occurrence_id.in_(some), Registration.state.in_(states), Guest.person_id.is_not(None)
            )
        )  # fmt: skip
    besides = by.person_id if by else None
    return _gathered(row for row in rows if row[2] is None or row[2] != besides)


def _helpers(occurrence_ids: Collection[int], by: Visitor | None) -> list[Hearer]:
    """Who stands on the rota of these dates, without who hears it already because they come or wait."""
    db.session().flush()
    ids = sorted(set(occurrence_ids))
    rows: list[Any] = []
    for start in range(0, len(ids), _MANY):
        some = ids[start : start + _MANY]
        comes = select(Registration.id).where(
            Registration.occurrence_id == DutyTaker.occurrence_id,
            Registration.person_id == DutyTaker.person_id,
            Registration.state.in_(_STANDING),
        )
        along = select(Guest.id).where(
            Guest.occurrence_id == DutyTaker.occurrence_id, Guest.person_id == DutyTaker.person_id
        )
        rows += db.connection().execute(
            select(DutyTaker.occurrence_id, literal(0), DutyTaker.person_id, literal(""), literal("helps"))
            .where(DutyTaker.occurrence_id.in_(some), ~comes.exists(), ~along.exists())
            .distinct()
        )
    besides = by.person_id if by else None
    return _gathered(row for row in rows if row[2] != besides)


def _gathered(rows: Iterable[Any]) -> list[Hearer]:
    found: dict[Any, Hearer] = {}
    for occurrence_id, registration_id, person_id, name, state in sorted(rows, key=lambda row: (row[0], row[1])):
        # Two with one name on paper may be two people: each is called.
        key = person_id if person_id is not None else ("paper", registration_id)
        hearer = found.setdefault(key, Hearer(person_id, name or "", registration_id))
        hearer.of[occurrence_id] = state
    return list(found.values())


def _tell_registrations(
    step: str, registration_ids: Collection[int], by: Visitor | None, guest_ids: Collection[int] | None = None
) -> None:
    """One thing to each of these registrations, and to who comes along with them; `guest_ids`: to those alone."""
    if not registration_ids:
        return
    db.session().flush()
    ids = sorted(registration_ids)
    units: list[Any] = list(
        db.connection().execute(
            select(
                Registration.occurrence_id, Registration.id, Registration.person_id, Registration.name,
                Registration.state,
            ).where(Registration.id.in_(ids))
        )
    )  # fmt: skip
    along: list[Any] = list(
        db.connection().execute(
            select(Guest.occurrence_id, Guest.registration_id, Guest.person_id, Guest.name, Registration.state)
            .join(Registration, Registration.id == Guest.registration_id)
            .where(Guest.registration_id.in_(ids), Guest.person_id.is_not(None))
        )
    )
    rows = units + along if guest_ids is None else [row for row in along if row[2] in guest_ids]
    if by is not None:
        rows = [row for row in rows if row[2] != by.person_id]
    of_date: dict[int, list[Any]] = {}
    for row in rows:
        of_date.setdefault(row[0], []).append(row)
    for occurrence_id, here in of_date.items():
        _tell(step, _gathered(here), [occurrence_id], by=by)


# ---- how they hear ---------------------------------------------------------------------------------------------------


def _tell(
    step: str,
    hearers: Sequence[Hearer],
    occurrence_ids: Collection[int],
    *,
    why: str = "",
    sentence_of: SentenceOf | None = None,
    by: Visitor | None = None,
    calls: bool = True,
) -> None:
    if not hearers:
        return
    dates = _dates(occurrence_ids)
    people = _people({hearer.person_id for hearer in hearers if hearer.person_id is not None})
    letters: dict[Any, list[tuple[Hearer, Person]]] = {}
    for hearer in hearers:
        person = people.get(hearer.person_id or 0)
        if hearer.person_id is not None and person is None:
            continue  # left the platform
        if person is not None and person.mailbox_id is not None:
            letters.setdefault((person.mailbox_id, tuple(hearer.of.items())), []).append((hearer, person))
        elif calls and hearer.registration_id:
            _call(step, hearer, person, dates, why=why, sentence_of=sentence_of, by=by)
    addresses = _addresses({key[0] for key in letters})
    for (mailbox_id, of), readers in letters.items():
        told = [Told(dates[key][0], dates[key][1], state, sentence_of) for key, state in of]
        letter = notifications.about_dates(
            [person for _hearer, person in readers], step, told, why=why, name=by.short_name if by else ""
        )
        first = told[0].occurrence
        # The moment, because a date can be cancelled, restored and cancelled again.
        key = f"activity-{step}-{first.id}-{readers[0][1].id}-{secrets.token_hex(6)}"
        letter.put(addresses[mailbox_id], key=key, not_before=leaves(step, first))


def leaves(step: str, occurrence: Occurrence) -> datetime | None:
    """When a letter leaves; None: now. What does not go on or is elsewhere is told at once; the rest in daytime, unless
    that would be too late to do something with it."""
    now = clock.now()
    if step in {"cancelled", "changed"}:
        return None
    morning = mail.daytime(now)
    return (
        None
        if (occurrence.starts_at - morning < SOON and step != "reminded") or morning >= occurrence.starts_at
        else morning
    )


def _call(
    step: str,
    hearer: Hearer,
    person: Person | None,
    dates: dict[int, tuple[Occurrence, str]],
    *,
    why: str,
    sentence_of: SentenceOf | None,
    by: Visitor | None,
) -> None:
    """Whom the host calls, and what to tell them. In Dutch: the list is read by whoever hosts it next."""
    told = [Told(*dates[key], state, sentence_of) for key, state in hearer.of.items()]
    with language.speaking(language.DEFAULT):
        sentence = notifications.to_say(step, told, why=why, name=by.short_name if by else "")
    db.session().add(
        Call(
            occurrence_id=told[0].occurrence.id,
            registration_id=hearer.registration_id,
            person_id=hearer.person_id,
            name=(person.name if person else hearer.name)[:80],
            why=_CALLED_FOR.get(step, step),
            sentence=sentence[:500],
            created_at=clock.now(),
        )
    )


_CALLED_FOR = {"drawn": "promoted", "signed_off": "changed", "left": "changed"}


def _dates(occurrence_ids: Collection[int]) -> dict[int, tuple[Occurrence, str]]:
    """The dates with where they are, first to last."""
    ids = sorted(set(occurrence_ids))
    found: list[Any] = []
    for start in range(0, len(ids), _MANY):
        found += db.session().execute(
            select(Occurrence, Room.name)
            .outerjoin(Room, Room.id == Occurrence.room_id)
            .where(Occurrence.id.in_(ids[start : start + _MANY]))
        )
    found.sort(key=lambda row: row[0].starts_at)
    return {row[0].id: (row[0], row[1] or row[0].place) for row in found}


def _people(ids: Collection[int]) -> dict[int, Person]:
    here = and_(Person.id.in_(sorted(ids)), Person.left_at.is_(None))
    return {person.id: person for person in db.session().scalars(select(Person).where(here))}


def _addresses(ids: Collection[int]) -> dict[int, str]:
    rows = db.connection().execute(select(Mailbox.id, Mailbox.address).where(Mailbox.id.in_(sorted(ids))))
    return {row[0]: row[1] for row in rows}
