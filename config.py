"""Every setting, with its reason. They come from environment variables TREFPUNT_*; docs/settings.md lists them."""

from __future__ import annotations

import logging
import os
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
log = logging.getLogger(__name__)

VERSION = str(tomllib.loads((HERE / "pyproject.toml").read_text())["project"]["version"])

# The rooms to open, from below to above: a room may use the ones before it.
ROOMS = (
    "community.accounts",
    "community.places",
    "community.moderation",
    "community.admin",
    "forums",
    "events",
    "demo",
    "bench",
)

# What signs the cookies of everybody: shorter can be guessed by trying.
SECRET_MIN = 32


class SettingError(ValueError):
    """A setting that cannot be used; the message says which and why."""


def settings(environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Read the settings from the environment.

    Raises:
        SettingError: a value cannot be used, or production mode misses something it needs.
    """
    env = os.environ if environment is None else environment
    instance = Path(env.get("TREFPUNT_INSTANCE", HERE / "instance"))
    demo = _is_on(env, "TREFPUNT_DEMO")
    port = _number(env, "TREFPUNT_PORT", 8000)
    base_url = env.get("TREFPUNT_BASE_URL", f"http://localhost:{port}").rstrip("/")
    if not base_url.startswith(("http://", "https://")):
        raise SettingError("TREFPUNT_BASE_URL must start with http:// or https://")
    database = env.get("TREFPUNT_DATABASE_URL") or f"sqlite:///{instance / 'trefpunt.db'}"
    if database.startswith(("postgres://", "postgresql://")):
        database = "postgresql+psycopg://" + database.split("://", 1)[1]
    secret = env.get("TREFPUNT_SECRET_KEY")
    if secret and len(secret) < SECRET_MIN and not demo:
        # Said, not refused: an installation that ran yesterday must also start today.
        log.warning("TREFPUNT_SECRET_KEY has %s characters; %s random ones cannot be guessed", len(secret), SECRET_MIN)
    log_style = env.get("TREFPUNT_LOG") or "text"
    if log_style not in {"text", "json"}:
        raise SettingError(f"TREFPUNT_LOG must be text or json, not {log_style!r}")
    return {
        "VERSION": VERSION,
        "INSTANCE": instance,
        "DEMO": demo,
        # Measuring adds pages that ask no sign-in; never on in use.
        "BENCH": demo and _is_on(env, "TREFPUNT_BENCH"),
        "SECRET_KEY": secret or _kept_secret(instance),
        "DATABASE_URL": database,
        "REDIS_URL": env.get("TREFPUNT_REDIS_URL") or None,
        "MAIL_URL": env.get("TREFPUNT_MAIL_URL") or None,
        "MAIL_FROM": env.get("TREFPUNT_MAIL_FROM", "Trefpunt <trefpunt@localhost>"),
        "BASE_URL": base_url,
        "HOST": env.get("TREFPUNT_HOST", "127.0.0.1"),
        "PORT": port,
        # Several processes need one another's hints, so they need Redis; and SQLite has one writer.
        "PROCESSES": _number(
            env, "TREFPUNT_PROCESSES", 2 if env.get("TREFPUNT_REDIS_URL") and not database.startswith("sqlite") else 1
        ),
        # Proxies in front of us that set X-Forwarded-For; 0 means the address is the caller's own.
        "PROXIES": _number(env, "TREFPUNT_PROXIES", 0),
        # What the server writes about itself: "text" to read, "json" for a collector.
        "LOG": log_style,
        "ROOMS": ROOMS,
        # A letter lies on the mat for a holiday and is then still good; after that it is reprinted.
        "INVITATION_DAYS": _number(env, "TREFPUNT_INVITATION_DAYS", 90),
        # More than this from one person in an hour is a machine, or a quarrel that needs a night's sleep.
        "POSTS_PER_HOUR": _number(env, "TREFPUNT_POSTS_PER_HOUR", 30),
        # The largest body we read: an import of 80,000 dwellings is about 12 MB; 25 leaves room.
        "MAX_CONTENT_LENGTH": _number(env, "TREFPUNT_MAX_UPLOAD_MB", 25) * 1024 * 1024,
        # What is typed, without files: a hundred times the longest text; more keeps the process busy for nobody.
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
        # The browser's part: SameSite=Lax keeps a foreign page from posting as you.
        "SESSION_COOKIE_NAME": "trefpunt",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": base_url.startswith("https://"),
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": 400 * 24 * 3600,
        # No timer on a page: a form that was open for a weekend still works.
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": True,
    }


def _is_on(env: Mapping[str, str], name: str) -> bool:
    return env.get(name, "").lower() in {"1", "true", "yes", "on", "ja"}


def _number(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name, "")
    if not value:
        return default
    if not value.isdigit():
        raise SettingError(f"{name} must be a whole number, not {value!r}")
    return int(value)


def _kept_secret(instance: Path) -> str:
    """Without TREFPUNT_SECRET_KEY one is made once and kept beside the data, readable by its owner alone."""
    file = instance / "secret-key"
    if not file.exists():
        # What is kept there is of residents: nobody else on this machine looks in.
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(made, "w") as out:
            out.write(secrets.token_hex(32))
    return file.read_text().strip()
