"""The vocabulary of facts: which keys and values there are, and facts as bits that rules can test quickly."""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from compliance.rules.law import source

FILE = Path(__file__).resolve().parents[2] / "rulesets" / "facts.yaml"
UNKNOWN = "unknown"
UNCLEAR = "unclear"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SHOWN = 60


class BadFacts(ValueError):
    """Facts that cannot be assessed; `problems` has one German sentence each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(self.problems))


class NoClass(BadFacts):
    """The rule sets have no outcome for these facts: a fault of theirs, not of the facts."""


def in_words(problem: str) -> str:
    """ "Widerspruch (key: value): Satz." is for machines; people read the sentence."""
    head, found, sentence = problem.partition("): ")
    return sentence if found and head.startswith("Widerspruch (") else problem


@dataclass(frozen=True)
class Fact:
    """One key of the vocabulary. `bits` has a bit for each value, and one for a set that is empty."""

    key: str
    kind: str
    values: tuple[str, ...]
    bits: Mapping[str, int]
    answered: int

    @property
    def mask(self) -> int:
        mask = self.answered
        for bit in self.bits.values():
            mask |= bit
        return mask


# The value that stands for a set with nothing in it.
EMPTY = "[]"


def _enum_reader(fact: Fact) -> dict[str, int]:
    return {value: bit | fact.answered for value, bit in fact.bits.items()}


class _DateReader(dict[str, int]):
    def __init__(self, fact: Fact) -> None:
        super().__init__({UNKNOWN: fact.answered})
        self._answered = fact.answered

    def __missing__(self, value: Any) -> int:
        if not _is_day(value):
            raise KeyError(value)
        return self._answered


class _SetReader:
    def __init__(self, fact: Fact) -> None:
        self._bits = {value: fact.bits[value] for value in fact.values}
        self._answered = fact.answered
        self._empty = fact.answered | fact.bits[EMPTY]

    def __getitem__(self, value: Any) -> int:
        if value == []:
            return self._empty
        if not isinstance(value, list | tuple):
            raise TypeError
        bits = self._answered
        for one in value:
            bits |= self._bits[one]
        if bits.bit_count() <= len(value):
            raise TypeError("zweimal")
        return bits


_READERS: dict[str, Any] = {"enum": _enum_reader, "date": _DateReader, "set": _SetReader}


class Vocabulary:
    def __init__(self, table: Mapping[str, Mapping[str, Any]]) -> None:
        self.facts: dict[str, Fact] = {}
        self.width = 0
        for key, row in table.items():
            values = tuple(row.get("values", ()))
            own = (*values, EMPTY) if row["type"] == "set" else values
            bits = {value: self._new_bit() for value in own}
            self.facts[key] = Fact(key, row["type"], values, bits, self._new_bit())
        # Every "Weiß ich nicht".
        self.unclear = sum(fact.bits.get(UNCLEAR, 0) for fact in self.facts.values())
        # What reading one answer costs decides how many systems a second can be assessed.
        self._tables: dict[str, Any] = {key: _READERS[fact.kind](fact) for key, fact in self.facts.items()}

    def _new_bit(self) -> int:
        self.width += 1
        return 1 << (self.width - 1)

    def read(self, facts: Mapping[str, Any]) -> int:
        """The facts as bits; raises BadFacts and names every key that is wrong."""
        if not isinstance(facts, Mapping):
            raise BadFacts([f"Erwartet wird eine Zuordnung von Schlüsseln zu Werten, nicht {_shown(facts)}."])
        bits = 0
        tables = self._tables
        try:
            for key, value in facts.items():
                bits |= tables[key][value]
        except (KeyError, TypeError):
            raise BadFacts(self._problems(facts)) from None
        return bits

    def bits_of(self, key: str, value: Any) -> int:
        """One answer as bits."""
        return self.read({key: value})

    def _problems(self, facts: Mapping[Any, Any]) -> list[str]:
        found = []
        for key, value in facts.items():
            if not isinstance(key, str) or key not in self.facts:
                found.append(f"{_shown(key)}: unbekannter Schlüssel. {_nearest(str(key), self.facts)}")
            elif problem := _problem_of(self.facts[key], value):
                found.append(f"{key}: {problem}")
        return found


def _problem_of(fact: Fact, value: Any) -> str:
    if fact.kind == "date":
        if isinstance(value, str) and (value == UNKNOWN or _is_day(value)):
            return ""
        return f"{_shown(value)} ist kein Datum. Gültig sind ein Tag als JJJJ-MM-TT oder „unknown“."
    if fact.kind == "enum":
        if isinstance(value, str) and value in fact.values:
            return ""
        return f"{_shown(value)} ist kein gültiger Wert. {_nearest(str(value), fact.values)}"
    if not isinstance(value, list | tuple):
        return f"{_shown(value)} ist keine Liste. Erwartet wird eine Liste, leer ([]) für „nichts davon“. {_nearest(str(value), fact.values)}"
    wrong = [one for one in value if not isinstance(one, str) or one not in fact.values]
    if wrong:
        return f"{_shown(wrong[0])} ist kein gültiger Wert. {_nearest(str(wrong[0]), fact.values)}"
    twice = [one for one in value if value.count(one) > 1]
    return f"{_shown(twice[0])} steht zweimal in der Liste." if twice else ""


@lru_cache(maxsize=4096)
def _is_day(value: Any) -> bool:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _nearest(value: str, valid: Iterable[str]) -> str:
    names = list(valid)
    wanted = {"True": "yes", "False": "no"}.get(value, value)
    near = difflib.get_close_matches(wanted[:_SHOWN].lower(), names, n=3, cutoff=0.5)
    shown = near or names[:12]
    return f"{'Am nächsten' if near else 'Gültig'}: {', '.join(shown)}{' …' if not near and len(names) > len(shown) else ''}."


def _shown(value: Any) -> str:
    text = str(value) if isinstance(value, str) else repr(value)
    return f"„{text[:_SHOWN]}{'…' if len(text) > _SHOWN else ''}“"


def load(path: Path = FILE) -> Vocabulary:
    return Vocabulary(source.read(path.read_text(encoding="utf-8"), name=path.name)["facts"])
