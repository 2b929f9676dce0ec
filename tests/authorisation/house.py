"""A world in which everybody of `people` lives, works, or no longer does, with something in it of every kind; and the
way back to it after a test has changed it. Made once per database."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, insert, select, text

from community import db, dialect
from forums import showing
from tests.authorisation import things
from tests.authorisation.people import PEOPLE
from tests.conftest import empty
from tests.world import World

Contents = dict[str, Counter[tuple[Any, ...]]]


@dataclass
class House:
    """The application with this world in it. `things` are the words that may stand between braces in an address: each
    with the address part of something that is there, and of something that never was. `carried` is what a browser may
    bring from the page before, in its cookie."""

    app: Flask
    world: World
    tokens: dict[str, str] = field(default_factory=dict)
    things: dict[str, tuple[str, str]] = field(default_factory=dict)
    carried: dict[str, dict[str, Any]] = field(default_factory=dict)
    _rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _remembered: Contents = field(default_factory=dict)
    _written: set[str] = field(default_factory=set)
    _files: dict[Path, bytes] = field(default_factory=dict)

    @classmethod
    def build(cls, app: Flask) -> House:
        """Empty the database and fill it."""
        with app.app_context():
            empty(app)
            house = cls(app, World.build())
            things.more_people(house.world)
            house.things = things.there_are(house.world)
            for kind, key in PEOPLE.items():
                if key is not None:
                    house.tokens[kind] = house.world.open_session(key)
            house.carried = things.carried(house.world, house.things, house.tokens)
            things.some_leave(house.world)
            house._remember()
        return house

    def browser(self, kind: str, carries: str = "") -> FlaskClient:
        """A browser in which a kind of person is signed in; `carries` says what it brings from the page before."""
        made = self.app.test_client()
        token = self.tokens.get(kind)
        with made.session_transaction() as cookie:
            if token is not None:
                cookie["_user_id"], cookie["_fresh"] = token, True
            cookie.update(self.carried.get(carries, {}))
        return made

    def filled(self, words: str) -> str:
        """What is typed, with everything that is there in its place."""
        return words.format(**{word: there for word, (there, _absent) in self.things.items()})

    def address(self, path: str) -> str:
        """The address with everything that is there in its place."""
        return self.filled(path)

    def absent_address(self, path: str) -> str | None:
        """The same address for something that never was; None when the address is about nothing in particular."""
        never = path.format(**{word: absent for word, (_there, absent) in self.things.items()})
        return never if never != self.address(path) else None

    # ---- what a deed leaves behind -------------------------------------------------------------------------------

    def traces(self) -> dict[str, list[tuple[Any, ...]]]:
        """What is in the tables now that was not, or was and is no longer; by table. That a device was in use, and
        what a stranger typed and will find again after signing in, are no traces."""
        found = {}
        for name, rows in self._contents(self._written).items():
            before = self._remembered[name]
            if name == "kept_form" or rows == before:
                continue
            if name == "login_session" and len(rows) == len(before) and _but_for_use(rows) == _but_for_use(before):
                continue
            found[name] = [*(rows - before), *(before - rows)]
        return found

    def _contents(self, names: Iterable[str]) -> Contents:
        with self.app.app_context(), db.engine().connect() as connection:
            return {
                name: Counter(_comparable(row) for row in connection.execute(select(TABLES[name]))) for name in names
            }

    def _remember(self) -> None:
        with db.engine().connect() as connection:
            for name, table in TABLES.items():
                self._rows[name] = [dict(row._mapping) for row in connection.execute(select(table))]
        self._remembered = self._contents(TABLES)
        kept = Path(self.app.config["INSTANCE"]) / "files"
        self._files = {path: path.read_bytes() for path in kept.rglob("*") if path.is_file()}
        for engine in self.app.extensions["engines"]:
            event.listen(engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        """Which tables a statement writes to; all of them when it cannot be seen."""
        written = _WRITES.match(statement)
        if written:
            self._written.add(written[1])
        elif not _READS.match(statement):
            self._written.update(TABLES)

    def restore(self) -> None:
        """Make everything as it was; and forget what the application remembers beside the tables."""
        self.forget()
        for path, content in self._files.items():
            if not path.exists():
                path.write_bytes(content)
        dirty = [table for name, table in TABLES.items() if name in self._written]
        if not dirty:
            return
        with self.app.app_context(), db.engine().begin() as connection:
            # Tables are emptied and filled one by one, so who points to whom is looked at when all is as it was.
            is_sqlite = connection.dialect.name == "sqlite"
            connection.execute(text("PRAGMA defer_foreign_keys=ON" if is_sqlite else "SET CONSTRAINTS ALL DEFERRED"))
            if not is_sqlite:
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            for table in reversed(dirty):
                connection.execute(delete(table))
            for table in dirty:
                if rows := self._rows[table.name]:
                    connection.execute(insert(table), rows)
                if "id" in table.c:
                    dialect.numbers_follow(connection, table)
        self._written.clear()

    def forget(self) -> None:
        """Let the application forget tries, finished pages and sockets."""
        sockets = self.app.extensions["live"]
        sockets.sessions.clear()
        sockets.watching.clear()
        self.app.extensions["throttle"].storage.reset()
        for kept in ("kept frames", "kept audiences"):
            self.app.extensions.pop(kept, None)
        showing.init_app(self.app)


TABLES = {table.name: table for table in db.Base.metadata.sorted_tables}
_WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
_READS = re.compile(r"\s*(?:SELECT|PRAGMA|BEGIN|SET|LOCK|SHOW|ROLLBACK)\b", re.IGNORECASE)


def _comparable(row: Any) -> tuple[Any, ...]:
    return tuple(str(value) if isinstance(value, (dict, list)) else value for value in row)


def _but_for_use(rows: Counter[tuple[Any, ...]]) -> set[tuple[Any, ...]]:
    """Sessions without when they were used and until when they last for that."""
    columns = list(TABLES["login_session"].c.keys())
    left_out = {columns.index(name) for name in ("seen_at", "expires_at")}
    return {tuple(value for place, value in enumerate(row) if place not in left_out) for row in rows}
