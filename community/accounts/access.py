"""Telling every process that somebody lost a right (a session ended, a membership, a role), or that a room of the
socket is no longer for everybody in it, so that it looks which open sockets it must close. A page needs no telling: it
asks the database every time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Table, delete, insert, select

from community import clock, db, dialect, live
from community.accounts.models import AccessChange, AccessLoss

# What was lost is kept so long. A process that did not look for longer looks at everything.
KEPT = timedelta(minutes=1)
# Of more people at once (an import) it is said that it may be anybody: looking at everybody costs little more.
MANY = 100


def losses() -> int:
    """How often somebody lost a right so far."""
    return db.connection().execute(select(AccessChange.count)).scalar() or 0


def losses_since(number: int) -> live.Losses:
    """How often so far, and whom and which rooms it concerns since it was this number."""
    upto = losses()
    if upto == number:
        return live.Losses(upto, frozenset(), frozenset())
    found = db.connection().execute(
        select(AccessLoss.number, AccessLoss.person_id, AccessLoss.room).where(
            AccessLoss.number > number, AccessLoss.number <= upto
        )
    )
    rows = found.all()
    is_known = {row.number for row in rows} == set(range(number + 1, upto + 1))
    if not is_known or any(row.person_id is None and row.room is None for row in rows):
        return live.Losses(upto, None, frozenset())
    people = frozenset(row.person_id for row in rows if row.person_id is not None)
    return live.Losses(upto, people, frozenset(row.room for row in rows if row.room is not None))


def right_lost(*person_ids: int) -> None:
    """These people lose a right in the running action (nobody named: anybody may): every process will look which of
    their sockets it must close."""
    _lost([{"person_id": person} for person in set(person_ids)] if len(person_ids) <= MANY else [])


def rooms_changed(*rooms: str) -> None:
    """Not everybody who watches these rooms ("topic:12") may do so after the running action: every process will ask
    for each."""
    _lost([{"room": room} for room in set(rooms)])


def _lost(what: list[dict[str, object]]) -> None:
    """The count is one row: whoever changes it holds it until the commit, so that who sees the count sees all of it."""
    table = AccessChange.__table__
    assert isinstance(table, Table)
    connection = db.connection()
    db.session().flush()
    dialect.insert_or_update(connection, table, {"id": 1, "count": 1}, ["id"], update={"count": table.c.count + 1})
    number, now = losses(), clock.now()
    connection.execute(delete(AccessLoss).where(AccessLoss.at < now - KEPT))
    connection.execute(
        insert(AccessLoss),
        [{"number": number, "person_id": None, "room": None, "at": now} | one for one in what or [{}]],
    )
