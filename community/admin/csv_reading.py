"""From the bytes somebody uploaded to a table of text: which characters, which separator, where each row begins. Knows
nothing of dwellings; what the columns mean is decided in `columns`, what the cells mean in `cells`."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from community.errors import Refused
from community.language import gettext as _

# 80,000 dwellings with their residents are about 12 MB; the web server stops at the same size.
MAX_BYTES = 25 * 1024 * 1024
# The widest export we have seen has some 90 columns. More is a wrong separator or a wrong file.
MAX_COLUMNS = 300
# A quarter of a million rows is three of the largest associations in one file; more costs memory, not insight.
MAX_ROWS = 250_000
# What a spreadsheet can hold in one cell. A longer one is a quotation mark that was never closed.
MAX_CELL = 32_767
# Enough of a row to find it again, too little to copy a private life into an error list.
SHOWN_CELLS, SHOWN_CHARACTERS = 3, 60

DELIMITERS = (";", ",", "\t")
_END = "\x00end"  # NUL cannot occur in a file that we accept, so this line is ours alone
_EXCEL_HINT = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_BROKEN_UTF8 = re.compile(rb"\xc3[\x80-\xbf]")


class ImportRefused(Refused):
    """The whole file cannot be used; `sentence` says why and what to do."""

    status = 422


@dataclass(frozen=True, slots=True)
class LineError:
    """One thing that is wrong or remarkable: the line in the file (1 is the first), the column's own name (empty when
    it is about the whole row), what stood there, and a sentence for the administrator."""

    line: int
    column: str
    value: str
    sentence: str


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of one row, as many as the header has; `line` is the line in the file where the row begins."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A readable file: its header, its rows, and the rows that have another number of cells."""

    filename: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    rows: tuple[TableRow, ...]
    errors: tuple[LineError, ...]


