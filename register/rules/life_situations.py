"""Situations of life in which people meet an office, told by the fields of action of an entry."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import yaml

_TABLE = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
LABELS: dict[str, str] = {key: row["label"] for key, row in _TABLE.items()}
FIELDS: dict[str, tuple[str, ...]] = {key: tuple(row["fields"]) for key, row in _TABLE.items()}


def situations_of(fields: Iterable[str]) -> set[str]:
    asked = set(fields)
    return {key for key, own in FIELDS.items() if asked.intersection(own)}
