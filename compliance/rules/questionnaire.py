"""The questions in plain German (data/questions.yaml), and which of them a system is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from compliance.rules.law import Program, source
from compliance.rules.law.facts import UNCLEAR, UNKNOWN
from compliance.rules.law.shelf import editions, vocabulary

_FILE = Path(__file__).resolve().parents[1] / "data" / "questions.yaml"
UNSURE_LABEL = "Weiß ich nicht"
NOTHING_LABEL = "nichts davon"
Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """One fact as a question. `values` has the answers with label and explanation, without "Weiß ich nicht"."""

    key: str
    kind: str
    section: str
    question: str
    label: str
    hint: str
    text: str
    article: str
    example: str
    verify: bool
    # Whether "nichts davon" is an answer people can choose.
    may_be_nothing: bool
    values: Mapping[str, tuple[str, str]]
    # The answer that stands for "Weiß ich nicht" in the vocabulary; None leaves the question open.
    unsure: Any

    def said(self, value: Any) -> list[str]:
        """An answer in words."""
        if self.kind == "set":
            return [self._word(one) for one in value] or [NOTHING_LABEL]
        return [self._word(value)]

    def _word(self, value: str) -> str:
        if value in self.values:
            return self.values[value][0]
        if value == UNCLEAR:
            return UNSURE_LABEL
        if value == UNKNOWN:
            return "nicht bekannt"
        return ".".join(reversed(value.split("-")))


@cache
def _data() -> dict[str, Any]:
    return source.read(_FILE.read_text(encoding="utf-8"), name=_FILE.name)


def stand() -> str:
    """The day the law behind the texts was looked up."""
    return str(_data()["stand"])


def sections() -> dict[str, str]:
    return dict(_data()["sections"])


@cache
def _rows() -> dict[str, Question]:
    return {key: _question(key, row) for key, row in _data()["facts"].items()}


def question(key: str) -> Question:
    return _rows()[key]


def has_question(key: str) -> bool:
    return key in _rows()


def _question(key: str, row: dict[str, Any]) -> Question:
    fact = vocabulary().facts[key]
    unsure: Any = UNKNOWN if fact.kind == "date" else None
    if UNCLEAR in fact.values:
        unsure = [UNCLEAR] if fact.kind == "set" else UNCLEAR
    return Question(
        key=key,
        kind=fact.kind,
        section=_section_of(key),
        values={value: _pair(said) for value, said in row.get("values", {}).items()},
        unsure=unsure,
        verify=row.get("verify", False),
        may_be_nothing=fact.kind == "set" and not row.get("at_least_one", False),
        **{name: row[name] for name in ("question", "label", "hint", "text", "article", "example")},
    )


def _pair(said: str | list[str]) -> tuple[str, str]:
    return (said, "") if isinstance(said, str) else (said[0], said[1])


@cache
def _section_of(key: str) -> str:
    """Both editions of the law put a key into the same section."""
    for versions in editions().values():
        for ruleset in versions.values():
            for row in ruleset.data["questions"]:
                if key in row["facts"]:
                    return str(row["section"])
    raise KeyError(key)


def asked(program: Program, facts: Facts) -> list[Question]:
    """The questions of the branch, in the order in which they are asked."""
    bits, _ = program.asked(program.vocabulary.read(facts))
    found = [fact.key for one in program.questions if one.condition.holds(bits) for fact in one.facts]
    order = list(sections())
    return sorted((question(key) for key in found), key=lambda one: order.index(one.section))


def open_ones(questions: Iterable[Question], facts: Facts) -> list[Question]:
    return [one for one in questions if one.key not in facts]
