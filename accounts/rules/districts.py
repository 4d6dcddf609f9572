"""The name of the Kreis in which a municipality lies, by the first five digits of its key."""

import csv
from functools import cache
from pathlib import Path

_FILE = Path(__file__).resolve().parent.parent / "data" / "kreise.csv"


@cache
def _table() -> dict[str, str]:
    lines = (line for line in _FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {row["schluessel"]: row["name"] for row in csv.DictReader(lines)}


def name_of(ars: str) -> str:
    """The Kreis of an ARS; empty where the table does not know the key."""
    return _table().get(ars[:5], "")
