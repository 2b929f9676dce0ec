"""Posts and lines as ready HTML, kept by what they show: the version of the post, of its writer's face, the language,
the day. A change makes another key, so nothing kept can be out of date, in any process; and who may see it was asked
of the database before anybody comes here."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

from cachetools import LRUCache
from flask import Flask, current_app
from markupsafe import Markup
from sqlalchemy import Row

from community import clock, language, web
from community.language import gettext as _
from community.moderation import notifications
from community.places.queries import role_name
from community.visitor import STAFF, Visitor
from forums import attachments, earlier, kinds, lists, queries, quoting, thanking
from forums.queries import TopicHead

# Who talk in a conversation is kept by its version, and no longer than this: the faces are of several people.
ASIDE_S = 10.0


class Kept:
    """What is kept, for one application (so for one database)."""

    def __init__(self) -> None:
        # About 1.5 KB a post: 30 MB at the most.
        self.posts: LRUCache[tuple[Any, ...], str] = LRUCache(20_000)
        self.lines: LRUCache[tuple[Any, ...], str] = LRUCache(10_000)
        self.asides: LRUCache[tuple[Any, ...], str] = LRUCache(2_000)


def init_app(app: Flask) -> None:
    """Begin with nothing kept."""
    app.extensions["kept html"] = Kept()


def _kept() -> Kept:
    return cast(Kept, current_app.extensions["kept html"])


# Stands in kept HTML where each reader's own form token goes. Cannot be typed: text.py takes control characters out.
_FORM_MARK = "\x02csrf\x03"
# Between these stands what only they see who may read what a post said before.
_KEEPERS, _END = "\x02keepers\x03", "\x02end\x03"
_FOR_KEEPERS = re.compile(f"{_KEEPERS}(.*?){_END}", re.DOTALL)


def filters() -> dict[str, str]:
    """The words for what one may ask to see alone."""
    return {
        "vragen": _("Vragen aan %(association)s", association=current_app.extensions["frame"](None).association),
        "samen": _("Samen doen"),
        "te-leen": _("Te leen"),
        "mededelingen": _("Mededelingen"),
        "verloren": _("Verloren en gevonden"),
    }


def posts(head: TopicHead, first: int, last: int, visitor: Visitor) -> list[tuple[int, Markup, Any]]:
    """(number, HTML, written at) of the posts numbered first to last, as this visitor sees them. Four queries at the
    most, one when all was shown before; and two more for who does not want to read somebody."""
    marks = queries.post_marks(head.id, first, last, visitor.person_id)
    today, spoken, me = clock.today(), language.current(), visitor.person_id
    # Who thanked is not named to themselves, and whom one does not want to read says nothing to them alone: so these
    # are part of what is shown.
    unwanted = visitor.blocked_ids
    unnamed = thanking.unnamed(visitor, head.id, first, last)
    own_name = visitor.short_name
    keys = [
        (m[0], m[2], m[5], m[3] == me, own_name if m[6] else None, spoken, today, m[3] in unwanted, unnamed.get(m[0]))
        for m in marks
    ]
    kept = _kept().posts
    missing = [key for key in keys if key not in kept]
    if missing:
        contents = queries.post_contents([key[0] for key in missing])
        hanging = attachments.of_posts([row.id for row in contents.values() if row.files])
        quotes = quoting.shown([row.quoted_id for row in contents.values()], head.id)
        names = thanking.names([key[0] for key in missing if key[8]], without=unwanted)
        piece = web.template("forums/_post.html").module.post
        for key in missing:
            row, files = contents[key[0]], hanging.get(key[0], ())
            if key[7]:
                kept[key] = str(web.template("forums/_unwanted.html").module.unwanted(row.number))
            else:
                named = names.get(key[0], ()) if key[8] else thanking.listed(row)
                thanked = thanking.sentence(named, row.thanks, key[4])
                is_thanked = key[4] is not None
                kept[key] = str(_shown(piece, row, files, head, quotes, key[3], is_thanked, thanked))
    csrf, looks_after = web.csrf(), earlier.may_see(visitor, head)
    return [
        (mark[1], Markup(quoting.without(_for_reader(kept[key], csrf, looks_after), unwanted)), mark[4])
        for mark, key in zip(marks, keys, strict=True)
    ]


def _for_reader(html: str, csrf: str, looks_after: bool) -> str:
    """What is kept for all, with the reader's own form token, and what only some see or not."""
    if _KEEPERS in html:
        html = _FOR_KEEPERS.sub(r"\1" if looks_after else "", html)
    return html.replace(_FORM_MARK, csrf)


