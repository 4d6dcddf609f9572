"""Any valid facts, for property tests: every key may have any of its values, or be missing."""

import random
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from compliance.rules.law import facts, program_for
from compliance.rules.law.facts import BadFacts
from compliance.rules.law.result import Result
from tests.compliance.law.golden import BASE, TODAY

VOCABULARY = facts.load()
DAYS = ["unknown", "2024-05-01", "2026-08-01", "2026-08-02", "2027-12-01", "2027-12-02", "2028-08-02", "2031-01-01"]


def values_of(fact: facts.Fact) -> list[Any]:
    """Every value; of a set the empty one, each member alone, and all of them."""
    if fact.kind == "set":
        return [[], *([value] for value in fact.values), list(fact.values)]
    return DAYS if fact.kind == "date" else list(fact.values)


VALUES = {key: values_of(fact) for key, fact in VOCABULARY.facts.items()}
ANSWERS = [(key, value) for key, values in VALUES.items() for value in values]


def _any_facts(seed: int) -> dict[str, Any]:
    chance = random.Random(seed)
    return {key: chance.choice(values) for key, values in VALUES.items()}


complete = st.integers(0, 2**32).map(_any_facts)
anything = st.lists(st.sampled_from(ANSWERS), max_size=40).map(dict)
# A few answers changed: random facts alone are nearly always prohibited.
systems = st.lists(st.sampled_from(ANSWERS), max_size=8).map(lambda changes: {**DEFAULTS, **dict(changes)})

# Answers of branches that the base does not enter, so that a change leads to a decision.
DEFAULTS: dict[str, Any] = {
    **BASE,
    "on_behalf_of_authority": "no",
    "intended_for_authorities": "no",
    "emotion_from_biometrics": "no",
    "emotion_medical_or_safety": "no",
    "biometric_public_space": "no",
    "biometric_law_enforcement": "no",
    "biometric_statutory_authority": "no",
    "ai_is_the_product": "no",
    "safety_role": "none",
    "third_party_assessment": "no",
    "critical_entity": "no",
    "profiling": "no",
    "exception_conditions": [],
    "influences_decision": "no",
    "exception_documented": "no",
    "exception_registered": "no",
}


def assessed(given: dict[str, Any], *, on: str = TODAY, **options: Any) -> Result | None:
    """The result, or None where the answers contradict each other."""
    try:
        return program_for(on, **options).assess(given, on=on)
    except BadFacts:
        return None


# A busy machine is no reason to fail.
settings.register_profile("law", deadline=None)
settings.load_profile("law")
