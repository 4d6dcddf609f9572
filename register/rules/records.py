"""Fields that hold a list of records (laws, risks, measurements): their columns, their check, and their words.

Plain data: the form, the import and every page read this one table. A record is a mapping of column key to text;
days are ISO dates. Field keys: FIELDS numbers 28, 33, 34 and 50.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

TEXT, DAY, URL, CHOICE = "text", "day", "url", "choice"
MOST = 40

ASSESSMENT_KINDS = {
    "dpia": "Datenschutz-Folgenabschätzung (Art. 35 DSGVO)",
    "threshold": "Schwellwertanalyse",
    "fria": "Grundrechte-Folgenabschätzung (Art. 27 KI-VO)",
    "security": "Sicherheitskonzept",
    "other": "andere Prüfung",
}
RISK_STATES = {
    "open": "offen",
    "planned": "Maßnahme geplant",
    "done": "Maßnahme umgesetzt",
    "accepted": "Restrisiko getragen",
}


@dataclass(frozen=True)
class Column:
    key: str
    label: str
    kind: str = TEXT
    longest: int = 300
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)


COLUMNS: dict[str, tuple[Column, ...]] = {
    "lawful_basis_grouping": (
        Column("title", "Norm mit Paragraf", required=True),
        Column("link", "Adresse des Textes", URL, 500),
        Column("as_of", "Fassung vom", DAY),
    ),
    "impact_assessments": (
        Column("type", "Art der Prüfung", CHOICE, required=True, choices=ASSESSMENT_KINDS),
        Column("date", "Datum", DAY),
        Column("result", "Ergebnis", longest=300),
        Column("summary", "Zusammenfassung für die Öffentlichkeit", longest=2000),
        Column("link", "Adresse", URL, 500),
        Column("why_not", "Warum nicht nötig", longest=1000),
    ),
    "risks": (
        Column("name", "Risiko", required=True, longest=200),
        Column("text", "Was kann passieren?", longest=1000),
        Column("measure", "Maßnahme", longest=1000),
        Column("state", "Stand", CHOICE, choices=RISK_STATES),
    ),
    "metrics": (
        Column("name", "Was gemessen wird", required=True, longest=200),
        Column("value", "Wert mit Einheit", required=True, longest=100),
        Column("measured_on", "Gemessen am", DAY),
        Column("method", "Wie gemessen", longest=500),
    ),
}


def problems_of(key: str, records: Any) -> list[str]:
    """What is wrong with the records of one field, one German sentence each, with the number of the line."""
    return problems_in(COLUMNS[key], records)


def problems_in(columns: tuple[Column, ...], records: Any) -> list[str]:
    if not isinstance(records, list) or any(not isinstance(record, dict) for record in records):
        return ["Die Angabe ist keine Liste von Zeilen."]
    if len(records) > MOST:
        return [f"Möglich sind {MOST} Zeilen."]
    return [
        f"Zeile {number}: {text}"
        for number, record in enumerate(records, 1)
        for text in _problems_of_one(columns, record)
    ]


def _problems_of_one(columns: tuple[Column, ...], record: Mapping[str, Any]) -> Iterable[str]:
    known = {column.key for column in columns}
    if unknown := sorted(set(record) - known):
        yield f"Die Spalte „{unknown[0]}“ gibt es nicht."
    for column in columns:
        value = record.get(column.key, "")
        if not isinstance(value, str):
            yield f"„{column.label}“ muss Text sein."
        elif not value:
            if column.required:
                yield f"Füllen Sie „{column.label}“ aus."
        elif problem := _problem_of_value(column, value):
            yield problem


def _problem_of_value(column: Column, value: str) -> str:
    if "\0" in value:
        return f"„{column.label}“ enthält ein Zeichen, das sich nicht speichern lässt (NUL)."
    if len(value) > column.longest:
        return f"„{column.label}“ hat {len(value)} Zeichen, möglich sind {column.longest}."
    if column.kind == CHOICE and value not in column.choices:
        return f"„{value}“ steht bei „{column.label}“ nicht zur Wahl."
    if column.kind == URL and not value.startswith(("https://", "http://")):
        return f"„{column.label}“ beginnt mit https://."
    if column.kind == DAY and not _is_day(value):
        return f"„{column.label}“ ist kein gültiges Datum."
    return ""


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def words_of(key: str, records: Iterable[Mapping[str, str]]) -> list[str]:
    """One German line a record: "§ 27 SGB X; Fassung vom: 01.02.2026"."""
    return [_words_of_one(COLUMNS[key], record) for record in records]


def _words_of_one(columns: tuple[Column, ...], record: Mapping[str, str]) -> str:
    first, *others = columns
    parts = [said(first, record.get(first.key, ""))]
    parts += [f"{c.label}: {said(c, value)}" for c in others if (value := record.get(c.key, ""))]
    return "; ".join(part for part in parts if part)


def said(column: Column, value: str) -> str:
    if column.kind == CHOICE:
        return column.choices.get(value, value)
    if column.kind == DAY and _is_day(value):
        return f"{date.fromisoformat(value):%d.%m.%Y}"
    return value


SEPARATOR = " | "


def to_lines(key: str, records: Iterable[Mapping[str, str]]) -> str:
    """The records for one cell of a list: a line each, columns in their order. `from_lines` reads it back."""
    return "\n".join(
        SEPARATOR.join(said(c, record.get(c.key, "")).replace("|", "/").replace("\n", " ") for c in COLUMNS[key])
        for record in records
    )


def from_lines(key: str, text: str) -> list[dict[str, str]]:
    """Read what `to_lines` wrote, or what a person wrote that way. Mistakes are left for `problems_of` to name."""
    return [_from_line(COLUMNS[key], line) for line in text.splitlines() if line.strip()]


def _from_line(columns: tuple[Column, ...], line: str) -> dict[str, str]:
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) > len(columns):
        # Nothing may be lost: what is too much goes to the last column and is seen there.
        cells = [*cells[: len(columns) - 1], " | ".join(cells[len(columns) - 1 :])]
    cells += [""] * (len(columns) - len(cells))
    return {column.key: _key_of(column, cell) for column, cell in zip(columns, cells, strict=True)}


def _key_of(column: Column, cell: str) -> str:
    if column.kind == CHOICE:
        return next((key for key, label in column.choices.items() if cell.casefold() == label.casefold()), cell)
    if column.kind == DAY and (found := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", cell)):
        return f"{found[3]}-{int(found[2]):02}-{int(found[1]):02}"
    return cell
