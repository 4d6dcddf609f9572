"""Deadlines as functions of the facts. Days are ISO texts throughout: they compare like dates, and cost nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from compliance.rules.law.facts import UNKNOWN

Facts = Mapping[str, Any]
# The day a regime applies from and which branch said so; no day: none applies to this system.
Dated = tuple[str | None, str]
Rule = Callable[[Facts], Dated]

# The facts that the high-risk dates look at.
HIGH_RISK_FACTS = ("placed_on_market", "substantially_changed", "operator", "intended_for_authorities")


def compile_date(rule: Mapping[str, Any]) -> Rule:
    return _KINDS[rule["kind"]](rule)


def facts_read(rule: Mapping[str, Any]) -> tuple[str, ...]:
    return {"fixed": (), "transition": ("placed_on_market",), "high_risk": HIGH_RISK_FACTS}[rule["kind"]]


def _fixed(rule: Mapping[str, Any]) -> Rule:
    answer: Dated = (rule["on"], "regular")
    return lambda facts: answer


def _transition(rule: Mapping[str, Any]) -> Rule:
    """Art. 111 (4): what was placed on the market before a day has more time."""

    def date(facts: Facts) -> Dated:
        if _day(facts, "placed_on_market", UNKNOWN) < rule["placed_before"]:
            return rule["then"], "transition"
        return rule["on"], "regular"

    return date


def _high_risk(rule: Mapping[str, Any]) -> Rule:
    """Art. 111 (2), 113 (c): from `start`; types older than `cutoff` only when changed, or for authorities."""
    start, cutoff, authorities_until = rule["start"], rule["cutoff"], rule["authorities_until"]

    def date(facts: Facts) -> Dated:
        if not _day(facts, "placed_on_market", UNKNOWN) < cutoff:
            return start, "regular"
        changed = _day(facts, "substantially_changed", "")
        for_authority = facts.get("operator") == "authority" or facts.get("intended_for_authorities") != "no"
        if changed >= cutoff and not (for_authority and changed > authorities_until):
            # A change may precede the start of the duties (2024 text: Annex I from 2027, existing systems until 2026).
            return max(changed, start), "changed"
        return (authorities_until, "authority") if for_authority else (None, "existing")

    return date


def _day(facts: Facts, key: str, unknown: str) -> str:
    value = facts.get(key, UNKNOWN)
    return unknown if value == UNKNOWN else value


_KINDS = {"fixed": _fixed, "transition": _transition, "high_risk": _high_risk}
