"""The pages of everybody about buildings and the people in them: the first page, Today, buildings, neighbours. Pages
of help are in `views_help`, those of work in `views_work`."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from community import clock, db, text, web
from community.errors import Missing
from community.language import gettext as _
from community.places import buildings, neighbours, panels, queries
from community.places.models import Building
from community.visitor import Visitor, current

pages = Blueprint("places", __name__)

# Links to other buildings above Today; who has more finds them on the page of buildings.
CHOICES = 6
PAGE = 24
# The largest number that a row can have: a longer one is no address at all.
KEY_MAX = 2**63 - 1


@pages.get("/")
@web.for_everybody
def welcome() -> Any:
    """The first page: for a stranger what this is and how to come in; who belongs here goes to Today."""
    visitor = current()
    if visitor is None:
        return web.page("places/welcome.html", parts=[part for part in panels.parts("welcome panels", None) if part])
    if visitor.belongs:
        return web.see_other("/vandaag")
    if visitor.is_administrator:
        return web.see_other("/werk")
    return web.page("places/no_home.html", moves_in=queries.moves_in(visitor))


@pages.get("/vandaag")
@web.for_members
def today() -> Response:
    """What is on today; for who has several buildings, in the one that was asked for."""
    visitor = web.me()
    choices = _choices(visitor)
    building = _asked(visitor) or queries.main_building(visitor)
    if building is None:
        return web.page("places/no_building.html", active="today")
    staff = queries.staff_of(building)
    return web.page(
        "places/today.html",
        active="today",
        frame=queries.frame_of(building.id),
        building=building,
        choices=choices[:CHOICES] if len(choices) > 1 else (),
        has_more=len(choices) > CHOICES,
        day=clock.today(),
        hour=clock.local(clock.now()).hour,
        took_part=panels.took_part(building, buildings.week_began()),
        seed=buildings.facade_seed(building),
        said=[part for part in panels.parts("greetings", visitor, building) if part],
        parts=panels.parts("today panels", visitor, building),
        beside=panels.parts("beside today", visitor, building),
        caretaker=queries.caretaker_of(staff),
        role_name=queries.role_name,
    )


@pages.get("/gebouwen")
@web.for_members
def all_buildings() -> Any:
    """The buildings where one lives or works; who has one goes straight to it."""
    visitor = web.me()
    count = buildings.count(visitor)
    last = max(1, -(-count // PAGE))
    number = web.page_number(request.args.get("pagina"), last)
    rows = buildings.listed(visitor, PAGE, (number - 1) * PAGE)
    if count == 1:
        return web.see_other(f"/gebouwen/{rows[0][0].slug}")
    return web.page(
        "places/buildings.html",
        rows=rows,
        homes=buildings.taking_part(row[0].id for row in rows),
        number=number,
        last=last,
        count=count,
    )


@pages.get("/gebouwen/<slug>")
@web.for_members
def one_building(slug: str) -> Response:
    """A building: where it stands, who works there, who has a role, what is talked about."""
    visitor = web.me()
    building = buildings.visible_building(visitor, slug)
    if building is None:
        raise Missing()
    return web.page(
        "places/building.html",
        frame=queries.frame_of(building.id),
        building=building,
        streets=buildings.streets(building),
        entrances=buildings.entrances(building),
        homes=buildings.taking_part([building.id]).get(building.id, buildings.TakingPart()),
        staff=queries.staff_of(building),
        groups=buildings.role_holders(visitor, building),
        took_part=panels.took_part(building, buildings.week_began()),
        seed=buildings.facade_seed(building),
        parts=panels.parts("building panels", visitor, building),
        has_others=len(_choices(visitor)) > 1,
        role_name=queries.role_name,
    )


@pages.get("/buren")
@web.for_members
def all_neighbours() -> Response:
    """Who works here, who has a role, and the neighbours who chose to be shown. Only residents search."""
    visitor = web.me()
    choices = _choices(visitor)
    building = _asked(visitor) or queries.main_building(visitor)
    if building is None:
        return web.page("places/no_building.html", active="neighbours")
    may_search = neighbours.may_search(visitor)
    query = text.clean_line(request.args.get("q", ""), 80) if may_search else ""
    everybody = neighbours.shown_in(visitor, building)
    shown = neighbours.matching(query, everybody)
    last = max(1, -(-len(shown) // neighbours.PAGE))
    number = web.page_number(request.args.get("pagina"), last)
    return web.page(
        "places/neighbours.html",
        active="neighbours",
        frame=queries.frame_of(building.id),
        building=building,
        choices=choices[:CHOICES] if len(choices) > 1 else (),
        has_more=len(choices) > CHOICES,
        lives_here=building.id in visitor.home_building_ids,
        staff=queries.staff_of(building),
        groups=buildings.role_holders(visitor, building),
        people=shown[(number - 1) * neighbours.PAGE : number * neighbours.PAGE],
        count=len(shown),
        everybody=len(everybody),
        is_shown=any(one.person_id == visitor.person_id for one in everybody),
        may_search=may_search,
        query=query,
        number=number,
        last=last,
        address=web.link_with("/buren", q=query or None, gebouw=building.slug if choices else None, pagina=""),
        role_name=queries.role_name,
    )


@pages.get(f"/buren/<int(max={KEY_MAX}):person_id>")
@web.for_members
def one_person(person_id: int) -> Response:
    """A neighbour or an employee. Gone, not shown, of another building and never there answer alike."""
    found = neighbours.person_page(web.me(), person_id)
    if found is None:
        return web.error_page(
            404,
            _("Deze buur is er niet"),
            _("Deze buur woont hier niet meer of doet niet mee."),
            active="neighbours",
        )
    return web.page("places/person.html", active="neighbours", person=found, role_name=queries.role_name)


def _asked(visitor: Visitor) -> Building | None:
    """The building of ?gebouw=, where the visitor may see it; a wrong one is as good as none."""
    slug = request.args.get("gebouw")
    return buildings.visible_building(visitor, slug) if slug else None


def _choices(visitor: Visitor) -> list[Building]:
    """The buildings to choose from, one more than are shown; a resident of one building needs no choice."""
    if not visitor.is_staff and len(visitor.home_building_ids) == 1:
        return []
    seen = queries.visible_buildings(visitor).order_by(Building.name).limit(CHOICES + 1)
    return list(db.session().scalars(seen))
