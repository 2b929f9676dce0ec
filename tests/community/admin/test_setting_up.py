"""A new installation from its command line: the association, its first administrator, and getting in without mail."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy import select

from community import db
from community.places.models import Association
from forums.models import Forum


def test_an_association_gets_its_name_its_forum_and_an_administrator_who_can_sign_in(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    told = run(
        args=[
            "set-association",
            "--name",
            "De Goede Woning",
            "--phone",
            "055 - 1",
            "--phone-hours",
            "ma",
            "--emergency-phone",
            "",
        ]
    )
    assert told.exit_code == 0, told.output
    told = run(args=["add-administrator", "--name", "Ada Beheer", "--mail", "Ada@Woning.example", "--phone", "055 - 2"])
    assert told.exit_code == 0, told.output
    with app.app_context():
        assert db.session().scalars(select(Association.name)).one() == "De Goede Woning"
        assert db.session().scalars(select(Forum.kind)).one() == "association"
    path = re.search(r"http://localhost(/m/\S+)", told.output)
    assert path
    browser = app.test_client()
    page = browser.get(path[1])
    assert page.status_code == 200
    assert browser.get("/werk").status_code == 303, "looking at the link signs nobody in"
    assert browser.post(path[1], data={"eigen": "ja"}).status_code == 303
    assert browser.get("/werk/import").status_code == 200
    again = app.test_client()
    again.post(path[1], data={"eigen": "ja"})
    assert again.get("/werk/import").status_code == 303


def test_no_link_for_an_address_where_nobody_reads(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["sign-in-link", "niemand@example.nl"])
    assert told.exit_code != 0
    assert "nobody reads" in told.output
