"""What the server writes about itself, on standard error: lines to read, or one JSON object per line for a collector
(TREFPUNT_LOG=json). Requests are not logged: their addresses hold the codes of letters, and nobody needs a list of
who read what."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime


class AsJson(logging.Formatter):
    """{"at": "2026-11-22T12:00:00.123+00:00", "level": "info", "logger": "community.mail", "message": "...",
    "error": "a traceback, where there is one"}"""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up(form: str) -> None:
    """From here on this process logs to standard error, as "text" or as "json"."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        AsJson() if form == "json" else logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "%H:%M:%S")
    )
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for loud in ("alembic", "engineio", "socketio", "werkzeug"):
        logging.getLogger(loud).setLevel(logging.WARNING)
