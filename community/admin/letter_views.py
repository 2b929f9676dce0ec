"""How HTTP says it: `/werk/brieven`. Choose a building and its households, print, and fetch the PDF within a day."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from community import paper, web
from community.admin import actions, households, queries
from community.admin.households import CHOICES, HouseholdLine
from community.admin.letters import LETTERS, sender_of
from community.admin.showing import figure
from community.admin.views import is_over, pages, progress, progress_page
from community.errors import Missing, Refused
from community.jobs import Job
from community.language import gettext as _
from community.places.models import Building

START = "/werk/brieven"
PAGE = 24
# A house number; longer is no house number.
TYPED_MAX = 20


@pages.get(START)
@web.for_staff
def letters() -> Response:
    """The buildings one may print letters for."""
    visitor = web.me()
    count = households.count_buildings(visitor)
    last = max(1, -(-count // PAGE))
    number = web.page_number(request.args.get("pagina"), last)
    lines = households.buildings(visitor, PAGE, (number - 1) * PAGE)
    return web.page("admin/letters.html", lines=lines, number=number, last=last, figure=figure)


@pages.get(f"{START}/gebouw/<slug>")
@web.for_staff
def building_letters(slug: str) -> Response:
    """Which letters to print for a building."""
    return _building_page(_building(slug))


def _building(slug: str) -> Building:
    found = households.building_named(web.me(), slug)
    if found is None:
        raise Missing()
    return found


def _building_page(building: Building, status: int = 200, errors: dict[str, str] | None = None) -> Response:
    lines = households.households_of(building.id)
    typed = (request.values.get("huis") or "").strip()[:TYPED_MAX]
    found = households.with_house_number(lines, typed) if typed else []
    choice = request.form.get("keuze") or (f"huis-{found[0].id}" if found else CHOICES[0])
    return web.page(
        "admin/building_letters.html",
        status,
        building=building,
        errors=errors or {},
        counts={key: _counted(households.chosen(lines, key)) for key in CHOICES},
        homes=len(lines),
        joined=sum(line.has_joined for line in lines),
        valid=sum(line.has_letter for line in lines),
        typed=typed,
        found=found,
        choice=choice,
        form=request.form.get("formulier") or web.one_time_token(),
        most=paper.MOST,
        figure=figure,
    )


def _counted(lines: list[HouseholdLine]) -> tuple[int, int]:
    """How many letters, and how many of them replace one that still works."""
    return len(lines), sum(line.has_letter for line in lines)


@pages.post(f"{START}/gebouw/<slug>")
@web.for_staff
def print_letters(slug: str) -> Any:
    """Print the letters of a choice."""
    building = _building(slug)
    choice = request.form.get("keuze", "")
    try:
        if not households.chosen(households.households_of(building.id), choice):
            raise Refused(_("In deze keuze zit geen huishouden. Kies iets anders."))
        sender_of(building)
    except Refused as refusal:
        return _building_page(building, 422, {"keuze": refusal.sentence})
    form = request.form.get("formulier", "")[:40] or web.one_time_token()
    return web.see_other(f"{START}/{actions.print_letters(building.id, choice, form=form, by=web.me().person_id)}")


# ---- one stack -----------------------------------------------------------------------------------------------------


def _stack(job_id: int, *, whole: bool = False) -> Job:
    """A stack of letters, for who asked for it and for an administrator: there are codes in it."""
    job, visitor = queries.job_of_kind(job_id, LETTERS, whole=whole), web.me()
    if job is None or not (visitor.is_administrator or job.by_id == visitor.person_id):
        raise Missing()
    return job


@pages.get(f"{START}/<int:job_id>")
@web.for_staff
def stack(job_id: int) -> AnyResponse:
    """Being printed, or ready to fetch."""
    job = _stack(job_id)
    if not is_over(job):
        return progress_page(
            job,
            address=f"{START}/{job_id}",
            words=_("Wij maken de brieven"),
            hint=_("Honderd brieven duren een paar tellen. U mag deze bladzijde sluiten en later terugkomen."),
        )
    if "count" not in job.result:
        return web.page("admin/failed.html", job=job, back=f"{START}/gebouw/{job.facts['slug']}")
    return web.page("admin/stack.html", job=job, figure=figure)


@pages.get(f"{START}/<int:job_id>/stand")
@web.for_staff
def stack_standing(job_id: int) -> Any:
    """How far it is."""
    return progress(_stack(job_id), f"{START}/{job_id}")


@pages.get(f"{START}/<int:job_id>/pdf")
@web.for_staff
def stack_pdf(job_id: int) -> AnyResponse:
    """The letters. Kept nowhere on the way: every page holds a code."""
    job = _stack(job_id, whole=True)
    if job.made is None:
        raise Missing()
    answer = Response(job.made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="brieven-{job.facts["slug"]}.pdf"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
