"""ODT, for LibreOffice and Word: headings, tables with heading cells, a footer on every page."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from odfdo import Cell, Column, Document, Element, Header, Paragraph, Row, Style, Table
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

_LABEL, _VALUE, _TABLE, _BREAK, _FOOTER = "OLName", "OLWert", "OLTabelle", "OLNeueSeite", "OLFusszeile"
_COLUMN = "OLSpalte"
_MASTER = "//style:master-page[@style:name='Standard']"
_PAGE = "//style:page-layout-properties"


@cache
def look() -> str:
    """Changes whenever the same content would be written differently; part of the key of a document."""
    return hashlib.sha256(version("odfdo").encode() + Path(__file__).read_bytes()).hexdigest()


def write(
    elements: Iterable[Element], *, title: str, creator: str, made_on: str, footer: str, landscape: bool = False
) -> bytes:
    document = Document("text")
    document.body.clear()
    document.set_language("de-DE")
    document.meta.set_language("de-DE")
    document.meta.set_title(title)
    document.meta.set_creator(creator)
    made = datetime.fromisoformat(made_on)
    document.meta.set_creation_date(made)
    document.meta.set_modification_date(made)
    _styles(document, width="25.7cm" if landscape else "17cm")
    _footer(document, footer)
    if landscape:
        _turn(document)
    for number, element in enumerate(elements, start=1):
        if isinstance(element, Table):
            element.name = f"Tabelle{number}"
        document.body.append(element)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def heading(level: int, words: str, *, new_page: bool = False) -> Header:
    return Header(level, _clean(words), style=_BREAK) if new_page else Header(level, _clean(words))


def text(words: str) -> Paragraph:
    return Paragraph(_clean(words))


def facts(rows: Iterable[tuple[str, str]]) -> Table:
    """Names and what stands beside them."""
    table = _table("Angaben", (30, 70))
    for label, value in rows:
        table.append_row(_row([(label, _LABEL), (value, _VALUE)]))
    return table


def grid(headings: Sequence[str], rows: Iterable[Sequence[str]], *, widths: Sequence[int]) -> Table:
    """A table with a heading row that is repeated on every page. `widths` are shares in steps of five."""
    table = _table("Tabelle", widths)
    head = Element.from_tag("<table:table-header-rows/>")
    head.append(_row([(label, _LABEL) for label in headings]))
    table.append(head)
    for row in rows:
        table.append_row(_row([(words, _VALUE) for words in row]))
    return table


def _table(name: str, widths: Sequence[int]) -> Table:
    table = Table(name, style=_TABLE)
    for share in widths:
        table.append(Column(style=f"{_COLUMN}{share}"))
    return table


def _row(cells: Iterable[tuple[str, str]]) -> Row:
    row = Row()
    for words, style in cells:
        cell = Cell(style="OLZelle")
        for line in _clean(words).split("\n"):
            cell.append(Paragraph(line, style=style))
        row.append_cell(cell)
    return row


def _clean(words: str) -> str:
    """XML has no room for control characters."""
    return ILLEGAL_CHARACTERS_RE.sub("", words)


def _styles(document: Any, *, width: str) -> None:
    document.insert_style(Style("paragraph", name=_LABEL, area="text", bold=True), automatic=True)
    document.insert_style(Style("paragraph", name=_VALUE), automatic=True)
    document.insert_style(Style("paragraph", name=_FOOTER, area="text", size="8pt"))
    page_break = Style("paragraph", name=_BREAK, parent_style="Heading_20_1")
    page_break.set_properties({"fo:break-before": "page"}, area="paragraph")
    document.insert_style(page_break, automatic=True)
    document.insert_style(
        Element.from_tag(
            f'<style:style style:name="{_TABLE}" style:family="table"><style:table-properties style:width="{width}" '
            'table:align="margins" fo:margin-bottom="0.3cm"/></style:style>'
        ),
        automatic=True,
    )
    for share in range(5, 105, 5):
        document.insert_style(
            Element.from_tag(
                f'<style:style style:name="{_COLUMN}{share}" style:family="table-column">'
                f'<style:table-column-properties style:rel-column-width="{share}*"/></style:style>'
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


def _footer(document: Any, words: str) -> None:
    footer = Element.from_tag("<style:footer/>")
    for line in words.split("\n"):
        footer.append(Paragraph(line, style=_FOOTER))
    document.styles.get_element(_MASTER).append(footer)


def _turn(document: Any) -> None:
    """For tables with many columns."""
    page = document.styles.get_element(_PAGE)
    page.set_attribute("fo:page-width", "29.7cm")
    page.set_attribute("fo:page-height", "21cm")
    page.set_attribute("style:print-orientation", "landscape")
