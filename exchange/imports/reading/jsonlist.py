"""JSON: a list of mappings with our keys, or {"systems": [...], "activities": [...]}."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from exchange.imports.errors import BadFile, FileTooBig
from exchange.imports.tables import MAX_COLUMNS, MAX_ROWS, Book, Cell, Sheet, clean

SHEETS = {"systems": "systems", "activities": "activities"}
_SHAPE = 'Erwartet wird eine Liste von Einträgen oder {"systems": [...], "activities": [...]}.'


def read(content: bytes) -> Book:
    data = _parsed(content)
    if isinstance(data, list):
        return Book([_sheet("Liste", data)])
    if isinstance(data, dict) and data and set(data) <= set(SHEETS):
        return Book([_sheet(name, data[name]) for name in data])
    raise BadFile(f"Die JSON-Datei hat einen unerwarteten Aufbau. {_SHAPE}")


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise BadFile("Die JSON-Datei ist nicht in UTF-8 gespeichert.") from error
    except RecursionError as error:
        raise BadFile("Die JSON-Datei ist zu tief verschachtelt.") from error
    except json.JSONDecodeError as error:
        raise BadFile(f"Die JSON-Datei ist ab Zeile {error.lineno}, Zeichen {error.colno} nicht lesbar.") from error
    # A number with thousands of digits.
    except ValueError as error:
        raise BadFile("Die JSON-Datei enthält eine Zahl, die nicht lesbar ist.") from error


def _no_constant(name: str) -> NoReturn:
    raise BadFile(f"Die JSON-Datei enthält den unzulässigen Wert {name}.")


def _sheet(name: str, items: Any) -> Sheet:
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise BadFile(f"Die JSON-Datei hat einen unerwarteten Aufbau. {_SHAPE}")
    if len(items) > MAX_ROWS:
        raise FileTooBig(f"Die Datei hat mehr als {MAX_ROWS} Einträge. Teilen Sie die Liste auf mehrere Dateien auf.")
    keys = list(dict.fromkeys(key for item in items for key in item))
    if len(keys) > MAX_COLUMNS:
        raise FileTooBig(f"Die Einträge haben zusammen mehr als {MAX_COLUMNS} Schlüssel.")
    head: tuple[Cell, ...] = tuple(clean(key) for key in keys)
    rows = [(0, head)]
    rows += [(number, tuple(clean(item.get(key)) for key in keys)) for number, item in enumerate(items, start=1)]
    return Sheet(name, rows, lettered=False, unit="Eintrag")
