"""Whatever is typed, in whichever field or address, by whoever may send it: an answer in words, never a failure. The same
seed every time, so that what goes wrong once goes wrong again."""

from __future__ import annotations

import logging
import random
import re
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
import time_machine
from jinja2 import nodes
from werkzeug.test import TestResponse

from community import clock, db, mail, web
from tests.authorisation.house import House
from tests.authorisation.people import PEOPLE
from tests.authorisation.routes import A_PICTURE, ROUTES
from tests.authorisation.table import Row

HOSTILE = (
    "", " ", "\0", "a\0b", "\n", "\r\n", "\t", "\x1b[31m", "\u200b", "\u202eomgekeerd", "\ufeff", "\ud7ff", "\uffff",
    "\U0010ffff", "é" * 3000, "a" * 5001, "a" * 100_000, "🧓🏽" * 200, "a\u0301" * 5000, "a" + "\u0301\u0327" * 4000,
    "0", "-1", "1", "1.5", "1e309", "NaN", "Infinity", "9" * 9, "9" * 18, "9" * 19, "9" * 30, "9" * 5000, "٣", "²", "½",
    "0x10", "1_000", "+1", "2147483648", "9223372036854775808",
    "'", '"', "';--", "' OR '1'='1", "%", "%s", "%(name)s", "%n%n", "_", "\\", "{{7*7}}", "{% raw %}", "{0.__class__}",
    "<script>alert(1)</script>", "<!--", "]]>", "&amp;", "&#0;", "javascript:alert(1)", "data:text/html,x",
    "../../../etc/passwd", "..\\..\\x", "/etc/passwd", "C:\\x", "//evil.example", "https://evil.example", "/\\evil",
    "a@b", "@", "a@", "@b.nl", "a@b.nl\r\nBcc: x@evil.example", "a b@c.nl", "a@" + "b." * 120 + "nl", "a" * 300 + "@b.nl",
    "ü@müller.nl", "a@[127.0.0.1]", "a@xn--.nl", "a@b..nl", ".a@b.nl", "a.@b.nl", '"a"@b.nl', "a@-b.nl", "a@b.nl, c@d.nl",
    "31-2-2026", "0-0-0", "1-1-0000", "1-1-9999", "99-99-99", "9999-12-31", "2026-02-30", "morgen", "1 mrt", "29-2-2027",
    "maandag 9.00 tot 12.30", "maandag 25.00 tot 26.00", "maandag 9 tot 9", "ma 9u tot 12u\nma 10u tot 11u", "x 1 tot 2",
    "=cmd|' /C calc'!A0", "@SUM(1)", "ja", "nee", "nieuw", "alle", "huis-1", "huis-" + "9" * 30, "null", "None", "true", "[]",
)  # fmt: skip
FILES = (
    b"", b"\0", b"\xff\xfe", b"PK\x03\x04" + b"\0" * 100, b"%PDF-1.7", b"GIF89a" + b"\xff" * 50, b"\x89PNG\r\n\x1a\n" + b"\0" * 60,
    b"<svg onload=alert(1)>", b"a;b\n" * 2000, b'"' * 3000, b";" * 70_000, b"VHE-nummer;VHE-nummer\n1;2\n", b"\n" * 5000,
    "é;ü\n".encode("latin-1"), "VHE-nummer;Straat\n1;x".encode("utf-16"), b"RIFF\xff\xff\xff\xffWEBPVP8 ", b"BM" + b"\xff" * 60,
)  # fmt: skip
NAMES = ("x.csv", "", "../../x.csv", "x" * 500 + ".png", "a\0b.jpg", "con", "<script>.csv", "x\r\ny.png", ".", "é.zip")
# How many forms are sent per route; each has about a third of its fields made hostile.
TRIES = 24

# A field that no row of the table types, but that a page reads: found in the source.
_READS = re.compile(r"""(?:form|args|values|fields)(?:\.get\(|\[)\s*f?["']([a-z_-]+)["']""")
_ASKS = re.compile(r"""["']([a-z_-]+)["'] (?:not )?in request\.form""")


def fields_that_are_read() -> list[str]:
    """The names of fields that our pages read, from forms and addresses."""
    root = Path(web.__file__).parent.parent
    found = {name for row in ROUTES for name in row.typed}
    for folder in ("community", "forums"):
        for file in (root / folder).rglob("*.py"):
            source = file.read_text()
            found |= {*_READS.findall(source), *_ASKS.findall(source)}
    return sorted(found)


FIELDS = fields_that_are_read()


def test_the_names_of_fields_are_found() -> None:
    assert {"tekst", "forum", "pagina", "plek", "ook", "niet", "nummer", "huis", "keuze", "verder"} <= set(FIELDS)


@pytest.fixture(autouse=True)
def _errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.ERROR)
    yield


