"""Where you live: association, neighbourhood, building, entrance, dwelling, household; who lives there since when;
and which role somebody holds where."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community import db
from community.accounts.models import Person
from community.dialect import Instant, Key


class Association(db.Base):
    """The housing association that installed this. One row."""

    __tablename__ = "association"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(30))
    phone_hours: Mapped[str] = mapped_column(String(80))  # "werkdagen 8.30 tot 17.00 uur"
    emergency_phone: Mapped[str] = mapped_column(String(30))
    is_demo: Mapped[bool] = mapped_column(default=False)


class Neighbourhood(db.Base):
    """A part of town with buildings of the association."""

    __tablename__ = "neighbourhood"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)


class Building(db.Base):
    """A building whose residents share a forum and a caretaker."""

    __tablename__ = "building"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    neighbourhood_id: Mapped[int] = mapped_column(ForeignKey("neighbourhood.id"), index=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    with_article: Mapped[str] = mapped_column(String(90))  # "de Lindehof", as in "in de Lindehof"
    about: Mapped[str | None] = mapped_column(String(1000))
    built_in: Mapped[int | None]
    facade: Mapped[str] = mapped_column(String(80), default="gallery,tower,gables,terrace")
    created_at: Mapped[datetime] = mapped_column(Instant)

    neighbourhood: Mapped[Neighbourhood] = relationship(lazy="raise")


class Entrance(db.Base):
    """A shared front door: "portiek B"."""

    __tablename__ = "entrance"
    __table_args__ = (UniqueConstraint("building_id", "name"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    building_id: Mapped[int] = mapped_column(ForeignKey("building.id"))
    name: Mapped[str] = mapped_column(String(60))


class Dwelling(db.Base):
    """A front door of one's own: one letter, one vote. `external_id` is the association's number for it."""

    __tablename__ = "dwelling"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    building_id: Mapped[int] = mapped_column(ForeignKey("building.id"), index=True)
    entrance_id: Mapped[int | None] = mapped_column(ForeignKey("entrance.id"))
    external_id: Mapped[str] = mapped_column(String(60), unique=True)
    street: Mapped[str] = mapped_column(String(120))
    number: Mapped[int]
    addition: Mapped[str] = mapped_column(String(20), default="")
    postcode: Mapped[str] = mapped_column(String(10))
    city: Mapped[str] = mapped_column(String(80))
    floor: Mapped[int | None]
    ended_on: Mapped[date | None]  # split or merged into others

    building: Mapped[Building] = relationship(lazy="raise")
    entrance: Mapped[Entrance | None] = relationship(lazy="raise")

    @property
    def address(self) -> str:
        """ "Lindestraat 42 B"."""
        return f"{self.street} {self.number} {self.addition}".strip()


class Household(db.Base):
    """The people behind one front door, from a day until a day (the first day they are gone)."""

    __tablename__ = "household"
    __table_args__ = (CheckConstraint("until IS NULL OR until >= since", name="period"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    dwelling_id: Mapped[int] = mapped_column(ForeignKey("dwelling.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]

    dwelling: Mapped[Dwelling] = relationship(lazy="raise")


class Membership(db.Base):
    """A person in a household, from a day until a day. Ends access on the day that it ends."""

    __tablename__ = "membership"
    __table_args__ = (CheckConstraint("until IS NULL OR until >= since", name="period"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]
    # As the association's last file had it; people may call themselves otherwise. Empty: never stood in a file.
    listed_name: Mapped[str | None] = mapped_column(String(120))
    listed_salutation: Mapped[str | None] = mapped_column(String(120))

    person: Mapped[Person] = relationship(lazy="raise")
    household: Mapped[Household] = relationship(lazy="raise")


STAFF_KINDS = ("huismeester", "woonconsulent", "verhuurmakelaar", "directeur", "communicatie")
RESIDENT_KINDS = ("commissievoorzitter", "commissielid", "ambassadeur", "moderator")
ROLE_KINDS = (*STAFF_KINDS, *RESIDENT_KINDS, "beheerder")


class Role(db.Base):
    """A task somebody has, for a building, a neighbourhood (building empty), or everywhere (both empty), from a day
    until a day. Given by an administrator. `title` names the committee: "bewonerscommissie"."""

    __tablename__ = "role"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in ROLE_KINDS)})", name="kind"),
        CheckConstraint("until IS NULL OR until >= since", name="period"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    title: Mapped[str | None] = mapped_column(String(60))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"), index=True)
    neighbourhood_id: Mapped[int | None] = mapped_column(ForeignKey("neighbourhood.id"))
    since: Mapped[date]
    until: Mapped[date | None]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime] = mapped_column(Instant)

    person: Mapped[Person] = relationship(lazy="raise", foreign_keys=[person_id])
    building: Mapped[Building | None] = relationship(lazy="raise")
    neighbourhood: Mapped[Neighbourhood | None] = relationship(lazy="raise")


class Employee(db.Base):
    """What a person who works for the association shows: a telephone number and a few words."""

    __tablename__ = "employee"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    phone: Mapped[str] = mapped_column(String(30))
    about: Mapped[str | None] = mapped_column(String(500))

    person: Mapped[Person] = relationship(lazy="raise")


class OfficeHours(db.Base):
    """When an employee is in a building: Monday is 0."""

    __tablename__ = "office_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("starts < ends", name="order"),
        Index(None, "building_id", "weekday"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    building_id: Mapped[int] = mapped_column(ForeignKey("building.id"))
    weekday: Mapped[int]
    starts: Mapped[time]
    ends: Mapped[time]
    place: Mapped[str] = mapped_column(String(120), default="")
