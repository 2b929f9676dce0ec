"""Everything that the table of routes speaks of: the people that the small world of tests/world.py does not have, and
something of every kind to ask for, in the Lindehof unless its word says otherwise."""

from __future__ import annotations

from dataclasses import asdict
from datetime import time, timedelta
from io import BytesIO
from typing import Any

from PIL import Image
from sqlalchemy import func, select, text, update

from community import assets, clock, db, files, jobs
from community.accounts import actions as account_actions
from community.accounts import entering, kept, mail_codes
from community.accounts.hashes import hashed, keyed
from community.accounts.models import Invitation, LoginSession, Mailbox, MailCode, Person
from community.admin import actions as admin_actions
from community.moderation import actions as moderation_actions
from community.moderation.forms import DecisionForm
from community.places import actions as place_actions
from community.places.models import Employee, Membership, OfficeHours, Role
from community.visitor import Visitor
from forums import actions as forum_actions
from forums import attachments, settling
from forums.attached import Attachment
from forums.models import CARETAKER, EVERYONE, NEIGHBOURS, Post
from tests.authorisation import things_ical
from tests.authorisation.activities import activities
from tests.authorisation.things_answers import answer_link, answers_there_are
from tests.authorisation.things_rooms import rooms_there_are
from tests.community.admin.files import HEADER, csv_of, row
from tests.documents import pdf
from tests.pictures import photo
from tests.world import LONG_AGO, World

# Added to the number of something that is there, it is the number of something that never was.
NEVER = 900_000
A_PHOTO = photo(size=(80, 60))

Things = dict[str, tuple[str, str]]


# ---- people --------------------------------------------------------------------------------------------------------


@db.action
def more_people(world: World) -> None:
    """Who comes tomorrow, who will stop, who was caretaker, and who works in other ways."""
    add = db.session().add
    for key, name in (("cor", "Cor Komt"), ("stien", "Stien Gestopt")):
        world._person(key, name, f"{key}@example.nl")
        since = clock.today() + timedelta(days=1) if key == "cor" else LONG_AGO
        number = {"cor": 6, "stien": 7}[key]
        add(Membership(person_id=world.people[key], household_id=world.households["lindehof", number], since=since))
    for key, name, kind, where in (
        ("frits", "Frits Vroeger", "huismeester", "lindehof"),
        ("wanda", "Wanda West", "woonconsulent", None),
        ("arie", "Arie Alles", "huismeester", "lindehof"),
    ):
        world._person(key, name, f"{key}@zuiderlicht.example")
        role = world.give_role(key, kind, where)
        add(Employee(person_id=world.people[key], phone="010 - 111 22 44", about=None))
        if key == "frits":
            role.until = clock.today() - timedelta(days=1)
        if key == "wanda":
            role.neighbourhood_id = db.session().scalar(text("SELECT id FROM neighbourhood WHERE slug = 'west'"))
    world.give_role("arie", "beheerder", None)
    add(
        OfficeHours(
            person_id=world.people["bram"],
            building_id=world.buildings["baken"],
            weekday=0,
            starts=time(9),
            ends=time(12),
        )
    )


@db.action
def some_leave(world: World) -> None:
    """Stien leaves the platform; nobody ends the session of her tablet."""
    db.session().execute(update(Person).where(Person.id == world.people["stien"]).values(left_at=clock.now()))


@db.action
def _lend_faces(world: World) -> str:
    """Willemijn and Bas chose to be shown under "Buren"; Piet did not. Returns the name of Willemijn's photo."""
    shown = [world.people["willemijn"], world.people["bas"]]
    db.session().execute(
        update(Person).where(Person.id.in_(shown)).values(is_shown=True, interests="klaverjassen", about="Dag allemaal")
    )
    picture = BytesIO()
    Image.new("RGB", (300, 300), "teal").save(picture, "PNG")
    name = files.store_portrait(picture.getvalue())
    db.session().execute(update(Person).where(Person.id == world.people["willemijn"]).values(photo=name))
    return name


# ---- things --------------------------------------------------------------------------------------------------------


