"""What was there before it could be found, and the whole index anew. A room says how all that it keeps in the index is
gone through (`fills`); the worker does so bit by bit, `flask search-index` at one go."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import Select, delete, func, insert, select

from community import db, jobs, search, spelling

# So many of before the index are done at once: some tens of milliseconds in which nobody else writes.
BATCH = 200


@dataclass(frozen=True, slots=True)
class Filling:
    """How a room fills the index: `ids` selects the numbers of all that it keeps there under this name, `renew(ids)`
    lets some of them be found by what they are now, and `every()` gives the entries of all, in the order of time."""

    name: str
    ids: Select[int]
    renew: Callable[[Sequence[int]], object]
    every: Callable[[], Iterable[tuple[dict[str, Any], Sequence[str]]]]


def init_app(app: Flask) -> None:
    """Nobody fills the index yet."""
    app.extensions["search fillings"] = {}
    jobs.every_round(app, catch_up)
    app.cli.add_command(search_index)


def fills(app: Flask, filling: Filling) -> None:
    """Let what a room keeps in the index be gone through. Where it was there before the index, a migration says so with
    a row in `search_unindexed`: this name, and the highest number."""
    app.extensions["search fillings"][filling.name] = filling


def _fillings() -> dict[str, Filling]:
    return cast(dict[str, Filling], current_app.extensions["search fillings"])


def catch_up() -> None:
    """Go through the next of before the index, the newest first; what a round of the worker does."""
    for name in db.session().scalars(_NAMES).all():
        if name in _fillings():
            _go_on(_fillings()[name])


_NAMES = select(search.Unindexed.kind).order_by(search.Unindexed.kind)


@db.action
def _go_on(filling: Filling) -> bool:
    """True when there is more."""
    this = search.Unindexed.kind == filling.name
    left = db.session().scalar(
        select(search.Unindexed).where(this).with_for_update().execution_options(populate_existing=True)
    )
    if left is None:
        return False
    number = filling.ids.selected_columns[0]
    # Nobody changes them meanwhile: what is read is what they are found by.
    chosen = filling.ids.where(number <= left.upto).order_by(number.desc()).limit(BATCH).with_for_update(read=True)
    ids = list(db.connection().execute(chosen).scalars())
    filling.renew(ids)
    if len(ids) < BATCH:
        db.session().delete(left)
        return False
    left.upto = ids[-1] - 1
    return True


@click.command("search-index")
@click.option("--anew", is_flag=True, help="Forget what is in the index and go through everything again.")
@with_appcontext
def search_index(anew: bool) -> None:
    """Go through everything that is not in the search index yet, at one go; the worker does the same bit by bit."""
    if anew:
        begin_anew()
    for filling in _fillings().values():
        while _go_on(filling):
            pass
    click.echo("The search index is up to date.")


@db.action
def begin_anew() -> None:
    """The index is empty, and everything is still to be gone through."""
    _empty()
    for filling in _fillings().values():
        last = db.connection().execute(select(func.max(filling.ids.subquery().columns[0]))).scalar()
        if last is not None:
            db.connection().execute(insert(search.Unindexed), {"kind": filling.name, "upto": last})


def fill() -> None:
    """Part of a running action: make the index anew at one go; for what was added without one by one being said (the
    demonstration, measuring)."""
    _empty()
    search.fill(heapq.merge(*(filling.every() for filling in _fillings().values()), key=lambda made: made[0]["id"]))


def _empty() -> None:
    for model in (search.Entry, spelling.Spelling, search.Unindexed):
        db.connection().execute(delete(model))
    spelling.forget_known()
