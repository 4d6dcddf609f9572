"""Text in spreadsheets: no cell we write may be taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")
# What a cell of XLSX can hold.
MAX_LENGTH = 32_767
_HEAD = PatternFill("solid", fgColor="E4EAF1")


def protected(text: str) -> str:
    """For every XLSX and CSV we write: a spreadsheet must never take a text for a formula."""
    return f"'{text}" if text.lstrip("'").startswith(FORMULA_STARTS) else text


def for_cell(text: str) -> str:
    """The same, without what a cell of XLSX cannot hold."""
    return protected(ILLEGAL_CHARACTERS_RE.sub("", text))[:MAX_LENGTH]


def unprotected(text: str) -> str:
    """The reverse of `protected`, for lists that come back."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS) else text


def fill(sheet: Worksheet, headings: Sequence[str], rows: Iterable[Sequence[str]], *, widths: Sequence[int]) -> None:
    """A table of texts with a heading row that stays in view; widths in characters, the last one repeats."""
    for number, row in enumerate([headings, *rows], start=1):
        for column, text in enumerate(row, start=1):
            cell: Any = sheet.cell(number, column)
            cell.value = for_cell(text)
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font, cell.fill = Font(bold=True), _HEAD
    for column in range(1, len(headings) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = widths[min(column, len(widths)) - 1]
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = "landscape", 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """As German spreadsheets open it with a double click: semicolons, and UTF-8 that says so. For a streamed answer."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    encoding = "utf-8-sig"
    for row in chain([headings], rows):
        writer.writerow([protected(text) for text in row])
        yield out.getvalue().encode(encoding)
        out.seek(0)
        out.truncate()
        encoding = "utf-8"


def csv_bytes(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    return b"".join(csv_lines(headings, rows))
