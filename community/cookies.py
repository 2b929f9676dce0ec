"""Reading the cookie of a session at less cost: that a cookie was signed by us is found out once, and remembered for
that very cookie. What stands in it is read every time, and whose it is, is asked of the database every time."""

from __future__ import annotations

import time
from typing import Any, cast

from cachetools import LRUCache
from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

# About 400 bytes each; who is not among the last so many is verified again.
REMEMBERED = 4096


def init_app(app: Flask) -> None:
    """From here on sessions are read so."""
    app.session_interface = Sessions()


class Sessions(SecureCookieSessionInterface):
    """Flask's own sessions, whose signatures are remembered. The same cookies, the same keys, the same ages."""

    def __init__(self) -> None:
        self._signed: LRUCache[str, tuple[bytes, float]] = LRUCache(REMEMBERED)
        self._serializers: dict[tuple[Any, ...], URLSafeTimedSerializer | None] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        keys = (app.secret_key, *(app.config["SECRET_KEY_FALLBACKS"] or ()))
        if keys not in self._serializers:
            # Other keys: what was signed with the ones before says nothing any more.
            self._signed.clear()
            self._serializers = {keys: super().get_signing_serializer(app)}
        return self._serializers[keys]

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie:
            return self.session_class()
        oldest = time.time() - int(app.permanent_session_lifetime.total_seconds())
        try:
            payload, signed_at = self._verified(serializer, cookie)
            return self.session_class(serializer.load_payload(payload) if signed_at >= oldest else None)
        except BadSignature:
            return self.session_class()

    def _verified(self, serializer: URLSafeTimedSerializer, cookie: str) -> tuple[bytes, float]:
        """What a cookie holds, and when it was signed.

        Raises:
            BadSignature: not by us.
        """
        found = self._signed.get(cookie)
        if found is None:
            signer = cast(TimestampSigner, serializer.make_signer(serializer.salt))
            payload, moment = signer.unsign(cookie, return_timestamp=True)
            found = self._signed[cookie] = (payload, moment.timestamp())
        return found