def check(answer: TestResponse, caplog: pytest.LogCaptureFixture, sent: Any) -> None:
    """It is an answer, in words of ours."""
    assert answer.status_code < 500, (sent, caplog.text[-3000:])
    assert not caplog.records, (sent, caplog.text[-3000:])
    if (answer.mimetype or "").startswith("text/") and "Content-Encoding" not in answer.headers:
        assert "Traceback" not in answer.text and "sqlalchemy" not in answer.text.lower(), sent
    assert "\n" not in answer.headers.get("Location", ""), sent
    assert not re.match(r"(?:[a-z]+:|//|/\\)", answer.headers.get("Location", "")), sent


def hostile(chance: random.Random, row: Row, house: House) -> dict[str, Any]:
    """A form of which some fields are as they should be, some hostile, some missing, some never asked for."""
    fields: dict[str, Any] = {}
    for name, value in row.typed.items():
        lot = chance.random()
        if lot < 0.1:
            continue
        if isinstance(value, tuple):
            raw = value[0] if lot < 0.3 else chance.choice(FILES)
            fields[name] = (BytesIO(raw), chance.choice(NAMES))
        else:
            fields[name] = house.filled(value) if lot < 0.4 else chance.choice(HOSTILE)
    for name in chance.sample(FIELDS, 3):
        fields.setdefault(name, chance.choice(HOSTILE))
    return fields


