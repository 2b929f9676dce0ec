"""Every answer keeps the browser on the safe side: its headers, and what stands in its HTML. Asked of every page, every
refusal and every form that is shown again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from community import db, mail
from community.accounts.hashes import hashed
from community.accounts.models import LoginSession
from community.mail import OutgoingMail
from tests.authorisation.house import TABLES, House
from tests.authorisation.people import PEOPLE
from tests.authorisation.routes import ROUTES
from tests.authorisation.table import Row

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Attributes that make a browser fetch, post or go somewhere.
ADDRESSES = {
    "href",
    "src",
    "action",
    "formaction",
    "srcset",
    "data",
    "poster",
    "background",
    "cite",
    "manifest",
    "ping",
}
# What no page of ours holds.
NEVER = {"style", "iframe", "frame", "object", "embed", "applet", "base", "foreignobject", "animate", "set", "marquee"}
URL = re.compile(r"url\s*\(|@import|expression\s*\(", re.IGNORECASE)


class Page(HTMLParser):
    """What a browser may not find in a page: `wrong` says where. Links in what residents wrote may lead elsewhere."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self._post_depth = 0
        self._is_in_script = self._is_in_data = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in NEVER:
            self.wrong.append(f"<{tag}>")
        if tag == "script":
            # A block of data is not carried out, whatever stands in it; and nothing in it can end it.
            self._is_in_data = given == {"type": "application/ld+json"}
            self._is_in_script = not self._is_in_data
            if self._is_in_script and "src" not in given:
                self.wrong.append("<script> without an address")
        if tag == "meta" and given.get("http-equiv", "").lower() not in {"", "refresh"}:
            self.wrong.append(f"<meta http-equiv={given['http-equiv']}>")
        if self._post_depth:
            self._post_depth += tag == "div"
        elif tag == "div" and "post-body" in given.get("class", "").split():
            self._post_depth = 1
        for name, value in given.items():
            self._attribute(tag, name.rpartition(":")[2], value)

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on") or name in {"style", "srcdoc", "nonce"}:
            self.wrong.append(f"<{tag} {name}>")
        if URL.search(value):
            self.wrong.append(f"<{tag} {name}={value!r}>")
        if name not in ADDRESSES or (tag == "a" and self._post_depth):
            return
        address = urlsplit(value.strip())
        is_call = tag == "a" and address.scheme in {"tel", "mailto"}
        is_drawn = tag in {"img", "link"} and value.startswith("data:image/")
        # Our own calendar, in the words that make a telephone keep it.
        is_kept = tag == "a" and address.scheme == "webcal" and address.netloc == "localhost"
        if (address.scheme or address.netloc) and not (is_call or is_drawn or is_kept):
            self.wrong.append(f"<{tag} {name}={value!r}> leads elsewhere")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._is_in_script = self._is_in_data = False
        if tag == "div" and self._post_depth:
            self._post_depth -= 1

    def handle_data(self, data: str) -> None:
        if self._is_in_data and (set("<>&") & set(data) or not isinstance(json.loads(data), dict)):
            self.wrong.append(f"data that is more than data: {data[:40]!r}")
        if self._is_in_script and data.strip():
            self.wrong.append(f"a script in the page: {data[:40]!r}")


def test_the_parser_finds_what_it_looks_for() -> None:
    for bad in (
        '<img src="https://evil.example/x.png">', '<a href="//evil.example">x</a>', '<p style="color:red">', "<style>a{}</style>",
        '<a onclick="x()">', "<script>x()</script>", '<script src="http://evil.example/x.js"></script>',
        '<form action="https://evil.example">', '<iframe src="/x"></iframe>', '<svg><use xlink:href="https://evil.example"/></svg>',
        '<a href="javascript:x()">', '<base href="/x">', '<rect fill="url(https://evil.example/#a)"/>', '<button formaction="//x">',
        '<meta http-equiv="set-cookie" content="x">', '<img srcset="//evil.example/x 2x">', '<link rel=preload href=http://x>',
    ):  # fmt: skip
        assert Page(bad).wrong, bad
    good = '<div class="body post-body"><p><a href="https://example.nl" rel="x">x</a></p></div><a href="tel:+31">x</a>'
    assert Page(good).wrong == []
    assert Page(good + '<a href="https://example.nl">x</a>').wrong, "outside the post again"


