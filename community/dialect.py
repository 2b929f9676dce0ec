"""Everything PostgreSQL and SQLite say differently. Nothing else in the house names a database."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import psycopg
from gevent import get_hub, monkey
from sqlalchemy import (
    JSON,
    BigInteger,
    ClauseElement,
    ColumnClause,
    ColumnElement,
    Connection,
    Dialect,
    Engine,
    FromClause,
    Integer,
    Row,
    Select,
    Table,
    and_,
    bindparam,
    cast,
    column,
    create_engine,
    event,
    func,
    literal_column,
    make_url,
    not_,
    select,
    table,
    text,
    types,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DisconnectionError, OperationalError

# A writer waits this long for another process's write (an import of 20,000 rows holds the lock a few seconds).
WRITE_PATIENCE_S = 30.0

Key = BigInteger().with_variant(Integer, "sqlite")
"""The type of a primary key: 64 bits; SQLite numbers rows by itself only when the column is an INTEGER."""

Facts = JSON().with_variant(JSONB, "postgresql")
"""A small JSON object."""


def only_where(condition: ColumnElement[bool]) -> dict[str, Any]:
    """Arguments for an index that holds only the rows that meet a condition, and so costs nothing for the others. An
    expression over `column(name, type)`, not words: it must read as the queries do, and those differ by database."""
    if isinstance(condition, ColumnClause):
        # On SQLite queries ask for "x = 1" of what is no more than true or false; an index over "x" is not used there.
        condition = not_(not_(condition))
    return {"postgresql_where": condition, "sqlite_where": condition}


class Instant(types.TypeDecorator[datetime]):
    """A moment in UTC. SQLite has no zone, so the zone is put back on the way out."""

    impl = types.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def engines(url: str) -> tuple[Engine, Engine]:
    """(reader, writer) for a database address. What they log of a statement that fails holds no values: those are what
    residents wrote.

    The reader runs each statement by itself, without BEGIN and ROLLBACK around it. The writer begins a
    transaction that may write from its first statement on: on SQLite there is exactly one at a time.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        return _sqlite(url, address.database)
    # Two pools, because switching a connection to AUTOCOMMIT and back for each page costs two waits.
    reader = create_engine(url, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True, **_POOLED)
    writer = create_engine(url, **_POOLED)
    for engine in (reader, writer):
        event.listen(engine, "checkout", _still_there)
        if monkey.is_module_patched("select"):
            event.listen(engine, "do_connect", _connect_on_gevent)
    return reader, writer


_POOLED: dict[str, Any] = {
    "pool_size": 6,
    "max_overflow": 10,
    # The ones used last first: they have the statements prepared, and the others can be closed.
    "pool_use_lifo": True,
    "pool_recycle": 1800,
    # No statement of ours takes as long as compiling it would. And each has one way that is good, by the index that was
    # made for it: planning it anew for every value costs a third of a page (decision 0017).
    "connect_args": {
        "options": "-c timezone=UTC -c jit=off -c plan_cache_mode=force_generic_plan",
        "connect_timeout": 5,
    },
    "hide_parameters": True,
}


def _still_there(connection: psycopg.Connection, _record: object, _proxy: object) -> None:
    """Before a connection of the pool is used: look whether the server has hung up, which it has after a restart. The
    look asks the network nothing, so it costs microseconds where a question and an answer would cost a page a tenth."""
    try:
        # Twice: at first there may be the server's last words, and the end of the line behind them.
        connection.pgconn.consume_input()
        connection.pgconn.consume_input()
        is_there = connection.pgconn.status == psycopg.pq.ConnStatus.OK
    except psycopg.OperationalError:
        is_there = False
    if not is_there:
        raise DisconnectionError("the server has hung up")


