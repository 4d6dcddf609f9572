"""XLSX with openpyxl in its streaming mode, with limits counted while reading."""

from __future__ import annotations

import io
import logging
import re
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any

import openpyxl
import openpyxl.xml
from openpyxl.utils import get_column_letter

from exchange.imports import guards
from exchange.imports.errors import BadFile, FileTooBig
from exchange.imports.tables import HEADER_SEARCH, MAX_COLUMNS, MAX_ROWS, Book, Cell, Fault, Sheet, clean

logger = logging.getLogger(__name__)

MAX_SHEETS = 30
# Rows of a sheet as Excel numbers them, and cells looked at; formatted but empty ones count too.
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
MAX_VISITED = 5_000_000
# openpyxl keeps an object for every cell of a row and for every row; counted before anything is parsed.
MAX_ELEMENTS = 600_000
_ELEMENT = re.compile(rb"<(?:\w+:)?(c|row|si|r)[ />]")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
_BROKEN = (
    "Die Excel-Datei ist beschädigt und lässt sich nicht lesen. Öffnen Sie sie in Ihrem Tabellenprogramm und speichern "
    "Sie sie neu als „Excel-Arbeitsmappe (*.xlsx)“."
)
_TOO_FAR = (
    "Das Tabellenblatt reicht viel weiter als Ihre Liste, meist durch Formate in leeren Zellen. Kopieren Sie nur die Liste "
    "in eine neue Arbeitsmappe und speichern Sie diese."
)


class _Budget:
    def __init__(self) -> None:
        self.rows = MAX_ROWS + HEADER_SEARCH
        self.visited = MAX_VISITED


def read(content: bytes) -> Book:
    # Without defusedxml openpyxl would expand entities; it is a requirement, never an option.
    if not openpyxl.xml.DEFUSEDXML:
        raise RuntimeError("defusedxml is missing")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(content)
    except BadFile:
        raise
    # openpyxl raises whatever a malformed part makes it stumble over, from KeyError to zlib.error.
    except Exception as error:
        logger.info("workbook refused: %s: %s", type(error).__name__, str(error)[:200])
        raise BadFile(_BROKEN) from error


def _read(content: bytes) -> Book:
    _check_elements(content)
    book, budget = Book([]), _Budget()
    values = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    if len(values.worksheets) > MAX_SHEETS:
        raise BadFile(
            f"Die Datei hat mehr als {MAX_SHEETS} Tabellenblätter. Behalten Sie nur die Blätter mit Ihren Listen."
        )
    for worksheet in values.worksheets:
        if worksheet.sheet_state != "visible":
            book.notes.append(f"Das ausgeblendete Blatt „{worksheet.title}“ wird nicht gelesen.")
        else:
            book.sheets.append(Sheet(str(clean(worksheet.title) or "Tabelle"), _rows(worksheet, budget)))
    if _has_formulas(content):
        _mark_formulas(content, book)
    return book


def _check_elements(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if not name.lower().startswith(guards.BIG_XML):
                continue
            _check_part(archive.read(name))


def _check_part(part: bytes) -> None:
    in_row = 0
    for count, found in enumerate(_ELEMENT.finditer(part), start=1):
        in_row = in_row + 1 if found[1] == b"c" else 0
        if count > MAX_ELEMENTS or in_row > LAST_COLUMN:
            raise FileTooBig(_TOO_FAR)


def _rows(worksheet: Any, budget: _Budget) -> list[tuple[int, tuple[Cell, ...]]]:
    found: list[tuple[int, tuple[Cell, ...]]] = []
    for number, raw in _raw_rows(worksheet, budget):
        cells = tuple(clean(value) for value in raw)
        if all(cell is None for cell in cells):
            continue
        budget.rows -= 1
        if budget.rows < 0:
            raise FileTooBig(f"Die Datei hat mehr als {MAX_ROWS} Zeilen. Teilen Sie die Liste auf mehrere Dateien auf.")
        found.append((number, cells))
    return found


def _raw_rows(worksheet: Any, budget: _Budget) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Rows that hold a value, cut behind their last one. Padding rows and empty cells cost nothing but the count."""
    # What a file says about its own extent is often wrong, in both directions.
    worksheet.reset_dimensions()
    for number, raw in enumerate(worksheet.iter_rows(values_only=True), start=1):
        budget.visited -= len(raw)
        if number > LAST_ROW or budget.visited < 0:
            raise FileTooBig(_TOO_FAR)
        width = next((len(raw) - i for i, value in enumerate(reversed(raw)) if value not in (None, "")), 0)
        if width > MAX_COLUMNS:
            raise FileTooBig(
                f"Zeile {number} reicht über mehr als {MAX_COLUMNS} Spalten. Löschen Sie die Spalten, die nicht zur Liste "
                "gehören."
            )
        if width:
            yield number, raw[:width]


def _has_formulas(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if name.lower().startswith("xl/worksheets/sheet")]
        return any(_FORMULA.search(archive.read(name)) for name in names)


def _mark_formulas(content: bytes, book: Book) -> None:
    """A formula that was never calculated has no value; left alone it would look like an empty cell."""
    formulas = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    shown = {sheet.title: sheet for sheet in formulas.worksheets}
    for sheet in book.sheets:
        if sheet.name in shown:
            sheet.rows = _with_faults(sheet, shown[sheet.name])


def _with_faults(sheet: Sheet, worksheet: Any) -> list[tuple[int, tuple[Cell, ...]]]:
    known = dict(sheet.rows)
    for number, raw in _raw_rows(worksheet, _Budget()):
        cells = list(known.get(number, ()))
        for index, value in enumerate(raw):
            if not (isinstance(value, str) and value.startswith("=")) or (
                index < len(cells) and cells[index] is not None
            ):
                continue
            cells += [None] * (index + 1 - len(cells))
            place = f"{get_column_letter(index + 1)}{number}"
            cells[index] = Fault(
                f"Zelle {place} enthält eine Formel ohne Ergebnis. Öffnen Sie die Datei in Ihrem Tabellenprogramm, lassen "
                "Sie rechnen und speichern Sie sie, oder tragen Sie den Wert ein.",
                value[:40],
            )
        if cells:
            known[number] = tuple(cells)
    return sorted(known.items())
