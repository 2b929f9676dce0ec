"""What one changes about oneself: name, face, letters, language, password, and what neighbours see. Each is one
transaction; the doer is the person themselves."""

from __future__ import annotations

from sqlalchemy import select

from community import db, files, journal, text
from community.accounts import names
from community.accounts.faces import face_changed
from community.accounts.models import NAME_MAX, Person
from community.errors import Invalid, Missing


def _me(by: int) -> Person:
    person = db.lock(Person, by)
    if person is None:
        raise Missing()
    return person


@db.action
def call(name: str, short_name: str, greeting: str | None, *, by: int) -> None:
    """Say how one is called: in full, by neighbours, and when we say hello. All three as `names.clean` makes them.

    Raises:
        Invalid: one of them is not a name.
    """
    person = _me(by)
    for field, value in (("naam", name), ("roepnaam", short_name), ("groet", greeting or name)):
        wrong = names.complaint(value)
        if wrong:
            raise Invalid({field: wrong})
    is_other = (person.name, person.short_name) != (name, short_name)
    person.name, person.short_name, person.greeting = name, short_name, greeting
    person.folded_name = text.fold(name)[: 2 * NAME_MAX]
    if is_other:
        person.face_version += 1
        face_changed(by)


@db.action
def show_face(photo: str | None, *, by: int) -> None:
    """Take a stored photo for one's face, or (None) initials. The one before is thrown away."""
    person = _me(by)
    before = person.photo
    if before == photo:
        return
    person.photo = photo
    person.face_version += 1
    db.session().flush()
    if before and db.session().scalar(select(Person.id).where(Person.photo == before).limit(1)) is None:
        db.after_commit(lambda: files.remove(before))


@db.action
def look(text_size: str, theme: str, *, by: int) -> None:
    """Choose how large the letters are ("gewoon", "groot", "grootst") and how light the page ("apparaat", "licht",
    "donker")."""
    person = _me(by)
    person.text_size, person.theme = text_size, theme


@db.action
def speak(language: str, *, by: int) -> None:
    """Choose the language of pages and mails."""
    _me(by).language = language


@db.action
def tell_neighbours(about: str | None, interests: str | None, is_shown: bool, *, by: int) -> None:
    """Choose whether one stands under *Buren*, and with which words."""
    person = _me(by)
    if person.is_shown != is_shown:
        person.face_version += 1
    person.about, person.interests, person.is_shown = about, interests, is_shown


@db.action
def keep_password(kept: str | None, *, by: int) -> None:
    """Set a password (as `passwords.keep` made it), or do without one."""
    person = _me(by)
    person.password_hash = kept
    journal.record("accounts.change_password", by=by, subject=by, has_one=kept is not None)


@db.action
def renew_password(before: str, kept: str, *, by: int) -> None:
    """The same password, kept in today's way; unless it was changed meanwhile."""
    person = _me(by)
    if person.password_hash == before:
        person.password_hash = kept


@db.action
def give_up_address(*, by: int) -> None:
    """No mail any more; and so no password, which goes with an address."""
    person = _me(by)
    if person.mailbox_id is not None:
        person.mailbox_id, person.password_hash = None, None
        journal.record("accounts.change_address", by=by, subject=by)


@db.action
def welcomed(step: int, *, by: int) -> None:
    """This page of the welcome is behind them, answered or skipped."""
    person = _me(by)
    person.welcome_step = max(person.welcome_step, step)
