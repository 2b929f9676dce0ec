"""The database as the rest of the house knows it: one session per request or job, reads that stand alone, and
`@action`, the only thing that commits. What must happen after a commit is handed over with `after_commit`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, ParamSpec, TypeVar, cast

from flask import Flask, current_app, g
from sqlalchemy import Connection, Engine, MetaData, bindparam, orm, select, text

from community import dialect

P = ParamSpec("P")
R = TypeVar("R")
log = logging.getLogger(__name__)

# Names for every constraint, so that a migration can name what it changes on either database.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(orm.DeclarativeBase):
    """The root of every table."""

    metadata = MetaData(naming_convention=_NAMES)


class Session(orm.Session):
    """A session that reads on the reader and, inside an action, works on the writer."""

    def __init__(self, reader: Engine, writer: Engine) -> None:
        super().__init__(expire_on_commit=False, autoflush=False)
        self.reader, self.writer = reader, writer
        self.writing = False
        self.afterwards: list[Callable[[], None]] = []

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine:
        return self.writer if self.writing else self.reader


def init_app(app: Flask) -> None:
    """Open the database of the settings; each application context gets a session of its own."""
    app.extensions["engines"] = dialect.engines(app.config["DATABASE_URL"])
    app.teardown_appcontext(_close)


def session() -> Session:
    """The session of this request or job."""
    if "session" not in g:
        g.session = Session(*current_app.extensions["engines"])
    return cast(Session, g.session)


def connection() -> Connection:
    """The connection beneath the session, for rows that are only read."""
    return session().connection()


def engine() -> Engine:
    """The engine that writes (migrations, loading in bulk)."""
    return cast(Engine, current_app.extensions["engines"][1])


def _close(_error: BaseException | None) -> None:
    held: Session | None = g.pop("session", None)
    if held is not None:
        held.close()


def action(do: Callable[P, R]) -> Callable[P, R]:
    """Make a function one transaction: all of it happens, or nothing. An action called in an action joins it.

    What was handed to `after_commit` runs once the change is on the disk; a failure there is logged, not raised,
    because the change stands.
    """

    @wraps(do)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        held = session()
        if held.writing:
            return do(*args, **kwargs)
        held.commit()  # gives the reader's connection back
        held.writing, held.afterwards = True, []
        try:
            result = do(*args, **kwargs)
            held.commit()
        except BaseException:
            held.rollback()
            raise
        finally:
            held.writing = False
        for step in held.afterwards:
            try:
                step()
            except Exception:
                log.exception("after commit: %r failed", step)
        return result

    run.is_action = True  # type: ignore[attr-defined]
    return run


def after_commit(step: Callable[[], None]) -> None:
    """Do this once the action has been committed; never when it fails. May be lost in a crash."""
    held = session()
    assert held.writing, "after_commit belongs in an action"
    held.afterwards.append(step)


def lock(model: type[R], key: int) -> R | None:
    """The row, locked until the action ends, with what stands in the database now. Lock first, count second."""
    assert session().writing, "a lock belongs in an action"
    return cast(R | None, session().scalars(_locking(cast(Any, model)), {"key": key}).one_or_none())


@lru_cache
def _locking(model: Any) -> Any:
    return select(model).where(model.id == bindparam("key")).with_for_update().execution_options(populate_existing=True)


def answers() -> bool:
    """True when the database answers."""
    try:
        return bool(connection().execute(text("SELECT 1")).scalar() == 1)
    except Exception:
        log.exception("the database does not answer")
        return False