class _OnGevent(psycopg.Connection[Any]):
    """A connection that waits for its answer on gevent's loop itself. psycopg's own way works there too, by polling
    through gevent's imitation of `poll`, and costs a page as much again as all its queries."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        try:
            state = next(gen)
            while True:
                # psycopg and gevent number reading 1 and writing 2.
                watcher = get_hub().loop.io(self.pgconn.socket, int(state))
                try:
                    get_hub().wait(watcher)
                finally:
                    watcher.close()
                state = gen.send(state)
        except StopIteration as end:
            return end.value
        except BaseException:
            # Broken off while the server still works: nobody may ask the next thing on this connection.
            if self.pgconn.transaction_status == psycopg.pq.TransactionStatus.ACTIVE:
                self.close()
            raise


def _connect_on_gevent(_dialect: object, _record: object, arguments: Any, named: Any) -> psycopg.Connection[Any]:
    return _OnGevent.connect(*arguments, **named)


def _sqlite(url: str, path: str | None) -> tuple[Engine, Engine]:
    if path:
        # A folder that we make is for our eyes alone: the database in it is readable by whoever gets that far.
        Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    reader = create_engine(
        url, isolation_level="AUTOCOMMIT", pool_size=10, max_overflow=50, connect_args=_PLAIN, hide_parameters=True
    )
    # One connection: waiting for it is how writers of one process queue up, without holding up any reader.
    writer = create_engine(
        url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=WRITE_PATIENCE_S,
        connect_args={**_PLAIN, "isolation_level": None},
        hide_parameters=True,
    )
    event.listen(reader, "connect", _set_up_sqlite)
    event.listen(writer, "connect", _set_up_sqlite)
    event.listen(writer, "begin", _begin_immediate)
    return reader, writer


_PLAIN = {"check_same_thread": False, "timeout": 5.0}


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # FULL: a write that was acknowledged is on the disk, also when the power goes.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-32768",
        "mmap_size=268435456",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock now, waiting politely: SQLite's own waiting would stop every greenlet."""
    raw = connection.connection.dbapi_connection
    assert raw is not None
    until = time.monotonic() + WRITE_PATIENCE_S
    raw.execute("PRAGMA busy_timeout=0")
    while True:
        try:
            raw.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise OperationalError("BEGIN IMMEDIATE", None, error) from error
            time.sleep(0.005)


def insert_or_update(
    connection: Connection,
    table: Table,
    values: Mapping[str, Any],
    key: Sequence[str],
    update: Mapping[str, Any] | None = None,
) -> bool:
    """Insert a row, or update the one that has this key (`update` empty: leave it). True if a row was written.

    `update` holds values, and expressions over the row there is and `excluded`, the one that was to be inserted.
    """
    return _upsert(connection, table, values, key, update or {}, key[0]) is not None


def insert_once(connection: Connection, table: Table, values: Mapping[str, Any], key: Sequence[str]) -> int | None:
    """Insert a row and return its `id`; None, and nothing done, when there is one with this key. A key with nothing in
    it (NULL) is no row's."""
    row = _upsert(connection, table, values, key, {}, "id")
    return row and row[0]


def _upsert(
    connection: Connection,
    table: Table,
    values: Mapping[str, Any],
    key: Sequence[str],
    change: Mapping[str, Any],
    returning: str,
) -> Row[Any] | None:
    plain = {f"change_{name}": value for name, value in change.items() if not isinstance(value, ClauseElement)}
    made = _upsert_statement(
        connection.dialect.name,
        table,
        tuple(values),
        tuple(key),
        tuple((name, value if isinstance(value, ClauseElement) else None) for name, value in change.items()),
        returning,
    )
    # The number of rows is not told for an insert by every driver; what was written can be asked back.
    return connection.execute(made, {**values, **plain}).first()


@lru_cache(maxsize=128)
def _upsert_statement(
    dialect: str,
    table: Table,
    names: tuple[str, ...],
    key: tuple[str, ...],
    change: tuple[tuple[str, ClauseElement | None], ...],
    returning: str,
) -> Any:
    """The statement, built once for the same columns; a change without an expression is asked as `change_...`."""
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    bound = {name: bindparam(name, type_=table.c[name].type) for name in names}
    statement = make(table).values(bound)
    if not change:
        return statement.on_conflict_do_nothing(index_elements=list(key)).returning(table.c[returning])
    asked = {
        name: bindparam(f"change_{name}", type_=table.c[name].type) if expression is None else expression
        for name, expression in change
    }
    return statement.on_conflict_do_update(index_elements=list(key), set_=asked).returning(table.c[returning])


def insert_or_update_from(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: Select[*tuple[Any, ...]],
    key: Sequence[str],
    update: Mapping[str, ColumnElement[Any]],
    where: ColumnElement[bool],
) -> None:
    """Insert what a query finds; a row that has the key of one already is updated instead, if it meets a condition."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = make(table).from_select(list(names), rows)
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=dict(update), where=where))


def hold_still(connection: Connection, *tables: Table) -> None:
    """Nobody else changes these tables until the running transaction ends; reading goes on. On SQLite a writer is
    alone from its first statement."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(connection.dialect.identifier_preparer.format_table(table) for table in tables)
        connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE")


