"""What every test may ask for: the application on each database, a small world of people, and a browser's client."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import time_machine
from alembic import command
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table, insert, select, text

from community import create_app, db, dialect, spelling
from community.cli import schema
from forums import showing
from tests import loud, servers
from tests.world import World

DATABASES = ("sqlite", "postgresql")
# `house`: every kind of person at the door of a world with something of everything in it.
pytest_plugins = ("tests.authorisation.fixtures",)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say at the end what was not tested."""
    loud.summary(terminalreporter)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that uses the application runs on both databases, unless it is marked `sqlite_only` (with a reason)."""
    if "database" in metafunc.fixturenames:
        alone = metafunc.definition.get_closest_marker("sqlite_only")
        metafunc.parametrize("database", DATABASES[:1] if alone else DATABASES, scope="session")


# They take minutes: begun last, all but one of the processes would wait for the end of them.
LONGEST = ("tests/test_crash.py", "tests/bench/test_measuring.py", "tests/test_outlets.py", "tests/test_server.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def settings(url: str, instance: Path, **more: Any) -> dict[str, Any]:
    """The settings of an application under test."""
    return {
        "TESTING": True,
        "DATABASE_URL": url.replace("postgresql://", "postgresql+psycopg://", 1),
        "REDIS_URL": None,
        "MAIL_URL": None,
        "SECRET_KEY": "only for tests",
        "BASE_URL": "http://localhost",
        "INSTANCE": instance,
        "DEMO": False,
        "BENCH": False,
        "SOCKET_MODE": "threading",
        "WTF_CSRF_ENABLED": False,
        # A test says in a second what people say in a week.
        "POSTS_PER_HOUR": 100_000,
        **more,
    }


@pytest.fixture(scope="session")
def built(database: str, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> tuple[Flask, Path | None]:
    """The application with all tables, made once; on SQLite also the empty file to go back to."""
    instance = tmp_path_factory.mktemp("instance")
    if database == "sqlite":
        url = f"sqlite:///{instance / 'test.db'}"
    else:
        found = servers.fresh_database(f"trefpunt_test_{worker_id}")
        if found is None:
            loud.not_tested("on PostgreSQL: no server found")
        # What is acknowledged need not outlive the machine: only this process asks for it again.
        servers.forgetful(found)
        url = found
    app = create_app(settings(url, instance))
    with app.app_context():
        command.upgrade(schema(), "head")
    return app, instance / "test.db" if database == "sqlite" else None


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """The name of this test process."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture
def app(built: tuple[Flask, Path | None]) -> Iterator[Flask]:
    """The application, with empty tables."""
    made, _file = built
    with made.app_context():
        empty(made)
        made.extensions["throttle"].storage.reset()
        # Ids begin anew, so what was kept under them is of another world.
        for kept in ("kept frames", "kept audiences"):
            made.extensions.pop(kept, None)
        showing.init_app(made)
        spelling.init_app(made)
    yield made


def empty(app: Flask) -> None:
    """Empty every table and let numbers begin at 1 again. Rows are deleted: a TRUNCATE of all tables makes every file
    of theirs anew, which on PostgreSQL takes fifty times as long."""
    tables = [table.name for table in db.Base.metadata.sorted_tables]
    with db.engine().begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.exec_driver_sql("; ".join(f"DELETE FROM {name}" for name in tables))
            numbers = connection.execute(text("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"))
            connection.exec_driver_sql("; ".join(f"SELECT setval('{name}', 1, false)" for name in numbers.scalars()))
        else:
            connection.execute(text("PRAGMA defer_foreign_keys=ON"))
            for name in reversed(tables):
                connection.execute(text(f"DELETE FROM {name}"))


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """An application context, for a test that calls actions and queries itself."""
    with app.app_context():
        yield app


@pytest.fixture(scope="session")
def built_world(built: tuple[Flask, Path | None]) -> Kept:
    """The rows of the world, once it has been built."""
    return Kept()


@pytest.fixture
def world(app: Flask, built_world: Kept) -> World:
    """Two buildings in one neighbourhood and a third elsewhere, with residents and staff; see tests/world.py. Built
    once; every test then gets the same rows, which takes a tenth of the time. A test that lives in another time gets a
    world of that time."""
    with app.app_context():
        if time_machine.escape_hatch.is_travelling():
            return World.build()
        if built_world.world is None:
            built_world.keep(World.build())
        else:
            built_world.put_back()
        return deepcopy(built_world.world)


class Kept:
    """A world and the rows that it is made of."""

    def __init__(self) -> None:
        self.world: World | None = None
        self._rows: dict[Table, list[dict[str, Any]]] = {}

    def keep(self, world: World) -> None:
        """Remember what stands in the tables now."""
        with db.engine().connect() as connection:
            for table in db.Base.metadata.sorted_tables:
                rows = [dict(row._mapping) for row in connection.execute(select(table))]
                if rows:
                    self._rows[table] = rows
        self.world = world

    def put_back(self) -> None:
        """Write it in empty tables."""
        with db.engine().begin() as connection:
            for table, rows in self._rows.items():
                connection.execute(insert(table), rows)
                if "id" in table.c:
                    dialect.numbers_follow(connection, table)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """The browser of a stranger."""
    return app.test_client()


@pytest.fixture
def signed_in(app: Flask, world: World) -> Callable[[str], FlaskClient]:
    """`signed_in("ton")`: the browser of a person of the world."""

    def browser(key: str) -> FlaskClient:
        made = app.test_client()
        with app.app_context():
            token = world.open_session(key)
        with made.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        return made

    return browser