def read_table(raw: bytes, filename: str) -> Table:
    """Read a CSV file as a Dutch ERP system or a spreadsheet writes it.

    Accepts UTF-8 with or without byte order mark, UTF-16 with one, and Windows-1252; separated by semicolon, comma or
    tab; quoted as in RFC 4180; any line ending; Excel's "sep=;" line on top; empty lines.

    Raises:
        ImportRefused: it is another kind of file, too large, empty, or its header cannot be understood.
    """
    if len(raw) > MAX_BYTES:
        raise ImportRefused(
            _(
                "Dit bestand is %(size)s MB. Wij lezen hoogstens %(limit)s MB. Maak bijvoorbeeld een bestand per wijk.",
                size=-(-len(raw) // 2**20),
                limit=MAX_BYTES // 2**20,
            )
        )
    _refuse_other_kinds(raw)
    text, encoding = _decode(raw)
    if not text.strip():
        raise ImportRefused(_("Dit bestand is leeg. Maak de export opnieuw."))
    start, delimiter = _find_header(text)
    records = _records(text, delimiter, start)
    header_line, header_cells = next(records)
    header = _check_header(header_cells, header_line)
    rows, errors = _split_rows(records, header, delimiter)
    if not rows and not errors:
        raise ImportRefused(_("In dit bestand staan alleen kolomnamen. Er zijn geen regels om te lezen."))
    return Table(PurePath(filename).name or filename, encoding, delimiter, header, tuple(rows), tuple(errors))


def _refuse_other_kinds(raw: bytes) -> None:
    """A file's first bytes tell what it is, whatever its name says."""
    how_to = _("Open het in Excel en kies: Opslaan als, CSV UTF-8.")
    start = raw[:512].lstrip()
    if raw.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        raise ImportRefused(_("Dit is geen CSV maar een Excel- of ZIP-bestand.") + " " + how_to)
    if raw.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise ImportRefused(_("Dit is geen CSV maar een oud Excel-bestand.") + " " + how_to)
    if start.startswith(b"%PDF"):
        raise ImportRefused(_("Dit is geen CSV maar een PDF. Vraag uw systeem om een export als CSV."))
    if start.lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise ImportRefused(_("Dit is geen CSV maar een webpagina of XML-bestand.") + " " + how_to)
    if raw.startswith((b"\x1f\x8b", b"7z\xbc\xaf", b"Rar!")):
        raise ImportRefused(_("Dit is geen CSV maar een ingepakt bestand. Pak het eerst uit."))
    if raw.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        raise ImportRefused(_("Dit is geen CSV maar een foto of plaatje."))


def _decode(raw: bytes) -> tuple[str, str]:
    """The text and the name of the encoding. Undecidable bytes refuse: a letter to "Ren?e" is worse than none."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        text, encoding = _decoded(raw, "utf-16"), "UTF-16"
    elif raw.startswith(b"\xef\xbb\xbf"):
        text, encoding = _decoded(raw, "utf-8-sig"), "UTF-8"
    else:
        try:
            text, encoding = raw.decode("utf-8"), "UTF-8"
        except UnicodeDecodeError as error:
            if _BROKEN_UTF8.search(raw):
                # Windows-1252 would take these bytes, and turn every "é" that was right into "Ã©".
                raise _unreadable_character(raw, error.start) from error
            text, encoding = _decoded(raw, "cp1252"), "Windows-1252"
    if "\x00" in text:
        raise ImportRefused(_("In dit bestand staan tekens die niet in tekst horen. Kies bij het opslaan: CSV UTF-8."))
    return text.rstrip("\x1a"), encoding  # old systems still end a file with Control-Z


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unreadable_character(raw, error.start) from error


def _unreadable_character(raw: bytes, position: int) -> ImportRefused:
    return ImportRefused(
        _(
            "Op regel %(line)s staat een teken dat wij niet kunnen lezen. Kies bij het opslaan: CSV UTF-8.",
            line=raw.count(b"\n", 0, position) + 1,
        )
    )


def _find_header(text: str) -> tuple[int, str]:
    """How many lines stand above the header, and what separates the columns in it."""
    for skipped, line in enumerate(io.StringIO(text, newline="")):
        hint = _EXCEL_HINT.fullmatch(line)
        if hint and skipped == 0:
            if hint[1] not in DELIMITERS:
                break
            continue
        if not line.strip(";,\t\r\n "):
            continue
        counts = {delimiter: _count_outside_quotes(line, delimiter) for delimiter in DELIMITERS}
        delimiter = max(DELIMITERS, key=counts.__getitem__)  # at a draw the first: Dutch Excel writes semicolons
        if not counts[delimiter]:
            break
        if counts[delimiter] >= MAX_COLUMNS:
            raise ImportRefused(
                _(
                    "Dit bestand heeft meer dan %(limit)s kolommen. Is het wel de goede export?",
                    limit=MAX_COLUMNS,
                )
            )
        return skipped, delimiter
    raise ImportRefused(
        _("Wij zien geen kolommen. De eerste regel hoort kolomnamen te hebben, met puntkomma's ertussen.")
    )


def _count_outside_quotes(line: str, delimiter: str) -> int:
    return sum(part.count(delimiter) for part in line.split('"')[::2])


def _records(text: str, delimiter: str, start: int) -> Iterator[tuple[int, list[str]]]:
    """Every row with the line it begins on; a quoted cell may hold line breaks.

    Raises:
        ImportRefused: a quotation mark is opened and never closed, so the rest of the file is one cell.
    """

    def lines() -> Iterator[str]:
        source = io.StringIO(text, newline="")
        for _skipped in range(start):
            next(source)
        yield from source
        yield _END

    if text[-1] not in "\r\n":
        text += "\n"
    reader = csv.reader(lines(), delimiter=delimiter)
    begin = start + 1
    while True:
        try:
            record = next(reader)
        except csv.Error as error:
            raise _unclosed_quote(begin) from error
        if record == [_END]:
            return
        if len(record) > MAX_COLUMNS * 4 or any(len(cell) > MAX_CELL or _END in cell for cell in record):
            raise _unclosed_quote(begin)
        yield begin, record
        begin = start + reader.line_num + 1


def _unclosed_quote(line: int) -> ImportRefused:
    sentence = _('Op regel %(line)s begint een aanhalingsteken (") dat nergens eindigt. Haal het weg.', line=line)
    return ImportRefused(sentence)


def _check_header(cells: Sequence[str], line: int) -> tuple[str, ...]:
    """The column names without decoration and without empty columns at the end.

    Raises:
        ImportRefused: one name stands above two columns.
    """
    names = [" ".join(cell.split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    seen: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        key = unicodedata.normalize("NFKC", name).casefold()
        if key and key in seen:
            raise ImportRefused(
                _(
                    "De kolom “%(name)s” staat er twee keer: als kolom %(first)s en als kolom %(second)s. "
                    "Geef er een een andere naam of haal die weg.",
                    name=name[:SHOWN_CHARACTERS],
                    first=seen[key],
                    second=position,
                )
            )
        seen[key] = position
    if len(names) < 2:
        raise ImportRefused(_("Op regel %(line)s horen kolomnamen te staan. Wij zien er hoogstens een.", line=line))
    return tuple(names)


def _split_rows(
    records: Iterator[tuple[int, list[str]]], header: tuple[str, ...], delimiter: str
) -> tuple[list[TableRow], list[LineError]]:
    width = len(header)
    rows: list[TableRow] = []
    errors: list[LineError] = []
    for line, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
            del cells[width:]
        if len(rows) + len(errors) >= MAX_ROWS:
            raise ImportRefused(_("Dit bestand heeft meer dan %(limit)s regels. Verdeel het.", limit=MAX_ROWS))
        if len(cells) != width:
            errors.append(_wrong_width(line, cells, width, delimiter))
        elif tuple(" ".join(cell.split()) for cell in cells) == header:
            raise ImportRefused(
                _(
                    "De kolomnamen staan op regel %(line)s nog een keer. "
                    "Zijn er twee bestanden aan elkaar geplakt? Geef ze ons een voor een.",
                    line=line,
                )
            )
        else:
            rows.append(TableRow(line, tuple(cells)))
    return rows, errors


def _wrong_width(line: int, cells: Sequence[str], width: int, delimiter: str) -> LineError:
    shown = delimiter.join(" ".join(cell.split()) for cell in cells[:SHOWN_CELLS])[:SHOWN_CHARACTERS]
    if len(cells) < width:
        sentence = _("Deze regel heeft te weinig kolommen: %(found)s in plaats van %(expected)s.")
    else:
        sentence = _("Deze regel heeft te veel kolommen: %(found)s in plaats van %(expected)s.")
    return LineError(line, "", shown, sentence % {"found": len(cells), "expected": width})
