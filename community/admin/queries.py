"""What an administrator sees of the work that was done: jobs and earlier imports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import undefer

from community import db
from community.accounts.models import Person
from community.jobs import Job
from community.journal import JournalEntry

EARLIER = 5


def job_of_kind(job_id: int, *kinds: str, whole: bool = False) -> Job | None:
    """A job of one of these kinds as it is now; `whole`: with what it made."""
    wanted = select(Job).where(Job.id == job_id, Job.kind.in_(kinds)).execution_options(populate_existing=True)
    return db.session().scalar(wanted.options(undefer(Job.made)) if whole else wanted)


def earlier_imports() -> Sequence[Row[Any]]:
    """The latest imports: when, by whom (None: on the command line), and what was counted."""
    return (
        db.connection()
        .execute(
            select(JournalEntry.at, Person.name, JournalEntry.facts)
            .outerjoin(Person, Person.id == JournalEntry.by_id)
            .where(JournalEntry.kind == "admin.imported")
            .order_by(JournalEntry.at.desc(), JournalEntry.id.desc())
            .limit(EARLIER)
        )
        .all()
    )
