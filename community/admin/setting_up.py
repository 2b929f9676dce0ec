"""The first commands of a new installation: which association this is, and its first administrator. After that
everything has a page; the link to sign in helps who locked themselves out, or has no mail server yet."""

from __future__ import annotations

import secrets

import click
from flask import current_app
from flask.cli import with_appcontext

from community.accounts import mail_codes
from community.errors import TrefpuntError
from community.places import actions

COMMANDS: list[click.Command] = []


def _command(made: click.Command) -> click.Command:
    COMMANDS.append(made)
    return made


@_command
@click.command("set-association")
@click.option("--name", prompt="Name of the association")
@click.option("--phone", prompt="Telephone")
@click.option("--phone-hours", prompt="When it is answered", default="werkdagen 8.30 tot 17.00 uur")
@click.option("--emergency-phone", prompt="Telephone outside those hours", default="")
@with_appcontext
def set_association(name: str, phone: str, phone_hours: str, emergency_phone: str) -> None:
    """Say which association this is and how it is phoned."""
    if current_app.config["DEMO"]:
        raise click.UsageError("this is demo mode; an association's own installation runs without TREFPUNT_DEMO")
    actions.set_association(name, phone=phone, phone_hours=phone_hours, emergency_phone=emergency_phone, by=None)
    click.echo(f"This is the Trefpunt of {name}.")


@_command
@click.command("add-administrator")
@click.option("--name", prompt="Name")
@click.option("--mail", prompt="E-mail address")
@click.option("--phone", prompt="Telephone")
@with_appcontext
def add_administrator(name: str, mail: str, phone: str) -> None:
    """Make somebody an administrator, and print a link to sign in with."""
    try:
        actions.employ(name, mail.strip().lower(), "beheerder", phone=phone, by=None)
    except TrefpuntError as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(f"{name} is an administrator.")
    _print_link(mail.strip().lower())


@_command
@click.command("sign-in-link")
@click.argument("mail")
@with_appcontext
def sign_in_link(mail: str) -> None:
    """Print a link with which whoever reads at an e-mail address can sign in, once, within half an hour."""
    _print_link(mail.strip().lower())


def _print_link(address: str) -> None:
    token = mail_codes.link_for(address, secrets.token_urlsafe(16))
    if token is None:
        raise click.ClickException(f"nobody reads at {address}")
    click.echo(f"To sign in, once, within half an hour: {current_app.config['BASE_URL']}/m/{token}")
