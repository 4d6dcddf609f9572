"""What differs between two versions of a rule set, by ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compliance.rules.law.rulesets import Ruleset

Rows = dict[str, Mapping[str, Any]]
Change = dict[str, str]

_PARTS = {
    "when": "Bedingung",
    "text": "Text",
    "unclear": "Text, wenn ungeklärt",
    "article": "Artikel",
    "sets": "Folgerung",
    "codes": "Fundstelle",
    "status": "Verbindlichkeit",
    "due": "Frist",
    "applies_from": "gilt ab",
    "timing": "Zeitpunkt",
    "evidence": "Nachweis",
    "variants": "Fälle",
    "asked": "wann gefragt wird",
    "reasons": "Begründung",
}
# Of a date: everything that is a day.
_DAYS = {
    "on": "ab",
    "start": "ab",
    "placed_before": "Altbestand vor",
    "then": "dann ab",
    "cutoff": "Stichtag",
    "authorities_until": "Behörden bis",
}


def differences(old: Ruleset, new: Ruleset, *, head: bool = True) -> list[Change]:
    """One line each: what it is, how it was and how it is. Added and removed ones have one side only."""
    found: list[Change] = []
    for title, rows in _KINDS.items():
        if rows is _head and not head:
            continue
        before, after = rows(old.data), rows(new.data)
        for name in [*before, *(key for key in after if key not in before)]:
            if before.get(name) != after.get(name):
                found.append(_change(title, name, before.get(name), after.get(name)))
    return found


def _change(title: str, name: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Change:
    said = {"label": f"{title} {name}", "old": _short(old), "new": _short(new)}
    if old is not None and new is not None:
        parts = [words for key, words in _PARTS.items() if old.get(key) != new.get(key)]
        said["label"] += f" ({', '.join(parts)})" if parts else ""
        if said["old"] == said["new"]:
            said["old"], said["new"] = "wie bisher", "geändert"
    return said


def _short(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "nicht enthalten"
    days = [f"{words} {_german(row[key])}," for key, words in _DAYS.items() if key in row]
    said = [*days, str(row.get("text", "")), f"({row['article']})" if "article" in row else ""]
    return " ".join(one for one in said if one).rstrip(",") or str(row.get("value", "")) or "enthalten"


def _german(day: str) -> str:
    return ".".join(reversed(day.split("-")))


def _by(key: str, part: str) -> Any:
    return lambda data: {row[key]: row for row in data.get(part, [])}


def _questions(data: Mapping[str, Any]) -> Rows:
    """By fact: what it hangs on."""
    return {
        key: {"asked": row.get("asked", {}), "status": row.get("status", "")}
        for row in data["questions"]
        for key in row["facts"]
    }


def _head(data: Mapping[str, Any]) -> Rows:
    said = {"Titel": data["title"], "Rechtsstand": data["legal_state"]}
    said |= {"gilt ab": _german(data["valid_from"]), "Stand": _german(data["checked_on"])}
    return {words: {"value": value} for words, value in said.items()}


def _regimes(data: Mapping[str, Any]) -> Rows:
    return {name: {"due": rows} for name, rows in data.get("regimes", {}).items()}


def _days(data: Mapping[str, Any]) -> Rows:
    return {row["name"]: {"value": f"vor dem {_german(row['before'])}"} for row in data.get("days", [])}


_KINDS: dict[str, Any] = {
    "Kopf:": _head,
    "Frage": _questions,
    "Stichtag": _days,
    "Fristengruppe": _regimes,
    "Termin": lambda data: data.get("dates", {}),
    "Widerspruch": _by("id", "contradictions"),
    "Regel": _by("id", "rules"),
    "Klasse": _by("class", "outcomes"),
    "Pflicht": _by("id", "duties"),
}
