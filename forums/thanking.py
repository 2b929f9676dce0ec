"""Who said thank you, in words: the first few by name, the rest as a number. A neighbour whom the reader does not want
to read is counted among the others and not named."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from community import db
from community.accounts.models import Person
from community.language import gettext as _
from community.language import ngettext
from community.visitor import Visitor
from forums.models import Post, Reaction

# Names that stand behind a thanks without asking for the list; the rest is a number.
NAMED = 3

_UNNAMED = (
    select(Reaction.post_id, Reaction.person_id)
    .join(Post, Post.id == Reaction.post_id)
    .where(
        Post.topic_id == bindparam("topic"),
        Post.number >= bindparam("first"),
        Post.number <= bindparam("last"),
        Reaction.person_id.in_(bindparam("people", expanding=True)),
    )
    .order_by(Reaction.post_id, Reaction.person_id)
)


def unnamed(visitor: Visitor, topic_id: int, first: int, last: int) -> dict[int, tuple[int, ...]]:
    """By post numbered first to last who thanked for it and is not named to this reader. No query for who wants to
    read everybody."""
    if not visitor.blocked_ids:
        return {}
    asked = {"topic": topic_id, "first": first, "last": last, "people": sorted(visitor.blocked_ids)}
    found: dict[int, tuple[int, ...]] = {}
    for post_id, person_id in db.connection().execute(_UNNAMED, asked):
        found[post_id] = (*found.get(post_id, ()), person_id)
    return found


def names(post_ids: Collection[int], *, without: Collection[int]) -> dict[int, list[str]]:
    """By post the names of the first few who thanked and still take part, but for some."""
    return _first_named(post_ids, without) if post_ids else {}


def names_beside(person_id: int) -> dict[int, list[str]]:
    """The same, of every post that a person thanked for."""
    return _first_named(select(Reaction.post_id).where(Reaction.person_id == person_id), ())


def _first_named(posts: Any, without: Collection[int]) -> dict[int, list[str]]:
    place = func.row_number().over(partition_by=Reaction.post_id, order_by=(Reaction.at, Person.id)).label("place")
    ranked = (
        select(Reaction.post_id, Person.short_name, place)
        .join(Person, Person.id == Reaction.person_id)
        .where(Reaction.post_id.in_(posts), Person.left_at.is_(None), Person.id.not_in(without))
        .subquery()
    )
    named = select(ranked.c.post_id, ranked.c.short_name).where(ranked.c.place <= NAMED)
    found: dict[int, list[str]] = {}
    for post_id, name in db.connection().execute(named.order_by(ranked.c.post_id, ranked.c.place)):
        found.setdefault(post_id, []).append(name)
    return found


def everybody(post_id: int, most: int = 40, *, without: Iterable[int] = ()) -> Sequence[str]:
    """The names of who said thank you, the first ones first, but for some."""
    wanted = (
        select(Person.short_name)
        .join(Reaction, Reaction.person_id == Person.id)
        .where(Reaction.post_id == post_id, Person.left_at.is_(None), Person.id.not_in(list(without)))
        .order_by(Reaction.at, Person.id)
        .limit(most)
    )
    return list(db.connection().execute(wanted).scalars())


def listed(post: Row[*tuple[Any, ...]]) -> list[str]:
    """The names that stand with a post."""
    return [name for name in post.thanked_by.split(", ") if name]


def sentence(first: Sequence[str], thanks: int, thanked_as: str | None) -> str:
    """ "Nel, Henk en 4 anderen bedanken", or for who thanked too (under this name) "samen met Nel en Henk"."""
    named = list(first)
    if thanked_as is None:
        return _thanking(named, thanks - len(named)) if thanks else ""
    if thanked_as in named:
        named.remove(thanked_as)
    else:
        del named[2:]
    return _together(named, thanks - 1 - len(named)) if thanks > 1 else ""


def _thanking(names: list[str], others: int) -> str:
    if others > 0 and not names:
        return ngettext("%(n)s ander bedankt", "%(n)s anderen bedanken", others)
    if others > 0:
        return ngettext(
            "%(names)s en %(n)s ander bedanken",
            "%(names)s en %(n)s anderen bedanken",
            others,
            names=", ".join(names),
        )
    if len(names) == 1:
        return _("%(name)s bedankt", name=names[0])
    return _("%(names)s en %(last)s bedanken", names=", ".join(names[:-1]), last=names[-1])


def _together(names: list[str], others: int) -> str:
    if others > 0 and names:
        return ngettext(
            "samen met %(names)s en %(n)s ander", "samen met %(names)s en %(n)s anderen", others, names=", ".join(names)
        )
    if others > 0:
        return ngettext("samen met %(n)s ander", "samen met %(n)s anderen", others)
    if len(names) == 1:
        return _("samen met %(name)s", name=names[0])
    return _("samen met %(names)s en %(last)s", names=", ".join(names[:-1]), last=names[-1])
