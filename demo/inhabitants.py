"""Who lives in the demonstration: the residents who speak, and around them enough neighbours to fill the dwellings."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

# Of the neighbours without a story: how many have joined, chose to be seen, live as two, left a dwelling empty.
JOINED, SHOWN, COUPLES, VACANT = 0.55, 0.5, 0.33, 0.03


@dataclass(slots=True)
class Inhabitant:
    """A resident to be made."""

    name: str
    short_name: str
    building: str
    dwelling: int
    greeting: str | None = None
    key: str | None = None
    about: str | None = None
    interests: list[str] = field(default_factory=list)
    is_shown: bool = False
    has_joined: bool = True
    has_mail: bool = True
    roles: list[dict[str, str]] = field(default_factory=list)
    moved_in_days_ago: int | None = None
    moved_out_days_ago: int | None = None


def all_of(places: dict[str, Any], people: dict[str, Any], chance: random.Random) -> list[Inhabitant]:
    """Everybody who lives somewhere, the cast first."""
    cast = [
        Inhabitant(
            name=told["name"],
            short_name=told["short_name"],
            building=told["building"],
            dwelling=told["dwelling"],
            greeting=told.get("greeting"),
            key=told["key"],
            about=told.get("about"),
            interests=told.get("interests", []),
            is_shown=told.get("is_shown", False),
            roles=told.get("roles", []),
            moved_in_days_ago=told.get("moved_in_days_ago"),
            moved_out_days_ago=told.get("moved_out_days_ago"),
        )
        for told in people["cast"]
    ]
    taken = {(who.building, who.dwelling) for who in cast if who.moved_out_days_ago is None}
    names = {who.name for who in cast}
    stories = list(people["about"])
    others: list[Inhabitant] = []
    for place in places["building"]:
        for dwelling in range(1, place["dwellings"] + 1):
            if (place["slug"], dwelling) in taken or chance.random() < VACANT:
                continue
            last = ""
            for _ in range(2 if chance.random() < COUPLES else 1):
                who = _neighbour(people, names, last, chance)
                last = last or who[1]
                is_shown = chance.random() < SHOWN
                others.append(
                    Inhabitant(
                        name=f"{who[0]} {who[1]}",
                        short_name=who[0],
                        building=place["slug"],
                        dwelling=dwelling,
                        has_joined=chance.random() < JOINED,
                        has_mail=chance.random() < 0.75,
                        is_shown=is_shown,
                        about=stories.pop(chance.randrange(len(stories)))
                        if is_shown and stories and chance.random() < 0.2
                        else None,
                        interests=chance.sample(people["interests"], chance.randint(0, 3)) if is_shown else [],
                    )
                )
    return cast + others


def _neighbour(people: dict[str, Any], names: set[str], last: str, chance: random.Random) -> tuple[str, str]:
    groups = people["name_group"]
    while True:
        group = chance.choices(groups, [held["share"] for held in groups])[0]
        first = people["first_names"][chance.randrange(*group["first_names"])]
        family = last or people["last_names"][chance.randrange(*group["last_names"])]
        if f"{first} {family}" not in names:
            names.add(f"{first} {family}")
            return first, family
