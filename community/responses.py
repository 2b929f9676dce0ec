"""What every answer carries: headers that keep a browser on the safe side, compression, and the built static files
with names that change when they do."""

from __future__ import annotations

import gzip
import re
import threading
from functools import lru_cache
from pathlib import Path

import brotli
import zstandard
from flask import Flask, Response, abort, g, request, send_file

from community.visitor import current

DIST = Path(__file__).parent.parent / "static" / "dist"
# A year: the name of a file holds a hash of what is in it.
FOR_EVER = "public, max-age=31536000, immutable"
_WORTH_COMPRESSING = 860  # below this it fits in one packet anyway
_TEXT = ("text/", "application/json", "image/svg+xml", "application/manifest")
# Making a compressor costs as much as compressing a page; it can do one thing at a time.
_ZSTD = zstandard.ZstdCompressor(level=3)
_one_at_a_time = threading.Lock()
_HOST = re.compile(r"^[A-Za-z0-9.\-\[\]:]+$")


def init_app(app: Flask) -> None:
    """Look after each answer on its way out, and serve what `make build` made."""
    app.after_request(_finish)
    app.add_url_rule("/static/dist/<path:name>", "static_file", static_file)


def static_file(name: str) -> Response:
    """A built file, as compressed as this browser likes."""
    try:
        file = (DIST / name).resolve()
        is_ours = file.is_relative_to(DIST) and file.is_file()
    except (OSError, ValueError):  # a name that no disk can hold
        is_ours = False
    if not is_ours:
        abort(404)
    accepted = request.headers.get("Accept-Encoding", "")
    for coding, ending in (("br", ".br"), ("gzip", ".gz")):
        small = file.with_name(file.name + ending)
        if coding in accepted and small.is_file():
            answer = send_file(small, mimetype=_type(file), etag=False, conditional=False)
            answer.headers["Content-Encoding"] = coding
            break
    else:
        answer = send_file(file, mimetype=_type(file), etag=False, conditional=True)
    answer.headers["Cache-Control"] = FOR_EVER
    answer.headers["Vary"] = "Accept-Encoding"
    for needless in ("Content-Disposition", "Last-Modified"):  # its name says what it is, and it never changes
        answer.headers.remove(needless)
    # What is no page needs no rules for pages: five files without them are two kilobytes less at a first visit.
    g.is_bare = file.suffix in _BARE
    return answer


static_file.audience = "everybody"  # type: ignore[attr-defined]

_BARE = {".css", ".js", ".woff2"}
_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".json": "application/json",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".webmanifest": "application/manifest+json",
}


def _type(file: Path) -> str:
    return _TYPES.get(file.suffix, "application/octet-stream")


@lru_cache(maxsize=64)
def _policy(host: str, secure: bool) -> str:
    # Older Safari does not count a socket of this host as 'self', so it is named.
    socket = f" {'wss' if secure else 'ws'}://{host}" if _HOST.match(host) else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'{socket}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "manifest-src 'self'" + ("; upgrade-insecure-requests" if secure else "")
    )


def _finish(answer: Response) -> Response:
    headers = answer.headers
    headers["X-Content-Type-Options"] = "nosniff"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if g.get("is_bare"):
        return answer
    headers.setdefault("Content-Security-Policy", _policy(request.host, request.is_secure))
    headers["Referrer-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["X-Frame-Options"] = "DENY"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), browsing-topics=()"
    if "Cache-Control" not in headers:
        # On a shared device nothing may stay behind for the next person who presses "back".
        visitor = current() if "_login_user" in g else None
        headers["Cache-Control"] = "private, no-cache" if visitor and visitor.is_trusted else "no-store"
    return _compress(answer)


def _compress(answer: Response) -> Response:
    if (
        answer.direct_passthrough
        or answer.is_streamed
        or "Content-Encoding" in answer.headers
        or answer.status_code in {204, 304}
        or not (answer.mimetype or "").startswith(_TEXT)
    ):
        return answer
    body = answer.get_data()
    accepted = request.headers.get("Accept-Encoding", "")
    answer.headers.add("Vary", "Accept-Encoding")
    if len(body) < _WORTH_COMPRESSING:
        return answer
    # The cheapest first: a page of 30 KB costs zstd 0.05 ms, brotli 0.4, gzip 0.3.
    if "zstd" in accepted:
        with _one_at_a_time:
            answer.set_data(_ZSTD.compress(body))
        coding = "zstd"
    elif "br" in accepted:
        answer.set_data(brotli.compress(body, quality=4))
        coding = "br"
    elif "gzip" in accepted:
        answer.set_data(gzip.compress(body, compresslevel=4, mtime=0))
        coding = "gzip"
    else:
        return answer
    answer.headers["Content-Encoding"] = coding
    return answer
