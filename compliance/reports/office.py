"""The Book as ODT; the chains stand in the footer."""

from __future__ import annotations

from collections.abc import Iterable

from odfdo import Element

from compliance.reports.shape import Block, Book, Row
from core import odt


def write(book: Book) -> bytes:
    return odt.write(
        _elements(book),
        title=book.title,
        creator=book.front.municipality,
        made_on=book.made_on,
        footer=book.footer,
    )


def _elements(book: Book) -> Iterable[Element]:
    front = book.front
    yield odt.heading(1, front.title)
    yield odt.text(front.municipality)
    yield odt.text(front.subtitle)
    if front.scope:
        yield odt.text(front.scope)
    yield _table(front.facts)
    yield odt.text(" ".join(front.statement))
    if front.note:
        yield odt.text(front.note)
    yield odt.heading(2, front.proof_title)
    yield odt.text(front.proof_note)
    yield _table(front.proof)
    yield odt.heading(2, "Vorblatt")
    for block in front.parties:
        yield odt.heading(3, block.title)
        yield _table(block.rows)
    for sheet in book.sheets:
        yield odt.heading(1, sheet.heading, new_page=True)
        if sheet.is_ended:
            yield odt.text("Diese Verarbeitungstätigkeit ist beendet. Das Blatt bleibt zum Nachweis im Verzeichnis.")
        for block in sheet.blocks:
            yield from _block(block)


def _block(block: Block) -> Iterable[Element]:
    if block.title:
        yield odt.heading(2, block.title)
    if block.note:
        yield odt.text(block.note)
    yield _table(block.rows)


def _table(rows: Iterable[Row]) -> Element:
    return odt.facts((row.heading, row.text) for row in rows)
