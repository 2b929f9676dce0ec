"""Rows become a spreadsheet: CSV as Excel in Dutch reads it, and XLSX. What a neighbour typed is never a formula in it:
a program that opens the sheet must show it, not work it out. The only user of openpyxl."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

# What Excel, Calc and Sheets take for the beginning of a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# A name of a sheet holds no more, and none of these.
_TITLE = re.compile(r"[\\/*?:\[\]']")

Rows = Sequence[Sequence[Any]]


def csv_of(headings: Sequence[str], rows: Rows) -> bytes:
    """A CSV with semicolons, in UTF-8 with the mark by which Excel knows that."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_MINIMAL)
    writer.writerow([harmless(one) for one in headings])
    writer.writerows([harmless(one) for one in row] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_of(title: str, headings: Sequence[str], rows: Rows) -> bytes:
    """An XLSX with one sheet; every word in it is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_TITLE.sub(" ", _CONTROL.sub("", title))[:31].strip() or "1")
    sheet.column_dimensions["A"].width = 32
    sheet.column_dimensions["B"].width = 32
    bold = Font(bold=True)
    for number, row in enumerate([headings, *rows]):
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, _CONTROL.sub("", value) if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"  # else what begins with "=" is written as a formula
            if number == 0:
                cell.font = bold
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def harmless(value: Any) -> Any:
    """The same words with a mark before them where a spreadsheet would take them for a formula: CSV cannot say that
    they are text."""
    if not isinstance(value, str):
        return value
    words = _CONTROL.sub("", value)
    return f"'{words}" if words.startswith(_FORMULA) or words.lstrip().startswith(_FORMULA) else words
