"""What pages cost: CPU milliseconds per request of the whole server with its database, requests per second and waiting
times, each beside the floor of the same minute and over the same posts."""

from __future__ import annotations

import secrets
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bench.instance import Instance
from bench.load import Ask, Load
from bench.residents import CODINGS, Resident, Talk, form_token, longest, sign_in, talks_of_building
from bench.spending import Processes

# As many as the connections of a browser and a bit: the server is never idle, and never overrun.
WORKERS = 8
WARM_UP = 200
SHOWN = 5
# Readers and writers live in different buildings, so that what is written is not unread to who reads.
WRITERS = 8
TEXT = "Ik heb het nagevraagd: **dinsdag** komt er iemand langs.\n\nNeem wel even de sleutel mee, zie www.example.nl."


@dataclass
class Measured:
    """One kind of request, once per round."""

    cpu_ms: list[float] = field(default_factory=list)
    database_ms: list[float] = field(default_factory=list)
    to_floor: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    bytes: list[float] = field(default_factory=list)

    def middle(self) -> dict[str, float]:
        """The median of each over the rounds."""
        return {name: round(statistics.median(values), 3) for name, values in vars(self).items() if values}


Results = dict[str, Measured]


def measure(
    instance: Instance, *, rounds: int, requests: int, say: Callable[[str], None], of: type[Round] | None = None
) -> dict[str, dict[str, float]]:
    """Measure all kinds of page in `rounds` rounds, each with a freshly started server; medians by kind. "memory"
    holds MB of private memory of the idle server and of the same one after the load. `of` says which kinds."""
    of = of or Round
    residents = sign_in(instance.app, WRITERS + 1)
    reader, writers = residents[0], [one for one in residents[1:] if one.building_id != residents[0].building_id]
    results: Results = {}
    memory: dict[str, list[float]] = {"idle": [], "loaded": []}
    for number in range(1, rounds + 1):
        processes = instance.start()
        try:
            memory["idle"].append(processes.memory())
            of(instance, processes, reader, writers, requests, results).run()
            memory["loaded"].append(processes.memory())
        finally:
            instance.stop()
        say(f"  round {number} of {rounds}")
    middles = {name: measured.middle() for name, measured in results.items()}
    return {**middles, "memory": {when: round(statistics.median(values), 1) for when, values in memory.items()}}


class Round:
    """One freshly started server, and every kind of request on it. `beside` is the kind that the others are told in."""

    beside = "floor"

    def __init__(
        self,
        instance: Instance,
        processes: Processes,
        reader: Resident,
        writers: list[Resident],
        requests: int,
        results: Results,
    ) -> None:
        self.instance, self.processes, self.requests, self.results = instance, processes, requests, results
        self.reader, self.writers = reader, writers
        self.load = Load(instance.port)
        self.origin = f"http://127.0.0.1:{instance.port}"

    def run(self) -> None:
        """Measure; the floor first and last, so that a machine that slows down meanwhile does so for both."""
        app = self.instance.app
        long = longest(app)
        full = [f"{long.path}?pagina={page}" for page in _spread(long.posts // 20, self.requests)]
        floor = [self._floor(long, page) for page in _spread(long.posts // 20, self.requests)]
        own = talks_of_building(app, self.reader.building_id)
        try:
            # Statements are compiled and templates loaded on other pages than the ones that are measured.
            elsewhere = [self._get(talk.path) for talk in own]
            self.load.run(elsewhere, total=max(2 * WARM_UP, len(elsewhere)), workers=WORKERS)
            self._measure_cold("topic page, never shown before", [self._get(path) for path in full], len(full))
            self._measure("floor", floor)
            # Each process keeps ready pieces of its own: shown so often, both have them.
            self.load.run([self._get(path) for path in full], total=SHOWN * len(full), workers=WORKERS)
            self._measure("topic page", [self._get(path) for path in full])
            self._measure("topic, first page", [self._get(f"{long.path}?pagina=1")])
            self._measure("topic, last page", [self._get(f"{long.path}?pagina={long.pages}")])
            self._measure("topic list", [self._get("/gesprekken")])
            self._measure("reply, by a form", self._replies(status=303))
            self._measure("reply, by script", self._replies(status=201))
            self._measure("floor", floor)
        finally:
            self.load.close()
        self._tell_beside()

    def _tell_beside(self) -> None:
        floors = self.results[self.beside].cpu_ms[-2:]
        for measured in self.results.values():
            measured.to_floor.append(measured.cpu_ms[-1] / statistics.mean(floors))

    def _measure(self, name: str, asks: list[Ask]) -> None:
        # Each connection to the database prepares a statement after having been asked it some times.
        self.load.run(asks[:WARM_UP], total=WARM_UP, workers=WORKERS)
        self._measure_cold(name, asks[-self.requests :], self.requests)

    def _measure_cold(self, name: str, asks: list[Ask], total: int) -> None:
        before = self.processes.spent()
        timed = self.load.run(asks, total=total, workers=WORKERS)
        spent = self.processes.spent() - before
        measured = self.results.setdefault(name, Measured())
        measured.cpu_ms.append(spent.total / timed.requests * 1000)
        measured.database_ms.append((spent.database + spent.redis) / timed.requests * 1000)
        measured.per_second.append(timed.per_second)
        measured.p50.append(timed.p50)
        measured.p99.append(timed.p99)
        measured.bytes.append(timed.mean_bytes)

    def _get(self, path: str) -> Ask:
        headers = {"Cookie": self.reader.cookie, "Accept-Encoding": CODINGS, "Accept-Language": "nl"}
        return Ask("GET", path, headers)

    def _floor(self, talk: Talk, page: int) -> Ask:
        headers = {"Accept-Encoding": CODINGS, "Accept-Language": "nl"}
        return Ask("GET", f"/bench/floor/{talk.id}?pagina={page}", headers)

    def _replies(self, *, status: int) -> list[Ask]:
        """Replies by several writers in the conversations of their buildings, each with a one-time token of its own, so
        that none is sent twice: enough to warm up with and to measure with."""
        asks: list[list[Ask]] = []
        for writer in self.writers:
            talks = talks_of_building(self.instance.app, writer.building_id)
            guard = form_token(self.origin, talks[0].path, writer)
            headers = {"Cookie": writer.cookie, "Accept-Encoding": CODINGS, "Accept-Language": "nl"}
            if status == 201:
                headers["X-Requested-With"] = "fetch"
            asks.append([])
            for turn in range(-(-(self.requests + WARM_UP) // len(self.writers))):
                body = {"tekst": TEXT, "csrf_token": guard, "formulier": secrets.token_urlsafe(16)}
                path = f"/gesprekken/{talks[turn % len(talks)].id}/reactie"
                asks[-1].append(Ask("POST", path, headers, urlencode(body), status))
        return [ask for turn in zip(*asks, strict=True) for ask in turn]


def _spread(pages: int, most: int) -> list[int]:
    """At most `most` page numbers, evenly over all of them."""
    return sorted({1 + index * pages // most for index in range(most)}) if pages > most else list(range(1, pages + 1))