def check(answer: TestResponse, about: object) -> None:
    """Everything that holds for every answer."""
    for name, value in EVERYWHERE.items():
        assert answer.headers.get(name) == value, (about, name)
    policy = answer.headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";") if " " in rule.strip())
    assert "unsafe" not in policy and "*" not in policy, about
    assert rules["default-src"] == "'none'", about
    if "sandbox" not in policy:
        assert rules["script-src"] == "'self'" and rules["style-src"] == "'self'", about
        assert rules["frame-ancestors"] == rules["base-uri"] == "'none'", about
        assert rules["form-action"] == "'self'", about
        for name, sources in rules.items():
            assert set(sources.split()) <= {"'self'", "'none'", "data:", "ws://localhost"}, (about, name)
    if answer.mimetype == "text/html":
        assert answer.content_type == "text/html; charset=utf-8", about
        assert Page(answer.text).wrong == [], about
    else:
        assert answer.mimetype in {
            "image/svg+xml", "text/plain", "application/json", "text/css", "text/csv", "application/pdf", "text/calendar", "image/jpeg", "image/webp",
            "application/atom+xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }, about  # fmt: skip


def kinds_for(row: Row) -> Iterator[str]:
    """Somebody who may, and everybody who answers differently."""
    seen = set()
    for kind in PEOPLE:
        answer = row.expected(kind)
        if answer not in seen or kind in {"stranger", "moved out"}:
            seen.add(answer)
            yield kind


@pytest.mark.sqlite_only("headers and HTML are made after the database has answered")
@pytest.mark.parametrize("row", ROUTES, ids=lambda row: row.name)
def test_every_answer_keeps_the_browser_on_the_safe_side(house: House, row: Row) -> None:
    for kind in kinds_for(row):
        for headers in ({}, {"X-Requested-With": "fetch"}):
            browser = house.browser(kind, row.carries)
            fields = {
                name: (BytesIO(value[0]), value[1]) if isinstance(value, tuple) else house.filled(value)
                for name, value in row.typed.items()
            }
            answer = browser.open(house.address(row.path), method=row.method, data=fields or None, headers=headers)
            check(answer, (row.name, kind, headers, answer.status_code))
            if answer.mimetype == "text/html":
                assert "no-store" in cache(answer) or cache(answer) == "private, no-cache", row.name
            if row.is_a_deed:
                house.restore()


def cache(answer: TestResponse) -> str:
    return answer.headers["Cache-Control"]


@pytest.mark.sqlite_only("headers and HTML are made after the database has answered")
@pytest.mark.parametrize("row", [row for row in ROUTES if row.is_a_deed], ids=lambda row: row.name)
def test_a_form_that_is_shown_again_is_as_safe(house: House, row: Row) -> None:
    """Everything typed is an attack; it comes back as text."""
    attack = "\"'><script>alert(1)</script><img src=x onerror=alert(1)><style>*{}</style> javascript:alert(1) {{7*7}}"
    for kind in kinds_for(row):
        fields = dict.fromkeys(row.typed, attack)
        check(house.browser(kind, row.carries).post(house.address(row.path), data=fields), (row.name, kind))
        house.restore()


@pytest.mark.sqlite_only("headers and HTML are made after the database has answered")
@pytest.mark.parametrize("row", [row for row in ROUTES if not row.is_a_deed], ids=lambda row: row.name)
def test_what_stands_in_an_address_comes_back_as_text(house: House, row: Row) -> None:
    attack = "%22'%3E%3Cscript%3Ealert(1)%3C/script%3E%3Cimg%20src=x%20onerror=alert(1)%3E"
    kind = next(kind for kind in PEOPLE if row.expected(kind) in {"ok", "refused", "absent"})
    path = house.address(row.path).split("?")[0]
    query = "&".join(
        f"{name}={attack}" for name in ("q", "pagina", "forum", "gebouw", "plek", "ook", "verder", "huis", "soort")
    )
    for asked in (
        f"{path}?{query}",
        f"{path}{attack}",
        f"{path}?verder=javascript:alert(1)",
        f"{path}?verder=//evil.example",
    ):
        check(house.browser(kind, row.carries).get(asked), (row.name, asked))


# Columns that hold what people typed or a file told; everything else is ours.
TYPED = {
    "person": ("name", "short_name", "greeting", "about", "interests"),
    "association": ("name", "phone", "phone_hours", "emergency_phone"),
    "neighbourhood": ("name",),
    "building": ("name", "with_article", "about"),
    "entrance": ("name",),
    "dwelling": ("street", "addition", "postcode", "city"),
    "employee": ("phone", "about"),
    "office_hours": ("place",),
    "role": ("title",),
    "forum": ("name",),
    "topic": ("title",),
    "post": ("hat_title", "written_from", "source", "thanked_by"),
    "speaker": ("hat_title",),
    "attachment": ("name", "alt"),
    "login_session": ("device",),
    "mailbox": ("address",),
    "job": ("sentence",),
    "outgoing_mail": ("subject", "text", "to_name"),
}


def test_whatever_stands_in_the_tables_comes_out_as_text(house: House) -> None:
    """Every name, title and sentence is an attack; every page and fragment shows it as it was typed."""
    attack = "\"'><img src=x onerror=alert(1)><b>{{7*7}}"
    with house.app.app_context(), db.engine().begin() as connection:
        for name, columns in TYPED.items():
            table = TABLES[name]
            for row in connection.execute(select(*table.primary_key)).all():
                # Names are unique, so each has its number in front; short columns cut it off.
                values = {column: f"{row[0]}{attack}"[: table.c[column].type.length] for column in columns}
                found = [key == value for key, value in zip(table.primary_key, row, strict=True)]
                connection.execute(update(table).where(*found).values(values))
    seen = ""
    for row in ROUTES:
        for kind in {*list(row.ok)[:1], *(row.ok & {"writer", "caretaker", "administrator"})}:
            for headers in ({}, {"X-Requested-With": "fetch"}):
                answer = house.browser(kind, row.carries).get(house.address(row.path), headers=headers)
                if row.method == "GET":
                    house.forget()
                    check(answer, (row.name, kind))
                    seen += answer.text if answer.mimetype in {"text/html", "text/plain"} else ""
    assert "<img src=x" not in seen and "<b>{{" not in seen
    assert seen.count("&lt;img src=x onerror=alert(1)&gt;") > 500, "or this test proves nothing"


def test_the_outbox_of_the_demonstration_leads_nowhere_else(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(house.app.config, "DEMO", True)
    attack = "<script>x()</script> http://localhost//evil.example/a http://localhost/\\evil.example javascript:x()"
    with house.app.app_context():
        _put(f"{attack} http://evil.example/ http://localhost/hulp")
    answer = house.browser("stranger").get("/werk/post")
    check(answer, "the outbox")
    assert '<a href="/hulp">' in answer.text


@db.action
def _put(text: str) -> None:
    mail.put("ton@example.nl", name="Ton", subject=text, text=text, html="<p></p>", key="n")


@pytest.fixture
def shared(house: House) -> FlaskClient:
    """Somebody on a device that others use too."""
    with house.app.app_context():
        token = house.world.open_session("ton")
        with db.engine().begin() as connection:
            connection.execute(
                update(LoginSession).where(LoginSession.token_hash == hashed(token)).values(is_trusted=False)
            )
    made = house.app.test_client()
    with made.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return made


def test_on_a_shared_device_nothing_stays_behind(house: House, shared: FlaskClient) -> None:
    for row in ROUTES:
        if row.method == "GET" and "writer" in row.ok and row.endpoint != "static_file":
            assert cache(shared.get(house.address(row.path))) == "no-store", row.name


def test_what_never_changes_is_kept_and_what_is_private_is_kept_by_nobody_between(house: House) -> None:
    assert cache(house.browser("stranger").get(house.address("/static/dist/{static}"))).startswith("public, max-age=")
    assert cache(house.browser("writer").get("/vandaag")) == "private, no-cache"
    assert cache(house.browser("writer").get(house.address("/foto/{photo}-96"))).startswith("private")
    for path in ("/werk/brieven/{stack}/pdf", "/werk/import/{wrong}/fouten.csv"):
        assert cache(house.browser("administrator").get(house.address(path))) == "no-store"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:99", "a' 'unsafe-inline", "a;script-src *", "*", "x, y"]
)
def test_a_made_up_host_gets_nowhere(house: House, host: str) -> None:
    """Not into the policy of the browser, not into an address, and not into a mail."""
    for method, path, fields in (
        ("GET", "/", None),
        ("GET", "/vandaag", None),
        ("POST", "/inloggen/mail", {"mail": "ton@example.nl"}),
    ):
        answer = house.browser("stranger").open(path, method=method, data=fields, headers={"Host": host})
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "script-src *" not in answer.headers["Content-Security-Policy"]
        assert host not in answer.headers.get("Location", "")
        assert host == "*" or host not in answer.text
    with house.app.app_context():
        mails = db.session().scalars(select(OutgoingMail)).all()
        assert all("http://localhost/" in mail.text for mail in mails)
        assert not any("evil" in mail.text + mail.html + mail.message_id for mail in mails)


def test_the_rules_stand_on_what_goes_wrong_too(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("het geheim van de keuken")

    monkeypatch.setattr("forums.queries.topic_head", breaks)
    answer = house.browser("writer").get(house.address("/gesprekken/{topic}"))
    check(answer, "a page that fails")
    assert answer.status_code == 500
    assert "geheim" not in answer.text and "Traceback" not in answer.text and "RuntimeError" not in answer.text
    for browser, path, status in (
        (house.browser("stranger"), "/bestaat-niet", 404),
        (house.browser("writer"), "/bestaat-niet", 404),
        (house.browser("writer"), "/static/dist/nee.js", 404),
    ):
        answer = browser.get(path)
        assert answer.status_code == status
        check(answer, path)
    too_large = house.browser("writer").post("/mijn/naam", data={"naam": "x" * 600_000})
    assert too_large.status_code == 413
    check(too_large, "too large")
    check(house.browser("writer").put("/vandaag"), "another method")


def test_the_socket_may_be_reached_from_our_own_pages_alone(house: House) -> None:
    policy = house.browser("writer").get("/vandaag").headers["Content-Security-Policy"]
    assert "connect-src 'self' ws://localhost;" in policy
