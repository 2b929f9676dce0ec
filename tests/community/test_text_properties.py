"""What holds for every text anyone can type, tried on thousands of texts nobody would."""

import re
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from community import text
from tests.parsed_html import ParsedHtml, hazards

# Pieces that mean something to the renderer or to a browser; next to each other they mean something else.
PIECES = [
    "**",
    "*",
    "***",
    "\n",
    "\n\n",
    "\r\n",
    "\n- ",
    "\n* ",
    "\n1. ",
    "\n2. ",
    "  ",
    "\t",
    " - ",
    "<",
    ">",
    "&",
    '"',
    "'",
    "&lt;",
    "&amp;",
    "&#106;",
    "&#x202e;",
    "<script>",
    "</p>",
    "<a href=",
    "<a href='https://",
    "'>",
    "</a>",
    "<strong>",
    "</strong>",
    "<ul>",
    "<li>",
    "<br>",
    "<p>",
    "<!--",
    "-->",
    "<![CDATA[",
    "javascript:",
    "data:",
    "https://",
    "http://",
    "www.",
    "a.nl",
    "/pad",
    "?a=1&b=2",
    "(",
    ")",
    "[",
    "]",
    ".",
    ",",
    "@",
    "jan@a.nl",
    "xn--a.nl",
    "münchen.de",
    "010 - 123 45 67",
    "06-12345678",
    "+31",
    "(0)",
    "0900",
    "01-02-2024",
    " ",
    "woord",
    "één",
    "👩",
    "\u200d",
    "\u200c",
    "\ufe0f",
    "❤",
    "م",
    "\u200f",
    "\u202e",
    "\u200b",
    "\x00",
    "\ud800",
    "\udc00",
    "\u0301",
    "\u0338",
    "\u2adc",
    "\u2329",
    "\U0001f3f4\U000e0067\U000e0062\U000e007f",
    "\U0001d173",
    "\U0002f800",
    "`",
    "\u1fef",
    "\\",
    "\u00a0",
    "ſ",
    "İ",
]
anything = st.text(st.characters(exclude_categories=()), max_size=60)  # lone surrogates included
typed = st.one_of(anything, st.lists(st.one_of(st.sampled_from(PIECES), anything), max_size=25).map("".join))
many = settings(max_examples=400, deadline=None)
INVISIBLE_LETTERS = "\u2800\u3164\uffa0\u115f\u1160"


def essence(words: str) -> str:
    """The letters and signs of a text: no spaces, nothing invisible, no accents (towers are cut down)."""
    kept = [
        sign
        for sign in unicodedata.normalize("NFD", unicodedata.normalize("NFC", words))
        if unicodedata.category(sign)[0] not in "ZCM" and sign not in INVISIBLE_LETTERS
    ]
    return "".join(kept)


@many
@given(typed)
def test_a_post_holds_nothing_but_what_it_may_hold(source: str) -> None:
    assert not hazards(text.render(source))


@many
@given(typed)
def test_html_from_elsewhere_holds_nothing_but_what_it_may_hold(html: str) -> None:
    assert not hazards(text.clean(html))


@many
@given(typed, st.lists(st.one_of(st.sampled_from(["Nel", "Nel van Dam", "woord", "<script>"]), anything), max_size=3))
def test_whoever_is_called_a_post_holds_nothing_but_what_it_may_hold(source: str, called: list[str]) -> None:
    said = f"{source} @{' @'.join(called)} **@{source}**"
    html = text.render(said, called)
    assert not hazards(html) and text.clean(html) == html
    assert ParsedHtml(html).text == ParsedHtml(text.render(said)).text, "a name stands out, and reads the same"


@many
@given(typed)
def test_cleaning_a_finished_post_changes_nothing(source: str) -> None:
    html = text.render(source)
    assert text.clean(html) == html


@many
@given(typed)
def test_cleaning_html_from_elsewhere_twice_changes_nothing_more(html: str) -> None:
    assert text.clean(text.clean(html)) == text.clean(html)


@many
@given(typed.filter(lambda source: "**" not in source and not re.search(r"([-*•]|[0-9]\.)[^!-~]", source)))
def test_without_markup_every_word_typed_is_read(source: str) -> None:
    assert essence(ParsedHtml(text.render(source)).text) == essence(source)


@many
@given(typed)
def test_markup_takes_away_only_itself(source: str) -> None:
    seen, markup = essence(ParsedHtml(text.render(source)).text), []
    place = 0
    for sign in essence(source):
        if place < len(seen) and seen[place] == sign:
            place += 1
        else:
            markup.append(sign)
    assert place == len(seen), "everything shown was typed, in that order"
    assert set(markup) <= set("*-•.0123456789")


@many
@given(typed)
def test_plain_text_is_what_the_post_reads(source: str) -> None:
    def lines(words: str) -> list[str]:
        return [re.sub(r"^(- |[0-9]+\. )*", "", line) for line in words.split("\n") if line.strip()]

    assert lines(text.plain(source)) == lines(ParsedHtml(text.render(source)).text)


@many
@given(typed, st.integers(1, 200))
def test_an_excerpt_is_one_line_and_fits(source: str, length: int) -> None:
    excerpt = text.excerpt(source, length)
    assert len(excerpt) <= length and "\n" not in excerpt


@many
@given(typed, st.integers(0, 80))
def test_a_line_fits_and_stays_the_same_when_it_is_cleaned_again(value: str, length: int) -> None:
    line = text.clean_line(value, length)
    assert len(line) <= length and line == " ".join(line.split())
    assert text.clean_line(line, length) == line
    line.encode()  # no lone surrogate reaches the database


@many
@given(typed)
def test_a_slug_is_an_address(title: str) -> None:
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", text.slug(title)) and len(text.slug(title)) <= 60


@many
@given(typed)
def test_folding_twice_changes_nothing(value: str) -> None:
    assert text.fold(text.fold(value)) == text.fold(value)
