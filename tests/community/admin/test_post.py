"""`/werk/post`: the mails of a demonstration, for everybody there and for nobody elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community import db, mail
from community.admin.post_views import with_own_links
from tests.world import World

PATH = "/werk/post"


@pytest.fixture
def demo(app: Flask) -> Iterator[Flask]:
    """The application as a demonstration."""
    app.config["DEMO"] = True
    yield app
    app.config["DEMO"] = False


@db.action
def put(number: int, text: str = "Uw code is 123 456.\n\nhttp://localhost/m/geheim-123\n") -> None:
    mail.put(
        f"ton{number}@example.nl",
        name="Ton <b>Visser</b>",
        subject=f"Onderwerp {number}",
        text=text,
        html="<p>niet dit</p><script>alert(1)</script>",
        key=f"mail-{number}",
    )


def test_a_stranger_reads_the_mails_of_a_demonstration(demo: Flask, client: FlaskClient, world: World) -> None:
    with demo.app_context():
        put(1)
    page = client.get(PATH)
    assert page.status_code == 200
    assert "Dit is een demonstratie." in page.text
    assert "Onderwerp 1" in page.text and "123 456" in page.text and "ton1@example.nl" in page.text
    assert '<a href="/m/geheim-123">http://localhost/m/geheim-123</a>' in page.text
    assert "<b>Visser</b>" not in page.text and "alert(1)" not in page.text and "<iframe" not in page.text


def test_outside_a_demonstration_nobody_reads_anybodys_mail(app: Flask, client: FlaskClient, world: World) -> None:
    with app.app_context():
        put(1)
        token = world.open_session("ada")
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    assert client.get(PATH).status_code == 404
    app.config["DEMO"] = True
    try:
        assert client.get(PATH).status_code == 200, "else this test would prove nothing"
    finally:
        app.config["DEMO"] = False


def test_the_newest_mail_comes_first_and_there_are_pages_of_twenty(
    demo: Flask, client: FlaskClient, world: World
) -> None:
    assert "Er is nog geen mail" in client.get(PATH).text
    with demo.app_context():
        for number in range(1, 26):
            put(number)
    first, second = client.get(PATH).text, client.get(f"{PATH}?pagina=2").text
    assert first.index("Onderwerp 25") < first.index("Onderwerp 24")
    assert "Onderwerp 6<" in first and "Onderwerp 5<" not in first
    assert "Onderwerp 5<" in second and "Onderwerp 1<" in second
    assert client.get(f"{PATH}?pagina=zeven").status_code == 200


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ga naar http://localhost/a/1.", 'Ga naar <a href="/a/1">http://localhost/a/1</a>.'),
        ("http://localhost/a?x=1&y=2", '<a href="/a?x=1&amp;y=2">http://localhost/a?x=1&amp;y=2</a>'),
        ("http://elders.example/a <b>", "http://elders.example/a &lt;b&gt;"),
        ('http://localhost/a"onmouseover=x', '<a href="/a">http://localhost/a</a>&#34;onmouseover=x'),
        ("http://localhost//elders.example", "http://localhost//elders.example"),
        ("niets", "niets"),
    ],
)
def test_only_links_to_this_site_can_be_pressed(context: Flask, text: str, shown: str) -> None:
    assert with_own_links(text) == shown
