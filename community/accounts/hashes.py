"""How secrets are kept: never as they are, so that who reads the table can use nothing in it."""

from __future__ import annotations

import hashlib
import hmac

from flask import current_app


def hashed(token: str) -> str:
    """How a secret is kept: long random secrets need no salt, only that the table does not give them away."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed(secret: str) -> str:
    """How a short code is kept: with the key of this installation, so that the table alone cannot be tried out."""
    return hmac.new(current_app.config["SECRET_KEY"].encode(), secret.encode(), hashlib.sha256).hexdigest()
