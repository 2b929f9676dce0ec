"""How HTTP says it: `/werk/import`. Choose a file, perhaps its columns, look at what would change, carry it out."""

from __future__ import annotations

import re
from typing import Any

from flask import Response, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from community import web
from community.admin import actions, forms, queries, showing
from community.admin.columns import FIELDS, LABELS, REQUIRED, Field, Kind
from community.admin.csv_reading import ImportRefused, read_table
from community.admin.import_work import APPLY, PREVIEW, tables_of
from community.admin.views import PAGE, is_over, pages, progress, progress_page
from community.errors import Invalid, Missing, Refused
from community.jobs import Job
from community.language import gettext as _
from community.visitor import current

START = "/werk/import"
# How much of a list stands on the page of a preview itself.
FIRST = 10


@pages.get(START)
@web.for_administrators
def start() -> Response:
    """The form for a file."""
    return _form()


@pages.post(START)
@web.for_administrators
def upload() -> Any:
    """Have a file read. What can be said at once is said at once: the largest file takes 0.7 s to read."""
    try:
        raw, filename = forms.read_upload(request.files.get(forms.FILE))
        _refuse_unreadable(raw, filename)
    except Invalid as invalid:
        return _form(422, invalid.errors)
    undecided = request.form.get("kolommen") == "ja"
    job = actions.look(raw, filename, undecided=undecided, by=web.me().person_id)
    return web.see_other(f"{START}/{job}")


def _refuse_unreadable(raw: bytes, filename: str) -> None:
    try:
        read_table(raw, filename)
    except ImportRefused as refusal:
        raise Invalid({forms.FILE: _about(filename, refusal.sentence)}) from refusal


def _about(filename: str, sentence: str) -> str:
    return _("U koos “%(name)s”. %(why)s", name=filename, why=sentence)


def _form(status: int = 200, errors: dict[str, str] | None = None) -> Response:
    return web.page(
        "admin/import.html",
        status,
        errors=errors or {},
        earlier=queries.earlier_imports(),
        required=[
            (Kind.DWELLINGS, _names(REQUIRED[Kind.DWELLINGS])),
            (Kind.RESIDENTS, _names(REQUIRED[Kind.RESIDENTS])),
        ],
        most=current_app.config["MAX_CONTENT_LENGTH"] // (1024 * 1024),
        figure=showing.figure,
    )


def _names(fields: tuple[Field, ...]) -> list[str]:
    return [str(LABELS[field]) for field in fields]


