"""The Book as XLSX: the Vorblatt, a row for every activity, and lists of what repeats within one."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime

from openpyxl import Workbook

from compliance.reports.shape import Book, Row, Sheet
from core import cells

_LISTS = {"system": "KI-Systeme", "controller": "Verantwortliche"}


def write(book: Book) -> bytes:
    workbook = Workbook()
    workbook.properties.title, workbook.properties.creator = book.title, book.front.municipality
    workbook.properties.created = workbook.properties.modified = datetime.fromisoformat(book.made_on)
    first = workbook.active
    assert first is not None
    first.title = "Vorblatt"
    cells.fill(first, ("Angabe", "Inhalt"), _front(book), widths=(46, 90))
    activities = [(sheet, (), _common(sheet)) for sheet in book.sheets]
    cells.fill(workbook.create_sheet("Tätigkeiten"), *_table((), activities), widths=(14, 34, 28))
    for kind, name in _LISTS.items():
        blocks = [(s, (b.title.partition(": ")[2],), b.rows) for s in book.sheets for b in s.blocks if b.kind == kind]
        if blocks:
            cells.fill(workbook.create_sheet(name), *_table((name,), blocks), widths=(14, 34, 34, 28))
    cells.fill(
        workbook.create_sheet("Abschnitte"), ("Abschnitt", "Hinweis", "Angaben"), _sections(book), widths=(40, 80)
    )
    for each in workbook.worksheets:
        # A footer holds at most 255 characters: the chains alone, as every page of the PDF shows them.
        each.oddFooter.left.text = book.footer.partition("\n")[2]
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _front(book: Book) -> list[Sequence[str]]:
    front = book.front
    rows = [("Titel", front.title), ("Rechtsgrundlage", front.subtitle), ("Hinweis", " ".join(front.statement))]
    rows += [("Stand", front.note)] if front.note else []
    rows += [(row.heading, row.text) for row in front.facts]
    rows += [(f"{block.title}: {row.heading}", row.text) for block in front.parties for row in block.rows]
    return [*rows, (front.proof_title, front.proof_note), *((row.heading, row.text) for row in front.proof)]


def _sections(book: Book) -> list[Sequence[str]]:
    """Under which heading and with which note the other writers show what the tables hold in one row."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for block in (block for sheet in book.sheets for block in sheet.blocks if block.title):
        key = (_LISTS.get(block.kind, block.title), block.note)
        found.setdefault(key, {}).update(dict.fromkeys(row.heading for row in block.rows))
    return [(title, note, "\n".join(headings)) for (title, note), headings in found.items()]


def _common(sheet: Sheet) -> list[Row]:
    return [row for block in sheet.blocks if not block.kind for row in block.rows]


def _table(
    more: Sequence[str], lines: Iterable[tuple[Sheet, Sequence[str], Sequence[Row]]]
) -> tuple[list[str], list[list[str]]]:
    """Headings in the order of the sheets, and a line each. A row that one sheet lacks is an empty cell there."""
    lines = list(lines)
    headings = _headings([rows for _, _, rows in lines])
    found = []
    for sheet, values, rows in lines:
        texts = {row.heading: row.text for row in rows}
        found.append([sheet.reference, sheet.title, *values, *(texts.get(heading, "") for heading in headings)])
    return ["Nummer", "Bezeichnung", *more, *headings], found


def _headings(lines: Iterable[Sequence[Row]]) -> list[str]:
    """Every heading once, each after the one it follows on its sheet."""
    headings: list[str] = []
    for rows in lines:
        at = 0
        for row in rows:
            if row.heading not in headings:
                headings.insert(at, row.heading)
            at = headings.index(row.heading) + 1
    return headings


def list_file(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A plain list with one heading row."""
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = title
    cells.fill(sheet, headings, rows, widths=(14, 30))
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()
