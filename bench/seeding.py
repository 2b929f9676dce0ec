"""`flask --app wsgi bench-seed`: fill a database with a given amount of buildings, residents, conversations, posts and
dates of activities. It is sized like real use: most conversations short, some long, one very long; thanks and reading
marks."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import click
from argon2 import PasswordHasher
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import Table, func, insert, select

from bench import activities
from community import clock, db, dialect, reindexing, text
from community.accounts.models import Mailbox, Person
from community.places.models import Association, Building, Dwelling, Household, Membership, Neighbourhood
from events.models import Event, Occurrence, Registration
from forums.actions import open_forums
from forums.models import Forum, Post, Reaction, Speaker, Topic, TopicReader

BATCH = 5_000
# The first of these residents can be signed in with, in demo mode, to measure as one of them.
PASSWORD = "meten is weten"
SINCE = date(2020, 1, 1)

_BEGINNINGS = (
    "Vanmorgen zag ik dat", "Weet iemand of", "Ik hoorde van de buren dat", "Gisteren bleek dat", "Het valt mij op dat",
    "Ik ben blij dat", "Jammer dat", "Kan iemand mij zeggen of", "Volgens de huismeester is het zo dat",
)  # fmt: skip
_MIDDLES = (
    "de lift weer werkt", "het fietsenhok vol staat", "de tuin er mooi bij ligt", "de verwarming in de hal koud blijft",
    "er een pakje voor nummer 12 ligt", "de container vol zit", "de deur beneden klemt", "de koffie klaarstaat",
    "het licht op de galerij knippert", "er nog twee plaatsen zijn bij het eten", "de glazenwasser dinsdag komt",
)  # fmt: skip
_ENDS = (
    "Wie weet meer?", "Ik help graag mee.", "Laat het even weten.", "Bel gerust aan.", "Dank alvast.", "Tot dan!",
    "Dat scheelt weer.", "Ik ben de hele dag thuis.", "**Neem wel een tas mee.**", "Zie ook www.example.nl voor meer.",
)  # fmt: skip


@dataclass
class Amounts:
    """How many of each to add."""

    buildings: int
    residents: int
    topics: int
    posts: int
    events: int = 0


@click.command("bench-seed")
@click.option("--buildings", default=0, help="Buildings to add.")
@click.option("--residents", default=0, help="Residents to add, spread over those buildings.")
@click.option("--topics", default=0, help="Conversations to add.")
@click.option("--posts", default=0, help="Posts to add in those conversations.")
@click.option("--events", default=0, help="Dates of activities to add, with people who signed up.")
@with_appcontext
def bench_seed(buildings: int, residents: int, topics: int, posts: int, events: int) -> None:
    """Fill the database for measuring. Never meant for a database that people use."""
    if not current_app.config["DEMO"]:
        raise click.UsageError("bench-seed adds people who do not exist: set TREFPUNT_DEMO=1 to allow it")
    if posts < topics:
        raise click.BadParameter("every conversation has at least one post: give at least as many posts as topics")
    started = time.perf_counter()
    seed(Amounts(buildings, residents, topics, posts, events))
    click.echo(f"Added in {time.perf_counter() - started:.1f} s.")


@db.action
def seed(amounts: Amounts) -> None:
    """Add it all, in one transaction."""
    chance = random.Random(20260101)
    if db.session().scalar(select(Association.id).limit(1)) is None:
        db.session().add(
            Association(
                name="Zuiderlicht", phone="010 - 123 45 67", phone_hours="werkdagen", emergency_phone="", is_demo=True
            )
        )
    _buildings(amounts.buildings)
    people = _residents(amounts.residents, chance)
    open_forums()
    db.session().flush()
    if amounts.topics:
        _conversations(amounts, people, chance)
    if amounts.events:
        _activities(amounts.events, chance)
    if amounts.topics or amounts.events:
        reindexing.fill()
    for model in (Person, Mailbox, Dwelling, Household, Membership, Topic, Post, Event, Occurrence, Registration):
        dialect.numbers_follow(db.connection(), _table(model))


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _next(model: Any) -> int:
    return (db.connection().execute(select(func.max(model.id))).scalar() or 0) + 1


def _add(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            db.connection().execute(insert(_table(model)), batch)
            batch = []
    if batch:
        db.connection().execute(insert(_table(model)), batch)


def _buildings(count: int) -> None:
    held = db.session()
    start = _next(Building)
    parts: list[Neighbourhood] = []
    for index in range(0, count, 10):
        parts.append(Neighbourhood(slug=f"meetbuurt-{start + index}", name=f"Meetbuurt {start + index}"))
    held.add_all(parts)
    held.flush()
    held.add_all(
        Building(
            slug=f"meethof-{start + index}",
            name=f"Meethof {start + index}",
            with_article=f"Meethof {start + index}",
            neighbourhood_id=parts[index // 10].id,
            created_at=clock.now(),
        )
        for index in range(count)
    )
    held.flush()


def _residents(count: int, chance: random.Random) -> list[int]:
    """People, each with a mailbox and a home of their own; returns who there are to let speak."""
    buildings = list(
        db.session().scalars(select(Building.id).where(Building.slug.like("meethof-%")).order_by(Building.id))
    )
    if count and buildings:
        now = clock.now()
        first, mailbox, home, household = _next(Person), _next(Mailbox), _next(Dwelling), _next(Household)
        secret = PasswordHasher().hash(PASSWORD)
        of = [buildings[index * len(buildings) // count] for index in range(count)]
        _add(
            Mailbox,
            (
                {"id": mailbox + i, "address": f"bewoner-{first + i}@bench.example", "created_at": now}
                for i in range(count)
            ),
        )
        _add(
            Person,
            (
                {
                    "id": first + i,
                    "name": f"Meter {first + i}",
                    "short_name": f"Meter {first + i}",
                    "folded_name": f"meter {first + i}",
                    "mailbox_id": mailbox + i,
                    "password_hash": secret,
                    "text_size": "gewoon",
                    "theme": "apparaat",
                    "is_shown": chance.random() < 0.3,
                    "face_version": 1,
                    "created_at": now,
                    "joined_at": now - timedelta(days=60),
                    "welcome_step": 4,
                }
                for i in range(count)
            ),
        )
        _add(
            Dwelling,
            (
                {
                    "id": home + i, "building_id": of[i], "external_id": f"meet-{home + i}", "street": "Meetstraat",
                    "number": i + 1, "addition": "", "postcode": "3000 AA", "city": "Rotterdam",
                }
                for i in range(count)
            ),
        )  # fmt: skip
        _add(Household, ({"id": household + i, "dwelling_id": home + i, "since": SINCE} for i in range(count)))
        _add(
            Membership, ({"person_id": first + i, "household_id": household + i, "since": SINCE} for i in range(count))
        )
        return list(range(first, first + count))
    return list(db.session().scalars(select(Membership.person_id).where(Membership.until.is_(None)).limit(5000)))


def _conversations(amounts: Amounts, people: list[int], chance: random.Random) -> None:
    forums = list(db.session().scalars(select(Forum).order_by(Forum.id)))
    general = next(forum for forum in forums if forum.kind == "association")
    measured = [forum for forum in forums if forum.slug.startswith("meethof-")] or [
        f for f in forums if f.kind == "building"
    ]
    living = _people_by_building() if measured else {}
    lengths = _lengths(amounts, chance)
    texts = [_source(chance) for _ in range(2_000)]
    shown = [text.render(source) for source in texts]
    now = clock.now()
    topic_id, post_id = _next(Topic), _next(Post)
    counts: dict[int, int] = {}
    topics: list[dict[str, Any]] = []
    posts: list[dict[str, Any]] = []
    speakers: list[dict[str, Any]] = []
    readers: list[dict[str, Any]] = []
    reactions: list[dict[str, Any]] = []

    def flush() -> None:
        for model, rows in (
            (Topic, topics),
            (Post, posts),
            (Speaker, speakers),
            (TopicReader, readers),
            (Reaction, reactions),
        ):
            _add(model, rows)
            rows.clear()

    for index, length in enumerate(lengths):
        # The longest is where everybody can read it; of the others one in twenty; the shift skips no building.
        forum = general if index == 0 or index % 20 == 1 else measured[(index + index // 20) % len(measured)]
        counts[forum.id] = counts.get(forum.id, 0) + 1
        at_home = living.get(forum.building_id or 0, people)
        talking = chance.sample(at_home, min(len(at_home), 2 + length // 3, 400))
        ended = now - timedelta(minutes=index * 7 % 260_000)
        last: dict[int, tuple[int, datetime]] = {}
        for number in range(1, length + 1):
            author = talking[(number * 7919) % len(talking)]
            written = ended - timedelta(minutes=(length - number) * 11)
            which = chance.randrange(len(texts))
            thanked = chance.random() < 0.2
            posts.append(
                {
                    "id": post_id, "topic_id": topic_id, "number": number, "author_id": author, "source": texts[which],
                    "html": shown[which], "written_from": "portiek A", "created_at": written, "thanks": int(thanked),
                    "thanked_by": f"Meter {talking[0]}" if thanked else "", "version": 1 + thanked,
                }
            )  # fmt: skip
            if thanked:
                reactions.append({"post_id": post_id, "person_id": talking[0], "at": written})
            last[author] = (number, written)
            post_id += 1
        title = f"{chance.choice(_MIDDLES).capitalize()} ({topic_id})"
        topics.append(
            {
                "id": topic_id, "forum_id": forum.id, "kind": "conversation", "title": title, "slug": text.slug(title),
                "author_id": talking[7919 % len(talking)], "created_at": ended - timedelta(minutes=length * 11),
                "last_number": length, "last_post_at": ended, "last_author_id": talking[(length * 7919) % len(talking)],
                "speakers": len(last), "version": 1,
            }
        )  # fmt: skip
        for person, (number, written) in last.items():
            speakers.append({"topic_id": topic_id, "person_id": person, "last_number": number, "last_at": written})
            # A few follow with something new, most are up to date.
            read = length if chance.random() < 0.95 else number
            readers.append(
                {
                    "topic_id": topic_id,
                    "person_id": person,
                    "last_read": read,
                    "is_following": index < 5_000,
                    "is_behind": index < 5_000 and read < length,
                }
            )
        topic_id += 1
        if len(posts) >= 4 * BATCH:
            flush()
    flush()
    for forum in forums:
        forum.topics += counts.get(forum.id, 0)
        forum.open_topics += counts.get(forum.id, 0)
    db.session().flush()


def _activities(count: int, chance: random.Random) -> None:
    """Dates of activities in the measuring buildings; in all of them when there are none of those."""
    there = db.connection().execute(select(Building.id, Building.neighbourhood_id, Building.slug)).all()
    measured = [row for row in there if row.slug.startswith("meethof-")] or there
    living = _people_by_building()
    parts = {row.id: row.neighbourhood_id for row in measured if row.id in living}
    if not parts:
        raise click.BadParameter("activities need people who live somewhere: give --buildings and --residents too")
    first = {"event": _next(Event), "occurrence": _next(Occurrence)}
    kept = {building: living[building] for building in parts}
    for found in activities.rows(count, kept, parts, first, chance):
        for model in (Event, Occurrence, Registration):
            _add(model, found[model.__tablename__])


def _people_by_building() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for building, person in db.connection().execute(
        select(Dwelling.building_id, Membership.person_id)
        .join(Household, Household.dwelling_id == Dwelling.id)
        .join(Membership, Membership.household_id == Household.id)
        .where(Membership.until.is_(None))
    ):
        found.setdefault(building, []).append(person)
    return found


def _lengths(amounts: Amounts, chance: random.Random) -> list[int]:
    """How many posts each conversation gets: the first a fiftieth of all (at most 20,000), the others uneven."""
    longest = max(1, min(amounts.posts // 50, 20_000, amounts.posts - amounts.topics + 1))
    left = amounts.posts - longest
    others = amounts.topics - 1
    if not others:
        return [amounts.posts]
    weights = [chance.paretovariate(1.3) for _ in range(others)]
    share = (left - others) / sum(weights)
    lengths = [1 + int(weight * share) for weight in weights]
    for index in range(left - sum(lengths)):
        lengths[index % others] += 1
    return [longest, *lengths]


def _source(chance: random.Random) -> str:
    sentences = [
        f"{chance.choice(_BEGINNINGS)} {chance.choice(_MIDDLES)}. {chance.choice(_ENDS)}"
        for _ in range(chance.randint(1, 4))
    ]
    return "\n\n".join(sentences)
