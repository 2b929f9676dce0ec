"""Reads HTML with the standard library's parser, which shares no code with the cleaners it is to judge."""

from html.parser import HTMLParser

ALLOWED: dict[str, set[str]] = {
    "p": {"dir"},
    "ul": {"dir"},
    "ol": {"dir"},
    "li": set(),
    "br": set(),
    "strong": set(),
    "a": {"href", "rel"},
}


class ParsedHtml(HTMLParser):
    """What stands in HTML: `elements` (name, attributes), `text`, `others` (comments and such)."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.others: list[str] = []
        self._words: list[str] = []
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        return "".join(self._words)

    @property
    def hrefs(self) -> list[str]:
        return [attributes.get("href") or "" for name, attributes in self.elements if name == "a"]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "a" and tag != "strong":
            self._words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"p", "li", "ul", "ol"}:
            self._words.append("\n")

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)


def hazards(html: str) -> list[str]:
    """Everything in a piece of HTML that a post may not hold; an empty list is a safe post."""
    try:
        parsed = ParsedHtml(html)
    except AssertionError as error:  # how html.parser of Python 3.11 refuses "<![>"
        return [f"a broken declaration: {error}"]
    found = [f"not an element or text: {other!r}" for other in parsed.others]
    for name, attributes in parsed.elements:
        if name not in ALLOWED:
            found.append(f"element <{name}>")
            continue
        found += [f"attribute {attribute} on <{name}>" for attribute in attributes.keys() - ALLOWED[name]]
        if name == "a" and attributes.get("rel") != "nofollow noopener ugc":
            found.append(f"a link with rel={attributes.get('rel')!r}")
        if "dir" in attributes and attributes["dir"] != "auto":
            found.append(f"dir={attributes['dir']!r}")
        scheme, colon, _ = (attributes.get("href") or "https:").partition(":")
        if not colon or scheme.lower() not in {"http", "https", "mailto", "tel"}:
            found.append(f"address {attributes['href']!r}")
    return found
