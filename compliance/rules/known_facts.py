"""Which facts of an assessment the register already tells. What it only hints at stays a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Register = Mapping[str, Any]

_YES_NO = {"yes": "yes", "no": "no", "unknown": "unclear"}
_PERSONAL = {"none": "no", "pseudonymous": "yes", "personal": "yes", "unknown": "unclear"}
_KINDS = {
    "social": "social",
    "employees": "employee",
    "children": "children",
    "tax_secret": "tax",
    "criminal": "criminal",
    "location": "location",
    "licence_plates": "number_plates",
}
# "empfiehlt" may be a hint or a whole decision to sign: people say which.
_DECISIONS = {
    "none": "none",
    "informs": "supports",
    "assesses": "supports",
    "prioritises": "supports",
    "decides": "decides",
}
_PUBLIC_BODIES = frozenset({"town", "municipality", "association", "district", "special_purpose", "other"})


def known_facts(register: Register) -> dict[str, Any]:
    """Facts by key, as far as the register knows them. "Nicht bekannt" is an answer there, and "unclear" here."""
    found = {
        "infers_output": "yes" if register["algorithm_type"] in ("learning", "generative", "hybrid") else None,
        "testing": "none" if register["status"] == "operational" else None,
        "operator": "authority" if register["municipality_kind"] in _PUBLIC_BODIES else None,
        "roles": list(register["ai_act_role"]) or None,
        "personal_data": _PERSONAL.get(register["personal_data_level"]),
        "data_kinds": _data_kinds(register),
        "decision_automation": _decision(register),
        "administrative_offences": _offences(register),
        "processor": "yes" if "processor" in register["recipient_kinds"] else None,
        "third_country": _third_country(register["countries"], register["eea"]),
    }
    return {key: value for key, value in found.items() if value is not None}


def _data_kinds(register: Register) -> list[str] | None:
    """Only where both questions of the register are answered: a list that may be short says too little."""
    special, kinds = register["has_special_categories"], register["special_data_kinds"]
    if special not in ("yes", "no") or not kinds:
        return None
    return [*(["special_categories"] if special == "yes" else []), *(_KINDS[kind] for kind in kinds if kind in _KINDS)]


def _decision(register: Register) -> str | None:
    if register["automated_decision"] in ("with_authority", "without_authority"):
        return "decides"
    if register["affects_people"] == "no":
        # It does not act on decisions about people, whatever it informs about.
        return "none"
    return _DECISIONS.get(register["decision_effect"]) if register["affects_people"] == "yes" else None


def _offences(register: Register) -> str | None:
    if "offences" in register["special_data_kinds"] or register["ji_regime"] == "offences":
        return "yes"
    return {"no": "no", "unknown": "unclear"}.get(register["ji_regime"])


def _third_country(countries: list[str], eea: frozenset[str]) -> str | None:
    """Of storage locations and recipients; no place at all says nothing."""
    if not countries:
        return None
    abroad = [code for code in countries if code not in eea]
    if not abroad:
        return "no"
    return "unclear" if all(code == "XX" for code in abroad) else "yes"
