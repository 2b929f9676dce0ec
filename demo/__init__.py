"""The demonstration: the association Zuiderlicht with its buildings, people and conversations, all made up, dated from
today so that it never looks dead. Fills an empty database, in demo mode only."""

from __future__ import annotations

from flask import Flask

from demo import commands


def init_app(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(commands.demo_seed)
    app.cli.add_command(commands.demo_sign_ins)
