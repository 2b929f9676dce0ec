"""Where one talks about something that another room holds: who asks about an activity does so in a conversation. The
room that has the conversations offers how (`offer`); a room that wants one beside its own things begins it and shows
it, and neither knows the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app
from markupsafe import Markup

from community.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Place:
    """Among whom: the people of a building, of a neighbourhood, or (both empty) of the whole association."""

    building_id: int | None = None
    neighbourhood_id: int | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What the room of conversations can do. `may_ask(visitor, place)`: they read and write there. `begin(place, title,
    source, token, by)` makes a conversation in the running action and returns its number. `reply(topic_id, source,
    token, by)` adds to it. `panel(visitor, topic_id)` is the latest of it as a piece of a page; None for who may not
    read it."""

    may_ask: Callable[[Visitor, Place], bool]
    begin: Callable[[Place, str, str, str | None, Visitor], int]
    reply: Callable[[int, str, str | None, Visitor], int]
    panel: Callable[[Visitor, int], Markup | None]


def offer(app: Flask, made: Offer) -> None:
    """Let other rooms have conversations beside their own things."""
    app.extensions["talk"] = made


def offered() -> Offer | None:
    """What is offered; None in a house without conversations."""
    found: Offer | None = current_app.extensions.get("talk")
    return found
