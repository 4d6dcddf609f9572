"""Duties of an earlier law whose day the law in force works out in another way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from compliance.rules.law.rulesets import Ruleset
from compliance.rules.law.shelf import editions


def moved_duties(in_force: Iterable[Ruleset]) -> dict[str, list[str]]:
    """By the hash of each version that is no longer in force: the duties whose day must not be held against anybody."""
    found = {}
    for now in in_force:
        for one in editions()[now.id].values():
            if one.sha256 != now.sha256 and (codes := _moved(one, now)):
                found[one.sha256] = codes
    return found


def _moved(old: Ruleset, now: Ruleset) -> list[str]:
    after = {row["id"]: _when(now, row) for row in now.data["duties"]}
    return [row["id"] for row in old.data["duties"] if _when(old, row) != after.get(row["id"])]


def _when(ruleset: Ruleset, duty: dict[str, Any]) -> Any:
    """The date function of a duty with everything that its day hangs on, without the words of its reasons."""
    due = duty.get("due", [])
    parts = ruleset.data["regimes"][due] if isinstance(due, str) else due
    dates = ruleset.data.get("dates", {})
    return [{**part, "date": _days(dates.get(part["date"], {}))} for part in parts]


def _days(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != "reasons"}
