"""The calendar as people find it: what they see and what not, silly months, the activity's page, questions, search."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextvars import Context
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as Xml

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from community import clock, db
from events import changing, months, queries, questions, registering
from events.models import ASSOCIATION, NEIGHBOURHOOD, Occurrence
from events.wished import Wanted
from forums.models import Forum
from tests.events.planned import TUESDAYS, dates_of, next_tuesday, put, the_event
from tests.world import World

pytestmark = pytest.mark.usefixtures("context")


class Browser:
    """A browser beside a test that acts itself: its requests know nothing of the test's own context."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **more: Any) -> TestResponse:
        return Context().run(self.client.get, path, **more)

    def post(self, path: str, **more: Any) -> TestResponse:
        return Context().run(self.client.post, path, **more)


SignedIn = Callable[[str], Browser]


@pytest.fixture
def stranger(client: FlaskClient) -> Browser:
    return Browser(client)


@pytest.fixture(name="signed_in")
def _signed_in(signed_in: Callable[[str], FlaskClient]) -> SignedIn:
    return lambda key: Browser(Context().run(signed_in, key))


def seen(world: World, key: str, **wanted: object) -> list[str]:
    """The titles that somebody finds in the coming weeks."""
    now = clock.now()
    rows = queries.between(world.visitor(key), now, now + timedelta(days=30), Wanted(**wanted))  # type: ignore[arg-type]
    return [row.title for row in rows]


def test_everybody_finds_what_is_theirs(world: World) -> None:
    put(world, title="Van het gebouw")
    put(world, title="Van de buurt", seen_by=NEIGHBOURHOOD)
    put(world, "anouk", title="Van iedereen", seen_by=ASSOCIATION)
    assert seen(world, "ton") == ["Van het gebouw", "Van de buurt", "Van iedereen"]
    assert seen(world, "indra") == ["Van de buurt", "Van iedereen"]
    assert seen(world, "bas") == ["Van iedereen"]
    assert seen(world, "rachid") == ["Van het gebouw", "Van de buurt", "Van iedereen"]


def test_one_asks_for_ones_own_for_a_kind_and_for_free_places(world: World) -> None:
    full = dates_of(put(world, title="Vol", capacity=1))[0].id
    put(world, title="Soep", kind="meal")
    registering.answer(full, coming=True, by=world.visitor("henk"))
    assert seen(world, "henk", mine=True) == ["Vol"]
    assert seen(world, "henk", kind="meal") == ["Soep"]
    assert seen(world, "ton", free=True) == ["Soep"]
    assert seen(world, "ton") == ["Vol", "Soep"]


@pytest.mark.parametrize(
    "asked", ["2026-13", "0000-00", "maart", "9999-12", "-1-1", "2026-3-3", "٢٠٢٦-٠٣", "", "2026-02-31"]
)
def test_a_silly_month_is_this_month_with_a_line_that_says_so(signed_in: SignedIn, asked: str) -> None:
    page = signed_in("ton").get("/agenda", query_string={"maand": asked})
    assert page.status_code == 200
    assert "Die maand kennen wij niet" in page.text


def test_a_real_month_says_nothing_of_the_kind(signed_in: SignedIn) -> None:
    page = signed_in("ton").get("/agenda?maand=2026-03")
    assert "kennen wij niet" not in page.text
    assert page.text.count('scope="col"') == 7
    for day in ("maandag", "zondag"):
        assert f'<span class="lng">{day}</span>' in page.text


def test_an_empty_month_asks_whether_one_would_organise_something(signed_in: SignedIn) -> None:
    assert (
        "In augustus 2030 is het rustig. Zelf iets organiseren?" in signed_in("ton").get("/agenda?maand=2030-08").text
    )


def test_a_day_with_an_activity_is_one_link_that_tells_all_of_it(world: World, signed_in: SignedIn) -> None:
    day = next_tuesday()
    for hour in range(5):
        put(world, title=f"Koffie {hour}")
    page = signed_in("ton").get(f"/agenda?maand={day:%Y-%m}").text
    links = [link for link in re.findall(r'<a class="day".*?</a>', page, re.S) if "Koffie 0" in link]
    assert len(links) == 1
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", links[0]))
    assert told.strip().startswith(f"{day.day} ")
    for hour in range(5):
        assert f"10.30 Koffie {hour}" in told


