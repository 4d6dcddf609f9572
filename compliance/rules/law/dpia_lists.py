"""The lists of the Länder's supervisory authorities (Art. 35 (4) DSGVO): editable data, empty until somebody has checked."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from compliance.rules.law import source

_FILE = Path(__file__).resolve().parents[2] / "data" / "dpia_lists.yaml"


@cache
def _lists() -> dict[str, dict[str, Any]]:
    return source.read(_FILE.read_text(encoding="utf-8"), name=_FILE.name)["lists"]


def is_checked(land: str) -> bool:
    """Whether the list of this Land (two digits) has been loaded; otherwise "Landesliste nicht geprüft"."""
    return _lists().get(land, {}).get("state") == "checked"
