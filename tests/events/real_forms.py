"""A form of a page as a browser would send it: what stands in its fields, for a test to change and post."""

from __future__ import annotations

from html.parser import HTMLParser

Attributes = dict[str, str | None]


class _Forms(HTMLParser):
    """Every form of a page: its address, and its fields as they stand there."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._select: str | None = None
        self._textarea: str | None = None
        self._option: str | None = None

    @property
    def _fields(self) -> dict[str, str]:
        return self.forms[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said: Attributes = dict(attrs)
        name = said.get("name")
        if tag == "form":
            self.forms.append((said.get("action") or "", {}))
        elif not self.forms:
            return
        elif tag == "input" and name:
            self._input(said, name)
        elif tag == "textarea" and name:
            self._textarea, self._fields[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in said or self._select not in self._fields):
            self._fields[self._select] = said.get("value") or ""

    def _input(self, said: Attributes, name: str) -> None:
        kind = said.get("type") or "text"
        if kind in {"file", "submit"} or (kind in {"radio", "checkbox"} and "checked" not in said):
            return
        self._fields[name] = said.get("value") or ("on" if kind == "checkbox" else "")

    def handle_data(self, data: str) -> None:
        if self._textarea:
            # A line break right after the tag is not part of what was typed.
            self._fields[self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = None
        elif tag == "select":
            self._select = None


def form_of(page: str, address: str) -> dict[str, str]:
    """The fields of the form on a page that goes to this address."""
    found = _Forms()
    found.feed(page)
    return next(fields for action, fields in found.forms if action == address)
