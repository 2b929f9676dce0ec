"""Turns what a resident types into HTML that is safe to show to every neighbour.

Plain text goes in; paragraphs, lists, bold and links come out, once, when the post is written. The same words
in their other shapes (plain text, excerpt, one-line field, slug) are made here as well. It knows nothing of
requests, people or the database, and nothing else in Trefpunt uses bleach or nh3.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from html import escape, unescape
from typing import Any, Literal, NamedTuple

import nh3
from bleach.sanitizer import Cleaner

from community.links import Span, find_links

ALLOWED_TAGS = frozenset({"p", "br", "ul", "ol", "li", "strong", "a"})
ALLOWED_ATTRIBUTES = {
    "a": frozenset({"href", "rel"}),
    "p": frozenset({"dir"}),
    "ul": frozenset({"dir"}),
    "ol": frozenset({"dir"}),
}
ALLOWED_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
# ugc tells search engines that a resident wrote it; noopener keeps the other site's hands off this page.
LINK_REL = "nofollow noopener ugc"


# --- From what was typed ------------------------------------------------------------------------------------


def render(source: str, called: Iterable[str] = ()) -> str:
    """Make the HTML of a post from the text a resident typed.

    A blank line starts a paragraph; lines that open with "- ", "* " or "1. " become lists (flat, numbered
    from 1 upwards so that the numbers shown are the numbers typed); **two stars** make bold; web addresses,
    e-mail addresses and Dutch telephone numbers become links. Everything else, HTML included, is shown as
    typed. The names in `called` are bold where they stand behind an "@". Never raises on any text;
    ``clean(render(x)) == render(x)``.
    """
    calls = _calls(called)
    return clean("".join(_block_html(block, calls) for block in _blocks(_tidy(source))))


def plain(source: str) -> str:
    """The words of a post without its markup, for mail, search and print: a blank line between paragraphs,
    list lines opened with "- " or their number, no stars around what is bold."""
    return "\n\n".join(_block_text(block) for block in _blocks(_tidy(source)))


def excerpt(source: str, length: int = 160) -> str:
    """The beginning of a post on one line: at most `length` characters, cut between words, with "…"."""
    words = " ".join(plain(source).split())
    if len(words) <= length:
        return words
    head = _cut(words, length - 1)
    if words[len(head)] != " " and " " in head:
        head = head[: head.rindex(" ")]
    return head.rstrip(" ,;:-–") + "…"


def clean_line(value: str, max_length: int) -> str:
    """One line for a title, a name or another short field: NFC, outer space off, inner space single, nothing
    that hides or reverses what is read, at most `max_length` characters (a family emoji is never cut in two).

    It does not escape: the template does. A form that refuses long values compares lengths before it cuts.
    """
    # What is far beyond the limit need not be read: nobody waits for half a million letters in a field for a name.
    begin = value[: 8 * max_length + 200]
    return _cut(" ".join(_DIRECTION_MARKS.sub("", _tidy(begin)).split()), max_length).rstrip()


def slug(title: str, fallback: str = "gesprek") -> str:
    """The readable part of an address: lower-case ascii words joined by "-", at most 60 characters, cut
    between words where it can. A title without a single ascii letter or digit gives `fallback`."""
    words = re.sub(r"[^a-z0-9]+", "-", fold(title).replace("'", "")).strip("-")
    if len(words) > 60:
        head = words[:60]
        words = head[: head.rindex("-")] if words[60] != "-" and "-" in head else head
    return words.strip("-") or fallback


def fold(value: str) -> str:
    """A value as people search for it: no capitals, no accents, single spaces, so that "JOSÉ  Çelik" and
    "jose celik" meet. Folding twice changes nothing."""
    # Twice: a loose accent used as an apostrophe must not come apart, and "Æ" is a letter we know only small.
    letters = _DIRECTION_MARKS.sub("", _tidy(value)).translate(_LETTERS_WITHOUT_PARTS)
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letters).casefold())
    letters = letters.translate(_LETTERS_WITHOUT_PARTS)
    return " ".join("".join(letter for letter in letters if not unicodedata.combining(letter)).split())


# Letters that Unicode does not take apart into a letter and an accent, and apostrophes as phones type them.
_LETTERS_WITHOUT_PARTS = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ı": "i",
        "‘": "'",
        "’": "'",
        "ʼ": "'",
        "`": "'",
        "´": "'",
    }
)


# --- Two judges ---------------------------------------------------------------------------------------------


def clean(html: str) -> str:
    """HTML that came from anywhere, reduced to what a post may hold: bleach with our own check of every
    address, then nh3 (another parser, another language) with the same list. Text inside what is removed
    stays, as text.

    Both judges slow down on thousands of unclosed elements, so a caller limits the size of what others send.
    """
    checked = _both_judges(_seen(html))
    if _DEAD_LINK in checked:
        # nh3 refused an address that bleach let through; once more, and bleach takes the empty link away.
        checked = _both_judges(checked)
    return checked


_DEAD_LINK = f'<a rel="{LINK_REL}">'
# Stricter than either judge: one of our schemes in plain letters comes first, and nothing follows that could
# end an attribute or that a browser would quietly drop or turn into a slash.
_ADDRESS = re.compile(r"(?ai:https?://|mailto:|tel:)[^\s\x00-\x20\x7f-\x9f<>\"`\\]+")


def _is_allowed(tag: str, name: str, value: str) -> bool:
    if name not in ALLOWED_ATTRIBUTES.get(tag, frozenset()):
        return False
    if name != "href":
        return name == "dir" and value == "auto"  # not rel: nh3 writes it on every link, whatever stood there
    spelled_out = unescape(value)
    is_ours = bool(_ADDRESS.fullmatch(value) and _ADDRESS.fullmatch(spelled_out))
    return is_ours and _seen(spelled_out) == spelled_out


def _without_dead_links(source: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Leave out links whose address was refused; their text stays. Links never nest after HTML parsing."""
    is_dead = False
    for token in source:
        if token["type"] == "StartTag" and token["name"] == "a":
            is_dead = not token["data"]
        if is_dead and token["type"] in {"StartTag", "EndTag"} and token["name"] == "a":
            continue
        yield token


