"""How Alembic reaches our tables. Run through `flask --app wsgi migrate`."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from community import dialect
from community.db import Base

engine = context.config.attributes["engine"]


def written(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """How our own column types stand in a migration."""
    if kind == "type":
        if isinstance(thing, dialect.Instant):
            return "dialect.Instant()"
        if thing is dialect.Key or str(thing) == "BIGINT":
            return "dialect.Key"
        if str(thing) == "JSON":
            return "dialect.Facts"
    return False


def is_ours(_thing: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    """What the models do not say a migration does not take away when it is of the database's own search."""
    return not dialect.is_of_the_database(kind, name)


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=written,
        include_object=is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


with engine.begin() as held:
    run(held)
