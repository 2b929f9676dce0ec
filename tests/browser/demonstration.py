"""The demonstration as a running site, with work of every kind done and half done: the fullest pages that there are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import time, timedelta

from sqlalchemy import func, or_, select

from community import clock, db, jobs
from community.accounts import actions as accounts
from community.accounts.models import Mailbox, Person
from community.admin import actions as admin
from community.admin.import_work import PREVIEW
from community.jobs import Job
from community.moderation import actions as moderation
from community.moderation.models import Decision, Flag
from community.places.identity import identify
from community.places.models import Building, Dwelling, Household, Membership
from community.visitor import Visitor
from demo import content, seeding
from events import changing, lists, planning, questions, registering, rooms, rota
from events.models import Occurrence
from events.planning import Plan
from events.recurrence import Rule
from events.rooms import RoomFields
from forums import actions as forums
from forums import attachments
from forums.models import Forum, Post, Topic
from tests.browser.answered import answered_dates
from tests.documents import pdf
from tests.pictures import photo
from tests.site import Site
from tools.web_fonts import MAIN

# Keys of docs/demo.md.
RESIDENT, CHAIR, MOVED_OUT = "willemijn", "gerda", "cor"
CARETAKER, CONSULTANT, ADMINISTRATOR = "rachid", "marjan", "walter"
STOPPED = "indra"
MODERATOR, OTHER_MODERATOR, DECIDED_ABOUT = "nel", "wim", "ton"
# Who write with the letters of Dutch alone: a "João" costs a font more.
WRITERS = (RESIDENT, CHAIR, "nel", CARETAKER, "piet", CONSULTANT)


@dataclass
class Demonstration:
    """The site; its people by key; and the words that may stand between braces in an address."""

    site: Site
    people: dict[str, int] = field(default_factory=dict)
    things: dict[str, str] = field(default_factory=dict)

    def address(self, path: str) -> str:
        """The address with everything in its place."""
        return path.format(**self.things)

    def cookie(self, who: str) -> str:
        """The cookie of one more device on which somebody is signed in."""
        with self.site.app.app_context():
            token = accounts.open_session(self.people[who], way="mail", trusted=True, device="Tablet")
        signer = self.site.app.session_interface.get_signing_serializer(self.site.app)  # type: ignore[attr-defined]
        return str(signer.dumps({"_user_id": token, "_fresh": True}))

    def prepare(self) -> None:
        """Fill the empty database, while the site is not open yet."""
        seeding.seed(content.read(), lambda _told: None)
        prepare(self)


def prepare(demo: Demonstration) -> None:
    """Fill in the words, and ask for the work."""
    held = db.session()
    key = {
        address.split("@")[0]: person
        for address, person in held.execute(
            select(Mailbox.address, Person.id).join(Person, Person.mailbox_id == Mailbox.id)
        )
        if address.endswith("@demo.example")
    }
    for first, last in ((OTHER_MODERATOR, "Hoogland"), (DECIDED_ABOUT, "Visser")):
        key[first] = held.scalars(select(Person.id).where(Person.name == f"{first.title()} {last}")).one()
    demo.people = key
    building = held.scalars(select(Building).where(Building.slug == "lindehof")).one()
    longest = select(Topic.id).join(Forum).where(Forum.building_id == building.id).order_by(Topic.last_number.desc())
    topic = held.scalars(longest).first()
    assert topic is not None
    resident = visitor(key[RESIDENT])
    hanging = [
        attachments.bring(raw, name, "met-fotos", by=resident)
        for name, raw in (
            ("een.jpg", photo(size=(900, 600))),
            ("twee.jpg", photo(size=(600, 900))),
            ("Rooster" * 12 + ".pdf", pdf()),
        )
    ]
    attachments.describe({hanging[0]: "De tuin, " * 30}, "met-fotos", by=resident)
    pictured = forums.reply(topic_id=topic, source="Kijk eens.", token="met-fotos", files=True, by=resident)
    own = forums.reply(topic_id=topic, source="Ik *kom*.\n\n- met **taart**\n- om 10 uur", token=None, by=resident)
    decision = held.scalars(select(Decision.id).where(Decision.about_id == key[DECIDED_ABOUT])).one()
    moderation.appeal(decision, words="Dat adres staat gewoon bij de bel.", by=visitor(key[DECIDED_ABOUT]))
    moderation.block(key[STOPPED], by=resident)
    asked = dict(
        held.execute(
            select(Topic.status, Topic.id)
            .join(Forum)
            .where(Forum.building_id == building.id, Topic.status.is_not(None))
            .where(or_(Topic.status == "open", Topic.owner_id == key[CARETAKER]))
        ).all()
    )
    couple = held.scalars(
        select(Household.id)
        .join(Dwelling)
        .join(Membership)
        .where(Dwelling.building_id == building.id, Membership.until.is_(None))
        .group_by(Household.id)
        .having(func.count() == 2)
    ).first()
    assert couple is not None
    letter = accounts.invite(couple, 2, by=None)
    accounts.stop(by=key[STOPPED])
    shown = select(Person.id).where(Person.is_shown, Person.id != key[RESIDENT]).join(Membership).join(Household)
    walter = key[ADMINISTRATOR]
    on, about, off = activities(building.id, [visitor(key[who]) for who in WRITERS])
    demo.things |= {
        "building": building.slug,
        "listed": str(a_list(building, visitor(key[CHAIR]))),
        "date": str(on),
        "asked_date": str(about),
        "off_date": str(off),
        "room": str(a_room(building, visitor(key[CHAIR]), resident)),
        **answered_dates(building, visitor(key[CHAIR]), resident, [visitor(key[who]) for who in WRITERS]),
        "topic": str(topic),
        "own": str(own),
        "pictured": str(pictured),
        "photo": str(hanging[0]),
        "twenty": str(ordinary_topic(topic, building.id, [visitor(key[who]) for who in WRITERS])),
        "asked": str(asked["open"]),
        "taken": str(asked["taken"]),
        "answered": str(asked["answered"]),
        "flag": str(held.scalars(select(Flag.id).where(Flag.decision_id.is_(None))).first()),
        "decision": str(decision),
        "said": str(held.scalars(select(Post.id).where(Post.topic_id == topic, Post.number == 2)).one()),
        "hostile": str(hostile_topic(building.id, resident)),
        "code": letter.code,
        "letter": letter.token,
        "resident": str(key[RESIDENT]),
        "caretaker": str(key[CARETAKER]),
        "person": str(held.scalars(shown.join(Dwelling).where(Dwelling.building_id == building.id)).first()),
        "ready": done(admin.look(export(2000, 60), "woningen en bewoners 2026.csv", by=walter)),
        "applied": done(admin.carry_out(int(done(admin.look(export(3000, 3), "nog drie.csv", by=walter))), by=walter)),
        "wrong": done(admin.look(export(4000, 60, postcode="30 23 A"), "verkeerd.csv", by=walter)),
        "undecided": done(admin.look(export(5000, 3), "kolommen.csv", undecided=True, by=walter)),
        "stack": done(admin.print_letters(building.id, "zonder", form="once", by=key[CARETAKER])),
        "failed": str(half_done("failed", walter)),
        "running": str(half_done("running", walter)),
    }


def visitor(person_id: int) -> Visitor:
    """Somebody as a visitor."""
    found = identify(accounts.open_session(person_id, way="mail", trusted=True, device="Tablet"))
    assert found is not None
    return found


def a_list(building: Building, chair: Visitor) -> int:
    """A date with names from paper, somebody who waits, and jobs that somebody does."""
    day = clock.today() + timedelta(days=4)
    soup = Plan(
        title="Soep in de hal", start_on=day, start_at=time(17, 30), lasts=120, host_id=chair.person_id,
        building_id=building.id, place="in de hal", capacity=4, duties=(("soep koken", 2), ("opruimen", 1)),
    )  # fmt: skip
    event_id = planning.plan(soup, token=None, by=chair)
    date = db.session().scalars(select(Occurrence.id).where(Occurrence.event_id == event_id)).one()
    names = [("Jan van Papier", 1), ("Mevrouw Özdemir", 0), ("Truus van der Vliet-Hoogenboom", 2)]
    lists.write_down(date, names, way="paper", token="demo", by=chair)
    duty = rota.of_dates(event_id, [date])[date][0]
    rota.take(date, duty.id, by=chair)
    return date


def a_room(building: Building, chair: Visitor, resident: Visitor) -> int:
    """A room with everything that can be said of one, which somebody has for something of their own."""
    fields = RoomFields(
        name="Wintertuin", floor="tweede verdieping, naast de lift", seats=24, is_step_free=True, has_lift=True,
        has_loop=True, has_toilet=True, key_with="Rachid, in het kantoor naast de voordeur", rules="Ruim op.\nLamp uit.",
        ahead_days=60, longest=240, opens_hour=8, closes_hour=23,
    )  # fmt: skip
    room = rooms.add(building, fields, by=chair)
    for hour in (10, 14):
        since, until = (rooms.moment(clock.today() + timedelta(days=1), at * 60) for at in (hour, hour + 2))
        rooms.have(building, room.id, since, until, purpose="Verjaardag", token=None, by=resident)
    return room.id


def activities(building_id: int, people: list[Visitor]) -> tuple[int, int, int]:
    """Three that come soon: one that is public and full, one with a question, one that does not go on."""
    chair = people[1]
    plan = Plan(
        title="Koffie in de hal", start_on=clock.today() + timedelta(days=1), start_at=time(10, 30), lasts=90,
        host_id=chair.person_id, building_id=building_id, place="de hal", is_public=True, capacity=3, cents=250,
        bring="een kopje", source="Gezellig met elkaar.", rule=Rule("weekly", weekdays=(0, 3)),
    )  # fmt: skip
    made = [
        planning.plan(replace(plan, title=title, **more), token=None, by=chair)
        for title, more in (
            ("Koffie in de hal", {}),
            ("Meervoudigepersoonlijkheidsstoornis" * 3, {"capacity": None, "place": "W" * 100}),
            ("Stoelyoga", {"rule": None}),
        )
    ]
    dates = [
        db.session()
        .scalars(select(Occurrence.id).where(Occurrence.event_id == one).order_by(Occurrence.starts_at))
        .first()
        for one in made
    ]
    on, about, off = (key for key in dates if key is not None)
    for who in people[:3]:
        registering.answer(on, coming=True, by=who)
        registering.answer(about, coming=True, by=who)
    questions.ask(about, "Is er ook thee?", None, by=people[0])
    # Somebody from paper has to be called.
    lists.write_down(off, [("Jan van Papier", 0)], way="paper", token="af", by=chair)
    changing.cancel_event(made[2], "De lerares is ziek. Volgende week weer.", by=chair)
    return on, about, off


def ordinary_topic(like: int, building_id: int, writers: list[Visitor]) -> int:
    """Twenty posts as long as those of another conversation, in the letters that every page fetches."""
    forum = db.session().scalars(select(Forum.id).where(Forum.building_id == building_id)).one()
    sources = db.session().scalars(select(Post.source).where(Post.topic_id == like).order_by(Post.number).limit(20))
    said = ["".join(letter for letter in source if letter in MAIN or letter == "\n") for source in sources]
    made = forums.start_topic(
        forum_id=forum, kind="conversation", title="Wie doet wat?", source=said[0], token=None, by=writers[0]
    )
    for number, source in enumerate(said[1:], 1):
        forums.reply(topic_id=made, source=source, token=None, by=writers[number % len(writers)])
    return made


def hostile_topic(building_id: int, by: Visitor) -> int:
    """What fits nowhere: words without a space, signs of other scripts, a list of numbers, links."""
    forum = db.session().scalars(select(Forum.id).where(Forum.building_id == building_id)).one()
    return forums.start_topic(
        forum_id=forum,
        kind="question",
        title="Meervoudigepersoonlijkheidsstoornis" * 3,
        source="W" * 300 + "\n\nhttps://example.nl/" + "a/" * 100 + "\n\n" + "👩‍👩‍👧‍👦" * 40 + "\n\n" + "שלום " * 20,
        token=None,
        by=by,
    )


def export(first: int, count: int, postcode: str = "3023 AD") -> bytes:
    """A file as an association's system writes it, with dwellings of a new building."""
    head = "VHE-nummer;Wijk;Complexnaam;Straat;Huisnummer;Postcode;Plaats;Huurdernummer;Naam;E-mailadres;Kale huur"
    lines = [
        f"{first + n};Lindenoord;Het Nieuwe Hof {first};Hofstraat {first};{n + 1};{postcode};Rotterdam;{first + n}-1;"
        f"Jan Janszoon van {n};jan{first + n}@example.nl;600"
        for n in range(count)
    ]
    return "\n".join([head, *lines]).encode()


@db.action
def half_done(state: str, by: int) -> int:
    """Work that did not succeed, and work that goes on for ever."""
    job = Job(
        kind=PREVIEW,
        by_id=by,
        state=state,
        facts={"filename": "woningen.csv"},
        done=40,
        total=100,
        result={},
        sentence="Het bestand was te groot." if state == "failed" else None,
        created_at=clock.now(),
        alive_at=clock.now() + timedelta(days=1),
    )
    db.session().add(job)
    db.session().flush()
    return job.id


def done(job: int) -> str:
    """Do long work here and now; returns its number."""
    jobs.run(job)
    return str(job)