class _Bleach(threading.local):
    """A bleach cleaner keeps its parser's state, so each thread has its own."""

    def __init__(self) -> None:
        self.cleaner = Cleaner(
            tags=ALLOWED_TAGS,
            attributes=_is_allowed,
            protocols=ALLOWED_SCHEMES,
            strip=True,
            filters=[_without_dead_links],
        )


_bleach = _Bleach()
_nh3 = nh3.Cleaner(
    tags=ALLOWED_TAGS,
    clean_content_tags=set(),
    attributes={"a": ALLOWED_ATTRIBUTES["a"] - {"rel"}},  # link_rel writes it
    tag_attribute_values={tag: {"dir": {"auto"}} for tag in ALLOWED_ATTRIBUTES.keys() - {"a"}},
    url_schemes=ALLOWED_SCHEMES,
    url_relative="deny",
    link_rel=LINK_REL,
)


def _both_judges(html: str) -> str:
    # Entities may spell characters that _seen removes and both judges keep, so it looks again. Taking them
    # out of finished HTML joins nothing into markup: every "<" and "&" of the text is escaped by now.
    return _seen(_nh3.clean(_bleach.cleaner.clean(html)))


# --- Characters that deceive --------------------------------------------------------------------------------

_NEWLINE = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# Letters of joining scripts and emoji: only between these a zero-width (non-)joiner means something. Nothing
# here is removed below or leaves this set under NFC, or tidying twice would differ from tidying once.
_JOINING = (
    "\u0600-\u061b\u061d-\u10ff\u1200-\u17b3\u17b6-\u180a\u1810-\u1aaf\u1b00-\u1cff\u2194\u2195"
    "\u2600-\u27bf\u2b00-\u2bff\ufb50-\ufdcf\ufdf0-\ufdff\ufe0e\ufe0f\ufe70-\ufefc\U00010000-\U0001cfff"
    "\U0001e000-\U0001faff"
)
_HIDDEN = re.compile(
    # kept: a joiner with a task, and the flags that are spelled in tag letters (England, Scotland, Wales)
    f"((?<=[{_JOINING}])[\u200c\u200d](?=[{_JOINING}])|\U0001f3f4[\U000e0061-\U000e007a]{{2,6}}\U000e007f)"
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u202a-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
_DIRECTION_MARKS = re.compile("[\u061c\u200e\u200f]")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# Four accents on one letter are enough for every language written here; a hundred climb over the post above.
_PILED_ACCENTS = re.compile(
    "([\u0300-\u034e\u0350-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})"
    "[\u0300-\u034e\u0350-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)


def _seen(text: str) -> str:
    """Only what can be seen: one kind of newline, no control, invisible or bidi-override characters, no lone
    surrogates. Marks of direction stay where there is right-to-left text for them to serve."""
    text = _HIDDEN.sub(r"\1", _NEWLINE.sub("\n", text))
    return text if _RIGHT_TO_LEFT.search(text) else _DIRECTION_MARKS.sub("", text)


# Putting marks in order takes the square of how many there are on one letter: 60,000 of them two seconds, a million
# ten minutes. Unicode's own limit for a text that is read as it comes is 30 (UAX 15, stream-safe).
_MARKS = "".join(
    chr(point)
    for block in ((0x300, 0x3100), (0xA66F, 0xABEE), (0xFB1E, 0xFB1F), (0xFE20, 0xFE30), (0x101FD, 0x1E94B))
    for point in range(*block)
    if unicodedata.combining(chr(point))
)
_TOO_MANY_MARKS = re.compile(f"([{_MARKS}]{{30}})[{_MARKS}]+")


def _tidy(source: str) -> str:
    text = unicodedata.normalize("NFC", _TOO_MANY_MARKS.sub(r"\1", _seen(source)))
    return _PILED_ACCENTS.sub(r"\1", text.replace("\t", " ").replace("\u2800", " "))


_CLINGS = re.compile("[\u0300-\u036f\u200c\u200d\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0061-\U000e007f]")


def _cut(text: str, length: int) -> str:
    """The first `length` characters, or a few less where that would cut an emoji or an accent off."""
    limit = end = min(len(text), max(length, 0))
    while 0 < end < len(text) and (_CLINGS.match(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    # The longest family emoji has 11 code points; a longer chain is no emoji and is cut where it stands.
    return text[:end] if limit - end <= 11 else text[:limit].rstrip("\u200c\u200d")


# --- Paragraphs and lists -----------------------------------------------------------------------------------


class _Block(NamedTuple):
    tag: Literal["p", "ul", "ol"]
    parts: list[str]  # one text for a paragraph, one for each line of a list; "\n" is a line break


_BULLET = re.compile(r"\s*[-*•]\s+(\S.*)")
_NUMBER = re.compile(r"\s*([0-9]{1,3})\.\s+(\S.*)")


def _blocks(text: str) -> list[_Block]:
    blocks: list[_Block] = []
    is_after_blank = True
    for line in text.split("\n"):
        words = line.strip()
        if not words:
            is_after_blank = True
            continue
        last = blocks[-1] if blocks else _Block("p", [])
        if bullet := _BULLET.match(line):
            if last.tag == "ul":
                last.parts.append(bullet[1].rstrip())
            else:
                blocks.append(_Block("ul", [bullet[1].rstrip()]))
        elif (number := _NUMBER.match(line)) and last.tag == "ol" and int(number[1]) == len(last.parts) + 1:
            last.parts.append(number[2].rstrip())
        elif number and int(number[1]) == 1:
            blocks.append(_Block("ol", [number[2].rstrip()]))
        elif is_after_blank or (last.tag != "p" and not line[0].isspace()):
            blocks.append(_Block("p", [words]))
        else:
            last.parts[-1] += "\n" + words
        is_after_blank = False
    return blocks


def _block_html(block: _Block, calls: re.Pattern[str] | None) -> str:
    # dir="auto": Arabic and Hebrew run from the right, also between Dutch paragraphs.
    inside = [_inline_html(part, calls) for part in block.parts]
    if block.tag == "p":
        return f'<p dir="auto">{inside[0]}</p>'
    return f'<{block.tag} dir="auto">' + "".join(f"<li>{part}</li>" for part in inside) + f"</{block.tag}>"


def _block_text(block: _Block) -> str:
    lines = []
    for number, part in enumerate(block.parts, start=1):
        words = _replace(part, [(start, end, "") for start, end, _ in _bold(part)])
        lines.append({"p": "", "ul": "- ", "ol": f"{number}. "}[block.tag] + words)
    return "\n".join(lines)


# --- Bold and links inside a paragraph ----------------------------------------------------------------------


def _calls(called: Iterable[str]) -> re.Pattern[str] | None:
    """Finds these names behind an "@", the longest first."""
    names = sorted({_tidy(name) for name in called} - {""}, key=len, reverse=True)
    return re.compile(rf"(?<![\w@./])@(?:{'|'.join(map(re.escape, names))})(?!\w)") if names else None


def _inline_html(text: str, calls: re.Pattern[str] | None = None) -> str:
    anchors = [
        (start, end, f'<a href="{escape(href)}">{escape(text[start:end], quote=False)}</a>')
        for start, end, href in find_links(text)
    ]
    # Escaped stretch by stretch, between the spans, so that no position moves.
    spans = anchors + _bold(text)
    if calls:
        spans += [span for span in _called(text, calls) if not _meets(span, anchors, spans[len(anchors) :])]
    return _replace(text, sorted(spans), escape_between=True).replace("\n", "<br>")


def _called(text: str, calls: re.Pattern[str]) -> list[Span]:
    return [(m.start(), m.end(), f"<strong>{escape(m[0], quote=False)}</strong>") for m in calls.finditer(text)]


def _meets(span: Span, anchors: list[Span], marks: list[Span]) -> bool:
    """Whether a name touches a link, or is bold already: then it stays as it is."""
    start, end, _made = span
    pairs = [(opened[0], closed[1]) for opened, closed in zip(marks[::2], marks[1::2], strict=True)]
    return any(start < to and since < end for since, to in [*((a[0], a[1]) for a in anchors), *pairs])


def _replace(text: str, spans: list[Span], escape_between: bool = False) -> str:
    made, position = [], 0
    for start, end, replacement in [*spans, (len(text), len(text), "")]:
        between = text[position:start]
        made += [escape(between, quote=False) if escape_between else between, replacement]
        position = end
    return "".join(made)


_STARS = re.compile(r"(?<!\*)\*\*(?!\*)")


def _bold(text: str) -> list[Span]:
    """The stars that come in pairs and hold words; a star too many stays a star. One pass, whatever is typed.
    No link holds two stars, so these spans and those of the links never meet."""
    marks: list[Span] = []
    opened: int | None = None
    for stars in _STARS.finditer(text):
        start, end = stars.span()
        if opened is not None and not text[start - 1].isspace():
            marks += [(opened, opened + 2, "<strong>"), (start, end, "</strong>")]
            opened = None
        elif end < len(text) and not text[end].isspace():
            opened = start
    return marks
