"""A sheet as the readers hand it on: numbered rows of plain, cleaned cells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from core.cells import unprotected

MAX_ROWS = 5_000
MAX_COLUMNS = 150
# Title lines above the headings do not count as rows of the list.
HEADER_SEARCH = 15
MAX_CELL = 32_767
# The sheet with which a returned list begins; never read.
SUMMARY = "Was zu berichtigen ist"

_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_INVISIBLE = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2007": " ", "\ufeff": "", "\u200b": "", "\u00ad": ""})
_ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#NV", "#WERT!", "#BEZUG!", "#ZAHL!")


@dataclass(frozen=True)
class Fault:
    """A cell that holds nothing usable; the text says why and what to do."""

    message: str
    shown: str = ""


Cell = str | int | float | bool | date | datetime | time | timedelta | list[str] | Fault | None


@dataclass
class Sheet:
    name: str
    rows: list[tuple[int, tuple[Cell, ...]]] = field(default_factory=list)
    # JSON has keys instead of letters.
    lettered: bool = True
    unit: str = "Zeile"

    @property
    def width(self) -> int:
        return max((len(cells) for _, cells in self.rows), default=0)

    @cached_property
    def by_number(self) -> dict[int, tuple[Cell, ...]]:
        return dict(self.rows)

    def row(self, number: int) -> tuple[Cell, ...]:
        return self.by_number.get(number, ())


@dataclass
class Book:
    """Everything that was read from one file, and what was left aside on purpose."""

    sheets: list[Sheet]
    notes: list[str] = field(default_factory=list)


def clean(value: Any) -> Cell:
    """Text without invisible characters and the protection of our own exports; other values as they are."""
    if isinstance(value, str):
        return _clean_text(value)
    if isinstance(value, list):
        return _clean_list(value)
    if value is None or isinstance(value, bool | int | float | date | time | timedelta):
        return _clean_number(value)
    return Fault("Der Wert hat einen Typ, der hier nicht vorgesehen ist. Tragen Sie Text ein.", type(value).__name__)


def _clean_number(value: Any) -> Cell:
    if isinstance(value, float) and value != value or value in (float("inf"), float("-inf")):
        return Fault("Der Wert ist keine Zahl. Tragen Sie Text ein oder leeren Sie die Zelle.", str(value))
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**18:
        return Fault("Die Zahl ist zu groß. Tragen Sie Text ein.", f"{str(value)[:20]}…" if abs(value) < 10**99 else "")
    return value


def _clean_list(values: list[Any]) -> Cell:
    found: list[str] = []
    for value in values:
        cleaned = clean(value)
        if isinstance(cleaned, Fault):
            return cleaned
        if not isinstance(cleaned, str | int | float) or isinstance(cleaned, bool):
            return Fault("In der Liste steht etwas anderes als Text.", shown(value))
        found.append(shown(cleaned))
    return found


def _clean_text(text: str) -> Cell:
    if "\0" in text:
        return Fault("Die Zelle enthält ein ungültiges Zeichen (NUL). Löschen Sie den Inhalt und tippen Sie ihn neu.")
    try:
        text.encode()
    except UnicodeEncodeError:
        return Fault("Die Zelle enthält ein beschädigtes Zeichen. Löschen Sie den Inhalt und tippen Sie ihn neu.")
    if len(text) > MAX_CELL:
        return Fault(f"Der Text hat mehr als {MAX_CELL} Zeichen. Kürzen Sie ihn.", text[:40])
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_INVISIBLE)
    text = _CONTROL.sub(" ", text).strip()
    if text in _ERRORS:
        return Fault(
            f"Die Zelle zeigt den Excel-Fehler {text}. Tragen Sie den Wert ein oder leeren Sie die Zelle.", text
        )
    return unprotected(text).strip() or None


def shown(value: Any, limit: int = 80) -> str:
    """A cell as a person would write it, for messages."""
    if isinstance(value, Fault):
        return value.shown
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, datetime | date):
        return f"{value.day:02d}.{value.month:02d}.{value.year:04d}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, list):
        value = "; ".join(str(item) for item in value)
    text = "" if value is None else str(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def as_text(value: Cell) -> str:
    return shown(value, limit=10 * MAX_CELL)


def is_empty(cells: Sequence[Cell]) -> bool:
    return all(cell is None for cell in cells)
