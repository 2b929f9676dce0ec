"""What searching costs: whole pages of `/zoeken` by one reader, one after the other, by what is asked for."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from bench.instance import Instance
from bench.load import Ask, Load
from bench.residents import CODINGS, longest, sign_in, talks_of_building

WARM_UP = 20

# Words of bench/seeding.py: each stands in about one post of five.
KINDS: dict[str, list[dict[str, str]]] = {
    "a word that is used often": [{"q": word} for word in ("lift", "koffie", "glazenwasser", "verwarming", "tuin")],
    "two words": [{"q": words} for words in ("koffie lift", "tuin deur", "galerij pakje", "container eten")],
    "a phrase": [{"q": f'"{words}"'} for words in ("de lift weer werkt", "de deur beneden", "tas mee", "de hal koud")],
    "a part of a compound": [{"q": word} for word in ("fietsen", "hok", "glas", "wasser")],
    "by somebody": [{"q": "lift", "wie": f"Meter {number}"} for number in (12, 120, 333, 1200)],
    "of this month": [{"q": word, "periode": "maand"} for word in ("lift", "koffie", "tuin")],
    "the fifth page": [{"q": word, "soort": "post", "pagina": "5"} for word in ("lift", "koffie", "tuin")],
    "misspelt, with what was meant": [{"q": word} for word in ("fitsenhok", "verwaming", "contianer", "glazenwaser")],
    "what stands nowhere": [{"q": word} for word in ("xylofoon", "quaggamossel", "zeppelin")],
}


def measure(
    instance: Instance, *, rounds: int, requests: int, say: Callable[[str], None]
) -> dict[str, dict[str, float]]:
    """By what is asked for: p50 and p99 in ms as the reader waits, and CPU ms of server and database; of all rounds the
    best, for a machine that does other things too only makes them worse."""
    reader = sign_in(instance.app, 1)[0]
    # The number in the title of a conversation stands in that one alone.
    longest_id = longest(instance.app).id
    own = [talk for talk in talks_of_building(instance.app, reader.building_id) if talk.id != longest_id]
    kinds = {**KINDS, "a word that is used once": [{"q": str(talk.id)} for talk in own[:40]]}
    found: dict[str, dict[str, float]] = {}
    headers = {"Cookie": reader.cookie, "Accept-Encoding": CODINGS, "Accept-Language": "nl"}
    for number in range(1, rounds + 1):
        processes = instance.start()
        load = Load(instance.port)
        try:
            for name, queries in kinds.items():
                asks = [Ask("GET", "/zoeken?" + urlencode(query), headers) for query in queries]
                load.run(asks, total=max(WARM_UP, 2 * len(asks)), workers=1)
                before = processes.spent()
                timed = load.run(asks, total=requests, workers=1)
                spent = (processes.spent() - before).total / timed.requests * 1000
                figures = {"p50": timed.p50, "p99": timed.p99, "cpu_ms": spent}
                held = found.get(name, figures)
                found[name] = {key: round(min(value, held[key]), 2) for key, value in figures.items()}
        finally:
            load.close()
            instance.stop()
        say(f"  round {number} of {rounds}")
    return found
