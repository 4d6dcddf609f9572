"""The shape of a document: one gathered content that PDF, XLSX and ODT write down alike."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from compliance.rules.vocabulary import NOT_GIVEN
from core.text import format_date

Content = Mapping[str, Any]

NONE_GIVEN = "keine angegeben"

# Only a line that is nothing but an address becomes a link.
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WEB = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class Line:
    """One line of a value; an address can be followed."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Row:
    """One name and what stands beside it; without lines the reader sees `empty`."""

    label: str
    lines: tuple[Line, ...]
    norm: str = ""
    empty: str = NOT_GIVEN

    @property
    def heading(self) -> str:
        return f"{self.label} ({self.norm})" if self.norm else self.label

    @property
    def text(self) -> str:
        """The value as every writer shows it."""
        return "\n".join(line.text for line in self.lines) or self.empty


@dataclass(frozen=True)
class Block:
    """Rows under a heading. `kind` says what it repeats: systems and controllers are lists of their own in XLSX."""

    title: str
    rows: tuple[Row, ...]
    note: str = ""
    kind: str = ""
    together: bool = False


@dataclass(frozen=True)
class Sheet:
    """The Hauptblatt of one activity."""

    reference: str
    title: str
    is_ended: bool
    blocks: tuple[Block, ...]

    @property
    def heading(self) -> str:
        return f"{self.reference} {self.title}"


@dataclass(frozen=True)
class Front:
    """Cover and Vorblatt."""

    title: str
    subtitle: str
    municipality: str
    scope: str
    statement: tuple[str, str]
    is_complete: bool
    note: str
    facts: tuple[Row, ...]
    parties: tuple[Block, ...]
    proof: tuple[Row, ...]
    list_heading: str
    proof_title: str = "Nachweis der Unverändertheit"
    proof_note: str = (
        "Jede Änderung im Register steht in einer fortlaufenden Prüfkette. Diese Werte galten, als die Fassung "
        "angefordert wurde. Sie stehen gekürzt in jeder Fußzeile. Ändert später jemand einen früheren Eintrag, "
        "passt die Kette nicht mehr zu ihnen."
    )


@dataclass(frozen=True)
class Book:
    """Everything one edition says: the only thing that a writer reads."""

    title: str
    footer: str
    made_on: str
    front: Front
    sheets: tuple[Sheet, ...]


def row(label: str, value: str | Sequence[str], *, norm: str = "", empty: str = NOT_GIVEN) -> Row:
    parts = [value] if isinstance(value, str) else value
    lines = tuple(line(text.strip()) for part in parts for text in part.splitlines() if text.strip())
    # An article is read in one piece: neither its blanks nor the hyphen of "KI-VO" may end a line.
    return Row(label, lines, norm.replace(" ", "\u00a0").replace("-", "\u2011"), empty)


def line(text: str) -> Line:
    if _EMAIL.fullmatch(text):
        return Line(text, f"mailto:{text}")
    return Line(text, text if _WEB.fullmatch(text) else "")


def joined(content: Content, *keys: str) -> list[str]:
    return [content[key] for key in keys if content[key]]


def labels(keys: Sequence[str], table: Mapping[str, str]) -> list[str]:
    return [table.get(key, key) for key in keys]


def day(iso: str | None) -> str:
    return format_date(date.fromisoformat(iso)) if iso else ""