def numbers_follow(connection: Connection, table: Table) -> None:
    """After rows were added with numbers of their own: let the next number come after the highest."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "  # noqa: S608  (our own names)
            f"(SELECT coalesce(max(id), 1) FROM {table.name}))"
        )


def reserve_keys(connection: Connection, table: Table, count: int) -> list[int]:
    """Keys for rows that are about to be inserted. Asking beforehand lets many rows travel as one prepared
    statement: on PostgreSQL four times as fast as asking each row for its key afterwards."""
    if connection.dialect.name == "postgresql":
        names = {"name": table.name, "count": count}
        asked = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return list(connection.scalars(asked, names))
    last = connection.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0
    return list(range(last + 1, last + count + 1))


def insert_what_is_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows that are not there yet."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(make(table).on_conflict_do_nothing(), list(rows))


# ---- searching: words and marks of `search_entry` in an index of the database's own ---------------------------------

# In no more places than this the newest are merged from the index of each.
NEAR_MAX = 12


def make_search_index(connection: Connection) -> None:
    """Make the index over `search_entry` that keeps itself. Harmless to repeat, and needed again after a change that
    made the table anew: its triggers are gone then, and nobody says so."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            "ALTER TABLE search_entry ADD COLUMN IF NOT EXISTS vector tsvector GENERATED ALWAYS AS"
            " (setweight(to_tsvector('simple', words), 'A') || to_tsvector('simple', marks)) STORED"
        )
        connection.exec_driver_sql(
            "CREATE INDEX IF NOT EXISTS ix_search_entry_vector ON search_entry USING gin (vector)"
            " WITH (fastupdate = off)"
        )
        return
    # The letters are ours already: nothing is left to fold. Nothing is ranked, so no sizes are kept.
    connection.exec_driver_sql(
        "CREATE VIRTUAL TABLE IF NOT EXISTS search_fts USING fts5 (words, marks, content='search_entry',"
        " content_rowid='id', tokenize='ascii', columnsize=0)"
    )
    gone = "INSERT INTO search_fts (search_fts, rowid, words, marks) VALUES ('delete', old.id, old.words, old.marks);"
    come = "INSERT INTO search_fts (rowid, words, marks) VALUES (new.id, new.words, new.marks);"
    for when, steps in (("INSERT", come), ("DELETE", gone), ("UPDATE OF words, marks", gone + come)):
        connection.exec_driver_sql(
            f"CREATE TRIGGER IF NOT EXISTS search_entry_{when[:6].lower()} AFTER {when} ON search_entry"
            f" BEGIN {steps} END"
        )


