"""Why a duty applies: the reasons of an assessment that set what the duty's condition looks at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compliance.rules.law.shelf import editions

Row = Mapping[str, Any]


def reasons_of(code: str, result: Row, rulesets: Iterable[Row]) -> tuple[list[Row], Row]:
    """The stored reasons behind a duty, and the rule set that it comes from, as the assessment names it."""
    named = list(rulesets)
    shipped = [(one, editions().get(one["id"], {}).get(one["version"])) for one in named]
    rules = [rule for _, edition in shipped if edition for rule in edition.data["rules"]]
    for one, edition in shipped:
        duty = next((row for row in edition.data["duties"] if row["id"] == code), None) if edition else None
        if duty is not None:
            looked_at = set(_conclusions(duty["when"]))
            setting = {rule["id"] for rule in rules if looked_at & set(rule.get("sets", ()))}
            return [reason for reason in result["reasons"] if reason["rule"] in setting], one
    return [], named[0]


def _conclusions(condition: Row) -> Iterator[str]:
    """What must hold; what must not hold explains nothing."""
    for key in ("conclusion", "also"):
        value = condition.get(key, ())
        yield from [value] if isinstance(value, str) else value
    for inner in condition.get("any", ()):
        yield from _conclusions(inner)
