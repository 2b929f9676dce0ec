"""What did you type? The file that somebody chose, the columns they picked, and which letters they want."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from werkzeug.datastructures import FileStorage

from community.admin.columns import FIELDS, LABELS, Field, Kind, choose_mapping
from community.admin.csv_reading import ImportRefused
from community.admin.import_work import Columns
from community.errors import Invalid
from community.language import gettext as _
from community.text import clean_line

FILE = "bestand"
# Longer is a mistake; it stands in a sentence.
FILENAME_MAX = 120


def read_upload(file: FileStorage | None) -> tuple[bytes, str]:
    """The bytes and the name of the chosen file.

    Raises:
        Invalid: no file was chosen.
    """
    name = filename(file.filename if file else None)
    if file is None or not name:
        raise Invalid({FILE: _("Kies eerst een bestand.")})
    return file.read(), name


def filename(given: str | None) -> str:
    """The name of a file without the folders that some browsers put before it."""
    return clean_line(PurePath((given or "").replace("\\", "/")).name, FILENAME_MAX)


def read_columns(form: Mapping[str, str], header: Sequence[str]) -> Columns:
    """The kind of file and the column of each field.

    Raises:
        Invalid: a field that is needed has no column, or a column cannot be used; by the name of the select.
    """
    kind = next((kind for kind in Kind if kind.value == form.get("soort")), None)
    if kind is None:
        raise Invalid({"soort": _("Kies wat er in het bestand staat.")})
    choices = {
        field: int(place)
        for field in FIELDS[kind]
        if (place := form.get(f"kolom-{field.value}", "")).isdecimal() and len(place) < 5
    }
    try:
        mapping = choose_mapping(header, kind, choices)
    except ImportRefused as refusal:
        raise Invalid({"kolommen": refusal.sentence}) from refusal
    if mapping.missing:
        raise Invalid({f"kolom-{field.value}": _missing(field) for field in mapping.missing})
    return Columns(kind, choices)


def _missing(field: Field) -> str:
    if field is Field.NAME:
        return _("Kies een kolom voor de naam, of voor de achternaam.")
    return _("Kies een kolom voor: %(field)s.", field=LABELS[field])
