"""From the bytes somebody uploaded to the entries of a calendar: which characters, where a line goes on, where an entry
begins and ends. Knows nothing of activities; what an entry means is decided in `entries.py`. Names and addresses of who
was invited are not even read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo

from community.errors import Refused
from community.language import gettext as _
from events import ical
from events.ical import Part

# A thousand activities with a page of text each; somebody's whole life since 2005 is larger, and not for neighbours.
MAX_BYTES = 2 * 1024 * 1024
MAX_ENTRIES = 4000
# A zone is thirty lines; the zones of a whole world in one file are not looked at.
_ZONE_LINES, _ZONES = 400, 20
# Who organises, who was invited, and what else is about people or telephones, is not read.
_READ = frozenset({
    "UID", "SUMMARY", "DESCRIPTION", "LOCATION", "CATEGORIES", "DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE",
    "RDATE", "EXDATE", "RECURRENCE-ID", "SEQUENCE", "STATUS",
})  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9-]+(?=[;:])")
_BROKEN_UTF8 = re.compile(rb"\xc3[\x80-\xbf]")


class FileRefused(Refused):
    """The whole file cannot be used; `sentence` says why and what to do."""

    status = 422


@dataclass(slots=True)
class Entry:
    """An entry (VEVENT) as it stands there: where it begins, and its lines by name. `broken` says that a line of it, or
    its end, cannot be read."""

    line: int
    parts: dict[str, list[Part]] = field(default_factory=dict)
    broken: str = ""

    def first(self, name: str) -> Part | None:
        """The line with this name, or the first of several."""
        found = self.parts.get(name)
        return found[0] if found else None

    def said(self, name: str) -> str:
        """What that line says, as text; empty without it."""
        found = self.first(name)
        return ical.words(found.value).strip() if found else ""


@dataclass(frozen=True, slots=True)
class File:
    """A calendar that can be read. `zones` are those that it defines itself; `others` counts what is no activity."""

    entries: Sequence[Entry]
    zones: Mapping[str, str]
    others: int
    is_cancelled: bool
    _made: dict[str, tzinfo | None] = field(default_factory=dict)

    def zone(self, name: str) -> tzinfo | None:
        """The zone of this name; None when nobody knows it."""
        if name not in self._made:
            self._made[name] = ical.zone_named(name)
            if self._made[name] is None and name in self.zones:
                self._made[name] = ical.zone_defined(self.zones[name])
        return self._made[name]


def read_file(raw: bytes) -> File:
    """Read an .ics file as calendars write it: UTF-8 with or without byte order mark, UTF-16 with one, or Windows-1252;
    any line ending; lines of any length.

    Raises:
        FileRefused: it is another kind of file, too large, empty, or holds no activity.
    """
    if len(raw) > MAX_BYTES:
        raise FileRefused(too_large(len(raw)))
    _refuse_other_kinds(raw)
    walk = _Walk()
    for line, said in _unfolded(_decoded(raw)):
        walk.take(line, said)
    walk.end()
    if not walk.is_calendar:
        raise FileRefused(_("Dit is geen agenda. Kies in uw agenda: exporteren, als .ics-bestand."))
    if walk.is_old:
        raise FileRefused(_("Dit is een heel oud soort agenda. Kies in uw agenda: exporteren, als .ics-bestand."))
    if not walk.entries:
        raise FileRefused(_("In dit bestand staat geen enkele activiteit. Er is niets veranderd."))
    return File(walk.entries, walk.zones, walk.others, walk.is_cancelled)


def too_large(size: int) -> str:
    """What to say of a file of so many bytes."""
    return _(
        "Dit bestand is %(size)s MB. Wij lezen hoogstens %(limit)s MB. Exporteer alleen de agenda van de activiteiten.",
        size=-(-size // 2**20),
        limit=MAX_BYTES // 2**20,
    )


def _refuse_other_kinds(raw: bytes) -> None:
    """A file's first bytes tell what it is, whatever its name says."""
    start = raw[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not raw.strip():
        raise FileRefused(_("Dit bestand is leeg. Exporteer de agenda opnieuw."))
    if raw.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")):
        raise FileRefused(_("Dit is een ingepakt bestand (ZIP). Pak het eerst uit, en kies dan het .ics-bestand."))
    if start.startswith(b"%PDF"):
        raise FileRefused(_("Dit is een PDF, geen agenda. Kies in uw agenda: exporteren, als .ics-bestand."))
    if start.lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise FileRefused(_("Dit is een webpagina, geen agenda. Kies in uw agenda: exporteren, als .ics-bestand."))
    if raw.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0")):
        raise FileRefused(_("Dit is geen agenda. Kies in uw agenda: exporteren, als .ics-bestand."))


def _decoded(raw: bytes) -> str:
    """The text. What is UTF-8 in one place and not in another is refused: half the accents would be wrong."""
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            text = raw.decode("utf-16")
        else:
            try:
                text = raw.decode("utf-8-sig")
            except UnicodeDecodeError:
                # Some break a line in the middle of a letter: put together it is whole again.
                whole = re.sub(rb"\r?\n[ \t]", b"", raw)
                text = whole.decode("cp1252" if not _BROKEN_UTF8.search(whole) else "utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused(_("Er staan tekens in die wij niet kunnen lezen. Exporteer de agenda opnieuw.")) from None
    if "\x00" in text:
        raise FileRefused(_("Er staan tekens in die niet in tekst horen. Exporteer de agenda opnieuw."))
    return text


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Each line with where it begins; one that begins with a space goes on with the line before it. So does one that
    has no name: some programs forget the space."""
    begin, pieces = 0, list[str]()
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        if pieces and line[:1] in (" ", "\t"):
            pieces.append(line[1:])
        elif pieces and line and not _NAME.match(line):
            pieces.append("\\n" + line)
        elif line.strip():
            if pieces:
                yield begin, "".join(pieces)
            begin, pieces = number, [line]
    if pieces:
        yield begin, "".join(pieces)


class _Walk:
    """Goes through the lines of a file, and keeps the entries and zones that it meets."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.zones: dict[str, str] = {}
        self.is_calendar = self.is_old = self.is_cancelled = False
        self._others: Counter[str] = Counter()
        self._open: list[str] = []  # what has begun and not ended
        self._entry: Entry | None = None
        self._zone: list[str] | None = None

    @property
    def others(self) -> int:
        return self._others["VTODO"] + self._others["VJOURNAL"] + self._others["VFREEBUSY"]

    def take(self, line: int, said: str) -> None:
        name = said[: said.find(":")].partition(";")[0].strip().upper() if ":" in said else ""
        value = said.partition(":")[2].strip().upper()
        if name == "BEGIN":
            self._begin(line, value)
        if self._zone is not None and len(self._zone) < _ZONE_LINES:
            self._zone.append(said)
        if name == "END":
            self._end(value)
        elif self._entry is not None:
            if name in _READ and self._open[-1:] == ["VEVENT"]:
                self._keep(self._entry, line, said)
        elif name == "VERSION" and value.startswith("1."):
            self.is_old = True
        elif name == "METHOD" and value == "CANCEL":
            self.is_cancelled = True

    def end(self) -> None:
        """The file ends; an entry that did not is cut off."""
        if self._entry is not None:
            self._cut_off(self._entry)

    def _begin(self, line: int, value: str) -> None:
        if value == "VCALENDAR":
            self.is_calendar = True
        if value in ("VEVENT", "VCALENDAR") and self._entry is not None:
            self._cut_off(self._entry)
            self._open.clear()
        self._open.append(value)
        self._others[value] += 1
        if value == "VEVENT" and self.is_calendar:
            if len(self.entries) >= MAX_ENTRIES:
                raise FileRefused(
                    _("Er staan meer dan %(n)s activiteiten in. Exporteer een kleinere agenda.", n=MAX_ENTRIES)
                )
            self._entry = Entry(line)
            self.entries.append(self._entry)
        elif value == "VTIMEZONE" and len(self.zones) < _ZONES:
            self._zone = []

    def _end(self, value: str) -> None:
        if value in self._open:
            while self._open.pop() != value:
                pass
        if value == "VEVENT":
            self._entry = None
        elif value == "VTIMEZONE" and self._zone is not None:
            names = [one.partition(":")[2].strip() for one in self._zone if one.upper().startswith("TZID")]
            if names and len(self._zone) < _ZONE_LINES:
                self.zones[names[0]] = "\r\n".join(self._zone) + "\r\n"
            self._zone = None

    def _keep(self, entry: Entry, line: int, said: str) -> None:
        found = ical.part(line, said)
        if found is None:
            entry.broken = entry.broken or _("Regel %(line)s kunnen wij niet lezen.", line=line)
        else:
            entry.parts.setdefault(found.name, []).append(found)

    def _cut_off(self, entry: Entry) -> None:
        entry.broken = _("Deze activiteit is niet af: het bestand is daar afgebroken.")
        self._entry = None
