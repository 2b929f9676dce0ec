"""The list of who comes to a date, as its host uses it: names from paper written down, many at once; who was there
afterwards, and who came without having signed up."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, select
from sqlalchemy.orm import aliased

from community import clock, db, journal, text
from community.accounts.models import Person
from community.errors import Invalid, Missing
from community.language import gettext as _
from community.visitor import Visitor
from events import neighbours, policy_answers, policy_lists, queries, registering, waiting
from events.models import GUESTS_MAX, NAME_MAX, WAYS, Guest, Occurrence, Registration
from events.queries import DateRow
from events.registering import Company

# A sheet of paper holds no more lines than this.
LINES_MAX = 40
_PLUS = re.compile(r"^(.*?)\s*\+\s*(\d)$")
# A name alone on a line of a paper list often has its number before it: "3. Jan".
_NUMBERED = re.compile(r"^\d{1,2}\s*[.)]\s*")


@dataclass(frozen=True, slots=True)
class Line:
    """A unit on the list: who, with whom, and what they told the host (empty for who may not read that)."""

    id: int
    name: str
    is_neighbour: bool
    guests: Sequence[str]
    seats: int
    state: str
    way: str | None
    by: str | None
    remark: str
    has_walker: bool
    came: int | None
    is_walk_in: bool


@dataclass(frozen=True, slots=True)
class GuestList:
    """A date with everybody on its list, in the order in which they came."""

    date: DateRow
    coming: Sequence[Line]
    waiting: Sequence[Line]
    walk_ins: Sequence[Line]
    tells_all: bool  # remarks and walkers too


def of_date(visitor: Visitor, occurrence_id: int) -> GuestList:
    """The list, for who may see it; three queries, however long it is.

    Raises:
        Missing: this person sees no such date. Refused: the list is not theirs.
    """
    date = queries.occurrence(visitor, occurrence_id)
    if date is None:
        raise Missing()
    policy_lists.check_list(visitor, date)
    tells_all = policy_answers.organises(visitor, date)
    writer = aliased(Person)
    units = db.connection().execute(
        select(
            Registration.id, Registration.name, Registration.person_id, Registration.seats, Registration.state,
            Registration.way, writer.short_name.label("by"), Registration.remark, Registration.has_walker,
            Registration.came, Registration.is_walk_in, _called(Person, "person"),
        )
        .outerjoin(Person, Person.id == Registration.person_id)
        .outerjoin(writer, writer.id == Registration.by_id)
        .where(
            Registration.occurrence_id == occurrence_id,
            Registration.state.in_(("confirmed", "waiting")) | Registration.is_walk_in,
        )
        .order_by(Registration.place, Registration.id)
    ).all()  # fmt: skip
    along: dict[int, list[str]] = {}
    for row in db.connection().execute(
        select(Guest.registration_id, Guest.name, _called(Person, "person"))
        .outerjoin(Person, Person.id == Guest.person_id)
        .where(Guest.occurrence_id == occurrence_id)
        .order_by(Guest.id)
    ):
        along.setdefault(row.registration_id, []).append(row.person or row.name or _("iemand"))
    lines = [
        Line(
            unit.id, unit.person or unit.name or "", unit.person is not None, along.get(unit.id, ()), unit.seats,
            unit.state, unit.way, unit.by, unit.remark if tells_all else "", unit.has_walker and tells_all, unit.came,
            unit.is_walk_in,
        )
        for unit in units
    ]  # fmt: skip
    return GuestList(
        date,
        [one for one in lines if one.state == "confirmed" and not one.is_walk_in],
        [one for one in lines if one.state == "waiting" and not one.is_walk_in],
        [one for one in lines if one.is_walk_in],
        tells_all,
    )


def _called(person: Any, label: str) -> Any:
    """Somebody's name; of who stopped it is not said any more."""
    return case((person.left_at.is_not(None), _("oud-bewoner")), else_=person.name).label(label)


def read_names(typed: str, guests_max: int) -> list[tuple[str, int]]:
    """The names of a sheet, one on each line, with how many they bring: "3. Jan de Boer + 1".

    Raises:
        Invalid: there is none, there are too many, or one cannot be used ("namen").
    """
    found = []
    for line in typed.splitlines():
        name = _NUMBERED.sub("", text.clean_line(line, 400))
        plus = _PLUS.match(name)
        name, more = (plus[1], int(plus[2])) if plus else (name, 0)
        if not name:
            continue
        if not any(letter.isalpha() for letter in name):
            raise Invalid({"namen": _("‘%(name)s’ is geen naam. Schrijf op elke regel één naam.", name=name[:40])})
        if len(name) > NAME_MAX:
            raise Invalid({"namen": _("De naam ‘%(name)s…’ is te lang.", name=name[:40])})
        if more > min(guests_max, GUESTS_MAX):
            sentence = _("%(name)s kan %(n)s mensen meenemen. Schrijf anderen op een eigen regel.",
                         name=name, n=min(guests_max, GUESTS_MAX))  # fmt: skip
            raise Invalid({"namen": sentence})
        found.append((name, more))
    if not found:
        raise Invalid({"namen": _("Schrijf wie erbij komt. Eén naam op elke regel.")})
    if len(found) > LINES_MAX:
        raise Invalid({"namen": _("Dit zijn te veel namen tegelijk. Schrijf er hoogstens %(n)s.", n=LINES_MAX)})
    return found


