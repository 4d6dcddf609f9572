"""Layouts that a person has confirmed or written down: from the form, from the memory, from a file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import yaml
from openpyxl.utils import column_index_from_string

from exchange.imports.errors import BadMapping
from exchange.imports.fields import KINDS, targets
from exchange.imports.recognition import Layout, assign, fingerprint, headings_of, normal, recognize
from exchange.imports.tables import Sheet

IGNORE = ("", "-", "ignore", "nicht übernehmen")
_MAX_FILE = 1024 * 1024
_SHAPE = (
    'Erwartet wird {"Überschrift": "feld", ...} oder {"sheets": {"Blattname": {"kind": "system" oder "activity", '
    '"header_row": 3, "columns": {"Überschrift": "feld"}}}}.'
)


@dataclass
class Memory:
    """What people of this municipality have confirmed: whole rows of headings, and single headings of a kind."""

    layouts: dict[str, dict[str, Any]] = field(default_factory=dict)
    headings: dict[tuple[str, str], str] = field(default_factory=dict)


def layouts_for(sheets: list[Sheet], memory: Memory) -> list[Layout]:
    """What the program proposes: what was confirmed for these headings before, else what it recognizes."""
    found = []
    for sheet in sheets:
        layout = recognize(sheet)
        known = memory.layouts.get(fingerprint(layout.headings)) if layout.headings else None
        if known:
            found.append(chosen(sheet, known["kind"], layout.header_row, known["columns"]))
        else:
            found.append(_with_headings(layout, memory))
    return found


def _with_headings(layout: Layout, memory: Memory) -> Layout:
    """A remembered heading takes its field back, also from a column that was only recognized."""
    columns = list(layout.columns)
    for index, text in enumerate(layout.headings):
        key = memory.headings.get((layout.kind, normal(text))) if text else None
        if key is not None:
            columns = ["" if key and found == key else found for found in columns]
            columns[index] = key
    return chosen_columns(layout, columns)


def chosen_columns(layout: Layout, columns: list[str]) -> Layout:
    known = targets(layout.kind) if layout.kind in KINDS else {}
    kept = [key if key in known else "" for key in columns]
    return Layout(layout.kind, layout.header_row, layout.headings, kept)


def as_in(old: list[Layout], sheets: list[Sheet], memory: Memory) -> list[Layout]:
    """A corrected list is read as the one before, wherever the same headings stand in the same row."""
    wanted = {(layout.header_row, fingerprint(layout.headings)): layout for layout in old if layout.kind}
    # The copy of a JSON list with remarks has its keys in row 1.
    rows = sorted({row for row, _ in wanted} | {1})
    found = []
    for sheet, proposal in zip(sheets, layouts_for(sheets, memory), strict=True):
        same = [
            chosen(sheet, layout.kind, row, layout.columns)
            for row in rows
            for (before, print_), layout in wanted.items()
            if row in (before, 1) and fingerprint(headings_of(sheet, row)) == print_
        ]
        found.append(same[0] if same else proposal)
    return found


def chosen(sheet: Sheet, kind: str, header_row: int, columns: list[str]) -> Layout:
    """A layout from stored or posted parts; keys that do not exist (any more) fall back to "not taken over"."""
    headings = headings_of(sheet, header_row)
    known = targets(kind) if kind in KINDS else {}
    padded = [*columns, *[""] * len(headings)][: len(headings)]
    return Layout(kind if kind in KINDS else "", header_row, headings, [key if key in known else "" for key in padded])


def proposed(sheet: Sheet, kind: str, header_row: int) -> Layout:
    """Somebody says what the sheet is and where its headings stand; the columns are recognized anew."""
    headings = headings_of(sheet, header_row)
    return Layout(kind, header_row, headings, assign(kind, headings)[0] if kind else [""] * len(headings))


def from_file(content: bytes) -> dict[str, Any]:
    """The mapping of `--mapping FILE`, JSON or YAML."""
    if len(content) > _MAX_FILE:
        raise BadMapping("Die Zuordnungsdatei ist größer als 1 MB.")
    try:
        text = content.decode("utf-8-sig")
        data = json.loads(text) if text.lstrip()[:1] in ("{", "[") else yaml.safe_load(text)
    except (UnicodeDecodeError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise BadMapping("Die Zuordnungsdatei ist weder lesbares JSON noch YAML in UTF-8.") from error
    if not isinstance(data, dict) or not data:
        raise BadMapping(f"Die Zuordnungsdatei hat einen unerwarteten Aufbau. {_SHAPE}")
    return data


def apply_file(sheets: list[Sheet], layouts: list[Layout], data: dict[str, Any]) -> list[Layout]:
    """The proposed layouts with what the file says instead; what it does not mention stays."""
    if "sheets" not in data:
        rule = data if "columns" in data else {"columns": data}
        return [_ruled(sheet, layout, rule) for sheet, layout in zip(sheets, layouts, strict=True)]
    rules = data["sheets"]
    if not isinstance(rules, dict):
        raise BadMapping(f"Die Zuordnungsdatei hat einen unerwarteten Aufbau. {_SHAPE}")
    known = {sheet.name for sheet in sheets}
    if unknown := [str(name) for name in rules if name not in known]:
        raise BadMapping(
            f"Das Blatt „{unknown[0]}“ aus der Zuordnungsdatei gibt es nicht. Es gibt: {', '.join(sorted(known))}."
        )
    return [
        _ruled(sheet, layout, rules[sheet.name])
        if sheet.name in rules
        else Layout(headings=layout.headings, columns=[""] * len(layout.columns))
        for sheet, layout in zip(sheets, layouts, strict=True)
    ]


def _ruled(sheet: Sheet, layout: Layout, rule: Any) -> Layout:
    if not isinstance(rule, dict) or not isinstance(rule.get("columns", {}), dict):
        raise BadMapping(f"Die Zuordnungsdatei hat einen unerwarteten Aufbau. {_SHAPE}")
    kind = rule.get("kind", layout.kind)
    if kind not in (*KINDS, ""):
        raise BadMapping(f"„{kind}“ ist keine Art von Liste. Möglich sind: {', '.join(KINDS)}.")
    row = rule.get("header_row", layout.header_row)
    if not isinstance(row, int) or isinstance(row, bool):
        raise BadMapping("„header_row“ ist die Nummer der Zeile mit den Überschriften.")
    if "kind" in rule or "header_row" in rule:
        layout = proposed(sheet, kind, row)
    if not layout.kind:
        return layout
    return _with_columns(sheet, layout, rule.get("columns", {}))


def _with_columns(sheet: Sheet, layout: Layout, rule: dict[Any, Any]) -> Layout:
    places = {normal(text): index for index, text in reversed(list(enumerate(layout.headings))) if text}
    columns, known = list(layout.columns), targets(layout.kind)
    for heading, key in rule.items():
        index = places.get(normal(str(heading)), _letter(str(heading), len(columns)))
        key = "" if key is None or str(key).casefold() in IGNORE else str(key)
        if index is None:
            raise BadMapping(f"Eine Spalte „{heading}“ aus der Zuordnungsdatei gibt es in „{sheet.name}“ nicht.")
        if key and key not in known:
            raise BadMapping(f"Das Feld „{key}“ gibt es nicht. Möglich sind: {', '.join(known)}.")
        # The file's word counts: a column that was only recognized gives the field away.
        columns = ["" if found == key and key else found for found in columns]
        columns[index] = key
    return Layout(layout.kind, layout.header_row, layout.headings, columns)


def _letter(text: str, width: int) -> int | None:
    if not (text.isascii() and text.isalpha() and text.isupper() and len(text) <= 3):
        return None
    index = column_index_from_string(text) - 1
    return index if index < width else None
