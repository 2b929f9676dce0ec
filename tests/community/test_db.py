"""One action, one transaction: all or nothing, what follows only after it is on the disk, and one writer at a time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select, update

from community import clock, db, dialect
from community.accounts.models import Mailbox


@db.action
def add(address: str) -> None:
    db.session().add(Mailbox(address=address, created_at=clock.now()))
    db.session().flush()


def addresses() -> set[str]:
    return set(db.connection().execute(select(Mailbox.address)).scalars())


def test_an_action_is_all_or_nothing(app: Flask) -> None:
    @db.action
    def half() -> None:
        add("een@example.nl")
        raise ValueError

    with app.app_context():
        with pytest.raises(ValueError):
            half()
        assert addresses() == set()
        add("twee@example.nl")
        assert addresses() == {"twee@example.nl"}


def test_what_follows_happens_after_the_commit_and_never_when_it_fails(app: Flask) -> None:
    done: list[set[str]] = []

    @db.action
    def does(breaks: bool) -> None:
        add("een@example.nl")
        db.after_commit(lambda: done.append(addresses()))
        assert done == []
        if breaks:
            raise ValueError

    with app.app_context():
        with pytest.raises(ValueError):
            does(True)
        assert done == []
        does(False)
        assert done == [{"een@example.nl"}]


def test_what_follows_may_fail_without_undoing_the_change(app: Flask) -> None:
    @db.action
    def does() -> None:
        add("een@example.nl")
        db.after_commit(lambda: 1 // 0)

    with app.app_context():
        does()
        assert addresses() == {"een@example.nl"}


def test_moments_come_back_in_utc(app: Flask) -> None:
    with app.app_context():
        add("een@example.nl")
        kept = db.connection().execute(select(Mailbox.created_at)).scalar_one()
        assert kept.utcoffset() is not None and kept.utcoffset().total_seconds() == 0
        assert abs((clock.now() - kept).total_seconds()) < 20


def test_insert_or_update_says_whether_it_wrote(app: Flask) -> None:
    @db.action
    def put(update_too: bool) -> bool:
        values = {"address": "een@example.nl", "created_at": clock.now()}
        table = Mailbox.__table__
        change = {"created_at": clock.now()} if update_too else None
        return dialect.insert_or_update(db.connection(), table, values, ["address"], change)  # type: ignore[arg-type]

    with app.app_context():
        assert [put(False), put(False), put(True)] == [True, False, True]


def test_a_lock_shows_what_is_in_the_database_now_and_counting_under_it_is_right(app: Flask) -> None:
    with app.app_context():
        add("0@example.nl")
        key = db.connection().execute(select(Mailbox.id)).scalar_one()

    @db.action
    def one_more() -> None:
        held = db.lock(Mailbox, key)
        assert held is not None
        count = int(held.address.split("@")[0])
        time.sleep(0.005)
        db.session().execute(update(Mailbox).where(Mailbox.id == key).values(address=f"{count + 1}@example.nl"))

    def run(_: int) -> None:
        with app.app_context():
            one_more()

    with ThreadPoolExecutor(12) as crowd:
        list(crowd.map(run, range(24)))
    with app.app_context():
        assert addresses() == {"24@example.nl"}


def test_reading_goes_on_while_somebody_writes(app: Flask) -> None:
    @db.action
    def writes() -> set[str]:
        add("een@example.nl")
        with ThreadPoolExecutor(1) as other:
            return other.submit(reads).result(timeout=5)

    def reads() -> set[str]:
        with app.app_context():
            return addresses()

    with app.app_context():
        assert writes() == set()
        assert addresses() == {"een@example.nl"}
