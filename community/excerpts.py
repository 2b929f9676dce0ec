"""A piece of a text around what was looked for, with those words marked."""

from __future__ import annotations

from markupsafe import Markup

from community import dutch

EXCERPT = 220
_BEFORE = 70


def excerpt(plain: str, stems: frozenset[str], length: int = EXCERPT) -> Markup:
    """A piece of a text around the first word that was asked for, with those words marked."""
    line = " ".join(plain.split())
    spans = [(word.start, word.end) for word in dutch.words(line) if not stems.isdisjoint(word.stems + word.parts)]
    first = spans[0][0] if spans else 0
    start = 0 if len(line) <= length or first <= _BEFORE else line.rfind(" ", 0, first - _BEFORE + 1) + 1
    if start < first - 2 * _BEFORE:
        start = first
    end = len(line)
    if end - start > length:
        end = line.rfind(" ", start + length // 2, start + length)
        end = end if end > start else start + length
        if spans and end < spans[0][1]:
            end = min(spans[0][1], start + 2 * length)
    made, at = [Markup("… ") if start else Markup()], start
    for left, right in spans:
        if left >= start and right <= end:
            made += [Markup.escape(line[at:left]), Markup("<mark>{}</mark>").format(line[left:right])]
            at = right
    made += [Markup.escape(line[at:end]), Markup("…") if end < len(line) else Markup()]
    return Markup().join(made)
