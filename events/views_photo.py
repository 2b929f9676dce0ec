"""How HTTP says it: the photo of an activity that somebody is writing, for them alone, in its sandbox."""

from __future__ import annotations

from flask import make_response, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from community import files, photos, web
from community.errors import Missing
from events import drafts
from events.views import pages


@pages.get("/agenda/nieuw/foto-<int:size>")
@web.for_members
def draft_photo(size: int) -> AnyResponse:
    """The photo of what somebody is writing themselves."""
    kept = drafts.find(web.me().person_id)
    return _photo(kept.photo if kept else None, size)


def _photo(name: str | None, size: int) -> AnyResponse:
    accepted = request.headers.get("Accept", "")
    kind = next((kind for kind, mime in photos.KINDS.items() if mime in accepted), "jpg")
    path = files.photo_path(name, size, kind) if name else None
    if path is None:
        raise Missing()
    sent = send_file(path, mimetype=photos.KINDS[kind], conditional=True, etag=f"{name}{size}{kind}")
    answer = make_response(sent)
    # The next photo has the same address.
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Vary"] = "Accept"
    return answer
