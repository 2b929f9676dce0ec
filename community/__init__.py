"""The commons that residents talk and gather in: the tools of the house, and its rooms. `create_app` opens them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from flask import Flask

from community import cli, cookies, db, files, health, jobs, live, reindexing, responses, search_page, throttle, web
from config import settings


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The application: tools first, then every room of config ROOMS, in that order.

    Args:
        config: settings that differ from those of the environment.
    """
    app = Flask(__name__, static_folder=None, template_folder="../templates")
    app.url_map.strict_slashes = False  # an address read over the telephone may end in a stroke
    app.config.update(settings())
    app.config.update(config or {})
    for tool in (db, files, cookies, jobs, throttle, live, web, responses, search_page, reindexing, cli, health):
        tool.init_app(app)
    for room in app.config["ROOMS"]:
        import_module(room).init_app(app)
    return app
