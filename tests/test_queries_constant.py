"""A list costs as many queries for forty lines as for one. Counted at both engines, with nothing kept from before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select, text, update

from community import clock, db, jobs, journal, mail
from community.accounts.models import Person
from community.admin import actions as admin_actions
from community.journal import JournalEntry
from community.moderation import actions as moderation_actions
from community.moderation.forms import DecisionForm
from community.places.models import Building, Dwelling, Employee, Household, Membership, Role
from community.text import fold
from forums import actions as forum_actions
from forums import attachments, drafts, settling, showing, views
from forums.models import Post
from tests.community.admin.files import csv_of, row
from tests.documents import pdf
from tests.pictures import photo
from tests.world import LONG_AGO, World

MANY = 40


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that are carried out in here."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not re.match(r"\s*(BEGIN|PRAGMA|SET|ROLLBACK)", statement):
            found.append(statement)

    reader, writer = app.extensions["engines"]
    engines = {writer} if reader.pool is writer.pool else {reader, writer}  # else each would be told twice
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield found
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def cost(app: Flask, browser: FlaskClient, path: str) -> list[str]:
    """What a page asks of the database when nobody looked at anything before."""
    browser.get(path)  # what is made once in the life of a process
    for kept in ("kept frames", "kept audiences"):
        app.extensions.pop(kept, None)
    showing.init_app(app)
    with counted(app) as found:
        answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.headers.get("Location"))
    return found


# ---- one more of everything --------------------------------------------------------------------------------------------


@db.action
def another_resident(world: World, number: int) -> int:
    """Somebody behind a front door of their own, who chose to be shown."""
    place = world.buildings["lindehof"]
    dwelling = Dwelling(
        building_id=place, external_id=f"extra-{number}", street="Lindestraat", number=100 + number, postcode="3023 AB",
        city="Rotterdam",
    )  # fmt: skip
    db.session().add(dwelling)
    db.session().flush()
    household = Household(dwelling_id=dwelling.id, since=LONG_AGO)
    db.session().add(household)
    db.session().flush()
    name = f"Buur {number} de Vries"
    person = Person(
        name=name, short_name=f"Buur{number}", folded_name=fold(name), is_shown=True, interests="schaken",
        created_at=clock.now(), joined_at=clock.now(), welcome_step=4,
    )  # fmt: skip
    db.session().add(person)
    db.session().flush()
    db.session().add(Membership(person_id=person.id, household_id=household.id, since=LONG_AGO))
    world.people[f"buur{number}"] = person.id
    world.households["lindehof", 100 + number] = household.id
    return person.id


def another_topic(world: World, number: int) -> int:
    """A conversation by somebody who began no other, with a reply and a thanks."""
    another_resident(world, number)
    writer = world.visitor(f"buur{number}")
    topic = forum_actions.start_topic(
        forum_id=world.forums["lindehof"], kind="help", title=f"Nummer {number}", source="Dag", token=None, by=writer
    )
    forum_actions.reply(topic_id=topic, source="Dag terug", token=None, by=world.visitor("nel"))
    return topic


def another_question(world: World, number: int) -> None:
    """A question to the association, every third taken up, every fifth answered by a neighbour."""
    another_resident(world, number)
    topic = forum_actions.start_topic(
        forum_id=world.forums["lindehof"], kind="question", aspect="association", title=f"Vraag {number}",
        source="Hoe kan dat?", token=None, by=world.visitor(f"buur{number}"),
    )  # fmt: skip
    if number % 3 == 0:
        settling.take(topic_id=topic, promised_on=clock.today(), by=world.visitor("rachid"))
    if number % 5 == 0:
        forum_actions.reply(topic_id=topic, source="Ik weet het.", token=None, by=world.visitor("nel"))


def another_reply(world: World, number: int) -> None:
    """A reply by somebody new in the topic of `the_topic`, with thanks of two others."""
    another_resident(world, number)
    topic = the_topic(world)
    said = forum_actions.reply(topic_id=topic, source="Ik ook", token=None, by=world.visitor(f"buur{number}"))
    post = db.session().scalars(select(Post.id).where(Post.topic_id == topic, Post.number == said)).one()
    for key in ("nel", "ton"):
        forum_actions.thank(post_id=post, by=world.visitor(key))


def another_photo(world: World, number: int) -> None:
    """A reply by somebody new with a photo and a document."""
    another_resident(world, number)
    writer, form = world.visitor(f"buur{number}"), f"form-{number}"
    for raw in (photo(size=(80, 60)), pdf()):
        attachments.bring(raw, "x.jpg", form, by=writer)
    forum_actions.reply(topic_id=the_topic(world), source="Kijk", token=form, files=True, by=writer)


def another_quote(world: World, number: int) -> None:
    """A reply that goes back to the reply before it."""
    another_reply(world, number)
    topic = the_topic(world)
    said = 1 + number  # some post that is there
    forum_actions.reply(topic_id=topic, source="Eens", token=None, by=world.visitor("nel"), quotes=said)


def another_change(world: World, number: int) -> None:
    """The first post of the topic is changed once more."""
    topic = the_topic(world)
    first = db.session().scalars(select(Post).where(Post.topic_id == topic, Post.number == 1)).one()
    forum_actions.edit(post_id=first.id, source=f"Anders {number}", by=world.visitor("buur900"))


def the_topic(world: World) -> int:
    """The one conversation of these tests."""
    found = db.session().scalar(text("SELECT min(id) FROM topic"))
    return int(found) if found else another_topic(world, 900)


def another_thanks(world: World, number: int) -> None:
    """Somebody more who thanks for the first post."""
    another_resident(world, number)
    topic = the_topic(world)
    post = db.session().scalars(select(Post.id).where(Post.topic_id == topic, Post.number == 1)).one()
    forum_actions.thank(post_id=post, by=world.visitor(f"buur{number}"))


@db.action
def another_building(world: World, number: int) -> None:
    """A building with a home and a caretaker."""
    part = db.session().scalar(text("SELECT min(id) FROM neighbourhood"))
    place = Building(
        slug=f"gebouw-{number}", name=f"Gebouw {number}", with_article=f"het gebouw {number}", neighbourhood_id=part,
        created_at=clock.now(),
    )  # fmt: skip
    db.session().add(place)
    db.session().flush()
    world.buildings[place.slug] = place.id
    db.session().add(
        Dwelling(
            building_id=place.id,
            external_id=f"g-{number}",
            street="Straat",
            number=number,
            postcode="3023 AB",
            city="Rotterdam",
        )
    )
    another_employee(world, number)
    db.session().execute(
        update(Role).where(Role.person_id == world.people[f"mede{number}"]).values(building_id=place.id)
    )
    forum_actions.open_forums()


@db.action
def another_employee(world: World, number: int) -> None:
    """Somebody who works for the Lindehof."""
    key = f"mede{number}"
    world._person(key, f"Mede {number} Werker", f"{key}@zuiderlicht.example")
    world.give_role(key, "huismeester", "lindehof")
    db.session().add(Employee(person_id=world.people[key], phone="010 - 111 22 33"))


@db.action
def another_role(world: World, number: int) -> None:
    """Somebody more with a task in the Lindehof."""
    another_resident(world, number)
    world.give_role(f"buur{number}", "commissielid", "lindehof", "bewonerscommissie")


def another_device(world: World, _number: int) -> None:
    """One more device of Ton's."""
    world.open_session("ton")


