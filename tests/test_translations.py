"""English is a whole second language: every Dutch sentence of the source has an English one, with the same blanks to
fill in, and no page of the site shows a Dutch sentence to who reads English."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from babel.messages import pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from flask import Flask
from flask.testing import FlaskClient

from community import language

ROOT = Path(__file__).parent.parent
ENGLISH = ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po"
# Besides the usual words of gettext: a sentence named when a module loads.
KEYWORDS = DEFAULT_KEYWORDS | {"_l": None, "lazy_gettext": None}
Sentence = str | tuple[str, str]


@cache
def in_the_source() -> Catalog:
    """Every sentence of the source, found as babel.cfg says."""
    found = Catalog()
    mapping = ConfigParser()
    mapping.read(ROOT / "babel.cfg")
    for section in mapping.sections():
        kind, pattern = section.split(": ")
        folder, _slash, _rest = pattern.partition("/")
        inside = [(pattern.removeprefix(f"{folder}/"), kind)]
        options = {inside[0][0]: dict(mapping[section])}
        for file, line, sentence, _comments, context in extract_from_dir(ROOT / folder, inside, options, KEYWORDS):
            found.add(sentence, locations=[(f"{folder}/{file}", line)], context=context)
    return found


@cache
def english() -> Catalog:
    """The English sentences."""
    with ENGLISH.open("rb") as file:
        return pofile.read_po(file, locale="en")


def sentences(catalogue: Catalog) -> dict[Sentence, Message]:
    """The messages of a catalogue without its head, by their Dutch sentence (or the one and the many)."""
    return {message.id: message for message in catalogue if message.id}


def forms(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """A sentence as one form, or its forms for one and for several."""
    return (text,) if isinstance(text, str) else tuple(text)


def blanks(text: str) -> set[str]:
    """What is to be filled in, and the marks around words: "%(name)s", "<b>"."""
    return set(re.findall(r"%\(\w+\)s|%%|</?\w+", text))


def faults(source: Catalog, translated: Catalog) -> Iterator[str]:
    """What is wrong with a translation, in words."""
    known = sentences(translated)
    for dutch in sentences(source):
        message = known.get(dutch)
        if message is None or not all(forms(message.string)) or len(forms(message.string)) != len(forms(dutch)):
            yield f"not translated: {dutch}"
            continue
        for before, after in zip(forms(dutch), forms(message.string), strict=True):
            if blanks(before) != blanks(after):
                yield f"other blanks: {before} | {after}"
            if before[0].isspace() != after[0].isspace() or before[-1].isspace() != after[-1].isspace():
                yield f"other blanks at the ends: {before!r} | {after!r}"
    for dutch, message in known.items():
        if message.fuzzy:
            yield f"uncertain: {dutch}"
        if dutch not in sentences(source):
            yield f"no longer in the source: {dutch}"


def test_every_sentence_of_the_source_is_in_english() -> None:
    assert list(faults(in_the_source(), english())) == []


def test_the_catalogue_keeps_nothing_of_the_past() -> None:
    assert not english().obsolete


def test_what_is_wrong_with_a_translation_would_be_found() -> None:
    source, translated = Catalog(), Catalog(locale="en")
    for dutch in ("Bel %(name)s", "Vandaag", " en ", ("%(n)s buur", "%(n)s buren"), "Nieuw", "Vet <b>%(n)s</b>"):
        source.add(dutch)
    translated.add("Bel %(name)s", "Call %(who)s")
    translated.add("Vandaag", "")
    translated.add(" en ", "and")
    translated.add(("%(n)s buur", "%(n)s buren"), ("%(n)s neighbour", ""))
    translated.add("Nieuw", "New", flags=["fuzzy"])
    translated.add("Vet <b>%(n)s</b>", "Bold %(n)s")
    translated.add("Weg", "Gone")
    assert list(faults(source, translated)) == [
        "other blanks: Bel %(name)s | Call %(who)s",
        "not translated: Vandaag",
        "other blanks at the ends: ' en ' | 'and'",
        "not translated: ('%(n)s buur', '%(n)s buren')",
        "other blanks: Vet <b>%(n)s</b> | Bold %(n)s",
        "uncertain: Nieuw",
        "no longer in the source: Weg",
    ]


def test_sentences_are_found_in_python_and_in_templates() -> None:
    where = {message.locations[0][0].split("/")[0] for message in sentences(in_the_source()).values()}
    assert where == {"community", "events", "forums", "templates"}


def test_the_compiled_sentences_are_those_of_the_catalogue() -> None:
    compiled = language.catalogue("en")
    late = [
        message.id
        for message in sentences(english()).values()
        if isinstance(message.id, str) and compiled.gettext(message.id) != message.string
    ]
    assert late == [], "`make build` compiles them"


# ---- on the pages ----------------------------------------------------------------------------------------------

# Pages without a blank in their address, for anybody who may come there.
PEOPLE = (None, "ton", "rachid", "ada")


def dutch_on(page: str) -> set[str]:
    """The Dutch sentences of the source that stand on a page as words of the house: between two tags, or in an
    attribute that is read aloud."""
    found = re.findall(r">([^<]+)<|\s(?:alt|title|placeholder|aria-label|data-[a-z]+)=\"([^\"]+)\"", page)
    return {" ".join(unescape(words).split()) for pair in found for words in pair} & dutch_sentences()


@cache
def dutch_sentences() -> set[str]:
    return {
        before
        for message in sentences(english()).values()
        for before, after in zip(forms(message.id), forms(message.string), strict=True)
        if before != after and "%" not in before
    }


def pages(app: Flask, browser: FlaskClient) -> Iterator[tuple[str, str]]:
    """Every page that opens for this browser without anything in its address, with its text."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments:
            answer = browser.get(rule.rule, headers={"Accept-Language": "en"}, follow_redirects=True)
            if answer.mimetype == "text/html":
                yield rule.rule, answer.text


@pytest.mark.sqlite_only  # the words of a page do not depend on the database
def test_no_page_shows_a_dutch_sentence_to_who_reads_english(
    app: Flask, client: FlaskClient, signed_in: Callable[[str], FlaskClient]
) -> None:
    seen = 0
    for key in PEOPLE:
        browser = signed_in(key) if key else client
        for address, page in pages(app, browser):
            if "<!doctype html>" in page:
                assert '<html lang="en"' in page, address
            assert dutch_on(page) == set(), (key, address)
            seen += 1
    assert seen > 80


@pytest.mark.sqlite_only  # as above
def test_the_same_page_in_dutch_would_be_noticed(client: FlaskClient, world: object) -> None:
    assert {"Voor het eerst hier?", "Ik heb een brief met een code"} <= dutch_on(client.get("/").text)
