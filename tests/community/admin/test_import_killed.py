"""An import whose process is killed in the middle of writing leaves nothing half, and can be done again. With real
processes on both databases."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from community import db, jobs
from community.accounts.models import Mailbox, Person
from community.admin import actions
from community.jobs import Job
from community.journal import JournalEntry
from community.places.models import Building, Dwelling, Entrance, Household, Membership, Neighbourhood
from tests.community.admin.files import large
from tests.world import World

ROWS = 6000
TABLES = (Neighbourhood, Building, Entrance, Dwelling, Household, Membership, Person, Mailbox, JournalEntry)


def counts() -> dict[str, int]:
    return {model.__tablename__: db.session().scalar(select(func.count()).select_from(model)) or 0 for model in TABLES}


def child(app: Flask, job: int) -> subprocess.Popen[bytes]:
    """The process that the worker starts for long work."""
    environment = {
        **os.environ,
        "TREFPUNT_DATABASE_URL": app.config["DATABASE_URL"],
        "TREFPUNT_INSTANCE": str(app.config["INSTANCE"]),
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "work", str(job)]
    return subprocess.Popen(command, cwd=Path(app.root_path).parent, env=environment, start_new_session=True)


def is_writing() -> bool:
    """Whether somebody holds the lock under which an import writes."""
    with db.engine().connect() as connection:
        if connection.dialect.name == "postgresql":
            held = text("SELECT count(*) FROM pg_locks WHERE mode = 'ShareRowExclusiveLock' AND granted")
            return bool(connection.scalar(held))
    raw = db.engine().raw_connection()
    try:
        raw.cursor().execute("PRAGMA busy_timeout=0")
        raw.cursor().execute("BEGIN IMMEDIATE")
        raw.rollback()
        return False
    except Exception as error:
        assert "locked" in str(error)
        return True
    finally:
        raw.close()


@pytest.mark.timeout(300)
def test_a_killed_import_leaves_nothing_half_and_can_be_done_again(app: Flask, world: World) -> None:
    with app.app_context():
        before = counts()
        preview = actions.look(large(ROWS), "groot.csv", by=world.people["ada"])
        jobs.run(preview)
        halfway = 0
        for wait in (0.0, 0.3, 0.6):
            job = actions.carry_out(preview, by=world.people["ada"])
            process = child(app, job)
            began = time.monotonic()
            while not is_writing() and process.poll() is None and time.monotonic() - began < 60:
                time.sleep(0.01)
            time.sleep(wait)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            db.session().expunge_all()
            if db.session().get_one(Job, job).result:
                break  # it was quicker than we
            halfway += 1
            settle(app)
            assert counts() == before
            jobs._end(job, "failed", None)  # as the worker does when the process has gone
        assert halfway, "else nothing was killed in the middle"
        job = actions.carry_out(preview, by=world.people["ada"])
        jobs.run(job)
        db.session().expunge_all()
        assert db.session().get_one(Job, job).result["state"] == "applied"
        after = counts()
        assert after["dwelling"] == before["dwelling"] + ROWS
        assert after["membership"] == before["membership"] + ROWS


def settle(app: Flask) -> None:
    """Wait until the database has noticed that the process is gone and has undone what it had begun."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if not is_writing():
                return
        except OperationalError:
            pass
        time.sleep(0.05)
    raise AssertionError("the lock was never given back")


def test_a_killed_stack_of_letters_cancels_no_letter(app: Flask, world: World) -> None:
    """The old codes stop only when the new letters are there."""
    with app.app_context():
        first = actions.print_letters(world.buildings["lindehof"], "alle", form="1", by=world.people["ada"])
        jobs.run(first)
        open_ones = text("SELECT count(*) FROM invitation WHERE cancelled_at IS NULL")
        assert db.connection().scalar(open_ones) == 8
        second = actions.print_letters(world.buildings["lindehof"], "alle", form="2", by=world.people["ada"])
        process = child(app, second)
        time.sleep(1.0)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        db.session().expunge_all()
        valid = set(db.connection().execute(text("SELECT id FROM invitation WHERE cancelled_at IS NULL")))
        assert len(valid) == 8
        done = db.session().get_one(Job, second).result
        assert done or min(row[0] for row in valid) <= 8, "the letters of the first stack, unless the second was made"
