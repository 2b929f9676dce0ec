"""The long work of an import, done by the worker in a process of its own: reading a file and planning it, and later
carrying out what an administrator has seen. The file travels with the job, without the columns that we never keep."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, cast

from sqlalchemy import select

from community import clock, db, jobs, language
from community.admin import showing
from community.admin.applying import StateChanged, apply
from community.admin.changes import Snapshot
from community.admin.columns import Field, Kind, choose_mapping, is_never_read
from community.admin.csv_reading import ImportRefused, read_table
from community.admin.importing import Preview, preview, safe_copy
from community.admin.rows import Rows, check_rows
from community.admin.snapshot import take_snapshot
from community.journal import JournalEntry

PREVIEW, APPLY = "import-preview", "import-apply"
Tell = Callable[[int, int], None]

# What a column holds is clear from a few cells.
SAMPLE, SAMPLE_CHARACTERS = 3, 40
# An association has a handful of exports; the columns of each are found among its latest imports.
_REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class Columns:
    """Which kind of file it is and where its fields are, as an administrator chose."""

    kind: Kind
    choices: Mapping[Field, int]

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Columns | None:
        """From the facts of a job or a journal entry."""
        if not facts.get("columns"):
            return None
        return cls(Kind(facts["sort"]), {Field(name): int(place) for name, place in facts["columns"].items()})

    def facts(self) -> dict[str, Any]:
        """To keep with a job or a journal entry."""
        return {
            "sort": self.kind.value,
            "columns": {field.value: place for field, place in self.choices.items()},
        }


def ask_preview(
    raw: bytes, filename: str, columns: Columns | None, *, by: int | None, undecided: bool = False, because: str = ""
) -> jobs.Job:
    """Put the preview of a file on the list of the running action; `undecided`: first ask for the columns; `because`:
    what to say above it."""
    facts: dict[str, Any] = {"filename": filename, "language": language.current()}
    facts |= {"undecided": undecided, "because": because}
    return jobs.ask(PREVIEW, by=by, given=raw, **facts, **(columns.facts() if columns else {}))


# ---- the preview -----------------------------------------------------------------------------------------------


def make_preview(job: jobs.Job, tell: Tell) -> None:
    """Read, check and plan the file of a job; keep what there is to show."""
    if job.result or job.given is None:
        return
    with language.speaking(job.facts.get("language")):
        try:
            snapshot = take_snapshot()
            shown = look(job.given, job.facts["filename"], Columns.of(job.facts), snapshot, tell)
        except ImportRefused as refusal:
            jobs.finish(job.id, result={"state": "refused", "sentence": refusal.sentence})
            return
        result = _result(shown, bool(job.facts.get("undecided")))
        # A file with errors is mended and sent again: nothing of it needs to wait here.
        kept = None if result["state"] == "wrong" else safe_copy(shown, undecided=result["state"] == "columns")
        jobs.finish(job.id, made=_pack(kept, _tables(shown, snapshot)), result=result)


def look(raw: bytes, filename: str, columns: Columns | None, snapshot: Snapshot, tell: Tell | None = None) -> Preview:
    """The preview of a file, with the columns that were chosen, or that were chosen when a file with the same header
    was imported before.

    Raises:
        ImportRefused: the file as a whole cannot be used.
    """
    columns = columns or remembered(read_table(raw, filename).header)
    return preview(
        raw,
        filename,
        snapshot,
        clock.today(),
        kind=columns.kind if columns else None,
        choices=columns.choices if columns else None,
        on_progress=tell,
    )


def _tables(shown: Preview, snapshot: Snapshot) -> dict[str, Any]:
    """What there is to show on the pages of a preview."""
    header, rows = shown.table.header, shown.table.rows[:SAMPLE]
    tables: dict[str, Any] = {
        "header": header,
        "samples": [[row.cells[place][:SAMPLE_CHARACTERS] for row in rows] for place in range(len(header))],
        "errors": [[one.line, one.column, one.value, one.sentence] for one in shown.errors],
    }
    for place, name in enumerate(header):
        if is_never_read(name):
            tables["samples"][place] = None
    if shown.plan is not None:
        tables["notes"] = [[one.line, one.column, one.value, one.sentence] for one in shown.plan.notes]
        tables["not_in_file"] = shown.plan.not_in_file[: showing.SHOWN]
        tables["sections"] = [asdict(section) for section in showing.sections(shown, snapshot)]
    return tables


def _result(shown: Preview, undecided: bool) -> dict[str, Any]:
    mapping = shown.mapping
    result: dict[str, Any] = {
        "sort": mapping.kind.value,
        "columns": {field.value: place for field, place in mapping.columns.items()},
        "ambiguous": [field.value for field in mapping.ambiguous],
        "missing": [field.value for field in mapping.missing],
        "rows": len(shown.table.rows) + len(shown.table.errors),
        "errors": len(shown.errors),
        "dropped": mapping.dropped_sentence,
    }
    if shown.plan is None or (undecided and not shown.table.errors):
        # A file with rows of another width must be mended first; then there is no point in asking for its columns.
        return result | {"state": "wrong" if shown.table.errors else "columns"}
    result |= {
        "counts": shown.plan.counts(),
        "unchanged_dwellings": shown.plan.unchanged_dwellings,
        "unchanged_residents": shown.plan.unchanged_residents,
        "not_in_file": len(shown.plan.not_in_file),
        "past": shown.plan.past,
        "fingerprint": shown.plan.fingerprint,
    }
    if shown.errors:
        return result | {"state": "wrong"}
    return result | {"state": "same" if shown.plan.is_empty else "ready"}


def header_mark(header: Sequence[str]) -> str:
    """Recognises the header of the same export next month."""
    return sha256("\x1f".join(header).casefold().encode()).hexdigest()[:16]


def remembered(header: Sequence[str]) -> Columns | None:
    """What was chosen when a file with this header was imported before."""
    earlier = db.session().scalars(
        select(JournalEntry.facts)
        .where(JournalEntry.kind == "admin.imported")
        .order_by(JournalEntry.at.desc())
        .limit(_REMEMBERED)
    )
    mark = header_mark(header)
    return next((Columns.of(facts["file"]) for facts in earlier if facts["file"].get("header") == mark), None)


# ---- carrying out ----------------------------------------------------------------------------------------------


def carry_out(job: jobs.Job, tell: Tell) -> None:
    """Carry out a preview that was looked at; when the state has changed since, make a new preview instead."""
    if job.result or job.given is None:  # this job's process died after it was done
        return
    raw, facts = job.given, job.facts
    columns = Columns.of(facts)
    assert columns is not None
    with language.speaking(facts.get("language")):
        rows, file = checked(raw, facts["filename"], columns, tell)
        try:
            _carry_out(job.id, rows, facts["fingerprint"], job.by_id, file)
        except StateChanged as refusal:
            _look_again(job.id, raw, facts["filename"], columns, job.by_id, refusal.sentence)


def checked(raw: bytes, filename: str, columns: Columns, tell: Tell | None = None) -> tuple[Rows, dict[str, Any]]:
    """The rows of a file, and what the journal may remember of it."""
    table = read_table(raw, filename)
    rows = check_rows(table, choose_mapping(table.header, columns.kind, columns.choices), tell)
    return rows, columns.facts() | {"header": header_mark(table.header)}


@db.action
def _carry_out(job_id: int, rows: Rows, shown: str, by: int | None, file: dict[str, Any]) -> None:
    done = apply(rows, shown, by=by, file=file)
    jobs.finish(job_id, result={"state": "applied", "counts": done.counts()})


@db.action
def _look_again(job_id: int, raw: bytes, filename: str, columns: Columns, by: int | None, sentence: str) -> None:
    again = ask_preview(raw, filename, columns, by=by, because=sentence)
    jobs.finish(job_id, result={"state": "changed", "preview": again.id})


# ---- what is kept with a job -----------------------------------------------------------------------------------


def _pack(file: bytes | None, tables: dict[str, Any]) -> bytes:
    """One archive: the file that waits, and what there is to show."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if file is not None:
            archive.writestr("file.csv", file)
        archive.writestr("tables.json", json.dumps(tables, ensure_ascii=False))
    return out.getvalue()


def tables_of(made: bytes) -> dict[str, Any]:
    """What there is to show of a preview: `sections`, `errors`, `notes`, `not_in_file`."""
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return cast(dict[str, Any], json.loads(archive.read("tables.json")))


def file_of(made: bytes) -> bytes | None:
    """The file that waits to be carried out; None when it had errors."""
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        return archive.read("file.csv") if "file.csv" in archive.namelist() else None
