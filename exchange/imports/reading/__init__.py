"""From the bytes of a file to sheets. Whatever a file holds, the only error that leaves here is BadFile."""

from __future__ import annotations

from exchange.imports import guards
from exchange.imports.errors import BadFile
from exchange.imports.reading import delimited, jsonlist, workbook
from exchange.imports.tables import SUMMARY, Book, is_empty

_READERS = {"xlsx": workbook.read, "csv": delimited.read, "json": jsonlist.read}


def read(content: bytes, filename: str) -> Book:
    """Every sheet of the file that holds anything."""
    book = _READERS[guards.kind_of(content, filename)](content)
    book.sheets = [
        sheet for sheet in book.sheets if sheet.name != SUMMARY and not all(is_empty(cells) for _, cells in sheet.rows)
    ]
    if not book.sheets:
        raise BadFile("In der Datei steht nichts. Wählen Sie die Datei mit Ihrer Liste.")
    return book
