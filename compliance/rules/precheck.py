"""The pre-check of an idea: five answers, a first class, and every question that is still open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from compliance.rules import questionnaire
from compliance.rules.law import Program, source
from compliance.rules.law.facts import UNCLEAR
from compliance.rules.questionnaire import Question

_FILE = Path(__file__).resolve().parents[1] / "data" / "precheck.yaml"


@dataclass(frozen=True)
class FirstResult:
    """`reasons` and `flags` rest on the answers alone; `possible` are flags that rest on an assumption."""

    risk_class: str
    perhaps_prohibited: bool
    reasons: list[dict[str, Any]]
    flags: list[str]
    possible: list[str]
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
    answered = _answered(answers)
    known = answered | set(_data()["context"])
    # An assessment that is left undecided says what is certain, whatever the questions that nobody asked come to.
    certain = program.assess({key: facts[key] for key in facts if key in known}, on=on)
    rules = {reason["rule"] for reason in certain.reasons}
    reasons = [one for one in result.reasons if one["rule"] in rules or (one["facts"] and known >= one["facts"].keys())]
    concluded = program.concluded_by([reason["rule"] for reason in reasons])
    unclear = {key for key in answered if facts.get(key) == UNCLEAR}
    settled = {
        key for row in questions() if answers.get(row["key"]) for key in _data()["settled"][row["key"]]
    } - unclear
    return FirstResult(
        risk_class=str(result.class_),
        perhaps_prohibited="prohibited_open" in concluded and result.class_ != "VERBOTEN",
        reasons=reasons,
        flags=[flag for flag in result.flags if flag in concluded],
        possible=[flag for flag in result.flags if flag not in concluded],
        open=[one for one in questionnaire.asked(program, facts) if one.key not in settled],
    )


def _answered(answers: Mapping[str, list[str]]) -> set[str]:
    """The facts that the answers speak about, those of "nichts davon" included."""
    found: set[str] = set()
    for row in questions():
        if given := answers.get(row["key"]):
            found |= set(_data()["settled"][row["key"]])
            found |= {key for option in row["options"] if option["key"] in given for key in option["facts"]}
    return found
