"""Many rows in one statement: an import writes tens of thousands, and row by row that would take minutes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, update

from community import db, dialect


def insert_rows(model: type[db.Base], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert rows with the same columns; returns their keys, in order."""
    if not rows:
        return []
    table = cast(Table, model.__table__)
    keys = dialect.reserve_keys(db.connection(), table, len(rows))
    # On the table: the mapper would leave out what is None, and so write every row by itself.
    db.connection().execute(insert(table), [{"id": key, **row} for key, row in zip(keys, rows, strict=True)])
    return keys


def update_rows(model: type[db.Base], rows: Iterable[Mapping[str, Any]], *, only: Any = None) -> None:
    """Change rows: each has its `id` and the columns to change; `only` is a further condition."""
    table = cast(Table, model.__table__)
    alike: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        values = {name: value for name, value in row.items() if name != "id"}
        if values:
            alike[tuple(sorted(values))].append({"key of the row": row["id"], **values})
    for names, group in alike.items():
        statement = update(table).where(table.c.id == bindparam("key of the row"))
        if only is not None:
            statement = statement.where(only)
        db.connection().execute(statement.values({name: bindparam(name) for name in names}), group)
