"""The demonstration: lively, believable, impossible in use."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select

from community import clock, db, files
from community.accounts.models import Mailbox, Person
from community.places.models import STAFF_KINDS, Association, Building, Dwelling, Membership, Neighbourhood, Role
from community.text import plain
from demo import content, seeding
from demo.sign_ins import PASSWORD, SIGN_INS
from forums.attached import Attachment
from forums.models import CARETAKER, EVERYONE, NEIGHBOURS, Forum, Post, Reaction, Speaker, Topic
from forums.readers import may_read

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def demo(app: Flask) -> Flask:
    """The application with the demonstration in it."""
    with app.app_context():
        seeding.seed(content.read(), lambda _step: None)
    return app


def count(model: type) -> int:
    return db.session().scalar(select(func.count()).select_from(model)) or 0


def test_it_has_the_size_that_was_promised(demo: Flask) -> None:
    with demo.app_context():
        assert count(Neighbourhood) == 2
        assert count(Building) == 5
        assert 380 <= count(Dwelling) <= 420
        assert 470 <= count(Person) <= 540
        assert count(Topic) >= 60
        assert len(set(db.session().scalars(select(Topic.title)))) >= 60
        held = set(db.session().scalars(select(Role.kind)))
        assert held >= {*STAFF_KINDS, "beheerder", "moderator", "ambassadeur", "commissievoorzitter"}
        assert db.session().scalars(select(Association.is_demo)).one()


def test_no_sentence_is_said_twice_and_nothing_is_filler(demo: Flask) -> None:
    with demo.app_context():
        texts = [plain(source) for source in db.session().scalars(select(Post.source))]
    assert not any(re.search(r"lorem|ipsum|TODO", text, re.I) for text in texts)
    sentences = Counter(
        sentence for text in texts for sentence in re.split(r"(?<=[.!?])\s+", text) if len(sentence) > 35
    )
    assert [sentence for sentence, times in sentences.items() if times > 1] == []


def test_it_never_looks_dead_and_nothing_is_said_in_the_future(demo: Flask) -> None:
    with demo.app_context():
        moments = list(db.session().scalars(select(Topic.last_post_at)))
        now = clock.now()
        assert sum(now - moment < timedelta(days=2) for moment in moments) >= 4
        assert sum(now - moment < timedelta(days=30) for moment in moments) >= 15
        assert db.session().scalar(select(func.max(Post.created_at))) <= now
        assert now - db.session().scalar(select(func.min(Post.created_at))) > timedelta(days=120)


def test_what_is_counted_is_right(demo: Flask) -> None:
    with demo.app_context():
        for topic in db.session().scalars(select(Topic)):
            numbers = list(
                db.session().scalars(select(Post.number).where(Post.topic_id == topic.id).order_by(Post.number))
            )
            assert numbers == list(range(1, topic.last_number + 1))
            speakers = select(func.count()).select_from(Speaker).where(Speaker.topic_id == topic.id)
            assert db.session().scalar(speakers) == topic.speakers
        thanked = select(func.count()).select_from(Reaction)
        assert db.session().scalar(select(func.sum(Post.thanks))) == db.session().scalar(thanked)
        shared = select(func.count()).where(Topic.audience != CARETAKER)
        assert db.session().scalar(select(func.sum(Forum.topics))) == db.session().scalar(shared)
        everyone = select(func.count()).where(Topic.audience == EVERYONE)
        assert db.session().scalar(select(func.sum(Forum.open_topics))) == db.session().scalar(everyone)
        hanging = select(func.count()).select_from(Attachment)
        assert db.session().scalar(select(func.sum(Post.files))) == db.session().scalar(hanging)


def test_its_photos_are_there_and_are_described(demo: Flask) -> None:
    with demo.app_context():
        photos = list(db.session().scalars(select(Attachment)))
        assert len(photos) >= 5
        for photo in photos:
            assert photo.kind == "photo" and photo.width and len(photo.alt) > 30
            assert all(files.photo_path(photo.store, size, "webp") for size in (640, 1600))


def test_something_is_for_the_caretaker_alone_and_something_for_neighbours(demo: Flask) -> None:
    with demo.app_context():
        special = select(Topic.audience, Person.short_name).select_from(Topic, Person)
        readers = db.connection().execute(
            special.join(Forum, Forum.id == Topic.forum_id).where(
                Topic.audience != EVERYONE,
                Person.short_name.in_(("Willemijn", "Piet", "Rachid", "Frans")),
                Person.password_hash.is_not(None),
                may_read(Person.id),
            ),
            {"today": clock.today()},
        )
        assert {tuple(row) for row in readers} == {
            (CARETAKER, "Willemijn"), (CARETAKER, "Rachid"), (NEIGHBOURS, "Willemijn"), (NEIGHBOURS, "Piet"),
        }  # fmt: skip


def test_everybody_in_a_building_forum_belongs_there(demo: Flask) -> None:
    with demo.app_context():
        wrong = (
            db.session()
            .execute(
                select(Topic.title, Person.name)
                .join(Post, Post.topic_id == Topic.id)
                .join(Person, Person.id == Post.author_id)
                .join(Forum, Forum.id == Topic.forum_id)
                .outerjoin(Membership, Membership.person_id == Person.id)
                .where(Forum.kind == "building", Membership.id.is_(None), Post.written_as.is_(None))
            )
            .all()
        )
        assert wrong == []


def test_the_sign_ins_of_the_list_exist_and_stand_in_the_documentation(demo: Flask) -> None:
    told = (ROOT / "docs" / "demo.md").read_text()
    assert PASSWORD in told
    with demo.app_context():
        for line in SIGN_INS:
            person = (
                db.session()
                .scalars(
                    select(Person).join(Mailbox, Mailbox.id == Person.mailbox_id).where(Mailbox.address == line.address)
                )
                .one()
            )
            assert person.password_hash is not None
            assert PasswordHasher().verify(person.password_hash, PASSWORD)
            assert line.address in told and line.what in told
        willemijn, piet = (line.address for line in SIGN_INS[:2])
        homes = (
            db.session()
            .scalars(
                select(Membership.household_id)
                .join(Person, Person.id == Membership.person_id)
                .join(Mailbox, Mailbox.id == Person.mailbox_id)
                .where(Mailbox.address.in_([willemijn, piet]))
            )
            .all()
        )
        assert len(homes) == 2 and homes[0] == homes[1]


def test_nobody_else_has_a_password(demo: Flask) -> None:
    with demo.app_context():
        with_password = select(func.count()).select_from(Person).where(Person.password_hash.is_not(None))
        staff = len(content.read().people["staff"])
        assert (db.session().scalar(with_password) or 0) <= len(SIGN_INS) + staff


def test_outside_demo_mode_it_is_refused(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["demo-seed"])
    assert answer.exit_code != 0
    assert "TREFPUNT_DEMO" in answer.output
    with app.app_context():
        assert count(Person) == 0
