"""What "Mehr dazu" says at each field of an entry; the texts are data, with norm and the day they were checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from core.kern import More

_FILE = Path(__file__).resolve().parent.parent / "data" / "field_help.yaml"


def _read() -> dict[str, More]:
    data: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {key: _more(item, data["stand"]) for key, item in data["fields"].items()}


def _more(item: dict[str, str], stand: str) -> More:
    norm = item.get("norm", "")
    return More(item["text"], norm=norm, stand=stand if norm else "", example=item.get("example", ""))


MORE = _read()
