"""Which supervisory authority a municipality is proposed, by its Land."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).resolve().parent.parent / "data" / "supervisory_authorities.yaml"


@cache
def _table() -> dict[str, dict[str, Any]]:
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))


def for_land(land: str) -> dict[str, str]:
    """The proposal as values for the fields of a municipality. It has to be checked by the municipality."""
    entry = _table().get(land, {})
    return {
        "supervisory_authority": entry.get("name", ""),
        "supervisory_authority_address": entry.get("address", ""),
        "supervisory_authority_url": entry.get("url", ""),
    }