def test_what_does_not_go_on_says_why_on_top(world: World, signed_in: SignedIn) -> None:
    event = put(world)
    changing.cancel_event(event, "De kookster is ziek.", by=world.visitor("nel"))
    page = signed_in("ton").get(f"/agenda/{dates_of(event)[0].id}", follow_redirects=True).text
    assert page.index("De kookster is ziek.") < page.index("Wanneer en waar")
    assert "Ik kom<" not in page


def test_what_was_says_how_many_came(world: World, signed_in: SignedIn) -> None:
    row = dates_of(put(world))[0]
    registering.answer(row.id, coming=True, by=world.visitor("henk"))
    _let_be_over(row.id)
    page = signed_in("ton").get(f"/agenda/{row.id}", follow_redirects=True).text
    assert "Dit is geweest. 1 buur gaf zich op." in page


@db.action
def _let_be_over(key: int) -> None:
    row = db.lock(Occurrence, key)
    assert row is not None
    row.starts_at, row.ends_at = clock.now() - timedelta(hours=3), clock.now() - timedelta(hours=1)
    row.closes_at = row.starts_at


def test_neighbours_see_who_comes_and_staff_how_many(world: World, signed_in: SignedIn) -> None:
    row = dates_of(put(world))[0]
    registering.answer(row.id, coming=True, by=world.visitor("willemijn"))
    assert "Willemijn" in signed_in("ton").get(f"/agenda/{row.id}", follow_redirects=True).text
    staff = signed_in("marjan").get(f"/agenda/{row.id}", follow_redirects=True).text
    assert "Willemijn" not in staff
    assert "Wie dat is, zien alleen de buren zelf." in staff


def test_a_wrong_word_in_the_address_leads_to_the_right_one(world: World, signed_in: SignedIn) -> None:
    key = dates_of(put(world))[0].id
    for asked in (f"/agenda/{key}", f"/agenda/{key}-anders", f"/a/{key}"):
        answer = signed_in("ton").get(asked)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/agenda/{key}-koffie-in-de-hal")


def test_the_first_question_begins_a_conversation_and_the_next_joins_it(world: World, signed_in: SignedIn) -> None:
    event = put(world, rule=TUESDAYS)
    first, second = dates_of(event)[:2]
    page = signed_in("ton").post(f"/agenda/{first.id}/vraag", data={"vraag": "Is er ook thee?", "formulier": "x"})
    assert page.status_code == 303
    topic = the_event(event).topic_id
    assert topic is not None
    assert questions.ask(second.id, "En koek?", None, by=world.visitor("henk")) == topic
    shown = signed_in("nel").get(f"/agenda/{second.id}", follow_redirects=True).text
    assert "Is er ook thee?" in shown and "En koek?" in shown
    assert f"/gesprekken/{topic}" in shown


def test_an_empty_question_comes_back_with_a_sentence(world: World, signed_in: SignedIn) -> None:
    event = put(world)
    key = dates_of(event)[0].id
    page = signed_in("ton").post(f"/agenda/{key}/vraag", data={"vraag": "  \n "})
    assert page.status_code == 422 and "U schreef nog niets." in page.text
    assert the_event(event).topic_id is None


def test_who_sees_the_activity_but_not_the_forum_is_told_whom_to_ask(world: World, signed_in: SignedIn) -> None:
    event = put(world)
    key = dates_of(event)[0].id
    questions.ask(key, "Is er ook thee?", None, by=world.visitor("ton"))
    _staff_read_nothing(world)
    page = signed_in("marjan").get(f"/agenda/{key}", follow_redirects=True).text
    assert "Is er ook thee?" not in page
    assert "Vraag het Nel van Dam." in page


