"""A small world for tests: the Lindehof and the Meidoorn in one neighbourhood, the Baken in another; residents, a
moved-out resident, and staff. Keys are first names in lower case."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from sqlalchemy import select

from community import clock, db
from community.accounts.access import right_lost
from community.accounts.hashes import hashed
from community.accounts.models import LoginSession, Mailbox, Person
from community.places.identity import identify
from community.places.models import (
    Association,
    Building,
    Dwelling,
    Employee,
    Entrance,
    Household,
    Membership,
    Neighbourhood,
    OfficeHours,
    Role,
)
from community.text import fold
from community.visitor import Visitor
from forums import actions as forum_actions
from forums.models import Forum

LONG_AGO = date(2020, 1, 1)

# key, name, building, dwelling, mailbox
RESIDENTS = (
    ("ton", "Ton Visser", "lindehof", 1, "ton@example.nl"),
    ("nel", "Nel van Dam", "lindehof", 2, "nel@example.nl"),
    ("willemijn", "Willemijn Koster", "lindehof", 3, "koster@example.nl"),
    ("piet", "Piet Koster", "lindehof", 3, "koster@example.nl"),
    ("henk", "Henk de Boer", "lindehof", 4, None),
    ("moira", "Moira Moderator", "lindehof", 5, "moira@example.nl"),
    ("indra", "Indra Soekhoe", "meidoorn", 1, "indra@example.nl"),
    ("bas", "Bas Baken", "baken", 1, "bas@example.nl"),
)
# key, name, role, building (None: everywhere)
STAFF = (
    ("rachid", "Rachid Amrani", "huismeester", "lindehof"),
    ("marjan", "Marjan de Wit", "woonconsulent", "lindehof"),
    ("bram", "Bram Bos", "huismeester", "baken"),
    ("anouk", "Anouk Verhulst", "directeur", None),
    ("ada", "Ada Beheer", "beheerder", None),
)


@dataclass
class World:
    """Ids by key."""

    people: dict[str, int] = field(default_factory=dict)
    buildings: dict[str, int] = field(default_factory=dict)
    households: dict[tuple[str, int], int] = field(default_factory=dict)
    forums: dict[str, int] = field(default_factory=dict)

    @classmethod
    @db.action
    def build(cls) -> World:
        """Make it, in one transaction."""
        world = cls()
        add = db.session().add
        add(
            Association(
                name="Zuiderlicht",
                phone="010 - 123 45 67",
                phone_hours="werkdagen 8.30 tot 17.00 uur",
                emergency_phone="010 - 765 43 21",
            )
        )
        west = Neighbourhood(slug="west", name="West")
        east = Neighbourhood(slug="oost", name="Oost")
        db.session().add_all([west, east])
        db.session().flush()
        for slug, name, neighbourhood in (
            ("lindehof", "Lindehof", west),
            ("meidoorn", "Meidoorn", west),
            ("baken", "Baken", east),
        ):
            building = Building(
                slug=slug,
                name=name,
                with_article="het Baken" if slug == "baken" else f"de {name}",
                neighbourhood_id=neighbourhood.id,
                created_at=clock.now(),
            )
            add(building)
            db.session().flush()
            world.buildings[slug] = building.id
            entrance = Entrance(building_id=building.id, name="portiek A")
            add(entrance)
            db.session().flush()
            for number in range(1, 9):
                dwelling = Dwelling(
                    building_id=building.id,
                    entrance_id=entrance.id,
                    external_id=f"{slug}-{number}",
                    street=f"{name}straat",
                    number=number,
                    postcode="3023 AB",
                    city="Rotterdam",
                    floor=number // 3,
                )
                add(dwelling)
                db.session().flush()
                household = Household(dwelling_id=dwelling.id, since=LONG_AGO)
                add(household)
                db.session().flush()
                world.households[slug, number] = household.id
        for key, name, slug, number, address in RESIDENTS:
            world._person(key, name, address)
            add(Membership(person_id=world.people[key], household_id=world.households[slug, number], since=LONG_AGO))
        world._person("otto", "Otto Oud", "otto@example.nl")
        add(
            Membership(
                person_id=world.people["otto"],
                household_id=world.households["lindehof", 8],
                since=LONG_AGO,
                until=clock.today() - timedelta(days=1),
            )
        )
        for key, name, kind, where in STAFF:
            world._person(key, name, f"{key}@zuiderlicht.example")
            world.give_role(key, kind, where)
            if kind != "beheerder":
                add(Employee(person_id=world.people[key], phone="010 - 111 22 33", about=None))
        for weekday in range(7):
            add(
                OfficeHours(
                    person_id=world.people["rachid"],
                    building_id=world.buildings["lindehof"],
                    weekday=weekday,
                    starts=time(9),
                    ends=time(12, 30),
                    place="Kantoor naast de voordeur",
                )
            )
        world.give_role("moira", "moderator", "lindehof")
        world.give_role("nel", "commissievoorzitter", "lindehof", "bewonerscommissie")
        forum_actions.open_forums()
        db.session().flush()
        world.forums = {row.slug: row.id for row in db.session().scalars(select(Forum))}
        return world

    def _person(self, key: str, name: str, address: str | None) -> None:
        mailbox = None
        if address:
            mailbox = db.session().scalar(select(Mailbox).where(Mailbox.address == address))
            if mailbox is None:
                mailbox = Mailbox(address=address, created_at=clock.now())
                db.session().add(mailbox)
                db.session().flush()
        person = Person(
            name=name,
            short_name=name.split()[0],
            folded_name=fold(name),
            mailbox_id=mailbox.id if mailbox else None,
            created_at=clock.now(),
            joined_at=clock.now() - timedelta(days=60),
            welcome_step=4,
        )
        db.session().add(person)
        db.session().flush()
        self.people[key] = person.id

    def give_role(self, key: str, kind: str, building: str | None, title: str | None = None) -> Role:
        """A role that holds since long ago."""
        role = Role(
            person_id=self.people[key],
            kind=kind,
            title=title,
            building_id=self.buildings[building] if building else None,
            since=LONG_AGO,
            granted_at=clock.now(),
        )
        db.session().add(role)
        db.session().flush()
        return role

    @db.action
    def open_session(self, key: str) -> str:
        """Sign a person in on a new device; returns the secret that the cookie carries."""
        token = secrets.token_urlsafe(32)
        db.session().add(
            LoginSession(
                token_hash=hashed(token),
                person_id=self.people[key],
                is_trusted=True,
                device="Test",
                way="letter",
                created_at=clock.now(),
                seen_at=clock.now(),
                expires_at=clock.now() + timedelta(days=400),
            )
        )
        return token

    def visitor(self, key: str) -> Visitor:
        """The person as a visitor."""
        found = identify(self.open_session(key))
        assert found is not None
        return found

    @db.action
    def move_out(self, key: str) -> None:
        """Membership ends today."""
        for held in db.session().scalars(select(Membership).where(Membership.person_id == self.people[key])):
            held.until = clock.today()
        right_lost(self.people[key])
