"""Telling the rooms above that somebody is called otherwise, has stopped or is back: a name that they wrote down beside
something else is written anew in the same transaction."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app

from community import db

# What is to be done about the person with this id.
Step = Callable[[int], object]


def init_app(app: Flask) -> None:
    """Nobody wrote names down yet."""
    app.extensions["face changed"] = []


def when_changed(app: Flask, step: Step) -> None:
    """Do this when somebody is called or shown otherwise; harmless to repeat."""
    app.extensions["face changed"].append(step)


def face_changed(person_id: int) -> None:
    """Part of a running action: somebody is called otherwise, has stopped, or is back."""
    db.session().flush()
    step: Step
    for step in current_app.extensions["face changed"]:
        step(person_id)
