"""The outbox and a real mail server: a mail is sent once, waits when the server is away, and cannot be broken by a
name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from flask import Flask
from sqlalchemy import select

from community import clock, db, mail
from community.mail import OutgoingMail
from tests.site import free_port


class Box:
    """A mail server that keeps what it gets, or refuses as it is told."""

    def __init__(self) -> None:
        self.mails: list[Any] = []
        self.answer = "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.answer


@pytest.fixture
def box(app: Flask) -> Iterator[Box]:
    kept = Box()
    server = Controller(kept, hostname="127.0.0.1", port=free_port())
    server.start()
    app.config["MAIL_URL"] = f"smtp://127.0.0.1:{server.port}"
    yield kept
    app.config["MAIL_URL"] = None
    server.stop()


@db.action
def put(key: str = "een", name: str = "Nel van Dam", subject: str = "Uw code") -> None:
    mail.put(
        "nel@example.nl",
        name=name,
        subject=subject,
        text="Uw code is 123 456.",
        html="<html><head><style>p{color:#111}</style></head><body><p>Uw code is 123 456.</p></body></html>",
        key=key,
    )


def test_a_mail_is_sent_once_with_a_stable_id_and_both_texts(app: Flask, box: Box) -> None:
    with app.app_context():
        put()
        assert mail.send_due() == 1
        assert mail.send_due() == 0
    assert len(box.mails) == 1
    sent = box.mails[0]
    assert sent["To"] == "Nel van Dam <nel@example.nl>"
    assert sent["Message-ID"] == "<een@localhost>"
    assert "123 456" in sent.get_body(("plain",)).get_content()
    html = sent.get_body(("html",)).get_content()
    assert "color: #111" in html or "color:#111" in html
    assert "<style" not in html


def test_without_a_mail_server_the_mail_stays_in_the_outbox(app: Flask) -> None:
    with app.app_context():
        put()
        assert mail.send_due() == 0
        held = db.session().scalars(select(OutgoingMail)).one()
        assert held.sent_at is None and held.tries == 0


def test_a_mail_of_an_action_that_failed_is_never_sent(app: Flask, box: Box) -> None:
    @db.action
    def fails() -> None:
        put("mislukt")
        raise ValueError

    with app.app_context():
        with pytest.raises(ValueError):
            fails()
        assert mail.send_due() == 0
    assert box.mails == []


def test_a_server_that_is_away_or_says_later_is_tried_again_and_nothing_is_lost(app: Flask, box: Box) -> None:
    box.answer = "451 later"
    with app.app_context():
        put("een")
        put("twee")
        assert mail.send_due() == 0
        assert mail.send_due() == 0, "not before its time"
        box.answer = "250 OK"
        with time_machine.travel(clock.now() + timedelta(seconds=mail.WAITS[0] + 20), tick=True):
            assert mail.send_due() == 2
        url, app.config["MAIL_URL"] = app.config["MAIL_URL"], f"smtp://127.0.0.1:{free_port()}"
        put("drie")
        assert mail.send_due() == 0
        held = db.session().scalars(select(OutgoingMail).where(OutgoingMail.message_id == "<drie@localhost>")).one()
        assert held.tries == 1 and held.last_error
        app.config["MAIL_URL"] = url
        with time_machine.travel(clock.now() + timedelta(minutes=2), tick=True):
            assert mail.send_due() == 1
    assert [sent["Message-ID"] for sent in box.mails] == ["<een@localhost>", "<twee@localhost>", "<drie@localhost>"]


def test_one_bad_address_does_not_stop_the_others(app: Flask, box: Box) -> None:
    @db.action
    def bad() -> None:
        mail.put("geen adres", name="x", subject="y", text="z", html="<p>z</p>", key="slecht")

    with app.app_context():
        bad()
        put("goed")
        assert mail.send_due() == 1
    assert [sent["Message-ID"] for sent in box.mails] == ["<goed@localhost>"]


def test_it_is_given_up_after_the_last_wait(app: Flask, box: Box) -> None:
    box.answer = "550 no such person"
    with app.app_context():
        put()
        moment = clock.now()
        for wait in (0, *mail.WAITS):
            moment += timedelta(seconds=wait + 60)  # a busy machine may think a while
            with time_machine.travel(moment, tick=True):
                mail.send_due()
        held = db.session().scalars(select(OutgoingMail)).one()
        assert held.next_try_at is None
        assert held.tries == len(mail.WAITS) + 1


@pytest.mark.parametrize("name", ["Nel\r\nBcc: boef@example.nl", "😀 Nel", "نجمة", "a" * 120, '"; x', ""])
def test_no_name_breaks_the_headers(app: Flask, box: Box, name: str) -> None:
    with app.app_context():
        put(name=name, subject=f"Dag {name}"[:200])
        assert mail.send_due() == 1
    sent = box.mails[0]
    assert sent["Bcc"] is None
    assert sent["To"].addresses[0].addr_spec == "nel@example.nl"
