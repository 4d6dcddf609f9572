"""The Book as ODT, for LibreOffice and Word: headings, tables with heading cells, the chains in the footer."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import datetime

from odfdo import Cell, Document, Element, Header, Paragraph, Style, Table
from odfdo import Row as TableRow
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from compliance.reports.shape import Block, Book, Row

_LABEL, _VALUE, _TABLE, _BREAK, _FOOTER = "OLName", "OLWert", "OLTabelle", "OLNeueSeite", "OLFusszeile"
_MASTER = "//style:master-page[@style:name='Standard']"


def write(book: Book) -> bytes:
    document = Document("text")
    document.body.clear()
    document.set_language("de-DE")
    document.meta.set_language("de-DE")
    document.meta.set_title(book.title)
    document.meta.set_creator(book.front.municipality)
    made = datetime.fromisoformat(book.made_on)
    document.meta.set_creation_date(made)
    document.meta.set_modification_date(made)
    _styles(document)
    _footer(document, book.footer)
    for number, element in enumerate(_elements(book), start=1):
        if isinstance(element, Table):
            element.name = f"Tabelle{number}"
        document.body.append(element)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _elements(book: Book) -> Iterable[Element]:
    front = book.front
    yield Header(1, front.title)
    yield _text(front.municipality)
    yield _text(front.subtitle)
    if front.scope:
        yield _text(front.scope)
    yield _table(front.facts)
    yield _text(" ".join(front.statement))
    if front.note:
        yield _text(front.note)
    yield Header(2, "Nachweis der Unverändertheit")
    yield _table(front.proof)
    yield Header(2, "Vorblatt")
    for block in front.parties:
        yield Header(3, block.title)
        yield _table(block.rows)
    for sheet in book.sheets:
        yield Header(1, sheet.heading, style=_BREAK)
        if sheet.is_ended:
            yield _text("Diese Verarbeitungstätigkeit ist beendet. Das Blatt bleibt zum Nachweis im Verzeichnis.")
        for block in sheet.blocks:
            yield from _block(block)


def _block(block: Block) -> Iterable[Element]:
    if block.title:
        yield Header(2, block.title)
    if block.note:
        yield _text(block.note)
    yield _table(block.rows)


def _table(rows: Iterable[Row]) -> Table:
    table = Table("Angaben", style=_TABLE)
    for row in rows:
        line = TableRow()
        line.append_cell(_cell(row.heading, _LABEL))
        line.append_cell(_cell(row.text, _VALUE))
        table.append_row(line)
    return table


def _cell(text: str, style: str) -> Cell:
    cell = Cell(style="OLZelle")
    # XML has no room for control characters.
    for line in ILLEGAL_CHARACTERS_RE.sub("", text).split("\n"):
        cell.append(Paragraph(line, style=style))
    return cell


def _text(text: str) -> Paragraph:
    return Paragraph(text)


def _styles(document: Document) -> None:
    document.insert_style(Style("paragraph", name=_LABEL, area="text", bold=True), automatic=True)
    document.insert_style(Style("paragraph", name=_VALUE), automatic=True)
    document.insert_style(Style("paragraph", name=_FOOTER, area="text", size="8pt"))
    page_break = Style("paragraph", name=_BREAK, parent_style="Heading_20_1")
    page_break.set_properties({"fo:break-before": "page"}, area="paragraph")
    document.insert_style(page_break, automatic=True)
    document.insert_style(
        Element.from_tag(
            f'<style:style style:name="{_TABLE}" style:family="table"><style:table-properties style:width="17cm" '
            'table:align="margins" fo:margin-bottom="0.3cm"/></style:style>'
        ),
        automatic=True,
    )
    document.insert_style(
        Element.from_tag(
            '<style:style style:name="OLZelle" style:family="table-cell"><style:table-cell-properties '
            'fo:border-bottom="0.5pt solid #a0a8b4" fo:padding="0.1cm"/></style:style>'
        ),
        automatic=True,
    )


def _footer(document: Document, text: str) -> None:
    """On every page: which edition, and where the chains stood."""
    footer = Element.from_tag("<style:footer/>")
    for line in text.split("\n"):
        footer.append(Paragraph(line, style=_FOOTER))
    document.styles.get_element(_MASTER).append(footer)
