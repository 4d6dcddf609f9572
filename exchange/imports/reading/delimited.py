"""CSV as German programs write it: semicolons, cp1252, with or without BOM, sometimes UTF-16 with tabs."""

from __future__ import annotations

import csv
import io
import re

from exchange.imports.errors import BadFile, FileTooBig
from exchange.imports.tables import HEADER_SEARCH, MAX_CELL, MAX_COLUMNS, MAX_ROWS, Book, Cell, Fault, Sheet, clean

DELIMITERS = (";", "\t", ",", "|")
_SEP_LINE = re.compile(r"^sep=(.)\n")
_WRAPPED = re.compile(r'^="([^"]*)"$')
_SHEET_NAME = "Liste"


def read(content: bytes) -> Book:
    text = _decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    announced = _SEP_LINE.match(text)
    delimiter = announced[1] if announced else _delimiter(text)
    rows = _rows(text, delimiter, skip=1 if announced else 0)
    return Book([Sheet(_SHEET_NAME, rows)])


def _decoded(content: bytes) -> str:
    for start, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if content.startswith(start):
            return _strictly(content, encoding)
    if b"\0" in content:
        raise BadFile("Die Datei enthält ungültige Zeichen (NUL). Speichern Sie die Liste neu als CSV oder XLSX.")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return _strictly(content, "cp1252")


def _strictly(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise BadFile(
            "Der Zeichensatz der Datei ist nicht lesbar. Speichern Sie die Liste als „CSV UTF-8“ oder als XLSX."
        ) from error


def _delimiter(text: str) -> str:
    """The sign that gives the most columns in the same number, row after row."""
    sample = "\n".join(text.split("\n", 60)[:60])[:200_000]
    return max(DELIMITERS, key=lambda sign: (_regularity(sample, sign), -DELIMITERS.index(sign)))


def _regularity(sample: str, sign: str) -> int:
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=sign) if any(row)]
    except csv.Error:
        return 0
    wide = [width for width in widths if width > 1]
    if not wide:
        return 0
    usual = max(set(wide), key=lambda width: (wide.count(width), width))
    return wide.count(usual) * 1000 // len(widths) * usual


def _rows(text: str, delimiter: str, *, skip: int) -> list[tuple[int, tuple[Cell, ...]]]:
    found: list[tuple[int, tuple[Cell, ...]]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, raw in enumerate(reader, start=1):
            if number <= skip or not any(raw):
                continue
            _check(number, raw, len(found))
            found.append((number, tuple(_cell(value) for value in raw)))
    except csv.Error as error:
        raise BadFile(
            f"Ab Zeile {reader.line_num} ist die Datei nicht als CSV lesbar, vermutlich fehlt ein Anführungszeichen. "
            "Speichern Sie die Liste als XLSX."
        ) from error
    return found


def _check(number: int, raw: list[str], count: int) -> None:
    if count >= MAX_ROWS + HEADER_SEARCH:
        raise FileTooBig(f"Die Datei hat mehr als {MAX_ROWS} Zeilen. Teilen Sie die Liste auf mehrere Dateien auf.")
    if any(raw[MAX_COLUMNS:]):
        raise FileTooBig(
            f"Zeile {number} hat mehr als {MAX_COLUMNS} Spalten. Löschen Sie die Spalten, die nicht zur Liste gehören."
        )
    if any(len(value) > MAX_CELL for value in raw):
        raise BadFile(
            f"In Zeile {number} ist eine Zelle länger als {MAX_CELL} Zeichen, vermutlich fehlt ein Anführungszeichen. "
            "Speichern Sie die Liste als XLSX."
        )


def _cell(value: str) -> Cell:
    # Excel writes ="0815" to keep leading zeros.
    wrapped = _WRAPPED.match(value.strip())
    if wrapped:
        return clean(wrapped[1])
    if value.lstrip().startswith("="):
        return Fault("Die Zelle beginnt mit „=“ wie eine Formel. Tragen Sie den Wert ein.", value.strip()[:40])
    return clean(value)
