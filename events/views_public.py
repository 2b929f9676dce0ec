"""How HTTP says it to anybody in the street: what the committee of a building made public, as a page and as a feed. No
names, and of a building without anything public not even that it is there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as Xml

from flask import Response, current_app, request
from sqlalchemy import select

from community import clock, db, text, web
from community.dates import moment
from community.errors import Missing
from community.language import gettext as _
from community.language import in_sentence
from community.places import queries as place_queries
from community.places.models import Building
from community.visitor import current
from events import linked_data, queries, repeating, showing
from events.queries import DateRow
from events.views import pages

# As far as somebody looks who does not live there.
DAYS = 100
# A page stays under 40 KB with the data of each.
MOST = 16
# Read to find so many different ones: what comes every week stands there once, with its rule.
_READ = 120
ATOM = "http://www.w3.org/2005/Atom"


@pages.get("/gebouwen/<slug>/openbaar")
@web.for_everybody
def public_building(slug: str) -> Response:
    """What is on in a building for everybody."""
    building, found = _found(slug, _READ)
    first = {row.event_id: row for row in reversed(found)}
    rows = sorted(first.values(), key=lambda row: (row.starts_at, row.id))[:MOST]
    frame = place_queries.frame_of(None)
    return web.page(
        "events/public_building.html",
        frame=frame,
        building=building,
        rows=rows,
        leaf_of=showing.leaf_of_day,
        path_of=showing.path_of,
        place_of=showing.place,
        rule_of=repeating.rule,
        data=[linked_data.of(row, frame.association) for row in rows],
    )


@pages.get("/gebouwen/<slug>/openbaar.atom")
@web.for_everybody
def public_feed(slug: str) -> Response:
    """The same as a feed (RFC 4287)."""
    building, rows = _found(slug, MOST)
    base = str(current_app.config["BASE_URL"])
    home = f"{base}/gebouwen/{building.slug}/openbaar"
    changed = queries.changed_at([row.event_id for row in rows])
    Xml.register_namespace("", ATOM)
    feed = Xml.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "nl"})
    _add(feed, "id", home)
    _add(feed, "title", _("Wat is er te doen in %(where)s?", where=in_sentence(building.with_article)))
    _add(feed, "updated", _stamp(max(changed.values(), default=datetime(2020, 1, 1, tzinfo=UTC))))
    _add(feed, "author/name", place_queries.frame_of(None).association)
    Xml.SubElement(feed, f"{{{ATOM}}}link", {"rel": "self", "href": f"{home}.atom", "type": "application/atom+xml"})
    Xml.SubElement(feed, f"{{{ATOM}}}link", {"rel": "alternate", "href": home, "type": "text/html"})
    for row in rows:
        entry = Xml.SubElement(feed, f"{{{ATOM}}}entry")
        # The number decides and never changes, whatever the words become.
        _add(entry, "id", f"{base}/a/{row.id}")
        _add(entry, "title", text.clean_line(row.title, 200))
        _add(entry, "updated", _stamp(changed[row.event_id]))
        _add(entry, "summary", " · ".join(filter(None, (moment(row.starts_at), showing.place(row)))))
        Xml.SubElement(entry, f"{{{ATOM}}}link", {"rel": "alternate", "href": base + showing.path_of(row)})
    answer = Response(Xml.tostring(feed, "utf-8", xml_declaration=True), content_type="application/atom+xml")
    answer.add_etag()
    if not current():  # or on a shared device the feed that somebody reads stays behind
        answer.headers["Cache-Control"] = "no-cache"
    made = answer.make_conditional(request)
    assert isinstance(made, Response)
    return made


def _found(slug: str, most: int) -> tuple[Building, Sequence[DateRow]]:
    building = db.session().scalar(select(Building).where(Building.slug == slug))
    now = clock.now()
    rows = queries.public_between(now, now + timedelta(days=DAYS), building.id, most=most) if building else ()
    if building is None or not rows:
        raise Missing()
    return building, rows


def _add(above: Xml.Element, path: str, words: str) -> None:
    for name in path.split("/"):
        above = Xml.SubElement(above, f"{{{ATOM}}}{name}")
    above.text = words


def _stamp(moment_: datetime) -> str:
    return moment_.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
