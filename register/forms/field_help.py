"""What "Mehr dazu" says at each field of an entry; the texts are data, with norm and the day they were checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from core.kern import More
from register import publication

_FILE = Path(__file__).resolve().parent.parent / "data" / "field_help.yaml"
AUDIENCES = {
    publication.PUBLIC: "Wird veröffentlicht",
    publication.ON_RELEASE: "Öffentlich erst nach der Stellungnahme",
    publication.INTERNAL: "Bleibt intern",
}


def _read() -> dict[str, More]:
    data: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    levels = {row.key: row.level for row in publication.ROWS}
    return {key: _more(item, data["stand"], levels[key]) for key, item in data["fields"].items()}


def _more(item: dict[str, str], stand: str, level: str) -> More:
    norm = item.get("norm", "")
    about = {"example": item["example"], "audience": AUDIENCES[level]}
    return More(item["text"], norm=norm, stand=stand if norm else "", **about)


MORE = _read()
