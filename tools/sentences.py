"""Looks for sentences that nobody can translate: words that stand in a template, in a refusal or in a script without
gettext around them. `python -m tools.sentences check` names them and fails when there are any."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

HERE = Path(__file__).parent.parent
TEMPLATES = HERE / "templates"
PACKAGES = ("community", "forums", "events")
SCRIPTS = HERE / "static" / "js"

# Names that are the same in every language; the words of a letter's code are Dutch for everybody.
NAMES = re.compile(r"\b(trefpunt|nederlands|english|android|csv|pdf|qr|mb|kb|tulp fiets \d+)\b", re.I)
# What an association's file says where there is no address: read, never shown.
READ = {"geen e-mail", "geen email", "geen mail"}
# Attributes that are read aloud or shown.
SPOKEN = {"alt", "aria-label", "aria-description", "aria-roledescription", "label", "placeholder", "title"}
GETTEXT = {"_", "_l", "gettext", "lazy_gettext", "ngettext", "pgettext", "npgettext"}
# What a person reads when it is given to one of these.
TELLING = {
    "Refused",
    "TooFast",
    "Invalid",
    "Unavailable",
    "Unclear",
    "toast",
    "error_page",
    "nav_item",
    "NavItem",
    "Panel",
}
# Small words of Dutch that are none of English, of our code, or of a file's columns.
DUTCH = re.compile(r"\b(het|een|uw|niet|wij|geen|deze|kunt|naar|voor|wordt|heeft)\b", re.I)
WORDS = re.compile(r"[^\W\d_]{2,}")
# A whole sentence or a label, as against a class or a key.
LABEL = re.compile(r"^[A-ZÀ-Þ][a-zà-ÿ]+|[a-zà-ÿ]{2,} .*[.?!:]$")
_HOLE = "\ufffc"


def environment() -> Environment:
    """Reads templates as the application does."""
    return Environment(autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"])


class _Page(HTMLParser):
    """Collects what is shown or read aloud of a page whose expressions have become holes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"script", "style"}
        held = dict(attributes)
        spoken = SPOKEN | ({"value"} if tag == "input" and held.get("type") in {"submit", "button", "reset"} else set())
        self.found += [f'{name}="{value}"' for name, value in attributes if name in spoken and has_words(value or "")]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.silent and has_words(data):
            self.found.append(" ".join(data.split()))


def has_words(text: str) -> bool:
    """True when something remains to be translated once names are taken out."""
    return bool(WORDS.search(NAMES.sub(" ", text)))


def in_template(source: str) -> Iterator[str]:
    """The bare words of a template."""
    tree = environment().parse(source)
    page = _Page()
    page.feed("".join(_pieces(tree)))
    page.close()
    yield from page.found
    yield from (said for said in _said(tree) if LABEL.search(said) and has_words(said))


def _pieces(node: nodes.Node) -> Iterator[str]:
    """The template's own text in its order, with a hole for every expression."""
    if isinstance(node, nodes.Block) and node.name.endswith("_attributes"):
        return  # they stand within a tag of the layout
    elif isinstance(node, nodes.Output):
        for part in node.nodes:
            yield part.data if isinstance(part, nodes.TemplateData) else _HOLE
    elif not isinstance(node, nodes.Expr):
        for child in node.iter_child_nodes():
            yield from _pieces(child)


def _said(node: nodes.Node) -> Iterator[str]:
    """Texts within expressions, outside gettext."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in GETTEXT:
        return
    if isinstance(node, nodes.Compare | nodes.Test | nodes.FromImport | nodes.Include | nodes.Extends):
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    for child in node.iter_child_nodes():
        yield from _said(child)


def in_python(source: str, *, reads: bool = False) -> Iterator[str]:
    """The bare sentences of a module: Dutch anywhere, any words in what is told to a person. One that `reads` what
    people type knows Dutch that it never shows: of that only what is told counts."""
    tree = ast.parse(source)
    wrapped: set[int] = set()
    told: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            wrapped.add(id(node.value))  # a docstring
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            inside = {id(child) for child in ast.walk(node) if isinstance(child, ast.Constant)}
            if name in GETTEXT:
                wrapped |= inside
            elif name in TELLING:
                told |= inside
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in wrapped:
            continue
        is_told = id(node) in told and LABEL.search(node.value)
        if node.value in READ or not has_words(node.value):
            continue
        if is_told or (not reads and " " in node.value and DUTCH.search(node.value)):
            yield node.value


def in_script(source: str) -> Iterator[str]:
    """The Dutch texts of a script; they belong in the page, as data attributes."""
    bare = re.sub(r"/\*.*?\*/|(?<![:\"'`])//[^\n]*", "", source, flags=re.S)
    for said in re.findall(r"'([^'\n]+)'|\"([^\"\n]+)\"|`([^`]+)`", bare):
        words = "".join(said)
        if " " in words and DUTCH.search(words):
            yield words


def bare() -> list[str]:
    """Every bare sentence of the source, as "file: words"."""
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        found += [f"{path.relative_to(HERE)}: {words}" for words in in_template(path.read_text())]
    for package in PACKAGES:
        for path in sorted((HERE / package).rglob("*.py")):
            if "migrations" not in path.parts:
                reads = path.stem.startswith("reading")
                found += [f"{path.relative_to(HERE)}: {words}" for words in in_python(path.read_text(), reads=reads)]
    for path in sorted(SCRIPTS.rglob("*.js")):
        found += [f"{path.relative_to(HERE)}: {words}" for words in in_script(path.read_text())]
    return found


def main(arguments: list[str]) -> int:
    if arguments != ["check"]:
        print(__doc__)
        return 2
    found = bare()
    for line in found:
        print(line)
    print(f"sentences: {len(found)} without gettext" if found else "sentences: all can be translated")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
