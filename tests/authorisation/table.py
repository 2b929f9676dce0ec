"""How a row of the table of routes is written, and what its answers mean. The rows themselves are in `routes`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from werkzeug.test import TestResponse

from tests.authorisation.people import ALL, NOBODY, UNKNOWN

Answer = Literal["ok", "again", "sign-in", "absent", "refused", "other"]
"""ok: it is shown or done. again: the form is shown again with a sentence about what was typed. sign-in: asked to sign
in first. absent: there is no such page. refused: it is there, but this may not be done."""


@dataclass(frozen=True)
class Row:
    """What one route answers to everybody. Whoever is in none of the sets gets "absent", or is asked to sign in when
    we do not know who it is (unless `hidden`: then it is absent for them too)."""

    endpoint: str
    method: str
    path: str
    ok: frozenset[str] = NOBODY
    refused: frozenset[str] = NOBODY
    again: frozenset[str] = NOBODY
    hidden: bool = False
    # The form that is sent. A file is its bytes and its name.
    typed: Mapping[str, str | tuple[bytes, str]] = field(default_factory=dict)
    # What the browser carries from the page before: a word that `House.carried` knows.
    carries: str = ""
    about: str = ""

    @property
    def name(self) -> str:
        """For the list of tests."""
        return f"{self.method} {self.endpoint}{' ' + self.about if self.about else ''}"

    def expected(self, kind: str) -> Answer:
        """The answer for a kind of person."""
        answers: tuple[tuple[Answer, frozenset[str]], ...] = (
            ("ok", self.ok),
            ("refused", self.refused),
            ("again", self.again),
        )
        for answer, kinds in answers:
            if kind in kinds:
                return answer
        return "sign-in" if kind in UNKNOWN and not self.hidden else "absent"

    @property
    def is_a_deed(self) -> bool:
        """Whether it may change something."""
        return self.method not in {"GET", "HEAD"}


def get(endpoint: str, path: str, ok: frozenset[str] = NOBODY, **more: Any) -> Row:
    """A page."""
    return Row(endpoint, "GET", path, ok, **more)


def post(endpoint: str, path: str, ok: frozenset[str] = NOBODY, typed: Any = None, **more: Any) -> Row:
    """A form."""
    return Row(endpoint, "POST", path, ok, typed=typed or {}, **more)


def answer_of(response: TestResponse) -> Answer:
    """What an answer means."""
    where = response.headers.get("Location", "")
    if response.status_code == 303 and (where == "/inloggen" or where.startswith("/inloggen?")):
        return "sign-in"
    if response.status_code in {200, 201, 204, 302, 303, 307}:
        return "ok"
    known: dict[int, Answer] = {401: "sign-in", 403: "refused", 404: "absent", 422: "again"}
    return known.get(response.status_code, "other")


assert ALL  # a table without people would prove nothing
