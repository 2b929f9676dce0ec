"""Connections to PostgreSQL: one that the server has hung up is not used, and on gevent's loop waiting for one answer
lets others go on. On gevent in a process of its own, because gevent changes what waiting is for a whole process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from community import dialect
from tests import loud, servers

ROOT = Path(__file__).parent.parent.parent
BEFORE = """
from gevent import monkey
monkey.patch_all()
import sys, time, gevent
from sqlalchemy import text
from community import dialect
reader, writer = dialect.engines(sys.argv[1])
def ask(words, engine=reader):
    with engine.connect() as connection:
        return connection.execute(text(words)).scalar()
"""


@pytest.fixture(scope="module")
def address() -> str:
    found = servers.postgres()
    if found is None:
        loud.not_tested("on PostgreSQL: no server found")
    return str(found).replace("postgresql://", "postgresql+psycopg://", 1)


def on_gevent(address: str, program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", BEFORE + program, address], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_after_a_restart_of_the_server_the_next_question_is_answered(address: str) -> None:
    for engine in dialect.engines(address):
        other = dialect.engines(address)[0]
        with engine.connect() as connection:
            mine = connection.execute(text("SELECT pg_backend_pid()")).scalar()
        with other.connect() as connection:
            connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": mine})
        with engine.connect() as connection:
            assert connection.execute(text("SELECT pg_backend_pid()")).scalar() != mine


def test_a_reader_writes_nothing_half_and_a_writer_everything_or_nothing(address: str) -> None:
    reader, writer = dialect.engines(address)
    with reader.connect() as connection:
        assert connection.execute(text("SELECT pg_current_xact_id_if_assigned()")).scalar() is None
        first, second = (connection.execute(text("SELECT now()")).scalar() for _ in range(2))
    assert first != second, "each statement of a reader stands alone"
    with writer.connect() as connection:
        first, second = (connection.execute(text("SELECT now()")).scalar() for _ in range(2))
    assert first == second, "a writer's statements are one transaction"


def test_on_gevent_waiting_for_one_answer_lets_others_go_on(address: str) -> None:
    program = """
began = time.monotonic()
gevent.joinall([gevent.spawn(ask, "SELECT pg_sleep(1)") for _ in range(5)], raise_error=True)
assert type(reader.raw_connection().driver_connection) is dialect._OnGevent
print(time.monotonic() - began < 3.5)
"""
    assert on_gevent(address, program) == "True"


def test_on_gevent_a_large_question_and_a_large_answer_arrive_whole(address: str) -> None:
    program = """
with writer.connect() as connection:
    words = "é" * 3_000_000
    print(connection.execute(text("SELECT CAST(:words AS text)"), {"words": words}).scalar() == words)
"""
    assert on_gevent(address, program) == "True"


def test_on_gevent_a_refused_statement_is_an_error_and_the_next_one_works(address: str) -> None:
    program = """
for engine in (reader, writer):
    try:
        ask("SELECT 1/0", engine)
    except Exception as error:
        print(type(error).__name__, ask("SELECT 7", engine))
"""
    assert on_gevent(address, program).splitlines() == ["DataError 7", "DataError 7"]


def test_on_gevent_a_question_that_is_broken_off_leaves_no_answer_for_the_next(address: str) -> None:
    program = """
for engine in (reader, writer):
    asking = gevent.spawn(ask, "SELECT pg_sleep(30)", engine)
    gevent.sleep(0.3)
    asking.kill()
    print(ask("SELECT 7", engine))
"""
    assert on_gevent(address, program).splitlines() == ["7", "7"]
