"""The administrator's commands, and those of the machine itself. Rooms add their own."""

from __future__ import annotations

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask.cli import with_appcontext

from community import db, jobs

MIGRATIONS = Path(__file__).parent / "migrations"


def init_app(app: Flask) -> None:
    """Add the commands to `flask --app wsgi`."""
    app.cli.add_command(migrate)
    app.cli.add_command(work)


def schema() -> Config:
    """Alembic's configuration for the database of this application."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.attributes["engine"] = db.engine()
    return made


def is_migrated() -> bool:
    """True when the database has exactly the tables of this version."""
    with db.engine().connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == set(
            ScriptDirectory.from_config(schema()).get_heads()
        )


@click.command()
@with_appcontext
def migrate() -> None:
    """Bring the database's tables up to this version."""
    command.upgrade(schema(), "head")
    click.echo("The database is up to date.")


@click.command()
@click.argument("job", type=int, required=False)
@with_appcontext
def work(job: int | None) -> None:
    """Do one long job, by its number; without a number: be the worker, until stopped."""
    if job is None:
        jobs.run_forever(current_app._get_current_object(), lambda: False)  # type: ignore[attr-defined]
    else:
        jobs.run(job)
