"""The list as it was read, with a remark at every cell that has to be put right."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet

from core.cells import protected
from exchange.imports.errors import Problem
from exchange.imports.tables import SUMMARY, Book, Cell, Sheet, as_text

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FAULTY = PatternFill("solid", fgColor="FFD9D4")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\']")


def workbook(book: Book, problems: list[Problem]) -> bytes:
    """Same sheets, same rows, same columns; what a spreadsheet could take for a formula is protected."""
    made = Workbook()
    _summarize(made.worksheets[0], problems)
    for sheet in book.sheets:
        worksheet = made.create_sheet(_NOT_IN_TITLES.sub(" ", sheet.name)[:31] or "Liste")
        _copy(sheet, worksheet)
        for problem in problems:
            if problem.sheet == sheet.name:
                _remark(worksheet, sheet, problem)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def _summarize(worksheet: Worksheet, problems: list[Problem]) -> None:
    """Every remark once more, with its place; this sheet is not read when the list comes back."""
    worksheet.title = SUMMARY
    head = ("Tabelle", "Stelle", "Überschrift", "Wert", "Was zu tun ist")
    lines = [
        (one.sheet, f"{one.column}{one.row}" if one.row is not None else "", one.heading, one.value, one.message)
        for one in problems
    ]
    for row, line in enumerate((head, *lines), start=1):
        for column, text in enumerate(line, start=1):
            _write(worksheet.cell(row, column), text)
    for cell in worksheet[1]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDE", (24, 10, 30, 30, 90), strict=True):
        worksheet.column_dimensions[letter].width = width
    worksheet.freeze_panes = "A2"


def _offset(sheet: Sheet) -> int:
    """The keys of a JSON list come first, so its first entry stands in row 2."""
    return 0 if sheet.lettered else 1


def _copy(sheet: Sheet, worksheet: Worksheet) -> None:
    for number, cells in sheet.rows:
        for column, value in enumerate(cells, start=1):
            if value is not None:
                _write(worksheet.cell(number + _offset(sheet), column), value)


def _write(cell: Any, value: Cell) -> None:
    if isinstance(value, datetime | date):
        cell.value, cell.number_format = value, "DD.MM.YYYY"
    elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**15:
        cell.value = value
    else:
        # As a string even where it begins with "=": openpyxl would make a formula of it.
        cell.value = protected(ILLEGAL_CHARACTERS_RE.sub("", as_text(value)))
        cell.data_type = "s"


def _remark(worksheet: Worksheet, sheet: Sheet, problem: Problem) -> None:
    row = (problem.row if problem.row is not None else _first_row(sheet)) + _offset(sheet)
    cell = worksheet.cell(max(row, 1), _column(sheet, problem))
    text = problem.message if cell.comment is None else f"{cell.comment.text}\n\n{problem.message}"
    cell.comment = Comment(ILLEGAL_CHARACTERS_RE.sub("", text)[:2000], "Offenlage", height=160, width=320)
    cell.fill = _FAULTY


def _first_row(sheet: Sheet) -> int:
    return sheet.rows[0][0] if sheet.rows else 1


def _column(sheet: Sheet, problem: Problem) -> int:
    if problem.column:
        return column_index_from_string(problem.column)
    if not sheet.lettered and problem.heading and sheet.rows:
        keys = [as_text(cell) for cell in sheet.rows[0][1]]
        return keys.index(problem.heading) + 1 if problem.heading in keys else 1
    return 1
