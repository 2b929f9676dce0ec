"""Letters, mails and browsers for tests of signing in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community import db
from community.accounts import actions
from community.accounts.actions import Letter
from community.mail import OutgoingMail
from tests.world import World


@pytest.fixture
def letter(app: Flask, world: World) -> Callable[..., Letter]:
    """`letter("lindehof", 1)`: print a letter for that front door."""

    def print_it(building: str, number: int, seats: int = 1) -> Letter:
        with app.app_context():
            return actions.invite(world.households[building, number], seats, by=None)

    return print_it


@dataclass(frozen=True)
class Mailed:
    """A mail of this room, read by its reader."""

    to: str
    subject: str
    text: str
    html: str

    @property
    def code(self) -> str:
        found = re.search(r"\d{3} \d{3}", self.text)
        assert found
        return found[0]

    @property
    def link(self) -> str:
        found = re.search(r"http://localhost(/m/\S+)", self.text)
        assert found
        return found[1]


@pytest.fixture
def mails(app: Flask) -> Callable[[], list[Mailed]]:
    """Every mail in the outbox, oldest first."""

    def read() -> list[Mailed]:
        with app.app_context():
            rows = db.session().scalars(select(OutgoingMail).order_by(OutgoingMail.id))
            return [Mailed(row.to_address, row.subject, row.text, row.html) for row in rows]

    return read


@pytest.fixture
def joined(app: Flask, letter: Callable[..., Letter], world: World) -> Callable[[str, str, int], FlaskClient]:
    """`joined("ton", "lindehof", 1)`: the browser of somebody who came in with a letter, by its pages."""

    def come_in(key: str, building: str, number: int) -> FlaskClient:
        browser = app.test_client()
        browser.post("/inloggen", data={"code": letter(building, number).code})
        answer = browser.post("/inloggen/wie", data={"wie": world.people[key]})
        assert answer.status_code == 303, answer.text
        return browser

    return come_in


def is_signed_in(browser: FlaskClient) -> bool:
    """True when *Mijn* opens."""
    return bool(browser.get("/mijn").status_code == 200)
