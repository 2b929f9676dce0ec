"""How much somebody may place in how much time. Who is new here begins quietly: a stranger with a stolen letter fills
no forum. Counted in the database, so that it holds in every process and after a restart."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import bindparam, select

from community import clock, dates, db
from community.accounts.models import Person
from community.errors import Refused, TooFast
from community.language import gettext as _
from community.visitor import Visitor
from forums.models import Post

NEW = timedelta(days=7)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
# In the first week: enough to get to know one's neighbours, too little to sell them something.
NEW_POSTS, NEW_TOPICS, NEW_LINKS, NEW_FILES = 10, 3, 3, 3
_LINK = re.compile(r"https?://|\bwww\.", re.I)


def is_new(by: Visitor) -> bool:
    """Whether somebody came in less than a week ago. Whom the association employs is known to it."""
    return not by.is_staff and by.joined_at is not None and clock.now() - by.joined_at < NEW


def check(by: Visitor, *, begins: bool, source: str, token: str | None, files: int = 0) -> None:
    """Part of placing a post, before it is there: whether this is not one too many. The same form again is none.

    Raises:
        TooFast: it is; the sentence says how many fit, and when the next one does. Refused: too many links or files.
    """
    check_words(by, source, files)
    if is_new(by):
        # Of two at the same moment the second waits, and counts the first.
        db.lock(Person, by.person_id)
        if begins and (since := _nth(by, NEW_TOPICS, DAY, only_begun=True)) and not _is_there(by, token, source):
            raise _too_many(
                _("U bent hier nog nieuw. In de eerste week kunt u %(n)s gesprekken per dag beginnen.", n=NEW_TOPICS),
                since + DAY,
            )
        if (since := _nth(by, NEW_POSTS, DAY)) and not _is_there(by, token, source):
            raise _too_many(
                _("U bent hier nog nieuw. In de eerste week kunt u %(n)s berichten per dag plaatsen.", n=NEW_POSTS),
                since + DAY,
            )
    most: int = current_app.config["POSTS_PER_HOUR"]
    if (since := _nth(by, most, HOUR)) and not _is_there(by, token, source):
        raise _too_many(_("U kunt %(n)s berichten per uur plaatsen.", n=most), since + HOUR)


def check_words(by: Visitor, source: str, files: int = 0) -> None:
    """Whether what somebody new wrote holds not too many links, and does not bring too many files."""
    if not is_new(by):
        return
    if len(_LINK.findall(source)) > NEW_LINKS:
        raise Refused(
            _("U bent hier nog nieuw. In de eerste week kunt u %(n)s links in een bericht zetten.", n=NEW_LINKS)
        )
    if files > NEW_FILES:
        raise Refused(
            _("U bent hier nog nieuw. In de eerste week kunt u %(n)s bestanden bij een bericht doen.", n=NEW_FILES)
        )


def _too_many(sentence: str, when: datetime) -> TooFast:
    wait = max(1, int((when - clock.now()).total_seconds()))
    return TooFast(sentence + " " + _("U kunt weer iets plaatsen: %(when)s.", when=dates.moment(when)), wait)


_LATEST = (
    select(Post.created_at)
    .where(Post.author_id == bindparam("author"), Post.created_at > bindparam("since"))
    .order_by(Post.created_at.desc())
    .offset(bindparam("others"))
    .limit(1)
)
_LATEST_BEGUN = _LATEST.where(Post.number == 1)
_SENT = select(Post.source).where(Post.author_id == bindparam("author"), Post.token == bindparam("token"))


def _nth(by: Visitor, most: int, within: timedelta, *, only_begun: bool = False) -> datetime | None:
    """When somebody placed the earliest of their last so many posts (or topics); None when there is room for more."""
    asked = {"author": by.person_id, "since": clock.now() - within, "others": most - 1}
    found: datetime | None = db.connection().execute(_LATEST_BEGUN if only_begun else _LATEST, asked).scalar()
    return found


def _is_there(by: Visitor, token: str | None, source: str) -> bool:
    if not token:
        return False
    return db.connection().execute(_SENT, {"author": by.person_id, "token": token}).scalar() == source