@pages.errorhandler(RequestEntityTooLarge)
def too_large(error: RequestEntityTooLarge) -> Any:
    """A file beyond the limit: the sentence about it stands on the form."""
    visitor = current()
    if request.path != START or visitor is None or not visitor.is_administrator:
        return error
    size = -(-(request.content_length or 0) // (1024 * 1024))
    most = current_app.config["MAX_CONTENT_LENGTH"] // (1024 * 1024)
    sentence = _(
        "Dit bestand is %(size)s MB. Wij lezen hoogstens %(limit)s MB. Maak bijvoorbeeld een bestand per wijk.",
        size=size,
        limit=most,
    )
    name = _name_in_body()
    return _form(413, {forms.FILE: _about(name, sentence) if name else sentence})


def _name_in_body() -> str:
    """The name of a file that is not read: it stands in the first lines of the form."""
    begin = request.environ["wsgi.input"].read(4096).decode("utf-8", "replace")
    found = re.search(r'filename="([^"]*)"', begin)
    return forms.filename(found[1]) if found else ""


# ---- one file ----------------------------------------------------------------------------------------------------


def _job(job_id: int, *kinds: str, whole: bool = False) -> Job:
    job = queries.job_of_kind(job_id, *(kinds or (PREVIEW, APPLY)), whole=whole)
    if job is None:
        raise Missing()
    return job


def _read_preview(job_id: int, *states: str) -> Job:
    """A preview that is ready to be looked at, with what it made."""
    job = _job(job_id, PREVIEW, whole=True)
    if job.made is None or job.result.get("state") not in states:
        raise Missing()
    return job


@pages.get(f"{START}/<int:job_id>")
@web.for_administrators
def job(job_id: int) -> Any:
    """Where a file is: being read, waiting for its columns, looked at, being carried out, done."""
    found = _job(job_id, whole=True)
    state = found.result.get("state")
    if not is_over(found):
        return progress_page(found, is_preview=found.kind == PREVIEW)
    if state == "refused":
        return _form(422, {forms.FILE: _about(found.facts["filename"], found.result["sentence"])})
    if state == "columns":
        return web.see_other(f"{START}/{job_id}/kolommen")
    if state == "changed":
        return web.see_other(f"{START}/{found.result['preview']}")
    if state == "applied":
        return web.page("admin/applied.html", job=found, counts=_grouped(found.result["counts"]), figure=showing.figure)
    if state is None:
        return web.page("admin/failed.html", 200, job=found, back=_back(found))
    return _preview_page(found)


def _back(job: Job) -> str:
    """Where one tries again: the preview that is still there, else the form."""
    return f"{START}/{job.facts['preview']}" if job.kind == APPLY else START


@pages.get(f"{START}/<int:job_id>/stand")
@web.for_administrators
def standing(job_id: int) -> Any:
    """How far it is."""
    return progress(_job(job_id), f"{START}/{job_id}")


def _preview_page(found: Job) -> Response:
    tables = tables_of(found.made or b"")
    return web.page(
        "admin/preview.html",
        job=found,
        result=found.result,
        tables=tables,
        columns=_chosen(found.result["columns"], tables["header"]),
        first=FIRST,
        figure=showing.figure,
        leaving=found.result.get("counts", {}).get("moved_out", 0),
    )


def _chosen(columns: dict[str, int], header: list[str]) -> list[tuple[str, str]]:
    return [(header[place], str(LABELS[Field(field)])) for field, place in columns.items()]


def _grouped(counts: dict[str, int]) -> list[tuple[str, int]]:
    """The counts of an import by the sorts that a preview shows."""
    sorts = {
        "gebouwen": ("new_neighbourhoods", "new_buildings", "new_entrances"),
        "woningen": ("new_dwellings",),
        "veranderd": ("changed_buildings", "changed_dwellings", "changed_persons"),
        "ingetrokken": ("moved_in",),
        "vertrokken": ("moved_out",),
        "gesplitst": ("split",),
        "samengevoegd": ("merged",),
    }
    return [(str(showing.TITLES[key]), sum(counts[name] for name in names)) for key, names in sorts.items()]


@pages.get(f"{START}/<int:job_id>/<any({','.join(showing.TITLES)}):sort>")
@web.for_administrators
def section(job_id: int, sort: str) -> Response:
    """The first of one sort of change, page by page."""
    found = _read_preview(job_id, "ready", "same", "wrong")
    shown = next((one for one in tables_of(found.made or b"").get("sections", ()) if one["key"] == sort), None)
    if shown is None:
        raise Missing()
    return _table(found, shown["title"], shown["columns"], shown["rows"], shown["total"], sort)


@pages.get(f"{START}/<int:job_id>/fouten")
@web.for_administrators
def errors(job_id: int) -> Response:
    """Everything that is wrong with a file, page by page."""
    found = _read_preview(job_id, "wrong")
    wrong = tables_of(found.made or b"")["errors"]
    columns = [_("Regel"), _("Kolom"), _("Waarde"), _("Wat klopt er niet")]
    return _table(found, _("Fouten"), columns, wrong, len(wrong), "fouten")


def _table(found: Job, title: str, columns: list[str], rows: list[Any], total: int, sort: str) -> Response:
    last = max(1, -(-len(rows) // PAGE))
    number = web.page_number(request.args.get("pagina"), last)
    return web.page(
        "admin/section.html",
        job=found,
        heading=title,
        columns=columns,
        rows=rows[(number - 1) * PAGE : number * PAGE],
        kept=len(rows),
        total=total,
        number=number,
        last=last,
        sort=sort,
        figure=showing.figure,
    )


@pages.get(f"{START}/<int:job_id>/fouten.csv")
@web.for_administrators
def errors_csv(job_id: int) -> Response:
    """Everything that is wrong with a file, to keep beside it."""
    found = _read_preview(job_id, "wrong")
    answer = Response(
        showing.errors_as_csv(tables_of(found.made or b"")["errors"]), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="fouten-{job_id}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


# ---- columns -----------------------------------------------------------------------------------------------------


@pages.get(f"{START}/<int:job_id>/kolommen")
@web.for_administrators
def columns(job_id: int) -> Response:
    """Which column is what, as far as it could be guessed."""
    found = _read_preview(job_id, "columns")
    return _columns_page(found, found.result["sort"], found.result["columns"])


@pages.post(f"{START}/<int:job_id>/kolommen")
@web.for_administrators
def choose_columns(job_id: int) -> Any:
    """Have the file read again, with these columns."""
    found = _read_preview(job_id, "columns")
    try:
        chosen = forms.read_columns(request.form, tables_of(found.made or b"")["header"])
    except Invalid as invalid:
        typed = {
            field.value: int(place)
            for field in Field
            if (place := request.form.get(f"kolom-{field.value}", "")).isdecimal() and len(place) < 5
        }
        return _columns_page(found, request.form.get("soort", ""), typed, invalid.errors, 422)
    return web.see_other(f"{START}/{actions.choose_columns(job_id, chosen, by=web.me().person_id)}")


def _columns_page(
    found: Job, sort: str, chosen: dict[str, int], errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    tables = tables_of(found.made or b"")
    dwelling = FIELDS[Kind.DWELLINGS]
    return web.page(
        "admin/columns.html",
        status,
        job=found,
        sort=sort,
        chosen=chosen,
        errors=errors or {},
        ambiguous=found.result["ambiguous"],
        dropped=found.result["dropped"],
        options=[
            (place, name or _("kolom %(n)s", n=place + 1), next(filter(None, samples), ""))
            for place, (name, samples) in enumerate(zip(tables["header"], tables["samples"], strict=True))
            if samples is not None
        ],
        groups=[
            (_("De woning"), [(field.value, LABELS[field], field in REQUIRED[Kind.DWELLINGS]) for field in dwelling]),
            (
                _("De bewoner"),
                [(field.value, LABELS[field], False) for field in FIELDS[Kind.RESIDENTS] if field not in dwelling],
            ),
        ],
    )


# ---- carrying out --------------------------------------------------------------------------------------------------


@pages.post(f"{START}/<int:job_id>/doorvoeren")
@web.for_administrators
def carry_out(job_id: int) -> AnyResponse:
    """Carry out what was looked at."""
    try:
        return web.see_other(f"{START}/{actions.carry_out(job_id, by=web.me().person_id)}")
    except Refused as refusal:
        web.toast(refusal.sentence)
        return web.see_other(f"{START}/{job_id}")


@pages.post(f"{START}/<int:job_id>/annuleren")
@web.for_administrators
def throw_away(job_id: int) -> AnyResponse:
    """Forget the file."""
    filename = actions.throw_away(job_id)
    web.toast(_("Wij hebben “%(name)s” weggegooid. Er is niets veranderd.", name=filename))
    return web.see_other(START)
