"""Which single answer, given otherwise, would change the class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compliance.rules.law.facts import BadFacts, Fact
from compliance.rules.law.program import Program

Facts = Mapping[str, Any]
# No answer to aim for.
_NOT_AN_ANSWER = "unclear"


def would_change(program: Program, facts: Facts, *, on: str) -> list[dict[str, Any]]:
    """Changes of one answer that decide for another class; those that would open new questions are left out."""
    current = program.assess(facts, on=on)
    if not current.decided:
        return []
    found = []
    raw = program.vocabulary.read(facts)
    asked, _ = program.asked(raw)
    for question in program.questions:
        for fact in question.facts:
            if not asked & fact.answered:
                continue
            for value in _alternatives(fact, facts[fact.key]):
                changed = raw & ~fact.mask | program.vocabulary.bits_of(fact.key, value)
                name = _class_for(program, {**facts, fact.key: value}, changed, on)
                if name not in (None, current.class_):
                    found.append({"fact": fact.key, "to": value, "class": name})
    return found


def _alternatives(fact: Fact, given: Any) -> Iterator[Any]:
    if fact.kind == "enum":
        yield from (value for value in fact.values if value not in (given, _NOT_AN_ANSWER))
    elif fact.kind == "set":
        for value in fact.values:
            if value in given:
                yield [one for one in given if one != value]
            elif value != _NOT_AN_ANSWER:
                yield [*given, value]


def _class_for(program: Program, facts: Facts, raw: int, on: str) -> str | None:
    try:
        program.refuse_contradictions(facts, raw)
    except BadFacts:
        return None
    return program.class_for(raw, on=on)
