"""The welcome, four pages with one question each, and each may be skipped."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, session
from werkzeug.wrappers import Response as AnyResponse

from community import files, throttle, web
from community.accounts import entering, forms, names, profile, queries
from community.accounts.models import Person
from community.errors import Invalid, Missing

pages = Blueprint("accounts_welcome", __name__)

# A large photo takes a second of the same few threads that look at passwords.
PHOTOS_PER_MINUTE = 6


@pages.get("/welkom/<int:step>")
@web.for_persons
def welcome(step: int) -> AnyResponse:
    """One question."""
    return _page(step, queries.person(web.me().person_id))


@pages.post("/welkom/<int:step>")
@web.for_persons
def answer(step: int) -> AnyResponse:
    """Its answer, or none."""
    person = queries.person(web.me().person_id)
    if not 1 <= step <= entering.WELCOME_PAGES:
        raise Missing()
    if "overslaan" not in request.form:
        try:
            _ANSWERS[step](person)
        except Invalid as invalid:
            return _page(step, person, 422, errors=invalid.errors)
    profile.welcomed(step, by=person.id)
    if step < entering.WELCOME_PAGES:
        return web.see_other(f"/welkom/{step + 1}")
    return web.see_other(str(session.pop("onward", None) or ("/vandaag" if web.me().belongs else "/mijn")))


def _page(step: int, person: Person, status: int = 200, **values: Any) -> Response:
    if not 1 <= step <= entering.WELCOME_PAGES:
        raise Missing()
    values.setdefault("errors", {})
    typed = request.form if status != 200 else None
    values |= about(person)
    return web.page(f"accounts/welcome_{step}.html", status, step=step, person=person, typed=typed, **values)


def about(person: Person) -> dict[str, Any]:
    """What the fields of these pages, and those of *Mijn*, show of a person."""
    choice, other = forms.greeting_choice(person)
    ways = names.greetings(person.name, person.short_name)
    return {"greetings": ways, "greeting_choice": choice, "greeting_other": other, "text_sizes": forms.TEXT_SIZES}


def called(person: Person) -> None:
    """How one is called, from the form."""
    given = forms.Called.read()
    profile.call(given.name, given.short_name, given.greeting, by=person.id)


def face(person: Person) -> None:
    """A photo, from the form; none chosen is fine."""
    brought = request.files.get("foto")
    if brought and brought.filename:
        throttle.count("photo", str(person.id), PHOTOS_PER_MINUTE)
        profile.show_face(files.store_portrait(brought.stream.read()), by=person.id)


def for_neighbours(person: Person) -> None:
    """What neighbours see, from the form."""
    given = forms.ForNeighbours.read(person)
    profile.tell_neighbours(given.about, given.interests, given.is_shown, by=person.id)


def look(person: Person) -> None:
    """How large the letters are, from the form."""
    given = forms.Look.read(person)
    profile.look(given.text_size, given.theme, by=person.id)


_ANSWERS = {1: called, 2: face, 3: for_neighbours, 4: look}
