"""The golden cases, read from their file."""

from pathlib import Path
from typing import Any

from compliance.rules.law import source

_FILE = Path(__file__).with_name("cases.yaml")
TABLE: dict[str, Any] = source.read(_FILE.read_text(encoding="utf-8"), name=_FILE.name)
BASE: dict[str, Any] = TABLE["base"]
CASES: list[dict[str, Any]] = TABLE["cases"]
TODAY = "2026-11-27"


def facts_of(case: dict[str, Any]) -> dict[str, Any]:
    return {**BASE, **case["facts"]}
