"""The house of `house.py` as a fixture: made once per database, put right again before each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from community.accounts import passwords
from tests.authorisation.house import House


@pytest.fixture(scope="session")
def built_house(built: tuple[Flask, Path | None]) -> House:
    """The application with everybody of `people` in it."""
    return House.build(built[0])


@pytest.fixture
def house(built_house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """The same, as if no test had been there before. Passwords are hashed quickly: a table is asked two thousand times."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._of_nobody.cache_clear()
    built_house.restore()
    yield built_house
    built_house.forget()


@pytest.fixture
def comes_in(house: House) -> Callable[[str], FlaskClient]:
    """`comes_in("caretaker")`: the browser of a kind of person."""
    return house.browser
