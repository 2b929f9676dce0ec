"""What a monitor hears when a part does not answer."""

from __future__ import annotations

import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient

from community import db


def test_all_is_well(client: FlaskClient) -> None:
    answer = client.get("/gezond")
    assert (answer.status_code, answer.json["status"]) == (200, "ok")  # type: ignore[index]


def test_a_silent_database_is_a_503(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db, "answers", lambda: False)
    answer = client.get("/gezond")
    assert answer.status_code == 503
    assert answer.json["status"] == answer.json["database"] == "failing"  # type: ignore[index]


def test_a_silent_redis_is_a_503(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = redis.Redis(port=1, socket_timeout=0.2, socket_connect_timeout=0.2)
    monkeypatch.setitem(app.extensions, "health redis", nobody)
    answer = app.test_client().get("/gezond")
    assert answer.status_code == 503
    assert answer.json["redis"] == "failing"  # type: ignore[index]
    assert answer.json["database"] == "ok"  # type: ignore[index]
