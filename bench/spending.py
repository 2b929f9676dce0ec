"""What a server spends: CPU seconds and private memory of its whole process tree, and apart from it of its database
and its Redis. On SQLite the database is inside the tree."""

from __future__ import annotations

from dataclasses import dataclass

import psutil
import psycopg

# The processes with which PostgreSQL writes behind everybody's back; their work for us is ours, and on a server that
# others use too, some of theirs.
_BEHIND = ("checkpointer", "background writer", "walwriter")


@dataclass(frozen=True, slots=True)
class Spent:
    """CPU seconds: of the server's own processes, of the database, of Redis."""

    server: float
    database: float
    redis: float

    @property
    def total(self) -> float:
        return self.server + self.database + self.redis

    def __sub__(self, before: Spent) -> Spent:
        return Spent(self.server - before.server, self.database - before.database, self.redis - before.redis)


class Processes:
    """The processes of one server.

    Args:
        pid: of the process that was started.
        postgres: the address of its PostgreSQL database, if that is what it uses.
        redis: the process of a Redis that nobody else uses.
    """

    def __init__(self, pid: int, postgres: str | None = None, redis: int | None = None) -> None:
        self.root = psutil.Process(pid)
        self.postgres, self.redis = postgres, redis
        # What processes that have ended had used when last seen.
        self._database: dict[int, float] = {}

    def tree(self) -> list[psutil.Process]:
        """The server's processes now."""
        return [self.root, *self.root.children(recursive=True)]

    def spent(self) -> Spent:
        """CPU seconds so far; ask twice and subtract."""
        return Spent(
            sum(map(_cpu, self.tree())),
            self._database_spent() if self.postgres else 0.0,
            _cpu(psutil.Process(self.redis)) if self.redis else 0.0,
        )

    def _database_spent(self) -> float:
        """Of the backends that serve this database, and of the processes that write behind all backends."""
        assert self.postgres is not None
        with psycopg.connect(self.postgres, autocommit=True) as connection:
            rows = connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE (datname = current_database() AND pid <> pg_backend_pid())"
                " OR backend_type = ANY(%s)",
                (list(_BEHIND),),
            ).fetchall()
        for (pid,) in rows:
            try:
                self._database[pid] = _cpu(psutil.Process(pid))
            except psutil.NoSuchProcess:  # it was on another machine, or it went at this moment
                if not self._database:
                    raise SystemExit("PostgreSQL runs on another machine: its CPU time cannot be read here.") from None
        return sum(self._database.values())

    def memory(self) -> float:
        """Private memory of the server's processes together, in MB: what would come free if they ended. Resident
        memory would count the mapped database file once per connection."""
        return float(sum(process.memory_full_info().uss for process in self.tree())) / 1e6


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
