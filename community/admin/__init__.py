"""The administrator's cupboard: getting dwellings and residents in, and the letters out."""

from __future__ import annotations

from flask import Flask

from community import jobs, web
from community.admin import command, import_views, import_work, letter_views, letters, post_views, setting_up, views
from community.language import lazy_gettext as _l


def init_app(app: Flask) -> None:
    """Open the room."""
    jobs.does(app, import_work.PREVIEW, import_work.make_preview)
    jobs.does(app, import_work.APPLY, import_work.carry_out)
    jobs.does(app, letters.LETTERS, letters.make)
    web.nav_item(
        app,
        "import",
        _l("Inlezen"),
        import_views.START,
        "upload",
        work=True,
        order=60,
        about=_l("Woningen en bewoners uit uw eigen systeem."),
    )
    web.nav_item(
        app,
        "letters",
        _l("Brieven"),
        letter_views.START,
        "printer",
        work=True,
        order=70,
        about=_l("Voor elk huishouden een brief met een code."),
    )
    if app.config["DEMO"]:
        web.nav_item(
            app,
            "post",
            _l("Post"),
            post_views.START,
            "mail",
            work=True,
            order=90,
            about=_l("De mails van deze demonstratie."),
        )
    for made in (command.import_file, *setting_up.COMMANDS):
        app.cli.add_command(made)
    app.register_blueprint(views.pages)