def there_are(world: World) -> Things:
    """Word -> (what stands in the address of something that is there, and of something that never was)."""
    face = _lend_faces(world)
    numbers = {
        **_conversations(world),
        **_roles(world),
        **_files_and_letters(world),
        **_quarrel(world),
        **rooms_there_are(world),
        **answers_there_are(world),
        **activities(world),
        "person": world.people["willemijn"],
        "hidden_person": world.people["piet"],
        "baken_person": world.people["bas"],
        "employee": world.people["rachid"],
        "director": world.people["anouk"],
        "former": world.people["frits"],
        "stopped": world.people["stien"],
        "device": _second_device(world),
        "forum": world.forums["lindehof"],
        "west_forum": world.forums["buurt-west"],
        "all_forum": world.forums["zuiderlicht"],
        "invited": world.people["ton"],
        "building_number": world.buildings["lindehof"],
        "baken_number": world.buildings["baken"],
        "calendar_date": things_ical.a_date(world),
        **things_ical.brought(world),
    }
    found = {word: (str(key), str(key + NEVER)) for word, key in numbers.items()}
    code, letter = account_actions.invite(world.households["lindehof", 1], 2, by=None)
    return found | {
        "building": ("lindehof", "meidoornhof"),
        "photo": (face, "0" * len(face)),
        "static": (assets.asset("icon.svg").removeprefix(assets.URL), "icon.svg"),
        "code": (code, "tulp fiets 1000"),
        "letter": (letter, "nooit-geprint"),
        "link": (_mailed_link(world), "nooit-gemaild"),
        "answer_link": (answer_link(world, numbers["full_date"]), "nooit-gemaild"),
        "calendar_secret": things_ical.secret(world),
    }


def _start(world: World, forum: str, key: str, title: str, audience: int = EVERYONE) -> int:
    return forum_actions.start_topic(
        forum_id=world.forums[forum],
        kind="conversation",
        audience=audience,
        title=title,
        source=f"Wat {key} hierover schreef.",
        token=None,
        by=world.visitor(key),
    )


def _conversations(world: World) -> dict[str, int]:
    """In the topic of the Lindehof number 1 is by Ton, 2 by Rachid, 3 by Otto, who moved out since, and 4 by Ton, who
    took it away again."""
    topic = _start(world, "lindehof", "ton", "Het fietsenhok")
    for key in ("rachid", "nel", "ton"):
        forum_actions.reply(topic_id=topic, source=f"Antwoord van {key}.", token=None, by=world.visitor(key))
    posts = dict(db.session().execute(select(Post.number, Post.id).where(Post.topic_id == topic)).all())
    _give(posts[3], world.people["otto"])
    forum_actions.withdraw(post_id=posts[4], by=world.visitor("ton"))
    topics = {
        "topic": topic,
        **_settled(world),
        "west_topic": _start(world, "buurt-west", "ton", "De speeltuin"),
        "all_topic": _start(world, "zuiderlicht", "bas", "De huurdersvergadering"),
        "baken_topic": _start(world, "baken", "bas", "De lift van het Baken"),
        "private_topic": _start(world, "lindehof", "ton", "Mijn sleutel", CARETAKER),
        "neighbours_topic": _start(world, "lindehof", "ton", "Onder ons", NEIGHBOURS),
    }
    ton = world.visitor("ton")
    return topics | {
        "a_photo": _hang(posts[1], A_PHOTO, ton),
        "a_document": _hang(posts[1], pdf(), ton),
        "withdrawn_photo": _hang(posts[4], A_PHOTO, ton),
        "west_photo": _hang(_first_post(topics["west_topic"]), A_PHOTO, ton),
        "private_photo": _hang(_first_post(topics["private_topic"]), A_PHOTO, ton),
        "neighbours_photo": _hang(_first_post(topics["neighbours_topic"]), A_PHOTO, ton),
        "loose_photo": attachments.bring(A_PHOTO, "los.jpg", "nog-open", by=ton),
        # Its file goes when it is taken away, and does not come back with its row.
        "dropped_photo": attachments.bring(A_PHOTO, "weg.jpg", "nog-een", by=ton),
    }


def _first_post(topic: int) -> int:
    return db.session().scalars(select(Post.id).where(Post.topic_id == topic, Post.number == 1)).one()


@db.action
def _hang(post: int, raw: bytes, by: Visitor) -> int:
    number = attachments.bring(raw, "foto.jpg", f"bij-{post}", by=by)
    attachments.claim(post, f"bij-{post}", by=by)
    hanging = select(func.count()).where(Attachment.post_id == post).scalar_subquery()
    db.session().execute(update(Post).where(Post.id == post).values(files=hanging))
    return number


def _settled(world: World) -> dict[str, int]:
    """Two questions of Ton to the association, of which Rachid has one; and conversations that ended or are closed."""
    ton, rachid = world.visitor("ton"), world.visitor("rachid")
    found = {}
    for word in ("question", "taken", "ended", "closed"):
        found[word] = forum_actions.start_topic(
            forum_id=world.forums["lindehof"],
            kind="question" if word in {"question", "taken"} else "lost_found",
            aspect="association" if word in {"question", "taken"} else "lost",
            title=f"Een gesprek: {word}",
            source="Wie weet het?",
            token=None,
            by=ton,
        )
    settling.take(topic_id=found["taken"], promised_on=clock.today() + timedelta(days=2), by=rachid)
    settling.agree(topic_id=found["ended"], source="Gevonden.", by=ton)
    settling.agree(topic_id=found["closed"], source="Gevonden.", closes=True, by=ton)
    return found


