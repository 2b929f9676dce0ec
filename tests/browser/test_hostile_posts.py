"""Every known attack, really posted: as the text of a post, as the title of a conversation, as a name; shown by the
real site in a real browser. Nothing runs, and nothing but words comes out."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from community import clock, db, text
from forums import actions
from forums.models import TITLE_MAX, Post, Topic
from tests.browser.conftest import NewPage
from tests.shared_material import xss_vectors
from tests.site import Site
from tests.world import World

pytestmark = pytest.mark.browser

# What a page of ours is made of; anything else came from a writer.
JUDGE = """() => {
  const found = [];
  const scripts = [...document.scripts].map((script) => script.getAttribute('src'));
  for (const address of scripts) {
    if (!address || !address.startsWith('/static/dist/')) found.push('script ' + address);
  }
  for (const element of document.querySelectorAll('*')) {
    for (const name of element.getAttributeNames()) {
      if (name.startsWith('on') || name === 'style' || name === 'srcdoc') found.push(element.nodeName + ' ' + name);
    }
  }
  if (document.querySelector('iframe, object, embed, frame, base, style, math, template, video, audio')) found.push('element');
  const allowed = ['P', 'UL', 'OL', 'LI', 'BR', 'STRONG', 'A'];
  const bodies = [...document.querySelectorAll('.post-body')];
  for (const body of bodies) {
    for (const element of body.querySelectorAll('*')) {
      if (!allowed.includes(element.nodeName)) found.push('in a post: ' + element.nodeName);
      if (element.nodeName === 'A' && !/^(https?|mailto|tel):$/.test(element.protocol)) found.push(element.href);
    }
  }
  return {found, ran: window.ran || [], posts: bodies.length};
}"""
WATCH = """window.ran = [];
for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) window[name] = () => window.ran.push(name);"""


def fill(site: Site, people: World, inputs: list[str]) -> list[int]:
    """A conversation for each twenty inputs: the first of them is its title too. Written as the site writes."""
    topics = []
    with site.app.app_context():
        nel = people.visitor("nel")
        for start in range(0, len(inputs), 20):
            batch = inputs[start : start + 20]
            title = text.clean_line(batch[0], TITLE_MAX) or "leeg"
            topics.append(
                actions.start_topic(
                    forum_id=people.forums["lindehof"], kind="conversation", title=title, source=batch[0], token=None,
                    by=nel,
                )
            )  # fmt: skip
            _replies(topics[-1], batch[1:], nel.person_id)
    return topics


@db.action
def _replies(topic_id: int, sources: list[str], author: int) -> None:
    """The rest of the twenty, rendered as `reply` does, in one go."""
    topic = db.lock(Topic, topic_id)
    assert topic is not None
    rows = [
        {
            "topic_id": topic_id, "number": number, "author_id": author, "source": source,
            "html": text.render(source), "created_at": clock.now(), "thanks": 0, "thanked_by": "", "version": 1,
        }
        for number, source in enumerate(sources, 2)
    ]  # fmt: skip
    if rows:
        db.connection().execute(insert(Post), rows)
    topic.last_number = len(sources) + 1


def test_every_attack_is_only_words(site: Site, people: World, new_page: NewPage) -> None:
    inputs = [vector["input"].replace("\x00", "") for vector in xss_vectors()]
    topics = fill(site, people, inputs)
    page = new_page("ton")
    page.add_init_script(WATCH)
    foreign: list[str] = []
    page.on("request", lambda request: foreign.append(request.url) if not request.url.startswith(site.url) else None)
    page.on("dialog", lambda dialog: (foreign.append(f"dialog {dialog.message}"), dialog.dismiss()))
    seen = 0
    for topic in topics:
        page.goto(f"/gesprekken/{topic}?pagina=1")
        told = page.evaluate(JUDGE)
        assert told["found"] == [] and told["ran"] == [], f"conversation {topic}: {told}"
        seen += told["posts"]
    assert seen == len(inputs)
    for number in range(1, -(-len(topics) // 20) + 1):
        page.goto(f"/gesprekken?pagina={number}")
        told = page.evaluate(JUDGE)
        assert told["found"] == [] and told["ran"] == []
    assert [address for address in foreign if not address.startswith("ws")] == []
    assert page.url.startswith(site.url)


def test_the_judge_would_notice(site: Site, people: World, new_page: NewPage) -> None:
    with site.app.app_context():
        topic = actions.start_topic(
            forum_id=people.forums["lindehof"], kind="conversation", title="x", source="y", token=None,
            by=people.visitor("nel"),
        )  # fmt: skip
        _spoil("<img src=x onerror=alert(1)><iframe></iframe>")
    page = new_page("ton")
    page.goto(f"/gesprekken/{topic}")
    told = page.evaluate(JUDGE)
    assert "IMG onerror" in told["found"] and "element" in told["found"]
    page.errors.clear()  # type: ignore[attr-defined]


@db.action
def _spoil(html: str) -> None:
    db.connection().execute(Post.__table__.update().values(html=html))  # type: ignore[attr-defined]
