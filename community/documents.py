"""A PDF that somebody brings: looked into before it is kept. A flyer, minutes or a letter hold words and pictures; what
does more than that by itself (a program, a hidden file, a form that sends itself) is refused in words. It is never
opened here: what can be read in it decides, and what cannot be read is refused too."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from community.errors import Invalid
from community.language import gettext as _

BEGINS = b"%PDF-"
# The last line of a PDF; printers and mail programs put a little behind it.
_END, _TAIL = b"%%EOF", 1024
# What stands in packed parts is unpacked to look for names, and never further than this: a flyer has some 100 KB of it.
_UNPACKED_MAX = 32 * 1024 * 1024
_HEAD = re.compile(rb"%PDF-(?:1\.[0-7]|2\.0)[\s\x80-\xff%]")
# Names of ISO 32000 for what acts by itself or carries something along. Each is long enough not to stand in the bytes
# of a picture by chance.
_ACTING = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE|Movie|Rendition)(?![A-Za-z0-9_.-])"
)
_LOCKED = re.compile(rb"/Encrypt(?![A-Za-z0-9_.-])")
_PAGE = re.compile(rb"<\s*(?:script|html|!doctype|svg|\?php)\b", re.I)
# A name may be written with signs as numbers: /J#61vaScript.
_NUMBERED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
# What is packed after it, a dictionary before it says; packed objects hold names, packed pages and pictures do not.
_DICTIONARY = 4096
_OBJECTS = re.compile(rb"/ObjStm(?![A-Za-z0-9_.-])")


def check(raw: bytes) -> None:
    """Nothing, when it is a PDF of words and pictures.

    Raises:
        Invalid: under "bestand", in words.
    """
    if not _HEAD.match(raw) or _END not in raw[-_TAIL:]:
        raise Invalid({"bestand": _("Deze PDF is niet heel. Sla hem opnieuw op en probeer het nog eens.")})
    if _PAGE.search(raw[:_TAIL]) or zipfile.is_zipfile(BytesIO(raw)):
        raise Invalid({"bestand": _("In deze PDF zit nog iets anders verborgen. Kies een ander bestand.")})
    for part in _parts(raw):
        plain = _named(part)
        if _LOCKED.search(plain):
            raise Invalid(
                {"bestand": _("Op deze PDF zit een wachtwoord. Sla hem op zonder wachtwoord en probeer het nog eens.")}
            )
        if _ACTING.search(plain):
            raise Invalid(
                {
                    "bestand": _(
                        "In deze PDF zit een programma of een ander bestand. Dat kunnen wij niet plaatsen. "
                        "Druk hem af naar een nieuwe PDF."
                    )
                }
            )


def _named(part: bytes) -> bytes:
    return _NUMBERED.sub(lambda sign: bytes([int(sign[1], 16)]), part)


def _parts(raw: bytes) -> Iterator[bytes]:
    """Where names of objects can stand: in the file as it is, and in packed objects."""
    yield raw
    left = _UNPACKED_MAX
    for stream in _STREAM.finditer(raw):
        before = raw[max(0, stream.start() - _DICTIONARY) : stream.start()].rpartition(b" obj")[2]
        if _OBJECTS.search(_named(before)):
            unpacked = _unpacked(memoryview(raw)[stream.end() :], left)
            left -= len(unpacked)
            yield unpacked


def _unpacked(packed: memoryview, most: int) -> bytes:
    try:
        made = zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        made = b""
    if not 0 < len(made) < most:
        raise Invalid({"bestand": _("Deze PDF kunnen wij niet lezen. Sla hem opnieuw op en probeer het nog eens.")})
    return made
