"""How often something may be tried. Counted in this process, or in Redis when several processes share the work."""

from __future__ import annotations

from ipaddress import ip_address

from flask import Flask, current_app, request
from limits import RateLimitItemPerMinute
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from community.errors import TooFast
from community.language import gettext as _


def init_app(app: Flask) -> None:
    """Choose where tries are counted."""
    app.extensions["throttle"] = MovingWindowRateLimiter(storage_from_string(app.config["REDIS_URL"] or "memory://"))


def count(what: str, who: str, most: int, *, minutes: int = 1) -> None:
    """Count a try; `most` fit into so many minutes.

    Raises:
        TooFast: this was one too many; the sentence says to wait a minute.
    """
    if not current_app.extensions["throttle"].hit(RateLimitItemPerMinute(most, minutes), what, who):
        raise TooFast(_("U bent ons even te snel af. Wacht een minuut."), 60 * minutes)


def check(what: str, who: str, most: int, *, minutes: int = 1) -> None:
    """Refuse, as `count` does, when the tries are used up; without counting one."""
    if not current_app.extensions["throttle"].test(RateLimitItemPerMinute(most, minutes), what, who):
        raise TooFast(_("U bent ons even te snel af. Wacht een minuut."), 60 * minutes)


def forgive(what: str, who: str, most: int, *, minutes: int = 1) -> None:
    """Forget the tries: it went well in the end."""
    current_app.extensions["throttle"].clear(RateLimitItemPerMinute(most, minutes), what, who)


def address() -> str:
    """Where the request comes from. A connection with IPv6 has a million million addresses (a /64), which are one."""
    given = request.remote_addr or "-"
    try:
        written = ip_address(given.partition("%")[0])
    except ValueError:  # some proxies add a port, or say that they do not know it: that is one address too
        return given
    return ":".join(written.exploded.split(":")[:4]) if written.version == 6 else given
