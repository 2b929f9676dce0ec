"""May I? Buildings, homes and roles are looked after by administrators; each check returns nothing, or refuses with
the sentence to show."""

from __future__ import annotations

from community.errors import Refused
from community.language import gettext as _
from community.visitor import Visitor


def check_administer(by: Visitor | None) -> None:
    """Administrators; and `None`, the command line: who reaches that has the whole machine."""
    if by is not None and not by.is_administrator:
        raise Refused(_("Dit kan alleen een beheerder van Trefpunt doen."))
