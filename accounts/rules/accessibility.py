"""What the form of the accessibility statement proposes, by Land."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).resolve().parent.parent / "data" / "accessibility.yaml"


@cache
def _table() -> dict[str, dict[str, Any]]:
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))


def for_land(land: str) -> dict[str, Any]:
    return dict(_table().get(land, {}))
