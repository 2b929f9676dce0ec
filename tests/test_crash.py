"""What was acknowledged is there, also when the plug is pulled in the middle of it."""

from __future__ import annotations

import random
import threading
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from community import db
from forums import actions
from forums.models import Post, Topic
from tests.site import Site, a_site
from tests.world import World

ROUNDS = 10
WRITERS = 4


class Writer(threading.Thread):
    """Posts as fast as it can until the server is gone; remembers what the server said it had placed."""

    def __init__(self, site: Site, token: str, topic: int, name: str) -> None:
        super().__init__(daemon=True)
        self.site, self.topic, self.label = site, topic, name
        self.browser = requests.Session()
        signer = site.app.session_interface.get_signing_serializer(site.app)  # type: ignore[attr-defined]
        cookie = signer.dumps({"_user_id": token, "_fresh": True})
        self.browser.cookies.set("trefpunt", cookie, domain="localhost.local")
        self.acknowledged: list[str] = []

    def run(self) -> None:
        try:
            page = self.browser.get(f"{self.site.url}/gesprekken/{self.topic}", timeout=5).text
            csrf = page.split('name="csrf_token" value="')[1].split('"')[0]
            for number in range(10_000):
                said = f"{self.label} nummer {number}"
                answer = self.browser.post(
                    f"{self.site.url}/gesprekken/{self.topic}/reactie",
                    data={"csrf_token": csrf, "tekst": said},
                    allow_redirects=False,
                    timeout=5,
                )
                if answer.status_code == 303:
                    self.acknowledged.append(said)
        except (requests.RequestException, IndexError):
            return


@pytest.mark.parametrize("kind", ["alone", "several"])
def test_every_acknowledged_post_survives_ten_times_kill_9(kind: str, tmp_path: Path) -> None:
    chance = random.Random(9)
    with a_site(kind, tmp_path, f"crash_{kind}") as site:
        with site.app.app_context():
            people = World.build()
            topic = actions.start_topic(
                forum_id=people.forums["lindehof"], kind="conversation", title="Storm", source="Houd vol", token=None,
                by=people.visitor("ton"),
            )  # fmt: skip
            tokens = [people.open_session(key) for key in ("nel", "henk", "piet", "rachid")]
        acknowledged: list[str] = []
        for round_ in range(ROUNDS):
            site.start()
            writers = [Writer(site, tokens[n], topic, f"ronde {round_} schrijver {n}") for n in range(WRITERS)]
            for writer in writers:
                writer.start()
            writers[0].join(timeout=0.6 + chance.random())
            site.kill()
            for writer in writers:
                writer.join(timeout=10)
                acknowledged += writer.acknowledged
        assert len(acknowledged) > ROUNDS, "hardly anything was written: this proves nothing"
        with site.app.app_context():
            posts = db.session().execute(select(Post.number, Post.source).order_by(Post.number)).all()
            sources = [post.source for post in posts]
            assert set(acknowledged) <= set(sources)
            assert [post.number for post in posts] == list(range(1, len(posts) + 1))
            assert len(set(sources)) == len(sources)
            held = db.session().get(Topic, topic)
            assert held is not None and held.last_number == len(posts)
