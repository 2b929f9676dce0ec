"""Puts the demonstration into an empty database, in one transaction: rows in bulk, dated from today."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import time as clock_time
from typing import Any

from sqlalchemy import insert, select

from community import clock, db, files, journal, reindexing, text
from community.accounts import passwords
from community.accounts.models import Mailbox, Person
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
from demo import activities, quarrels
from demo.content import Content, Conversation, Photo, Said
from demo.inhabitants import Inhabitant, all_of
from demo.sign_ins import PASSWORD, SIGN_INS
from forums import thanking
from forums.actions import open_forums
from forums.attached import Attachment
from forums.models import ASPECTS, CARETAKER, EVERYONE, NEIGHBOURS, Forum, Post, Reaction, Speaker, Topic, TopicReader

# Where the association's people came from does not matter; that it is the same every time does.
CHANCE = 20260312
LONG_AGO = timedelta(days=2500)
Tell = Callable[[str], None]
_AUDIENCES = {"everyone": EVERYONE, "neighbours": NEIGHBOURS, "caretaker": CARETAKER}


@db.action
def seed(content: Content, tell: Tell) -> str:
    """Make it all; returns a sentence that sums it up. `tell` is called with each step."""
    return _Seeding(content, tell).run()


class _Seeding:
    """What one run knows: ids by the keys of the content."""

    def __init__(self, content: Content, tell: Tell) -> None:
        self.content, self.tell = content, tell
        self.chance = random.Random(CHANCE)
        self.now = clock.now()
        self.today = clock.today()
        self.secret = passwords.keep(PASSWORD)
        self.buildings: dict[str, Building] = {}
        self.people: dict[str, int] = {}
        self.homes: dict[str, tuple[str, str]] = {}  # person -> (building, entrance)
        self.hats: dict[str, list[tuple[str, str | None, str | None]]] = {}  # person -> (kind, title, building)
        self.names: dict[str, str] = {}

    def run(self) -> str:
        self.tell("  buildings and dwellings ...")
        dwellings = self._places()
        self.tell("  residents ...")
        residents = self._residents(dwellings)
        self.tell("  employees and roles ...")
        employees = self._staff()
        open_forums()
        self.tell("  activities ...")
        dates = activities.seed(self.content.activities, self._cast())
        self.tell("  conversations ...")
        posts = self._conversations()
        quarrels.seed(self.people)
        journal.record("demo.seeded", by=None)
        return (
            f"The demonstration: {len(self.buildings)} buildings, {len(dwellings)} dwellings, "
            f"{residents + employees} people, {len(self.content.conversations)} conversations, {posts} posts, "
            f"{dates} dates of activities."
        )

    def _cast(self) -> activities.Cast:
        return activities.Cast(
            people=self.people,
            hats=self.hats,
            homes={key: building for key, (building, _entrance) in self.homes.items()},
            buildings={slug: (held.id, held.neighbourhood_id) for slug, held in self.buildings.items()},
            neighbourhoods={
                held.slug: held.id for held in db.session().scalars(select(Neighbourhood).order_by(Neighbourhood.id))
            },
        )

    # ---- places ----------------------------------------------------------------------------------------------

    def _places(self) -> dict[tuple[str, int], tuple[int, str]]:
        """Buildings with their dwellings; returns (household, entrance) by (building, number of the dwelling)."""
        held = db.session()
        told = self.content.places["association"]
        held.add(Association(**told, is_demo=True))
        parts = {place["slug"]: Neighbourhood(**place) for place in self.content.places["neighbourhood"]}
        held.add_all(parts.values())
        held.flush()
        households: dict[tuple[str, int], tuple[int, str]] = {}
        for told in self.content.places["building"]:
            building = Building(
                neighbourhood_id=parts[told["neighbourhood"]].id,
                slug=told["slug"],
                name=told["name"],
                with_article=told["with_article"],
                about=told["about"],
                built_in=told["built_in"],
                facade=",".join(told["facade"]),
                created_at=self.now - LONG_AGO,
            )
            held.add(building)
            held.flush()
            self.buildings[told["slug"]] = building
            entrances = [Entrance(building_id=building.id, name=name) for name in told["entrances"]]
            held.add_all(entrances)
            held.flush()
            run = -(-told["dwellings"] // max(1, len(entrances)))
            homes = []
            for index in range(told["dwellings"]):
                entrance = entrances[index // run] if entrances else None
                homes.append(
                    Dwelling(
                        building_id=building.id,
                        entrance_id=entrance.id if entrance else None,
                        external_id=f"ZL-{building.id:02}{index + 1:04}",
                        street=told["street"],
                        number=told["first_number"] + index,
                        postcode=told["postcode"],
                        city=told["city"],
                        floor=index % run * told["floors"] // run,
                    )
                )
            held.add_all(homes)
            held.flush()
            behind = [Household(dwelling_id=home.id, since=self.today - LONG_AGO) for home in homes]
            held.add_all(behind)
            held.flush()
            for index, household in enumerate(behind):
                name = entrances[index // run].name if entrances else ""
                households[told["slug"], index + 1] = (household.id, name)
        return households

    # ---- people ----------------------------------------------------------------------------------------------

    def _residents(self, households: dict[tuple[str, int], tuple[int, str]]) -> int:
        inhabitants = all_of(self.content.places, self.content.people, self.chance)
        signing_in = {line.key for line in SIGN_INS}
        mailboxes: dict[str, Mailbox] = {}
        made: list[tuple[Inhabitant, Person]] = []
        for index, who in enumerate(inhabitants):
            address = f"{who.key}@demo.example" if who.key else f"bewoner-{index}@demo.example"
            # A couple with one address, as many have: only those without a sign-in of their own.
            partner = made[-1][0] if made else None
            if (
                partner
                and not who.key
                and not partner.key
                and (partner.building, partner.dwelling) == (who.building, who.dwelling)
            ):
                address = f"bewoner-{index - 1}@demo.example"
            if who.has_mail and address not in mailboxes:
                mailboxes[address] = Mailbox(address=address, created_at=self.now)
            made.append((who, self._person(who, mailboxes.get(address), can_sign_in=who.key in signing_in)))
        held = db.session()
        held.add_all(mailboxes.values())
        held.add_all(person for _who, person in made)
        held.flush()
        memberships = []
        for who, person in made:
            household, entrance = households[who.building, who.dwelling]
            until = self.today - timedelta(days=who.moved_out_days_ago) if who.moved_out_days_ago is not None else None
            since = self.today - timedelta(days=who.moved_in_days_ago or self.chance.randint(200, 2400))
            memberships.append({"person_id": person.id, "household_id": household, "since": since, "until": until})
            if who.key:
                self.people[who.key], self.names[who.key] = person.id, who.short_name
                self.homes[who.key] = (who.building, entrance)
                for role in who.roles:
                    self._role(who.key, role["kind"], who.building, role.get("title"))
        db.connection().execute(insert(Membership.__table__), memberships)  # type: ignore[arg-type]
        return len(made)

    def _person(self, who: Inhabitant, mailbox: Mailbox | None, *, can_sign_in: bool) -> Person:
        joined = self.now - timedelta(days=who.moved_in_days_ago or self.chance.randint(185, 400))
        return Person(
            name=who.name,
            short_name=who.short_name,
            greeting=who.greeting,
            folded_name=text.fold(who.name),
            mailbox=mailbox,
            password_hash=self.secret if can_sign_in else None,
            about=who.about,
            interests=", ".join(who.interests) or None,
            is_shown=who.is_shown,
            created_at=joined,
            joined_at=joined if who.has_joined else None,
            welcome_step=4 if who.has_joined else 0,
        )

    def _role(self, key: str, kind: str, building: str | None, title: str | None) -> None:
        self.hats.setdefault(key, []).append((kind, title, building))
        db.session().add(
            Role(
                person_id=self.people[key],
                kind=kind,
                title=title,
                building_id=self.buildings[building].id if building else None,
                since=self.today - timedelta(days=self.chance.randint(200, 1300)),
                granted_at=self.now - LONG_AGO,
            )
        )

    def _staff(self) -> int:
        held = db.session()
        for told in self.content.people["staff"]:
            mailbox = Mailbox(address=f"{told['key']}@demo.example", created_at=self.now)
            held.add(mailbox)
            held.flush()
            person = Person(
                name=told["name"],
                short_name=told["short_name"],
                folded_name=text.fold(told["name"]),
                mailbox_id=mailbox.id,
                password_hash=self.secret,
                created_at=self.now - LONG_AGO,
                joined_at=self.now - LONG_AGO,
                welcome_step=4,
            )
            held.add(person)
            held.flush()
            self.people[told["key"]], self.names[told["key"]] = person.id, told["short_name"]
            held.add(Employee(person_id=person.id, phone=told["phone"], about=told.get("about")))
            for building in told["buildings"] or [None]:
                self._role(told["key"], told["function"], building, None)
            for slot in told.get("hours", ()):
                held.add(
                    OfficeHours(
                        person_id=person.id,
                        building_id=self.buildings[slot["building"]].id,
                        weekday=slot["weekday"],
                        starts=clock_time.fromisoformat(slot["starts"]),
                        ends=clock_time.fromisoformat(slot["ends"]),
                        place=slot.get("place", ""),
                    )
                )
        held.flush()
        return len(self.content.people["staff"])

    # ---- conversations -----------------------------------------------------------------------------------------

    def _conversations(self) -> int:
        forums = {forum.slug: forum for forum in db.session().scalars(select(Forum))}
        count = 0
        for told in sorted(self.content.conversations, key=lambda held: -held.days_ago):
            forum = forums[told.forum.replace("buurt:", "buurt-")]
            count += self._conversation(told, forum)
            forum.topics += told.becomes.audience != "caretaker"
            forum.open_topics += told.becomes.audience == "everyone"
        db.session().flush()
        reindexing.fill()
        return count

    def _conversation(self, told: Conversation, forum: Forum) -> int:
        begun = datetime.combine(self.today - timedelta(days=told.days_ago), told.at, clock.ZONE)
        moments: list[datetime] = []
        for said in told.posts:
            begun += said.after
            moments.append(begun)
        # What was meant for later today has then just been said.
        late = max(timedelta(0), moments[-1] - self.now + timedelta(minutes=3))
        moments = [moment - late for moment in moments]
        authors = [self.people[said.by] for said in told.posts]
        topic = Topic(
            forum_id=forum.id,
            kind=told.kind,
            title=told.title,
            slug=text.slug(told.title),
            author_id=authors[0],
            created_at=moments[0],
            last_number=len(authors),
            last_post_at=moments[-1],
            last_author_id=authors[-1],
            last_written_as=hat[0] if (hat := self._hat(told.posts[-1].by, forum)) else None,
            speakers=len(set(authors)),
            **self._becomes(told, forum, moments[-1]),
        )
        held = db.session()
        held.add(topic)
        held.flush()
        posts = [
            self._post(topic, forum, said, number, moments[number - 1]) for number, said in enumerate(told.posts, 1)
        ]
        held.add_all(posts)
        held.flush()
        for post, said in zip(posts, told.posts, strict=True):
            held.add_all(self._photo(post, photo, place) for place, photo in enumerate(said.photos, 1))
        last = {post.author_id: post for post in posts}
        held.add_all(
            Speaker(
                topic_id=topic.id, person_id=person, written_as=post.written_as, hat_title=post.hat_title,
                last_number=post.number, last_at=post.created_at,
            )
            for person, post in last.items()
        )  # fmt: skip
        held.add_all(
            Reaction(post_id=post.id, person_id=self.people[key], at=post.created_at + timedelta(minutes=20))
            for post, said in zip(posts, told.posts, strict=True)
            for key in said.thanks
        )
        held.add_all(self._reader(topic, key, said_last=last) for key in self._readers(told))
        return len(posts)

    def _becomes(self, told: Conversation, forum: Forum, late: datetime) -> dict[str, Any]:
        """What became of a conversation, as columns."""
        what = told.becomes
        hat = self._hat(what.outcome_by, forum) if what.outcome_by else None
        aspect = what.aspect or next(iter(ASPECTS.get(told.kind, ())), None)
        found: dict[str, Any] = {
            "aspect": aspect,
            "audience": _AUDIENCES[what.audience],
            "status": what.status,
            "owner_id": self.people[what.owner] if what.owner else None,
            "taken_at": late if what.owner else None,
            "promised_on": self.today + timedelta(days=what.promised_in) if what.promised_in is not None else None,
            "answered_at": late if what.status == "answered" else None,
            "pinned_until": self.today + timedelta(days=what.pinned_for) if what.pinned_for else None,
        }
        if what.outcome:
            found |= {
                "outcome": what.outcome.strip(),
                "outcome_html": text.render(what.outcome.strip()),
                "outcome_by_id": self.people[what.outcome_by or told.posts[0].by],
                "outcome_as": hat[0] if hat else None,
                "outcome_at": late,
                "ended_as": what.ended_as or "agreed",
            }
        return found

    def _post(self, topic: Topic, forum: Forum, said: Said, number: int, moment: datetime) -> Post:
        hat = self._hat(said.by, forum)
        names = [self.names[key] for key in said.thanks[: thanking.NAMED]]
        return Post(
            topic_id=topic.id,
            number=number,
            author_id=self.people[said.by],
            written_as=hat[0] if hat else None,
            hat_title=hat[1] if hat else None,
            written_from=self._written_from(said.by, forum),
            source=said.text,
            html=text.render(said.text),
            created_at=moment,
            thanks=len(said.thanks),
            thanked_by=", ".join(names),
            files=len(said.photos),
        )

    def _photo(self, post: Post, photo: Photo, place: int) -> Attachment:
        stored = files.store(photo.read(), f"{post.author_id} {photo.file}")
        return Attachment(
            post_id=post.id,
            person_id=post.author_id,
            position=place,
            kind=stored.kind,
            name=photo.file,
            alt=photo.alt,
            store=stored.name,
            width=stored.width,
            height=stored.height,
            size=stored.size,
            created_at=post.created_at,
        )

    def _hat(self, key: str, forum: Forum) -> tuple[str, str | None] | None:
        for kind, title, building in self.hats.get(key, ()):
            if kind in {"moderator", "ambassadeur"}:
                continue
            if building is None or forum.building_id is None or self.buildings[building].id == forum.building_id:
                return kind, title
        return None

    def _written_from(self, key: str, forum: Forum) -> str | None:
        if key not in self.homes:
            return None
        building, entrance = self.homes[key]
        if forum.building_id is None:
            return self.buildings[building].name
        return entrance if forum.building_id == self.buildings[building].id else None

    def _readers(self, told: Conversation) -> list[str]:
        """Who has opened the conversation: who spoke, who thanked, and most who live there."""
        involved = {said.by for said in told.posts} | {key for said in told.posts for key in said.thanks}
        if told.becomes.audience == "caretaker":
            return sorted(involved)
        others = {
            key
            for key, (building, _entrance) in self.homes.items()
            if told.forum == building and self.chance.random() < 0.8
        }
        return sorted(involved | others)

    def _reader(self, topic: Topic, key: str, *, said_last: dict[int, Post]) -> TopicReader:
        person = self.people[key]
        is_recent = self.now - topic.last_post_at < timedelta(days=2)
        own = said_last[person].number if person in said_last else 0
        read = topic.last_number
        if is_recent and own < read and self.chance.random() < 0.6:
            read = max(own, read - 2)
        is_behind = own > 0 and read < topic.last_number
        return TopicReader(
            topic_id=topic.id, person_id=person, last_read=read, is_following=own > 0, is_behind=is_behind
        )
