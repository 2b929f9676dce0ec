"""How HTTP says it: photos and documents, brought and looked at. Whatever was brought is served as nothing but a
picture or a download, alone in its sandbox, to who may read its message at this moment."""

from __future__ import annotations

from pathlib import Path

from flask import Response, make_response, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from community import files, photos, web
from community.errors import Invalid, Missing
from community.language import gettext as _
from forums import attachments, bringing
from forums.views import pages

# Kept by the browser that showed it; the address of a file never shows another.
FOR_A_MONTH = "private, max-age=2592000, immutable"


@pages.post("/bestand")
@web.for_members
def bring() -> Response:
    """Keep one file for a form that is still being filled in; returns its line."""
    visitor, form = web.me(), bringing.token()
    brought = request.files.get("bestand")
    if form is None or not brought or not brought.filename:
        raise Invalid({"bestand": _("Kies eerst een foto of een PDF.")})
    number = attachments.bring(brought.stream.read(), brought.filename, form, by=visitor)
    lines = [row for row in attachments.of_form(form, visitor) if row.id == number]
    return _lines(lines, 201)


@pages.get("/bestand")
@web.for_members
def brought() -> Response:
    """What hangs on one's own form: for who comes back to a message that was not sent yet."""
    return _lines(attachments.of_form(request.args.get("formulier"), web.me()), 200)


def _lines(rows: attachments.Rows, status: int) -> Response:
    body = web.fragment("forums/_brought.html", files=rows)
    return Response(body, status, content_type="text/html; charset=utf-8")


@pages.post("/bestand/<int:number>/weg")
@web.for_members
def drop(number: int) -> AnyResponse:
    """Take back what hangs on one's own form."""
    attachments.drop(number, by=web.me())
    return Response(status=204) if web.wants_fragment() else web.see_other("/gesprekken")


@pages.get("/bestand/<int:number>-<int:size>")
@web.for_members
def photo(number: int, size: int) -> AnyResponse:
    """A photo, 1600 or 640 pixels along its longest edge, in the best form that this browser reads."""
    accepted = request.headers.get("Accept", "")
    kind = next((kind for kind, mime in photos.KINDS.items() if mime in accepted), "jpg")
    found = attachments.visible(web.me(), number)
    path = files.photo_path(found.store, size, kind) if found else None
    if found is None or path is None:
        raise Missing()
    answer = _alone(path, photos.KINDS[kind], f"{found.store}{size}{kind}")
    answer.headers["Vary"] = "Accept"
    return answer


@pages.get("/bestand/<int:number>/foto")
@web.for_members
def look(number: int) -> Response:
    """A photo as large as the screen, with the way back to its message, and to the photos beside it. Who decides about
    a message that they do not read goes back to what waits."""
    visitor = web.me()
    found = attachments.visible(visitor, number)
    if found is None or found.post_id is None or found.kind != "photo":
        raise Missing()
    beside = [row.id for row in attachments.of_post(found.post_id) if row.kind == "photo"]
    place = beside.index(number)
    return web.page(
        "forums/photo.html",
        active="talk",
        photo=found,
        reads=attachments.reads(visitor, found),
        name=found.short_name if found.left_at is None else _("oud-bewoner"),
        before=beside[place - 1] if place else None,
        after=beside[place + 1] if place + 1 < len(beside) else None,
    )


@pages.get("/bestand/<int:number>")
@web.for_members
def document(number: int) -> AnyResponse:
    """A PDF, to keep: never opened as a page of ours."""
    found = attachments.visible(web.me(), number)
    path = files.document_path(found.store) if found else None
    if found is None or path is None:
        raise Missing()
    return _alone(path, "application/pdf", found.store, download=found.name)


def _alone(path: Path, mime: str, tag: str, download: str | None = None) -> AnyResponse:
    sent = send_file(
        path, mimetype=mime, conditional=True, etag=tag, as_attachment=download is not None, download_name=download
    )
    answer = make_response(sent)
    # On a shared device nothing stays behind.
    answer.headers["Cache-Control"] = FOR_A_MONTH if web.me().is_trusted else "no-store"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
