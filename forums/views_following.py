"""How HTTP says it: following a conversation or keeping it quiet, and how far somebody read."""

from __future__ import annotations

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from community import web
from community.errors import Invalid, Missing
from community.language import gettext as _
from forums import following, kinds, queries, wishes
from forums.models import TOPIC_KINDS
from forums.queries import TopicHead
from forums.views import pages


@pages.post("/gesprekken/<int:topic_id>/gelezen")
@web.for_members
def read(topic_id: int) -> Response | AnyResponse:
    """How far the reader has come."""
    number = request.form.get("nummer", "")
    if not number.isdecimal() or len(number) > 9:
        raise Invalid({"nummer": _("Wij konden dit niet lezen. Ga terug en probeer het opnieuw.")})
    following.read(topic_id=_head(topic_id).id, number=int(number), by=web.me())
    if web.wants_fragment():
        return Response(status=204)
    return web.see_other("/gesprekken")


@pages.post("/gesprekken/<int:topic_id>/volgen")
@web.for_members
def follow(topic_id: int) -> AnyResponse:
    """Hear of what is new in a conversation, or (with `niet`) no longer."""
    head = _head(topic_id)
    follows = "niet" not in request.form
    following.follow(topic_id=head.id, follows=follows, by=web.me())
    web.toast(_("U volgt dit gesprek.") if follows else _("U volgt dit gesprek niet meer."))
    return web.see_other(head.path)


@pages.post("/gesprekken/<int:topic_id>/stil")
@web.for_members
def mute(topic_id: int) -> AnyResponse:
    """Keep a conversation quiet: it is never marked as new; or (with `niet`) no longer."""
    head = _head(topic_id)
    mutes = "niet" not in request.form
    following.mute(topic_id=head.id, mutes=mutes, by=web.me())
    web.toast(
        _("Dit gesprek blijft stil. U kunt het altijd lezen.") if mutes else _("Dit gesprek is niet meer stil."),
    )
    return web.see_other(head.path)


@pages.get("/gesprekken/alles-gelezen")
@web.for_members
def ask_read_all() -> Response:
    """Asks once whether nothing shall be new any more."""
    return web.page("forums/read_all.html", active="talk")


@pages.post("/gesprekken/alles-gelezen")
@web.for_members
def read_all() -> AnyResponse:
    """Nothing is new any more."""
    following.read_all(by=web.me())
    web.toast(_("Alles staat op gelezen."))
    return web.see_other("/gesprekken")


# ---- kinds ---------------------------------------------------------------------------------------------------------

# As a choice is sent, and what it means.
_WISHES: dict[str, str | None] = {"gewoon": None, "volgen": wishes.FOLLOW, "stil": wishes.MUTE}
# Who works everywhere chooses one forum at a time.
CHOICES = 6


@pages.get("/gesprekken/volgen")
@web.for_members
def kind_wishes() -> Response:
    """What one wants to hear of each kind of conversation."""
    forums = queries.forum_rows(web.me())
    slug = request.args.get("forum")
    shown = [forum for forum in forums if forum.slug == slug] or forums[:CHOICES]
    return web.page(
        "forums/kind_wishes.html",
        active="talk",
        forums=shown,
        others=[forum for forum in forums if forum not in shown][: 4 * CHOICES] if len(forums) > CHOICES else [],
        kinds=[(kind, kinds.word(kinds.Chosen(kind, None))) for kind in TOPIC_KINDS],
        wanted={key: word for key, meant in wishes.of(web.me()).items() for word in _WISHES if _WISHES[word] == meant},
    )


@pages.post("/gesprekken/volgen")
@web.for_members
def choose_kinds() -> AnyResponse:
    """Choose it: a field for each kind in each forum, `soort-12-help`."""
    visitor = web.me()
    wanted: dict[tuple[int, str], str | None] = {}
    for forum in queries.forum_rows(visitor):
        for kind in TOPIC_KINDS:
            said = request.form.get(f"soort-{forum.id}-{kind}")
            if said is None:
                continue
            if said not in _WISHES:
                raise Invalid({"soort": _("Kies gewoon, volgen of stil.")})
            wanted[forum.id, kind] = _WISHES[said]
    wishes.choose(wanted, by=visitor)
    web.toast(_("Uw keuze is bewaard. Zij geldt vanaf nu."))
    return web.see_other("/gesprekken/volgen")


def _head(topic_id: int) -> TopicHead:
    head = queries.topic_head(web.me(), topic_id) if topic_id < 10**18 else None
    if head is None:
        raise Missing()
    return head
