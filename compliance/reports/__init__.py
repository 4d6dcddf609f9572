"""The Verarbeitungsverzeichnis as a document: stored content in, one gathered Book out, three writers beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.template.loader import get_template

from compliance.reports.front import document_title, footer_text, front_of
from compliance.reports.shape import Block, Book, Content, Front, Row, Sheet
from compliance.reports.sheets import retention_line, sheet_of
from core import canonical, odt, pdf

__all__ = [
    "Block", "Book", "Content", "Front", "Row", "Sheet", "book_of", "document_title", "front_html", "look",
    "retention_line", "section_key", "sheet_html", "sheet_of",
]  # fmt: skip

_TEMPLATES = ("pdf/vvt_front.html", "pdf/vvt_activity.html", "pdf/vvt_row.html", "pdf/contents.html")


@cache
def look() -> str:
    """Changes whenever the same content would be written differently; part of every key."""
    digest = hashlib.sha256(f"{pdf.fingerprint()} {version('openpyxl')} {odt.look()}".encode())
    for name in _TEMPLATES:
        digest.update((settings.BASE_DIR / "templates" / name).read_bytes())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def book_of(order: Content, contents: Sequence[Content]) -> Book:
    """The edition that was ordered, from the kept versions of its sheets."""
    front, heads, number = order["front"], order["heads"], order["number"]
    return Book(
        title=document_title(front),
        footer=footer_text(front, heads, number),
        made_on=order["made_on"],
        front=front_of(front, heads, contents, number=number, made_on=order["made_on"]),
        sheets=tuple(sheet_of(content) for content in contents),
    )


def section_key(sheet: Sheet, municipality: int) -> str:
    """Under which a rendered sheet is kept. Neither its place in the document nor a date is part of it."""
    return f"vvt-blatt:{municipality}:{canonical.sha256({'sheet': asdict(sheet), 'look': look()})}"


def sheet_html(sheet: Sheet) -> str:
    return get_template("pdf/vvt_activity.html").render({"sheet": sheet})


def front_html(front: Front, lines: Sequence[pdf.ContentsLine]) -> str:
    return get_template("pdf/vvt_front.html").render({"front": front, "lines": lines})