def another_draft(world: World, number: int) -> None:
    """One more reply that Ton is writing."""
    topic = another_topic(world, number)
    drafts.keep(key=f"topic-{topic}", fields={"tekst": f"Ik was bezig met {number}"}, by=world.visitor("ton"))


@db.action
def another_mail(_world: World, number: int) -> None:
    """One more mail in the outbox."""
    mail.put("ton@example.nl", name="Ton", subject="Dag", text="Dag", html="<p>Dag</p>", key=f"nr-{number}")


def another_import(world: World, number: int) -> None:
    """One more file that was carried out; after the first the journal says so and nothing is done."""
    person = world.people["ada"]
    if not db.session().scalar(_LAST_IMPORT):
        found = admin_actions.look(csv_of([row(number + 1, "A. Bos")]), f"{number}.csv", by=person)
        jobs.run(found)
        jobs.run(admin_actions.carry_out(found, by=person))
    _record_another(person)


_LAST_IMPORT = (
    select(JournalEntry).where(JournalEntry.kind == "admin.imported").order_by(JournalEntry.id.desc()).limit(1)
)


@db.action
def _record_another(person: int) -> None:
    last = db.session().scalars(_LAST_IMPORT).one()
    journal.record(last.kind, by=person, **last.facts)


def lines_of_a_preview(world: World, number: int) -> int:
    """A preview of so many new homes; returns its number."""
    found = admin_actions.look(
        csv_of([row(n, f"A. de Vries {n}") for n in range(1, number + 1)]), "nieuw.csv", by=world.people["ada"]
    )
    jobs.run(found)
    return found


def another_report(world: World, number: int) -> int:
    """A post by Nel, reported by somebody."""
    another_reply(world, number)
    topic = the_topic(world)
    said = forum_actions.reply(topic_id=topic, source=f"Bah {number}", token=None, by=world.visitor("nel"))
    post = db.session().scalars(select(Post.id).where(Post.topic_id == topic, Post.number == said)).one()
    flag = moderation_actions.report("post", post, reason="unkind", by=world.visitor(f"buur{number}"))
    assert flag is not None
    return flag.id


def another_appeal(world: World, number: int) -> None:
    """It was decided, and Nel does not agree."""
    form = DecisionForm("hide", "unkind", "Dit is kwetsend.")
    made = moderation_actions.decide(another_report(world, number), form, by=world.visitor("moira"))
    moderation_actions.appeal(made.id, words="Een grapje.", by=world.visitor("nel"))


