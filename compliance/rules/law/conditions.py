"""Conditions of rules: structured data in, bit masks out.

A condition is a mapping; all its parts must hold. `fact: value` or `fact: [values]` asks for one of the values,
`conclusion` for one of the names that an earlier rule has set and `also` for each of them, `at_least` for a number of members of a set,
`any` for one of several conditions, `none` for none of several facts or conclusions.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from compliance.rules.law.facts import EMPTY, Fact, Vocabulary

Data = Mapping[str, Any]
ANY_MEMBER = "any_member"
_MOST_WAYS = 10_000


class BadCondition(ValueError):
    """The condition names something that does not exist."""


@dataclass(frozen=True)
class Condition:
    """True when each of `clauses` has a bit in common with the facts and `forbidden` has none."""

    clauses: tuple[int, ...]
    forbidden: int = 0
    at_least: tuple[tuple[int, int], ...] = ()

    @property
    def mask(self) -> int:
        """Every bit that the condition looks at."""
        return self.forbidden | _join(self.clauses) | _join(mask for mask, _ in self.at_least)

    def holds(self, bits: int) -> bool:
        if bits & self.forbidden:
            return False
        for clause in self.clauses:
            if not bits & clause:
                return False
        return not self.at_least or all((bits & mask).bit_count() >= number for mask, number in self.at_least)


class Names:
    """The bits of conclusions, beside those of the vocabulary."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.bits: dict[str, int] = {}

    def declare(self, name: str) -> int:
        return self.bits.setdefault(name, 1 << (self.vocabulary.width + len(self.bits)))

    def mask(self, names: Iterable[str]) -> int:
        mask = 0
        for name in names:
            if name not in self.bits:
                raise BadCondition(f"Die Folgerung „{name}“ setzt keine Regel davor.")
            mask |= self.bits[name]
        return mask


def values_mask(fact: Fact, values: str | list[str]) -> int:
    """The bits of some values of one fact."""
    wanted = [values] if isinstance(values, str) else values
    if wanted == [ANY_MEMBER] and fact.kind == "set":
        return _join(bit for value, bit in fact.bits.items() if value != EMPTY)
    unknown = [one for one in wanted if one not in fact.bits]
    if unknown:
        raise BadCondition(f"{fact.key}: Den Wert „{unknown[0]}“ gibt es nicht.")
    return _join(fact.bits[one] for one in wanted)


def compile_condition(data: Data, names: Names) -> Condition:
    clauses: list[int] = []
    forbidden = 0
    at_least = []
    for key, value in data.items():
        if key == "any":
            clauses += _any(value, names)
        elif key == "none":
            forbidden |= _union(value, names)
        elif key == "also":
            clauses += [names.mask([name]) for name in value]
        elif key == "at_least":
            at_least += [(_atom(fact, ANY_MEMBER, names), number) for fact, number in value.items()]
        else:
            clauses.append(_atom(key, value, names))
    return Condition(tuple(dict.fromkeys(clauses)), forbidden, tuple(at_least))


def _any(alternatives: list[Data], names: Names) -> list[int]:
    """(a and b) or c  ==  (a or c) and (b or c): one mask for each way to pick a part of every alternative."""
    parts = [compile_condition(one, names) for one in alternatives]
    if any(part.forbidden or part.at_least for part in parts):
        raise BadCondition("„none“ und „at_least“ stehen nicht in „any“.")
    if math.prod(len(part.clauses) for part in parts) > _MOST_WAYS:
        raise BadCondition("„any“ hat zu viele Teile. Teilen Sie die Regel auf.")
    return [_join(picked) for picked in itertools.product(*(part.clauses for part in parts))]


def _union(alternatives: Data, names: Names) -> int:
    return _join(_atom(key, value, names) for key, value in alternatives.items())


def _join(masks: Iterable[int]) -> int:
    joined = 0
    for mask in masks:
        joined |= mask
    return joined


def _atom(key: str, values: str | list[str], names: Names) -> int:
    if key == "conclusion":
        return names.mask([values] if isinstance(values, str) else values)
    if key not in names.vocabulary.facts:
        raise BadCondition(f"Den Schlüssel „{key}“ gibt es nicht.")
    return values_mask(names.vocabulary.facts[key], values)


def atoms(data: Data) -> Iterable[tuple[str, str | list[str], bool]]:
    """Every (key, values, wanted) that a condition looks at; `wanted` is false below `none`."""
    for key, value in data.items():
        if key == "any":
            for one in value:
                yield from atoms(one)
        elif key == "none":
            yield from ((inner, values, False) for inner, values in value.items())
        elif key == "at_least":
            yield from ((fact, ANY_MEMBER, True) for fact in value)
        elif key == "also":
            yield "conclusion", value, True
        else:
            yield key, value, True
