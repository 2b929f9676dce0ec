"""The pages of the administrator's room. Those of the import are in `import_views`, of letters in `letter_views`, of
the demo's outbox in `post_views`; here is what they share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from werkzeug.wrappers import Response

from community import web
from community.admin.showing import figure
from community.jobs import Job

pages = Blueprint("admin", __name__)

# A page of a table: more does not fit in 40 KB, and nobody reads it.
PAGE = 50


def progress_page(job: Job, **words: Any) -> Response:
    """The page of work that is not done yet; it looks again by itself, also without script."""
    return web.page("admin/progress.html", job=job, figure=figure, **words)


def progress(job: Job | None, path: str) -> Any:
    """The fragment that a waiting page asks for; once there is something to see, the way to it."""
    if job is None or is_over(job):
        return web.see_other(path)
    return web.fragment("admin/_progress.html", job=job, figure=figure)


def is_over(job: Job) -> bool:
    """Whether there is a result, or never will be."""
    return bool(job.result) or job.state in {"done", "failed"}
