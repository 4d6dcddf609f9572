"""The reasons of a result in the order in which people ask for them: what decided, what comes on top, what does not apply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Reason = Mapping[str, Any]

DECIDING, FURTHER, REST = "deciding", "further", "rest"
TITLES = {
    DECIDING: "Das entscheidet",
    FURTHER: "Das kommt hinzu",
    REST: "Weitere Prüfschritte und was nicht zutrifft",
}
# The class -> the rules that can have led to it.
_LEADING = {
    "VERBOTEN": ("art5-",),
    "HR_III": ("annex3-", "art6-"),
    "HR_I": ("annex1-",),
    "A63": ("annex3-", "art6-"),
    "TRANS": ("art50-",),
    # Nothing was hit: that is what decided.
    "MIN": ("art5-none", "annex1-none", "annex3-none", "art50-none"),
    "NA": ("scope-",),
}
_DENIALS = ("staff-no-monitoring", "gdpr-not-personal", "art6-3-without-area")
_COURSE = ("scope-ai", "role-facts", "role-deployer", "role-changed", "for-authority")


def grouped(result: Mapping[str, Any]) -> dict[str, list[Reason]]:
    """Every reason in exactly one group, each group in the order of the examination; the class itself comes first."""
    found: dict[str, list[Reason]] = {DECIDING: [], FURTHER: [], REST: []}
    for reason in result["reasons"]:
        found[_group_of(reason["rule"], result["class"])].append(reason)
    found[DECIDING].sort(key=lambda reason: not reason["rule"].startswith("class-"))
    return found


def _group_of(rule: str, name: str) -> str:
    if rule.startswith("class-"):
        return DECIDING
    if rule in (*_DENIALS, *_COURSE) or rule.endswith(("-rest", "-not-for-authority")):
        return REST
    if rule.startswith(_LEADING[name]):
        return DECIDING if name == "MIN" or not rule.endswith("-none") else REST
    return REST if rule.endswith("-none") else FURTHER
