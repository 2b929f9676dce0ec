"""How often one may be wrong. Few enough that nobody guesses a code, and enough for who types with one finger; others
are never kept out by somebody's wrong tries, and no code stops working because of them."""

from __future__ import annotations

from community import throttle
from community.accounts import devices
from community.errors import TooFast
from community.language import gettext as _

WRONG_PER_DEVICE = 5
# A hall with one connection has several people typing.
WRONG_PER_ADDRESS = 20
# So one address needs nine months to hit one of 10,000 letters that are on their way.
WRONG_PER_HOUR = 120
# Right or wrong; so that a hundred at the same moment are not all judged before the first one is counted.
TRIES_PER_ADDRESS = 60


def check() -> None:
    """Before a code or password is looked at.

    Raises:
        TooFast: this browser, or this address, was wrong too often; the sentence says how long to wait.
    """
    address = throttle.address()
    throttle.count("sign-in try", address, TRIES_PER_ADDRESS)
    try:
        throttle.check("wrong on device", devices.secret(), WRONG_PER_DEVICE)
        throttle.check("wrong from address", address, WRONG_PER_ADDRESS)
    except TooFast as fast:
        raise TooFast(_("Het lukte een paar keer niet. Wacht een minuut en probeer het dan opnieuw.")) from fast
    try:
        throttle.check("wrong in the hour", address, WRONG_PER_HOUR, minutes=60)
    except TooFast as fast:
        raise TooFast(_("Het lukte heel vaak niet. Wacht een uur, of bel ons."), fast.wait) from fast


def wrong() -> None:
    """That was a wrong one."""
    address = throttle.address()
    for what, who, most, minutes in (
        ("wrong on device", devices.secret(), WRONG_PER_DEVICE, 1),
        ("wrong from address", address, WRONG_PER_ADDRESS, 1),
        ("wrong in the hour", address, WRONG_PER_HOUR, 60),
    ):
        try:
            throttle.count(what, who, most, minutes=minutes)
        except TooFast:
            continue  # the next `check` says so


def right() -> None:
    """That was a right one: this browser starts afresh."""
    throttle.forgive("wrong on device", devices.secret(), WRONG_PER_DEVICE)
