"""The laws of the house (docs/decisions/0001), kept by reading the source: breaking one costs residents something."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
from flask import Flask

from community import create_app
from tests.conftest import settings

ROOT = Path(__file__).parent.parent
PACKAGES = ("community", "forums", "events", "demo", "bench")
# What people in production touch; `bench` measures the same outside things from the other side.
HOUSE = ("community", "forums", "events", "demo")
MIGRATIONS = ROOT / "community" / "migrations"
ROOMS = ("community/accounts", "community/places", "community/moderation", "community/admin", "forums", "events")
LINES_MAX = 500

# One door per outside thing: the only modules that know it.
DOORS = {
    "bleach": {"community/text.py"},
    "nh3": {"community/text.py"},
    "flask_socketio": {"community/live.py"},
    "socketio": {"community/live.py"},
    "engineio": {"community/live.py"},
    "smtplib": {"community/mail.py"},
    "css_inline": {"community/mail.py"},
    "PIL": {"community/photos.py"},
    "pillow_heif": {"community/photos.py"},
    "typst": {"community/paper.py"},
    "segno": {"community/paper.py"},
    "Stemmer": {"community/dutch.py"},
    "dateutil.rrule": {"events/recurrence.py"},
    "openpyxl": {"events/sheets.py"},
    "argon2": {"community/accounts/passwords.py"},
    "limits": {"community/throttle.py"},
    "redis": {"community/health.py"},
    "alembic": {"community/cli.py", "community/migrations/env.py"},
    "sqlalchemy.dialects": {"community/dialect.py"},
    "sqlite3": {"community/dialect.py"},
    "icalendar": {"events/ical.py"},
    "psycopg": {"community/dialect.py"},
}
AUDIENCES = {"everybody", "persons", "members", "staff", "moderators", "administrators"}


def sources(*folders: str) -> Iterator[Path]:
    """The Python files of these folders; the history of the schema is not written by hand."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if MIGRATIONS / "versions" not in path.parents:
                yield path


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(module: ast.AST) -> Iterator[tuple[str, int]]:
    """What a module imports, with the line."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node.lineno
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def is_of(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, for its table of addresses alone."""
    instance = tmp_path_factory.mktemp("house")
    return create_app(settings(f"sqlite:///{instance / 'unused.db'}", instance))


# ---- arrows ----------------------------------------------------------------------------------------------------


def test_arrows_between_packages_rooms_and_tools_point_one_way() -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"], cwd=ROOT, capture_output=True, text=True
    )
    assert linted.returncode == 0, linted.stdout


def _floor(module: str) -> int | None:
    """How high a module of a room stands: models, then policy and queries, then actions, then views."""
    words = module.rsplit(".", 1)[-1].split("_")
    for floor, kinds in enumerate((("models",), ("policy", "queries"), ("actions",), ("views",))):
        if set(kinds) & set(words):
            return floor
    return None


@pytest.mark.parametrize("room", ROOMS)
def test_arrows_in_a_room_point_from_views_to_models(room: str) -> None:
    name = room.replace("/", ".")
    wrong = []
    for path in sources(room):
        below = _floor(path.stem)
        for target, line in imported(tree(path)):
            above = _floor(target) if is_of(target, name) and target.count(".") == name.count(".") + 1 else None
            if above is None or path.stem == "__init__":
                continue
            if above == 3 and below != 3:
                wrong.append(f"{place(path)}:{line} uses {target}: only views know views")
            elif below is not None and above > below:
                wrong.append(f"{place(path)}:{line} uses {target}, which stands above it")
    assert wrong == []


def test_nothing_in_the_house_knows_the_programs_that_start_it() -> None:
    programs = ("wsgi", "serve", "server", "supervise", "logs", "tools", "tests")
    wrong = [
        f"{place(path)}:{line} {name}"
        for path in sources(*HOUSE)
        for name, line in imported(tree(path))
        if any(is_of(name, program) for program in programs)
    ]
    assert wrong == []


def test_no_import_hides_in_a_function() -> None:
    wrong = []
    for path in [*sources(*PACKAGES, "tools"), *ROOT.glob("*.py")]:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                wrong += [f"{place(path)}:{line} {name}" for name, line in imported(node)]
    assert wrong == []


# ---- doors -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("thing", DOORS)
def test_an_outside_thing_has_one_door(thing: str) -> None:
    wrong = [
        f"{place(path)}:{line} imports {name}"
        for path in sources(*HOUSE)
        for name, line in imported(tree(path))
        if is_of(name, thing) and place(path) not in DOORS[thing]
    ]
    assert wrong == []
    assert [door for door in DOORS[thing] if not (ROOT / door).exists()] == []


