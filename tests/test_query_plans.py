"""No page goes through the whole of a table that grows: whatever is asked of one is found by an index. On SQLite, which
says how it will look without having looked, and decides it without knowing how much there is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import event

from tests.authorisation.house import House
from tests.authorisation.routes import ROUTES
from tests.authorisation.table import Row

# What an association of ten thousand dwellings has a hundred thousand of after some years.
GROWING = frozenset(
    [
        "post",
        "topic",
        "topic_reader",
        "thanks",
        "speaker",
        "attachment",
        "draft",
        "search_entry",
        "search_term",
        "occurrence",
        "registration",
        "guest",
        "event",
        "journal_entry",
        "outgoing_mail",
        "login_session",
        "booking",
        "call",
        "flag",
    ]
)
# Who has seldom anything, and who everything.
WHO = ("writer", "caretaker", "director", "moderator", "administrator", "stranger")
# Who works everywhere sees all of a calendar, so goes through all of it: they are few, and an index over the moment alone
# makes everybody else's calendar eight times as dear.
ALL_OF_IT = {("events.agenda", "director")}
SCAN = re.compile(r"^SCAN (\w+)(?! USING)")
ALIAS = re.compile(r"(\w+) AS (\w+)")


def walks(house: House, row: Row, kind: str) -> dict[str, str]:
    """Growing table -> a statement of this page that goes through all of it."""
    asked: dict[str, Any] = {}

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            asked.setdefault(statement, parameters)

    engines = house.app.extensions["engines"]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        house.browser(kind, row.carries).get(house.address(row.path))
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
    found = {}
    with engines[0].connect() as connection:
        for statement, parameters in asked.items():
            if "WHERE 0 = 1 " in statement:  # of who has nothing there nothing is looked at
                continue
            names = {alias: name for name, alias in ALIAS.findall(statement)}
            for line in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
                scanned = SCAN.match(line[3])
                table = scanned and names.get(scanned[1], scanned[1])
                if table in GROWING:
                    found[table] = statement
    return found


@pytest.mark.sqlite_only("the plans of PostgreSQL depend on how much there is")
@pytest.mark.parametrize("row", [row for row in ROUTES if not row.is_a_deed], ids=lambda row: row.name)
def test_no_page_goes_through_a_table_that_grows(house: House, row: Row) -> None:
    for kind in WHO:
        if kind in row.ok and (row.endpoint, kind) not in ALL_OF_IT:
            assert walks(house, row, kind) == {}, kind


@pytest.mark.sqlite_only("the same")
def test_going_through_a_table_is_noticed(house: House) -> None:
    with house.app.extensions["engines"][0].connect() as connection:
        lines = connection.exec_driver_sql("EXPLAIN QUERY PLAN SELECT id FROM post AS p WHERE html LIKE '%x%'").all()
    assert [SCAN.match(line[3])[1] for line in lines] == ["p"]  # type: ignore[index]
