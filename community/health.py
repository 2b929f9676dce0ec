"""Says whether this process can do its work, for whatever watches over it (a load balancer, a monitor). It answers
everybody, so it tells nothing but "ok" or "failing" about the parts, and who is asking plays no role."""

from __future__ import annotations

import logging
from typing import Any

import redis
from flask import Flask, Response, current_app, jsonify

from community import db
from community.web import for_everybody

log = logging.getLogger(__name__)

# A monitor that waits longer than this has given up already.
PATIENCE_S = 2


def init_app(app: Flask) -> None:
    """Answer at /gezond."""
    url = app.config["REDIS_URL"]
    app.extensions["health redis"] = (
        redis.Redis.from_url(url, socket_timeout=PATIENCE_S, socket_connect_timeout=PATIENCE_S) if url else None
    )
    app.add_url_rule("/gezond", "health", health)


@for_everybody
def health() -> tuple[Response, int]:
    """`{"status": "ok", "database": "ok", "redis": "ok" | "not used", "version": "0.1.0"}` with 200; with 503 when a
    part is "failing"."""
    parts = {"database": "ok" if db.answers() else "failing", "redis": _redis()}
    is_well = "failing" not in parts.values()
    said: dict[str, Any] = {"status": "ok" if is_well else "failing", **parts, "version": current_app.config["VERSION"]}
    return jsonify(said), 200 if is_well else 503


def _redis() -> str:
    server: redis.Redis | None = current_app.extensions["health redis"]
    if server is None:
        return "not used"
    try:
        server.ping()
    except redis.RedisError:
        log.exception("Redis does not answer")
        return "failing"
    return "ok"
