"""Makes the pictures of the README again, of the demonstration as it is, into docs/pictures: `make screenshots`. It is
always a Tuesday at a quarter past ten there, so that the caretaker is in."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import time_machine
import typst
from alembic import command
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from sqlalchemy import select
from werkzeug.serving import make_server

from community import cli, clock, create_app, db, jobs
from community.accounts import actions as accounts
from community.accounts.models import Mailbox, Person
from community.admin import actions as admin
from community.places.models import Building
from demo import content, seeding
from demo.sign_ins import SIGN_INS
from forums.models import Forum, Topic

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
CHROMIUM = os.environ.get("TREFPUNT_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
TUESDAY = 1
# An export as an association's system writes it, with three homes that are new.
EXPORT = """VHE-nummer;Wijk;Complexnaam;Straat;Huisnummer;Postcode;Plaats;Huurdernummer;Naam;E-mailadres
9001;Katoenhaven;Spinnerij;Weversplein;2;3024 AB;Rotterdam;9001-1;F. Aydın;aydin@example.nl
9002;Katoenhaven;Spinnerij;Weversplein;4;3024 AB;Rotterdam;9002-1;Mw. J. de Groot;
9003;Katoenhaven;Spinnerij;Weversplein;6;3024 AB;Rotterdam;9003-1;P. Lagerwey;lagerwey@example.nl
"""


@dataclass
class Demonstration:
    """The demonstration, open at an address in this process."""

    app: Flask
    url: str

    def people(self) -> dict[str, int]:
        """The people of docs/demo.md by the name before their @."""
        rows = db.connection().execute(select(Mailbox.address, Person.id).join(Person, Person.mailbox_id == Mailbox.id))
        keys = {one.address: one.key for one in SIGN_INS}
        return {keys[address]: person for address, person in rows if address in keys}

    def cookie(self, who: str) -> Any:
        """What makes a browser that of one of them."""
        with self.app.app_context():
            token = accounts.open_session(self.people()[who], way="mail", trusted=True, device="Tablet")
        signer: Any = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        return {"name": "trefpunt", "value": signer.dumps({"_user_id": token, "_fresh": True}), "url": self.url}


@contextmanager
def demonstration(folder: Path) -> Iterator[Demonstration]:
    """Fill one, open it, and close it again."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = create_app(
        {
            "DATABASE_URL": f"sqlite:///{folder / 'trefpunt.db'}",
            "INSTANCE": folder,
            "DEMO": True,
            "SOCKET_MODE": "threading",
            "BASE_URL": "https://trefpunt.example.nl",
        }
    )
    app.config["SESSION_COOKIE_SECURE"] = False
    with app.app_context():
        command.upgrade(cli.schema(), "head")
        seeding.seed(content.read(), lambda _told: None)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Demonstration(app, f"http://127.0.0.1:{server.port}")
    server.shutdown()


def shoot(
    browser: Browser, demo: Demonstration, who: str, path: str, name: str, *, phone: bool = False, **more: Any
) -> None:
    """A picture of the top of a page as somebody sees it."""
    size = more.pop("size", None)
    context = browser.new_context(
        base_url=demo.url, viewport=PHONE if phone else DESK, locale="nl-NL", device_scale_factor=1, **more
    )
    context.add_cookies([demo.cookie(who)])
    page = context.new_page()
    page.goto(path, wait_until="networkidle")
    if size:
        page.evaluate("size => document.documentElement.dataset.size = size", size)
    _keep(page, name)
    context.close()


def _keep(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    page.screenshot(path=PICTURES / f"{name}.png")
    print(f"docs/pictures/{name}.png")


def topic(demo: Demonstration) -> str:
    """The address of the newest conversation of the Lindehof that somebody of the association began."""
    with demo.app.app_context():
        statement = (
            select(Topic.id)
            .join(Forum, Forum.id == Topic.forum_id)
            .join(Building, Building.id == Forum.building_id)
            .where(Building.slug == "lindehof", Topic.kind == "announcement")
            .order_by(Topic.last_post_at.desc())
        )
        return f"/gesprekken/{db.connection().execute(statement).scalar()}"


def preview(demo: Demonstration) -> str:
    """The address of an import that waits for a yes."""
    with demo.app.app_context():
        job = admin.look(EXPORT.encode(), "woningen en bewoners.csv", by=demo.people()["walter"])
        jobs.run(job)
    return f"/werk/import/{job}"


def letter(demo: Demonstration, folder: Path) -> None:
    """The first letter of a stack for the Lindehof, as a picture."""
    with demo.app.app_context():
        building = db.connection().execute(select(Building.id).where(Building.slug == "lindehof")).scalar_one()
        job = admin.print_letters(building, "zonder", form="picture", by=demo.people()["rachid"])
        jobs.run(job)
        made = db.connection().execute(select(jobs.Job.made).where(jobs.Job.id == job)).scalar_one()
    assert made is not None
    (folder / "letter.pdf").write_bytes(made)
    sheet = folder / "letter.typ"
    sheet.write_text('#set page(width: 210mm, height: 297mm, margin: 0mm)\n#image("letter.pdf", page: 1, width: 210mm)')
    (PICTURES / "brief.png").write_bytes(typst.compile(sheet, root=folder, format="png", ppi=80))
    print("docs/pictures/brief.png")


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    here = clock.local(clock.now())
    tuesday = (here + timedelta(days=(TUESDAY - here.weekday()) % 7)).replace(hour=10, minute=15)
    with (
        time_machine.travel(tuesday, tick=True),
        tempfile.TemporaryDirectory() as made,
        demonstration(Path(made)) as demo,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        conversation = topic(demo)
        shoot(browser, demo, "willemijn", "/vandaag", "vandaag")
        shoot(browser, demo, "willemijn", conversation, "gesprek")
        shoot(browser, demo, "willemijn", conversation, "gesprek-telefoon", phone=True)
        shoot(browser, demo, "willemijn", "/vandaag", "vandaag-donker", phone=True, color_scheme="dark")
        shoot(browser, demo, "willemijn", "/vandaag", "vandaag-groot", phone=True, size="grootst")
        shoot(browser, demo, "walter", preview(demo), "import")
        letter(demo, Path(made))
        browser.close()


if __name__ == "__main__":
    main()
