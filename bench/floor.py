"""The floor: the least that a page of twenty posts can cost on this stack. One Flask view, one query of the same
posts with their authors, one small template; no sign-in, no rights, no frame. Only there with TREFPUNT_BENCH=1."""

from __future__ import annotations

from flask import Flask, Response, request
from jinja2 import Environment
from sqlalchemy import select

from community import db, web
from community.accounts.models import Person
from forums.models import Post

_PAGE = Environment(autoescape=True).from_string(
    "<!doctype html><title>Floor</title><ol>{% for post in posts %}"
    "<li id=p-{{ post.number }}><b>{{ post.name }}</b> {{ post.created_at }}<div>{{ post.html|safe }}</div></li>"
    "{% endfor %}</ol>"
)


def init_app(app: Flask) -> None:
    """Add the page."""
    app.add_url_rule("/bench/floor/<int:topic>", "bench_floor", floor)


@web.for_everybody
def floor(topic: int) -> Response:
    """Twenty posts of a conversation, `?pagina=` as on the real page."""
    page = int(request.args.get("pagina", 1))
    posts = (
        db.connection()
        .execute(
            select(Post.number, Post.html, Post.created_at, Person.name)
            .join(Person, Person.id == Post.author_id)
            .where(Post.topic_id == topic, Post.number > (page - 1) * 20, Post.number <= page * 20)
            .order_by(Post.number)
        )
        .all()
    )
    return Response(_PAGE.render(posts=posts), content_type="text/html; charset=utf-8")
