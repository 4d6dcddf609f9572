"""One sheet a kind, with the uuid and the version of each row: an import of it changes exactly what was changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from core.cells import protected
from exchange.imports.fields import KINDS, NAME, exported
from exchange.imports.records import Record
from exchange.imports.tables import Cell, as_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
_WIDTHS = {"uuid": 14, "version": 8, "text": 30, "names": 30}
_BOLD, _MUTED = Font(bold=True), Font(color="666666", size=9)
_TOP = Alignment(vertical="top", wrap_text=True)


def workbook(found: Mapping[str, list[Record]]) -> bytes:
    made = Workbook(write_only=True)
    for kind, records in found.items():
        sheet = made.create_sheet(KINDS[kind])
        targets = exported(kind)
        sheet.freeze_panes = "D3"
        for number, target in enumerate(targets, start=1):
            width = 40 if target.key == NAME[kind] else _WIDTHS.get(target.kind, 20)
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.append([_styled(sheet, target.label, _BOLD) for target in targets])
        sheet.append([_styled(sheet, target.key, _MUTED) for target in targets])
        for record in records:
            sheet.append([_cell(sheet, record.cells.get(target.key)) for target in targets])
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def _styled(sheet: Any, text: str, font: Font) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font = font
    return cell


def _cell(sheet: Any, value: Cell) -> Any:
    if isinstance(value, datetime | date):
        cell: Any = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]
        cell.number_format = "DD.MM.YYYY"
    elif isinstance(value, int) and not isinstance(value, bool):
        cell = WriteOnlyCell(sheet, value)
    else:
        cell = WriteOnlyCell(sheet, None)
        text = ILLEGAL_CHARACTERS_RE.sub("", as_text(value))
        if text:
            # As text, whatever it begins with; as text, too, for Excel, which would read 03/2026 as a day.
            cell.value, cell.data_type, cell.number_format = protected(text), "s", "@"
    cell.alignment = _TOP
    return cell


def separated(kind: str, records: list[Record]) -> bytes:
    """CSV as German spreadsheets read it: semicolons, UTF-8 with its mark."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    targets = exported(kind)
    writer.writerow([target.label for target in targets])
    writer.writerow([target.key for target in targets])
    for record in records:
        writer.writerow([protected(as_text(record.cells.get(target.key))) for target in targets])
    return stream.getvalue().encode("utf-8-sig")
