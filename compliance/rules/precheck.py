"""The pre-check of an idea: five answers, a first class, and every question that is still open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from compliance.rules import questionnaire
from compliance.rules.law import Program, source
from compliance.rules.questionnaire import Question

_FILE = Path(__file__).resolve().parents[1] / "data" / "precheck.yaml"


@dataclass(frozen=True)
class FirstResult:
    risk_class: str
    reasons: list[dict[str, Any]]
    flags: list[str]
    open: list[Question]


@cache
def _data() -> dict[str, Any]:
    return source.read(_FILE.read_text(encoding="utf-8"), name=_FILE.name)


def questions() -> list[dict[str, Any]]:
    return list(_data()["questions"])


def assumed(key: str) -> Any:
    """What the pre-check takes for granted where nobody has answered; None where it takes nothing."""
    return _data()["base"].get(key)


def facts_of(answers: Mapping[str, list[str]]) -> dict[str, Any]:
    """The assumptions, changed by the answers; lists of several answers add up."""
    facts = dict(_data()["base"])
    for row in questions():
        for option in row["options"]:
            if option["key"] in answers.get(row["key"], ()):
                for key, value in option["facts"].items():
                    many = isinstance(value, list)
                    facts[key] = list(dict.fromkeys([*facts[key], *value])) if many else value
    # Rules alone and a general-purpose model exclude each other; what is not asked needs no answer.
    if facts.get("infers_output") == "no":
        facts.pop("general_purpose_model")
    return facts


def check(program: Program, answers: Mapping[str, list[str]], *, on: str) -> FirstResult:
    facts = facts_of(answers)
    result = program.assess(facts, on=on)
    settled = {key for row in questions() if answers.get(row["key"]) for key in _data()["settled"][row["key"]]}
    still = [one for one in questionnaire.asked(program, facts) if one.key not in settled]
    return FirstResult(str(result.class_), result.reasons, result.flags, still)
