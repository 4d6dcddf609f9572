"""What an entry should say: required sets by what the entry is, and how complete it is.

A set applies by the facts of the content itself. Handing in demands the `required` rows of the release table and
`DEMANDED`; everything else in the sets counts towards completeness and is shown as a gap, never guessed.
Weights: a field of an applying set 8, any other public field 2, an internal field 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Content = Mapping[str, Any]

IN_SET, OTHER = 8, 2
EMPTY: tuple[Any, ...] = ("", [], None, {})

ALL, PERSONAL, HIGH_RISK, PILOT = "all", "personal", "high_risk", "pilot"
TITLES = {
    ALL: "für jeden Eintrag",
    PERSONAL: "weil personenbezogene Daten verarbeitet werden",
    HIGH_RISK: "weil das System als Hochrisiko eingestuft ist",
    PILOT: "weil das System erprobt wird",
}

SETS: dict[str, dict[str, frozenset[str]]] = {
    "system": {
        ALL: frozenset(
            [
                "name", "description_short", "department", "contact_email", "category", "status", "algorithm_type",
                "goal", "impact", "affects_people", "decision_making_process", "decision_effect", "lawful_basis",
                "ai_act_class", "datasets", "storage", "description", "provider", "human_intervention",
                "objection_procedure", "revision_date", "personal_data_level",
            ]
        ),
        PERSONAL: frozenset(
            [
                "gdpr_basis", "national_norm", "has_special_categories", "data_subjects", "data_categories", "recipients", "retention", "dpia_state", "vvt_ref",
                "impact_assessments",
            ]
        ),
        HIGH_RISK: frozenset(
            [
                "affected_groups", "usage_volume", "proportionality_suitability", "proportionality_necessity",
                "proportionality_balance", "ai_act_reason", "eu_db_url", "risks", "discrimination_safeguards",
                "performance", "required_training", "monitoring", "rollback",
            ]
        ),
        PILOT: frozenset(["benefit", "cost_class", "evaluation_date"]),
    },
    "dataset": {
        ALL: frozenset(
            [
                "name", "description_short", "department", "contact_email", "revision_date", "personal_data_level",
                "data_categories",
            ]
        ),
        PERSONAL: frozenset(["origin", "retention"]),
    },
    "use_case": {ALL: frozenset(["name", "description_short", "department"])},
}  # fmt: skip

# Without these nobody can review the data protection of a system (Art. 6, 13 DSGVO), so handing in waits for them.
DEMANDED: dict[str, frozenset[str]] = {
    PERSONAL: frozenset(["gdpr_basis", "data_subjects", "data_categories", "retention"])
}

_PERSONAL_LEVELS = ("personal", "pseudonymous")


def sets_of(kind: str, content: Content) -> list[str]:
    """Names of the sets that apply to this content, the general one first."""
    applies = {
        ALL: True,
        PERSONAL: content.get("personal_data_level") in _PERSONAL_LEVELS,
        HIGH_RISK: content.get("ai_act_class") in ("HR_I", "HR_III"),
        PILOT: content.get("status") in ("pilot", "evaluation"),
    }
    return [name for name in SETS.get(kind, {}) if applies[name]]


def wanted(kind: str, content: Content) -> dict[str, str]:
    """Key -> the first set that asks for it."""
    found: dict[str, str] = {}
    for name in sets_of(kind, content):
        for key in SETS[kind][name]:
            found.setdefault(key, name)
    return found


def demanded(kind: str, content: Content) -> frozenset[str]:
    """Keys that handing in needs beside the rows that always do."""
    if kind != "system":
        return frozenset()
    return frozenset().union(*(DEMANDED.get(name, frozenset()) for name in sets_of(kind, content)))


def percent(kind: str, content: Content, public_keys: Iterable[str], *, withheld: Iterable[str] = ()) -> int:
    """Weighted completeness in percent. A field that is withheld with its reason counts as answered."""
    asked, answered = wanted(kind, content), set(withheld)
    total = got = 0
    for key in dict.fromkeys([*public_keys, *asked]):
        weight = IN_SET if key in asked else OTHER
        total += weight
        if key in answered or content.get(key) not in EMPTY:
            got += weight
    return round(100 * got / total) if total else 100
