"""Residents who are signed in, and what they may read: sessions made as signing in makes them, cookies signed with the
secret of the instance. Signing a thousand people in through the page would cost a thousand password hashes."""

from __future__ import annotations

import re
import secrets
import urllib.request
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from flask import Flask
from sqlalchemy import insert, select

from community import clock, db
from community.accounts.hashes import hashed
from community.accounts.models import LoginSession, Person
from community.places.models import Building, Dwelling, Household, Membership
from forums.models import Forum, Topic

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
# What a browser of today sends.
CODINGS = "gzip, deflate, br, zstd"


@dataclass(frozen=True, slots=True)
class Resident:
    """A signed-in resident: who, of which building, with which cookie."""

    person_id: int
    building_id: int
    cookie: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation to read or to answer in."""

    id: int
    path: str
    posts: int

    @property
    def pages(self) -> int:
        return -(-self.posts // 20)


def sign_in(app: Flask, count: int) -> list[Resident]:
    """`count` residents of the measuring buildings, each with a session, spread over the buildings."""
    with app.app_context():
        people = (
            db.connection()
            .execute(
                select(Person.id, Dwelling.building_id)
                .join(Membership, Membership.person_id == Person.id)
                .join(Household, Household.id == Membership.household_id)
                .join(Dwelling, Dwelling.id == Household.dwelling_id)
                .join(Building, Building.id == Dwelling.building_id)
                .where(Building.slug.like("meethof-%"))
                # By turns one of each building: numbers run through the buildings one after the other.
                .order_by(Dwelling.number % 97, Person.id)
                .limit(count)
            )
            .all()
        )
        if len(people) < count:
            raise SystemExit(f"There are {len(people)} residents to measure with, not {count}: give --residents more.")
        tokens = {person: secrets.token_urlsafe(32) for person, _building in people}
        _open_sessions(tokens)
    return [Resident(person, building, _cookie(app, tokens[person])) for person, building in people]


@db.action
def _open_sessions(tokens: dict[int, str]) -> None:
    now = clock.now()
    db.connection().execute(
        insert(LoginSession),
        [
            {
                "token_hash": hashed(token), "person_id": person, "is_trusted": True, "device": "Meting",
                "way": "password", "created_at": now, "seen_at": now, "expires_at": now + timedelta(days=1),
            }
            for person, token in tokens.items()
        ],
    )  # fmt: skip


def _cookie(app: Flask, token: str) -> str:
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    held = {"_user_id": token, "_fresh": True, "_permanent": True, "csrf_token": secrets.token_hex(20)}
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps(held)}"


def talks_of_building(app: Flask, building_id: int) -> list[Talk]:
    """The conversations of one building, the oldest first."""
    return _talks(app, Forum.building_id == building_id)


def longest(app: Flask) -> Talk:
    """The longest conversation, which everybody may read."""
    return max(_talks(app, Forum.kind == "association"), key=lambda talk: talk.posts)


def _talks(app: Flask, where: object) -> list[Talk]:
    with app.app_context():
        rows = db.connection().execute(
            select(Topic.id, Topic.slug, Topic.last_number)
            .join(Forum, Forum.id == Topic.forum_id)
            .where(where)  # type: ignore[arg-type]
            .order_by(Topic.id)
        )
        return [Talk(row.id, f"/gesprekken/{row.id}-{row.slug}", row.last_number) for row in rows]


def form_token(origin: str, path: str, resident: Resident) -> str:
    """What protects the forms of this resident's session, read from a page as a browser does."""
    asked = urllib.request.Request(origin + path, headers={"Cookie": resident.cookie})
    with urllib.request.urlopen(asked, timeout=30) as answer:
        found = _TOKEN.search(answer.read().decode())
    if found is None:
        raise SystemExit(f"{path} has no form: the resident is not signed in.")
    return cast(str, found[1])
