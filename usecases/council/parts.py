"""The shape of the report: chapters with sentences, facts and tables, all of them plain data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from core.text import format_date

NONE = "Keine."
# The widths of four columns of nearly the same size, on paper; the last one takes what is left.
FOUR = ("b20", "b25", "b25", "b30")


def chapter(
    title: str,
    *tables: dict[str, Any] | None,
    text: Sequence[str] = (),
    facts: Iterable[tuple[str, object]] = (),
    nothing: str = NONE,
) -> dict[str, Any]:
    """A chapter with nothing in it says so."""
    shown = [table for table in tables if table and table["rows"]]
    rows = [[label, str(value)] for label, value in facts]
    return {
        "title": title,
        "text": list(text),
        "facts": rows,
        "tables": shown,
        "nothing": "" if shown or rows else nothing,
    }


def table(
    caption: str, headings: Sequence[tuple[str, str]], rows: Iterable[Sequence[str | list[str]]]
) -> dict[str, Any]:
    """`headings`: label and width on paper. A cell is a text or several lines."""
    return {
        "caption": caption,
        "headings": [[label, width] for label, width in headings],
        "rows": [
            [[cell] if isinstance(cell, str) else [line for line in cell if line] for cell in row] for row in rows
        ],
    }


def day(value: date | datetime | None) -> str:
    if value is None:
        return ""
    return format_date(timezone.localdate(value) if isinstance(value, datetime) else value)


def number_of(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
