"""The browser at the other end: what it calls itself, and the secret by which it is the same one a minute later."""

from __future__ import annotations

import re
import secrets

from flask import request, session

# First match wins: an iPad also says Macintosh, an Edge also says Chrome, a Chrome also says Safari.
_KINDS = (
    ("iPad", r"iPad"),
    ("iPhone", r"iPhone|iPod"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("Chromebook", r"CrOS"),
    ("Mac", r"Macintosh|Mac OS X"),
    ("Linux", r"Linux|X11"),
)
_BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/|Opera"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/"),
    ("Safari", r"Safari/"),
)


def label(user_agent: str) -> str:
    """ "iPad · Safari"; empty when the browser does not say what it is."""
    found = (next((n for n, pattern in names if re.search(pattern, user_agent)), "") for names in (_KINDS, _BROWSERS))
    return " · ".join(name for name in found if name)


def this_device() -> str:
    """`label` of the browser that asks now."""
    return label(request.headers.get("User-Agent", ""))


def secret() -> str:
    """What tells this browser from others before anybody has signed in; kept in its own cookie."""
    if "device" not in session:
        session["device"] = secrets.token_urlsafe(16)
    return str(session["device"])
