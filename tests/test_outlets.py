"""Hidden means hidden in every outlet. Something with a marker in it is written for some; then every page of the house,
every fragment, every hint of the socket and every mail is looked through as everybody else: the marker is nowhere, and
each page is letter for letter what it was before."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import time_machine
from sqlalchemy import select

from community import clock, db
from community.mail import OutgoingMail
from forums import actions, settling
from forums.models import CARETAKER, EVERYONE, NEIGHBOURS, Post
from tests.authorisation.house import House
from tests.authorisation.people import PEOPLE, UNKNOWN
from tests.authorisation.routes import NEIGHBOURS as THE_NEIGHBOURS
from tests.authorisation.routes import PRIVATE, ROUTES
from tests.community.test_live import asks, hints, socket_of

MARKER = "Zwijntjeknorretje"
# What no page says twice alike: tokens, and the address it was asked by.
_CHANGING = re.compile(
    r'(?:name="(?:csrf_token|formulier)" value|name="csrf" content|name="formulier" value)="[^"]*"|data-token="[^"]*"'
)
# Asked besides the table of routes: with the marker itself.
MORE = (
    "/gesprekken?pagina=1", "/gesprekken?forum=lindehof", "/gesprekken?soort=vragen", "/gesprekken?soort=samen",
    f"/zoeken?q={MARKER}", f"/zoeken?q={MARKER[:12]}", f"/zoeken?q={MARKER}&soort=outcome", f"/zoeken?q={MARKER[:-1]}",
    "/zoeken", "/vandaag", "/ongelezen",
)  # fmt: skip

PAGES = sorted({row.path for row in ROUTES if row.method == "GET" and not row.carries and "{static}" not in row.path})


@pytest.fixture
def still(house: House) -> Iterator[None]:
    """The clock stands still: no page says another minute than before."""
    with time_machine.travel(clock.now(), tick=False):
        yield


def looked_at(house: House, kind: str) -> dict[str, str]:
    """Every page as this person finds it, with what they will be told in their language."""
    browser = house.browser(kind)
    found = {}
    for path in (*PAGES, *MORE):
        answer = browser.get(house.address(path) if "{" in path else path)
        found[path] = f"{answer.status_code} {_CHANGING.sub('', answer.text)}" if _is_text(answer.mimetype) else ""
    house.forget()
    return found


def _is_text(kind: str | None) -> bool:
    return bool(kind) and (str(kind).startswith("text/") or str(kind) == "application/json")


def say(house: House, audience: int) -> int:
    """Ton writes, the others who may answer do, somebody thanks, something is changed: all with the marker."""
    world = house.world
    topic = actions.start_topic(
        forum_id=world.forums["lindehof"],
        kind="question",
        aspect="association",
        audience=audience,
        title=f"{MARKER} in de titel",
        source=f"{MARKER} in de tekst, @Henk",
        token="het-begin",
        by=world.visitor("ton"),
    )
    other = "rachid" if audience == CARETAKER else "nel"
    actions.reply(topic_id=topic, source=f"Antwoord {MARKER}", token=None, by=world.visitor(other))
    posts = dict(db.session().execute(select(Post.number, Post.id).where(Post.topic_id == topic)).all())
    actions.thank(post_id=posts[1], by=world.visitor(other))
    actions.edit(post_id=posts[1], source=f"{MARKER} veranderd", by=world.visitor("ton"))
    settling.agree(topic_id=topic, source=f"{MARKER} is afgesproken", by=world.visitor("ton"))
    return topic


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize(("audience", "readers"), [(CARETAKER, PRIVATE), (NEIGHBOURS, THE_NEIGHBOURS)])
def test_who_may_not_read_it_notices_nothing_anywhere(house: House, audience: int, readers: frozenset[str]) -> None:
    outside = sorted(set(PEOPLE) - readers - UNKNOWN)
    before = {kind: looked_at(house, kind) for kind in outside}
    again = {kind: looked_at(house, kind) for kind in outside[:2]}
    for kind, pages in again.items():
        changed = [path for path, page in pages.items() if page != before[kind][path]]
        assert changed == [], "looking twice shows the same, or this test proves nothing"
    with house.app.app_context():
        topic = say(house, audience)
    after = {kind: looked_at(house, kind) for kind in outside}
    for kind in outside:
        for path, page in after[kind].items():
            without_question = page.replace(f"q={MARKER}", "").replace(f'value="{MARKER}', "")
            assert MARKER not in without_question or path.startswith("/zoeken?q="), (kind, path)
            assert page == before[kind][path], (kind, path)
        assert house.browser(kind).get(f"/gesprekken/{topic}").status_code == 404, kind
    with house.app.app_context():
        for mail in db.session().scalars(select(OutgoingMail).where(OutgoingMail.text.contains(MARKER))):
            allowed = {f"{PEOPLE[kind]}@" for kind in readers}
            assert mail.to_address.partition("@")[0] + "@" in allowed, "a mail to who may not read it"


@pytest.mark.parametrize(("audience", "readers"), [(CARETAKER, PRIVATE), (NEIGHBOURS, THE_NEIGHBOURS)])
def test_the_socket_tells_who_may_not_read_it_nothing(house: House, audience: int, readers: frozenset[str]) -> None:
    kinds = sorted(set(PEOPLE) - UNKNOWN - {"moved out", "coming", "former caretaker", "administrator"})
    sockets = {kind: socket_of(house, kind) for kind in kinds}
    for socket in sockets.values():
        for room in ("forum:{forum}", "neighbours:{forum}", "forum:{all_forum}"):
            asks(socket, "watch", {"what": house.address(room)})
    with house.app.app_context():
        topic = say(house, audience)
    heard = {kind: [hint for hint in hints(socket) if hint.get("topic") == topic] for kind, socket in sockets.items()}
    for kind in kinds:
        assert asks(sockets[kind], "watch", {"what": f"topic:{topic}"})["ok"] is (kind in readers), kind
        if kind not in readers:
            assert heard[kind] == [], kind
    if audience == NEIGHBOURS:
        assert heard["neighbour"] != [], "a negative that could have failed"


@pytest.mark.parametrize(("audience", "readers"), [(CARETAKER, PRIVATE), (NEIGHBOURS, THE_NEIGHBOURS)])
def test_who_may_read_it_finds_it(house: House, audience: int, readers: frozenset[str]) -> None:
    with house.app.app_context():
        topic = say(house, audience)
    for kind in sorted(readers):
        browser = house.browser(kind)
        assert MARKER in browser.get(f"/gesprekken/{topic}").text, kind
        assert MARKER in browser.get("/gesprekken").text, kind
        assert MARKER in browser.get("/gesprekken?soort=vragen").text, kind
        found = browser.get(f"/zoeken?q={MARKER}").text
        assert f"<mark>{MARKER}</mark> in de titel" in found and f"<mark>{MARKER}</mark> is afgesproken" in found, kind


def test_what_all_may_read_is_found_by_all_of_them(house: House) -> None:
    with house.app.app_context():
        say(house, EVERYONE)
    for kind in ("writer", "neighbour", "caretaker", "director"):
        assert MARKER in house.browser(kind).get("/gesprekken").text, kind