@pytest.mark.parametrize("row", [row for row in ROUTES if row.is_a_deed], ids=lambda row: row.name)
def test_no_form_makes_a_page_fail(house: House, row: Row, caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(crc32(row.name.encode()))
    kinds = [kind for kind in PEOPLE if row.expected(kind) in {"ok", "again", "refused"}] or ["writer"]
    for _ in range(TRIES):
        house.restore()
        fields = hostile(chance, row, house)
        browser = house.browser(chance.choice(kinds), row.carries)
        headers = {"X-Requested-With": "fetch"} if chance.random() < 0.2 else {}
        answer = browser.post(house.address(row.path), data=fields, headers=headers)
        check(answer, caplog, fields)


@pytest.mark.parametrize("row", [row for row in ROUTES if row.is_a_deed and row.typed], ids=lambda row: row.name)
def test_no_single_field_makes_a_page_fail(house: House, row: Row, caplog: pytest.LogCaptureFixture) -> None:
    """Everything else is as it should be, so that the hostile field comes as far as it can."""
    chance = random.Random(crc32(row.name.encode()) + 1)
    kind = next(kind for kind in PEOPLE if row.expected(kind) in {"ok", "again", "absent"})
    for name, value in row.typed.items():
        values = FILES if isinstance(value, tuple) else HOSTILE
        for attack in chance.sample(values, min(len(values), 32)):
            house.restore()
            fields: dict[str, Any] = {
                other: (BytesIO(right[0]), right[1]) if isinstance(right, tuple) else house.filled(right)
                for other, right in row.typed.items()
            }
            fields[name] = (BytesIO(attack), "x.csv") if isinstance(attack, bytes) else attack
            answer = house.browser(kind, row.carries).post(house.address(row.path), data=fields)
            check(answer, caplog, fields)


@pytest.mark.parametrize("row", [row for row in ROUTES if not row.is_a_deed], ids=lambda row: row.name)
def test_no_address_makes_a_page_fail(house: House, row: Row, caplog: pytest.LogCaptureFixture) -> None:
    chance = random.Random(crc32(row.name.encode()) + 2)
    kind = next(kind for kind in PEOPLE if row.expected(kind) in {"ok", "refused", "absent"})
    browser = house.browser(kind, row.carries)
    path = house.address(row.path).split("?")[0]
    for _ in range(12):
        query = {name: chance.choice(HOSTILE)[:2000] for name in chance.sample(FIELDS, 4)}
        check(browser.get(path, query_string=query), caplog, query)
    for _ in range(12):
        # Something else in the place of each thing that is asked for.
        attack = row.path.split("?")[0]
        for word in re.findall(r"\{(\w+)\}", attack):
            attack = attack.replace("{" + word + "}", chance.choice(HOSTILE).replace("?", "").replace("#", "")[:500])
        check(browser.get(attack or "/"), caplog, attack)


HEADERS = {
    "Accept-Language": (
        "",
        ",",
        ";",
        "en;q=",
        "en;q=x",
        "en;q=nan",
        "en;q=1e999",
        "en;q=-inf",
        "x" * 8000,
        "nl," * 2000,
        "*",
        "\xff",
    ),
    "User-Agent": ("", "x" * 8000, "iPad\xff", "<script>"),
    "Accept": ("", "*", "image/webp;q=x", "\xff"),
    "Accept-Encoding": ("", "zstd;q=0", "gzip, br", "identity;q=0", "\xff"),
    "Cookie": (
        "",
        "trefpunt=",
        "trefpunt=x.y.z",
        "trefpunt=" + "A" * 5000,
        "=",
        ";;;",
        "trefpunt=\xff",
        "trefpunt=.eJw",
    ),
    "X-Forwarded-For": ("", "x", "1.2.3.4, 5.6.7.8", "::1", "\xff" * 100),
    "X-Requested-With": ("fetch", "FETCH", "\xff"),
    "Referer": ("", "x", "https://evil.example/", "\xff"),
    "Content-Type": ("", "x", "multipart/form-data", "multipart/form-data; boundary=", "text/html; charset=\xff"),
    "Content-Length": ("-1", "x", "99999999999999999999"),
    "Range": ("bytes=0-", "bytes=-1", "bytes=9-1", "x"),
    "If-None-Match": ("*", '"x"', "\xff"),
    "If-Modified-Since": ("x", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT"),
    "Host": ("", "x y", "a" * 300, "[::1", "localhost:x", "\xff"),
}


@pytest.mark.parametrize("name", sorted(HEADERS))
def test_no_header_makes_a_page_fail(house: House, name: str, caplog: pytest.LogCaptureFixture) -> None:
    paths = [
        "/",
        "/vandaag",
        "/inloggen",
        "/foto/{photo}-96",
        "/static/dist/{static}",
        "/gesprekken/{topic}",
        "/gezond",
    ]
    for value in HEADERS[name]:
        for path in paths:
            answer = house.browser("writer").get(house.address(path), headers={name: value})
            check(answer, caplog, (path, value))
        answer = house.browser("writer").post("/inloggen", data={"code": "x"}, headers={name: value})
        check(answer, caplog, ("POST", value))


@pytest.mark.parametrize(
    "proxied", ["203.0.113.9:4711", "[2001:db8::1]:99", "2001:db8::1", "fe80::1%eth0", "unknown", "_x", ""]
)
def test_no_address_of_a_proxy_keeps_people_out(house: House, proxied: str, caplog: pytest.LogCaptureFixture) -> None:
    """Some proxies write the port behind the address, or that they do not know it."""
    answer = house.browser("stranger").post(
        "/inloggen", data={"code": "tulp fiets 1000"}, environ_overrides={"REMOTE_ADDR": proxied}
    )
    check(answer, caplog, proxied)
    assert answer.status_code == 422


def test_an_address_that_nobody_can_write_to_keeps_no_other_mail_waiting(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Server:
        """Takes every mail."""

        def __init__(self) -> None:
            self.taken: list[str] = []

        def send_message(self, message: EmailMessage) -> None:
            self.taken.append(str(message["To"]))

    server = Server()
    monkeypatch.setattr(mail, "_server", lambda _url: nullcontext(server))
    monkeypatch.setitem(house.app.config, "MAIL_URL", "smtp://localhost")
    broken = (
        "@b.nl",
        "a@",
        "",
        "a@b@c.nl",
        "<a@b.nl>",
        "a..b@c.nl",
        "a b@c.nl",
        "a@b.nl\r\nBcc: x@evil.example",
        "a@b.nl, c@d.nl",
    )
    with house.app.app_context():
        mail.send_due()  # what was written when this world was made
        server.taken.clear()
        _put_all([*broken, "ton@example.nl"])
        assert mail.send_due() == 1
    assert server.taken == ["Ton <ton@example.nl>"]


@db.action
def _put_all(addresses: list[str]) -> None:
    for number, address in enumerate(addresses):
        mail.put(
            address, name="Ton", subject="Dag\r\nBcc: x@evil.example", text="Dag", html="<p>Dag</p>", key=f"n{number}"
        )


def test_a_template_never_carries_out_what_was_typed(house: House) -> None:
    """No template is made of what somebody typed: each is a file, and each escapes."""
    for spoken in house.app.extensions["spoken"].values():
        assert spoken.autoescape is True
        for name in spoken.list_templates():
            tree = spoken.parse(spoken.loader.get_source(spoken, name)[0])
            is_plain = name.startswith("mail/") and name.endswith(".txt")  # the plain half of a mail is no HTML
            assert is_plain or not list(tree.find_all(nodes.ScopedEvalContextModifier)), f"{name} switches escaping off"


def test_one_person_cannot_keep_the_machine_busy_with_photos(house: House) -> None:
    browser = house.browser("writer")
    answers = [browser.post("/mijn/foto", data={"foto": (BytesIO(A_PICTURE), "ik.png")}).status_code for _ in range(10)]
    assert answers == [303] * 6 + [429] * 4
    other = house.browser("neighbour").post("/mijn/foto", data={"foto": (BytesIO(A_PICTURE), "ik.png")})
    assert other.status_code == 303


def test_strangers_cannot_fill_the_disk_with_forms(house: House) -> None:
    browser, sent = house.browser("stranger"), {"tekst": "x" * 50_000}
    answers = []
    for minute in range(12):
        with time_machine.travel(clock.now() + timedelta(minutes=2 * minute), tick=True):
            answers += [browser.post("/gesprekken/nieuw", data=sent).status_code for _ in range(5)]
    assert answers.count(303) == 30
    assert set(answers) == {303, 429}
    last = browser.post("/gesprekken/nieuw", data=sent)
    assert "x" * 50_000 in last.text, "and nothing typed is lost"
