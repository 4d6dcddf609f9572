"""Decision tables: a few rules or duties each, whose answer to the same facts is worked out once.

Which of eight neighbouring rules fire depends on a handful of answers. A table keeps the bits that its rules look at;
two systems with the same ones get the same row. So an assessment costs one look-up for each table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from compliance.rules.law.conditions import Condition
from compliance.rules.law.parts import ByDay, Due, Duty, Rule

_RULES_IN_A_TABLE = 8
_MOST_ROWS = 20_000


@dataclass(frozen=True)
class Row:
    """What follows: the conclusions as bits, the rules that fired with their article codes, the duties."""

    sets: int = 0
    fired: tuple[Rule, ...] = ()
    codes: tuple[str, ...] = ()
    duties: tuple[tuple[Due | None, ByDay, Duty, int], ...] = ()


class Table:
    def __init__(self, things: Sequence[Any], mask: int) -> None:
        self.mask = mask
        self.rows: dict[int, Row] = {}
        self._things = things

    def row(self, bits: int) -> Row:
        """The row for bits that are already cut down to the mask."""
        if len(self.rows) >= _MOST_ROWS:
            self.rows.clear()
        self.rows[bits] = row = self._work_out(bits)
        return row

    def _work_out(self, bits: int) -> Row:
        raise NotImplementedError


class RuleTable(Table):
    def _work_out(self, bits: int) -> Row:
        sets = 0
        fired: list[Rule] = []
        for rule in self._things:
            if rule.condition.holds(bits | sets):
                sets |= rule.sets
                fired.append(rule)
        return Row(sets=sets, fired=tuple(fired), codes=tuple(code for rule in fired for code in rule.codes))


class DutyTable(Table):
    def _work_out(self, bits: int) -> Row:
        owed = [one for one in self._things if one.condition.holds(bits)]
        return Row(duties=tuple((one.due, {}, one, one.variant(bits)) for one in owed))


# In the shape that the inner loop reads fastest.
Tables = tuple[tuple[int, dict[int, Row], Table], ...]


def rule_tables(rules: Sequence[Rule]) -> Tables:
    return _packed(
        [RuleTable(some, _looked_at([rule.condition for rule in some])) for some in _in_chunks(rules)],
    )


def duty_tables(duties: Sequence[Duty]) -> Tables:
    tables: list[Table] = []
    for some in _in_chunks(duties):
        conditions = [duty.condition for duty in some] + [one for duty in some for one, _ in duty.variants]
        tables.append(DutyTable(some, _looked_at(conditions)))
    return _packed(tables)


def _in_chunks(things: Sequence[Any]) -> list[Sequence[Any]]:
    return [things[start : start + _RULES_IN_A_TABLE] for start in range(0, len(things), _RULES_IN_A_TABLE)]


def _looked_at(conditions: Sequence[Condition]) -> int:
    mask = 0
    for condition in conditions:
        mask |= condition.mask
    return mask


def _packed(tables: Sequence[Table]) -> Tables:
    return tuple((table.mask, table.rows, table) for table in tables)
