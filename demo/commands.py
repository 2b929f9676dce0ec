"""`demo-seed` and `demo-sign-ins`: what `make run` calls."""

from __future__ import annotations

import time

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from community import db
from community.places.models import Association
from demo import content, seeding
from demo.sign_ins import PASSWORD, SIGN_INS


@click.command("demo-seed")
@click.option("--if-empty", is_flag=True, help="Do nothing, without complaint, when there is something already.")
@with_appcontext
def demo_seed(if_empty: bool) -> None:
    """Fill an empty database with the demonstration."""
    if not current_app.config["DEMO"]:
        raise click.UsageError("the demonstration has known passwords: set TREFPUNT_DEMO=1 to allow it")
    if db.session().scalar(select(Association.id).limit(1)) is not None:
        if if_empty:
            return
        raise click.UsageError("there is something in this database already; the demonstration needs an empty one")
    started = time.perf_counter()
    told = seeding.seed(content.read(), click.echo)
    click.echo(f"{told} ({time.perf_counter() - started:.1f} s)")


@click.command("demo-sign-ins")
@with_appcontext
def demo_sign_ins() -> None:
    """Print with whom one can sign in."""
    if not current_app.config["DEMO"]:
        raise click.UsageError("only in demo mode: set TREFPUNT_DEMO=1")
    click.echo(f"{current_app.config['BASE_URL']}/inloggen/wachtwoord  with the password: {PASSWORD}\n")
    for line in SIGN_INS:
        click.echo(f"  {line.what:<42} {line.address}")
