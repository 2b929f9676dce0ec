"""Measurements that anyone can repeat: filling a database with a given amount, and measuring what pages cost beside
their own floor. Figures stand in docs/performance.md; no test asserts a time."""

from __future__ import annotations

from flask import Flask

from bench import floor, seeding


def init_app(app: Flask) -> None:
    """Add the command; and, only where measuring was asked for, the pages to compare with."""
    app.cli.add_command(seeding.bench_seed)
    if app.config["BENCH"]:
        floor.init_app(app)