@db.action
def _give(post: int, writer: int) -> None:
    db.session().execute(update(Post).where(Post.id == post).values(author_id=writer))


def _quarrel(world: World) -> dict[str, int]:
    """Ton was unkind to Henk three times, each with a photo: one is reported, of one it was decided, one is
    appealed; and once to the caretaker alone, which Rachid reported."""
    topic = _start(world, "lindehof", "nel", "De was in de gang")
    found = {"read_post": _post(topic, 1)}
    for word in ("harsh", "hidden", "appealed"):
        number = forum_actions.reply(topic_id=topic, source=f"Bah, {word}.", token=None, by=world.visitor("ton"))
        post = found[f"{word}_post"] = _post(topic, number)
        flag = moderation_actions.report("post", post, reason="unkind", by=world.visitor("henk"))
        assert flag is not None
        found[f"{word}_flag"] = flag.id
        found[f"{word}_photo"] = _hang(post, A_PHOTO, world.visitor("ton"))
        if word != "harsh":
            form = DecisionForm("hide", "unkind", "Dit is kwetsend.")
            found[f"{word}_decision"] = moderation_actions.decide(flag.id, form, by=world.visitor("moira")).id
    moderation_actions.appeal(found["appealed_decision"], words="Een grapje.", by=world.visitor("ton"))
    private = _first_post(_start(world, "lindehof", "ton", "Tegen de huismeester", CARETAKER))
    assert moderation_actions.report("post", private, reason="unkind", by=world.visitor("rachid")) is not None
    return found | {"secret_photo": _hang(private, A_PHOTO, world.visitor("ton"))}


def _post(topic: int, number: int) -> int:
    return db.session().scalars(select(Post.id).where(Post.topic_id == topic, Post.number == number)).one()


def _roles(world: World) -> dict[str, int]:
    role = db.session().scalars(select(Role.id).where(Role.person_id == world.people["moira"])).one()
    ended = place_actions.grant_role(
        world.people["willemijn"], "ambassadeur", building_id=world.buildings["lindehof"], by=None
    )
    place_actions.end_role(ended.id, by=None)
    return {"role": role, "ended_role": ended.id}


def _files_and_letters(world: World) -> dict[str, int]:
    ada = world.people["ada"]
    found = {
        "preview": admin_actions.look(csv_of([row(1, "A. Aalbers"), row(2, "B. Bos")]), "goed.csv", by=ada),
        "wrong": admin_actions.look(csv_of([row(1, "A. Aalbers", postcode="=1+1")]), "fout.csv", by=ada),
        "undecided": admin_actions.look(csv_of([row(1)], header=["?", *HEADER[1:]]), "kolommen.csv", by=ada),
        "stack": admin_actions.print_letters(
            world.buildings["lindehof"], "alle", form="stapel", by=world.people["rachid"]
        ),
    }
    for job in found.values():
        jobs.run(job)
    return found


def _second_device(world: World) -> int:
    """Ton is signed in on another device too."""
    token = world.open_session("ton")
    return db.session().scalars(select(LoginSession.id).where(LoginSession.token_hash == hashed(token))).one()


@db.action
def _mailed_link(world: World) -> str:
    """The secret of a link that was mailed to Ton."""
    token = "een-geheim-uit-een-mail"
    mailbox = db.session().scalars(select(Mailbox.id).where(Mailbox.address == "ton@example.nl")).one()
    db.session().add(
        MailCode(
            mailbox_id=mailbox,
            device_hash=keyed("a device"),
            code_hash=keyed("a code"),
            token_hash=hashed(token),
            created_at=clock.now(),
            expires_at=clock.now() + mail_codes.LASTS,
        )
    )
    return token


# ---- what a browser brings from the page before ----------------------------------------------------------------------


def carried(world: World, things: Things, tokens: dict[str, str]) -> dict[str, dict[str, Any]]:
    """Word -> fields of the cookie."""
    until = clock.now().timestamp() + 3600
    invitation = (
        db.session().scalars(select(Invitation.id).where(Invitation.token_hash == hashed(things["letter"][0]))).one()
    )
    secret = kept.keep("/gesprekken/nieuw", [("tekst", "Bewaard")], had_file=False, session_token=tokens["writer"])
    by_letter = entering.Arriving("letter", True, (), invitation, "een-keer", until)
    by_mail = entering.Arriving("mail", True, (world.people["ton"],), None, "een-keer", until)
    stopped = entering.Arriving("mail", True, (world.people["stien"],), None, "een-keer", until)
    return {
        "letter": {"arriving": asdict(by_letter)},
        "mail": {"arriving": asdict(by_mail)},
        "stopped": {"arriving": asdict(stopped)},
        "mailed": {"mailed": {"address": "ton@example.nl", "trusted": True}, "device": "a device"},
        "kept": {"kept": secret},
    }