@db.action
def write_down(
    occurrence_id: int, names: Sequence[tuple[str, int]], *, way: str, token: str, by: Visitor
) -> list[Registration]:
    """Write who signed up on paper, by telephone or at the door on the list: all of them, or none. A neighbour who is
    called exactly so is that neighbour, and hears of it; whoever else is a name. The same form twice is once."""
    date = queries.occurrence(by, occurrence_id)
    if date is None:
        raise Missing()
    policy_lists.check_write(by, date)
    if way not in WAYS:
        raise Invalid({"hoe": _("Kies hoe u het hoorde: telefoon, papier of aan de deur.")})
    db.lock(Occurrence, occurrence_id)
    written: list[Registration] = []
    for number, (name, more) in enumerate(names):
        person_id = neighbours.named(name, date, by=by)
        written.append(
            registering.answer(
                occurrence_id,
                coming=True,
                guests=[Company()] * more if more else None,
                for_person=person_id,
                for_name=None if person_id is not None else name,
                way=way,
                token=f"{token[:32]}-{number}" if person_id is None else None,
                by=by,
            )
        )
    return written


@db.action
def strike(occurrence_id: int, registration_id: int, *, by: Visitor) -> str:
    """Take somebody off the list, who phoned that they do not come, or was a slip of the pen; returns the name. Their
    seats go to who waits."""
    line = _line(of_date(by, occurrence_id), registration_id)
    registering.withdraw(registration_id, by=by)
    return line.name


@db.action
def note_attendance(occurrence_id: int, came: Mapping[int, int | None], *, by: Visitor) -> int:
    """Write down how many of each unit were there; None is not noted. Returns how many were there in all."""
    there = of_date(by, occurrence_id)
    policy_lists.check_attendance(by, there.date)
    db.lock(Occurrence, occurrence_id)
    seats = {one.id: one.seats for one in (*there.coming, *there.waiting, *there.walk_ins)}
    rows = db.session().scalars(
        select(Registration)
        .where(Registration.occurrence_id == occurrence_id, Registration.id.in_(seats))
        .execution_options(populate_existing=True)
    )
    total = 0
    was: dict[str, int | None] = {}  # so that it can be taken back
    for row in rows:
        if row.id in came:
            number = came[row.id]
            if number is not None and not 0 <= number <= seats[row.id]:
                raise Invalid({f"kwam-{row.id}": _("Er waren %(n)s mensen opgegeven.", n=seats[row.id])})
            if row.came != number:
                was[str(row.id)], row.came = row.came, number
        total += row.came or 0
    journal.record(
        "attendance.noted", by=by.person_id, subject=occurrence_id, building=there.date.building_id, came=total,
        was=was,
    )  # fmt: skip
    return total


@db.action
def walk_in(occurrence_id: int, name: str, people: int, *, token: str | None, by: Visitor) -> Registration:
    """Somebody came who was not on the list. It takes no seat of the count: they were let in, full or not, so the unit
    stands beside the list ("withdrawn") with `came` filled in. The same form twice is once."""
    there = of_date(by, occurrence_id)
    policy_lists.check_attendance(by, there.date)
    name = text.clean_line(name, 400)
    if not any(letter.isalpha() for letter in name) or len(name) > NAME_MAX:
        raise Invalid({"naam": _("Schrijf wie er kwam.")})
    if not 1 <= people <= 1 + GUESTS_MAX:
        raise Invalid({"met": _("Kies met hoeveel mensen: 1 tot en met %(n)s.", n=1 + GUESTS_MAX)})
    date = db.lock(Occurrence, occurrence_id)
    assert date is not None
    same = select(Registration).where(
        Registration.occurrence_id == occurrence_id, Registration.by_id == by.person_id, Registration.token == token
    )
    made = db.session().scalar(same) if token else None
    if made is not None:
        made.is_walk_in, made.came = True, made.seats  # also where it was taken back, and the form sent once more
        return made
    date.arrivals += 1
    now = clock.now()
    unit = Registration(
        occurrence_id=occurrence_id, person_id=None, name=name, state="withdrawn", seats=people, number=date.arrivals,
        place=date.arrivals, at=now, changed_at=now, by_id=by.person_id, way="door", token=token, came=people,
        is_walk_in=True, remark="", has_walker=False, moved_why="",
    )  # fmt: skip
    db.session().add(unit)
    db.session().flush()
    journal.record("registration.walked_in", by=by.person_id, subject=unit.id, building=date.building_id, seats=people)
    waiting.seen(date)
    return unit


def _line(there: GuestList, registration_id: int) -> Line:
    for line in (*there.coming, *there.waiting):
        if line.id == registration_id:
            return line
    raise Missing()


def rows_for_sheet(there: GuestList) -> tuple[list[str], list[list[Any]]]:
    """Headings and lines of the list for a spreadsheet: a line for each unit. Remarks only for who may read them."""
    headings = [_("Naam"), _("Neemt mee"), _("Mensen"), _("Staat"), _("Hoe opgegeven"), _("Gekomen")]
    if there.tells_all:
        headings += [_("Rollator"), _("Opmerking")]
    states = {"confirmed": _("komt"), "waiting": _("wacht")}
    ways = {"phone": _("telefoon"), "paper": _("papier"), "door": _("aan de deur"), None: _("zelf")}
    lines = []
    for one in (*there.coming, *there.waiting, *there.walk_ins):
        state = _("kwam zo binnen") if one.is_walk_in else states[one.state]
        line: list[Any] = [
            one.name, ", ".join(one.guests), one.seats, state, ways[one.way], "" if one.came is None else one.came,
        ]  # fmt: skip
        if there.tells_all:
            line += [_("ja") if one.has_walker else "", one.remark]
        lines.append(line)
    return headings, lines
