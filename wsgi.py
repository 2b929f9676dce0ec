"""The application object that a server runs."""

from __future__ import annotations

from community import create_app

app = create_app()
