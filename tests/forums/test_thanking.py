"""Who is named under a thanks: the first few for everybody, but not a neighbour whom the reader does not want to read,
who is counted among the others. What is kept for others is no different for it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from community import db
from community.moderation import actions as moderation
from forums import actions, thanking
from forums.models import Post
from tests.world import World

Browser = Callable[[str], FlaskClient]


@pytest.fixture
def topic(app: Flask, world: World) -> int:
    """Ton says something; Nel, Willemijn, Piet and Moira thank for it, in this order."""
    with app.app_context():
        made = actions.start_topic(
            forum_id=world.forums["lindehof"], kind="conversation", title="De tuin", source="Alles bloeit.",
            token=None, by=world.visitor("ton"),
        )  # fmt: skip
        for key in ("nel", "willemijn", "piet", "moira"):
            thank(world, made, key)
    return made


def thank(world: World, topic: int, key: str, thanks: bool = True) -> None:
    post = db.session().scalars(select(Post.id).where(Post.topic_id == topic, Post.number == 1)).one()
    actions.thank(post_id=post, by=world.visitor(key), thanks=thanks)


def block(app: Flask, world: World, *blocked: str, by: str = "henk") -> None:
    with app.app_context():
        for key in blocked:
            moderation.block(world.people[key], by=world.visitor(by))


def thanks_in(html: str) -> str:
    """What stands beside the button; empty when nothing does."""
    found = re.search(r'</form><span class="soft">(.*?)</span>', html)
    return re.sub(r"<[^>]+>", "", found[1]) if found else ""


def outlets(browser: FlaskClient, topic: int) -> list[str]:
    """The page, and the fragments that a live page asks for."""
    paths = (f"/gesprekken/{topic}?pagina=1", f"/gesprekken/{topic}/nieuw?na=0", f"/gesprekken/{topic}/nieuw?nummer=1")
    return [thanks_in(browser.get(path, follow_redirects=True).text) for path in paths]


def test_who_is_not_read_is_not_named_in_page_or_fragment(
    app: Flask, world: World, signed_in: Browser, topic: int
) -> None:
    henk, ton = signed_in("henk"), signed_in("ton")
    assert outlets(henk, topic) == ["Nel, Willemijn, Piet en 1 ander bedanken"] * 3
    block(app, world, "willemijn")
    assert outlets(henk, topic) == ["Nel, Piet, Moira en 1 ander bedanken"] * 3, "the next one is named in their place"
    assert outlets(ton, topic) == ["Nel, Willemijn, Piet en 1 ander bedanken"] * 3, "for others nothing is different"
    block(app, world, "nel", "piet", "moira")
    assert outlets(henk, topic) == ["4 anderen bedanken"] * 3
    with app.app_context():
        moderation.unblock(world.people["nel"], by=world.visitor("henk"))
    assert outlets(henk, topic) == ["Nel en 3 anderen bedanken"] * 3


def test_what_one_thanked_for_together_with_them(app: Flask, world: World, signed_in: Browser, topic: int) -> None:
    henk = signed_in("henk")
    with app.app_context():
        thank(world, topic, "henk")
    assert outlets(henk, topic)[0] == "samen met Nel, Willemijn en 2 anderen"
    block(app, world, "nel")
    assert outlets(henk, topic)[0] == "samen met Willemijn, Piet en 2 anderen"


def test_a_single_thanks_of_who_is_not_read_is_one_other(
    app: Flask, world: World, signed_in: Browser, topic: int
) -> None:
    with app.app_context():
        for key in ("willemijn", "piet", "moira"):
            thank(world, topic, key, thanks=False)
    block(app, world, "nel")
    assert outlets(signed_in("henk"), topic) == ["1 ander bedankt"] * 3
    assert outlets(signed_in("ton"), topic) == ["Nel bedankt"] * 3


def test_who_thanks_after_being_blocked_is_not_named_either(
    app: Flask, world: World, signed_in: Browser, topic: int
) -> None:
    henk = signed_in("henk")
    block(app, world, "nel")
    with app.app_context():
        thank(world, topic, "nel", thanks=False)
    assert outlets(henk, topic)[2] == "Willemijn, Piet en Moira bedanken"
    with app.app_context():
        for key in ("willemijn", "piet", "nel"):
            thank(world, topic, key, thanks=key == "nel")
    assert outlets(henk, topic)[2] == "Moira en 1 ander bedanken"
    assert outlets(signed_in("ton"), topic)[2] == "Moira en Nel bedanken"


def test_the_list_of_all_who_thanked_counts_them_and_names_them_not(
    app: Flask, world: World, signed_in: Browser, topic: int
) -> None:
    path = f"/gesprekken/{topic}/1/dank"
    assert "<li>Willemijn</li>" in signed_in("henk").get(path).text
    block(app, world, "willemijn")
    shown = signed_in("henk").get(path).text
    assert "Willemijn" not in shown and "<li>Nel</li>" in shown and "en 1 ander" in shown
    other = signed_in("ton").get(path).text
    assert "<li>Willemijn</li>" in other and "ander" not in other.split("<main")[1].split("</main")[0]


def test_who_block_the_same_share_what_is_kept(app: Flask, world: World, signed_in: Browser, topic: int) -> None:
    block(app, world, "nel", by="henk")
    block(app, world, "nel", by="moira")
    kept = app.extensions["kept html"].posts
    kept.clear()
    assert outlets(signed_in("henk"), topic)[0] == "Willemijn, Piet, Moira en 1 ander bedanken"
    before = len(kept)
    with app.app_context():
        thank(world, topic, "moira", thanks=False)
    outlets(signed_in("henk"), topic)
    assert outlets(signed_in("moira"), topic)[0] == "Willemijn, Piet en 1 ander bedanken"
    assert len(kept) == before + 1, "one for the new version, of both"


def test_nothing_is_asked_for_who_wants_to_read_everybody(app: Flask, world: World, topic: int) -> None:
    with app.app_context():
        assert thanking.unnamed(world.visitor("henk"), topic, 1, 20) == {}
        moderation.block(world.people["nel"], by=world.visitor("henk"))
        (found,) = thanking.unnamed(world.visitor("henk"), topic, 1, 20).values()
        assert found == (world.people["nel"],)
        assert thanking.unnamed(world.visitor("henk"), topic, 2, 20) == {}
