"""Do it! Beginning an import, carrying it out, throwing it away; and asking for letters. The long work itself is in
`import_work` and `letters`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from community import db, jobs
from community.admin.import_work import APPLY, PREVIEW, Columns, ask_preview, file_of
from community.admin.letters import LETTERS
from community.errors import Missing, Refused
from community.language import gettext as _
from community.places.models import Building


@db.action
def look(raw: bytes, filename: str, *, undecided: bool = False, by: int) -> int:
    """Have a file read; returns the number of the job that makes its preview."""
    return ask_preview(raw, filename, None, by=by, undecided=undecided).id


@db.action
def choose_columns(job_id: int, columns: Columns, *, by: int) -> int:
    """Have the file of a job read again, with these columns.

    Raises:
        Missing: there is no such preview, or its file is no longer there.
    """
    job = db.lock(jobs.Job, job_id)
    raw = file_of(job.made) if job is not None and job.kind == PREVIEW and job.made else None
    if job is None or raw is None:
        raise Missing()
    return ask_preview(raw, job.facts["filename"], columns, by=by).id


@db.action
def carry_out(job_id: int, *, by: int) -> int:
    """Have a preview carried out; pressing twice does it once. Returns the number of the job that does it.

    Raises:
        Missing: there is no such preview. Refused: it cannot be carried out.
    """
    job = db.lock(jobs.Job, job_id)
    if job is None or job.kind != PREVIEW:
        raise Missing()
    earlier = db.session().get(jobs.Job, job.facts["apply"]) if "apply" in job.facts else None
    if earlier is not None and (earlier.state != "failed" or earlier.result):
        return earlier.id
    raw = file_of(job.made) if job.made and job.result.get("state") == "ready" else None
    if raw is None:
        raise Refused(_("Dit bestand kan nog niet worden doorgevoerd. Er is niets veranderd."))
    facts: Mapping[str, Any] = {name: job.facts[name] for name in ("filename", "language")} | {
        "sort": job.result["sort"],
        "columns": job.result["columns"],
        "fingerprint": job.result["fingerprint"],
        "preview": job.id,
    }
    asked = jobs.ask(APPLY, by=by, given=raw, **facts)
    job.facts = {**job.facts, "apply": asked.id}
    return asked.id


@db.action
def throw_away(job_id: int) -> str:
    """Forget a preview and the file with it; returns the name of the file. What was carried out stays.

    Raises:
        Missing: there is no such preview.
    """
    job = db.lock(jobs.Job, job_id)
    if job is None or job.kind != PREVIEW:
        raise Missing()
    db.session().delete(job)
    return str(job.facts["filename"])


@db.action
def print_letters(building_id: int, choice: str, *, form: str, by: int) -> int:
    """Have the letters of a choice printed; returns the number of the job. The same `form` twice is one stack: a
    second one would cancel the codes of the first.

    Raises:
        Missing: there is no such building.
    """
    building = db.lock(Building, building_id)
    if building is None:
        raise Missing()
    for earlier in db.session().scalars(select(jobs.Job).where(jobs.Job.kind == LETTERS, jobs.Job.by_id == by)):
        if earlier.facts["form"] == form:
            return earlier.id
    facts: dict[str, Any] = {"building": building.id, "slug": building.slug, "name": building.name}
    return jobs.ask(LETTERS, by=by, choice=choice, form=form, **facts).id