def _shown(
    piece: Any,
    row: Row[*tuple[Any, ...]],
    files: attachments.Rows,
    head: TopicHead,
    quotes: dict[int, quoting.Quote],
    is_own: bool,
    is_thanked: bool,
    thanked: str,
) -> str:
    is_staff = row.written_as in STAFF
    association: str = current_app.extensions["frame"](None).association
    return str(
        piece(
            post=row,
            files=files,
            csrf=_FORM_MARK,
            path=f"/gesprekken/{head.id}/{row.number}",
            name=_("oud-bewoner") if row.left_at else row.name,
            short_name=_("oud-bewoner") if row.left_at else row.short_name,
            is_own=is_own,
            is_thanked=is_thanked,
            is_staff=is_staff,
            place=association if is_staff else row.written_from,
            badge=role_name(row.written_as, row.hat_title) if row.written_as else None,
            badge_icon=_BADGE_ICONS.get(row.written_as, "building" if is_staff else "users"),
            is_first=row.number == 1,
            thanked=thanked,
            removed=_removed(row),
            quote=quotes.get(row.quoted_id) if row.quoted_id else None,
            topic_id=head.id,
            keepers=(Markup(_KEEPERS), Markup(_END)),
        )
    )


def _removed(row: Row[*tuple[Any, ...]]) -> str:
    """That a moderator took it away, or a part of it; empty when none did."""
    if row.hidden_why is None:
        return ""
    name = row.hidden_by or _("Iemand")
    who = f"{name} ({role_name(row.hidden_as)})" if row.hidden_as else name
    why = notifications.whys().get(row.hidden_why, "")
    if row.hidden_at:
        return _("Deze reactie is weggehaald door %(who)s, %(why)s.", who=who, why=why)
    return _("%(who)s haalde hier een stukje uit, %(why)s.", who=who, why=why)


_BADGE_ICONS = {"huismeester": "key-round"}


def lines(
    rows: Sequence[Row[*tuple[Any, ...]]], visitor: Visitor, forum_names: dict[int, str] | None = None
) -> list[Markup]:
    """Lines of a list of conversations. `forum_names` names the forum on each line, where several are mixed."""
    today, spoken = clock.today(), language.current()
    shown, kept = [], _kept().lines
    for row in rows:
        unread, unwanted = lists.is_unread(row, visitor), row.last_author_id in visitor.blocked_ids
        key = (row.id, row.version, row.face_version, unread, forum_names is not None, spoken, today, unwanted)
        held = kept.get(key)
        if held is None:
            piece = web.template("forums/_line.html").module.line
            held = str(
                piece(
                    topic=_nameless(row) if unwanted else row,
                    is_unread=unread,
                    is_staff=row.last_written_as in STAFF,
                    kind=kinds.word(row),
                    forum=forum_names.get(row.forum_id) if forum_names else None,
                )
            )
            kept[key] = held
        shown.append(Markup(held))
    return shown


def _nameless(row: Row[*tuple[Any, ...]]) -> SimpleNamespace:
    """A line without the name and face of a neighbour whom its reader does not want to read."""
    neighbour = _("Een buur")
    hidden = {"last_name": neighbour, "last_full_name": neighbour, "last_photo": None, "last_author_id": 0}
    return SimpleNamespace(**{**row._mapping, **hidden})


def aside(head: TopicHead) -> Markup:
    """Who are talking in a topic; made anew now and then, for somebody may have stopped or taken another name."""
    key = (head.id, head.version, language.current(), int(time.monotonic() / ASIDE_S))
    held = _kept().asides.get(key)
    if held is None:
        people = [
            (row, role_name(row.written_as, row.hat_title) if row.written_as else _("bewoner"))
            for row in queries.speakers(head.id)
        ]
        held = str(web.template("forums/_speakers.html").module.speakers(people, head.speakers))
        _kept().asides[key] = held
    return Markup(held)
