"""What people bring: photos and documents, checked (`photos.py`, `documents.py`) and stored under a name made of their
content. Files lie in INSTANCE/files: faces by their name, what hangs on a message in its own folder `attached`."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, current_app

from community import aside, documents, photos
from community.errors import Invalid
from community.language import gettext as _

# What a mail with a photo weighs at most; a photo of a telephone is 2 to 8 MB.
BYTES_MAX = 20 * 1024 * 1024
SIZES = photos.FACE_SIZES
KINDS = photos.FACE_KINDS
# So many folders share what hangs on messages, by the first two letters of the names.
PARTS = 256
_NAME = re.compile(r"[0-9a-f]{32}")
_ATTACHED = "attached"
_DOCUMENT = ".pdf"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of a message as it was stored: its kind ("photo", "pdf"), name in the store, and bytes; of a photo the
    width and height in pixels."""

    kind: str
    name: str
    size: int
    width: int | None = None
    height: int | None = None


# ---- faces ---------------------------------------------------------------------------------------------------------


def store_portrait(raw: bytes) -> str:
    """Store a photo of a person as squares of 256 and 96 pixels; returns its name. The same photo has the same name.

    Raises:
        Invalid: too large, or not a photo; under "foto", in words.
    """
    if len(raw) > BYTES_MAX:
        raise Invalid({"foto": _("Deze foto is te groot. Hij mag 20 MB zijn. Kies een kleinere foto.")})
    made = aside.compute(photos.portrait, raw)
    name = hashlib.sha256(made[f"{SIZES[0]}.jpg"]).hexdigest()[:32]
    _write_all(_folder(name), name, {f"-{ending}": content for ending, content in made.items()})
    return name


def path_of(name: str, size: int, kind: str = "jpg") -> Path | None:
    """The file of a stored portrait, or None when there is none."""
    if not _NAME.fullmatch(name) or size not in SIZES or kind not in KINDS:
        return None
    return _there(_folder(name) / f"{name}-{size}.{kind}")


def remove(name: str) -> None:
    """Throw a portrait away; nothing happens when it is not there."""
    for size in SIZES:
        for kind in KINDS:
            path = path_of(name, size, kind)
            if path is not None:
                path.unlink(missing_ok=True)


# ---- what hangs on a message ---------------------------------------------------------------------------------------


def store(raw: bytes, salt: str) -> Stored:
    """Store a photo or a PDF; what it is, its content says. The name is made of the content and `salt`: the same file
    brought twice to one form has one name, and what is thrown away there is nobody else's.

    Raises:
        Invalid: too large, neither photo nor PDF, or with something in it that does not belong there; under "bestand",
            in words.
    """
    if len(raw) > BYTES_MAX:
        raise Invalid({"bestand": _("Dit bestand is te groot. Het mag 20 MB zijn. Kies een kleiner bestand.")})
    name = hashlib.sha256(salt.encode() + b"\0" + hashlib.sha256(raw).digest()).hexdigest()[:32]
    if raw.startswith(documents.BEGINS):
        aside.compute(documents.check, raw)
        _write_all(_folder(name, _ATTACHED), name, {_DOCUMENT: raw})
        return Stored("pdf", name, len(raw))
    made = aside.compute(photos.photo, raw)
    contents = {f"-{ending}": content for ending, content in made.contents.items()}
    _write_all(_folder(name, _ATTACHED), name, contents)
    return Stored("photo", name, sum(map(len, made.contents.values())), made.width, made.height)


def photo_path(name: str, size: int, kind: str) -> Path | None:
    """The file of a photo of a message, or None when there is none."""
    if not _NAME.fullmatch(name) or size not in photos.SIZES or kind not in photos.KINDS:
        return None
    return _there(_folder(name, _ATTACHED) / f"{name}-{size}.{kind}")


def document_path(name: str) -> Path | None:
    """The file of a PDF of a message, or None when there is none."""
    return _there(_folder(name, _ATTACHED) / f"{name}{_DOCUMENT}") if _NAME.fullmatch(name) else None


def throw_away(name: str) -> None:
    """Throw away what hung on a message, in all its sizes; nothing happens when it is not there."""
    if _NAME.fullmatch(name):
        for path in _folder(name, _ATTACHED).glob(f"{name}*"):
            path.unlink(missing_ok=True)


def stored_in(part: int) -> Mapping[str, float]:
    """Name of everything that hangs on messages in one of the `PARTS` folders, with the moment (seconds since 1970) at
    which the last of it was written. What was written only in half is among it."""
    found: dict[str, float] = {}
    for entry in _entries(_folder(f"{part:02x}", _ATTACHED)):
        try:
            written = entry.stat().st_mtime
        except FileNotFoundError:  # thrown away while we look
            continue
        name = entry.name[:32]
        found[name] = max(written, found.get(name, 0.0))
    return found


def init_app(app: Flask) -> None:
    """Nobody knows any file yet."""
    app.extensions["files known"] = []


def known_to(app: Flask, names: Callable[[str, str], Iterable[str]]) -> None:
    """A room keeps names of files: `names(first, after)` gives those from one up to another. What no room knows is
    cleared away."""
    app.extensions["files known"].append(names)


def known_in(part: int) -> set[str]:
    """The names that some room keeps, of one of the `PARTS` folders."""
    first, after = f"{part:02x}", f"{part + 1:02x}" if part + 1 < PARTS else "g"
    return {name for names in current_app.extensions["files known"] for name in names(first, after)}


def _entries(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in folder.iterdir() if _NAME.match(path.name))


# ---- the disk ------------------------------------------------------------------------------------------------------


def _folder(name: str, *parts: str) -> Path:
    return Path(current_app.config["INSTANCE"], "files", *parts, name[:2])


def _there(path: Path) -> Path | None:
    return path if path.is_file() else None


def _write_all(folder: Path, name: str, contents: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for ending, content in contents.items():
        _write(folder / f"{name}{ending}", content)


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing: under another name first."""
    half = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with half.open("xb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    half.replace(path)