def test_only_dialect_names_a_database() -> None:
    wrong = []
    for path in sources(*HOUSE):
        if place(path) == "community/dialect.py":
            continue
        prose = {id(node.value) for node in ast.walk(tree(path)) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree(path)):
            said = node.value if isinstance(node, ast.Constant) and id(node) not in prose else None
            if isinstance(said, str) and re.search(r"sqlite|postgres", said, re.I):
                wrong.append(f"{place(path)}:{node.lineno} {said!r}")
    assert wrong == []


def test_only_an_action_commits() -> None:
    wrong = []
    for path in sources(*HOUSE):
        if place(path) == "community/db.py":
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute) and node.attr in {"commit", "rollback", "begin_nested"}:
                wrong.append(f"{place(path)}:{node.lineno} .{node.attr}")
    assert wrong == []


# ---- pages -----------------------------------------------------------------------------------------------------


def test_every_page_says_whom_it_is_for(house: Flask) -> None:
    wrong = {
        rule.rule: getattr(house.view_functions[rule.endpoint], "audience", None)
        for rule in house.url_map.iter_rules()
        if getattr(house.view_functions[rule.endpoint], "audience", None) not in AUDIENCES
    }
    assert wrong == {}


def _named(function: Callable[..., Any]) -> Iterator[Any]:
    """Everything that a function mentions by name, as far as names can be followed."""
    bare = inspect.unwrap(function)
    if not isinstance(bare, FunctionType):
        return
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(bare)))):
        if isinstance(node, ast.Name):
            yield bare.__globals__.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            holder = bare.__globals__.get(node.value.id)
            if isinstance(holder, ModuleType):
                yield getattr(holder, node.attr, None)


def _way_to_an_action(function: Callable[..., Any], seen: set[int]) -> list[str] | None:
    if id(function) in seen:
        return None
    seen.add(id(function))
    for found in _named(function):
        module = getattr(found, "__module__", None) or ""
        if not callable(found) or not module.startswith(HOUSE):
            continue
        if getattr(found, "is_action", False):
            return [f"{module}.{found.__name__}"]
        way = _way_to_an_action(found, seen)
        if way:
            return [f"{module}.{getattr(found, '__name__', '?')}", *way]
    return None


def test_looking_at_a_page_writes_nothing(house: Flask) -> None:
    """A GET leads to no action, by whatever functions."""
    wrong = {}
    for rule in house.url_map.iter_rules():
        if rule.methods and "POST" not in rule.methods:
            way = _way_to_an_action(house.view_functions[rule.endpoint], set())
            if way:
                wrong[rule.rule] = " -> ".join(way)
    assert wrong == {}


def test_the_way_to_an_action_is_found_where_there_is_one(house: Flask) -> None:
    way = _way_to_an_action(house.view_functions["forums.thank"], set())
    assert way is not None and way[-1] == "forums.actions.thank"


# What makes a browser run or style something that stands in the page itself: the Content-Security-Policy forbids it.
INLINE = re.compile(r"""<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*["']|javascript:""", re.I)


def test_templates_hold_no_style_and_no_script() -> None:
    wrong = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        if path.is_relative_to(ROOT / "templates" / "mail"):  # mail programs know no style sheets
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if INLINE.search(line):
                wrong.append(f"{place(path)}:{number} {line.strip()[:100]}")
    assert wrong == []


def test_the_search_for_inline_things_finds_them() -> None:
    for bad in ('<p style="x">', "<script>x</script>", "<style>", '<a onclick="x()">', "<a href='javascript:x'>"):
        assert INLINE.search(bad), bad
    for good in ('<script src="/a.js" defer></script>', '<p class="style">', '<input name="onze" value="on = 1">'):
        assert not INLINE.search(good), good


# ---- files -----------------------------------------------------------------------------------------------------


def test_every_module_opens_with_what_it_is_for() -> None:
    wrong = [
        place(path)
        for path in [*sources(*PACKAGES, "tools", "tests"), *ROOT.glob("*.py")]
        if path.read_text().strip() and not ast.get_docstring(tree(path))
    ]
    assert wrong == []


def test_no_file_is_too_long_to_read() -> None:
    own = [*sources(*PACKAGES, "tools", "tests"), *ROOT.glob("*.py")]
    for folder, ending in (("templates", "*.html"), ("static/css", "*.css"), ("static/js", "*.js")):
        own += sorted((ROOT / folder).rglob(ending))
    lengths = {place(path): len(path.read_text().splitlines()) for path in own}
    assert {name: length for name, length in lengths.items() if length > LINES_MAX} == {}


def test_nothing_is_left_for_later() -> None:
    later = re.compile(r"(#|//|<!--).*\b(TODO|FIXME|XXX|HACK)\b|mark\.(skip|xfail)\b|raise NotImplementedError")
    wrong = []
    for path in [*sources(*PACKAGES, "tools", "tests"), *ROOT.glob("*.py"), *(ROOT / "templates").rglob("*.html")]:
        if path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if later.search(line):
                wrong.append(f"{place(path)}:{number} {line.strip()[:100]}")
    assert wrong == []
