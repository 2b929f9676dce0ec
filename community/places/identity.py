"""Who is asking: from the secret in a cookie to a visitor with the homes and roles of today, in one query."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Date, ScalarSelect, Select, String, and_, bindparam, case, false, literal, null, or_, select
from sqlalchemy.orm import aliased

from community import clock, db
from community.accounts.hashes import hashed
from community.accounts.models import LoginSession, Person
from community.dialect import Instant
from community.places.models import Building, Dwelling, Entrance, Household, Membership, Role
from community.visitor import HeldRole, Home, Visitor

CountUnread = Callable[[Any], ScalarSelect[int]]


@dataclass(frozen=True, slots=True)
class Restraint:
    """What a room above knows of a person that holds in all rooms; each is a subquery, given the column of the person:
    the last day of a suspension (`today` is bound), and the ids of blocked neighbours, joined by commas."""

    suspended_until: Callable[[Any], ScalarSelect[Any]]
    blocked: Callable[[Any], ScalarSelect[Any]]


def init_app(app: Flask) -> None:
    """Nothing is unread until a room says what can be, and nobody is restrained."""
    app.extensions["count unread"] = lambda _person: select(literal(0)).scalar_subquery()
    app.extensions["restraint"] = Restraint(
        lambda _person: select(null().cast(Date)).scalar_subquery(),
        lambda _person: select(null().cast(String)).scalar_subquery(),
    )
    app.extensions["identity"] = None


def unread_is(app: Flask, count: CountUnread) -> None:
    """`count(person_id column)` is the subquery that counts what waits for a person; shown in the navigation."""
    app.extensions["count unread"] = count
    app.extensions["identity"] = None


def restrained_by(app: Flask, restraint: Restraint) -> None:
    """Who may not write now, and whom somebody does not want to read."""
    app.extensions["restraint"] = restraint
    app.extensions["identity"] = None


def _statement(count: CountUnread, restraint: Restraint, is_signed_in: bool) -> Select[*tuple[Any, ...]]:
    """Everything of the person behind a session (`token`), or of a person (`person`) without one."""
    session: tuple[Any, ...] = (LoginSession.id, LoginSession.is_trusted, LoginSession.seen_at)
    found: Select[*tuple[Any, ...]] = select(literal(1)).join_from(
        LoginSession, Person, Person.id == LoginSession.person_id
    )
    wanted: Any = and_(
        LoginSession.token_hash == bindparam("token"),
        LoginSession.ended_at.is_(None),
        LoginSession.expires_at > bindparam("now"),
    )
    if not is_signed_in:
        session = (literal(0), false(), null().cast(Instant))
        found, wanted = select(literal(1)).select_from(Person), Person.id == bindparam("person")
    home, place = aliased(Building), aliased(Building)
    today: Any = bindparam("today")

    def holds(what: Any) -> Any:
        return and_(what.since <= today, or_(what.until.is_(None), what.until > today))

    return (
        found.with_only_columns(
            session[0],
            Person.id,
            session[1],
            Person.name,
            Person.short_name,
            Person.greeting,
            Person.language,
            Person.text_size,
            Person.theme,
            Person.photo,
            Person.welcome_step,
            count(Person.id),
            home.id,
            home.neighbourhood_id,
            Household.id,
            Entrance.name,
            Role.id,
            Role.kind,
            Role.title,
            Role.building_id,
            case((Role.building_id.is_(None), Role.neighbourhood_id), else_=place.neighbourhood_id),
            session[2],
            Person.joined_at,
            restraint.suspended_until(Person.id),
            restraint.blocked(Person.id),
        )
        .outerjoin(Membership, and_(Membership.person_id == Person.id, holds(Membership)))
        .outerjoin(Household, and_(Household.id == Membership.household_id, holds(Household)))
        .outerjoin(Dwelling, Dwelling.id == Household.dwelling_id)
        .outerjoin(Entrance, Entrance.id == Dwelling.entrance_id)
        .outerjoin(home, home.id == Dwelling.building_id)
        .outerjoin(Role, and_(Role.person_id == Person.id, holds(Role)))
        .outerjoin(place, place.id == Role.building_id)
        .where(wanted, Person.left_at.is_(None))
    )


def identify(token: str) -> Visitor | None:
    """The visitor behind a session token, as they are at this moment; None when the session has ended.

    Asks the database every time: a right that ended a second ago is gone.
    """
    return _visitor(token, True, {"token": hashed(token), "today": clock.today(), "now": clock.now()})


def behind(person_id: int) -> Visitor | None:
    """Somebody as they are at this moment, without a session: for a calendar that asks by a secret address, or an
    answer from a mail. None for who stopped."""
    return _visitor("", False, {"person": person_id, "today": clock.today()})


def _visitor(token: str, is_signed_in: bool, asked: dict[str, Any]) -> Visitor | None:
    known = current_app.extensions
    if known["identity"] is None:
        known["identity"] = {way: _statement(known["count unread"], known["restraint"], way) for way in (True, False)}
    rows = db.connection().execute(known["identity"][is_signed_in], asked).all()
    if not rows:
        return None
    first = rows[0]
    homes = {row[14]: Home(row[12], row[13], row[14], row[15]) for row in rows if row[12] is not None}
    roles = {row[16]: HeldRole(row[16], row[17], row[18], row[19], row[20]) for row in rows if row[16] is not None}
    held = (tuple(homes.values()), tuple(roles.values()))
    blocked = tuple(sorted(int(key) for key in first[24].split(","))) if first[24] else ()
    return Visitor(token, *first[:2], *first[3:6], *first[6:10], first[2], *first[10:12], *held, *first[21:24], blocked)
