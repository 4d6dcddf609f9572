"""The table of contradictions in a DSGVO classification, and the few lines that ask it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from register.rules import vocabulary

TABLE = Path(__file__).with_suffix(".yaml")
MANGEL, HINWEIS = "mangel", "hinweis"

Facts = Mapping[str, Any]

# A condition: (value of the fact, operand) -> does it hold?
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "is": lambda value, wanted: value in wanted,
    "has": lambda value, wanted: not set(wanted).isdisjoint(value),
    "lacks": lambda value, wanted: set(wanted).isdisjoint(value),
    "empty": lambda value, _: not value,
    "filled": lambda value, _: bool(value),
}


@dataclass(frozen=True)
class Rule:
    """One row of the table. `says` what contradicts, `why`, with `article`; `remedy` is what to do about it."""

    id: str
    severity: str
    when: Mapping[str, Mapping[str, Any]]
    title: str
    says: str
    why: str
    article: str
    remedy: str
    fields: tuple[str, ...]
    stand: date
    verify: bool = False
    only_gdpr: bool = False

    def holds(self, facts: Facts) -> bool:
        if self.only_gdpr and facts["ji_regime"] in vocabulary.UNDER_JI:
            return False
        return all(
            OPERATORS[operator](facts[fact], operand)
            for fact, condition in self.when.items()
            for operator, operand in condition.items()
        )


@dataclass(frozen=True)
class Contradiction:
    """A rule that holds, its sentence with the names filled in, and the facts that it rests on."""

    rule: Rule
    says: str
    facts: dict[str, Any]

    @property
    def is_deficiency(self) -> bool:
        return self.rule.severity == MANGEL


@cache
def rules() -> dict[str, Rule]:
    """The table by id, in its order."""
    table = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    found = [Rule(**{"stand": table["stand"], **row, "fields": tuple(row["fields"])}) for row in table["rules"]]
    return {rule.id: rule for rule in found}


def contradictions(facts: Facts) -> list[Contradiction]:
    """Every rule that holds for these facts, in the order of the table."""
    words = {name: ", ".join(value) if isinstance(value, list) else value for name, value in facts.items()}
    return [
        Contradiction(rule, rule.says.format_map(words), {fact: facts[fact] for fact in sorted(rule.when)})
        for rule in rules().values()
        if rule.holds(facts)
    ]
