"""Who is told that something waits to be decided, and when: one mail a day each at the most, in the daytime, with all
that waits by then: what was reported, and decisions at which somebody is asked to look again. What cannot leave today
lies in the outbox until nine; until then it is written anew, or taken out, when something comes or is decided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select

from community import clock, db, mail
from community.mail import OutgoingMail
from community.moderation import notifications, queries
from community.moderation.notifications import Case
from community.moderation.policy import PATIENCE, Matter, serves, to_tell


class _Outbox:
    """What waits for everybody, and the mails that say so."""

    def __init__(self) -> None:
        self.now = clock.now()
        self.cases: list[Case] = [*queries.open_cases(), *queries.open_appeals()]
        self.moderators = queries.moderators([case.matter for case in self.cases])
        self.backing = queries.backing()

    def readers(self, matter: Matter, at: datetime) -> list[int]:
        """Who hear of it, always in one order: two reports at once write the same mails."""
        return sorted(to_tell(matter, self.moderators, self.backing, at))

    def cases_of(self, person_id: int, at: datetime) -> list[Case]:
        """What waits for somebody at a moment, if nobody decides before."""
        return [case for case in self.cases if person_id in self.readers(case.matter, at)]

    def tell(self, person_id: int, moment: datetime) -> None:
        """By a mail that leaves at this moment, or the morning after when one left that day."""
        if _lies(person_id, moment) and not _can_change(person_id, moment, self.now):
            moment = mail.next_morning(moment)
        self.write(person_id, moment)

    def write(self, person_id: int, moment: datetime) -> None:
        """The mail of that day as it must be now; none when nothing waits any more."""
        cases = self.cases_of(person_id, moment)
        if cases:
            notifications.waiting(person_id, cases, key=_key(person_id, _day(moment)), not_before=moment)
        elif found := _lies(person_id, moment):
            db.session().delete(found)


def waits(case: Case) -> None:
    """Part of a running action: this waits from now on. The association hears in two days, unless somebody decides."""
    outbox = _Outbox()
    leaves, late = mail.daytime(outbox.now), mail.next_morning(case.matter.since + PATIENCE)
    first = outbox.readers(case.matter, outbox.now)
    for person_id in first:
        outbox.tell(person_id, leaves)
    for person_id in outbox.readers(case.matter, late):
        if person_id not in first:
            outbox.tell(person_id, late)


def decided(matter: Matter) -> None:
    """Part of a running action: this waits no longer, so no mail says it does."""
    outbox = _Outbox()
    known = [*queries.moderators([matter]), *outbox.backing]
    people = sorted({one.person_id for one in known if serves(one, matter)})
    for person_id, morning in _unsent(people, outbox.now):
        outbox.write(person_id, morning)


def _mornings(now: datetime) -> Iterable[datetime]:
    """At which a mail may lie in wait: no longer than the association's two days, and the morning after those."""
    morning = mail.next_morning(now)
    while morning <= now + PATIENCE + timedelta(days=2):
        yield morning
        morning = mail.next_morning(morning)


def _unsent(people: Iterable[int], now: datetime) -> list[tuple[int, datetime]]:
    keys = {
        mail.message_id(_key(person_id, _day(morning))): (person_id, morning)
        for person_id in people
        for morning in _mornings(now)
    }
    lying = select(OutgoingMail.message_id, OutgoingMail.next_try_at).where(OutgoingMail.message_id.in_(keys))
    found = [keys[row.message_id] for row in db.session().execute(lying)]
    return sorted(one for one in found if _can_change(*one, now))


def _key(person_id: int, day: date) -> str:
    return f"reports-{person_id}-{day.isoformat()}"


def _day(moment: datetime) -> date:
    return clock.local(moment).date()


def _lies(person_id: int, moment: datetime) -> OutgoingMail | None:
    key = mail.message_id(_key(person_id, _day(moment)))
    wanted = select(OutgoingMail).where(OutgoingMail.message_id == key).with_for_update()
    return db.session().scalar(wanted.execution_options(populate_existing=True))


def _can_change(person_id: int, moment: datetime, now: datetime) -> bool:
    """Whether the mail of that day still lies there until nine; one that is being sent does not."""
    found = _lies(person_id, moment)
    if found is None or found.sent_at is not None or found.next_try_at is None or found.next_try_at <= now:
        return False
    return clock.local(found.next_try_at).time() == mail.MORNING