def another_block(world: World, number: int) -> None:
    """Ton does not want to read somebody."""
    moderation_actions.block(another_resident(world, number), by=world.visitor("ton"))


# path -> who looks, what there is more of
LISTS: dict[str, tuple[str, Callable[[World, int], object]]] = {
    "/gesprekken": ("ton", another_topic),
    "/gesprekken?forum=lindehof": ("ton", another_topic),
    "/vandaag": ("ton", another_topic),
    "/zoeken?q=nummer": ("ton", another_topic),
    "/zoeken?q=dag+terug&soort=post": ("ton", another_topic),
    "/zoeken?q=buur": ("ton", another_resident),
    "/gesprekken/{topic}?pagina=1": ("ton", another_reply),
    "/gesprekken/{topic}?pagina=1&met=foto": ("ton", another_photo),
    "/gesprekken/{topic}/nieuw?na=0": ("ton", another_reply),
    "/gesprekken/{topic}/print": ("ton", another_quote),
    "/gesprekken/{topic}/1/eerder": ("moira", another_change),
    "/gesprekken/{topic}/1/dank": ("ton", another_thanks),
    "/werk/vragen": ("rachid", another_question),
    "/werk/vragen?toon=wacht-op-ons": ("anouk", another_question),
    "/werk?vragen": ("rachid", another_question),
    "/gesprekken/nieuw?soort=conversation": ("anouk", another_building),
    "/buren": ("ton", another_resident),
    "/buren?q=schaken": ("ton", another_resident),
    "/buren?gebouw=lindehof": ("ton", another_employee),
    "/gebouwen": ("anouk", another_building),
    "/gebouwen/lindehof": ("ton", another_role),
    "/gebouwen/lindehof?x": ("ton", another_employee),
    "/hulp/wat-ziet-zuiderlicht": ("ton", another_employee),
    "/werk": ("anouk", another_building),
    "/werk?x": ("ada", another_building),
    "/werk/rollen?plek=lindehof": ("ada", another_role),
    "/werk/medewerkers": ("ada", another_employee),
    "/werk/medewerkers/{rachid}": ("ada", another_building),
    "/werk/brieven": ("anouk", another_building),
    "/werk/brieven/gebouw/lindehof": ("rachid", another_resident),
    "/werk/import": ("ada", another_import),
    "/werk/post": ("ada", another_mail),
    "/mijn/apparaten": ("ton", another_device),
    "/mijn/concepten": ("ton", another_draft),
    "/mijn/niet-lezen": ("ton", another_block),
    "/mijn/besluiten": ("nel", another_appeal),
    "/werk/meldingen": ("moira", another_report),
    "/werk/meldingen?bezwaren": ("marjan", another_appeal),
    "/werk/meldingen/log": ("moira", another_appeal),
}


# A form offers no more than so many choices, each with a line of who will read it; from then on it costs the same.
BEGIN = {"/gesprekken/nieuw?soort=conversation": views.CHOICES}


@pytest.fixture
def demo(app: Flask) -> Iterator[None]:
    """As in the demonstration, where the outbox can be read."""
    app.config["DEMO"] = True
    yield
    app.config["DEMO"] = False


@pytest.mark.parametrize("path", sorted(LISTS))
def test_forty_cost_as_many_queries_as_one(
    app: Flask, world: World, signed_in: Callable[[str], FlaskClient], demo: None, path: str
) -> None:
    who, one_more = LISTS[path]
    begin = BEGIN.get(path, 1)
    with app.app_context():
        for number in range(begin):
            one_more(world, number)
        here = path.format(topic=the_topic(world) if "{topic}" in path else "", rachid=world.people["rachid"])
    browser = signed_in(who)
    few = cost(app, browser, here)
    with app.app_context():
        for number in range(begin, begin + MANY):
            one_more(world, number)
    many = cost(app, browser, here)
    assert len(many) <= len(few), "\n\n".join(sorted(set(many) - set(few)) or many)


@pytest.mark.parametrize("sort", ["", "/woningen"])
def test_a_preview_of_forty_lines_costs_as_many_queries_as_of_one(
    app: Flask, world: World, signed_in: Callable[[str], FlaskClient], sort: str
) -> None:
    with app.app_context():
        small, large = lines_of_a_preview(world, 1), lines_of_a_preview(world, MANY)
    browser = signed_in("ada")
    assert len(cost(app, browser, f"/werk/import/{large}{sort}")) == len(
        cost(app, browser, f"/werk/import/{small}{sort}")
    )


def test_a_conversation_costs_three_queries_and_eleven_when_nobody_saw_it_before(
    app: Flask, world: World, signed_in: Callable[[str], FlaskClient]
) -> None:
    """Who is it, the conversation, the marks of its posts; and once in a while what stands around them."""
    with app.app_context():
        for number in range(30):
            another_reply(world, number)
        path = f"/gesprekken/{the_topic(world)}?pagina=1"
    browser = signed_in("ton")
    assert len(cost(app, browser, path)) <= 11
    with counted(app) as found:
        browser.get(path)
    assert len(found) == 3, found
