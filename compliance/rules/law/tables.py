"""Decision tables: a few rules or duties each, whose answer to the same facts is worked out once.

Which of eight neighbouring rules fire depends on a handful of answers. A table keeps the bits that its rules look at;
two systems with the same ones get the same row. So an assessment costs one look-up for each table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from compliance.rules.law.conditions import Condition
from compliance.rules.law.parts import ByDay, Due, Duty, Rule

_RULES_IN_A_TABLE = 8
_MOST_ROWS = 20_000


class Table(dict[int, Any]):
    """A question about bits, worked out once for each different answer to what it looks at (`mask`)."""

    def __init__(self, work_out: Callable[[int], Any], conditions: Iterable[Condition]) -> None:
        super().__init__()
        self.mask = 0
        for condition in conditions:
            self.mask |= condition.mask
        self._work_out = work_out

    def __missing__(self, bits: int) -> Any:
        """For bits that are already cut down to the mask."""
        if len(self) >= _MOST_ROWS:
            self.clear()
        self[bits] = found = self._work_out(bits)
        return found

    def of(self, bits: int) -> Any:
        return self[bits & self.mask]


# With its mask beside it: in the shape that the inner loop reads fastest.
Tables = tuple[tuple[int, Table], ...]
Owed = tuple[tuple[Due | None, ByDay, Duty, int], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What follows: the conclusions as bits, the rules that fired with their article codes."""

    sets: int
    fired: tuple[Rule, ...]
    codes: tuple[str, ...]


def rule_tables(rules: Sequence[Rule]) -> Tables:
    """Their rows are None where nothing follows."""
    return _packed(Table(partial(_fire, some), [rule.condition for rule in some]) for some in _in_chunks(rules))


def _fire(rules: Sequence[Rule], bits: int) -> Row | None:
    sets = 0
    fired: list[Rule] = []
    for rule in rules:
        if rule.condition.holds(bits | sets):
            sets |= rule.sets
            fired.append(rule)
    codes = tuple(code for rule in fired for code in rule.codes)
    return Row(sets, tuple(fired), codes) if fired else None


def duty_tables(duties: Sequence[Duty]) -> Tables:
    found = []
    for some in _in_chunks(duties):
        conditions = [duty.condition for duty in some] + [one for duty in some for one, _ in duty.variants]
        found.append(Table(partial(_owed, some), conditions))
    return _packed(found)


def _owed(duties: Sequence[Duty], bits: int) -> Owed:
    owed = [one for one in duties if one.condition.holds(bits)]
    return tuple((one.due, {}, one, one.variant(bits)) for one in owed)


def _in_chunks(things: Sequence[Any]) -> list[Sequence[Any]]:
    return [things[start : start + _RULES_IN_A_TABLE] for start in range(0, len(things), _RULES_IN_A_TABLE)]


def _packed(tables: Iterable[Table]) -> Tables:
    return tuple((table.mask, table) for table in tables)