@db.action
def _staff_read_nothing(world: World) -> None:
    forum = db.session().get(Forum, world.forums["lindehof"])
    assert forum is not None
    forum.staff_reading = "none"


def test_activities_are_found_first_and_by_who_may_see_them(world: World, signed_in: SignedIn) -> None:
    put(world, title="Stamppot eten", source="Met worst.")
    page = signed_in("ton").get("/zoeken?q=stamppot").text
    assert "Activiteiten" in page and "/agenda/" in page
    assert "Stamppot" in signed_in("ton").get("/zoeken?q=worst").text
    assert "/agenda/" not in re.sub(r"<nav.*?</nav>", "", signed_in("bas").get("/zoeken?q=stamppot").text, flags=re.S)


def test_a_stranger_finds_what_is_public_without_a_name(world: World, stranger: Browser) -> None:
    row = dates_of(put(world, title="Markt</script><b>", is_public=True))[0]
    registering.answer(row.id, coming=True, by=world.visitor("willemijn"))
    page = stranger.get(f"/agenda/{row.id}", follow_redirects=True)
    assert page.status_code == 200
    for name in ("Nel", "Willemijn", "Rachid"):
        assert name not in page.text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.S)
    assert block is not None
    told = json.loads(block[1])
    assert told["@type"] == "Event" and told["name"] == "Markt</script><b>"
    assert "Markt" in stranger.get("/").text


def test_a_stranger_finds_nothing_else(world: World, stranger: Browser) -> None:
    key = dates_of(put(world, title="Geheim"))[0].id
    assert stranger.get(f"/agenda/{key}").headers["Location"].startswith("/inloggen")
    assert "Geheim" not in stranger.get("/").text


def test_today_says_how_many_activities_there_are(world: World, signed_in: SignedIn) -> None:
    event = put(world)
    quiet = signed_in("ton").get("/vandaag").text
    assert "Vandaag staat er niets in de agenda." in quiet and "Koffie in de hal" in quiet
    _let_begin_soon(dates_of(event)[0].id)
    page = signed_in("ton").get("/vandaag").text
    assert '<b class="nowrap">1 activiteit</b>' in page
    assert f'action="/agenda/{dates_of(event)[0].id}/antwoord"' in page


@db.action
def _let_begin_soon(key: int) -> None:
    row = db.lock(Occurrence, key)
    assert row is not None
    last = months.begins(clock.today() + timedelta(days=1)) - timedelta(seconds=1)
    row.starts_at, row.ends_at = last, last + timedelta(hours=1)
    row.closes_at = last


def test_a_public_series_stands_once_on_the_page_with_its_rule(world: World, stranger: Browser) -> None:
    put(world, title="Koffie", is_public=True, rule=TUESDAYS)
    put(world, title="Markt", is_public=True, start_on=clock.today() + timedelta(days=60))
    page = stranger.get("/gebouwen/lindehof/openbaar").text.partition("<main")[2]
    assert page.count("Koffie") == 1 and page.count("Markt") == 1
    assert "Elke dinsdag om 10.30 uur" in page
    assert stranger.get("/gebouwen/lindehof/openbaar.atom").text.count("<title>Koffie") > 5, "the feed tells each date"


def test_a_public_activity_is_on_the_page_and_in_the_feed_of_its_building(world: World, stranger: Browser) -> None:
    assert stranger.get("/gebouwen/lindehof/openbaar").status_code == 404
    put(world, title="Markt & meer", is_public=True)
    put(world, title="Alleen voor ons")
    page = stranger.get("/gebouwen/lindehof/openbaar")
    assert "Markt &amp; meer" in page.text and "Alleen voor ons" not in page.text and "Nel" not in page.text
    answer = stranger.get("/gebouwen/lindehof/openbaar.atom")
    feed = Xml.fromstring(answer.data)
    assert [one.text for one in feed.iterfind("{*}entry/{*}title")] == ["Markt & meer"]
    assert "Nel" not in answer.text
    again = stranger.get("/gebouwen/lindehof/openbaar.atom", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert stranger.get("/gebouwen/baken/openbaar.atom").status_code == 404
