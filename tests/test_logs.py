"""What the server writes about itself."""

from __future__ import annotations

import json
import logging
import sys

from logs import AsJson


def line(message: str, *values: object, error: bool = False) -> dict[str, object]:
    """A line of the log as a collector reads it."""
    record = logging.LogRecord("community.mail", logging.WARNING, __file__, 1, message, values, None)
    if error:
        record.exc_info = sys.exc_info()
    written = AsJson().format(record)
    assert "\n" not in written
    found: dict[str, object] = json.loads(written)
    return found


def test_a_line_is_one_object_with_a_moment_and_a_level() -> None:
    found = line("mail %s not sent:\n%s", 12, 'no "route"')
    assert found["message"] == 'mail 12 not sent:\nno "route"'
    assert (found["level"], found["logger"]) == ("warning", "community.mail")
    assert str(found["at"]).endswith("+00:00")
    assert "error" not in found


def test_an_error_brings_where_it_happened() -> None:
    try:
        raise ValueError("wrong")
    except ValueError:
        found = line("a page failed", error=True)
    assert "ValueError: wrong" in str(found["error"])
    assert "test_logs.py" in str(found["error"])
