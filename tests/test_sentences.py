"""Every word that a person reads can be translated: none stands bare in a template, a refusal or a script."""

from __future__ import annotations

import pytest

from tools import sentences


def test_no_sentence_of_the_source_stands_without_gettext() -> None:
    assert sentences.bare() == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Goedemorgen {{ name }}</p>", ["Goedemorgen \ufffc"]),
        ("<p>{% if a %}Ja hoor{% else %}{{ _('Nee') }}{% endif %}</p>", ["Ja hoor\ufffc"]),
        ('<a aria-label="Hoofdmenu" class="btn line"></a>', ['aria-label="Hoofdmenu"']),
        ('<input type="submit" value="Verstuur"><input type="text" value="abc">', ['value="Verstuur"']),
        ("{{ field('name', 'Uw naam') }}", ["Uw naam"]),
        ("{% set title = 'Inloggen' %}", ["Inloggen"]),
    ],
)
def test_bare_words_of_a_template_are_found(template: str, found: list[str]) -> None:
    assert list(sentences.in_template(template)) == found


@pytest.mark.parametrize(
    "template",
    [
        "<p>{{ _('Goedemorgen %(name)s', name=name) }}</p>",
        "<p>{% trans n=n %}Eén buur{% pluralize %}{{ n }} buren{% endtrans %}</p>",
        '<p class="mt-3 narrow">{{ 12 }} · 12.30</p><title>{{ title }} · Trefpunt</title>',
        "{{ text_field('naam', _('Uw naam'), class='code wide') }}",
        "{% if kind == 'Android' %}{{ icon('key-round') }}{% endif %}",
    ],
)
def test_what_can_be_translated_is_let_be(template: str) -> None:
    assert list(sentences.in_template(template)) == []


def test_bare_sentences_of_a_module_are_found() -> None:
    source = '''
"""Het is een uitleg voor wie dit leest."""
raise Refused("Alleen de schrijver mag dit.")
raise Refused(_("U mag dit niet."))
LABEL = _l("Voor uw buren")
KEY = "huismeester"
SENTENCE = f"Dit is niet goed: {1}"
'''
    assert list(sentences.in_python(source)) == ["Alleen de schrijver mag dit.", "Dit is niet goed: "]


def test_bare_sentences_of_a_script_are_found() -> None:
    source = "// dit is een uitleg\nconst a = 'De verbinding is niet goed.', b = 'data-line', c = line.dataset.gone"
    assert list(sentences.in_script(source)) == ["De verbinding is niet goed."]
