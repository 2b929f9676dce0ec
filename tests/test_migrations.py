"""The schema's history, on both databases: from nothing to now, back again, and over rows that were there already."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Column, Engine, MetaData, Table, func, insert, inspect, select

from community import cli, create_app, db, dialect
from tests import loud, servers
from tests.conftest import settings

# Every revision in which an installation may stand when it is brought up to date.
REVISIONS = [script.revision for script in ScriptDirectory(str(cli.MIGRATIONS)).walk_revisions()][::-1]

# Where a rule of the schema wants a particular value.
PARTICULAR: dict[tuple[str, str], Any] = {
    ("person", "text_size"): "groot",
    ("person", "theme"): "donker",
    ("forum", "kind"): "building",
    ("office_hours", "ends"): time(12, 30),
    ("role", "kind"): "huismeester",
    ("topic", "kind"): "question",
    ("decision", "what"): "hide",
    ("decision", "why"): "unkind",
    ("flag", "reason"): "unkind",
    ("kind_wish", "wants"): "follow",
    ("attachment", "kind"): "photo",
    ("attachment", "form"): "x",
    ("event", "kind"): "coffee",
    ("event", "seen_by"): 2,
    ("occurrence", "starts_at"): datetime(2026, 3, 1, 9, 30),
    ("occurrence", "ends_at"): datetime(2026, 3, 1, 11, 30),
    ("registration", "state"): "confirmed",
    ("registration", "person_id"): 1,
    ("room", "longest"): 60,
    ("room", "closes_hour"): 23,
    ("booking", "slot_from"): 1,
    ("booking", "slot_until"): 2,
    ("call", "why"): "changed",
}
OF_KIND: dict[type, Any] = {
    bool: False,
    int: 1,
    float: 1.0,
    str: "x",
    bytes: b"x",
    datetime: datetime(2026, 3, 1, 9, 30),
    date: date(2026, 3, 1),
    time: time(9, 30),
}


@pytest.fixture
def empty(database: str, tmp_path: Path, worker_id: str) -> Iterator[Flask]:
    """The application before a database without a single table."""
    url: str | None = f"sqlite:///{tmp_path / 'empty.db'}"
    if database == "postgresql":
        url = servers.fresh_database(f"trefpunt_migrations_{worker_id}")
    if url is None:
        loud.not_tested("on PostgreSQL: no server found")
    app = create_app(settings(url, tmp_path))
    with app.app_context():
        yield app
        for engine in app.extensions["engines"]:
            engine.dispose()


def tables(engine: Engine) -> dict[str, Table]:
    """What stands in the database, in the order of what refers to what."""
    found = MetaData()
    found.reflect(engine)
    return {
        table.name: table
        for table in found.sorted_tables
        if table.name != "alembic_version" and not dialect.is_of_the_database("table", table.name)
    }


def fitting(column: Column[Any]) -> Any:
    """A value that this column takes."""
    if (column.table.name, column.name) in PARTICULAR:
        value = PARTICULAR[column.table.name, column.name]
        return value.astimezone() if getattr(column.type, "timezone", False) else value
    kind = column.type.python_type
    value = OF_KIND.get(kind, {})  # what has no kind of its own is JSON
    return value.astimezone() if kind is datetime and getattr(column.type, "timezone", False) else value


def fill(engine: Engine) -> dict[str, int]:
    """Put a row in every table; how many rows each has now."""
    found = tables(engine)
    with engine.begin() as connection:
        for table in found.values():
            needed = [
                column
                for column in table.columns
                if (table.name, column.name) in PARTICULAR or not (column.nullable or column.server_default)
            ]
            connection.execute(insert(table).values({column.name: fitting(column) for column in needed}))
    return count(engine)


def count(engine: Engine) -> dict[str, int]:
    """How many rows each table has."""
    found = tables(engine)
    with engine.connect() as connection:
        return {
            name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in found.items()
        }


def test_an_empty_database_gets_all_tables_and_can_lose_them_again(empty: Flask) -> None:
    assert inspect(db.engine()).get_table_names() == []
    assert not cli.is_migrated()
    command.upgrade(cli.schema(), "head")
    assert set(tables(db.engine())) == set(db.Base.metadata.tables)
    assert cli.is_migrated()
    command.downgrade(cli.schema(), "base")
    assert set(inspect(db.engine()).get_table_names()) <= {"alembic_version"}


def test_the_history_leads_to_what_the_models_say(empty: Flask) -> None:
    command.upgrade(cli.schema(), "head")
    command.check(cli.schema())  # raises when autogenerate would change something


@pytest.mark.parametrize("revision", REVISIONS)
def test_rows_of_an_older_installation_are_still_there_afterwards(empty: Flask, revision: str) -> None:
    command.upgrade(cli.schema(), revision)
    before = fill(db.engine())
    assert set(before.values()) == {1}
    command.upgrade(cli.schema(), "head")
    after = count(db.engine())
    assert {name: after[name] for name in before if name in after} == {name: 1 for name in before if name in after}