def never_overlap(connection: Connection, table: str, first: str, after: str, unless: str, most: int) -> None:
    """Let the database itself refuse a row of `table` whose numbers from `first` up to `after` (`most` at most) overlap
    those of another, but for rows where `unless` is filled in. It says so with an IntegrityError that names
    `never_overlap`. Needed again after a change that made the table anew on SQLite: its triggers are gone then."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(
            f"ALTER TABLE {table} ADD CONSTRAINT ex_{table}_never_overlap"
            f" EXCLUDE USING gist (int8range({first}, {after}) WITH &&) WHERE ({unless} IS NULL)"
        )
        return
    # One writer at a time: nobody comes between the look and the row.
    taken = (
        f"SELECT 1 FROM {table} WHERE {unless} IS NULL AND {first} > new.{first} - {most}"  # noqa: S608
        f" AND {first} < new.{after} AND {after} > new.{first} AND id IS NOT new.id"
    )
    for when in ("INSERT", "UPDATE"):
        connection.exec_driver_sql(
            f"CREATE TRIGGER IF NOT EXISTS {table}_never_overlap_{when.lower()} BEFORE {when} ON {table}"
            f" WHEN new.{unless} IS NULL AND EXISTS ({taken})"
            f" BEGIN SELECT RAISE(ABORT, '{table} never_overlap'); END"
        )


def drop_search_index(connection: Connection) -> None:
    """Before `search_entry` is dropped."""
    if connection.dialect.name != "postgresql":
        connection.exec_driver_sql("DROP TABLE search_fts")


def is_of_the_database(kind: str, name: str | None) -> bool:
    """What stands in a database besides our tables, and a migration must leave alone: the parts of that index."""
    return (
        (kind == "table" and bool(name) and str(name).startswith("search_fts"))
        or (kind == "column" and name == "vector")
        or (kind == "index" and name == "ix_search_entry_vector")
    )


class Hit:
    """What a search finds, to join with: its `source`, its number, what it is about, and the condition."""

    def __init__(self, source: FromClause, id: Any, subject_id: Any, condition: Any = None) -> None:
        self.source, self.id, self.subject_id, self.condition = source, id, subject_id, condition


def ways_to_search(connection: Connection, is_seldom: bool) -> Sequence[int]:
    """The ways in which a search is tried: when one gives as many rows as were asked for, newest first, they are the
    newest there are, and the next is not needed. What `is_seldom` is not looked for among the newest first."""
    return (1,) if is_seldom or connection.dialect.name != "postgresql" else (0, 1)


def way_to_search(dialect: str, way: int, entry: Table, places: int | None, has_since: bool, has_until: bool) -> Hit:
    """The entries in which everything stands that is bound by `words_to_search`. `places`: how many are bound as
    place_0 and on, outside of which nothing is wanted, and no other kind than `kind`; None: it may be anywhere. `since`
    and `until` are bound as the numbers between which an entry has to be, `read` as how many of the newest are read."""

    def is_between(id: ColumnElement[int]) -> list[ColumnElement[bool]]:
        made = [id >= bindparam("since")] if has_since else []
        return [*made, id < bindparam("until")] if has_until else made

    if dialect != "postgresql":
        terms = table("search_fts", column("rowid", Key))
        source = terms.join(entry, entry.c.id == terms.c.rowid)
        match = literal_column("search_fts").match(bindparam("wanted"))
        return Hit(source, terms.c.rowid, entry.c.subject_id, and_(match, *is_between(terms.c.rowid)))
    vector: Any = literal_column("search_entry.vector", postgresql.TSVECTOR).label("vector")
    wanted, besides = (cast(bindparam(name), postgresql.TSQUERY) for name in ("wanted", "besides"))
    every = select(entry.c.id, entry.c.subject_id, vector).where(*is_between(entry.c.id))
    if way == 1:
        # First all there are: asked in one breath, the planner walks all entries in their order until enough are met.
        found = every.where(vector.bool_op("@@")(wanted)).cte("found").prefix_with("MATERIALIZED")
        hits = select(found.c.id, found.c.subject_id).where(found.c.vector.bool_op("@@")(besides))
    else:
        window = bindparam("read", type_=Integer)
        newest = every.order_by(entry.c.id.desc()).limit(window)
        if places is not None:
            # Of each place by its own index: asked of all together, the planner reads them whole.
            here = newest.where(entry.c.kind == bindparam("kind"))
            parts = [here.where(entry.c.place_id == bindparam(f"place_{at}")).subquery() for at in range(places)]
            merged = union_all(*(select(part) for part in parts)).subquery()
            newest = select(merged).order_by(merged.c.id.desc()).limit(window)
        read = newest.cte("newest").prefix_with("MATERIALIZED")
        hits = select(read.c.id, read.c.subject_id)
        hits = hits.where(read.c.vector.bool_op("@@")(wanted), read.c.vector.bool_op("@@")(besides))
    # In their order here already: the room's statement then reads no more of its own than it shows.
    ordered = hits.order_by(hits.selected_columns.id.desc()).subquery()
    return Hit(ordered, ordered.c.id, ordered.c.subject_id)


def words_to_search(connection: Connection, wanted: Sequence[Any], besides: Sequence[Any]) -> dict[str, str]:
    """The values to bind for what must be there: each a word, one of a list, or a tuple in its order. `besides` is what
    stands in so much that PostgreSQL had better look at what the rest has found than read its part of the index."""
    if connection.dialect.name == "postgresql":
        return {"wanted": _tsquery(wanted), "besides": _tsquery(besides)}
    # The rarest first: from each of its rows the others are only looked up.
    return {"wanted": _fts5([*wanted, *(mark for mark in besides if mark not in wanted)])}


def is_in_index(connection: Connection, word: str) -> bool:
    """Whether this stem stands in anything."""
    if connection.dialect.name == "postgresql":
        asked = text("SELECT 1 FROM search_entry WHERE vector @@ CAST(:wanted AS tsquery) LIMIT 1")
        return connection.scalar(asked, {"wanted": _tsquery([word])}) is not None
    asked = text("SELECT 1 FROM search_fts WHERE search_fts MATCH :wanted LIMIT 1")
    return connection.scalar(asked, {"wanted": _fts5([word])}) is not None


def _fts5(wanted: Sequence[Any]) -> str:
    def one(part: Any) -> str:
        if isinstance(part, list):
            return "(" + " OR ".join(map(one, part)) + ")"
        if isinstance(part, tuple):
            return 'words : "' + " ".join(part) + '"'
        return f'"{part}"'

    return " AND ".join(map(one, wanted))


def _tsquery(wanted: Sequence[Any]) -> str:
    def one(part: Any) -> str:
        if isinstance(part, list):
            return "(" + " | ".join(map(one, part)) + ")"
        if isinstance(part, tuple):
            return "(" + " <-> ".join(f"'{word}':A" for word in part) + ")"
        return f"'{part}'"

    return " & ".join(map(one, wanted))
