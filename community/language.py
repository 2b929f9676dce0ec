"""Which language a reader gets, and the sentences in it. Sentences stand in the source in Dutch; `translations/`
holds the others. Templates are compiled once per language with the sentences already in place, so that
translating costs nothing when a page is made."""

from __future__ import annotations

import gettext as catalogues
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template, nodes
from jinja2.visitor import NodeTransformer

LANGUAGES = {"nl": "Nederlands", "en": "English"}
DEFAULT = "nl"
_DIRECTORY = Path(__file__).parent.parent / "translations"
# What a name may begin with that is a word of the language rather than part of the name.
_FIRST_WORDS = {
    "en": {
        "de": "the",
        "het": "the",
        "portiek": "entrance",
        "Portiek": "Entrance",
        "mevrouw": "Mrs",
        "meneer": "Mr",
        "familie": "family",
    }
}
_current: ContextVar[str] = ContextVar("language", default=DEFAULT)


@lru_cache
def catalogue(language: str) -> catalogues.NullTranslations:
    """The compiled sentences of a language; Dutch needs none, the source is Dutch."""
    if language == DEFAULT:
        return catalogues.NullTranslations()
    return catalogues.translation("messages", str(_DIRECTORY), [language], fallback=True)


def current() -> str:
    """The code of the language that this reader gets: "nl" or "en"."""
    return _current.get()


def choose(language: str | None) -> None:
    """From here on this request (or job) speaks `language`; an unknown one means Dutch."""
    _current.set(language if language in LANGUAGES else DEFAULT)


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Speak another language for a while: a mail is written in the reader's language, not the writer's."""
    token = _current.set(language if language in LANGUAGES else DEFAULT)
    try:
        yield
    finally:
        _current.reset(token)


def preferred(accept: str) -> str:
    """The best of our languages for a browser's Accept-Language header; Dutch where none fits."""
    ranked = []
    for position, part in enumerate(accept.split(",")):
        code, _, quality = part.strip().partition(";q=")
        try:
            ranked.append((-float(quality or 1), position, code[:2].lower()))
        except ValueError:
            continue
    return next((code for _, _, code in sorted(ranked) if code in LANGUAGES), DEFAULT)


def gettext(sentence: str, **values: Any) -> str:
    """The sentence in the reader's language, with %(names)s filled in."""
    text = catalogue(_current.get()).gettext(sentence)
    return text % values if values else text


def ngettext(one: str, many: str, n: int, **values: Any) -> str:
    """The sentence for one or for several; `n` is available as %(n)s."""
    return catalogue(_current.get()).ngettext(one, many, n) % {"n": n, **values}


def in_sentence(name: str) -> str:
    """A name kept in Dutch as a sentence of this language has it: "de Lindehof", "portiek B" and "mevrouw Koster" are
    "the Lindehof", "entrance B" and "Mrs Koster" in English. What is not named in this way stays as it is."""
    first, _blank, rest = name.partition(" ")
    spoken = _FIRST_WORDS.get(_current.get(), {}).get(first)
    return f"{spoken} {rest}" if spoken and rest else name


class LazySentence:
    """A sentence named when a module loads and translated when it is read."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __str__(self) -> str:
        return gettext(self.sentence)

    def __html__(self) -> str:
        return str(self).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self.sentence)


def lazy_gettext(sentence: str) -> Any:
    """`gettext` for constants of a module."""
    return LazySentence(sentence)


class _Translator(NodeTransformer):
    """Replaces gettext("constant") in a parsed template by the sentence in one language."""

    def __init__(self, translate: Callable[[str], str]) -> None:
        self.translate = translate

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        self.generic_visit(node)
        if (
            isinstance(node.node, nodes.Name)
            and node.node.name in {"_", "gettext"}
            and len(node.args) == 1
            and isinstance(node.args[0], nodes.Const)
            and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        ):
            return nodes.Const(self.translate(node.args[0].value), lineno=node.lineno)
        return node


class SpokenTemplate(Template):
    """A template that has the globals of its environment and no others, as all of ours: what others import from it is
    made once. Jinja compares the names of all globals at each import, as some may have more: 7% of a page."""

    def _get_default_module(self, ctx: object = None) -> Any:
        return super()._get_default_module()


class SpokenEnvironment(Environment):
    """A template environment that speaks one language; constant sentences are translated while compiling."""

    spoken = DEFAULT
    template_class = SpokenTemplate

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        translated: nodes.Template = _Translator(catalogue(self.spoken).gettext).visit(tree)
        return translated
